//! The Hub of Hugging Face as a source of models.
//!
//! The answers in `fixtures/hub-*.json` have the shape of the hub's, as its own clients read them and as recorded headers
//! and answers of others show; names, digests and sizes are made up.

mod answers;
mod hostile;
mod models;
mod properties;
mod refusals;
mod requests;

use modelyard::engine::ids::EngineId;
use modelyard::providers::huggingface::{
    Commit, Files, Found, HubDetails, HubModel, Listed, Page, Repository,
};
use modelyard::providers::{BaseUrl, Head, Kind, Provider, ProviderError};
use serde_json::{Value, json};

use super::driving::{fixture, good, whole};

pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

pub(crate) fn hub() -> Provider {
    let base = BaseUrl::parse(Kind::HuggingFace.default_host()).expect("an address");
    Provider::new("hub", Kind::HuggingFace, base)
}

pub(crate) fn lantern() -> Repository {
    Repository::new("acme/Lantern-1.5B-Instruct-GGUF").expect("a name")
}

pub(crate) fn commit() -> Commit {
    Commit::new(COMMIT).expect("a commit")
}

pub(crate) fn found(body: &[u8]) -> Result<Page<Found>, ProviderError> {
    whole(hub().repository(&lantern(), None).expect("a request"), body).1
}

pub(crate) fn files(body: &[u8]) -> Result<Page<Files>, ProviderError> {
    whole(hub().files(&lantern(), &commit(), None).expect("a request"), body).1
}

/// A good answer with further pages.
pub(crate) fn linked(link: &str) -> Head {
    Head {
        link: Some(link.to_owned()),
        ..good()
    }
}

/// What a repository and its files come to, on a page with wllama.
pub(crate) fn details_of(repository: &Value, tree: &Value) -> HubDetails {
    details_at(&hub().base, Some("wllama"), repository, tree)
}

pub(crate) fn details_at(
    base: &BaseUrl,
    engine: Option<&str>,
    repository: &Value,
    tree: &Value,
) -> HubDetails {
    let found = found(repository.to_string().as_bytes())
        .expect("a repository")
        .value;
    let mut listed = Listed::default();
    listed.take(files(tree.to_string().as_bytes()).expect("files").value);
    listed.settle();
    let engine = engine.map(|engine| EngineId::new(engine).expect("an id"));
    HubDetails::new(found, listed, base, engine.as_ref())
}

pub(crate) fn fixture_json(name: &str) -> Value {
    serde_json::from_slice(&fixture(name)).expect("JSON")
}

/// The facts of a repository, with some of them changed.
pub(crate) fn repository_with(changes: &Value) -> Value {
    let mut repository = fixture_json("hub-repository.json");
    for (key, value) in changes.as_object().expect("an object") {
        repository[key] = value.clone();
    }
    repository
}

/// A file that is kept outside of the repository, with a digest of its own.
pub(crate) fn stored(path: &str, size: u64) -> Value {
    let mark = path
        .bytes()
        .fold(7_u64, |all, byte| all.wrapping_mul(31).wrapping_add(byte.into()));
    let oid = format!("{mark:064x}");
    json!({ "type": "file", "oid": COMMIT, "size": size, "path": path,
            "lfs": { "oid": oid, "size": size, "pointerSize": 135 } })
}

/// The models of a repository with such files.
pub(crate) fn models_of(tree: &Value) -> Vec<HubModel> {
    details_of(&fixture_json("hub-repository.json"), tree).models
}

/// Why the only model has no manifest.
#[track_caller]
pub(crate) fn why(tree: &Value) -> String {
    let models = models_of(tree);
    assert_eq!(models.len(), 1, "{models:?}");
    assert_eq!(models[0].manifest, None);
    models[0].why.clone().expect("a reason")
}
