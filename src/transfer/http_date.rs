//! The date form of HTTP headers (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. The two obsolete forms
//! are not read: no server in use sends them in `Retry-After`.

use crate::engine::ids::Timestamp;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

fn digits(text: &str, count: usize) -> Option<u64> {
    if text.len() != count || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Days from year 0 to the first of March of `year`, after Howard Hinnant's `days_from_civil`.
fn days_before_march(year: u64) -> u64 {
    year * 365 + year / 4 - year / 100 + year / 400
}

/// The day 1970-01-01 in that count.
const EPOCH_DAY: u64 = 719_468;

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

/// The time a date stands for, or `None` where it is no date: a wrong weekday, a 32nd of a month, another zone.
pub fn parse(text: &str) -> Option<Timestamp> {
    let mut parts = text.trim().split(' ');
    let weekday = parts.next()?.strip_suffix(',')?;
    let day = digits(parts.next()?, 2)?;
    let month = parts.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let year = digits(parts.next()?, 4).filter(|year| *year >= 1970)?;
    let time = parts.next()?;
    if parts.next()? != "GMT" || parts.next().is_some() {
        return None;
    }
    let mut time = time.split(':');
    let hour = digits(time.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = digits(time.next()?, 2).filter(|minute| *minute < 60)?;
    let second = digits(time.next()?, 2).filter(|second| *second < 61)?;
    let days_in_month = match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    };
    if time.next().is_some() || day == 0 || day > days_in_month {
        return None;
    }
    // Counted from March, so that the leap day is the last of its year.
    let (counted_year, counted_month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let days = days_before_march(counted_year) + (153 * counted_month + 2) / 5 + day - 1 - EPOCH_DAY;
    if WEEKDAYS[usize::try_from(days % 7).ok()?] != weekday {
        return None;
    }
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_date_of_the_rfc_is_read() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(parse("Thu, 29 Feb 2024 12:00:00 GMT"), Some(1_709_208_000_000));
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        let bad = [
            "",
            "Wed, 32 Foo",
            "Sun, 32 Nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Thu, 29 Feb 2023 12:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
        ];
        for text in bad {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
