//! Lists that the configuration gives, for providers that cannot list their models themselves: they are there at once, never
//! asked for, never old, and not stored.

use crate::engine::ids::Timestamp;
use crate::providers::listed::ListedModel;

use super::cache::{Age, List, address};
use super::kept;
use super::providers::{Outcome, tell_nothing};
use super::record::list_key;
use super::{Effect, Management, Outbox};

impl Management {
    /// Whether the configuration gives the list of a provider.
    pub(super) fn is_given(&self, id: &str) -> bool {
        self.find(id).is_ok_and(|known| known.given.is_some())
    }

    /// Takes the list of a provider out of its configuration, if that has one.
    pub(super) fn take_given(&mut self, id: &str, now: Timestamp) {
        let Some(known) = self.known.iter_mut().find(|known| known.id == id) else {
            return;
        };
        let (Ok(provider), Some(given)) = (&known.provider, &known.given) else {
            return;
        };
        let named = |name: &String| ListedModel {
            name: name.clone(),
            ..ListedModel::default()
        };
        let (models, left_out) = kept::tidy(provider, given.iter().map(named).collect());
        known.outcome = Some(Outcome::Answered);
        self.cache.put_list(List {
            provider: id.to_owned(),
            address: address(provider),
            age: Age::new(now),
            models,
            left_out,
        });
    }

    /// The configuration gives another list than before, or none any more.
    pub(super) fn other_given(&mut self, id: &str, now: Timestamp, out: &mut Outbox) {
        let was_asked = self.find(id).is_ok_and(|known| known.round.is_some());
        self.abort_all(id, out);
        self.cache.drop_list(id);
        out.push(Effect::Forget(list_key(id)));
        if let Some(known) = self.find_mut(id) {
            known.outcome = None;
        }
        self.take_given(id, now);
        if self.is_given(id) {
            self.tell_list(id, now, out);
        } else {
            tell_nothing(id, out);
        }
        self.ask_again(id, was_asked, now, out);
    }
}
