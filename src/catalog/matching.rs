//! How a pattern is matched, in time in proportion to the name.
//!
//! What stands before the first star and behind the last one has its place, and is compared there. Each part between
//! two stars is looked for once, from where the one before it ended; the leftmost place is as good as any other. The
//! search keeps one bit for each place of the part that the last bytes agree with, and moves all of them at once:
//! however often a part almost matches, each byte of the name is looked at once.

use super::pattern::Token;

/// A compiled pattern, without its text.
#[derive(Debug, Clone)]
pub(super) struct Matching {
    prefix: Vec<Token>,
    /// Absent where there is no star.
    open: Option<Open>,
    /// The kinds of characters a name must have, see [`kinds`].
    kinds: u64,
}

/// What follows the first star.
#[derive(Debug, Clone)]
struct Open {
    parts: Vec<Part>,
    suffix: Vec<Token>,
    /// The length of the shortest name.
    shortest: usize,
}

/// A part between two stars.
#[derive(Debug, Clone)]
struct Part {
    length: usize,
    /// For each byte, the column of the table that has its places.
    column: Box<[u8; 256]>,
    /// For each column `words` words; bit `i` says whether token `i` takes the bytes of the column.
    table: Vec<u64>,
    words: usize,
}

impl Matching {
    pub(super) fn new(tokens: &[Token]) -> Self {
        let literal = |token: &Token| match token {
            Token::Byte(byte) => kind(*byte),
            _ => 0,
        };
        let kinds = tokens.iter().map(literal).fold(0, |all, one| all | one);
        let mut parts: Vec<&[Token]> = tokens.split(|token| *token == Token::Star).collect();
        let prefix = parts.remove(0).to_vec();
        let open = parts.pop().map(|suffix| Open {
            shortest: tokens.len() - parts.len() - 1,
            parts: parts.into_iter().map(Part::new).collect(),
            suffix: suffix.to_vec(),
        });
        Self { prefix, open, kinds }
    }

    /// Whether a name in lower case matches as a whole.
    pub(super) fn matches(&self, name: &[u8]) -> bool {
        let Some(open) = &self.open else {
            return name.len() == self.prefix.len() && fit(&self.prefix, name);
        };
        if name.len() < open.shortest || !fit(&self.prefix, name) {
            return false;
        }
        let (rest, end) = name.split_at(name.len() - open.suffix.len());
        if !fit(&open.suffix, end) {
            return false;
        }
        let mut rest = &rest[self.prefix.len()..];
        open.parts.iter().all(|part| match part.end_in(rest) {
            Some(end) => {
                rest = &rest[end..];
                true
            }
            None => false,
        })
    }

    /// The kinds of characters a name needs to match, see [`kinds`].
    pub(super) fn kinds(&self) -> u64 {
        self.kinds
    }

    /// The byte each name that matches starts with, if there is one.
    pub(super) fn first_byte(&self) -> Option<u8> {
        match self.prefix.first() {
            Some(Token::Byte(byte)) => Some(*byte),
            _ => None,
        }
    }
}

/// Whether tokens take the first bytes, one each.
fn fit(tokens: &[Token], bytes: &[u8]) -> bool {
    tokens.iter().zip(bytes).all(|(token, byte)| token.takes(*byte))
}

impl Part {
    fn new(tokens: &[Token]) -> Self {
        let words = tokens.len().div_ceil(64);
        let mut column = Box::new([0; 256]);
        let mut table: Vec<u64> = Vec::new();
        let mut places = vec![0; words];
        for byte in 0..=u8::MAX {
            places.fill(0);
            for (index, token) in tokens.iter().enumerate() {
                places[index / 64] |= u64::from(token.takes(byte)) << (index % 64);
            }
            let known = table.chunks_exact(words).position(|other| *other == places);
            let at = known.unwrap_or_else(|| {
                table.extend_from_slice(&places);
                table.len() / words - 1
            });
            // There are no more columns than bytes.
            column[usize::from(byte)] = u8::try_from(at).unwrap_or(u8::MAX);
        }
        Self {
            length: tokens.len(),
            column,
            table,
            words,
        }
    }

    /// Where the leftmost place of this part ends.
    fn end_in(&self, name: &[u8]) -> Option<usize> {
        let last = self.length - 1;
        if let [_] = *self.row(0) {
            let mut reached = 0_u64;
            let place = name.iter().position(|byte| {
                reached = (reached << 1 | 1) & self.table[usize::from(self.column[usize::from(*byte)])];
                reached >> last & 1 == 1
            });
            return place.map(|last| last + 1);
        }
        let mut reached = vec![0_u64; self.words];
        let place = name.iter().position(|byte| {
            let mut carried = 1;
            for (word, takes) in reached.iter_mut().zip(self.row(*byte)) {
                let carry = *word >> 63;
                *word = (*word << 1 | carried) & takes;
                carried = carry;
            }
            reached[last / 64] >> (last % 64) & 1 == 1
        });
        place.map(|last| last + 1)
    }

    /// The places that take a byte.
    fn row(&self, byte: u8) -> &[u64] {
        let at = usize::from(self.column[usize::from(byte)]) * self.words;
        &self.table[at..at + self.words]
    }
}

/// The kinds of characters in a name: a bit for each letter and digit, the other bytes share the rest. A pattern whose
/// literal characters are not all there cannot match, and is not tried.
pub(super) fn kinds(name: &[u8]) -> u64 {
    name.iter().fold(0, |all, byte| all | kind(*byte))
}

fn kind(byte: u8) -> u64 {
    1 << match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => byte - b'0' + 26,
        _ => 36 + byte % 28,
    }
}
