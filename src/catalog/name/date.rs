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
    last(lower, 8, in_one).or_else(|| last(lower, 10, with_signs))
}

/// Dates that lack something.
fn short(lower: &str) -> Option<(usize, String)> {
    let two = |text: &str| {
        text.split_once('-')
            .map(|(first, second)| (first.len(), second.len()))
    };
    let month = |text: &str| match two(text) {
        Some((4, 2)) => month_of(digits(&text[..4])?, digits(&text[5..])?),
        Some((2, 4)) => month_of(digits(&text[3..])?, digits(&text[..2])?),
        _ => None,
    };
    // After these words a month and a day follow.
    let in_preview = |(at, _): &(usize, String)| {
        ["-preview", "-exp"]
            .iter()
            .any(|word| lower[..*at].ends_with(word))
    };
    let in_two = |text: &str| match two(text) {
        Some((2, 2)) => in_year(digits(&text[..2])?, digits(&text[3..])?),
        _ => None,
    };
    last(lower, 7, month)
        .or_else(|| last(lower, 6, |text| in_one(&["20", text].concat())))
        .or_else(|| last(lower, 5, in_two).filter(in_preview))
        .or_else(|| last(lower, 4, four))
}

/// `20250929`.
fn in_one(text: &str) -> Option<String> {
    let numbers = digits(text)?;
    day(numbers / 10_000, numbers / 100 % 100, numbers % 100)
}

/// `2025-09-29`.
fn with_signs(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let mut next = |length: usize| parts.next().filter(|part| part.len() == length).and_then(digits);
    let (year, month, date) = (next(4)?, next(2)?, next(2)?);
    day(year, month, date)
}

/// `0613` or `2411`.
fn four(text: &str) -> Option<String> {
    // A power of two is a size.
    let numbers = digits(text).filter(|_| text != "1024")?;
    let (high, low) = (numbers / 100, numbers % 100);
    in_year(high, low).or_else(|| month_of(2_000 + high, low))
}

/// What `read` makes of the last `length` bytes, and the place of the sign before them, if something stands before it.
fn last(lower: &str, length: usize, read: impl Fn(&str) -> Option<String>) -> Option<(usize, String)> {
    let at = lower.len().checked_sub(length + 1)?;
    let is_sign = matches!(lower.as_bytes()[at], b'-' | b'_' | b'@');
    let day = read(lower.get(at + 1..).filter(|_| at > 0 && is_sign)?)?;
    Some((at, day))
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
