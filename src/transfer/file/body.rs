//! Taking the bytes of a body: compare what is here already, store the rest.

use super::{FileTransfer, Out};
use crate::transfer::magic;
use crate::transfer::policy::{END_GRACE_MS, MAX_CHANGES, PROGRESS_BYTES};
use crate::transfer::step::{DiskTrouble, Effect, NetTrouble, Now};
use crate::transfer::trouble::Trouble;
use crate::transfer::watch::Idle;

impl FileTransfer {
    pub(super) fn chunk_came(&mut self, len: u64, now: Now, out: &mut Out) {
        self.connection.watch.heard(len);
        let at = self.connection.next;
        let end = at.saturating_add(len);
        if self.total.is_some_and(|total| end > total) {
            // One byte too many is enough to know; the rest is never read.
            out.effects.push(Effect::DropChunk);
            return self.fail(
                Trouble::WrongSize {
                    expected: self.total,
                    actual: end,
                },
                out,
            );
        }
        if self.connection.end.is_some_and(|part| end > part) {
            return self.part_is_too_long(now, out);
        }
        self.connection.in_hand_end = end;
        if at < self.position {
            let len = end.min(self.position) - at;
            out.effects.push(Effect::Compare { at, len });
        } else {
            self.take_in_hand(now, out);
        }
    }

    /// The overlap was compared with what is here.
    pub(super) fn compared(&mut self, same: bool, now: Now, out: &mut Out) {
        if same {
            return self.take_in_hand(now, out);
        }
        out.effects.push(Effect::DropChunk);
        self.counts.overlap_changes += 1;
        if self.counts.overlap_changes > MAX_CHANGES {
            self.fail(Trouble::Unstable, out);
        } else {
            self.start_over(false, now, out);
        }
    }

    /// Stores the chunk in hand. Its compared part is written again, as it is, which saves splitting it.
    fn take_in_hand(&mut self, now: Now, out: &mut Out) {
        let at = self.connection.next;
        if self.connection.in_hand_end > self.position {
            out.effects.push(Effect::Store {
                at,
                skip: self.position - at,
            });
        } else {
            self.connection.next = self.connection.in_hand_end;
            out.effects.push(Effect::DropChunk);
            self.note_completion(now);
        }
    }

    pub(super) fn stored(&mut self, stored: Result<(), DiskTrouble>, now: Now, out: &mut Out) {
        if let Err(error) = stored {
            return self.disk_failed(error, out);
        }
        let end = self.connection.in_hand_end;
        let fresh = end - self.position;
        self.connection.next = end;
        self.connection.fresh += fresh;
        self.position = end;
        if self.attempts.exhausted() {
            // The network was thought to be gone, and here is a byte.
            self.attempts.reset();
        }
        self.attempts.progressed(fresh);
        // Enough bytes since: the next expiry of an address is another one.
        self.counts.asked_canonical &= self.connection.fresh < PROGRESS_BYTES;
        if !self.inspected && (end >= magic::HEADER_BYTES || self.total == Some(end)) {
            self.inspected = true;
            if magic::can_check(&self.file.name) {
                out.effects.push(Effect::Inspect {
                    len: end.min(magic::HEADER_BYTES),
                });
                return;
            }
        }
        self.after_store(now, out);
    }

    /// The first bytes are here: is it a model at all?
    pub(super) fn inspect(&mut self, start: &[u8], now: Now, out: &mut Out) {
        if let Some(reason) = magic::flaw(&self.file.name, start, self.total) {
            return self.fail(Trouble::NotAModel { reason }, out);
        }
        self.after_store(now, out);
    }

    fn after_store(&mut self, now: Now, out: &mut Out) {
        self.note_completion(now);
        self.checkpoint_if_due(now, out);
        self.ask_on(now, out);
    }

    fn note_completion(&mut self, now: Now) {
        if self.total == Some(self.connection.next) && self.connection.complete_since.is_none() {
            self.connection.complete_since = Some(now.ms);
        }
    }

    /// A clean end, which proves nothing: browsers report many a cut body so.
    pub(super) fn body_ended(&mut self, now: Now, out: &mut Out) {
        if self.total == Some(self.position) {
            return self.finish(out);
        }
        if self.connection.end == Some(self.position) {
            // As asked. What comes next is a matter of what is safe.
            return self.ask_on(now, out);
        }
        let at = self.position;
        if self.total.is_none() && at > 0 {
            self.total = Some(at);
            return self.finish(out);
        }
        // A second end at the same place is no accident.
        if self.total.is_none() || self.short_end == Some(at) {
            let expected = self.total;
            return self.fail(Trouble::WrongSize { expected, actual: at }, out);
        }
        self.short_end = Some(at);
        let message = "the body ended too early".to_owned();
        self.try_failed(Trouble::Cut { message }, None, now, out);
    }

    pub(super) fn body_failed(&mut self, error: NetTrouble, now: Now, out: &mut Out) {
        if self.total == Some(self.position) {
            return self.finish(out);
        }
        if self.connection.end == Some(self.position) {
            return self.ask_on(now, out);
        }
        let message = match error {
            NetTrouble::Broken { message } => message,
            NetTrouble::InvalidUrl => "the URL is invalid".to_owned(),
        };
        self.try_failed(Trouble::Cut { message }, None, now, out);
    }

    /// Watches for silence, for a trickle, and for a server that sends everything and never closes.
    pub(super) fn watch_body(&mut self, reading: bool, now: Now, out: &mut Out) {
        if let Some(since) = self.connection.complete_since
            && now.ms.saturating_sub(since) >= END_GRACE_MS
        {
            return self.finish(out);
        }
        self.unread_for(reading, now, out);
        match self.connection.watch.tick(now.ms, reading) {
            None => self.checkpoint_if_due(now, out),
            Some(Idle::Stalled) if self.connection.fresh == 0 => {
                self.try_failed(Trouble::Stalled, None, now, out);
            }
            // It did bring something: a new connection, and no failure on the count.
            Some(Idle::Stalled | Idle::Slow) => {
                out.effects.push(Effect::Abort);
                self.checkpoint_now(now, out);
                self.ask(now, out);
            }
        }
    }
}
