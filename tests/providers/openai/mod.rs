//! OpenAI's protocol and the servers that speak it. The fixtures are written after what each of them documents and what its
//! users reported; `standins` and `real` hold the codec to clients and to a server.

mod answers;
mod ends;
mod jobs;
mod lists;
mod requests;
mod splits;

use modelyard::providers::chat::{ChatDecoder, ChatEnd, ChatRequest, Delta};
use modelyard::providers::{BaseUrl, Head, Kind, Provider, ProviderError, Server};

use super::driving::{Outcome, feed, fixture, head, of_kind};

pub(super) fn at(host: &str) -> Provider {
    Provider::new("far", Kind::OpenAi, BaseUrl::parse(host).expect("an address"))
}

pub(super) fn server(server: Server) -> Provider {
    at("http://localhost:8080/v1").with_server(Some(server))
}

pub(super) fn events() -> Head {
    head(200, "text/event-stream; charset=utf-8")
}

pub(super) fn request() -> ChatRequest {
    ChatRequest {
        model: "one".to_owned(),
        ..ChatRequest::default()
    }
}

/// An answer in pieces.
pub(super) fn read<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Outcome<ChatDecoder> {
    let call = of_kind(Kind::OpenAi).chat(&request()).expect("a request");
    feed(call, events(), pieces)
}

pub(super) fn chat(name: &str) -> (Vec<Delta>, Result<ChatEnd, ProviderError>) {
    read([fixture(name).as_slice()])
}

/// An answer whose events carry these.
pub(super) fn chunks(data: &[&str]) -> (Vec<Delta>, Result<ChatEnd, ProviderError>) {
    let events: Vec<String> = data.iter().map(|data| format!("data: {data}\n\n")).collect();
    read([events.concat().as_bytes()])
}

pub(super) fn text(items: &[Delta]) -> String {
    let text = |item: &Delta| match item {
        Delta::Text(text) => Some(text.clone()),
        _ => None,
    };
    items.iter().filter_map(text).collect()
}

pub(super) fn thoughts(items: &[Delta]) -> String {
    let thought = |item: &Delta| match item {
        Delta::Reasoning(text) => Some(text.clone()),
        _ => None,
    };
    items.iter().filter_map(thought).collect()
}

/// The number, the function and the arguments of each call.
pub(super) fn calls(items: &[Delta]) -> Vec<(Option<&str>, &str, &str)> {
    let mut calls = Vec::new();
    for item in items {
        if let Delta::ToolCall(call) = item {
            calls.push((call.id.as_deref(), call.name.as_str(), call.arguments.as_str()));
        }
    }
    calls
}
