//! The codes of refusals, and the words of those that have none.
//!
//! Whatever protocol it comes from, a code means one thing: the tables are for all of them, since servers speak each
//! other's protocols and pass on each other's refusals.

use super::error::{Foreign, ProviderErrorKind};

/// "The prompt is longer than the context."
pub(super) const OVERFLOW: [&str; 3] = [
    "context_length_exceeded",
    "exceed_context_size_error",
    "model_context_window_exceeded",
];

/// What a code stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Unauthorized,
    NoCredit,
    Forbidden,
    NotFound,
    RateLimited,
    Overloaded,
    TimedOut,
    Refused,
}

/// Codes, types, states and reasons, the most exact first: a refusal has several.
const CODES: [(&str, Meaning); 39] = [
    // Gemini
    ("API_KEY_INVALID", Meaning::Unauthorized),
    ("API_KEY_EXPIRED", Meaning::Unauthorized),
    ("UNAUTHENTICATED", Meaning::Unauthorized),
    ("FAILED_PRECONDITION", Meaning::Forbidden),
    ("PERMISSION_DENIED", Meaning::Forbidden),
    ("NOT_FOUND", Meaning::NotFound),
    ("RESOURCE_EXHAUSTED", Meaning::RateLimited),
    ("UNAVAILABLE", Meaning::Overloaded),
    ("DEADLINE_EXCEEDED", Meaning::TimedOut),
    ("INVALID_ARGUMENT", Meaning::Refused),
    // OpenAI and those that speak its protocol
    ("insufficient_quota", Meaning::NoCredit),
    ("billing_hard_limit_reached", Meaning::NoCredit),
    ("billing_not_active", Meaning::NoCredit),
    ("insufficient_balance", Meaning::NoCredit),
    ("invalid_api_key", Meaning::Unauthorized),
    ("unsupported_country_region_territory", Meaning::Forbidden),
    ("model_not_found", Meaning::NotFound),
    ("model_decommissioned", Meaning::NotFound),
    ("invalid_model", Meaning::NotFound),
    ("NotFoundError", Meaning::NotFound),
    ("rate_limit_exceeded", Meaning::RateLimited),
    ("rate_limit_reached", Meaning::RateLimited),
    ("server_overloaded", Meaning::Overloaded),
    ("engine_overloaded", Meaning::Overloaded),
    ("engine_overloaded_error", Meaning::Overloaded),
    ("unavailable_error", Meaning::Overloaded),
    ("content_filter", Meaning::Refused),
    ("content_policy_violation", Meaning::Refused),
    // Anthropic
    ("billing_error", Meaning::NoCredit),
    ("authentication_error", Meaning::Unauthorized),
    ("permission_error", Meaning::Forbidden),
    ("not_found_error", Meaning::NotFound),
    ("rate_limit_error", Meaning::RateLimited),
    ("overloaded_error", Meaning::Overloaded),
    ("timeout_error", Meaning::TimedOut),
    ("request_too_large", Meaning::Refused),
    // What says the least
    ("invalid_request_error", Meaning::Refused),
    ("BadRequestError", Meaning::Refused),
    ("permission_denied", Meaning::Forbidden),
];

/// Whether words can mean an overflow that came with such a status.
pub(super) fn may_be_overflow(kind: &ProviderErrorKind) -> bool {
    !matches!(
        kind,
        ProviderErrorKind::Unauthorized
            | ProviderErrorKind::RateLimited { .. }
            | ProviderErrorKind::NoCredit
            | ProviderErrorKind::NotFound
    )
}

/// What a code makes of a status.
pub(super) fn by_code(has: &dyn Fn(&str) -> bool, kind: &ProviderErrorKind) -> Option<ProviderErrorKind> {
    let (_, meaning) = CODES.iter().find(|(code, _)| has(code))?;
    let retry = match kind {
        ProviderErrorKind::RateLimited { retry } | ProviderErrorKind::Overloaded { retry } => *retry,
        _ => None,
    };
    Some(match meaning {
        Meaning::Unauthorized => ProviderErrorKind::Unauthorized,
        Meaning::NoCredit => ProviderErrorKind::NoCredit,
        Meaning::Forbidden => ProviderErrorKind::Forbidden,
        Meaning::NotFound => ProviderErrorKind::NotFound,
        Meaning::RateLimited => ProviderErrorKind::RateLimited { retry },
        Meaning::Overloaded => ProviderErrorKind::Overloaded { retry },
        Meaning::TimedOut => ProviderErrorKind::TimedOut,
        // It says no more than that the request is to blame: every status but that of success says more.
        Meaning::Refused if *kind == ProviderErrorKind::Failed => ProviderErrorKind::Refused,
        Meaning::Refused => return None,
    })
}

/// What words make of a status, where servers have no codes.
pub(super) fn by_words(kind: &ProviderErrorKind, message: &str) -> Option<ProviderErrorKind> {
    let has = |words: &str| message.contains(words);
    let is_refusal = matches!(kind, ProviderErrorKind::Refused);
    let is_failure = matches!(kind, ProviderErrorKind::Failed);
    let is_missing = matches!(kind, ProviderErrorKind::NotFound);
    let no_such_path = || {
        matches!(message, "Not Found" | "File Not Found" | "Invalid path")
            || message.starts_with("Invalid URL (")
            || message.starts_with("Unknown request URL")
    };
    if is_missing && no_such_path() || has("Unexpected endpoint or method") {
        return Some(ProviderErrorKind::NotThisProtocol(Foreign::OtherJson));
    }
    if has("credit balance is too low") || has("Insufficient Balance") {
        return Some(ProviderErrorKind::NoCredit);
    }
    if is_missing && has("No endpoints found that support") {
        return Some(ProviderErrorKind::ModelCannot);
    }
    // Ollama
    if is_refusal && has("does not support") {
        return Some(ProviderErrorKind::ModelCannot);
    }
    if is_refusal && has("is not a valid model ID") {
        return Some(ProviderErrorKind::NotFound);
    }
    if !is_failure {
        return None;
    }
    if message.ends_with("file does not exist") || message.ends_with("try pulling it first") {
        return Some(ProviderErrorKind::NotFound);
    }
    if message == "unauthorized" {
        return Some(ProviderErrorKind::Unauthorized);
    }
    has("maximum pending requests exceeded").then_some(ProviderErrorKind::Overloaded { retry: None })
}
