//! OpenAI itself. Beside the usual words: `forbidden` and `region` (403), `userTooLong` (400, and no overflow),
//! `inputLimit` (400, an overflow of its own), `tooLarge` (413), `noCredit` (429).

use serde_json::json;

use super::super::super::standing::{Question, Refusal};

pub(super) fn named(word: &str, question: &Question) -> Option<Refusal> {
    let error = |status, message: &str, kind: &str, code: Option<&str>| {
        Some(plain(status, message, kind, None, code))
    };
    match word {
        "noKey" => error(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth \
             (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from \
             https://platform.openai.com/account/api-keys.",
            "invalid_request_error",
            None,
        ),
        "badKey" => error(
            401,
            &format!(
                "Incorrect API key provided: {}. You can find your API key at \
                 https://platform.openai.com/account/api-keys.",
                masked(question.key.as_deref().unwrap_or_default())
            ),
            "invalid_request_error",
            Some("invalid_api_key"),
        ),
        "forbidden" => error(
            403,
            "You have insufficient permissions for this operation. Missing scopes: model.request.",
            "invalid_request_error",
            Some("missing_scope"),
        ),
        "region" => error(
            403,
            "Country, region, or territory not supported",
            "request_forbidden",
            Some("unsupported_country_region_territory"),
        ),
        "noSuchPath" => error(
            404,
            &format!("Invalid URL ({} {})", question.request.method, question.path),
            "invalid_request_error",
            None,
        ),
        "badJson" => error(
            400,
            "We could not parse the JSON body of your request.",
            "invalid_request_error",
            None,
        ),
        "userTooLong" => Some(plain(
            400,
            "Invalid 'user': string too long. Expected a string with maximum length 64, but got a string with length 100 \
             instead.",
            "invalid_request_error",
            Some("user"),
            Some("string_above_max_length"),
        )),
        "inputLimit" => error(
            400,
            "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 290411 tokens. Please \
             reduce the length of the messages.",
            "invalid_request_error",
            Some("context_length_exceeded"),
        ),
        "tooLarge" => error(413, "Maximum content size limit exceeded.", "invalid_request_error", None),
        "rateLimited" => error(
            429,
            "Rate limit reached for gpt-standin in organization org-standin on requests per min (RPM): Limit 3, Used 3, \
             Requested 1. Please try again in 20s. Visit https://platform.openai.com/account/rate-limits to learn more.",
            "requests",
            Some("rate_limit_exceeded"),
        )
        .map(|refusal| {
            let refusal = refusal.header("Retry-After", "20").header("retry-after-ms", "20000");
            refusal.header("x-ratelimit-remaining-requests", "0")
        }),
        "noCredit" => error(
            429,
            "You exceeded your current quota, please check your plan and billing details. For more information on this \
             error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
            "insufficient_quota",
            Some("insufficient_quota"),
        ),
        "serverError" => error(
            500,
            "The server had an error while processing your request. Sorry about that!",
            "server_error",
            None,
        ),
        "overloaded" => error(
            503,
            "The engine is currently overloaded, please try again later",
            "server_error",
            None,
        ),
        "timeout" => error(504, "The server timed out.", "server_error", None),
        _ => None,
    }
}

/// More than the window holds.
pub(super) fn overflow(asked: u64, output: u64, window: u64) -> Refusal {
    let text = if output == 0 {
        format!(
            "This model's maximum context length is {window} tokens. However, your messages resulted in {asked} tokens. \
             Please reduce the length of the messages."
        )
    } else {
        format!(
            "This model's maximum context length is {window} tokens. However, you requested {} tokens ({asked} in the \
             messages, {output} in the completion). Please reduce the length of the messages or completion.",
            asked + output
        )
    };
    plain(
        400,
        &text,
        "invalid_request_error",
        Some("messages"),
        Some("context_length_exceeded"),
    )
}

pub(super) fn plain(
    status: u16,
    message: &str,
    kind: &str,
    param: Option<&str>,
    code: Option<&str>,
) -> Refusal {
    Refusal::new(
        status,
        json!({ "error": { "message": message, "type": kind, "param": param, "code": code } }),
    )
}

/// A key as OpenAI shows it: its ends.
fn masked(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    if letters.len() <= 12 {
        return "*".repeat(letters.len());
    }
    let hidden = letters.len() - 12;
    let (start, end) = (&letters[..8], &letters[letters.len() - 4..]);
    let hidden = std::iter::repeat_n('*', hidden);
    start
        .iter()
        .copied()
        .chain(hidden)
        .chain(end.iter().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_key_is_shown_by_its_ends() {
        assert_eq!(masked("sk-proj-abcdefMxYA"), "sk-proj-******MxYA");
        assert_eq!(masked("short"), "*****");
    }
}
