//! What the hub refuses, and why: a word in `X-Error-Code`, or a sentence in `X-Error-Message`.

use crate::engine::failure::ErrorCode;
use crate::providers::Head;
use crate::providers::error::{ProviderErrorKind, RetryAfter};

/// Limits are counted in windows of five minutes, and how much is left of one no page may read.
const WINDOW_MS: u64 = 300_000;
/// What the hub says of repositories that were taken down.
const IS_DISABLED: &str = "Access to this resource is disabled.";
/// What it says of a key it does not know. Of what is missing or private it says the same status, and other words.
const BAD_KEY: &str = "Invalid credentials in Authorization header";

/// Why a source does not give what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceTrouble {
    /// Whoever asks has to accept the conditions of the repository, or be let in by its owner.
    Gated,
    /// There is no such repository, or it is private: the hub does not say which.
    NoRepository,
    /// The repository has no such revision.
    NoRevision,
    /// The repository has no such file.
    NoFile,
    /// The repository was taken down.
    Disabled,
}

impl SourceTrouble {
    /// Its public code.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Gated => ErrorCode::Unauthorized,
            Self::NoRepository | Self::NoRevision | Self::NoFile => ErrorCode::NotFound,
            Self::Disabled => ErrorCode::ProviderError,
        }
    }

    /// What happened, to go on after the name of the provider.
    pub fn event(self) -> &'static str {
        match self {
            Self::Gated => "gives this repository only to those it knows",
            Self::NoRepository => "has no such repository, or it is private",
            Self::NoRevision => "has no such revision of this repository",
            Self::NoFile => "has no such file in this repository",
            Self::Disabled => "has taken this repository down",
        }
    }

    /// What the user can do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Gated => {
                "Accept the conditions on the repository's page, then enter a key of the account that did."
            }
            Self::NoRepository => "Check the name; a private repository needs a key that may read it.",
            Self::NoRevision => "Choose a branch, a tag or a commit of the repository.",
            Self::NoFile => "Choose another file.",
            Self::Disabled => "Choose another repository.",
        }
    }
}

/// A more exact kind of refusal than its status gives. `of_repository`: a repository was asked for by its name.
pub(super) fn narrow(kind: ProviderErrorKind, head: &Head, of_repository: bool) -> ProviderErrorKind {
    let message = head.error_message.as_deref().unwrap_or_default();
    let trouble = match (head.error_code.as_deref().unwrap_or_default(), head.status) {
        ("GatedRepo", _) => SourceTrouble::Gated,
        ("RevisionNotFound", _) => SourceTrouble::NoRevision,
        ("EntryNotFound", _) => SourceTrouble::NoFile,
        _ if message == IS_DISABLED => SourceTrouble::Disabled,
        ("RepoNotFound", _) => SourceTrouble::NoRepository,
        // Without a key this is what missing and private repositories are answered with.
        ("", 401) if of_repository && !message.starts_with(BAD_KEY) => SourceTrouble::NoRepository,
        // In words of its own: a page that is not there may be of any server.
        ("", 404) if of_repository && kind == ProviderErrorKind::NotFound => SourceTrouble::NoRepository,
        (_, 429) => return slow_down(&kind),
        (_, 451) => SourceTrouble::Disabled,
        _ => return kind,
    };
    ProviderErrorKind::Source(trouble)
}

/// Where nothing is said, the next window is waited for.
fn slow_down(kind: &ProviderErrorKind) -> ProviderErrorKind {
    let retry = match kind {
        ProviderErrorKind::RateLimited { retry: Some(retry) } => *retry,
        _ => RetryAfter::Ms(WINDOW_MS),
    };
    ProviderErrorKind::RateLimited { retry: Some(retry) }
}
