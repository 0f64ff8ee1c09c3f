//! How a conversation is written on its way from and to the app: JSON texts. Pure.

use serde::Serialize;

use crate::config::ModelOptions;
use crate::json::{Read, Value, readable, words};
use crate::providers::chat::{
    ChatEnd, ChatRequest, Delta, EndReason, Generation, Image, Message, Overflow, Role, Tool, ToolCall, Usage,
};
use crate::providers::json::RawJson;

/// What is asked: the text of `chat`.
pub(super) struct ChatText {
    pub(super) provider: String,
    pub(super) model: String,
    messages: Vec<Message>,
    tools: Vec<Tool>,
    /// The options of the call, as JSON text.
    pub(super) options: Option<String>,
    think: Option<RawJson>,
    format: Option<RawJson>,
    keep_alive: Option<RawJson>,
    overflow: Overflow,
}

readable! {
    ChatText only {
        provider: "provider",
        model: "model",
        messages: "messages",
        tools: "tools?",
        options: "options?",
        think: "think?",
        format: "format?",
        keep_alive: "keepAlive?",
        overflow: "overflow?",
    }
    Message only {
        role: "role",
        text: "text",
        reasoning: "reasoning?",
        images: "images?",
        tool_calls: "toolCalls?",
        tool_call_id: "toolCallId?",
        tool_name: "toolName?",
    }
    Image only { media_type: "mediaType", base64: "base64" }
    Tool only { name: "name", description: "description", parameters: "parameters" }
    ToolCall only { id: "id?", name: "name", arguments: "arguments", signature: "signature?" }
}

words! {
    Role { System: "system", User: "user", Assistant: "assistant", Tool: "tool" }
    Overflow { Refuse: "refuse", Forget: "forget" }
}

/// A JSON text inside of a text: what is handed on as it is.
impl Read for RawJson {
    fn read(value: Value<'_>) -> Self {
        Self::new(value.text()).unwrap_or_else(|| {
            value.wrong(&"is no JSON");
            Self::default()
        })
    }
}

impl ChatText {
    /// The request, with the options in force and what the configuration hands on unread.
    pub(super) fn into_request(self, options: ModelOptions, provider_options: Option<&str>) -> ChatRequest {
        ChatRequest {
            model: self.model,
            messages: self.messages,
            tools: self.tools,
            generation: Generation {
                temperature: options.temperature,
                max_tokens: options.max_tokens,
                top_p: options.top_p,
                top_k: options.top_k,
                repeat_penalty: options.repeat_penalty,
                seed: options.seed,
                stop: options.stop.unwrap_or_default(),
            },
            context_size: options.context_size,
            known_max_output: None,
            think: self.think,
            format: self.format,
            keep_alive: self.keep_alive,
            overflow: self.overflow,
            provider_options: provider_options.and_then(RawJson::object),
        }
    }
}

/// A piece of an answer, as the app gets it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ChatDelta"))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum DeltaText {
    /// Text for the person; never empty.
    Text {
        /// The text.
        text: String,
    },
    /// What the model thinks; never empty.
    Reasoning {
        /// The text.
        text: String,
    },
    /// A call of a function, whole.
    ToolCall {
        /// The provider's number for it, where it has one.
        id: Option<String>,
        /// The function.
        name: String,
        /// What it is given: the JSON text of an object.
        arguments: String,
        /// What the provider wants to have back with the call, where there is such a thing.
        signature: Option<String>,
    },
    /// What the answer cost so far; a later one replaces it.
    Usage {
        /// What it cost.
        usage: UsageText,
    },
}

/// What an answer cost. What the provider does not say is `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ChatUsage"))]
#[serde(rename_all = "camelCase")]
pub struct UsageText {
    /// The tokens of the prompt.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub prompt_tokens: Option<u64>,
    /// The tokens of the answer, thoughts included.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub completion_tokens: Option<u64>,
    /// How long the model took to load, in milliseconds.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub load_ms: Option<u64>,
    /// How long the prompt took, in milliseconds.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub prompt_ms: Option<u64>,
    /// How long the answer took, in milliseconds.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub completion_ms: Option<u64>,
}

/// How an answer ended, and who gave it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ChatEnd"))]
#[serde(rename_all = "camelCase")]
pub struct EndText {
    /// The provider that answered.
    pub provider: String,
    /// The model that answered, as the provider says it.
    pub model: String,
    /// Why it ended.
    #[cfg_attr(
        feature = "types",
        ts(
            type = "\"stop\" | \"length\" | \"toolCalls\" | \"contentFilter\" | \"loaded\" | \"unloaded\" | \"other\" | \"unknown\""
        )
    )]
    pub reason: &'static str,
    /// The reason in the provider's words, where it is `other`.
    pub said: Option<String>,
    /// What it cost.
    pub usage: Option<UsageText>,
}

impl From<Usage> for UsageText {
    fn from(usage: Usage) -> Self {
        Self {
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
            load_ms: usage.load_ms,
            prompt_ms: usage.prompt_ms,
            completion_ms: usage.completion_ms,
        }
    }
}

impl From<Delta> for DeltaText {
    fn from(delta: Delta) -> Self {
        match delta {
            Delta::Text(text) => Self::Text { text },
            Delta::Reasoning(text) => Self::Reasoning { text },
            Delta::ToolCall(ToolCall {
                id,
                name,
                arguments,
                signature,
            }) => Self::ToolCall {
                id,
                name,
                arguments: arguments.as_str().to_owned(),
                signature,
            },
            Delta::Usage(usage) => Self::Usage { usage: usage.into() },
        }
    }
}

impl EndText {
    /// How the answer of a provider ended; `model` is the one that was asked.
    pub(super) fn new(provider: &str, model: &str, end: ChatEnd) -> Self {
        let (reason, said) = match end.reason {
            EndReason::Stop => ("stop", None),
            EndReason::Length => ("length", None),
            EndReason::ToolCalls => ("toolCalls", None),
            EndReason::ContentFilter => ("contentFilter", None),
            EndReason::Loaded => ("loaded", None),
            EndReason::Unloaded => ("unloaded", None),
            EndReason::Other(said) => ("other", Some(said)),
            EndReason::Unknown => ("unknown", None),
        };
        Self {
            provider: provider.to_owned(),
            model: end.model.unwrap_or_else(|| model.to_owned()),
            reason,
            said,
            usage: end.usage.map(Into::into),
        }
    }
}
