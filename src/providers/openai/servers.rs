//! The servers that speak OpenAI's protocol, as data: a row for each says how it is recognised, how it names what is asked
//! for, what it takes beside the protocol, and where it says more of its models than the protocol has words for.
//! What writes and reads goes by the row and knows no server.

use crate::providers::base::BaseUrl;
use crate::providers::error::Foreign;
use crate::providers::listed::Listing;

use super::{own_list, props};

/// One of the servers that speak OpenAI's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Server {
    /// OpenAI itself.
    OpenAi,
    /// The server of llama.cpp.
    LlamaCpp,
    /// vLLM.
    Vllm,
    /// LM Studio.
    LmStudio,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// Any other.
    Other,
}

/// What is to be known of a server.
#[derive(Debug)]
pub(in crate::providers) struct Row {
    server: Server,
    /// Its word in the configuration.
    word: &'static str,
    /// Its name, for people.
    name: &'static str,
    /// The host it has, where it has one for all.
    host: &'static str,
    /// What it calls the owner of its models.
    owner: &'static str,
    /// Where it says more of its models, from the root of the server, and what reads that.
    pub(in crate::providers) more: Option<(&'static str, ReadList)>,
    /// Where models are fetched.
    pub(in crate::providers) downloads: Option<&'static str>,
    /// What it takes.
    pub(in crate::providers) takes: Takes,
}

/// Reads a list.
type ReadList = fn(&str) -> Result<Listing, Foreign>;

/// What a server takes, by its names; what is `None` is not sent.
#[derive(Debug, Clone, Copy)]
pub(in crate::providers) struct Takes {
    /// The longest answer.
    pub max_tokens: &'static str,
    /// Whether it takes `stream_options`, and tells the usage only then.
    pub stream_options: bool,
    pub top_k: Option<&'static str>,
    pub repeat_penalty: Option<&'static str>,
    pub seed: &'static str,
    /// How it is told to think.
    pub think: Think,
    /// What a message calls its thoughts.
    pub reasoning: Option<&'static str>,
    /// A key and a value that make it refuse what is too long.
    pub refuse_overflow: Option<(&'static str, &'static str)>,
}

/// How a server is told to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::providers) enum Think {
    /// `reasoning_effort`: a word. To think at all is how its models are; not to think is `"none"`.
    Effort,
    /// Yes and no through the template of the model, a word as `reasoning_effort`.
    Template,
    /// An object `reasoning`.
    Object,
}

/// What most of them take.
const USUAL: Takes = Takes {
    max_tokens: "max_tokens",
    stream_options: true,
    top_k: None,
    repeat_penalty: None,
    seed: "seed",
    think: Think::Effort,
    reasoning: None,
    refuse_overflow: None,
};

const ROWS: [Row; 7] = [
    Row {
        server: Server::OpenAi,
        word: "openai",
        name: "OpenAI",
        host: "api.openai.com",
        // It is the owner of what it makes; others have what it makes too.
        owner: "",
        more: None,
        downloads: None,
        takes: Takes {
            max_tokens: "max_completion_tokens",
            ..USUAL
        },
    },
    Row {
        server: Server::LlamaCpp,
        word: "llamacpp",
        name: "llama.cpp",
        host: "",
        owner: "llamacpp",
        more: Some(("/props", props::read)),
        downloads: None,
        takes: Takes {
            top_k: Some("top_k"),
            repeat_penalty: Some("repeat_penalty"),
            think: Think::Template,
            reasoning: Some("reasoning_content"),
            ..USUAL
        },
    },
    Row {
        server: Server::Vllm,
        word: "vllm",
        name: "vLLM",
        host: "",
        owner: "vllm",
        more: None,
        downloads: None,
        takes: Takes {
            top_k: Some("top_k"),
            repeat_penalty: Some("repetition_penalty"),
            think: Think::Template,
            reasoning: Some("reasoning"),
            ..USUAL
        },
    },
    Row {
        server: Server::LmStudio,
        word: "lmstudio",
        name: "LM Studio",
        host: "",
        owner: "organization_owner",
        more: Some(("/api/v1/models", own_list::read)),
        downloads: Some("/api/v1/models/download"),
        takes: Takes {
            top_k: Some("top_k"),
            repeat_penalty: Some("repeat_penalty"),
            ..USUAL
        },
    },
    Row {
        server: Server::Groq,
        word: "groq",
        name: "Groq",
        host: "api.groq.com",
        owner: "",
        more: None,
        downloads: None,
        takes: Takes {
            max_tokens: "max_completion_tokens",
            ..USUAL
        },
    },
    Row {
        server: Server::Mistral,
        word: "mistral",
        name: "Mistral",
        host: "api.mistral.ai",
        owner: "mistralai",
        more: None,
        downloads: None,
        takes: Takes {
            // It refuses what it does not know, and tells the usage without being asked.
            stream_options: false,
            seed: "random_seed",
            ..USUAL
        },
    },
    OTHER,
];

const OTHER: Row = Row {
    server: Server::Other,
    word: "other",
    name: "OpenAI-compatible server",
    host: "",
    owner: "",
    more: None,
    downloads: None,
    takes: USUAL,
};

/// OpenRouter, which is a kind of its own and answers like these.
pub(in crate::providers) const OPEN_ROUTER: Takes = Takes {
    top_k: Some("top_k"),
    repeat_penalty: Some("repetition_penalty"),
    think: Think::Object,
    reasoning: Some("reasoning"),
    // It would forget the middle of what is too long for a small model.
    refuse_overflow: Some(("transforms", "[]")),
    ..USUAL
};

impl Server {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::OpenAi,
        Self::LlamaCpp,
        Self::Vllm,
        Self::LmStudio,
        Self::Groq,
        Self::Mistral,
        Self::Other,
    ];

    pub(in crate::providers) fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.server == self).unwrap_or(&OTHER)
    }

    /// The server of that word in the configuration.
    pub fn of(word: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.word == word).map(|row| row.server)
    }

    /// Its word in the configuration.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The server whose host that is.
    pub(in crate::providers) fn at(base: &BaseUrl) -> Option<Self> {
        let host = base.origin().strip_prefix("https://")?;
        ROWS.iter()
            .find(|row| !row.host.is_empty() && row.host == host)
            .map(|row| row.server)
    }

    /// The server that calls the owner of its models so.
    pub(in crate::providers) fn owning(owner: &str) -> Option<Self> {
        ROWS.iter()
            .find(|row| !row.owner.is_empty() && row.owner == owner)
            .map(|row| row.server)
    }
}
