//! What can be a passphrase.

/// The shortest, in characters.
pub const MIN_PASSPHRASE_CHARACTERS: usize = 8;
/// The longest, in bytes.
pub const MAX_PASSPHRASE_BYTES: usize = 1_024;

/// Why a text is no passphrase. Nothing of the text is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadPassphrase {
    /// It is empty.
    Empty,
    /// It has fewer than [`MIN_PASSPHRASE_CHARACTERS`].
    TooShort,
    /// It has more than [`MAX_PASSPHRASE_BYTES`].
    TooLong,
}

impl BadPassphrase {
    /// What is wrong, to go on after "the passphrase".
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::TooShort => "is shorter than 8 characters",
            Self::TooLong => "is longer than 1024 bytes",
        }
    }
}

/// Checks a passphrase, a new one or one that is entered. Blanks count.
///
/// # Errors
/// [`BadPassphrase`].
pub fn check(text: &str, is_new: bool) -> Result<(), BadPassphrase> {
    if text.is_empty() {
        return Err(BadPassphrase::Empty);
    }
    if text.len() > MAX_PASSPHRASE_BYTES {
        return Err(BadPassphrase::TooLong);
    }
    if is_new && text.chars().count() < MIN_PASSPHRASE_CHARACTERS {
        return Err(BadPassphrase::TooShort);
    }
    Ok(())
}
