//! An entry an app adds to the catalog, or puts over what is there (requirement D7), as it is written.

use serde::{Serialize, Serializer};

use super::record::{Capabilities, Capability, Support};
use crate::json::{Read, Value, readable};

/// An entry of an app, as it is written. Numbers are as JSON has them.
///
/// A name with `*`, `?` or `[]` is a pattern; one with `alias_of` is another name for a model and says nothing else.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct AppEntry {
    /// A name or a pattern.
    pub name: String,
    /// The name it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias_of: Option<String>,
    /// The family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The context window the model was made for, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_window: Option<f64>,
    /// The context window it is served with, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served_context_window: Option<f64>,
    /// The longest answer, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<f64>,
    /// What it can do.
    #[serde(skip_serializing_if = "SaidCapabilities::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<SaidCapabilities>"))]
    pub capabilities: SaidCapabilities,
    /// The profiles it suits, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<String>>"))]
    pub profiles: Vec<String>,
    /// Its parameters, in billions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters_billions: Option<f64>,
    /// How its weights are stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantization: Option<String>,
    /// The length of its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<f64>,
    /// The memory a GPU needs to run it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_memory_bytes: Option<f64>,
    /// The day it was published, `YYYY-MM-DD` or `YYYY-MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
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

impl SaidCapabilities {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for SaidCapabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, support)| (name, support)))
    }
}

readable! {
    AppEntry only {
        name: "name",
        alias_of: "aliasOf?",
        family: "family?",
        context_window: "contextWindow?",
        served_context_window: "servedContextWindow?",
        max_output_tokens: "maxOutputTokens?",
        capabilities: "capabilities?",
        profiles: "profiles?",
        parameters_billions: "parametersBillions?",
        quantization: "quantization?",
        size_bytes: "sizeBytes?",
        gpu_memory_bytes: "gpuMemoryBytes?",
        released: "released?",
    }
}

/// What a server says of capabilities, in the same words; a name that is none is refused here.
impl Read for Capabilities {
    fn read(value: Value<'_>) -> Self {
        let mut all = Self::default();
        for (name, support) in value.pairs() {
            match Capability::from_name(name.text()) {
                Some(capability) => all.set(capability, read_support(support)),
                None => name.wrong(&"is no capability"),
            }
        }
        all
    }
}

/// Names that are none are told later, with all else that is wrong with an entry.
impl Read for SaidCapabilities {
    fn read(value: Value<'_>) -> Self {
        let (mut said, mut known) = (Vec::new(), Vec::new());
        for (name, support) in value.pairs() {
            let text = name.text();
            if let Some(capability) = Capability::from_name(text) {
                if known.contains(&capability) {
                    name.wrong(&"is there twice");
                }
                known.push(capability);
            }
            said.push((text.to_owned(), read_support(support)));
        }
        Self(said)
    }
}

fn read_support(value: Value<'_>) -> Support {
    match (value.as_flag(), value.as_text()) {
        (Some(flag), _) => Some(flag).into(),
        (_, Some("yes")) => Support::Yes,
        (_, Some("no")) => Support::No,
        (_, Some("unknown")) => Support::Unknown,
        _ => {
            value.wrong(&r#"invalid value, expected true, false, "yes", "no" or "unknown""#);
            Support::Unknown
        }
    }
}
