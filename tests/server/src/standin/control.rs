//! The commands about stand-ins: `/__control/<word>`, `/__control/<word>/faults`, `/__control/<word>/requests`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{StandIn, Trouble, Vendor, standing};
use crate::journal::{Condition, Entry};
use crate::request::Request;
use crate::state::Shared;

// Told apart from the settings, so that a misspelt field is refused in both.
#[derive(Deserialize)]
struct Placed {
    prefix: Option<String>,
    #[serde(flatten)]
    settings: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    prefix: Option<String>,
    faults: Vec<Trouble>,
}

/// What a command says, if it is about a stand-in.
pub(crate) fn dispatch(command: &str, request: &Request, shared: &Shared) -> Option<Result<Value, String>> {
    let (word, rest) = command.split_once('/').unwrap_or((command, ""));
    let vendor = Vendor::of(word)?;
    let at = || request.parameter("prefix").unwrap_or_else(|| vendor.home());
    Some(match (request.method.as_str(), rest) {
        ("POST", "") => put_up(vendor, request, shared),
        ("POST", "faults") => faults(vendor, request, shared),
        ("GET", "") => {
            let status = shared.change(|inner| inner.stand_ins.status(&at()));
            status.ok_or_else(|| format!("no stand-in at {:?}", at()))
        }
        ("GET", "requests") => Ok(requests(&at(), shared)),
        (method, _) => Err(format!("no command {method} {command}")),
    })
}

fn put_up(vendor: Vendor, request: &Request, shared: &Shared) -> Result<Value, String> {
    let Placed { prefix, settings } = parse(&request.body)?;
    let settings: StandIn =
        serde_json::from_value(Value::Object(settings)).map_err(|error| error.to_string())?;
    let prefix = checked(prefix, vendor)?;
    words(vendor, &settings)?;
    let key = match &settings.keys {
        Some(keys) => keys.first().cloned(),
        None => vendor.key().map(str::to_owned),
    };
    shared.change(|inner| inner.stand_ins.set(&prefix, vendor, settings));
    let base = vendor.base();
    let url = |origin: &String| format!("{origin}{prefix}{base}");
    let urls: Vec<String> = shared.origins.iter().map(url).collect();
    Ok(json!({ "url": urls.first(), "urls": urls, "prefix": prefix, "key": key }))
}

fn faults(vendor: Vendor, request: &Request, shared: &Shared) -> Result<Value, String> {
    let More { prefix, faults } = parse(&request.body)?;
    let prefix = checked(prefix, vendor)?;
    let settings = StandIn {
        faults,
        ..StandIn::default()
    };
    words(vendor, &settings)?;
    let faults = settings.faults;
    let known = shared.change(|inner| inner.stand_ins.trouble(&prefix, vendor, faults));
    known
        .then(|| json!({}))
        .ok_or_else(|| format!("no {} at {prefix:?}", vendor.word()))
}

/// Whether all words of errors are ones this server has.
fn words(vendor: Vendor, settings: &StandIn) -> Result<(), String> {
    let replies = settings.faults.iter().filter_map(|fault| fault.reply.as_ref());
    let models = settings.models.iter().flatten();
    let replies = replies
        .chain(models.filter_map(|model| model.reply.as_ref()))
        .chain([&settings.reply]);
    let in_streams = replies.filter_map(|reply| reply.error.as_ref()?.error.as_ref());
    let words = settings.faults.iter().filter_map(|fault| fault.error.as_ref());
    match words
        .chain(in_streams)
        .find(|word| !standing::knows(vendor, word))
    {
        Some(word) => Err(format!("{} has no error {word:?}", vendor.word())),
        None => Ok(()),
    }
}

fn requests(prefix: &str, shared: &Shared) -> Value {
    let only = Condition {
        prefix: Some(format!("{}/", prefix.trim_end_matches('/'))),
        ..Condition::default()
    };
    let inner = shared.lock();
    let entries: Vec<&Entry> = inner
        .entries
        .iter()
        .filter(|entry| only.covers(&entry.path))
        .collect();
    json!({ "requests": entries, "totals": inner.totals(&only) })
}

fn checked(prefix: Option<String>, vendor: Vendor) -> Result<String, String> {
    let prefix = prefix.unwrap_or_else(|| vendor.home());
    let trimmed = prefix.trim_end_matches('/');
    if trimmed.starts_with('/') && !trimmed.starts_with("/__control") {
        Ok(trimmed.to_owned())
    } else {
        Err(format!("{prefix:?} is no prefix for a stand-in"))
    }
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| error.to_string())
}
