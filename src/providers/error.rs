//! What can go wrong with a provider, and the failure it becomes. One table, no catch-all row.

use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::Timestamp;

use super::Ability;
use super::huggingface::SourceTrouble;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// The kind.
    pub kind: ProviderErrorKind,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The provider's own words: one line of 300 characters at most. They may echo what was sent: like everything that
    /// leaves the package they go through the redactor.
    pub said: Option<String>,
}

/// The kinds of things that go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderErrorKind {
    /// It broke down over the request.
    Failed,
    /// It does not do what it was asked, and asking again changes nothing.
    Refused,
    /// It has too much to do, or is still starting.
    Overloaded {
        /// When it can be asked again.
        retry: Option<RetryAfter>,
    },
    /// It asks to slow down.
    RateLimited {
        /// When it can be asked again.
        retry: Option<RetryAfter>,
    },
    /// It wants a key, or another one.
    Unauthorized,
    /// The key is fine, and nothing is left to pay with.
    NoCredit,
    /// The key is fine but does not allow this: a plan, a region, a setting of the server.
    Forbidden,
    /// It lets no page of this origin in.
    OriginRefused,
    /// It gave up waiting for something.
    TimedOut,
    /// The prompt is longer than the context.
    ContextExceeded {
        /// The tokens of the prompt.
        prompt_tokens: Option<u64>,
        /// The tokens there is room for.
        context_tokens: Option<u64>,
    },
    /// It has no model of that name.
    NotFound,
    /// A source does not give what it was asked for.
    Source(SourceTrouble),
    /// This kind of provider cannot do that.
    Unsupported(Ability),
    /// The model cannot do that.
    ModelCannot,
    /// No model can have that name.
    InvalidName(&'static str),
    /// The request cannot be written down.
    InvalidRequest {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Whatever answered, it was not this kind of provider.
    NotThisProtocol(Foreign),
    /// The answer ended before it was complete.
    Incomplete,
    /// A line or an answer is longer than can be.
    TooLong,
}

/// What came instead of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// A web page.
    Page,
    /// Nothing.
    Nothing,
    /// Text that is no JSON.
    Text,
    /// JSON of another shape.
    OtherJson,
}

/// When to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// After so many milliseconds.
    Ms(u64),
    /// At that time.
    At(Timestamp),
}

impl From<ProviderErrorKind> for ProviderError {
    fn from(kind: ProviderErrorKind) -> Self {
        Self {
            kind,
            status: None,
            said: None,
        }
    }
}

impl Foreign {
    /// A web page is recognised by how it begins, whatever it calls itself.
    pub(super) fn or_page(self, text: &str) -> Self {
        if text.trim_start().starts_with('<') {
            Self::Page
        } else if text.trim_start().is_empty() {
            Self::Nothing
        } else {
            self
        }
    }

    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Page => "a web page",
            Self::Nothing => "nothing",
            Self::Text => "text that is no JSON",
            Self::OtherJson => "JSON of another shape",
        }
    }
}

impl ProviderError {
    /// An error of an answer with that status.
    pub(super) fn at(kind: ProviderErrorKind, status: u16) -> Self {
        Self {
            kind,
            status: Some(status),
            said: None,
        }
    }

    /// Its public code.
    pub fn code(&self) -> ErrorCode {
        match &self.kind {
            ProviderErrorKind::Failed
            | ProviderErrorKind::Refused
            | ProviderErrorKind::NoCredit
            | ProviderErrorKind::Forbidden
            | ProviderErrorKind::NotThisProtocol(_)
            | ProviderErrorKind::Incomplete
            | ProviderErrorKind::TooLong => ErrorCode::ProviderError,
            ProviderErrorKind::Overloaded { .. } => ErrorCode::Overloaded,
            ProviderErrorKind::RateLimited { .. } => ErrorCode::RateLimited,
            ProviderErrorKind::Unauthorized => ErrorCode::Unauthorized,
            ProviderErrorKind::OriginRefused => ErrorCode::CorsOrNetwork,
            ProviderErrorKind::TimedOut => ErrorCode::Timeout,
            ProviderErrorKind::ContextExceeded { .. } => ErrorCode::ContextExceeded,
            ProviderErrorKind::NotFound => ErrorCode::NotFound,
            ProviderErrorKind::Source(trouble) => trouble.code(),
            ProviderErrorKind::Unsupported(_) | ProviderErrorKind::ModelCannot => ErrorCode::Unsupported,
            ProviderErrorKind::InvalidName(_) | ProviderErrorKind::InvalidRequest { .. } => {
                ErrorCode::InvalidInput
            }
        }
    }

    /// What happened, to go on after the name of the provider.
    fn event(&self) -> String {
        match &self.kind {
            ProviderErrorKind::Failed => "failed".to_owned(),
            ProviderErrorKind::Refused => "refused the request".to_owned(),
            ProviderErrorKind::Overloaded { .. } => "has too much to do at the moment".to_owned(),
            ProviderErrorKind::RateLimited { .. } => "asks to slow down".to_owned(),
            ProviderErrorKind::Unauthorized => "wants a valid key".to_owned(),
            ProviderErrorKind::NoCredit => "has no credit left for this".to_owned(),
            ProviderErrorKind::Forbidden => "does not allow this".to_owned(),
            ProviderErrorKind::OriginRefused => "does not let this page in".to_owned(),
            ProviderErrorKind::TimedOut => "took too long".to_owned(),
            ProviderErrorKind::ContextExceeded {
                prompt_tokens: Some(prompt),
                context_tokens: Some(context),
            } => format!("has room for {context} tokens, and the prompt has {prompt}"),
            ProviderErrorKind::ContextExceeded { .. } => "has no room for a prompt of this length".to_owned(),
            ProviderErrorKind::NotFound => "has no such model".to_owned(),
            ProviderErrorKind::Source(trouble) => trouble.event().to_owned(),
            ProviderErrorKind::Unsupported(ability) => ["cannot ", ability.words()].concat(),
            ProviderErrorKind::ModelCannot => "says that the model cannot do this".to_owned(),
            ProviderErrorKind::InvalidName(reason) => {
                ["cannot have a model of this name: it ", reason].concat()
            }
            ProviderErrorKind::InvalidRequest { field, reason } => {
                ["cannot be asked: ", field, " ", reason].concat()
            }
            ProviderErrorKind::NotThisProtocol(what) => {
                ["did not answer as it should: it sent ", what.words()].concat()
            }
            ProviderErrorKind::Incomplete => "broke off its answer".to_owned(),
            ProviderErrorKind::TooLong => "sent more than can be read".to_owned(),
        }
    }

    /// What the user can do where the code's own advice is not the best, and whether the same again can help.
    fn advice(&self) -> Option<(&'static str, bool)> {
        match &self.kind {
            ProviderErrorKind::Failed
            | ProviderErrorKind::Overloaded { .. }
            | ProviderErrorKind::RateLimited { .. }
            | ProviderErrorKind::ContextExceeded { .. }
            | ProviderErrorKind::NotFound
            | ProviderErrorKind::TimedOut
            | ProviderErrorKind::InvalidName(_)
            | ProviderErrorKind::InvalidRequest { .. } => None,
            ProviderErrorKind::Refused => Some(("Choose another model, or change the request.", false)),
            ProviderErrorKind::Unauthorized => Some(("Enter a valid key for this provider.", false)),
            ProviderErrorKind::NoCredit => {
                Some(("Add credit at this provider, or choose another provider.", false))
            }
            ProviderErrorKind::Forbidden => Some((
                "Check the plan, the region and the settings of this provider.",
                false,
            )),
            ProviderErrorKind::OriginRefused => {
                Some(("Allow this page's origin in the settings of the server.", false))
            }
            ProviderErrorKind::Source(trouble) => Some((trouble.advice(), false)),
            ProviderErrorKind::Unsupported(_) => Some(("Use another provider for this.", false)),
            ProviderErrorKind::ModelCannot => Some(("Choose a model that can do this.", false)),
            ProviderErrorKind::NotThisProtocol(_) => Some(("Check the provider's address and kind.", false)),
            ProviderErrorKind::Incomplete => Some(("Try again.", true)),
            ProviderErrorKind::TooLong => Some(("Choose another model or provider.", false)),
        }
    }

    /// [`failure`](Self::failure), at that time: a `Retry-After` that is a date becomes a span of time.
    pub fn failure_at(&self, provider: &str, model: Option<&str>, now: Timestamp) -> Failure {
        let mut failure = self.failure(provider, model);
        if let ProviderErrorKind::Overloaded {
            retry: Some(RetryAfter::At(time)),
        }
        | ProviderErrorKind::RateLimited {
            retry: Some(RetryAfter::At(time)),
        } = self.kind
        {
            failure.retry_after_ms = Some(bounded(time.saturating_sub(now)));
        }
        failure
    }

    /// The failure it becomes, of the provider of that id.
    pub fn failure(&self, provider: &str, model: Option<&str>) -> Failure {
        let mut message = [provider, " ", &self.event()].concat();
        if let Some(said) = &self.said {
            message.push_str(": ");
            message.push_str(said);
        }
        if !message.ends_with(['.', '!', '?', '…']) {
            message.push('.');
        }
        let mut failure = Failure::new(self.code(), message);
        if let Some((advice, retryable)) = self.advice() {
            failure.recovery = vec![advice.to_owned()];
            failure.retryable = retryable;
        }
        failure.provider = Some(provider.to_owned());
        failure.model = model.map(str::to_owned);
        failure.http_status = self.status;
        match &self.kind {
            ProviderErrorKind::InvalidName(_) => {
                failure = failure.about_field("model", model.unwrap_or_default());
            }
            ProviderErrorKind::InvalidRequest { field, .. } => failure.field = Some((*field).to_owned()),
            ProviderErrorKind::Overloaded { retry } | ProviderErrorKind::RateLimited { retry } => {
                failure.retry_after_ms = match retry {
                    Some(RetryAfter::Ms(ms)) => Some(bounded(*ms)),
                    Some(RetryAfter::At(_)) | None => None,
                };
            }
            ProviderErrorKind::ContextExceeded {
                prompt_tokens,
                context_tokens,
            } => {
                failure.needed_tokens = prompt_tokens.map(bounded);
                failure.context_tokens = context_tokens.map(bounded);
            }
            _ => {}
        }
        failure
    }
}

/// What a server says can be any number; what nobody can mean is the largest of a smaller kind.
fn bounded(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
