//! The control API: JSON over HTTP under [`PREFIX`], on every port. The README has the shapes and examples.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::content::Content;
use crate::huggingface;
use crate::journal::{Condition, Entry};
use crate::ollama::Ollama;
use crate::plan::{Headers, reason};
use crate::request::Request;
use crate::script::{Do, Script};
use crate::server::register;
use crate::standin;
use crate::state::{Order, Shared};

/// All paths that start so are commands to the server.
pub(crate) const PREFIX: &str = "/__control/";

/// The longest wait.
const LONGEST_WAIT_MS: u64 = 120_000;

/// The whole answer to a command.
pub(crate) fn answer(request: &Request, shared: &Shared) -> Vec<u8> {
    let (status, body) = if request.method == "OPTIONS" {
        (204, None)
    } else {
        match dispatch(request, shared) {
            Ok(Answer::Done(value)) => (200, Some(value)),
            Ok(Answer::TimedOut(value)) => (504, Some(value)),
            Err(problem) => (400, Some(json!({ "error": problem }))),
        }
    };
    let body = body.map_or_else(String::new, |value| value.to_string() + "\n");
    let mut headers = Headers::default();
    headers.set("Content-Type", "application/json");
    headers.set("Cache-Control", "no-store");
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Allow-Methods", "GET, POST, PUT");
    headers.set("Access-Control-Allow-Headers", "*");
    headers.set("Access-Control-Max-Age", "600");
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    headers.set("Connection", "close");
    if status != 204 {
        headers.set("Content-Length", &body.len().to_string());
    }
    let mut answer = headers.head(status, reason(status));
    answer.extend_from_slice(body.as_bytes());
    answer
}

enum Answer {
    Done(Value),
    TimedOut(Value),
}

fn dispatch(request: &Request, shared: &Shared) -> Result<Answer, String> {
    let command = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let done = match (request.method.as_str(), command) {
        ("GET", "status") => status(shared),
        ("GET", "log") => log(request, shared),
        ("POST", "file") => file(parse(request)?, shared)?,
        ("PUT", "file") => upload(request, shared)?,
        ("POST", "script") => script(parse(request)?, shared)?,
        ("POST", "ollama") => ollama(parse(request)?, shared)?,
        ("GET", "ollama") => {
            let prefix = request.parameter("prefix").unwrap_or_default();
            let status = shared.lock().ollamas.status(&prefix);
            status.ok_or_else(|| format!("no Ollama at {prefix:?}"))?
        }
        ("POST", "wait") => return wait(parse(request)?, shared),
        ("POST", "release") => release(&parse(request)?, shared)?,
        ("POST", "interrupt") => interrupt(&parse(request)?, shared)?,
        ("POST", "network") => network(parse(request)?, shared),
        ("POST", "bandwidth") => bandwidth(&parse(request)?, shared),
        ("POST", "reset") => {
            let Reset { prefix, files } = parse(request)?;
            shared.reset(prefix.as_deref().unwrap_or("/"), files);
            json!({})
        }
        (method, _) => huggingface::control::dispatch(command, request, shared)
            .or_else(|| standin::control::dispatch(command, request, shared))
            .unwrap_or_else(|| Err(format!("no command {method} {PREFIX}{command}")))?,
    };
    Ok(Answer::Done(done))
}

fn parse<'a, T: Deserialize<'a>>(request: &'a Request) -> Result<T, String> {
    let body = if request.body.is_empty() {
        b"{}"
    } else {
        request.body.as_slice()
    };
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn status(shared: &Shared) -> Value {
    let mut files: Vec<String> = shared.lock().files.keys().cloned().collect();
    files.sort_unstable();
    json!({ "origins": shared.origins, "files": files })
}

fn log(request: &Request, shared: &Shared) -> Value {
    let only = Condition {
        path: request.parameter("path"),
        prefix: request.parameter("prefix"),
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

/// A file to register: exactly one of the sources.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    path: String,
    #[serde(rename = "type")]
    content_type: Option<String>,
    /// The same bytes as another path has now.
    same_as: Option<String>,
    text: Option<String>,
    noise: Option<Generated>,
    sparse: Option<Generated>,
    /// False: do not compute the digest.
    digest: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Generated {
    #[serde(default)]
    seed: u64,
    size_bytes: u64,
}

fn file(file: File, shared: &Shared) -> Result<Value, String> {
    let sources = [
        file.same_as.is_some(),
        file.text.is_some(),
        file.noise.is_some(),
        file.sparse.is_some(),
    ];
    if sources.iter().filter(|given| **given).count() != 1 {
        return Err("a file needs exactly one of sameAs, text, noise, sparse".into());
    }
    let content = if let Some(path) = &file.same_as {
        shared.find(path).ok_or_else(|| format!("no file {path}"))?.0
    } else if let Some(text) = file.text {
        Content::bytes(text.into_bytes())
    } else if let Some(Generated { seed, size_bytes }) = file.noise {
        Content::noise(seed, size_bytes)
    } else if let Some(Generated { seed, size_bytes }) = file.sparse {
        Content::sparse(seed, size_bytes)
    } else {
        Content::bytes([])
    };
    put(
        shared,
        &file.path,
        content,
        file.content_type,
        file.digest.unwrap_or(true),
    )
}

fn upload(request: &Request, shared: &Shared) -> Result<Value, String> {
    let path = request.parameter("path").ok_or("PUT file needs ?path=")?;
    put(
        shared,
        &path,
        Content::bytes(request.body.as_slice()),
        request.parameter("type"),
        true,
    )
}

fn put(
    shared: &Shared,
    path: &str,
    content: Content,
    content_type: Option<String>,
    digest: bool,
) -> Result<Value, String> {
    check_path(path)?;
    let size = content.size();
    let digest = if digest {
        Some(content.sha256().map_err(|error| error.to_string())?)
    } else {
        None
    };
    register(shared, path, content, content_type, digest.clone());
    Ok(json!({ "path": path, "sizeBytes": size, "sha256": digest }))
}

fn check_path(path: &str) -> Result<(), String> {
    if path.starts_with('/') && !path.starts_with(PREFIX) {
        Ok(())
    } else {
        Err(format!("{path:?} is no path for a file or a script"))
    }
}

// Told apart from `Script` only by the path, so that a misspelt field is refused in both.
#[derive(Deserialize)]
struct Scripted {
    path: String,
    #[serde(flatten)]
    script: serde_json::Map<String, Value>,
}

fn script(Scripted { path, script }: Scripted, shared: &Shared) -> Result<Value, String> {
    check_path(&path)?;
    let script: Script = serde_json::from_value(Value::Object(script)).map_err(|error| error.to_string())?;
    shared.change(|inner| inner.scripts.set(&path, script));
    Ok(json!({}))
}

// As with scripts.
#[derive(Deserialize)]
struct Stand {
    #[serde(default)]
    prefix: String,
    #[serde(flatten)]
    settings: serde_json::Map<String, Value>,
}

fn ollama(Stand { prefix, settings }: Stand, shared: &Shared) -> Result<Value, String> {
    if !prefix.is_empty() {
        check_path(&prefix)?;
    }
    let settings: Ollama =
        serde_json::from_value(Value::Object(settings)).map_err(|error| error.to_string())?;
    shared.change(|inner| inner.ollamas.set(&prefix, settings));
    let origin = shared.origins.first().map_or("", String::as_str);
    Ok(json!({ "url": format!("{origin}{}", prefix.trim_end_matches('/')) }))
}

#[derive(Deserialize)]
struct Wait {
    #[serde(rename = "timeoutMs")]
    timeout_ms: Option<u64>,
    #[serde(flatten)]
    condition: serde_json::Map<String, Value>,
}

fn wait(
    Wait {
        timeout_ms,
        condition,
    }: Wait,
    shared: &Shared,
) -> Result<Answer, String> {
    let condition: Condition =
        serde_json::from_value(Value::Object(condition)).map_err(|error| error.to_string())?;
    let patience = Duration::from_millis(timeout_ms.unwrap_or(10_000).min(LONGEST_WAIT_MS));
    let (holds, totals) = shared.wait(&condition, patience);
    let answer = json!({ "met": holds, "totals": totals });
    Ok(if holds {
        Answer::Done(answer)
    } else {
        Answer::TimedOut(answer)
    })
}

/// Which running answers are meant: all those that fit every field given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Chosen {
    path: Option<String>,
    prefix: Option<String>,
    id: Option<u64>,
    /// How they end.
    end: Option<Do>,
}

impl Chosen {
    fn covers(&self, entry: &Entry) -> bool {
        self.path.as_ref().is_none_or(|path| *path == entry.path)
            && self
                .prefix
                .as_ref()
                .is_none_or(|prefix| entry.path.starts_with(prefix))
            && self.id.is_none_or(|id| id == entry.id)
    }
}

fn release(chosen: &Chosen, shared: &Shared) -> Result<Value, String> {
    let order = match chosen.end {
        None => Order::Continue,
        Some(Do::Stall) => return Err("a stalled answer cannot be released into a stall".into()),
        Some(end) => Order::End(end),
    };
    Ok(json!({ "count": shared.order(order, true, |entry| chosen.covers(entry)) }))
}

fn interrupt(chosen: &Chosen, shared: &Shared) -> Result<Value, String> {
    let how = chosen.end.ok_or("interrupt needs end: fin, reset or stall")?;
    Ok(json!({ "count": shared.order(Order::End(how), false, |entry| chosen.covers(entry)) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Network {
    up: bool,
    prefix: Option<String>,
}

/// Down: running answers are reset, and so is every request, until up.
fn network(Network { up, prefix }: Network, shared: &Shared) -> Value {
    let prefix = prefix.unwrap_or_else(|| "/".into());
    shared.change(|inner| {
        inner.down.retain(|down| *down != prefix);
        if !up {
            inner.down.push(prefix.clone());
        }
    });
    if up {
        return json!({ "count": 0 });
    }
    json!({ "count": shared.order(Order::End(Do::Reset), false, |entry| entry.path.starts_with(&prefix)) })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Bandwidth {
    bytes_per_second: Option<u64>,
    prefix: Option<String>,
}

fn bandwidth(limit: &Bandwidth, shared: &Shared) -> Value {
    let prefix = limit.prefix.as_deref().unwrap_or("/");
    shared.change(|inner| inner.limits.set(prefix, limit.bytes_per_second));
    json!({})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reset {
    prefix: Option<String>,
    #[serde(default)]
    files: bool,
}
