//! Everything that is known of one model of a provider (requirement M4).

use serde::Serialize;

use crate::catalog::record::Capabilities;
use crate::engine::ids::Timestamp;

/// Everything a provider says of one of its models. What it does not say is `null` (or `unknown`), and its name stands
/// in `missing`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ServedDetails"))]
#[serde(rename_all = "camelCase")]
pub struct Details {
    /// `<provider>/<name>`.
    pub id: String,
    /// Its name, as the provider takes it back.
    pub name: String,
    /// The provider.
    pub provider: String,
    /// Its family in the provider's words.
    pub family: Option<String>,
    /// The format of its files.
    pub format: Option<String>,
    /// The length of its files.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub size_bytes: Option<u64>,
    /// Its parameters, in billions.
    pub parameters_billions: Option<f64>,
    /// How its weights are stored.
    pub quantization: Option<String>,
    /// When it was last changed, as the provider writes it.
    pub modified: Option<String>,
    /// The context window it was made for, in tokens.
    pub context_window: Option<u32>,
    /// The context window its own settings ask for, in tokens.
    pub configured_context_window: Option<u32>,
    /// The context window it is served with now, in tokens.
    pub served_context_window: Option<u32>,
    /// The longest answer, in tokens.
    pub max_output_tokens: Option<u32>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The digest of what it is made of.
    pub digest: Option<String>,
    /// Another host that does the work.
    pub remote_host: Option<String>,
    /// Its own settings, names and values as the provider writes them.
    pub parameters: Vec<Parameter>,
    /// How messages become a prompt.
    pub template: Option<String>,
    /// What it is told before all else.
    pub system: Option<String>,
    /// Its licence, in full.
    pub license: Option<String>,
    /// The names of all fields that the provider says nothing about.
    pub missing: Vec<&'static str>,
    /// When the provider said so.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub shown_at: Timestamp,
    /// How old that is.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub age_ms: u64,
    /// It is older than it should be, and shown because the provider cannot be reached.
    pub stale: bool,
    /// The provider cannot be reached.
    pub offline: bool,
}

/// A setting of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ServedParameter"))]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
