//! Names that look like a wrong one.

use super::key::{Key, Kind};

/// Less alike than this is another name, not a slip.
const LIKE: f64 = 0.75;
/// Nobody mistypes more by hand; longer ones would only cost time.
const MAX_BYTES: usize = 64;
/// What a key of another section has to be better by.
const ELSEWHERE: f64 = 0.05;

/// Letters and digits alone, in lower case: `max_tokens` is `maxTokens`.
fn plain(name: &str) -> String {
    let mut plain = name.to_ascii_lowercase();
    plain.retain(|c| c.is_ascii_alphanumeric());
    plain
}

/// The best of several names so far.
struct Best {
    wanted: String,
    likeness: f64,
    name: Option<String>,
}

impl Best {
    fn new(wanted: &str) -> Option<Self> {
        (wanted.len() <= MAX_BYTES).then(|| Self {
            wanted: plain(wanted),
            likeness: LIKE,
            name: None,
        })
    }

    fn offer(&mut self, name: &str, handicap: f64, whole: &dyn Fn() -> String) {
        let likeness = strsim::jaro_winkler(&plain(name), &self.wanted) - handicap;
        if likeness > self.likeness {
            self.likeness = likeness;
            self.name = Some(whole());
        }
    }
}

/// The one of some words that looks most like `wanted`.
pub(super) fn word(wanted: &str, words: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let mut best = Best::new(wanted)?;
    for word in words {
        best.offer(word, 0.0, &|| word.to_owned());
    }
    best.name
}

/// The key that looks most like `wanted`: one of `siblings`, or one of another section by its whole path.
pub(super) fn key(wanted: &str, siblings: &[Key]) -> Option<String> {
    let mut best = Best::new(wanted)?;
    for key in siblings {
        best.offer(key.name, 0.0, &|| key.name.to_owned());
    }
    elsewhere(super::table::keys(), "", &mut best);
    best.name
}

fn elsewhere(keys: &[Key], path: &str, best: &mut Best) {
    for key in keys {
        let whole = [path, key.name].concat();
        best.offer(key.name, ELSEWHERE, &|| whole.clone());
        if let Kind::Section(inside) = key.kind {
            elsewhere(inside, &[&whole, "."].concat(), best);
        }
    }
}
