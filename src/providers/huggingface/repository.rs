//! What the hub says of a repository, in a list of many or by itself.

use serde::Serialize;

use super::place::{Commit, Repository};
use super::role::Format;
use crate::catalog::name::ModelName;
use crate::engine::manifest::MAX_FILE_BYTES;
use crate::json::words;
use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};
use crate::providers::listed;
use crate::providers::words::clean;

/// The most tags that are kept, and the longest one, in bytes.
const MAX_TAGS: usize = 200;
const MAX_TAG: usize = 120;

/// Who may have the files of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "types",
    derive(ts_rs::TS),
    ts(rename = "HubGate", rename_all = "camelCase")
)]
pub enum Gate {
    /// Everybody.
    #[default]
    Open,
    /// Whoever accepts the conditions.
    Auto,
    /// Whoever its owner lets in.
    Manual,
}

words! {
    Gate written { Open: "open", Auto: "auto", Manual: "manual" }
}

/// A repository of models. What the hub does not say is `null`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HubRepository {
    /// `owner/name`.
    pub id: String,
    /// Who may have its files.
    pub gated: Gate,
    /// Only some may see it.
    pub private: bool,
    /// It was taken down.
    pub disabled: bool,
    /// How often it was fetched within the last 30 days.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub downloads: Option<u64>,
    /// How many people like it.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub likes: Option<u64>,
    /// When it was last changed (RFC 3339).
    pub modified: Option<String>,
    /// When it was made (RFC 3339).
    pub created: Option<String>,
    /// The short name of its licence, for instance `apache-2.0`.
    pub license: Option<String>,
    /// What its models do, for instance `text-generation`.
    pub task: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The formats it has, of those known here.
    pub formats: Vec<Format>,
    /// The architecture of its GGUF files, for instance `llama`.
    pub architecture: Option<String>,
    /// The parameters of its models, in billions.
    pub parameters_billions: Option<f64>,
    /// The context window its models were made for, in tokens.
    pub context_window: Option<u32>,
    /// Whether its GGUF files say how messages become a prompt.
    pub template: bool,
}

/// A repository as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What is said of it.
    pub repository: HubRepository,
    /// The commit that is meant.
    pub commit: Commit,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finds {
    /// The repositories, in the hub's order.
    pub repositories: Vec<HubRepository>,
    /// Entries without a name a repository can have.
    pub left_out: u32,
}

/// The parts of an answer that are of use, for the question.
pub(super) const EXPANDED: [&str; 13] = [
    "createdAt",
    "disabled",
    "downloads",
    "gated",
    "gguf",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "tags",
];

pub(super) fn read_finds(text: &str) -> Result<Finds, Foreign> {
    let mut finds = Finds::default();
    let mut reader = Reader::new(text);
    let mut walk = || -> Result<bool, NoJson> {
        let is_list = reader.array()?;
        while is_list && reader.item()? {
            let (repository, _) = read_entry(&mut reader)?;
            match Repository::new(&repository.id) {
                Ok(_) => finds.repositories.push(repository),
                Err(_) => finds.left_out += 1,
            }
        }
        reader.end()?;
        Ok(is_list)
    };
    match walk() {
        Ok(true) => Ok(finds),
        Ok(false) => Err(Foreign::OtherJson),
        Err(NoJson) => Err(Foreign::Text),
    }
}

pub(super) fn read_found(text: &str) -> Result<Found, Foreign> {
    let mut reader = Reader::new(text);
    let entry = read_entry(&mut reader).and_then(|entry| reader.end().map(|()| entry));
    let (repository, sha) = entry.map_err(|NoJson| Foreign::Text)?;
    // Without its commit nothing could be pinned.
    let commit = sha.as_deref().and_then(Commit::new).ok_or(Foreign::OtherJson)?;
    Repository::new(&repository.id).map_err(|_| Foreign::OtherJson)?;
    Ok(Found { repository, commit })
}

/// Parameters as they are told: all of them, in millions.
fn read_total(reader: &mut Reader) -> Result<Option<u32>, NoJson> {
    let mut total = None;
    if reader.object()? {
        while let Some(key) = reader.key()? {
            match &*key {
                "total" => total = reader.count()?.and_then(listed::parameters),
                _ => reader.skip()?,
            }
        }
    }
    Ok(total)
}

/// A count that JavaScript has, too.
fn read_count(reader: &mut Reader) -> Result<Option<u64>, NoJson> {
    Ok(reader.count()?.filter(|count| *count <= MAX_FILE_BYTES))
}

fn read_line(reader: &mut Reader) -> Result<Option<String>, NoJson> {
    Ok(reader.text()?.as_deref().and_then(clean))
}

fn read_entry(reader: &mut Reader) -> Result<(HubRepository, Option<String>), NoJson> {
    let mut entry = HubRepository::default();
    let (mut sha, mut gguf, mut other, mut library) = (None, None, None, None);
    if !reader.object()? {
        return Ok((entry, None));
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "id" => entry.id = reader.word()?.unwrap_or_default(),
            // What very old hubs call it.
            "modelId" if entry.id.is_empty() => entry.id = reader.word()?.unwrap_or_default(),
            "sha" => sha = reader.word()?,
            "gated" => entry.gated = read_gate(reader)?,
            "private" => entry.private = reader.flag()? == Some(true),
            "disabled" => entry.disabled = reader.flag()? == Some(true),
            "downloads" => entry.downloads = read_count(reader)?,
            "likes" => entry.likes = read_count(reader)?,
            "lastModified" => entry.modified = read_line(reader)?,
            "createdAt" => entry.created = read_line(reader)?,
            "pipeline_tag" => entry.task = read_line(reader)?,
            "library_name" => library = reader.word()?,
            "tags" => entry.tags = read_tags(reader)?,
            "safetensors" => other = read_total(reader)?,
            "gguf" => gguf = read_gguf(reader, &mut entry)?,
            _ => reader.skip()?,
        }
    }
    let license = entry.tags.iter().find_map(|tag| tag.strip_prefix("license:"));
    entry.license = license.map(str::to_owned);
    for format in [Format::Gguf, Format::Onnx] {
        let has = |text: &String| text == format.tag();
        if entry.tags.iter().any(has) || library.as_ref().is_some_and(has) {
            entry.formats.push(format);
        }
    }
    let named = || ModelName::parse(&entry.id).ok()?.parameters().millions;
    entry.parameters_billions = gguf.or(other).or_else(named).map(billions);
    Ok((entry, sha))
}

/// Millions as billions.
pub(super) fn billions(millions: u32) -> f64 {
    f64::from(millions) / 1_000.0
}

fn read_gate(reader: &mut Reader) -> Result<Gate, NoJson> {
    Ok(match reader.raw()? {
        "false" | "null" => Gate::Open,
        "\"auto\"" => Gate::Auto,
        // What nobody knows how to get past is closed.
        _ => Gate::Manual,
    })
}

fn read_tags(reader: &mut Reader) -> Result<Vec<String>, NoJson> {
    let mut tags = Vec::new();
    if reader.array()? {
        while reader.item()? {
            let tag = reader.text()?;
            let tag = tag
                .as_deref()
                .filter(|tag| tag.len() <= MAX_TAG && tags.len() < MAX_TAGS);
            tags.extend(tag.and_then(clean));
        }
    }
    Ok(tags)
}

/// What the hub has read out of a GGUF file of the repository. Which one it was it does not say.
fn read_gguf(reader: &mut Reader, entry: &mut HubRepository) -> Result<Option<u32>, NoJson> {
    let mut total = None;
    if !reader.object()? {
        return Ok(None);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "total" => total = reader.count()?.and_then(listed::parameters),
            "architecture" => entry.architecture = read_line(reader)?,
            "context_length" => entry.context_window = reader.tokens()?,
            "chat_template" => entry.template = reader.text()?.is_some_and(|text| !text.trim().is_empty()),
            _ => reader.skip()?,
        }
    }
    Ok(total)
}
