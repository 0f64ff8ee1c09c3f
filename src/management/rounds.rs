//! A round: one list of one provider, from its first page to the last detail.

use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Timestamp;
use crate::providers::error::ProviderErrorKind;
use crate::providers::listed::{DETAIL_CALLS_AT_ONCE, ListedModel, Listing, RunningModel};
use crate::providers::{Ability, ProviderError};

use super::cache::{Age, List, address};
use super::kept::{self, Kept};
use super::providers::Outcome;
use super::state::Reach;
use super::{Effect, Management, Outbox, Problem, Question, record};

/// The most pages of a list, and the most models: a server whose pages lead in circles has an end too.
const MAX_PAGES: u32 = 20;
const MAX_MODELS: usize = 50_000;
/// The most models of a list in several pages.
const MAX_PAGED_MODELS: usize = 5_000;
/// The most models in the memory of a server that are looked at.
const MAX_RUNNING: usize = 64;

/// A list on its way.
#[derive(Debug, Clone, Default)]
pub(super) struct Round {
    pages: u32,
    models: Vec<ListedModel>,
    nameless: u32,
    /// All pages have come.
    pub(super) is_listed: bool,
    /// How to ask for more of the same models.
    more: Option<&'static str>,
    /// The models still to be asked for, the next one last.
    wanted: Vec<String>,
    /// Details have come since the list was told.
    pub(super) has_more: bool,
}

/// The browser has no network, and the provider is on the other side of it.
pub(super) fn no_network(provider: &str) -> Failure {
    let message = [provider, " cannot be asked: the browser has no network."].concat();
    let mut failure = Failure::new(ErrorCode::Offline, message);
    failure.recovery = vec!["Connect to a network, then try again.".to_owned()];
    failure.provider = Some(provider.to_owned());
    failure
}

/// Whether a server that refuses can be reached: one that lets no page in cannot.
pub(super) fn reach_of(refusal: &ProviderError) -> Reach {
    match refusal.kind {
        ProviderErrorKind::OriginRefused => Reach::Cors,
        _ => Reach::Yes,
    }
}

impl Management {
    /// Asks a provider for its models, from the beginning.
    pub(super) fn start_round(&mut self, id: &str, now: Timestamp, out: &mut Outbox) {
        self.end_round(id, out);
        let no_network_there = self.no_network;
        let has_key = self.ready(id).is_ok();
        let Some(known) = self.find_mut(id) else { return };
        let Ok(provider) = &known.provider else { return };
        // A source has no list of its own, and one that is given is not asked for.
        if !provider.can(Ability::List) || known.given.is_some() {
            return;
        }
        known.waits_for_key = !has_key;
        if !has_key {
            return;
        }
        let Ok(provider) = &known.provider else { return };
        let says_running = provider.can(Ability::ServedContext);
        if no_network_there && known.needs_network() {
            return self.list_failed(id, Problem::Unreachable(no_network(id)), now, out);
        }
        known.round = Some(Round::default());
        self.ask(id, Question::List { after: None }, true, now, out);
        if says_running {
            self.ask(id, Question::Running, true, now, out);
        }
    }

    /// What is asked for a round is not asked any more, unless somebody else waits for it.
    fn end_round(&mut self, id: &str, out: &mut Outbox) {
        let wished = self.wished_shows(id);
        let Ok(provider) = self.provider(id).cloned() else {
            return;
        };
        let is_wished = |model: &str| wished.iter().any(|name| provider.same_model(name, model));
        for call in self.calls.iter_mut().filter(|call| call.provider == id) {
            if let Question::Show { model } = &call.question {
                call.for_round &= !is_wished(model);
            }
        }
        self.abort_calls(&|call| call.provider == id && call.for_round, out);
        if let Some(known) = self.find_mut(id) {
            known.round = None;
        }
    }

    pub(super) fn page_came(
        &mut self,
        id: &str,
        after: Option<&str>,
        page: Listing,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(known) = self.find_mut(id) else { return };
        let Some(round) = known.round.as_mut() else { return };
        if round.is_listed {
            return self.more_came(id, page, now, out);
        }
        if let Ok(provider) = &mut known.provider {
            provider.server = provider.server.or(page.server);
        }
        round.pages += 1;
        round.more = page.more.or(round.more);
        round.nameless = round.nameless.saturating_add(page.nameless);
        round.models.extend(page.models);
        let leads_on = page.next.is_some();
        let most = if round.pages > 1 {
            MAX_PAGED_MODELS
        } else {
            MAX_MODELS
        };
        if round.models.len() > most
            || leads_on && (round.pages >= MAX_PAGES || page.next.as_deref() == after)
        {
            let error = ProviderError::from(ProviderErrorKind::TooLong);
            return self.list_failed(id, Problem::Refused(error), now, out);
        }
        if leads_on {
            return self.ask(id, Question::List { after: page.next }, true, now, out);
        }
        let (models, nameless) = (std::mem::take(&mut round.models), round.nameless);
        self.listed_whole(id, models, nameless, now, out);
    }

    fn listed_whole(
        &mut self,
        id: &str,
        models: Vec<ListedModel>,
        nameless: u32,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(known) = self.known.iter_mut().find(|known| known.id == id) else {
            return;
        };
        let (Ok(provider), Some(round)) = (&known.provider, known.round.as_mut()) else {
            return;
        };
        let more = round.more.map(str::to_owned);
        let (mut models, left_out) = kept::tidy(provider, models);
        if let Some(old) = self.cache.list(id) {
            kept::remember(&mut models, &old.models);
        }
        if provider.kind.lists_little() {
            round.wanted = kept::wanted(&models);
            round.wanted.reverse();
        }
        round.is_listed = true;
        known.outcome = Some(Outcome::Answered);
        known.reach = Reach::Yes;
        self.cache.put_list(List {
            provider: id.to_owned(),
            address: address(provider),
            age: Age::new(now),
            models,
            left_out: left_out.saturating_add(nameless),
        });
        self.store_list(id, out);
        self.tell_list(id, now, out);
        if more.is_some() {
            self.ask(id, Question::List { after: more }, true, now, out);
        }
        self.go_on(id, now, out);
    }

    /// What else is said of the models of a list that is whole already.
    fn more_came(&mut self, id: &str, page: Listing, now: Timestamp, out: &mut Outbox) {
        let listed = self.cache.list(id).map(|list| list.models.as_slice());
        let only = match listed {
            Some([only]) => Some(only.model.name.clone()),
            _ => None,
        };
        let named = |name: String| match &only {
            Some(only) if name.is_empty() => only.clone(),
            _ => name,
        };
        for mut said in page.models {
            said.name = named(said.name);
            let name = said.name.clone();
            self.enrich(id, &name, &|kept| {
                kept.model = said.clone().over(std::mem::take(&mut kept.model));
            });
        }
        self.go_on(id, now, out);
    }

    /// Whether all pages of a list under way have come.
    pub(super) fn is_listed(&self, id: &str) -> bool {
        let round = self.find(id).ok().and_then(|known| known.round.as_ref());
        round.is_some_and(|round| round.is_listed)
    }

    fn store_list(&self, id: &str, out: &mut Outbox) {
        let list = self.cache.list(id);
        out.effects
            .extend(list.map(|list| Effect::Store(record::of_list(list))));
    }

    /// Asks for the next details, and ends the round when there is nothing more to ask.
    pub(super) fn go_on(&mut self, id: &str, now: Timestamp, out: &mut Outbox) {
        while let Some(model) = self.next_wanted(id) {
            let same =
                |question: &Question| matches!(question, Question::Show { model: other } if *other == model);
            let asked = self
                .calls
                .iter_mut()
                .find(|call| call.provider == id && same(&call.question));
            match asked {
                Some(call) => call.for_round = true,
                None => self.ask(id, Question::Show { model }, true, now, out),
            }
        }
        let is_open = self
            .calls
            .iter()
            .any(|call| call.provider == id && call.for_round);
        let Some(known) = self.find_mut(id).filter(|_| !is_open) else {
            return;
        };
        let has_more = known.round.take().is_some_and(|round| round.has_more);
        if has_more {
            self.store_list(id, out);
            self.tell_list(id, now, out);
        }
    }

    /// The next model to ask for, if few enough questions are open.
    fn next_wanted(&mut self, id: &str) -> Option<String> {
        let is_show = |question: &Question| matches!(question, Question::Show { .. });
        let open = self
            .calls
            .iter()
            .filter(|call| call.provider == id && call.for_round && is_show(&call.question))
            .count();
        let round = self.find_mut(id)?.round.as_mut()?;
        (open < DETAIL_CALLS_AT_ONCE)
            .then(|| round.wanted.pop())
            .flatten()
    }

    /// No more questions for details: the server does not answer them.
    pub(super) fn want_nothing_more(&mut self, id: &str) {
        if let Some(round) = self.find_mut(id).and_then(|known| known.round.as_mut()) {
            round.wanted.clear();
        }
    }

    /// A model of the list, which a round has asked for.
    pub(super) fn enrich(&mut self, id: &str, model: &str, enrich: &dyn Fn(&mut Kept)) {
        let found = self.cache.list_mut(id);
        let found = found.and_then(|list| list.models.iter_mut().find(|kept| kept.model.name == model));
        let Some(kept) = found else { return };
        enrich(kept);
        if let Some(round) = self.find_mut(id).and_then(|known| known.round.as_mut()) {
            round.has_more = true;
        }
    }

    pub(super) fn running_came(
        &mut self,
        id: &str,
        running: Vec<RunningModel>,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(known) = self.find_mut(id) else { return };
        let served = running.into_iter().filter(|model| model.served_context.is_some());
        let served = served.take(MAX_RUNNING).map(|model| RunningModel {
            name: model.name,
            served_context: model.served_context,
            ..RunningModel::default()
        });
        let running: Vec<RunningModel> = served.collect();
        let is_news = known.running != running;
        known.running = running;
        if is_news && known.round.as_ref().is_some_and(|round| round.is_listed) {
            self.tell_list(id, now, out);
        }
        self.go_on_if_listed(id, now, out);
    }

    fn go_on_if_listed(&mut self, id: &str, now: Timestamp, out: &mut Outbox) {
        if self.is_listed(id) {
            self.go_on(id, now, out);
        }
    }

    pub(super) fn list_failed(&mut self, id: &str, problem: Problem, now: Timestamp, out: &mut Outbox) {
        self.end_round(id, out);
        if let Some(list) = self.cache.list_mut(id) {
            list.age.expired = true;
        }
        let Some(known) = self.find_mut(id) else { return };
        match problem {
            Problem::Unreachable(failure) => {
                known.reach = Reach::of(&failure);
                known.outcome = Some(Outcome::Unreachable(failure));
                // Nobody knows what it serves now.
                if !std::mem::take(&mut known.running).is_empty() {
                    self.tell_list(id, now, out);
                }
            }
            Problem::Refused(error) => {
                known.reach = reach_of(&error);
                known.outcome = Some(Outcome::Refused(error.failure(id, None)));
            }
        }
    }
}
