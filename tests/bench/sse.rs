//! How fast answers in events are read, and what it costs that they come in small pieces: `sse_mb_s` and
//! `sse_split_cost`, as `stream` says them. The chunks are those of OpenAI's chat completions.

mod stream;

use modelyard::providers::Kind;

use self::stream::{Sample, measure};

const EVENTS: usize = 20_000;
const WORDS: [&str; 8] = [
    " the",
    " model",
    " „Straße“",
    ",",
    " is\\n",
    " 👋",
    " \\\"quoted\\\"",
    " reading",
];
const HEAD: &str = r#"data: {"id":"chatcmpl-CkR8fKq0Zx2oWmDTBb1uY7HnJ4vSe","object":"chat.completion.chunk","created":1794000000,"model":"gpt-5.4-mini-2026-03-17","service_tier":"default","system_fingerprint":"fp_560af6e559","choices":["#;

/// A long answer, as a server writes it, in one field or in several that take turns.
fn answer(fields: &[&str]) -> Vec<u8> {
    let mut body = [
        HEAD,
        r#"{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}"#,
        "\n\n",
    ]
    .concat();
    for index in 0..EVENTS {
        body.push_str(HEAD);
        body.extend([r#"{"index":0,"delta":{""#, fields[index % fields.len()], r#"":""#]);
        body.push_str(WORDS[index % WORDS.len()]);
        body.push_str(r#""},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"QxVf3mLk"}"#);
        body.push_str("\n\n");
    }
    for last in [
        r#"{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
        r#"],"usage":{"prompt_tokens":19,"completion_tokens":20000,"total_tokens":20019}}"#,
    ] {
        body.extend([HEAD, last, "\n\n"]);
    }
    body.push_str("data: [DONE]\n\n");
    body.into_bytes()
}

fn main() {
    let sample = Sample {
        kind: Kind::OpenAi,
        alike: answer(&["content"]),
        different: answer(&["content", "reasoning"]),
        // Each event is one, and then comes the usage.
        deltas: EVENTS + 1,
        json: |line| line.strip_prefix(b"data: ").filter(|data| data.starts_with(b"{")),
    };
    measure("sse", &sample);
}
