//! The day of a version at the end of a name.

/// Where the date at the end of a name in lower case begins, with the sign before it, and the day as far as it is
/// named: `2025-09-29`, `2024-11`, `06-13`.
pub(super) fn at_the_end(lower: &str) -> Option<(usize, String)> {
    // Clouds number the versions of one day: `-20241022-v2`.
    if let Some((before, version)) = lower.rsplit_once("-v")
        && version.len() == 1
        && version.as_bytes()[0].is_ascii_digit()
    {
        return long(before);
    }
    long(lower).or_else(|| short(lower))
}

/// Dates with all of year, month and day.
fn long(lower: &str) -> Option<(usize, String)> {
    let (at, text) = last(lower, 8)?;
    if let Some(numbers) = digits(text) {
        return day(numbers / 10_000, numbers / 100 % 100, numbers % 100).map(|day| (at, day));
    }
    let (at, text) = last(lower, 10)?;
    let mut parts = text.split('-');
    let mut next = |length: usize| parts.next().filter(|part| part.len() == length).and_then(digits);
    let (year, month, date) = (next(4)?, next(2)?, next(2)?);
    day(year, month, date).map(|day| (at, day))
}

/// Dates that lack something.
fn short(lower: &str) -> Option<(usize, String)> {
    if let Some((at, text)) = last(lower, 7)
        && let Some((first, second)) = text.split_once('-')
    {
        let (year, month) = match (first.len(), second.len()) {
            (4, 2) => (first, second),
            (2, 4) => (second, first),
            _ => return None,
        };
        return month_of(digits(year)?, digits(month)?).map(|month| (at, month));
    }
    if let Some((at, text)) = last(lower, 6)
        && let Some(numbers) = digits(text)
    {
        return day(2_000 + numbers / 10_000, numbers / 100 % 100, numbers % 100).map(|day| (at, day));
    }
    if let Some((at, text)) = last(lower, 5)
        && let Some((month, date)) = text.split_once('-')
        && ["-preview", "-exp"]
            .iter()
            .any(|word| lower[..at].ends_with(word))
    {
        return in_year(digits(month)?, digits(date)?).map(|day| (at, day));
    }
    let (at, text) = last(lower, 4)?;
    // A power of two is a size.
    let numbers = digits(text).filter(|_| text != "1024")?;
    let (high, low) = (numbers / 100, numbers % 100);
    in_year(high, low)
        .or_else(|| month_of(2_000 + high, low))
        .map(|day| (at, day))
}

/// The last `length` bytes and the place of the sign before them, if something stands before that.
fn last(lower: &str, length: usize) -> Option<(usize, &str)> {
    let at = lower.len().checked_sub(length + 1)?;
    let is_sign = matches!(lower.as_bytes()[at], b'-' | b'_' | b'@');
    (at > 0 && is_sign).then(|| (at, &lower[at + 1..]))
}

fn digits(text: &str) -> Option<u32> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

fn day(year: u32, month: u32, day: u32) -> Option<String> {
    let month = month_of(year, month)?;
    (1..=31).contains(&day).then(|| join(month, day))
}

fn month_of(year: u32, month: u32) -> Option<String> {
    let good = (2_019..=2_039).contains(&year) && (1..=12).contains(&month);
    good.then(|| join(year.to_string(), month))
}

fn in_year(month: u32, day: u32) -> Option<String> {
    let good = (1..=12).contains(&month) && (1..=31).contains(&day);
    good.then(|| {
        let tens = if month < 10 { "0" } else { "" };
        join([tens, &month.to_string()].concat(), day)
    })
}

fn join(mut front: String, number: u32) -> String {
    front.push_str(if number < 10 { "-0" } else { "-" });
    front.push_str(&number.to_string());
    front
}
