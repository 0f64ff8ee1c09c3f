//! Pieces of JSON written by hand: there are ten thousands of them in a text, and they are of few kinds.

use crate::catalog::index::{Index, hash};

/// A JSON list in which each value stands once.
#[derive(Default)]
pub(super) struct List {
    pub(super) text: String,
    /// Where values begin and end.
    spans: Vec<(usize, usize)>,
    index: Index,
}

impl List {
    /// Where the next value begins. It is written behind `text`.
    pub(super) fn begin(&mut self) -> usize {
        let before = self.text.len();
        if before > 0 {
            self.text.push(',');
        }
        before
    }

    pub(super) fn get(&self, place: usize) -> &str {
        let (from, to) = self.spans[place];
        &self.text[from..to]
    }

    /// Takes the value that was written since, and gives its place.
    pub(super) fn end(&mut self, before: usize) -> usize {
        let begin = before + usize::from(before > 0);
        let (all, value) = self.text.split_at(begin);
        let hash = hash(value);
        let is = |place: usize| {
            let (from, to) = self.spans[place];
            all.get(from..to) == Some(value)
        };
        if let Some(place) = self.index.find(hash, &is) {
            self.text.truncate(before);
            return place;
        }
        self.index.add(hash, self.spans.len());
        self.spans.push((begin, self.text.len()));
        self.spans.len() - 1
    }
}

/// A part of a model's name in JSON: it has no control characters.
pub(super) fn push_text(text: &mut String, part: &str) {
    text.push('"');
    if part.bytes().any(|byte| matches!(byte, b'"' | b'\\')) {
        for one in part.chars() {
            if matches!(one, '"' | '\\') {
                text.push('\\');
            }
            text.push(one);
        }
    } else {
        text.push_str(part);
    }
    text.push('"');
}

/// A number in decimal digits.
pub(super) fn push_number(text: &mut String, number: usize) {
    const DIGITS: &[u8; 10] = b"0123456789";
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(DIGITS[number % 10]));
}
