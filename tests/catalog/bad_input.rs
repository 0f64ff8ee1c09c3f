//! Texts nobody should write: each has its reason, none of them takes time or breaks anything.

use modelyard::catalog::Step;
use modelyard::catalog::name::{self, NameError};
use modelyard::catalog::pattern::{Pattern, PatternError};
use modelyard::catalog::record::Source;
use proptest::prelude::*;

use super::rows::Rows;

#[test]
fn each_bad_pattern_has_its_reason() {
    for (text, error) in [
        (String::new(), PatternError::Empty),
        ("llama-[0-9".to_owned(), PatternError::UnclosedClass),
        ("llama-[]".to_owned(), PatternError::UnclosedClass),
        ("llama-[9-0]".to_owned(), PatternError::BackwardRange),
        ("llama\\".to_owned(), PatternError::DanglingEscape),
        ("{a,b}".to_owned(), PatternError::Brace),
        ("a}".to_owned(), PatternError::Brace),
        ("a\0b".to_owned(), PatternError::Blank),
        ("a b".to_owned(), PatternError::Blank),
        ("*".repeat(10_000), PatternError::TooLong),
        ("*".repeat(257), PatternError::TooLong),
        ("a".repeat(1 << 20), PatternError::TooLong),
        ("**/a".to_owned(), PatternError::Folders),
    ] {
        let shown: String = text.chars().take(20).collect();
        assert_eq!(Pattern::new(&text).unwrap_err(), error, "{shown}");
        assert!(!error.reason().is_empty());
    }
    assert!(
        Pattern::new(&"é".repeat(256)).is_ok(),
        "256 characters, whatever their bytes"
    );
}

#[test]
fn each_bad_name_has_its_reason_and_is_an_unknown_model() {
    let catalog = Rows::classic().catalog();
    for (text, error) in [
        (String::new(), NameError::Empty),
        ("a".repeat(257), NameError::TooLong),
        ("llama3.1:".repeat(8 << 10), NameError::TooLong),
        ("llama3.1 8b".to_owned(), NameError::Blank),
        ("llama3.1:\u{7}".to_owned(), NameError::Blank),
        ("llama3.1:../../etc".to_owned(), NameError::Dots),
    ] {
        let shown: String = text.chars().take(20).collect();
        assert_eq!(name::check(&text), Err(error), "{shown}");
        let lookup = catalog.lookup(&text);
        assert_eq!(
            (lookup.matched.step, lookup.family.as_str()),
            (Step::None, "unknown"),
            "{shown}"
        );
        assert_eq!(
            (lookup.context.tokens, lookup.context.source),
            (4_096, Source::Default)
        );
    }
    assert_eq!(catalog.remembered(), 0, "such texts are not remembered");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn no_text_breaks_a_lookup(text in "\\PC{0,40}|[a-z0-9:/@._*?\\[-]{0,60}|([:/@-]|q4|gguf|-v1|2024-08|8x7b|é){0,20}") {
        let lookup = Rows::classic().catalog().lookup(&text);
        prop_assert_eq!(&lookup.name, &text);
    }
}
