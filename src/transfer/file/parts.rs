//! Asking for a file in parts, once the network has shown to be faster than the hash.
//!
//! While a body is not read, a browser goes on taking it in, without bound: that is memory, and after a kill it is bytes
//! that come again. So where the network is faster than the hash, a file comes in parts of [`PART_BYTES`]. The next one
//! is asked for a little before the one in use ends, but no further than [`AT_RISK_BYTES`] beyond what is safe.
//!
//! Which of the two is faster shows with the first part of a large file; a slow network gets one request for all the
//! rest after it. A request for the rest is given up for parts when the hash falls behind after all.
//!
//! A part goes on exactly where the one before ended. What vouches for it is the `ETag`, and in the end the digest; a
//! file that has neither gets the overlap that every other request gets.

use super::{FileTransfer, Out, Phase};
use crate::transfer::policy::{
    AT_RISK_BYTES, CHECKPOINT_BYTES, CHECKPOINT_IN_PARTS_BYTES, FAST_BYTES_PER_MS, GIVE_UP_FROM_BYTES,
    OVERLAP_BYTES, PART_AHEAD_BYTES, PART_BYTES, TRIAL_FROM_BYTES, UNREAD_TICKS,
};
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
    pub(super) fn answered(&mut self, status: u16, asked: Option<u64>, end: Option<u64>, total: Option<u64>) {
        let cut_off = asked.filter(|asked| Some(*asked) != total);
        *self = match self {
            Self::Ignored => Self::Ignored,
            _ if cut_off.is_some() && end.is_none() => Self::Ignored,
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
        let least = match self.parts {
            Parts::Unknown => TRIAL_FROM_BYTES,
            Parts::Used => PART_BYTES,
            Parts::Possible | Parts::Ignored => return None,
        };
        (rest > least).then_some(from.saturating_add(PART_BYTES))
    }

    /// How many bytes may come between two checkpoints.
    pub(super) fn checkpoint_bytes(&self) -> u64 {
        if self.connection.end.is_some() {
            CHECKPOINT_IN_PARTS_BYTES
        } else {
            CHECKPOINT_BYTES
        }
    }

    /// The hash cannot keep up. A network that is not fast may only have brought much at once, and where the rest is small,
    /// the browser may as well take it in.
    pub(super) fn hash_behind(&mut self, now: Now, out: &mut Out) {
        if self.parts != Parts::Possible {
            return;
        }
        let time_ms = now.ms.saturating_sub(self.connection.asked_at);
        if self.connection.end.is_some() {
            self.parts = Parts::Used;
        } else if self.connection.fresh >= FAST_BYTES_PER_MS.saturating_mul(time_ms) {
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
        if self.connection.unread_ticks >= UNREAD_TICKS && self.connection.end.is_none() {
            self.give_up_for_parts(now, out);
        }
    }

    fn give_up_for_parts(&mut self, now: Now, out: &mut Out) {
        let large = self.needed_bytes().is_some_and(|rest| rest > GIVE_UP_FROM_BYTES);
        if self.parts == Parts::Possible && large {
            self.parts = Parts::Used;
            out.effects.push(Effect::Abort);
            self.ask(now, out);
        }
    }

    /// Asks for the next part when it is time to, and goes on with it when the one before is here.
    pub(super) fn ask_on(&mut self, now: Now, out: &mut Out) {
        let Some(end) = self.connection.end.filter(|_| self.phase == Phase::Reading) else {
            return;
        };
        let overlap = if self.file.sha256.is_some() || self.etag.is_some() {
            0
        } else {
            OVERLAP_BYTES
        };
        let from = end.saturating_sub(overlap);
        if !self.connection.asked_next && end <= self.position + PART_AHEAD_BYTES {
            let next = self.part_end(end);
            let at_risk = next
                .or(self.total)
                .unwrap_or(end)
                .saturating_sub(self.checkpoint.safe_offset());
            if self.parts == Parts::Used && at_risk > AT_RISK_BYTES {
                self.checkpoint_now(now, out);
                // One that cannot be made must not hold up the download.
                if self.checkpoint.is_under_way() {
                    if self.position == end {
                        out.effects.push(Effect::LeaveBody);
                    }
                    return;
                }
            }
            (self.connection.asked_next, self.connection.next_end) = (true, next);
            out.effects.push(Effect::RequestNext {
                url: self.file.url.clone(),
                from,
                end: next,
            });
        }
        if self.position < end {
            return;
        }
        if self.connection.asked_next {
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
