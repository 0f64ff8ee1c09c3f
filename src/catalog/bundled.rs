//! The data that comes with the package: read once, kept as text, decoded one line at a lookup.
//!
//! The text is made for reading it in a diff. A head names its form, its version and the packages it was made from,
//! each with a letter. Then come three parts, in this order: patterns as they are declared, aliases, and names; the last
//! two are sorted by their bytes, and `[end]` says that nothing is cut off. An alias is two names. Any other line is a
//! name or pattern and, behind signs of their own and in any order, what is known:
//!
//! | part | meaning |
//! |---|---|
//! | `128k/16K` | context window and longest answer; `k` and `m` are 10^3 and 10^6, `K` and `M` 2^10 and 2^20; `?` is unknown |
//! | `TVj` | capabilities: a capital is yes, a small letter no, a letter that is missing unknown |
//! | `~4K` | the context window it is served with in a page |
//! | `%880` | the memory of the GPU it needs, in MiB |
//! | `#1236` | its parameters, in millions |
//! | `=llama` | its family, where the name does not tell |
//! | `@gc` | the profiles it suits, where they are not those of its family |
//! | `!2024-08-06` | the day it was published |
//! | `<64K-128K*9` | the lowest and the highest context window listed, of so many listings |
//! | `.lp` | the packages it is from, where they are not the `usual` ones |
//!
//! Reading checks every line, so a damaged text is refused as a whole, and decoding a line later cannot fail.

mod line;
mod reader;

use std::borrow::Cow;
use std::fmt;

use super::bundle::Bundle;
use super::index::{Index, hash};
use super::record::{Facts, Origin};
use line::Line;
use reader::Reader;

/// The data of this version of the package, for Rust. For browsers it is a file of its own and is not linked.
#[cfg(not(target_arch = "wasm32"))]
pub const BUNDLED: &str = include_str!("bundled/catalog.txt");

/// The letter of what is written by hand, as all patterns are.
const RULES: &str = "r";

/// Why a text is not bundled data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundledError {
    /// The line, counted from 1; the one after the last where something is missing at the end.
    pub line: usize,
    /// What is wrong with it.
    pub reason: BundledReason,
}

/// What is wrong with a line of bundled data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundledReason {
    /// The text does not begin as bundled data does.
    NotBundled,
    /// It is of a form this version does not know.
    UnknownForm,
    /// A line of the head has no meaning.
    Head,
    /// A part is missing.
    Missing,
    /// A line stands before one it belongs after, or twice.
    Order,
    /// A name has a capital or a blank, or is empty.
    Name,
    /// A limit or another number is none.
    Number,
    /// A part of a line has no meaning.
    Sign,
    /// The last line is cut off, something follows the end, or the text is too long.
    Length,
}

impl BundledReason {
    /// The reason, as part of a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotBundled => "the text is not the data of a catalog",
            Self::UnknownForm => "the data is of a form this version does not know",
            Self::Head => "a line of the head has no meaning",
            Self::Missing => "a part is missing",
            Self::Order => "a line stands before one it belongs after, or twice",
            Self::Name => "a name has a capital or a blank, or is empty",
            Self::Number => "a number is none",
            Self::Sign => "a part of a line has no meaning",
            Self::Length => "the text is cut off or too long",
        }
    }
}

/// A package the data was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    letter: u8,
    name: String,
    date: String,
}

/// Bundled data. See the module for its form.
pub struct Bundled {
    text: Box<str>,
    version: String,
    sources: Vec<Source>,
    usual: String,
    /// Where lines begin and end.
    patterns: Vec<Span>,
    aliases: Vec<Span>,
    names: Vec<Span>,
    alias_index: Index,
    name_index: Index,
}

/// Where a line begins and ends, and where its name ends.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: u32,
    name: u32,
    to: u32,
}

impl Bundled {
    /// Reads the text of bundled data, in one pass over it.
    ///
    /// ```
    /// use modelyard::catalog::bundle::Bundle;
    /// use modelyard::catalog::bundled::{BUNDLED, Bundled};
    ///
    /// let bundled = Bundled::read(BUNDLED).expect("the package's own data is whole");
    /// let (facts, origin) = bundled.exact("gpt-4o").expect("everybody knows it");
    /// assert_eq!(facts.context, Some(128_000));
    /// assert!(origin.context_spread.is_some(), "not all who serve it agree");
    /// ```
    ///
    /// # Errors
    /// When the text is not whole, or of another form; the error says which line and why.
    pub fn read(text: &str) -> Result<Self, BundledError> {
        if u32::try_from(text.len()).is_err() {
            return Err(BundledError {
                line: 1,
                reason: BundledReason::Length,
            });
        }
        let mut reader = Reader::new(text);
        reader.run().map_err(|reason| BundledError {
            line: reader.number,
            reason,
        })?;
        let mut read = reader.read;
        let index = |spans: &[Span]| {
            let mut index = Index::with_room(spans.len());
            for (place, span) in spans.iter().enumerate() {
                index.add(hash(read.name(*span)), place);
            }
            index
        };
        (read.alias_index, read.name_index) = (index(&read.aliases), index(&read.names));
        Ok(read)
    }

    /// The packages the data was made from, each with its version.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    /// How many names it knows.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    // A span was taken from this very text, so it is inside.
    fn line(&self, span: Span) -> Line<'_> {
        let rest = self.text.get(span.name as usize + 1..span.to as usize);
        Line {
            name: self.name(span),
            rest: rest.unwrap_or_default(),
        }
    }

    fn name(&self, span: Span) -> &str {
        self.text
            .get(span.from as usize..span.name as usize)
            .unwrap_or_default()
    }

    /// Where a name stands among these.
    fn place(&self, index: &Index, spans: &[Span], name: &str) -> Option<usize> {
        let is = |place: usize| spans.get(place).is_some_and(|span| self.name(*span) == name);
        index.find(hash(name), &is)
    }

    fn decode(&self, line: &Line<'_>, usual: &str) -> Option<(Facts, Origin)> {
        let decoded = line.decode().ok()?;
        let letters = if decoded.sources.is_empty() {
            usual
        } else {
            decoded.sources
        };
        let named = self
            .sources
            .iter()
            .filter(|source| letters.as_bytes().contains(&source.letter));
        let origin = Origin {
            date: named
                .clone()
                .map(|source| &source.date)
                .max()
                .map(|date| Cow::Owned(date.clone())),
            sources: named.map(|source| Cow::Owned(source.name.clone())).collect(),
            context_spread: decoded.spread,
        };
        Some((decoded.facts, origin))
    }
}

impl fmt::Debug for Bundled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundled")
            .field("version", &self.version)
            .field("names", &self.names.len())
            .finish_non_exhaustive()
    }
}

impl Bundle for Bundled {
    fn exact(&self, lower: &str) -> Option<(Facts, Origin)> {
        let place = self.place(&self.name_index, &self.names, lower)?;
        self.decode(&self.line(self.names[place]), &self.usual)
    }

    fn number(&self, lower: &str) -> Option<u32> {
        let place = self.place(&self.name_index, &self.names, lower)?;
        u32::try_from(place).ok()
    }

    fn alias(&self, lower: &str) -> Option<&str> {
        let place = self.place(&self.alias_index, &self.aliases, lower)?;
        Some(self.line(self.aliases[place]).rest)
    }

    fn patterns(&self) -> Vec<(String, Facts, Origin)> {
        let lines = self.patterns.iter().map(|span| self.line(*span));
        let decoded = lines.filter_map(|line| {
            let (facts, origin) = self.decode(&line, RULES)?;
            Some((line.name.to_owned(), facts, origin))
        });
        decoded.collect()
    }

    fn names(&self) -> Vec<String> {
        self.names
            .iter()
            .map(|span| self.name(*span).to_owned())
            .collect()
    }

    fn aliases(&self) -> Vec<(String, String)> {
        let lines = self.aliases.iter().map(|span| self.line(*span));
        lines
            .map(|line| (line.name.to_owned(), line.rest.to_owned()))
            .collect()
    }

    fn version(&self) -> &str {
        &self.version
    }
}
