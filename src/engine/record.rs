//! What is stored, in the shape it is stored in. Each record carries the version of its own shape.

use serde::Serialize;

use super::failure::Failure;
use super::ids::{ConversationId, JobId, ModelId};
use super::manifest::ModelManifest;
use super::protocol::StoredFile;
use super::snapshot::{CancelReason, JobOrigin};
use crate::json::{readable, variants};

/// The version of all shapes here.
pub const RECORD_VERSION: u32 = 1;

/// A conversation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRecord {
    /// [`RECORD_VERSION`].
    pub v: u32,
    /// Its id.
    pub id: ConversationId,
    /// The model its answers come from.
    pub active: Option<ModelId>,
    /// The model its user wants.
    pub requested: Option<ModelId>,
    /// The number of that wish. The newest number wins when two tabs write.
    pub intent: u64,
    /// Whether that wish is still open.
    pub pending: bool,
    /// How the wanted model was chosen, if its user asked for a profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteRecord>,
}

/// How a profile's model was chosen. It stays what it is, whatever would be chosen later (requirement R9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteRecord {
    /// The profile that was asked for.
    pub profile: String,
    /// The model it led to.
    pub model: ModelId,
    /// Why, in sentences for people.
    pub explanation: Vec<String>,
}

/// Where a stored job stood. A running one is stored as queued: after a restart it takes its turn again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum JobStanding {
    /// Waiting or running.
    Queued,
    /// Stopped, its bytes kept.
    Paused {
        /// Set when a full disk paused it.
        failure: Option<Failure>,
    },
    /// Failed.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// Canceled.
    Canceled {
        /// Why.
        reason: CancelReason,
    },
    /// Done. Only a pull is stored so, to tell the other tabs; what a download brought says a reference.
    Ready,
}

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRecord {
    /// [`RECORD_VERSION`].
    pub v: u32,
    /// Its id.
    pub id: JobId,
    /// Its attempt when it was stored.
    pub epoch: u64,
    /// What it fetches, so that it can go on before the app has named the model again.
    pub manifest: ModelManifest,
    /// Who asked for it.
    pub origin: JobOrigin,
    /// Whether any of its bytes were ever asked for.
    pub started: bool,
    /// Where it stood.
    pub standing: JobStanding,
}

/// Which files a cached model consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefRecord {
    /// [`RECORD_VERSION`].
    pub v: u32,
    /// The model.
    pub model: ModelId,
    /// Its files, in the order of its manifest.
    pub files: Vec<StoredFile>,
}

/// One change of what is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Persist {
    /// A conversation changed.
    Conversation(ConversationRecord),
    /// A conversation is gone.
    NoConversation(ConversationId),
    /// A job changed.
    Job(Box<JobRecord>),
    /// A job is gone.
    NoJob(JobId),
    /// The order of the queued jobs.
    Order(Vec<JobId>),
    /// A model is cached.
    Ref(RefRecord),
    /// A model is not cached any more.
    NoRef(ModelId),
}

/// Everything that was stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stored {
    /// All conversations.
    pub conversations: Vec<ConversationRecord>,
    /// All jobs.
    pub jobs: Vec<JobRecord>,
    /// The order of the queued ones.
    pub order: Vec<JobId>,
    /// All cached models.
    pub refs: Vec<RefRecord>,
}

readable! {
    ConversationRecord {
        v: "v",
        id: "id",
        active: "active?",
        requested: "requested?",
        intent: "intent",
        pending: "pending",
        route: "route?",
    }
    RouteRecord { profile: "profile", model: "model", explanation: "explanation" }
    JobRecord {
        v: "v",
        id: "id",
        epoch: "epoch",
        manifest: "manifest",
        origin: "origin",
        started: "started",
        standing: "standing",
    }
    RefRecord { v: "v", model: "model", files: "files" }
}

variants! {
    JobStanding {
        "queued" => Queued,
        "paused" => Paused { failure: "failure?" },
        "failed" => Failed { failure: "failure" },
        "canceled" => Canceled { reason: "reason" },
        "ready" => Ready,
    }
    Persist {
        "conversation" => Conversation(..),
        "noConversation" => NoConversation(..),
        "job" => Job(..),
        "noJob" => NoJob(..),
        "order" => Order(..),
        "ref" => Ref(..),
        "noRef" => NoRef(..),
    }
}
