//! What only the layers together can be wrong in: names that have to be there, fallbacks in a circle, and what the
//! options of a provider may not say (requirement K5).

use super::closest;
use super::effective::Effective;
use super::error::{ConfigError, Reason};
use super::json::{self, Shape};
use super::key::Word;
use super::layer::Layer;
use super::named::ProviderConfig;
use super::setting::{Setting, Value};
use super::table::KINDS;
use super::{merging, showing};
use crate::routing::Profiles;

/// What a request to each of [`KINDS`] says itself.
const RESERVED: [&[&str]; KINDS.len()] = [
    &["model", "messages", "stream"],
    &["model", "messages", "stream"],
    &["model", "messages", "stream"],
    &["model", "contents"],
    &["model", "messages", "stream"],
    &[],
];

/// Everything that is wrong. `engines` are the providers there are without a configuration.
pub(super) fn check(effective: &Effective, engines: &[String]) -> Vec<ConfigError> {
    let mut wrong = Wrong {
        profiles: profiles(effective),
        errors: Vec::new(),
    };
    let configured = effective.providers();
    for setting in effective.settings() {
        match (setting.map, setting.key.name, &setting.value) {
            ("", "defaultProfile", Value::Text(name)) => wrong.profile(setting, setting.place(), name),
            ("overrides", ..) => {
                wrong.profile(
                    setting,
                    setting.place(),
                    setting.name.as_deref().unwrap_or_default(),
                );
            }
            ("profiles", "fallback", Value::Text(name)) => wrong.fallback(setting, name),
            ("catalog", "profiles", Value::Texts(names)) => {
                for (index, name) in names.iter().enumerate() {
                    let path = [setting.place(), "[", &index.to_string(), "]"].concat();
                    wrong.profile(setting, &path, name);
                }
            }
            ("", "defaultProvider", Value::Text(name)) => {
                let there = || configured.iter().map(|one| &one.name).chain(engines);
                if there().all(|known| known != name) {
                    let names = &mut there().map(String::as_str).chain(KINDS);
                    wrong.note(setting, setting.place(), name, Reason::NoProvider, names);
                }
            }
            _ => {}
        }
    }
    for provider in &configured {
        wrong.provider(effective, provider);
    }
    wrong.errors
}

/// The names of all profiles, with their fallbacks.
fn profiles(effective: &Effective) -> Vec<(String, Option<String>)> {
    let custom = merging::names_in(effective.all(), "profiles");
    let mut all = Vec::with_capacity(custom.len());
    for profile in Profiles::built_in().iter() {
        if custom.iter().all(|other| *other != profile.name) {
            let fallback = profile.fallback.as_deref().map(str::to_owned);
            all.push((profile.name.clone().into_owned(), fallback));
        }
    }
    for name in custom {
        let fallback = effective.text(&showing::path(&["routing", "profiles", &name, "fallback"]));
        let fallback = fallback.map(str::to_owned);
        all.push((name, fallback));
    }
    all
}

struct Wrong {
    profiles: Vec<(String, Option<String>)>,
    errors: Vec<ConfigError>,
}

impl Wrong {
    /// Notes that a name is none of those there are.
    fn note(
        &mut self,
        setting: &Setting,
        path: &str,
        name: &str,
        reason: Reason,
        names: &mut dyn Iterator<Item = &str>,
    ) {
        self.errors.push(ConfigError {
            value: showing::shown_text(name),
            expected: Some(setting.key.kind.expected()),
            closest: closest::word(name, names),
            ..ConfigError::new(setting.layer, path, reason)
        });
    }

    /// The name of a profile has to be one.
    fn profile(&mut self, setting: &Setting, path: &str, name: &str) {
        if self.profiles.iter().all(|(known, _)| known != name) {
            let profiles = self.profiles.clone();
            let names = &mut profiles.iter().map(|(known, _)| known.as_str());
            self.note(setting, path, name, Reason::NoProfile, names);
        }
    }

    /// A fallback has to be there, and its own fallbacks may not come back to where they began. A loop further on is
    /// told of where it is.
    fn fallback(&mut self, setting: &Setting, name: &str) {
        self.profile(setting, setting.place(), name);
        let own = setting.name.as_deref().unwrap_or_default();
        let mut next = Some(name);
        for _ in 0..=self.profiles.len() {
            let Some(profile) = next else { return };
            if profile == own {
                let error = ConfigError::new(setting.layer, setting.place(), Reason::Loop);
                let value = showing::shown_text(name);
                self.errors.push(ConfigError { value, ..error });
                return;
            }
            let found = self.profiles.iter().find(|(known, _)| known == profile);
            next = found.and_then(|(_, fallback)| fallback.as_deref());
        }
    }

    /// A provider has to have a kind, and its options may not say what others say.
    fn provider(&mut self, effective: &Effective, provider: &ProviderConfig) {
        let mut path = showing::path(&["providers", &provider.name]);
        let Some(at) = KINDS.iter().position(|kind| *kind == provider.kind) else {
            let layer = effective.layer_of(&provider.name);
            path = showing::shown_path(&path, &provider.name) + ".kind";
            self.errors.push(ConfigError {
                expected: Some(Word::OneOf(&KINDS).expected()),
                closest: closest::word(&provider.name, &mut KINDS.into_iter()),
                ..ConfigError::new(layer, path, Reason::Missing)
            });
            return;
        };
        if provider.host.is_empty() {
            let layer = effective.layer_of(&provider.name);
            let path = showing::shown_path(&path, &provider.name) + ".host";
            self.errors.push(ConfigError {
                expected: Some(Word::Host.expected()),
                ..ConfigError::new(layer, path, Reason::Missing)
            });
        }
        path.push_str(".options");
        if let Some(setting) = effective.get(&path) {
            let mut path = showing::shown_path(&path, &provider.name);
            self.options(setting.layer, &mut path, &setting.json, RESERVED[at]);
        }
    }

    /// Looks through options, also those inside of others, without touching them.
    fn options(&mut self, layer: Layer, path: &mut String, raw: &str, reserved: &[&str]) {
        let inside = match json::shape(raw) {
            Shape::Object => json::object(raw),
            Shape::List => {
                for raw in json::list(raw) {
                    self.options(layer, path, raw, &[]);
                }
                return;
            }
            _ => return,
        };
        let inside = inside.unwrap_or_else(|reason| {
            self.errors.push(ConfigError::new(layer, path.clone(), reason));
            Vec::new()
        });
        let before = path.len();
        for (name, raw) in inside {
            showing::push(path, &showing::shown_name(&name));
            let reason = if showing::is_access_key(&name) {
                Some(Reason::Secret)
            } else if reserved.contains(&name.as_str()) {
                Some(Reason::Reserved)
            } else {
                self.options(layer, path, raw, &[]);
                None
            };
            self.errors.extend(reason.map(|reason| {
                let value = "…".to_owned();
                ConfigError {
                    value,
                    ..ConfigError::new(layer, path.clone(), reason)
                }
            }));
            path.truncate(before);
        }
    }
}
