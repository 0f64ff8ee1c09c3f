//! What a pattern matches, held against `globset` itself and against a matcher so plain that it can be read.

use globset::{GlobBuilder, GlobMatcher};
use modelyard::catalog::pattern::{Pattern, PatternError};
use proptest::prelude::*;

fn globset(pattern: &str) -> Option<GlobMatcher> {
    let mut builder = GlobBuilder::new(pattern);
    builder
        .case_insensitive(true)
        .literal_separator(false)
        .backslash_escape(true);
    builder.build().ok().map(|glob| glob.compile_matcher())
}

/// Tries everything a star can stand for. Takes patterns of `*`, `?`, classes and plain bytes only.
fn plainly(pattern: &[u8], name: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return name.is_empty();
    };
    if *first == b'*' {
        return (0..=name.len()).any(|skip| plainly(rest, &name[skip..]));
    }
    let Some((byte, name)) = name.split_first() else {
        return false;
    };
    match first {
        b'?' => plainly(rest, name),
        b'[' => {
            let (negated, members) = match rest {
                [b'!' | b'^', rest @ ..] => (true, rest),
                _ => (false, rest),
            };
            // A bracket right behind the opening one is a member.
            let end = 1 + members[1..]
                .iter()
                .position(|byte| *byte == b']')
                .expect("a class ends");
            let wanted = has(&members[..end], *byte) != negated;
            wanted && plainly(&members[end + 1..], name)
        }
        _ => first.eq_ignore_ascii_case(byte) && plainly(rest, name),
    }
}

/// Whether one of the letter cases of a byte is a member of a class.
fn has(members: &[u8], byte: u8) -> bool {
    [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]
        .into_iter()
        .any(|byte| {
            let mut rest = members;
            loop {
                rest = match rest {
                    [] => return false,
                    [from, b'-', to, ..] if (*from..=*to).contains(&byte) => return true,
                    [_, b'-', _, rest @ ..] => rest,
                    [one, ..] if *one == byte => return true,
                    [_, rest @ ..] => rest,
                };
            }
        })
}

fn element() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[abcAB/:.0-9-]",
        3 => Just("*".to_owned()),
        2 => Just("?".to_owned()),
        1 => Just("é".to_owned()),
        2 => Just("[a-c]".to_owned()),
        1 => Just("[!a-c]".to_owned()),
        1 => Just("[^0-9B]".to_owned()),
        1 => Just("[]a]".to_owned()),
        1 => Just("[-:]".to_owned()),
        1 => Just("[Y-b]".to_owned()),
    ]
}

/// Patterns over a small alphabet, so that many of them match many names. `**` beside a slash is left out: it is
/// refused.
fn pattern() -> impl Strategy<Value = String> {
    prop::collection::vec(element(), 1..12)
        .prop_map(|elements| elements.concat())
        .prop_filter("folders", |pattern| !pattern.contains("**"))
}

fn name() -> impl Strategy<Value = String> {
    "[abcABY/:.0é_-]{0,14}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Property 11 of the field: what a pattern means.
    #[test]
    fn a_pattern_means_what_globset_and_the_plain_reading_say(pattern in pattern(), name in name()) {
        let own = Pattern::new(&pattern).expect("a pattern").matches(&name);
        prop_assert_eq!(own, globset(&pattern).expect("a glob").is_match(&name), "globset: {} {}", &pattern, &name);
        prop_assert_eq!(own, plainly(pattern.as_bytes(), name.as_bytes()), "plainly: {} {}", &pattern, &name);
    }

    /// Names made from the pattern, so that matches are not rare.
    #[test]
    fn a_pattern_matches_a_name_made_from_it(pattern in "[ab/:?]{1,3}([*][ab/:?]{0,4}){0,4}", fill in "[ab:/é]{0,3}", upper in any::<bool>()) {
        let pattern = pattern.replace("**", "*a*");
        let name = pattern.replace('*', &fill).replace('?', "b");
        let name = if upper { name.to_uppercase() } else { name };
        let compiled = Pattern::new(&pattern).expect("a pattern");
        prop_assert_eq!(compiled.matches(&name), globset(&pattern).expect("a glob").is_match(&name));
        prop_assert!(upper && fill.contains('é') || compiled.matches(&name));
    }

    /// Parts longer than a machine word are searched with several.
    #[test]
    fn parts_of_any_length_are_found(
        part in "[ab?]{1,150}", before in "[ab]{0,40}", after in "[ab]{0,40}", flip in any::<prop::sample::Index>(),
    ) {
        let pattern = Pattern::new(&format!("*{part}*")).expect("a pattern");
        let filled = part.replace('?', "b");
        let name = format!("{before}{filled}{after}");
        prop_assert!(pattern.matches(&name));
        let mut other = name.into_bytes();
        let at = flip.index(other.len());
        other[at] = b'c';
        let other = String::from_utf8(other).expect("letters");
        prop_assert_eq!(pattern.matches(&other), globset(pattern.text()).expect("a glob").is_match(&other));
    }

    #[test]
    fn any_text_is_a_pattern_globset_takes_or_an_error(text in "[\\PC]{0,12}|[]\\[*?\\\\!^a/-]{0,8}") {
        if let Ok(pattern) = Pattern::new(&text) {
            let glob = globset(&text).expect("what is taken here is a glob");
            for name in ["", "a", "a/a", "aé", "]", "-", &text] {
                prop_assert_eq!(pattern.matches(name), glob.is_match(name), "{} {}", &text, name);
            }
        }
    }

    #[test]
    fn what_one_pattern_covers_it_matches(one in pattern(), other in pattern(), name in name()) {
        let (one, other) = (Pattern::new(&one).expect("one"), Pattern::new(&other).expect("other"));
        if one.covers(&other) {
            prop_assert!(one.matches(&name) || !other.matches(&name), "{} {} {}", one.text(), other.text(), name);
        }
    }
}

#[test]
fn letter_case_does_not_matter_and_a_star_crosses_slashes() {
    let pattern = Pattern::new("Llama*:8B-?[0-9]").unwrap();
    assert!(pattern.matches("LLAMA/meta/x:8b-Q4"));
    assert!(!pattern.matches("llama:8b-qx"), "a class");
    assert!(!pattern.matches("my-llama:8b-q4"), "the whole name has to match");
    assert!(!pattern.matches("llama:8b-q4x"), "the whole name has to match");
}

#[test]
fn two_stars_are_one_star_and_are_refused_beside_a_slash() {
    assert!(Pattern::new("a**b").unwrap().matches("a/x/b"));
    assert!(Pattern::new("**").unwrap().matches("a/b"));
    for pattern in ["**/a", "a/**/b"] {
        assert_eq!(
            Pattern::new(pattern).unwrap_err(),
            PatternError::Folders,
            "{pattern}"
        );
    }
}

#[test]
fn a_backslash_takes_the_meaning_of_a_sign() {
    let pattern = Pattern::new(r"a\*\[b").unwrap();
    assert!(pattern.matches("A*[B") && !pattern.matches("axx[b"));
}

#[test]
fn more_literal_characters_are_more_specific_then_fewer_wildcards() {
    let specificity = |pattern: &str| Pattern::new(pattern).unwrap().specificity();
    assert!(specificity("llama3.1:*") > specificity("llama3*"));
    assert!(specificity("abc*") > specificity("ab*?"));
    assert!(specificity("ab*") > specificity("ab*?"));
    assert!(specificity("ab?") == specificity("ab*"));
    assert!(
        specificity("é*") < specificity("ab*"),
        "characters count, not bytes"
    );
    assert!(
        specificity("a[0-9][0-9]") < specificity("a1*"),
        "a class is no literal"
    );
}

/// Time in proportion: names of 8 to 64 KiB against patterns on which backtracking takes for ever.
#[test]
fn long_names_take_time_in_proportion_to_their_length() {
    let half = "a".repeat(120);
    let patterns = [
        "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b".to_owned(),
        "*".repeat(250),
        format!("*{half}?{half}*b"),
        format!("*{}b*", "a?".repeat(60)),
        format!("{}b", "*?".repeat(100)),
        "*[!b]*[!b]*[!b]*[!b]*b".to_owned(),
    ];
    for text in patterns {
        let pattern = Pattern::new(&text).unwrap();
        let best = |length: usize| {
            let name = "a".repeat(length);
            let time = |_| {
                let start = std::time::Instant::now();
                std::hint::black_box(pattern.matches(std::hint::black_box(&name)));
                start.elapsed()
            };
            (0..7).map(time).min().expect("some")
        };
        let (short, long) = (best(8 << 10), best(64 << 10));
        // 8 times as long; a matcher that goes back needs 64 times as long, or never ends.
        assert!(
            long < short * 24 + std::time::Duration::from_millis(1),
            "{text}: {short:?}, {long:?}"
        );
    }
}
