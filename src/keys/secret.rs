//! A text nobody may see.

use zeroize::Zeroizing;

/// A key or a passphrase. It cannot be printed, cloned or serialized, and its memory is overwritten when it is dropped:
/// as well as a wasm instance can, which is not a promise (SECURITY.md).
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A text that was checked, or came out of the vault.
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// What the cryptography gave back, if it is text.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self(Zeroizing::new(text))),
            Err(error) => {
                drop(Zeroizing::new(error.into_bytes()));
                None
            }
        }
    }

    /// The text itself, for those that sign, encrypt or redact; a lint refuses it to all others.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text, within this folder.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether both are the same.
    pub fn is(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}
