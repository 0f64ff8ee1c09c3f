//! Asking for bytes, and what the head of the answer leads to.

use super::{Connection, FileTransfer, Out, Phase};
use crate::transfer::head::{Asked, Verdict, judge, usable_etag};
use crate::transfer::policy::{MAX_CHANGES, OVERLAP_BYTES};
use crate::transfer::step::{Effect, Head, NetTrouble, Now};
use crate::transfer::trouble::Trouble;
use crate::transfer::watch::{Idle, Watch};

impl FileTransfer {
    /// Asks from a little before the end of what is here.
    pub(super) fn ask(&mut self, now: Now, out: &mut Out) {
        let from = self.position.saturating_sub(OVERLAP_BYTES);
        let end = self.part_end(self.position);
        if self.must_secure(end, now, out) {
            self.phase = Phase::Securing;
            return;
        }
        self.connect(from, end, now);
        out.effects.push(Effect::Request {
            url: self.file.url.clone(),
            from,
            end,
        });
    }

    /// A new request is under way.
    pub(super) fn connect(&mut self, from: u64, end: Option<u64>, now: Now) {
        self.connection = Connection {
            next: from,
            end,
            asked_next: false,
            next_end: None,
            asked_at: now.ms,
            unread_ticks: 0,
            in_hand_end: 0,
            fresh: 0,
            watch: Watch::start(now.ms),
            complete_since: None,
        };
        self.phase = Phase::Asking { from };
    }

    pub(super) fn head_came(&mut self, head: Result<Head, NetTrouble>, from: u64, now: Now, out: &mut Out) {
        let head = match head {
            Ok(head) => head,
            Err(NetTrouble::InvalidUrl) => return self.fail(Trouble::InvalidUrl, out),
            // A browser gives one kind of error for every way not to reach a server.
            Err(NetTrouble::Broken { message }) => return self.not_answered(message, now, out),
        };
        self.answers_unread = false;
        self.connection.watch.heard(0);
        // A server whose `ETag` changes from node to node would make us start over for ever; with a digest to check
        // against, the overlap is enough after a while.
        let trust_overlap = self.counts.etag_changes >= MAX_CHANGES && self.file.sha256.is_some();
        let verdict = judge(
            &head,
            &Asked {
                name: &self.file.name,
                from,
                end: self.connection.end,
                have: self.position,
                total: self.total,
                etag: self.etag.as_deref().filter(|_| !trust_overlap),
            },
            now,
        );
        match verdict {
            Verdict::Take { start, end, total } => {
                self.parts.answered(head.status, self.connection.end, end);
                self.connection.end = end;
                self.take(&head, start, total, from, now, out);
            }
            Verdict::Complete { total } => {
                self.total = Some(total);
                self.finish(out);
            }
            Verdict::Changed => {
                self.counts.etag_changes += 1;
                if self.counts.etag_changes > MAX_CHANGES {
                    self.fail(Trouble::Unstable, out);
                } else {
                    self.start_over(false, now, out);
                }
            }
            Verdict::Reject(trouble) => {
                self.counts.rejections += 1;
                if self.counts.rejections > 1 {
                    self.fail(trouble, out);
                } else {
                    self.start_over(false, now, out);
                }
            }
            Verdict::Refuse(trouble) => self.refused(trouble, now, out),
            Verdict::Retry { trouble, after_ms } => self.try_failed(trouble, after_ms, now, out),
        }
    }

    /// No answer, or one that we may not read: for a browser that is the same. The second time in a row a probe tells
    /// them apart, unless this run has read from the server before. A server that comes back in this very moment would
    /// look like one that does not let us: one more request must fail right after the probe.
    fn not_answered(&mut self, message: String, now: Now, out: &mut Out) {
        if self.answers_unread {
            self.fail(Trouble::NotAllowed { message }, out);
        } else if self.attempts.any() && !self.bytes_came() {
            self.phase = Phase::Probing { message };
            out.effects.push(Effect::Probe {
                url: self.file.url.clone(),
            });
        } else {
            self.try_failed(Trouble::Unreachable { message }, None, now, out);
        }
    }

    pub(super) fn probed(&mut self, reachable: bool, message: String, now: Now, out: &mut Out) {
        if reachable {
            self.answers_unread = true;
            self.ask(now, out);
        } else {
            self.try_failed(Trouble::Unreachable { message }, None, now, out);
        }
    }

    fn take(&mut self, head: &Head, start: u64, total: Option<u64>, from: u64, now: Now, out: &mut Out) {
        let etag = head.etag.as_deref().and_then(usable_etag).map(str::to_owned);
        if start < from {
            // The server ignores ranges. Its body begins at 0, so nothing needs to be asked again.
            self.start_over(true, now, out);
            self.etag = etag;
            return;
        }
        if let (None, Some(len)) = (self.total, total) {
            self.total = Some(len);
            self.checkpoint.file_len = len;
            out.effects.push(Effect::Resize { len });
        }
        self.etag = etag.or(self.etag.take());
        self.connection.next = start;
        self.phase = Phase::Reading;
        out.effects.push(Effect::ReadBody);
    }

    /// The server does not give us the file. In the middle of a file a signed address behind the redirect may have
    /// expired: asking for the canonical one again gets a new one, once.
    fn refused(&mut self, trouble: Trouble, now: Now, out: &mut Out) {
        let expired = matches!(trouble, Trouble::Status { status: 401 | 403 });
        if expired && self.bytes_came() && !self.counts.asked_canonical {
            self.counts.asked_canonical = true;
            out.effects.push(Effect::Abort);
            self.ask(now, out);
        } else {
            self.fail(trouble, out);
        }
    }

    /// Whether a connection of this run has brought bytes.
    fn bytes_came(&self) -> bool {
        self.checkpoint.started_at() < Some(self.position)
    }

    pub(super) fn watch_head(&mut self, now: Now, out: &mut Out) {
        if self.connection.watch.tick(now.ms, true) == Some(Idle::Stalled) {
            self.try_failed(Trouble::Stalled, None, now, out);
        }
    }
}
