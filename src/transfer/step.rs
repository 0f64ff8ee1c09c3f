//! What goes into a transfer and what comes out of it.
//!
//! Each effect is answered by the input its documentation names, or by none. "At once" means: right
//! after the effects of the same step, before anything else goes in.

use crate::engine::digest::Digest;
use crate::engine::ids::Timestamp;

use super::hash::Midstate;
use super::protocol::FromWorker;

/// The moment of a step: what time it is, and a random number for jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The time; it should never go back.
    pub ms: Timestamp,
    /// A random number.
    pub dice: u32,
}

/// Why a disk did not do what it was told, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiskTrouble {
    /// No room.
    Full,
    /// Someone else holds the file.
    Locked,
    /// The file is gone.
    Gone,
    /// The browser refuses; its own words.
    Refused(String),
}

/// Why a request or its body failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetTrouble {
    /// The URL cannot be asked.
    InvalidUrl,
    /// Anything else; the browser's own words, without the URL.
    Broken {
        /// The words.
        message: String,
    },
}

/// The head of an answer, as far as it matters here. `Content-Length` does not: it lies too often to be believed, and
/// a browser that believes it acts on it by itself. What CORS hides is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Range` as sent.
    pub content_range: Option<String>,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// `ETag` as sent.
    pub etag: Option<String>,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
}

/// What the disk has of a file that is about to be fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The journal entry under its key, where there is one that can be read.
    pub record: Option<String>,
    /// All ingest files: name and length.
    pub ingests: Vec<(String, u64)>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Answers [`Effect::LookUp`].
    Found(Result<Found, DiskTrouble>),
    /// Answers [`Effect::Open`]: the length of the file, which is now held.
    Opened(Result<u64, DiskTrouble>),
    /// Answers [`Effect::ReadTail`] at once: the CRC-32 of those bytes, `None` if they cannot be read.
    Tail(Option<u32>),
    /// Answers [`Effect::Resize`] at once.
    Resized(Result<(), DiskTrouble>),
    /// Answers [`Effect::Request`], unless it was aborted.
    Head(Result<Head, NetTrouble>),
    /// Answers [`Effect::Probe`], unless it was aborted.
    Probed {
        /// Whether there is a server, whatever it may say.
        reachable: bool,
    },
    /// A piece of the body is in hand; answered by [`Effect::Store`], [`Effect::DropChunk`] or [`Effect::Compare`].
    Chunk {
        /// Its length.
        len: u64,
    },
    /// Answers [`Effect::Compare`] at once.
    Compared {
        /// Whether the bytes are equal.
        same: bool,
    },
    /// Answers [`Effect::Store`] at once.
    Stored(Result<(), DiskTrouble>),
    /// Answers [`Effect::Inspect`] at once: the first bytes of the file.
    Start(Vec<u8>),
    /// What has come waits for the hasher, for the first time since the request: the network is faster.
    HashBehind,
    /// The body ended cleanly, as far as the browser tells.
    BodyEnded,
    /// The body broke off.
    BodyFailed(NetTrouble),
    /// Answers [`Effect::Flush`] at once: the CRC-32 of the tail.
    Flushed(Result<u32, DiskTrouble>),
    /// Answers [`Effect::HashSave`].
    HashSaved(Midstate),
    /// Answers [`Effect::Save`].
    Saved(Result<(), DiskTrouble>),
    /// Answers [`Effect::Forget`].
    Forgotten(Result<(), DiskTrouble>),
    /// Answers [`Effect::HashFinish`].
    Hashed(Digest),
    /// The hasher is gone; another one stands ready, which has hashed nothing.
    HashLost,
    /// Answers [`Effect::Seal`] at once: the length of the file, which is now closed.
    Sealed(Result<u64, DiskTrouble>),
    /// Answers [`Effect::Commit`].
    Committed(Result<(), DiskTrouble>),
    /// Answers [`Effect::Discard`].
    Discarded,
    /// Comes every [`super::policy::TICK_MS`] while the transfer runs.
    Tick {
        /// Whether the body is being asked for bytes; `false` while the hash is behind.
        reading: bool,
    },
    /// The browser says it is online (again).
    Online,
    /// The transfer is to stop, and its bytes stay. Answered by [`Effect::Left`].
    Leave,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read the journal entry of a file and list the ingest files.
    LookUp {
        /// The key of the journal entry.
        key: String,
    },
    /// Delete the journal entry if told to, then the garbage as far as it can be deleted, then rename, then open.
    Open {
        /// The key of the journal entry.
        key: String,
        /// Whether the journal entry goes first.
        forget: bool,
        /// Ingest files nobody needs.
        garbage: Vec<String>,
        /// The former name of the file.
        from: Option<String>,
        /// The name of the file.
        name: String,
    },
    /// Take the CRC-32 of a part of the open file.
    ReadTail {
        /// Where it begins.
        at: u64,
        /// How long it is.
        len: u64,
    },
    /// Cut or extend the open file.
    Resize {
        /// The new length.
        len: u64,
    },
    /// Hash from nothing. Not answered.
    HashReset,
    /// Hash on from here. Not answered.
    HashResume(Midstate),
    /// Ask for a file from a byte on; a former request is forgotten.
    Request {
        /// The URL.
        url: String,
        /// The first byte.
        from: u64,
        /// The byte after the last one, where not the whole rest is wanted.
        end: Option<u64>,
    },
    /// Find out whether the server answers at all, to a request whose answer no page may read.
    Probe {
        /// The URL.
        url: String,
    },
    /// Ask for one more part while the body in use still comes. Its head is kept back until [`Effect::UseNext`].
    RequestNext {
        /// The URL.
        url: String,
        /// The first byte.
        from: u64,
        /// The byte after the last one, where not the whole rest is wanted.
        end: Option<u64>,
    },
    /// The body in use has brought its part: go on with the answer to [`Effect::RequestNext`], which now comes in as
    /// [`Input::Head`].
    UseNext,
    /// Read the body, chunk by chunk, until it ends or [`Effect::Abort`]. Not answered otherwise.
    ReadBody,
    /// Read no more of the body: it has brought what was asked for. Not answered.
    LeaveBody,
    /// Stop the request; nothing of it comes in any more. Not answered.
    Abort,
    /// Compare the beginning of the chunk in hand with the open file.
    Compare {
        /// Where in the file.
        at: u64,
        /// How many bytes.
        len: u64,
    },
    /// Write the chunk in hand, then hash it.
    Store {
        /// Where in the file it belongs.
        at: u64,
        /// How many of its first bytes were hashed before.
        skip: u64,
    },
    /// Put the chunk in hand aside. Not answered.
    DropChunk,
    /// Read the beginning of the open file.
    Inspect {
        /// How many bytes.
        len: u64,
    },
    /// Have everything written down, then take the CRC-32 of the last [`super::policy::TAIL_BYTES`] before `at`.
    Flush {
        /// The end of what was written.
        at: u64,
    },
    /// Say where the hash is, all chunks stored so far included.
    HashSave,
    /// Write a journal entry, strictly.
    Save {
        /// Its key.
        key: String,
        /// Its text.
        text: String,
    },
    /// Delete a journal entry, strictly.
    Forget {
        /// Its key.
        key: String,
    },
    /// Say what all chunks stored so far hash to.
    HashFinish,
    /// Cut the open file to its true length, flush it, close it.
    Seal {
        /// The true length.
        len: u64,
    },
    /// Make the closed file a blob and delete its journal entry.
    Commit {
        /// The key of the journal entry.
        key: String,
        /// The name of the file.
        name: String,
        /// The digest of its bytes.
        digest: Digest,
    },
    /// Close and delete the file, and its journal entry.
    Discard {
        /// The key of the journal entry.
        key: String,
        /// The name of the file.
        name: String,
    },
    /// Close the file; it stays. Not answered.
    Close,
    /// Tell the page. Not answered.
    Send(FromWorker),
    /// What is here is safe, as far as it can be made so; no input is taken any more. Not answered.
    Left,
    /// The transfer is over; no input is taken any more. Not answered.
    End,
}
