//! The journal: what of a partial file is safe, and how its hash goes on from there.
//!
//! An entry is one JSON text. It carries a checksum and is written in one way only, so that a torn, flipped, foreign
//! or newer entry is simply no entry: the file starts over, which is always right.

use serde::Serialize;

use crate::engine::digest::Digest;
use crate::engine::ids::Timestamp;
use crate::engine::manifest::ModelFile;
use crate::engine::map::Map;
use crate::json::{self, readable};

use super::hash::{Midstate, StreamHash, crc32};
use super::policy::JOURNAL_MAX_AGE_MS;

/// The version of the entries this package writes, and the only one it reads.
pub const VERSION: u32 = 1;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The key it is kept under: [`key_of`] its file.
    pub key: String,
    /// Where the bytes came from.
    pub url: String,
    /// The `ETag` they came with, where it could be read.
    pub etag: Option<String>,
    /// The bytes that are safe.
    pub offset: u64,
    /// The hash of those bytes, ready to go on.
    pub midstate: Midstate,
    /// The CRC-32 of the last [`super::policy::TAIL_BYTES`] of them.
    pub tail_crc32: u32,
    /// The fence number of the file when it was written.
    pub fence: u64,
    /// The length of the whole, where the manifest knows it.
    pub size: Option<u64>,
    /// The digest of the whole, where the manifest knows it.
    pub sha256: Option<Digest>,
    /// When it was written.
    pub updated: Timestamp,
}

#[derive(Serialize)]
struct Entry {
    v: u32,
    key: String,
    url: String,
    etag: Option<String>,
    offset: u64,
    midstate: String,
    tail_crc32: u32,
    fence: u64,
    size: Option<u64>,
    sha256: Option<Digest>,
    updated: Timestamp,
}

#[derive(Serialize)]
struct Sealed {
    crc32: u32,
    entry: Entry,
}

readable! {
    Entry only {
        v: "v",
        key: "key",
        url: "url",
        etag: "etag?",
        offset: "offset",
        midstate: "midstate",
        tail_crc32: "tail_crc32",
        fence: "fence",
        size: "size?",
        sha256: "sha256?",
        updated: "updated",
    }
    Sealed only { crc32: "crc32", entry: "entry" }
}

/// The name of a file in the journal and in the names of its ingest files: its digest, or a hash of its URL where the
/// digest is not known. Files of one digest thus share their partial bytes, wherever they come from.
pub fn key_of(file: &ModelFile) -> String {
    if let Some(digest) = &file.sha256 {
        return digest.to_string();
    }
    let mut hash = StreamHash::new();
    hash.update(file.url.as_bytes());
    format!("url-{}", hash.digest())
}

/// The name of the ingest file of a key under a fence number.
pub fn ingest_name(key: &str, fence: u64) -> String {
    format!("{key}-{fence}.part")
}

/// The key and the fence number in the name of an ingest file.
pub fn parse_ingest_name(name: &str) -> Option<(&str, u64)> {
    let (key, fence) = name.strip_suffix(".part")?.rsplit_once('-')?;
    let fence = fence.parse().ok()?;
    (ingest_name(key, fence) == name).then_some((key, fence))
}

impl Record {
    fn entry(&self) -> Entry {
        Entry {
            v: VERSION,
            key: self.key.clone(),
            url: self.url.clone(),
            etag: self.etag.clone(),
            offset: self.offset,
            midstate: self.midstate.to_string(),
            tail_crc32: self.tail_crc32,
            fence: self.fence,
            size: self.size,
            sha256: self.sha256,
            updated: self.updated,
        }
    }

    /// The text of the entry.
    pub fn encode(&self) -> String {
        let entry = self.entry();
        let crc32 = crc32(to_text(&entry).as_bytes());
        to_text(&Sealed { crc32, entry })
    }

    /// Reads the entry under `key`. `None` for whatever is not exactly what [`Record::encode`] writes, or contradicts
    /// itself.
    pub fn decode(key: &str, text: &str) -> Option<Self> {
        let Sealed { entry, .. } = json::from_str(text).ok()?;
        let record = Self {
            midstate: Midstate::from_hex(&entry.midstate).ok()?,
            key: entry.key,
            url: entry.url,
            etag: entry.etag,
            offset: entry.offset,
            tail_crc32: entry.tail_crc32,
            fence: entry.fence,
            size: entry.size,
            sha256: entry.sha256,
            updated: entry.updated,
        };
        let consistent = entry.v == VERSION
            && record.key == key
            && record.midstate.hashed_bytes() == Some(record.offset)
            && record.size.is_none_or(|size| record.offset <= size);
        // Comparing the whole text checks the checksum and every other byte at once.
        (consistent && record.encode() == text).then_some(record)
    }

    /// Whether it is about this file as its manifest describes it now.
    pub fn is_about(&self, file: &ModelFile) -> bool {
        let same_place = file.sha256.is_some() || self.url == file.url;
        self.key == key_of(file) && self.size == file.size_bytes && self.sha256 == file.sha256 && same_place
    }

    /// Whether it has not been touched for so long that it is garbage.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now.saturating_sub(self.updated) > JOURNAL_MAX_AGE_MS
    }
}

/// Plain structs of numbers and texts always serialize; an empty text would be read as no entry.
fn to_text(value: &impl Serialize) -> String {
    json::to_string(value)
}

/// How a file begins or goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The journal entry to go on from; without it the file starts at 0.
    pub record: Option<Record>,
    /// The ingest file to take over, under the entry.
    pub from: Option<String>,
    /// The fence number from now on: higher than any ever seen for this file.
    pub fence: u64,
    /// Ingest files of this key that nobody needs any more.
    pub garbage: Vec<String>,
}

/// Decides how a file goes on from what the disk has of it.
///
/// The file to take over is the one with the highest fence number at or above the entry's: a crash between the
/// renaming of a file and the next entry leaves it one above.
pub fn recover(file: &ModelFile, text: Option<&str>, ingests: &[(String, u64)], now: Timestamp) -> Recovery {
    let key = key_of(file);
    let ours: Map<u64, (&String, u64)> = ingests
        .iter()
        .filter_map(|(name, len)| parse_ingest_name(name).map(|(of, fence)| (of, fence, name, *len)))
        .filter(|(of, ..)| *of == key)
        .map(|(_, fence, name, len)| (fence, (name, len)))
        .collect();
    let decoded = text.and_then(|text| Record::decode(&key, text));
    let highest = ours
        .last()
        .map(|(fence, _)| *fence)
        .max(decoded.as_ref().map(|record| record.fence));
    let record = decoded.filter(|record| record.is_about(file) && !record.is_expired(now));
    let taken = record.and_then(|record| {
        let (fence, (name, len)) = ours.last()?;
        (*fence >= record.fence && *len >= record.offset).then(|| (record, (*name).clone()))
    });
    let (record, from) = taken.map_or((None, None), |(record, name)| (Some(record), Some(name)));
    let garbage = ours
        .values()
        .map(|(name, _)| (*name).clone())
        .filter(|name| Some(name) != from.as_ref());
    Recovery {
        garbage: garbage.collect(),
        record,
        from,
        fence: highest.map_or(1, |fence| fence.saturating_add(1)),
    }
}
