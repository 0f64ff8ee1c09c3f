//! Details of models whose providers have no question for one of them: what the list says is all there is. So a wish for
//! details is one for a list that is fresh, and ends with it.

use crate::engine::failure::Failure;
use crate::engine::ids::Timestamp;
use crate::providers::error::ProviderErrorKind;
use crate::providers::listed::ShownModel;
use crate::providers::{Ability, ProviderError};

use super::details::Details;
use super::providers::Outcome;
use super::{Management, Outbox, Reply};

impl Management {
    /// Whether details of its models come out of its list.
    pub(super) fn shows_entries(&self, id: &str) -> bool {
        let can = |ability| self.provider(id).is_ok_and(|provider| provider.can(ability));
        can(Ability::List) && !can(Ability::Show)
    }

    /// Makes sure that the list a wish for details waits for is asked for.
    pub(super) fn ask_entry(&mut self, id: &str, refresh: bool, now: Timestamp, out: &mut Outbox) {
        if (refresh || !self.is_fresh(id, now)) && !self.is_on_its_way(id) {
            self.start_round(id, now, out);
        }
    }

    /// What comes of a wish for details, now that the list has come or failed.
    pub(super) fn entry(&self, id: &str, model: &str, now: Timestamp) -> Result<Reply, Failure> {
        let known = self.find(id)?;
        match &known.outcome {
            Some(Outcome::Refused(failure)) => Err(failure.clone()),
            Some(Outcome::Unreachable(failure)) => {
                let mut failure = failure.clone();
                failure.model = Some(model.to_owned());
                self.entry_details(id, model, true, now).ok_or(failure)
            }
            Some(Outcome::Answered) | None => {
                self.ready(id)?;
                self.entry_details(id, model, false, now).ok_or_else(|| {
                    let error = ProviderError::from(ProviderErrorKind::NotFound);
                    self.with_closest(id, model, error.failure(id, Some(model)))
                })
            }
        }
        .map(|details| Reply::Shown(Box::new(details)))
    }

    fn entry_details(&self, id: &str, model: &str, offline: bool, now: Timestamp) -> Option<Details> {
        let known = self.find(id).ok()?;
        let provider = known.provider.as_ref().ok()?;
        let list = self.cache.list(id)?;
        let mut models = list.models.iter();
        let kept = models.find(|kept| provider.same_model(&kept.model.name, model))?;
        let shown = ShownModel {
            listed: kept.model.clone(),
            ..ShownModel::default()
        };
        let mut details = self.described(known, provider, shown, list.age, now);
        details.stale = !self.is_fresh(id, now);
        details.offline = offline;
        Some(details)
    }
}
