//! What can be a key: what fits into a header as it is.

use zeroize::Zeroizing;

use super::Secret;

/// The longest key, in bytes. The longest known ones have 200.
pub const MAX_KEY_BYTES: usize = 512;

/// Why a text is no key. Nothing of the text is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadKey {
    /// It is empty, or all blanks.
    Empty,
    /// It has more than [`MAX_KEY_BYTES`].
    TooLong,
    /// There is a blank or a line break in it.
    Blank,
    /// There is a character in it that is no visible ASCII.
    NotAscii,
}

impl BadKey {
    /// What is wrong, to go on after "the key".
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::TooLong => "is longer than 512 bytes",
            Self::Blank => "has a blank or a line break in it",
            Self::NotAscii => {
                "has a character in it that keys do not have, such as a smart quote or an invisible one"
            }
        }
    }
}

impl Secret {
    /// A key as somebody typed or pasted it: blanks and line breaks around it are no part of it.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn check(text: String) -> Result<Self, BadKey> {
        let text = Zeroizing::new(text);
        let key = text.trim_ascii();
        if key.is_empty() {
            return Err(BadKey::Empty);
        }
        if key.len() > MAX_KEY_BYTES {
            return Err(BadKey::TooLong);
        }
        for byte in key.bytes() {
            match byte {
                b'!'..=b'~' => {}
                b'\t'..=b'\r' | b' ' => return Err(BadKey::Blank),
                _ => return Err(BadKey::NotAscii),
            }
        }
        if key.len() == text.len() {
            return Ok(Self::new(text));
        }
        Ok(Self::new(Zeroizing::new(key.to_owned())))
    }
}
