//! Families of models: which one a name belongs to, and what each is for (requirements F1–F4).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A family, for instance `llama`; in lower case. `unknown` where none is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
pub struct Family(Cow<'static, str>);

/// What a family is for (requirement F2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FamilyClass {
    /// Anything.
    General,
    /// Programs.
    Code,
    /// Anything, on little hardware.
    Small,
}

impl Family {
    /// No family is known.
    pub const UNKNOWN: Self = Self(Cow::Borrowed("unknown"));

    /// A family this package knows by name.
    pub const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The family an app names; letter case does not matter.
    pub fn named(name: &str) -> Self {
        Self(Cow::Owned(name.to_ascii_lowercase()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
