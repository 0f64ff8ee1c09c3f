//! Events over time: `text/event-stream`, by the rules of the HTML Standard (9.2.6).
//!
//! A piece of the body is searched for line ends once, when it comes. An event that lies in one piece, as nearly all do, is
//! handed out of that piece; only what belongs to one that is not complete yet is kept. Text is made of whole events only,
//! so it does not matter where in a character a piece ends. What no provider uses is read and dropped: `id`, `retry`
//! and comments.
//!
//! One field is none of the standard: `error`, as servers of llama.cpp wrote it up to 2025. It is data of an event of
//! that name.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::scan::{self, Gathered};

/// The longest event, in bytes. A tool call with a whole file in it is many, a picture is one.
pub const MAX_EVENT_BYTES: usize = 16 << 20;

/// A line or the data of an event is longer than [`MAX_EVENT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTooLong;

/// An event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'e> {
    /// Its name; empty where it has none.
    pub name: &'e str,
    /// What it carries: its lines of data, with a line feed between them.
    pub data: &'e str,
}

impl<'e> Event<'e> {
    /// One without a name.
    pub(super) fn nameless(data: &'e str) -> Self {
        Self { name: "", data }
    }
}

/// Whom events are given to.
pub type Each<'f> = &'f mut dyn FnMut(Event) -> ControlFlow<()>;

/// Cuts bytes into events.
#[derive(Debug, Default)]
pub struct Events {
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// What came of it last, byte by byte.
    last: Gathered,
    /// The lines of data of an event whose end has not come.
    data: Vec<u8>,
    /// There is such a line; it may be empty.
    has_data: bool,
    name: Vec<u8>,
    /// The piece before ended with a carriage return: a line feed would belong to it.
    after_return: bool,
    /// The first line has come: no mark of byte order comes any more.
    begun: bool,
}

/// What a line says.
enum Field<'l> {
    Data(&'l [u8]),
    Name(&'l [u8]),
    /// The name `error`, and data.
    Error(&'l [u8]),
    Nothing,
}

impl Events {
    /// Before the first byte.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a piece and gives each event that is complete with it to `each`. `Break` gives up the rest of the piece.
    ///
    /// # Errors
    /// [`EventTooLong`].
    pub fn push(&mut self, mut bytes: &[u8], each: Each) -> Result<ControlFlow<()>, EventTooLong> {
        self.last.put_to(&mut self.line);
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = scan::either_line_end(bytes) {
            let (line, rest) = bytes.split_at(end);
            bytes = self.after_line_end(rest);
            let flow = if self.begun && self.line.is_empty() {
                match field(line) {
                    // One line and then an empty one: the whole event lies here.
                    Field::Data(data) if !self.has_data && bytes.first() == Some(&b'\n') => {
                        bytes = &bytes[1..];
                        self.give(data, each)?
                    }
                    _ => self.line_came(line, each)?,
                }
            } else {
                self.keep(line)?;
                self.kept_line_came(each)?
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        self.keep(bytes)?;
        Ok(ControlFlow::Continue(()))
    }

    /// Takes a piece that ends no line, as most small ones do; `false` where it is another one, and then nothing was taken.
    #[expect(
        clippy::inline_always,
        reason = "called for each byte of a stream that comes so"
    )]
    #[inline(always)]
    pub(super) fn keep_within(&mut self, bytes: &[u8]) -> bool {
        match bytes {
            [b'\n' | b'\r'] => false,
            [byte] if self.line.len() < MAX_EVENT_BYTES - Gathered::MAX => {
                self.after_return = false;
                self.last.push(*byte, &mut self.line);
                true
            }
            _ => {
                self.last.put_to(&mut self.line);
                let within = !self.after_return && scan::either_line_end(bytes).is_none();
                within && self.keep(bytes).is_ok()
            }
        }
    }

    /// Takes note that the body is over and gives what would have been an event, had an empty line come. Browsers drop it;
    /// servers that are cut off, and some that are not, end like this.
    ///
    /// # Errors
    /// [`EventTooLong`].
    pub fn rest(&mut self, each: Each) -> Result<ControlFlow<()>, EventTooLong> {
        self.last.put_to(&mut self.line);
        if !self.line.is_empty() && self.kept_line_came(each)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.line_came(b"", each)
    }

    /// What comes after a line end, with which it begins.
    fn after_line_end<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        match bytes {
            [b'\r', b'\n', rest @ ..] => rest,
            [b'\r'] => {
                self.after_return = true;
                &[]
            }
            [_, rest @ ..] => rest,
            [] => bytes,
        }
    }

    fn keep(&mut self, piece: &[u8]) -> Result<(), EventTooLong> {
        if self.line.len() + piece.len() > MAX_EVENT_BYTES {
            return Err(EventTooLong);
        }
        self.line.extend_from_slice(piece);
        Ok(())
    }

    fn kept_line_came(&mut self, each: Each) -> Result<ControlFlow<()>, EventTooLong> {
        let mut kept = std::mem::take(&mut self.line);
        let mut line = kept.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        let flow = self.line_came(line, each);
        kept.clear();
        // Its memory serves for the next one.
        self.line = kept;
        flow
    }

    fn line_came(&mut self, line: &[u8], each: Each) -> Result<ControlFlow<()>, EventTooLong> {
        if line.len() > MAX_EVENT_BYTES {
            return Err(EventTooLong);
        }
        if line.is_empty() {
            let mut data = std::mem::take(&mut self.data);
            let flow = if std::mem::take(&mut self.has_data) {
                self.give(&data, each)
            } else {
                self.name.clear();
                Ok(ControlFlow::Continue(()))
            };
            data.clear();
            self.data = data;
            return flow;
        }
        match field(line) {
            Field::Data(data) => self.data_came(data)?,
            Field::Error(data) => {
                self.name = b"error".to_vec();
                self.data_came(data)?;
            }
            Field::Name(name) => {
                self.name.clear();
                self.name.extend_from_slice(name);
            }
            Field::Nothing => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn data_came(&mut self, data: &[u8]) -> Result<(), EventTooLong> {
        if self.data.len() + 1 + data.len() > MAX_EVENT_BYTES {
            return Err(EventTooLong);
        }
        if std::mem::replace(&mut self.has_data, true) {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(data);
        Ok(())
    }

    fn give(&mut self, data: &[u8], each: Each) -> Result<ControlFlow<()>, EventTooLong> {
        if data.len() >= MAX_EVENT_BYTES {
            return Err(EventTooLong);
        }
        let flow = each(Event {
            name: &text(&self.name),
            data: &text(data),
        });
        self.name.clear();
        Ok(flow)
    }
}

/// What a line says that is not empty.
fn field(line: &[u8]) -> Field<'_> {
    let (name, value) = match line.iter().position(|byte| *byte == b':') {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None => (line, &[][..]),
    };
    let value = value.strip_prefix(b" ").unwrap_or(value);
    match name {
        b"data" => Field::Data(value),
        b"event" => Field::Name(value),
        b"error" => Field::Error(value),
        _ => Field::Nothing,
    }
}

/// Bytes as text. What is text is nearly everything, and is recognised faster like this.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
