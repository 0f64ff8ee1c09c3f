//! Reading JSON values, held against `serde_json`.

use modelyard::providers::json::{NoJson, RawJson, Reader};
use proptest::prelude::*;
use serde_json::Value;

/// Reads everything of a value through the questions of the reader.
fn read(reader: &mut Reader) -> Result<Value, NoJson> {
    let raw = reader.clone().raw()?;
    Ok(match raw.as_bytes()[0] {
        b'{' => {
            let mut map = serde_json::Map::new();
            assert!(reader.object()?);
            while let Some(key) = reader.key()? {
                map.insert(key.into_owned(), read(reader)?);
            }
            Value::Object(map)
        }
        b'[' => {
            let mut list = Vec::new();
            assert!(reader.array()?);
            while reader.item()? {
                list.push(read(reader)?);
            }
            Value::Array(list)
        }
        b'"' => Value::String(reader.text()?.expect("a text").into_owned()),
        b't' | b'f' => Value::Bool(reader.flag()?.expect("a flag")),
        b'n' => {
            reader.skip()?;
            Value::Null
        }
        _ => {
            let count = reader.clone().count()?;
            let value: Value = serde_json::from_str(reader.raw()?).expect("a number");
            if let Some(count) = count {
                #[expect(clippy::cast_precision_loss, reason = "that is how it is read too")]
                let same = value.as_u64() == Some(count) || value.as_f64() == Some(count as f64);
                assert!(same, "{value} is not {count}");
            } else {
                assert_eq!(value.as_u64(), None, "{value}");
            }
            value
        }
    })
}

fn read_all(text: &str) -> Result<Value, NoJson> {
    let mut reader = Reader::new(text);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

fn skip_all(text: &str) -> Result<(), NoJson> {
    let mut reader = Reader::new(text);
    reader.skip()?;
    reader.end()
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn every_value_is_read_as_it_was_written(value in values(), pretty in any::<bool>()) {
        let text = if pretty {
            serde_json::to_string_pretty(&value)
        } else {
            serde_json::to_string(&value)
        };
        let text = text.expect("JSON");
        // The last digit of a float may differ from what was written, in serde_json too.
        let value: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(read_all(&text), Ok(value));
        prop_assert_eq!(skip_all(&text), Ok(()));
        let padded = format!(" \t{text}\r\n");
        prop_assert_eq!(RawJson::new(&padded).map(|raw| raw.as_str().to_owned()), Some(text));
    }

    /// What `serde_json` takes is taken and nothing else, but for halves of surrogate pairs, which servers do send.
    #[test]
    fn what_is_no_json_is_refused(text in r#"[\[\]{},:"\\ u0-9a-f.eE+\-tfnrlsé\n]{0,24}"#) {
        let expected = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(skip_all(&text).is_ok(), expected, "{}", text);
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(read_all(&text), Ok(value));
        }
    }

    #[test]
    fn a_value_with_a_changed_byte_is_judged_as_serde_json_does(
        value in values(),
        at in any::<prop::sample::Index>(),
        with in prop::sample::select(b"{}[]\",:\\ue0-.".to_vec()),
    ) {
        let mut text = serde_json::to_string(&value).expect("JSON").into_bytes();
        let at = at.index(text.len());
        text[at] = with;
        if let Ok(text) = String::from_utf8(text) {
            let expected = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(skip_all(&text).is_ok(), expected, "{}", text);
        }
    }
}

#[test]
fn a_value_of_another_type_is_unknown_and_what_follows_is_read() {
    let mut reader = Reader::new(r#"[{"a":[1]}, "two", 3, null, true, [4], 5]"#);
    assert_eq!(reader.array(), Ok(true));
    let next = |reader: &mut Reader| assert_eq!(reader.item(), Ok(true));
    next(&mut reader);
    assert_eq!(reader.text(), Ok(None));
    next(&mut reader);
    assert_eq!(reader.count(), Ok(None));
    next(&mut reader);
    assert_eq!(reader.object(), Ok(false));
    next(&mut reader);
    assert_eq!(reader.word(), Ok(None));
    next(&mut reader);
    assert_eq!(reader.array(), Ok(false));
    next(&mut reader);
    assert_eq!(reader.flag(), Ok(None));
    next(&mut reader);
    assert_eq!(reader.count(), Ok(Some(5)));
    assert_eq!(reader.item(), Ok(false));
    assert_eq!(reader.end(), Ok(()));
}

#[test]
fn numbers_are_counts_only_if_they_are_whole_and_fit() {
    for (text, expected) in [
        ("0", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("99999999999999999999999999999999999999", None),
        ("4096.0", Some(4_096)),
        ("4096.00", Some(4_096)),
        ("4096.5", None),
        ("-1", None),
        ("-0", None),
        ("1e3", None),
        ("1.0e3", None),
    ] {
        assert_eq!(Reader::new(text).count(), Ok(expected), "{text}");
    }
    for (text, expected) in [("0", None), ("4294967295", Some(u32::MAX)), ("4294967296", None)] {
        assert_eq!(Reader::new(text).tokens(), Ok(expected), "{text}");
    }
}

#[test]
fn escapes_stand_for_characters_and_half_a_pair_for_none() {
    for (text, expected) in [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\u20AC""#, "é€"),
        (r#""\ud83d\udc4b!""#, "👋!"),
        (r#""\ud83d!""#, "\u{fffd}!"),
        (r#""\udc4b\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\ud83d\udc4b""#, "\u{fffd}👋"),
    ] {
        assert_eq!(
            Reader::new(text)
                .text()
                .map(|text| text.expect("a text").into_owned()),
            Ok(expected.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn values_nested_deeper_than_sixty_four_are_refused() {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert_eq!(skip_all(&nested(64)), Ok(()));
    assert_eq!(skip_all(&nested(65)), Err(NoJson));
    assert_eq!(skip_all(&"[".repeat(100_000)), Err(NoJson));
    assert_eq!(skip_all(&"{\"a\":".repeat(100_000)), Err(NoJson));
    // What is closed again does not count.
    assert_eq!(skip_all(&format!("[{}0]", "[[]],".repeat(1_000))), Ok(()));
}

#[test]
fn raw_json_is_kept_byte_for_byte() {
    let text = r#"{ "b" : 1.50e+3, "a":[ ] , "b":2 }"#;
    let raw = RawJson::object(text).expect("an object");
    assert_eq!(raw.as_str(), text);
    assert_eq!(raw.entries(), r#""b" : 1.50e+3, "a":[ ] , "b":2"#);
    assert!(raw.has_key("a") && raw.has_key("b") && !raw.has_key("c"));
    for text in ["[1]", "1", "\"{}\"", "{", "{}{}", "", "{\"a\":}"] {
        assert_eq!(RawJson::object(text), None, "{text}");
    }
    assert_eq!(
        RawJson::new("\"high\"").map(|raw| raw.as_str().to_owned()),
        Some("\"high\"".to_owned())
    );
}
