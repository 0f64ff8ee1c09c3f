//! Gemini, by its own protocol (`generateContent`).
//!
//! `asking` writes a conversation, `chat` reads the answer, `list` what there is. The key goes in a header and never into the
//! URL, though the protocol has both.

mod asking;
pub mod chat;
mod list;

use super::Provider;
use super::answer::{Call, Whole};
use super::chat::{Answer, ChatDecoder, ChatRequest};
use super::encoded;
use super::error::{ProviderError, ProviderErrorKind};
use super::listed::{Listing, ShownModel};
use super::request::{Expects, Header, HttpRequest, KeyPlace, Method, Patience};

const ASKS: &[(Header, &str)] = &[(Header::Accept, "application/json")];
const SENDS: &[(Header, &str)] = &[
    (Header::Accept, "application/json"),
    (Header::ContentType, "application/json"),
];
/// What names of models begin with on the wire, where they do not say another collection.
const MODELS: &str = "models/";
/// The collections that answer.
const TUNED: &str = "tunedModels/";

fn ask(provider: &Provider, path: &str) -> HttpRequest {
    // People write the address with the version or without.
    let path_of_base = provider.base.path();
    let version = if path_of_base.ends_with("/v1beta") || path_of_base.ends_with("/v1") {
        "/"
    } else {
        "/v1beta/"
    };
    HttpRequest {
        method: Method::Get,
        url: provider.base.join(&[version, path].concat()),
        headers: ASKS,
        body: Vec::new(),
        expects: Expects::Json,
        key: KeyPlace::XGoogApiKey,
        patience: Patience::Long,
        zone: provider.base.zone(),
    }
}

/// The name of a model as the protocol writes it; it was checked.
fn path_of(model: &str) -> String {
    if model.contains('/') {
        model.to_owned()
    } else {
        [MODELS, model].concat()
    }
}

pub(super) fn list(provider: &Provider, after: Option<&str>) -> Call<Whole<Listing>> {
    let mut path = "models?pageSize=1000".to_owned();
    if let Some(after) = after {
        path.push_str("&pageToken=");
        encoded::push(&mut path, after);
    }
    Call {
        request: ask(provider, &path),
        decoder: Whole::new(list::read_page),
    }
}

pub(super) fn show(provider: &Provider, model: &str) -> Result<Call<Whole<ShownModel>>, ProviderError> {
    check_name(model).map_err(ProviderErrorKind::InvalidName)?;
    Ok(Call {
        request: ask(provider, &path_of(model)),
        decoder: Whole::new(list::read_one),
    })
}

pub(super) fn check_key(provider: &Provider) -> Call<Whole<()>> {
    Call {
        request: ask(provider, "models?pageSize=1"),
        decoder: Whole::new(|text| list::read_page(text).map(drop)),
    }
}

#[inline(never)]
pub(super) fn chat(provider: &Provider, request: &ChatRequest) -> Result<Call<ChatDecoder>, ProviderError> {
    check_name(&request.model).map_err(ProviderErrorKind::InvalidName)?;
    let path = [&path_of(&request.model), ":streamGenerateContent?alt=sse"].concat();
    let request = HttpRequest {
        method: Method::Post,
        headers: SENDS,
        body: asking::write(request)?.finish(),
        expects: Expects::Stream,
        patience: Patience::Answer,
        ..ask(provider, &path)
    };
    Ok(Call {
        request,
        decoder: Answer::Gemini(chat::Answer::default()).decoder(),
    })
}

/// What is wrong with the name of a model, to go on after "it": it stands in a path.
pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    let own = name
        .strip_prefix(MODELS)
        .or_else(|| name.strip_prefix(TUNED))
        .unwrap_or(name);
    encoded::check_name(own)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if own.bytes().all(fits) {
        Ok(())
    } else {
        Err("has a character that is not allowed there")
    }
}

/// Whether two names are one model: the collection goes without saying.
pub(super) fn same(one: &str, other: &str) -> bool {
    fn own(name: &str) -> &str {
        name.strip_prefix(MODELS).unwrap_or(name)
    }
    own(one) == own(other)
}
