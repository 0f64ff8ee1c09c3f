//! Any bytes as the answer to any call: no panic, the same however they are cut, and what comes out keeps its promises.
//! And any text in a request: what goes out is JSON that holds it, or nothing goes out.

#![no_main]

use std::fmt::Debug;

use modelyard::providers::chat::{ChatRequest, Message};
use modelyard::providers::json::RawJson;
use modelyard::providers::pull::{PullPhase, PullProgress};
use modelyard::providers::{BaseUrl, Call, Decoder, Head, Kind, Provider, ProviderError, Reading};
use serde_json::Value;

fn ollama() -> Provider {
    let base = BaseUrl::parse("http://localhost:11434").expect("an address");
    Provider::new("home", Kind::Ollama, base)
}

fn feed<D: Decoder>(
    call: Call<D>,
    status: u16,
    pieces: &[&[u8]],
) -> (Vec<D::Item>, Result<D::End, ProviderError>) {
    let mut decoder = call.decoder;
    let mut items = Vec::new();
    let mut reading = decoder.head(Head {
        status,
        content_type: Some("application/json".to_owned()),
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
fn read<D: Decoder>(
    call: impl Fn() -> Call<D>,
    status: u16,
    bytes: &[u8],
) -> (Vec<D::Item>, Result<D::End, ProviderError>)
where
    D::Item: PartialEq + Debug,
    D::End: PartialEq + Debug,
{
    let [whole, others @ ..] = modelyard_fuzz::ways(bytes);
    let expected = feed(call(), status, &whole);
    for pieces in others {
        assert_eq!(feed(call(), status, &pieces), expected);
    }
    if let (_, Err(error)) = &expected
        && let Some(said) = &error.said
    {
        assert!(said.chars().count() <= 300 && !said.contains('\n'), "{said:?}");
    }
    expected
}

/// Requirement Q6.
fn check_progress(steps: &[PullProgress], done: bool) {
    assert!(
        steps.is_sorted_by_key(|step| (step.phase, step.downloaded_bytes)),
        "{steps:?}"
    );
    assert!(steps.is_sorted_by_key(|step| step.total_bytes), "{steps:?}");
    assert!(steps.is_sorted_by_key(|step| step.permille), "{steps:?}");
    for step in steps {
        let is_done = step.phase == PullPhase::Done;
        assert_eq!(step.permille == Some(1_000), is_done, "{step:?}");
        assert!(
            step.total_bytes
                .is_none_or(|total| step.downloaded_bytes <= total),
            "{step:?}"
        );
    }
    assert_eq!(
        steps.last().is_some_and(|step| step.phase == PullPhase::Done),
        done,
        "{steps:?}"
    );
}

fn check_answers(bytes: &[u8], status: u16) {
    let server = ollama();
    let is_good = status == 200;
    let _ = read(|| server.version().expect("a request"), status, bytes);
    let listing = read(|| server.list(None).expect("a request"), status, bytes).1;
    assert!(is_good || listing.is_err());
    let _ = read(|| server.running().expect("a request"), status, bytes);
    let _ = read(|| server.show("one").expect("a request"), status, bytes);
    let _ = read(|| server.remove("one").expect("a request"), status, bytes);
    let _ = read(|| server.copy("one", "two").expect("a request"), status, bytes);
    let _ = read(|| server.unload("one").expect("a request"), status, bytes);
    let (steps, end) = read(|| server.pull("one").expect("a request"), status, bytes);
    check_progress(&steps, end.is_ok());
    let request = ChatRequest {
        model: "one".to_owned(),
        ..ChatRequest::default()
    };
    let (_, end) = read(|| server.chat(&request).expect("a request"), status, bytes);
    assert!(is_good || end.is_err());
}

fn check_requests(text: &str) {
    let server = ollama();
    assert!(server.same_model(text, text));
    if let Ok(call) = server.show(text) {
        let body: Value = serde_json::from_slice(&call.request.body).expect("JSON");
        assert_eq!(body["model"], text);
    }
    let raw = RawJson::object(text);
    let request = ChatRequest {
        model: "one".to_owned(),
        messages: vec![Message {
            text: text.to_owned(),
            ..Message::default()
        }],
        provider_options: raw.clone(),
        ..ChatRequest::default()
    };
    if let Ok(call) = server.chat(&request) {
        let body = String::from_utf8(call.request.body).expect("text");
        match raw {
            // What is passed on is not looked into: `1e999` is no number to all who read JSON.
            Some(raw) => assert!(body.contains(raw.entries()), "{body}"),
            None => {
                let body: Value = serde_json::from_str(&body).expect("JSON");
                assert_eq!(body["messages"][0]["content"], text);
            }
        }
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check_answers(bytes, 200);
    check_answers(bytes, 400);
    check_requests(&String::from_utf8_lossy(bytes));
});
