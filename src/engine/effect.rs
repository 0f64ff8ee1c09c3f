//! What the core asks the world to do. Each effect's answer comes back as an [`super::input::Input`].

use super::digest::Digest;
use super::failure::Failure;
use super::ids::{AnswerId, EngineId, LoadId, ModelId, Ticket};
use super::protocol::ToWorker;
use super::record::Persist;

/// A piece of work for the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Store a change. Writes keep their order.
    Persist(Persist),
    /// Tell the transfer worker.
    Worker(ToWorker),
    /// Have a server fetch a model. Reports come as `Pull`.
    Pull {
        /// The attempt.
        ticket: Ticket,
        /// The server.
        engine: EngineId,
        /// The model.
        model: ModelId,
        /// The name the server knows it by.
        name: String,
    },
    /// Stop a pull at once. Nothing is answered.
    StopPull {
        /// The attempt.
        ticket: Ticket,
    },
    /// Have a server delete a model. Answered by `ServedRemoved`.
    RemoveServed {
        /// Comes back in the answer.
        request: u64,
        /// The server.
        engine: EngineId,
        /// The model.
        model: ModelId,
        /// The name the server knows it by.
        name: String,
        /// Whether it has to leave the server's memory first.
        unload: bool,
    },
    /// Load a model from stored files. Answered by `Loaded` or `LoadFailed`.
    Load {
        /// The load.
        load: LoadId,
        /// Where.
        engine: EngineId,
        /// What.
        model: ModelId,
        /// The context window in tokens, where known.
        context_window: Option<u32>,
        /// Its files: name and blob.
        files: Vec<(String, Digest)>,
    },
    /// Give up a load. Answered by `LoadFailed` or `Unloaded`.
    AbortLoad {
        /// The load.
        load: LoadId,
    },
    /// Free a loaded model. Answered by `Unloaded`.
    Unload {
        /// The load that brought it.
        load: LoadId,
    },
    /// Generate an answer with the model of a load. Answered by `AnswerEnded`; after a failure it may start again with
    /// another model.
    StartAnswer {
        /// The answer.
        answer: AnswerId,
        /// The try: its number comes back in every answer.
        attempt: u32,
        /// The load that brought the model; 0 for a server's.
        load: LoadId,
        /// Where.
        engine: EngineId,
        /// The model.
        model: ModelId,
    },
    /// An answer failed for good, will not start, or must stop now. A running one is answered by `AnswerEnded`.
    EndAnswer {
        /// The answer.
        answer: AnswerId,
        /// Why.
        failure: Failure,
    },
}
