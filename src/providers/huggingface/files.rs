//! The files of a repository: `GET /api/models/{repository}/tree/{commit}?recursive=true`, page by page.

use serde::Serialize;

use super::role::{Role, base_name, role_of};
use crate::engine::digest::Digest;
use crate::engine::manifest::MAX_FILE_BYTES;
use crate::invisible::is_invisible;
use crate::providers::error::Foreign;
use crate::providers::json::{NoJson, Reader};

/// The longest path, in characters.
const MAX_PATH: usize = 1_024;

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HubFile {
    /// Its path in the repository.
    pub path: String,
    /// Its length; `null` where the hub says none a page can count.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub size_bytes: Option<u64>,
    /// What it hashes to; small files have none.
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub sha256: Option<Digest>,
    /// What it is for.
    pub role: Role,
}

/// A page of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// The files, in the hub's order.
    pub files: Vec<HubFile>,
    /// Entries that cannot be files: without a name, or with one that leads elsewhere.
    pub left_out: u32,
}

pub(super) fn read_files(text: &str) -> Result<Files, Foreign> {
    let mut found = Files::default();
    let mut reader = Reader::new(text);
    let mut walk = || -> Result<bool, NoJson> {
        let is_list = reader.array()?;
        while is_list && reader.item()? {
            match read_file(&mut reader)? {
                Entry::File(file) => found.files.push(file),
                Entry::Folder => {}
                Entry::Unfit => found.left_out += 1,
            }
        }
        reader.end()?;
        Ok(is_list)
    };
    match walk() {
        Ok(true) => Ok(found),
        Ok(false) => Err(Foreign::OtherJson),
        Err(NoJson) => Err(Foreign::Text),
    }
}

enum Entry {
    File(HubFile),
    Folder,
    Unfit,
}

fn read_file(reader: &mut Reader) -> Result<Entry, NoJson> {
    let (mut path, mut kind, mut size, mut stored) = (None, None, None, Stored::default());
    if !reader.object()? {
        return Ok(Entry::Unfit);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "type" => kind = reader.word()?,
            "path" => path = reader.word()?,
            "size" => size = reader.count()?,
            "lfs" => stored = read_stored(reader)?,
            _ => reader.skip()?,
        }
    }
    if kind.as_deref() == Some("directory") {
        return Ok(Entry::Folder);
    }
    let Some(path) = path.filter(|path| is_path(path)) else {
        return Ok(Entry::Unfit);
    };
    Ok(Entry::File(HubFile {
        role: role_of(&path),
        path,
        // The digest is of what is stored: its length goes before that of the entry.
        size_bytes: stored.size.or(size).filter(|size| *size <= MAX_FILE_BYTES),
        sha256: stored.digest,
    }))
}

/// What is said of a file that is kept outside of the repository.
#[derive(Default)]
struct Stored {
    size: Option<u64>,
    digest: Option<Digest>,
}

fn read_stored(reader: &mut Reader) -> Result<Stored, NoJson> {
    let mut stored = Stored::default();
    if !reader.object()? {
        return Ok(stored);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "oid" => stored.digest = reader.text()?.and_then(|oid| oid.parse().ok()),
            "size" => stored.size = reader.count()?,
            _ => reader.skip()?,
        }
    }
    Ok(stored)
}

/// Whether a text is the path of a file within a repository, and of no other place for anyone who reads it.
fn is_path(path: &str) -> bool {
    let fine = |part: &str| !part.is_empty() && part != "." && part != "..";
    path.len() <= MAX_PATH
        && path.split('/').all(fine)
        && !path.contains('\\')
        && !path.chars().any(is_invisible)
        && !base_name(path).trim().is_empty()
}
