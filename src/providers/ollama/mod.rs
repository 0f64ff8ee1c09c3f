//! Ollama, by its own protocol: requests here, answers in the files beside it.
//!
//! Read off its server's sources (0.6.5 to 0.32.15) and off the real server. What an old one does not know it ignores
//! (`truncate`, `shift`, `think`) or leaves out (`capabilities`), and then it is unknown here.

pub mod chat;
mod list;
pub mod name;
pub mod pull;
mod show;

use super::Provider;
use super::answer::{Call, Whole};
use super::chat::{Answer, ChatDecoder, ChatRequest};
use super::error::{Foreign, ProviderError, ProviderErrorKind};
use super::json::Reader;
use super::listed::{Listing, RunningModel, ServerVersion, ShownModel};
use super::pull::{PullDecoder, Pulling};
use super::request::{Expects, Header, HttpRequest, KeyPlace, Method, Patience};
use super::write::Writer;

/// Its server lets pages send these, and a few more that are of no use.
const ASKS: &[(Header, &str)] = &[(Header::Accept, "application/json")];
const SENDS: &[(Header, &str)] = &[
    (Header::Accept, "application/json"),
    (Header::ContentType, "application/json"),
];

fn ask(provider: &Provider, path: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url: provider.base.join(path),
        headers: ASKS,
        body: Vec::new(),
        expects: Expects::Json,
        key: KeyPlace::Bearer,
        patience: Patience::Short,
        zone: provider.base.zone(),
    }
}

fn send(provider: &Provider, path: &str, body: Writer, patience: Patience) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        headers: SENDS,
        body: body.finish(),
        expects: match patience {
            Patience::Answer | Patience::Pull => Expects::Stream,
            Patience::Short | Patience::Long => Expects::Json,
        },
        patience,
        ..ask(provider, path)
    }
}

/// An object that names a model.
fn naming(model: &str) -> Result<Writer, ProviderError> {
    name::check(model).map_err(ProviderErrorKind::InvalidName)?;
    let mut body = Writer::object();
    body.field("model", model);
    Ok(body)
}

pub(super) fn version(provider: &Provider) -> Call<Whole<ServerVersion>> {
    Call {
        request: ask(provider, "/api/version"),
        decoder: Whole::new(read_version),
    }
}

pub(super) fn list(provider: &Provider) -> Call<Whole<Listing>> {
    Call {
        request: ask(provider, "/api/tags"),
        decoder: Whole::new(list::read_tags),
    }
}

pub(super) fn running(provider: &Provider) -> Call<Whole<Vec<RunningModel>>> {
    Call {
        request: ask(provider, "/api/ps"),
        decoder: Whole::new(list::read_running),
    }
}

pub(super) fn show(provider: &Provider, model: &str) -> Result<Call<Whole<ShownModel>>, ProviderError> {
    Ok(Call {
        request: send(provider, "/api/show", naming(model)?, Patience::Long),
        decoder: Whole::new(show::read_show),
    })
}

pub(super) fn remove(provider: &Provider, model: &str) -> Result<Call<Whole<()>>, ProviderError> {
    let request = HttpRequest {
        method: Method::Delete,
        ..send(provider, "/api/delete", naming(model)?, Patience::Long)
    };
    Ok(Call {
        request,
        decoder: Whole::new(read_nothing),
    })
}

pub(super) fn copy(provider: &Provider, model: &str, second: &str) -> Result<Call<Whole<()>>, ProviderError> {
    for name in [model, second] {
        name::check(name).map_err(ProviderErrorKind::InvalidName)?;
    }
    let mut body = Writer::object();
    body.field("source", model);
    body.field("destination", second);
    Ok(Call {
        request: send(provider, "/api/copy", body, Patience::Long),
        decoder: Whole::new(read_nothing),
    })
}

pub(super) fn pull(provider: &Provider, model: &str) -> Result<Call<PullDecoder>, ProviderError> {
    let mut body = naming(model)?;
    body.plain("stream", true);
    Ok(Call {
        request: send(provider, "/api/pull", body, Patience::Pull),
        decoder: Pulling::Ollama(pull::Pulling::default()).decoder(),
    })
}

pub(super) fn unload(provider: &Provider, model: &str) -> Result<Call<ChatDecoder>, ProviderError> {
    let mut body = naming(model)?;
    body.key("messages");
    body.raw("[]");
    body.plain("keep_alive", 0);
    Ok(Call {
        request: send(provider, "/api/chat", body, Patience::Long),
        decoder: Answer::Ollama(chat::Answer::default()).decoder(),
    })
}

#[inline(never)]
pub(super) fn chat(provider: &Provider, request: &ChatRequest) -> Result<Call<ChatDecoder>, ProviderError> {
    Ok(Call {
        request: send(
            provider,
            "/api/chat",
            chat::write(naming(&request.model)?, request)?,
            Patience::Answer,
        ),
        decoder: Answer::Ollama(chat::Answer::default()).decoder(),
    })
}

fn read_version(text: &str) -> Result<ServerVersion, Foreign> {
    let mut reader = Reader::new(text);
    let mut version = None;
    let is_object = reader.object().map_err(|_| Foreign::Text)?;
    if is_object {
        while let Some(key) = reader.key().map_err(|_| Foreign::Text)? {
            if key == "version" {
                version = reader.word().map_err(|_| Foreign::Text)?;
            } else {
                reader.skip().map_err(|_| Foreign::Text)?;
            }
        }
    }
    version
        .map(|version| ServerVersion::new(&version))
        .ok_or(Foreign::OtherJson)
}

/// Success has no words here. A page or the answer of another server has.
fn read_nothing(text: &str) -> Result<(), Foreign> {
    match text.trim_start().bytes().next() {
        None | Some(b'{' | b'n') => Ok(()),
        Some(_) => Err(Foreign::Text),
    }
}
