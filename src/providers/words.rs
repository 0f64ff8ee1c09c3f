//! A provider's own words, made fit to be shown.

use crate::invisible::is_invisible;

/// The most characters that are kept.
const MAX_CHARS: usize = 300;

/// One line of readable characters, shortened; `None` where nothing is left, or where it is a web page.
pub(super) fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('<') {
        return None;
    }
    let mut line = String::new();
    let mut chars = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || is_invisible(c) {
            gap = !line.is_empty();
            continue;
        }
        if chars + usize::from(gap) >= MAX_CHARS {
            // The sign that something is missing is one of the characters.
            if chars >= MAX_CHARS {
                line.pop();
                line.truncate(line.trim_end().len());
            }
            line.push('…');
            break;
        }
        if gap {
            line.push(' ');
            chars += 1;
            gap = false;
        }
        line.push(c);
        chars += 1;
    }
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn words_become_one_short_line() {
        assert_eq!(clean(" a\r\n\tb\u{202e}c\u{0} d ").as_deref(), Some("a b c d"));
        assert_eq!(clean(" \u{feff}\n "), None);
        assert_eq!(clean("<html><body>502"), None);
        let long = clean(&"word ".repeat(100)).expect("words");
        assert_eq!(long.chars().count(), 300);
        assert!(long.ends_with("word…"), "{long}");
    }

    /// Found by fuzzing.
    #[test]
    fn words_without_a_blank_are_not_longer_than_others() {
        let whole = "x".repeat(300);
        assert_eq!(clean(&whole), Some(whole));
        let cut = clean(&"x".repeat(301)).expect("words");
        assert_eq!((cut.chars().count(), cut.ends_with("x…")), (300, true));
        let before_blank = ["x".repeat(298).as_str(), " yz"].concat();
        assert_eq!(
            clean(&before_blank),
            Some(["x".repeat(298).as_str(), "…"].concat())
        );
    }
}
