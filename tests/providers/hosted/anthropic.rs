//! Answers of Anthropic.

use modelyard::providers::chat::{Delta, EndReason, Usage};
use modelyard::providers::error::{Foreign, ProviderErrorKind as K};
use serde_json::{Value, json};

use super::super::driving::{fixture, whole};
use super::{answer, anthropic, call};

fn usage(prompt: u64, cached: Option<u64>, completion: u64) -> Usage {
    Usage {
        prompt_tokens: Some(prompt),
        cached_tokens: cached,
        completion_tokens: Some(completion),
        ..Usage::default()
    }
}

#[test]
fn an_answer_is_read_to_its_end_and_the_cached_prompt_counts() {
    let (items, end) = answer(&anthropic(), "anthropic-text.sse");
    let cost = usage(25 + 100 + 2_048, Some(2_048), 15);
    assert_eq!(
        items,
        [
            Delta::Text("Grüß".into()),
            Delta::Text(" Gott 👋🏽\n".into()),
            Delta::Text("日本".into()),
            Delta::Usage(cost),
        ]
    );
    let end = end.expect("an end");
    assert_eq!((end.reason, end.usage), (EndReason::Stop, Some(cost)));
    assert_eq!(end.model.as_deref(), Some("claude-sonnet-4-5-20250929"));
}

#[test]
fn thoughts_are_told_and_go_with_the_first_call_they_led_to() {
    let (items, end) = answer(&anthropic(), "anthropic-tools.sse");
    assert_eq!(end.expect("an end").reason, EndReason::ToolCalls);
    assert_eq!(
        items[..3],
        [
            Delta::Reasoning("The person asks\n".into()),
            Delta::Reasoning("for \"weather\".".into()),
            Delta::Text("I look.".into()),
        ]
    );
    let [
        _,
        _,
        _,
        Delta::ToolCall(first),
        Delta::ToolCall(second),
        Delta::Usage(cost),
    ] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    assert_eq!(first.id.as_deref(), Some("toolu_01T1x1fJ34qAmk2tNTrN7Up6"));
    assert_eq!(first.name, "get_weather");
    assert_eq!(
        first.arguments.as_str(),
        r#"{"location": "München, DE", "days": 3}"#
    );
    let thoughts: Value = serde_json::from_str(first.signature.as_deref().expect("thoughts")).expect("JSON");
    assert_eq!(
        thoughts,
        json!([
            {
                "type": "thinking",
                "thinking": "The person asks\nfor \"weather\".",
                "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds",
            },
            {
                "type": "redacted_thinking",
                "data": "EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0L5L8rLVyIwxtE3rAFBa8cr3qpP",
            },
        ])
    );
    assert_eq!((second.name.as_str(), second.arguments.as_str()), ("now", "{}"));
    assert_eq!(second.signature, None, "each thought goes back once");
    assert_eq!(*cost, usage(472, Some(0), 89));
}

#[test]
fn an_error_within_an_answer_ends_it_after_what_came_before() {
    let (items, end) = answer(&anthropic(), "anthropic-overloaded.sse");
    assert_eq!(items, [Delta::Text("So".into())]);
    let error = end.expect_err("an error");
    assert_eq!(error.said.as_deref(), Some("Overloaded"));
    // The same by its data alone.
    let text = String::from_utf8(fixture("anthropic-overloaded.sse")).expect("text");
    let unnamed = text.replace("event: error\n", "");
    let (_, end) = whole(call(&anthropic()), unnamed.as_bytes());
    assert_eq!(end.expect_err("an error"), error);
}

#[test]
fn the_reasons_an_answer_ends_for_are_told_apart() {
    for (said, reason) in [
        ("end_turn", EndReason::Stop),
        ("stop_sequence", EndReason::Stop),
        ("max_tokens", EndReason::Length),
        ("model_context_window_exceeded", EndReason::Length),
        ("tool_use", EndReason::ToolCalls),
        ("refusal", EndReason::ContentFilter),
        ("pause_turn", EndReason::Other("pause_turn".into())),
        ("new_reason", EndReason::Other("new_reason".into())),
    ] {
        let text = String::from_utf8(fixture("anthropic-text.sse")).expect("text");
        let (_, end) = whole(call(&anthropic()), text.replace("end_turn", said).as_bytes());
        assert_eq!(end.expect(said).reason, reason);
    }
    let (items, end) = answer(&anthropic(), "anthropic-refusal.sse");
    assert_eq!(items[0], Delta::Text("I".into()));
    assert_eq!(end.expect("an end").reason, EndReason::ContentFilter);
}

#[test]
fn what_the_server_does_by_itself_and_events_nobody_told_us_of_are_passed_over() {
    let (items, end) = answer(&anthropic(), "anthropic-pause.sse");
    assert_eq!(items[0], Delta::Text("Found".into()));
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!(end.expect("an end").reason, EndReason::Other("pause_turn".into()));
}

#[test]
fn a_call_that_was_cut_by_the_longest_answer_is_no_call() {
    let (items, end) = answer(&anthropic(), "anthropic-length.sse");
    assert_eq!(items[0], Delta::Text("Well".into()));
    assert!(
        !items.iter().any(|item| matches!(item, Delta::ToolCall(_))),
        "{items:?}"
    );
    assert_eq!(end.expect("an end").reason, EndReason::Length);
}

#[test]
fn a_call_whose_arguments_are_none_is_an_error_and_never_a_call_without_arguments() {
    let text = String::from_utf8(fixture("anthropic-length.sse")).expect("text");
    for reason in ["tool_use", "end_turn"] {
        let (items, end) = whole(call(&anthropic()), text.replace("max_tokens", reason).as_bytes());
        assert!(!items.iter().any(|item| matches!(item, Delta::ToolCall(_))));
        assert_eq!(
            end.expect_err(reason).kind,
            K::NotThisProtocol(Foreign::OtherJson)
        );
    }
}

#[test]
fn an_answer_that_comes_as_a_whole_says_the_same() {
    let (items, end) = answer(&anthropic(), "anthropic-whole.json");
    let [
        Delta::Reasoning(thought),
        Delta::Text(text),
        Delta::ToolCall(called),
        Delta::Usage(cost),
    ] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    assert_eq!(
        (thought.as_str(), text.as_str()),
        ("Hm.", "Hi! My name is Claude.")
    );
    assert_eq!(called.arguments.as_str(), r#"{"a":1}"#);
    assert!(
        called
            .signature
            .as_deref()
            .is_some_and(|text| text.contains("Sig+/="))
    );
    assert_eq!(*cost, usage(2_095, None, 503));
    assert_eq!(end.expect("an end").reason, EndReason::ToolCalls);
}

#[test]
fn an_answer_without_its_last_word_is_cut_unless_it_said_why_it_ended() {
    let text = String::from_utf8(fixture("anthropic-text.sse")).expect("text");
    let (before, _) = text.split_once("event: message_stop").expect("a last event");
    let (_, end) = whole(call(&anthropic()), before.as_bytes());
    assert_eq!(end.expect("an end").reason, EndReason::Stop);
    let (before, _) = text.split_once("event: message_delta").expect("an event");
    let (items, end) = whole(call(&anthropic()), before.as_bytes());
    assert_eq!(items.len(), 3);
    assert_eq!(end.expect_err("cut").kind, K::Incomplete);
}
