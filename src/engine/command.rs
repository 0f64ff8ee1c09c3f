//! What an app can ask for, and what it gets at once. Commands are read from JSON text by
//! [`super::reading::read_command`].

use serde::Serialize;

use crate::catalog::AppEntry;
use crate::json::words;
use crate::routing::{Decision, Needs, Override, ProfileSpec, Request};

use super::Superseded;
use super::failure::Failure;
use super::manifest::ModelManifest;
use super::snapshot::ServerReach;

/// A wish of the app. Ids are plain texts and numbers here; the core checks them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Make a conversation known: its saved model comes back, a new one starts with the default model. Loads and
    /// downloads nothing.
    OpenConversation {
        /// The conversation.
        conversation_id: String,
    },
    /// Forget a conversation.
    RemoveConversation {
        /// The conversation.
        conversation_id: String,
    },
    /// Choose a model for a conversation.
    Select {
        /// The conversation.
        conversation_id: String,
        /// The model.
        model_id: String,
    },
    /// Choose a profile for a conversation: the router says which model that is now, and that one stays chosen.
    SelectProfile {
        /// The conversation.
        conversation_id: String,
        /// The name of the profile.
        profile: String,
        /// What the conversation's requests need of a model.
        #[cfg_attr(feature = "types", ts(optional, as = "Option<Needs>"))]
        needs: Needs,
    },
    /// Ask the model database about names, and change nothing.
    LookUp {
        /// The names, as people and providers write them.
        names: Vec<String>,
    },
    /// Ask what is known of models: the answer to `lookUp` for the name of each, merged with what the app and its server
    /// say of it.
    Describe {
        /// The models.
        model_ids: Vec<String>,
    },
    /// Say what is known of the device now; what is left out is unknown.
    DescribeDevice {
        /// Whether there is a network.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        online: Option<bool>,
        /// Whether there is WebGPU.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        webgpu: Option<bool>,
        /// Whether its shaders take numbers of 16 bits.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        shader_f16: Option<bool>,
        /// The bytes this page may still store.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        free_disk_bytes: Option<u64>,
    },
    /// Ask the router, and change nothing.
    Route {
        /// The question.
        request: Request,
    },
    /// Set what new conversations start with, what becomes of downloads nobody wants any more, and what the router and
    /// the model database are told by the app. What is not named stays as it is; what is
    /// wrong changes nothing.
    Configure {
        /// What the app says of models.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        catalog: Option<Vec<AppEntry>>,
        /// The app's profiles.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        profiles: Option<Vec<ProfileSpec>>,
        /// The models the app wants for profiles.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        overrides: Option<Vec<Override>>,
        /// The model of a new conversation; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        default_model: Option<String>,
        /// The profile of a new conversation; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        default_profile: Option<String>,
        /// What becomes of a queued download that no conversation wants any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional, type = "\"cancel\" | \"keep\""))]
        superseded: Option<Superseded>,
    },
    /// Fetch a model without choosing it.
    Download {
        /// The model.
        model_id: String,
    },
    /// Stop a job for good and remove its partial file.
    Cancel {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
    },
    /// Stop a job and keep its bytes.
    Pause {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
    },
    /// Let a paused job go on.
    Resume {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
    },
    /// Start a failed or canceled job again, at the head of the queue.
    Retry {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
    },
    /// Put a queued job at a place among the queued ones.
    Move {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// The place, from 0; beyond the end means the end.
        position: u32,
    },
    /// Take a settled job off the list.
    Dismiss {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
    },
    /// Delete a model's files.
    RemoveModel {
        /// The model.
        model_id: String,
        /// Unload it first, and let the conversations that use it go without.
        unload: bool,
    },
    /// Free an engine's memory. Waits for running answers.
    UnloadEngine {
        /// The engine.
        engine_id: String,
    },
    /// Make models known, or change what is said of them.
    AddModels {
        /// Their manifests.
        #[cfg_attr(feature = "types", ts(type = "ModelManifest[]"))]
        models: Vec<ModelManifest>,
    },
    /// Say which models a server has, all of them at once: others of it are forgotten, as far as nobody needs them.
    /// Makes the server known.
    SetServed {
        /// The server.
        engine_id: String,
        /// Their manifests.
        #[cfg_attr(feature = "types", ts(type = "ModelManifest[]"))]
        models: Vec<ModelManifest>,
    },
    /// Make one more model of a known server known, for instance before it is pulled. One that is known stays as it is.
    AddServed {
        /// Its manifest.
        model: ModelManifest,
    },
    /// Forget a server and its models; what is under way with it ends.
    RemoveServer {
        /// The server.
        engine_id: String,
    },
    /// Say whether a server can be reached.
    ServerReach {
        /// The server.
        engine_id: String,
        /// Whether it can.
        reach: ServerReach,
    },
    /// Ask for an answer: of a conversation's model, or of a model. One of an in-page engine is loaded if need be.
    RequestAnswer {
        /// The conversation, unless a model is named.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        conversation_id: Option<String>,
        /// The model, unless a conversation is named.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        model_id: Option<String>,
        /// What the request needs of a model that takes over.
        #[cfg_attr(feature = "types", ts(optional, as = "Option<Needs>"))]
        needs: Needs,
        /// When another model may take over.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        fallback: Option<Fallback>,
    },
    /// Give up an answer, waiting or running.
    AbortAnswer {
        /// The answer.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        answer_id: u64,
    },
}

/// When another model may take over an answer whose model failed. Without a word of the app: before anything was shown if
/// a profile led to the model, never if a person named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "camelCase"))]
pub enum Fallback {
    /// Never.
    Never,
    /// As long as nothing of the answer was shown.
    BeforeText,
    /// Also after that. What was shown is not taken back.
    AfterText,
}

words! { Fallback written { Never: "never", BeforeText: "beforeText", AfterText: "afterText" } }

/// What a command gives at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Reply {
    /// Nothing to say.
    Done,
    /// A selection was recorded; `selectionSettled` with the same number says how it ended.
    Selected {
        /// The number of the wish.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        intent: u64,
    },
    /// A profile led to a model, and that was selected.
    Routed {
        /// The model.
        model_id: String,
        /// The number of the wish.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        intent: u64,
    },
    /// What the model database says.
    Found {
        /// A JSON text that a `Lookup` for each name is put together from; what names have in common is in it once. As
        /// text: making ten thousand objects one by one across the boundary takes many times as long.
        lookups: String,
    },
    /// What is known of models.
    Described {
        /// A JSON text: a list of who may say something of a model, of what it may be able to do, and of whether it can; then
        /// the facts of all models in one flat list. Of each: its family; the tokens of its context window and the
        /// place of who says so, the same of the one it is served with, and of the longest answer; what it can do as a
        /// number, whose digits to the base of three are places of `unknown`, `yes` and `no`, the first thing the lowest;
        /// its parameters in millions, quantization, size in bytes, and when its server says it was changed.
        facts: String,
    },
    /// What the router says.
    Decided {
        /// All of it.
        decision: Box<Decision>,
        /// The same in sentences for people.
        explanation: Vec<String>,
        /// Why nothing was chosen.
        failure: Option<Failure>,
    },
    /// The job that does it.
    Job {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
    },
    /// The answer that was asked for; the host is told when it can start.
    Answer {
        /// The answer.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        answer_id: u64,
    },
}
