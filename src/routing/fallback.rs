//! What happens when the model that was chosen fails (R10): the request is routed again, without what was tried and
//! what the failure says about the others, on facts as they are now. So each model is tried once at most, every
//! further one is checked against its own profile and the request as if it were the first, and the decision says why
//! those before it were passed over.
//!
//! An overflow asks for a strictly larger context window. A provider that is down or refuses the key takes all its
//! models with it. What the user canceled, or no model would take, ends the plan. A model asked for by name is never
//! replaced by another, only by the same model of another provider: the same id, also where ids begin with their
//! provider.

use serde::Serialize;

use super::Router;
use super::candidate::{Candidate, Device, Name};
use super::decision::{Decision, NoRouteReason};
use super::route::decide;
use super::verdict::{Asker, Dropped, Step};

/// What went wrong with a model that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trouble {
    /// The provider asks to slow down.
    RateLimited {
        /// For how long, in milliseconds, if it says so.
        retry_after_ms: Option<u32>,
    },
    /// The provider has more to do than it can.
    Overloaded {
        /// For how long, in milliseconds, if it says so.
        retry_after_ms: Option<u32>,
    },
    /// The provider does not answer, or with nothing but errors.
    ProviderDown,
    /// The request is longer than the context window.
    ContextExceeded {
        /// The tokens of the request, if the provider says so.
        needed: Option<u32>,
        /// The tokens the model holds, if the provider says so.
        limit: Option<u32>,
    },
    /// The provider does not have the model any more.
    ModelGone,
    /// The provider refuses the key, or the lack of one.
    Unauthorized,
    /// The engine could not load the model, or broke down under it.
    LoadFailed,
    /// It broke down over this request. That says nothing about others.
    Failed,
    /// The request itself is wrong: no other model would take it.
    InvalidRequest,
    /// The user stopped it.
    Canceled,
}

/// A model that was tried and failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Its id.
    pub id: Name,
    /// Who served it.
    pub provider: Name,
    /// What went wrong.
    pub trouble: Trouble,
}

/// A model, or all models of a provider, to be left in peace for a while. Never more than that: one provider in
/// trouble says nothing about another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoolDown {
    /// The provider.
    pub provider: Name,
    /// The model; all of the provider's without one.
    pub model: Option<Name>,
    /// Until when, in milliseconds since the Unix epoch.
    pub until: u64,
}

/// What is known when the next model is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// Everything that was tried for this request, in that order.
    pub failures: &'a [Failed],
    /// What is to be left in peace. Also for the first try of a request: then nothing has failed yet.
    pub cool_downs: &'a [CoolDown],
    /// What time it is, in milliseconds since the Unix epoch.
    pub now: u64,
    /// Whether a model may be taken that must be downloaded first. A request that is under way seldom waits for that.
    pub may_download: bool,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Try the model of this decision.
    Try(Box<Decision>),
    /// Nothing more.
    End {
        /// Why.
        why: End,
        /// What was looked at, if anything was.
        decision: Option<Box<Decision>>,
    },
}

/// Why nothing more is tried.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The user stopped it.
    Canceled,
    /// The request itself is wrong.
    InvalidRequest,
    /// All that is left is to be left in peace.
    CoolingDown {
        /// When the first of them may be tried, in milliseconds since the Unix epoch.
        until: u64,
    },
    /// Nothing is left.
    NoRoute(NoRouteReason),
}

/// How long a model is left in peace that does not say how long.
const SHORT_PEACE_MS: u64 = 5_000;
/// How long a provider that is down is left in peace.
const PROVIDER_PEACE_MS: u64 = 30_000;
/// The longest peace a provider can ask for: ten minutes, as for downloads (Q9).
const LONGEST_PEACE_MS: u64 = 600_000;

impl Failed {
    /// What should be left in peace after this failure, for other requests too.
    pub fn cool_down(&self, now: u64) -> Option<CoolDown> {
        let (model, millis) = match self.trouble {
            Trouble::RateLimited { retry_after_ms } | Trouble::Overloaded { retry_after_ms } => (
                Some(self.id.clone()),
                retry_after_ms.map_or(SHORT_PEACE_MS, u64::from),
            ),
            Trouble::ProviderDown => (None, PROVIDER_PEACE_MS),
            _ => return None,
        };
        Some(CoolDown {
            provider: self.provider.clone(),
            model,
            until: now.saturating_add(millis.min(LONGEST_PEACE_MS)),
        })
    }

    /// Whether the failure meets all models of the provider.
    fn meets_provider(&self) -> bool {
        matches!(self.trouble, Trouble::ProviderDown | Trouble::Unauthorized)
    }
}

impl CoolDown {
    /// Adds it to a list, and forgets those that are over. Of two for the same model the later end counts.
    pub fn join(self, list: &mut Vec<Self>, now: u64) {
        list.retain(|one| one.holds(now));
        let same = |one: &&mut Self| one.provider == self.provider && one.model == self.model;
        match list.iter_mut().find(same) {
            Some(one) => one.until = one.until.max(self.until),
            None => list.push(self),
        }
    }

    /// Whether that model of that provider is to be left in peace.
    pub fn meets(&self, id: &str, provider: &str) -> bool {
        let all = self.model.as_ref();
        self.provider.as_str() == provider && all.is_none_or(|model| model.as_str() == id)
    }

    /// Whether it is not over. One that ends later than a provider can ask for is one of a clock that was set back.
    pub fn holds(&self, now: u64) -> bool {
        (1..=LONGEST_PEACE_MS).contains(&self.until.saturating_sub(now))
    }
}

/// The next model for a request whose model failed. `decision` is the one that led to the last try.
pub fn next(
    router: &Router,
    decision: &Decision,
    candidates: &[Candidate],
    device: &Device,
    trial: &Trial,
) -> Next {
    for failed in trial.failures {
        let why = match failed.trouble {
            Trouble::Canceled => End::Canceled,
            Trouble::InvalidRequest => End::InvalidRequest,
            _ => continue,
        };
        return Next::End { why, decision: None };
    }
    let overflow = trial.overflow(decision, candidates);
    let lasting = |candidate: &Candidate| trial.against(candidate, &overflow);
    let now = |candidate: &Candidate| lasting(candidate).or_else(|| trial.cooling(candidate));
    let no_route = match decide(router, &decision.request, candidates, device, Some(&now)) {
        Ok(decision) => return Next::Try(Box::new(decision)),
        Err(no_route) => no_route,
    };
    // Would there be one after a while?
    let later = decide(router, &decision.request, candidates, device, Some(&lasting));
    let until = later.ok().and_then(|later| trial.first_awake(later.path.last()?));
    Next::End {
        why: until.map_or(End::NoRoute(no_route.reason), |until| End::CoolingDown { until }),
        decision: Some(no_route.decision),
    }
}

/// What the context windows that were too small ask of the next one.
#[derive(Default)]
struct Overflow {
    /// The least it must hold.
    need: u32,
    /// The largest that was too small: the next one must be larger, even than the largest number there is.
    had: Option<u32>,
}

impl Trial<'_> {
    /// What the failures so far say against a model.
    fn against(&self, candidate: &Candidate, overflow: &Overflow) -> Option<Dropped> {
        for failed in self
            .failures
            .iter()
            .filter(|failed| failed.provider == candidate.provider)
        {
            let trouble = failed.trouble;
            if failed.id == candidate.id {
                return Some(Dropped::AlreadyTried { trouble });
            }
            if failed.meets_provider() {
                return Some(Dropped::ProviderFailed { trouble });
            }
        }
        if candidate.needs_download() && !self.may_download {
            return Some(Dropped::NotHere);
        }
        let (have, source) = (candidate.context.tokens, candidate.context.source);
        let (need, by) = (overflow.need, Asker::Overflow);
        let small = have < need || overflow.had.is_some_and(|had| have <= had);
        small.then_some(Dropped::ContextTooSmall {
            need,
            have,
            source,
            by,
        })
    }

    fn cooling(&self, candidate: &Candidate) -> Option<Dropped> {
        let until = self.awake(&candidate.id, &candidate.provider)?;
        Some(Dropped::CoolingDown { until })
    }

    /// When a model may be tried that is left in peace now.
    fn awake(&self, id: &Name, provider: &Name) -> Option<u64> {
        let met = self
            .cool_downs
            .iter()
            .filter(|one| one.meets(id.as_str(), provider.as_str()) && one.holds(self.now));
        met.map(|one| one.until).max()
    }

    /// When the first model of a step that fits may be tried.
    fn first_awake(&self, step: &Step) -> Option<u64> {
        let fits = step.verdicts.iter().filter(|verdict| verdict.dropped.is_none());
        fits.filter_map(|verdict| self.awake(&verdict.id, &verdict.provider))
            .min()
    }

    /// The context window a model must have after those that were too small.
    fn overflow(&self, decision: &Decision, candidates: &[Candidate]) -> Overflow {
        let mut overflow = Overflow::default();
        for failed in self.failures {
            let Trouble::ContextExceeded { needed, limit } = failed.trouble else {
                continue;
            };
            // What the provider says now, what is known now, what was known when it was chosen.
            let had = limit
                .or_else(|| {
                    let mut fresh = candidates.iter();
                    let found = fresh.find(|one| one.id == failed.id && one.provider == failed.provider);
                    found.map(|candidate| candidate.context.tokens)
                })
                .or_else(|| {
                    let mut verdicts = decision.path.iter().flat_map(|step| &step.verdicts);
                    let found = verdicts.find(|one| one.id == failed.id && one.provider == failed.provider);
                    found.map(|verdict| verdict.standing.context.tokens)
                });
            overflow.had = overflow.had.max(had);
            let more = had.map_or(0, |had| had.saturating_add(1));
            overflow.need = overflow.need.max(more).max(needed.unwrap_or(0));
        }
        overflow
    }
}
