//! What is wrong with a configuration.

use std::fmt;

use super::layer::Layer;
use super::names::{HostFault, NameFault};

/// One thing that is wrong, or, as a warning, one that has no effect. Holds no secret (requirements K4, E3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The layer it stands in.
    pub layer: Layer,
    /// Where it stands there: a path such as `models["llama3.2:3b"].topP`, the name of a variable or of a parameter.
    /// Empty where it is the whole text.
    pub path: String,
    /// What is wrong.
    pub reason: Reason,
    /// What stands there, shortened to 200 characters; objects and lists as `{…}` and `[…]`, what could be a secret
    /// as `…`.
    pub value: String,
    /// What it has to be, as the end of a sentence.
    pub expected: Option<String>,
    /// A good value, as JSON.
    pub example: Option<&'static str>,
    /// The right name that looks most like the wrong one.
    pub closest: Option<String>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The text is longer than 1 MiB.
    TooLong,
    /// Lists and objects are inside each other more than 64 times.
    TooDeep {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// The text is no JSON.
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
        /// What the reader says; nothing of the text is in it.
        what: String,
    },
    /// A text holds half a character, or is not encoded as it should be.
    NotText,
    /// It is of another type.
    WrongType,
    /// It is written as a text, and that is no number.
    NotANumber,
    /// It is a number with a fraction.
    NotWhole,
    /// It is beyond the bounds.
    OutOfBounds,
    /// It is no name.
    Name(NameFault),
    /// It is no address of a server.
    Host(HostFault),
    /// It is none of the words there are.
    NoChoice,
    /// It is no date.
    NotADate,
    /// It is the name of no profile.
    NoProfile,
    /// It is the name of no provider.
    NoProvider,
    /// It is needed and not there.
    Missing,
    /// A chain of fallbacks leads back to itself.
    Loop,
    /// It looks like a key for access, which no configuration may hold.
    Secret,
    /// It is what each request says itself.
    Reserved,
    /// The name is there twice.
    Twice,
    /// There are more than so many.
    TooMany(usize),
    /// There is no such key. Only ever a warning.
    UnknownKey,
    /// The page's address may not say this. Only ever a warning.
    NotFromPage,
}

impl ConfigError {
    pub(super) fn new(layer: Layer, path: impl Into<String>, reason: Reason) -> Self {
        Self {
            layer,
            path: path.into(),
            reason,
            value: String::new(),
            expected: None,
            example: None,
            closest: None,
        }
    }
}

impl Reason {
    /// The reason as the end of a sentence that begins with the field.
    pub fn words(&self) -> &str {
        match self {
            Self::TooLong => "is longer than 1 MiB",
            Self::TooDeep { .. } => "has more than 64 lists and objects inside each other",
            Self::NotJson { what, .. } => what,
            Self::NotText => "holds half a character",
            Self::WrongType => "is of another type",
            Self::NotANumber => "is not a number",
            Self::NotWhole => "is not a whole number",
            Self::OutOfBounds => "is out of bounds",
            Self::Name(fault) => fault.words(),
            Self::Host(fault) => fault.words(),
            Self::NoChoice => "is none of the words there are",
            Self::NotADate => "is not a date",
            Self::NoProfile => "is the name of no profile",
            Self::NoProvider => "is the name of no provider",
            Self::Missing => "is missing",
            Self::Loop => "leads back to the profile itself",
            Self::Secret => "looks like a key, and keys do not belong in a configuration",
            Self::Reserved => "is what every request says itself",
            Self::Twice => "is there twice",
            Self::TooMany(_) => "has too many entries",
            Self::UnknownKey => "is unknown and has no effect",
            Self::NotFromPage => "has no effect in the address of a page",
        }
    }
}

/// One sentence, for people.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the configuration"
        } else {
            &self.path
        };
        write!(f, "{path} ({})", self.layer.name())?;
        if let Reason::NotJson { .. } = self.reason {
            f.write_str(" is no JSON:")?;
        }
        write!(f, " {}", self.reason.words())?;
        match self.reason {
            Reason::NotJson { line, column, .. } | Reason::TooDeep { line, column } => {
                write!(f, " at line {line} column {column}")?;
            }
            Reason::TooMany(most) => write!(f, ", more than {most}")?,
            _ => {}
        }
        if !self.value.is_empty() {
            write!(f, ": {}", self.value)?;
        }
        if let Some(expected) = &self.expected {
            write!(f, "; it has to be {expected}")?;
        }
        if let Some(example) = self.example {
            write!(f, ", for instance {example}")?;
        }
        if let Some(closest) = &self.closest {
            write!(f, "; did you mean {closest}?")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
