//! Names that look like a wrong one.

use super::key::{Key, Kind};
use crate::closest;

/// The one of some words that looks most like `wanted`.
pub(super) fn word(wanted: &str, words: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let words: Vec<&str> = words.collect();
    closest::one(wanted, &words).map(str::to_owned)
}

/// The key that looks most like `wanted`: one of `siblings`, or one of another section by its whole path.
pub(super) fn key(wanted: &str, siblings: &[Key]) -> Option<String> {
    let mut names = Vec::new();
    let mut paths = Vec::new();
    for key in siblings {
        names.push(key.name);
        paths.push(key.name.to_owned());
    }
    elsewhere(super::table::keys(), "", &mut names, &mut paths);
    let best = closest::places(wanted, &mut names.into_iter(), 1);
    best.first().map(|at| paths.swap_remove(*at))
}

fn elsewhere(keys: &[Key], path: &str, names: &mut Vec<&'static str>, paths: &mut Vec<String>) {
    for key in keys {
        let whole = [path, key.name].concat();
        names.push(key.name);
        paths.push(whole.clone());
        if let Kind::Section(inside) = key.kind {
            elsewhere(inside, &[&whole, "."].concat(), names, paths);
        }
    }
}
