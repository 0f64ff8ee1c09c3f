//! Writing the JSON of requests.

use std::fmt::Write as _;

use super::json::RawJson;

/// An object or array that is being written.
#[derive(Debug)]
pub(super) struct Writer {
    text: String,
    /// Right after an opening bracket.
    first: bool,
}

impl Writer {
    /// An object.
    pub(super) fn object() -> Self {
        Self {
            text: "{".to_owned(),
            first: true,
        }
    }

    /// Closes the outermost object.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.text.push('}');
        self.text.into_bytes()
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.text.push(',');
        }
    }

    /// Writes a key; its value must be written next.
    pub(super) fn key(&mut self, key: &str) {
        self.comma();
        self.string(key);
        self.text.push(':');
        self.first = true;
    }

    /// Opens an object or an array as a value.
    pub(super) fn open(&mut self, bracket: char) {
        self.comma();
        self.text.push(bracket);
        self.first = true;
    }

    /// Closes it.
    pub(super) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
        self.first = false;
    }

    /// Writes a text as a value.
    pub(super) fn text(&mut self, text: &str) {
        self.comma();
        self.string(text);
    }

    /// Writes what is JSON already, as it is.
    pub(super) fn raw(&mut self, json: &str) {
        self.comma();
        self.text.push_str(json);
    }

    /// Writes the entries of an object into this one, as they are.
    pub(super) fn entries(&mut self, object: &RawJson) {
        if !object.entries().is_empty() {
            self.raw(object.entries());
        }
    }

    /// Writes a key and a text.
    pub(super) fn field(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text(text);
    }

    /// Writes a key and a number, or true or false; a float must be finite. Through the writer of JSON that is there
    /// anyway: the standard library's way of printing floats is 7 kB on the wire.
    pub(super) fn plain(&mut self, key: &str, value: impl serde::Serialize) {
        self.key(key);
        self.comma();
        let written = serde_json::to_string(&value).unwrap_or_default();
        self.text.push_str(written.strip_suffix(".0").unwrap_or(&written));
    }

    /// Writes a key and a number, which must be finite. The way of Rust itself to write one is six times as long.
    pub(super) fn number(&mut self, key: &str, value: f64) {
        let text = serde_json::to_string(&value).unwrap_or_default();
        self.key(key);
        self.raw(text.strip_suffix(".0").unwrap_or(&text));
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\0'..' ' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(c));
                }
                _ => self.text.push(c),
            }
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_the_same() {
        let mut writer = Writer::object();
        let odd = "\"\\\u{0}\u{1f}\u{7f}\n\r\té😀\u{2028}";
        writer.field("text", odd);
        writer.number("number", 0.1);
        writer.key("list");
        writer.open('[');
        writer.text("a");
        writer.open('{');
        writer.entries(&RawJson::object(r#"{ "x" : 1e2 , "y":[] }"#).expect("an object"));
        writer.entries(&RawJson::object("{}").expect("an object"));
        writer.plain("z", true);
        writer.close('}');
        writer.open('[');
        writer.close(']');
        writer.close(']');
        writer.plain("after", 7);
        let written = String::from_utf8(writer.finish()).expect("text");
        assert!(written.contains(r#"{"x" : 1e2 , "y":[],"z":true}"#), "{written}");
        let read: serde_json::Value = serde_json::from_str(&written).expect(&written);
        assert_eq!(read["text"], odd);
        assert_eq!(read["number"], 0.1);
        assert_eq!(read["list"][1]["z"], true);
        assert_eq!(read["list"][2], serde_json::json!([]));
        assert_eq!(read["after"], 7);
    }
}
