//! Finds a text however it is spelled: as it is, with `%41` for characters, with `\u0041`, `\x41` or backslashes before
//! them, any of these mixed, and texts within texts.

use zeroize::Zeroizing;

use super::record::digit;

/// A part of a secret at the end of a text that was cut is one as well, from so many characters on.
const MIN_CUT_BYTES: usize = 8;
/// How many backslashes may stand before a character, and how often a percent sign may be escaped: four texts within each
/// other. Without a bound a body of nothing else would take the square of its length.
const MAX_SLASHES: usize = 16;
const MAX_PERCENT: usize = 4;
/// What stands where a text was cut.
const CUTS: [&[u8]; 3] = [b"", "…".as_bytes(), b"..."];

/// Where `sought`, which is ASCII and not empty, begins at `at`: the end of it. A text that breaks off within it counts.
pub(super) fn end_at(text: &[u8], at: usize, sought: &[u8]) -> Option<usize> {
    // What most places have to be asked.
    let first = *text.get(at)?;
    if first != sought[0] && first != b'%' && first != b'\\' {
        return None;
    }
    if let (Some(second), Some(found)) = (sought.get(1), text.get(at + 1))
        && first == sought[0]
        && ![*second, b'%', b'\\'].contains(found)
        && first != b'\\'
        && first != b'%'
    {
        return None;
    }
    // All places where the next character can begin; more than two only in texts made for that.
    let (mut places, mut next) = (vec![at], Vec::new());
    let mut cut = None;
    for (count, byte) in sought.iter().enumerate() {
        if count >= MIN_CUT_BYTES {
            let is_cut = |place: &&usize| is_cut(text, **place);
            cut = places.iter().find(is_cut).copied().or(cut);
        }
        next.clear();
        for place in &places {
            step(text, *place, *byte, &mut next);
        }
        next.sort_unstable();
        next.dedup();
        std::mem::swap(&mut places, &mut next);
        if places.is_empty() {
            return cut;
        }
    }
    places.iter().max().copied().or(cut)
}

/// Whether the text breaks off here.
fn is_cut(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    CUTS.contains(&rest)
}

/// The places behind one character that can begin at `at`.
fn step(text: &[u8], at: usize, byte: u8, ends: &mut Vec<usize>) {
    let Some(found) = text.get(at) else { return };
    if *found == byte {
        ends.push(at + 1);
    }
    if *found == b'%' {
        percent(text, at + 1, byte, ends);
    } else if *found == b'\\' {
        let run = text[at..].iter().take(MAX_SLASHES);
        let after = at + run.take_while(|byte| **byte == b'\\').count();
        if byte == b'\\' {
            ends.extend(at + 2..=after);
        }
        let found = text.get(after);
        if found == Some(&byte) {
            ends.push(after + 1);
        }
        let digits = match found {
            Some(b'u' | b'U') => 4,
            Some(b'x') => 2,
            _ => return,
        };
        ends.extend(hex(text, after + 1, digits, byte));
    }
}

/// `41`, or `2541` where that was escaped once more, and so on. A percent sign itself may end in several places.
fn percent(text: &[u8], mut at: usize, byte: u8, ends: &mut Vec<usize>) {
    for _ in 0..MAX_PERCENT {
        ends.extend(hex(text, at, 2, byte));
        let Some(next) = hex(text, at, 2, b'%') else {
            return;
        };
        at = next;
    }
}

/// So many hex digits that stand for `byte`.
fn hex(text: &[u8], at: usize, digits: usize, byte: u8) -> Option<usize> {
    let end = at + digits;
    let mut value = 0_u32;
    for found in text.get(at..end)? {
        value = value << 4 | u32::from(digit(*found)?);
    }
    (value == u32::from(byte)).then_some(end)
}

/// What is sought for one secret.
pub(super) struct Spellings {
    /// The text itself.
    pub(super) plain: Zeroizing<Vec<u8>>,
    /// How it looks within Base64.
    pub(super) base64: Vec<Zeroizing<Vec<u8>>>,
    /// With which bytes one of them can begin: most places in a text have to be asked no more than this.
    begins: [bool; 256],
}

impl Spellings {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut base64 = Vec::new();
        for before in 0..3 {
            let digits = super::base64::within(text, before);
            let for_urls = super::base64::for_urls(&digits);
            if for_urls != digits {
                base64.push(for_urls);
            }
            base64.push(digits);
        }
        let mut begins = [false; 256];
        let firsts = base64.iter().map(|digits| digits.as_slice()).chain([text]);
        for first in firsts.filter_map(<[u8]>::first).chain(b"%\\") {
            begins[usize::from(*first)] = true;
        }
        Self {
            plain: Zeroizing::new(text.to_vec()),
            base64,
            begins,
        }
    }

    /// The span of a spelling that begins at `at`. One in Base64 takes all digits around it along: those at its ends
    /// are partly of the secret.
    pub(super) fn span_at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        if !self.begins[usize::from(text[at])] {
            return None;
        }
        let plain = end_at(text, at, &self.plain).map(|end| (at, end));
        self.base64.iter().fold(plain, |longest, digits| {
            let Some(end) = end_at(text, at, digits) else {
                return longest;
            };
            let is_digit = |byte: &&u8| super::base64::is_digit(**byte);
            let before = text[..at].iter().rev().take_while(is_digit).count();
            let after = text[end..].iter().take_while(is_digit).count();
            let (from, to) = longest.unwrap_or((at, end));
            Some((from.min(at - before), to.max(end + after)))
        })
    }
}
