//! Keys behind a passphrase: it is made, entered, changed, and locked again: by hand, or when nobody used such a key for a
//! quarter of an hour.
//!
//! Whether a passphrase is right shows in whether its key opens a text that is known. How often its hash turns is found
//! out on the device that makes it, so that a try takes a quarter of a second there, and stored.

use std::rc::Rc;

use super::super::Service;
use super::super::ports::{Ports, TabWord};
use super::stored::{Kept, PASSPHRASE};
use super::{HeldKey, KeyOf, Passphrase, StoredKey, Vault, record_key, unkept};
use crate::engine::failure::{ErrorCode, Failure};
use crate::keys::{
    BadPassphrase, Hex, KeyKeep, LockState, MAX_ITERATIONS, Secret, StoredPassphrase, Unreadable,
    check_passphrase,
};
use crate::storage::crypto::{Crypto, CryptoError};

/// How long one try takes at least, in milliseconds.
const LEAST_TRY_MS: u64 = 250;
/// The text that only the right key opens, and what it belongs to.
const PROOF: &str = "modelyard";
const PROOF_PLACE: &str = "modelyard passphrase\n1";

impl<P: Ports> Vault<P> {
    /// The key of the passphrase, to seal with.
    pub(super) fn passphrase_key(&self) -> Result<KeyOf<P>, Failure> {
        self.passphrase
            .borrow()
            .key()
            .ok_or_else(|| match *self.passphrase.borrow() {
                Passphrase::None => {
                    let mut failure = Failure::new(ErrorCode::InvalidInput, "There is no passphrase yet.");
                    failure.recovery = vec!["Make one with `keys.setPassphrase()` first.".to_owned()];
                    failure
                }
                Passphrase::Known(..) => locked(),
                Passphrase::Unreadable => unreadable(),
            })
    }

    /// What is stored of the passphrase. Another one than before has to be entered anew.
    pub(super) fn know_passphrase(&self, stored: Option<Result<StoredPassphrase, Unreadable>>) {
        let mut passphrase = self.passphrase.borrow_mut();
        match (stored, &*passphrase) {
            (Some(Ok(new)), Passphrase::Known(old, _)) if new == *old => {}
            (Some(Ok(new)), _) => {
                *passphrase = Passphrase::Known(new, None);
                self.lock.borrow_mut().lock();
            }
            (Some(Err(_)), _) => {
                *passphrase = Passphrase::Unreadable;
                self.lock.borrow_mut().lock();
            }
            (None, _) => {
                *passphrase = Passphrase::None;
                self.lock.borrow_mut().remove();
            }
        }
    }

    /// Nothing behind the passphrase can be used any more.
    pub(super) fn close_all(&self) {
        if let Passphrase::Known(_, key) = &mut *self.passphrase.borrow_mut() {
            *key = None;
        }
        for held in self.held.borrow_mut().iter_mut() {
            if let HeldKey::Ready(_, sealed) = &mut held.key
                && let Some(sealed) = sealed.take()
            {
                held.key = HeldKey::Locked(sealed);
            }
        }
    }

    fn close(&self) {
        self.locked.set(self.locked.get() + 1);
        self.lock.borrow_mut().lock();
        self.close_all();
    }

    /// Whether keys behind the passphrase may be used now; locks them when they were left alone for too long.
    pub(super) fn look_at_lock(&self, now: u64) {
        if self.lock.borrow_mut().idle(now) {
            self.close();
        }
    }

    /// Whether something is stored behind a passphrase.
    fn has_behind(&self) -> bool {
        let held = self.held.borrow();
        held.iter().any(|held| held.keep == Some(KeyKeep::Passphrase))
    }
}

impl<P: Ports> Service<P> {
    /// Whether there is a passphrase that has to be entered.
    pub fn is_locked(&self) -> bool {
        self.vault.look_at_lock(self.ports.now().ms);
        self.vault.lock.borrow().state() == LockState::Locked
    }

    /// Makes the passphrase, or another one in the place of that which is entered.
    ///
    /// # Errors
    /// What is wrong with it; `unauthorized` where the old one has to be entered first; why it could not be stored. Then all
    /// is as before.
    pub async fn set_passphrase(self: &Rc<Self>, text: String) -> Result<(), Failure> {
        let secret = checked(text, true)?;
        self.may_use_keys()?;
        let turn = self.vault.turn.take().await;
        self.vault.look_at_lock(self.ports.now().ms);
        let kept = self.vault.kept()?;
        let before = self.vault.locked.get();
        match *self.vault.passphrase.borrow() {
            Passphrase::Known(_, None) => return Err(locked()),
            Passphrase::Unreadable if self.vault.has_behind() => return Err(unreadable()),
            Passphrase::Known(..) | Passphrase::None | Passphrase::Unreadable => {}
        }
        // All that is open now is sealed anew, also what somebody locks meanwhile: the old passphrase opens nothing after this.
        let behind = self.vault.behind();
        let (stored, key) = self.new_passphrase(&kept, &secret).await?;
        let mut writes = vec![(PASSPHRASE.to_owned(), Some(stored.text()))];
        let mut sealed_anew = Vec::new();
        for (provider, origin, fingerprint, live) in behind {
            let sealed = kept.seal(&key, &live, &origin, &provider).await?;
            let record = StoredKey::new(
                &provider,
                &origin,
                KeyKeep::Passphrase,
                &fingerprint,
                sealed.clone(),
            );
            writes.push((record_key(&provider), Some(record.text())));
            sealed_anew.push((provider, sealed));
        }
        kept.write(writes).await?;
        for held in self.vault.held.borrow_mut().iter_mut() {
            let of = |(provider, _): &&(String, _)| *provider == held.provider;
            match (&mut held.key, sealed_anew.iter().find(of)) {
                (HeldKey::Ready(_, old), Some((_, new))) => *old = Some(new.clone()),
                (HeldKey::Locked(old), Some((_, new))) => *old = new.clone(),
                _ => {}
            }
        }
        let is_open = self.vault.locked.get() == before;
        self.vault
            .passphrase
            .replace(Passphrase::Known(stored, is_open.then_some(key)));
        if is_open {
            self.vault.lock.borrow_mut().open(self.ports.now().ms);
            self.watch_lock();
        }
        drop(turn);
        self.keys_changed();
        self.ports.tell_tabs(TabWord::Changed);
        Ok(())
    }

    /// A passphrase with a salt of its own, and as many turns as take long enough here.
    async fn new_passphrase(
        &self,
        kept: &Kept<P>,
        secret: &Secret,
    ) -> Result<(StoredPassphrase, KeyOf<P>), Failure> {
        let failed = |error: CryptoError| unkept(&error);
        let salt = kept.crypto.salt().map_err(failed)?;
        let mut turns = kept.crypto.least_iterations();
        let begin = self.ports.now().ms;
        let mut key = kept
            .crypto
            .passphrase_key(secret, &salt, turns)
            .await
            .map_err(failed)?;
        let took = self.ports.now().ms.saturating_sub(begin);
        if (1..LEAST_TRY_MS).contains(&took) {
            let needed = u64::from(turns) * LEAST_TRY_MS / took;
            turns = u32::try_from(needed)
                .unwrap_or(MAX_ITERATIONS)
                .min(MAX_ITERATIONS);
            key = kept
                .crypto
                .passphrase_key(secret, &salt, turns)
                .await
                .map_err(failed)?;
        }
        let proof = Secret::from_bytes(PROOF.into()).ok_or_else(unreadable)?;
        let proof = kept
            .crypto
            .seal(&key, &proof, PROOF_PLACE)
            .await
            .map_err(failed)?;
        Ok((StoredPassphrase::new(Hex(salt), turns, proof), key))
    }

    /// Opens what is behind the passphrase.
    ///
    /// # Errors
    /// `unauthorized` if it is another one; `rate_limited` after five wrong ones, for a while; `invalid_input` where there
    /// is none, or the text cannot be one; `canceled` if it was locked meanwhile.
    pub async fn unlock(self: &Rc<Self>, text: String) -> Result<(), Failure> {
        let secret = checked(text, false)?;
        let turn = self.vault.turn.take().await;
        let kept = self.vault.kept()?;
        let now = self.ports.now().ms;
        let wait = self.vault.lock.borrow().delay_ms(now);
        if wait > 0 {
            return Err(too_often(wait));
        }
        let before = self.vault.locked.get();
        let stored = match &*self.vault.passphrase.borrow() {
            Passphrase::Known(stored, _) => stored.clone(),
            Passphrase::Unreadable => return Err(unreadable()),
            Passphrase::None => return Err(Failure::new(ErrorCode::InvalidInput, "There is no passphrase.")),
        };
        let key = kept
            .crypto
            .passphrase_key(&secret, &stored.salt.0, stored.iterations)
            .await;
        let key = key.map_err(|error| unkept(&error))?;
        match kept.crypto.open(&key, &stored.proof, PROOF_PLACE).await {
            Ok(_) => {}
            Err(CryptoError::DoesNotOpen) => {
                self.vault.lock.borrow_mut().wrong(self.ports.now().ms);
                let mut failure = Failure::new(ErrorCode::Unauthorized, "This is not the passphrase.");
                failure.recovery = vec!["Enter it again; a forgotten one cannot be found out.".to_owned()];
                return Err(failure);
            }
            Err(error) => return Err(unkept(&error)),
        }
        let mut opened = Vec::new();
        for (provider, origin, sealed) in self.vault.locked_ones() {
            let open = self
                .vault
                .key_in(&kept, Some(&key), &provider, &origin, sealed, true)
                .await;
            opened.push((provider, open));
        }
        if self.vault.locked.get() != before {
            return Err(Failure::new(ErrorCode::Canceled, "It was locked again."));
        }
        for (provider, key) in opened {
            let mut all = self.vault.held.borrow_mut();
            if let Some(held) = all.iter_mut().find(|held| held.provider == provider) {
                held.key = key;
            }
        }
        if let Passphrase::Known(_, place) = &mut *self.vault.passphrase.borrow_mut() {
            *place = Some(key);
        }
        self.vault.lock.borrow_mut().open(self.ports.now().ms);
        drop(turn);
        self.watch_lock();
        self.keys_changed();
        Ok(())
    }

    /// Locks what is behind the passphrase, in all tabs. Calls that are under way go on.
    pub fn lock(self: &Rc<Self>) {
        self.lock_here();
        self.ports.tell_tabs(TabWord::Locked);
    }

    pub(super) fn lock_here(self: &Rc<Self>) {
        if self.vault.lock.borrow().state() != LockState::NoPassphrase {
            self.vault.close();
            self.keys_changed();
        }
    }

    /// Locks when nobody uses a key for long. A page that sleeps finds out when it wakes, or when a key is asked for.
    fn watch_lock(self: &Rc<Self>) {
        let alarm = self.next_number();
        self.vault.alarm.set(alarm);
        let this = Rc::downgrade(self);
        self.ports.spawn(async move {
            loop {
                let Some(service) = this.upgrade().filter(|this| this.vault.alarm.get() == alarm) else {
                    return;
                };
                service.vault.look_at_lock(service.ports.now().ms);
                let left = service.vault.lock.borrow().left_ms(service.ports.now().ms);
                let Some(left) = left else {
                    service.keys_changed();
                    return;
                };
                let wait = service.ports.sleep(left);
                drop(service);
                wait.await;
            }
        });
    }
}

impl<P: Ports> Vault<P> {
    /// The open keys behind the passphrase.
    fn behind(&self) -> Vec<(String, String, String, Rc<super::Live>)> {
        let held = self.held.borrow();
        let open = held.iter().filter_map(|held| match &held.key {
            HeldKey::Ready(live, Some(_)) => Some((
                held.provider.clone(),
                held.origin.clone(),
                held.fingerprint.clone().unwrap_or_default(),
                Rc::clone(live),
            )),
            _ => None,
        });
        open.collect()
    }

    fn locked_ones(&self) -> Vec<(String, String, super::Sealed)> {
        let held = self.held.borrow();
        let locked = held.iter().filter_map(|held| match &held.key {
            HeldKey::Locked(sealed) => Some((held.provider.clone(), held.origin.clone(), sealed.clone())),
            _ => None,
        });
        locked.collect()
    }
}

/// A passphrase as somebody typed it.
fn checked(text: String, is_new: bool) -> Result<Secret, Failure> {
    let checked = check_passphrase(&text, is_new);
    let secret = Secret::from_bytes(text.into_bytes());
    match (checked, secret) {
        (Ok(()), Some(secret)) => Ok(secret),
        (bad, _) => {
            let words = bad.err().map_or("is no text", BadPassphrase::words);
            let mut failure = Failure::new(ErrorCode::InvalidInput, ["The passphrase ", words, "."].concat());
            failure.field = Some("passphrase".to_owned());
            failure.recovery = vec!["Take one of 8 characters at least, better of four words.".to_owned()];
            Err(failure)
        }
    }
}

fn locked() -> Failure {
    let mut failure = Failure::new(ErrorCode::Unauthorized, "The keys are locked.");
    failure.recovery = vec!["Enter the passphrase.".to_owned()];
    failure
}

fn unreadable() -> Failure {
    let mut failure = Failure::new(
        ErrorCode::StorageUnavailable,
        "What is stored of the passphrase cannot be read.",
    );
    failure.recovery = vec![
        "Load the newest version of the app; if that does not help, forget the keys behind it and enter them again."
            .to_owned(),
    ];
    failure
}

fn too_often(wait_ms: u64) -> Failure {
    let seconds = wait_ms.div_ceil(1_000).to_string();
    let message = ["Too many wrong passphrases: the next try is in ", &seconds, " s."].concat();
    Failure::new(ErrorCode::RateLimited, message)
}
