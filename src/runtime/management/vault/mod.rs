//! The vault: the keys of providers, and who may use them.
//!
//! What happens, in order: what is stored is read and opened before anything is asked ([`stored`]); a key is checked, sealed
//! and stored before it counts; each call to a provider is signed with the key of that provider, if there is one for
//! exactly the origin it goes to ([`signer`]); keys behind a passphrase come and go with it ([`passphrase`]).
//!
//! What always holds: there is no way to a key but to send it. One provider has one key. What changes keys happens one
//! after the other, and what could not be done changed nothing. What cannot be read stays where it is until somebody
//! forgets it. Other tabs are told that something changed, never what.

mod passphrase;
mod signer;
mod stored;
mod turn;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub(super) use self::signer::Signer;
pub use self::stored::namespace;

use self::stored::{Kept, record_key};
use self::turn::Turn;
use super::Service;
use super::ports::{News, Ports, TabWord};
use crate::engine::failure::{ErrorCode, Failure};
use crate::keys::{
    BadKey, KeyKeep, Live, Lock, Redactor, Sealed, Secret, StoredKey, StoredPassphrase, associated_data,
    fingerprint,
};
use crate::management::{Input, KeyPhase, KeyState};
use crate::net::signing::may_carry_keys;
use crate::storage::crypto::{Crypto, CryptoError};
use crate::storage::records::RecordsError;

/// The key of the ports.
type KeyOf<P> = <<P as Ports>::Crypto as Crypto>::Key;

/// All keys.
pub(super) struct Vault<P: Ports> {
    redactor: Rc<Redactor>,
    /// Whether the app knows what a key in a page means.
    acknowledged: Cell<bool>,
    /// Where keys are stored; none before it is open.
    kept: RefCell<Option<Rc<Kept<P>>>>,
    held: RefCell<Vec<Held>>,
    lock: RefCell<Lock>,
    passphrase: RefCell<Passphrase<P>>,
    /// What the host was told last.
    told: RefCell<Vec<(String, KeyState)>>,
    turn: Turn,
    /// The last time that was asked to be woken at, to lock.
    alarm: Cell<u64>,
    /// How often it was locked: what began before that must not open it.
    locked: Cell<u64>,
}

/// The key of a provider.
struct Held {
    provider: String,
    /// The one origin it may be sent to.
    origin: String,
    keep: Option<KeyKeep>,
    fingerprint: Option<String>,
    key: HeldKey,
}

/// What is there of a key.
enum HeldKey {
    /// All of it, and how it is sealed behind the passphrase if it is.
    Ready(Rc<Live>, Option<Sealed>),
    /// What the passphrase opens.
    Locked(Sealed),
    /// Something that does not open.
    Unreadable,
}

/// The passphrase, as far as it is known.
enum Passphrase<P: Ports> {
    /// None was ever made.
    None,
    /// This one, and its key while it is open.
    Known(StoredPassphrase, Option<KeyOf<P>>),
    /// What is stored of it cannot be read.
    Unreadable,
}

impl<P: Ports> Vault<P> {
    pub(super) fn new(redactor: Rc<Redactor>) -> Self {
        Self {
            redactor,
            acknowledged: Cell::new(false),
            kept: RefCell::new(None),
            held: RefCell::default(),
            lock: RefCell::default(),
            passphrase: RefCell::new(Passphrase::None),
            told: RefCell::default(),
            turn: Turn::default(),
            alarm: Cell::new(0),
            locked: Cell::new(0),
        }
    }

    /// What is known of the key of a provider that is at `origin` now.
    fn state(&self, provider: &str, origin: Option<&str>) -> KeyState {
        let held = self.held.borrow();
        let Some(held) = held.iter().find(|held| held.provider == provider) else {
            return KeyState::default();
        };
        let state = match &held.key {
            HeldKey::Unreadable => KeyPhase::Unreadable,
            _ if origin.is_some_and(|origin| origin != held.origin) => KeyPhase::OtherOrigin,
            HeldKey::Locked(_) => KeyPhase::Locked,
            HeldKey::Ready(..) => KeyPhase::Ready,
        };
        KeyState {
            state,
            keep: held.keep,
            fingerprint: held.fingerprint.clone(),
        }
    }

    fn hold(&self, new: Held) {
        self.let_go(&new.provider);
        self.held.borrow_mut().push(new);
    }

    /// Nothing is held any more; what is stored stays.
    pub(super) fn forget_all(&self) {
        self.held.borrow_mut().clear();
        self.passphrase.replace(Passphrase::None);
    }

    fn let_go(&self, provider: &str) {
        self.held.borrow_mut().retain(|held| held.provider != provider);
    }

    /// Whether something of that provider's is stored.
    fn is_stored(&self, provider: &str) -> bool {
        let held = self.held.borrow();
        let mut of = held.iter().filter(|held| held.provider == provider);
        of.any(|held| held.keep != Some(KeyKeep::Session))
    }

    fn kept(&self) -> Result<Rc<Kept<P>>, Failure> {
        let kept = self.kept.borrow().clone();
        kept.ok_or_else(|| Failure::new(ErrorCode::NotReady, "The key vault is not open yet."))
    }
}

impl<P: Ports> Service<P> {
    /// The app says that it knows what a key in a page means (`acknowledgeKeyInBrowser`).
    pub fn acknowledge_keys(&self) {
        self.vault.acknowledged.set(true);
    }

    pub(super) fn may_use_keys(&self) -> Result<(), Failure> {
        if self.vault.acknowledged.get() {
            return Ok(());
        }
        let mut failure = Failure::new(
            ErrorCode::Unsupported,
            "This app has not said that it wants keys in the browser.",
        );
        failure.recovery = vec![
            "Make it with `createManagement({ acknowledgeKeyInBrowser: true })`, once SECURITY.md was read."
                .to_owned(),
            "Or let a proxy of the app add the key, so that the browser never has it.".to_owned(),
        ];
        Err(failure)
    }

    /// What is known of the key of a provider.
    ///
    /// # Errors
    /// `not_found` with the closest names.
    pub fn key_state(&self, provider: &str) -> Result<KeyState, Failure> {
        let origin = self.origin_of(provider)?;
        Ok(self.vault.state(provider, origin.as_deref()))
    }

    /// Where a provider of the configuration is; nothing where its address is none.
    fn origin_of(&self, provider: &str) -> Result<Option<String>, Failure> {
        match self.management.borrow().provider(provider) {
            Ok(provider) => Ok(Some(provider.base.origin().to_owned())),
            Err(failure) if failure.code == ErrorCode::NotFound => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// Takes the key of a provider, in the place of the one it had; it is bound to where the provider is now.
    ///
    /// # Errors
    /// What is wrong with the key, without it; where keys cannot be sent or kept; then the key it had stays.
    pub async fn set_key(
        self: &Rc<Self>,
        provider: &str,
        key: String,
        keep: KeyKeep,
    ) -> Result<KeyState, Failure> {
        let secret = checked(key)?;
        self.may_use_keys()?;
        let origin = self.provider(provider)?.base.origin().to_owned();
        may_carry(&origin)?;
        let turn = self.vault.turn.take().await;
        let fingerprint = fingerprint(&secret);
        let live = self.vault.redactor.watch(secret);
        let sealed = match keep {
            KeyKeep::Session => None,
            KeyKeep::Device => {
                let kept = self.vault.kept()?;
                let made = kept
                    .crypto
                    .device_key(true)
                    .await
                    .map_err(|error| unkept(&error))?;
                let made = made.ok_or_else(|| unkept(&CryptoError::DoesNotOpen))?;
                Some(kept.seal(&made, &live, &origin, provider).await?)
            }
            KeyKeep::Passphrase => {
                let open = self.vault.passphrase_key()?;
                Some(self.vault.kept()?.seal(&open, &live, &origin, provider).await?)
            }
        };
        let record = sealed
            .clone()
            .map(|sealed| StoredKey::new(provider, &origin, keep, &fingerprint, sealed));
        if record.is_some() || self.vault.is_stored(provider) {
            let text = record.map(|record| record.text());
            self.vault
                .kept()?
                .write(vec![(record_key(provider), text)])
                .await?;
        }
        let behind = sealed.filter(|_| keep == KeyKeep::Passphrase);
        let is_locked = behind.is_some() && !self.vault.lock.borrow().is_open();
        self.vault.hold(Held {
            provider: provider.to_owned(),
            origin,
            keep: Some(keep),
            fingerprint: Some(fingerprint),
            key: match behind {
                // Somebody locked it while it was stored.
                Some(sealed) if is_locked => HeldKey::Locked(sealed),
                behind => HeldKey::Ready(live, behind),
            },
        });
        drop(turn);
        self.keys_changed();
        self.ports.tell_tabs(TabWord::Changed);
        self.key_state(provider)
    }

    /// Forgets the key of a provider, which need not be configured any more.
    ///
    /// # Errors
    /// Why what is stored of it could not be deleted; then it is there still.
    pub async fn forget_key(self: &Rc<Self>, provider: &str) -> Result<(), Failure> {
        let turn = self.vault.turn.take().await;
        if self.vault.is_stored(provider) {
            self.vault
                .kept()?
                .write(vec![(record_key(provider), None)])
                .await?;
        }
        self.vault.let_go(provider);
        drop(turn);
        self.keys_changed();
        self.ports.tell_tabs(TabWord::Changed);
        Ok(())
    }

    /// Another tab has done something with keys.
    pub async fn peer_keys(self: &Rc<Self>, word: TabWord) {
        match word {
            TabWord::Changed => self.load_keys().await,
            TabWord::Locked => self.lock_here(),
        }
    }

    /// Tells of every key whose state is another than before: the configuration changed, or the vault did.
    pub(super) fn keys_changed(self: &Rc<Self>) {
        let mut ids: Vec<String> = self
            .vault
            .held
            .borrow()
            .iter()
            .map(|held| held.provider.clone())
            .collect();
        for (id, _) in self.vault.told.borrow().iter() {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        for id in ids {
            let origin = self.origin_of(&id).ok().flatten();
            let state = self.vault.state(&id, origin.as_deref());
            let before = self.vault.tell(&id, &state);
            if before == state {
                continue;
            }
            let opens = state.is_ready() && !(before.is_ready() && before.same_key(&state));
            self.dispatch(Input::KeyChanged {
                provider: id.clone(),
                key: state.clone(),
            });
            self.ports.tell(News::KeyChanged(&id, &state));
            if opens && self.provider(&id).is_ok() {
                // What it refused without the key it may give now.
                self.refresh(&id);
            }
        }
    }
}

impl<P: Ports> Vault<P> {
    /// Notes what the host is told of a key; gives what it was told before.
    fn tell(&self, provider: &str, state: &KeyState) -> KeyState {
        let mut told = self.told.borrow_mut();
        let at = told.iter().position(|(of, _)| of == provider);
        let before = at.map(|at| told.remove(at).1).unwrap_or_default();
        if state.state != KeyPhase::None {
            told.push((provider.to_owned(), state.clone()));
        }
        before
    }
}

/// A key as somebody typed it.
pub(super) fn checked(key: String) -> Result<Secret, Failure> {
    Secret::check(key).map_err(|bad: BadKey| {
        let mut failure = Failure::new(ErrorCode::InvalidInput, ["The key ", bad.words(), "."].concat());
        failure.field = Some("key".to_owned());
        failure.recovery = vec!["Copy the key again from where it was made.".to_owned()];
        failure
    })
}

/// Refuses to bind keys to where others can read them on the way.
pub(super) fn may_carry(origin: &str) -> Result<(), Failure> {
    if may_carry_keys(origin) {
        return Ok(());
    }
    let message = [
        "A key is not sent to ",
        origin,
        ": others could read it on the way.",
    ]
    .concat();
    let mut failure = Failure::new(ErrorCode::Unsupported, message);
    failure.recovery =
        vec!["Use an https address, or one of this device such as http://localhost.".to_owned()];
    Err(failure)
}

fn unkept(error: &CryptoError) -> Failure {
    let failure = Failure::new(ErrorCode::StorageUnavailable, "Keys cannot be kept here.");
    let mut failure = match error {
        CryptoError::DoesNotOpen => failure,
        CryptoError::Unavailable(words) => failure.caused_by(words.as_str()),
    };
    failure
        .recovery
        .push("Or keep the key for this session only.".to_owned());
    failure
}

fn unwritten(error: &RecordsError) -> Failure {
    let message = "What was to be done with the key could not be stored.";
    match error {
        RecordsError::Full => Failure::new(ErrorCode::StorageFull, message),
        RecordsError::NewerSchema { .. } | RecordsError::Blocked => {
            let mut failure = Failure::new(ErrorCode::StorageUnavailable, message);
            failure.recovery = vec!["Close or reload the app's other tabs.".to_owned()];
            failure
        }
        RecordsError::Unavailable(words) => {
            Failure::new(ErrorCode::StorageUnavailable, message).caused_by(words.as_str())
        }
    }
}
