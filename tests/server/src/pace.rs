//! How fast bytes may go out.

use std::time::{Duration, Instant};

/// Most bytes of one write when nothing limits the speed.
const FULL_SLICE: u64 = 256 << 10;
/// A limited answer writes this many times a second, so that progress looks smooth.
const WRITES_PER_SECOND: u64 = 25;

/// Speed limits by path; the longest prefix that fits decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    rules: Vec<(String, Option<u64>)>,
}

impl Limits {
    /// Sets the limit for paths that start so; `None` is no limit.
    pub(crate) fn set(&mut self, prefix: &str, bytes_per_second: Option<u64>) {
        self.rules.retain(|(known, _)| known != prefix);
        self.rules.push((prefix.to_string(), bytes_per_second));
        self.rules
            .sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    }

    /// The limit for a path.
    pub(crate) fn of(&self, path: &str) -> Option<u64> {
        self.rules
            .iter()
            .find(|(prefix, _)| path.starts_with(prefix))
            .and_then(|(_, limit)| *limit)
    }
}

/// How many bytes to write at once at this speed.
pub(crate) fn slice(bytes_per_second: Option<u64>) -> u64 {
    bytes_per_second.map_or(FULL_SLICE, |rate| (rate / WRITES_PER_SECOND).clamp(1, FULL_SLICE))
}

/// Remembers what was written lately, to know when more may follow.
#[derive(Debug)]
pub(crate) struct Pacer {
    paid_until: Instant,
    owed: u64,
}

impl Pacer {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            paid_until: now,
            owed: 0,
        }
    }

    /// Bytes were written at `now`.
    pub(crate) fn wrote(&mut self, bytes: u64, now: Instant) {
        // Time in which nothing could be written is not made up for by a burst.
        self.paid_until = self.paid_until.max(now);
        self.owed = bytes;
    }

    /// When the next write is due at this speed; asked again when the speed changes.
    pub(crate) fn due(&self, bytes_per_second: Option<u64>) -> Instant {
        match bytes_per_second {
            None => self.paid_until,
            Some(rate) => {
                let nanos = u128::from(self.owed) * 1_000_000_000 / u128::from(rate.max(1));
                self.paid_until + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
            }
        }
    }

    /// The wait is over.
    pub(crate) fn settle(&mut self, bytes_per_second: Option<u64>) {
        self.paid_until = self.due(bytes_per_second);
        self.owed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides() {
        let mut limits = Limits::default();
        limits.set("/", Some(5));
        limits.set("/models/", Some(7));
        limits.set("/models/free", None);
        assert_eq!(limits.of("/x"), Some(5));
        assert_eq!(limits.of("/models/x"), Some(7));
        assert_eq!(limits.of("/models/free.bin"), None);
    }

    #[test]
    fn a_write_is_paid_for_at_the_speed_of_the_moment() {
        let start = Instant::now();
        let mut pacer = Pacer::new(start);
        pacer.wrote(1000, start);
        assert_eq!(pacer.due(Some(100)) - start, Duration::from_secs(10));
        assert_eq!(pacer.due(Some(2000)) - start, Duration::from_millis(500));
        assert_eq!(pacer.due(None), start);
        pacer.settle(Some(2000));
        assert_eq!(pacer.due(Some(1)) - start, Duration::from_millis(500));
    }
}
