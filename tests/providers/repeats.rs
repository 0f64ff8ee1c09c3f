//! Parts like the one before are read in a short way: what comes out is what comes out the long way. The long way is made
//! sure of by a part between any two that says nothing.

use modelyard::providers::chat::{ChatDecoder, ChatRequest, Delta};
use modelyard::providers::{BaseUrl, Kind, Provider};
use proptest::collection::vec;
use proptest::prelude::*;

use super::driving::{Outcome, whole};

fn answer(kind: Kind, body: &str) -> Outcome<ChatDecoder> {
    let base = BaseUrl::parse("http://localhost:11434").expect("an address");
    let request = ChatRequest {
        model: "one".to_owned(),
        ..ChatRequest::default()
    };
    let call = Provider::new("home", kind, base).chat(&request);
    whole(call.expect("a request"), body.as_bytes())
}

/// Chunks of OpenAI's protocol, `%` standing for a string and `#` for one nobody reads.
const CHUNKS: [&str; 16] = [
    r#"{"model":"m","choices":[{"index":0,"delta":{"content":%},"finish_reason":null}],"obfuscation":#}"#,
    r#"{"model":"m","choices":[{"index":0,"delta":{"content":%},"finish_reason":null}]}"#,
    r#"{"obfuscation": # , "choices": [{"delta": {"content": %}}]}"#,
    r#"{"model":"m","choices":[{"delta":{"content":"","reasoning_content":%}}]}"#,
    r#"{"model":"m","choices":[{"delta":{"reasoning":%,"reasoning_content":%}}]}"#,
    r#"{"model":"m","choices":[{"delta":{"reasoning":%}}],"obfuscation":#}"#,
    r#"{"choices":[{"delta":{"content":%,"content":%}}]}"#,
    r#"{"choices":[{"delta":{"refusal":%}}],"more":{"content":%}}"#,
    r#"{"choices":[{"delta":{"content":[{"type":"text","text":%}]}}]}"#,
    r#"{"choices":[{"delta":{"content":%,"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]}}]}"#,
    r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}"#,
    r#"{"choices":[{"delta":{"content":%},"finish_reason":"stop"}]}"#,
    r#"{"choices":[{"delta":{"content":%}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
    r#"{"choices":[{"delta":{"content":%}}],"usage":{"prompt_tokens":1,"completion_tokens":3}}"#,
    r#"{"choices":[{"delta":{"content":%}}],"obfuscation":#,"obfuscation":#}"#,
    r#"{"choices":[{"delta":{"content":%}}],"error":null}"#,
];

/// Lines of Ollama.
const LINES: [&str; 7] = [
    r#"{"model":"m","created_at":#,"message":{"role":"assistant","content":%},"done":false}"#,
    r#"{"model":"m","created_at":#,"message":{"role":"assistant","content":"","thinking":%},"done":false}"#,
    r#"{"message":{"content":%,"thinking":%},"done":false}"#,
    r#"{"message":{"thinking":%,"content":%},"created_at":#,"done":false}"#,
    r#"{"message":{"content":%,"tool_calls":[{"function":{"name":"f","arguments":{"created_at":#}}}]},"done":false}"#,
    r#"{"message":{"content":"x"},"eval_count":3,"done":false}"#,
    r#"{"created_at":7,"message":{"content":%},"done":false}"#,
];

/// Strings as they may stand in JSON, good and bad.
fn strings() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        r#""a""#,
        r#"" b""#,
        r#""""#,
        r#""\"content\":\"x\"""#,
        r#""a\\""#,
        r#""\n\u00fc\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""ü 👋""#,
        r#""\"obfuscation\":""#,
        "null",
        "7",
        "[1]",
        r#"{"content":"no"}"#,
        r#""open"#,
        r#""\x""#,
    ])
}

/// A part with its holes filled.
fn filled(part: &str, strings: &[&str]) -> String {
    let mut at = 0;
    let mut text = String::new();
    for c in part.chars() {
        if matches!(c, '%' | '#') {
            text.push_str(strings[at % strings.len()]);
            at += 1;
        } else {
            text.push(c);
        }
    }
    text
}

/// Parts, few different ones and in runs, each with the strings that go into it.
fn parts(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let run = (prop::sample::select(all), vec(vec(strings(), 2), 1..5));
    vec(run, 1..6).prop_map(|runs| {
        let filled = |(part, fillings): (&str, Vec<Vec<&str>>)| {
            let fill = |strings: &Vec<&str>| filled(part, strings);
            fillings.iter().map(fill).collect::<Vec<_>>()
        };
        runs.into_iter().flat_map(filled).collect()
    })
}

fn events(parts: &[String], between: &str) -> String {
    let event = |part: &String| ["data: ", part, "\n\n", between].concat();
    parts.iter().map(event).collect::<String>() + "data: [DONE]\n\n"
}

fn lines(parts: &[String], between: &str) -> String {
    let line = |part: &String| [part, "\n", between].concat();
    let end = "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";
    parts.iter().map(line).collect::<String>() + end
}

const NO_EVENT: &str = "data: {\"choices\":[]}\n\n";
const NO_LINE: &str = "{\"message\":{\"content\":\"\"},\"done\":false}\n";

#[test]
fn a_text_is_read_between_strings_that_change() {
    let parts: Vec<String> = (0..5)
        .map(|at| {
            filled(
                CHUNKS[0],
                &[&format!("\"{at}\\n\""), &format!("\"{}\"", "x".repeat(at))],
            )
        })
        .collect();
    let (items, end) = answer(Kind::OpenAi, &events(&parts, ""));
    let texts: Vec<Delta> = (0..5).map(|at| Delta::Text(format!("{at}\n"))).collect();
    assert_eq!(items, texts);
    assert!(end.is_ok());
}

#[test]
fn a_string_that_is_cut_or_wrong_is_no_text() {
    for broken in [r#""a"#, "\"a\tb\"", r#""\x""#] {
        let parts = [filled(CHUNKS[1], &["\"a\""]), filled(CHUNKS[1], &[broken])];
        let (items, end) = answer(Kind::OpenAi, &events(&parts, ""));
        assert_eq!(items, [Delta::Text("a".to_owned())]);
        assert!(end.is_err(), "{broken}");
    }
}

/// A chunk with a text and, beside the delta or in it, more.
fn chunk(text: &str, in_delta: &str, beside: &str) -> String {
    [
        r#"{"choices":[{"delta":{"content":""#,
        text,
        "\"",
        in_delta,
        "}}]",
        beside,
        "}",
    ]
    .concat()
}

#[test]
fn what_comes_between_two_parts_that_are_alike_is_not_forgotten() {
    let spent = |tokens: u64| format!(r#","usage":{{"completion_tokens":{tokens}}}"#);
    let parts = [
        chunk("a", "", &spent(2)),
        [r#"{"choices":[]"#, &spent(3), "}"].concat(),
        chunk("b", "", &spent(2)),
    ];
    let (items, end) = answer(Kind::OpenAi, &events(&parts, ""));
    assert!(items.contains(&Delta::Text("b".to_owned())));
    let usage = end.expect("a whole answer").usage.expect("it is said");
    assert_eq!(usage.completion_tokens, Some(2), "the last word counts");
}

#[test]
fn a_fragment_of_a_call_beside_a_text_is_taken_each_time() {
    let fragment = |arguments: &str| {
        let function = [r#"{"name":"f","arguments":""#, arguments, "\"}"].concat();
        [
            r#","tool_calls":[{"index":0,"id":"a","function":"#,
            &function,
            "}]",
        ]
        .concat()
    };
    let parts = [r#"{\"n\":"#, "1", "1", "}"].map(|arguments| chunk("a", &fragment(arguments), ""));
    let (items, end) = answer(Kind::OpenAi, &events(&parts, ""));
    assert!(end.is_ok(), "{end:?}");
    let arguments: Vec<&str> = items
        .iter()
        .filter_map(|item| match item {
            Delta::ToolCall(call) => Some(call.arguments.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(arguments, [r#"{"n":11}"#]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_short_way_gives_what_the_long_way_gives(
        chunks in parts(&CHUNKS),
        ollama in parts(&LINES),
    ) {
        prop_assert_eq!(
            answer(Kind::OpenAi, &events(&chunks, "")),
            answer(Kind::OpenAi, &events(&chunks, NO_EVENT))
        );
        prop_assert_eq!(
            answer(Kind::Ollama, &lines(&ollama, "")),
            answer(Kind::Ollama, &lines(&ollama, NO_LINE))
        );
    }
}
