//! Patterns over names: `*`, `?`, `[]` (requirements D1, D2).
//!
//! What is a pattern and what it means is what `globset` says; the tests hold every reading against it. It is not used
//! itself: the little of it that is needed here is read in a hundred lines. How tokens are matched is in `matching`.
//!
//! Always: letter case does not matter, the whole name has to match, `*` crosses `/`, `?` and a class are one byte.

use std::str::Chars;

use super::matching::Matching;

/// The longest pattern, in characters: as long as the longest name (requirement K5).
pub const MAX_PATTERN: usize = 256;

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternError {
    /// It is empty.
    Empty,
    /// It is longer than [`MAX_PATTERN`] characters.
    TooLong,
    /// It has a blank or a control character, which no name has.
    Blank,
    /// It has a brace.
    Brace,
    /// It has `**` beside a `/`, which stands for folders.
    Folders,
    /// A class has no end.
    UnclosedClass,
    /// A range of a class ends before it starts.
    BackwardRange,
    /// It ends with the character that takes the meaning of the next one.
    DanglingEscape,
}

impl PatternError {
    /// The reason, as part of a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "a pattern needs at least one character",
            Self::TooLong => "a pattern has at most 256 characters",
            Self::Blank => "a model's name has no blanks and no control characters",
            Self::Brace => "braces have no meaning here: write one entry for each alternative",
            Self::Folders => "`**` beside `/` has no meaning here: `*` crosses `/`",
            Self::UnclosedClass => "a `[` has no `]`",
            Self::BackwardRange => "a range in `[]` ends before it starts",
            Self::DanglingEscape => "there is nothing behind the last backslash",
        }
    }
}

/// Which bytes a place takes, one bit a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    const EMPTY: Self = Self([0; 4]);

    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// A byte, and the same letter in the other case.
    fn add(&mut self, byte: u8) {
        for one in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
            self.0[usize::from(one >> 6)] |= 1 << (one & 63);
        }
    }

    fn negated(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

/// A part of a pattern. Letters are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// This byte.
    Byte(u8),
    /// Any byte.
    Any,
    /// One byte of a set.
    Class(ByteSet),
    /// Any number of any bytes. Never twice in a row.
    Star,
}

impl Token {
    /// Whether this takes a byte of a name in lower case. A star is not asked.
    pub(super) fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Byte(own) => *own == byte,
            Self::Any | Self::Star => true,
            Self::Class(set) => set.has(byte),
        }
    }
}

/// A compiled pattern.
///
/// ```
/// use modelyard::catalog::pattern::Pattern;
///
/// let pattern = Pattern::new("Llama-3.?-*-[0-9]B").unwrap();
/// assert!(pattern.matches("llama-3.2-acme/base-3b"));
/// assert!(!pattern.matches("my-llama-3.2-3b"));
/// assert!(Pattern::new("llama-[").is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
    matching: Matching,
    literals: u16,
    wildcards: u16,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is none, or longer than [`MAX_PATTERN`] characters.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let tokens = parse(text)?;
        let count = |wanted: fn(&Token) -> bool| {
            let count = tokens.iter().filter(|token| wanted(token)).count();
            u16::try_from(count).unwrap_or(u16::MAX)
        };
        Ok(Self {
            text: text.to_owned(),
            matching: Matching::new(&tokens),
            // The later bytes of a character are no characters.
            literals: count(|token| matches!(token, Token::Byte(byte) if byte & 0xC0 != 0x80)),
            wildcards: count(|token| !matches!(token, Token::Byte(_))),
            tokens,
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a name matches as a whole, in any letter case.
    pub fn matches(&self, name: &str) -> bool {
        self.matches_lower(name.to_ascii_lowercase().as_bytes())
    }

    /// The same for the bytes of a name that is in lower case. Takes time in proportion to the name.
    pub(super) fn matches_lower(&self, lower: &[u8]) -> bool {
        self.matching.matches(lower)
    }

    /// How specific it is: greater wins (requirement D2).
    pub fn specificity(&self) -> Specificity {
        Specificity {
            literals: self.literals,
            fewer_wildcards: u16::MAX - self.wildcards,
        }
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn matching(&self) -> &Matching {
        &self.matching
    }
}

/// How specific a pattern is: more literal characters win, then fewer wildcards (requirement D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    literals: u16,
    fewer_wildcards: u16,
}

/// Whether a text has what only patterns have; without it, it is a plain name.
pub fn is_pattern(text: &str) -> bool {
    text.bytes()
        .any(|byte| matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\' | b'{' | b'}'))
}

fn parse(text: &str) -> Result<Vec<Token>, PatternError> {
    if text.is_empty() {
        return Err(PatternError::Empty);
    }
    // The length in bytes first: counting the characters of a megabyte is no use.
    if text.len() > MAX_PATTERN * 4 || text.chars().count() > MAX_PATTERN {
        return Err(PatternError::TooLong);
    }
    if text.chars().any(|one| one.is_whitespace() || one.is_control()) {
        return Err(PatternError::Blank);
    }
    if text.contains(['{', '}']) {
        return Err(PatternError::Brace);
    }
    Reading {
        rest: text.chars(),
        before: None,
        tokens: Vec::new(),
        leads: false,
        folders: false,
    }
    .tokens()
}

/// A pattern that is being read.
struct Reading<'a> {
    rest: Chars<'a>,
    /// The character that was read last.
    before: Option<char>,
    tokens: Vec<Token>,
    /// Whether it begins with folders of any depth. With nothing behind them they are a star.
    leads: bool,
    /// Whether it has such folders inside.
    folders: bool,
}

impl Reading<'_> {
    fn next(&mut self) -> Option<char> {
        self.before = self.rest.next();
        self.before
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn tokens(mut self) -> Result<Vec<Token>, PatternError> {
        let mut before = None;
        while let Some(one) = self.next() {
            match one {
                '?' => self.tokens.push(Token::Any),
                '*' => self.star(before),
                '[' => {
                    let class = self.class()?;
                    self.tokens.push(Token::Class(class));
                }
                '\\' => {
                    let meant = self.next().ok_or(PatternError::DanglingEscape)?;
                    self.literal(meant);
                }
                _ => self.literal(one),
            }
            before = self.before;
        }
        if self.leads && self.tokens.is_empty() {
            self.tokens.push(Token::Star);
            self.leads = false;
        }
        if self.leads || self.folders {
            return Err(PatternError::Folders);
        }
        Ok(self.tokens)
    }

    fn literal(&mut self, one: char) {
        let bytes = one.encode_utf8(&mut [0; 4]).bytes().collect::<Vec<u8>>();
        let bytes = bytes.iter().map(u8::to_ascii_lowercase);
        self.tokens.extend(bytes.map(Token::Byte));
    }

    /// A star, or two. Two between slashes, or between one and an end, stand for folders; behind the last slash they are
    /// a star like any other.
    fn star(&mut self, before: Option<char>) {
        if self.peek() == Some('*') {
            self.next();
            let after = self.peek();
            let begins = self.tokens.is_empty();
            if (begins || before == Some('/')) && after.is_none_or(|after| after == '/') {
                self.next();
                if begins {
                    self.leads = true;
                    return;
                }
                self.folders |= after.is_some();
            }
        }
        if self.tokens.last() != Some(&Token::Star) {
            self.tokens.push(Token::Star);
        }
    }

    /// What stands behind the bracket of a class, to the one that closes it.
    fn class(&mut self) -> Result<ByteSet, PatternError> {
        let is_negated = matches!(self.peek(), Some('!' | '^'));
        if is_negated {
            self.next();
        }
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut is_range = false;
        loop {
            let one = self.next().ok_or(PatternError::UnclosedClass)?;
            match (one, ranges.last_mut()) {
                (']', Some(_)) => break,
                (to, Some(last)) if is_range => {
                    if to < last.0 {
                        return Err(PatternError::BackwardRange);
                    }
                    last.1 = to;
                    is_range = false;
                }
                ('-', Some(_)) => is_range = true,
                (one, _) => ranges.push((one, one)),
            }
        }
        if is_range {
            ranges.push(('-', '-'));
        }
        let mut set = ByteSet::EMPTY;
        for (from, to) in ranges {
            let (mut one, mut other) = ([0; 4], [0; 4]);
            let (from, to) = (
                from.encode_utf8(&mut one).as_bytes(),
                to.encode_utf8(&mut other).as_bytes(),
            );
            // A class is of bytes: of longer characters, all of them are in it, and a range is between two that meet.
            for byte in from {
                set.add(*byte);
            }
            if from != to
                && let (Some(last), Some(first)) = (from.last(), to.first())
            {
                (*last..=*first).for_each(|byte| set.add(byte));
                for byte in to {
                    set.add(*byte);
                }
            }
        }
        Ok(if is_negated { set.negated() } else { set })
    }
}
