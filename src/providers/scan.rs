//! Looking for the next byte that matters, eight at a time.
//!
//! Nearly all bytes of an answer are text between quotes. Stepping over them one by one was most of the time it took to
//! read one; the optimiser, told to keep the wasm file small, does not do this by itself.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// Sets the high bit of each byte that is less than `limit`; bytes behind the first such one may be wrong.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(limit)) & !word
}

/// The same for bytes that are equal to `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * u64::from(byte)), 1)
}

/// The place of the first line end.
pub(super) fn line_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let hits = equal(u64::from_le_bytes(*word), b'\n') & HIGH;
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    rest.iter()
        .position(|byte| *byte == b'\n')
        .map(|place| at + place)
}

/// The place of the first line feed or carriage return.
pub(super) fn either_line_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let hits = (equal(word, b'\n') | equal(word, b'\r')) & HIGH;
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    rest.iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map(|place| at + place)
}

/// The place of the first byte that cannot simply be text between quotes, and that byte: a quote, a backslash, a control
/// character.
pub(super) fn text_end(bytes: &[u8]) -> Option<(usize, u8)> {
    let mut at = 0;
    let (words, rest) = bytes.as_chunks::<8>();
    for bytes in words {
        let word = u64::from_le_bytes(*bytes);
        let hits = (equal(word, b'"') | equal(word, b'\\') | below(word, b' ')) & HIGH;
        if hits != 0 {
            let place = hits.trailing_zeros() as usize / 8;
            return Some((at + place, (word >> (8 * place)).to_le_bytes()[0]));
        }
        at += 8;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
    let place = rest.iter().position(ends)?;
    Some((at + place, rest[place]))
}

/// Whether the bytes begin so.
pub(super) fn begins_with(bytes: &[u8], beginning: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..beginning.len()) else {
        return false;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let (wanted, wanted_rest) = beginning.as_chunks::<8>();
    let is_same =
        |(word, wanted): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*word) == u64::from_le_bytes(*wanted);
    words.iter().zip(wanted).all(is_same) && rest.iter().eq(wanted_rest)
}

/// Bytes that came one by one, before they are put to the others: so that not each of them is a call.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    bytes: [u8; Self::MAX],
    count: usize,
}

impl Gathered {
    /// So many at most.
    pub(super) const MAX: usize = 32;

    /// Takes one; all go to the others when no more would fit.
    #[expect(
        clippy::inline_always,
        reason = "called for each byte of a stream that comes so"
    )]
    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8, others: &mut Vec<u8>) {
        if let Some(place) = self.bytes.get_mut(self.count) {
            *place = byte;
            self.count += 1;
        }
        if self.count == Self::MAX {
            self.put_to(others);
        }
    }

    /// Puts all to the others.
    pub(super) fn put_to(&mut self, others: &mut Vec<u8>) {
        others.extend_from_slice(self.bytes.get(..self.count).unwrap_or_default());
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator: the same bytes each time, of all values.
    fn bytes(seed: u32, length: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(2_654_435_761).max(1);
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state.to_le_bytes()[1]
            })
            .collect()
    }

    #[test]
    fn the_first_place_is_found_whatever_lies_around_it() {
        let is_end = |byte: u8| byte == b'"' || byte == b'\\' || byte < b' ';
        for seed in 0..20_000 {
            let mut bytes = bytes(seed, (seed % 40) as usize);
            // Most of them without any, so that the place is not always near the beginning.
            for (index, byte) in bytes.iter_mut().enumerate() {
                if is_end(*byte) && index % 7 != 3 {
                    *byte |= 0x80;
                }
            }
            assert_eq!(
                text_end(&bytes),
                bytes
                    .iter()
                    .position(|byte| is_end(*byte))
                    .map(|place| (place, bytes[place])),
                "{bytes:?}"
            );
            assert_eq!(
                line_end(&bytes),
                bytes.iter().position(|byte| *byte == b'\n'),
                "{bytes:?}"
            );
            assert_eq!(
                either_line_end(&bytes),
                bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')),
                "{bytes:?}"
            );
        }
        for length in 0..20 {
            let text = [b'x'; 20];
            assert!(begins_with(&text, &text[..length]), "{length}");
            assert!(!begins_with(&text[..length], &text), "{length}");
            for at in 0..length {
                let mut other = text;
                other[at] = b'y';
                assert!(!begins_with(&other, &text[..length]), "{at} of {length}");
            }
        }
        for byte in 0..=u8::MAX {
            for at in 0..17 {
                let mut text = [b'x'; 17];
                text[at] = byte;
                assert_eq!(
                    text_end(&text),
                    is_end(byte).then_some((at, byte)),
                    "{byte} at {at}"
                );
                assert_eq!(line_end(&text), (byte == b'\n').then_some(at), "{byte} at {at}");
            }
        }
    }
}
