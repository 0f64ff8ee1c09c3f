//! Speed and time left of a transfer, from the reports that come in.
//!
//! What is shown never falls within one attempt: while a transfer that had to start from the beginning catches up,
//! the count stands still. What is really here is kept beside it, for the speed and for the partial file.

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
    /// The most that was ever here: what is shown.
    shown: u64,
    /// What is here now.
    here: u64,
    total: Option<u64>,
    /// In tenths of a percent, the highest that was shown.
    permille: u64,
    speed: f64,
    moved_at: Timestamp,
    reported_at: Timestamp,
    last_event_at: Option<Timestamp>,
}

impl Meter {
    /// Starts with the bytes that are already here.
    pub(super) fn new(here: u64, total: Option<u64>, now: Timestamp) -> Self {
        let here = total.map_or(here, |total| here.min(total));
        let mut meter = Self {
            shown: here,
            here,
            total,
            permille: 0,
            speed: 0.0,
            moved_at: now,
            reported_at: now,
            last_event_at: None,
        };
        meter.raise();
        meter
    }

    /// Takes a report. `true` when bytes came in since the last one.
    pub(super) fn report(&mut self, here: u64, total: Option<u64>, now: Timestamp) -> bool {
        self.total = total.or(self.total);
        let here = self.total.map_or(here, |total| here.min(total));
        let moved = here > self.here;
        let elapsed = now.saturating_sub(self.moved_at);
        if moved {
            let gained = approximate(here - self.here);
            // Two reports in one millisecond, or a clock that went back, must not give an infinite speed.
            let millis = approximate(elapsed.max(1));
            let weight = 1.0 - (-millis / SMOOTHING_MS).exp();
            let latest = gained / millis * 1_000.0;
            self.speed = if self.speed > 0.0 {
                self.speed + weight * (latest - self.speed)
            } else {
                latest
            };
            self.moved_at = now;
        } else if elapsed >= STALLED_MS || now < self.moved_at {
            self.speed = 0.0;
        }
        self.here = here;
        self.shown = self.shown.max(here);
        self.moved_at = self.moved_at.min(now);
        self.reported_at = now;
        self.raise();
        moved
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
    pub(super) fn complete(&mut self, now: Timestamp) {
        let total = self.total.unwrap_or(self.shown);
        self.total = Some(total);
        self.shown = total;
        self.here = total;
        self.reported_at = now;
        self.stop();
        self.raise();
    }

    /// Nothing comes in any more.
    pub(super) fn stop(&mut self) {
        self.speed = 0.0;
    }

    fn raise(&mut self) {
        let permille = match self.total {
            None => 0,
            Some(total) if self.shown >= total => 1_000,
            // Rounded down, and 100 only when the last byte is here. The product of two counts needs 128 bits.
            Some(total) => u64::try_from(u128::from(self.shown) * 1_000 / u128::from(total)).unwrap_or(1_000),
        };
        self.permille = self.permille.max(permille);
    }

    /// The bytes to show. Never falls.
    pub(super) fn shown(&self) -> u64 {
        self.shown
    }

    /// The bytes that are here.
    pub(super) fn here(&self) -> u64 {
        self.here
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    pub(super) fn speed(&self) -> f64 {
        self.speed
    }

    /// When the figures were last true.
    pub(super) fn reported_at(&self) -> Timestamp {
        self.reported_at
    }

    /// 0 to 100, with one digit; 100 only when the last byte is here. Never falls, even if the total grows.
    pub(super) fn percentage(&self) -> Option<f64> {
        self.total.map(|_| approximate(self.permille) / 10.0)
    }

    /// Seconds left at the present speed.
    pub(super) fn eta_seconds(&self) -> Option<f64> {
        let left = self.total?.saturating_sub(self.here);
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
