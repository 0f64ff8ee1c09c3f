//! Whatever is done to a text, its reader says where it is wrong, and never breaks.

use modelyard::engine::manifest::ModelManifest;
use modelyard::engine::protocol::FromWorker;
use modelyard::engine::record::Persist;
use modelyard::json::{self, Read, Wrong};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

fn digest() -> String {
    "0f".repeat(32)
}

fn manifest() -> Value {
    json!({
        "id": "one", "name": "One", "description": "Small.", "engine": "wllama", "contextWindow": 512,
        "files": [
            { "name": "a.gguf", "url": "https://models.example/a", "sizeBytes": 5, "sha256": digest() },
            { "name": "b.gguf", "url": "https://models.example/b" }
        ]
    })
}

fn failure() -> Value {
    json!({
        "code": "network", "message": "Cut.", "recovery": ["Try again."], "retryable": true,
        "others": [{ "code": "not_found", "message": "None.", "recovery": [], "retryable": false }]
    })
}

fn change() -> Value {
    json!({ "job": {
        "v": 1, "id": 2, "epoch": 3, "manifest": manifest(), "origin": "selection", "started": true,
        "standing": { "paused": { "failure": failure() } }
    } })
}

fn message() -> Value {
    json!({ "waits": {
        "ticket": { "job": 1, "epoch": 2 },
        "waiting": { "Retry": { "attempt": 1, "untilMs": 2, "failure": failure() } }
    } })
}

/// How many values there are in one, itself included.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(entries) => 1 + entries.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The value of a number, counted in the order they stand in the text.
fn nth(value: &mut Value, n: usize) -> Option<&mut Value> {
    if n == 0 {
        return Some(value);
    }
    let inside: Vec<&mut Value> = match value {
        Value::Array(entries) => entries.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    };
    let mut left = n - 1;
    for one in inside {
        let size = count(one);
        if left < size {
            return nth(one, left);
        }
        left -= size;
    }
    None
}

/// The value a path leads to.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let dotted = path.replace('[', ".").replace(']', "");
    let mut steps = dotted.split('.').filter(|step| !step.is_empty());
    steps.try_fold(value, |value, step| match value {
        Value::Array(entries) => entries.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })
}

/// Reads a text, and gives whether it could be read. What is read is written as it was; what is wrong is there.
fn read<T: Read + Serialize + PartialEq + std::fmt::Debug>(value: &Value) -> bool {
    match json::from_str::<T>(&value.to_string()) {
        Ok(read) => {
            let text = serde_json::to_string(&read).expect("a text");
            assert_eq!(json::from_str::<T>(&text), Ok(read));
            true
        }
        Err(Wrong::Part(part)) => {
            assert!(at(value, &part.path).is_some(), "{value} has no {}", part.path);
            false
        }
        Err(Wrong::Syntax(reason)) => panic!("{value}: {reason}"),
    }
}

fn replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-1e20..1e20).prop_map(Value::from),
        "[a-z .é\"\\\\]{0,6}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "more": [1] })),
        Just(json!([{ "id": 1 }, null])),
    ]
}

#[test]
fn the_samples_are_read() {
    assert!(read::<ModelManifest>(&manifest()));
    assert!(read::<Persist>(&change()));
    assert!(json::from_str::<FromWorker>(&message().to_string()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn a_value_that_is_replaced_is_read_or_named(place in any::<prop::sample::Index>(), new in replacement(), more in any::<bool>()) {
        for (number, mut value) in [manifest(), change(), message()].into_iter().enumerate() {
            let place = place.index(count(&value));
            let changed = nth(&mut value, place).expect("a place");
            match changed.as_object_mut().filter(|_| more) {
                Some(fields) => {
                    fields.insert("more".to_owned(), new.clone());
                }
                None => *changed = new.clone(),
            }
            match number {
                0 => read::<ModelManifest>(&value),
                1 => read::<Persist>(&value),
                _ => json::from_str::<FromWorker>(&value.to_string()).is_ok(),
            };
        }
    }

    #[test]
    fn a_text_that_is_cut_or_altered_never_breaks_the_reader(place in any::<prop::sample::Index>(), new in any::<Option<char>>()) {
        for value in [manifest(), change(), message()] {
            let text = value.to_string();
            let at = place.index(text.len());
            let altered = new.map_or_else(
                || text[..at].to_owned(),
                |new| [&text[..at], &new.to_string(), &text[at + 1..]].concat(),
            );
            let is_json = serde_json::from_str::<Value>(&altered).is_ok();
            let outcome = json::from_str::<Persist>(&altered);
            prop_assert_eq!(matches!(outcome, Err(Wrong::Syntax(_))), !is_json);
            let _ = json::from_str::<ModelManifest>(&altered);
            let _ = json::from_str::<FromWorker>(&altered);
        }
    }
}
