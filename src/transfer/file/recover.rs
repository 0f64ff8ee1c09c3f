//! Taking over what the disk has of a file.

use super::{FileTransfer, Out, Phase};
use crate::transfer::journal::{Record, recover};
use crate::transfer::magic::HEADER_BYTES;
use crate::transfer::policy::{LOCKED_PAUSE_MS, LOCKED_TRIES, TAIL_BYTES};
use crate::transfer::step::{DiskTrouble, Effect, Found, Now};
use crate::transfer::trouble::Trouble;

impl FileTransfer {
    pub(super) fn look_up(&mut self, out: &mut Out) {
        self.phase = Phase::LookingUp;
        out.effects.push(Effect::LookUp {
            key: self.key.clone(),
        });
    }

    pub(super) fn found(&mut self, found: Result<Found, DiskTrouble>, now: Now, out: &mut Out) {
        let found = match found {
            Ok(found) => found,
            Err(trouble) => return self.disk_failed(trouble, out),
        };
        let recovery = recover(&self.file, found.record.as_deref(), &found.ingests, now.ms);
        // One above all that were tried in this run, too: a name that is still held must not come again.
        self.fence = recovery.fence.max(self.fence.saturating_add(1));
        let mut garbage = recovery.garbage;
        let (mut record, mut from) = (recovery.record, recovery.from);
        if self.counts.locked >= LOCKED_TRIES {
            // Whoever holds it does not let go. Its file stays behind, out of use, and we begin one of our own.
            garbage.clear();
            (record, from) = (None, None);
        }
        self.journaled = found.record.is_some() && record.is_some();
        out.effects.push(Effect::Open {
            key: self.key.clone(),
            forget: found.record.is_some() && record.is_none(),
            garbage,
            from,
            name: self.ingest_name(),
        });
        self.checkpoint.adopt(record);
        self.phase = Phase::Opening;
    }

    pub(super) fn opened(&mut self, opened: Result<u64, DiskTrouble>, now: Now, out: &mut Out) {
        let len = match opened {
            Ok(len) => len,
            Err(DiskTrouble::Locked) if self.counts.locked < LOCKED_TRIES => {
                self.counts.locked += 1;
                self.phase = Phase::Locked {
                    until: now.ms.saturating_add(LOCKED_PAUSE_MS),
                };
                return;
            }
            Err(trouble) => return self.disk_failed(trouble, out),
        };
        self.checkpoint.file_len = len;
        match self.checkpoint.record().map(|record| record.offset) {
            Some(offset) if len < offset => self.start_over(false, now, out),
            Some(offset) => {
                let tail = offset.min(TAIL_BYTES);
                out.effects.push(Effect::ReadTail {
                    at: offset - tail,
                    len: tail,
                });
            }
            None => {
                // Bytes of this run may have been lost with the file.
                out.restarted |= self.position > 0;
                self.position = 0;
                out.effects.push(Effect::HashReset);
                self.reserve(now, out);
            }
        }
    }

    /// The last bytes that should be safe were read back.
    pub(super) fn tail_read(&mut self, crc: Option<u32>, now: Now, out: &mut Out) {
        let Some(Record {
            offset,
            midstate,
            tail_crc32,
            etag,
            url,
            ..
        }) = self.checkpoint.record().cloned()
        else {
            return;
        };
        if crc != Some(tail_crc32) {
            return self.start_over(false, now, out);
        }
        self.position = offset;
        self.inspected = offset >= HEADER_BYTES;
        // The `ETag` of another server says nothing about this one's file.
        self.etag = etag.filter(|_| url == self.file.url);
        out.effects.push(Effect::HashResume(midstate));
        self.reserve(now, out);
    }

    /// Reserves the whole length where it is known (Q11), and cuts off what is not safe where it is not. A file that
    /// has its full length is left alone: what is behind the safe bytes gets overwritten, and giving back the space
    /// would mean asking for it again.
    fn reserve(&mut self, now: Now, out: &mut Out) {
        let wanted = self.file.size_bytes.unwrap_or(self.position);
        if self.checkpoint.file_len == wanted {
            self.begin(now, out);
        } else {
            self.checkpoint.file_len = wanted;
            out.effects.push(Effect::Resize { len: wanted });
        }
    }

    /// Only a full disk matters: a browser that cannot reserve space finds out while writing.
    pub(super) fn not_resized(&mut self, error: DiskTrouble, now: Now, out: &mut Out) {
        match error {
            DiskTrouble::Full => self.fail(Trouble::of_disk(error, self.needed_bytes()), out),
            _ if self.phase == Phase::Opening => self.begin(now, out),
            _ => {}
        }
    }

    /// Everything is in place: ask for what is missing.
    pub(super) fn begin(&mut self, now: Now, out: &mut Out) {
        self.checkpoint.begin(self.position, now.ms);
        if self.total == Some(self.position) {
            self.finish(out);
        } else {
            self.ask(now, out);
        }
    }
}
