//! What is searched for: `GET /api/models?search=…&author=…&filter=gguf&sort=downloads&limit=20&expand=…`.

use super::place::{encode, is_cursor};
use super::repository::EXPANDED;
use super::role::Format;
use crate::json::words;
use crate::providers::error::{ProviderError, ProviderErrorKind};

/// The longest text that is searched for, in characters.
const MAX_QUERY: usize = 256;
/// The longest cursor, in bytes.
const MAX_CURSOR: usize = 2_000;
/// How many repositories are asked for at most, and where nobody says how many.
pub const MAX_LIMIT: u32 = 100;
/// How many repositories a page has unless it is told otherwise.
const DEFAULT_LIMIT: u32 = 20;

/// Which repositories come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Those that were fetched most within the last 30 days.
    #[default]
    Downloads,
    /// Those that most people like.
    Likes,
    /// Those that are liked and fetched more than they were.
    Trending,
    /// Those that were changed last.
    Modified,
    /// The newest.
    Created,
}

words! {
    Sort {
        Downloads: "downloads",
        Likes: "likes",
        Trending: "trending",
        Modified: "modified",
        Created: "created",
    }
}

/// What is searched for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words of the name.
    pub query: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// The format there must be files of.
    pub format: Option<Format>,
    /// Which come first.
    pub sort: Sort,
    /// How many, from 1 to [`MAX_LIMIT`].
    pub limit: Option<u32>,
    /// What the page before said of the next one.
    pub after: Option<String>,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Self::Downloads => "downloads",
            Self::Likes => "likes",
            Self::Trending => "trendingScore",
            Self::Modified => "lastModified",
            Self::Created => "createdAt",
        }
    }
}

fn wrong(field: &'static str, reason: &'static str) -> ProviderError {
    ProviderErrorKind::InvalidRequest { field, reason }.into()
}

impl Search {
    /// The path and the query of the question.
    pub(super) fn path(&self) -> Result<String, ProviderError> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(wrong("limit", "must be a whole number from 1 to 100"));
        }
        let mut path = "/api/models?limit=".to_owned();
        path.push_str(&limit.to_string());
        // The hub puts the largest or the newest first, whatever it sorts by.
        path.push_str("&sort=");
        path.push_str(self.sort.word());
        let mut add = |name: &str, text: &Option<String>| -> Result<(), &'static str> {
            let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
                return Ok(());
            };
            if text.chars().count() > MAX_QUERY {
                return Err("is longer than 256 characters");
            }
            if text.chars().any(char::is_control) {
                return Err("contains a control character");
            }
            path.push_str(name);
            encode(&mut path, text, b"");
            Ok(())
        };
        add("&search=", &self.query).map_err(|reason| wrong("query", reason))?;
        add("&author=", &self.author).map_err(|reason| wrong("author", reason))?;
        if let Some(format) = self.format {
            path.push_str("&filter=");
            path.push_str(format.tag());
        }
        push_expanded(&mut path, '&');
        if let Some(after) = &self.after {
            if !is_cursor(after) || after.len() > MAX_CURSOR {
                return Err(wrong(
                    "after",
                    "must be what the page before said of the next one",
                ));
            }
            path.push_str("&cursor=");
            path.push_str(after);
        }
        Ok(path)
    }
}

/// Asks for the parts of an answer that are of use, and for no others. `sign` stands before the first of them.
pub(super) fn push_expanded(path: &mut String, mut sign: char) {
    for part in EXPANDED {
        path.push(sign);
        path.push_str("expand=");
        path.push_str(part);
        sign = '&';
    }
}
