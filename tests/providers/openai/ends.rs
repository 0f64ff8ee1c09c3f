//! How answers end, well and badly. Bad input 70, 71, 86 and 90.

use modelyard::providers::chat::EndReason;
use modelyard::providers::error::{Foreign, ProviderErrorKind as K, RetryAfter};
use modelyard::providers::sse::MAX_EVENT_BYTES;
use modelyard::providers::{Decoder, Reading};

use super::{chat, chunks, events, read, request, text};
use crate::driving::{feed, head, of_kind};

const HALF: &str = r#"{"choices":[{"delta":{"content":"half"}}]}"#;
const LAST: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

#[test]
fn an_answer_needs_no_last_word_once_it_said_why_it_finished() {
    let (items, end) = chunks(&[HALF, LAST]);
    assert_eq!(
        (text(&items).as_str(), end.expect("an end").reason),
        ("half", EndReason::Stop)
    );
    // Nor an end of the last line, nor a whole last word.
    for tail in [
        "data: [DONE]",
        "data: [DON",
        "data",
        ": bye",
        "\n\n\n",
        "data: {\"choi",
    ] {
        let body = format!("data: {HALF}\n\ndata: {LAST}\n\n{tail}");
        let (items, end) = read([body.as_bytes()]);
        assert_eq!(text(&items), "half", "{tail}");
        assert_eq!(end.expect(tail).reason, EndReason::Stop, "{tail}");
    }
    let body = format!("data: {HALF}\n\ndata: {LAST}");
    assert_eq!(read([body.as_bytes()]).1.expect("an end").reason, EndReason::Stop);
    // With the last word, it needs no reason.
    assert_eq!(
        chunks(&[HALF, "[DONE]"]).1.expect("an end").reason,
        EndReason::Unknown
    );
}

#[test]
fn an_answer_that_is_cut_off_is_incomplete_and_keeps_what_came() {
    let whole = format!("data: {HALF}\n\ndata: {HALF}\n\n");
    // Anywhere in the second chunk.
    for cut in HALF.len() + 8..whole.len() {
        let (items, end) = read([&whole.as_bytes()[..cut]]);
        assert!(text(&items).starts_with("half"), "{cut}");
        assert_eq!(end.expect_err("an error").kind, K::Incomplete, "{cut}");
    }
}

#[test]
fn the_last_word_is_enough_and_what_comes_behind_it_changes_nothing() {
    let body = format!("data: {HALF}\n\ndata: [DONE]\n\ndata: [DONE]\n\ndata: <nonsense>\n\n");
    let (items, end) = read([body.as_bytes()]);
    assert_eq!(text(&items), "half");
    assert!(end.is_ok());
    let mut decoder = of_kind(modelyard::providers::Kind::OpenAi)
        .chat(&request())
        .expect("a request")
        .decoder;
    let mut items = Vec::new();
    assert_eq!(decoder.head(events()), Reading::More);
    assert_eq!(
        decoder.bytes(b"data: {\"choices\":[]}\n\n", &mut items),
        Reading::More
    );
    // A server that never closes is not waited for.
    assert_eq!(decoder.bytes(b"data: [DONE]\n\n", &mut items), Reading::Enough);
}

#[test]
fn an_error_inside_a_stream_is_that_error_after_what_came() {
    for (name, came, expected) in [
        ("openrouter-error.sse", "Half an ans", K::Failed),
        (
            "openrouter-error-choice.sse",
            "Half",
            K::RateLimited {
                retry: Some(RetryAfter::Ms(3_000)),
            },
        ),
        ("lmstudio-error.sse", "Hel", K::Failed),
        (
            "lmstudio-overflow.sse",
            "",
            K::ContextExceeded {
                prompt_tokens: Some(6_868),
                context_tokens: Some(4_096),
            },
        ),
        (
            "llamacpp-overflow.sse",
            "",
            K::ContextExceeded {
                prompt_tokens: Some(5_000),
                context_tokens: Some(4_096),
            },
        ),
        (
            "llamacpp-overflow-old.sse",
            "",
            K::ContextExceeded {
                prompt_tokens: None,
                context_tokens: None,
            },
        ),
    ] {
        let (items, end) = chat(name);
        assert_eq!(text(&items), came, "{name}");
        let error = end.expect_err(name);
        assert_eq!((&error.kind, error.status), (&expected, Some(200)), "{name}");
        assert!(error.said.is_some(), "{name}");
    }
    // A number in it is the status it would have had.
    for (code, expected) in [
        (402, K::NoCredit),
        (408, K::TimedOut),
        (429, K::RateLimited { retry: None }),
        (502, K::Failed),
        (503, K::Overloaded { retry: None }),
    ] {
        let data = format!(r#"{{"error":{{"code":{code},"message":"x"}}}}"#);
        assert_eq!(chunks(&[HALF, &data]).1.expect_err("an error").kind, expected);
        let data = format!(
            r#"{{"choices":[{{"delta":{{}},"finish_reason":"error","error":{{"code":{code},"message":"x"}}}}]}}"#
        );
        assert_eq!(chunks(&[HALF, &data]).1.expect_err("an error").kind, expected);
    }
    let wordless = r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#;
    assert_eq!(chunks(&[HALF, wordless]).1.expect_err("an error").kind, K::Failed);
    // An error that is none.
    assert!(
        chunks(&[r#"{"choices":[{"delta":{},"finish_reason":"stop","error":null}],"error":null}"#])
            .1
            .is_ok()
    );
}

#[test]
fn bad_input_90_an_event_of_the_name_error_is_an_error_whatever_it_carries() {
    for (data, said) in [
        ("", None),
        ("it broke", Some("it broke")),
        ("<html>", None),
        (r#"{"error":"it broke"}"#, Some("it broke")),
        (r#"{"message":"it broke"}"#, Some("it broke")),
        (r#"{"code":"#, Some(r#"{"code":"#)),
    ] {
        let (items, end) = read([format!("data: {HALF}\n\nevent: error\ndata: {data}\n\n").as_bytes()]);
        assert_eq!(text(&items), "half");
        let error = end.expect_err("an error");
        assert_eq!((error.kind, error.said.as_deref()), (K::Failed, said), "{data}");
    }
}

#[test]
fn bad_input_90_json_that_is_cut_or_no_json_ends_an_answer_as_foreign() {
    for data in [
        r#"{"choices":[{"delta":{"content":"x"#,
        "nonsense",
        "{\"choices\":[}",
    ] {
        let (items, end) = chunks(&[HALF, data]);
        // Half a chunk says nothing.
        assert_eq!(text(&items), "half", "{data}");
        assert_eq!(
            end.expect_err(data).kind,
            K::NotThisProtocol(Foreign::Text),
            "{data}"
        );
    }
    assert_eq!(
        chunks(&["<html>"]).1.expect_err("a page").kind,
        K::NotThisProtocol(Foreign::Page)
    );
    for data in ["{}", "[]", "1", r#"{"type":"message_start"}"#] {
        assert_eq!(
            chunks(&[data]).1.expect_err(data).kind,
            K::NotThisProtocol(Foreign::OtherJson),
            "{data}"
        );
    }
    // Events without data, and blank data, are nothing.
    let body = format!("event: ping\n\ndata\n\ndata:  \n\nid: 7\nretry: 10\n\ndata: {LAST}\n\n");
    assert!(read([body.as_bytes()]).1.is_ok());
}

#[test]
fn bad_input_90_odd_text_is_text_and_what_is_too_long_is_too_long() {
    let odd = r#"{"choices":[{"delta":{"content":"a\u0000\ud83dz"},"finish_reason":"stop"}]}"#;
    let (items, _) = chunks(&[odd]);
    assert_eq!(text(&items), "a\u{0}\u{fffd}z");
    let mut invalid =
        b"data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\xf0\x9f\"},\"finish_reason\":\"stop\"}]}\n\n"
            .to_vec();
    let (items, end) = read([invalid.as_slice()]);
    assert_eq!(text(&items), "a\u{fffd}\u{fffd}");
    assert!(end.is_ok());
    // A NUL outside of a text is no JSON.
    invalid[10] = 0;
    assert!(read([invalid.as_slice()]).1.is_err());

    // Ten megabytes are an event, sixteen are not.
    let long = "x".repeat(10 << 20);
    let (items, end) = chunks(&[&HALF.replace("half", &long), LAST]);
    assert_eq!(text(&items).len(), long.len());
    assert!(end.is_ok());
    for body in [
        format!("data: {}", "x".repeat(MAX_EVENT_BYTES)),
        format!("data: {}\n\n", "x".repeat(MAX_EVENT_BYTES)),
        format!("data: {}\n", "x".repeat(MAX_EVENT_BYTES / 4)).repeat(5),
        format!(": {}", "x".repeat(MAX_EVENT_BYTES)),
    ] {
        assert_eq!(read([body.as_bytes()]).1.expect_err("too long").kind, K::TooLong);
        assert_eq!(
            read(body.as_bytes().chunks(60_000)).1.expect_err("too long").kind,
            K::TooLong
        );
    }
}

#[test]
fn bad_input_70_and_71_nothing_and_a_page_are_not_this_protocol() {
    let nothing = K::NotThisProtocol(Foreign::Nothing);
    for body in ["", "\n\n", ": only a comment\n\n", "event: x\n\n"] {
        assert_eq!(
            read([body.as_bytes()]).1.expect_err("nothing").kind,
            nothing,
            "{body:?}"
        );
    }
    for (status, kind) in [(200, "text/html"), (200, "text/event-stream"), (200, "")] {
        let call = of_kind(modelyard::providers::Kind::OpenAi)
            .chat(&request())
            .expect("a request");
        let page = b" <!doctype html><title>Sign in</title>";
        let (_, end) = feed(call, head(status, kind), [page.as_slice()]);
        assert_eq!(
            end.expect_err("a page").kind,
            K::NotThisProtocol(Foreign::Page),
            "{kind}"
        );
    }
}

#[test]
fn a_refusal_with_the_status_of_success_and_without_events_is_that_refusal() {
    for body in [
        r#"{"error":{"message":"Insufficient credits","code":402}}"#,
        "\n \n {\"error\":{\"message\":\"Insufficient credits\",\"code\":402}}",
        r#"[{"error":{"message":"Insufficient credits","code":402}}]"#,
    ] {
        for pieces in [vec![body.as_bytes()], body.as_bytes().chunks(1).collect()] {
            let error = read(pieces).1.expect_err("a refusal");
            let expected = if body.starts_with('[') {
                // An array is nothing this protocol has; what is in it is not looked for.
                K::NotThisProtocol(Foreign::OtherJson)
            } else {
                K::NoCredit
            };
            assert_eq!(error.kind, expected, "{body}");
        }
    }
}
