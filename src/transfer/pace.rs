//! Keeps reports of progress apart, but not too far apart (Q6).

use super::policy::{REPORT_GAP_MS, REPORT_HEARTBEAT_MS};
use crate::engine::ids::Timestamp;

/// Remembers the last report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    last: Option<(Timestamp, u64)>,
}

impl Pace {
    /// Whether `bytes` should be reported now; if so, that counts as done. The first one, and what is `forced`,
    /// always is.
    pub fn due(&mut self, now: Timestamp, bytes: u64, forced: bool) -> bool {
        let due = forced
            || self.last.is_none_or(|(at, reported)| {
                // A clock that went back must not silence the reports until it has caught up.
                let gone = if now < at { u64::MAX } else { now - at };
                gone >= REPORT_HEARTBEAT_MS || gone >= REPORT_GAP_MS && bytes != reported
            });
        if due {
            self.last = Some((now, bytes));
        }
        due
    }
}
