//! The providers of the configuration: which there are, how they are, what is new with them.

use crate::closest;
use crate::config::{CachePolicy, ProviderConfig};
use crate::engine::Zone;
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Timestamp;
use crate::providers::listed::RunningModel;
use crate::providers::{Ability, BaseUrl, Kind, Provider, Server};

use super::cache::address;
use super::record::mark_key;
use super::rounds::Round;
use super::state::{Phase, ProviderState, Reach};
use super::{Effect, Management, Outbox, record, served};

/// How many names a wrong one is compared to are named.
const MAX_CLOSEST: usize = 3;

/// A provider, and what became of asking it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) id: String,
    kind: String,
    pub(super) timeout_ms: u64,
    /// Whom to ask, or why nobody here can.
    pub(super) provider: Result<Provider, Failure>,
    /// The models it has by the configuration, which then is not asked about.
    pub(super) given: Option<Vec<String>>,
    /// Its list was wished for while its key was missing.
    pub(super) waits_for_key: bool,
    /// What came of the last question for its list.
    pub(super) outcome: Option<Outcome>,
    /// The question for its list that is open.
    pub(super) round: Option<Round>,
    /// What it has in memory, as far as its last list tells.
    pub(super) running: Vec<RunningModel>,
    pub(super) reach: Reach,
    told_reach: Reach,
    told: Option<ProviderState>,
}

/// What came of a question for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    Unreachable(Failure),
    Refused(Failure),
}

impl Known {
    fn new(config: ProviderConfig) -> Self {
        let provider = provider_of(&config);
        let answers = |provider: &Provider| provider.can(Ability::Chat);
        let is_given = !config.models.is_empty() && provider.as_ref().is_ok_and(answers);
        Self {
            timeout_ms: u64::from(config.timeout_seconds) * 1_000,
            provider,
            given: is_given.then_some(config.models),
            waits_for_key: false,
            id: config.name,
            kind: config.kind,
            outcome: None,
            round: None,
            running: Vec::new(),
            reach: Reach::Unknown,
            told_reach: Reach::Unknown,
            told: None,
        }
    }

    /// Which server it is was found out before; that changes with its address or its configuration only.
    fn recognise(&mut self, old: &Self) {
        if let (Ok(provider), Ok(old)) = (&mut self.provider, &old.provider)
            && provider.base == old.base
        {
            provider.server = provider.server.or(old.server);
        }
    }

    pub(super) fn address(&self) -> Option<String> {
        self.provider.as_ref().ok().map(address)
    }

    /// What it can do.
    fn abilities(&self) -> Vec<Ability> {
        let Ok(provider) = &self.provider else {
            return Vec::new();
        };
        let mut abilities = Vec::new();
        for ability in Ability::ALL {
            if provider.can(ability) {
                abilities.push(ability);
            }
        }
        abilities
    }

    /// Whether it cannot be reached because the browser has no network.
    pub(super) fn needs_network(&self) -> bool {
        let zone = self.provider.as_ref().map(|provider| provider.base.zone());
        zone == Ok(Zone::Public)
    }
}

fn provider_of(config: &ProviderConfig) -> Result<Provider, Failure> {
    let wrong = |code, message: String| {
        let mut failure = Failure::new(code, message);
        failure.provider = Some(config.name.clone());
        failure
    };
    // The configuration takes no others.
    let kind = Kind::of(&config.kind).ok_or_else(|| {
        let message = [&config.name, " is of the unknown kind “", &config.kind, "”."].concat();
        wrong(ErrorCode::InvalidConfig, message)
    })?;
    let base = BaseUrl::parse(&config.host).map_err(|reason| {
        let message = ["The address of ", &config.name, " ", reason, "."].concat();
        wrong(ErrorCode::InvalidConfig, message)
    })?;
    let server = config.server.as_deref().and_then(Server::of);
    Ok(Provider::new(config.name.clone(), kind, base).with_server(server))
}

/// A failure of the code `not_found` that offers the names most like the wrong one.
pub(super) fn offering(mut failure: Failure, wanted: &str, names: &[&str], prefix: &str) -> Failure {
    let places = closest::places(wanted, &mut names.iter().copied(), MAX_CLOSEST);
    if !places.is_empty() {
        let mut offer = "Did you mean".to_owned();
        for (at, place) in places.into_iter().enumerate() {
            offer.push_str(if at == 0 { " " } else { " or " });
            offer.push_str(prefix);
            offer.push_str(names[place]);
        }
        offer.push('?');
        failure.recovery = vec![offer];
    }
    failure
}

/// The core hears that a provider has no models.
pub(super) fn tell_nothing(id: &str, out: &mut Outbox) {
    out.push(Effect::Listed {
        provider: id.to_owned(),
        models: "[]".to_owned(),
        count: 0,
        stale: true,
    });
}

impl Management {
    /// The provider of that name.
    pub(super) fn find(&self, id: &str) -> Result<&Known, Failure> {
        self.known.iter().find(|known| known.id == id).ok_or_else(|| {
            let names: Vec<&str> = self.known.iter().map(|known| known.id.as_str()).collect();
            let failure = Failure::new(ErrorCode::NotFound, ["There is no provider “", id, "”."].concat());
            offering(failure.about_field("provider", id), id, &names, "")
        })
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Known> {
        self.known.iter_mut().find(|known| known.id == id)
    }

    pub(super) fn set_providers(
        &mut self,
        configs: Vec<ProviderConfig>,
        policy: CachePolicy,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        self.policy = Some(policy);
        let mut before = std::mem::take(&mut self.known);
        let mut moved = Vec::new();
        let mut given = Vec::new();
        for config in configs {
            let mut new = Known::new(config);
            if self.known.iter().any(|known| known.id == new.id) {
                continue;
            }
            let at = before.iter().position(|known| known.id == new.id);
            if let Some(old) = at.map(|at| before.remove(at)) {
                new.recognise(&old);
                if old.kind == new.kind && old.provider == new.provider {
                    given.extend((old.given != new.given).then(|| new.id.clone()));
                    new = Known {
                        timeout_ms: new.timeout_ms,
                        given: new.given,
                        ..old
                    };
                } else {
                    new.waits_for_key = old.waits_for_key;
                    new.told = old.told;
                    new.told_reach = old.told_reach;
                    moved.push((new.id.clone(), old.round.is_some()));
                }
            } else {
                moved.push((new.id.clone(), false));
            }
            self.known.push(new);
        }
        for gone in before {
            self.abort_all(&gone.id, out);
            self.forget_of(&gone.id, out);
            self.wishes_for_gone(&gone.id, out);
            out.push(Effect::ProviderRemoved { provider: gone.id });
        }
        for (id, was_asked) in moved {
            self.settle_in(&id, was_asked, now, out);
        }
        for id in given {
            self.other_given(&id, now, out);
        }
        self.shrink(out);
    }

    /// A provider is new, or somewhere else: what was said at other addresses does not count.
    fn settle_in(&mut self, id: &str, was_asked: bool, now: Timestamp, out: &mut Outbox) {
        let Ok(known) = self.find(id) else { return };
        let (mine, was_told) = (known.address(), known.told.is_some());
        out.forget(
            self.cache
                .drop_of(&|provider, address| provider == id && Some(address) != mine.as_deref()),
        );
        self.abort_all(id, out);
        self.take_given(id, now);
        if self.cache.list(id).is_some() {
            self.tell_list(id, now, out);
        } else if was_told {
            // What the core knows of the old place is not true of the new one.
            tell_nothing(id, out);
        }
        self.ask_again(id, was_asked, now, out);
    }

    /// Everything that is known of a provider goes, in what is stored too.
    pub(super) fn forget_of(&mut self, id: &str, out: &mut Outbox) {
        out.forget(self.cache.drop_of(&|provider, _| provider == id));
        out.push(Effect::Forget(mark_key(id)));
    }

    /// What is known of a provider may not be true any more, and answers to open questions neither.
    pub(super) fn invalidate(&mut self, id: &str, now: Timestamp, out: &mut Outbox) {
        let was_asked = self.find(id).is_ok_and(|known| known.round.is_some());
        self.abort_all(id, out);
        if let Some(newest) = self.cache.expire(id) {
            out.push(Effect::Store(record::of_mark(id, newest.max(now))));
        }
        self.ask_again(id, was_asked, now, out);
    }

    /// All questions to a provider end without an answer.
    pub(super) fn abort_all(&mut self, id: &str, out: &mut Outbox) {
        self.abort_calls(&|call| call.provider == id, out);
        if let Some(known) = self.find_mut(id) {
            known.round = None;
        }
    }

    /// Whoever waits for an answer of this provider waits for a new one now.
    pub(super) fn ask_again(&mut self, id: &str, was_asked: bool, now: Timestamp, out: &mut Outbox) {
        if was_asked {
            self.start_round(id, now, out);
        }
        self.ask_shows_again(id, now, out);
    }

    pub(super) fn clear(&mut self, id: &str, now: Timestamp, out: &mut Outbox) {
        let was_asked = self.find(id).is_ok_and(|known| known.round.is_some());
        self.abort_all(id, out);
        self.forget_of(id, out);
        if let Some(known) = self.find_mut(id) {
            known.outcome = None;
        }
        self.take_given(id, now);
        self.ask_again(id, was_asked, now, out);
    }

    /// What is too much goes.
    pub(super) fn shrink(&mut self, out: &mut Outbox) {
        let max = self.policy.map_or(u32::MAX, |policy| policy.max_entries);
        let known = &self.known;
        let configured = |id: &str| known.iter().any(|known| known.id == id);
        out.forget(self.cache.shrink(max, &configured));
    }

    pub(super) fn online(&mut self, online: bool, now: Timestamp, out: &mut Outbox) {
        if self.no_network != online {
            return;
        }
        self.no_network = !online;
        let mut again = Vec::new();
        for known in &mut self.known {
            if !online {
                if known.needs_network() {
                    known.reach = Reach::Offline;
                }
            } else if matches!(known.outcome, Some(Outcome::Unreachable(_))) {
                again.extend(known.round.is_none().then(|| known.id.clone()));
            } else if known.reach == Reach::Offline {
                known.reach = match known.outcome {
                    None => Reach::Unknown,
                    Some(_) => Reach::Yes,
                };
            }
        }
        // Back: what could not be reached is tried again without being asked for.
        for id in again {
            self.start_round(&id, now, out);
        }
    }

    /// Whether the list of a provider is fresh.
    pub(super) fn is_fresh(&self, id: &str, now: Timestamp) -> bool {
        if self.is_given(id) {
            return true;
        }
        let seconds = self.policy.map_or(0, |policy| policy.list_seconds);
        let list = self.cache.list(id);
        list.is_some_and(|list| list.age.is_fresh(now, seconds))
    }

    pub(super) fn state(&self, known: &Known, now: Timestamp) -> ProviderState {
        let missing = self.missing_key(known);
        let (failure, offline, refused) = match (&known.provider, &known.outcome) {
            // What was said before a key went is not wrong for that.
            (Ok(_), _) if missing.is_some() => (missing.as_ref(), false, false),
            (Err(failure), _) | (Ok(_), Some(Outcome::Refused(failure))) => (Some(failure), false, true),
            (Ok(_), Some(Outcome::Unreachable(failure))) => (Some(failure), true, false),
            (Ok(_), Some(Outcome::Answered) | None) => (None, false, false),
        };
        // What refuses shows its refusal and never what it said before (requirement M3).
        let list = self.cache.list(&known.id).filter(|_| !refused);
        ProviderState {
            id: known.id.clone(),
            kind: known.kind.clone(),
            host: known
                .provider
                .as_ref()
                .ok()
                .map(|provider| provider.base.as_str().to_owned()),
            state: match (&known.round, failure) {
                (Some(_), _) => Phase::Asking,
                (None, Some(_)) => Phase::Failing,
                (None, None) if known.outcome.is_some() => Phase::Ok,
                (None, None) => Phase::Unknown,
            },
            failure: failure.cloned(),
            abilities: known.abilities(),
            listed_at: list.map(|list| list.age.at),
            age_ms: list.map(|list| list.age.ms(now)),
            stale: list.is_some() && !self.is_fresh(&known.id, now),
            offline,
            models: list.map_or(0, |list| u32::try_from(list.models.len()).unwrap_or(u32::MAX)),
            left_out: list.map_or(0, |list| list.left_out),
            key: self.key_of(&known.id),
        }
    }

    /// The list of a provider as the core takes it.
    pub(super) fn listed(&self, known: &Known, now: Timestamp) -> Option<Effect> {
        let list = self.cache.list(&known.id)?;
        let provider = known.provider.as_ref().ok()?;
        Some(Effect::Listed {
            provider: known.id.clone(),
            models: served::manifests(provider, &list.models, &known.running),
            count: u32::try_from(list.models.len()).unwrap_or(u32::MAX),
            stale: !self.is_fresh(&known.id, now),
        })
    }

    pub(super) fn tell_list(&self, id: &str, now: Timestamp, out: &mut Outbox) {
        if let Ok(known) = self.find(id) {
            out.effects.extend(self.listed(known, now));
        }
    }

    pub(super) fn tell_news(&mut self, now: Timestamp, out: &mut Outbox) {
        for at in 0..self.known.len() {
            let state = self.state(&self.known[at], now);
            let known = &mut self.known[at];
            // Growing older is no news.
            let ageless = ProviderState {
                age_ms: None,
                ..state.clone()
            };
            if known.told.as_ref() != Some(&ageless) {
                known.told = Some(ageless);
                out.push(Effect::ProviderChanged(state));
            }
            if known.told_reach != known.reach {
                known.told_reach = known.reach;
                out.push(Effect::Reach {
                    provider: known.id.clone(),
                    reach: known.reach,
                });
            }
        }
    }
}
