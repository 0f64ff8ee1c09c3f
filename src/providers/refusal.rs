//! Reading refusals: the status, and what the body makes of it (`envelope`, `codes`).
//!
//! A status says little: a bad key is a 400 here, an overflow a 500 there, and once an answer has begun everything is
//! a 200. So it is only where nothing more exact is said that it decides.

use crate::transfer::http_date;

use super::answer::{Head, MAX_REFUSAL_BYTES, Reading};
use super::envelope::Envelope;
use super::error::{Foreign, ProviderError, ProviderErrorKind, RetryAfter};
use super::json::RawJson;
use super::words;

/// Keeps what a refusal says, up to a limit.
pub(super) fn collect(body: &mut Vec<u8>, bytes: &[u8]) -> Reading {
    let room = MAX_REFUSAL_BYTES.saturating_sub(body.len());
    body.extend_from_slice(&bytes[..bytes.len().min(room)]);
    if bytes.len() < room {
        Reading::More
    } else {
        Reading::Enough
    }
}

/// What a refusal means.
pub(super) fn judge(head: &Head, body: &[u8]) -> ProviderError {
    let text = String::from_utf8_lossy(body);
    let envelope = Envelope::read(&text);
    let retry = head.retry_after.as_deref().and_then(retry_after);
    let mut kind = of_status(head.status, retry, envelope.is_some(), &text);
    let mut said = None;
    if let Some(envelope) = envelope {
        kind = envelope.narrow(kind);
        said = envelope.message;
    } else if !head.is_page() {
        said = words::clean(&text);
    }
    ProviderError {
        kind,
        status: Some(head.status),
        said,
    }
}

/// The refusal in a body, a line or an event that came with the status of success, if that is what it is.
pub(super) fn inside(text: &str, status: u16) -> Option<ProviderError> {
    let envelope = Envelope::read(text).filter(|envelope| envelope.is_error)?;
    Some(of_envelope(envelope, status))
}

/// What an `error` inside a stream means, if it is one; `json` is the value beside that key.
pub(super) fn of_value(json: &str, status: u16) -> Option<ProviderError> {
    Envelope::of_error(json).map(|envelope| of_envelope(envelope, status))
}

/// What an event of the name `error` means: it carries an envelope, what would be in one, or words.
pub(super) fn of_event(data: &str, status: u16) -> ProviderError {
    let value = || RawJson::new(data).and_then(|json| of_value(json.as_str(), status));
    inside(data, status)
        .or_else(value)
        .unwrap_or_else(|| ProviderError {
            said: words::clean(data),
            ..ProviderError::at(ProviderErrorKind::Failed, status)
        })
}

/// Once an answer has begun, the status is a number inside.
fn of_envelope(envelope: Envelope, status: u16) -> ProviderError {
    let kind = match envelope.number {
        Some(number @ 400..=599) => of_status(number, None, true, ""),
        _ => ProviderErrorKind::Failed,
    };
    ProviderError {
        kind: envelope.narrow(kind),
        status: Some(status),
        said: envelope.message,
    }
}

fn of_status(status: u16, retry: Option<RetryAfter>, understood: bool, text: &str) -> ProviderErrorKind {
    match status {
        401 | 407 => ProviderErrorKind::Unauthorized,
        // Credit that is only spoken for comes back.
        402 if retry.is_some() => ProviderErrorKind::RateLimited { retry },
        402 => ProviderErrorKind::NoCredit,
        // A refusal because of where a page comes from has no words.
        403 if !understood && text.trim().is_empty() => ProviderErrorKind::OriginRefused,
        403 => ProviderErrorKind::Forbidden,
        404 | 410 if understood => ProviderErrorKind::NotFound,
        // What does not know the path is not the server that was meant.
        404 | 405 | 410 => ProviderErrorKind::NotThisProtocol(Foreign::Text.or_page(text)),
        408 | 504 => ProviderErrorKind::TimedOut,
        429 => ProviderErrorKind::RateLimited { retry },
        503 | 529 => ProviderErrorKind::Overloaded { retry },
        400..=499 => ProviderErrorKind::Refused,
        500..=599 => ProviderErrorKind::Failed,
        _ => ProviderErrorKind::NotThisProtocol(Foreign::Text.or_page(text)),
    }
}

/// `Retry-After`: whole seconds, or a date. Anything else says nothing.
fn retry_after(text: &str) -> Option<RetryAfter> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds: u64 = text.parse().unwrap_or(u64::MAX);
        return Some(RetryAfter::Ms(seconds.saturating_mul(1_000)));
    }
    http_date::parse(text).map(RetryAfter::At)
}
