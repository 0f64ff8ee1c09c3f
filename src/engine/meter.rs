//! Speed and time left of a transfer, from the reports that come in.

use super::ids::Timestamp;

/// How much of the old speed is left after this many milliseconds: the smoothing window.
const SMOOTHING_MS: f64 = 3_000.0;
/// Without a new byte for this long the speed is 0: a stale figure is worse than none (requirement Q6).
const STALLED_MS: u64 = 2_000;
/// Reports closer together than this change the figures but make no event (at most 10 a second, requirement Q6).
const EVENT_GAP_MS: u64 = 100;

/// Follows one attempt of a job.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Meter {
    downloaded: u64,
    total: Option<u64>,
    speed: f64,
    moved_at: Timestamp,
    last_event_at: Option<Timestamp>,
}

impl Meter {
    /// Starts with the bytes that are already here.
    pub(super) fn new(downloaded: u64, total: Option<u64>, now: Timestamp) -> Self {
        Self {
            downloaded,
            total,
            speed: 0.0,
            moved_at: now,
            last_event_at: None,
        }
    }

    /// Takes a report. The count never falls: while a restarted transfer catches up, it stands still.
    pub(super) fn report(&mut self, downloaded: u64, total: Option<u64>, now: Timestamp) {
        self.total = total.or(self.total);
        let downloaded = self.total.map_or(downloaded, |total| downloaded.min(total));
        let elapsed = now.saturating_sub(self.moved_at);
        if downloaded > self.downloaded {
            let gained = approximate(downloaded - self.downloaded);
            // Two reports in one millisecond, or a clock that went back, must not give an infinite speed.
            let millis = approximate(elapsed.max(1));
            let weight = 1.0 - (-millis / SMOOTHING_MS).exp();
            let latest = gained / millis * 1_000.0;
            self.speed = if self.speed > 0.0 {
                self.speed + weight * (latest - self.speed)
            } else {
                latest
            };
            self.downloaded = downloaded;
            self.moved_at = now;
        } else if elapsed >= STALLED_MS || now < self.moved_at {
            self.speed = 0.0;
        }
        self.moved_at = self.moved_at.min(now);
    }

    /// Whether an event is due at `now`; remembers it if so. `always` is for the first and the last one.
    pub(super) fn event_due(&mut self, now: Timestamp, always: bool) -> bool {
        let due = always
            || self
                .last_event_at
                .is_none_or(|last| now < last || now - last >= EVENT_GAP_MS);
        if due {
            self.last_event_at = Some(now);
        }
        due
    }

    /// All bytes are here.
    pub(super) fn complete(&mut self) {
        match self.total {
            Some(total) => self.downloaded = total,
            None => self.total = Some(self.downloaded),
        }
        self.speed = 0.0;
    }

    pub(super) fn stop(&mut self) {
        self.speed = 0.0;
    }

    pub(super) fn downloaded(&self) -> u64 {
        self.downloaded
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    pub(super) fn speed(&self) -> f64 {
        self.speed
    }

    /// 0 to 100, with one digit; 100 only when the last byte is here.
    pub(super) fn percentage(&self) -> Option<f64> {
        match self.total? {
            0 => Some(100.0),
            total if self.downloaded >= total => Some(100.0),
            total => {
                let exact = approximate(self.downloaded) / approximate(total) * 1_000.0;
                Some((exact.floor() / 10.0).min(99.9))
            }
        }
    }

    /// Seconds left at the present speed.
    pub(super) fn eta_seconds(&self) -> Option<f64> {
        let left = self.total?.saturating_sub(self.downloaded);
        if left == 0 {
            return Some(0.0);
        }
        (self.speed > 0.0).then(|| (approximate(left) / self.speed).ceil())
    }
}

/// A count as a float. Exact up to 2^53; a file is never longer (see `manifest`).
#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53 bytes, and a file is never longer"
)]
fn approximate(count: u64) -> f64 {
    count as f64
}
