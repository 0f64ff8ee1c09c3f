//! How fast answers in lines are read, and what it costs that they come in small pieces: `ndjson_mb_s` and
//! `ndjson_split_cost`, as `stream` says.

mod stream;

use modelyard::providers::Kind;

use self::stream::{Sample, measure};

const LINES: usize = 20_000;
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

/// A long answer, as a server writes it, in one field or in several that take turns.
fn answer(fields: &[&str]) -> Vec<u8> {
    let mut body = String::new();
    for index in 0..LINES {
        body.push_str(r#"{"model":"qwen3:8b","created_at":"2026-08-21T09:12:33.123456789Z","message":{"role":"assistant",""#);
        body.extend([fields[index % fields.len()], "\":\"", WORDS[index % WORDS.len()]]);
        body.push_str("\"},\"done\":false}\n");
    }
    body.push_str(r#"{"model":"qwen3:8b","created_at":"2026-08-21T09:12:34Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":20000}"#);
    body.push('\n');
    body.into_bytes()
}

fn main() {
    let sample = Sample {
        kind: Kind::Ollama,
        alike: answer(&["content"]),
        different: answer(&["content", "thinking"]),
        // Each line is one, and then comes the usage.
        deltas: LINES + 1,
        json: |line| (!line.is_empty()).then_some(line),
    };
    measure("ndjson", &sample);
}
