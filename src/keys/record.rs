//! What is stored of a key, and of a passphrase.
//!
//! A record is a JSON text with its version. What cannot be read is never taken for something else, and nothing here
//! deletes it: it may be of a newer version of the package, or there may be a backup of what it needs.

use serde::{Serialize, Serializer};

use super::KeyKeep;
use crate::json::{self, Read, Value, readable};

/// The version of the records.
pub const SCHEMA: u32 = 1;
/// More turns of a passphrase's hash would keep a page waiting for minutes: no record of ours has as many.
pub const MAX_ITERATIONS: u32 = 20_000_000;

/// The length of the initialization vector, in bytes.
const IV_BYTES: usize = 12;
/// The shortest ciphertext: one byte and the tag.
const MIN_CIPHERTEXT_BYTES: usize = 17;
const SALT_BYTES: usize = 16;

/// A ciphertext with what it needs to be opened, besides the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// The initialization vector, never used twice.
    pub iv: Hex,
    /// The encrypted text and its tag.
    pub ciphertext: Hex,
}

/// The key of a provider, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredKey {
    version: u32,
    /// Of which provider.
    pub provider: String,
    /// The one origin it may be sent to.
    pub origin: String,
    /// By what it is encrypted.
    pub keep: KeyKeep,
    /// What tells it from another.
    pub fingerprint: String,
    /// The key.
    pub sealed: Sealed,
}

/// What is known of the passphrase: how its key is made, and a text that only that key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredPassphrase {
    version: u32,
    /// What is hashed with it.
    pub salt: Hex,
    /// How often.
    pub iterations: u32,
    /// Opens with the right one.
    pub proof: Sealed,
}

/// Why a record means nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreadable {
    /// A newer version of the package has written it.
    Newer,
    /// It is none of ours, or damaged.
    Damaged,
}

/// Bytes, written as hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

readable! {
    Sealed only { iv: "iv", ciphertext: "ciphertext" }
    StoredKey only {
        version: "version",
        provider: "provider",
        origin: "origin",
        keep: "keep",
        fingerprint: "fingerprint",
        sealed: "sealed",
    }
    StoredPassphrase only { version: "version", salt: "salt", iterations: "iterations", proof: "proof" }
}

/// What a ciphertext belongs to, as text: another origin, provider or version and it does not open. Neither an origin
/// nor the name of a provider has a line break in it.
pub fn associated_data(origin: &str, provider: &str) -> String {
    [origin, "\n", provider, "\n", &SCHEMA.to_string()].concat()
}

impl StoredKey {
    /// A record of this version.
    pub fn new(provider: &str, origin: &str, keep: KeyKeep, fingerprint: &str, sealed: Sealed) -> Self {
        Self {
            version: SCHEMA,
            provider: provider.to_owned(),
            origin: origin.to_owned(),
            keep,
            fingerprint: fingerprint.to_owned(),
            sealed,
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let record: Self = read(text)?;
        let is_stored = record.keep != KeyKeep::Session;
        (is_stored && record.sealed.is_whole())
            .then_some(record)
            .ok_or(Unreadable::Damaged)
    }

    /// The text to store.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl StoredPassphrase {
    /// A record of this version.
    pub fn new(salt: Hex, iterations: u32, proof: Sealed) -> Self {
        Self {
            version: SCHEMA,
            salt,
            iterations,
            proof,
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let record: Self = read(text)?;
        let is_whole = record.salt.0.len() == SALT_BYTES && record.proof.is_whole();
        let is_possible = (1..=MAX_ITERATIONS).contains(&record.iterations);
        (is_whole && is_possible)
            .then_some(record)
            .ok_or(Unreadable::Damaged)
    }

    /// The text to store.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Sealed {
    fn is_whole(&self) -> bool {
        self.iv.0.len() == IV_BYTES && self.ciphertext.0.len() >= MIN_CIPHERTEXT_BYTES
    }
}

/// The version alone says whether the rest is for us.
struct Versioned {
    version: u32,
}

readable! {
    Versioned { version: "version" }
}

fn read<T: Read>(text: &str) -> Result<T, Unreadable> {
    let Versioned { version } = json::from_str(text).map_err(|_| Unreadable::Damaged)?;
    if version > SCHEMA {
        return Err(Unreadable::Newer);
    }
    if version < SCHEMA {
        return Err(Unreadable::Damaged);
    }
    json::from_str(text).map_err(|_| Unreadable::Damaged)
}

pub(super) fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        push_hex(&mut text, &self.0);
        serializer.serialize_str(&text)
    }
}

impl Read for Hex {
    fn read(value: Value<'_>) -> Self {
        let text = value.text();
        let bytes = text.as_bytes().chunks(2).map(|pair| {
            let [high, low] = pair else { return None };
            Some(digit(*high)? << 4 | digit(*low)?)
        });
        Self(bytes.collect::<Option<_>>().unwrap_or_else(|| {
            value.wrong(&"is no text of hex digits");
            Vec::new()
        }))
    }
}

/// The value of a hex digit.
pub(super) fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
