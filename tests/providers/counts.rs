//! Overflow of the context in the words of each server, and the counts in them.

use modelyard::providers::Kind;
use modelyard::providers::error::ProviderErrorKind;

use super::driving::{of_kind, refused};

fn kind(status: u16, body: &str) -> ProviderErrorKind {
    refused(of_kind(Kind::OpenAi).list(None).expect("a request"), status, body).kind
}

/// The words, in OpenAI's envelope, as an error that says nothing else.
fn said(words: &str) -> ProviderErrorKind {
    let body = serde_json::json!({"error": {"message": words, "type": "invalid_request_error"}});
    kind(400, &body.to_string())
}

/// What servers say, the tokens of the prompt and those there is room for.
const SPELLINGS: &[(&str, Option<u64>, Option<u64>)] = &[
    // Anthropic
    (
        "prompt is too long: 208310 tokens > 200000 maximum",
        Some(208_310),
        Some(200_000),
    ),
    (
        "input length and `max_tokens` exceed context limit: 214167 + 64000 > 200000, decrease input length or `max_tokens` and try again",
        Some(214_167),
        Some(200_000),
    ),
    // OpenAI
    (
        "This model's maximum context length is 4097 tokens. However, you requested 4232 tokens (3107 in the messages, 1125 in the completion). Please reduce the length of the messages or completion.",
        Some(4_232),
        Some(4_097),
    ),
    (
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 204308 tokens. Please reduce the length of the messages.",
        Some(204_308),
        Some(128_000),
    ),
    (
        "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 477469 tokens. Please reduce the length of the messages.",
        Some(477_469),
        Some(272_000),
    ),
    // vLLM
    (
        "This model's maximum context length is 4096 tokens. However, you requested 0 output tokens and your prompt contains at least 4097 input tokens, for a total of at least 4097 tokens.",
        Some(4_097),
        Some(4_096),
    ),
    (
        "You passed 6001 input tokens and requested 100 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 3996 tokens.",
        Some(6_001),
        Some(4_096),
    ),
    // The prompt fits here, and the answer asked for does not: the prompt is not what was too long.
    (
        "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 tokens and your request has 100 input tokens (5000 > 4096 - 100).",
        None,
        Some(4_096),
    ),
    // OpenRouter
    (
        "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (138000 of text input, 2000 in the output).",
        Some(140_000),
        Some(131_072),
    ),
    // llama.cpp
    (
        "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it",
        Some(5_000),
        Some(4_096),
    ),
    (
        "the request exceeds the available context size. try increasing the context size or enable context shift",
        None,
        None,
    ),
    ("Context size has been exceeded.", None, None),
    // SGLang
    (
        "The input (12345 tokens) is longer than the model's context length (8192 tokens).",
        Some(12_345),
        Some(8_192),
    ),
    (
        "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9000 tokens: 8000 tokens from the input messages and 1000 tokens for the completion.",
        Some(9_000),
        Some(8_192),
    ),
    // Gemini
    (
        "The input token count (1,200,000) exceeds the maximum number of tokens allowed (1048576).",
        Some(1_200_000),
        Some(1_048_576),
    ),
    (
        "The input token count exceeds the maximum number of tokens allowed (1048576).",
        None,
        Some(1_048_576),
    ),
    // TGI
    (
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`",
        Some(5_000),
        Some(4_096),
    ),
    // Cerebras
    (
        "Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192",
        Some(9_000),
        Some(8_192),
    ),
    // LM Studio
    (
        "Cannot truncate prompt with n_keep (6868) >= n_ctx (4096)",
        Some(6_868),
        Some(4_096),
    ),
    (
        "Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough.",
        Some(111_490),
        Some(32_768),
    ),
    (
        "The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length, or provide a shorter input",
        None,
        None,
    ),
    // Mistral
    (
        "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
        Some(40_000),
        Some(32_768),
    ),
    // xAI
    (
        "This model's maximum prompt length is 131072 but the request contains 135000 tokens.",
        Some(135_000),
        Some(131_072),
    ),
    // GitHub
    (
        "prompt token count of 70000 exceeds the limit of 64000",
        Some(70_000),
        Some(64_000),
    ),
    // Moonshot
    (
        "Invalid request: Your request exceeded model token limit: 262144 (requested: 291351)",
        Some(291_351),
        Some(262_144),
    ),
    ("maximum input length is 8192 tokens", None, Some(8_192)),
    ("Input is too long for requested model.", None, None),
    ("invalid params, context window exceeds limit (2013)", None, None),
    // Numbers nobody can mean
    (
        "prompt is too long: 99999999999999999999 tokens > 8 maximum",
        None,
        Some(8),
    ),
];

#[test]
fn every_spelling_is_recognised_with_its_counts() {
    for (words, prompt, context) in SPELLINGS {
        let expected = ProviderErrorKind::ContextExceeded {
            prompt_tokens: *prompt,
            context_tokens: *context,
        };
        assert_eq!(said(words), expected, "{words}");
        // A server that calls it an error of its own means the same: routers took it for an outage.
        let body = serde_json::json!({"error": {"code": 500, "message": words, "type": "server_error"}});
        assert_eq!(kind(500, &body.to_string()), expected, "{words}");
    }
}

#[test]
fn a_code_or_a_type_says_it_without_words() {
    let none = ProviderErrorKind::ContextExceeded {
        prompt_tokens: None,
        context_tokens: None,
    };
    for (status, body) in [
        (
            400,
            r#"{"error":{"message":"x","code":"context_length_exceeded"}}"#,
        ),
        (413, r#"{"error":{"type":"context_length_exceeded"}}"#),
        (
            400,
            r#"{"error":{"code":400,"message":"x","type":"exceed_context_size_error"}}"#,
        ),
    ] {
        assert_eq!(kind(status, body), none, "{body}");
    }
    // Fields say it better than words.
    let body = r#"{"error":{"code":400,"message":"request (5 tokens) exceeds the available context size (4 tokens)",
        "type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}"#;
    let counted = ProviderErrorKind::ContextExceeded {
        prompt_tokens: Some(5_000),
        context_tokens: Some(4_096),
    };
    assert_eq!(kind(400, body), counted);
}

#[test]
fn not_every_length_and_not_every_limit_is_that_of_the_context() {
    for words in [
        "Invalid 'user': string too long. Expected a string with maximum length 64, but got a string with length 70 instead.",
        "Invalid 'messages': array too long. Expected an array with maximum length 2048.",
        "max_tokens is too large: 100000. This model supports at most 16384 completion tokens.",
    ] {
        assert_eq!(said(words), ProviderErrorKind::Refused, "{words}");
    }
    // A limit by the minute is no limit of the model.
    let groq = r#"{"error":{"message":"Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 10231, please reduce your message size and try again.","type":"tokens","code":"rate_limit_exceeded"}}"#;
    assert_eq!(kind(413, groq), ProviderErrorKind::RateLimited { retry: None });
    let minute = r#"{"type":"error","error":{"type":"rate_limit_error","message":"prompt is too long for your limit of 8 tokens per minute"}}"#;
    assert_eq!(kind(429, minute), ProviderErrorKind::RateLimited { retry: None });
}
