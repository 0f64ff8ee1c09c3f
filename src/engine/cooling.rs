//! What a failed answer says of the time after it: who is to be left in peace, and what kind of trouble it is.
//!
//! Peace is of one model, or of one server with all its models; one server in trouble says nothing about another. What
//! a server asked for is kept apart from what was only guessed: the first binds also who chose the model, the second only
//! leads the router to another one, and ends as soon as the server answers again.

use crate::routing::{CoolDown, Failed, Trouble};

use super::failure::{ErrorCode, Failure};
use super::ids::{ModelId, Timestamp};
use super::snapshot::CoolDownState;

/// What of an engine is to be left in peace.
#[derive(Debug, Clone, Default)]
pub(super) struct CoolDowns {
    asked: Vec<CoolDown>,
    guessed: Vec<CoolDown>,
}

impl CoolDowns {
    /// Until when a model is to be left in peace, and whether that was asked for.
    pub(super) fn of(&self, model: &ModelId, now: Timestamp) -> Option<(Timestamp, bool)> {
        let until = |list: &[CoolDown]| {
            let met = |one: &&CoolDown| one.holds(now) && one.meets(model.as_str(), one.provider.as_str());
            list.iter().filter(met).map(|one| one.until).max()
        };
        let asked = until(&self.asked).map(|until| (until, true));
        asked.or_else(|| until(&self.guessed).map(|until| (until, false)))
    }

    /// Notes what a failure asks for.
    pub(super) fn note(&mut self, failed: &Failed, now: Timestamp) {
        if let Some(cool_down) = failed.cool_down(now) {
            let asked = matches!(
                failed.trouble,
                Trouble::RateLimited {
                    retry_after_ms: Some(_)
                } | Trouble::Overloaded {
                    retry_after_ms: Some(_)
                }
            );
            cool_down.join(if asked { &mut self.asked } else { &mut self.guessed }, now);
        }
    }

    /// It answers: what was guessed of it was wrong, or is over.
    pub(super) fn clear_guesses(&mut self) {
        self.guessed.clear();
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = CoolDown> {
        self.asked.iter().chain(&self.guessed).cloned()
    }

    /// What of them is shown.
    pub(super) fn shown(&self) -> Vec<CoolDownState> {
        let count = self.asked.len();
        let shown = self.all().enumerate().map(|(place, one)| CoolDownState {
            model_id: one.model.map(|model| model.to_string()),
            until_ms: one.until,
            asked: place < count,
        });
        shown.collect()
    }
}

/// What a failure means for the choice of the next model; `None` where no other model may take over. One row a code, no
/// default row.
///
/// A wrong key or something a model cannot do is for the person to mend, and not to be hidden. With a model that only
/// stepped in it is no reason to stop: the first failure is the one that is told.
pub(super) fn trouble_of(failure: &Failure, serves: bool, is_later: bool) -> Option<Trouble> {
    use ErrorCode as Code;
    let retry_after_ms = failure.retry_after_ms;
    match failure.code {
        Code::RateLimited => Some(Trouble::RateLimited { retry_after_ms }),
        Code::Overloaded => Some(Trouble::Overloaded { retry_after_ms }),
        Code::ContextExceeded => Some(Trouble::ContextExceeded {
            needed: failure.needed_tokens,
            limit: failure.context_tokens,
        }),
        Code::Network
        | Code::Offline
        | Code::Timeout
        | Code::CorsOrNetwork
        | Code::LocalNetworkPermission
            if serves =>
        {
            Some(Trouble::ProviderDown)
        }
        Code::NotFound if serves => Some(Trouble::ModelGone),
        Code::ProviderError if failure.retryable => Some(Trouble::Failed),
        // Of an engine of this page these say no more than that it could not.
        Code::Timeout
        | Code::NotAModel
        | Code::StorageUnavailable
        | Code::LoadFailed
        | Code::EngineCrashed => Some(Trouble::LoadFailed),
        Code::Unauthorized if is_later => Some(Trouble::Unauthorized),
        Code::Unsupported if is_later => Some(Trouble::Failed),
        Code::Network
        | Code::Offline
        | Code::CorsOrNetwork
        | Code::LocalNetworkPermission
        | Code::StorageFull
        | Code::Integrity
        | Code::SizeMismatch
        | Code::ProviderError
        | Code::Unauthorized
        | Code::NotFound
        | Code::InUse
        | Code::InvalidInput
        | Code::InvalidConfig
        | Code::UnknownProfile
        | Code::NoCompatibleModels
        | Code::Unsupported
        | Code::Canceled
        | Code::Superseded
        | Code::NotReady
        | Code::Closed => None,
    }
}
