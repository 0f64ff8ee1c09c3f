//! What an app says about a model: where its files are, how long they are and what they hash to.

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::ids::{EngineId, ModelId};

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelFile {
    /// The name an engine knows the file by, for instance `model.gguf`.
    pub name: String,
    /// Where the file is: absolute, `https:` (or `http:` on a loopback host).
    pub url: String,
    /// Its length. Without it there is no percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub size_bytes: Option<u64>,
    /// What it hashes to. Without it the file is marked unverified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub sha256: Option<Digest>,
}

/// A model that an in-page engine can run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelManifest {
    /// Names the model everywhere.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub id: ModelId,
    /// What people read.
    pub name: String,
    /// One line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub description: Option<String>,
    /// The engine that runs it.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub engine: EngineId,
    /// The context window in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub context_window: Option<u32>,
    /// Its files, in the order the engine wants them.
    pub files: Vec<ModelFile>,
}
