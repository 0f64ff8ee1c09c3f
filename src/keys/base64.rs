//! How a text looks within Base64 of something longer.

use zeroize::Zeroizing;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The digits that stand for `text` alone, where `before` bytes of something else come before it: 0, 1 or 2, which is
/// all that makes a difference. Digits that depend on a neighbour as well are left out.
pub(super) fn within(text: &[u8], before: usize) -> Zeroizing<Vec<u8>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len() * 4 / 3 + 1));
    let first = (before * 8).div_ceil(6);
    let end = (before + text.len()) * 8 / 6;
    let bit = |at: usize| {
        let byte = text
            .get((at / 8).wrapping_sub(before))
            .copied()
            .unwrap_or_default();
        usize::from(byte >> (7 - at % 8) & 1)
    };
    for digit in first..end {
        let value = (0..6).fold(0, |value, at| value << 1 | bit(digit * 6 + at));
        digits.push(STANDARD[value]);
    }
    digits
}

/// The same digits in the alphabet for URLs.
pub(super) fn for_urls(digits: &[u8]) -> Zeroizing<Vec<u8>> {
    let other = |digit: &u8| match digit {
        b'+' => b'-',
        b'/' => b'_',
        digit => *digit,
    };
    Zeroizing::new(digits.iter().map(other).collect())
}

/// Whether it is a digit of either alphabet, or stands at the end.
pub(super) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}
