//! From layers to what is in force: the defaults below, each layer over the ones before.

use super::key::{Key, Kind};
use super::layer::Layer;
use super::reading::{Place, Reader};
use super::setting::{Settings, Value, find, over};
use super::strings::HOST;
use super::table::{self, KINDS};

/// Where each of [`KINDS`] is, as a rule.
const HOSTS: [&str; KINDS.len()] = [
    "\"http://127.0.0.1:11434\"",
    "\"https://api.openai.com/v1\"",
    "\"https://api.anthropic.com\"",
    "\"https://generativelanguage.googleapis.com\"",
    "\"https://openrouter.ai/api/v1\"",
    "\"https://huggingface.co\"",
];

/// Whose host it is where nobody names a provider.
const USUAL_PROVIDER: &str = "ollama";

/// The layers of people, the lowest first, as one list with defaults.
pub(super) fn merged(layers: &[Settings]) -> Settings {
    let mut all = Settings::new();
    for layer in layers {
        // Which provider is the default one up to here.
        let provider = text(layer, "defaultProvider").or_else(|| text(&all, "defaultProvider"));
        let named = with_host(layer, provider.as_deref().unwrap_or(USUAL_PROVIDER));
        all = over(all, named);
    }
    over(defaults(&all), all)
}

fn text(settings: &Settings, path: &str) -> Option<String> {
    match &find(settings, path)?.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// A layer in which the host of "the default provider" is that of a provider by name.
fn with_host(layer: &Settings, provider: &str) -> Settings {
    let Some(at) = layer.iter().position(|setting| setting.path == HOST) else {
        return layer.clone();
    };
    let mut rest = layer.clone();
    let mut host = (*rest.remove(at)).clone();
    let place = Place::default().key("providers").named(provider).key("host");
    host.path = place.path;
    host.name = place.name;
    over(rest, vec![host.into()])
}

/// What the table says, and what follows for each provider from its kind.
fn defaults(all: &Settings) -> Settings {
    let mut reader = Reader::new(Layer::Default);
    section(&mut reader, &Place::default(), table::keys());
    let mut providers = names(all, "providers");
    // One that needs no configuration has none.
    providers.extend(
        text(all, "defaultProvider")
            .filter(|name| KINDS.contains(&name.as_str()) && !providers.contains(name)),
    );
    for name in providers {
        let place = Place::default().key("providers").named(&name);
        let mut kind = text(all, &place.key("kind").path);
        if kind.is_none() && KINDS.contains(&name.as_str()) {
            default(&mut reader, &place, "kind", &super::json::quoted(&name));
            kind = Some(name);
        }
        let at = kind.and_then(|kind| KINDS.iter().position(|known| *known == kind));
        if let Some(at) = at {
            default(&mut reader, &place, "host", HOSTS[at]);
        }
        if let Some(Kind::Map(_, _, keys)) = table::find("providers").map(|key| key.kind) {
            section(&mut reader, &place, keys);
        }
    }
    reader.finish().settings
}

fn section(reader: &mut Reader, place: &Place, keys: &'static [Key]) {
    for key in keys {
        match (key.default, key.kind) {
            (Some(json), _) => reader.value(&place.key(key.name), key, json),
            (None, Kind::Section(inside)) => section(reader, &place.key(key.name), inside),
            (None, _) => {}
        }
    }
}

fn default(reader: &mut Reader, place: &Place, name: &str, json: &str) {
    let place = place.key(name);
    if let Some(key) = table::find(&place.pattern) {
        reader.value(&place, key, json);
    }
}

/// The names people gave under a path, each once, in the order of the layers and of what is written there.
pub(super) fn names(settings: &Settings, map: &str) -> Vec<String> {
    let mut found: Vec<(Layer, usize, &str)> = Vec::new();
    for setting in settings {
        let inside = setting
            .pattern
            .strip_prefix(map)
            .is_some_and(|rest| rest.starts_with(".*"));
        let Some(name) = setting.name.as_deref().filter(|_| inside) else {
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
    ordered.into_iter().map(|(_, _, name)| name.to_owned()).collect()
}
