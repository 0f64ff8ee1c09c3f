//! Reading JSON values of servers: what is asked for is taken out, all else is checked and stepped over.
//!
//! This is no second reader for texts people write (that is `crate::json`, which refuses what it does not know). Servers
//! send fields nobody told us of, nulls, and now and then another type than they used to; none of that may cost
//! the rest. So every question here has an answer for a value of the wrong type: unknown. What is no JSON at all is an
//! error all the same, also in the parts nobody asked for. Readers derived by serde would take a type, and two to five
//! kilobytes of code, for each shape of each server; this one is written once, copies nothing it is not asked
//! for, and is faster than the browser's own.

use std::borrow::Cow;

use super::scan;

/// How deep values may be nested.
const MAX_DEPTH: u32 = 64;

/// The text is no JSON, or nested too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoJson;

/// Walks through one value from its beginning to its end.
#[derive(Debug, Clone)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
    /// Right after an opening bracket: no comma comes before the next entry.
    first: bool,
}

/// One value as text, checked to be JSON. What passes through unmodified is kept like this.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawJson(String);

type Result<T> = std::result::Result<T, NoJson>;

impl<'t> Reader<'t> {
    /// At the beginning of a text.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            first: false,
        }
    }

    /// In the middle of a text, where a value begins.
    pub(super) fn new_at(text: &'t str, at: usize) -> Self {
        Self {
            at,
            ..Self::new(text)
        }
    }

    /// Where the next value or sign begins, up to blanks.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// Steps into an object: read its [`Reader::key`]s until there is none. What is no object is stepped over, and
    /// gives `false`.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn object(&mut self) -> Result<bool> {
        self.enter(b'{')
    }

    /// The next key of an object, whose value must be read next; `None` once, at its end.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn key(&mut self) -> Result<Option<Cow<'t, str>>> {
        if !self.entry(b'}')? {
            return Ok(None);
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Steps into an array: read a value after each [`Reader::item`] that is `true`. What is no array is stepped over,
    /// and gives `false`.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn array(&mut self) -> Result<bool> {
        self.enter(b'[')
    }

    /// Whether an object comes next.
    pub fn is_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Whether an array comes next.
    pub fn is_array(&mut self) -> bool {
        self.peek() == Some(b'[')
    }

    /// Whether there is another entry of an array, which must be read next; `false` once, at its end.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn item(&mut self) -> Result<bool> {
        self.entry(b']')
    }

    /// The text a string stands for. Half of a surrogate pair becomes U+FFFD.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn text(&mut self) -> Result<Option<Cow<'t, str>>> {
        if self.peek() == Some(b'"') {
            return self.string().map(Some);
        }
        self.skip()?;
        Ok(None)
    }

    /// The text a string stands for, where it says anything.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn word(&mut self) -> Result<Option<String>> {
        Ok(self.text()?.filter(|text| !text.is_empty()).map(Cow::into_owned))
    }

    /// A whole number from 0 to the largest of 64 bits; all other numbers are unknown.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn count(&mut self) -> Result<Option<u64>> {
        let raw = self.raw()?;
        let (whole, fraction) = raw.split_once('.').unwrap_or((raw, "0"));
        // `4096.0` is how some languages write a whole number.
        let is_whole = fraction.bytes().all(|byte| byte == b'0');
        Ok(whole.parse().ok().filter(|_| is_whole))
    }

    /// A count that fits into 32 bits; zero counts as unknown, as servers mean it.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn tokens(&mut self) -> Result<Option<u32>> {
        Ok(self
            .count()?
            .and_then(|count| u32::try_from(count).ok())
            .filter(|tokens| *tokens > 0))
    }

    /// Yes or no.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn flag(&mut self) -> Result<Option<bool>> {
        Ok(match self.raw()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }

    /// The value as it is written.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn raw(&mut self) -> Result<&'t str> {
        self.blank();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Steps over a value.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn skip(&mut self) -> Result<()> {
        match self.peek().ok_or(NoJson)? {
            b'"' => self.span().map(drop),
            b'{' => {
                self.object()?;
                while self.entry(b'}')? {
                    self.span()?;
                    self.expect(b':')?;
                    self.skip()?;
                }
                Ok(())
            }
            b'[' => {
                self.array()?;
                while self.item()? {
                    self.skip()?;
                }
                Ok(())
            }
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    /// That nothing but blanks is left.
    ///
    /// # Errors
    /// [`NoJson`].
    pub fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(NoJson),
        }
    }

    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes().get(self.at) {
            self.at += 1;
        }
    }

    /// The byte the next value or sign begins with. Servers write no blanks between them.
    #[expect(
        clippy::inline_always,
        reason = "a fifth of all time, where the optimiser cares for size only"
    )]
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        match self.bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => {
                self.blank();
                self.bytes().get(self.at).copied()
            }
        }
    }

    fn expect(&mut self, sign: u8) -> Result<()> {
        if self.peek() != Some(sign) {
            return Err(NoJson);
        }
        self.at += 1;
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<()> {
        if !self.text[self.at..].starts_with(word) {
            return Err(NoJson);
        }
        self.at += word.len();
        Ok(())
    }

    fn enter(&mut self, opening: u8) -> Result<bool> {
        if self.peek() != Some(opening) {
            self.skip()?;
            return Ok(false);
        }
        if self.depth == MAX_DEPTH {
            return Err(NoJson);
        }
        self.depth += 1;
        self.at += 1;
        self.first = true;
        Ok(true)
    }

    /// Whether another entry comes before the closing bracket. That one is stepped over.
    fn entry(&mut self, closing: u8) -> Result<bool> {
        let next = self.peek().ok_or(NoJson)?;
        if next == closing {
            self.first = false;
            self.at += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if std::mem::take(&mut self.first) {
            return Ok(true);
        }
        if next != b',' {
            return Err(NoJson);
        }
        self.at += 1;
        Ok(true)
    }

    fn digits(&mut self) -> Result<()> {
        let rest = &self.bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(NoJson) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<()> {
        let bytes = self.bytes();
        if bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// Steps over a string and says whether anything in it is escaped.
    fn span(&mut self) -> Result<bool> {
        self.expect(b'"')?;
        let mut escaped = false;
        loop {
            let rest = self.bytes().get(self.at..).unwrap_or_default();
            let (plain, end) = scan::text_end(rest).ok_or(NoJson)?;
            self.at += plain;
            match end {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(NoJson),
            }
        }
        self.at += 1;
        Ok(escaped)
    }

    fn escape(&mut self) -> Result<()> {
        let rest = &self.bytes()[self.at..];
        self.at += match rest.get(1).ok_or(NoJson)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
            b'u' if rest
                .get(2..6)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) =>
            {
                6
            }
            _ => return Err(NoJson),
        };
        Ok(())
    }

    fn string(&mut self) -> Result<Cow<'t, str>> {
        self.blank();
        let start = self.at + 1;
        let escaped = self.span()?;
        let text = &self.text[start..self.at - 1];
        Ok(if escaped {
            Cow::Owned(unescaped(text))
        } else {
            Cow::Borrowed(text)
        })
    }
}

/// A text without its escapes, all of which are known to be good.
fn unescaped(mut text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    while let Some(at) = text.find('\\') {
        plain.push_str(&text[..at]);
        let escape = text.as_bytes().get(at + 1).copied().unwrap_or_default();
        let mut after = at + 2;
        plain.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (c, length) = code_point(&text[at..]);
                after = at + length;
                c
            }
            other => char::from(other),
        });
        text = &text[after..];
    }
    plain.push_str(text);
    plain
}

/// What `\uXXXX` at the beginning of a text stands for, together with the other half of a pair, and how long that is.
fn code_point(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        text.get(at..at + 4)
            .and_then(|hex| u16::from_str_radix(hex, 16).ok())
    };
    let first = unit(2).unwrap_or_default();
    let second = text.get(6..8).filter(|sign| *sign == "\\u").and_then(|_| unit(8));
    let units = [first, second.unwrap_or_default()];
    match char::decode_utf16(units).next() {
        Some(Ok(c)) => (c, 6 * c.len_utf16()),
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

impl Default for RawJson {
    /// An object without entries.
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl RawJson {
    /// Checks a text and keeps it as it is; `None` where it is no JSON.
    pub fn new(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text);
        reader.skip().and_then(|()| reader.end()).ok()?;
        Some(Self(text.trim().to_owned()))
    }

    /// Checks the text of an object and keeps it as it is; `None` where it is anything else.
    pub fn object(text: &str) -> Option<Self> {
        Self::new(text).filter(|raw| raw.0.starts_with('{'))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands between the brackets of an object; empty for everything else.
    pub fn entries(&self) -> &str {
        self.0
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .map_or("", str::trim)
    }

    /// Whether it is an object with such a key.
    pub fn has_key(&self, wanted: &str) -> bool {
        let mut reader = Reader::new(&self.0);
        if reader.object() != Ok(true) {
            return false;
        }
        while let Ok(Some(key)) = reader.key() {
            if key == wanted {
                return true;
            }
            if reader.skip().is_err() {
                return false;
            }
        }
        false
    }
}
