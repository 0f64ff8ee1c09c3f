//! `Content-Range`, read strictly: what is not exactly what was asked for is not it.

/// A `Content-Range` header that can be made sense of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentRange {
    /// `bytes first-last/total`, with `first <= last < total`.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
        /// The length of the whole.
        total: u64,
    },
    /// `bytes */total`, as a 416 has it.
    Unsatisfied {
        /// The length of the whole.
        total: u64,
    },
}

/// The header is none of the two forms; also when the total is `*` or a number does not fit 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidContentRange;

/// Only digits, and at most `u64::MAX`: `parse` alone would take a sign.
fn number(text: &str) -> Result<u64, InvalidContentRange> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidContentRange);
    }
    text.parse().map_err(|_| InvalidContentRange)
}

impl ContentRange {
    /// Reads the header's value.
    ///
    /// # Errors
    /// [`InvalidContentRange`] for anything but the two forms.
    pub fn parse(value: &str) -> Result<Self, InvalidContentRange> {
        let (unit, rest) = value.trim().split_once(' ').ok_or(InvalidContentRange)?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return Err(InvalidContentRange);
        }
        let (range, total) = rest.trim().split_once('/').ok_or(InvalidContentRange)?;
        let total = number(total)?;
        if range == "*" {
            return Ok(Self::Unsatisfied { total });
        }
        let (first, last) = range.split_once('-').ok_or(InvalidContentRange)?;
        let (first, last) = (number(first)?, number(last)?);
        if first > last || last >= total {
            return Err(InvalidContentRange);
        }
        Ok(Self::Part { first, last, total })
    }
}
