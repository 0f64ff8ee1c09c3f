//! Answers of Gemini.

use modelyard::providers::chat::{Delta, EndReason, Usage};
use modelyard::providers::error::ProviderErrorKind as K;

use super::super::driving::{fixture, whole};
use super::{answer, call, gemini};

#[test]
fn an_answer_is_read_to_its_end_and_thoughts_count() {
    let (items, end) = answer(&gemini(), "gemini-text.sse");
    let cost = Usage {
        prompt_tokens: Some(8),
        cached_tokens: Some(4),
        completion_tokens: Some(14 + 52),
        reasoning_tokens: Some(52),
        ..Usage::default()
    };
    assert_eq!(
        items,
        [
            Delta::Reasoning("**Thinking**\n\nHm.".into()),
            Delta::Text("Grüß".into()),
            Delta::Text(" Gott 👋🏽\n".into()),
            Delta::Text("日本".into()),
            Delta::Usage(cost),
        ]
    );
    let end = end.expect("an end");
    assert_eq!((end.reason, end.usage), (EndReason::Stop, Some(cost)));
    assert_eq!(end.model.as_deref(), Some("gemini-2.5-flash"));
}

#[test]
fn calls_come_with_the_signatures_that_must_go_back() {
    let (items, end) = answer(&gemini(), "gemini-tools.sse");
    let [
        Delta::Text(_),
        Delta::ToolCall(first),
        Delta::ToolCall(second),
        Delta::ToolCall(third),
        Delta::Usage(_),
    ] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    assert_eq!(first.arguments.as_str(), r#"{"location":"München","days":3.0}"#);
    assert_eq!(
        (first.id.as_deref(), first.signature.as_deref()),
        (None, Some("CiIBVKhc7vB+vbQ="))
    );
    assert_eq!((second.name.as_str(), second.signature.as_deref()), ("now", None));
    assert_eq!(
        (third.id.as_deref(), third.arguments.as_str()),
        (Some("call-7"), "{}")
    );
    // It says STOP all the same.
    assert_eq!(end.expect("an end").reason, EndReason::ToolCalls);
}

#[test]
fn a_prompt_that_is_held_back_is_an_end_with_a_reason() {
    let (items, end) = answer(&gemini(), "gemini-blocked.sse");
    assert!(matches!(items.as_slice(), [Delta::Usage(_)]), "{items:?}");
    assert_eq!(end.expect("an end").reason, EndReason::ContentFilter);
    let (items, end) = answer(&gemini(), "gemini-safety.sse");
    assert_eq!(items[0], Delta::Text("So".into()));
    assert_eq!(end.expect("an end").reason, EndReason::ContentFilter);
}

#[test]
fn the_reasons_an_answer_ends_for_are_told_apart() {
    for (said, reason) in [
        ("STOP", EndReason::Stop),
        ("MAX_TOKENS", EndReason::Length),
        ("SAFETY", EndReason::ContentFilter),
        ("RECITATION", EndReason::ContentFilter),
        ("BLOCKLIST", EndReason::ContentFilter),
        ("PROHIBITED_CONTENT", EndReason::ContentFilter),
        ("SPII", EndReason::ContentFilter),
        ("LANGUAGE", EndReason::Other("LANGUAGE".into())),
        ("OTHER", EndReason::Other("OTHER".into())),
    ] {
        let text = String::from_utf8(fixture("gemini-length.sse")).expect("text");
        let (_, end) = whole(call(&gemini()), text.replace("MAX_TOKENS", said).as_bytes());
        assert_eq!(end.expect(said).reason, reason);
    }
    let (_, end) = answer(&gemini(), "gemini-malformed.sse");
    let malformed = EndReason::Other("MALFORMED_FUNCTION_CALL".into());
    assert_eq!(end.expect("an end").reason, malformed);
    // Whatever holds a prompt back is a filter.
    let text = String::from_utf8(fixture("gemini-blocked.sse")).expect("text");
    let (_, end) = whole(
        call(&gemini()),
        text.replace("PROHIBITED_CONTENT", "JAILBREAK").as_bytes(),
    );
    assert_eq!(end.expect("an end").reason, EndReason::ContentFilter);
}

#[test]
fn an_error_within_an_answer_ends_it_after_what_came_before() {
    let (items, end) = answer(&gemini(), "gemini-error.sse");
    assert_eq!(items, [Delta::Text("So".into())]);
    let error = end.expect_err("an error");
    assert_eq!(
        error.said.as_deref(),
        Some("The model is overloaded. Please try again later.")
    );
}

#[test]
fn an_answer_that_does_not_say_why_it_ended_is_cut() {
    let text = String::from_utf8(fixture("gemini-text.sse")).expect("text");
    let (whole_chunks, _) = text.rsplit_once("data: ").expect("a last chunk");
    let (items, end) = whole(call(&gemini()), whole_chunks.as_bytes());
    assert_eq!(items.len(), 4, "{items:?}");
    assert_eq!(end.expect_err("cut").kind, K::Incomplete);
}

#[test]
fn only_the_first_candidate_counts() {
    let body = br#"data: {"candidates":[{"content":{"parts":[{"text":"one"}]},"finishReason":"STOP"},{"content":{"parts":[{"text":"two"}]},"finishReason":"OTHER"}]}

"#;
    let (items, end) = whole(call(&gemini()), body);
    assert_eq!(items, [Delta::Text("one".into())]);
    assert_eq!(end.expect("an end").reason, EndReason::Stop);
}
