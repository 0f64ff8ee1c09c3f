//! The ports' errors and heads in the words of [`crate::transfer`], which knows no ports.

use crate::net::{NetError, ResponseHead};
use crate::storage::records::RecordsError;
use crate::storage::weights::WeightsError;
use crate::transfer::step::{DiskTrouble, Head, NetTrouble};

impl From<WeightsError> for DiskTrouble {
    fn from(error: WeightsError) -> Self {
        match error {
            WeightsError::Full => Self::Full,
            WeightsError::Locked => Self::Locked,
            WeightsError::NotFound => Self::Gone,
            WeightsError::Unavailable(words) => Self::Refused(words),
        }
    }
}

impl From<RecordsError> for DiskTrouble {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Full => Self::Full,
            RecordsError::NewerSchema { found } => {
                Self::Refused(format!("the database was written by a newer version ({found})"))
            }
            RecordsError::Blocked => Self::Refused("another tab holds an older database open".to_owned()),
            RecordsError::Unavailable(words) => Self::Refused(words),
        }
    }
}

impl From<NetError> for NetTrouble {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Failed { message } | NetError::Cut { message } => Self::Broken { message },
            NetError::Aborted => Self::Broken {
                message: "the request was stopped".to_owned(),
            },
            NetError::InvalidUrl => Self::InvalidUrl,
        }
    }
}

impl From<ResponseHead> for Head {
    fn from(head: ResponseHead) -> Self {
        let ResponseHead {
            status,
            content_range,
            content_length: _,
            content_type,
            etag,
            retry_after,
            link: _,
            error_code: _,
            error_message: _,
        } = head;
        Self {
            status,
            content_range,
            content_type,
            etag,
            retry_after,
        }
    }
}
