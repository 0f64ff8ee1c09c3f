//! Groq. Beside the usual words: `tooLarge` (413, a limit of tokens per minute that no waiting helps), `toolUseFailed`
//! (400), `forbidden` (403), `flex` (498: no capacity).

use serde_json::json;

use super::super::super::standing::{Question, Refusal};

pub(super) fn named(word: &str, question: &Question) -> Option<Refusal> {
    let error = |status, message: &str, kind: &str, code: Option<&str>| {
        let mut body = json!({ "error": { "message": message, "type": kind } });
        if let Some(code) = code {
            body["error"]["code"] = json!(code);
        }
        Some(Refusal::new(status, body))
    };
    let invalid = "invalid_request_error";
    match word {
        "noKey" | "badKey" => error(401, "Invalid API Key", invalid, Some("invalid_api_key")),
        "forbidden" => error(403, "Access denied. Please check your network settings.", invalid, None),
        "noSuchPath" => error(
            404,
            &format!(
                "Unknown request URL: {} {}. Please check the URL for typos, or see the docs at \
                 https://console.groq.com/docs/",
                question.request.method, question.path
            ),
            invalid,
            Some("unknown_url"),
        ),
        "badJson" => error(400, "could not parse the JSON body", invalid, Some("json_validate_failed")),
        "toolUseFailed" => error(
            400,
            "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
            invalid,
            Some("tool_use_failed"),
        )
        .map(|mut refusal| {
            refusal.body["error"]["failed_generation"] = json!("<function=get_time{}</function>");
            refusal
        }),
        "tooLarge" => error(
            413,
            "Request too large for model `standin/groq-20b` in organization `org_standin` service tier `on_demand` on \
             tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size and try again.",
            "tokens",
            Some("rate_limit_exceeded"),
        ),
        "rateLimited" => error(
            429,
            "Rate limit reached for model `standin/groq-20b` in organization `org_standin` service tier `on_demand` on \
             tokens per minute (TPM): Limit 6000, Used 5500, Requested 1200. Please try again in 7.66s.",
            "tokens",
            Some("rate_limit_exceeded"),
        )
        .map(|refusal| refusal.header("Retry-After", "8").header("x-ratelimit-remaining-tokens", "0")),
        "flex" => error(498, "Flex tier capacity exceeded.", "capacity_exceeded", None),
        "serverError" => error(500, "Internal Server Error", "internal_server_error", None),
        "overloaded" => error(
            503,
            "standin/groq-20b is currently over capacity. Please back off exponentially. Visit https://groqstatus.com to \
             see if there is an active incident.",
            "internal_server_error",
            None,
        ),
        "timeout" => error(504, "Gateway Timeout", "internal_server_error", None),
        _ => None,
    }
}
