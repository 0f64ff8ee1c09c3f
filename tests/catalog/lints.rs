//! The lint finds what it is for, and nothing else.

use modelyard::catalog::family::Family;
use modelyard::catalog::lint::{Finding, lint};
use modelyard::catalog::name::NameError;
use modelyard::catalog::pattern::{Pattern, PatternError};
use modelyard::catalog::record::Facts;

use super::rows::{Rows, limits};

#[test]
fn good_data_has_no_findings() {
    let rows = Rows::classic()
        .exact("acme", limits(8_192, 4_096))
        .alias("a", "acme")
        .alias("b", "llama3.1:8b");
    assert_eq!(lint(&rows), []);
}

#[test]
fn each_fault_is_found() {
    let text = str::to_owned;
    let rows = Rows::default()
        .pattern("llama*", limits(1_000, 100))
        .pattern("[l]lama*", limits(1_000, 100))
        .pattern("llama-[", limits(1_000, 100))
        .pattern("plain", limits(1_000, 100))
        .exact("Upper", limits(1_000, 100))
        .exact("a b", limits(1_000, 100))
        .exact("zero", limits(0, 100))
        .exact("much", limits(100_000_001, 100))
        .exact("long", limits(1_000, 4_001))
        .exact("twice", limits(1_000, 100))
        .exact("twice", limits(1_000, 100))
        .exact(
            "strange",
            Facts {
                family: Some(Family::named("gpt-4o")),
                ..limits(1_000, 100)
            },
        )
        .alias("x", "y")
        .alias("y", "x")
        .alias("z", "nothing");
    assert_eq!(
        lint(&rows),
        [
            Finding::BadPattern(text("llama-["), PatternError::UnclosedClass),
            Finding::NoPattern(text("plain")),
            Finding::NeverWins(text("[l]lama*"), text("llama*")),
            Finding::Capitals(text("Upper")),
            Finding::BadName(text("a b"), NameError::Blank),
            Finding::AbsurdLimit(text("zero"), 0),
            Finding::AbsurdLimit(text("zero"), 100),
            Finding::AbsurdLimit(text("much"), 100_000_001),
            Finding::AbsurdLimit(text("long"), 4_001),
            Finding::Twice(text("twice")),
            Finding::UnknownFamily(text("strange"), Family::named("gpt-4o")),
            Finding::AliasCycle(text("x")),
            Finding::AliasCycle(text("y")),
            Finding::AliasOfNothing(text("z")),
        ]
    );
}

#[test]
fn one_pattern_covers_another_exactly_if_it_matches_all_it_matches() {
    let covers = |one: &str, other: &str| Pattern::new(one).unwrap().covers(&Pattern::new(other).unwrap());
    for (one, other) in [
        ("*", "a?b"),
        ("a*", "a*b"),
        ("a*", "ab*"),
        ("a*b", "a*a*b"),
        ("?*", "a*"),
        ("[a-c]*", "b?"),
        ("*a*b*", "*ab*"),
        ("a*", "a*"),
    ] {
        assert!(covers(one, other), "{one} {other}");
    }
    for (one, other) in [
        ("a*b", "a*"),
        ("?*", "*"),
        ("a?", "a*"),
        ("[ab]", "[a-c]"),
        ("*ab*", "*a*b*"),
        ("a:*", "a*"),
        ("*a", "a*"),
    ] {
        assert!(!covers(one, other), "{one} {other}");
    }
}

#[test]
fn two_patterns_that_match_the_same_are_told_once() {
    let rows = Rows::default()
        .pattern("a*", limits(10, 5))
        .pattern("a**", limits(10, 5));
    assert_eq!(
        lint(&rows),
        [Finding::NeverWins("a**".to_owned(), "a*".to_owned())]
    );
}
