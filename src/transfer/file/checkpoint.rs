//! Making bytes safe while more of them come: flush, save the hash, write the journal, in that order, one at a time.

use super::{FileTransfer, Out, Phase};
use crate::engine::ids::Timestamp;
use crate::transfer::hash::Midstate;
use crate::transfer::journal::Record;
use crate::transfer::policy::CHECKPOINT_MS;
use crate::transfer::step::{DiskTrouble, Effect, Now};
use crate::transfer::trouble::Trouble;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Idle,
    /// For [`crate::transfer::step::Input::Flushed`].
    Flushing { offset: u64 },
    /// For [`crate::transfer::step::Input::HashSaved`].
    Hashing { offset: u64, tail_crc32: u32 },
    /// For [`crate::transfer::step::Input::Saved`].
    Saving,
}

/// What is safe, and the attempt to make more of it so.
#[derive(Debug, Default)]
pub(super) struct Checkpoint {
    stage: Stage,
    /// The last entry known to be in the journal.
    safe: Option<Record>,
    /// The entry being written.
    pending: Option<Record>,
    /// Up to where, and when, the last attempt began.
    last: (u64, Timestamp),
    /// Where this run began.
    started_at: Option<u64>,
    /// The length of the ingest file when it was opened.
    pub(super) file_len: u64,
}

impl Checkpoint {
    /// Takes the entry found at the start for what is safe.
    pub(super) fn adopt(&mut self, record: Option<Record>) {
        self.reset();
        self.safe = record;
    }

    /// The entry in the journal.
    pub(super) fn record(&self) -> Option<&Record> {
        self.safe.as_ref()
    }

    /// Where the bytes end that would be here after a crash.
    pub(super) fn safe_offset(&self) -> u64 {
        self.safe.as_ref().map_or(0, |record| record.offset)
    }

    /// Whether an attempt is under way.
    pub(super) fn is_under_way(&self) -> bool {
        self.stage != Stage::Idle
    }

    pub(super) fn started_at(&self) -> Option<u64> {
        self.started_at
    }

    pub(super) fn begin(&mut self, position: u64, now: Timestamp) {
        self.last = (position, now);
        self.started_at = Some(position);
    }

    /// Nothing is safe any more; an attempt under way is given up, its late answers are ignored.
    pub(super) fn reset(&mut self) {
        (self.stage, self.safe, self.pending) = (Stage::Idle, None, None);
        self.last.0 = 0;
        self.started_at = self.started_at.map(|_| 0);
    }

    /// Gives up the attempt under way, because the hash it waits for is gone, and says from where the hash can be
    /// taken up. An entry that is being written counts: bytes it vouches for must not be fetched again.
    pub(super) fn give_up(&mut self) -> Option<(u64, Midstate)> {
        self.stage = Stage::Idle;
        self.safe = self.pending.take().or(self.safe.take());
        let safe = self.safe.as_ref()?;
        self.last.0 = safe.offset;
        Some((safe.offset, safe.midstate))
    }
}

impl FileTransfer {
    pub(super) fn checkpoint_if_due(&mut self, now: Now, out: &mut Out) {
        let (offset, at) = self.checkpoint.last;
        let fresh = self.position.saturating_sub(offset);
        let distance = self.checkpoint_bytes();
        let waited = now.ms.saturating_sub(at) >= CHECKPOINT_MS;
        if fresh >= distance || fresh > 0 && waited {
            self.checkpoint_now(now, out);
        }
    }

    pub(super) fn checkpoint_now(&mut self, now: Now, out: &mut Out) {
        if self.checkpoint.stage == Stage::Idle && self.position > self.checkpoint.last.0 {
            self.checkpoint.last = (self.position, now.ms);
            self.checkpoint.stage = Stage::Flushing {
                offset: self.position,
            };
            out.effects.push(Effect::Flush { at: self.position });
        }
    }

    /// The transfer is to stop: what came since the last checkpoint is made safe, so that it need not come again.
    pub(super) fn leave(&mut self, now: Now, out: &mut Out) {
        if !self.is_fetching() {
            return out.effects.push(Effect::Left);
        }
        out.effects.push(Effect::Abort);
        self.phase = Phase::Leaving;
        self.leave_on(now, out);
    }

    /// One may be under way for fewer bytes than are here; then another one follows.
    pub(super) fn leave_on(&mut self, now: Now, out: &mut Out) {
        if self.phase == Phase::Leaving {
            self.checkpoint_now(now, out);
            if !self.checkpoint.is_under_way() {
                out.effects.push(Effect::Left);
            }
        }
    }

    pub(super) fn flushed(&mut self, flushed: Result<u32, DiskTrouble>, out: &mut Out) {
        let Stage::Flushing { offset } = self.checkpoint.stage else {
            return;
        };
        match flushed {
            Ok(tail_crc32) => {
                self.checkpoint.stage = Stage::Hashing { offset, tail_crc32 };
                out.effects.push(Effect::HashSave);
            }
            Err(error) => self.disk_failed(error, out),
        }
    }

    pub(super) fn hash_saved(&mut self, midstate: Midstate, now: Now, out: &mut Out) {
        let Stage::Hashing { offset, tail_crc32 } = self.checkpoint.stage else {
            return;
        };
        if midstate.hashed_bytes() != Some(offset) {
            // The hasher counts otherwise than we do. The digest will tell at the end; the journal must not lie now.
            self.checkpoint.stage = Stage::Idle;
            return;
        }
        let record = Record {
            key: self.key.clone(),
            url: self.file.url.clone(),
            etag: self.etag.clone(),
            offset,
            midstate,
            tail_crc32,
            fence: self.fence,
            size: self.file.size_bytes,
            sha256: self.file.sha256,
            updated: now.ms,
        };
        out.effects.push(Effect::Save {
            key: self.key.clone(),
            text: record.encode(),
        });
        self.journaled = true;
        self.checkpoint.pending = Some(record);
        self.checkpoint.stage = Stage::Saving;
    }

    /// A journal that cannot be written costs bytes after a crash, not the download; a full disk ends it.
    pub(super) fn saved(&mut self, saved: Result<(), DiskTrouble>, out: &mut Out) {
        if self.checkpoint.stage != Stage::Saving {
            return;
        }
        self.checkpoint.stage = Stage::Idle;
        let pending = self.checkpoint.pending.take();
        match saved {
            Ok(()) => self.checkpoint.safe = pending,
            Err(error @ DiskTrouble::Full) if self.is_fetching() => {
                self.fail(Trouble::of_disk(error, self.needed_bytes()), out);
            }
            Err(_) => {}
        }
    }
}
