//! `Range` requests and the many ways to answer them.

use crate::script::RangeAnswer;

/// What a `Range` header asks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The whole file: no header, or one that a server may ignore.
    Whole,
    /// From `start` to `end`, both included.
    Part { start: u64, end: u64 },
    /// Nothing that the file has.
    Nothing,
}

impl Asked {
    /// Reads `bytes=N-`, `bytes=N-M` and `bytes=-N`; anything else is ignored, as RFC 9110 allows.
    pub(crate) fn of(header: Option<&str>, size: u64) -> Self {
        let Some((first, last)) = header.and_then(|text| text.trim().strip_prefix("bytes=")?.split_once('-'))
        else {
            return Self::Whole;
        };
        let (first, last) = (first.trim(), last.trim());
        if first.is_empty() {
            return match last.parse::<u64>() {
                Ok(0) => Self::Nothing,
                Ok(_) if size == 0 => Self::Nothing,
                Ok(count) => Self::Part {
                    start: size.saturating_sub(count),
                    end: size - 1,
                },
                Err(_) => Self::Whole,
            };
        }
        let Ok(start) = first.parse::<u64>() else {
            return Self::Whole;
        };
        let end = if last.is_empty() {
            u64::MAX
        } else {
            last.parse().unwrap_or(u64::MAX)
        };
        if last.parse::<u64>().is_err() && !last.is_empty() || end < start {
            return Self::Whole;
        }
        if start >= size {
            return Self::Nothing;
        }
        Self::Part {
            start,
            end: end.min(size - 1),
        }
    }
}

/// The part of the file that is sent, and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// 200 and everything.
    Whole,
    /// 206.
    Part {
        content_range: Option<String>,
        start: u64,
        count: u64,
        multipart: bool,
    },
    /// 416.
    Nothing { content_range: Option<String> },
}

/// Answers a range rightly or in one of the wrong ways.
pub(crate) fn answer(how: RangeAnswer, asked: Asked, size: u64) -> Sent {
    use RangeAnswer as How;
    match how {
        How::Ignore => return Sent::Whole,
        How::NotSatisfiable => {
            return Sent::Nothing {
                content_range: Some(format!("bytes */{size}")),
            };
        }
        How::NotSatisfiableBare => return Sent::Nothing { content_range: None },
        How::Right if asked == Asked::Whole => return Sent::Whole,
        _ => {}
    }
    let (start, end) = match asked {
        Asked::Part { start, end } => (start, end),
        Asked::Whole if size > 0 => (0, size - 1),
        _ => {
            return Sent::Nothing {
                content_range: Some(format!("bytes */{size}")),
            };
        }
    };
    let count = end - start + 1;
    let part = |content_range: String, start, count| Sent::Part {
        content_range: Some(content_range),
        start,
        count,
        multipart: how == How::Multipart,
    };
    match how {
        How::OtherStart => {
            let other = u64::from(start == 0).min(end);
            part(format!("bytes {other}-{end}/{size}"), other, end - other + 1)
        }
        How::WrongBytes => {
            let other = if start == 0 { 1 } else { start - 1 };
            part(format!("bytes {start}-{end}/{size}"), other, count)
        }
        How::OtherTotal => part(format!("bytes {start}-{end}/{}", size + 1), start, count),
        How::OtherUnit => part(format!("items {start}-{end}/{size}"), start, count),
        How::Inverted => part(format!("bytes {end}-{start}/{size}"), start, count),
        How::UnknownTotal => part(format!("bytes {start}-{end}/*"), start, count),
        How::HugeNumbers => {
            let huge = format!("1{}", "0".repeat(30));
            part(format!("bytes {start}-{huge}/{huge}"), start, count)
        }
        How::Half => {
            let half = (count / 2).max(1);
            part(format!("bytes {start}-{}/{size}", start + half - 1), start, half)
        }
        How::NoContentRange => Sent::Part {
            content_range: None,
            start,
            count,
            multipart: false,
        },
        _ => part(format!("bytes {start}-{end}/{size}"), start, count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        for (header, asked) in [
            ("bytes=0-", Asked::Part { start: 0, end: 99 }),
            ("bytes=10-19", Asked::Part { start: 10, end: 19 }),
            ("bytes=90-1000", Asked::Part { start: 90, end: 99 }),
            ("bytes=-5", Asked::Part { start: 95, end: 99 }),
            ("bytes=-500", Asked::Part { start: 0, end: 99 }),
            ("bytes=100-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=9-3", Asked::Whole),
            ("bytes=1-2,5-6", Asked::Whole),
            ("items=1-2", Asked::Whole),
            ("bytes=x-", Asked::Whole),
        ] {
            assert_eq!(Asked::of(Some(header), 100), asked, "{header}");
        }
        assert_eq!(Asked::of(None, 100), Asked::Whole);
        assert_eq!(Asked::of(Some("bytes=0-"), 0), Asked::Nothing);
    }
}
