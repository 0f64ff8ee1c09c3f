//! Patterns over names: `*`, `?`, `[]` (requirements D1, D2).
//!
//! `globset` says what is a pattern and what it means: a pattern is read by its parser, and the expression it writes
//! for it is taken apart into the few tokens there can be. Its own matcher is not used: with the engine for regular
//! expressions it brings, the package would be twice as long. How tokens are matched is in `matching`.
//!
//! Always: letter case does not matter, the whole name has to match, `*` crosses `/`, `?` and a class are one byte.

use globset::{ErrorKind, GlobBuilder};

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
    /// `globset` refuses it for another reason.
    Other,
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
            Self::Other => "it is no pattern of `*`, `?` and `[]`",
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
    let glob = GlobBuilder::new(text)
        .case_insensitive(true)
        .literal_separator(false)
        .backslash_escape(true)
        .build()
        .map_err(|error| match error.kind() {
            ErrorKind::UnclosedClass => PatternError::UnclosedClass,
            ErrorKind::InvalidRange(..) => PatternError::BackwardRange,
            ErrorKind::DanglingEscape => PatternError::DanglingEscape,
            _ => PatternError::Other,
        })?;
    // What `globset` writes for these options: flags, `^`, one piece a token, `$`.
    let body = glob
        .regex()
        .strip_prefix("(?-u)(?i)^")
        .and_then(|rest| rest.strip_suffix('$'))
        .ok_or(PatternError::Other)?;
    Expression(body.as_bytes()).tokens()
}

/// The rest of an expression as `globset` writes it.
struct Expression<'a>(&'a [u8]);

impl Expression<'_> {
    fn tokens(mut self) -> Result<Vec<Token>, PatternError> {
        let mut tokens = Vec::new();
        while let Some(&first) = self.0.first() {
            match first {
                b'(' => return Err(PatternError::Folders),
                b'.' => {
                    self.0 = &self.0[1..];
                    if !self.take(b'*') {
                        tokens.push(Token::Any);
                    } else if tokens.last() != Some(&Token::Star) {
                        tokens.push(Token::Star);
                    }
                }
                b'[' => {
                    self.0 = &self.0[1..];
                    tokens.push(Token::Class(self.class()?));
                }
                _ => tokens.push(Token::Byte(self.byte()?.to_ascii_lowercase())),
            }
        }
        Ok(tokens)
    }

    /// Takes a byte away if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let Some((&first, rest)) = self.0.split_first() else {
            return false;
        };
        if first == byte {
            self.0 = rest;
        }
        first == byte
    }

    /// The rest of a class, to its bracket.
    fn class(&mut self) -> Result<ByteSet, PatternError> {
        let negated = self.take(b'^');
        let mut set = ByteSet::EMPTY;
        while !self.take(b']') {
            let from = self.byte()?;
            let to = if self.take(b'-') { self.byte()? } else { from };
            (from..=to).for_each(|byte| set.add(byte));
        }
        Ok(if negated { set.negated() } else { set })
    }

    /// One byte: itself, `\` and itself, or `\x` and two digits.
    fn byte(&mut self) -> Result<u8, PatternError> {
        let (byte, rest) = match *self.0 {
            [b'\\', b'x', high, low, ref rest @ ..] => (digit(high)? << 4 | digit(low)?, rest),
            [b'\\', byte, ref rest @ ..] => (byte, rest),
            [byte, ref rest @ ..] => (byte, rest),
            [] => return Err(PatternError::Other),
        };
        self.0 = rest;
        Ok(byte)
    }
}

fn digit(byte: u8) -> Result<u8, PatternError> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(PatternError::Other),
    }
}
