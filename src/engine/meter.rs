//! Speed and time left of a transfer, from the reports that come in.
//!
//! What is shown never falls within one attempt: while a transfer that had to start from the beginning catches up,
//! the count stands still. What is really here is kept beside it, for the speed and for the partial file.

use super::ids::Timestamp;
use super::library::Model;

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
    /// A server names the parts of a model one by one: the total grows while they come.
    grows: bool,
    /// In tenths of a percent, the highest that was shown.
    permille: u64,
    speed: f64,
    /// How many milliseconds of movement the speed is made of.
    seen_ms: f64,
    moved_at: Timestamp,
    reported_at: Timestamp,
    last_event_at: Option<Timestamp>,
}

impl Meter {
    /// Starts with what is already here of a model. How much a server has of one, it says when it begins.
    pub(super) fn of(model: &Model, now: Timestamp) -> Self {
        let grows = model.manifest.served.is_some();
        let here = if grows { 0 } else { model.partial_bytes };
        Self {
            grows,
            ..Self::new(here, model.manifest.total_bytes(), now)
        }
    }

    fn new(here: u64, total: Option<u64>, now: Timestamp) -> Self {
        let here = total.map_or(here, |total| here.min(total));
        let mut meter = Self {
            shown: here,
            here,
            total,
            grows: false,
            permille: 0,
            speed: 0.0,
            seen_ms: 0.0,
            moved_at: now,
            reported_at: now,
            last_event_at: None,
        };
        meter.raise();
        meter
    }

    /// Takes a report. `true` when bytes came in since the last one.
    pub(super) fn report(&mut self, here: u64, total: Option<u64>, now: Timestamp) -> bool {
        self.total = if self.grows {
            total.max(self.total).map(|total| total.max(self.shown))
        } else {
            total.or(self.total)
        };
        let here = self.total.map_or(here, |total| here.min(total));
        let moved = here > self.here;
        let elapsed = now.saturating_sub(self.moved_at);
        if moved {
            let gained = approximate(here - self.here);
            // Two reports in one millisecond, or a clock that went back, must not give an infinite speed.
            let millis = approximate(elapsed.max(1));
            let latest = gained / millis * 1_000.0;
            // At first the window is not full: then each report counts for as much as it is of what was seen so far,
            // so that a slow first one does not spoil the figure for seconds.
            self.seen_ms += millis;
            let share = |millis: f64| millis / (millis + SMOOTHING_MS);
            self.speed += share(millis) / share(self.seen_ms) * (latest - self.speed);
            self.moved_at = now;
        } else if elapsed >= STALLED_MS || now < self.moved_at {
            self.stop();
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
        self.grows = false;
        self.shown = total;
        self.here = total;
        self.reported_at = now;
        self.stop();
        self.raise();
    }

    /// Nothing comes in any more.
    pub(super) fn stop(&mut self) {
        self.speed = 0.0;
        self.seen_ms = 0.0;
    }

    fn raise(&mut self) {
        let permille = match self.total {
            None => 0,
            Some(total) if self.shown >= total && !self.grows => 1_000,
            // Rounded down, and 100 only when the last byte is here. No file is longer than 2^53 bytes, so the product
            // of two counts fits; what claims to be longer is never shown as done.
            Some(total) => (self.shown.saturating_mul(1_000) / total).min(999),
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

#[cfg(test)]
mod tests {
    use super::Meter;

    #[test]
    fn a_slow_first_report_does_not_spoil_the_speed_of_the_next_seconds() {
        let mut meter = Meter::new(0, Some(100_000_000), 0);
        meter.report(10_000, None, 100);
        for tenth in 2..=11_u64 {
            meter.report(10_000 + (tenth - 1) * 800_000, None, tenth * 100);
        }
        // 8 MB in 1.1 s; a plain moving average would still show about 2.3 MB/s.
        assert!(
            (7_000_000.0..8_200_000.0).contains(&meter.speed()),
            "{}",
            meter.speed()
        );
    }
}
