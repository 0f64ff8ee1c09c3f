//! The layers that are made of strings: the environment and the query string of the page.
//!
//! Blanks around a value do not count. A number is what JSON calls one: `0x10`, `1_000`, `.5`, `+1` and `Infinity` are
//! none, and `1e400` is out of bounds.

use super::closest;
use super::error::Reason;
use super::json::{self, Shape};
use super::key::{Key, Kind};
use super::layer::Layer;
use super::reading::{Found, Place, Reader};
use super::table;

/// What the names of all variables begin with.
const VARIABLES: &str = "MODELYARD_";
/// What the names of all parameters begin with, so that none is one of the app's own.
const PARAMETERS: &str = "modelyard.";

/// A name outside, and the path of its key.
pub(super) type Name = (&'static str, &'static str);

/// The variables (requirement K1). The host is that of the default provider.
pub const ENVIRONMENT: [(&str, &str); 7] = [
    ("MODELYARD_MODEL", "defaultModel"),
    ("MODELYARD_PROVIDER", "defaultProvider"),
    ("MODELYARD_HOST", HOST),
    ("MODELYARD_TEMPERATURE", "generation.temperature"),
    ("MODELYARD_MAX_TOKENS", "generation.maxTokens"),
    ("MODELYARD_CONTEXT_SIZE", "contextSize"),
    ("MODELYARD_PROFILE", "routing.defaultProfile"),
];

/// The parameters. A link can be anyone's: it may not say where to send what is written.
pub const PAGE: [(&str, &str); 5] = [
    ("modelyard.model", "defaultModel"),
    ("modelyard.profile", "routing.defaultProfile"),
    ("modelyard.temperature", "generation.temperature"),
    ("modelyard.maxTokens", "generation.maxTokens"),
    ("modelyard.contextSize", "contextSize"),
];

/// The pattern of the host of whichever provider is the default.
pub(super) const HOST: &str = "providers.*.host";

/// Reads an object of strings.
pub(super) fn environment(text: &str) -> Found {
    let layer = Layer::Environment;
    let mut reader = Reader::new(layer);
    let Some(raw) = reader.whole(text) else {
        return reader.finish();
    };
    if json::shape(raw) != Shape::Object {
        reader.fault(&Place::default(), Reason::WrongType);
        return reader.finish();
    }
    for (name, raw) in reader.fields(&Place::default(), raw) {
        if !name.starts_with(VARIABLES) {
            continue;
        }
        let Some((place, key)) = place_of(&mut reader, &ENVIRONMENT, &name, Reason::UnknownKey) else {
            continue;
        };
        if json::shape(raw) == Shape::Text {
            match json::text(raw) {
                Ok(text) => word(&mut reader, &place, key, &text),
                Err(reason) => reader.fault(&place, reason),
            }
        } else {
            reader.wrong(
                &place,
                Reason::WrongType,
                Kind::Text(super::key::Word::Any(2_048)),
                key.example,
                raw,
            );
        }
    }
    reader.finish()
}

/// Reads a query string.
pub(super) fn page(query: &str) -> Found {
    let mut reader = Reader::new(Layer::Page);
    if query.len() > json::MAX_TEXT_BYTES {
        reader.fault(&Place::default(), Reason::TooLong);
        return reader.finish();
    }
    let mut seen: Vec<&str> = Vec::new();
    for pair in query.strip_prefix('?').unwrap_or(query).split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = decoded(name).filter(|name| name.starts_with(PARAMETERS)) else {
            continue;
        };
        let Some((place, key)) = place_of(&mut reader, &PAGE, &name, Reason::NotFromPage) else {
            continue;
        };
        let known = place.written_as.unwrap_or_default();
        if seen.contains(&known) {
            reader.fault(&place, Reason::Twice);
            continue;
        }
        seen.push(known);
        match decoded(value) {
            Some(text) => word(&mut reader, &place, key, &text),
            None => reader.fault(&place, Reason::NotText),
        }
    }
    reader.finish()
}

/// The place and the key of a name, or a warning.
fn place_of(
    reader: &mut Reader,
    names: &'static [Name],
    name: &str,
    unknown: Reason,
) -> Option<(Place, &'static Key)> {
    let found = names.iter().find(|(known, _)| *known == name);
    let key = found.and_then(|(_, path)| table::find(path));
    if let (Some((known, path)), Some(key)) = (found, key) {
        let path = (*path).to_owned();
        let place = Place {
            pattern: path.clone(),
            path,
            written_as: Some(known),
            ..Place::default()
        };
        return Some((place, key));
    }
    let path = super::names::shown_name(name);
    reader.warn(path, unknown, || {
        closest::word(name, &mut names.iter().map(|(known, _)| *known))
    });
    None
}

/// Reads a string as what its key holds.
fn word(reader: &mut Reader, place: &Place, key: &'static Key, text: &str) {
    let text = text.trim();
    let raw = match key.kind {
        Kind::Number(_) | Kind::Integer(_) if !text.is_empty() => {
            if !json::whole(text).is_ok_and(|raw| json::shape(raw) == Shape::Number) {
                let raw = json::quoted(text);
                return reader.wrong(place, Reason::NotANumber, key.kind, key.example, &raw);
            }
            text.to_owned()
        }
        _ => json::quoted(text),
    };
    reader.value(place, key, &raw);
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
