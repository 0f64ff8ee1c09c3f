//! Anthropic, by its own protocol (`/v1/messages`), which other servers speak too.
//!
//! `asking` writes a conversation, with `thinking` for what is asked of thoughts; `chat` reads the answer, `list` what there
//! is. The key goes in `x-api-key`; pages say in a header of its own that they mean to ask from a browser.

mod asking;
pub mod chat;
mod list;
mod thinking;

use super::Provider;
use super::answer::{Call, Whole};
use super::chat::{Answer, ChatDecoder, ChatRequest};
use super::encoded;
use super::error::{ProviderError, ProviderErrorKind};
use super::listed::{Listing, ShownModel};
use super::request::{Expects, Header, HttpRequest, KeyPlace, Method, Patience};

/// The one version of the protocol there is.
const VERSION: (Header, &str) = (Header::AnthropicVersion, "2023-06-01");
/// Without it a request from a page is refused.
const FROM_PAGE: (Header, &str) = (Header::AnthropicBrowser, "true");
const ASKS: &[(Header, &str)] = &[(Header::Accept, "application/json"), VERSION, FROM_PAGE];
const SENDS: &[(Header, &str)] = &[
    (Header::Accept, "application/json"),
    (Header::ContentType, "application/json"),
    VERSION,
    FROM_PAGE,
];

/// How many models a page of the list has; the most it can.
const PAGE: &str = "/models?limit=1000";

fn ask(provider: &Provider, path: &str) -> HttpRequest {
    // People write the address with the version or without.
    let version = if provider.base.path().ends_with("/v1") {
        ""
    } else {
        "/v1"
    };
    HttpRequest {
        method: Method::Get,
        url: provider.base.join(&[version, path].concat()),
        headers: ASKS,
        body: Vec::new(),
        expects: Expects::Json,
        key: KeyPlace::XApiKey,
        patience: Patience::Long,
        zone: provider.base.zone(),
    }
}

pub(super) fn list(provider: &Provider, after: Option<&str>) -> Call<Whole<Listing>> {
    let mut path = PAGE.to_owned();
    if let Some(after) = after {
        path.push_str("&after_id=");
        encoded::push(&mut path, after);
    }
    Call {
        request: ask(provider, &path),
        decoder: Whole::new(list::read_page),
    }
}

pub(super) fn show(provider: &Provider, model: &str) -> Result<Call<Whole<ShownModel>>, ProviderError> {
    check_name(model).map_err(ProviderErrorKind::InvalidName)?;
    let mut path = "/models/".to_owned();
    encoded::push(&mut path, model);
    Ok(Call {
        request: ask(provider, &path),
        decoder: Whole::new(list::read_one),
    })
}

pub(super) fn check_key(provider: &Provider) -> Call<Whole<()>> {
    Call {
        request: ask(provider, "/models?limit=1"),
        decoder: Whole::new(|text| list::read_page(text).map(drop)),
    }
}

#[inline(never)]
pub(super) fn chat(provider: &Provider, request: &ChatRequest) -> Result<Call<ChatDecoder>, ProviderError> {
    check_name(&request.model).map_err(ProviderErrorKind::InvalidName)?;
    let request = HttpRequest {
        method: Method::Post,
        headers: SENDS,
        body: asking::write(request)?.finish(),
        expects: Expects::Stream,
        patience: Patience::Answer,
        ..ask(provider, "/messages")
    };
    Ok(Call {
        request,
        decoder: Answer::Anthropic(chat::Answer::default()).decoder(),
    })
}

/// What is wrong with the name of a model, to go on after "it".
pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    encoded::check_name(name)
}
