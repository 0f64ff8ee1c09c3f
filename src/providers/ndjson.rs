//! Lines of JSON over time: `application/x-ndjson`.
//!
//! A piece of the body is searched for line ends once, when it comes; only what belongs to a line that is not complete
//! yet is kept. A line is cut out of the bytes before it is read as text, so it does not matter where in a
//! character a piece ends.

use std::ops::ControlFlow;

use super::scan::{self, Gathered};

/// The longest line, in bytes. A tool call with a whole file in it is one line.
pub const MAX_LINE_BYTES: usize = 8 << 20;

/// A line is longer than [`MAX_LINE_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineTooLong;

/// Cuts bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    /// The beginning of a line whose end has not come.
    started: Vec<u8>,
    /// What came of it last, byte by byte.
    last: Gathered,
}

impl Lines {
    /// Before the first byte.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a piece and gives each line that is complete with it to `line`, without its end and without blanks around it;
    /// blank lines are left out. `Break` from `line` gives up the rest of the piece.
    ///
    /// # Errors
    /// [`LineTooLong`].
    pub fn push(
        &mut self,
        mut bytes: &[u8],
        line: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, LineTooLong> {
        self.last.put_to(&mut self.started);
        while let Some(end) = scan::line_end(bytes) {
            let (piece, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            let flow = if self.started.is_empty() {
                give(piece, line)?
            } else {
                self.keep(piece)?;
                let flow = give(&self.started, line)?;
                self.started.clear();
                flow
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
            [b'\n'] => false,
            [byte] if self.started.len() < MAX_LINE_BYTES - Gathered::MAX => {
                self.last.push(*byte, &mut self.started);
                true
            }
            _ => {
                self.last.put_to(&mut self.started);
                scan::line_end(bytes).is_none() && self.keep(bytes).is_ok()
            }
        }
    }

    /// Takes note that the body is over: a last line needs no end.
    ///
    /// # Errors
    /// [`LineTooLong`].
    pub fn end(
        &mut self,
        line: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, LineTooLong> {
        self.last.put_to(&mut self.started);
        give(&std::mem::take(&mut self.started), line)
    }

    fn keep(&mut self, piece: &[u8]) -> Result<(), LineTooLong> {
        if self.started.len() + piece.len() > MAX_LINE_BYTES {
            return Err(LineTooLong);
        }
        self.started.extend_from_slice(piece);
        Ok(())
    }
}

fn give(bytes: &[u8], line: &mut dyn FnMut(&str) -> ControlFlow<()>) -> Result<ControlFlow<()>, LineTooLong> {
    let bytes = bytes.trim_ascii();
    if bytes.len() > MAX_LINE_BYTES {
        return Err(LineTooLong);
    }
    if bytes.is_empty() {
        return Ok(ControlFlow::Continue(()));
    }
    // What is text is nearly everything, and is recognised faster like this.
    Ok(match str::from_utf8(bytes) {
        Ok(text) => line(text),
        Err(_) => line(&String::from_utf8_lossy(bytes)),
    })
}
