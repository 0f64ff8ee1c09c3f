//! What a stand-in has: its repositories with the bytes of their files known, and the entries lists have of them.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::settings::{Repository, RepositoryFile};
use crate::content::Content;
use crate::state::Shared;

/// Longer files are kept outside of a repository.
const LFS_FROM: u64 = 10 << 20;
/// And so are those, of any length.
const LFS_ENDINGS: [&str; 6] = [".gguf", ".onnx", ".onnx_data", ".safetensors", ".bin", ".dat"];

/// A repository, its files looked at.
#[derive(Debug)]
pub(super) struct Stocked {
    pub(super) settings: Repository,
    pub(super) sha: String,
    pub(super) files: Vec<File>,
}

/// A file that was looked at.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) content: Content,
    pub(super) sha256: String,
    pub(super) lfs: bool,
    says: Option<Value>,
}

/// So many hex digits that follow from a text.
pub(super) fn hex(of: &str, digits: usize) -> String {
    let bytes = Sha256::digest(of.as_bytes());
    let mut text = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    text.truncate(digits);
    text
}

impl File {
    fn of(file: RepositoryFile, shared: &Shared) -> Result<Self, String> {
        let content = match (&file.same_as, file.text, file.noise) {
            (Some(path), None, None) => shared.find(path).ok_or_else(|| format!("no file {path}"))?.0,
            (None, Some(text), None) => Content::bytes(text.into_bytes()),
            (None, None, Some(size)) => Content::noise(7, size),
            (None, None, None) => Content::bytes([]),
            _ => return Err(format!("{} has more than one source", file.path)),
        };
        let by_name = LFS_ENDINGS.iter().any(|ending| file.path.ends_with(ending));
        Ok(Self {
            lfs: file.lfs.unwrap_or(by_name || content.size() >= LFS_FROM),
            sha256: content.sha256().map_err(|error| error.to_string())?,
            path: file.path,
            content,
            says: file.says,
        })
    }

    /// Its entry in a tree.
    fn entry(&self, expanded: bool) -> Value {
        let size = self.content.size();
        let mut entry = json!({
            "type": "file",
            "oid": hex(&format!("{}{}", self.path, self.sha256), 40),
            "size": size,
            "path": self.path,
        });
        if self.lfs {
            entry["lfs"] = json!({ "oid": self.sha256, "size": size, "pointerSize": 135 });
            entry["xetHash"] = json!(self.xet_hash());
        }
        if expanded {
            entry["lastCommit"] =
                json!({ "id": hex(&self.path, 40), "title": "Upload", "date": "2026-03-12T10:30:05.000Z" });
        }
        for (name, value) in self.says.iter().filter_map(Value::as_object).flatten() {
            entry[name] = value.clone();
        }
        entry
    }

    pub(super) fn xet_hash(&self) -> String {
        hex(&format!("xet{}", self.sha256), 64)
    }
}

impl Stocked {
    /// Looks at the files of a repository.
    pub(super) fn of(mut settings: Repository, shared: &Shared) -> Result<Self, String> {
        let mut files = Vec::new();
        for file in std::mem::take(&mut settings.files) {
            files.push(File::of(file, shared)?);
        }
        let marks: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
        let sha = settings.sha.clone();
        Ok(Self {
            sha: sha.unwrap_or_else(|| hex(&format!("{}{}", settings.id, marks.concat()), 40)),
            settings,
            files,
        })
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(super) fn has_revision(&self, revision: &str) -> bool {
        matches!(revision, "main" | "HEAD")
            || revision == self.sha
            || self.settings.branches.iter().any(|branch| branch == revision)
    }

    pub(super) fn modified(&self) -> &str {
        self.settings
            .modified
            .as_deref()
            .unwrap_or("2026-03-12T10:30:05.000Z")
    }

    /// Everything that is said of it.
    pub(super) fn facts(&self) -> Map<String, Value> {
        let Repository {
            id,
            tags,
            downloads,
            likes,
            gated,
            private,
            disabled,
            ..
        } = &self.settings;
        let siblings: Vec<Value> = self
            .files
            .iter()
            .map(|file| json!({ "rfilename": file.path }))
            .collect();
        let facts = json!({
            "_id": hex(id, 24),
            "id": id,
            "modelId": id,
            "author": id.split('/').next(),
            "sha": self.sha,
            "private": private,
            "disabled": disabled,
            "gated": gated.as_ref().map_or(json!(false), |gated| json!(gated)),
            "tags": tags,
            "downloads": downloads,
            "likes": likes,
            "trendingScore": likes,
            "lastModified": self.modified(),
            "createdAt": "2026-01-01T08:00:00.000Z",
            "siblings": siblings,
        });
        let Value::Object(mut facts) = facts else {
            return Map::new();
        };
        let mut add = |name: &str, value: Option<Value>| {
            facts.extend(value.map(|value| (name.to_owned(), value)));
        };
        add(
            "pipeline_tag",
            self.settings.pipeline_tag.clone().map(Value::from),
        );
        add(
            "library_name",
            self.settings.library_name.clone().map(Value::from),
        );
        add("gguf", self.settings.gguf.clone());
        add("safetensors", self.settings.safetensors.clone());
        facts
    }

    /// The entries of a folder: its own files and folders, or all files below it with the folders on the way.
    pub(super) fn tree(&self, folder: &str, recursive: bool, expanded: bool) -> Option<Vec<Value>> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut folders: Vec<String> = Vec::new();
        let mut entries = Vec::new();
        for file in &self.files {
            let Some(rest) = file.path.strip_prefix(&prefix) else {
                continue;
            };
            let mut at = 0;
            while let Some(slash) = rest[at..].find('/') {
                let name = format!("{prefix}{}", &rest[..at + slash]);
                if !folders.contains(&name) && (recursive || at == 0) {
                    entries
                        .push(json!({ "type": "directory", "oid": hex(&name, 40), "size": 0, "path": name }));
                    folders.push(name);
                }
                at += slash + 1;
            }
            if recursive || at == 0 {
                entries.push(file.entry(expanded));
            }
        }
        (!entries.is_empty() || folder.is_empty()).then_some(entries)
    }
}
