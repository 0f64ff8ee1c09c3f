//! What is stored of keys: a record for each, and one for the passphrase, in a database of their own.

use std::rc::Rc;

use super::super::Service;
use super::super::ports::Ports;
use super::{Held, HeldKey, KeyOf, Passphrase, Vault, associated_data, unkept, unwritten};
use crate::engine::failure::Failure;
use crate::keys::{KeyKeep, Live, Sealed, StoredKey, StoredPassphrase};
use crate::storage::crypto::Crypto;
use crate::storage::records::{Durability, Records, Store, Write};

const STORE: Store = Store::Meta;
/// What the names of records of keys begin with; the rest is the provider.
const KEY: &str = "key/";
pub(super) const PASSPHRASE: &str = "passphrase";

/// The namespace of the database, for that of the core.
pub fn namespace(core: &str) -> String {
    [core, "--keys"].concat()
}

/// The name of the record of a provider's key.
pub(super) fn record_key(provider: &str) -> String {
    [KEY, provider].concat()
}

/// Where keys are stored, and what encrypts them.
pub(super) struct Kept<P: Ports> {
    records: P::Records,
    pub(super) crypto: P::Crypto,
}

impl<P: Ports> Kept<P> {
    /// Changes records, all or none.
    pub(super) async fn write(&self, changes: Vec<(String, Option<String>)>) -> Result<(), Failure> {
        let writes = changes.into_iter().map(|(key, value)| Write {
            store: STORE,
            key,
            value,
        });
        let written = self.records.write(writes.collect(), Durability::Strict).await;
        written.map_err(|error| unwritten(&error))
    }

    pub(super) async fn seal(
        &self,
        key: &KeyOf<P>,
        live: &Live,
        origin: &str,
        provider: &str,
    ) -> Result<Sealed, Failure> {
        let place = associated_data(origin, provider);
        let sealed = self.crypto.seal(key, live.secret(), &place).await;
        sealed.map_err(|error| unkept(&error))
    }
}

impl<P: Ports> Vault<P> {
    /// What a record holds, as far as it opens.
    async fn opened(&self, kept: &Kept<P>, provider: &str, text: &str, device: Option<&KeyOf<P>>) -> Held {
        let unreadable = Held {
            provider: provider.to_owned(),
            origin: String::new(),
            keep: None,
            fingerprint: None,
            key: HeldKey::Unreadable,
        };
        let Ok(record) = StoredKey::read(text) else {
            return unreadable;
        };
        // A record under another's name was moved there.
        if record.provider != provider {
            return unreadable;
        }
        let behind = record.keep == KeyKeep::Passphrase;
        let open = self.passphrase.borrow().key();
        let key = match (behind, device) {
            (true, _) if open.is_none() => match *self.passphrase.borrow() {
                Passphrase::Known(..) => HeldKey::Locked(record.sealed),
                Passphrase::None | Passphrase::Unreadable => HeldKey::Unreadable,
            },
            (true, _) => {
                self.key_in(kept, open.as_ref(), provider, &record.origin, record.sealed, true)
                    .await
            }
            (false, device) => {
                self.key_in(kept, device, provider, &record.origin, record.sealed, false)
                    .await
            }
        };
        Held {
            provider: record.provider,
            origin: record.origin,
            keep: Some(record.keep),
            fingerprint: Some(record.fingerprint),
            key,
        }
    }

    /// What a ciphertext holds.
    pub(super) async fn key_in(
        &self,
        kept: &Kept<P>,
        key: Option<&KeyOf<P>>,
        provider: &str,
        origin: &str,
        sealed: Sealed,
        behind: bool,
    ) -> HeldKey {
        let Some(key) = key else {
            return HeldKey::Unreadable;
        };
        match kept
            .crypto
            .open(key, &sealed, &associated_data(origin, provider))
            .await
        {
            Ok(secret) => HeldKey::Ready(self.redactor.watch(secret), behind.then_some(sealed)),
            Err(_) => HeldKey::Unreadable,
        }
    }
}

impl<P: Ports> Passphrase<P> {
    /// The key it makes, while it is open.
    pub(super) fn key(&self) -> Option<KeyOf<P>> {
        match self {
            Self::Known(_, key) => key.clone(),
            Self::None | Self::Unreadable => None,
        }
    }
}

impl<P: Ports> Service<P> {
    /// Opens the vault: reads what is stored of keys. Before this only keys of the session are taken.
    pub async fn open_vault(self: &Rc<Self>, records: P::Records, crypto: P::Crypto) {
        self.vault.kept.replace(Some(Rc::new(Kept { records, crypto })));
        self.load_keys().await;
    }

    /// Reads all that is stored, in the place of what was read before. Keys of the session stay, unless there is a stored
    /// one of the same provider now. Where nothing can be read, all stays as it is.
    pub(super) async fn load_keys(self: &Rc<Self>) {
        let Ok(kept) = self.vault.kept() else { return };
        let turn = self.vault.turn.take().await;
        let Ok(all) = kept.records.all(STORE).await else {
            return;
        };
        let passphrase = all.iter().find(|(key, _)| key == PASSPHRASE);
        self.vault
            .know_passphrase(passphrase.map(|(_, text)| StoredPassphrase::read(text)));
        let device = kept.crypto.device_key(false).await.ok().flatten();
        let mut held = Vec::new();
        for (key, text) in &all {
            if let Some(provider) = key.strip_prefix(KEY) {
                held.push(self.vault.opened(&kept, provider, text, device.as_ref()).await);
            }
        }
        let before = self.vault.held.take();
        for old in before {
            let is_session = old.keep == Some(KeyKeep::Session);
            if is_session && !held.iter().any(|new| new.provider == old.provider) {
                held.push(old);
            }
        }
        self.vault.held.replace(held);
        if !self.vault.lock.borrow().is_open() {
            // It was locked meanwhile.
            self.vault.close_all();
        }
        drop(turn);
        self.keys_changed();
    }
}
