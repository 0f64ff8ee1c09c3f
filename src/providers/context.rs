//! "The prompt is longer than the context", in the words of each server.

/// Parts of messages that mean it, in lower case, the source of each beside it. What has a code or a type of its own is
/// recognised by that first (`refusal`).
const FRAGMENTS: [&str; 15] = [
    // Ollama
    "longer than the context length currently available",
    "input length exceeds the context length",
    "exceeds maximum context length",
    // Anthropic
    "prompt is too long",
    // OpenAI and vLLM
    "maximum context length is",
    "context length is only",
    "input tokens exceed the configured limit",
    // llama.cpp
    "exceeds the available context size",
    "exceed context limit",
    // SGLang
    "longer than the model's context length",
    // Gemini
    "exceeds the maximum number of tokens allowed",
    // TGI
    "tokens + `max_new_tokens` must be",
    // LM Studio
    "cannot truncate prompt with n_keep",
    // others
    "maximum input length is",
    "input too long",
];

/// Whether a message says so.
pub(super) fn is_exceeded(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    FRAGMENTS.iter().any(|fragment| message.contains(fragment))
}
