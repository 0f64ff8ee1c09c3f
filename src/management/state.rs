//! What is known of the providers themselves.

use serde::Serialize;

use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Timestamp;
use crate::keys::KeyKeep;
use crate::providers::Ability;

/// What is known of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProviderState {
    /// Its name in the configuration.
    pub id: String,
    /// The protocol, for instance `ollama`.
    pub kind: String,
    /// Where it is.
    pub host: Option<String>,
    /// What came of the last question for its models.
    pub state: Phase,
    /// Why it fails.
    pub failure: Option<Failure>,
    /// What it can do.
    pub abilities: Vec<Ability>,
    /// When its list came.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub listed_at: Option<Timestamp>,
    /// How old the list is.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub age_ms: Option<u64>,
    /// The list is older than it should be.
    pub stale: bool,
    /// The provider cannot be reached.
    pub offline: bool,
    /// How many models it has.
    pub models: u32,
    /// How many entries of its list are none: without a name, or with one that no model can have.
    pub left_out: u32,
    /// Whether there is a key for it, and how that is kept; never the key itself.
    pub key: KeyState,
}

/// What is known of a provider's key. The key itself is nowhere but in the vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct KeyState {
    /// Whether it can be used.
    pub state: KeyPhase,
    /// How it is kept, where there is one.
    pub keep: Option<KeyKeep>,
    /// What tells it from another key and gives nothing of it away: a hash, and the end of a long one.
    pub fingerprint: Option<String>,
}

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum KeyPhase {
    /// There is none.
    #[default]
    None,
    /// It is sent with each request.
    Ready,
    /// It waits for the passphrase.
    Locked,
    /// It belongs to another address than the provider has now, and is sent to neither.
    OtherOrigin,
    /// What is stored of it cannot be read.
    Unreadable,
}

impl KeyState {
    /// Whether a request can be signed with it.
    pub fn is_ready(&self) -> bool {
        self.state == KeyPhase::Ready
    }

    /// Whether two states are of the same key.
    pub fn same_key(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

/// What came of the last question for the models of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ProviderPhase"))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It was not asked yet, or it was forgotten.
    Unknown,
    /// It has not answered yet.
    Asking,
    /// It answered.
    Ok,
    /// It refused, or could not be reached.
    Failing,
}

/// What came of a wish for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct ListReport {
    /// The providers that were asked about, in the order of the configuration. One that is still `asking` answers
    /// later, by [`super::Effect::Listed`].
    pub providers: Vec<ProviderState>,
}

/// Whether a provider can be reached, in the words of the core's `serverReach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// It answers.
    Yes,
    /// Nothing answers there.
    Down,
    /// The browser has no network.
    Offline,
    /// It does not let this page in, or nothing answers: browsers say the same.
    Cors,
    /// The browser asks for a permission.
    Permission,
    /// Nobody has tried.
    Unknown,
}

impl Reach {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Down => "down",
            Self::Offline => "offline",
            Self::Cors => "cors",
            Self::Permission => "permission",
            Self::Unknown => "unknown",
        }
    }

    /// What a failure to reach a provider says of it.
    pub(super) fn of(failure: &Failure) -> Self {
        match failure.code {
            ErrorCode::Offline => Self::Offline,
            ErrorCode::CorsOrNetwork => Self::Cors,
            ErrorCode::LocalNetworkPermission => Self::Permission,
            _ => Self::Down,
        }
    }
}
