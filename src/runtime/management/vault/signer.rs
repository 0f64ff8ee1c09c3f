//! What one call is signed with.

use std::rc::Rc;

use super::super::Service;
use super::super::ports::Ports;
use super::{HeldKey, checked, may_carry};
use crate::engine::failure::Failure;
use crate::keys::{KeyKeep, Live, Redactor};
use crate::net::signing::SignedBy;
use crate::providers::request::HttpRequest;
use crate::providers::{Provider, ProviderError};

/// The key of one call, if there is one, and what keeps all keys out of what comes of it.
pub(in super::super) struct Signer {
    key: Option<(Rc<Live>, String)>,
    redactor: Rc<Redactor>,
}

impl Signer {
    /// The key of a request, if it goes where the key may.
    pub(in super::super) fn sign(&self, request: &HttpRequest) -> Option<SignedBy> {
        let (live, origin) = self.key.as_ref()?;
        let (header, prefix) = request.key.header()?;
        SignedBy::new(header, prefix, Rc::clone(live), origin, &request.url)
    }

    /// Whether the call has a key.
    pub(in super::super) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Whether there is no key anywhere that an answer could have in it.
    pub(in super::super) fn is_idle(&self) -> bool {
        self.redactor.is_idle()
    }

    /// A body without keys, if there were any in it.
    pub(in super::super) fn without(&self, body: &[u8]) -> Option<Vec<u8>> {
        self.redactor.without(body)
    }

    /// Words without keys.
    pub(in super::super) fn words(&self, words: String) -> String {
        self.redactor.text(words)
    }

    /// An error without keys.
    pub(in super::super) fn error(&self, mut error: ProviderError) -> ProviderError {
        error.said = error.said.map(|said| self.words(said));
        error
    }
}

impl<P: Ports> Service<P> {
    /// What calls to a provider are signed with now: its key, if that is bound to where the provider is.
    pub(in super::super) fn signer(&self, provider: &Provider) -> Signer {
        let now = self.ports.now().ms;
        self.vault.look_at_lock(now);
        let held = self.vault.held.borrow();
        let held = held
            .iter()
            .find(|held| held.provider == provider.id && held.origin == provider.base.origin());
        let key = held.and_then(|held| match &held.key {
            HeldKey::Ready(live, _) => {
                if held.keep == Some(KeyKeep::Passphrase) {
                    self.vault.lock.borrow_mut().used(now);
                }
                Some((Rc::clone(live), held.origin.clone()))
            }
            HeldKey::Locked(_) | HeldKey::Unreadable => None,
        });
        self.signer_of(key)
    }

    /// What calls to a provider are signed with to try a key that is not kept.
    pub(in super::super) fn signer_with(&self, provider: &Provider, key: String) -> Result<Signer, Failure> {
        let secret = checked(key)?;
        self.may_use_keys()?;
        let origin = provider.base.origin();
        may_carry(origin)?;
        Ok(self.signer_of(Some((self.vault.redactor.watch(secret), origin.to_owned()))))
    }

    fn signer_of(&self, key: Option<(Rc<Live>, String)>) -> Signer {
        Signer {
            key,
            redactor: Rc::clone(&self.vault.redactor),
        }
    }

    /// The redactor of everything that leaves.
    pub fn redactor(&self) -> &Rc<Redactor> {
        &self.vault.redactor
    }
}
