//! JSON, one level at a time.
//!
//! A text is checked once as a whole: its length, how deep it is, its syntax. Then each object and list is opened where
//! a key asks for it, and everything inside stays the slice of the text it is. So there is no tree, what is handed on
//! unread is unchanged to the byte, and a name that is there twice is seen.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::error::Reason;

/// The longest text, in bytes.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// How deep lists and objects may be inside each other.
pub const MAX_DEPTH: usize = 64;
/// The most entries of an object or list that is opened.
pub(super) const MAX_ENTRIES: usize = 4_096;

/// Checks a whole text and gives its one value.
pub(super) fn whole(text: &str) -> Result<&str, Reason> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Reason::TooLong);
    }
    if let Some(at) = too_deep(text.as_bytes()) {
        let before = &text.as_bytes()[..at];
        let line = before.split(|byte| *byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        return Err(Reason::TooDeep { line, column });
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let mut what = error.to_string();
        if let Some(place) = what.rfind(" at line ") {
            what.truncate(place);
        }
        Reason::NotJson { line, column, what }
    })?;
    Ok(raw.get())
}

/// Where a text gets too deep. Counts what opens and closes outside of strings; whether that fits is for the reader.
fn too_deep(text: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(at);
                }
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// What a value is, by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Flag,
    Number,
    Text,
    List,
    Object,
}

/// What a value is that was found in a checked text.
pub(super) fn shape(raw: &str) -> Shape {
    match raw.as_bytes().first() {
        Some(b'{') => Shape::Object,
        Some(b'[') => Shape::List,
        Some(b'"') => Shape::Text,
        Some(b't' | b'f') => Shape::Flag,
        Some(b'n') | None => Shape::Null,
        Some(_) => Shape::Number,
    }
}

/// What stands in an object, in its order.
pub(super) fn object(raw: &str) -> Result<Vec<(String, &str)>, Reason> {
    read::<Fields>(raw).and_then(|fields| bounded(fields.0))
}

/// What stands in a list.
pub(super) fn list(raw: &str) -> Result<Vec<&str>, Reason> {
    read::<Entries>(raw).and_then(|entries| bounded(entries.0))
}

fn bounded<T>(entries: Vec<T>) -> Result<Vec<T>, Reason> {
    if entries.len() > MAX_ENTRIES {
        return Err(Reason::TooMany(MAX_ENTRIES));
    }
    Ok(entries)
}

/// A text without its quotes.
pub(super) fn text(raw: &str) -> Result<String, Reason> {
    read(raw)
}

/// A number; one that no number of JavaScript is near to is out of bounds.
pub(super) fn number(raw: &str) -> Result<f64, Reason> {
    serde_json::from_str(raw).map_err(|_| Reason::OutOfBounds)
}

/// A text with quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The syntax is checked: what can still be wrong is half of a character in a string.
fn read<'a, T: Deserialize<'a>>(raw: &'a str) -> Result<T, Reason> {
    serde_json::from_str(raw).map_err(|_| Reason::NotText)
}

struct Fields<'a>(Vec<(String, &'a str)>);
struct Entries<'a>(Vec<&'a str>);

struct OpenObject;
struct OpenList;

impl<'de> Visitor<'de> for OpenObject {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(name) = fields.next_key()? {
            let raw: &RawValue = fields.next_value()?;
            // One too many is kept, so that it is seen.
            if all.len() <= MAX_ENTRIES {
                all.push((name, raw.get()));
            }
        }
        Ok(Fields(all))
    }
}

impl<'de> Visitor<'de> for OpenList {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(raw) = entries.next_element::<&RawValue>()? {
            if all.len() <= MAX_ENTRIES {
                all.push(raw.get());
            }
        }
        Ok(Entries(all))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(OpenObject)
    }
}

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_seq(OpenList)
    }
}
