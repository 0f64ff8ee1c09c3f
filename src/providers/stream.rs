//! An answer that comes line by line: what is the same whatever the lines say.

use std::ops::ControlFlow;

use super::answer::{Decoder, Head, Reading};
use super::error::{Foreign, ProviderError, ProviderErrorKind};
use super::ndjson::{LineTooLong, Lines};
use super::refusal;

/// What the lines of one protocol say.
pub trait Said {
    /// What comes out on the way.
    type Item;
    /// What comes out in the end.
    type End;

    /// Takes a line. [`Reading::Enough`] when it was the last one that counts.
    ///
    /// # Errors
    /// What went wrong; nothing is read after it.
    fn line(
        &mut self,
        line: &str,
        status: u16,
        items: &mut Vec<Self::Item>,
    ) -> Result<Reading, ProviderError>;

    /// What it came to. Asked only after a line that was the last one.
    fn end(self) -> Self::End;
}

/// Reads an answer line by line.
#[derive(Debug)]
pub struct Stream<S> {
    head: Head,
    /// Of an answer that is a refusal as a whole.
    refusal: Vec<u8>,
    lines: Lines,
    said: S,
    state: State,
}

/// How far it is.
#[derive(Debug)]
enum State {
    /// No line has come.
    Silent,
    /// The last line has not come.
    Open,
    /// The last line has come.
    Done,
    /// Something went wrong.
    Failed(ProviderError),
}

impl<S> Stream<S> {
    /// Before the head.
    pub(super) fn new(said: S) -> Self {
        Self {
            head: Head::default(),
            refusal: Vec::new(),
            lines: Lines::new(),
            said,
            state: State::Silent,
        }
    }

    fn reading(&self) -> Reading {
        match self.state {
            State::Silent | State::Open => Reading::More,
            State::Done | State::Failed(_) => Reading::Enough,
        }
    }
}

impl<S: Said> Stream<S> {
    /// Takes what is new, and at the end what is left.
    fn read(&mut self, bytes: Option<&[u8]>, items: &mut Vec<S::Item>) {
        let status = self.head.status;
        let Self {
            lines, said, state, ..
        } = self;
        let mut each = |line: &str| {
            *state = match said.line(line, status, items) {
                Ok(Reading::More) => State::Open,
                Ok(Reading::Enough) => State::Done,
                Err(error) => State::Failed(first_or_cut(error, state, bytes.is_none())),
            };
            match state {
                State::Done | State::Failed(_) => ControlFlow::Break(()),
                State::Silent | State::Open => ControlFlow::Continue(()),
            }
        };
        let read = match bytes {
            Some(bytes) => lines.push(bytes, &mut each),
            None => lines.end(&mut each),
        };
        if read == Err(LineTooLong) {
            *state = State::Failed(ProviderError::at(ProviderErrorKind::TooLong, status));
        }
    }
}

/// A last line without an end that is no JSON, after others that were, is not foreign: it was cut.
fn first_or_cut(mut error: ProviderError, state: &State, last: bool) -> ProviderError {
    if last
        && matches!(state, State::Open)
        && matches!(error.kind, ProviderErrorKind::NotThisProtocol(Foreign::Text))
    {
        error.kind = ProviderErrorKind::Incomplete;
    }
    error
}

impl<S: Said> Decoder for Stream<S> {
    type Item = S::Item;
    type End = S::End;

    fn head(&mut self, head: Head) -> Reading {
        if head.is_success() && head.is_page() {
            let kind = ProviderErrorKind::NotThisProtocol(Foreign::Page);
            self.state = State::Failed(ProviderError::at(kind, head.status));
        }
        self.head = head;
        self.reading()
    }

    fn bytes(&mut self, bytes: &[u8], items: &mut Vec<S::Item>) -> Reading {
        if !self.head.is_success() {
            return refusal::collect(&mut self.refusal, bytes);
        }
        // A piece within a line changes nothing yet: the way for streams that come byte by byte.
        if self.reading() == Reading::More && !self.lines.keep_within(bytes) {
            self.read(Some(bytes), items);
        }
        self.reading()
    }

    fn end(mut self, items: &mut Vec<S::Item>) -> Result<S::End, ProviderError> {
        if !self.head.is_success() {
            return Err(refusal::judge(&self.head, &self.refusal));
        }
        if self.reading() == Reading::More {
            self.read(None, items);
        }
        let status = self.head.status;
        match self.state {
            State::Done => Ok(self.said.end()),
            State::Failed(error) => Err(error),
            State::Open => Err(ProviderError::at(ProviderErrorKind::Incomplete, status)),
            State::Silent => {
                let kind = ProviderErrorKind::NotThisProtocol(Foreign::Nothing);
                Err(ProviderError::at(kind, status))
            }
        }
    }
}
