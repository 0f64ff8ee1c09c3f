//! What is said of one key: what it holds, within which bounds, what holds without it, and how it is written.

use crate::catalog::record::Capability;

/// One key of a configuration. Reading, errors, the closest key and the published schema all come from here.
#[derive(Debug, PartialEq)]
pub struct Key {
    /// Its name within the section around it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What holds where no layer says anything, as JSON.
    pub default: Option<&'static str>,
    /// A good value, as JSON.
    pub example: &'static str,
    /// What it means. Empty in wasm: there the published schema says it.
    pub doc: &'static str,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A finite number.
    Number(Bounds),
    /// A number without a fraction. `4096.0` and `4e3` are such numbers.
    Integer(Bounds),
    /// A text.
    Text(Word),
    /// A list of texts, with at most so many entries.
    Texts(Word, usize),
    /// An object that is handed on byte for byte.
    Json,
    /// An object with these keys.
    Section(&'static [Key]),
    /// An object with names of people's choice, at most so many, each with a section.
    Map(Word, usize, &'static [Key]),
    /// An object with names of people's choice, at most so many, each with one value.
    MapOf(Word, usize, &'static Key),
}

/// The bounds of a number (requirement K3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// It is greater than this.
    pub above: Option<i64>,
    /// It is this or greater.
    pub from: Option<i64>,
    /// It is this or less.
    pub to: Option<i64>,
}

/// What a text has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The name of a model (requirement K5).
    Model,
    /// The name of a model, or a pattern of names.
    Pattern,
    /// The name of a provider.
    Provider,
    /// The name of a profile.
    Profile,
    /// Where a server is.
    Host,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A day or a month.
    Date,
    /// One line of at most so many characters.
    Line(usize),
    /// Any characters, at most so many.
    Any(usize),
}

/// The names of all capabilities.
pub(super) const CAPABILITIES: [&str; 8] = [
    "tools",
    "vision",
    "streaming",
    "reasoning",
    "structuredOutput",
    "embedding",
    "audio",
    "fillInMiddle",
];

const _: () = assert!(CAPABILITIES.len() == Capability::ALL.len());

impl Key {
    /// A key that nothing is said of below the layers of people.
    pub(super) const fn new(
        name: &'static str,
        kind: Kind,
        example: &'static str,
        doc: &'static str,
    ) -> Self {
        let doc = if cfg!(target_arch = "wasm32") { "" } else { doc };
        let default = None;
        Self {
            name,
            kind,
            default,
            example,
            doc,
        }
    }

    /// The same key with a default, which is its example too.
    pub(super) const fn or(self, default: &'static str) -> Self {
        let default = Some(default);
        Self { default, ..self }
    }

    /// A section, whose keys have examples of their own.
    pub(super) const fn section(name: &'static str, keys: &'static [Self], doc: &'static str) -> Self {
        Self::new(name, Kind::Section(keys), "{}", doc)
    }
}

impl Bounds {
    /// From one number to another, both included.
    pub(super) const fn between(from: i64, to: i64) -> Self {
        Self {
            above: None,
            from: Some(from),
            to: Some(to),
        }
    }

    /// Greater than zero.
    pub(super) const POSITIVE: Self = Self {
        above: Some(0),
        from: None,
        to: None,
    };

    /// Whether a number lies within.
    // Every bound is far below 2^53 or just there: as a number it is the same.
    #[expect(clippy::cast_precision_loss)]
    pub(super) fn hold(self, number: f64) -> bool {
        self.above.is_none_or(|bound| number > bound as f64)
            && self.from.is_none_or(|bound| number >= bound as f64)
            && self.to.is_none_or(|bound| number <= bound as f64)
    }

    /// The bounds in words: ` from 0 to 2`.
    fn words(self) -> String {
        let mut words = String::new();
        for (word, bound) in [(" above ", self.above), (" from ", self.from), (" to ", self.to)] {
            if let Some(bound) = bound {
                words.push_str(word);
                words.push_str(&bound.to_string());
            }
        }
        words
    }
}

impl Kind {
    /// What is expected, as the end of the sentence "it has to be …".
    pub fn expected(self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::Number(bounds) => ["a number", &bounds.words()].concat(),
            Self::Integer(bounds) => ["a whole number", &bounds.words()].concat(),
            Self::Text(word) => word.expected(),
            Self::Texts(word, most) => [
                "a list of at most ",
                &most.to_string(),
                " texts, each ",
                &word.expected(),
            ]
            .concat(),
            Self::Json | Self::Section(_) => "an object".to_owned(),
            Self::Map(..) | Self::MapOf(..) => "an object by names".to_owned(),
        }
    }
}

impl Word {
    /// The most characters it can have.
    pub fn most(self) -> usize {
        match self {
            Self::Model | Self::Pattern => 256,
            Self::Provider | Self::Profile => 64,
            Self::Host => 2_048,
            Self::OneOf(words) => words.iter().map(|word| word.len()).max().unwrap_or_default(),
            Self::Date => 10,
            Self::Line(most) | Self::Any(most) => most,
        }
    }

    /// What is expected, as the end of the sentence "it has to be …".
    pub fn expected(self) -> String {
        let what = match self {
            Self::Model => "the name of a model: 1 to 256 characters without blanks and `..`",
            Self::Pattern => "a name or pattern of 1 to 256 characters without blanks",
            Self::Provider => {
                "the name of a provider: 1 to 64 letters, digits, `.`, `_` and `-`, the first a letter or digit"
            }
            Self::Profile => "the name of a profile: 1 to 64 characters",
            Self::Host => "the address of a server, with http or https and without user, query and fragment",
            Self::Date => "a date such as 2025-09-29 or 2025-09",
            Self::OneOf(words) => {
                let mut all = "one of".to_owned();
                for (at, word) in words.iter().enumerate() {
                    all.push_str(if at == 0 { " " } else { ", " });
                    all.push_str(word);
                }
                return all;
            }
            Self::Line(most) => return ["one line of at most ", &most.to_string(), " characters"].concat(),
            Self::Any(most) => return ["a text of at most ", &most.to_string(), " characters"].concat(),
        };
        what.to_owned()
    }
}
