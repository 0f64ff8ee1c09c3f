//! How a key is kept.

use crate::json::words;

/// How a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "camelCase"))]
pub enum KeyKeep {
    /// In memory, until the page goes.
    Session,
    /// Encrypted on this device.
    Device,
    /// Encrypted on this device, behind a passphrase.
    Passphrase,
}

words! {
    KeyKeep written { Session: "session", Device: "device", Passphrase: "passphrase" }
}
