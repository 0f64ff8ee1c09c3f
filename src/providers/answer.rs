//! Taking an answer in pieces.

use super::error::{Foreign, ProviderError, ProviderErrorKind};
use super::refusal;
use super::request::HttpRequest;

/// The longest answer that is read as a whole, in bytes: a list of 5,000 models is a tenth of it.
pub const MAX_ANSWER_BYTES: usize = 32 << 20;
/// What is read of a refusal, in bytes.
pub(super) const MAX_REFUSAL_BYTES: usize = 64 << 10;

/// A request, and what reads its answer.
#[derive(Debug)]
pub struct Call<D> {
    /// What to send.
    pub request: HttpRequest,
    /// What to feed the answer to.
    pub decoder: D,
}

/// The head of an answer. What CORS hides is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
    /// `Link` as sent: where further pages are.
    pub link: Option<String>,
    /// `X-Error-Code` as sent: a word for what is wrong.
    pub error_code: Option<String>,
    /// `X-Error-Message` as sent.
    pub error_message: Option<String>,
}

/// Whether more of an answer is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Reading {
    /// It goes on.
    More,
    /// The rest changes nothing: close the connection and ask for the end.
    Enough,
}

/// Reads an answer: the head once, the body in any pieces, and then the end.
pub trait Decoder {
    /// What comes out on the way.
    type Item;
    /// What comes out in the end.
    type End;

    /// Takes the head.
    fn head(&mut self, head: Head) -> Reading;

    /// Takes a piece of the body and adds what is complete with it to `items`.
    fn bytes(&mut self, bytes: &[u8], items: &mut Vec<Self::Item>) -> Reading;

    /// Whether all that counts has come, though the body is not over: a connection that breaks now takes nothing away.
    fn may_end(&self) -> bool {
        false
    }

    /// Takes note that the body is over, or that no more of it will be read, and judges. Items that only now are
    /// complete are added to `items`.
    ///
    /// # Errors
    /// The one thing that went wrong.
    fn end(self, items: &mut Vec<Self::Item>) -> Result<Self::End, ProviderError>;
}

impl Head {
    /// Whether the status is that of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the body says of itself that it is a web page.
    pub(super) fn is_page(&self) -> bool {
        self.content_type
            .as_deref()
            .and_then(|kind| kind.trim_start().get(..9))
            .is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"))
    }
}

/// An answer that means something only as a whole. It gives no items.
#[derive(Debug)]
pub struct Whole<T> {
    head: Head,
    body: Vec<u8>,
    /// Longer than can be.
    too_long: bool,
    read: fn(&str) -> Result<T, Foreign>,
}

/// [`Whole`] gives no items on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {}

impl<T> Whole<T> {
    /// One whose body is read by `read`.
    pub(super) fn new(read: fn(&str) -> Result<T, Foreign>) -> Self {
        Self {
            head: Head::default(),
            body: Vec::new(),
            too_long: false,
            read,
        }
    }
}

impl<T> Decoder for Whole<T> {
    type Item = Nothing;
    type End = T;

    fn head(&mut self, head: Head) -> Reading {
        self.head = head;
        Reading::More
    }

    fn bytes(&mut self, bytes: &[u8], _: &mut Vec<Nothing>) -> Reading {
        if !self.head.is_success() {
            return refusal::collect(&mut self.body, bytes);
        }
        if self.body.len() + bytes.len() > MAX_ANSWER_BYTES {
            self.too_long = true;
            return Reading::Enough;
        }
        self.body.extend_from_slice(bytes);
        Reading::More
    }

    fn end(self, _: &mut Vec<Nothing>) -> Result<T, ProviderError> {
        let status = self.head.status;
        if !self.head.is_success() {
            return Err(refusal::judge(&self.head, &self.body));
        }
        if self.too_long {
            return Err(ProviderError::at(ProviderErrorKind::TooLong, status));
        }
        let foreign = |what| ProviderError::at(ProviderErrorKind::NotThisProtocol(what), status);
        if self.head.is_page() {
            return Err(foreign(Foreign::Page));
        }
        let text = String::from_utf8_lossy(&self.body);
        // A refusal can come with the status of success, but never a long one.
        let short = text.len() <= MAX_REFUSAL_BYTES;
        if let Some(error) = short.then(|| refusal::inside(&text, status)).flatten() {
            return Err(error);
        }
        (self.read)(&text).map_err(|what| foreign(what.or_page(&text)))
    }
}
