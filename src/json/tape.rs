//! A text, read once: its values in the order they stand in it, in one list.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::value::Value;
use super::{MAX_DEPTH, Part, Wrong};

/// How much of the name of a field is repeated.
pub(super) const MAX_NAME_CHARS: usize = 64;

/// A value, or the name of a field. What is inside of a list or an object follows it.
pub(super) enum Node<'a> {
    Null,
    Flag(bool),
    /// A whole number, exact beyond 2^53.
    Whole(u64),
    /// A number with a sign, a fraction or an exponent.
    Number(f64),
    /// A text; borrowed where nothing is escaped in it.
    Text(Cow<'a, str>),
    /// Its entries, up to `end`.
    List {
        end: usize,
    },
    /// Names and values in turn, up to `end`.
    Object {
        end: usize,
    },
    /// Whatever it is, it is too deep.
    Deep,
}

/// All values of a text, and the first thing that is wrong with them.
pub(super) struct Tape<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    wrong: Cell<Option<Part>>,
}

impl<'a> Tape<'a> {
    /// Reads a text.
    pub(super) fn of(text: &'a str) -> Result<Self, Wrong> {
        // About one value in so many bytes: most texts are short and then read without growing.
        let mut nodes = Vec::with_capacity(text.len() / 8 + 4);
        let mut reader = serde_json::Deserializer::from_str(text);
        let next = Next {
            nodes: &mut nodes,
            depth: MAX_DEPTH,
        };
        let outcome = next.deserialize(&mut reader).and_then(|()| reader.end());
        // serde_json's own words would bring all there is of printing: errors of files, characters, ranges.
        outcome.map_err(|error| {
            let place = [error.line(), error.column()].map(|number| number.to_string());
            Wrong::Syntax(["line ", &place[0], ", column ", &place[1]].concat())
        })?;
        Ok(Self {
            nodes,
            wrong: Cell::new(None),
        })
    }

    pub(super) fn root(&self) -> Value<'_> {
        Value::at(self, 0)
    }

    /// Notes what is wrong. Only the first of it counts: the rest may follow from it.
    pub(super) fn note(&self, at: usize, reason: String, missing: Option<&'static str>) {
        let first = self.wrong.take().unwrap_or_else(|| Part {
            path: self.path(at),
            reason,
            missing,
        });
        self.wrong.set(Some(first));
    }

    /// Whether nothing was wrong.
    pub(super) fn verdict(&self) -> Result<(), Wrong> {
        self.wrong.take().map_or(Ok(()), |part| Err(Wrong::Part(part)))
    }

    /// What comes after the value at a place and all that is inside it.
    pub(super) fn after(&self, at: usize) -> usize {
        match self.nodes[at] {
            Node::List { end } | Node::Object { end } => end,
            _ => at + 1,
        }
    }

    /// The path of a value, or of the name of a field.
    fn path(&self, target: usize) -> String {
        let mut path = String::new();
        let mut at = 0;
        if target >= self.nodes.len() {
            return path;
        }
        while at < target {
            let named = matches!(self.nodes[at], Node::Object { .. });
            let mut index = 0;
            at += 1;
            // Over the entries before the one that is the target, or holds it.
            loop {
                let value = at + usize::from(named);
                let next = self.after(value);
                if target < next {
                    self.step(&mut path, named.then_some(at), index);
                    // The name of a field leads where its value does.
                    at = if target == at { target } else { value };
                    break;
                }
                at = next;
                index += 1;
            }
        }
        path
    }

    fn step(&self, path: &mut String, name: Option<usize>, index: usize) {
        if let Some(Node::Text(name)) = name.map(|name| &self.nodes[name]) {
            if !path.is_empty() && !name.is_empty() {
                path.push('.');
            }
            path.extend(name.chars().take(MAX_NAME_CHARS));
        } else {
            path.push('[');
            path.push_str(&index.to_string());
            path.push(']');
        }
    }
}

/// The next value of a text.
struct Next<'t, 'a> {
    nodes: &'t mut Vec<Node<'a>>,
    /// How much deeper it may go.
    depth: u8,
}

impl<'a> Next<'_, 'a> {
    fn push(self, node: Node<'a>) {
        self.nodes.push(node);
    }

    fn inside(&mut self) -> Next<'_, 'a> {
        Next {
            nodes: self.nodes,
            depth: self.depth.saturating_sub(1),
        }
    }
}

impl<'a> DeserializeSeed<'a> for Next<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<(), D::Error> {
        if self.depth == 0 {
            // Passed over without going down into it.
            reader.deserialize_ignored_any(IgnoredAny)?;
            self.push(Node::Deep);
            return Ok(());
        }
        reader.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Next<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.push(Node::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.push(Node::Flag(flag));
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.push(Node::Whole(number));
        Ok(())
    }

    // Whole numbers below zero are asked for nowhere: their exact value does not matter.
    #[expect(clippy::cast_precision_loss)]
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.push(Node::Number(number as f64));
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.push(Node::Number(number));
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<(), E> {
        self.push(Node::Text(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.push(Node::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let at = self.nodes.len();
        self.nodes.push(Node::Null);
        while entries.next_element_seed(self.inside())?.is_some() {}
        self.nodes[at] = Node::List {
            end: self.nodes.len(),
        };
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut fields: A) -> Result<(), A::Error> {
        let at = self.nodes.len();
        self.nodes.push(Node::Null);
        while fields.next_key_seed(Name(&mut *self.nodes))?.is_some() {
            fields.next_value_seed(self.inside())?;
        }
        self.nodes[at] = Node::Object {
            end: self.nodes.len(),
        };
        Ok(())
    }
}

/// The name of a field.
struct Name<'t, 'a>(&'t mut Vec<Node<'a>>);

impl<'a> DeserializeSeed<'a> for Name<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<(), D::Error> {
        let next = Next {
            nodes: self.0,
            depth: 0,
        };
        reader.deserialize_str(next)
    }
}
