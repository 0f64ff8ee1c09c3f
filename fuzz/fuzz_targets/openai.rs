//! Any bytes as what a server of OpenAI's protocol answers, whichever it is, and any text in what it is asked.

#![no_main]

use std::fmt::Debug;

use modelyard::providers::chat::{ChatRequest, Delta, Message};
use modelyard::providers::json::RawJson;
use modelyard::providers::{BaseUrl, Call, Decoder, Head, Kind, Provider, ProviderError, Reading, Server};
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

/// Reads the answer in every way, and gives what came out.
fn read<D: Decoder>(call: impl Fn() -> Call<D>, status: u16, bytes: &[u8]) -> Outcome<D>
where
    D::Item: PartialEq + Debug,
    D::End: PartialEq + Debug,
{
    let [whole, others @ ..] = modelyard_fuzz::ways(bytes);
    let expected = feed(call(), status, &whole);
    for pieces in others {
        assert_eq!(feed(call(), status, &pieces), expected);
    }
    assert!(status == 200 || expected.1.is_err());
    if let (_, Err(error)) = &expected
        && let Some(said) = &error.said
    {
        assert!(said.chars().count() <= 300 && !said.contains('\n'), "{said:?}");
    }
    expected
}

fn asked(text: &str) -> ChatRequest {
    ChatRequest {
        model: "one".to_owned(),
        messages: vec![Message {
            text: text.to_owned(),
            ..Message::default()
        }],
        ..ChatRequest::default()
    }
}

fn check_answers(provider: &Provider, status: u16, bytes: &[u8]) {
    for after in [None, Some("more")] {
        let (_, listing) = read(|| provider.list(after).expect("a request"), status, bytes);
        let models = listing.map(|listing| listing.models).unwrap_or_default();
        assert!(after.is_some() || models.iter().all(|model| !model.name.is_empty()));
    }
    let _ = read(|| provider.check_key().expect("a request"), status, bytes);
    let (items, _) = read(|| provider.chat(&asked("x")).expect("a request"), status, bytes);
    for item in items {
        match item {
            Delta::Text(text) | Delta::Reasoning(text) => assert!(!text.is_empty()),
            Delta::ToolCall(call) => assert!(RawJson::object(call.arguments.as_str()).is_some()),
            Delta::Usage(_) => {}
        }
    }
    if provider.pull("one").is_ok() {
        let _ = read(|| provider.pull("one").expect("a request"), status, bytes);
    }
}

fn check_requests(provider: &Provider, text: &str) {
    let mut request = asked(text);
    let body = provider.chat(&request).expect("a request").request.body;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["messages"][0]["content"], text);
    request.think = RawJson::new(text);
    request.format = RawJson::new(text);
    request.provider_options = RawJson::object(text);
    if let (Ok(call), Some(own)) = (provider.chat(&request), &request.provider_options) {
        let body = String::from_utf8(call.request.body).expect("text");
        assert!(body.contains(own.entries()), "{body}");
    }
    if let Ok(call) = provider.pull(text) {
        let _: Value = serde_json::from_slice(&call.request.body).expect("JSON");
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let base = BaseUrl::parse("http://localhost:8080/v1").expect("an address");
    let home = Provider::new("home", Kind::OpenAi, base.clone());
    let text = String::from_utf8_lossy(bytes);
    for server in [Server::OpenAi, Server::LlamaCpp, Server::LmStudio] {
        let provider = home.clone().with_server(Some(server));
        check_answers(&provider, 200, bytes);
        check_requests(&provider, &text);
    }
    check_answers(&home, 400, bytes);
    let router = Provider::new("router", Kind::OpenRouter, base);
    check_answers(&router, 200, bytes);
    check_requests(&router, &text);
});
