//! What is wrong with profiles and overrides.

use serde::Serialize;

/// One field that is wrong. All of them are reported together (K4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RoutingError {
    /// The path of the field: `profiles[1].minContext`.
    pub field: String,
    /// What it holds, shortened to 200 characters.
    pub value: String,
    /// What is wrong with that, as the end of a sentence that begins with the field.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub reason: &'static str,
    /// The valid value that looks most like it.
    pub closest: Option<String>,
}

impl RoutingError {
    /// The longest value that is repeated, in characters.
    const MAX_VALUE: usize = 200;

    pub(super) fn new(field: String, value: &str, reason: &'static str) -> Self {
        let value = value.chars().take(Self::MAX_VALUE).collect();
        Self {
            field,
            value,
            reason,
            closest: None,
        }
    }

    pub(super) fn or_rather(mut self, closest: Option<&str>) -> Self {
        self.closest = closest.map(str::to_owned);
        self
    }
}
