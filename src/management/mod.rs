//! Management of models: what the providers of the configuration have, kept for as long as it is fresh.
//!
//! [`Management::handle`] is the only way in: it takes one [`Input`] and the time, and gives a [`Step`] with effects to
//! carry out. There is no I/O, clock or randomness in here, and the law is that of the core: a question that is not
//! open any more is refused before anything changes.

mod details;
mod effect;
mod input;
mod record;
mod state;

use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Timestamp;
use crate::providers::Provider;

pub use self::details::{Details, Parameter};
pub use self::effect::{Effect, Question, Reply, Step};
pub use self::input::{Answer, AskId, Input, Problem, Request, RequestId};
pub use self::record::Record;
pub use self::state::{ListReport, Phase, ProviderState, Reach};

/// How long a wish for lists waits for providers that do not answer.
pub const LIST_PATIENCE_MS: u64 = 2_000;

/// What the providers have, as far as it is known. Make one with `default()`.
#[derive(Debug, Clone, Default)]
pub struct Management {}

impl Management {
    /// Takes one step. `now` is in milliseconds since the Unix epoch; a clock that jumps costs questions, or makes a
    /// deadline late.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Step {
        let _ = (input, now);
        Step::default()
    }

    /// What is known of all providers, in the order of the configuration.
    pub fn providers(&self, now: Timestamp) -> Vec<ProviderState> {
        let _ = now;
        Vec::new()
    }

    /// Whom to ask for what is not asked here: chats, pulls, removals, tests.
    ///
    /// # Errors
    /// `not_found` with the closest names; `unsupported` where nothing here speaks its protocol.
    pub fn provider(&self, id: &str) -> Result<&Provider, Failure> {
        Err(Failure::new(
            ErrorCode::NotFound,
            ["There is no provider “", id, "”."].concat(),
        ))
    }

    /// The last [`Effect::Listed`] of each provider anew, for a core that was made anew.
    pub fn listed_again(&self) -> Vec<Effect> {
        Vec::new()
    }
}
