//! What the router is told: the models there are, and the device they would run on. Plain facts; whoever asks gathers
//! them. What is not known is said to be unknown: it never drops a model, but it ranks behind what is known (R9).

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::catalog::family::Family;
use crate::catalog::record::{Capabilities, Capability, Limit, Support};

/// The name of a model or of a provider. Copies share one text, so a decision about many models is made quickly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
pub struct Name(Arc<str>);

/// A model that could be chosen. Its id and its provider together say which one it is: two providers may serve models
/// of the same id.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id, as people write it.
    pub id: Name,
    /// Who serves it.
    pub provider: Name,
    /// Its family; [`Family::UNKNOWN`] where none is known.
    pub family: Family,
    /// Its parameters, in millions.
    pub parameters_millions: Option<u32>,
    /// The context window it is served with where that is known, the one it was made for otherwise.
    pub context: Limit,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Whether its provider gives answers piece by piece; counts where the model's own streaming is unknown (D5).
    pub provider_streams: Support,
    /// Where its weights are.
    pub presence: Presence,
    /// Whether it is in the memory of whoever runs it.
    pub residency: Residency,
    /// Whether it can be reached now; for a model of this device, whether its engine works.
    pub reachable: Reach,
    /// What it asks of the device; nothing of a model that runs elsewhere.
    pub asks: Asks,
    /// The bytes still to be downloaded.
    pub download_bytes: Option<u64>,
}

/// What a model asks of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asks {
    /// The memory of the GPU it needs.
    pub gpu_memory_bytes: Option<u64>,
    /// The features of the browser it cannot do without.
    pub webgpu: bool,
    /// Numbers of 16 bits in shaders.
    pub shader_f16: bool,
}

/// Where the weights of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Not on this device.
    Absent,
    /// Some of their bytes are on this device.
    Partial,
    /// On this device, all of them.
    Cached,
    /// With a provider that runs the model itself.
    Remote,
}

/// Whether a model is in the memory of whoever runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residency {
    /// It is not, or nobody says.
    Unloaded,
    /// It is being loaded.
    Loading,
    /// It can answer now.
    Resident,
}

/// Whether a model can be reached from this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It can.
    Yes,
    /// It cannot, and this is why.
    No(Unreachable),
    /// Nobody has tried.
    Unknown,
}

/// Why a model cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Unreachable {
    /// The browser has no network.
    Offline,
    /// The server does not answer this page's origin.
    Cors,
    /// The browser asks for a permission to reach the local network.
    Permission,
    /// The server does not answer.
    Down,
    /// The key is missing or refused.
    Key,
}

/// What is known of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Device {
    /// The memory a GPU has for models.
    pub gpu_memory_bytes: Option<u64>,
    /// Whether the browser has WebGPU.
    pub webgpu: Support,
    /// Whether its shaders take numbers of 16 bits.
    pub shader_f16: Support,
    /// The bytes this page may still store.
    pub free_disk_bytes: Option<u64>,
    /// Whether there is a network to download from.
    pub online: Support,
}

impl Candidate {
    /// What is known of a capability. Where a model's streaming is unknown, its provider's word counts (D5).
    pub fn can(&self, capability: Capability) -> Support {
        match self.capabilities.get(capability) {
            Support::Unknown if capability == Capability::Streaming => self.provider_streams,
            known => known,
        }
    }

    /// What its provider calls it: its id, without the provider where ids begin with that.
    pub(super) fn own_name(&self) -> &str {
        let id = self.id.as_str();
        let rest = id.strip_prefix(self.provider.as_str());
        rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or(id)
    }

    /// Whether its weights must be downloaded before it can answer.
    pub fn needs_download(&self) -> bool {
        matches!(self.presence, Presence::Absent | Presence::Partial) && self.residency != Residency::Resident
    }
}

impl Name {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
