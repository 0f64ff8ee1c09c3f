//! Management of models: what the providers of the configuration have, kept for as long as it is fresh.
//!
//! [`Management::handle`] is the only way in: it takes one [`Input`] and the time, and gives a [`Step`] with effects to
//! carry out. There is no I/O, clock or randomness in here, and the law is that of the core: a question that is not
//! open any more is refused before anything changes, and counted.
//!
//! The story of a list: a wish comes in (`wishes`). Each provider whose list is not fresh gets a round (`rounds`): one
//! question for its models, page by page, beside it one for what runs now, and behind it a few for details that an old
//! server leaves out of its list. When the list is whole it is kept (`cache`, made fit by `kept`), stored (`record`)
//! and told (`served`). The wish ends when all rounds have, or after two seconds with what there is then.
//!
//! The story of details is the same with one question (`shows`).
//!
//! What always holds (requirements M1–M4):
//! - Equal questions are asked once: whoever wishes the same waits for the same answer.
//! - What is fresh is not asked. What is expired is shown only where the server cannot be reached, and says so.
//! - An invalidation ends all open questions to that server, so that no old answer can come in; whoever waits for one is
//!   asked for anew. What it may have changed is expired, in what is stored too (`restoring`).
//! - No provider waits for another.

mod cache;
mod calls;
mod details;
mod effect;
mod entries;
mod given;
mod input;
mod kept;
mod keyed;
mod order;
mod providers;
mod record;
mod restoring;
mod rounds;
mod served;
mod shows;
mod state;
mod text;
mod wishes;

use crate::config::CachePolicy;
use crate::engine::failure::Failure;
use crate::engine::ids::Timestamp;
use crate::providers::Provider;

use self::cache::Cache;
use self::calls::Call;
use self::providers::Known;
use self::wishes::Wish;

pub use self::details::{Details, Parameter};
pub use self::effect::{Effect, Question, Reply, Step};
pub use self::input::{Answer, AskId, Input, Problem, Request, RequestId};
pub use self::record::Record;
pub use self::state::{KeyPhase, KeyState, ListReport, Phase, ProviderState, Reach};
pub use crate::keys::KeyKeep;

/// How long a wish for lists waits for providers that do not answer.
pub const LIST_PATIENCE_MS: u64 = 2_000;

/// What the providers have, as far as it is known. Make one with `default()`.
#[derive(Debug, Clone, Default)]
pub struct Management {
    policy: Option<CachePolicy>,
    /// In the order of the configuration.
    known: Vec<Known>,
    /// Those there are, by provider.
    keys: Vec<(String, KeyState)>,
    cache: Cache,
    /// Open questions.
    calls: Vec<Call>,
    /// Open wishes.
    wishes: Vec<Wish>,
    /// The browser says that it has no network.
    no_network: bool,
    last_ask: AskId,
    /// Answers to questions that were not open any more.
    stale_answers: u64,
    /// The last [`Effect::Wake`].
    wake: Option<Timestamp>,
}

/// Collects a step while it is taken.
#[derive(Debug, Default)]
struct Outbox {
    effects: Vec<Effect>,
    /// Whoever gets one of these has heard all news by then.
    replies: Vec<Effect>,
}

impl Outbox {
    fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn forget(&mut self, keys: Vec<String>) {
        self.effects.extend(keys.into_iter().map(Effect::Forget));
    }

    fn reply(&mut self, id: RequestId, result: Result<Reply, Failure>) {
        self.replies.push(Effect::Reply { id, result });
    }
}

impl Management {
    /// Takes one step. `now` is in milliseconds since the Unix epoch; a clock that jumps costs questions, or makes a
    /// deadline early or late, and nothing else.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Step {
        let mut out = Outbox::default();
        match input {
            Input::SetProviders(configs, policy) => self.set_providers(configs, policy, now, &mut out),
            Input::Restore(records) => self.restore(records, now, &mut out),
            Input::Request { id, request } => self.request(id, request, now, &mut out),
            Input::Answered { ask, result } => match self.take_call(ask) {
                Some(call) => self.answered(call, result, now, &mut out),
                None => self.stale_answers += 1,
            },
            Input::Woke => self.woke(now, &mut out),
            Input::Online(online) => self.online(online, now, &mut out),
            Input::KeyChanged { provider, key } => self.key_changed(&provider, key, now, &mut out),
        }
        self.settle_lists(now, &mut out);
        self.tell_news(now, &mut out);
        out.effects.append(&mut out.replies);
        self.set_wake(&mut out);
        Step { effects: out.effects }
    }

    /// What is known of all providers, in the order of the configuration.
    pub fn providers(&self, now: Timestamp) -> Vec<ProviderState> {
        self.known.iter().map(|known| self.state(known, now)).collect()
    }

    /// Whom to ask for what is not asked here: chats, pulls, removals, tests.
    ///
    /// # Errors
    /// `not_found` with the closest names; `unsupported` where nothing here speaks its protocol.
    pub fn provider(&self, id: &str) -> Result<&Provider, Failure> {
        self.find(id)?.provider.as_ref().map_err(Clone::clone)
    }

    /// The same, if its key is there where it needs one: nothing is asked without.
    ///
    /// # Errors
    /// As [`Management::provider`]; `unauthorized`.
    pub fn ready(&self, id: &str) -> Result<&Provider, Failure> {
        let known = self.find(id)?;
        let provider = known.provider.as_ref().map_err(Clone::clone)?;
        self.missing_key(known).map_or(Ok(provider), Err)
    }

    /// The longest answer of a model, as far as its provider's list says it.
    pub fn known_max_output(&self, id: &str, model: &str) -> Option<u32> {
        let provider = self.provider(id).ok()?;
        let models = &self.cache.list(id)?.models;
        let found = models
            .iter()
            .find(|kept| provider.same_model(&kept.model.name, model));
        found.and_then(|kept| kept.model.max_output)
    }

    /// What was told of each provider, told again: for a core that was made anew.
    pub fn tell_again(&self, now: Timestamp) -> Vec<Effect> {
        let mut again = Vec::new();
        for known in &self.known {
            again.extend(self.listed(known, now));
            again.push(Effect::Reach {
                provider: known.id.clone(),
                reach: known.reach,
            });
        }
        again
    }

    /// How many answers came to questions that were not open any more.
    pub fn stale_answers(&self) -> u64 {
        self.stale_answers
    }
}
