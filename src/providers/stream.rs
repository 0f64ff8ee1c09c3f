//! An answer that comes piece by piece: what is the same whatever the pieces say.
//!
//! How it is cut is data, so that there is one reader for all: lines (`ndjson`), events (`sse`), or one text in the end. A
//! server that was asked for events and sends one text instead, a refusal with the status of success or an answer it
//! does not stream, is told by its first byte: no event begins with a bracket.

use std::ops::ControlFlow;

use super::answer::{Decoder, Head, MAX_ANSWER_BYTES, Reading};
use super::error::{Foreign, ProviderError, ProviderErrorKind};
use super::ndjson::Lines;
use super::refusal;
use super::sse::{Event, Events};

/// What the lines or events of one protocol say.
pub trait Said {
    /// What comes out on the way.
    type Item;
    /// What comes out in the end.
    type End;

    /// Takes a line, or the data of an event. [`Reading::Enough`] when it was the last one that counts.
    ///
    /// # Errors
    /// What went wrong; nothing is read after it.
    fn line(
        &mut self,
        line: &str,
        status: u16,
        items: &mut Vec<Self::Item>,
    ) -> Result<Reading, ProviderError>;

    /// Whether the body may end here, though no last word came.
    fn may_end(&self) -> bool {
        false
    }

    /// What it came to. Asked only after what was the last one, or may be.
    fn end(self, items: &mut Vec<Self::Item>) -> Self::End;
}

/// How an answer is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framing {
    /// A line is a value.
    Lines,
    /// An event carries a value.
    Events,
    /// All of it is one value.
    Whole,
}

/// Cuts an answer.
#[derive(Debug)]
enum Frames {
    Lines(Lines),
    /// Nothing but blanks has come: it may still be one text.
    Undecided(Events),
    Events(Events),
    Whole(Vec<u8>),
}

/// A part is longer than can be.
struct TooLong;

impl Frames {
    fn new(framing: Framing) -> Self {
        match framing {
            Framing::Lines => Self::Lines(Lines::new()),
            Framing::Events => Self::Undecided(Events::new()),
            Framing::Whole => Self::Whole(Vec::new()),
        }
    }

    /// Looks at the first byte that says something.
    fn decide(&mut self, bytes: &[u8]) {
        let Self::Undecided(events) = self else { return };
        let blank = |byte: &&u8| !byte.is_ascii_whitespace();
        match bytes.iter().find(blank) {
            None => {}
            Some(b'{' | b'[' | b'<') => *self = Self::Whole(Vec::new()),
            Some(_) => *self = Self::Events(std::mem::take(events)),
        }
    }

    /// Takes a piece within a line, which changes nothing yet: the way for streams that come byte by byte.
    #[expect(
        clippy::inline_always,
        reason = "called for each byte of a stream that comes so"
    )]
    #[inline(always)]
    fn keep_within(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Lines(lines) => lines.keep_within(bytes),
            Self::Events(events) => events.keep_within(bytes),
            Self::Undecided(_) | Self::Whole(_) => false,
        }
    }

    /// Takes what is new, and at the end (`None`) what is left.
    fn read(
        &mut self,
        bytes: Option<&[u8]>,
        each: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), TooLong> {
        let flow = match (self, bytes) {
            (Self::Lines(lines), Some(bytes)) => {
                lines.push(bytes, &mut |line| each(Event::nameless(line))).ok()
            }
            (Self::Lines(lines), None) => lines.end(&mut |line| each(Event::nameless(line))).ok(),
            (Self::Undecided(events) | Self::Events(events), Some(bytes)) => events.push(bytes, each).ok(),
            (Self::Undecided(events) | Self::Events(events), None) => events.rest(each).ok(),
            (Self::Whole(body), Some(bytes)) => {
                let fits = body.len() + bytes.len() <= MAX_ANSWER_BYTES;
                fits.then(|| body.extend_from_slice(bytes));
                fits.then_some(ControlFlow::Continue(()))
            }
            (Self::Whole(body), None) => {
                let text = String::from_utf8_lossy(body);
                let flow = match text.trim() {
                    "" => ControlFlow::Continue(()),
                    text => each(Event::nameless(text)),
                };
                Some(flow)
            }
        };
        flow.map(drop).ok_or(TooLong)
    }
}

/// Reads an answer piece by piece.
#[derive(Debug)]
pub struct Stream<S> {
    head: Head,
    /// Of an answer that is a refusal as a whole.
    refusal: Vec<u8>,
    frames: Frames,
    said: S,
    state: State,
    /// It is a good answer whose last part has not come.
    is_open: bool,
}

/// How far it is.
#[derive(Debug)]
enum State {
    /// Nothing has come.
    Silent,
    /// The last part has not come.
    Open,
    /// The last part has come.
    Done,
    /// Something went wrong.
    Failed(ProviderError),
}

impl<S> Stream<S> {
    /// Before the head.
    pub(super) fn new(framing: Framing, said: S) -> Self {
        Self {
            head: Head::default(),
            refusal: Vec::new(),
            frames: Frames::new(framing),
            said,
            state: State::Silent,
            is_open: false,
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
            frames, said, state, ..
        } = self;
        let mut each = |event: Event| {
            let read = match event.name {
                "error" => Err(refusal::of_event(event.data, status)),
                _ => said.line(event.data, status, items),
            };
            *state = match read {
                Ok(Reading::More) => State::Open,
                Ok(Reading::Enough) => State::Done,
                Err(error) if bytes.is_none() && is_cut(&error, state) => State::Open,
                Err(error) => State::Failed(error),
            };
            match state {
                State::Done | State::Failed(_) => ControlFlow::Break(()),
                State::Silent | State::Open => ControlFlow::Continue(()),
            }
        };
        if let Err(TooLong) = frames.read(bytes, &mut each) {
            *state = State::Failed(ProviderError::at(ProviderErrorKind::TooLong, status));
        }
    }
}

/// A last part without an end that is no JSON, after others that were, is not foreign: it was cut.
fn is_cut(error: &ProviderError, state: &State) -> bool {
    let is_foreign = matches!(error.kind, ProviderErrorKind::NotThisProtocol(Foreign::Text));
    is_foreign && matches!(state, State::Open)
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
        if self.is_open && self.frames.keep_within(bytes) {
            return Reading::More;
        }
        if !self.head.is_success() {
            return refusal::collect(&mut self.refusal, bytes);
        }
        if self.reading() == Reading::More {
            self.frames.decide(bytes);
            self.read(Some(bytes), items);
        }
        self.is_open = self.reading() == Reading::More;
        self.reading()
    }

    fn may_end(&self) -> bool {
        let is_open = matches!(self.state, State::Open);
        self.head.is_success() && is_open && self.said.may_end()
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
            State::Done => Ok(self.said.end(items)),
            State::Open if self.said.may_end() => Ok(self.said.end(items)),
            State::Failed(error) => Err(error),
            State::Open => Err(ProviderError::at(ProviderErrorKind::Incomplete, status)),
            State::Silent => {
                let kind = ProviderErrorKind::NotThisProtocol(Foreign::Nothing);
                Err(ProviderError::at(kind, status))
            }
        }
    }
}
