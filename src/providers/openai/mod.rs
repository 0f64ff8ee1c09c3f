//! OpenAI's protocol. Many servers speak it, each with words of its own: what those are is data (`servers`), and what is
//! written and read goes by that.
//!
//! A list says next to nothing by the protocol. Which server it is shows in it, though, and where that one says more
//! is in its row: the second question of a list, without whose answer the list is right all the same.

pub mod chat;
mod fragments;
pub mod jobs;
mod list;
mod own_list;
mod props;
pub mod servers;
mod usage;
mod write;

use super::Provider;
use super::answer::{Call, Whole};
use super::chat::{Answer, ChatDecoder, ChatRequest};
use super::error::{Foreign, ProviderError, ProviderErrorKind};
use super::kind::Kind;
use super::listed::Listing;
use super::request::{Expects, Header, HttpRequest, KeyPlace, Method, Patience};

pub(super) use self::list::read as read_list;
use self::servers::{OPEN_ROUTER, Row, Server, Takes};

/// Many servers let pages send these and nothing else.
const ASKS: &[(Header, &str)] = &[(Header::Accept, "application/json")];
const SENDS: &[(Header, &str)] = &[(Header::ContentType, "application/json")];

/// What is asked for after the list, as far as it says itself.
const MORE: &str = "more";

/// The longest name of a model, in bytes.
const MAX_NAME_BYTES: usize = 512;

/// Which server it is.
pub(super) fn server(provider: &Provider) -> Server {
    let server = provider.server.or_else(|| Server::at(&provider.base));
    server.unwrap_or(Server::Other)
}

/// What is to be known of the server.
pub(super) fn row(provider: &Provider) -> &'static Row {
    server(provider).row()
}

fn takes(provider: &Provider) -> &'static Takes {
    match provider.kind {
        Kind::OpenRouter => &OPEN_ROUTER,
        _ => &row(provider).takes,
    }
}

/// The path of the protocol's version, where an address has none.
fn usual_path(provider: &Provider) -> &'static str {
    match provider.kind {
        Kind::OpenRouter => "/api/v1",
        _ => "/v1",
    }
}

/// The URL of a path of the protocol. An address names the version, as in OpenAI's own client; where it has no path, the
/// usual one is meant.
pub(super) fn url(provider: &Provider, path: &str) -> String {
    if provider.base.path().is_empty() {
        provider.base.join(&[usual_path(provider), path].concat())
    } else {
        provider.base.join(path)
    }
}

/// The URL of a path beside the protocol: from where the server is.
pub(super) fn root_url(provider: &Provider, path: &str) -> String {
    let root = provider.base.as_str();
    let version = root
        .strip_suffix("/v1")
        .filter(|_| !provider.base.path().is_empty());
    [version.unwrap_or(root), path].concat()
}

pub(super) fn ask(provider: &Provider, url: String) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url,
        headers: ASKS,
        body: Vec::new(),
        expects: Expects::Json,
        key: KeyPlace::Bearer,
        patience: Patience::Long,
        zone: provider.base.zone(),
    }
}

pub(super) fn send(provider: &Provider, url: String, body: Vec<u8>) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        headers: SENDS,
        body,
        ..ask(provider, url)
    }
}

pub(super) fn list(provider: &Provider, after: Option<&str>) -> Call<Whole<Listing>> {
    if let (Some(MORE), Some((path, read))) = (after, row(provider).more) {
        return Call {
            request: ask(provider, root_url(provider, path)),
            decoder: Whole::new(read),
        };
    }
    let read = match row(provider).more {
        Some(_) => list::read_with_more,
        None => list::read,
    };
    Call {
        request: ask(provider, url(provider, "/models")),
        decoder: Whole::new(read),
    }
}

/// Its list is the only question all of them have.
pub(super) fn check_key(provider: &Provider) -> Call<Whole<()>> {
    Call {
        request: ask(provider, url(provider, "/models")),
        decoder: Whole::new(|text| list::read(text).map(drop)),
    }
}

#[inline(never)]
pub(super) fn chat(provider: &Provider, request: &ChatRequest) -> Result<Call<ChatDecoder>, ProviderError> {
    check_name(&request.model).map_err(ProviderErrorKind::InvalidName)?;
    let body = write::chat(takes(provider), request)?;
    Ok(Call {
        request: HttpRequest {
            expects: Expects::Stream,
            patience: Patience::Answer,
            ..send(provider, url(provider, "/chat/completions"), body)
        },
        decoder: Answer::OpenAi(chat::Answer::default()).decoder(),
    })
}

/// Whether a model can have that name: servers call theirs whatever they like, by the path of a file for instance.
pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        Err("is empty")
    } else if name.len() > MAX_NAME_BYTES {
        Err("is longer than 512 bytes")
    } else if name.chars().any(char::is_control) {
        Err("contains a control character")
    } else {
        Ok(())
    }
}

/// What is no JSON.
fn no_json<E>(_: E) -> Foreign {
    Foreign::Text
}
