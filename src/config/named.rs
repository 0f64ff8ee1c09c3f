//! What is said under names of people's choice, gathered for each name: providers, profiles, entries of the catalog.

use super::effective::Effective;
use super::key::CAPABILITIES;
use super::layer::Layer;
use super::setting::Setting;
use super::{merging, showing};
use crate::catalog::AppEntry;
use crate::catalog::entry::SaidCapabilities;
use crate::catalog::record::Support;
use crate::routing::{Override, ProfileSpec};

/// A provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderConfig {
    /// The name people gave it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Where it is, without a slash at the end.
    pub host: String,
    /// Which of the servers it is that speak the protocol of its kind.
    pub server: Option<String>,
    /// How long it may take to answer what is neither a chat nor a pull.
    pub timeout_seconds: u32,
    /// The models it serves, where it cannot list them.
    pub models: Vec<String>,
    /// What is handed to it with every chat: the JSON text of an object, byte for byte as it was written.
    pub options: Option<String>,
}

/// How models are chosen by profile.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutingConfig {
    /// Whether they are.
    pub enabled: bool,
    /// The profile of a task that names none.
    pub default_profile: String,
    /// Models for profiles.
    pub overrides: Vec<Override>,
    /// Profiles of the app.
    pub profiles: Vec<ProfileSpec>,
}

impl Effective {
    /// All providers, in the order in which they were first written.
    pub fn providers(&self) -> Vec<ProviderConfig> {
        let names = merging::names_in(self.all(), "providers");
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            all.push(self.provider_of(name));
        }
        all
    }

    /// The provider of a name.
    pub fn provider(&self, name: &str) -> Option<ProviderConfig> {
        self.providers()
            .into_iter()
            .find(|provider| provider.name == name)
    }

    fn provider_of(&self, name: String) -> ProviderConfig {
        let of = Named {
            effective: self,
            path: showing::path(&["providers", &name]),
        };
        ProviderConfig {
            kind: of.text("kind").unwrap_or_default(),
            host: of
                .text("host")
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned(),
            server: of.text("server"),
            timeout_seconds: of.get("timeoutSeconds").map_or(0, Setting::count),
            models: of.texts("models").unwrap_or_default(),
            options: of.get("options").map(|setting| setting.json.clone()),
            name,
        }
    }

    /// The highest layer that says something of a provider.
    pub(super) fn layer_of(&self, provider: &str) -> Layer {
        let mine =
            |setting: &&Setting| setting.map == "providers" && setting.name.as_deref() == Some(provider);
        self.settings()
            .filter(mine)
            .map(|setting| setting.layer)
            .max()
            .unwrap_or(Layer::Default)
    }

    /// How models are chosen by profile.
    pub fn routing(&self) -> RoutingConfig {
        let mut overrides = Vec::new();
        for profile in merging::names_in(self.all(), "overrides") {
            let model = self.text(&showing::path(&["routing", "overrides", &profile]));
            let model = model.unwrap_or_default().to_owned();
            overrides.push(Override { profile, model });
        }
        let mut profiles = Vec::new();
        for name in merging::names_in(self.all(), "profiles") {
            profiles.push(self.profile_of(name));
        }
        RoutingConfig {
            enabled: self.routing_enabled(),
            default_profile: self.text("routing.defaultProfile").unwrap_or_default().to_owned(),
            overrides,
            profiles,
        }
    }

    fn profile_of(&self, name: String) -> ProfileSpec {
        let of = Named {
            effective: self,
            path: showing::path(&["routing", "profiles", &name]),
        };
        ProfileSpec {
            description: of.text("description"),
            required: of.texts("required"),
            preferred_families: of.texts("preferredFamilies"),
            min_context: of.number("minContext"),
            fallback: of.text("fallback"),
            order: of.text("order"),
            name,
        }
    }

    /// What the app says of models, in the order in which it was first written.
    pub fn catalog(&self) -> Vec<AppEntry> {
        let names = merging::names_in(self.all(), "catalog");
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            all.push(self.entry_of(name));
        }
        all
    }

    fn entry_of(&self, name: String) -> AppEntry {
        let of = Named {
            effective: self,
            path: showing::path(&["catalog", &name]),
        };
        let mut capabilities = Vec::new();
        for name in CAPABILITIES {
            let said = of.text(&["capabilities.", name].concat());
            let support = match said.as_deref() {
                None => continue,
                Some("yes") => Support::Yes,
                Some("no") => Support::No,
                Some(_) => Support::Unknown,
            };
            capabilities.push((name.to_owned(), support));
        }
        AppEntry {
            alias_of: of.text("aliasOf"),
            family: of.text("family"),
            context_window: of.number("contextWindow"),
            served_context_window: of.number("servedContextWindow"),
            max_output_tokens: of.number("maxOutputTokens"),
            capabilities: SaidCapabilities(capabilities),
            profiles: of.texts("profiles").unwrap_or_default(),
            parameters_billions: of.number("parametersBillions"),
            quantization: of.text("quantization"),
            size_bytes: of.number("sizeBytes"),
            gpu_memory_bytes: of.number("gpuMemoryBytes"),
            released: of.text("released"),
            name,
        }
    }
}

/// What is said of one name.
struct Named<'a> {
    effective: &'a Effective,
    path: String,
}

impl Named<'_> {
    fn get(&self, key: &str) -> Option<&Setting> {
        self.effective.get(&[&self.path, ".", key].concat())
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key).map(|setting| setting.text().to_owned())
    }

    fn texts(&self, key: &str) -> Option<Vec<String>> {
        self.get(key)?.value.texts()
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.value.number()
    }
}
