//! Maps by text id for what there can be thousands of.
//!
//! A sorted map compares texts that lie all over the memory, at more places the more it holds. Here a hash leads to the
//! entry at once, so a step of the core takes no longer when it knows more. The order of the entries is arbitrary but
//! the same for the same history: the hash is fixed, for the core has
//! no randomness, and ids come from the app itself, not from strangers.

use std::fmt;

use crate::catalog::long_hash;

/// A key that is a text.
pub(super) trait Text: Ord {
    /// The text.
    fn text(&self) -> &str;
}

/// A map without an order.
#[derive(Clone)]
pub(super) struct Table<K, V> {
    entries: Vec<Entry<K, V>>,
    index: Index,
}

#[derive(Clone)]
struct Entry<K, V> {
    hash: u64,
    key: K,
    value: V,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            index: Index::default(),
        }
    }
}

impl<K: Text, V> Table<K, V> {
    /// The hash of a key, and the bucket that leads to its entry.
    fn find(&self, key: &K) -> (u64, Option<usize>) {
        let hash = long_hash(key.text());
        let is_it = |at: usize| {
            let entry = self.entries.get(at);
            entry.is_some_and(|entry| entry.hash == hash && entry.key == *key)
        };
        (hash, self.index.find(hash, &is_it))
    }

    fn place(&self, key: &K) -> Option<usize> {
        self.find(key).1.and_then(|bucket| self.index.entry(bucket))
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.place(key)
            .and_then(|at| self.entries.get(at))
            .map(|entry| &entry.value)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key)
            .and_then(|at| self.entries.get_mut(at))
            .map(|entry| &mut entry.value)
    }

    pub(super) fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_some()
    }

    fn add(&mut self, hash: u64, key: K, value: V) {
        if self.index.is_full() {
            let mut hashes = self.entries.iter().map(|entry| entry.hash);
            self.index.rebuild(self.entries.len(), &mut hashes);
        }
        self.index.add(hash, self.entries.len());
        self.entries.push(Entry { hash, key, value });
    }

    /// Puts a value in place and gives the one before.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (hash, bucket) = self.find(&key);
        if let Some(at) = bucket.and_then(|bucket| self.index.entry(bucket)) {
            return Some(std::mem::replace(&mut self.entries[at].value, value));
        }
        self.add(hash, key, value);
        None
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let bucket = self.find(key).1?;
        let at = self.index.entry(bucket)?;
        self.index.clear(bucket);
        // The last entry takes its place.
        let last = self.entries.len() - 1;
        if at != last {
            let moved = self
                .index
                .find(self.entries.last()?.hash, &|entry| entry == last)?;
            self.index.lead(moved, at);
        }
        Some(self.entries.swap_remove(at).value)
    }

    /// The value of a key, which is made where there is none.
    pub(super) fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = self.place(&key).unwrap_or_else(|| {
            self.add(long_hash(key.text()), key, V::default());
            self.entries.len() - 1
        });
        &mut self.entries[at].value
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|entry| (&entry.key, &entry.value))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|entry| &entry.key)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|entry| &entry.value)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|entry| &mut entry.value)
    }
}

/// In the order of the keys: tables that hold the same look the same.
impl<K: Text + fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries: Vec<&Entry<K, V>> = self.entries.iter().collect();
        entries.sort_by(|one, other| one.key.cmp(&other.key));
        let pairs = entries.into_iter().map(|entry| (&entry.key, &entry.value));
        f.debug_map().entries(pairs).finish()
    }
}

/// Where the entries are: buckets, found by hash and the ones after it. The same code for all types of tables.
#[derive(Clone, Default)]
struct Index {
    buckets: Vec<Bucket>,
    /// The buckets that are or were in use: a search goes on over those, so they count.
    used: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Bucket {
    Free,
    Cleared,
    Leads(u32),
}

impl Index {
    fn start(&self, hash: u64) -> usize {
        // The number of buckets is a power of two, and the upper half is the better mixed one.
        usize::try_from(hash >> 32).unwrap_or(0) & (self.buckets.len() - 1)
    }

    fn find(&self, hash: u64, is_it: &dyn Fn(usize) -> bool) -> Option<usize> {
        if self.buckets.is_empty() {
            return None;
        }
        let mut bucket = self.start(hash);
        loop {
            match self.buckets[bucket] {
                Bucket::Free => return None,
                Bucket::Leads(_) if self.entry(bucket).is_some_and(is_it) => return Some(bucket),
                Bucket::Leads(_) | Bucket::Cleared => bucket = (bucket + 1) & (self.buckets.len() - 1),
            }
        }
    }

    fn entry(&self, bucket: usize) -> Option<usize> {
        match self.buckets.get(bucket)? {
            Bucket::Leads(at) => usize::try_from(*at).ok(),
            Bucket::Free | Bucket::Cleared => None,
        }
    }

    /// Half of the buckets stay free, so that searches end soon.
    fn is_full(&self) -> bool {
        2 * (self.used + 1) > self.buckets.len()
    }

    fn rebuild(&mut self, len: usize, hashes: &mut dyn Iterator<Item = u64>) {
        let buckets = (4 * (len + 1)).next_power_of_two();
        self.buckets = vec![Bucket::Free; buckets];
        self.used = 0;
        for (at, hash) in hashes.enumerate() {
            self.add(hash, at);
        }
    }

    fn add(&mut self, hash: u64, at: usize) {
        let mut bucket = self.start(hash);
        while self.buckets[bucket] != Bucket::Free {
            bucket = (bucket + 1) & (self.buckets.len() - 1);
        }
        self.used += 1;
        self.lead(bucket, at);
    }

    fn lead(&mut self, bucket: usize, at: usize) {
        // There are never 2^32 entries: they would not fit into the memory of a page.
        self.buckets[bucket] = Bucket::Leads(u32::try_from(at).unwrap_or(u32::MAX));
    }

    fn clear(&mut self, bucket: usize) {
        self.buckets[bucket] = Bucket::Cleared;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    struct Name(&'static str);

    impl Text for Name {
        fn text(&self) -> &str {
            self.0
        }
    }

    #[test]
    fn a_table_finds_what_was_put_in_and_nothing_else() {
        let names = ["a", "b", "", "long-name", "z", "é"].map(Name);
        let mut table: Table<Name, usize> = Table::default();
        for (value, name) in names.iter().enumerate() {
            assert_eq!(table.insert(name.clone(), value), None);
        }
        for (value, name) in names.iter().enumerate() {
            assert_eq!(table.get(name), Some(&value));
            assert_eq!(table.insert(name.clone(), value + 10), Some(value));
        }
        assert!(!table.contains_key(&Name("c")));
        assert_eq!(table.remove(&Name("b")), Some(11));
        assert_eq!(table.remove(&Name("b")), None);
        assert_eq!(table.get(&Name("z")), Some(&14));
        assert_eq!(table.keys().count(), 5);
    }

    #[test]
    fn a_value_that_is_not_there_is_made_once() {
        let mut table: Table<Name, u32> = Table::default();
        *table.or_default(Name("a")) += 1;
        *table.or_default(Name("a")) += 1;
        assert_eq!(table.values().copied().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_table_of_many_comings_and_goings_holds_what_a_tree_holds() {
        let mut table: Table<Owned, u64> = Table::default();
        let mut tree = std::collections::BTreeMap::new();
        for step in 0..20_000_u64 {
            let name = Owned(format!("name-{}", step.wrapping_mul(7_919) % 97));
            if step % 3 == 0 {
                assert_eq!(table.remove(&name), tree.remove(&name));
            } else {
                assert_eq!(table.insert(name.clone(), step), tree.insert(name, step));
            }
            assert_eq!(table.keys().count(), tree.len());
        }
        for (name, value) in &tree {
            assert_eq!(table.get(name), Some(value));
        }
        assert_eq!(format!("{table:?}"), format!("{tree:?}"));
        assert!(
            table.index.buckets.len() < 1_024,
            "what is gone takes no room for ever"
        );
    }

    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    struct Owned(String);

    impl Text for Owned {
        fn text(&self) -> &str {
            &self.0
        }
    }

    #[test]
    fn texts_of_one_hash_are_kept_apart() {
        // The second half of each takes back what the first half made different.
        let (one, other) = (Name("ollama/aAA0D0000"), Name("ollacaabdjSY000p"));
        assert_eq!(long_hash(one.0), long_hash(other.0));
        let mut table: Table<Name, u8> = Table::default();
        table.insert(one.clone(), 1);
        table.insert(other.clone(), 2);
        assert_eq!((table.get(&one), table.get(&other)), (Some(&1), Some(&2)));
    }

    #[test]
    fn names_that_count_up_do_not_crowd_together() {
        for before in ["", "model-", "conversation-", "ollama/team/llama3.2:1b-q4_k_m-v"] {
            let mut table: Table<Owned, ()> = Table::default();
            for number in 0..4_096 {
                table.insert(Owned([before, &number.to_string()].concat()), ());
            }
            let index = &table.index;
            // How far each stands from where its search begins.
            let far: usize = (0..index.buckets.len())
                .filter_map(|bucket| {
                    let hash = table.entries[index.entry(bucket)?].hash;
                    Some(bucket.wrapping_sub(index.start(hash)) & (index.buckets.len() - 1))
                })
                .sum();
            assert!(far < 2 * 4_096, "{before}: {far} steps for 4,096 names");
        }
    }
}
