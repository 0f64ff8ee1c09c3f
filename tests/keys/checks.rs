//! Bad input 56–60, and fingerprints.

use modelyard::keys::{BadKey, BadPassphrase, Secret, check_passphrase, fingerprint};

fn bad(text: &str) -> BadKey {
    Secret::check(text.to_owned()).err().expect("it is refused")
}

fn good(text: &str) -> Secret {
    let Ok(secret) = Secret::check(text.to_owned()) else {
        panic!("it is a key")
    };
    secret
}

#[test]
fn bad_input_56_an_empty_key_is_refused() {
    for text in ["", " ", "\n", " \t\r\n "] {
        assert_eq!(bad(text), BadKey::Empty);
    }
}

#[test]
fn bad_input_57_line_breaks_around_a_key_are_no_part_of_it() {
    for text in ["sk-canary-1\n", "sk-canary-1\r\n", "\n sk-canary-1 \t"] {
        assert!(good(text).is(&good("sk-canary-1")));
    }
}

#[test]
fn bad_input_58_a_key_with_a_line_break_in_it_is_refused() {
    for text in ["k\r\nX-Evil: 1", "a\nb", "a\rb", "two words", "a\tb", "a\u{b}b"] {
        assert_eq!(bad(text), BadKey::Blank, "{text:?}");
    }
}

#[test]
fn bad_input_59_a_key_is_visible_ascii() {
    let texts = [
        "sk-caf\u{e9}",
        "sk-\u{200b}canary",
        "\u{201c}sk-canary\u{201d}",
        "\u{feff}sk-canary",
        "sk\u{a0}canary",
        "sk-\0",
        "sk-\x7f",
    ];
    for text in texts {
        assert_eq!(bad(text), BadKey::NotAscii, "{text:?}");
    }
}

#[test]
fn bad_input_60_a_key_has_at_most_512_bytes() {
    assert_eq!(bad(&"k".repeat(1 << 20)), BadKey::TooLong);
    assert_eq!(bad(&"k".repeat(513)), BadKey::TooLong);
    good(&"k".repeat(512));
    good(&[&"k".repeat(512), "\n"].concat());
}

#[test]
fn what_is_wrong_with_a_key_says_nothing_of_it() {
    for bad in [BadKey::Empty, BadKey::TooLong, BadKey::Blank, BadKey::NotAscii] {
        assert!(!bad.words().is_empty() && !format!("{bad:?}").contains("canary"));
    }
}

#[test]
fn every_visible_character_can_be_in_a_key() {
    let all: String = ('!'..='~').collect();
    assert!(good(&all).is(&good(&all)));
}

#[test]
fn a_fingerprint_shows_four_characters_of_a_long_key_and_none_of_a_short_one() {
    let long = fingerprint(&good("sk-canary-0123456789wxyz"));
    assert!(long.starts_with("…wxyz ") && long.chars().count() == 14, "{long}");
    let short = fingerprint(&good("sk-canary-123456789"));
    assert!(
        short.len() == 8 && short.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{short}"
    );
}

#[test]
fn a_fingerprint_is_the_same_for_one_key_and_another_for_another() {
    assert_eq!(fingerprint(&good("sk-one")), fingerprint(&good("sk-one\n")));
    assert_ne!(fingerprint(&good("sk-one")), fingerprint(&good("sk-two")));
    // What is stored and shown must not change with a version.
    assert_eq!(fingerprint(&good("sk-one")), "5f0505b6");
}

#[test]
fn bad_input_66_a_passphrase_has_a_length() {
    assert_eq!(check_passphrase("", false), Err(BadPassphrase::Empty));
    assert_eq!(check_passphrase("", true), Err(BadPassphrase::Empty));
    assert_eq!(check_passphrase("short", true), Err(BadPassphrase::TooShort));
    assert_eq!(
        check_passphrase("short", false),
        Ok(()),
        "it is wrong, but can be tried"
    );
    assert_eq!(
        check_passphrase(&"x".repeat(1 << 20), false),
        Err(BadPassphrase::TooLong)
    );
    assert_eq!(check_passphrase("écluse à", true), Ok(()));
}
