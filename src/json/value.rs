//! A value of a text, as those who read it see it.

use std::fmt::Display;

use super::fields::Fields;
use super::tape::{MAX_NAME_CHARS, Node, Tape};

/// A value of a text, or the place of one that is missing.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    tape: &'t Tape<'t>,
    at: usize,
}

/// The place of what is missing. The first value of a text is the whole of it and inside of nothing, so that no field
/// and no entry is there.
const NOWHERE: usize = usize::MAX;

impl<'t> Value<'t> {
    pub(super) fn at(tape: &'t Tape<'t>, at: usize) -> Self {
        Self { tape, at }
    }

    /// The value at one of the places of [`Value::fields`].
    pub(super) fn place(self, at: usize) -> Self {
        Self::at(self.tape, at)
    }

    fn nowhere(self) -> Self {
        Self::at(self.tape, NOWHERE)
    }

    fn node(self) -> Option<&'t Node<'t>> {
        self.tape.nodes.get(self.at)
    }

    /// Whether it is missing.
    pub(super) fn is_missing(self) -> bool {
        self.node().is_none()
    }

    /// Whether it is missing or `null`.
    pub fn is_nothing(self) -> bool {
        matches!(self.node(), None | Some(Node::Null))
    }

    /// Notes what is wrong with it.
    pub fn wrong(self, reason: &dyn Display) {
        self.note(reason.to_string(), None);
    }

    fn note(self, reason: String, missing: Option<&'static str>) {
        self.tape.note(self.at, reason, missing);
    }

    /// Notes that it is something else. What is missing and may be is blank, and right.
    fn not(self, expected: &str) {
        let Some(node) = self.node() else { return };
        let found = match node {
            Node::Null => "null",
            Node::Flag(_) => "boolean",
            Node::Whole(_) => "integer",
            Node::Number(_) => "number",
            Node::Text(_) => "string",
            Node::List { .. } => "sequence",
            Node::Object { .. } => "object",
            Node::Deep => "something too deep",
        };
        self.note(["invalid type: ", found, ", expected ", expected].concat(), None);
    }

    /// The text, if it is one.
    pub fn as_text(self) -> Option<&'t str> {
        match self.node() {
            Some(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Yes or no, if it is one of them.
    pub fn as_flag(self) -> Option<bool> {
        match self.node() {
            Some(Node::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A text.
    pub fn text(self) -> &'t str {
        self.as_text().unwrap_or_else(|| {
            self.not("a string");
            ""
        })
    }

    /// Yes or no.
    pub fn flag(self) -> bool {
        self.as_flag().unwrap_or_else(|| {
            self.not("a boolean");
            false
        })
    }

    /// A whole number from 0 to `most`.
    pub fn whole(self, most: u64) -> u64 {
        match self.node() {
            Some(Node::Whole(number)) if *number <= most => *number,
            _ => {
                self.not(&["a whole number from 0 to ", &most.to_string()].concat());
                0
            }
        }
    }

    /// Any number.
    #[expect(clippy::cast_precision_loss, reason = "as JSON numbers are read everywhere")]
    pub fn number(self) -> f64 {
        match self.node() {
            Some(Node::Whole(number)) => *number as f64,
            Some(Node::Number(number)) => *number,
            _ => {
                self.not("a number");
                0.0
            }
        }
    }

    /// The entries of a list.
    pub fn entries(self) -> Entries<'t> {
        let (at, end) = if let Some(Node::List { end }) = self.node() {
            (self.at + 1, *end)
        } else {
            self.not("a sequence");
            (0, 0)
        };
        Entries {
            tape: self.tape,
            at,
            end,
            named: false,
        }
    }

    /// What stands in an object, names and values. A name may come twice.
    pub fn pairs(self) -> Entries<'t> {
        let (at, end) = if let Some(Node::Object { end }) = self.node() {
            (self.at + 1, *end)
        } else {
            self.not("an object");
            (0, 0)
        };
        Entries {
            tape: self.tape,
            at,
            end,
            named: true,
        }
    }

    /// The value of a field, of those of an object; nothing where it is missing.
    #[must_use]
    pub fn field(self, name: &'static str) -> Value<'t> {
        let found = self.pairs().find(|(named, _)| named.text() == name);
        let Some((_, value)) = found else {
            self.missing(name);
            return self.nowhere();
        };
        value
    }

    pub(super) fn missing(self, name: &'static str) {
        self.note(["missing field `", name, "`"].concat(), Some(name));
    }

    /// The fields of an object: those of `names`, in their order. `only` refuses others, and their places are written
    /// to `places`, as many as there are names.
    pub fn fields<'p>(
        self,
        names: &'static [&'static str],
        only: bool,
        places: &'p mut [usize],
    ) -> Fields<'t, 'p> {
        places.fill(NOWHERE);
        // Most texts have their fields in the order of the type: the search begins where the last one ended.
        let mut index = 0;
        for (name, value) in self.pairs() {
            let text = name.text();
            let mut left = names.len();
            while left > 0 {
                if index >= names.len() {
                    index = 0;
                }
                if is_named(names[index], text) {
                    break;
                }
                index += 1;
                left -= 1;
            }
            if left == 0 {
                if only {
                    name.unknown("field", names);
                }
                continue;
            }
            if places[index] != NOWHERE {
                name.note(["duplicate field `", text, "`"].concat(), None);
            }
            places[index] = value.at;
            index += 1;
        }
        Fields::new(self, names, places)
    }

    /// Notes that a word is none of those there are.
    fn unknown(self, what: &str, names: &[&str]) {
        let mut reason = ["unknown ", what].concat();
        if what == "field" {
            reason.push_str(" `");
            reason.extend(self.text().chars().take(MAX_NAME_CHARS));
            reason.push('`');
        }
        let mut before = ", expected one of `";
        for name in names {
            reason.push_str(before);
            reason.push_str(plain(name));
            before = "`, `";
        }
        if !names.is_empty() {
            reason.push('`');
        }
        self.note(reason, None);
    }

    /// Which of these words it is.
    pub fn word(self, words: &[&str]) -> usize {
        let text = self.text();
        words.iter().position(|word| *word == text).unwrap_or_else(|| {
            if !self.is_missing() {
                self.unknown("variant", words);
            }
            0
        })
    }

    /// Which of these variants it is, and what is in it: a word for one that has nothing in it, else an object with
    /// the name of the variant as its only key.
    pub fn variant(self, variants: &[(&str, bool)]) -> (usize, Value<'t>) {
        let (name, content) = match self.node() {
            Some(Node::Object { .. }) => {
                let mut pairs = self.pairs();
                let (first, second) = (pairs.next(), pairs.next());
                let Some((name, content)) = first.filter(|_| second.is_none()) else {
                    self.note(
                        "invalid length: expected an object with a single key".to_owned(),
                        None,
                    );
                    return (0, self.nowhere());
                };
                (name, Some(content))
            }
            _ => (self, None),
        };
        let text = name.text();
        let found = variants.iter().position(|(variant, _)| *variant == text);
        match (found, content) {
            (Some(index), Some(content)) if variants[index].1 => (index, content),
            (Some(index), None) if !variants[index].1 => (index, self.nowhere()),
            _ if self.is_missing() => (0, self),
            (found, _) => {
                let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
                match found {
                    None => name.unknown("variant", &names),
                    Some(_) => name.note("invalid type: not the shape of this variant".to_owned(), None),
                }
                (0, self.nowhere())
            }
        }
    }
}

/// The name of a field without the mark of one that may be missing.
pub(super) fn plain(name: &str) -> &str {
    name.strip_suffix('?').unwrap_or(name)
}

/// Whether a field of a type has that name in a text.
fn is_named(field: &str, text: &str) -> bool {
    match field.len().wrapping_sub(text.len()) {
        0 => field == text && !field.ends_with('?'),
        1 => field.ends_with('?') && field.starts_with(text),
        _ => false,
    }
}

/// What is in a list or an object: names, which are the values themselves in a list, and values.
pub struct Entries<'t> {
    tape: &'t Tape<'t>,
    at: usize,
    end: usize,
    named: bool,
}

impl<'t> Iterator for Entries<'t> {
    type Item = (Value<'t>, Value<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.end {
            return None;
        }
        let name = Value::at(self.tape, self.at);
        let value = Value::at(self.tape, self.at + usize::from(self.named));
        self.at = self.tape.after(value.at);
        Some((name, value))
    }
}
