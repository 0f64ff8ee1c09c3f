//! Maps by text id.
//!
//! A search tree compares texts at every level, so its steps grow with what is known; a table does not. Its hasher is
//! fixed (FNV-1a, 64 bits): the core has no randomness, and ids come from the app itself, not from strangers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table whose order is arbitrary, but the same for the same history.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Fnv>>;

/// <http://www.isthe.com/chongo/tech/comp/fnv/>
#[derive(Clone, Copy)]
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
