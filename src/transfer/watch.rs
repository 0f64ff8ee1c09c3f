//! Watches a connection: silence, and less than a trickle. A browser never gives up on either.

use super::policy::{LONGEST_TICK_MS, SLOW_BYTES_PER_SECOND, SLOW_WINDOW_MS, STALL_MS};
use crate::engine::ids::Timestamp;

/// What is wrong with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// No byte for [`STALL_MS`].
    Stalled,
    /// Bytes, but fewer than [`SLOW_BYTES_PER_SECOND`] over [`SLOW_WINDOW_MS`].
    Slow,
}

/// Counts the silence of one connection. It adds up ticks instead of comparing clocks, so that the sleep of a
/// machine, a clock that was set, and throttled timers do not count as silence.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    last: Timestamp,
    silent_ms: u64,
    window_ms: u64,
    window_bytes: u64,
}

impl Watch {
    /// Starts at the moment a request is sent.
    pub fn start(now: Timestamp) -> Self {
        Self {
            last: now,
            silent_ms: 0,
            window_ms: 0,
            window_bytes: 0,
        }
    }

    /// Bytes, or a head, have come.
    pub fn heard(&mut self, bytes: u64) {
        self.silent_ms = 0;
        self.window_bytes = self.window_bytes.saturating_add(bytes);
    }

    /// Time goes by. While we do not read (`reading` is false) the server is not to blame.
    pub fn tick(&mut self, now: Timestamp, reading: bool) -> Option<Idle> {
        let gone = now.saturating_sub(self.last).min(LONGEST_TICK_MS);
        self.last = now;
        if !reading {
            return None;
        }
        self.silent_ms += gone;
        self.window_ms += gone;
        if self.silent_ms >= STALL_MS {
            return Some(Idle::Stalled);
        }
        if self.window_ms >= SLOW_WINDOW_MS {
            let slow = self.window_bytes < SLOW_BYTES_PER_SECOND * SLOW_WINDOW_MS / 1000;
            (self.window_ms, self.window_bytes) = (0, 0);
            return slow.then_some(Idle::Slow);
        }
        None
    }
}
