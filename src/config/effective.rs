//! What is in force, as plain values for those who act by it.

use std::sync::Arc;

use serde::Serialize;

use super::error::ConfigError;
use super::layer::Layer;
use super::reading;
use super::setting::{Setting, Settings, Value, find};
use super::showing;
use super::table::{GENERATION, MODEL};

/// Everything that is in force at one time. Never changes: whoever holds one keeps what was in force then. Cheap to
/// clone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effective(Arc<Settings>);

/// What a model is asked with. What nobody has said is left to whoever runs the model.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct ModelOptions {
    /// The context window, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_size: Option<u32>,
    /// From 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The longest answer, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// From 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Greater than 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Greater than 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_penalty: Option<f64>,
    /// A whole number that JavaScript has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub seed: Option<i64>,
    /// Texts that end the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
}

/// What a new conversation starts with (requirement C1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// This model.
    Model(String),
    /// The model that a profile leads to.
    Profile(String),
    /// Nothing is said.
    Nothing,
}

/// How long answers of providers are fresh, and how many are kept (requirement M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachePolicy {
    /// A list of models.
    pub list_seconds: u32,
    /// The details of a model.
    pub detail_seconds: u32,
    /// The most models whose details are kept.
    pub max_entries: u32,
}

impl Effective {
    pub(super) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(super) fn all(&self) -> &Settings {
        &self.0
    }

    /// Every value that is in force, in the order of the paths, each with its layer (requirement K1).
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        let all = self.0.iter().map(AsRef::as_ref);
        all.filter(|setting: &&Setting| setting.value != Value::Name)
    }

    /// The value of one path.
    pub fn get(&self, path: &str) -> Option<&Setting> {
        find(&self.0, path).filter(|setting| setting.value != Value::Name)
    }

    /// What is in force for a model: of each option the setting that wins, by the option's name. A setting of the
    /// model's own wins over the general one of the same layer or a lower one. What is said of `llama3.2` holds for
    /// `ollama/llama3.2` and `ollama/llama3.2:latest` too, and what is said of those by themselves wins over it.
    pub fn settings_for(&self, model: &str) -> Vec<(&'static str, &Setting)> {
        let own = self.names_of(model);
        let mut all = Vec::with_capacity(MODEL.len());
        for key in &MODEL {
            let in_generation = GENERATION.iter().any(|other| other.name == key.name);
            let general = if in_generation {
                showing::path(&["generation", key.name])
            } else {
                key.name.to_owned()
            };
            let mut wins = self.get(&general);
            for name in own.iter().rev() {
                let path = [&showing::path(&["models", name]), ".", key.name].concat();
                let own = self.get(&path);
                wins = match (own, wins) {
                    (Some(own), Some(other)) if other.layer > own.layer => Some(other),
                    (own, other) => own.or(other),
                };
            }
            all.extend(wins.map(|setting| (key.name, setting)));
        }
        all
    }

    /// The names a model can have in the configuration, the most exact first.
    fn names_of<'m>(&self, model: &'m str) -> Vec<&'m str> {
        let mut names = vec![model];
        if let Some((_, name)) = self.served(model) {
            names.push(name);
            names.extend(name.strip_suffix(":latest"));
        }
        names
    }

    /// The provider and the name there, of an id that begins with a provider of the configuration.
    fn served<'m>(&self, id: &'m str) -> Option<(&'m str, &'m str)> {
        let (provider, name) = id.split_once('/')?;
        let known =
            |setting: &Setting| setting.map == "providers" && setting.name.as_deref() == Some(provider);
        (!name.is_empty() && self.0.iter().any(|setting| known(setting))).then_some((provider, name))
    }

    /// The id by which the core knows a model of the configuration: a name of its own is one of the default provider, where
    /// that is a server.
    pub fn id_of(&self, model: &str) -> String {
        match self.default_provider() {
            Some(provider) if self.served(model).is_none() => {
                let id = [provider, "/", model].concat();
                if self.served(&id).is_some() {
                    id
                } else {
                    model.to_owned()
                }
            }
            _ => model.to_owned(),
        }
    }

    /// What is in force for a model.
    pub fn for_model(&self, model: &str) -> ModelOptions {
        let mut options = ModelOptions::default();
        for (name, setting) in self.settings_for(model) {
            options.set(name, &setting.value);
        }
        options
    }

    /// What is in force for one call to a model: what the call says, as the JSON text of an object with the options
    /// of a model, over everything else. Also gives warnings.
    ///
    /// # Errors
    /// Everything that is wrong with what the call says.
    pub fn for_call(
        &self,
        model: &str,
        call: &str,
    ) -> Result<(ModelOptions, Vec<ConfigError>), Vec<ConfigError>> {
        let found = reading::read(Layer::Call, call, &MODEL);
        if !found.errors.is_empty() {
            return Err(found.errors);
        }
        let mut options = self.for_model(model);
        for setting in &found.settings {
            options.set(setting.key.name, &setting.value);
        }
        Ok((options, found.warnings))
    }

    /// The model a new conversation starts with, if one is named.
    pub fn default_model(&self) -> Option<&str> {
        self.text("defaultModel")
    }

    /// The provider of a model that several have.
    pub fn default_provider(&self) -> Option<&str> {
        self.text("defaultProvider")
    }

    /// What a new conversation starts with: model or profile, whichever the higher layer names, and the model where
    /// one layer names both.
    pub fn start(&self) -> Start {
        let model = self.get("defaultModel");
        let routed = self
            .routing_enabled()
            .then(|| self.get("routing.defaultProfile"))
            .flatten();
        let higher = |profile: &&Setting| model.is_none_or(|model| profile.layer > model.layer);
        match (model, routed.filter(higher)) {
            (_, Some(profile)) => Start::Profile(profile.text().to_owned()),
            (Some(model), None) => Start::Model(model.text().to_owned()),
            (None, None) => Start::Nothing,
        }
    }

    pub(super) fn routing_enabled(&self) -> bool {
        self.get("routing.enabled")
            .is_some_and(|setting| setting.value == Value::Flag(true))
    }

    /// Whether a queued download that nobody waits for any more stays (requirement C6).
    pub fn keeps_superseded(&self) -> bool {
        self.text("queue.superseded") == Some("keep")
    }

    /// Whether the browser is asked to keep what is stored (requirement Q11).
    pub fn asks_to_persist(&self) -> bool {
        self.text("storage.persist") == Some("ask")
    }

    /// How long answers of providers are fresh.
    pub fn cache(&self) -> CachePolicy {
        let count = |path| self.get(path).map_or(0, Setting::count);
        CachePolicy {
            list_seconds: count("cache.listSeconds"),
            detail_seconds: count("cache.detailSeconds"),
            max_entries: count("cache.maxEntries"),
        }
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.get(path).map(Setting::text)
    }
}

impl ModelOptions {
    fn set(&mut self, name: &str, value: &Value) {
        match name {
            "contextSize" => self.context_size = value.count(),
            "temperature" => self.temperature = value.number(),
            "maxTokens" => self.max_tokens = value.count(),
            "topP" => self.top_p = value.number(),
            "topK" => self.top_k = value.count(),
            "repeatPenalty" => self.repeat_penalty = value.number(),
            "seed" => self.seed = value.whole(),
            "stop" => self.stop = value.texts(),
            _ => {}
        }
    }
}
