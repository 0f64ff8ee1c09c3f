//! What a stand-in for Ollama is told, as plain data that is also the JSON of the control API.
//!
//! Every field left out means the ordinary: a server that has models, lets pages in, pulls and answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::script::Do;

/// A stand-in for an Ollama server.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Ollama {
    /// Its version; what old versions do not say is left out.
    pub version: String,
    /// Origins whose pages may ask, `*` allowed inside; all if null. Unlike the real one it does not let pages of
    /// localhost in by itself, so that a test on localhost can be refused.
    pub origins: Option<Vec<String>>,
    /// The models it has.
    pub models: Vec<Model>,
    /// Makes so many models more, each a little different.
    pub generate: usize,
    /// The context window it serves when neither model nor request say otherwise.
    pub context_length: u64,
    /// What a chat answers with, unless the model has a reply of its own.
    pub reply: Reply,
    /// What happens when a name is pulled, by name.
    pub pulls: BTreeMap<String, Pull>,
    /// What happens when any other name is pulled.
    pub pull: Pull,
}

impl Default for Ollama {
    fn default() -> Self {
        Self {
            version: "0.32.15".into(),
            origins: None,
            models: Vec::new(),
            generate: 0,
            context_length: 4096,
            reply: Reply::default(),
            pulls: BTreeMap::new(),
            pull: Pull::default(),
        }
    }
}

/// A model of an Ollama.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// With or without tag.
    pub name: String,
    /// Bytes on its disk.
    pub size_bytes: u64,
    /// The architecture.
    pub family: String,
    /// As Ollama writes it.
    pub parameter_size: String,
    /// As Ollama writes it.
    pub quantization: String,
    /// What the model was trained for; none is told if null.
    pub context_length: Option<u64>,
    /// Length of an embedding.
    pub embedding_length: u64,
    /// As Ollama names them.
    pub capabilities: Vec<String>,
    /// `num_ctx` of its Modelfile.
    pub num_ctx: Option<u64>,
    /// When it was last changed.
    pub modified_at: String,
    /// Identifies the content; from the name unless told.
    pub digest: Option<String>,
    /// What it answers with.
    pub reply: Option<Reply>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            name: String::new(),
            size_bytes: 1_321_098_329,
            family: "llama".into(),
            parameter_size: "1.2B".into(),
            quantization: "Q8_0".into(),
            context_length: Some(131_072),
            embedding_length: 2048,
            capabilities: vec!["completion".into()],
            num_ctx: None,
            modified_at: "2026-08-21T09:12:33.100000000Z".into(),
            digest: None,
            reply: None,
        }
    }
}

/// How a chat is answered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Reply {
    /// What it says; a token for each word.
    pub text: String,
    /// What it thinks first, if the request does not forbid it.
    pub thinking: String,
    /// Calls of tools, in one line after the text.
    pub tool_calls: Vec<ToolCall>,
    /// So many tokens, each the moment it is sent, in microseconds since 1970, in place of the text.
    pub clock: usize,
    /// Goes on with the last token until the client leaves.
    pub endless: bool,
    /// Milliseconds between lines.
    pub every_ms: u64,
    /// Ends with an error at this line.
    pub error: Option<LineError>,
    /// Why it ends; null leaves out the last line.
    pub done_reason: Option<String>,
    /// Whether the last line ends with a line end.
    pub newline: bool,
    /// Tokens of the prompt; counted from its words unless told.
    pub prompt_tokens: Option<u64>,
    /// What goes wrong on the wire.
    pub faults: Vec<LineFault>,
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            text: "Hello! I am a model of the test server.".into(),
            thinking: String::new(),
            tool_calls: Vec::new(),
            clock: 0,
            endless: false,
            every_ms: 0,
            error: None,
            done_reason: Some("stop".into()),
            newline: true,
            prompt_tokens: None,
            faults: Vec::new(),
        }
    }
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolCall {
    /// Name of the tool.
    pub name: String,
    /// A JSON object.
    #[serde(default)]
    pub arguments: serde_json::Value,
}

/// An error in place of a line, and of all after it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineError {
    /// Number of the line, from 0.
    pub line: usize,
    /// What it says.
    pub message: String,
}

/// A fault on the wire, at a line of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineFault {
    /// Number of the line, from 0.
    pub line: usize,
    /// After so many bytes of it.
    #[serde(default)]
    pub byte: u64,
    /// What.
    #[serde(rename = "do")]
    pub what: Do,
}

/// How a pull ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PullEnd {
    /// `success` is said, and the model is there.
    Success,
    /// The stream ends well, but `success` is not said and the model is not there.
    Silent,
    /// There is no such model: an error in the second line.
    Missing,
}

/// How a pull goes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Pull {
    /// Sizes of the layers, in the order in which they are fetched.
    pub layers: Vec<u64>,
    /// Lines with a growing `completed` for each layer of more than 1,000 bytes.
    pub steps: u64,
    /// Milliseconds between lines.
    pub every_ms: u64,
    /// `completed` of the first layer falls once, halfway.
    pub falls: bool,
    /// Ends with an error at this line.
    pub error: Option<LineError>,
    /// How it ends, if no error comes before.
    pub end: PullEnd,
    /// Whether the last line ends with a line end.
    pub newline: bool,
    /// The model that is there afterwards, under the name that was pulled.
    pub model: Model,
    /// What goes wrong on the wire.
    pub faults: Vec<LineFault>,
}

impl Default for Pull {
    fn default() -> Self {
        Self {
            layers: vec![1_321_082_688, 1_429, 77, 485],
            steps: 4,
            every_ms: 0,
            falls: false,
            error: None,
            end: PullEnd::Success,
            newline: true,
            model: Model::default(),
            faults: Vec::new(),
        }
    }
}
