//! One stand-in: what it has, and what requests make of that.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::lines::{self, Happening};
use super::settings::{Model, Ollama, Pull};
use super::{Answer, Asked, chat, digest_of, full_name, lists, many, pull};
use crate::request::Request;

/// How long a model stays in memory.
const KEPT: Duration = Duration::from_mins(5);

/// A model in memory.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) name: String,
    pub(super) context: u64,
    pub(super) expires: SystemTime,
}

/// One stand-in and what has become of it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: Ollama,
    pub(super) models: Vec<Model>,
    /// The last one loaded last.
    pub(super) running: Vec<Running>,
    /// How much of each layer is here.
    pub(super) layers: HashMap<String, u64>,
}

impl State {
    pub(super) fn new(settings: Ollama) -> Self {
        let named = |model: &Model| Model {
            name: full_name(&model.name),
            ..model.clone()
        };
        let mut models: Vec<Model> = settings.models.iter().map(named).collect();
        models.extend((0..settings.generate).map(many::model));
        Self {
            models,
            settings,
            running: Vec::new(),
            layers: HashMap::new(),
        }
    }

    /// Whether it is of this version or a later one.
    pub(super) fn is_since(&self, version: [u32; 3]) -> bool {
        let numbers = self
            .settings
            .version
            .split(['.', '-'])
            .map(|part| part.parse().unwrap_or(0));
        numbers.collect::<Vec<u32>>() >= version.to_vec()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Model> {
        let name = full_name(name);
        self.models
            .iter()
            .find(|model| model.name.eq_ignore_ascii_case(&name))
    }

    pub(super) fn pull_of(&self, name: &str) -> &Pull {
        let named = self.settings.pulls.iter().find(|(key, _)| full_name(key) == name);
        named.map_or(&self.settings.pull, |(_, pull)| pull)
    }

    pub(super) fn fetched(&self, layer: &str) -> u64 {
        self.layers.get(layer).copied().unwrap_or(0)
    }

    pub(super) fn answer(&mut self, path: &str, request: &Request) -> Answer {
        let get = matches!(request.method.as_str(), "GET" | "HEAD");
        let expected = match path {
            "" | "/" | "/api/version" | "/api/tags" | "/api/ps" => get,
            "/api/show" | "/api/pull" | "/api/copy" | "/api/chat" => request.method == "POST",
            "/api/delete" => request.method == "DELETE",
            _ => return Answer::text(404, "text/plain", "404 page not found"),
        };
        if !expected {
            return Answer::text(405, "text/plain", "405 method not allowed");
        }
        match path {
            "/api/version" => Answer::json(200, json!({ "version": self.settings.version }).to_string()),
            "/api/tags" => Answer::json(200, lists::tags(self)),
            "/api/ps" => Answer::json(200, lists::running(self)),
            "" | "/" => Answer::text(200, "text/plain; charset=utf-8", "Ollama is running"),
            _ if request.body.is_empty() => Answer::error(400, "missing request body"),
            _ => match serde_json::from_slice::<Value>(&request.body) {
                Ok(body) => self.act(path, &Asked::of(body)),
                Err(_) => Answer::error(400, "unexpected EOF"),
            },
        }
    }

    fn act(&mut self, path: &str, asked: &Asked) -> Answer {
        let not_found = || Answer::error(404, &format!("model '{}' not found", asked.model));
        match path {
            "/api/show" => self
                .find(&asked.model)
                .map_or_else(not_found, |model| Answer::json(200, lists::show(self, model))),
            "/api/pull" => pull::answer(self, asked),
            "/api/delete" => self.delete(asked).unwrap_or_else(not_found),
            "/api/copy" => self.copy(&asked.body),
            _ => {
                let (answer, loaded) = chat::answer(self, asked);
                if let Some(context) = loaded {
                    self.load(&asked.model, context);
                }
                answer
            }
        }
    }

    /// Keeps a model in memory; a window of 0 puts it out.
    fn load(&mut self, name: &str, context: u64) {
        let name = full_name(name);
        self.running.retain(|running| running.name != name);
        if context > 0 {
            self.running.push(Running {
                name,
                context,
                expires: SystemTime::now() + KEPT,
            });
        }
    }

    fn delete(&mut self, asked: &Asked) -> Option<Answer> {
        if asked.model.contains(' ') {
            return Some(Answer::error(
                400,
                &format!("name \"{}\" is invalid", asked.model),
            ));
        }
        let name = self.find(&asked.model)?.name.clone();
        self.models.retain(|model| model.name != name);
        self.load(&name, 0);
        for index in 0..self.pull_of(&name).layers.len() {
            self.layers.remove(&pull::layer(&name, index));
        }
        Some(Answer::text(200, "text/plain", ""))
    }

    fn copy(&mut self, body: &Value) -> Answer {
        let name = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
        let (source, destination) = (name("source"), name("destination"));
        if destination.is_empty() || destination.contains(' ') {
            return Answer::error(400, &format!("destination \"{destination}\" is invalid"));
        }
        let Some(model) = self.find(&source).cloned() else {
            return Answer::error(404, &format!("model \"{source}\" not found"));
        };
        let digest = Some(digest_of(&model));
        self.add(Model {
            name: full_name(&destination),
            digest,
            ..model
        });
        Answer::text(200, "text/plain", "")
    }

    fn add(&mut self, model: Model) {
        self.models.retain(|known| known.name != model.name);
        // The list begins with what changed last.
        let now = lines::rfc3339(SystemTime::now());
        self.models.insert(
            0,
            Model {
                modified_at: now,
                ..model
            },
        );
    }

    pub(super) fn happen(&mut self, happening: &Happening) {
        match happening {
            Happening::Fetched { digest, bytes } => {
                self.layers.insert(digest.clone(), *bytes);
            }
            Happening::Pulled { name } => {
                let pull = self.pull_of(name);
                let model = Model {
                    name: name.clone(),
                    size_bytes: pull.layers.iter().sum(),
                    ..pull.model.clone()
                };
                self.add(model);
            }
        }
    }
}
