//! What is told of a pull, and when (requirement Q6). Pure.
//!
//! A server speaks of each file by itself: the whole may grow while it goes on, and a new connection begins to count anew.
//! What is told never goes back, neither in bytes nor in their share of the whole; and it is the whole only at the end.

use crate::engine::ids::Timestamp;
use crate::providers::pull::{PullPhase, PullProgress};
use crate::transfer::policy::{REPORT_GAP_MS, REPORT_HEARTBEAT_MS};

/// What is known of a pull, and what was told of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Reports {
    downloaded: u64,
    total: u64,
    /// The server says that all is here.
    done: bool,
    told: Option<(Timestamp, Told)>,
}

/// The bytes that are here, and those there are, where that is known.
pub(super) type Told = (u64, Option<u64>);

impl Reports {
    /// Takes what the server says. Gives how many bytes came.
    pub(super) fn take(&mut self, progress: PullProgress) -> u64 {
        let before = self.downloaded;
        self.done |= progress.phase == PullPhase::Done;
        let total = self.total.max(progress.total_bytes.unwrap_or_default());
        // As large a share as it was.
        let share = u128::from(self.downloaded) * u128::from(total);
        let kept = share.checked_div(u128::from(self.total)).unwrap_or_default();
        let kept = u64::try_from(kept).unwrap_or(total);
        let exact = u128::from(kept) * u128::from(self.total) == share;
        let kept = kept + u64::from(!exact && self.total > 0);
        self.total = total;
        // Another file may be announced as long as it does not say that it is done.
        let most = total - (total / 1_000).max(u64::from(total > 0));
        // What is kept of a share below the whole is below the whole.
        self.downloaded = progress.downloaded_bytes.min(most).max(kept).max(before);
        if self.done {
            self.downloaded = total;
        }
        self.downloaded - before
    }

    /// Whether anything came.
    pub(super) fn has_begun(&self) -> bool {
        self.downloaded > 0
    }

    /// What is to be told now, if anything: news, though not too often, and that there is none, now and then.
    pub(super) fn due(&mut self, now: Timestamp) -> Option<Told> {
        let state = self.state();
        let (at, told) = self.told.unwrap_or((0, (0, None)));
        let gap = now.saturating_sub(at);
        let due = self.told.is_none()
            || gap >= REPORT_HEARTBEAT_MS
            || told != state && (gap >= REPORT_GAP_MS || self.done);
        due.then(|| {
            self.told = Some((now, state));
            state
        })
    }

    fn state(&self) -> Told {
        (self.downloaded, (self.total > 0).then_some(self.total))
    }
}
