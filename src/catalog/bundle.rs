//! What the catalog needs of the data that comes with the package. Names and keys are in lower case here; letter case
//! is the catalog's business.

use super::record::{Facts, Origin};

/// A read-only set of entries, aliases and patterns. It need not be printable: that alone would keep the printing of
/// everything it holds in the wasm file.
pub trait Bundle: Send + Sync {
    /// The entry of exactly this name.
    fn exact(&self, lower: &str) -> Option<(Facts, Origin)>;

    /// The number of that entry: no other entry has it, and it stays. What is said of a numbered entry is remembered by
    /// its number. [`UNNUMBERED`] where there is an entry and entries have no numbers.
    fn number(&self, lower: &str) -> Option<u32> {
        self.exact(lower).map(|_| UNNUMBERED)
    }

    /// The name another name stands for. One step only: the catalog follows it at most [`MAX_ALIASES`] times.
    fn alias(&self, lower: &str) -> Option<&str>;

    /// All patterns, in the order they were declared.
    fn patterns(&self) -> Vec<(String, Facts, Origin)>;

    /// The names of all entries, for the lint and for the closest name to a misspelt one.
    fn names(&self) -> Vec<String>;

    /// All aliases and what they stand for.
    fn aliases(&self) -> Vec<(String, String)>;

    /// Which data this is, for instance `2026-11-20`.
    fn version(&self) -> &str;
}

/// The number of an entry of a bundle that does not count them.
pub const UNNUMBERED: u32 = u32::MAX;

/// No data at all: what a catalog has before the package's data is there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Empty;

impl Bundle for Empty {
    fn exact(&self, _lower: &str) -> Option<(Facts, Origin)> {
        None
    }

    fn alias(&self, _lower: &str) -> Option<&str> {
        None
    }

    fn patterns(&self) -> Vec<(String, Facts, Origin)> {
        Vec::new()
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn aliases(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn version(&self) -> &'static str {
        "none"
    }
}

/// How many aliases may lead to each other before the catalog stops following them.
pub const MAX_ALIASES: usize = 4;
