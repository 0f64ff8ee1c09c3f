//! In a thousand cases each: no key survives in any spelling, and texts without one come through.

use modelyard::keys::{Redactor, Secret};
use proptest::prelude::*;

/// How a character may be written, one way for each number.
fn spell(character: char, way: u8) -> String {
    let code = u32::from(character);
    match way % 8 {
        0 | 1 => character.to_string(),
        2 => format!("%{code:02X}"),
        3 => format!("%{code:02x}"),
        4 => format!("\\u{code:04x}"),
        5 => format!("\\u{code:04X}"),
        6 => format!("%25{code:02X}"),
        _ => {
            let json = serde_json::to_string(&character.to_string()).unwrap();
            json[1..json.len() - 1].to_owned()
        }
    }
}

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut digits = String::new();
    for three in bytes.chunks(3) {
        let mut value = 0_u32;
        for at in 0..3 {
            value = value << 8 | u32::from(*three.get(at).unwrap_or(&0));
        }
        for at in 0..=three.len() {
            digits.push(char::from(alphabet[(value >> (18 - 6 * at) & 63) as usize]));
        }
    }
    digits
}

/// Undoes every escape there is, as often as it takes.
fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let (mut plain, mut rest) = (String::new(), text.as_str());
        while let Some(next) = rest.chars().next() {
            let code = |from: usize, to: usize| {
                u32::from_str_radix(rest.get(from..to)?, 16)
                    .ok()
                    .and_then(char::from_u32)
            };
            let (character, length) = match next {
                '%' => code(1, 3).map_or((next, 1), |character| (character, 3)),
                '\\' if rest[1..].starts_with('u') => {
                    code(2, 6).map_or((next, 1), |character| (character, 6))
                }
                '\\' if rest[1..].starts_with(['"', '\\', '/']) => (rest[1..].chars().next().unwrap(), 2),
                _ => (next, next.len_utf8()),
            };
            plain.push(character);
            rest = &rest[length..];
        }
        text = plain;
    }
    text
}

fn key() -> impl Strategy<Value = String> {
    // Letters mostly, so that they meet the text around them.
    prop_oneof!["[!-~]{8,40}", "[ab%u0\\\\\"]{8,16}", "[a-zA-Z0-9_-]{20,60}"]
        // What stands in its place must not be it.
        .prop_filter("it is not like the gap", |key| {
            !"[redacted]".contains(key.as_str())
        })
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_key_survives_in_any_mix_of_spellings(
        key in key(), ways in prop::collection::vec(any::<u8>(), 60), before in "[^%\\\\]{0,20}", after in ".{0,20}"
    ) {
        let redactor = Redactor::default();
        let _live = redactor.watch(Secret::check(key.clone()).unwrap());
        let spelled: String = key.chars().zip(ways).map(|(character, way)| spell(character, way)).collect();
        let clean = redactor.text([&before, spelled.as_str(), &after].concat());
        prop_assert!(!clean.contains(&spelled), "{}", clean);
        prop_assert!(!unescaped(&clean).contains(&key) || unescaped(&[&before, after.as_str()].concat()).contains(&key), "{}", clean);
        prop_assert!(clean.contains("[redacted]"));
    }

    #[test]
    fn no_key_survives_in_base64(
        key in "[!-~]{8,40}", before in prop::collection::vec(any::<u8>(), 0..7), after in prop::collection::vec(any::<u8>(), 0..7), url in any::<bool>()
    ) {
        let redactor = Redactor::default();
        let _live = redactor.watch(Secret::check(key.clone()).unwrap());
        let alphabet = if url { FOR_URLS } else { STANDARD };
        let digits = base64(&[&before, key.as_bytes(), &after].concat(), alphabet);
        let clean = redactor.text(format!("x {digits}== y"));
        prop_assert_eq!(clean, "x [redacted] y");
    }

    #[test]
    fn texts_without_a_key_come_through_unchanged(key in "[a-z]{3}[A-Z0-9]{12}", text in "[^-_?&;:6BbAZ0-9]{0,200}") {
        let redactor = Redactor::default();
        let _live = redactor.watch(Secret::check(key).unwrap());
        prop_assert_eq!(redactor.text(text.clone()), text);
    }

    #[test]
    fn json_with_keys_in_it_stays_json_of_the_same_shape(
        key in key(), ways in prop::collection::vec(any::<u8>(), 60), before in ".{0,12}", after in ".{0,12}"
    ) {
        let redactor = Redactor::default();
        let _live = redactor.watch(Secret::check(key.clone()).unwrap());
        let spelled: String = key.chars().zip(ways).map(|(character, way)| spell(character, way)).collect();
        let value = serde_json::json!({ "text": ([before, spelled.clone(), after].concat()), "list": [key, 1, null] });
        let clean: serde_json::Value = serde_json::from_str(&redactor.json(value.to_string())).expect("JSON");
        prop_assert_eq!(clean["list"][0].as_str(), Some("[redacted]"));
        prop_assert_eq!(clean["list"][1].as_u64(), Some(1));
        prop_assert!(!clean["text"].as_str().unwrap().contains(&spelled));
    }

    #[test]
    fn the_first_half_of_a_key_does_not_survive_where_a_text_was_cut(key in "[a-zA-Z0-9]{16,60}", part in 8_usize..60, before in "[^a-zA-Z0-9]{0,20}") {
        let redactor = Redactor::default();
        let part = part.min(key.len());
        let _live = redactor.watch(Secret::check(key.clone()).unwrap());
        let clean = redactor.text([before.as_str(), &key[..part]].concat());
        prop_assert!(!clean.contains(&key[..part]));
    }
}
