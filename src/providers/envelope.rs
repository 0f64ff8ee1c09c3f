//! The envelopes servers put the words of a refusal in.
//!
//! `{"error": "…"}`, `{"error": {"message": …, "code": …}}`, the same in an array, `{"type": "error", "error": {…}}`,
//! `{"message": …}`, `{"message": {"detail": […]}}`, `{"detail": …}`; and servers that pass on the refusal of another one
//! have it inside their own, as JSON or as a text that is JSON once more.

use super::codes;
use super::context;
use super::error::{ProviderErrorKind, RetryAfter};
use super::json::{NoJson, Reader};
use super::words;

/// How many envelopes can be inside of one.
const MAX_INSIDE: u32 = 3;
/// The most words that are kept of what may be a code.
const MAX_CODES: usize = 16;

/// What a refusal says.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    pub(super) message: Option<String>,
    /// `code`, `type`, `status` or `reason` where they are words.
    codes: Vec<String>,
    /// `code` where it is a number: the status, had nothing been said before.
    pub(super) number: Option<u16>,
    prompt_tokens: Option<u64>,
    context_tokens: Option<u64>,
    /// After how many milliseconds to ask again.
    retry_ms: Option<u64>,
    /// What was sent was looked at and held back.
    moderated: bool,
    /// There is an `error`.
    pub(super) is_error: bool,
}

impl Envelope {
    /// Reads a whole body or line; `None` where it is no envelope.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text);
        if reader.is_array() {
            // A stream that is an array, which begins with its refusal.
            reader.array().ok()?;
            let first = reader.item().ok()?.then(|| reader.raw().ok());
            return first.flatten().and_then(Self::read);
        }
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
                        let json = reader.raw()?;
                        found.say(json, 0)?;
                        understood |= found.message.is_some();
                    }
                    "code" | "type" if !found.is_error => found.code(&mut reader)?,
                    _ => reader.skip()?,
                }
            }
            reader.end()
        };
        walk().ok()?;
        understood.then_some(found)
    }

    /// Reads what stands beside `error`: a text, or an object; `None` where it says that there is none.
    pub(super) fn of_error(json: &str) -> Option<Self> {
        let mut found = Self::default();
        if matches!(json, "null" | "false" | "\"\"" | "{}") {
            return None;
        }
        // The JSON was checked when it was cut out.
        let _ = found.fill(&mut Reader::new(json), 0);
        Some(found)
    }

    fn fill(&mut self, reader: &mut Reader, depth: u32) -> Result<(), NoJson> {
        if !reader.is_object() {
            let text = reader.text()?;
            self.message = text.as_deref().and_then(words::clean).or(self.message.take());
            return Ok(());
        }
        reader.object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "message" => {
                    let json = reader.raw()?;
                    self.say(json, depth)?;
                }
                "code" | "type" | "status" | "reason" => self.code(reader)?,
                "n_prompt_tokens" => self.prompt_tokens = reader.count()?,
                "n_ctx" => self.context_tokens = reader.count()?,
                "retryDelay" => self.retry_ms = reader.text()?.as_deref().and_then(span_ms),
                "details" if reader.is_array() && depth < MAX_INSIDE => {
                    reader.array()?;
                    while reader.item()? {
                        // What is said there is said of the same refusal, in less words.
                        let message = self.message.take();
                        self.fill(reader, depth + 1)?;
                        self.message = message;
                    }
                }
                "metadata" if depth < MAX_INSIDE => self.metadata(reader, depth + 1)?,
                "error" if depth < MAX_INSIDE => self.fill(reader, depth + 1)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    /// What OpenRouter adds: why something was held back, or the refusal of the one that would have answered.
    fn metadata(&mut self, reader: &mut Reader, depth: u32) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "reasons" | "flagged_input" => {
                    self.moderated = true;
                    reader.skip()?;
                }
                "raw" => {
                    let json = reader.raw()?;
                    self.say(json, depth)?;
                }
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    /// Takes a message, which may be a text, a text that is an envelope, or a list or object around one.
    fn say(&mut self, json: &str, depth: u32) -> Result<(), NoJson> {
        let mut reader = Reader::new(json);
        if let Some(text) = reader.clone().text()? {
            let inside = if depth < MAX_INSIDE && text.trim_start().starts_with('{') {
                Self::read(&text)
            } else {
                None
            };
            match inside {
                Some(inside) => self.take(inside),
                None => self.message = words::clean(&text).or(self.message.take()),
            }
        } else if depth >= MAX_INSIDE {
            return Ok(());
        } else if reader.is_array() {
            reader.array()?;
            while reader.item()? {
                let json = reader.raw()?;
                self.say(json, depth + 1)?;
            }
        } else if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "msg" | "message" | "detail" | "error" => {
                        let json = reader.raw()?;
                        self.say(json, depth + 1)?;
                    }
                    _ => reader.skip()?,
                }
            }
        }
        Ok(())
    }

    /// What another envelope says is more exact.
    fn take(&mut self, inside: Self) {
        self.message = inside.message.or(self.message.take());
        self.codes.extend(inside.codes);
        self.number = self.number.or(inside.number);
        self.prompt_tokens = inside.prompt_tokens.or(self.prompt_tokens);
        self.context_tokens = inside.context_tokens.or(self.context_tokens);
        self.retry_ms = inside.retry_ms.or(self.retry_ms);
        self.moderated |= inside.moderated;
    }

    fn code(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        let json = reader.raw()?;
        let word = Reader::new(json).word()?;
        let text = word.as_deref().unwrap_or(json);
        if let Ok(number) = text.parse() {
            self.number = Some(number);
        } else if self.codes.len() < MAX_CODES {
            self.codes.extend(word);
        }
        Ok(())
    }

    /// A more exact kind than the status gives, by what is said.
    pub(super) fn narrow(&self, kind: ProviderErrorKind) -> ProviderErrorKind {
        let message = self.message.as_deref().unwrap_or_default();
        let is_of_code = |wanted: &str| self.codes.iter().any(|code| code == wanted);
        let has_code = codes::OVERFLOW.into_iter().any(is_of_code);
        if has_code || context::is_exceeded(message) && codes::may_be_overflow(&kind) {
            let counts = context::counts(message);
            return ProviderErrorKind::ContextExceeded {
                prompt_tokens: self.prompt_tokens.or(counts.prompt),
                context_tokens: self.context_tokens.or(counts.context),
            };
        }
        let kind = match codes::by_words(&kind, message) {
            Some(exact) => exact,
            None if self.moderated => ProviderErrorKind::Refused,
            None => codes::by_code(&is_of_code, &kind).unwrap_or(kind),
        };
        self.with_retry(kind, message)
    }

    /// Browsers hide `Retry-After` where the server does not allow it; many say it in their words too.
    fn with_retry(&self, mut kind: ProviderErrorKind, message: &str) -> ProviderErrorKind {
        if let ProviderErrorKind::RateLimited { retry } | ProviderErrorKind::Overloaded { retry } = &mut kind
            && retry.is_none()
        {
            let said = || {
                let at = message.find("try again in ")? + "try again in ".len();
                span_ms(message[at..].split_ascii_whitespace().next()?)
            };
            *retry = self.retry_ms.or_else(said).map(RetryAfter::Ms);
        }
        kind
    }
}

/// A span of time as `34s`, `1.5s`, `7m12.3s` or `250ms`, in milliseconds, rounded up.
fn span_ms(text: &str) -> Option<u64> {
    let mut rest = text.trim_end_matches(['.', ',']);
    let mut total: Option<u64> = None;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let whole: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let mut thousandths = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let mut place = 100;
            for digit in fraction[..digits].bytes() {
                thousandths += u64::from(digit - b'0') * place;
                place /= 10;
            }
            rest = &fraction[digits..];
        }
        let unit = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let ms = match &rest[..unit] {
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1_000,
            "ms" => 1,
            _ => return None,
        };
        rest = &rest[unit..];
        let part = whole
            .checked_mul(ms)?
            .checked_add((thousandths * ms).div_ceil(1_000))?;
        total = Some(total.unwrap_or_default().checked_add(part)?);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::span_ms;

    #[test]
    fn spans_of_time_are_read_as_servers_write_them() {
        for (text, ms) in [
            ("34s", Some(34_000)),
            ("34.074824224s", Some(34_074)),
            ("1.5s.", Some(1_500)),
            ("7m12.3s", Some(432_300)),
            ("1h2m3s", Some(3_723_000)),
            ("250ms", Some(250)),
            ("0.5ms", Some(1)),
            ("", None),
            ("s", None),
            ("5", None),
            ("5 s", None),
            ("-5s", None),
            ("1e9s", None),
            ("99999999999999999999s", None),
            ("18446744073709551615h", None),
        ] {
            assert_eq!(span_ms(text), ms, "{text}");
        }
    }
}
