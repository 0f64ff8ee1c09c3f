//! Everything that can go wrong with a file, and the failure it becomes. One table, no catch-all row.

use crate::engine::digest::Digest;
use crate::engine::failure::{ErrorCode, Failure};

use super::step::DiskTrouble;

/// What went wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No connection.
    Unreachable {
        /// The browser's words.
        message: String,
    },
    /// The server answers, but the browser does not let us read it: it does not allow this page's origin.
    NotAllowed {
        /// The browser's words.
        message: String,
    },
    /// The body broke off.
    Cut {
        /// The browser's words.
        message: String,
    },
    /// The server was silent for too long.
    Stalled,
    /// The URL cannot be asked.
    InvalidUrl,
    /// The server answered with an error, or with something that is no answer to a request for a file.
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is not the part of the file that was asked for.
    WrongPart {
        /// In which way.
        reason: &'static str,
    },
    /// The bytes are not those of a model.
    NotAModel {
        /// How that shows.
        reason: &'static str,
    },
    /// The file is longer or shorter than promised.
    WrongSize {
        /// What was promised, where anything was.
        expected: Option<u64>,
        /// What came; a file that is too long is not read to its end.
        actual: u64,
    },
    /// The bytes hash to something else.
    WrongDigest {
        /// What was promised.
        expected: Digest,
        /// What came.
        actual: Digest,
    },
    /// The server keeps sending other bytes for the same place.
    Unstable,
    /// No room on the disk.
    NoRoom {
        /// The bytes that are missing, where known.
        needed: Option<u64>,
    },
    /// The disk refuses for another reason than room.
    Disk(DiskTrouble),
}

impl Trouble {
    /// What a refusal of the disk means for a file that still needs `needed` bytes.
    pub fn of_disk(trouble: DiskTrouble, needed: Option<u64>) -> Self {
        if trouble == DiskTrouble::Full {
            Self::NoRoom { needed }
        } else {
            Self::Disk(trouble)
        }
    }

    /// Whether waiting for the network can help.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Cut { .. } | Self::Stalled)
    }

    /// Whether the partial file is worthless after it.
    pub fn spoils(&self) -> bool {
        match self {
            Self::NotAModel { .. } | Self::WrongSize { .. } | Self::WrongDigest { .. } | Self::Unstable => {
                true
            }
            Self::Unreachable { .. }
            | Self::NotAllowed { .. }
            | Self::Cut { .. }
            | Self::Stalled
            | Self::InvalidUrl
            | Self::Status { .. }
            | Self::WrongPart { .. }
            | Self::NoRoom { .. }
            | Self::Disk(_) => false,
        }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Unreachable { .. } | Self::Cut { .. } => ErrorCode::Network,
            Self::NotAllowed { .. } => ErrorCode::CorsOrNetwork,
            Self::Stalled => ErrorCode::Timeout,
            Self::InvalidUrl => ErrorCode::InvalidInput,
            Self::Status {
                status: 401 | 403 | 407,
            } => ErrorCode::Unauthorized,
            Self::Status { status: 404 | 410 } => ErrorCode::NotFound,
            Self::Status { status: 429 } => ErrorCode::RateLimited,
            Self::Status { .. } | Self::WrongPart { .. } => ErrorCode::ProviderError,
            Self::NotAModel { .. } => ErrorCode::NotAModel,
            Self::WrongSize { .. } => ErrorCode::SizeMismatch,
            Self::WrongDigest { .. } | Self::Unstable => ErrorCode::Integrity,
            Self::NoRoom { .. } => ErrorCode::StorageFull,
            Self::Disk(_) => ErrorCode::StorageUnavailable,
        }
    }

    fn sentence(&self, file: &str) -> String {
        match self {
            Self::Unreachable { .. } => format!("The server of `{file}` cannot be reached."),
            Self::NotAllowed { .. } => {
                format!("The server of `{file}` answers, but does not let this page read it.")
            }
            Self::Cut { .. } => format!("The connection broke off while `{file}` was coming."),
            Self::Stalled => format!("The server of `{file}` stopped sending."),
            Self::InvalidUrl => format!("The URL of `{file}` cannot be asked."),
            Self::Status {
                status: 401 | 403 | 407,
            } => format!("The server does not give out `{file}` to us."),
            Self::Status { status: 404 | 410 } => format!("There is no `{file}` on the server."),
            Self::Status { status: 429 } => format!("The server of `{file}` asks to slow down."),
            Self::Status { status } => format!("The server answered with status {status} for `{file}`."),
            Self::WrongPart { reason } => {
                format!("The server did not send the part of `{file}` it was asked for: {reason}.")
            }
            Self::NotAModel { reason } => format!("`{file}` is no model: {reason}."),
            Self::WrongSize {
                expected: Some(expected),
                actual,
            } => {
                let comparison = if actual > expected { "longer" } else { "shorter" };
                format!(
                    "`{file}` is {comparison} than promised: {expected} bytes were promised, {actual} came."
                )
            }
            Self::WrongSize {
                expected: None,
                actual,
            } => {
                format!("`{file}` ended after {actual} bytes, before its end.")
            }
            Self::WrongDigest { .. } => {
                format!("`{file}` is damaged: its bytes do not match the digest of its manifest.")
            }
            Self::Unstable => {
                format!("The server keeps sending different bytes for the same part of `{file}`.")
            }
            Self::NoRoom { .. } => format!("There is no room on the disk for `{file}`."),
            Self::Disk(_) => format!("The browser's storage cannot be used for `{file}`."),
        }
    }

    fn cause(&self) -> Option<String> {
        match self {
            Self::Unreachable { message } | Self::NotAllowed { message } | Self::Cut { message } => {
                Some(message.clone())
            }
            Self::WrongDigest { expected, actual } => Some(format!("expected {expected}, got {actual}")),
            Self::Disk(trouble) => Some(match trouble {
                DiskTrouble::Full => "the disk is full".to_owned(),
                DiskTrouble::Locked => "another tab holds the file".to_owned(),
                DiskTrouble::Gone => "the file is gone".to_owned(),
                DiskTrouble::Refused(words) => words.clone(),
            }),
            Self::Stalled
            | Self::InvalidUrl
            | Self::Status { .. }
            | Self::WrongPart { .. }
            | Self::NotAModel { .. }
            | Self::WrongSize { .. }
            | Self::Unstable
            | Self::NoRoom { .. } => None,
        }
    }

    /// The failure it becomes for the file of this name.
    pub fn failure(&self, file: &str) -> Failure {
        let mut failure = Failure::new(self.code(), self.sentence(file));
        if let Some(cause) = self.cause() {
            failure = failure.caused_by(cause);
        }
        match self {
            Self::Status { status } => {
                failure.http_status = Some(*status);
                // A status that is worth another try on our side is worth one by hand, too; the rest is not.
                failure.retryable = failure.retryable && is_passing(*status);
            }
            // Another try gets the same answer.
            Self::NotAllowed { .. } => failure.retryable = false,
            Self::NoRoom { needed } => failure.needed_bytes = *needed,
            _ => {}
        }
        failure
    }
}

/// Whether an HTTP status says that the same request may succeed later.
pub fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}
