//! Reading JSON texts: the one reader of the crate, for what people write, what is stored and what workers say.
//!
//! 1. A text is read as a whole into one list of values: its syntax, its depth, its numbers and strings.
//! 2. A type takes its parts from there ([`Read`]). Reading never stops: the first thing that is wrong is noted, and a
//!    blank stands in its place: 0, no, nothing, the first word.
//! 3. Only if nothing was wrong is the value handed out. So no one ever sees a blank.
//!
//! That a type need not stop is what makes this small: readers that stop at each field (serde's, for one) are a sixth
//! of a wasm file. Here a field costs one call, and where it stands in the text is only asked when it is wrong.
//!
//! Objects are taken for structs and nothing else; a doubled field is refused everywhere, an unknown one where the
//! type says so.

mod fields;
mod plain;
mod scan;
mod tape;
mod value;
mod writing;

use std::fmt;

use self::tape::Tape;

pub use self::fields::Fields;
pub use self::value::Value;
pub use self::writing::to_string;

/// How deep lists and objects are read that are inside each other; what is deeper has no meaning for anyone.
pub const MAX_DEPTH: u8 = 64;

/// Something that can be read. `readable!`, `words!`, `variants!` and `tagged!` write most of these.
pub trait Read {
    /// What a value says. Where it says something else, that is noted and the result means nothing.
    fn read(value: Value<'_>) -> Self;
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It is no JSON; the reason names line and column.
    Syntax(String),
    /// A part of it is not what it should be.
    Part(Part),
}

/// A part of a text that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The path of it, for instance `models[0].files[2].url`; empty for the whole.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
    /// The field that is missing there, if that is it.
    pub missing: Option<&'static str>,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(reason) => f.write_str(reason),
            Self::Part(part) if part.path.is_empty() => f.write_str(&part.reason),
            Self::Part(part) => write!(f, "{}: {}", part.path, part.reason),
        }
    }
}

/// Reads a text.
///
/// # Errors
/// What is wrong with it: the first thing, in the order of the fields of the type.
pub fn from_str<T: Read>(text: &str) -> Result<T, Wrong> {
    let mut value = None;
    read_by(text, &mut |root| value = Some(T::read(root)))?;
    value.ok_or_else(|| Wrong::Syntax(String::new()))
}

/// What is the same for all types.
fn read_by(text: &str, read: &mut dyn FnMut(Value<'_>)) -> Result<(), Wrong> {
    let tape = Tape::of(text)?;
    read(tape.root());
    tape.verdict()
}

/// Reads the fields of an object into a struct or a variant: `object!(value, Self { size: "sizeBytes?" })`.
///
/// Each field has its name in JSON. One with a `?` may be missing; it is then blank. `[only]` refuses fields that are
/// not named; a name after it is of a field that was read before.
macro_rules! object {
    (@only) => { false };
    (@only $some:ident) => { true };
    (
        $value:expr, $([$only:ident $(, $before:literal)?])?
        $($name:ident)::+ { $($field:ident: $json:literal),* $(,)? }
    ) => {{
        const NAMES: &[&str] = &[$($json,)* $($($before,)?)?];
        let mut places = [0; NAMES.len()];
        let mut fields = $value.fields(NAMES, $crate::json::object!(@only $($only)?), &mut places);
        $($name)::+ { $($field: $crate::json::Read::read(fields.take()),)* }
    }};
}

/// Makes structs readable: `readable! { Limit { tokens: "tokens", source: "source?" } }`; `only` refuses other fields.
macro_rules! readable {
    ($($kind:ident $($only:ident)? { $($fields:tt)* })*) => {
        $(impl $crate::json::Read for $kind {
            fn read(value: $crate::json::Value<'_>) -> Self {
                $crate::json::object!(value, $([$only])? Self { $($fields)* })
            }
        })*
    };
}

/// Makes enums readable that are words: `words! { Support { Yes: "yes", No: "no" } }`. With `written` it writes them as
/// well: what serde derives for that calls the serializer anew for each word.
macro_rules! words {
    ($($kind:ident $($written:ident)? { $($variant:ident: $word:literal),* $(,)? })*) => {
        $(impl $crate::json::Read for $kind {
            fn read(value: $crate::json::Value<'_>) -> Self {
                const VARIANTS: &[$kind] = &[$($kind::$variant),*];
                VARIANTS[value.word(&[$($word),*])]
            }
        }

        $crate::json::words!(@$($written)? $kind { $($variant: $word),* });)*
    };
    (@written $kind:ident { $($variant:ident: $word:literal),* }) => {
        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self {
                    $(Self::$variant => $word,)*
                })
            }
        }
    };
    (@ $($rest:tt)*) => {};
}

/// Makes enums readable whose variants are an object with one key, the name of the variant, or a word where there is
/// nothing more to say: `variants! { Wish { "profile" => Profile(..), "any" => Any, "of" => Of { size: "size" } } }`.
macro_rules! variants {
    (@full) => { false };
    (@full $($some:tt)+) => { true };
    ($($kind:ident {
        $($word:literal => $variant:ident $(($($whole:tt)*))? $({ $($fields:tt)* })?),* $(,)?
    })*) => {
        $(impl $crate::json::Read for $kind {
            fn read(value: $crate::json::Value<'_>) -> Self {
                #[derive(Clone, Copy)]
                enum Tag { $($variant),* }
                const TAGS: &[Tag] = &[$(Tag::$variant),*];
                const NAMES: &[(&str, bool)] =
                    &[$(($word, $crate::json::variants!(@full $(($($whole)*))? $({ $($fields)* })?))),*];
                let (index, content) = value.variant(NAMES);
                match TAGS[index] {
                    $(Tag::$variant => $crate::json::variants!(
                        @content content, $variant $(($($whole)*))? $({ $($fields)* })?
                    ),)*
                }
            }
        })*
    };
    (@content $content:ident, $variant:ident) => {{
        let _ = $content;
        Self::$variant
    }};
    (@content $content:ident, $variant:ident (..)) => { Self::$variant($crate::json::Read::read($content)) };
    (@content $content:ident, $variant:ident { $($fields:tt)* }) => {
        $crate::json::object!($content, Self::$variant { $($fields)* })
    };
}

/// Makes enums readable whose variants are objects, and a field of them the name of the variant:
/// `tagged! { Command "type" { "cancel" => Cancel { job_id: "jobId" } } }`. Other fields are refused.
macro_rules! tagged {
    ($kind:ident $tag:literal { $($word:literal => $variant:ident { $($fields:tt)* }),* $(,)? }) => {
        impl $crate::json::Read for $kind {
            fn read(value: $crate::json::Value<'_>) -> Self {
                #[derive(Clone, Copy)]
                enum Tag { $($variant),* }
                const TAGS: &[Tag] = &[$(Tag::$variant),*];
                match TAGS[value.field($tag).word(&[$($word),*])] {
                    $(Tag::$variant => {
                        $crate::json::object!(value, [only, $tag] Self::$variant { $($fields)* })
                    })*
                }
            }
        }
    };
}

pub(crate) use {object, readable, tagged, variants, words};

#[cfg(all(test, not(target_arch = "wasm32")))]
mod oracle;
#[cfg(test)]
mod tests;
