//! Writing texts into URLs.

/// Adds a text, with everything but letters, digits and `-._~` percent-encoded: it can be nothing but one segment of a
/// path or one value of a query.
pub(super) fn push(url: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            for digit in [byte >> 4, byte & 15] {
                url.push(char::from(DIGITS[usize::from(digit)]));
            }
        }
    }
}

/// What is wrong with the name of a model that is to stand in a path, to go on after "it".
pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("is empty");
    }
    if name.len() > 256 {
        return Err("is too long");
    }
    // Segments of dots lead upwards, encoded or not.
    if !name.bytes().all(|byte| byte.is_ascii_graphic()) || name.bytes().all(|byte| byte == b'.') {
        return Err("has a character that is not allowed there");
    }
    Ok(())
}
