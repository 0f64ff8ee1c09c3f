//! Answers.

use modelyard::providers::chat::{ChatEnd, ChatRequest, Delta, EndReason, ToolCall, Usage};
use modelyard::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use modelyard::providers::json::RawJson;
use modelyard::providers::{Decoder, Reading};

use super::driving::{feed, fixture, good, head, ollama, whole};

fn call() -> modelyard::providers::Call<modelyard::providers::chat::ChatDecoder> {
    let request = ChatRequest {
        model: "one".to_owned(),
        ..ChatRequest::default()
    };
    ollama().chat(&request).expect("a request")
}

fn chat(body: &[u8]) -> (Vec<Delta>, Result<ChatEnd, ProviderError>) {
    whole(call(), body)
}

fn text(items: &[Delta]) -> String {
    items
        .iter()
        .filter_map(|item| match item {
            Delta::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_real_answer_is_read_to_its_end() {
    let (items, end) = chat(&fixture("chat-0.6.5.ndjson"));
    let text = text(&items);
    assert!(
        text.starts_with("Hello! I am") && text.ends_with("a joke or a story."),
        "{text}"
    );
    let usage = Usage {
        prompt_tokens: Some(9),
        completion_tokens: Some(25),
        load_ms: Some(253),
        prompt_ms: Some(372),
        completion_ms: Some(2_883),
        ..Usage::default()
    };
    assert_eq!(items.last(), Some(&Delta::Usage(usage)));
    assert_eq!(
        end,
        Ok(ChatEnd {
            reason: EndReason::Stop,
            model: Some("hello".into()),
            usage: Some(usage),
        })
    );
}

#[test]
fn thoughts_and_text_are_told_apart() {
    let (items, end) = chat(&fixture("chat-thinking.ndjson"));
    assert_eq!(
        items[..5],
        [
            Delta::Reasoning("Hm".into()),
            Delta::Reasoning(", «ja»?".into()),
            Delta::Text("Grüß".into()),
            Delta::Text(" Gott 👋🏽\n".into()),
            Delta::Text("日本".into()),
        ]
    );
    assert_eq!(end.expect("an end").reason, EndReason::Stop);
}

#[test]
fn calls_keep_their_arguments_byte_for_byte() {
    let (items, end) = chat(&fixture("chat-tools.ndjson"));
    let call = |id: Option<&str>, name: &str, arguments: &str| {
        Delta::ToolCall(ToolCall {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            arguments: RawJson::object(arguments).expect("an object"),
            signature: None,
        })
    };
    assert_eq!(
        items[1..3],
        [
            call(
                Some("call_1"),
                "weather",
                r#"{"city":"Köln","days":[1,2],"unit":null}"#
            ),
            call(None, "time", "{}"),
        ]
    );
    assert_eq!(end.expect("an end").reason, EndReason::ToolCalls);
}

#[test]
fn calls_of_another_shape_are_taken_as_far_as_they_go() {
    let line = r#"{"message":{"tool_calls":[7,{},{"function":null},{"function":{"arguments":{}}},
        {"function":{"name":"f","arguments":"text"},"id":9},{"id":"a","function":{"name":"g"}}]},"done":true}"#;
    let (items, end) = chat(line.replace('\n', " ").as_bytes());
    let names: Vec<(&str, &str)> = items
        .iter()
        .filter_map(|item| match item {
            Delta::ToolCall(call) => Some((call.name.as_str(), call.arguments.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(names, [("f", "{}"), ("g", "{}")]);
    assert_eq!(end.expect("an end").reason, EndReason::Unknown);
}

#[test]
fn an_answer_ends_for_the_reason_the_server_gives() {
    for (reason, expected) in [
        (r#","done_reason":"stop""#, EndReason::Stop),
        (r#","done_reason":"length""#, EndReason::Length),
        (r#","done_reason":"load""#, EndReason::Loaded),
        (r#","done_reason":"unload""#, EndReason::Unloaded),
        (r#","done_reason":"tired""#, EndReason::Other("tired".into())),
        (r#","done_reason":"""#, EndReason::Unknown),
        ("", EndReason::Unknown),
    ] {
        let body = format!(r#"{{"model":"m","message":{{"content":"x"}},"done":true{reason}}}"#);
        let (items, end) = chat(body.as_bytes());
        assert_eq!(items, [Delta::Text("x".into())]);
        assert_eq!(end.expect("an end").reason, expected, "{reason}");
    }
    let (items, end) = chat(&fixture("chat-length-0.12.6.ndjson"));
    assert_eq!(text(&items), "In a quiet library there");
    assert_eq!(end.expect("an end").reason, EndReason::Length);
    for (name, expected) in [
        ("load-0.6.5.json", EndReason::Loaded),
        ("unload-0.32.15.json", EndReason::Unloaded),
    ] {
        let (items, end) = chat(&fixture(name));
        assert_eq!((items, end.expect("an end").reason), (vec![], expected), "{name}");
    }
}

#[test]
fn an_error_within_an_answer_ends_it_after_what_came_before() {
    let (items, end) = chat(&fixture("chat-broken.ndjson"));
    assert_eq!(text(&items), "One two");
    let error = end.expect_err("an error");
    assert_eq!(
        (&error.kind, error.status),
        (&ProviderErrorKind::Failed, Some(200))
    );
    assert!(error.said.expect("words").starts_with("an error was encountered"));
    let overflow = r#"{"error":"the prompt is longer than the context length currently available to the model; shorten the prompt"}"#;
    assert!(matches!(
        chat(overflow.as_bytes()).1.expect_err("an error").kind,
        ProviderErrorKind::ContextExceeded { .. }
    ));
    let inner = r#"{"error":{"code":400,"message":"request (9 tokens) exceeds","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":4}}"#;
    assert_eq!(
        chat(inner.as_bytes()).1.expect_err("an error").kind,
        ProviderErrorKind::ContextExceeded {
            prompt_tokens: Some(9),
            context_tokens: Some(4)
        }
    );
}

#[test]
fn an_answer_without_its_last_line_is_incomplete() {
    let first = "{\"message\":{\"content\":\"One\"},\"done\":false}\n";
    let incomplete = ProviderErrorKind::Incomplete;
    let (items, end) = chat(first.as_bytes());
    assert_eq!(
        (text(&items).as_str(), end.expect_err("cut").kind),
        ("One", incomplete.clone())
    );
    // Half of a last line gives none of its text.
    let cut = [first, "{\"message\":{\"content\":\" two\"},\"do"].concat();
    let (items, end) = chat(cut.as_bytes());
    assert_eq!(
        (text(&items).as_str(), end.expect_err("cut").kind),
        ("One", incomplete)
    );
    // In the middle it is garbage, which is not skipped: what it stood for is missing.
    let garbage = [first, "{\"message\":{\"content\":\" two\"},\"do\n", first].concat();
    let (items, end) = chat(garbage.as_bytes());
    assert_eq!(text(&items), "One");
    assert_eq!(
        end.expect_err("garbage").kind,
        ProviderErrorKind::NotThisProtocol(Foreign::Text)
    );
}

#[test]
fn what_comes_after_the_end_is_not_read() {
    let mut decoder = call().decoder;
    let mut items = Vec::new();
    assert_eq!(decoder.head(good()), Reading::More);
    let body =
        b"{\"message\":{\"content\":\"a\"},\"done\":true}\n{\"message\":{\"content\":\"b\"},\"done\":true}\n";
    assert_eq!(decoder.bytes(body, &mut items), Reading::Enough);
    assert_eq!(decoder.bytes(body, &mut items), Reading::Enough);
    assert!(decoder.end(&mut items).is_ok());
    assert_eq!(items, [Delta::Text("a".into())]);
}

#[test]
fn what_is_no_answer_is_another_protocol() {
    for (body, expected) in [
        ("", Foreign::Nothing),
        ("\n\n", Foreign::Nothing),
        ("data: {\"choices\":[]}\n", Foreign::Text),
        ("{\"object\":\"chat.completion.chunk\"}\n", Foreign::OtherJson),
        ("[]\n", Foreign::OtherJson),
        ("<html>", Foreign::Page),
    ] {
        let error = chat(body.as_bytes()).1.expect_err(body);
        assert_eq!(error.kind, ProviderErrorKind::NotThisProtocol(expected), "{body}");
    }
    let mut decoder = call().decoder;
    assert_eq!(
        decoder.head(head(200, "text/html")),
        Reading::Enough,
        "a page is not read"
    );
}

#[test]
fn lines_that_say_nothing_are_no_trouble_once_the_protocol_is_known() {
    let body = concat!(
        "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n",
        "{\"heartbeat\":true}\n{\"message\":null,\"done\":null}\n{\"message\":{\"content\":7,\"thinking\":[]}}\n",
        "{\"message\":{\"content\":\"x\\ud83d\"},\"error\":null,\"eval_count\":99999999999999999999}\n",
        "{\"done\":true,\"done_reason\":\"stop\",\"eval_count\":99999999999999999999}",
    );
    let (items, end) = chat(body.as_bytes());
    assert_eq!(items, [Delta::Text("x\u{fffd}".into())]);
    assert_eq!(end.expect("an end").usage, None);
}

#[test]
fn bytes_that_are_no_text_cost_only_themselves() {
    let body = b"{\"message\":{\"content\":\"a\xffb\"},\"done\":true}\n";
    assert_eq!(chat(body).0, [Delta::Text("a\u{fffd}b".into())]);
}

#[test]
fn a_refusal_before_the_first_line_has_its_status() {
    let body = fixture("chat-thinking.ndjson");
    let (items, end) = feed(call(), head(404, "application/json"), [body.as_slice()]);
    assert_eq!(items, []);
    assert_eq!(end.expect_err("a status").status, Some(404));
}
