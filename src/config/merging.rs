//! From layers to what is in force: the defaults below, each layer over the ones before.

use super::key::{Key, Kind};
use super::layer::Layer;
use super::reading::Reader;
use super::setting::{Settings, Value, find, over};
use super::strings::HOST;
use super::table::{self, KINDS, PROVIDER, SERVERED, SERVERS};
use super::{json, showing};

/// Where each of [`KINDS`] is, as a rule.
const HOSTS: [&str; KINDS.len()] = [
    "\"http://127.0.0.1:11434\"",
    "\"https://api.openai.com/v1\"",
    "\"https://api.anthropic.com\"",
    "\"https://generativelanguage.googleapis.com\"",
    "\"https://openrouter.ai/api/v1\"",
    "\"https://huggingface.co\"",
];

/// Where each of [`SERVERS`] is, as a rule; nobody knows where another one is.
const SERVER_HOSTS: [&str; SERVERS.len()] = [
    "\"https://api.openai.com/v1\"",
    "\"http://127.0.0.1:8080/v1\"",
    "\"http://127.0.0.1:8000/v1\"",
    "\"http://127.0.0.1:1234/v1\"",
    "\"https://api.groq.com/openai/v1\"",
    "\"https://api.mistral.ai/v1\"",
    "",
];

/// Where a kind of provider is, as a rule.
pub fn usual_host(kind: &str) -> Option<&'static str> {
    let at = KINDS.iter().position(|other| *other == kind)?;
    HOSTS.get(at).map(|host| host.trim_matches('"'))
}

/// Whose host it is where nobody names a provider.
const USUAL_PROVIDER: &str = "ollama";

/// The layers of people, the lowest first, as one list with defaults. `engines` are providers that have no host.
pub(super) fn merged(layers: &[Settings], engines: &[String]) -> Settings {
    let mut all = Settings::new();
    for layer in layers {
        // Which provider is the default one up to here.
        let provider = text(layer, "defaultProvider").or_else(|| text(&all, "defaultProvider"));
        let provider = provider.filter(|name| !engines.contains(name));
        let named = with_host(layer, provider.as_deref().unwrap_or(USUAL_PROVIDER));
        all = over(&all, &named);
    }
    over(&defaults(&all), &all)
}

fn text(settings: &Settings, path: &str) -> Option<String> {
    match &find(settings, path)?.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// A layer in which the host of "the default provider" is that of a provider by name.
fn with_host(layer: &Settings, provider: &str) -> Settings {
    let mut rest = layer.clone();
    let Some(at) = layer.iter().position(|setting| setting.path == HOST) else {
        return rest;
    };
    let mut host = (*rest.remove(at)).clone();
    host.path = showing::path(&["providers", provider, "host"]);
    host.map = "providers";
    host.name = Some(provider.into());
    over(&rest, &[host.into()])
}

/// What the table says, and what follows for each provider from its kind.
fn defaults(all: &Settings) -> Settings {
    let mut reader = Reader::new(Layer::Default);
    section(&mut reader, table::keys());
    let mut providers = names_in(all, "providers");
    // One that needs no configuration has none.
    providers.extend(
        text(all, "defaultProvider")
            .filter(|name| KINDS.contains(&name.as_str()) && !providers.contains(name)),
    );
    reader.at("providers", &mut |reader| {
        for name in &providers {
            let kind = text(all, &showing::path(&["providers", name, "kind"]));
            let kind = kind.unwrap_or_else(|| name.clone());
            reader.under("providers", name, &mut |reader| {
                if let Some(at) = KINDS.iter().position(|known| *known == kind) {
                    default(reader, "kind", &json::quoted(KINDS[at]));
                    let server = text(all, &showing::path(&["providers", name, "server"]));
                    let server = server.filter(|_| KINDS[at] == SERVERED);
                    let server = SERVERS.iter().position(|known| server.as_deref() == Some(known));
                    let host = server.map_or(HOSTS[at], |server| SERVER_HOSTS[server]);
                    if !host.is_empty() {
                        default(reader, "host", host);
                    }
                }
                section(reader, &PROVIDER);
            });
        }
    });
    reader.finish().settings
}

fn section(reader: &mut Reader, keys: &'static [Key]) {
    for key in keys {
        reader.at(key.name, &mut |reader| match (key.default, key.kind) {
            (Some(json), _) => reader.value(key, json),
            (None, Kind::Section(inside)) => section(reader, inside),
            (None, _) => {}
        });
    }
}

fn default(reader: &mut Reader, name: &str, json: &str) {
    if let Some(key) = PROVIDER.iter().find(|key| key.name == name) {
        reader.at(name, &mut |reader| reader.value(key, json));
    }
}

/// The names people gave in a map, each once, in the order of the layers and of what is written there.
pub(super) fn names_in(settings: &Settings, map: &str) -> Vec<String> {
    let mut found: Vec<(Layer, usize, &str)> = Vec::new();
    for setting in settings {
        let Some(name) = setting.name.as_deref().filter(|_| setting.map == map) else {
            continue;
        };
        let place = (setting.layer, setting.order);
        // What is said of one name stands together, but for the name itself.
        match found.iter_mut().rev().find(|(_, _, known)| *known == name) {
            Some((layer, order, _)) => (*layer, *order) = place.min((*layer, *order)),
            None => found.push((place.0, place.1, name)),
        }
    }
    // Few enough to be put in order one by one.
    let mut ordered: Vec<(Layer, usize, &str)> = Vec::with_capacity(found.len());
    for one in found {
        let at = ordered.partition_point(|other| (other.0, other.1) < (one.0, one.1));
        ordered.insert(at, one);
    }
    let mut names = Vec::with_capacity(ordered.len());
    for (_, _, name) in ordered {
        names.push(name.to_owned());
    }
    names
}
