//! Keys of providers: what a key may be, how it is told from another, how it is stored, and how it is kept out of every
//! word that leaves.
//!
//! The story of a key:
//!
//! 1. [`Secret::check`] takes it from whoever typed it, or says what is wrong with it and never what it is.
//! 2. It is sealed into a [`StoredKey`] for one provider at one origin ([`associated_data`]): moved to another it does not
//!    open.
//! 3. While it can be used it is a [`Live`] secret of the [`Redactor`], which takes it out of every text, however it is
//!    spelled there. What merely looks like a key goes by [`patterns`], everywhere.
//! 4. Behind a passphrase it is locked again when nobody used it for a while ([`Lock`]).
//!
//! What always holds: nothing here can print, store or send a key. Only `net::signing` and the cryptography may read one
//! (`Secret::expose` is a disallowed method everywhere else).

mod base64;
mod check;
mod fingerprint;
mod keep;
mod lock;
mod passphrase;
pub mod patterns;
mod record;
mod redactor;
mod secret;
mod spelling;

pub use self::check::{BadKey, MAX_KEY_BYTES};
pub use self::fingerprint::fingerprint;
pub use self::keep::KeyKeep;
pub use self::lock::{FREE_TRIES, IDLE_MS, Lock, LockState};
pub use self::passphrase::{
    BadPassphrase, MAX_PASSPHRASE_BYTES, MIN_PASSPHRASE_CHARACTERS, check as check_passphrase,
};
pub use self::record::{
    Hex, MAX_ITERATIONS, SCHEMA, Sealed, StoredKey, StoredPassphrase, Unreadable, associated_data,
};
pub use self::redactor::{Live, MIN_SOUGHT_BYTES, Redactor};
pub use self::secret::Secret;
