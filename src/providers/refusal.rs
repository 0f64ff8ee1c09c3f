//! Reading refusals: the status, and the envelopes servers put their words in.

use crate::transfer::http_date;

use super::answer::{Head, MAX_REFUSAL_BYTES, Reading};
use super::context;
use super::error::{Foreign, ProviderError, ProviderErrorKind, RetryAfter};
use super::json::{NoJson, Reader};
use super::words;

/// What a refusal says, in whichever of the envelopes it comes: `{"error": "…"}`, `{"error": {"message": …}}`,
/// `{"message": …}`, `{"detail": …}`.
#[derive(Debug, Default)]
struct Envelope {
    message: Option<String>,
    /// `code`, `type` or `status` where they are words.
    codes: Vec<String>,
    prompt_tokens: Option<u64>,
    context_tokens: Option<u64>,
    /// There is an `error`.
    is_error: bool,
}

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
    let status = head.status;
    let mut kind = of_status(head, envelope.is_some(), &text);
    let mut said = None;
    if let Some(envelope) = envelope {
        kind = envelope.narrow(kind);
        said = envelope.message;
    } else if !head.is_page() {
        said = words::clean(&text);
    }
    ProviderError {
        kind,
        status: Some(status),
        said,
    }
}

/// The refusal in a body or a line that came with the status of success, if that is what it is.
pub(super) fn inside(text: &str, status: u16) -> Option<ProviderError> {
    let envelope = Envelope::read(text).filter(|envelope| envelope.is_error)?;
    let kind = envelope.narrow(ProviderErrorKind::Failed);
    Some(ProviderError {
        kind,
        status: Some(status),
        said: envelope.message,
    })
}

/// What an `error` inside a stream means, if it is one; `json` is the value beside that key.
pub(super) fn of_value(json: &str, status: u16) -> Option<ProviderError> {
    let envelope = Envelope::of_error(json)?;
    Some(ProviderError {
        kind: envelope.narrow(ProviderErrorKind::Failed),
        status: Some(status),
        said: envelope.message,
    })
}

fn of_status(head: &Head, understood: bool, text: &str) -> ProviderErrorKind {
    let retry = head.retry_after.as_deref().and_then(retry_after);
    match head.status {
        401 | 407 => ProviderErrorKind::Unauthorized,
        402 => ProviderErrorKind::Forbidden,
        // A refusal because of where a page comes from has no words.
        403 if text.trim().is_empty() => ProviderErrorKind::OriginRefused,
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

impl Envelope {
    /// Reads a whole body or line; `None` where it is no envelope.
    fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text);
        let mut found = Self::default();
        let mut understood = false;
        let mut walk = || -> Result<(), NoJson> {
            if !reader.object()? {
                return Err(NoJson);
            }
            while let Some(key) = reader.key()? {
                match &*key {
                    "error" => {
                        let json = reader.raw()?;
                        // Some servers send it empty with every good answer.
                        if let Some(inner) = Self::of_error(json) {
                            found = inner;
                            found.is_error = true;
                            understood = true;
                        }
                    }
                    "message" | "detail" if !found.is_error => {
                        let message = reader.text()?.as_deref().and_then(words::clean);
                        understood |= message.is_some();
                        found.message = message.or(found.message.take());
                    }
                    _ => reader.skip()?,
                }
            }
            reader.end()
        };
        walk().ok()?;
        understood.then_some(found)
    }

    /// Reads what stands beside `error`: a text, or an object; `None` where it says that there is none.
    fn of_error(json: &str) -> Option<Self> {
        let mut found = Self::default();
        if matches!(json, "null" | "false" | "\"\"") {
            return None;
        }
        // The JSON was checked when it was cut out.
        let _ = found.fill(&mut Reader::new(json), true);
        Some(found)
    }

    fn fill(&mut self, reader: &mut Reader, outer: bool) -> Result<(), NoJson> {
        let mut text = reader.clone();
        if let Some(text) = text.text()? {
            self.message = words::clean(&text);
            return Ok(());
        }
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "message" => self.message = reader.text()?.as_deref().and_then(words::clean),
                "code" | "type" | "status" | "reason" => self.codes.extend(reader.word()?),
                "n_prompt_tokens" => self.prompt_tokens = reader.count()?,
                "n_ctx" => self.context_tokens = reader.count()?,
                // Servers that pass on the refusal of another one put it inside their own.
                "error" if outer => self.fill(reader, false)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|other| other == code)
    }

    /// A more exact kind than the status gives, by what is said.
    fn narrow(&self, kind: ProviderErrorKind) -> ProviderErrorKind {
        let message = self.message.as_deref().unwrap_or_default();
        if self.has_code("context_length_exceeded")
            || self.has_code("exceed_context_size_error")
            || context::is_exceeded(message)
        {
            return ProviderErrorKind::ContextExceeded {
                prompt_tokens: self.prompt_tokens,
                context_tokens: self.context_tokens,
            };
        }
        match kind {
            // Ollama has no codes; these are the words of its errors.
            ProviderErrorKind::Refused if message.contains("does not support") => {
                ProviderErrorKind::ModelCannot
            }
            ProviderErrorKind::Failed
                if message.ends_with("file does not exist") || message.ends_with("try pulling it first") =>
            {
                ProviderErrorKind::NotFound
            }
            ProviderErrorKind::Failed if message == "unauthorized" => ProviderErrorKind::Unauthorized,
            ProviderErrorKind::Failed if message.contains("maximum pending requests exceeded") => {
                ProviderErrorKind::Overloaded { retry: None }
            }
            other => other,
        }
    }
}
