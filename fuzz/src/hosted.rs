//! What holds for a hosted provider whatever it answers: no panic, the same however the bytes are cut, no success with the
//! status of a refusal; and a request is JSON that holds what was said, or there is none.

use std::fmt::Debug;

use modelyard::providers::chat::{ChatRequest, Delta, Message, Role, ToolCall};
use modelyard::providers::json::RawJson;
use modelyard::providers::{BaseUrl, Call, Decoder, Head, Kind, Provider, ProviderError, Reading};
use serde_json::Value;

type Outcome<D> = (
    Vec<<D as Decoder>::Item>,
    Result<<D as Decoder>::End, ProviderError>,
);

fn feed<D: Decoder>(call: Call<D>, status: u16, pieces: &[&[u8]]) -> Outcome<D> {
    let mut decoder = call.decoder;
    let mut items = Vec::new();
    let mut reading = decoder.head(Head {
        status,
        ..Head::default()
    });
    for piece in pieces {
        if reading == Reading::Enough {
            break;
        }
        reading = decoder.bytes(piece, &mut items);
    }
    let end = decoder.end(&mut items);
    (items, end)
}

/// Reads an answer in every way, and gives what came out.
fn read<D: Decoder>(call: impl Fn() -> Call<D>, status: u16, bytes: &[u8]) -> Outcome<D>
where
    D::Item: PartialEq + Debug,
    D::End: PartialEq + Debug,
{
    let [whole, others @ ..] = crate::ways(bytes);
    let expected = feed(call(), status, &whole);
    for pieces in others {
        assert_eq!(feed(call(), status, &pieces), expected);
    }
    assert!(status == 200 || expected.1.is_err());
    expected
}

fn asked(text: &str) -> ChatRequest {
    ChatRequest {
        model: "gemini-3-flash".to_owned(),
        messages: vec![Message {
            text: text.to_owned(),
            ..Message::default()
        }],
        ..ChatRequest::default()
    }
}

/// What a call of an answer says goes back as it came, and what is written then is JSON.
fn check_way_back(provider: &Provider, call: ToolCall) {
    let mut request = asked("x");
    request.messages.push(Message {
        role: Role::Assistant,
        tool_calls: vec![call.clone()],
        ..Message::default()
    });
    request.messages.push(Message {
        role: Role::Tool,
        tool_call_id: call.id.clone(),
        ..Message::default()
    });
    let written = provider.chat(&request).expect("a request").request.body;
    let text = String::from_utf8(written).expect("text");
    assert!(text.contains(call.arguments.as_str()), "{text}");
    if let Some(signature) = call.signature.filter(|text| text.starts_with('[')) {
        assert!(text.contains(signature.trim_matches(['[', ']'])), "{text}");
    }
}

fn check_answers(provider: &Provider, status: u16, bytes: &[u8]) {
    let _ = read(|| provider.list(None).expect("a request"), status, bytes);
    let _ = read(|| provider.show("one").expect("a request"), status, bytes);
    let _ = read(|| provider.check_key().expect("a request"), status, bytes);
    let (items, _) = read(|| provider.chat(&asked("x")).expect("a request"), status, bytes);
    for item in items {
        match item {
            Delta::Text(text) | Delta::Reasoning(text) => assert!(!text.is_empty()),
            Delta::ToolCall(call) => check_way_back(provider, call),
            Delta::Usage(_) => {}
        }
    }
}

fn check_requests(provider: &Provider, text: &str) {
    assert!(provider.same_model(text, text));
    if let Ok(call) = provider.list(Some(text)) {
        assert!(BaseUrl::parse(call.request.url.split('?').next().unwrap_or_default()).is_ok());
        assert!(
            call.request
                .url
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'#')
        );
    }
    if let Ok(call) = provider.show(text) {
        assert!(call.request.url.starts_with(provider.base.as_str()));
        let path = call.request.url.trim_start_matches(provider.base.as_str());
        // `/v1/models/<name>`: one segment, which leads nowhere else.
        assert!(
            !path.contains(['?', '#', '\\']) && !path.split('/').any(|part| part == ".."),
            "{path}"
        );
        assert!(path.split('/').count() == 4, "{path}");
    }
    let mut request = asked(text);
    let body = provider.chat(&request).expect("a request").request.body;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    if !text.is_empty() {
        let said = match provider.kind {
            Kind::Gemini => &body["contents"][0]["parts"][0]["text"],
            _ => &body["messages"][0]["content"][0]["text"],
        };
        assert_eq!(said, text);
    }
    request.think = RawJson::new(text);
    request.format = RawJson::new(text);
    request.provider_options = RawJson::object(text);
    if let (Ok(call), Some(own)) = (provider.chat(&request), &request.provider_options) {
        let body = String::from_utf8(call.request.body).expect("text");
        assert!(body.contains(own.entries()), "{body}");
    }
}

/// All of it.
///
/// # Panics
/// Something does not hold.
pub fn check(kind: Kind, host: &str, bytes: &[u8]) {
    let base = BaseUrl::parse(host).expect("an address");
    let provider = Provider::new("hosted", kind, base);
    check_answers(&provider, 200, bytes);
    check_answers(&provider, 400, bytes);
    check_requests(&provider, &String::from_utf8_lossy(bytes));
}
