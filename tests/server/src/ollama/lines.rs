//! Lines of a stream, and what happens as each is sent.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::settings::{LineError, LineFault};
use crate::script::{At, Fault};

/// Written wherever a line tells the moment it is sent.
pub(super) const STAMP: &str = "0000-00-00T00:00:00.000000000Z";
/// Written wherever a token is the moment it is sent, in microseconds.
pub(crate) const CLOCK: &str = "[0000000000000000]";

/// A line that is still to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    text: Vec<u8>,
    stamp: Option<usize>,
    clock: Option<usize>,
    /// What the server's state becomes just before.
    pub(crate) then: Option<Happening>,
}

/// What a line of a stream tells, and makes true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happening {
    /// So much of a layer is there.
    Fetched { digest: String, bytes: u64 },
    /// A model is there.
    Pulled { name: String },
}

impl Line {
    /// A JSON value and a line end.
    pub(super) fn of(value: &impl Serialize) -> Self {
        let mut text = serde_json::to_vec(value).unwrap_or_default();
        text.push(b'\n');
        Self::bytes(text)
    }

    /// Any text, several lines perhaps.
    pub(crate) fn text(text: String) -> Self {
        Self::bytes(text.into_bytes())
    }

    fn bytes(text: Vec<u8>) -> Self {
        let find = |mark: &str| {
            text.windows(mark.len())
                .position(|window| window == mark.as_bytes())
        };
        Self {
            stamp: find(STAMP),
            clock: find(CLOCK),
            then: None,
            text,
        }
    }

    pub(super) fn then(self, happening: Happening) -> Self {
        Self {
            then: Some(happening),
            ..self
        }
    }

    pub(super) fn without_end(mut self) -> Self {
        self.text.pop();
        self
    }

    /// Its bytes are as many whenever it is sent.
    pub(crate) fn len(&self) -> u64 {
        self.text.len() as u64
    }

    /// The bytes as of this moment.
    pub(crate) fn render(&self, now: SystemTime) -> Vec<u8> {
        let mut text = self.text.clone();
        let mut put = |at: Option<usize>, moment: String| {
            if let Some(at) = at {
                text[at..at + moment.len()].copy_from_slice(moment.as_bytes());
            }
        };
        put(self.stamp, rfc3339(now));
        put(
            self.clock.map(|at| at + 1),
            format!("{:016}", since_1970(now).as_micros()),
        );
        text
    }
}

/// Replaces a line and all after it by an error.
pub(super) fn fail(lines: &mut Vec<Line>, error: Option<&LineError>) -> bool {
    let Some(error) = error else { return false };
    lines.truncate(error.line);
    lines.push(Line::of(&serde_json::json!({ "error": error.message })));
    true
}

/// Faults at lines as faults at bytes. A line beyond the last one is the end of it.
pub(super) fn place(faults: &[LineFault], lines: &[Line]) -> Vec<Fault> {
    let start = |line: usize| lines.iter().take(line).map(Line::len).sum::<u64>();
    let fault = |fault: &LineFault| Fault {
        at: At::Byte(i64::try_from(start(fault.line) + fault.byte).unwrap_or(i64::MAX)),
        what: fault.what,
    };
    faults.iter().map(fault).collect()
}

fn since_1970(moment: SystemTime) -> Duration {
    moment.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// As Ollama writes moments: `2026-11-20T12:28:54.955419074Z`.
pub(crate) fn rfc3339(moment: SystemTime) -> String {
    let time = since_1970(moment);
    let (days, second) = (time.as_secs() / 86_400, time.as_secs() % 86_400);
    // Years that begin in March put the odd day at their end; 719,468 days lie between such a year 0 and 1970.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (era * 400 + year, month + 3)
    } else {
        (era * 400 + year + 1, month - 9)
    };
    let mut text = format!("{year:04}-{month:02}-{day:02}T");
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let _ = write!(
        text,
        "{hour:02}:{minute:02}:{second:02}.{:09}Z",
        time.subsec_nanos()
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_real_one_does() {
        let at = |seconds, nanos| rfc3339(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(at(951_782_399, 1), "2000-02-28T23:59:59.000000001Z");
        assert_eq!(at(951_782_400, 0), "2000-02-29T00:00:00.000000000Z");
        assert_eq!(at(1_795_177_734, 955_419_074), "2026-11-20T12:28:54.955419074Z");
        assert_eq!(at(0, 0).len(), STAMP.len());
    }

    #[test]
    fn a_line_tells_when_it_is_sent() {
        let line = Line::of(&serde_json::json!({ "at": STAMP, "token": CLOCK }));
        let sent = line.render(UNIX_EPOCH + Duration::from_millis(1500));
        let text = String::from_utf8(sent).unwrap();
        assert_eq!(
            text,
            "{\"at\":\"1970-01-01T00:00:01.500000000Z\",\"token\":\"[0000000001500000]\"}\n"
        );
        assert_eq!(line.len(), text.len() as u64);
    }
}
