//! An entry an app adds to the catalog, or puts over what is there (requirement D7), as it is written.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::record::Support;

/// An entry of an app, as it is written. Numbers are as JSON has them.
///
/// A name with `*`, `?` or `[]` is a pattern; one with `alias_of` is another name for a model and says nothing else.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppEntry {
    /// A name or a pattern.
    pub name: String,
    /// The name it stands for.
    #[serde(default)]
    pub alias_of: Option<String>,
    /// The family.
    #[serde(default)]
    pub family: Option<String>,
    /// The context window the model was made for, in tokens.
    #[serde(default)]
    pub context_window: Option<f64>,
    /// The context window it is served with, in tokens.
    #[serde(default)]
    pub served_context_window: Option<f64>,
    /// The longest answer, in tokens.
    #[serde(default)]
    pub max_output_tokens: Option<f64>,
    /// What it can do.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<SaidCapabilities>"))]
    pub capabilities: SaidCapabilities,
    /// The profiles it suits, by name.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<String>>"))]
    pub profiles: Vec<String>,
    /// Its parameters, in billions.
    #[serde(default)]
    pub parameters_billions: Option<f64>,
    /// How its weights are stored.
    #[serde(default)]
    pub quantization: Option<String>,
    /// The length of its files.
    #[serde(default)]
    pub size_bytes: Option<f64>,
    /// The memory a GPU needs to run it.
    #[serde(default)]
    pub gpu_memory_bytes: Option<f64>,
    /// The day it was published, `YYYY-MM-DD` or `YYYY-MM`.
    #[serde(default)]
    pub released: Option<String>,
}

/// What an entry says of capabilities, by the names of [`super::record::Capability`]. In JSON an object, with `true` for
/// yes and `false` for no.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[cfg_attr(
    feature = "types",
    ts(
        type = "{ [name in \"tools\" | \"vision\" | \"streaming\" | \"reasoning\" | \"structuredOutput\" | \"embedding\" | \"audio\" | \"fillInMiddle\"]?: boolean | \"yes\" | \"no\" | \"unknown\" }"
    )
)]
pub struct SaidCapabilities(pub Vec<(String, Support)>);

/// The names are checked with all else, so that every wrong one is told.
impl<'de> Deserialize<'de> for SaidCapabilities {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Said;

        impl<'de> Visitor<'de> for Said {
            type Value = SaidCapabilities;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of capabilities")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<SaidCapabilities, A::Error> {
                let mut said = Vec::new();
                while let Some((name, Word(support))) = fields.next_entry()? {
                    said.push((name, support));
                }
                Ok(SaidCapabilities(said))
            }
        }

        reader.deserialize_map(Said)
    }
}

/// A word for what is known of a capability, as people write it.
struct Word(Support);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Words;

        impl Visitor<'_> for Words {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, \"yes\", \"no\" or \"unknown\"")
            }

            fn visit_bool<E>(self, yes: bool) -> Result<Word, E> {
                Ok(Word(if yes { Support::Yes } else { Support::No }))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
                match text {
                    "yes" => Ok(Word(Support::Yes)),
                    "no" => Ok(Word(Support::No)),
                    "unknown" => Ok(Word(Support::Unknown)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }

        reader.deserialize_any(Words)
    }
}
