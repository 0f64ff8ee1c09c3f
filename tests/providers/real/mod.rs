//! The codec against a real Ollama: `MODELYARD_OLLAMA` is its address, `MODELYARD_OLLAMA_MODEL` a small model it has.
//! Without them these tests say so and pass. Each answer is also fed byte by byte. `cargo xtask test ollama` starts
//! servers and runs all of this.

mod protocols;
mod pulls;

use std::fmt::Debug;

use modelyard::providers::chat::{ChatRequest, Delta, EndReason, Generation, Message};
use modelyard::providers::connection::{Finding, Heard, Surroundings, judge};
use modelyard::providers::error::ProviderErrorKind;
use modelyard::providers::{BaseUrl, Call, Decoder, Kind, Provider};

use super::driving::{Outcome, feed};
use crate::wire::{Answering, fetch};

/// The server, and a model it has.
fn real() -> Option<(Provider, String)> {
    let address = std::env::var("MODELYARD_OLLAMA").ok();
    let model = std::env::var("MODELYARD_OLLAMA_MODEL").ok();
    if let (Some(address), Some(model)) = (address, model) {
        let base = BaseUrl::parse(&address).expect("an address");
        return Some((Provider::new("real", Kind::Ollama, base), model));
    }
    eprintln!("skipped: MODELYARD_OLLAMA and MODELYARD_OLLAMA_MODEL name no real Ollama");
    None
}

/// Asks, and reads the answer whole and byte by byte.
fn ask<D: Decoder>(provider: &Provider, call: impl Fn() -> Call<D>) -> Outcome<D>
where
    D::Item: PartialEq + Debug,
    D::End: PartialEq + Debug,
{
    let (head, body) = fetch(provider, &call().request, None);
    let whole = feed(call(), head.clone(), [body.as_slice()]);
    assert_eq!(feed(call(), head, body.chunks(1)), whole);
    whole
}

#[test]
fn a_real_server_is_read_from_version_to_delete() {
    let Some((server, model)) = real() else { return };
    let version = ask(&server, || server.version().expect("a request"))
        .1
        .expect("a version");
    eprintln!("Ollama {}", version.text);

    let listing = ask(&server, || server.list(None).expect("a request"))
        .1
        .expect("a list");
    let listed = listing
        .models
        .iter()
        .find(|listed| server.same_model(&listed.name, &model))
        .expect("the model is listed");
    assert!(listed.size_bytes.is_some() && listed.digest.is_some() && listed.modified.is_some());
    let shown = ask(&server, || server.show(&model).expect("a request"))
        .1
        .expect("details");
    assert!(!shown.listed.lacks_details(), "{:?}", shown.listed);

    ask(&server, || {
        server.copy(&model, "modelyard-test:copy").expect("a request")
    })
    .1
    .expect("copied");
    let remove = || server.remove("modelyard-test:copy").expect("a request");
    let (head, body) = fetch(&server, &remove().request, None);
    feed(remove(), head, [body.as_slice()]).1.expect("removed");
    let gone = ask(&server, remove).1.expect_err("removed already");
    assert_eq!((gone.kind, gone.status), (ProviderErrorKind::NotFound, Some(404)));

    let unknown = ask(&server, || server.show("modelyard-test:none").expect("a request")).1;
    assert_eq!(
        unknown.expect_err("no such model").kind,
        ProviderErrorKind::NotFound
    );
    // Nobody listens there: the error comes within a stream that began well.
    let (items, end) = ask(&server, || server.pull("localhost:1/a/b").expect("a request"));
    assert_eq!(items.len(), 1);
    assert_eq!(end.expect_err("no registry").status, Some(200));
}

#[test]
fn a_real_server_answers_with_the_context_it_was_told() {
    let Some((server, model)) = real() else { return };
    let request = |text: String| ChatRequest {
        model: model.clone(),
        messages: vec![Message {
            text,
            ..Message::default()
        }],
        generation: Generation {
            max_tokens: Some(5),
            temperature: Some(0.0),
            ..Generation::default()
        },
        context_size: Some(256),
        ..ChatRequest::default()
    };
    let short = request("hello".to_owned());
    let (head, body) = fetch(&server, &server.chat(&short).expect("a request").request, None);
    if head.status == 500 && String::from_utf8_lossy(&body).contains("llama-server") {
        eprintln!("skipped: this Ollama was built without what runs models");
        return;
    }
    let (items, end) = feed(server.chat(&short).expect("a request"), head, [body.as_slice()]);
    let end = end.expect("an answer");
    assert_eq!(end.reason, EndReason::Length);
    assert!(
        items.iter().any(|item| matches!(item, Delta::Text(_))),
        "{items:?}"
    );
    assert_eq!(end.usage.and_then(|usage| usage.completion_tokens), Some(5));

    let running = ask(&server, || server.running().expect("a request"))
        .1
        .expect("a list");
    let running = running
        .iter()
        .find(|running| server.same_model(&running.name, &model))
        .expect("it is in memory");
    // Servers before 0.11 do not say it.
    assert!(
        running.served_context.is_none_or(|context| context == 256),
        "{running:?}"
    );

    let long = request("hello ".repeat(600));
    let (_, end) = ask(&server, || server.chat(&long).expect("a request"));
    match end {
        Err(error) => assert!(
            matches!(error.kind, ProviderErrorKind::ContextExceeded { .. }),
            "{error:?}"
        ),
        // So do servers before 0.12: they forget the beginning, whatever they are told.
        Ok(_) => eprintln!("this Ollama truncates"),
    }
    let unloaded = ask(&server, || server.unload(&model).expect("a request"))
        .1
        .expect("unloaded");
    assert_eq!(unloaded.reason, EndReason::Unloaded);
}

#[test]
fn a_real_answer_without_an_end_is_cut_off_and_the_server_goes_on() {
    let Some((server, _)) = real() else { return };
    let Ok(endless) = std::env::var("MODELYARD_OLLAMA_ENDLESS") else {
        eprintln!("skipped: MODELYARD_OLLAMA_ENDLESS names no model that never ends");
        return;
    };
    let request = ChatRequest {
        model: endless.clone(),
        messages: vec![Message {
            text: "go on".to_owned(),
            ..Message::default()
        }],
        ..ChatRequest::default()
    };
    let call = server.chat(&request).expect("a request");
    let mut answering = Answering::to(&server, &call.request, None);
    let mut decoder = call.decoder;
    let _ = decoder.head(answering.head.clone());
    let mut items = Vec::new();
    while items.len() < 20 {
        let chunk = answering.chunk().expect("it goes on");
        let _ = decoder.bytes(&chunk, &mut items);
    }
    // The connection is closed here.
    drop(answering);
    // A server that still answered would have no place for this: it runs one answer of a model at a time here.
    let unloaded = ask(&server, || server.unload(&endless).expect("a request"))
        .1
        .expect("unloaded");
    assert_eq!(unloaded.reason, EndReason::Unloaded);
}

#[test]
fn a_real_server_refuses_an_origin_it_does_not_know() {
    let Some((server, _)) = real() else { return };
    let call = server.version().expect("a request");
    let (refusal, body) = fetch(&server, &call.request, Some("https://unknown.example"));
    let heard = Heard::Answer(feed(call, refusal, [body.as_slice()]).1.map(Some));
    let around = Surroundings {
        page_origin: "https://unknown.example".to_owned(),
        page_is_secure: true,
        ..Surroundings::default()
    };
    let verdict = judge(&server, &heard, &around);
    assert_eq!(verdict.finding, Finding::OriginRefused);
    assert_eq!(
        verdict.setting.as_deref(),
        Some("OLLAMA_ORIGINS=https://unknown.example")
    );
}
