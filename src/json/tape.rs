//! A text, read once: its values in the order they stand in it, in one list.

use std::borrow::Cow;
use std::cell::Cell;

use super::scan::scan;
use super::value::Value;
use super::{Part, Wrong};

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
        let nodes = scan(text).map_err(|at| {
            let before = &text.as_bytes()[..at];
            let line = before.split(|byte| *byte == b'\n').count();
            let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
            let place = [line, column].map(|number| number.to_string());
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
