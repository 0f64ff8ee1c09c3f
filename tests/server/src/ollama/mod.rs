//! A stand-in for an Ollama server: speaks the shapes that were recorded from real ones (0.6.5, 0.12.6, 0.32.15),
//! and goes wrong as told.
//!
//! A real Ollama is what tests should meet; this one is for what a real one does not do on command. It keeps what a
//! client could notice: what was pulled is listed, what was deleted is gone, half a pull goes on where it stood, a
//! model that answered is in memory with its context window. Each stand-in has a prefix of its own, which is the base
//! URL of a client, so tests that run side by side do not meet.
//!
//! A request comes to [`Ollamas::answer`], which is a decision without I/O: the answer, and the lines of a stream with
//! what each makes true. What goes wrong on the wire goes wrong as for files: a script of the path (see the README)
//! goes before the stand-in, and its faults strike the stand-in's answers.

mod answer;
mod chat;
pub(crate) mod lines;
mod lists;
mod many;
mod origins;
mod pull;
mod settings;
mod state;

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub use settings::{LineError, LineFault, Model, Ollama, Pull, PullEnd, Reply, ToolCall};

use crate::plan::Headers;
use crate::request::Request;
pub(crate) use answer::Answer;
pub(crate) use chat::tokens;
use lines::Happening;
use state::State;

/// A request, taken apart.
#[derive(Debug)]
struct Asked {
    body: Value,
    /// As it was named.
    model: String,
    stream: bool,
}

/// What a stand-in says to a page: `None` if it is not let in.
pub(crate) type Welcome = Option<Headers>;

/// All stand-ins, by prefix.
#[derive(Debug, Default)]
pub(crate) struct Ollamas {
    at: HashMap<String, State>,
}

impl Ollamas {
    /// Puts one up; one that was there is forgotten.
    pub(crate) fn set(&mut self, prefix: &str, settings: Ollama) {
        self.at
            .insert(prefix.trim_end_matches('/').to_owned(), State::new(settings));
    }

    /// Takes down those under a prefix.
    pub(crate) fn forget(&mut self, prefix: &str) {
        self.at.retain(|at, _| !format!("{at}/").starts_with(prefix));
    }

    /// The prefix of the one that a path belongs to. One without a prefix has only the paths of Ollama.
    pub(crate) fn prefix_of(&self, path: &str) -> Option<&str> {
        let within = |at: &&String| match path.strip_prefix(at.as_str()) {
            Some(rest) if at.is_empty() => rest == "/" || rest.starts_with("/api/"),
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        self.at
            .keys()
            .filter(within)
            .max_by_key(|at| at.len())
            .map(String::as_str)
    }

    /// Whether the page that asks is let in, and what it is told.
    pub(crate) fn welcome(&self, prefix: &str, request: &Request) -> Welcome {
        let origins = self.at.get(prefix)?.settings.origins.as_deref();
        origins::allow(origins, request)
    }

    /// The answer; what a deletion, a copy or a load makes true is true already.
    pub(crate) fn answer(&mut self, prefix: &str, request: &Request) -> Answer {
        let path = request.path.strip_prefix(prefix).unwrap_or_default();
        let Some(state) = self.at.get_mut(prefix) else {
            return Answer::text(404, "text/plain", "404 page not found");
        };
        let mut answer = state.answer(path, request);
        for happening in std::mem::take(&mut answer.happenings) {
            state.happen(&happening);
        }
        answer
    }

    /// A line is about to be sent.
    pub(crate) fn happen(&mut self, prefix: &str, happening: &Happening) {
        if let Some(state) = self.at.get_mut(prefix) {
            state.happen(happening);
        }
    }

    /// What has become of one, for tests.
    pub(crate) fn status(&self, prefix: &str) -> Option<Value> {
        let state = self.at.get(prefix.trim_end_matches('/'))?;
        let models: Vec<&str> = state.models.iter().map(|model| model.name.as_str()).collect();
        let running: Vec<Value> = state
            .running
            .iter()
            .map(|running| json!({ "name": running.name, "contextLength": running.context }))
            .collect();
        Some(json!({ "models": models, "running": running, "layers": state.layers }))
    }
}

impl Asked {
    fn of(body: Value) -> Self {
        // `name` is what clients sent before `model`, and the official one still does.
        let model = body["model"].as_str().filter(|model| !model.is_empty());
        let model = model.or(body["name"].as_str()).unwrap_or_default().to_owned();
        Self {
            stream: body["stream"] != false,
            model,
            body,
        }
    }

    /// A generation option.
    fn number(&self, option: &str) -> Option<u64> {
        self.body["options"][option].as_u64()
    }
}

/// With the tag that is meant where none is said, and without what stands for the usual registry.
fn full_name(name: &str) -> String {
    let name = bare_name(name);
    let tagged = name.rsplit('/').next().is_some_and(|last| last.contains(':'));
    if tagged {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

fn bare_name(name: &str) -> &str {
    let name = name.strip_prefix("registry.ollama.ai/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

fn digest_of(model: &Model) -> String {
    model.digest.clone().unwrap_or_else(|| digest(&model.name))
}

/// A digest of something made up.
fn digest(of: &str) -> String {
    let bytes = Sha256::digest(of.as_bytes());
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
