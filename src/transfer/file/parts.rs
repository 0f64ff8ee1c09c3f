//! Asking for a file in parts, where a device cannot keep up with its network.
//!
//! While a body is not read, a browser goes on taking it in: that is memory, and after a kill it is bytes that come
//! again. So a request for the whole rest is given up when its body was not read for a second, and the file comes in
//! parts ([`PartSizes`](crate::transfer::policy::PartSizes)). The next one is asked for a little before the one in use ends,
//! but no further than a bound beyond what is safe. With eager sizes that happens as soon as the hash falls behind a fast
//! network.
//!
//! A part goes on exactly where the one before ended. What vouches for it is the `ETag`, and in the end the digest; a
//! file that has neither gets the overlap that every other request gets.

use super::{FileTransfer, Out, Phase};
use crate::transfer::policy::{OVERLAP_BYTES, UNREAD_TICKS};
use crate::transfer::step::{Effect, Now};

/// Whether a file comes in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Parts {
    /// Nothing is known of the server and the network yet.
    #[default]
    Unknown,
    /// It could, but the network is not too fast.
    Possible,
    /// It does.
    Used,
    /// The server has ignored the end of a part: never again.
    Ignored,
}

impl Parts {
    /// An answer is taken: asked to end at `asked`, it ends at `end`.
    pub(super) fn answered(&mut self, status: u16, asked: Option<u64>, end: Option<u64>) {
        *self = match self {
            Self::Ignored => Self::Ignored,
            _ if asked.is_some() && end.is_none() => Self::Ignored,
            Self::Used => Self::Used,
            _ if status == 206 => Self::Possible,
            _ => Self::Unknown,
        };
    }
}

impl FileTransfer {
    /// Where a part that begins at `from` ends; `None` where the whole rest is asked for.
    pub(super) fn part_end(&self, from: u64) -> Option<u64> {
        let rest = self.total?.saturating_sub(from);
        let cut_off = self.parts == Parts::Used && rest > self.sizes.part;
        cut_off.then_some(from.saturating_add(self.sizes.part))
    }

    /// Whether a part up to `end` has to wait for more to be safe. A checkpoint that cannot be made must not hold up the
    /// download.
    pub(super) fn must_secure(&mut self, end: Option<u64>, now: Now, out: &mut Out) -> bool {
        let Some(end) = end.or(self.total).filter(|_| self.parts == Parts::Used) else {
            return false;
        };
        if end.saturating_sub(self.checkpoint.safe_offset()) <= self.sizes.at_risk {
            return false;
        }
        self.checkpoint_now(now, out);
        self.checkpoint.is_under_way()
    }

    /// How many bytes may come between two checkpoints.
    pub(super) fn checkpoint_bytes(&self) -> u64 {
        if self.connection.end.is_some() {
            self.sizes.checkpoint_in_parts
        } else {
            self.sizes.checkpoint
        }
    }

    /// The hash cannot keep up. A network that is not fast may only have brought much at once, and where the rest is small,
    /// the browser may as well take it in.
    pub(super) fn hash_behind(&mut self, now: Now, out: &mut Out) {
        let time_ms = now.ms.saturating_sub(self.connection.asked_at);
        let is_fast = |least: u64| self.connection.fresh >= least.saturating_mul(time_ms);
        if self.sizes.fast_bytes_per_ms.is_some_and(is_fast) {
            self.give_up_for_parts(now, out);
        }
    }

    /// Counts how long the body has not been read.
    pub(super) fn unread_for(&mut self, reading: bool, now: Now, out: &mut Out) {
        self.connection.unread_ticks = if reading {
            0
        } else {
            self.connection.unread_ticks + 1
        };
        if self.connection.unread_ticks >= UNREAD_TICKS {
            self.give_up_for_parts(now, out);
        }
    }

    fn give_up_for_parts(&mut self, now: Now, out: &mut Out) {
        let large = self
            .needed_bytes()
            .is_some_and(|rest| rest > self.sizes.give_up_from);
        if self.parts == Parts::Possible && large {
            self.parts = Parts::Used;
            out.effects.push(Effect::Abort);
            self.ask(now, out);
        }
    }

    /// Asks for the next part when it is time to, and goes on with it when the one before is here.
    pub(super) fn ask_on(&mut self, now: Now, out: &mut Out) {
        if self.phase == Phase::Securing {
            return self.ask(now, out);
        }
        let Some(end) = self.connection.end.filter(|_| self.phase == Phase::Reading) else {
            return;
        };
        let overlap = if self.file.sha256.is_some() || self.etag.is_some() {
            0
        } else {
            OVERLAP_BYTES
        };
        let from = end.saturating_sub(overlap);
        if !self.connection.asked_next && end <= self.position + self.sizes.ahead {
            let next = self.part_end(end);
            if self.must_secure(next, now, out) {
                if self.position == end {
                    out.effects.push(Effect::LeaveBody);
                }
                return;
            }
            (self.connection.asked_next, self.connection.next_end) = (true, next);
            out.effects.push(Effect::RequestNext {
                url: self.file.url.clone(),
                from,
                end: next,
            });
        }
        if self.position == end {
            self.connect(from, self.connection.next_end, now);
            out.effects.push(Effect::UseNext);
        }
    }

    /// More came than was asked for. Nothing says what it is; it is asked for again, as the rest.
    pub(super) fn part_is_too_long(&mut self, now: Now, out: &mut Out) {
        self.parts = Parts::Ignored;
        out.effects.push(Effect::DropChunk);
        out.effects.push(Effect::Abort);
        self.ask(now, out);
    }
}
