//! Names and numbers that identify things. A text id is checked once, here; a number is only made by the core.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::table::Text;
use crate::invisible::is_invisible;
use crate::json::{Read, Value, readable};

/// Milliseconds since the Unix epoch. The core never reads a clock: whoever calls it says what time it is.
pub type Timestamp = u64;

/// The longest text id, in characters (requirement K5).
pub const MAX_ID_CHARS: usize = 256;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidId {
    /// No characters at all.
    Empty,
    /// More than [`MAX_ID_CHARS`] characters.
    TooLong,
    /// A blank, a control character or an invisible formatting character, which people cannot tell apart on sight.
    ForbiddenCharacter,
    /// Contains `..`, which has no use in a name and much in an attack.
    DotDot,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::TooLong => "is longer than 256 characters",
            Self::ForbiddenCharacter => "contains a blank, control or invisible character",
            Self::DotDot => "contains `..`",
        })
    }
}

fn check(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty);
    }
    if text.len() > MAX_ID_CHARS && text.chars().count() > MAX_ID_CHARS {
        return Err(InvalidId::TooLong);
    }
    let forbidden = |c: char| c.is_whitespace() || is_invisible(c);
    // Most ids are of plain letters and signs: a look at each byte is enough then.
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) && text.chars().any(forbidden) {
        return Err(InvalidId::ForbiddenCharacter);
    }
    if text.contains("..") {
        return Err(InvalidId::DotDot);
    }
    Ok(())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text as an id.
            ///
            /// # Errors
            /// [`InvalidId`] says which rule of K5 the text breaks.
            pub fn new(text: &str) -> Result<Self, InvalidId> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The text of this id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Text for $name {
            fn text(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl Read for $name {
            fn read(value: Value<'_>) -> Self {
                Self::new(value.text()).unwrap_or_else(|reason| {
                    value.wrong(&reason);
                    Self(Arc::default())
                })
            }
        }
    };
}

text_id! {
    /// Names a model, for instance `smollm2-135m-q8`.
    ModelId
}
text_id! {
    /// Names a conversation of the app.
    ConversationId
}
text_id! {
    /// Names an in-page engine, for instance `wllama`.
    EngineId
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub(crate) u64);

        impl $name {
            /// The number itself, for a boundary that carries plain numbers.
            pub fn get(self) -> u64 {
                self.0
            }

            /// The id a boundary carried as a plain number; whether it is known is for the core to say.
            pub fn from_number(number: u64) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Read for $name {
            fn read(value: Value<'_>) -> Self {
                Self(Read::read(value))
            }
        }
    };
}

number_id! {
    /// One entry of the download queue.
    JobId
}
number_id! {
    /// One load of a model into an engine.
    LoadId
}
number_id! {
    /// One answer being generated for a conversation.
    AnswerId
}

/// Says which attempt of which job a piece of work belongs to. Only the queue makes one; what comes back with an
/// old epoch is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Ticket {
    /// The job.
    pub job: JobId,
    /// Grows each time the job is started again, stopped or settled.
    pub epoch: u64,
}

readable! { Ticket { job: "job", epoch: "epoch" } }
