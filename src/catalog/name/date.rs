//! The day of a version at the end of a name.

/// A day as far as it is named; what is not named is 0.
#[derive(Clone, Copy)]
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let is_year = year == 0 || (2_019..=2_039).contains(&year);
        let good = is_year && (1..=12).contains(&month) && day <= 31;
        good.then_some(Self { year, month, day })
    }

    /// `2025-09-29`, `2024-11` or `06-13`.
    fn text(self) -> String {
        let mut text = String::new();
        for (number, digits) in [(self.year, 4), (self.month, 2), (self.day, 2)] {
            if number > 0 {
                if !text.is_empty() {
                    text.push('-');
                }
                for place in (0..digits).rev() {
                    let digit = number / 10_u32.pow(place) % 10;
                    text.extend(char::from_digit(digit, 10));
                }
            }
        }
        text
    }
}

/// Where the date at the end of a name in lower case begins, with the sign before it, and the day as far as it is
/// named: `2025-09-29`, `2024-11`, `06-13`.
pub(super) fn at_the_end(lower: &str) -> Option<(usize, String)> {
    let bytes = lower.as_bytes();
    let (at, day) = match bytes {
        // Clouds number the versions of one day: `-20241022-v2`.
        [before @ .., b'-', b'v', b'0'..=b'9'] => long(before)?,
        _ => long(bytes).or_else(|| short(bytes))?,
    };
    Some((at, day.text()))
}

/// Dates with all of year, month and day.
fn long(lower: &[u8]) -> Option<(usize, Date)> {
    let (at, numbers) = last(lower, &[8]).or_else(|| last(lower, &[4, 2, 2]))?;
    let day = match numbers {
        [all, 0, 0] => Date::new(all / 10_000, all / 100 % 100, all % 100),
        [year, month, day] => Date::new(year, month, day),
    };
    day.filter(|day| day.year > 0 && day.day > 0).map(|day| (at, day))
}

/// Dates that lack something.
fn short(lower: &[u8]) -> Option<(usize, Date)> {
    let in_preview = |at: usize| lower[..at].ends_with(b"-preview") || lower[..at].ends_with(b"-exp");
    let shapes: [&[usize]; 5] = [&[4, 2], &[2, 4], &[6], &[2, 2], &[4]];
    shapes.into_iter().find_map(|shape| {
        let (at, [first, second, _]) = last(lower, shape)?;
        let day = match shape {
            [4, 2] => Date::new(first.max(1), second, 0),
            [2, 4] => Date::new(second.max(1), first, 0),
            [6] => {
                Date::new(2_000 + first / 10_000, first / 100 % 100, first % 100).filter(|date| date.day > 0)
            }
            // After these words a month and a day follow.
            [2, 2] => Date::new(0, first, second).filter(|date| date.day > 0 && in_preview(at)),
            // A power of two is a size.
            _ if first == 1_024 => None,
            _ if first % 100 == 0 => None,
            _ => Date::new(0, first / 100, first % 100)
                .or_else(|| Date::new(2_000 + first / 100, first % 100, 0)),
        };
        day.map(|day| (at, day))
    })
}

/// The numbers at the end, of these lengths and with hyphens between them, and the place of the sign before them, if
/// something stands before it.
fn last(lower: &[u8], shape: &[usize]) -> Option<(usize, [u32; 3])> {
    let mut numbers = [0; 3];
    let mut end = lower.len();
    for (index, length) in shape.iter().enumerate().rev() {
        let start = end.checked_sub(*length)?;
        for byte in &lower[start..end] {
            if !byte.is_ascii_digit() {
                return None;
            }
            numbers[index] = numbers[index] * 10 + u32::from(byte - b'0');
        }
        end = start.checked_sub(1)?;
        let is_sign = match index {
            0 => matches!(lower[end], b'-' | b'_' | b'@'),
            _ => lower[end] == b'-',
        };
        if !is_sign {
            return None;
        }
    }
    (end > 0).then_some((end, numbers))
}
