//! Stand-ins for the servers that answer over the network: OpenAI and those that speak as it does, OpenRouter,
//! Anthropic, Gemini. They speak the shapes that their documentation and their official clients know, and go wrong as
//! told.
//!
//! Each is at `/as/<word>` of every test server (words: [`Vendor::word`]), or at a prefix of its own for tests that
//! run side by side. A request comes to [`StandIns::answer`], a decision without I/O:
//!
//! 1. [`cors`] tells what the page that asks learns; a preflight ends there.
//! 2. A [`Trouble`] that is due strikes.
//! 3. The key is looked at, where the real server does.
//! 4. The protocol's module reads the request into a [`prompt::Prompt`], refuses what the real one refuses, lets
//!    [`speech`] answer and writes that down, streamed ([`sse`]) or whole.
//!
//! All else goes wrong by script, as for the stand-in of Ollama: one for the path goes before the stand-in.

mod answer;
mod anthropic;
pub(crate) mod control;
mod cors;
mod gemini;
mod openai;
mod prompt;
mod settings;
mod speech;
mod sse;
mod standing;
mod vendor;

use std::collections::HashMap;

use serde_json::Value;

pub(crate) use answer::Answer;
pub use settings::{Download, EventError, EventFault, LineEnd, Model, On, Reply, StandIn, Trouble};
pub use vendor::Vendor;

use crate::plan::Headers;
use crate::request::Request;
use standing::Standing;

/// All stand-ins, by prefix.
#[derive(Debug, Default)]
pub(crate) struct StandIns {
    at: HashMap<String, Standing>,
}

impl StandIns {
    /// Puts one up; one that was there is forgotten.
    pub(crate) fn set(&mut self, prefix: &str, vendor: Vendor, settings: StandIn) {
        self.at.insert(
            prefix.trim_end_matches('/').to_owned(),
            Standing::new(vendor, settings),
        );
    }

    /// More that goes wrong with one that is there; false if there is none.
    pub(crate) fn trouble(&mut self, prefix: &str, vendor: Vendor, faults: Vec<Trouble>) -> bool {
        let _ = self.prefix_of(&format!("{prefix}/"));
        let standing = self
            .at
            .get_mut(prefix)
            .filter(|standing| standing.vendor == vendor);
        standing.is_some_and(|standing| {
            standing.add(faults);
            true
        })
    }

    /// Takes down those under a prefix.
    pub(crate) fn forget(&mut self, prefix: &str) {
        self.at.retain(|at, _| !format!("{at}/").starts_with(prefix));
    }

    /// The prefix of the one that a path belongs to. Those under `/as/` come up when they are first asked.
    pub(crate) fn prefix_of(&mut self, path: &str) -> Option<String> {
        let within = |at: &&String| {
            path.strip_prefix(at.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(at) = self.at.keys().filter(within).max_by_key(|at| at.len()) {
            return Some(at.clone());
        }
        let word = path.strip_prefix("/as/")?.split('/').next()?;
        let vendor = Vendor::of(word)?;
        self.set(&vendor.home(), vendor, StandIn::default());
        Some(vendor.home())
    }

    /// What the page that asks is told; empty if it is not let in.
    pub(crate) fn told(&self, prefix: &str, request: &Request) -> Headers {
        self.at
            .get(prefix)
            .map_or_else(Headers::default, |standing| standing.told(request))
    }

    /// The answer to a preflight.
    pub(crate) fn preflight(&self, prefix: &str, request: &Request) -> Answer {
        let off = self
            .at
            .get(prefix)
            .is_some_and(|standing| standing.vendor == Vendor::LmStudio && !standing.speaks_to_pages());
        if off {
            // It takes the preflight for the question.
            return Answer::text(
                200,
                "application/json",
                r#"{"error":"'messages' field is required"}"#,
            );
        }
        let told = self.told(prefix, request);
        let mut answer = Answer::text(
            if told == Headers::default() { 403 } else { 204 },
            "text/plain",
            "",
        );
        answer.headers.take_over(&told);
        answer
    }

    /// The answer; what it makes true is true already.
    pub(crate) fn answer(&mut self, prefix: &str, request: &Request, origins: &[String]) -> Answer {
        let path = request.path.strip_prefix(prefix).unwrap_or_default();
        match self.at.get_mut(prefix) {
            Some(standing) => standing.answer(path, request, origins),
            None => Answer::text(404, "text/plain", "404 page not found"),
        }
    }

    /// What has become of one, for tests.
    pub(crate) fn status(&mut self, prefix: &str) -> Option<Value> {
        let _ = self.prefix_of(&format!("{prefix}/"));
        self.at.get(prefix.trim_end_matches('/')).map(Standing::status)
    }
}
