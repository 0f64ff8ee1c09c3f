//! One stand-in: what it has, what is still to go wrong, and the way of a question through it.

use serde_json::{Value, json};

use super::answers::{Asked, Refusal, json_answer};
use super::settings::{Hub, HubFault, HubOn};
use super::stock::{File, Stocked};
use super::{lists, resolve};
use crate::request::decode;
use crate::standin::Answer;

/// The key that is known where no others are named.
pub(super) const USUAL_KEY: &str = "hf_standin";

/// One stand-in and what has become of it.
#[derive(Debug)]
pub(super) struct Standing {
    prefix: String,
    settings: Hub,
    pub(super) repositories: Vec<Stocked>,
    faults: Vec<HubFault>,
    asked: u64,
}

/// A path taken apart, its parts decoded.
enum Route {
    Search,
    Repository {
        id: String,
        revision: String,
    },
    Files {
        id: String,
        revision: String,
        folder: String,
    },
    Resolve {
        id: String,
        revision: String,
        path: String,
    },
    Cached {
        id: String,
        revision: String,
        path: String,
    },
    Key,
    Nothing,
}

impl Standing {
    pub(super) fn new(prefix: &str, mut settings: Hub, repositories: Vec<Stocked>) -> Self {
        Self {
            prefix: prefix.to_owned(),
            faults: std::mem::take(&mut settings.faults),
            settings,
            repositories,
            asked: 0,
        }
    }

    pub(super) fn add(&mut self, faults: Vec<HubFault>) {
        self.faults.extend(faults);
    }

    pub(super) fn page(&self) -> usize {
        self.settings.page.unwrap_or(1_000).max(1)
    }

    pub(super) fn status(&self) -> Value {
        let ids: Vec<&str> = self
            .repositories
            .iter()
            .map(|one| one.settings.id.as_str())
            .collect();
        json!({ "asked": self.asked, "repositories": ids, "faults": self.faults.len() })
    }

    /// Where on this server the bytes of a file are that is kept outside.
    pub(super) fn place_of(&self, file: &File) -> String {
        place(&self.prefix, &file.sha256)
    }

    pub(super) fn answer(&mut self, asked: &mut Asked, origins: &[String]) -> Answer {
        self.asked += 1;
        let keys = self
            .settings
            .keys
            .clone()
            .unwrap_or_else(|| vec![USUAL_KEY.to_owned()]);
        asked.is_known = asked.key.as_ref().is_some_and(|key| keys.contains(key));
        let route = Route::of(asked.path);
        let is_file = matches!(route, Route::Resolve { .. } | Route::Cached { .. });
        if let Some(fault) = self.take(route.on()) {
            return struck(&fault, asked);
        }
        let rest = self.settings.limit.map(|limit| limit.saturating_sub(self.asked));
        let answer = if self.settings.limit.is_some_and(|limit| self.asked > limit) {
            let message =
                "We had to rate limit your IP. To continue using our service, create a HF account or login.";
            Err(Refusal::new(429, message))
        } else if asked.key.is_some() && !asked.is_known {
            Err(Refusal::new(401, "Invalid credentials in Authorization header"))
        } else {
            self.route(&route, asked, origins)
        };
        let answer = answer.unwrap_or_else(|refusal| refusal.answer(is_file));
        let word = if is_file { "resolvers" } else { "api" };
        // No page may read these.
        answer
            .header(
                "RateLimit",
                &format!("\"{word}\";r={};t=166", rest.unwrap_or(499)),
            )
            .header(
                "RateLimit-Policy",
                &format!("\"fixed window\";\"{word}\";q=500;w=300"),
            )
            .header("X-Request-Id", &format!("Root=1-{:08x}", self.asked))
    }

    fn take(&mut self, on: HubOn) -> Option<HubFault> {
        let due = |fault: &HubFault| fault.on == HubOn::Any || fault.on == on;
        let at = self.faults.iter().position(due)?;
        let taken = self.faults[at].clone();
        match taken.times {
            0 => {}
            1 => {
                self.faults.remove(at);
            }
            _ => self.faults[at].times -= 1,
        }
        Some(taken)
    }

    fn route(&self, route: &Route, asked: &Asked, origins: &[String]) -> Result<Answer, Refusal> {
        let (id, revision) = match route {
            Route::Search => return lists::search(self, asked),
            Route::Key => return lists::who(asked),
            Route::Nothing => {
                return Err(Refusal::new(
                    404,
                    "Sorry, we can't find the page you are looking for.",
                ));
            }
            Route::Repository { id, revision }
            | Route::Files { id, revision, .. }
            | Route::Resolve { id, revision, .. }
            | Route::Cached { id, revision, .. } => (id, revision),
        };
        if let Some(name) = self.settings.renamed.get(id) {
            let to = format!("{}{}", asked.base, asked.path.replacen(id.as_str(), name, 1));
            let query = asked
                .request
                .query
                .as_deref()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            return Ok(
                Answer::text(307, "text/plain", "Temporary Redirect").header("Location", &(to + &query))
            );
        }
        let repository = self.enter(id, revision, asked)?;
        match route {
            Route::Files { folder, .. } => lists::tree(repository, folder, asked, self.page()),
            Route::Resolve { path, .. } => {
                check_gate(repository, asked)?;
                resolve::resolve(self, repository, path, asked, origins)
            }
            Route::Cached { path, .. } => {
                check_gate(repository, asked)?;
                resolve::cached(repository, path, asked)
            }
            _ => lists::repository(repository, asked),
        }
    }

    /// The repository, if whoever asks may know of it.
    fn enter(&self, id: &str, revision: &str, asked: &Asked) -> Result<&Stocked, Refusal> {
        let found = self
            .repositories
            .iter()
            .find(|one| one.settings.id.eq_ignore_ascii_case(id));
        let visible = found.filter(|one| asked.is_known || !one.settings.private);
        let Some(repository) = visible else {
            // Who has no key is not told whether there is such a one.
            let status = if asked.is_known { 404 } else { 401 };
            return Err(Refusal::new(status, "Repository not found").code("RepoNotFound"));
        };
        if repository.settings.disabled {
            return Err(Refusal::new(403, "Access to this resource is disabled."));
        }
        if !repository.has_revision(revision) {
            return Err(Refusal::new(404, &format!("Invalid rev id: {revision}")).code("RevisionNotFound"));
        }
        Ok(repository)
    }
}

fn check_gate(repository: &Stocked, asked: &Asked) -> Result<(), Refusal> {
    let Some(gate) = &repository.settings.gated else {
        return Ok(());
    };
    let id = &repository.settings.id;
    let granted = asked
        .key
        .as_ref()
        .is_some_and(|key| repository.settings.granted.contains(key));
    if granted || gate == "auto" && asked.is_known {
        return Ok(());
    }
    let (status, why) = if asked.is_known {
        (
            403,
            "and you are not in the authorized list. Visit its page to ask for access.",
        )
    } else {
        (
            401,
            "You must have access to it and be authenticated to access it. Please log in.",
        )
    };
    let message = format!("Access to model {id} is restricted {why}");
    Err(Refusal::new(status, &message).code("GatedRepo"))
}

fn struck(fault: &HubFault, asked: &Asked) -> Answer {
    let mut message = fault
        .message
        .clone()
        .unwrap_or_else(|| "Internal Error".to_owned());
    if let Some(key) = asked.key.as_ref().filter(|_| fault.echo_key) {
        message = format!("{message}: {key}");
    }
    let usual = json!({ "error": message });
    let mut answer = json_answer(fault.status, fault.body.as_ref().unwrap_or(&usual));
    if fault.message.is_some() {
        answer = answer.header("X-Error-Message", &message);
    }
    if let Some(code) = &fault.code {
        answer = answer.header("X-Error-Code", code);
    }
    for (name, value) in &fault.headers {
        answer = answer.header(name, value);
    }
    answer
}

/// Where the bytes of a digest are, of the stand-in at a prefix.
pub(super) fn place(prefix: &str, sha256: &str) -> String {
    format!("{prefix}-cdn/xet-bridge-us/{sha256}")
}

impl Route {
    /// `api/models/{owner}/{name}…` and `{owner}/{name}/resolve/…`, where a name alone will do.
    fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["api", "models"] => Self::Search,
            ["api", "whoami-v2"] => Self::Key,
            ["api", "resolve-cache", "models", rest @ ..] => {
                let (id, rest) = named(rest, &[]);
                let (revision, path) = first(rest);
                Self::Cached { id, revision, path }
            }
            ["api", "models", rest @ ..] => match named(rest, &["revision", "tree"]) {
                (id, []) => Self::Repository {
                    id,
                    revision: "main".to_owned(),
                },
                (id, ["revision", revision]) => Self::Repository {
                    id,
                    revision: decode(revision),
                },
                (id, ["tree", rest @ ..]) => {
                    let (revision, folder) = first(rest);
                    Self::Files { id, revision, folder }
                }
                _ => Self::Nothing,
            },
            rest => match named(rest, &["resolve", "raw"]) {
                (id, ["resolve" | "raw", rest @ ..]) if !rest.is_empty() => {
                    let (revision, path) = first(rest);
                    Self::Resolve { id, revision, path }
                }
                _ => Self::Nothing,
            },
        }
    }

    fn on(&self) -> HubOn {
        match self {
            Self::Search => HubOn::Search,
            Self::Repository { .. } => HubOn::Repository,
            Self::Files { .. } => HubOn::Files,
            Self::Resolve { .. } | Self::Cached { .. } => HubOn::Resolve,
            Self::Key => HubOn::Key,
            Self::Nothing => HubOn::Any,
        }
    }
}

/// The name of a repository in front, and what follows it.
fn named<'p, 's>(parts: &'s [&'p str], after: &[&str]) -> (String, &'s [&'p str]) {
    let alone = parts.get(1).is_none_or(|second| after.contains(second));
    let length = if alone { 1 } else { 2 }.min(parts.len());
    (decode(&parts[..length].join("/")), &parts[length..])
}

/// The first part, and all others as a path.
fn first(parts: &[&str]) -> (String, String) {
    let (first, rest) = parts.split_first().unwrap_or((&"", &[]));
    (decode(first), decode(&rest.join("/")))
}
