//! The port for the vault's cryptography: AES-256-GCM, with a key of this device that cannot be taken out of the browser, or
//! with one made of a passphrase by PBKDF2-HMAC-SHA-256.
//!
//! Each sealing has an initialization vector of its own, and is bound to what it belongs to: opened for anything else, or
//! changed in a single bit, it does not open. No error says why.

use crate::keys::{Sealed, Secret};

/// The fewest turns of a passphrase's hash (OWASP asks for 600,000).
pub const LEAST_ITERATIONS: u32 = 1_000_000;
/// The length of a salt, in bytes.
pub const SALT_BYTES: usize = 16;

/// Why something cannot be encrypted or decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CryptoError {
    /// It does not open: another key, another place, or changed.
    DoesNotOpen,
    /// There is no cryptography or no place for its key here; the browser's own words.
    Unavailable(String),
}

/// Encrypts and decrypts.
pub trait Crypto {
    /// A key that nobody can read.
    type Key: Clone + 'static;

    /// The key of this device. `make`: where there is none, it is made and kept; of two that do so at once both get the
    /// same.
    ///
    /// # Errors
    /// [`CryptoError::Unavailable`].
    fn device_key(&self, make: bool) -> impl Future<Output = Result<Option<Self::Key>, CryptoError>>;

    /// The key of a passphrase. However an accent was typed, it is the same one (Unicode's form NFC).
    ///
    /// # Errors
    /// [`CryptoError::Unavailable`].
    fn passphrase_key(
        &self,
        passphrase: &Secret,
        salt: &[u8],
        iterations: u32,
    ) -> impl Future<Output = Result<Self::Key, CryptoError>>;

    /// Random bytes.
    ///
    /// # Errors
    /// [`CryptoError::Unavailable`].
    fn salt(&self) -> Result<Vec<u8>, CryptoError>;

    /// Encrypts.
    ///
    /// # Errors
    /// [`CryptoError::Unavailable`].
    fn seal(
        &self,
        key: &Self::Key,
        secret: &Secret,
        belongs_to: &str,
    ) -> impl Future<Output = Result<Sealed, CryptoError>>;

    /// Decrypts.
    ///
    /// # Errors
    /// [`CryptoError::DoesNotOpen`].
    fn open(
        &self,
        key: &Self::Key,
        sealed: &Sealed,
        belongs_to: &str,
    ) -> impl Future<Output = Result<Secret, CryptoError>>;

    /// The fewest turns of a passphrase's hash here. Tests have no time for as many.
    fn least_iterations(&self) -> u32 {
        LEAST_ITERATIONS
    }
}
