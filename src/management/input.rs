//! What goes in: wishes of the app, answers of servers, and what the runtime knows of the world.

use crate::config::{CachePolicy, ProviderConfig};
use crate::engine::failure::Failure;
use crate::providers::ProviderError;
use crate::providers::listed::{Listing, RunningModel, ShownModel};

use super::record::Record;
use super::state::KeyState;

/// Names a wish of the app; the runtime chooses it, and no two that are open at once are the same.
pub type RequestId = u64;

/// One question to one server; counts up from 1.
pub type AskId = u64;

/// Everything that can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The providers there are now, and how long what they say is fresh. A provider whose kind and address stay keeps
    /// what it said; one that is new, or somewhere else, begins with nothing (or with what is stored of that address).
    SetProviders(Vec<ProviderConfig>, CachePolicy),
    /// What was stored, in any order; before or after the providers are known. What cannot be read is forgotten.
    Restore(Vec<Record>),
    /// A wish. Answered by one [`super::Effect::Reply`] with its id.
    Request {
        /// Names it.
        id: RequestId,
        /// What is wished.
        request: Request,
    },
    /// What became of a question. One that is not open any more changes nothing.
    Answered {
        /// The question.
        ask: AskId,
        /// The answer, of the kind that was asked for.
        result: Result<Answer, Problem>,
    },
    /// The time of the last [`super::Effect::Wake`] has come. Too early or without need, it changes nothing.
    Woke,
    /// Whether the browser has a network. Servers on this computer and in the local network are asked all the same.
    Online(bool),
    /// What is known of a provider's key, whether that is configured already or not. A key that is set, forgotten or
    /// another one than before makes what the provider said expire; locking and unlocking do not.
    KeyChanged {
        /// The provider.
        provider: String,
        /// What is known of its key.
        key: KeyState,
    },
}

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// The models of one provider or of all. Replied to when all have answered, or after
    /// [`super::LIST_PATIENCE_MS`] with what there is.
    List {
        /// The provider; all without one.
        provider: Option<String>,
        /// Ask even if what is known is fresh.
        refresh: bool,
        /// How long to wait for providers that do not answer, where that is not [`super::LIST_PATIENCE_MS`]. Whoever shows
        /// lists as they come waits for nothing.
        wait_ms: Option<u32>,
    },
    /// Everything a provider says of one of its models.
    Show {
        /// The provider.
        provider: String,
        /// The model, by the provider's name for it.
        model: String,
        /// Ask even if what is known is fresh.
        refresh: bool,
    },
    /// Forget what providers said.
    ClearCache {
        /// The provider; all without one.
        provider: Option<String>,
    },
    /// The provider's models have changed: a pull or a removal ended there. What is known is not fresh any more, and
    /// answers to questions from before do not count.
    Changed {
        /// The provider.
        provider: String,
    },
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To [`super::Question::List`].
    Listed(Listing),
    /// To [`super::Question::Running`].
    Running(Vec<RunningModel>),
    /// To [`super::Question::Show`].
    Shown(Box<ShownModel>),
}

/// Why there is no answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The server could not be reached, or the connection broke: what is known may be shown, however old it is.
    Unreachable(Failure),
    /// The server answered, and this is wrong: what is known does not count (requirement M3).
    Refused(ProviderError),
}
