//! What Anthropic says when it refuses, by word.
//!
//! | word | status |
//! |-|-|
//! | `noOptIn`, `closedToPages`, `noKey`, `badKey`, `badBearer` | 401 |
//! | `noVersion`, `badRequest`, `badJson`, `overflow`, `noRoom`, `noCredit` | 400 |
//! | `billing` | 402 |
//! | `forbidden` | 403 |
//! | `notFound`, `noSuchPath` | 404 |
//! | `tooLarge` | 413 |
//! | `rateLimited` | 429, with Retry-After |
//! | `serverError`, `timeout`, `overloaded` | 500, 504, 529 |
//! | `badGateway` | 502, a page of a proxy |

use serde_json::json;

use super::super::standing::{Question, Refusal};

/// The error of a word, if there is one.
pub(in super::super) fn named(word: &str, question: &Question) -> Option<Refusal> {
    let error = |status, kind: &str, message: &str| Some(plain(status, kind, message, question));
    let invalid = |message: &str| Some(invalid(message, question));
    let stranger = |message: &str| error(401, "authentication_error", message);
    match word {
        "noOptIn" => stranger("CORS requests must set 'anthropic-dangerous-direct-browser-access' header"),
        "closedToPages" => stranger(
            "CORS requests are not allowed for this Organization because of its settings. If you believe this in error, \
             contact support at https://support.anthropic.com/.",
        ),
        "noKey" => stranger("x-api-key header is required"),
        "badKey" => stranger("invalid x-api-key"),
        "badBearer" => stranger("Invalid bearer token"),
        "noVersion" => invalid("anthropic-version: header is required"),
        "badRequest" => invalid("messages: Field required"),
        "badJson" => invalid("The request body is not valid JSON: EOF while parsing a value: line 1 column 0 (char 0)"),
        "overflow" => Some(too_long(210_000, 200_000, question)),
        "noRoom" => Some(no_room(178_959, 64_000, 200_000, question)),
        "noCredit" => invalid(
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or \
             purchase credits.",
        ),
        "billing" => error(
            402,
            "billing_error",
            "There is an issue with your billing or payment information.",
        ),
        "forbidden" => error(403, "permission_error", "Your API key does not have permission to use the specified resource."),
        "notFound" => Some(no_model("gone", question)),
        "noSuchPath" => error(404, "not_found_error", "Not Found"),
        "tooLarge" => error(413, "request_too_large", "Request exceeds the maximum allowed number of bytes."),
        "rateLimited" => error(
            429,
            "rate_limit_error",
            "This request would exceed your organization's rate limit of 50 requests per minute (org: standin, model: \
             claude-standin-large). For details, refer to: https://docs.claude.com/en/api/rate-limits.",
        )
        .map(|refusal| refusal.header("Retry-After", "12").header("anthropic-ratelimit-requests-remaining", "0")),
        "serverError" => error(500, "api_error", "Internal server error"),
        "timeout" => error(504, "timeout_error", "Request timed out."),
        "overloaded" => error(529, "overloaded_error", "Overloaded"),
        "badGateway" => Some(Refusal::new(
            502,
            json!("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>cloudflare</body>\r\n</html>\r\n"),
        )),
        _ => None,
    }
}

/// One of the words above.
pub(super) fn of(word: &str, question: &Question) -> Refusal {
    named(word, question).unwrap_or_else(|| plain(500, "api_error", word, question))
}

/// A request that cannot be answered.
pub(super) fn invalid(message: &str, question: &Question) -> Refusal {
    plain(400, "invalid_request_error", message, question)
}

/// A model that is not there.
pub(super) fn no_model(id: &str, question: &Question) -> Refusal {
    plain(404, "not_found_error", &format!("model: {id}"), question)
}

/// A prompt of more than the window holds.
pub(super) fn too_long(asked: u64, window: u64, question: &Question) -> Refusal {
    invalid(
        &format!("prompt is too long: {asked} tokens > {window} maximum"),
        question,
    )
}

/// A prompt that leaves no room for the answer.
pub(super) fn no_room(asked: u64, output: u64, window: u64, question: &Question) -> Refusal {
    let text = format!(
        "input length and `max_tokens` exceed context limit: {asked} + {output} > {window}, decrease input length or \
         `max_tokens` and try again"
    );
    invalid(&text, question)
}

/// The id of a request, in a header of every answer and in the body of every error.
pub(super) fn request_id(question: &Question) -> String {
    format!("req_standin{:04}", question.number)
}

fn plain(status: u16, kind: &str, message: &str, question: &Question) -> Refusal {
    let id = request_id(question);
    let body = json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": id });
    Refusal::new(status, body).header("request-id", &id)
}
