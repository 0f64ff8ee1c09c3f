//! The events of a stream, in any shape the standard allows.

use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;
use super::settings::{EventFault, LineEnd, Reply};
use crate::ollama::lines::Line;
use crate::plan::Piece;
use crate::script::{At, Fault};

/// Events that are written one after another.
#[derive(Debug)]
pub(super) struct Events<'a> {
    shape: &'a Reply,
    end: &'static str,
    texts: Vec<String>,
    /// The event that is said again and again where the answer has no end.
    again: Option<usize>,
}

impl<'a> Events<'a> {
    /// None yet; `usual` is how this server ends its lines.
    pub(super) fn new(shape: &'a Reply, usual: LineEnd) -> Self {
        let end = match shape.line_end.unwrap_or(usual) {
            LineEnd::Lf => "\n",
            LineEnd::CrLf => "\r\n",
            LineEnd::Cr => "\r",
        };
        Self {
            shape,
            end,
            texts: Vec::new(),
            again: None,
        }
    }

    /// An event without a name.
    pub(super) fn data(&mut self, value: &Value) {
        self.raw(None, &value.to_string());
    }

    /// An event of this name, whose data tells it too.
    pub(super) fn named(&mut self, value: &Value) {
        let name = value["type"].as_str().unwrap_or_default().to_owned();
        self.raw(Some(&name), &value.to_string());
    }

    /// An event with this data.
    pub(super) fn raw(&mut self, name: Option<&str>, data: &str) {
        let end = self.end;
        let mut text = String::new();
        if self.texts.is_empty() && self.shape.mark {
            text.push('\u{feff}');
        }
        if self.shape.comments {
            text.push_str(": still at it");
            text.push_str(end);
            text.push_str(end);
        }
        if let Some(name) = name {
            text.push_str("event: ");
            text.push_str(name);
            text.push_str(end);
        }
        for line in data.split('\n') {
            text.push_str("data: ");
            text.push_str(line);
            text.push_str(end);
        }
        text.push_str(end);
        self.texts.push(text);
    }

    /// A comment by itself, as servers send while they wait.
    pub(super) fn comment(&mut self, text: &str) {
        self.texts.push(format!(": {text}{0}{0}", self.end));
    }

    /// The last one is what an endless answer goes on with.
    pub(super) fn mark_again(&mut self) {
        self.again = self.texts.len().checked_sub(1);
    }

    /// Leaves out all from this one on.
    pub(super) fn truncate(&mut self, event: usize) {
        self.texts.truncate(event);
    }

    /// The whole stream as an answer.
    pub(super) fn answer(mut self) -> Answer {
        let endless = self.shape.endless && self.again.is_some();
        if let Some(again) = self.again.filter(|_| endless) {
            self.texts.truncate(again + 1);
        }
        if !self.shape.last_line
            && let Some(last) = self.texts.last_mut()
        {
            last.truncate(last.len() - self.end.len());
        }
        let lines: Vec<Line> = self.texts.into_iter().map(Line::text).collect();
        let faults = place(&self.shape.faults, &lines);
        let mut answer =
            Answer::text(200, "text/event-stream", "").header("Content-Type", "text/event-stream");
        answer.body = lines.into_iter().map(Piece::Line).collect();
        answer.stream = true;
        answer.endless = endless;
        answer.every = Duration::from_millis(self.shape.every_ms);
        answer.faults = faults;
        answer.header("Cache-Control", "no-cache")
    }
}

/// Faults at events as faults at bytes. An event beyond the last one is the end of it.
fn place(faults: &[EventFault], lines: &[Line]) -> Vec<Fault> {
    let start = |event: usize| lines.iter().take(event).map(Line::len).sum::<u64>();
    let fault = |fault: &EventFault| Fault {
        at: At::Byte(i64::try_from(start(fault.event) + fault.byte).unwrap_or(i64::MAX)),
        what: fault.what,
    };
    faults.iter().map(fault).collect()
}
