//! Refusals of Anthropic and Gemini, and what each becomes.

use modelyard::providers::error::{ProviderErrorKind as K, RetryAfter};
use modelyard::providers::{Head, Provider};

use super::super::driving::{feed, fixture, whole};
use super::{answer, anthropic, call, gemini};

fn kind(provider: &Provider, status: u16, body: &str) -> K {
    let refused = Head {
        status,
        content_type: Some("application/json".to_owned()),
        retry_after: Some("7".to_owned()),
        ..Head::default()
    };
    let (_, end) = feed(call(provider), refused, [body.as_bytes()]);
    end.expect_err("a refusal").kind
}

fn of_anthropic(status: u16, code: &str, message: &str) -> K {
    let body = format!(
        r#"{{"type":"error","error":{{"type":"{code}","message":"{message}"}},"request_id":"req_011"}}"#
    );
    kind(&anthropic(), status, &body)
}

fn of_gemini(status: u16, code: &str, message: &str, reason: &str) -> K {
    let details = format!(
        r#"[{{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{reason}","domain":"googleapis.com"}}]"#
    );
    let body = format!(
        r#"{{"error":{{"code":{status},"message":"{message}","status":"{code}","details":{details}}}}}"#
    );
    kind(&gemini(), status, &body)
}

#[test]
fn refusals_of_anthropic_are_told_apart() {
    let retry = Some(RetryAfter::Ms(7_000));
    for (status, code, message, expected) in [
        (
            400,
            "invalid_request_error",
            "max_tokens: Field required",
            K::Refused,
        ),
        (401, "authentication_error", "invalid x-api-key", K::Unauthorized),
        (
            403,
            "permission_error",
            "Your API key does not have permission",
            K::Forbidden,
        ),
        (404, "not_found_error", "model: claude-nope", K::NotFound),
        (
            413,
            "request_too_large",
            "Request exceeds the maximum size",
            K::Refused,
        ),
        (
            429,
            "rate_limit_error",
            "This request would exceed",
            K::RateLimited { retry },
        ),
        (500, "api_error", "Internal server error", K::Failed),
        (529, "overloaded_error", "Overloaded", K::Overloaded { retry }),
    ] {
        assert_eq!(of_anthropic(status, code, message), expected, "{code}");
    }
}

#[test]
fn a_prompt_that_is_too_long_for_anthropic_says_the_counts() {
    assert_eq!(
        of_anthropic(
            400,
            "invalid_request_error",
            "prompt is too long: 204711 tokens > 200000 maximum"
        ),
        K::ContextExceeded {
            prompt_tokens: Some(204_711),
            context_tokens: Some(200_000),
        }
    );
}

#[test]
fn an_overload_within_an_answer_is_one() {
    let (_, end) = answer(&anthropic(), "anthropic-overloaded.sse");
    assert_eq!(end.expect_err("an error").kind, K::Overloaded { retry: None });
    let (_, end) = answer(&gemini(), "gemini-error.sse");
    assert_eq!(end.expect_err("an error").kind, K::Overloaded { retry: None });
    let text = String::from_utf8(fixture("anthropic-overloaded.sse")).expect("text");
    for (code, expected) in [
        ("rate_limit_error", K::RateLimited { retry: None }),
        ("api_error", K::Failed),
    ] {
        let (_, end) = whole(
            call(&anthropic()),
            text.replace("overloaded_error", code)
                .replace("Overloaded", "x")
                .as_bytes(),
        );
        assert_eq!(end.expect_err(code).kind, expected);
    }
}

#[test]
fn refusals_of_gemini_are_told_apart() {
    let retry = Some(RetryAfter::Ms(7_000));
    for (status, code, message, reason, expected) in [
        (400, "INVALID_ARGUMENT", "Invalid value", "BAD", K::Refused),
        (
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            "API_KEY_INVALID",
            K::Unauthorized,
        ),
        (
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use.",
            "X",
            K::Forbidden,
        ),
        (403, "PERMISSION_DENIED", "denied", "X", K::Forbidden),
        (404, "NOT_FOUND", "models/nope is not found", "X", K::NotFound),
        (429, "RESOURCE_EXHAUSTED", "quota", "X", K::RateLimited { retry }),
        (500, "INTERNAL", "internal", "X", K::Failed),
        (503, "UNAVAILABLE", "overloaded", "X", K::Overloaded { retry }),
    ] {
        assert_eq!(
            of_gemini(status, code, message, reason),
            expected,
            "{code} {reason}"
        );
    }
}

#[test]
fn a_prompt_that_is_too_long_for_gemini_says_the_counts() {
    assert_eq!(
        of_gemini(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200034) exceeds the maximum number of tokens allowed (1048576).",
            "X"
        ),
        K::ContextExceeded {
            prompt_tokens: Some(1_200_034),
            context_tokens: Some(1_048_576),
        }
    );
}
