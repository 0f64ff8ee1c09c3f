//! The quick look around at the start: which partial files can go on, and what is garbage. It compares names, lengths
//! and entries and reads no weights; the first bytes asked for after it are checked against the file anyway.

use crate::engine::ids::Timestamp;
use crate::engine::map::Map;

use super::journal::{Record, parse_ingest_name};
use super::protocol::PartialFile;

/// What is on the disk beside the blobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The partial files that can go on, with the file each of them is in.
    pub partials: Vec<PartialFile>,
    /// Ingest files that no journal entry vouches for, and what browsers leave behind (`*.crswap`).
    pub dead_files: Vec<String>,
    /// The keys of journal entries that are torn, expired, or have lost their file.
    pub dead_records: Vec<String>,
}

/// Looks at all journal entries and all ingest files.
pub fn survey(records: &[(String, String)], ingests: &[(String, u64)], now: Timestamp) -> Survey {
    let mut newest: Map<&str, (u64, &str, u64)> = Map::default();
    for (name, len) in ingests {
        if let Some((key, fence)) = parse_ingest_name(name) {
            let candidate = (fence, name.as_str(), *len);
            if newest.get(key).is_none_or(|held| *held < candidate) {
                newest.insert(key, candidate);
            }
        }
    }
    let mut found = Survey::default();
    let mut alive = Vec::new();
    for (key, text) in records {
        let record = Record::decode(key, text).filter(|record| !record.is_expired(now));
        let file = newest.get(key.as_str());
        match (record, file) {
            (Some(record), Some((fence, name, len))) if *fence >= record.fence && *len >= record.offset => {
                alive.push(*name);
                found.partials.push(PartialFile {
                    url: record.url,
                    sha256: record.sha256,
                    offset_bytes: record.offset,
                });
            }
            _ => found.dead_records.push(key.clone()),
        }
    }
    let dead = ingests
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !alive.contains(&name.as_str()));
    found.dead_files = dead.cloned().collect();
    found
}
