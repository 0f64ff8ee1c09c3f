//! What the server says, before it is known who hears it.

use std::time::Duration;

use serde_json::json;

use super::lines::{Happening, Line};
use crate::plan::{Headers, Piece, Plan};
use crate::script::Fault;

/// What the server says.
#[derive(Debug)]
pub(crate) struct Answer {
    status: u16,
    content_type: &'static str,
    body: Vec<Piece>,
    stream: bool,
    endless: bool,
    every: Duration,
    faults: Vec<Fault>,
    /// What is true as soon as this is said.
    pub(super) happenings: Vec<Happening>,
}

impl Answer {
    pub(super) fn text(status: u16, content_type: &'static str, text: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            body: vec![Piece::Bytes(text.into())],
            stream: false,
            endless: false,
            every: Duration::ZERO,
            faults: Vec::new(),
            happenings: Vec::new(),
        }
    }

    pub(super) fn json(status: u16, text: String) -> Self {
        Self::text(status, "application/json; charset=utf-8", text)
    }

    pub(super) fn error(status: u16, message: &str) -> Self {
        Self::json(status, json!({ "error": message }).to_string())
    }

    /// One line, as a whole answer.
    pub(super) fn line(line: Line) -> Self {
        Self {
            body: vec![Piece::Line(line.without_end())],
            ..Self::json(200, String::new())
        }
    }

    pub(super) fn stream(lines: Vec<Line>, every_ms: u64, faults: Vec<Fault>) -> Self {
        Self {
            content_type: "application/x-ndjson",
            body: lines.into_iter().map(Piece::Line).collect(),
            stream: true,
            every: Duration::from_millis(every_ms),
            faults,
            ..Self::json(200, String::new())
        }
    }

    /// Whose last line is said for ever.
    pub(super) fn for_ever(self) -> Self {
        Self {
            endless: true,
            ..self
        }
    }

    /// That makes something true as soon as it is given.
    pub(super) fn making(self, happenings: Vec<Happening>) -> Self {
        Self { happenings, ..self }
    }

    /// The answer to a page that is not let in: not even a word.
    pub(crate) fn refusal() -> Self {
        Self::text(403, "text/plain", "")
    }

    /// As a plan that knows nothing of the page that asks, and what goes wrong on the wire beside what a script says.
    pub(crate) fn plan(self) -> (Plan, Vec<Fault>) {
        let mut plan = Plan {
            status: self.status,
            headers: Headers::default(),
            body: self.body,
            chunked: self.stream,
            close: false,
            every: self.every,
            endless: self.endless,
        };
        if plan.body_len() > 0 {
            plan.headers.set("Content-Type", self.content_type);
        }
        if plan.chunked {
            plan.headers.set("Transfer-Encoding", "chunked");
        } else {
            plan.headers.set("Content-Length", &plan.body_len().to_string());
        }
        (plan, self.faults)
    }
}
