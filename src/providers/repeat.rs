//! Parts of an answer that are like the one before but for their text, as nearly all are: read without being taken apart.
//!
//! A codec that has read a part which did nothing but say a text tells where in the part that text stands, and which
//! strings in it nobody reads though they differ from part to part. What lies between these is the same in the next
//! part, byte for byte; so there it is compared, and only the strings are read. A part that is different in any
//! other way goes the long way, and takes the place of the known one if it is of this kind too. So what is read here
//! always follows a part that did the same, and leaves a codec as that one left it.

use std::borrow::Cow;

use super::chat::Delta;
use super::json::{NoJson, Reader};
use super::scan;

/// Where the text of a part is, which did nothing but say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Where its string begins, quotes included.
    pub(super) at: usize,
    /// It is a thought.
    pub(super) is_thought: bool,
}

impl Place {
    /// Reads a string that is said, if it says anything, and notes where it stands.
    pub(super) fn say(
        place: &mut Option<Self>,
        reader: &mut Reader,
        delta: fn(String) -> Delta,
    ) -> Result<Option<Delta>, NoJson> {
        let at = reader.place();
        let said = reader.word()?.map(delta);
        if let Some(said) = &said {
            let is_thought = matches!(said, Delta::Reasoning(_));
            *place = Some(Self { at, is_thought });
        }
        Ok(said)
    }
}

/// A part, with holes where strings were.
#[derive(Debug, Default)]
pub(super) struct Repeat {
    /// What comes before each string, and whether that is the text.
    pieces: Vec<(String, bool)>,
    /// What comes after the last one.
    tail: String,
    pub(super) is_thought: bool,
}

impl Repeat {
    /// The text of a part like the known one.
    pub(super) fn read<'p>(&self, part: &'p str) -> Option<Cow<'p, str>> {
        let (mut at, mut text) = (0, None);
        for (before, is_text) in &self.pieces {
            if !scan::begins_with(&part.as_bytes()[at..], before.as_bytes()) {
                return None;
            }
            let mut reader = Reader::new_at(part, at + before.len());
            let string = reader.text().ok()??;
            at = reader.place();
            if *is_text {
                text = Some(string);
            }
        }
        let rest = &part.as_bytes()[at..];
        let is_same = rest.len() == self.tail.len() && scan::begins_with(rest, self.tail.as_bytes());
        text.filter(|_| is_same)
    }

    /// Keeps a part. `passing` is the key of a string in it that nobody reads.
    pub(super) fn learn(&mut self, part: &str, text: Place, passing: &str) {
        self.is_thought = text.is_thought;
        self.pieces.clear();
        let mut places = [
            Some((text.at, true)),
            string_of(part, passing).map(|at| (at, false)),
        ];
        places.sort_unstable();
        let mut done = 0;
        for (at, is_text) in places.into_iter().flatten() {
            let mut reader = Reader::new_at(part, at);
            let (Some(before), Ok(Some(_))) = (part.get(done..at), reader.text()) else {
                return self.forget();
            };
            self.pieces.push((before.to_owned(), is_text));
            done = reader.place();
        }
        part[done..].clone_into(&mut self.tail);
    }

    /// The next part is like no other.
    pub(super) fn forget(&mut self) {
        self.pieces.clear();
    }
}

/// Where the string begins that has this key, if exactly one has. The key with its quotes and a colon cannot stand inside
/// of a string, where quotes are escaped.
fn string_of(part: &str, key: &str) -> Option<usize> {
    let quoted = ["\"", key, "\":"].concat();
    let at = part.find(&quoted)? + quoted.len();
    let is_only_one = !part[at..].contains(&quoted);
    let blanks = part[at..].len() - part[at..].trim_start().len();
    (is_only_one && part[at + blanks..].starts_with('"')).then_some(at + blanks)
}
