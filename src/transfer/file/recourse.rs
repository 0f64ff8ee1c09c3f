//! What is done when something goes wrong: try again, start over, or give up.

use super::{FileTransfer, Out, Outcome, Phase};
use crate::transfer::policy::PROBE_MS;
use crate::transfer::protocol::Waiting;
use crate::transfer::retry::pause_ms;
use crate::transfer::step::{DiskTrouble, Effect, Now};
use crate::transfer::trouble::Trouble;

impl FileTransfer {
    /// Whether bytes are still to come over the network.
    pub(super) fn is_fetching(&self) -> bool {
        matches!(
            self.phase,
            Phase::Asking { .. }
                | Phase::Probing { .. }
                | Phase::Securing
                | Phase::Reading
                | Phase::Waiting { .. }
                | Phase::Offline { .. }
        )
    }

    /// The bytes that are still to come, where known.
    pub(super) fn needed_bytes(&self) -> Option<u64> {
        self.total.map(|total| total.saturating_sub(self.position))
    }

    /// A try has failed; bytes that are here stay.
    pub(super) fn try_failed(&mut self, trouble: Trouble, after_ms: Option<u64>, now: Now, out: &mut Out) {
        out.effects.push(Effect::Abort);
        self.answers_unread = false;
        self.checkpoint_now(now, out);
        let attempt = self.attempts.failed();
        if self.attempts.exhausted() {
            if trouble.is_network() {
                self.phase = Phase::Offline {
                    probe_at: now.ms.saturating_add(PROBE_MS),
                };
                out.waits = Some(Waiting::Offline);
            } else {
                self.fail(trouble, out);
            }
            return;
        }
        let pause = after_ms.unwrap_or_else(|| pause_ms(attempt, now.dice));
        let until = now.ms.saturating_add(pause);
        self.phase = Phase::Waiting {
            until,
            network: trouble.is_network(),
        };
        let failure = Box::new(trouble.failure(&self.file.name));
        out.waits = Some(Waiting::Retry {
            attempt,
            until_ms: until,
            failure,
        });
    }

    /// Starts over at byte 0, with the body in hand or with a new request. The journal entry goes first: a crash in
    /// the middle must not find it vouching for bytes that were overwritten since.
    pub(super) fn start_over(&mut self, with_body: bool, now: Now, out: &mut Out) {
        out.restarted |= self.position > 0 || self.journaled;
        self.position = 0;
        self.etag = None;
        self.inspected = false;
        self.short_end = None;
        self.checkpoint.reset();
        if !with_body {
            out.effects.push(Effect::Abort);
        }
        out.effects.push(Effect::HashReset);
        if self.journaled {
            self.phase = Phase::StartingOver { with_body };
            out.effects.push(Effect::Forget {
                key: self.key.clone(),
            });
        } else {
            self.started_over(Ok(()), with_body, now, out);
        }
    }

    pub(super) fn started_over(
        &mut self,
        forgotten: Result<(), DiskTrouble>,
        with_body: bool,
        now: Now,
        out: &mut Out,
    ) {
        if let Err(error) = forgotten {
            return self.fail(Trouble::of_disk(error, self.needed_bytes()), out);
        }
        self.journaled = false;
        // A length that came from an answer is not believed any more.
        self.total = self.file.size_bytes;
        let reserved = self.total.unwrap_or(0);
        if self.checkpoint.file_len != reserved {
            self.checkpoint.file_len = reserved;
            out.effects.push(Effect::Resize { len: reserved });
        }
        self.checkpoint.begin(0, now.ms);
        if with_body {
            self.connection.next = 0;
            self.phase = Phase::Reading;
            out.effects.push(Effect::ReadBody);
        } else {
            self.ask(now, out);
        }
    }

    /// The disk refused. Once, the file is taken up again from what the disk still has: a user may have cleared the
    /// site's data, or a connection to the database broke.
    pub(super) fn disk_failed(&mut self, trouble: DiskTrouble, out: &mut Out) {
        self.counts.disk_troubles += 1;
        if trouble == DiskTrouble::Full || self.counts.disk_troubles > 1 {
            return self.fail(Trouble::of_disk(trouble, self.needed_bytes()), out);
        }
        out.effects.push(Effect::Abort);
        out.effects.push(Effect::Close);
        self.look_up(out);
    }

    /// The hasher is gone: go back to where its state was last saved.
    pub(super) fn hash_lost(&mut self, now: Now, out: &mut Out) {
        let waits = matches!(self.phase, Phase::Waiting { .. } | Phase::Offline { .. });
        if !self.is_fetching() && self.phase != Phase::Hashing {
            return;
        }
        let Some((offset, midstate)) = self.checkpoint.give_up() else {
            return self.start_over(false, now, out);
        };
        self.position = offset;
        out.effects.push(Effect::Abort);
        out.effects.push(Effect::HashResume(midstate));
        if !waits {
            self.ask(now, out);
        }
    }

    /// Whether our own file holds no byte that could be gone on with: it would only keep the space reserved for it.
    fn nothing_is_safe(&self) -> bool {
        !self.journaled && !matches!(self.phase, Phase::LookingUp | Phase::Locked { .. })
    }

    /// Gives up. What can be of use later stays; what cannot goes.
    pub(super) fn fail(&mut self, trouble: Trouble, out: &mut Out) {
        out.effects.push(Effect::Abort);
        if trouble.spoils() || self.nothing_is_safe() {
            out.effects.push(Effect::Discard {
                key: self.key.clone(),
                name: self.ingest_name(),
            });
            self.phase = Phase::Discarding(trouble);
        } else {
            out.effects.push(Effect::Close);
            self.phase = Phase::Ended;
            out.outcome = Some(Outcome::Failed(trouble));
        }
    }
}
