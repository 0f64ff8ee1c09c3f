//! What the page and the transfer worker say to each other: JSON texts of [`ToWorker`] and [`FromWorker`], whose
//! variants are named by their only key.
//!
//! The worker carries out at most one transfer at a time. It owns the weights on the disk (no one else writes there)
//! and the journal of partial files. The page owns the queue and everything else. Each message about a transfer
//! carries the ticket it was started with; after `Stop` of a ticket whatever still comes with it is stale.

use serde::Serialize;

use super::digest::Digest;
use super::failure::Failure;
use super::ids::{ModelId, Ticket};
use super::manifest::ModelFile;
use crate::json::{readable, variants, words};

/// A message to the worker.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ToWorker {
    /// Sent once, first. `namespace` separates the stores of one origin.
    Hello {
        /// Names the database and the directory.
        namespace: String,
    },
    /// Fetch, verify and keep these files, those already kept excepted, one after the other.
    Start {
        /// Names the attempt.
        ticket: Ticket,
        /// For messages only.
        model: ModelId,
        /// The files.
        files: Vec<ModelFile>,
    },
    /// Stop at once. With `keep` the partial file and its journal stay, otherwise they are removed.
    Stop {
        /// The attempt to stop; any other is left alone.
        ticket: Ticket,
        /// Whether the partial file stays.
        keep: bool,
    },
    /// Remove the partial files of these (a canceled job that is not running).
    Discard {
        /// The files.
        files: Vec<ModelFile>,
    },
    /// Delete committed blobs. Answered by `Deleted`.
    Delete {
        /// Comes back in the answer.
        request: u64,
        /// The blobs.
        digests: Vec<Digest>,
    },
    /// The browser says it is online (again): what waits for the network goes on now.
    Online,
    /// Answered at once by `Alive`; a silent worker is started anew.
    Ping,
}

/// A committed blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredBlob {
    /// What its bytes hash to.
    pub digest: Digest,
    /// Its length.
    pub size_bytes: u64,
}

/// A partial file that can go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartialFile {
    /// Where it comes from.
    pub url: String,
    /// What it must hash to, where known.
    pub sha256: Option<Digest>,
    /// The bytes that are safe.
    pub offset_bytes: u64,
}

/// A file of a model that is now kept, whole and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredFile {
    /// The name from the manifest.
    pub name: String,
    /// What its bytes hash to (computed).
    pub digest: Digest,
    /// Its length.
    pub size_bytes: u64,
    /// Whether the digest was known before, so that it proves something.
    pub verified: bool,
}

/// Why a running transfer is not moving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Waiting {
    /// A failed request is repeated at a time.
    Retry {
        /// The tries in a row without progress, from 1.
        attempt: u32,
        /// When the next try starts, in milliseconds since the Unix epoch.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        until_ms: u64,
        /// What failed.
        failure: Box<Failure>,
    },
    /// Nothing is tried until the browser is online again, but for one try a minute: a browser that was online all
    /// along never says so.
    Offline,
    /// The disk is full.
    StorageFull {
        /// The bytes still needed, where known.
        #[cfg_attr(feature = "types", ts(type = "number | null"))]
        needed_bytes: Option<u64>,
    },
}

/// [`Waiting`] as it crosses between the two instances, in the form of all that does.
#[derive(Serialize)]
#[serde(remote = "Waiting", rename_all_fields = "camelCase")]
enum WaitingText {
    Retry {
        attempt: u32,
        until_ms: u64,
        failure: Box<Failure>,
    },
    Offline,
    StorageFull {
        needed_bytes: Option<u64>,
    },
}

/// A message from the worker.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FromWorker {
    /// The answer to `Hello`: what the disk holds.
    Ready {
        /// `opfs`, or `memory` where that cannot be used.
        weights: WeightsBackEnd,
        /// All committed blobs.
        blobs: Vec<StoredBlob>,
        /// All partial files that can go on.
        partials: Vec<PartialFile>,
    },
    /// How far the transfer is; at most 10 a second, at least one a second, also when nothing moves.
    Progress {
        /// The attempt.
        ticket: Ticket,
        /// The bytes of all its files that are here, those kept before included. Falls only with `restarted`.
        downloaded_bytes: u64,
        /// The length of all its files, where known.
        total_bytes: Option<u64>,
        /// The server could not go on from where it was: it started from the beginning.
        restarted: bool,
    },
    /// The transfer is waiting; the next `Progress` with more bytes ends that.
    Waits {
        /// The attempt.
        ticket: Ticket,
        /// Why.
        #[serde(serialize_with = "WaitingText::serialize")]
        waiting: Waiting,
    },
    /// A file is committed.
    Committed {
        /// The attempt.
        ticket: Ticket,
        /// The file.
        file: StoredFile,
    },
    /// All files are committed.
    Finished {
        /// The attempt.
        ticket: Ticket,
        /// All files, in the order of the manifest.
        files: Vec<StoredFile>,
    },
    /// It cannot go on by itself.
    Failed {
        /// The attempt.
        ticket: Ticket,
        /// Why. With `storage_full` the partial file is kept, otherwise as the code demands.
        failure: Failure,
        /// The bytes of all its files that stay: those that are safe. A worker of another version may not say.
        kept_bytes: Option<u64>,
    },
    /// The answer to `Stop`: nothing of that ticket comes after it, all its handles are closed.
    Stopped {
        /// The attempt.
        ticket: Ticket,
    },
    /// The answer to `Delete`.
    Deleted {
        /// From the request.
        request: u64,
        /// The blobs that are gone.
        digests: Vec<Digest>,
        /// The space that came back.
        freed_bytes: u64,
        /// Why some could not be deleted.
        failure: Option<Failure>,
    },
    /// The answer to `Ping`.
    Alive,
}

/// Where weights are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum WeightsBackEnd {
    /// The origin private file system.
    Opfs,
    /// Memory: gone with the page.
    Memory,
}

words! {
    WeightsBackEnd written { Opfs: "opfs", Memory: "memory" }
}

readable! {
    StoredBlob { digest: "digest", size_bytes: "sizeBytes" }
    PartialFile { url: "url", sha256: "sha256?", offset_bytes: "offsetBytes" }
    StoredFile { name: "name", digest: "digest", size_bytes: "sizeBytes", verified: "verified" }
}

variants! {
    ToWorker {
        "hello" => Hello { namespace: "namespace" },
        "start" => Start { ticket: "ticket", model: "model", files: "files" },
        "stop" => Stop { ticket: "ticket", keep: "keep" },
        "discard" => Discard { files: "files" },
        "delete" => Delete { request: "request", digests: "digests" },
        "online" => Online,
        "ping" => Ping,
    }
    Waiting {
        "Retry" => Retry { attempt: "attempt", until_ms: "untilMs", failure: "failure" },
        "Offline" => Offline,
        "StorageFull" => StorageFull { needed_bytes: "neededBytes?" },
    }
    FromWorker {
        "ready" => Ready { weights: "weights", blobs: "blobs", partials: "partials" },
        "progress" => Progress {
            ticket: "ticket",
            downloaded_bytes: "downloadedBytes",
            total_bytes: "totalBytes?",
            restarted: "restarted",
        },
        "waits" => Waits { ticket: "ticket", waiting: "waiting" },
        "committed" => Committed { ticket: "ticket", file: "file" },
        "finished" => Finished { ticket: "ticket", files: "files" },
        "failed" => Failed { ticket: "ticket", failure: "failure", kept_bytes: "keptBytes?" },
        "stopped" => Stopped { ticket: "ticket" },
        "deleted" => Deleted {
            request: "request",
            digests: "digests",
            freed_bytes: "freedBytes",
            failure: "failure?",
        },
        "alive" => Alive,
    }
}
