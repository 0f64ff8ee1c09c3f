//! What happens to the core: wishes of the app and answers of the world.

use super::command::Command;
use super::failure::Failure;
use super::ids::{AnswerId, JobId, LoadId};
use super::protocol::FromWorker;
use super::record::{Persist, Stored};
use super::snapshot::StorageState;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The app wants something.
    Command(Command),
    /// What was stored; given once, first.
    Restore(Box<Stored>),
    /// The transfer worker says something.
    Worker(FromWorker),
    /// What is known of a pull; of what a worker says `Progress`, `Waits`, `Finished` without files, and `Failed`.
    Pull(FromWorker),
    /// A server deleted a model, or could not.
    ServedRemoved {
        /// From the request.
        request: u64,
        /// The space that came back.
        freed_bytes: u64,
        /// Why it could not.
        failure: Option<Failure>,
    },
    /// The transfer worker is gone; a new one will say `Ready`.
    WorkerLost,
    /// This tab may fetch now (or no more): at most one tab of an origin does.
    Leading(bool),
    /// A load gets on, 0 to 1.
    LoadProgressed {
        /// The load.
        load: LoadId,
        /// How far.
        fraction: f64,
    },
    /// A model is loaded and answers.
    Loaded {
        /// The load.
        load: LoadId,
    },
    /// A load failed or was aborted, or the engine broke down later.
    LoadFailed {
        /// The load.
        load: LoadId,
        /// Why.
        failure: Failure,
    },
    /// A loaded model's memory is free.
    Unloaded {
        /// The load.
        load: LoadId,
    },
    /// Some of an answer was shown.
    AnswerShown {
        /// The answer.
        answer: AnswerId,
        /// The try, by its number.
        attempt: u32,
    },
    /// An answer ended, or one try of it.
    AnswerEnded {
        /// The answer.
        answer: AnswerId,
        /// The try, by its number.
        attempt: u32,
        /// Why it broke off.
        failure: Option<Failure>,
    },
    /// Where things are kept; `used_bytes` is filled in by the core.
    Storage(StorageState),
    /// Something could not be stored.
    PersistFailed(Failure),
    /// Another tab of this origin stored a change.
    PeerStored(Box<Persist>),
    /// How far the tab that fetches is with a job.
    PeerProgressed {
        /// The job.
        job: JobId,
        /// The bytes of all its files that are here.
        downloaded_bytes: u64,
        /// The length of all its files, where known.
        total_bytes: Option<u64>,
    },
}
