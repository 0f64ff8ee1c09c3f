//! What the app sees: one plain value for each model, conversation, job and engine. Derived from the state, never
//! stored; the shapes here are the source of the package's TypeScript types.

use serde::Serialize;

use crate::routing::Profile;

use super::failure::Failure;
use super::protocol::{Waiting, WeightsBackEnd};
use crate::json::words;

/// What the disk has of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Nothing.
    Absent,
    /// Some of its bytes.
    Partial,
    /// All of them, checked.
    Cached,
}

/// What the engine has of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Residency {
    /// Nothing.
    Unloaded,
    /// It is being loaded.
    Loading,
    /// It can answer now.
    Resident,
}

/// A model the app may offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ModelState {
    /// Its id.
    pub id: String,
    /// What people read.
    pub name: String,
    /// One line about it.
    pub description: Option<String>,
    /// The engine that runs it, or the server.
    pub engine: String,
    /// Whether a server runs it.
    pub served: bool,
    /// The context window in tokens.
    pub context_window: Option<u32>,
    /// The length of all its files, where known.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub size_bytes: Option<u64>,
    /// What the disk has of it; of a served model, whether the server has it.
    pub presence: Presence,
    /// The bytes the disk, or the server, has of it.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub present_bytes: u64,
    /// Whether every file had a digest to be checked against; `null` while it is not cached.
    pub verified: Option<bool>,
    /// What the engine has of it.
    pub residency: Residency,
    /// Its job in the queue, running or settled.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub job_id: Option<u64>,
    /// Whether it is active in a conversation, resident, loading or downloading, so that removing it is refused.
    pub in_use: bool,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConversationState {
    /// Its id.
    pub id: String,
    /// The model its answers come from now.
    pub active_model: Option<String>,
    /// The model its user wants; differs from the active one while a switch is under way.
    pub requested_model: Option<String>,
    /// The number of the newest wish; only grows.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub intent: u64,
    /// Whether an answer is being generated.
    pub answering: bool,
    /// How the model its user wants was chosen; `null` if the user named it.
    pub route: Option<RouteState>,
}

/// How a profile led to a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RouteState {
    /// The profile that was asked for.
    pub profile: String,
    /// The model it led to.
    pub model_id: String,
    /// Why, in sentences for people, the most important first.
    pub explanation: Vec<String>,
}

/// What the user sees of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum JobLifecycle {
    /// It waits for its turn.
    Queued,
    /// Its bytes are coming.
    Downloading,
    /// The user, or a full disk, stopped it; its bytes stay.
    Paused,
    /// The bytes are here; the engine takes them in.
    Compiling,
    /// The model is cached and verified.
    Ready,
    /// It did not work.
    Failed,
    /// It was stopped for good.
    Canceled,
}

impl JobLifecycle {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Downloading => "downloading",
            Self::Paused => "paused",
            Self::Compiling => "compiling",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

/// Who asked for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum JobOrigin {
    /// A download asked for by itself; a later choice of another model never drops it.
    Download,
    /// The choice of a model for a conversation.
    Selection,
}

/// Why a job was canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum CancelReason {
    /// The user said so.
    User,
    /// No conversation wanted it any more.
    Superseded,
}

/// How far a job is (requirement Q6).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The job.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub job_id: u64,
    /// Its model.
    pub model_id: String,
    /// Its attempt.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub epoch: u64,
    /// 0 to 100; `null` when the total is unknown.
    pub percentage: Option<f64>,
    /// Bytes that are here.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub downloaded_bytes: u64,
    /// Bytes in all; `null` when unknown.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub total_bytes: Option<u64>,
    /// Bytes a second, smoothed; 0 when stalled.
    pub speed: f64,
    /// Seconds left; `null` when not known.
    pub eta_seconds: Option<f64>,
    /// Which part of the work it is in.
    pub phase: Phase,
    /// When this was true, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub timestamp: u64,
}

/// A part of the work of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Bytes are coming.
    Downloading,
    /// The engine takes them in.
    Compiling,
    /// All is done.
    Ready,
}

/// An entry of the download queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct JobState {
    /// Its id.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub id: u64,
    /// Its model.
    pub model_id: String,
    /// Its attempt.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub epoch: u64,
    /// What the user sees of it.
    pub lifecycle: JobLifecycle,
    /// Who asked for it.
    pub origin: JobOrigin,
    /// Its place among the queued ones, from 0; `null` when it is not queued.
    pub position: Option<u32>,
    /// How far it is; `null` before its first byte.
    pub progress: Option<Progress>,
    /// Why a running one is not moving.
    pub waiting: Option<Waiting>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Why it was canceled.
    pub cancel_reason: Option<CancelReason>,
}

/// Whether a server can be reached from this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum ServerReach {
    /// It can.
    Yes,
    /// It does not answer.
    Down,
    /// The browser has no network.
    Offline,
    /// It does not answer this page's origin.
    Cors,
    /// The browser asks for a permission to reach the local network.
    Permission,
    /// Nobody has tried.
    Unknown,
}

/// An in-page engine, or a server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EngineState {
    /// Its id.
    pub id: String,
    /// The model it has or is loading.
    pub model: Option<String>,
    /// What it has of that model.
    pub residency: Residency,
    /// 0 to 1 while loading, where the engine says so.
    pub load_fraction: Option<f64>,
    /// The answers it is generating or about to.
    pub answers: u32,
    /// Whether it is a server, outside of the page.
    pub serves: bool,
    /// Whether a server can be reached; `null` for an in-page engine.
    pub reach: Option<ServerReach>,
    /// What of it is left in peace for a while. One that is over may still stand here.
    pub cool_downs: Vec<CoolDownState>,
}

/// A model, or all of a server, that is left in peace after a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CoolDownState {
    /// The model; `null` for all of the server's.
    pub model_id: Option<String>,
    /// Until when, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub until_ms: u64,
    /// Whether the server asked for it. Then it is kept also by who chose the model; else it is a guess, and only who
    /// leaves the choice to the router gets another one.
    pub asked: bool,
}

/// Where small records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum RecordsBackEnd {
    /// `IndexedDB`.
    IndexedDb,
    /// Memory: gone with the page.
    Memory,
}

/// How long what is stored lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Persistence {
    /// Until the page is closed.
    Session,
    /// Until the browser needs the space.
    BestEffort,
    /// Until the user deletes it.
    Persistent,
}

/// Where things are kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct StorageState {
    /// Where weights are.
    pub weights: WeightsBackEnd,
    /// Where records are.
    pub records: RecordsBackEnd,
    /// How long it lasts.
    pub persistence: Persistence,
    /// The bytes of all committed weights.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub used_bytes: u64,
    /// Why something is kept in memory, or could not be saved.
    pub failure: Option<Failure>,
}

/// What changed in one step. A `null` value says that the entry is gone.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// Models by id.
    pub models: Vec<(String, Option<ModelState>)>,
    /// Conversations by id.
    pub conversations: Vec<(String, Option<ConversationState>)>,
    /// Jobs by id.
    #[cfg_attr(feature = "types", ts(type = "Array<[number, JobState | null]>"))]
    pub jobs: Vec<(u64, Option<JobState>)>,
    /// Engines by id.
    pub engines: Vec<(String, Option<EngineState>)>,
    /// The routing profiles in force, if those changed.
    pub profiles: Option<Vec<Profile>>,
    /// Where things are kept, if that changed.
    pub storage: Option<StorageState>,
    /// The number of late answers dropped so far, if that changed.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub stale_dropped: Option<u64>,
}

impl Patch {
    /// Whether nothing changed. Comparing with an empty one would bring a comparison of everything a snapshot has.
    pub fn is_empty(&self) -> bool {
        let lists = self.models.is_empty()
            && self.conversations.is_empty()
            && self.jobs.is_empty()
            && self.engines.is_empty();
        lists && self.profiles.is_none() && self.storage.is_none() && self.stale_dropped.is_none()
    }
}

words! {
    ServerReach written {
        Yes: "yes",
        Down: "down",
        Offline: "offline",
        Cors: "cors",
        Permission: "permission",
        Unknown: "unknown",
    }
    JobOrigin written { Download: "download", Selection: "selection" }
    CancelReason written { User: "user", Superseded: "superseded" }
}
