//! Servers that people run themselves.
//!
//! - llama.cpp, beside the usual words: `loading` (503 while it loads its model), `overflowServerError` (500, as old ones
//!   and forks say it), `overflowInOk` (the error as the whole body of a 200).
//! - vLLM: `flat` (an error without its envelope, as old ones say it), `overflowOld` (the words before 0.16),
//!   `overflowCharacters` (counts characters).
//! - LM Studio: `overflow` (nobody knows whether it comes as a status or in the stream: where the request streams it
//!   comes there), `overflowWords` (other words for it, without numbers), `noCatalogue` (a download of what nobody has).

use serde_json::{Value, json};

use super::super::super::standing::{Question, Refusal};

pub(super) fn llama_cpp(word: &str) -> Option<Refusal> {
    Some(match word {
        "noKey" | "badKey" => coded(401, "Invalid API Key", "authentication_error"),
        "noSuchPath" => coded(404, "File Not Found", "not_found_error"),
        "badJson" => coded(
            500,
            "[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value",
            "server_error",
        ),
        "loading" | "overloaded" => coded(503, "Loading model", "unavailable_error"),
        "rateLimited" => coded(429, "Too many requests", "rate_limit_error"),
        "overflowServerError" => coded(500, "Context size has been exceeded.", "server_error"),
        "overflowInOk" => Refusal {
            status: 200,
            ..llama_cpp_overflow(14_429, 8192)
        },
        "serverError" => coded(500, "Compute error.", "server_error"),
        "timeout" => coded(504, "timeout", "server_error"),
        _ => return None,
    })
}

pub(super) fn llama_cpp_overflow(asked: u64, window: u64) -> Refusal {
    let text = format!(
        "request ({asked} tokens) exceeds the available context size ({window} tokens), try increasing it"
    );
    let mut refusal = coded(400, &text, "exceed_context_size_error");
    refusal.body["error"]["n_prompt_tokens"] = json!(asked);
    refusal.body["error"]["n_ctx"] = json!(window);
    refusal
}

pub(super) fn coded(status: u16, message: &str, kind: &str) -> Refusal {
    Refusal::new(
        status,
        json!({ "error": { "code": status, "message": message, "type": kind } }),
    )
}

pub(super) fn vllm(word: &str) -> Option<Refusal> {
    Some(match word {
        "noKey" | "badKey" => Refusal::new(401, json!({ "error": "Unauthorized" })),
        "noSuchPath" => Refusal::new(404, json!({ "detail": "Not Found" })),
        "badJson" => vllm_error(
            400,
            "[{'type': 'json_invalid', 'loc': ('body', 0)}]",
            "Bad Request",
            None,
        ),
        "flat" => {
            let mut refusal = vllm_overflow(9000, 0, 8192);
            refusal.body = refusal.body["error"].take();
            refusal.body["object"] = json!("error");
            refusal
        }
        "overflowOld" => vllm_error(
            400,
            "This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (9000 in the messages, \
             500 in the completion). Please reduce the length of the messages or completion.",
            "BadRequestError",
            None,
        ),
        "overflowCharacters" => vllm_error(
            400,
            "This model's maximum context length is 131072 tokens. However, you requested 131072 output tokens and your \
             prompt contains 14233 characters (more than 0 characters, which is the upper bound for 0 input tokens). Please \
             reduce the length of the input prompt or the number of requested output tokens. (parameter=input_text, \
             value=14233)",
            "BadRequestError",
            Some("input_text"),
        ),
        "rateLimited" => vllm_error(429, "Too many requests", "TooManyRequestsError", None),
        "serverError" => vllm_error(
            500,
            "EngineCore encountered an issue. See stack trace (above) for the root cause.",
            "InternalServerError",
            None,
        ),
        "overloaded" => vllm_error(503, "Service Unavailable", "ServiceUnavailableError", None),
        "timeout" => vllm_error(504, "Gateway Timeout", "GatewayTimeoutError", None),
        _ => return None,
    })
}

pub(super) fn vllm_overflow(asked: u64, output: u64, window: u64) -> Refusal {
    let room = window.saturating_sub(output);
    let text = format!(
        "You passed {asked} input tokens and requested {output} output tokens. However, the model's context length is only \
         {window} tokens, resulting in a maximum input length of {room} tokens. Please reduce the length of the input \
         prompt. (parameter=input_tokens, value={asked})"
    );
    vllm_error(400, &text, "BadRequestError", Some("input_tokens"))
}

pub(super) fn vllm_error(status: u16, message: &str, kind: &str, param: Option<&str>) -> Refusal {
    Refusal::new(
        status,
        json!({ "error": { "message": message, "type": kind, "param": param, "code": status } }),
    )
}

pub(super) fn lm_studio(word: &str, question: &Question) -> Option<Refusal> {
    let said = |status, text: &str| Refusal::new(status, json!({ "error": text }));
    Some(match word {
        "noKey" | "badKey" => Refusal::new(
            401,
            json!({ "error": { "message": "Malformed LM Studio API token provided.", "type": "invalid_request_error",
                "param": Value::Null, "code": "invalid_api_key" } }),
        ),
        // It says so, and says 200.
        "noSuchPath" => said(
            200,
            &format!(
                "Unexpected endpoint or method. ({} {}). Returning 200 anyway",
                question.request.method, question.path
            ),
        ),
        "badJson" => said(400, "Unexpected end of JSON input"),
        "overflowWords" => said(
            400,
            "The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model \
             with a larger context length, or provide a shorter input",
        ),
        "noCatalogue" => Refusal::new(
            404,
            json!({ "error": { "type": "model_not_found", "message": "Model not found in the catalog." } }),
        ),
        "rateLimited" => said(429, "Too many requests"),
        "serverError" => said(
            500,
            "The model has crashed without additional information. (Exit code: 6)",
        ),
        "overloaded" => said(503, "Service unavailable"),
        "timeout" => said(504, "Timed out"),
        _ => return None,
    })
}

pub(super) fn lm_studio_overflow(asked: u64, window: u64) -> Refusal {
    let text = format!("Cannot truncate prompt with n_keep ({asked}) >= n_ctx ({window})");
    Refusal::new(400, json!({ "error": text }))
}
