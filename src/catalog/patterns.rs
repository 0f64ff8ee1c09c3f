//! All patterns of one source together: the most specific one that matches a name (requirement D2).
//!
//! Patterns are kept apart by the byte a name has to start with, in the order in which they win, so that a name is held
//! against a few of them and the first hit of each of the two lists that can match it is enough.

use super::matching::kinds;
use super::pattern::Pattern;

/// Patterns that start with anything are kept behind those of the 256 bytes.
const OPEN: usize = 256;

/// Compiled patterns, in the order they were declared.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    all: Vec<Pattern>,
    /// The places of patterns in `all`, for each first byte, the most specific first. Each with the kinds of characters
    /// it needs, which rule most of them out.
    lists: Vec<Vec<(u64, u16)>>,
}

/// The pattern that wins for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Best {
    /// Its place.
    pub(super) index: usize,
    /// Another one that matches and is as specific: only the order in which they were declared decided.
    pub(super) tied_with: Option<usize>,
}

impl Patterns {
    /// Adds a pattern behind all others and gives its place.
    pub(super) fn push(&mut self, pattern: Pattern) -> usize {
        self.lists.resize(OPEN + 1, Vec::new());
        let index = self.all.len();
        let list = pattern.matching().first_byte().map_or(OPEN, usize::from);
        let specificity = pattern.specificity();
        let before = |(_, other): &(u64, u16)| self.all[usize::from(*other)].specificity() >= specificity;
        let at = self.lists[list].partition_point(before);
        if let Ok(short) = u16::try_from(index) {
            self.lists[list].insert(at, (pattern.matching().kinds(), short));
        }
        self.all.push(pattern);
        index
    }

    pub(super) fn get(&self, index: usize) -> &Pattern {
        &self.all[index]
    }

    /// The most specific pattern that matches a name in lower case.
    pub(super) fn best(&self, lower: &str) -> Option<Best> {
        let name = lower.as_bytes();
        let first = usize::from(*name.first()?);
        let kinds = kinds(name);
        let own = self.best_in(first, name, kinds);
        let open = self.best_in(OPEN, name, kinds);
        match (own, open) {
            (Some(own), Some(open)) => Some(self.better(own, open)),
            (own, open) => own.or(open),
        }
    }

    /// The one of two that wins.
    pub(super) fn better(&self, one: Best, other: Best) -> Best {
        let specificity = |best: Best| self.all[best.index].specificity();
        if one.index == other.index || specificity(one) > specificity(other) {
            return one;
        }
        if specificity(one) < specificity(other) {
            return other;
        }
        let (first, second) = if one.index < other.index {
            (one, other)
        } else {
            (other, one)
        };
        Best {
            index: first.index,
            tied_with: Some(second.index),
        }
    }

    fn best_in(&self, list: usize, name: &[u8], kinds: u64) -> Option<Best> {
        let list = self.lists.get(list)?;
        let matches = |(needs, index): &(u64, u16)| {
            needs & !kinds == 0 && self.all[usize::from(*index)].matches_lower(name)
        };
        let at = list.iter().position(matches)?;
        let index = usize::from(list[at].1);
        let specificity = self.all[index].specificity();
        let tied_with = list[at + 1..]
            .iter()
            .take_while(|(_, other)| self.all[usize::from(*other)].specificity() == specificity)
            .find(|other| matches(other))
            .map(|(_, other)| usize::from(*other));
        Some(Best { index, tied_with })
    }
}
