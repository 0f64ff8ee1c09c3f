//! The same server by the protocols of others: OpenAI's, and Anthropic's, which servers before 0.14 do not speak.

use modelyard::providers::chat::{ChatRequest, Delta, EndReason, Generation, Message, Tool};
use modelyard::providers::error::ProviderErrorKind;
use modelyard::providers::json::RawJson;
use modelyard::providers::{Kind, Provider};

use super::{ask, feed, fetch, real};
use crate::wire::Answering;

/// The server as one that speaks another protocol, and a model it has.
fn by(kind: Kind) -> Option<(Provider, String)> {
    let (server, model) = real()?;
    Some((Provider::new("real", kind, server.base), model))
}

fn says(model: &str, text: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![Message {
            text: text.to_owned(),
            ..Message::default()
        }],
        generation: Generation {
            max_tokens: Some(5),
            temperature: Some(0.0),
            ..Generation::default()
        },
        ..ChatRequest::default()
    }
}

fn with_tool(model: &str) -> ChatRequest {
    ChatRequest {
        tools: vec![Tool {
            name: "get_time".to_owned(),
            description: "tells the time".to_owned(),
            parameters: RawJson::new(r#"{"type":"object","properties":{}}"#).expect("JSON"),
        }],
        ..says(model, "what time is it?")
    }
}

fn text(items: &[Delta]) -> String {
    let text = |item: &Delta| match item {
        Delta::Text(text) => text.clone(),
        _ => String::new(),
    };
    items.iter().map(text).collect()
}

/// Whether this server was built without what runs models.
fn runs_none(status: u16, body: &[u8]) -> bool {
    let none = status == 500 && String::from_utf8_lossy(body).contains("llama-server");
    if none {
        eprintln!("skipped: this Ollama was built without what runs models");
    }
    none
}

#[test]
fn a_real_server_lists_answers_and_refuses_by_the_protocol_of_openai() {
    let Some((server, model)) = by(Kind::OpenAi) else {
        return;
    };
    let listing = ask(&server, || server.list(None).expect("a request"))
        .1
        .expect("a list");
    let names: Vec<&str> = listing.models.iter().map(|listed| listed.name.as_str()).collect();
    assert!(names.contains(&format!("{model}:latest").as_str()), "{names:?}");

    let unknown = ask(&server, || server.chat(&says("none", "hi")).expect("a request")).1;
    assert_eq!(
        unknown.expect_err("no such model").kind,
        ProviderErrorKind::NotFound
    );
    let refused = ask(&server, || server.chat(&with_tool(&model)).expect("a request")).1;
    let refused = refused.expect_err("it calls no tools");
    assert_eq!(refused.status, Some(400));
    assert!(
        refused
            .said
            .as_deref()
            .is_some_and(|said| said.contains("does not support tools")),
        "{refused:?}"
    );

    let short = says(&model, "hello");
    let (head, body) = fetch(&server, &server.chat(&short).expect("a request").request, None);
    if runs_none(head.status, &body) {
        return;
    }
    let call = || server.chat(&short).expect("a request");
    let (items, end) = feed(call(), head.clone(), [body.as_slice()]);
    // The ids of its chunks are no part of what is said.
    let (again, end_again) = feed(call(), head, body.chunks(1));
    assert_eq!((&items, &end), (&again, &end_again));
    let end = end.expect("an answer");
    assert_eq!(end.reason, EndReason::Length);
    assert!(text(&items).starts_with("Hello!"), "{items:?}");
    let usage = end.usage.expect("counts, since they are asked for");
    assert_eq!(usage.completion_tokens, Some(5));
}

#[test]
fn a_real_answer_by_the_protocol_of_openai_stops_when_it_is_left() {
    let Some((server, _)) = by(Kind::OpenAi) else {
        return;
    };
    let Ok(endless) = std::env::var("MODELYARD_OLLAMA_ENDLESS") else {
        eprintln!("skipped: MODELYARD_OLLAMA_ENDLESS names no model that never ends");
        return;
    };
    let mut request = says(&endless, "go on");
    request.generation.max_tokens = None;
    let call = server.chat(&request).expect("a request");
    let mut answering = Answering::to(&server, &call.request, None);
    let mut decoder = call.decoder;
    let _ = modelyard::providers::Decoder::head(&mut decoder, answering.head.clone());
    let mut items = Vec::new();
    while items.len() < 20 {
        let chunk = answering.chunk().expect("it goes on");
        let _ = modelyard::providers::Decoder::bytes(&mut decoder, &chunk, &mut items);
    }
    drop(answering);
    // A server that still answered would have no place for this: it runs one answer of a model at a time here.
    let (own, _) = real().expect("the server");
    let unloaded = ask(&own, || own.unload(&endless).expect("a request"));
    assert_eq!(unloaded.1.expect("unloaded").reason, EndReason::Unloaded);
}

#[test]
fn a_real_server_speaks_the_protocol_of_anthropic_or_is_said_not_to() {
    let Some((server, model)) = by(Kind::Anthropic) else {
        return;
    };
    let (_, unknown) = ask(&server, || server.chat(&says("none", "hi")).expect("a request"));
    let unknown = unknown.expect_err("no such model");
    if matches!(unknown.kind, ProviderErrorKind::NotThisProtocol(_)) {
        eprintln!("this Ollama does not speak the protocol of Anthropic");
        return;
    }
    assert_eq!(
        (unknown.kind, unknown.status),
        (ProviderErrorKind::NotFound, Some(404))
    );
    let refused = ask(&server, || server.chat(&with_tool(&model)).expect("a request")).1;
    let refused = refused.expect_err("it calls no tools");
    assert!(
        refused
            .said
            .as_deref()
            .is_some_and(|said| said.contains("does not support tools")),
        "{refused:?}"
    );

    let short = says(&model, "hello");
    let (head, body) = fetch(&server, &server.chat(&short).expect("a request").request, None);
    if runs_none(head.status, &body) {
        let error = feed(server.chat(&short).expect("a request"), head, [body.as_slice()]).1;
        let error = error.expect_err("no answer");
        assert_eq!((error.kind, error.status), (ProviderErrorKind::Failed, Some(500)));
        return;
    }
    let call = || server.chat(&short).expect("a request");
    let whole = feed(call(), head.clone(), [body.as_slice()]);
    assert_eq!(feed(call(), head, body.chunks(1)), whole);
    let end = whole.1.expect("an answer");
    assert_eq!(end.reason, EndReason::Length);
    assert!(text(&whole.0).starts_with("Hello!"), "{:?}", whole.0);
}
