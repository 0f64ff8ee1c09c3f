//! What is in an answer, whichever server gives it.

use modelyard::providers::chat::{Delta, EndReason, Usage};

use super::{calls, chat, chunks, read, text, thoughts};
use crate::driving::fixture;

#[test]
fn a_real_answer_is_read_to_its_end() {
    // A model of random weights says nothing but odd characters.
    let (items, end) = chat("openai-ollama-0.12.6.sse");
    assert_eq!(text(&items), "\t\u{1d}\" \u{18}\u{7}\u{12}\u{1c}\u{1c}\u{5}\u{1}");
    let end = end.expect("an end");
    assert_eq!(
        (end.reason, end.model.as_deref()),
        (EndReason::Length, Some("hello"))
    );
    let usage = end.usage.expect("usage");
    assert_eq!(
        (usage.prompt_tokens, usage.completion_tokens),
        (Some(3), Some(12))
    );
}

#[test]
fn text_usage_model_and_reason_are_read() {
    let (items, end) = chat("openai-chat.sse");
    assert_eq!(text(&items), "Grüße, 世界 👋!\n\"quoted\" \\ done");
    let usage = Usage {
        prompt_tokens: Some(19),
        completion_tokens: Some(10),
        cached_tokens: Some(8),
        reasoning_tokens: Some(4),
        ..Usage::default()
    };
    let end = end.expect("an end");
    assert_eq!(end.usage, Some(usage));
    assert_eq!(items.last(), Some(&Delta::Usage(usage)));
    assert_eq!(end.reason, EndReason::Stop);
    assert_eq!(end.model.as_deref(), Some("gpt-4o-2024-08-06"));
}

#[test]
fn thoughts_are_read_in_both_spellings_and_once() {
    let (items, end) = chat("llamacpp-chat.sse");
    assert_eq!(
        (thoughts(&items).as_str(), text(&items).as_str()),
        ("The user greets.", "Hello there")
    );
    let usage = end.expect("an end").usage.expect("usage");
    assert_eq!(
        (usage.prompt_ms, usage.completion_ms, usage.cached_tokens),
        (Some(153), Some(412), Some(5))
    );
    // Both spellings in one chunk are one thought.
    let (items, end) = chat("vllm-chat.sse");
    assert_eq!((thoughts(&items).as_str(), text(&items).as_str()), ("Hm.", "Hi"));
    assert_eq!(end.expect("an end").reason, EndReason::Length);
    let (items, _) = chat("openrouter-chat.sse");
    assert_eq!(
        (thoughts(&items).as_str(), text(&items).as_str()),
        ("Hm", "Hello you")
    );
    // And as parts of what is said.
    let (items, end) = chat("mistral-thinking.sse");
    assert_eq!(
        (thoughts(&items).as_str(), text(&items).as_str()),
        ("So", "Four.")
    );
    assert_eq!(
        end.expect("an end").usage.expect("usage").completion_tokens,
        Some(4)
    );
}

#[test]
fn usage_is_read_where_a_server_puts_it() {
    for (name, prompt, completion) in [
        ("groq-chat.sse", 36, 3),
        ("openrouter-chat.sse", 14, 6),
        ("vllm-chat.sse", 9, 4),
    ] {
        let usage = chat(name).1.expect("an end").usage.expect("usage");
        assert_eq!(
            (usage.prompt_tokens, usage.completion_tokens),
            (Some(prompt), Some(completion)),
            "{name}"
        );
    }
    // Told with every chunk, it is given once, and the last one counts.
    let (items, _) = chunks(&[
        r#"{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#,
        r#"{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
        "[DONE]",
    ]);
    let usages: Vec<_> = items
        .iter()
        .filter(|item| matches!(item, Delta::Usage(_)))
        .collect();
    assert_eq!(usages.len(), 1);
    assert!(matches!(usages[0], Delta::Usage(usage) if usage.completion_tokens == Some(2)));
}

#[test]
fn calls_are_put_together_from_fragments_by_their_index() {
    let (items, end) = chat("openai-tools.sse");
    assert_eq!(
        calls(&items),
        [
            (Some("call_a"), "get_weather", r#"{"city":"Paris"}"#),
            (Some("call_b"), "get_time", "{}"),
        ]
    );
    assert_eq!(end.expect("an end").reason, EndReason::ToolCalls);
}

/// Chunks with these fragments, and the finish.
fn fragments(fragments: &[&str], finish: &str) -> Vec<String> {
    let mut data: Vec<String> = fragments
        .iter()
        .map(|fragment| format!(r#"{{"choices":[{{"index":0,"delta":{{"tool_calls":[{fragment}]}}}}]}}"#))
        .collect();
    data.push(format!(
        r#"{{"choices":[{{"delta":{{}},"finish_reason":"{finish}"}}]}}"#
    ));
    data
}

#[test]
fn calls_of_servers_that_number_them_badly_are_told_apart() {
    for (given, expected) in [
        // Interleaved.
        (
            &[
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}"#,
                r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\""}}"#,
                r#"{"index":0,"function":{"arguments":":1}"}}"#,
                r#"{"index":1,"function":{"arguments":":2}"}}"#,
            ][..],
            &[("f", r#"{"x":1}"#), ("g", r#"{"y":2}"#)][..],
        ),
        // No index at all.
        (
            &[
                r#"{"id":"a","function":{"name":"f","arguments":"{"}}"#,
                r#"{"function":{"arguments":"}"}}"#,
                r#"{"id":"b","function":{"name":"f","arguments":"{\"y\":2}"}}"#,
            ],
            &[("f", "{}"), ("f", r#"{"y":2}"#)],
        ),
        // Each one is the first.
        (
            &[
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#,
                r#"{"index":0,"id":"b","function":{"name":"f","arguments":"{\"y\":2}"}}"#,
            ],
            &[("f", "{}"), ("f", r#"{"y":2}"#)],
        ),
        // Neither numbers nor an index: a whole one is followed by another one.
        (
            &[
                r#"{"function":{"name":"f","arguments":"{\"x\":1}"}}"#,
                r#"{"function":{"name":"f","arguments":"{\"x\":2}"}}"#,
                r#"{"function":{"name":"g","arguments":""}}"#,
            ],
            &[("f", r#"{"x":1}"#), ("f", r#"{"x":2}"#), ("g", "{}")],
        ),
        // Name and number in every fragment, or another number in each.
        (
            &[
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}"#,
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}"#,
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#,
            ],
            &[("f", r#"{"x":1}"#)],
        ),
        (
            &[
                r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}"#,
                r#"{"index":0,"id":"z","function":{"name":null,"arguments":":1}"}}"#,
            ],
            &[("f", r#"{"x":1}"#)],
        ),
        // An object instead of its text, and nothing.
        (
            &[
                r#"{"index":0,"function":{"name":"f","arguments":{"x":[1]}}}"#,
                r#"{"index":1,"function":{"name":"g","arguments":null}}"#,
                r#"{"index":2,"function":{"arguments":"{}"}}"#,
            ],
            &[("f", r#"{"x":[1]}"#), ("g", "{}")],
        ),
    ] {
        let data = fragments(given, "stop");
        let (items, end) = chunks(&data.iter().map(String::as_str).collect::<Vec<_>>());
        let named: Vec<_> = calls(&items)
            .into_iter()
            .map(|(_, name, given)| (name, given))
            .collect();
        assert_eq!(named, expected, "{given:?}");
        // Some say that they just stopped.
        assert_eq!(end.expect("an end").reason, EndReason::ToolCalls);
    }
}

#[test]
fn a_call_that_is_no_call_is_an_error_and_a_cut_one_is_left_out() {
    let broken = r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#;
    let data = fragments(&[broken], "tool_calls");
    let (items, end) = chunks(&[&data[0], &data[1]]);
    assert_eq!(calls(&items), []);
    let error = end.expect_err("an error");
    assert!(error.said.is_some_and(|said| said.contains("called f with")));
    // Nothing is done with half of what a model meant to say.
    let data = fragments(&[broken], "length");
    let (items, end) = chunks(&[&data[0], &data[1]]);
    assert_eq!(
        (calls(&items), end.expect("an end").reason),
        (vec![], EndReason::Length)
    );
}

#[test]
fn a_refusal_of_the_model_is_shown_and_told() {
    let (items, end) = chat("openai-refusal.sse");
    assert_eq!(text(&items), "I'm sorry, I cannot help with that.");
    assert_eq!(end.expect("an end").reason, EndReason::ContentFilter);
    let (items, end) = chat("openai-filter.sse");
    assert_eq!(text(&items), "Once upon");
    assert_eq!(end.expect("an end").reason, EndReason::ContentFilter);
}

#[test]
fn an_answer_in_one_piece_is_the_same_as_a_stream() {
    let body = fixture("whole-chat.json");
    for pieces in [vec![body.as_slice()], body.chunks(1).collect()] {
        let (items, end) = read(pieces);
        assert_eq!(
            (text(&items).as_str(), thoughts(&items).as_str()),
            ("All at once", "hm")
        );
        assert_eq!(calls(&items), [(Some("c1"), "f", r#"{"a":1}"#)]);
        let end = end.expect("an end");
        assert_eq!(
            (end.reason, end.model.as_deref()),
            (EndReason::ToolCalls, Some("whole"))
        );
        assert_eq!(end.usage.expect("usage").prompt_tokens, Some(3));
    }
}
