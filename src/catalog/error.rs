//! What can be wrong with the entries an app adds.

use super::name::NameError;
use super::pattern::PatternError;
use crate::closest;

/// Something wrong in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogError {
    /// The path of the field, for instance `catalog[2].capabilities.tols`.
    pub field: String,
    /// What stands there, shortened to 200 characters.
    pub value: String,
    /// What is wrong with it.
    pub problem: Problem,
    /// The closest thing that would be right.
    pub closest: Option<String>,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// It is no pattern.
    Pattern(PatternError),
    /// It is no name.
    Name(NameError),
    /// It is no whole number from 1 to 100,000,000.
    Tokens,
    /// It is no number of bytes.
    Bytes,
    /// It is no number of parameters.
    Parameters,
    /// It is no date.
    Date,
    /// There is no such capability.
    Capability,
    /// Another entry has the same name.
    Duplicate,
    /// An alias leads back to itself.
    AliasCycle,
    /// An alias is a pattern, or says more than what it stands for.
    Alias,
    /// There are more entries than [`super::MAX_ENTRIES`].
    TooMany,
}

impl CatalogError {
    pub(super) fn new(field: String, value: &str, problem: Problem) -> Self {
        Self {
            field,
            value: value.chars().take(200).collect(),
            problem,
            closest: None,
        }
    }

    /// The same error with the closest of the right values.
    pub(super) fn closest_of(mut self, value: &str, right: &[&str]) -> Self {
        self.closest = closest::one(value, right).map(str::to_owned);
        self
    }

    /// The reason, as part of a sentence.
    pub fn reason(&self) -> &'static str {
        match self.problem {
            Problem::Pattern(error) => error.reason(),
            Problem::Name(error) => error.reason(),
            Problem::Tokens => "it has to be a whole number of tokens from 1 to 100000000",
            Problem::Bytes => "it has to be a whole number of bytes, 1 or more",
            Problem::Parameters => "it has to be a number of billions above 0 and up to 100000",
            Problem::Date => "it has to be a date such as 2025-09-29 or 2025-09",
            Problem::Capability => "there is no such capability",
            Problem::Duplicate => "another entry has the same name",
            Problem::AliasCycle => "it leads back to itself",
            Problem::Alias => "an alias has a plain name and says nothing but what it stands for",
            Problem::TooMany => "there are at most 2000 entries",
        }
    }
}
