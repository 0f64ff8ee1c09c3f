//! Capabilities as an app writes them: an object of names and what is said of each. Names are checked later, with
//! everything else of an entry, so that all faults are told at once.

use serde::Serializer;

use super::record::{Capability, Support};
use crate::json::{Read as _, Value};

pub(super) fn serialize<S: Serializer>(said: &[(String, Support)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(said.iter().map(|(name, support)| (name, support)))
}

pub(super) fn read(value: Value<'_>) -> Vec<(String, Support)> {
    let mut said = Vec::new();
    let mut known = Vec::new();
    for (name, support) in value.pairs() {
        if let Some(capability) = Capability::from_name(name.text()) {
            if known.contains(&capability) {
                name.wrong(&"is there twice");
            }
            known.push(capability);
        }
        said.push((name.text().to_owned(), Support::read(support)));
    }
    said
}
