//! A request as data.

use crate::engine::Zone;

/// What a provider is asked for. No header is in it that is not one of [`Header`], and never a key: whoever sends it adds
/// that, where [`HttpRequest::key`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The headers.
    pub headers: &'static [(Header, &'static str)],
    /// The body; empty where there is none.
    pub body: Vec<u8>,
    /// What a good answer looks like.
    pub expects: Expects,
    /// Where a key goes, if there is one for this origin.
    pub key: KeyPlace,
    /// How long to wait.
    pub patience: Patience,
    /// Where the host is: browsers want to be told that a request means to go into the local network.
    pub zone: Zone,
}

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Asks.
    Get,
    /// Does.
    Post,
    /// Deletes.
    Delete,
}

/// The headers a request may have: each kind of server lets pages send a few only, and one more makes the browser's
/// preflight fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Header {
    /// What the answer may be.
    Accept,
    /// What the body is.
    ContentType,
    /// The version of Anthropic's protocol.
    AnthropicVersion,
    /// That a page means to ask Anthropic itself.
    AnthropicBrowser,
}

/// What a good answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expects {
    /// Pieces over time.
    Stream,
    /// One JSON value, or nothing.
    Json,
}

/// Where a key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPlace {
    /// Nowhere.
    Nowhere,
    /// `Authorization: Bearer <key>`.
    Bearer,
    /// `x-api-key: <key>`.
    XApiKey,
    /// `x-goog-api-key: <key>`.
    XGoogApiKey,
}

/// How long whoever sends a request waits before giving up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Patience {
    /// A question a server answers from memory.
    Short,
    /// A question it has to look up or work for.
    Long,
    /// Work that may have to load a model first, which takes minutes from a slow disk.
    Answer,
    /// Work with long silences in it: a server that pulls says nothing of the stalls it waits out.
    Pull,
}

impl KeyPlace {
    /// The header a key goes into, and what stands before it there.
    pub fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Nowhere => None,
            Self::Bearer => Some(("Authorization", "Bearer ")),
            Self::XApiKey => Some(("x-api-key", "")),
            Self::XGoogApiKey => Some(("x-goog-api-key", "")),
        }
    }
}

impl Header {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "Accept",
            Self::ContentType => "Content-Type",
            Self::AnthropicVersion => "anthropic-version",
            Self::AnthropicBrowser => "anthropic-dangerous-direct-browser-access",
        }
    }
}

impl Method {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl Patience {
    /// The longest wait for the head of the answer, in milliseconds.
    pub fn head_ms(self) -> u32 {
        match self {
            Self::Short => 5_000,
            Self::Long => 15_000,
            Self::Answer => 300_000,
            Self::Pull => 60_000,
        }
    }

    /// The longest silence within the body, in milliseconds.
    pub fn silence_ms(self) -> u32 {
        match self {
            Self::Short => 5_000,
            Self::Long => 15_000,
            Self::Answer => 120_000,
            Self::Pull => 120_000,
        }
    }
}
