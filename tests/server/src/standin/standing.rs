//! One stand-in: what it has, what is still to go wrong, and the way of a request through it.

use serde_json::{Value, json};

use super::settings::{Model, On, Reply, StandIn, Trouble};
use super::{Answer, Vendor, anthropic, cors, gemini, openai};
use crate::plan::Headers;
use crate::request::Request;

/// One stand-in and what has become of it.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) vendor: Vendor,
    pub(super) settings: StandIn,
    pub(super) models: Vec<Model>,
    /// What is still to go wrong.
    troubles: Vec<Trouble>,
    /// Downloads that were asked for.
    pub(super) jobs: Vec<Job>,
    /// Questions so far: the number of ids.
    asked: u64,
}

/// A download.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) model: String,
    /// How far it is.
    pub(super) step: u64,
}

/// A question, and what is known of it before its protocol looks at it.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) request: &'a Request,
    /// What follows the prefix.
    pub(super) path: &'a str,
    /// Its number at this stand-in, from 1.
    pub(super) number: u64,
    /// The key that came with it.
    pub(super) key: Option<String>,
    /// How the answer goes, if a fault says so.
    pub(super) reply: Option<Reply>,
}

/// An error of a server: what the protocol's module makes of a word.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            headers: Vec::new(),
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let mut answer = match &refusal.body {
            Value::String(text) => Self::text(refusal.status, content_type(text), text.as_str()),
            body => Self::json(refusal.status, body),
        };
        for (name, value) in &refusal.headers {
            answer.headers.set(name, value);
        }
        answer
    }
}

fn content_type(text: &str) -> &'static str {
    match text.trim_start().chars().next() {
        Some('<') => "text/html; charset=utf-8",
        Some('{' | '[') => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

/// Whether a server has an error of that word: one that nobody has would test nothing.
pub(super) fn knows(vendor: Vendor, word: &str) -> bool {
    let request = Request::default();
    let question = Question {
        request: &request,
        path: "",
        number: 0,
        key: None,
        reply: None,
    };
    refusal(vendor, word, &question).is_some()
}

/// The error of a word, as a server says it.
fn refusal(vendor: Vendor, word: &str, question: &Question) -> Option<Refusal> {
    match vendor {
        Vendor::Anthropic => anthropic::errors::named(word, question),
        Vendor::Gemini => gemini::errors::named(word),
        _ => openai::errors::named(vendor, word, question),
    }
}

impl Standing {
    pub(super) fn new(vendor: Vendor, mut settings: StandIn) -> Self {
        let mut models = settings.models.take().unwrap_or_else(|| usual_models(vendor));
        let more = (0..settings.generate).map(|index| Model {
            id: format!("generated-{index:04}"),
            created: 1_700_000_000 - index as u64,
            ..Model::default()
        });
        models.extend(more);
        Self {
            vendor,
            models,
            troubles: std::mem::take(&mut settings.faults),
            settings,
            jobs: Vec::new(),
            asked: 0,
        }
    }

    pub(super) fn add(&mut self, faults: Vec<Trouble>) {
        self.troubles.extend(faults);
    }

    pub(super) fn speaks_to_pages(&self) -> bool {
        self.settings.cors.unwrap_or(self.vendor != Vendor::LmStudio)
    }

    pub(super) fn told(&self, request: &Request) -> Headers {
        cors::told(
            self.vendor,
            request,
            self.settings.origins.as_deref(),
            self.settings.cors,
        )
    }

    pub(super) fn status(&self) -> Value {
        let models: Vec<&str> = self.models.iter().map(|model| model.id.as_str()).collect();
        json!({ "asked": self.asked, "models": models, "faults": self.troubles.len() })
    }

    pub(super) fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// Whether a key is one of those that are let in; everyone is where none is needed.
    pub(super) fn lets_in(&self, key: Option<&str>) -> bool {
        match (&self.settings.keys, self.vendor.key()) {
            (Some(keys), _) => {
                keys.is_empty() || key.is_some_and(|key| keys.iter().any(|known| known == key))
            }
            (None, usual) => usual.is_none_or(|usual| key == Some(usual)),
        }
    }

    pub(super) fn answer(&mut self, path: &str, request: &Request, origins: &[String]) -> Answer {
        self.asked += 1;
        let mut question = Question {
            request,
            path,
            number: self.asked,
            key: key_of(request),
            reply: None,
        };
        let on = match self.vendor {
            Vendor::Anthropic => anthropic::on(path),
            Vendor::Gemini => gemini::on(path),
            _ => openai::on(path),
        };
        if let Some(trouble) = self.take(on) {
            if let Some(answer) = self.strike(&trouble, &question, origins) {
                return answer;
            }
            question.reply = trouble.reply;
        }
        match self.vendor {
            Vendor::Anthropic => anthropic::answer(self, &question),
            Vendor::Gemini => gemini::answer(self, &question),
            _ => openai::answer(self, &question),
        }
    }

    fn take(&mut self, on: On) -> Option<Trouble> {
        let due = |trouble: &Trouble| trouble.on == On::Any || trouble.on == on;
        let at = self.troubles.iter().position(due)?;
        let taken = self.troubles[at].clone();
        match taken.times {
            0 => {}
            1 => {
                self.troubles.remove(at);
            }
            _ => self.troubles[at].times -= 1,
        }
        Some(taken)
    }

    /// What goes wrong, unless it is merely another way to answer.
    fn strike(&self, trouble: &Trouble, question: &Question, origins: &[String]) -> Option<Answer> {
        if let Some(to) = &trouble.redirect {
            let mut to = to.clone();
            for (index, origin) in origins.iter().enumerate() {
                to = to.replace(&format!("{{origin:{index}}}"), origin);
            }
            let answer = Answer::text(trouble.status.unwrap_or(307), "text/plain", "elsewhere\n");
            return Some(answer.header("Location", &to));
        }
        let known = trouble.error.as_ref().map(|word| {
            refusal(self.vendor, word, question).unwrap_or_else(|| {
                let text = format!("{} has no error {word}", self.vendor.word());
                Refusal::new(599, Value::String(text))
            })
        });
        if known.is_none() && trouble.status.is_none() && trouble.body.is_none() {
            return None;
        }
        let mut refusal = known.unwrap_or_else(|| Refusal::new(500, Value::String(String::new())));
        refusal.status = trouble.status.unwrap_or(refusal.status);
        if let Some(body) = &trouble.body {
            refusal.body = body.clone();
        }
        if trouble.echo_key
            && let Some(key) = &question.key
        {
            echo(&mut refusal.body, key);
        }
        let mut answer = Answer::from(refusal);
        if let Some(after) = &trouble.retry_after {
            answer.headers.set("Retry-After", after);
        }
        for (name, value) in &trouble.headers {
            match value {
                Some(value) => answer.headers.set(name, value),
                None => answer.headers.remove(name),
            }
        }
        Some(answer)
    }
}

/// Puts a key into the message of an error, as careless servers do.
fn echo(body: &mut Value, key: &str) {
    let said = format!("Incorrect API key provided: {key}");
    match body {
        Value::Object(fields) if fields.get("error").is_some_and(Value::is_object) => {
            fields["error"]["message"] = Value::String(said);
        }
        Value::Object(fields) => {
            fields.insert("error".into(), Value::String(said));
        }
        other => *other = Value::String(said),
    }
}

/// The key of a request, wherever one may be.
fn key_of(request: &Request) -> Option<String> {
    let bearer = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer ").or(value.strip_prefix("bearer ")));
    let plain = || {
        request
            .header("x-api-key")
            .or_else(|| request.header("x-goog-api-key"))
    };
    bearer
        .or_else(plain)
        .map(str::to_owned)
        .or_else(|| request.parameter("key"))
}

fn usual_models(vendor: Vendor) -> Vec<Model> {
    match vendor {
        Vendor::Anthropic => anthropic::usual_models(),
        Vendor::Gemini => gemini::usual_models(),
        _ => openai::usual_models(vendor),
    }
}
