//! Capabilities as an app writes them: an object of names and what is said of each. Names are checked later, with
//! everything else of an entry, so that all faults are told at once.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserializer, Serializer};

use super::record::Support;

pub(super) fn serialize<S: Serializer>(said: &[(String, Support)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(said.iter().map(|(name, support)| (name, support)))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, Support)>, D::Error> {
    struct Said;

    impl<'de> Visitor<'de> for Said {
        type Value = Vec<(String, Support)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of capabilities")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
            let mut said = Vec::new();
            while let Some(one) = fields.next_entry()? {
                said.push(one);
            }
            Ok(said)
        }
    }

    deserializer.deserialize_map(Said)
}
