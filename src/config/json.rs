//! JSON, one level at a time.
//!
//! A text is checked once as a whole: its length, how deep it is, its syntax. Then each object and list is opened where
//! a key asks for it, and everything inside stays the slice of the text it is. So there is no tree, what is handed on
//! unread is unchanged to the byte, and a name that is there twice is seen.

use serde::de::IgnoredAny;

use super::error::Reason;

/// The longest text, in bytes.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// How deep lists and objects may be inside each other.
pub const MAX_DEPTH: usize = 64;
/// The most names of an object that is opened: each is compared with all others.
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
    let read: serde_json::Result<IgnoredAny> = serde_json::from_str(text);
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let mut what = error.to_string();
        if let Some(place) = what.find(" at line ") {
            what.truncate(place);
        }
        Reason::NotJson { line, column, what }
    })?;
    Ok(text.trim_matches([' ', '\t', '\n', '\r']))
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
    let mut fields = Vec::new();
    let mut rest = Inside::of(raw);
    while let Some(name) = rest.next() {
        // A colon is skipped like a comma: that it is there was checked.
        let value = rest.next().unwrap_or("null");
        if fields.len() == MAX_ENTRIES {
            return Err(Reason::TooMany(MAX_ENTRIES));
        }
        fields.push((text(name)?, value));
    }
    Ok(fields)
}

/// What stands in a list.
pub(super) fn list(raw: &str) -> Vec<&str> {
    let mut entries = Vec::new();
    let mut rest = Inside::of(raw);
    while let Some(entry) = rest.next() {
        entries.push(entry);
    }
    entries
}

/// The values inside of an object or list, one after the other, names among them. The text was checked as a whole, so
/// only brackets and quotes have to be looked at.
struct Inside<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Inside<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 1 }
    }

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at)?, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':') {
            self.at += 1;
        }
        let start = self.at;
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'[' | b'{' => depth += 1,
                b']' | b'}' if depth > 0 => depth -= 1,
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b']' | b'}' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        self.text.get(start..self.at).filter(|value| !value.is_empty())
    }
}

/// A text without its quotes. The syntax was checked: what can still be wrong is half of a character.
pub(super) fn text(raw: &str) -> Result<String, Reason> {
    crate::json::from_str(raw).map_err(|_| Reason::NotText)
}

/// A number; one that no number of JavaScript is near to is out of bounds.
pub(super) fn number(raw: &str) -> Result<f64, Reason> {
    crate::json::from_str(raw).map_err(|_| Reason::OutOfBounds)
}

/// A text with quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
