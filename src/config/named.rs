//! What is said under names of people's choice, gathered for each name: providers, profiles, entries of the catalog.

use super::effective::Effective;
use super::key::CAPABILITIES;
use super::layer::Layer;
use super::setting::Setting;
use super::{merging, showing};

/// A provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderConfig {
    /// The name people gave it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Where it is, without a slash at the end.
    pub host: String,
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
    pub overrides: Vec<ProfileOverride>,
    /// Profiles of the app.
    pub profiles: Vec<CustomProfile>,
}

/// The model for a profile. Field for field the router's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileOverride {
    /// The name of the profile.
    pub profile: String,
    /// The id of the model.
    pub model: String,
}

/// A profile of the app. Field for field what the router reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomProfile {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The names of capabilities a model must have.
    pub required: Option<Vec<String>>,
    /// The families it takes, the most wanted first.
    pub preferred_families: Option<Vec<String>>,
    /// The smallest context window it takes, in tokens.
    pub min_context: Option<f64>,
    /// The profile that is asked when no model fits this one.
    pub fallback: Option<String>,
    /// Which model of a family comes first.
    pub order: Option<String>,
}

/// What the app says of models, by name or pattern. Field for field what the catalog reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CatalogEntry {
    /// A name or a pattern.
    pub name: String,
    /// The name it stands for.
    pub alias_of: Option<String>,
    /// The family.
    pub family: Option<String>,
    /// The context window the model was made for, in tokens.
    pub context_window: Option<f64>,
    /// The context window it is served with, in tokens.
    pub served_context_window: Option<f64>,
    /// The longest answer, in tokens.
    pub max_output_tokens: Option<f64>,
    /// Names of capabilities, each with `yes`, `no` or `unknown`.
    pub capabilities: Vec<(String, String)>,
    /// The profiles it suits.
    pub profiles: Vec<String>,
    /// Its parameters, in billions.
    pub parameters_billions: Option<f64>,
    /// How its weights are stored.
    pub quantization: Option<String>,
    /// The length of its files.
    pub size_bytes: Option<f64>,
    /// The memory a GPU needs to run it.
    pub gpu_memory_bytes: Option<f64>,
    /// The day or month it was published.
    pub released: Option<String>,
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
            overrides.push(ProfileOverride { profile, model });
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

    fn profile_of(&self, name: String) -> CustomProfile {
        let of = Named {
            effective: self,
            path: showing::path(&["routing", "profiles", &name]),
        };
        CustomProfile {
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
    pub fn catalog(&self) -> Vec<CatalogEntry> {
        let names = merging::names_in(self.all(), "catalog");
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            all.push(self.entry_of(name));
        }
        all
    }

    fn entry_of(&self, name: String) -> CatalogEntry {
        let of = Named {
            effective: self,
            path: showing::path(&["catalog", &name]),
        };
        let mut capabilities = Vec::new();
        for name in CAPABILITIES {
            if let Some(support) = of.text(&["capabilities.", name].concat()) {
                capabilities.push((name.to_owned(), support));
            }
        }
        CatalogEntry {
            alias_of: of.text("aliasOf"),
            family: of.text("family"),
            context_window: of.number("contextWindow"),
            served_context_window: of.number("servedContextWindow"),
            max_output_tokens: of.number("maxOutputTokens"),
            capabilities,
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
