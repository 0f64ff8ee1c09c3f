use super::*;

#[derive(Debug, PartialEq)]
struct Outer {
    inner: Vec<Inner>,
    kind: Option<Kind>,
}

#[derive(Debug, PartialEq)]
struct Inner {
    number: u16,
    large: u64,
    any: f64,
    on: bool,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Bare,
    Boxed(Box<Inner>),
    Named { name: String, word: Word },
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Word {
    One,
    Two,
}

#[derive(Debug, PartialEq)]
enum Tagged {
    First { name: String },
    Second { number: u16, on: bool },
}

readable! {
    Outer only { inner: "inner", kind: "kind?" }
    Inner { number: "number", large: "largeNumber?", any: "any?", on: "on?" }
}

variants! {
    Kind { "bare" => Bare, "boxed" => Boxed(..), "named" => Named { name: "name", word: "word?" } }
}

words! { Word { One: "one", Two: "two" } }

tagged! {
    Tagged "type" {
        "first" => First { name: "name" },
        "second" => Second { number: "number", on: "on?" },
    }
}

fn part<T: Read + std::fmt::Debug>(text: &str) -> (String, String) {
    match from_str::<T>(text).expect_err(text) {
        Wrong::Part(part) => (part.path, part.reason),
        Wrong::Syntax(reason) => panic!("{text}: {reason}"),
    }
}

#[track_caller]
fn wrong(text: &str, path: &str, reason: &str) {
    assert_eq!(
        part::<Outer>(text),
        (path.to_owned(), reason.to_owned()),
        "{text}"
    );
}

fn inner(number: u16) -> Inner {
    Inner {
        number,
        large: 0,
        any: 0.0,
        on: false,
    }
}

#[test]
fn every_shape_is_read() {
    let named = |word| Kind::Named {
        name: "n\u{e9}".to_owned(),
        word,
    };
    for (text, kind) in [
        ("null", None),
        (r#""bare""#, Some(Kind::Bare)),
        (r#"{"boxed":{"number":1}}"#, Some(Kind::Boxed(Box::new(inner(1))))),
        (
            r#"{"named":{"name":"n\u00e9","word":"two"}}"#,
            Some(named(Word::Two)),
        ),
        (r#"{"n\u0061med":{"name":"né"}}"#, Some(named(Word::One))),
    ] {
        let whole = format!(r#"{{"kind":{text},"inner":[{{"number":5,"more":[1,{{}}]}}, {{"number":6}}]}}"#);
        let expected = Outer {
            inner: vec![inner(5), inner(6)],
            kind,
        };
        assert_eq!(from_str::<Outer>(&whole), Ok(expected), "{text}");
    }
    let second = Tagged::Second { number: 1, on: true };
    assert_eq!(
        from_str::<Tagged>(r#"{"on":true,"type":"second","number":1}"#),
        Ok(second)
    );
}

#[test]
fn numbers_are_exact() {
    let text = r#"{"number":65535,"largeNumber":18446744073709551615,"any":-0.5,"on":true}"#;
    let read = from_str::<Inner>(text).expect("readable");
    assert_eq!((read.number, read.large, read.any), (u16::MAX, u64::MAX, -0.5));
    for number in [
        "65536",
        "-1",
        "-0",
        "1.0",
        "1e2",
        "18446744073709551616",
        "\"1\"",
        "null",
    ] {
        let (path, reason) = part::<Inner>(&format!(r#"{{"number":{number}}}"#));
        assert_eq!(path, "number", "{number}");
        assert!(
            reason.ends_with("expected a whole number from 0 to 65535"),
            "{reason}"
        );
    }
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    let string = "invalid type: string, expected a boolean";
    wrong(
        r#"{"inner":[{"number":1},{"number":2,"on":"x"}]}"#,
        "inner[1].on",
        string,
    );
    wrong(r#"{"inner":[{}]}"#, "inner[0]", "missing field `number`");
    wrong(
        r#"{"inner":[],"more":1}"#,
        "more",
        "unknown field `more`, expected one of `inner`, `kind`",
    );
    for near in ["innex", "kins", "kind?", "inne", "inners"] {
        let (path, reason) = part::<Outer>(&format!(r#"{{"inner":[],"{near}":null}}"#));
        assert_eq!(path, near);
        assert!(reason.starts_with("unknown field"), "{reason}");
    }
    wrong(r#"{"inner":[],"inner":[]}"#, "inner", "duplicate field `inner`");
    wrong(
        r#"{"inner":[{"number":1,"on":true,"on":true}]}"#,
        "inner[0].on",
        "duplicate field `on`",
    );
    wrong(
        r#"{"inner":[],"kind":{"named":{"name":"","word":"three"}}}"#,
        "kind.named.word",
        "unknown variant, expected one of `one`, `two`",
    );
    wrong(
        r#"{"inner":[],"kind":"other"}"#,
        "kind",
        "unknown variant, expected one of `bare`, `boxed`, `named`",
    );
    wrong(
        r#"{"inner":[],"kind":{"bare":null,"boxed":null}}"#,
        "kind",
        "invalid length: expected an object with a single key",
    );
    assert_eq!(part::<Tagged>(r#"{"name":"x"}"#).1, "missing field `type`");
    assert_eq!(part::<Tagged>(r#"{"type":"first","name":"x","on":true}"#).0, "on");
}

#[test]
fn a_variant_has_its_own_shape_only() {
    for kind in [
        r#""boxed""#,
        r#""named""#,
        r#"{"bare":null}"#,
        r#"{"boxed":[1]}"#,
        "{}",
        "[]",
        "7",
    ] {
        let (path, _) = part::<Outer>(&format!(r#"{{"inner":[],"kind":{kind}}}"#));
        assert!(path.starts_with("kind"), "{kind}: {path}");
    }
}

#[test]
fn an_array_is_no_struct_however_deep_it_is() {
    for text in [
        "[[],null]",
        r#"{"inner":[[5]]}"#,
        r#"{"inner":[],"kind":{"boxed":[1]}}"#,
    ] {
        let (_, reason) = part::<Outer>(text);
        assert_eq!(reason, "invalid type: sequence, expected an object", "{text}");
    }
}

#[test]
fn the_first_thing_that_is_wrong_is_told_and_no_blank_is_handed_out() {
    let text = r#"{"inner":[{"number":"x"},{"number":-1}],"kind":7}"#;
    assert_eq!(part::<Outer>(text).0, "inner[0].number");
    assert_eq!(part::<Outer>(r#"{"kind":7,"inner":{}}"#).0, "inner");
}

#[test]
fn what_is_no_json_says_where() {
    for text in [
        "",
        "{",
        "nonsense",
        "{} {}",
        "\u{FEFF}{}",
        "[\"\\ud800\"]",
        "[1e999]",
    ] {
        let Err(Wrong::Syntax(reason)) = from_str::<Outer>(text) else {
            panic!("{text} is JSON");
        };
        assert!(reason.contains("line 1, column"), "{reason}");
    }
}

#[test]
fn depth_is_bounded_and_what_is_too_deep_has_a_path() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    wrong(
        &format!(r#"{{"inner":[],"more":{deep}}}"#),
        "more",
        "unknown field `more`, expected one of `inner`, `kind`",
    );
    assert_eq!(
        from_str::<Inner>(&format!(r#"{{"number":1,"more":{deep}}}"#)),
        Ok(inner(1))
    );
    assert!(from_str::<Vec<u16>>(&"[".repeat(100_000)).is_err());
}

#[test]
fn a_long_name_is_not_repeated() {
    let name = "x".repeat(100_000);
    let (path, reason) = part::<Outer>(&format!(r#"{{"{name}":1}}"#));
    assert!(path.len() == 64 && reason.len() < 200);
}
