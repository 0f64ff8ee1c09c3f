//! "The prompt is longer than the context", in the words of each server, and the counts in them.
//!
//! What has a code or a type of its own is recognised by that first (`refusal`). The words change from version to version;
//! a part that stayed is enough to recognise them, and counts stand behind parts of their own.

/// Parts of messages that mean it, in lower case, the source of each beside it.
const FRAGMENTS: [&str; 26] = [
    // Ollama
    "longer than the context length currently available",
    "input length exceeds the context length",
    // Anthropic
    "prompt is too long",
    "exceed context limit",
    // OpenAI, vLLM, DeepSeek, OpenRouter, Mistral, Ollama
    "maximum context length",
    "context length is only",
    "input tokens exceed the configured limit",
    // llama.cpp
    "exceeds the available context size",
    "context size has been exceeded",
    // SGLang
    "longer than the model's context length",
    // Gemini
    "exceeds the maximum number of tokens allowed",
    // TGI
    "tokens + `max_new_tokens` must be",
    // LM Studio
    "cannot truncate prompt with n_keep",
    "model is loaded with context length of only",
    "tokens to keep from the initial prompt is greater than the context length",
    // xAI
    "maximum prompt length is",
    // Bedrock
    "input is too long for requested model",
    // Cerebras and Groq
    "reduce the length of the messages or completion",
    // GitHub
    "prompt token count of",
    // Moonshot
    "exceeded model token limit",
    // MiniMax
    "context window exceeds limit",
    // others
    "maximum input length is",
    "input too long",
    "context window exceeded",
    "exceeds the context window",
    "context length exceeded",
];

/// What stands before the tokens of the prompt: the first one that is there counts.
const BEFORE_PROMPT: [&str; 21] = [
    "prompt is too long: ",
    "exceed context limit: ",
    "contains at least ",
    "you passed ",
    "your request has ",
    "request contains ",
    "prompt contains ",
    "resulted in ",
    "you requested a total of ",
    "you requested about ",
    "you requested ",
    "(requested: ",
    "request (",
    "the input (",
    "token count of ",
    "token count (",
    "n_keep (",
    "keep the first ",
    "current length is ",
    "given: ",
    "input tokens: ",
];

/// What stands before the tokens there is room for.
const BEFORE_CONTEXT: [&str; 21] = [
    "context length is only ",
    "context length of only ",
    "maximum context length is ",
    "maximum context length of ",
    "too large for model with ",
    "maximum prompt length is ",
    "configured limit of ",
    "context size (",
    "context length (",
    "tokens allowed (",
    "n_ctx (",
    "tokens > ",
    " > ",
    "must be <= ",
    "while limit is ",
    "token limit: ",
    "the limit of ",
    "maximum input length is ",
    "limit is ",
    "context length ",
    "limit: ",
];

/// The counts a message gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// The tokens of the prompt, or of all that was asked for.
    pub(super) prompt: Option<u64>,
    /// The tokens there is room for.
    pub(super) context: Option<u64>,
}

/// Whether a message says so.
pub(super) fn is_exceeded(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    FRAGMENTS.iter().any(|fragment| message.contains(fragment))
}

/// The counts in a message that says so.
pub(super) fn counts(message: &str) -> Counts {
    let message = message.to_ascii_lowercase();
    let context = number_behind(&message, &BEFORE_CONTEXT);
    // A prompt that fits is not what was too long: the answer that was asked for was, on top of it.
    let is_too_long = |prompt: &u64| context.is_none_or(|context| *prompt > context);
    Counts {
        prompt: number_behind(&message, &BEFORE_PROMPT).filter(is_too_long),
        context,
    }
}

/// The number right behind the first of these parts that has one.
fn number_behind(message: &str, parts: &[&str]) -> Option<u64> {
    parts.iter().find_map(|part| {
        let at = message.find(part)? + part.len();
        let digits = message[at..].bytes();
        // Some write thousands apart.
        let digits = digits.take_while(|byte| byte.is_ascii_digit() || *byte == b',');
        let mut number: Option<u64> = None;
        for digit in digits.filter(u8::is_ascii_digit) {
            let tens = number.unwrap_or_default().checked_mul(10)?;
            number = Some(tens.checked_add(u64::from(digit - b'0'))?);
        }
        number
    })
}
