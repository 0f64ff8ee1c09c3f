//! What happened, in the past tense: the events the app can listen to.

use serde::Serialize;

use crate::routing::Decision;

use super::failure::Failure;
use super::protocol::Waiting;
use super::snapshot::{CancelReason, JobOrigin, Progress};

/// How a selection ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "status", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SelectionOutcome {
    /// The model answers from now on.
    Activated,
    /// A newer selection of the same conversation replaced it, or the conversation was removed.
    Superseded,
    /// The model could not be had.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// Its download was canceled.
    Canceled,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Answerer {
    /// The model.
    pub model_id: String,
    /// The engine or server it comes from.
    pub provider: String,
}

/// A try to answer that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Tried {
    /// The model.
    pub model_id: String,
    /// The engine or server it comes from.
    pub provider: String,
    /// Why it failed, or was not asked.
    pub failure: Failure,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A conversation wants a model.
    ModelSelected {
        /// The conversation.
        conversation_id: String,
        /// The model.
        model_id: String,
        /// The number of the wish.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        intent: u64,
        /// Whether it has to be downloaded first.
        download_needed: bool,
    },
    /// The router decided. With a conversation, for that one; without, because the app asked.
    ModelRouted {
        /// The conversation.
        conversation_id: Option<String>,
        /// All of the decision.
        decision: Box<Decision>,
        /// The same in sentences for people.
        explanation: Vec<String>,
    },
    /// A selection ended.
    SelectionSettled {
        /// The conversation.
        conversation_id: String,
        /// The model that was chosen.
        model_id: String,
        /// The number of the wish.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        intent: u64,
        /// How.
        outcome: SelectionOutcome,
    },
    /// A model answers a conversation from now on. Only a selection that ends so makes this event; restoring does not.
    ModelActivated {
        /// The conversation.
        conversation_id: String,
        /// The model.
        model_id: String,
        /// The one before.
        previous_model_id: Option<String>,
    },
    /// A job waits for its turn.
    DownloadQueued {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
        /// Who asked.
        origin: JobOrigin,
    },
    /// A job's bytes are coming.
    DownloadStarted {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
    },
    /// How far a job is.
    DownloadProgress {
        /// All about it.
        progress: Progress,
    },
    /// A running job is not moving.
    DownloadWaiting {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
        /// Why.
        waiting: Waiting,
    },
    /// A job was paused; its bytes stay.
    DownloadPaused {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// The attempt that ended.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
        /// Set when not the user but a full disk paused it.
        failure: Option<Failure>,
    },
    /// The bytes are here and checked; the engine takes them in.
    DownloadCompiling {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
    },
    /// The model is cached and verified.
    DownloadReady {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
    },
    /// A job failed.
    DownloadFailed {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// Its attempt.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
        /// Why.
        failure: Failure,
    },
    /// A job was canceled.
    DownloadCanceled {
        /// The job.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        job_id: u64,
        /// Its model.
        model_id: String,
        /// The attempt that ended.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        epoch: u64,
        /// Why.
        reason: CancelReason,
    },
    /// An engine holds a model.
    ModelLoaded {
        /// The engine.
        engine_id: String,
        /// The model.
        model_id: String,
    },
    /// An engine let go of a model.
    ModelUnloaded {
        /// The engine.
        engine_id: String,
        /// The model.
        model_id: String,
    },
    /// A model could not be loaded, or its engine broke down.
    ModelLoadFailed {
        /// The engine.
        engine_id: String,
        /// The model.
        model_id: String,
        /// Why.
        failure: Failure,
    },
    /// A model's files are gone.
    ModelRemoved {
        /// The model.
        model_id: String,
        /// The space that came back.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        freed_bytes: u64,
    },
    /// A model's files could not be deleted.
    ModelRemoveFailed {
        /// The model.
        model_id: String,
        /// Why.
        failure: Failure,
    },
    /// An answer is being generated.
    AnswerStarted {
        /// The conversation; `null` where a model was asked.
        conversation_id: Option<String>,
        /// The model.
        model_id: String,
        /// The engine or server it comes from.
        provider: String,
        /// The answer.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        answer_id: u64,
    },
    /// A model failed over an answer, or is to be left in peace, and another one takes over.
    AnswerFellBack {
        /// The conversation; `null` where a model was asked.
        conversation_id: Option<String>,
        /// The answer.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        answer_id: u64,
        /// Who failed.
        from: Answerer,
        /// Who takes over.
        to: Answerer,
        /// Why.
        failure: Failure,
        /// Whether some of the answer was shown.
        after_text: bool,
        /// Why that one: all of the decision.
        decision: Box<Decision>,
        /// The same in sentences for people.
        explanation: Vec<String>,
    },
    /// An answer ended, or could not start.
    AnswerEnded {
        /// The conversation; `null` where a model was asked.
        conversation_id: Option<String>,
        /// The model.
        model_id: String,
        /// The engine or server it came from.
        provider: String,
        /// The answer.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        answer_id: u64,
        /// Why it could not start or broke off. Where several tries failed, it is the first failure, and the others are
        /// attached.
        failure: Option<Failure>,
        /// The tries that failed.
        tried: Vec<Tried>,
    },
    /// Something could not be saved, or storage fell back to memory.
    StorageFailed {
        /// Why.
        failure: Failure,
    },
}
