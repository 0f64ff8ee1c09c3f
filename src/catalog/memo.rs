//! Names that were looked up, so that looking again takes no time. Its size is fixed: a name has one of four places, and
//! where all four are taken the oldest one makes room.

use std::sync::Arc;

use super::index::hash;
use super::lookup::{Layers, Lookup};

/// How many groups of places there are; a power of two.
const GROUPS: usize = 1_024;
/// How many places there are in a group.
const PLACES: usize = 4;
/// How many names are remembered at most.
pub const CAPACITY: usize = GROUPS * PLACES;

/// What is remembered of a name.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    pub(super) layers: Arc<Layers>,
    pub(super) lookup: Arc<Lookup>,
}

#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Empty until the first name comes. Each name with its hash, so that no other name is looked at.
    groups: Vec<Vec<(u32, Remembered)>>,
    /// The place of each group that makes room next.
    next: Vec<u8>,
}

impl Memo {
    pub(super) fn get(&self, name: &str) -> Option<&Remembered> {
        let hash = hash(name);
        let group = self.groups.get(hash as usize % GROUPS)?;
        let same = |(other, known): &&(u32, Remembered)| *other == hash && known.lookup.name == name;
        group.iter().find(same).map(|(_, known)| known)
    }

    pub(super) fn put(&mut self, known: Remembered) {
        self.groups.resize(GROUPS, Vec::new());
        self.next.resize(GROUPS, 0);
        let hash = hash(&known.lookup.name);
        let at = hash as usize % GROUPS;
        let group = &mut self.groups[at];
        if group.len() < PLACES {
            group.push((hash, known));
            return;
        }
        let oldest = usize::from(self.next[at]);
        group[oldest] = (hash, known);
        self.next[at] = (self.next[at] + 1) % 4;
    }

    /// How many names are remembered.
    pub(super) fn len(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }
}
