//! What an app says about a model: where its files are, how long they are and what they hash to; or what its server says.

use serde::Serialize;

#[cfg(feature = "types")]
use crate::catalog::entry::SaidCapabilities;

use super::Engine;
use super::digest::Digest;
use super::failure::{ErrorCode, Failure};
use super::ids::{EngineId, ModelId};
use super::map::{Map, Set};
use crate::catalog::record::Capabilities;
use crate::json::readable;

/// The longest file there can be: JavaScript counts exactly up to here.
pub const MAX_FILE_BYTES: u64 = (1 << 53) - 1;
/// The most files a model can have. The largest split models people publish have a few hundred.
pub const MAX_FILES: usize = 1_000;
/// The longest name of a file or a model, in characters.
const MAX_NAME_CHARS: usize = 256;
/// The longest description, in characters: a line for people, not a document.
const MAX_DESCRIPTION_CHARS: usize = 2_000;
/// The most further failures that are attached to the first one.
const MAX_OTHERS: usize = 100;

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ModelFile {
    /// The name an engine knows the file by, for instance `model.gguf`.
    pub name: String,
    /// Where the file is: absolute, `https:` (or `http:` on a loopback host).
    pub url: String,
    /// Its length. Without it there is no percentage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub size_bytes: Option<u64>,
    /// What it hashes to. Without it the file is marked unverified.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub sha256: Option<Digest>,
}

/// What a server says of one of its models. What it does not say is unknown, and what is said beyond this is of no use
/// here.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Served {
    /// The name the server knows it by, for instance `llama3.2:1b`.
    pub name: String,
    /// Whether the server has it; otherwise it must be pulled first.
    pub here: bool,
    /// The length of its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub size_bytes: Option<u64>,
    /// The context window it was made for, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_window: Option<u32>,
    /// The context window it is served with, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served_context: Option<u32>,
    /// The longest answer, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// Its family, in the words of the model database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Its parameters, in billions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters_billions: Option<f64>,
    /// How its weights are stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantization: Option<String>,
    /// When it was last changed, in the words of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// What it can do.
    #[cfg_attr(feature = "types", ts(optional, as = "Option<SaidCapabilities>"))]
    pub capabilities: Capabilities,
}

/// A model that an in-page engine can run, or that a server has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ModelManifest {
    /// Names the model everywhere.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub id: ModelId,
    /// What people read.
    pub name: String,
    /// One line about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub description: Option<String>,
    /// The engine that runs it.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub engine: EngineId,
    /// The context window in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub context_window: Option<u32>,
    /// The name the model database knows it by, for instance `SmolLM2-135M-Instruct-Q8_0`. Default: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub catalog_name: Option<String>,
    /// Its files, in the order the engine wants them; none of a served model.
    pub files: Vec<ModelFile>,
    /// What its server says, if a server runs it. Such a model comes with `setServed` or `addServed`. The day it was
    /// changed and its digest are for whoever lists models; the core passes over them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "types",
        ts(optional, type = "Served & { modified?: string, digest?: string }")
    )]
    pub served: Option<Box<Served>>,
}

readable! {
    ModelFile only { name: "name", url: "url", size_bytes: "sizeBytes?", sha256: "sha256?" }
    ModelManifest only {
        id: "id",
        name: "name",
        description: "description?",
        engine: "engine",
        context_window: "contextWindow?",
        catalog_name: "catalogName?",
        files: "files",
        served: "served?",
    }
    Served {
        name: "name",
        here: "here",
        size_bytes: "sizeBytes?",
        context_window: "contextWindow?",
        served_context: "servedContext?",
        max_output_tokens: "maxOutputTokens?",
        family: "family?",
        parameters_billions: "parametersBillions?",
        quantization: "quantization?",
        modified: "modified?",
        capabilities: "capabilities?",
    }
}

impl ModelFile {
    /// Whether one partial file fills both.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.url == other.url || self.sha256.is_some() && self.sha256 == other.sha256
    }
}

impl ModelManifest {
    /// The length of all its files, where all are known.
    pub fn total_bytes(&self) -> Option<u64> {
        if let Some(served) = &self.served {
            return served.size_bytes;
        }
        self.files
            .iter()
            .try_fold(0_u64, |total, file| total.checked_add(file.size_bytes?))
    }
}

impl Engine {
    /// Checks manifests as a whole: either all of them may be known or none is taken in.
    pub(super) fn check_manifests(&self, models: &[ModelManifest]) -> Result<(), Failure> {
        let mut failures = Vec::new();
        let mut ids = Set::default();
        let mut sizes = self.known_sizes(models);
        for (index, manifest) in models.iter().enumerate() {
            let path = format!("models[{index}]");
            if !ids.insert(&manifest.id) {
                failures.push(wrong(&path, ".id", manifest.id.as_str(), "stands there twice"));
            }
            let known = self.library.get(&manifest.id);
            if manifest.served.is_some() || known.is_some_and(|known| known.manifest.served.is_some()) {
                failures.push(wrong(
                    &path,
                    ".id",
                    manifest.id.as_str(),
                    "is of a server's model",
                ));
            }
            check_head(manifest, &path, &mut failures);
            self.check_files(manifest, &path, &mut sizes, &mut failures);
        }
        together(failures)
    }

    /// The sizes of all known digests, those of models that are about to be replaced excepted.
    fn known_sizes(&self, replaced: &[ModelManifest]) -> Map<Digest, u64> {
        let replaced: Set<&ModelId> = replaced.iter().map(|manifest| &manifest.id).collect();
        let kept = self
            .library
            .manifests()
            .filter(|known| !replaced.contains(&known.id));
        kept.flat_map(|known| &known.files)
            .filter_map(|file| Some((file.sha256?, file.size_bytes?)))
            .collect()
    }

    fn check_files(
        &self,
        manifest: &ModelManifest,
        path: &str,
        sizes: &mut Map<Digest, u64>,
        failures: &mut Vec<Failure>,
    ) {
        let count = manifest.files.len();
        if count == 0 || count > MAX_FILES {
            let reason = format!("must have 1 to {MAX_FILES} entries");
            failures.push(wrong(path, ".files", &count.to_string(), &reason));
        }
        let mut names = Set::default();
        let mut total: u64 = 0;
        for (index, file) in manifest.files.iter().enumerate().take(MAX_FILES) {
            let path = format!("{path}.files[{index}]");
            if let Some(reason) = wrong_name(&file.name).or_else(|| wrong_path(&file.name)) {
                failures.push(wrong(&path, ".name", &file.name, reason));
            }
            if !names.insert(&file.name) {
                failures.push(wrong(&path, ".name", &file.name, "stands there twice"));
            }
            if let Err(reason) = self.hosts.check(&file.url) {
                failures.push(wrong(&path, ".url", &shown_url(&file.url), reason));
            }
            let Some(size) = file.size_bytes else { continue };
            total = total.saturating_add(size);
            if size == 0 || total > MAX_FILE_BYTES {
                let reason = "must be greater than 0, and all files together at most 2^53 - 1";
                failures.push(wrong(&path, ".sizeBytes", &size.to_string(), reason));
            }
            if let Some(digest) = file.sha256
                && *sizes.or_insert(digest, size) != size
            {
                let reason = "stands there with another size";
                failures.push(wrong(&path, ".sha256", &digest.to_string(), reason));
            }
        }
    }
}

/// What is the same for every model, wherever it is.
pub(super) fn check_head(manifest: &ModelManifest, path: &str, failures: &mut Vec<Failure>) {
    let mut check = |field: &str, value: &str, reason: Option<&str>| {
        failures.extend(reason.map(|reason| wrong(path, field, value, reason)));
    };
    check(".name", &manifest.name, wrong_name(&manifest.name));
    if let Some(name) = &manifest.catalog_name {
        check(".catalogName", name, wrong_name(name));
    }
    let description = manifest.description.as_deref().unwrap_or_default();
    let long = description.chars().count() > MAX_DESCRIPTION_CHARS;
    check(
        ".description",
        description,
        long.then_some("is longer than 2000 characters"),
    );
    let none = manifest.context_window == Some(0);
    check(".contextWindow", "0", none.then_some("must be greater than 0"));
    if let Some(served) = &manifest.served {
        check(".served.name", &served.name, wrong_name(&served.name));
    }
}

/// The first failure is reported, the others are attached (requirement E3).
pub(super) fn together(failures: Vec<Failure>) -> Result<(), Failure> {
    let mut failures = failures.into_iter();
    match failures.next() {
        None => Ok(()),
        Some(first) => Err(Failure {
            others: failures.take(MAX_OTHERS).collect(),
            ..first
        }),
    }
}

/// The failure for a field of the part at `path`.
pub(super) fn wrong(path: &str, field: &str, value: &str, reason: &str) -> Failure {
    let path = [path, field].concat();
    Failure::new(ErrorCode::InvalidInput, [&path, " ", reason, "."].concat()).about_field(path, value)
}

fn wrong_name(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("is empty")
    } else if name.chars().count() > MAX_NAME_CHARS {
        Some("is longer than 256 characters")
    } else if name.chars().any(char::is_control) {
        Some("contains a control character")
    } else {
        None
    }
}

/// An engine may take the name of a file for a path of its own: it must not lead out of there.
fn wrong_path(name: &str) -> Option<&'static str> {
    let leads_out = name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..");
    leads_out.then_some("must be a plain or relative name without `..`")
}

/// A URL as far as it may be shown: what could be a key (user info, query, fragment) is left out.
fn shown_url(url: &str) -> String {
    if url.contains('@') {
        return "(a URL with user info)".to_owned();
    }
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}
