//! Keys in use are taken out of every text.

use std::fmt::Write as _;
use std::rc::Rc;

use modelyard::keys::{Live, Redactor, Secret};

fn key(text: &str) -> Secret {
    Secret::check(text.to_owned()).unwrap()
}

fn watching(keys: &[&str]) -> (Redactor, Vec<Rc<Live>>) {
    let redactor = Redactor::default();
    let live = keys.iter().map(|text| redactor.watch(key(text))).collect();
    (redactor, live)
}

#[track_caller]
fn becomes(keys: &[&str], text: &str, expected: &str) {
    let (redactor, _live) = watching(keys);
    assert_eq!(redactor.text(text.to_owned()), expected);
}

#[test]
fn a_key_in_use_is_found_however_it_is_spelled() {
    let key = r#"my/key+with"odd\ones%"#.replace(' ', "");
    let json = serde_json::to_string(&key).unwrap();
    let twice = serde_json::to_string(&json).unwrap();
    let (mut percent, mut unicode) = (String::new(), String::new());
    for byte in key.bytes() {
        write!(percent, "%{byte:02X}").unwrap();
        write!(unicode, "\\u{byte:04x}").unwrap();
    }
    let again = percent.replace('%', "%25");
    for text in [
        key.clone(),
        json.trim_matches('"').to_owned(),
        percent.to_lowercase(),
        percent,
        again,
        unicode,
    ] {
        becomes(&[&key], &["a ", &text, " z"].concat(), "a [redacted] z");
    }
    let (redactor, _live) = watching(&[&key]);
    assert!(!redactor.text(twice).contains("odd"));
}

#[test]
fn bad_input_61_a_short_common_word_is_not_sought() {
    becomes(
        &["test", "key", "default"],
        "the default test of a key",
        "the default test of a key",
    );
    becomes(&["password"], "the password is wrong", "the [redacted] is wrong");
}

#[test]
fn bad_input_62_a_key_that_begins_another_leaves_nothing_of_it() {
    for keys in [
        ["canary-0001", "canary-0001-and-more"],
        ["canary-0001-and-more", "canary-0001"],
    ] {
        becomes(
            &keys,
            "x canary-0001-and-more y canary-0001 z",
            "x [redacted] y [redacted] z",
        );
    }
}

#[test]
fn keys_that_overlap_in_a_text_are_one_gap() {
    becomes(
        &["abcdefgh-12345", "12345-ijklmnop"],
        "<abcdefgh-12345-ijklmnop>",
        "<[redacted]>",
    );
    becomes(&["abcdefgh", "12345678"], "<abcdefgh12345678>", "<[redacted]>");
}

#[test]
fn bad_input_63_a_key_with_characters_of_patterns_is_a_text_like_any() {
    becomes(
        &["a.*(b|c)+$^[d]?{1}\\"],
        r"x a.*(b|c)+$^[d]?{1}\ y axxb",
        "x [redacted] y axxb",
    );
    becomes(&["........"], "a ........ b abcdefgh", "a [redacted] b abcdefgh");
}

#[test]
fn a_key_within_base64_goes_with_the_digits_around_it() {
    // user:canary-secret-1!
    becomes(
        &["canary-secret-1!"],
        "Basic dXNlcjpjYW5hcnktc2VjcmV0LTEh and more",
        "Basic [redacted] and more",
    );
}

#[test]
fn half_a_key_where_a_text_was_cut_is_one() {
    becomes(&["canary-0123456789"], "it was canary-01", "it was [redacted]");
    becomes(&["canary-0123456789"], "it was canary-01…", "it was [redacted]…");
    becomes(
        &["canary-0123456789"],
        "it was canary-01...",
        "it was [redacted]...",
    );
    becomes(
        &["canary-0123456789"],
        "it was canary- or so",
        "it was canary- or so",
    );
    becomes(&["canary-0123456789"], "it was canary-", "it was canary-");
}

#[test]
fn what_looks_like_a_key_goes_as_well() {
    becomes(
        &["canary-0001"],
        "sk-someone-elses and canary-0001",
        "[redacted] and [redacted]",
    );
}

#[test]
fn a_key_is_sought_for_as_long_as_somebody_holds_it() {
    let redactor = Redactor::default();
    let vault = redactor.watch(key("canary-0001"));
    let call = Rc::clone(&vault);
    drop(vault);
    assert_eq!(
        redactor.text("canary-0001".to_owned()),
        "[redacted]",
        "a call is under way with it"
    );
    assert!(!redactor.is_idle());
    drop(call);
    assert!(redactor.is_idle());
    assert_eq!(redactor.text("canary-0001".to_owned()), "canary-0001");
}

#[test]
fn json_without_keys_is_json_still() {
    let keys = [
        r#"","type":""#.to_owned(),
        r"back\slash\".to_owned(),
        r#"quo"te\""#.to_owned(),
        "plain-key-1".to_owned(),
    ];
    for key in &keys {
        let value = serde_json::json!({ "a": [key, format!("x{key}y"), "\\"], "type": "plain", key: 1, "nested": serde_json::json!({ "k": key }).to_string() });
        let (redactor, _live) = watching(&[key]);
        let clean = redactor.json(value.to_string());
        let clean: serde_json::Value = serde_json::from_str(&clean).expect("it is JSON");
        assert_eq!(clean["a"][0], "[redacted]");
        assert_eq!(clean["a"][1], "x[redacted]y");
        assert_eq!(clean["a"][2], "\\");
        assert!(!clean["nested"].as_str().unwrap().contains(key.as_str()));
        assert_eq!(clean["[redacted]"], 1);
    }
}

#[test]
fn bytes_that_are_no_text_are_cleaned_too() {
    let (redactor, _live) = watching(&["canary-0001"]);
    assert_eq!(
        redactor.without(b"\xff\0canary-0001\xfe").unwrap(),
        b"\xff\0[redacted]\xfe"
    );
    assert_eq!(redactor.without(b"\xff\0canary-0002\xfe"), None);
}

/// Found by `no_key_survives_in_any_mix_of_spellings`.
#[test]
fn a_backslash_of_a_key_may_be_two_or_a_percent_escape() {
    becomes(&[r"au\\auu\"], r"x au\\%5Cauu\ y", "x [redacted] y");
    becomes(&[r"%\a0%%%\"], r"x %\a0%%%2525\ y", "x [redacted] y");
}

#[test]
fn a_body_of_escapes_alone_does_not_take_long() {
    let (redactor, _live) = watching(&[r"\\%%uu\\%%25", "plain-key-0001"]);
    let begin = std::time::Instant::now();
    for body in ["\\", "%25", "%", "\\u00", "p"] {
        redactor.without(body.repeat(300_000).as_bytes());
    }
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
}
