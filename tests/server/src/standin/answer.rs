//! What a stand-in says, before it is known who hears it.

use std::time::Duration;

use serde_json::Value;

use crate::plan::{Headers, Piece, Plan};
use crate::script::Fault;

/// What the server says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<Piece>,
    pub(crate) stream: bool,
    pub(crate) endless: bool,
    pub(crate) every: Duration,
    pub(crate) faults: Vec<Fault>,
}

impl Answer {
    pub(crate) fn text(status: u16, content_type: &str, text: impl Into<Vec<u8>>) -> Self {
        let text = text.into();
        let mut headers = Headers::default();
        if !text.is_empty() {
            headers.set("Content-Type", content_type);
        }
        Self {
            status,
            headers,
            body: vec![Piece::Bytes(text)],
            stream: false,
            endless: false,
            every: Duration::ZERO,
            faults: Vec::new(),
        }
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    /// As a plan that knows nothing of the page that asks, and what goes wrong on the wire beside what a script says.
    pub(crate) fn plan(self) -> (Plan, Vec<Fault>) {
        let mut plan = Plan {
            status: self.status,
            headers: self.headers,
            body: self.body,
            chunked: self.stream,
            close: false,
            every: self.every,
            endless: self.endless,
        };
        if plan.chunked {
            plan.headers.set("Transfer-Encoding", "chunked");
        } else if plan.status != 204 {
            plan.headers.set("Content-Length", &plan.body_len().to_string());
        }
        (plan, self.faults)
    }
}
