//! Details of one model: asked once, kept, and merged with what the list says.

use crate::engine::ids::Timestamp;
use crate::providers::error::ProviderErrorKind;
use crate::providers::listed::ShownModel;
use crate::providers::{Provider, ProviderError};

use super::cache::{Age, Detail, address};
use super::details::{Details, Parameter};
use super::kept::{self, Looked};
use super::providers::Known;
use super::rounds::{no_network, reach_of};
use super::state::Reach;
use super::{Effect, Management, Outbox, Problem, Question, Reply, RequestId, record, served};

impl Management {
    /// What is kept of a model, if that is fresh.
    pub(super) fn show_kept(&mut self, id: &str, model: &str, now: Timestamp) -> Option<Details> {
        let seconds = self.policy.map_or(0, |policy| policy.detail_seconds);
        let provider = self.provider(id).ok()?.clone();
        let detail = self.cache.used(&provider, model)?;
        if !detail.age.is_fresh(now, seconds) {
            return None;
        }
        self.details(id, model, now, false)
    }

    /// Asks for a model, unless that is asked already.
    pub(super) fn ask_show(&mut self, id: &str, model: &str, now: Timestamp, out: &mut Outbox) {
        let Ok(known) = self.find(id) else { return };
        let Ok(provider) = &known.provider else { return };
        let same = |question: &Question| matches!(question, Question::Show { model: other } if provider.same_model(other, model));
        if self
            .calls
            .iter()
            .any(|call| call.provider == id && same(&call.question))
        {
            return;
        }
        if self.no_network && known.needs_network() {
            let problem = Problem::Unreachable(no_network(id));
            return self.show_failed(id, model, problem, false, now, out);
        }
        let model = model.to_owned();
        self.ask(id, Question::Show { model }, false, now, out);
    }

    /// The wishes for a model, which end now.
    fn take_show_wishes(&mut self, id: &str, model: &str) -> Vec<RequestId> {
        let provider = self.find(id).ok().and_then(|known| known.provider.clone().ok());
        let Some(provider) = provider else {
            return Vec::new();
        };
        self.take_wishes(&|wish| {
            let shown = wish.shown();
            shown.is_some_and(|(of, name)| of == id && provider.same_model(name, model))
        })
    }

    pub(super) fn show_came(
        &mut self,
        id: &str,
        model: &str,
        mut shown: ShownModel,
        for_round: bool,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(known) = self.find_mut(id) else { return };
        known.reach = Reach::Yes;
        let Ok(provider) = known.provider.clone() else {
            return;
        };
        kept::tidy_shown(&mut shown);
        // The list's own way to write the name makes the id the core knows.
        let list = self.cache.list(id);
        let spelt = list.and_then(|list| {
            let mut names = list.models.iter().map(|kept| &kept.model.name);
            names.find(|name| provider.same_model(name, model))
        });
        spelt
            .map_or(model, String::as_str)
            .clone_into(&mut shown.listed.name);
        if for_round {
            self.enrich(id, model, &|kept| {
                kept.model = std::mem::take(&mut kept.model).over(shown.listed.clone());
                kept.looked = Looked::Well;
            });
        }
        let wishes = self.take_show_wishes(id, model);
        let old = self.cache.take_detail(&provider, model);
        // What a round asks for is not kept: it would drive out what people have looked at.
        if old.is_some() || !wishes.is_empty() {
            let detail = Detail {
                provider: id.to_owned(),
                address: address(&provider),
                age: Age::new(now),
                shown,
            };
            let old = old.map(|old| old.key()).filter(|key| *key != detail.key());
            out.effects.extend(old.map(Effect::Forget));
            out.push(Effect::Store(record::of_detail(&detail)));
            self.cache.put_detail(detail);
            for wish in wishes {
                if let Some(details) = self.details(id, model, now, false) {
                    out.reply(wish, Ok(Reply::Shown(Box::new(details))));
                }
            }
            self.shrink(out);
        }
        if for_round {
            self.go_on(id, now, out);
        }
    }

    pub(super) fn show_failed(
        &mut self,
        id: &str,
        model: &str,
        problem: Problem,
        for_round: bool,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let wishes = self.take_show_wishes(id, model);
        let Some(known) = self.known.iter_mut().find(|known| known.id == id) else {
            return;
        };
        let Ok(provider) = &known.provider else { return };
        if let Some(detail) = self.cache.detail_mut(provider, model) {
            detail.age.expired = true;
        }
        match problem {
            Problem::Unreachable(mut failure) => {
                if !wishes.is_empty() {
                    known.reach = Reach::of(&failure);
                }
                failure.model = Some(model.to_owned());
                let kept = self.details(id, model, now, true);
                for wish in wishes {
                    let shown = kept.clone().map(|details| Reply::Shown(Box::new(details)));
                    out.reply(wish, shown.ok_or_else(|| failure.clone()));
                }
                if for_round {
                    self.want_nothing_more(id);
                }
            }
            Problem::Refused(error) => {
                known.reach = reach_of(&error);
                if for_round {
                    self.enrich(id, model, &|kept| kept.looked = Looked::Failed);
                }
                if error.kind == ProviderErrorKind::NotFound {
                    self.is_gone(id, model, &error, wishes, now, out);
                } else {
                    for wish in wishes {
                        out.reply(wish, Err(error.failure(id, Some(model))));
                    }
                }
            }
        }
        if for_round {
            self.go_on(id, now, out);
        }
    }

    /// The server has no such model.
    fn is_gone(
        &mut self,
        id: &str,
        model: &str,
        error: &ProviderError,
        wishes: Vec<RequestId>,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let provider = self.find(id).ok().and_then(|known| known.provider.clone().ok());
        let Some(provider) = provider else { return };
        let gone = self.cache.take_detail(&provider, model);
        out.effects
            .extend(gone.map(|detail| Effect::Forget(detail.key())));
        // A list that has it is wrong.
        if let Some(list) = self.cache.list_mut(id)
            && list
                .models
                .iter()
                .any(|kept| provider.same_model(&kept.model.name, model))
        {
            list.age.expired = true;
        }
        for wish in wishes {
            self.not_found(wish, id, model, error.failure(id, Some(model)), now, out);
        }
    }

    /// All that is kept of a model.
    pub(super) fn details(&self, id: &str, model: &str, now: Timestamp, offline: bool) -> Option<Details> {
        let known: &Known = self.find(id).ok()?;
        let provider = known.provider.as_ref().ok()?;
        let detail = self.cache.detail(provider, model)?;
        let seconds = self.policy.map_or(0, |policy| policy.detail_seconds);
        let mut details = self.described(known, provider, detail.shown.clone(), detail.age, now);
        details.stale = !detail.age.is_fresh(now, seconds);
        details.offline = offline;
        Some(details)
    }

    /// What is said of a model, with what the list and what runs now say of it.
    pub(super) fn described(
        &self,
        known: &Known,
        provider: &Provider,
        shown: ShownModel,
        age: Age,
        now: Timestamp,
    ) -> Details {
        let id = known.id.as_str();
        let name = shown.listed.name.clone();
        let list = self.cache.list(id);
        let listed = list.and_then(|list| list.models.iter().find(|kept| kept.model.name == name));
        let model = match listed {
            Some(kept) => shown.listed.over(kept.model.clone()),
            None => shown.listed,
        };
        let served = served::served_context(provider, &known.running, &model);
        let mut missing = model.missing();
        for (field, is_missing) in [
            ("format", model.format.is_none()),
            ("servedContextWindow", served.is_none()),
            ("maxOutputTokens", model.max_output.is_none()),
            ("template", shown.template.is_none()),
            ("system", shown.system.is_none()),
            ("license", shown.license.is_none()),
        ] {
            missing.extend(is_missing.then_some(field));
        }
        Details {
            id: served::id(id, &name),
            provider: id.to_owned(),
            parameters_billions: served::billions(&model),
            size_bytes: served::size(&model),
            name,
            family: model.family,
            format: model.format,
            quantization: model.quantization,
            modified: model.modified,
            context_window: model.context,
            configured_context_window: model.configured_context,
            served_context_window: served,
            max_output_tokens: model.max_output,
            capabilities: model.capabilities,
            digest: model.digest,
            remote_host: model.remote_host,
            parameters: shown
                .parameters
                .into_iter()
                .map(|(name, value)| Parameter { name, value })
                .collect(),
            template: shown.template,
            system: shown.system,
            license: shown.license,
            missing,
            shown_at: age.at,
            age_ms: age.ms(now),
            stale: false,
            offline: false,
        }
    }
}
