//! Wishes of the app: what each waits for, and how it ends. Each ends once.

use crate::engine::failure::Failure;
use crate::engine::ids::Timestamp;
use crate::providers::Ability;
use crate::providers::error::ProviderErrorKind;

use super::providers::offering;
use super::state::ListReport;
use super::{LIST_PATIENCE_MS, Management, Outbox, Reply, Request, RequestId};

/// A wish that is open.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    id: RequestId,
    what: What,
    /// When it ends with what there is then; the others end with their question.
    pub(super) due: Option<Timestamp>,
}

#[derive(Debug, Clone)]
enum What {
    /// Lists of these providers.
    Lists(Vec<String>),
    /// Details of a model.
    Show { provider: String, model: String },
    /// What the list says of a model, where that is all there is.
    Entry { provider: String, model: String },
    /// The names most like that of a model that is not there, by a list that is on its way.
    Closest {
        provider: String,
        model: String,
        failure: Failure,
    },
}

impl Wish {
    /// The provider and the model whose details are wished.
    pub(super) fn shown(&self) -> Option<(&str, &str)> {
        match &self.what {
            What::Show { provider, model } => Some((provider, model)),
            What::Lists(_) | What::Entry { .. } | What::Closest { .. } => None,
        }
    }
}

impl Management {
    pub(super) fn request(&mut self, id: RequestId, request: Request, now: Timestamp, out: &mut Outbox) {
        match request {
            Request::List {
                provider,
                refresh,
                wait_ms,
            } => match self.providers_of(provider.as_deref()) {
                Ok(of) => {
                    let wait = wait_ms.map_or(LIST_PATIENCE_MS, u64::from);
                    self.list(id, of, refresh, wait, now, out);
                }
                Err(failure) => out.reply(id, Err(failure)),
            },
            Request::Show {
                provider,
                model,
                refresh,
            } => self.show(id, &provider, &model, refresh, now, out),
            Request::ClearCache { provider } => {
                let cleared = self.providers_of(provider.as_deref()).map(|of| {
                    for of in &of {
                        self.clear(of, now, out);
                    }
                    if provider.is_none() {
                        // What is kept of providers that are not configured goes too.
                        let known = &self.known;
                        let is_stranger = |of: &str, _: &str| known.iter().all(|known| known.id != of);
                        out.forget(self.cache.drop_of(&is_stranger));
                    }
                    Reply::Done
                });
                out.reply(id, cleared);
            }
            Request::Changed { provider } => {
                let changed = self.providers_of(Some(&provider)).map(|_| {
                    self.invalidate(&provider, now, out);
                    Reply::Done
                });
                out.reply(id, changed);
            }
        }
    }

    /// One provider, or all.
    fn providers_of(&self, one: Option<&str>) -> Result<Vec<String>, Failure> {
        match one {
            Some(one) => Ok(vec![self.find(one)?.id.clone()]),
            None => Ok(self.known.iter().map(|known| known.id.clone()).collect()),
        }
    }

    fn list(
        &mut self,
        id: RequestId,
        of: Vec<String>,
        refresh: bool,
        wait: u64,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        for provider in &of {
            let wants = refresh || !self.is_fresh(provider, now);
            if wants && !self.is_on_its_way(provider) {
                self.start_round(provider, now, out);
            }
        }
        self.wishes.push(Wish {
            id,
            what: What::Lists(of),
            due: Some(now.saturating_add(wait)),
        });
        if wait == 0 {
            self.wishes_due(now, out);
        }
    }

    /// Whether a list is on its way: it is as new as one asked for now. One that has come already is not.
    pub(super) fn is_on_its_way(&self, id: &str) -> bool {
        let round = self.find(id).ok().and_then(|known| known.round.as_ref());
        round.is_some_and(|round| !round.is_listed)
    }

    fn show(
        &mut self,
        id: RequestId,
        of: &str,
        model: &str,
        refresh: bool,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        if let Err(failure) = self.check_shown(of, model) {
            return out.reply(id, Err(failure));
        }
        let (provider, name) = (of.to_owned(), model.to_owned());
        if self.shows_entries(of) {
            self.ask_entry(of, refresh, now, out);
            let what = What::Entry {
                provider,
                model: name,
            };
            self.wishes.push(Wish { id, what, due: None });
            return;
        }
        if !refresh && let Some(details) = self.show_kept(of, model, now) {
            return out.reply(id, Ok(Reply::Shown(Box::new(details))));
        }
        if let Err(failure) = self.ready(of).cloned() {
            return out.reply(id, Err(failure));
        }
        let what = What::Show {
            provider,
            model: name,
        };
        self.wishes.push(Wish { id, what, due: None });
        self.ask_show(of, model, now, out);
    }

    /// The models of a provider whose details are wished, as their wishes write them.
    pub(super) fn wished_shows(&self, of: &str) -> Vec<String> {
        let shown = self.wishes.iter().filter_map(Wish::shown);
        let mine = shown.filter(|(provider, _)| *provider == of);
        mine.map(|(_, model)| model.to_owned()).collect()
    }

    pub(super) fn ask_shows_again(&mut self, of: &str, now: Timestamp, out: &mut Outbox) {
        if let Err(failure) = self.ready(of).cloned() {
            for id in self.take_wishes(&|wish| wish.shown().is_some_and(|(provider, _)| provider == of)) {
                out.reply(id, Err(failure.clone()));
            }
        }
        if self.shows_entries(of) {
            self.wish_entries(of, now, out);
        }
        for model in self.wished_shows(of) {
            if let Err(error) = self.check_shown(of, &model) {
                for id in self.take_wishes(&|wish| wish.shown() == Some((of, model.as_str()))) {
                    out.reply(id, Err(error.clone()));
                }
            } else {
                self.ask_show(of, &model, now, out);
            }
        }
    }

    /// What was wished of a kind with a question for one model is wished of one without.
    fn wish_entries(&mut self, of: &str, now: Timestamp, out: &mut Outbox) {
        let mut waits = false;
        for wish in &mut self.wishes {
            if let What::Show { provider, model } = &wish.what
                && provider == of
            {
                waits = true;
                wish.what = What::Entry {
                    provider: provider.clone(),
                    model: model.clone(),
                };
            }
        }
        if waits {
            self.ask_entry(of, false, now, out);
        }
    }

    /// Whether a provider can be asked about a model of that name.
    fn check_shown(&self, of: &str, model: &str) -> Result<(), Failure> {
        let provider = self.provider(of)?;
        let can = [Ability::Show, Ability::List];
        let checked = if can.into_iter().any(|ability| provider.can(ability)) {
            provider.check_name(model)
        } else {
            Err(ProviderErrorKind::Unsupported(Ability::Show).into())
        };
        checked.map_err(|error| error.failure(of, Some(model)))
    }

    /// Takes wishes out; whoever does so replies to them.
    pub(super) fn take_wishes(&mut self, which: &dyn Fn(&Wish) -> bool) -> Vec<RequestId> {
        let mut taken = Vec::new();
        self.wishes.retain(|wish| {
            let goes = which(wish);
            taken.extend(goes.then_some(wish.id));
            !goes
        });
        taken
    }

    /// A provider is not configured any more.
    pub(super) fn wishes_for_gone(&mut self, gone: &str, out: &mut Outbox) {
        let Err(failure) = self.find(gone).cloned() else {
            return;
        };
        let is_for = |wish: &Wish| match &wish.what {
            What::Show { provider, .. } | What::Entry { provider, .. } | What::Closest { provider, .. } => {
                provider == gone
            }
            What::Lists(of) => of.len() == 1 && of[0] == gone,
        };
        for id in self.take_wishes(&is_for) {
            out.reply(id, Err(failure.clone()));
        }
    }

    /// A model is not there: says so with the names most like it, by the list that is known or, where none is, by one
    /// that is asked for now.
    pub(super) fn not_found(
        &mut self,
        id: RequestId,
        of: &str,
        model: &str,
        failure: Failure,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        if self.cache.list(of).is_none() {
            if self.find(of).is_ok_and(|known| known.round.is_none()) {
                self.start_round(of, now, out);
            }
            let what = What::Closest {
                provider: of.to_owned(),
                model: model.to_owned(),
                failure,
            };
            let due = Some(now.saturating_add(LIST_PATIENCE_MS));
            self.wishes.push(Wish { id, what, due });
        } else {
            out.reply(id, Err(self.with_closest(of, model, failure)));
        }
    }

    pub(super) fn with_closest(&self, of: &str, model: &str, failure: Failure) -> Failure {
        let list = self.cache.list(of);
        let models = list.map_or(&[][..], |list| &list.models);
        let mut names: Vec<&str> = models.iter().map(|kept| kept.model.name.as_str()).collect();
        if let Ok(provider) = self.provider(of) {
            // The list may still have what is gone.
            names.retain(|name| !provider.same_model(name, model));
        }
        offering(failure, model, &names, &[of, "/"].concat())
    }

    /// Wishes that wait for lists end when all of these have come or failed.
    pub(super) fn settle_lists(&mut self, now: Timestamp, out: &mut Outbox) {
        self.end_wishes(&|management, wish| management.is_over(wish), now, out);
    }

    pub(super) fn wishes_due(&mut self, now: Timestamp, out: &mut Outbox) {
        self.end_wishes(&|_, wish| wish.due.is_some_and(|due| due <= now), now, out);
    }

    fn is_over(&self, wish: &Wish) -> bool {
        let round = |of: &str| self.find(of).ok().and_then(|known| known.round.as_ref());
        match &wish.what {
            What::Lists(of) => of.iter().all(|of| round(of).is_none()),
            What::Entry { provider, .. } | What::Closest { provider, .. } => {
                round(provider).is_none_or(|round| round.is_listed)
            }
            What::Show { .. } => false,
        }
    }

    fn end_wishes(&mut self, which: &dyn Fn(&Self, &Wish) -> bool, now: Timestamp, out: &mut Outbox) {
        let wishes = std::mem::take(&mut self.wishes);
        for wish in wishes {
            if !which(self, &wish) {
                self.wishes.push(wish);
                continue;
            }
            let result = match wish.what {
                What::Lists(of) => Ok(Reply::Listed(self.report(&of, now))),
                What::Closest {
                    provider,
                    model,
                    failure,
                } => Err(self.with_closest(&provider, &model, failure)),
                What::Entry { provider, model } => self.entry(&provider, &model, now),
                What::Show { .. } => continue,
            };
            out.reply(wish.id, result);
        }
    }

    /// How these providers are. Those that are not configured any more are left out.
    fn report(&self, of: &[String], now: Timestamp) -> ListReport {
        let asked = self.known.iter().filter(|known| of.contains(&known.id));
        ListReport {
            providers: asked.map(|known| self.state(known, now)).collect(),
        }
    }
}
