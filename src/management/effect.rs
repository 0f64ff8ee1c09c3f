//! What comes out: questions to servers, records to store, replies and news.

use crate::engine::failure::Failure;
use crate::engine::ids::Timestamp;
use crate::providers::Provider;

use super::details::Details;
use super::input::{AskId, RequestId};
use super::record::Record;
use super::state::{ListReport, ProviderState, Reach};

/// The result of [`super::Management::handle`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Step {
    /// To be carried out in this order.
    pub effects: Vec<Effect>,
}

/// A piece of work for the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask a server. Answered by [`super::Input::Answered`], unless an [`Effect::Abort`] comes first. How long that may
    /// take is decided here; the runtime needs no clock for it.
    Ask {
        /// The question.
        ask: AskId,
        /// Whom.
        provider: Provider,
        /// What.
        question: Question,
    },
    /// Nobody waits for this question any more: its connection can be closed. Needs no answer.
    Abort {
        /// The question.
        ask: AskId,
    },
    /// Hand in [`super::Input::Woke`] at this time; replaces the time before.
    Wake {
        /// When.
        at: Timestamp,
    },
    /// Store a record, in place of the one with its key.
    Store(Record),
    /// Delete the record with this key.
    Forget(String),
    /// A wish came to its end.
    Reply {
        /// The wish.
        id: RequestId,
        /// What came of it.
        result: Result<Reply, Failure>,
    },
    /// All models of a provider, for the core's `setServed`.
    Listed {
        /// The provider.
        provider: String,
        /// The JSON text of a list of manifests.
        models: String,
        /// How many these are.
        count: u32,
        /// It is an old list, shown because there is no newer one yet.
        stale: bool,
    },
    /// Something is new with a provider.
    ProviderChanged(ProviderState),
    /// The provider is not in the configuration any more: the core's `removeServer`.
    ProviderRemoved {
        /// The provider.
        provider: String,
    },
    /// Whether a provider can be reached has changed: the core's `serverReach`.
    Reach {
        /// The provider.
        provider: String,
        /// Whether it can.
        reach: Reach,
    },
}

/// What a server is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// [`Provider::list`].
    List {
        /// The page.
        after: Option<String>,
    },
    /// [`Provider::running`].
    Running,
    /// [`Provider::show`].
    Show {
        /// The model.
        model: String,
    },
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// To [`super::Request::List`].
    Listed(ListReport),
    /// To [`super::Request::Show`].
    Shown(Box<Details>),
    /// There is nothing to say.
    Done,
}
