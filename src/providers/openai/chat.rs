//! Answers.

use crate::providers::answer::Reading;
use crate::providers::chat::{ChatEnd, Delta, EndReason};
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::stream::Said;

/// Reads the events of an answer.
#[derive(Debug, Default)]
pub struct Answer {}

impl Said for Answer {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, _: &str, status: u16, _: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        let kind = ProviderErrorKind::NotThisProtocol(Foreign::OtherJson);
        Err(ProviderError::at(kind, status))
    }

    fn end(self, _: &mut Vec<Delta>) -> ChatEnd {
        ChatEnd {
            reason: EndReason::Unknown,
            model: None,
            usage: None,
        }
    }
}
