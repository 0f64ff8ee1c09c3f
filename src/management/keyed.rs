//! The keys of providers, as far as they are known here: whether there is one, and whether it is another than before.
//! No key is ever in here.

use crate::engine::ids::Timestamp;

use super::providers::Outcome;
use super::state::{KeyPhase, KeyState};
use super::{Management, Outbox};

impl Management {
    /// What is known of the key of a provider.
    pub(super) fn key_of(&self, provider: &str) -> KeyState {
        let found = self.keys.iter().find(|(of, _)| of == provider);
        found.map(|(_, key)| key.clone()).unwrap_or_default()
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
    }
}
