//! The syntax of JSON (RFC 8259): from a text to its values in one list, and nothing else.
//!
//! It goes over the text once and keeps what is open in a list of its own, so that depth costs no stack. What is too
//! deep is checked like everything, but only its place is kept.

use std::borrow::Cow;

use super::MAX_DEPTH;
use super::tape::Node;

/// A list or an object that is not closed.
struct Open {
    is_object: bool,
    /// Its place among the values; none if it is too deep.
    at: Option<usize>,
}

/// A text that is being read.
struct Scan<'a> {
    text: &'a str,
    /// The next byte.
    at: usize,
    nodes: Vec<Node<'a>>,
    open: Vec<Open>,
}

/// The values of a text; or the place of the first byte that cannot stand there.
pub(super) fn scan(text: &str) -> Result<Vec<Node<'_>>, usize> {
    let mut scan = Scan {
        text,
        at: 0,
        // About one value in so many bytes: most texts are short and then read without growing.
        nodes: Vec::with_capacity(text.len() / 8 + 4),
        open: Vec::new(),
    };
    match scan.whole() {
        Some(()) => Ok(scan.nodes),
        None => Err(scan.at),
    }
}

impl<'a> Scan<'a> {
    fn peek(&self) -> u8 {
        // No byte of JSON outside of a text is 0.
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Takes a byte away, if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte && self.at < self.text.len();
        self.at += usize::from(is_next);
        is_next
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn whole(&mut self) -> Option<()> {
        loop {
            // A value begins here, and with it may end what it was the last of.
            self.blanks();
            if !self.value()? {
                self.blanks();
                if !self.close() {
                    self.name()?;
                    continue;
                }
            }
            loop {
                self.blanks();
                if self.open.is_empty() {
                    return (self.at == self.text.len()).then_some(());
                }
                if self.take(b',') {
                    break;
                }
                if !self.close() {
                    return None;
                }
            }
            self.blanks();
            self.name()?;
        }
    }

    /// Notes a value. Of what is too deep only the first thing is noted.
    fn push(&mut self, node: Node<'a>) -> Option<usize> {
        let depth = self.open.len();
        let place = self.nodes.len();
        if depth < usize::from(MAX_DEPTH) {
            self.nodes.push(node);
            return Some(place);
        }
        if depth == usize::from(MAX_DEPTH) {
            self.nodes.push(Node::Deep);
        }
        None
    }

    /// Reads a value, or the beginning of one that has others inside; says whether it has ended.
    fn value(&mut self) -> Option<bool> {
        let first = self.peek();
        match first {
            b'{' | b'[' => {
                self.at += 1;
                let at = self.push(Node::Null);
                self.open.push(Open {
                    is_object: first == b'{',
                    at,
                });
                return Some(false);
            }
            b'"' => {
                let text = self.quoted()?;
                self.push(Node::Text(text));
            }
            b'-' | b'0'..=b'9' => {
                let number = self.number()?;
                self.push(number);
            }
            _ => {
                let rest = &self.text[self.at..];
                let words = [
                    ("null", Node::Null),
                    ("true", Node::Flag(true)),
                    ("false", Node::Flag(false)),
                ];
                let (word, node) = words.into_iter().find(|(word, _)| rest.starts_with(word))?;
                self.at += word.len();
                self.push(node);
            }
        }
        Some(true)
    }

    /// Closes what was opened last, if its bracket stands here.
    fn close(&mut self) -> bool {
        let end = match self.open.last() {
            Some(open) if open.is_object => b'}',
            _ => b']',
        };
        if !self.take(end) {
            return false;
        }
        if let Some(Open {
            is_object,
            at: Some(at),
        }) = self.open.pop()
        {
            let end = self.nodes.len();
            self.nodes[at] = if is_object {
                Node::Object { end }
            } else {
                Node::List { end }
            };
        }
        true
    }

    /// The name of the next value, where values have names.
    fn name(&mut self) -> Option<()> {
        let Some(open) = self.open.last().filter(|open| open.is_object) else {
            return Some(());
        };
        let is_kept = open.at.is_some();
        let name = self.quoted()?;
        if is_kept {
            self.nodes.push(Node::Text(name));
        }
        self.blanks();
        self.take(b':').then_some(())
    }

    /// A text in quotes.
    fn quoted(&mut self) -> Option<Cow<'a, str>> {
        if !self.take(b'"') {
            return None;
        }
        let mut written = String::new();
        loop {
            let rest = &self.text[self.at..];
            let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
            let length = rest.bytes().position(special)?;
            let plain = &rest[..length];
            self.at += length;
            if self.take(b'"') {
                if written.is_empty() {
                    return Some(Cow::Borrowed(plain));
                }
                written.push_str(plain);
                return Some(Cow::Owned(written));
            }
            written.push_str(plain);
            if !self.take(b'\\') {
                return None;
            }
            let escaped = self.escaped()?;
            written.push(escaped);
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let escaped = match self.peek() {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            sign @ (b'"' | b'\\' | b'/') => char::from(sign),
            b'u' => {
                self.at += 1;
                let first = self.hex()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return char::from_u32(first);
                }
                // Two halves of one character.
                let second = (self.take(b'\\') && self.take(b'u')).then(|| self.hex())??;
                let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
                return char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low);
            }
            _ => return None,
        };
        self.at += 1;
        Some(escaped)
    }

    /// Four digits.
    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code << 4 | char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(code)
    }

    /// Takes digits, at least one, as the last ones of `number`. Those that no number has room for only make it larger:
    /// they are counted.
    fn digits(&mut self, number: &mut u64) -> Option<(i32, i32)> {
        let (mut taken, mut left_out) = (0, 0);
        while let digit @ b'0'..=b'9' = self.peek() {
            self.at += 1;
            let more = number.checked_mul(10);
            let more = more.and_then(|more| more.checked_add(u64::from(digit - b'0')));
            match more.filter(|_| left_out == 0) {
                Some(more) => {
                    *number = more;
                    taken += 1;
                }
                None => left_out += 1,
            }
        }
        (taken + left_out > 0).then_some((taken, left_out))
    }

    fn number(&mut self) -> Option<Node<'a>> {
        let is_negative = self.take(b'-');
        let mut number = 0;
        let mut exponent = 0;
        if !self.take(b'0') {
            exponent = self.digits(&mut number)?.1;
        }
        let mut is_whole = !is_negative && exponent == 0;
        if self.take(b'.') {
            is_whole = false;
            let mut behind = number;
            let (taken, _) = self.digits(&mut behind)?;
            // Where there was no room for a digit before the point, those behind it say nothing any more.
            if exponent == 0 {
                (number, exponent) = (behind, -taken);
            }
        }
        if self.take(b'e') || self.take(b'E') {
            is_whole = false;
            let is_below = self.take(b'-');
            if !is_below {
                self.take(b'+');
            }
            let mut power = 0;
            let (_, left_out) = self.digits(&mut power)?;
            let power = i32::try_from(power).unwrap_or(i32::MAX).min(100_000);
            let power = if left_out > 0 { 100_000 } else { power };
            exponent += if is_below { -power } else { power };
        }
        if is_whole {
            return Some(Node::Whole(number));
        }
        let size = scaled(number, exponent)?;
        Some(Node::Number(if is_negative { -size } else { size }))
    }
}

/// `number` times a power of ten; nothing if that is larger than any number. Exact, as numbers go, for up to 15 digits
/// and 22 places.
#[expect(clippy::cast_precision_loss, reason = "as JSON numbers are read everywhere")]
fn scaled(number: u64, exponent: i32) -> Option<f64> {
    let mut size = number as f64;
    let mut left = exponent.unsigned_abs();
    while left > 0 && size != 0.0 && size.is_finite() {
        let step = left.min(22);
        // Up to there powers of ten are exact.
        let power = (0..step).fold(1.0, |power, _| power * 10.0);
        size = if exponent < 0 { size / power } else { size * power };
        left -= step;
    }
    size.is_finite().then_some(size)
}
