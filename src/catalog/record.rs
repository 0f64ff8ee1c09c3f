//! The words of the catalog: what can be known of a model, and who says so. Unknown is a value of its own everywhere:
//! it is never turned into a no, a yes or a number (requirements D4, D5).

use std::borrow::Cow;

use serde::Serialize;

use super::family::Family;
use crate::json::words;

/// Whether a model can do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// Nobody says.
    #[default]
    Unknown,
}

/// Something a model may be able to do (requirement D5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "camelCase"))]
pub enum Capability {
    /// Calls functions.
    Tools,
    /// Reads images.
    Vision,
    /// Gives its answer piece by piece.
    Streaming,
    /// Thinks before it answers.
    Reasoning,
    /// Answers in a given JSON schema.
    StructuredOutput,
    /// Turns text into vectors.
    Embedding,
    /// Reads or writes sound.
    Audio,
    /// Completes the middle of a text.
    FillInMiddle,
}

/// What is known of all capabilities of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// [`Capability::Tools`].
    pub tools: Support,
    /// [`Capability::Vision`].
    pub vision: Support,
    /// [`Capability::Streaming`].
    pub streaming: Support,
    /// [`Capability::Reasoning`].
    pub reasoning: Support,
    /// [`Capability::StructuredOutput`].
    pub structured_output: Support,
    /// [`Capability::Embedding`].
    pub embedding: Support,
    /// [`Capability::Audio`].
    pub audio: Support,
    /// [`Capability::FillInMiddle`].
    pub fill_in_middle: Support,
}

/// Who says something of a model, the most trusted first: what the app says beats what a provider serves, which beats
/// what it advertises, which beats what was bundled, which beats the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "LimitSource"))]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The app, in its configuration.
    User,
    /// The provider, of what it really serves now.
    Served,
    /// The provider, of the model in general.
    Advertised,
    /// The data that comes with the package, or a name that says it itself.
    Bundled,
    /// Nobody: requirement D4 names a number to go on with.
    Default,
}

/// A number of tokens, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// How many.
    pub tokens: u32,
    /// Who says so; `default` means that it is not known.
    pub source: Source,
}

words! {
    Capability written {
        Tools: "tools",
        Vision: "vision",
        Streaming: "streaming",
        Reasoning: "reasoning",
        StructuredOutput: "structuredOutput",
        Embedding: "embedding",
        Audio: "audio",
        FillInMiddle: "fillInMiddle",
    }
}

impl From<Option<bool>> for Support {
    fn from(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Tools,
        Self::Vision,
        Self::Streaming,
        Self::Reasoning,
        Self::StructuredOutput,
        Self::Embedding,
        Self::Audio,
        Self::FillInMiddle,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Vision => "vision",
            Self::Streaming => "streaming",
            Self::Reasoning => "reasoning",
            Self::StructuredOutput => "structuredOutput",
            Self::Embedding => "embedding",
            Self::Audio => "audio",
            Self::FillInMiddle => "fillInMiddle",
        }
    }

    /// The capability of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl Capabilities {
    /// What is known of one.
    pub fn get(&self, capability: Capability) -> Support {
        match capability {
            Capability::Tools => self.tools,
            Capability::Vision => self.vision,
            Capability::Streaming => self.streaming,
            Capability::Reasoning => self.reasoning,
            Capability::StructuredOutput => self.structured_output,
            Capability::Embedding => self.embedding,
            Capability::Audio => self.audio,
            Capability::FillInMiddle => self.fill_in_middle,
        }
    }

    /// Says something of one.
    pub fn set(&mut self, capability: Capability, support: Support) {
        let place = match capability {
            Capability::Tools => &mut self.tools,
            Capability::Vision => &mut self.vision,
            Capability::Streaming => &mut self.streaming,
            Capability::Reasoning => &mut self.reasoning,
            Capability::StructuredOutput => &mut self.structured_output,
            Capability::Embedding => &mut self.embedding,
            Capability::Audio => &mut self.audio,
            Capability::FillInMiddle => &mut self.fill_in_middle,
        };
        *place = support;
    }

    /// What these say, and where they say nothing, what `lower` says.
    #[must_use]
    pub fn over(mut self, lower: Self) -> Self {
        for capability in Capability::ALL {
            if self.get(capability) == Support::Unknown {
                self.set(capability, lower.get(capability));
            }
        }
        self
    }
}

/// The context window of a model nobody knows (requirement D4).
pub const DEFAULT_CONTEXT: u32 = 4_096;
/// The longest answer of a model nobody knows (requirements D3, D4).
pub const DEFAULT_MAX_OUTPUT: u32 = 2_048;

/// How far the listings of one model disagree on its context window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Spread {
    /// The least that is listed, in tokens.
    pub lowest: u32,
    /// The most that is listed, in tokens.
    pub highest: u32,
    /// How many listings give a number.
    pub listings: u32,
}

/// Where an entry of the bundled data comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The packages that say so, for instance `litellm 1.109.1`; `rules` for what is written by hand.
    pub sources: Vec<Cow<'static, str>>,
    /// The day of the newest of them, `YYYY-MM-DD`.
    pub date: Option<Cow<'static, str>>,
    /// How far they disagree on the context window; `null` where they agree or only one says a number.
    pub context_spread: Option<Spread>,
}

/// What one source says of a model, or of every model a pattern matches. What it does not say is `None` or
/// [`Support::Unknown`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Its family.
    pub family: Option<Family>,
    /// The context window it was made for, in tokens.
    pub context: Option<u32>,
    /// The context window it is served with now, in tokens; routing goes by this one where it is known.
    pub served_context: Option<u32>,
    /// The longest answer, in tokens.
    pub max_output: Option<u32>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The profiles it suits, by name.
    pub profiles: Vec<Cow<'static, str>>,
    /// Its parameters, in millions: `135` for a model of 135 M, `8_030` for one of 8.03 B.
    pub parameters_millions: Option<u32>,
    /// How its weights are stored, as its format calls it: `Q4_K_M`, `q4f16_1`.
    pub quantization: Option<String>,
    /// The length of its files.
    pub size_bytes: Option<u64>,
    /// The memory a GPU needs to run it.
    pub gpu_memory_bytes: Option<u64>,
    /// The day it was published, `YYYY-MM-DD` or `YYYY-MM`.
    pub released: Option<String>,
}
