//! The cryptography of the vault without a browser: the same algorithms, by `RustCrypto`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use modelyard::keys::{Hex, Sealed, Secret};
use modelyard::storage::crypto::{Crypto, CryptoError, SALT_BYTES};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Clones are the same device.
#[derive(Clone, Default)]
pub struct RustCrypto {
    device: Rc<RefCell<Option<[u8; 32]>>>,
    used: Rc<Cell<u64>>,
    unavailable: Rc<Cell<bool>>,
    hesitates: Rc<Cell<bool>>,
}

impl RustCrypto {
    /// The key of the device is gone, as when a browser's data came back from a backup without it.
    pub fn lose_device_key(&self) {
        self.device.take();
    }

    /// From now on others get a turn before the key of a passphrase is there.
    pub fn hesitate(&self) {
        self.hesitates.set(true);
    }

    /// From now on there is no cryptography here, or there is again.
    pub fn refuse(&self, refuse: bool) {
        self.unavailable.set(refuse);
    }

    /// Bytes that never come twice. Tests need no chance.
    fn fresh<const N: usize>(&self) -> [u8; N] {
        self.used.set(self.used.get() + 1);
        let hash = Sha256::digest(self.used.get().to_le_bytes());
        std::array::from_fn(|at| hash[at])
    }

    fn check(&self) -> Result<(), CryptoError> {
        if self.unavailable.get() {
            return Err(CryptoError::Unavailable("there is no WebCrypto here".to_owned()));
        }
        Ok(())
    }
}

impl Crypto for RustCrypto {
    type Key = [u8; 32];

    async fn device_key(&self, make: bool) -> Result<Option<[u8; 32]>, CryptoError> {
        self.check()?;
        if make && self.device.borrow().is_none() {
            self.device.replace(Some(self.fresh()));
        }
        Ok(*self.device.borrow())
    }

    async fn passphrase_key(
        &self,
        passphrase: &Secret,
        salt: &[u8],
        iterations: u32,
    ) -> Result<[u8; 32], CryptoError> {
        self.check()?;
        if self.hesitates.get() {
            let mut waited = false;
            std::future::poll_fn(|context| {
                if std::mem::replace(&mut waited, true) {
                    return std::task::Poll::Ready(());
                }
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            })
            .await;
        }
        #[expect(clippy::disallowed_methods, reason = "the cryptography needs it")]
        let text: String = passphrase.expose().nfc().collect();
        Ok(pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(
            text.as_bytes(),
            salt,
            iterations,
        ))
    }

    fn salt(&self) -> Result<Vec<u8>, CryptoError> {
        self.check()?;
        Ok(self.fresh::<SALT_BYTES>().to_vec())
    }

    async fn seal(&self, key: &[u8; 32], secret: &Secret, belongs_to: &str) -> Result<Sealed, CryptoError> {
        self.check()?;
        let iv = self.fresh::<12>();
        #[expect(clippy::disallowed_methods, reason = "the cryptography needs it")]
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: belongs_to.as_bytes(),
        };
        let ciphertext = Aes256Gcm::new(&(*key).into()).encrypt(&Nonce::from(iv), payload);
        Ok(Sealed {
            iv: Hex(iv.to_vec()),
            ciphertext: Hex(ciphertext.expect("it can be encrypted")),
        })
    }

    async fn open(&self, key: &[u8; 32], sealed: &Sealed, belongs_to: &str) -> Result<Secret, CryptoError> {
        self.check()?;
        let payload = Payload {
            msg: &sealed.ciphertext.0,
            aad: belongs_to.as_bytes(),
        };
        let iv: [u8; 12] = sealed
            .iv
            .0
            .as_slice()
            .try_into()
            .map_err(|_| CryptoError::DoesNotOpen)?;
        let text = Aes256Gcm::new(&(*key).into()).decrypt(&Nonce::from(iv), payload);
        text.ok()
            .and_then(Secret::from_bytes)
            .ok_or(CryptoError::DoesNotOpen)
    }

    fn least_iterations(&self) -> u32 {
        10
    }
}
