//! What tells a key from another and gives nothing of it away that could be used.

use sha2::{Digest, Sha256};

use super::Secret;

/// Of shorter keys no character is shown.
const MIN_SHOWN_BYTES: usize = 20;
/// So that the hash is of no use where somebody else hashes keys.
const DOMAIN: &[u8] = b"modelyard key\n";

/// The first 32 bits of a hash, and before it the last four characters of a key that has at least twenty:
/// `…wxyz 1a2b3c4d`.
pub fn fingerprint(key: &Secret) -> String {
    let text = key.text();
    let hash = Sha256::new_with_prefix(DOMAIN).chain_update(text).finalize();
    let mut shown = String::new();
    if text.len() >= MIN_SHOWN_BYTES {
        shown.push('…');
        shown.push_str(text.get(text.len() - 4..).unwrap_or_default());
        shown.push(' ');
    }
    super::record::push_hex(&mut shown, hash.get(..4).unwrap_or_default());
    shown
}
