//! `*`, `?` and `[…]` over a whole name, as `src/catalog` means them: what the generator needs to know which rule a
//! name falls under.

/// Whether the pattern matches the whole name. Both are in lower case.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut position) = (0, 0);
    // Where to go on when the last star has to take one byte more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if at < pattern.len() && pattern[at] == b'*' {
            retry = Some((at + 1, position));
            at += 1;
            continue;
        }
        if position == name.len() && at == pattern.len() {
            return true;
        }
        if position < name.len()
            && let Some(length) = one(&pattern[at..], name[position])
        {
            at += length;
            position += 1;
            continue;
        }
        match retry {
            Some((after, from)) if from < name.len() => {
                retry = Some((after, from + 1));
                (at, position) = (after, from + 1);
            }
            _ => return false,
        }
    }
}

/// How many literal characters a pattern has: the more, the more specific it is.
pub(super) fn literals(pattern: &str) -> usize {
    let mut in_class = false;
    let count = pattern.chars().filter(|c| {
        match c {
            '[' => in_class = true,
            ']' => in_class = false,
            '*' | '?' => {}
            _ => return !in_class,
        }
        false
    });
    count.count()
}

/// How long the pattern's first element is, if it takes this byte.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match *pattern.first()? {
        b'?' => Some(1),
        b'[' => {
            let end = pattern.iter().position(|other| *other == b']')?;
            pattern[1..end].contains(&byte).then_some(end + 1)
        }
        literal => (literal == byte).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_names() {
        for (pattern, name) in [
            ("llama3:*", "llama3:8b"),
            ("*", ""),
            ("a*b*c", "aXbYbc"),
            ("q[-:]*", "q-1"),
            ("a?c", "abc"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("llama3:*", "llama3.1:8b"),
            ("llama*", "meta-llama"),
            ("a?c", "ac"),
            ("q[-:]*", "q.1"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn signs_are_not_literal() {
        assert_eq!(literals("qwen3[-:]*"), 5);
        assert_eq!(literals("a?b*"), 2);
    }
}
