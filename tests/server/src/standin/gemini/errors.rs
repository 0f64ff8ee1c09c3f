//! What Gemini says when it refuses, by word.
//!
//! | word | status |
//! |-|-|
//! | `noKey`, `forbidden`, `referrer` | 403 |
//! | `badKey`, `expiredKey`, `badRequest`, `badJson`, `overflow`, `region`, `noSignature` | 400 |
//! | `badBearer` | 401 |
//! | `notFound`, `noSuchPath` | 404 |
//! | `rateLimited`, `noCredit` | 429, the first with a delay in its details and no Retry-After |
//! | `serverError`, `badGateway` (a page of a proxy), `overloaded`, `timeout` | 500, 502, 503, 504 |

use serde_json::{Value, json};

use super::super::standing::Refusal;

/// The error of a word, if there is one.
pub(in super::super) fn named(word: &str) -> Option<Refusal> {
    let error = |status, name: &str, message: &str| Some(plain(status, name, message));
    let key = |message: &str| Some(with_reason(400, "INVALID_ARGUMENT", message, "API_KEY_INVALID"));
    match word {
        "noKey" => error(
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other \
             form of API consumer identity to call this API.",
        ),
        "badKey" => key("API key not valid. Please pass a valid API key."),
        "expiredKey" => key("API key expired. Please renew the API key."),
        "badBearer" => Some(with_reason(
            401,
            "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid \
             authentication credential.",
            "ACCESS_TOKEN_TYPE_UNSUPPORTED",
        )),
        "forbidden" => error(403, "PERMISSION_DENIED", "The caller does not have permission"),
        "referrer" => Some(with_reason(
            403,
            "PERMISSION_DENIED",
            "Requests from referer <empty> are blocked.",
            "API_KEY_HTTP_REFERRER_BLOCKED",
        )),
        "region" => error(
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use.",
        ),
        "noSignature" => Some(invalid(
            "Function call is missing a thought_signature in functionCall parts. This is required for tools to work \
             correctly.",
        )),
        "badRequest" => Some(invalid("Request contains an invalid argument.")),
        "badJson" => Some(invalid(
            "Invalid JSON payload received. Unexpected end of string.\n\n^",
        )),
        "overflow" => Some(too_long(1_200_293, 1_048_576)),
        "notFound" => Some(no_method("gone", "generateContent")),
        "noSuchPath" => Some(Refusal::new(
            404,
            json!("<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title>\n"),
        )),
        "rateLimited" => Some(limited(
            "You exceeded your current quota, please check your plan and billing details. For more information on this \
             error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: \
             generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 10\nPlease retry in 7.5s.",
        )),
        "noCredit" => error(
            429,
            "RESOURCE_EXHAUSTED",
            "Resource has been exhausted (e.g. check quota).",
        ),
        "serverError" => error(
            500,
            "INTERNAL",
            "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/\
             troubleshooting",
        ),
        "badGateway" => Some(Refusal::new(
            502,
            json!("<!DOCTYPE html>\n<title>Error 502 (Server Error)!!1</title>\n"),
        )),
        "overloaded" => error(
            503,
            "UNAVAILABLE",
            "The model is overloaded. Please try again later.",
        ),
        "timeout" => error(
            504,
            "DEADLINE_EXCEEDED",
            "Deadline expired before operation could complete.",
        ),
        _ => None,
    }
}

/// One of the words above.
pub(super) fn of(word: &str) -> Refusal {
    named(word).unwrap_or_else(|| plain(500, "INTERNAL", word))
}

/// A request that cannot be answered.
pub(super) fn invalid(message: &str) -> Refusal {
    plain(400, "INVALID_ARGUMENT", message)
}

/// A field that is not known.
pub(super) fn unknown_field(name: &str, place: &str) -> Refusal {
    let text = format!("Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field.");
    let mut refusal = invalid(&text);
    refusal.body["error"]["details"] = json!([{ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{ "description": text }] }]);
    refusal
}

/// A model that is not there.
pub(super) fn no_model(id: &str) -> Refusal {
    plain(
        404,
        "NOT_FOUND",
        &format!("Model is not found: models/{id} for api version v1beta"),
    )
}

/// A model that is not there, or does not do this.
pub(super) fn no_method(id: &str, method: &str) -> Refusal {
    let text = format!(
        "models/{id} is not found for API version v1beta, or is not supported for {method}. Call ListModels to see the list \
         of available models and their supported methods."
    );
    plain(404, "NOT_FOUND", &text)
}

/// A prompt of more than the window holds.
pub(super) fn too_long(asked: u64, window: u64) -> Refusal {
    invalid(&format!(
        "The input token count ({asked}) exceeds the maximum number of tokens allowed ({window})."
    ))
}

fn limited(message: &str) -> Refusal {
    let mut refusal = plain(429, "RESOURCE_EXHAUSTED", message);
    refusal.body["error"]["details"] = json!([
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{
            "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
            "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
            "quotaDimensions": { "location": "global", "model": "gemini-standin-flash" }, "quotaValue": "10" }] },
        { "@type": "type.googleapis.com/google.rpc.Help", "links": [{
            "description": "Learn more about Gemini API quotas",
            "url": "https://ai.google.dev/gemini-api/docs/rate-limits" }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s" },
    ]);
    refusal
}

fn with_reason(status: u16, name: &str, message: &str, reason: &str) -> Refusal {
    let mut refusal = plain(status, name, message);
    refusal.body["error"]["details"] = json!([
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
          "metadata": { "service": "generativelanguage.googleapis.com" } },
        { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", "locale": "en-US", "message": message },
    ]);
    refusal
}

fn plain(status: u16, name: &str, message: &str) -> Refusal {
    let error: Value = json!({ "code": status, "message": message, "status": name });
    Refusal::new(status, json!({ "error": error }))
}
