//! The layers that are made of strings: the environment and the query string of the page.
//!
//! Blanks around a value do not count. A number is what JSON calls one: `0x10`, `1_000`, `.5`, `+1` and `Infinity` are
//! none, and `1e400` is out of bounds.

use super::closest;
use super::error::Reason;
use super::json::{self, Shape};
use super::key::{Key, Kind, Word};
use super::layer::Layer;
use super::reading::{Found, Reader};
use super::{showing, table};

/// What the names of all variables begin with.
const VARIABLES: &str = "MODELYARD_";
/// What the names of all parameters begin with, so that none is one of the app's own.
const PARAMETERS: &str = "modelyard.";

/// The variables (requirement K1), each with the path of its key. The host is that of the default provider.
pub const ENVIRONMENT: [(&str, &str); 7] = [
    ("MODELYARD_MODEL", "defaultModel"),
    ("MODELYARD_PROVIDER", "defaultProvider"),
    ("MODELYARD_HOST", HOST),
    ("MODELYARD_TEMPERATURE", "generation.temperature"),
    ("MODELYARD_MAX_TOKENS", "generation.maxTokens"),
    ("MODELYARD_CONTEXT_SIZE", "contextSize"),
    ("MODELYARD_PROFILE", "routing.defaultProfile"),
];

/// The parameters, each with the path of its key. A link can be anyone's: it may not say where to send what is written.
pub const PAGE: [(&str, &str); 5] = [
    ("modelyard.model", "defaultModel"),
    ("modelyard.profile", "routing.defaultProfile"),
    ("modelyard.temperature", "generation.temperature"),
    ("modelyard.maxTokens", "generation.maxTokens"),
    ("modelyard.contextSize", "contextSize"),
];

/// The path of the host of whichever provider is the default.
pub(super) const HOST: &str = "providers.*.host";

/// Reads an object of strings.
pub(super) fn environment(text: &str) -> Found {
    let mut reader = Reader::new(Layer::Environment);
    let Some(raw) = reader.whole(text) else {
        return reader.finish();
    };
    if json::shape(raw) != Shape::Object {
        reader.fault(Reason::WrongType);
        return reader.finish();
    }
    for (name, raw) in reader.fields(raw) {
        if !name.starts_with(VARIABLES) {
            continue;
        }
        named(
            &mut reader,
            &ENVIRONMENT,
            &name,
            Reason::UnknownKey,
            &mut |reader, key| {
                if json::shape(raw) == Shape::Text {
                    match json::text(raw) {
                        Ok(text) => word(reader, key, &text),
                        Err(reason) => reader.fault(reason),
                    }
                } else {
                    reader.wrong(Reason::WrongType, Kind::Text(Word::Any(2_048)), key.example, raw);
                }
            },
        );
    }
    reader.finish()
}

/// Reads a query string.
pub(super) fn page(query: &str) -> Found {
    let mut reader = Reader::new(Layer::Page);
    if query.len() > json::MAX_TEXT_BYTES {
        reader.fault(Reason::TooLong);
        return reader.finish();
    }
    let mut seen: Vec<&str> = Vec::new();
    for pair in query.strip_prefix('?').unwrap_or(query).split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = decoded(name).filter(|name| name.starts_with(PARAMETERS)) else {
            continue;
        };
        named(
            &mut reader,
            &PAGE,
            &name,
            Reason::NotFromPage,
            &mut |reader, key| {
                let known = reader.written_as.unwrap_or_default();
                if seen.contains(&known) {
                    return reader.fault(Reason::Twice);
                }
                seen.push(known);
                match decoded(value) {
                    Some(text) => word(reader, key, &text),
                    None => reader.fault(Reason::NotText),
                }
            },
        );
    }
    reader.finish()
}

/// Does something at the place of the key a name stands for; one that stands for none has no effect.
fn named(
    reader: &mut Reader,
    known: &'static [(&'static str, &'static str)],
    name: &str,
    unknown: Reason,
    then: &mut dyn FnMut(&mut Reader, &'static Key),
) {
    let found = known.iter().find(|(known, _)| *known == name);
    let key = found.and_then(|(_, path)| table::find(path));
    if let (Some((known, path)), Some(key)) = (found, key) {
        reader.written_as = Some(known);
        reader.at_path(path, &mut |reader| then(reader, key));
        reader.written_as = None;
    } else {
        reader.warn(showing::shown_name(name), unknown, || {
            closest::word(name, &mut known.iter().map(|(known, _)| *known))
        });
    }
}

/// Reads a string as what its key holds.
fn word(reader: &mut Reader, key: &'static Key, text: &str) {
    let text = text.trim();
    let raw = match key.kind {
        Kind::Number(_) | Kind::Integer(_) if !text.is_empty() => {
            if !json::whole(text).is_ok_and(|raw| json::shape(raw) == Shape::Number) {
                let raw = json::quoted(text);
                return reader.wrong(Reason::NotANumber, key.kind, key.example, &raw);
            }
            text.to_owned()
        }
        _ => json::quoted(text),
    };
    reader.value(key, &raw);
}

/// A part of a query string without its escapes; nothing where they are wrong.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
