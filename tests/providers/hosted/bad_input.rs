//! The bad-input groups of the security notes, by their numbers: as answers of these two.

use modelyard::providers::chat::Delta;
use modelyard::providers::error::{Foreign, ProviderErrorKind as K};
use modelyard::providers::{BaseUrl, Decoder, Head, Provider, Reading};

use super::super::driving::{feed, fixture, good, head, whole};
use super::{anthropic, call, gemini};

fn both() -> [Provider; 2] {
    [anthropic(), gemini()]
}

/// What a body becomes as an answer, and as a list.
fn kinds(provider: &Provider, status: u16, content_type: &str, body: &[u8]) -> [Option<K>; 2] {
    let list = provider.list(None).expect("a request");
    [
        feed(call(provider), head(status, content_type), [body])
            .1
            .err()
            .map(|error| error.kind),
        feed(list, head(status, content_type), [body])
            .1
            .err()
            .map(|error| error.kind),
    ]
}

#[test]
fn groups_1_to_26_addresses_that_are_none_are_refused_before_a_key_can_go_there() {
    for address in [
        "",
        "   ",
        "model.gguf",
        "//evil.com/x",
        "https://user:sk-canary@host/x",
        "https://host/x?key=sk-canary",
        "https://host/#sk-canary",
        "javascript:alert(1)",
        "data:application/octet-stream;base64,AA==",
        "blob:https://a/1",
        "file:///etc/passwd",
        "https://api.openai.com@evil.com",
        "https://api.openai.com\\@evil.com",
        "https://аpi.anthropic.com",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "https://host:65536",
        "https://host/..\\..",
        "https://host/%2e%2e/x",
        &["https://host/", &"a".repeat(65_536)].concat(),
        "https://ho\r\nst/",
        "https://ho\tst/",
        "https://ho\0st/",
        "https://host/\u{fffd}",
        "https://api.anthropic.com./",
    ] {
        assert!(BaseUrl::parse(address).is_err(), "{address:?}");
    }
    let same = BaseUrl::parse("https://API.ANTHROPIC.COM:443/").expect("an address");
    assert_eq!(same.origin(), anthropic().base.origin());
    let alike = BaseUrl::parse("https://api.anthropic.com.evil.com").expect("an address");
    assert_ne!(alike.origin(), anthropic().base.origin());
}

#[test]
fn group_70_nothing_at_all_is_no_answer() {
    for provider in both() {
        for body in [&b""[..], b"\n\n", b": comment\n\n"] {
            let [answer, list] = kinds(&provider, 200, "text/event-stream", body);
            assert_eq!(answer, Some(K::NotThisProtocol(Foreign::Nothing)), "{body:?}");
            assert!(matches!(list, Some(K::NotThisProtocol(_))), "{list:?}");
        }
    }
}

#[test]
fn group_71_a_login_page_is_a_web_page() {
    let page = b"<!doctype html><html><body>Log in</body></html>";
    for provider in both() {
        for content_type in ["text/html", "text/event-stream"] {
            for kind in kinds(&provider, 200, content_type, page) {
                assert_eq!(kind, Some(K::NotThisProtocol(Foreign::Page)), "{content_type}");
            }
        }
    }
}

#[test]
fn groups_72_and_77_to_79_other_statuses_are_no_answers() {
    for provider in both() {
        for status in [204, 206, 301, 302, 304, 416] {
            for kind in kinds(&provider, status, "", b"") {
                assert!(kind.is_some(), "{status}");
            }
        }
    }
}

#[test]
fn group_83_an_odd_retry_after_says_nothing() {
    for provider in both() {
        for odd in ["-1", "Wed, 32 Foo", "1.5", "", "soon"] {
            let odd_head = Head {
                status: 429,
                retry_after: Some(odd.to_owned()),
                ..Head::default()
            };
            let error = feed(call(&provider), odd_head, [&b"{}"[..]])
                .1
                .expect_err("a refusal");
            assert_eq!(error.kind, K::RateLimited { retry: None }, "{odd}");
        }
    }
}

#[test]
fn group_86_whatever_comes_after_the_last_word_is_not_read() {
    let mut decoder = call(&anthropic()).decoder;
    assert_eq!(decoder.head(good()), Reading::More);
    let mut items = Vec::new();
    let body = fixture("anthropic-text.sse");
    assert_eq!(decoder.bytes(&body, &mut items), Reading::Enough);
    let before = items.len();
    assert_eq!(
        decoder.bytes(b"event: error\ndata: {}\n\n", &mut items),
        Reading::Enough
    );
    assert_eq!(items.len(), before);
    assert!(decoder.end(&mut items).is_ok());
}

#[test]
fn group_90_odd_events_give_an_error_or_are_passed_over() {
    let text = |provider: &Provider, text: &str| match provider.id.as_str() {
        "claude" => format!(
            "data: {{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{{\"type\":\"text\",\"text\":\"{text}\"}}}}\n\n"
        ),
        _ => {
            format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}]}}}}]}}\n\n")
        }
    };
    for provider in both() {
        // A long one, NUL, half a pair of surrogates.
        let long = "x".repeat(10 << 20);
        for (written, expected) in [
            (long.as_str(), long.as_str()),
            ("\\u0000", "\0"),
            ("\\ud83d", "\u{fffd}"),
        ] {
            let (items, _) = whole(call(&provider), text(&provider, written).as_bytes());
            assert_eq!(items, [Delta::Text(expected.to_owned())]);
        }
        // Bytes that are no text.
        let mut bytes = text(&provider, "a?b").into_bytes();
        let at = bytes.iter().position(|byte| *byte == b'?').expect("it is there");
        bytes[at] = 0xff;
        let (items, _) = whole(call(&provider), &bytes);
        assert_eq!(items, [Delta::Text("a\u{fffd}b".to_owned())]);
        // More than can be.
        let endless = [b"data: ".to_vec(), vec![b'x'; 17 << 20]].concat();
        let (_, end) = whole(call(&provider), &endless);
        assert_eq!(end.expect_err("too long").kind, K::TooLong);
        // An error by its name, whatever its data.
        for data in ["{}", "x", "{\"message\":\"oh\"}", "[1", ""] {
            let body = [&text(&provider, "a"), "event: error\ndata: ", data, "\n\n"].concat();
            let (items, end) = whole(call(&provider), body.as_bytes());
            assert_eq!(items, [Delta::Text("a".to_owned())], "{data}");
            assert!(end.is_err(), "{data}");
        }
        // JSON cut in its middle is garbage, and not skipped.
        let body = [
            &text(&provider, "a"),
            "data: {\"type\":\"con\n\n",
            &text(&provider, "b"),
        ]
        .concat();
        let (items, end) = whole(call(&provider), body.as_bytes());
        assert_eq!(items, [Delta::Text("a".to_owned())]);
        assert_eq!(end.expect_err("garbage").kind, K::NotThisProtocol(Foreign::Text));
    }
    // Two last words.
    let twice = [fixture("anthropic-text.sse"), fixture("anthropic-text.sse")].concat();
    let once = whole(call(&anthropic()), &fixture("anthropic-text.sse"));
    assert_eq!(whole(call(&anthropic()), &twice), once);
}

#[test]
fn fields_of_another_type_cost_nothing_but_themselves() {
    let body = br#"data: {"type":"message_start","message":{"model":7,"usage":[]}}

data: {"type":"content_block_start","index":"x","content_block":{"type":"text","text":null}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}

data: {"type":"content_block_delta","index":9,"delta":{"type":"text_delta","text":"lost"}}

data: {"type":"content_block_delta","index":0,"delta":[]}

data: {"type":"content_block_stop","index":5}

data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":"many"}}

data: {"type":"message_stop"}

"#;
    let (items, end) = whole(call(&anthropic()), body);
    assert_eq!(items, [Delta::Text("a".into())]);
    assert_eq!(end.expect("an end").model, None);
    let body = br#"data: {"candidates":[null],"usageMetadata":7,"modelVersion":[],"promptFeedback":null}

data: {"candidates":[{"content":{"parts":[{"text":7},null,{"functionCall":{"args":{}}},{"functionCall":null},{"text":"a","thought":"yes"}]},"finishReason":null}]}

data: {"candidates":[{"content":null,"finishReason":"STOP"}]}

"#;
    let (items, end) = whole(call(&gemini()), body);
    assert_eq!(items, [Delta::Text("a".into())]);
    assert!(end.is_ok());
}

#[test]
fn answers_of_other_protocols_are_not_theirs() {
    let chunk = b"data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n";
    let line = b"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":true}";
    for provider in both() {
        for body in [&chunk[..], line] {
            let (items, end) = whole(call(&provider), body);
            assert!(items.is_empty(), "{items:?}");
            assert_eq!(
                end.expect_err("foreign").kind,
                K::NotThisProtocol(Foreign::OtherJson)
            );
        }
        for body in [&b"{\"models2\":[]}"[..], b"[]", b"7", b"null", b"\"x\""] {
            let list = provider.list(None).expect("a request");
            assert_eq!(
                whole(list, body).1.expect_err("foreign").kind,
                K::NotThisProtocol(Foreign::OtherJson)
            );
        }
    }
}
