//! When to try again (Q9): how long to wait, and when it is enough.

use super::http_date;
use super::policy::{FIRST_PAUSE_MS, LONGEST_PAUSE_MS, LONGEST_RETRY_AFTER_MS, MAX_ATTEMPTS, PROGRESS_BYTES};
use super::step::Now;

/// Counts failures in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    failed: u32,
    progress_bytes: u64,
}

impl Attempts {
    /// New bytes have been stored; enough of them make the failures forgotten.
    pub fn progressed(&mut self, bytes: u64) {
        self.progress_bytes = self.progress_bytes.saturating_add(bytes);
        if self.progress_bytes >= PROGRESS_BYTES {
            *self = Self::default();
        }
    }

    /// One more failure: its number in the row, from 1.
    pub fn failed(&mut self) -> u32 {
        self.failed = self.failed.saturating_add(1);
        self.failed
    }

    /// Whether there was one since the last progress.
    pub fn any(&self) -> bool {
        self.failed > 0
    }

    /// Whether no more failures are allowed.
    pub fn exhausted(&self) -> bool {
        self.failed >= MAX_ATTEMPTS
    }

    /// Forgets all failures.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// `base` less or more by up to a half, as `dice` falls.
fn jittered(base_ms: u64, dice: u32) -> u64 {
    base_ms / 2 + base_ms * u64::from(dice) / u64::from(u32::MAX)
}

/// How long to wait after the failure with number `attempt`: doubling, jittered, never longer than the cap.
pub fn pause_ms(attempt: u32, dice: u32) -> u64 {
    let doublings = attempt.saturating_sub(1).min(16);
    let base = (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
    jittered(base, dice).min(LONGEST_PAUSE_MS)
}

/// How long a server's `Retry-After` makes us wait: whole seconds or a date, capped at ten minutes, a little jitter on
/// top so that not everyone comes back at once. `None` where it says nothing usable.
pub fn retry_after_ms(value: &str, now: Now) -> Option<u64> {
    let value = value.trim();
    let asked = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than 64 bits hold is a long time, too.
        value.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1000)
    } else {
        http_date::parse(value)?.saturating_sub(now.ms)
    };
    Some(
        asked
            .saturating_add(jittered(FIRST_PAUSE_MS, now.dice))
            .min(LONGEST_RETRY_AFTER_MS),
    )
}
