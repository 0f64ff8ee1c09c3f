//! What a stand-in is told, as plain data that is also the JSON of the control API.
//!
//! Every field left out means the ordinary: a server that knows its key, has its models and answers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ollama::ToolCall;
use crate::script::Do;

/// A stand-in for a server.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct StandIn {
    /// Keys that are let in; an empty list lets everyone in. The server's usual one if null.
    pub keys: Option<Vec<String>>,
    /// Origins whose pages may ask; all if null.
    pub origins: Option<Vec<String>>,
    /// Whether it speaks to pages at all; as the real one does if null (LM Studio does not until told).
    pub cors: Option<bool>,
    /// The models it has; some of the server's own if null.
    pub models: Option<Vec<Model>>,
    /// Makes so many models more.
    pub generate: usize,
    /// How answers go, unless the model or a fault says otherwise.
    pub reply: Reply,
    /// What goes wrong, in order.
    pub faults: Vec<Trouble>,
    /// How downloads go (LM Studio).
    pub download: Download,
}

/// A model.
// Switches, each by itself.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// What it is called in requests.
    pub id: String,
    /// What it is called for people; the id if null.
    pub name: Option<String>,
    /// Who owns it; the server's usual word if null.
    pub owner: Option<String>,
    /// Tokens of prompt and answer together (Gemini: of the prompt) that are served.
    pub context_length: u64,
    /// What it was trained for, where a server says that; the served window if null.
    pub trained_length: Option<u64>,
    /// Most tokens of an answer.
    pub max_output: u64,
    /// Seconds since 1970.
    pub created: u64,
    /// Whether it calls tools.
    pub tools: bool,
    /// Whether it takes images.
    pub images: bool,
    /// Whether it thinks: always where the protocol has no word for asking.
    pub thinking: bool,
    /// Whether it is as Anthropic's since 4.7: thinks as hard as it is told, takes no budget and no sampling, and tells its
    /// thoughts only when asked to.
    pub adaptive: bool,
    /// Whether it makes embeddings and cannot chat.
    pub embedding: bool,
    /// Whether it is in memory, where a server says that.
    pub loaded: bool,
    /// How its answers go.
    pub reply: Option<Reply>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: None,
            owner: None,
            context_length: 8192,
            trained_length: None,
            max_output: 2048,
            created: 1_787_000_000,
            tools: true,
            images: false,
            thinking: false,
            adaptive: false,
            embedding: false,
            loaded: true,
            reply: None,
        }
    }
}

/// How an answer goes.
// Switches, each by itself.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Reply {
    /// What is said in place of what the prompt asks for; a token for each word.
    pub text: Option<String>,
    /// What is thought first, asked for or not.
    pub thinking: Option<String>,
    /// Tools that are called, asked for or not.
    pub tool_calls: Vec<ToolCall>,
    /// So many tokens, each the moment it is sent, in microseconds since 1970, in place of the text.
    pub clock: usize,
    /// Goes on with the last piece of text until the client leaves.
    pub endless: bool,
    /// Milliseconds between events.
    pub every_ms: u64,
    /// Why it ends, in the protocol's own word.
    pub finish: Option<String>,
    /// Whether the last word comes: `[DONE]`, `message_stop`.
    pub done: bool,
    /// Whether the reason of the end comes; without it the stream ends after the text.
    pub finished: bool,
    /// Whether counts come where the request asks for them, or the protocol always has them.
    pub usage: bool,
    /// A comment before each event.
    pub comments: bool,
    /// An event nobody knows, after the first.
    pub unknown: bool,
    /// What ends a line; as the real one does if null.
    pub line_end: Option<LineEnd>,
    /// Whether the empty line after the last event comes.
    pub last_line: bool,
    /// Begins with a byte order mark.
    pub mark: bool,
    /// An error in place of an event, and of all after it.
    pub error: Option<EventError>,
    /// What goes wrong on the wire.
    pub faults: Vec<EventFault>,
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            text: None,
            thinking: None,
            tool_calls: Vec::new(),
            clock: 0,
            endless: false,
            every_ms: 0,
            finish: None,
            done: true,
            finished: true,
            usage: true,
            comments: false,
            unknown: false,
            line_end: None,
            last_line: true,
            mark: false,
            error: None,
            faults: Vec::new(),
        }
    }
}

/// What ends a line of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LineEnd {
    /// As all servers do but Gemini.
    Lf,
    /// As Gemini does.
    CrLf,
    /// As nobody does and the standard allows.
    Cr,
}

/// An error in place of an event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventError {
    /// Number of the event, from 0.
    pub event: usize,
    /// The word of one of the server's errors.
    pub error: Option<String>,
    /// The data of the event, in place of that.
    pub body: Option<Value>,
}

/// A fault on the wire, at an event of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventFault {
    /// Number of the event, from 0.
    pub event: usize,
    /// After so many bytes of it.
    #[serde(default)]
    pub byte: u64,
    /// What.
    #[serde(rename = "do")]
    pub what: Do,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum On {
    /// Any of them.
    Any,
    /// The list of models, and one model of it.
    Models,
    /// An answer.
    #[default]
    Chat,
    /// What a key may do.
    Key,
    /// What else a server tells of itself: props, health.
    Server,
    /// Downloads, and what is in memory.
    Download,
}

/// Something that goes wrong with a question.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Trouble {
    /// With which.
    pub on: On,
    /// How many times; 0 is for ever.
    pub times: u32,
    /// The word of one of the server's errors.
    pub error: Option<String>,
    /// A status, in place of that of the error.
    pub status: Option<u16>,
    /// A body, in place of that of the error: JSON, or a text as it is.
    pub body: Option<Value>,
    /// The header of this name.
    pub retry_after: Option<String>,
    /// Headers that are set or left out.
    pub headers: BTreeMap<String, Option<String>>,
    /// Puts the key that was sent into the message, whole.
    pub echo_key: bool,
    /// Where else to ask, with status 307 unless told; `{origin:1}` is the second port.
    pub redirect: Option<String>,
    /// How the answer goes, if it is no error.
    pub reply: Option<Reply>,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            on: On::Chat,
            times: 1,
            error: None,
            status: None,
            body: None,
            retry_after: None,
            headers: BTreeMap::new(),
            echo_key: false,
            redirect: None,
            reply: None,
        }
    }
}

/// How downloads go. Each question for the state of one takes it a step on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Download {
    /// Bytes of the whole.
    pub size_bytes: u64,
    /// Questions until it is whole.
    pub steps: u64,
    /// Fails at this step.
    pub fails_at: Option<u64>,
    /// Is paused at this step, for one question.
    pub pauses_at: Option<u64>,
}

impl Default for Download {
    fn default() -> Self {
        Self {
            size_bytes: 2_279_145_003,
            steps: 3,
            fails_at: None,
            pauses_at: None,
        }
    }
}
