//! The lifecycle of a job as a total function (requirement Q3).

use super::failure::Failure;
use super::snapshot::{CancelReason, JobLifecycle};

/// Where a job stands, with what belongs to that place.
#[derive(Debug, Clone, PartialEq)]
pub enum Lifecycle {
    /// It waits for its turn.
    Queued,
    /// Its bytes are coming.
    Downloading,
    /// Stopped, its bytes kept; by a full disk when there is a failure.
    Paused(Option<Failure>),
    /// The bytes are here; the engine takes them in.
    Compiling,
    /// Cached and verified.
    Ready,
    /// It did not work.
    Failed(Failure),
    /// Stopped for good.
    Canceled(CancelReason),
}

/// What can happen to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Transition {
    /// Its turn has come.
    Start,
    /// Its bytes are here.
    Compile,
    /// All is done.
    Finish,
    /// It does not work.
    Fail(Failure),
    /// It is stopped for good.
    Cancel(CancelReason),
    /// It is stopped, its bytes kept.
    Pause(Option<Failure>),
    /// A paused job goes on; it waits for its turn when another one is running.
    Resume {
        /// Whether nothing else is running.
        at_once: bool,
    },
    /// A failed or canceled job starts again.
    Retry,
}

impl Lifecycle {
    /// Where `transition` leads from here, or `None` where it is not allowed.
    pub fn next(&self, transition: Transition) -> Option<Self> {
        match (self, transition) {
            (Self::Queued, Transition::Start) => Some(Self::Downloading),
            (Self::Downloading, Transition::Compile) => Some(Self::Compiling),
            (Self::Compiling, Transition::Finish) => Some(Self::Ready),
            (Self::Queued | Self::Downloading | Self::Compiling, Transition::Fail(failure)) => {
                Some(Self::Failed(failure))
            }
            // A paused job holds bytes and a place in the list, so it can be given up like a busy one.
            (
                Self::Queued | Self::Downloading | Self::Compiling | Self::Paused(_),
                Transition::Cancel(reason),
            ) => Some(Self::Canceled(reason)),
            (Self::Downloading, Transition::Pause(failure)) => Some(Self::Paused(failure)),
            (Self::Paused(_), Transition::Resume { at_once: true }) => Some(Self::Downloading),
            // At most one job downloads: one that may not go on at once waits as a queued one.
            (Self::Paused(_), Transition::Resume { at_once: false })
            | (Self::Failed(_) | Self::Canceled(_), Transition::Retry) => Some(Self::Queued),
            _ => None,
        }
    }

    /// What the user sees of it.
    pub fn shown(&self) -> JobLifecycle {
        match self {
            Self::Queued => JobLifecycle::Queued,
            Self::Downloading => JobLifecycle::Downloading,
            Self::Paused(_) => JobLifecycle::Paused,
            Self::Compiling => JobLifecycle::Compiling,
            Self::Ready => JobLifecycle::Ready,
            Self::Failed(_) => JobLifecycle::Failed,
            Self::Canceled(_) => JobLifecycle::Canceled,
        }
    }

    /// Whether it has reached ready, failed or canceled.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Ready | Self::Failed(_) | Self::Canceled(_))
    }
}
