//! The keys of providers, as far as they are known here: whether there is one, and whether it is another than before.
//! No key is ever in here.
//!
//! A kind of provider that answers nothing without a key is not asked without one. A list that was wished for meanwhile is
//! asked for when the key comes.

use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Timestamp;
use crate::providers::KeyNeed;

use super::providers::{Known, Outcome};
use super::state::{KeyPhase, KeyState};
use super::{Management, Outbox};

impl Management {
    /// What is known of the key of a provider.
    pub(super) fn key_of(&self, provider: &str) -> KeyState {
        let found = self.keys.iter().find(|(of, _)| of == provider);
        found.map(|(_, key)| key.clone()).unwrap_or_default()
    }

    /// Why a provider cannot be asked: it needs a key, and has none that can be used.
    pub(super) fn missing_key(&self, known: &Known) -> Option<Failure> {
        let kind = known.provider.as_ref().ok()?.kind;
        if kind.key() == KeyNeed::Optional {
            return None;
        }
        let id = known.id.as_str();
        let (why, advice) = match self.key_of(id).state {
            KeyPhase::Ready => return None,
            KeyPhase::None => (" needs a key.", "Enter a key for this provider."),
            KeyPhase::Locked => (
                " needs its key, which is locked.",
                "Unlock the keys with the passphrase.",
            ),
            KeyPhase::OtherOrigin => (
                " needs a key for its address; the one there is was entered for another.",
                "Enter a key for this address, or put the old address back.",
            ),
            KeyPhase::Unreadable => (
                " needs its key, and what is stored of that cannot be read.",
                "Enter the key again.",
            ),
        };
        let mut failure = Failure::new(ErrorCode::Unauthorized, [id, why].concat());
        failure.recovery = vec![advice.to_owned()];
        failure.provider = Some(id.to_owned());
        Some(failure)
    }

    pub(super) fn key_changed(&mut self, id: &str, key: KeyState, now: Timestamp, out: &mut Outbox) {
        let before = self.key_of(id);
        self.keys.retain(|(of, _)| of != id);
        let is_other = !before.same_key(&key);
        if key.state != KeyPhase::None {
            self.keys.push((id.to_owned(), key));
        }
        if is_other && let Some(known) = self.find_mut(id) {
            // What it refused one key it may give another.
            if matches!(known.outcome, Some(Outcome::Refused(_))) {
                known.outcome = None;
            }
            self.invalidate(id, now, out);
        }
        let waited = |known: &Known| known.waits_for_key && known.round.is_none();
        if self.ready(id).is_ok() && self.find(id).is_ok_and(waited) {
            self.start_round(id, now, out);
        }
    }
}
