//! The commands about stand-ins for the hub: `/__control/huggingface`, with `/faults` and `/requests`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::standing::USUAL_KEY;
use super::{HOME, Hub, HubFault, put_up};
use crate::journal::{Condition, Entry};
use crate::request::Request;
use crate::state::Shared;

/// The word of these commands.
const WORD: &str = "huggingface";

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
    faults: Vec<HubFault>,
}

/// What a command says, if it is about a hub.
pub(crate) fn dispatch(command: &str, request: &Request, shared: &Shared) -> Option<Result<Value, String>> {
    let rest = command.strip_prefix(WORD)?;
    let at = || checked(request.parameter("prefix"));
    Some(match (request.method.as_str(), rest) {
        ("POST", "") => up(request, shared),
        ("POST", "/faults") => faults(request, shared),
        ("GET", "") => at().and_then(|at| {
            let status = shared.lock().hubs.status(&at);
            status.ok_or_else(|| format!("no hub at {at:?}"))
        }),
        ("GET", "/requests") => at().map(|at| requests(&at, shared)),
        (method, _) => Err(format!("no command {method} {command}")),
    })
}

fn up(request: &Request, shared: &Shared) -> Result<Value, String> {
    let Placed { prefix, settings } = parse(&request.body)?;
    let settings: Hub = serde_json::from_value(Value::Object(settings)).map_err(|error| error.to_string())?;
    let prefix = checked(prefix)?;
    let key = match &settings.keys {
        Some(keys) => keys.first().cloned(),
        None => Some(USUAL_KEY.to_owned()),
    };
    put_up(&prefix, settings, shared)?;
    let urls: Vec<String> = shared
        .origins
        .iter()
        .map(|origin| format!("{origin}{prefix}"))
        .collect();
    Ok(json!({ "url": urls.first(), "urls": urls, "prefix": prefix, "key": key }))
}

fn faults(request: &Request, shared: &Shared) -> Result<Value, String> {
    let More { prefix, faults } = parse(&request.body)?;
    let prefix = checked(prefix)?;
    let known = shared.change(|inner| inner.hubs.trouble(&prefix, faults));
    known
        .then(|| json!({}))
        .ok_or_else(|| format!("no hub at {prefix:?}"))
}

fn requests(prefix: &str, shared: &Shared) -> Value {
    let only = Condition {
        prefix: Some(format!("{prefix}/")),
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

fn checked(prefix: Option<String>) -> Result<String, String> {
    let prefix = prefix.unwrap_or_else(|| HOME.to_owned());
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
