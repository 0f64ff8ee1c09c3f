//! A stand-in for the Hub of Hugging Face: search, the facts and files of repositories, and the way to the bytes, with
//! the headers and the refusals of the real one.
//!
//! It is at `/as/huggingface` of every test server, or at a prefix of its own for tests that run side by side. The bytes
//! of files that are kept outside lie beside it, as ordinary files of this server, and are reached over the second port
//! where there is one: another origin, as with the real hub. So everything a script can do to a download it can do to
//! these.
//!
//! A question is a decision without I/O: a fault that is due strikes; the limit, the key, the repository and its gate are
//! looked at in the order of the real hub; then the list or the redirect is written.

mod answers;
pub(crate) mod control;
mod cors;
mod lists;
mod resolve;
mod settings;
mod standing;
mod stock;
mod usual;

use std::collections::HashMap;

use serde_json::Value;

pub use settings::{Hub, HubFault, HubOn, Repository, RepositoryFile};

use crate::plan::Headers;
use crate::request::Request;
use crate::server::register;
use crate::standin::Answer;
use crate::state::Shared;
use answers::Asked;
use standing::Standing;
use stock::Stocked;

/// Where the one is that is put up by being asked.
pub(crate) const HOME: &str = "/as/huggingface";

/// All stand-ins, by prefix.
#[derive(Debug, Default)]
pub(crate) struct Hubs {
    at: HashMap<String, Standing>,
}

/// Puts one up; one that was there is forgotten.
///
/// # Errors
/// When a file it should have is not there.
pub(crate) fn put_up(prefix: &str, mut settings: Hub, shared: &Shared) -> Result<(), String> {
    let mut repositories = settings
        .repositories
        .take()
        .unwrap_or_else(|| usual::repositories(shared));
    repositories.extend((0..settings.generate).map(|index| Repository {
        id: format!("generated/Model-{index:04}-GGUF"),
        tags: vec!["gguf".into()],
        downloads: 100_000 - index as u64,
        files: vec![RepositoryFile {
            path: format!("Model-{index:04}-Q4_0.gguf"),
            noise: Some(64),
            ..RepositoryFile::default()
        }],
        ..Repository::default()
    }));
    let mut stocked = Vec::new();
    for repository in repositories {
        stocked.push(Stocked::of(repository, shared)?);
    }
    for file in stocked.iter().flat_map(|one| &one.files).filter(|file| file.lfs) {
        let place = standing::place(prefix, &file.sha256);
        register(
            shared,
            &place,
            file.content.clone(),
            None,
            Some(file.sha256.clone()),
        );
    }
    let standing = Standing::new(prefix, settings, stocked);
    shared.change(|inner| inner.hubs.at.insert(prefix.to_owned(), standing));
    Ok(())
}

/// Puts the usual one up when it is asked for the first time.
pub(crate) fn wake(path: &str, shared: &Shared) {
    let is_meant = path
        .strip_prefix(HOME)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_meant && !shared.lock().hubs.at.contains_key(HOME) {
        // Its own files are there, for it looks before it names them.
        let _ = put_up(HOME, Hub::default(), shared);
    }
}

impl Hubs {
    /// The prefix of the one that a path belongs to.
    pub(crate) fn prefix_of(&self, path: &str) -> Option<String> {
        let within = |at: &&String| {
            path.strip_prefix(at.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.at.keys().filter(within).max_by_key(|at| at.len()).cloned()
    }

    /// Takes down those under a prefix.
    pub(crate) fn forget(&mut self, prefix: &str) {
        self.at.retain(|at, _| !format!("{at}/").starts_with(prefix));
    }

    fn trouble(&mut self, prefix: &str, faults: Vec<HubFault>) -> bool {
        let standing = self.at.get_mut(prefix);
        standing.is_some_and(|standing| {
            standing.add(faults);
            true
        })
    }

    fn status(&self, prefix: &str) -> Option<Value> {
        self.at.get(prefix).map(Standing::status)
    }

    /// What a page is told.
    pub(crate) fn told(request: &Request) -> Headers {
        cors::told(request)
    }

    /// The answer.
    pub(crate) fn answer(&mut self, prefix: &str, request: &Request, origins: &[String]) -> Answer {
        let host = request.header("host").unwrap_or_default();
        let target = request.target.split('?').next().unwrap_or_default();
        let key = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer ").or(value.strip_prefix("bearer ")));
        let mut asked = Asked {
            request,
            base: format!("http://{host}{prefix}"),
            path: target.strip_prefix(prefix).unwrap_or_default(),
            key: key.map(str::to_owned),
            is_known: false,
        };
        match self.at.get_mut(prefix) {
            Some(standing) => standing.answer(&mut asked, origins),
            None => Answer::text(404, "text/plain", "404 page not found"),
        }
    }
}
