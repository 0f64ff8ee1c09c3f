//! OpenRouter: the status is in the body, as a number. Beside the usual words: `noCredit` (402), `inFlight` (402, with
//! Retry-After), `moderation` (403), `noEndpoints` (404: no provider does what is asked), `upstreamLimited` (429 of a
//! provider), `providerDown` (502), `disconnected` (in a stream, with a text for a code).

use serde_json::{Value, json};

use super::super::super::standing::{Question, Refusal};

pub(super) fn named(word: &str, question: &Question) -> Option<Refusal> {
    let error = |status, message: &str| Some(coded(status, message, Value::Null));
    let more = |status, message: &str, metadata: Value| Some(coded(status, message, metadata));
    match word {
        "noKey" => error(401, "No auth credentials found"),
        "badKey" => error(401, "User not found."),
        "noSuchPath" => error(
            404,
            &format!("Not Found: {} {}", question.request.method, question.path),
        ),
        "badJson" => error(400, "Invalid JSON body"),
        "noCredit" => error(
            402,
            "This request requires more credits, or fewer max_tokens. You requested up to 2048 tokens, but can only afford \
             500. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account",
        ),
        "inFlight" => more(
            402,
            "Too much is in flight for your balance.",
            json!({ "limit_source": "openrouter_in_flight_budget" }),
        )
        .map(|refusal| refusal.header("Retry-After", "3")),
        "moderation" => more(
            403,
            "standin/router-large requires moderation on Stand-in. Your input was flagged for \"violence\". No credits were \
             charged.",
            json!({ "reasons": ["violence"], "flagged_input": "You said", "provider_name": "Stand-in",
                "model_slug": "standin/router-large" }),
        ),
        "noEndpoints" => error(
            404,
            "No endpoints found that support tool use. To learn more about provider routing, visit: \
             https://openrouter.ai/docs/provider-routing",
        ),
        "timeout" => error(408, "Request timed out"),
        "rateLimited" => more(
            429,
            "Rate limit exceeded: free-models-per-min.",
            json!({ "headers": { "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset":
                "1787000060000" } }),
        )
        .map(|refusal| refusal.header("Retry-After", "5")),
        "upstreamLimited" => more(
            429,
            "Provider returned error",
            json!({ "raw": "standin/router-small:free is temporarily rate-limited upstream. Please retry shortly.",
                "provider_name": "Stand-in" }),
        ),
        "serverError" => error(500, "Internal Server Error"),
        "providerDown" => more(
            502,
            "Provider returned error",
            json!({ "provider_name": "Stand-in", "raw": "" }),
        ),
        "overloaded" => error(
            503,
            "There is no available model provider that meets your routing requirements",
        )
        .map(|refusal| refusal.header("Retry-After", "10")),
        "disconnected" => Some(Refusal::new(
            502,
            json!({ "error": { "code": "server_error", "message": "Provider disconnected" } }),
        )),
        _ => None,
    }
}

pub(super) fn overflow(asked: u64, output: u64, window: u64) -> Refusal {
    let text = format!(
        "This endpoint's maximum context length is {window} tokens. However, you requested about {} tokens ({asked} of text \
         input, {output} in the output). Please reduce the length of either one, or use the context-compression plugin to \
         compress your prompt automatically.",
        asked + output
    );
    coded(400, &text, json!({ "provider_name": Value::Null }))
}

pub(super) fn coded(status: u16, message: &str, metadata: Value) -> Refusal {
    let mut body = json!({ "error": { "message": message, "code": status } });
    if !metadata.is_null() {
        body["error"]["metadata"] = metadata;
    }
    Refusal::new(status, body)
}
