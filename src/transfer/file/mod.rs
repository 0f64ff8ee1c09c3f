//! One file, from the look at the disk to the committed blob: a state machine.
//!
//! [`Phase`] says what it is waiting for. [`recover`] takes over what is here, [`answer`] asks and judges, [`body`]
//! takes the bytes, [`parts`] asks for no more at a time than the hash can take, [`checkpoint`] makes them safe beside
//! that, [`finish`] verifies and commits. [`recourse`] is what happens when something goes wrong.

mod answer;
mod body;
mod checkpoint;
mod finish;
mod parts;
mod recourse;
mod recover;

use crate::engine::digest::Digest;
use crate::engine::ids::Timestamp;
use crate::engine::manifest::ModelFile;

use self::checkpoint::Checkpoint;
use self::parts::Parts;
use super::journal;
use super::policy::PartSizes;
use super::protocol::{StoredFile, Waiting};
use super::retry::Attempts;
use super::step::{Effect, Input, Now};
use super::trouble::Trouble;
use super::watch::Watch;

/// What a file is waiting for.
#[derive(Debug, Clone, PartialEq)]
enum Phase {
    /// For [`Input::Found`].
    LookingUp,
    /// For an ingest file to be let go of by whoever holds it.
    Locked { until: Timestamp },
    /// For [`Input::Opened`], and the checks that follow it at once.
    Opening,
    /// For [`Input::Forgotten`]; only then may the bytes the journal vouched for be overwritten.
    StartingOver { with_body: bool },
    /// For [`Input::Head`].
    Asking { from: u64 },
    /// For [`Input::Probed`], after a request without an answer.
    Probing { message: String },
    /// For what is here to be safe, before a part is asked for.
    Securing,
    /// For the body.
    Reading,
    /// For a time to try again.
    Waiting { until: Timestamp, network: bool },
    /// For the network.
    Offline { probe_at: Timestamp },
    /// For the last checkpoint before it stops.
    Leaving,
    /// For [`Input::Hashed`].
    Hashing,
    /// For [`Input::Sealed`].
    Sealing { digest: Digest },
    /// For [`Input::Committed`].
    Committing { digest: Digest },
    /// For a committed name to be let go of by whoever holds it.
    CommitLocked { digest: Digest, until: Timestamp },
    /// For [`Input::Discarded`], then failing.
    Discarding(Trouble),
    /// For nothing.
    Ended,
}

/// The connection in use.
#[derive(Debug, Clone, Copy)]
struct Connection {
    /// The place in the file of the next byte of the body.
    next: u64,
    /// Where the part that was asked for ends, where it is not the whole rest.
    end: Option<u64>,
    /// Whether what follows was asked for beside it.
    asked_next: bool,
    /// Where that ends, where it is not the whole rest.
    next_end: Option<u64>,
    /// Where in the file the chunk in hand ends.
    in_hand_end: u64,
    /// When it was asked for.
    asked_at: Timestamp,
    /// The looks at the clock in a row at which it was not being read.
    unread_ticks: u32,
    /// The new bytes it has brought.
    fresh: u64,
    watch: Watch,
    /// Since when all bytes have been here and only the end of the body is missing.
    complete_since: Option<Timestamp>,
}

/// How often something happened that may happen only so often.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    full_tries: u32,
    rejections: u32,
    etag_changes: u32,
    overlap_changes: u32,
    disk_troubles: u32,
    locked: u32,
    /// Whether a refusal in the middle of a file has been answered by asking for the canonical URL again.
    asked_canonical: bool,
}

/// What a step changed that others want to know of.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) effects: Vec<Effect>,
    pub(super) waits: Option<Waiting>,
    pub(super) restarted: bool,
    pub(super) outcome: Option<Outcome>,
}

/// How a file ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is committed.
    Stored(StoredFile),
    /// It cannot be had.
    Failed(Trouble),
}

/// The transfer of one file.
#[derive(Debug)]
pub struct FileTransfer {
    file: ModelFile,
    key: String,
    fence: u64,
    phase: Phase,
    /// The length of the whole, from the manifest or from an answer.
    total: Option<u64>,
    /// The bytes that are written and hashed, from 0 on without a gap.
    position: u64,
    etag: Option<String>,
    /// Whether there may be a journal entry.
    journaled: bool,
    inspected: bool,
    /// Whether a server was there right after a request that got no answer.
    answers_unread: bool,
    short_end: Option<u64>,
    connection: Connection,
    parts: Parts,
    sizes: &'static PartSizes,
    checkpoint: Checkpoint,
    attempts: Attempts,
    counts: Counts,
}

impl FileTransfer {
    /// Begins with a look at the disk.
    pub(super) fn start(file: ModelFile, sizes: &'static PartSizes, now: Now, out: &mut Out) -> Self {
        let key = journal::key_of(&file);
        out.effects.push(Effect::LookUp { key: key.clone() });
        Self {
            key,
            fence: 0,
            phase: Phase::LookingUp,
            total: file.size_bytes,
            file,
            position: 0,
            etag: None,
            journaled: false,
            inspected: false,
            answers_unread: false,
            short_end: None,
            connection: Connection {
                next: 0,
                end: None,
                asked_next: false,
                next_end: None,
                asked_at: now.ms,
                unread_ticks: 0,
                in_hand_end: 0,
                fresh: 0,
                watch: Watch::start(now.ms),
                complete_since: None,
            },
            parts: Parts::default(),
            sizes,
            checkpoint: Checkpoint::default(),
            attempts: Attempts::default(),
            counts: Counts::default(),
        }
    }

    /// The bytes that are here.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The bytes that would be here after a crash.
    pub(super) fn safe_bytes(&self) -> u64 {
        self.checkpoint.safe_offset()
    }

    /// The length of the whole, where known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The file.
    pub fn file(&self) -> &ModelFile {
        &self.file
    }

    fn ingest_name(&self) -> String {
        journal::ingest_name(&self.key, self.fence)
    }

    /// One step. What does not fit the phase is late and changes nothing.
    pub(super) fn handle(&mut self, input: Input, now: Now, out: &mut Out) {
        match (&self.phase, input) {
            (Phase::Ended, _) => {}
            (Phase::LookingUp, Input::Found(found)) => self.found(found, now, out),
            (Phase::Opening, Input::Opened(opened)) => self.opened(opened, now, out),
            (Phase::Opening, Input::Tail(crc)) => self.tail_read(crc, now, out),
            (Phase::Opening, Input::Resized(Ok(()))) => self.begin(now, out),
            (Phase::StartingOver { with_body }, Input::Forgotten(result)) => {
                let with_body = *with_body;
                self.started_over(result, with_body, now, out);
            }
            (Phase::Asking { from }, Input::Head(head)) => {
                let from = *from;
                self.head_came(head, from, now, out);
            }
            (Phase::Probing { message }, Input::Probed { reachable }) => {
                let message = message.clone();
                self.probed(reachable, message, now, out);
            }
            (Phase::Reading, Input::Chunk { len }) => self.chunk_came(len, now, out),
            (Phase::Reading, Input::Compared { same }) => self.compared(same, now, out),
            (Phase::Reading, Input::Stored(stored)) => self.stored(stored, now, out),
            (Phase::Reading, Input::Start(start)) => self.inspect(&start, now, out),
            (Phase::Reading, Input::HashBehind) => self.hash_behind(now, out),
            (Phase::Reading, Input::BodyEnded) => self.body_ended(now, out),
            (Phase::Reading, Input::BodyFailed(error)) => self.body_failed(error, now, out),
            (Phase::Hashing, Input::Hashed(digest)) => self.hashed(digest, now, out),
            (Phase::Sealing { digest }, Input::Sealed(sealed)) => {
                let digest = *digest;
                self.sealed(sealed, digest, out);
            }
            (Phase::Committing { digest }, Input::Committed(result)) => {
                let digest = *digest;
                self.committed(result, digest, now, out);
            }
            (Phase::Discarding(trouble), Input::Discarded) => {
                out.outcome = Some(Outcome::Failed(trouble.clone()));
                self.phase = Phase::Ended;
            }
            (_, Input::Leave) => self.leave(now, out),
            (Phase::Leaving, Input::Flushed(Err(_))) => out.effects.push(Effect::Left),
            (_, Input::Resized(Err(error))) => self.not_resized(error, now, out),
            (_, Input::Flushed(flushed)) => self.flushed(flushed, out),
            (_, Input::HashSaved(midstate)) => {
                self.hash_saved(midstate, now, out);
                self.ask_on(now, out);
                self.leave_on(now, out);
            }
            (_, Input::Saved(saved)) => {
                self.saved(saved, out);
                self.ask_on(now, out);
                self.leave_on(now, out);
            }
            (_, Input::HashLost) => self.hash_lost(now, out),
            (_, Input::Tick { reading }) => self.tick(reading, now, out),
            (_, Input::Online) => self.online(now, out),
            (_, _) => {}
        }
    }

    /// Time goes by.
    fn tick(&mut self, reading: bool, now: Now, out: &mut Out) {
        match self.phase {
            Phase::Waiting { until, .. } if now.ms >= until => self.ask(now, out),
            Phase::Offline { probe_at } if now.ms >= probe_at => self.ask(now, out),
            Phase::Locked { until } if now.ms >= until => self.look_up(out),
            Phase::CommitLocked { digest, until } if now.ms >= until => self.commit(digest, out),
            Phase::Asking { .. } => self.watch_head(now, out),
            Phase::Reading => self.watch_body(reading, now, out),
            _ => {}
        }
    }

    /// The network is there (again). What waits because a server said so goes on waiting.
    fn online(&mut self, now: Now, out: &mut Out) {
        if matches!(
            self.phase,
            Phase::Offline { .. } | Phase::Waiting { network: true, .. }
        ) {
            self.attempts.reset();
            self.ask(now, out);
        }
    }
}
