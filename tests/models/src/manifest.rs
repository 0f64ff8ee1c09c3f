//! The demo's files on disk: the models, `manifest.json` that lists them, `replies.json` that tells tests what
//! each model answers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::personas::demo_models;
use crate::speaker::{CONTEXT, model, parts};

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// All models.
    pub models: Vec<Model>,
}

/// One model of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// Unique id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// The engine that runs it.
    pub engine: String,
    /// Tokens of prompt and answer together.
    pub context_window: u32,
    /// What to download.
    pub files: Vec<File>,
}

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct File {
    /// Name for people and for the engine.
    pub name: String,
    /// Where it is, relative to the manifest.
    pub url: String,
    /// Exact size.
    pub size_bytes: u64,
    /// SHA-256 of the content, 64 lower-case hex digits.
    pub sha256: String,
}

/// How many parts the first model is also written in.
const PARTS: u16 = 2;

/// Writes `one.gguf`, `two.gguf`, `three.gguf`, `manifest.json` and `replies.json` into `directory`, which is made
/// if it is missing; and the first model once more in two files, `parts/one-00001-of-00002.gguf` and its other part.
///
/// `replies.json` maps the id of a model and a topic to the exact answer:
/// `{"one": {"hello": "Hello! I am …", "joke": "…"}}`.
///
/// # Errors
/// What the file system says; `InvalidData` if a persona does not fit its vocabulary.
pub fn write_demo(directory: &Path) -> io::Result<Manifest> {
    std::fs::create_dir_all(directory)?;
    let mut manifest = Manifest { models: Vec::new() };
    let mut replies = BTreeMap::new();
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    if let Some(persona) = demo_models().into_iter().next() {
        std::fs::create_dir_all(directory.join("parts"))?;
        for (number, bytes) in (1..).zip(parts(&persona, PARTS).map_err(invalid)?) {
            let name = format!("parts/{}-{number:05}-of-{PARTS:05}.gguf", persona.id);
            std::fs::write(directory.join(name), bytes)?;
        }
    }
    for persona in demo_models() {
        let bytes = model(&persona).map_err(invalid)?;
        let name = format!("{}.gguf", persona.id);
        std::fs::write(directory.join(&name), &bytes)?;
        manifest.models.push(Model {
            id: persona.id.into(),
            name: persona.name.into(),
            description: persona.description.into(),
            engine: "wllama".into(),
            context_window: CONTEXT,
            files: vec![File {
                url: name.clone(),
                name,
                size_bytes: bytes.len() as u64,
                sha256: sha256_hex(&bytes),
            }],
        });
        let texts: BTreeMap<_, _> = persona
            .replies
            .iter()
            .map(|reply| (reply.topic, reply.text))
            .collect();
        replies.insert(persona.id, texts);
    }
    std::fs::write(
        directory.join("manifest.json"),
        serde_json::to_string_pretty(&manifest)? + "\n",
    )?;
    std::fs::write(
        directory.join("replies.json"),
        serde_json::to_string_pretty(&replies)? + "\n",
    )?;
    Ok(manifest)
}

/// SHA-256 as 64 lower-case hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
