//! An answer of the hub: what is in its body, where the next page is, and what it refuses.

use super::{place, trouble};
use crate::providers::answer::{Decoder, Head, Nothing, Reading, Whole};
use crate::providers::error::{Foreign, ProviderError};
use crate::providers::words;

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub value: T,
    /// How to ask for the next one, where there is one.
    pub next: Option<String>,
}

/// Reads one page of an answer.
#[derive(Debug)]
pub struct Paged<T> {
    whole: Whole<T>,
    head: Head,
    of_repository: bool,
}

impl<T> Paged<T> {
    /// A list of repositories.
    pub(super) fn of_search(read: fn(&str) -> Result<T, Foreign>) -> Self {
        Self {
            whole: Whole::new(read),
            head: Head::default(),
            of_repository: false,
        }
    }

    /// What one repository is asked.
    pub(super) fn of_repository(read: fn(&str) -> Result<T, Foreign>) -> Self {
        Self {
            of_repository: true,
            ..Self::of_search(read)
        }
    }
}

impl<T> Decoder for Paged<T> {
    type Item = Nothing;
    type End = Page<T>;

    fn head(&mut self, head: Head) -> Reading {
        self.head = head.clone();
        self.whole.head(head)
    }

    fn bytes(&mut self, bytes: &[u8], items: &mut Vec<Nothing>) -> Reading {
        self.whole.bytes(bytes, items)
    }

    fn end(self, items: &mut Vec<Nothing>) -> Result<Page<T>, ProviderError> {
        let head = self.head;
        let value = self.whole.end(items).map_err(|mut error| {
            if !head.is_success() {
                error.kind = trouble::narrow(error.kind, &head, self.of_repository);
                let message = head.error_message.as_deref().and_then(words::clean);
                error.said = message.or(error.said);
            }
            error
        })?;
        Ok(Page {
            value,
            next: head.link.as_deref().and_then(place::next_cursor),
        })
    }
}
