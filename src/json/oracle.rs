//! What is read and written here, held against `serde_json`.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::scan::scan;
use super::tape::Node;
use super::to_string;

/// The value at a place, as `serde_json` has it, and the place behind it.
fn value(nodes: &[Node<'_>], at: usize) -> (Json, usize) {
    let one = match &nodes[at] {
        Node::Null => Json::Null,
        Node::Flag(flag) => Json::from(*flag),
        Node::Whole(number) => Json::from(*number),
        Node::Number(number) => Json::from(*number),
        Node::Text(text) => Json::from(text.as_ref()),
        Node::Deep => Json::from("deep"),
        Node::List { end } => {
            let (mut next, mut list) = (at + 1, Vec::new());
            while next < *end {
                let (one, after) = value(nodes, next);
                list.push(one);
                next = after;
            }
            return (Json::from(list), next);
        }
        Node::Object { end } => {
            let (mut next, mut object) = (at + 1, serde_json::Map::new());
            while next < *end {
                let Node::Text(name) = &nodes[next] else {
                    panic!("a name")
                };
                let (one, after) = value(nodes, next + 1);
                object.insert(name.to_string(), one);
                next = after;
            }
            return (Json::from(object), next);
        }
    };
    (one, at + 1)
}

/// Whether two values are the same, up to the last digits of numbers that are not whole.
fn alike(own: &Json, other: &Json) -> bool {
    match (own, other) {
        (Json::Number(one), Json::Number(two)) if !(one.is_u64() && two.is_u64()) => {
            let [one, two] = [one, two].map(|number| number.as_f64().unwrap_or_default());
            (one - two).abs() <= 1e-13 * two.abs() + f64::MIN_POSITIVE
        }
        (Json::Array(one), Json::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| alike(one, two))
        }
        (Json::Object(one), Json::Object(two)) => {
            let same = |((a, one), (b, two)): ((&String, &Json), (&String, &Json))| a == b && alike(one, two);
            one.len() == two.len() && one.iter().zip(two).all(same)
        }
        _ => own == other,
    }
}

/// Both readers take a text, for the same, or neither does.
#[track_caller]
fn agree(text: &str) {
    match (scan(text), serde_json::from_str::<Json>(text)) {
        (Ok(nodes), Ok(expected)) => {
            let (read, end) = value(&nodes, 0);
            assert_eq!(end, nodes.len(), "{text}");
            assert!(alike(&read, &expected), "{text}: {read}");
        }
        (Err(at), Err(_)) => assert!(at <= text.len(), "{text}"),
        (own, other) => panic!("{text}: {:?}, {other:?}", own.map(|nodes| nodes.len())),
    }
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "\\PC{0,6}|[\"\\\\/\u{0}-\u{1f}é😀]{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            proptest::collection::btree_map("[a-z\"\\\\é]{0,3}", inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

#[test]
fn every_corner_of_the_grammar_is_read_as_serde_json_reads_it() {
    for text in [
        "",
        " ",
        "null",
        "nul",
        "nulll",
        "true",
        "false",
        " 1 ",
        "01",
        "-",
        "-0",
        "-1",
        "+1",
        "1.",
        ".5",
        "0.5",
        "1e5",
        "1E+5",
        "1e-5",
        "1e",
        "1e+",
        "1.5e3",
        "18446744073709551615",
        "18446744073709551616",
        "0.1",
        "123456.789",
        "1e308",
        "1e309",
        "-1e309",
        "1e-400",
        "0e99999999999999999999",
        "1e99999999999999999999",
        "123456789012345678901234567890",
        "12345678901234567890.5",
        "0.00000000000000000000000000001",
        "99999999999999999999.99999999999999999999e-5",
        "\"",
        "\"a",
        "\"a\"",
        "\"\\n\\t\\r\\b\\f\\/\\\\\\\"\"",
        "\"\\x\"",
        "\"\\u00e9\"",
        "\"\\u00E9x\"",
        "\"\\u00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\uD83D\"",
        "\"\\uD83D\\n\"",
        "\"\\uD83D\\u0041\"",
        "\"\\uDE00\"",
        "\"\\\"",
        "\"\u{1}\"",
        "\"\u{7f}é😀\"",
        "\"\n\"",
        "[",
        "]",
        "[]",
        "[ ]",
        "[1",
        "[1,",
        "[1,]",
        "[1 2]",
        "[1,2 ]",
        "[[],[[]]]",
        "{",
        "}",
        "{}",
        "{ }",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"b\":{\"c\":[{}]}}",
        "{a:1}",
        "{1:1}",
        "{\"a\" : 1 , \"a\":2}",
        "[}",
        "{]",
        "[1]]",
        "{}{}",
        "1 1",
        "\u{feff}1",
        "\u{a0}1",
        "\0",
        "[\0]",
        "\"\\u0000\"",
        "nullé",
        "é",
        "[é]",
        "[1\u{b}]",
    ] {
        agree(text);
    }
}

#[test]
fn numbers_of_few_digits_are_exact() {
    for text in [
        "0.1",
        "0.5",
        "1.5",
        "3.8",
        "7.62",
        "0.27",
        "123456.789",
        "1e22",
        "12345678e-10",
        "-0.000001",
        "4096.0",
    ] {
        let nodes = scan(text).expect(text);
        let Node::Number(number) = nodes[0] else {
            panic!("{text}")
        };
        assert_eq!(Ok(number), text.parse(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn whatever_is_written_is_read(json in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
        agree(&text.expect("a text"));
        let own = to_string(&json);
        agree(&own);
        let read: Json = serde_json::from_str(&own).expect("JSON");
        prop_assert!(alike(&read, &json), "{own}");
    }

    #[test]
    fn a_text_that_is_altered_is_json_for_both_or_for_none(
        json in any_json(), at in any::<prop::sample::Index>(), new in "[\\[\\]{}\",:\\\\0-9eE.+ntu\n -]{0,2}",
    ) {
        let text = json.to_string();
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[at.index(places.len())];
        let length = text[place..].chars().next().map_or(0, char::len_utf8);
        agree(&[&text[..place], &new, &text[place + length..]].concat());
    }
}
