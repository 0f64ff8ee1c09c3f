//! Writing JSON of which there is much: all models of a list, for the core and for the store, within one frame of a page.

/// A text that is being written.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    /// With room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    /// What is JSON already: brackets, names with their colons, commas.
    pub(super) fn raw(&mut self, json: &str) -> &mut Self {
        self.0.push_str(json);
        self
    }

    /// A text in quotes.
    pub(super) fn quoted(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        // Most have nothing to escape.
        if text
            .bytes()
            .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
        {
            self.0.push_str(text);
        } else {
            for c in text.chars() {
                self.escaped(c);
            }
        }
        self.0.push('"');
        self
    }

    fn escaped(&mut self, c: char) {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        match c {
            '"' | '\\' => {
                self.0.push('\\');
                self.0.push(c);
            }
            '\0'..' ' => {
                let code = usize::try_from(u32::from(c)).unwrap_or(0);
                self.0.push_str("\\u00");
                self.0.push(DIGITS[code / 16]);
                self.0.push(DIGITS[code % 16]);
            }
            _ => self.0.push(c),
        }
    }

    /// A whole number.
    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// `before` and a text, where there is one.
    pub(super) fn word(&mut self, before: &str, word: Option<&str>) -> &mut Self {
        if let Some(word) = word {
            self.raw(before).quoted(word);
        }
        self
    }

    /// `before` and a number, where there is one.
    pub(super) fn count(&mut self, before: &str, count: Option<u64>) -> &mut Self {
        if let Some(count) = count {
            self.raw(before).number(count);
        }
        self
    }

    /// `before` and thousandths of a number as a decimal number, where there is one.
    pub(super) fn thousandths(&mut self, before: &str, count: Option<u32>) -> &mut Self {
        if let Some(count) = count {
            self.raw(before).number(u64::from(count / 1_000));
            if count % 1_000 > 0 {
                let places = (1_000 + count % 1_000).to_string();
                self.raw(".").raw(places[1..].trim_end_matches('0'));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_the_same() {
        for text in ["", "plain", "\"\\\u{0}\u{1f}\u{7f}\n\r\té😀\u{2028}", "a\"", "\\"] {
            let mut written = Text::default();
            written.quoted(text);
            let written = written.finish();
            assert_eq!(serde_json::from_str::<String>(&written).expect(&written), text);
        }
        for (thousandths, expected) in [
            (0, "0"),
            (1, "0.001"),
            (10, "0.01"),
            (1_236, "1.236"),
            (8_030, "8.03"),
            (70_000, "70"),
            (u32::MAX, "4294967.295"),
        ] {
            let mut written = Text::default();
            written.thousandths("", Some(thousandths));
            assert_eq!(written.finish(), expected);
        }
    }
}
