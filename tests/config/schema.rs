//! K6: the JSON Schema of a configuration, written from the table of keys and committed.
//!
//! `MODELYARD_WRITE_SCHEMA=1 cargo test --test config schema` writes it anew.

use std::{env, fs, path::Path, sync::LazyLock};

use modelyard::config::{Bounds, Config, Key, Kind, Source, Word, keys};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::table::{file_with, leaves};

fn example(key: &Key) -> Value {
    serde_json::from_str(key.example).expect("an example is JSON")
}

fn of(key: &Key) -> Value {
    let mut schema = of_kind(key.kind);
    let fields = schema.as_object_mut().expect("an object");
    fields.insert("description".to_owned(), key.doc.into());
    if let Some(default) = key.default {
        fields.insert("default".to_owned(), serde_json::from_str(default).expect("JSON"));
    }
    if !matches!(key.kind, Kind::Section(_)) {
        fields.insert("examples".to_owned(), json!([example(key)]));
    }
    schema
}

fn of_kind(kind: Kind) -> Value {
    match kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number(bounds) => of_number("number", bounds),
        Kind::Integer(bounds) => of_number("integer", bounds),
        Kind::Text(word) => or_absent(&of_word(word)),
        Kind::Texts(word, most) => json!({ "type": "array", "items": of_word(word), "maxItems": most }),
        Kind::Json => json!({ "type": "object" }),
        Kind::Section(keys) => of_section(keys),
        Kind::Map(word, most, keys) => {
            json!({ "type": "object", "propertyNames": of_word(word), "maxProperties": most, "additionalProperties": of_section(keys) })
        }
        Kind::MapOf(word, most, key) => {
            json!({ "type": "object", "propertyNames": of_word(word), "maxProperties": most, "additionalProperties": of(key) })
        }
    }
}

/// Unknown keys are told by editors, as they are by the package.
fn of_section(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), of(key))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn of_number(kind: &str, bounds: Bounds) -> Value {
    let mut schema = json!({ "type": kind });
    for (name, bound) in [
        ("exclusiveMinimum", bounds.above),
        ("minimum", bounds.from),
        ("maximum", bounds.to),
    ] {
        if let Some(bound) = bound {
            schema[name] = bound.into();
        }
    }
    schema
}

fn of_word(word: Word) -> Value {
    let most = word.most();
    match word {
        Word::OneOf(words) => json!({ "enum": words }),
        Word::Host => {
            json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "^[hH][tT][tT][pP][sS]?://[^@?#\\s\\\\]+$" })
        }
        Word::Date => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$" })
        }
        Word::Provider => {
            json!({ "type": "string", "maxLength": most, "pattern": "^(?!.*[.][.])[A-Za-z0-9][A-Za-z0-9._-]*$" })
        }
        Word::Model => {
            json!({ "type": "string", "maxLength": most, "pattern": "^(?!.*[.][.])[^\\s\\u0000-\\u001f\\u007f-\\u009f]+$" })
        }
        Word::Pattern => {
            json!({ "type": "string", "maxLength": most, "pattern": "^[^\\s\\u0000-\\u001f\\u007f-\\u009f]+$" })
        }
        Word::Profile | Word::Line(_) => {
            json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "^(?!\\s)[^\\u0000-\\u001f\\u007f-\\u009f]+(?<!\\s)$" })
        }
        Word::Any(_) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
    }
}

/// An empty text says nothing, so it is allowed where a text stands.
fn or_absent(word: &Value) -> Value {
    json!({ "anyOf": [word, { "const": "" }] })
}

fn schema() -> String {
    let mut schema = of_section(keys());
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "Configuration of Modelyard".into();
    let mut text = serde_json::to_string_pretty(&schema).expect("plain");
    text.push('\n');
    text
}

#[test]
fn k6_the_committed_schema_is_that_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/config.schema.json");
    let text = schema();
    if env::var_os("MODELYARD_WRITE_SCHEMA").is_some() {
        fs::write(&path, &text).expect("the schema can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "run `MODELYARD_WRITE_SCHEMA=1 cargo test --test config schema`"
    );
}

/// Whether a value fits a schema, as far as the schemas above go. Patterns are left out: what a name is, the reader says.
fn fits(schema: &Value, value: &Value) -> bool {
    let bound = |name: &str| schema[name].as_f64();
    let number = value.as_f64();
    let kind = match schema["type"].as_str() {
        None => true,
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some("integer") => number.is_some_and(|number| number.fract() == 0.0),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some(other) => panic!("{other}"),
    };
    let numbers = number.is_none_or(|number| {
        bound("minimum").is_none_or(|least| number >= least)
            && bound("maximum").is_none_or(|most| number <= most)
            && bound("exclusiveMinimum").is_none_or(|below| number > below)
    });
    let length = |name: &str| {
        schema[name]
            .as_u64()
            .and_then(|length| usize::try_from(length).ok())
    };
    let texts = value.as_str().is_none_or(|text| {
        let count = text.chars().count();
        length("minLength").is_none_or(|least| count >= least)
            && length("maxLength").is_none_or(|most| count <= most)
    });
    let words = schema["enum"]
        .as_array()
        .is_none_or(|words| words.contains(value));
    let same = schema.get("const").is_none_or(|one| one == value);
    let any = schema["anyOf"]
        .as_array()
        .is_none_or(|some| some.iter().any(|one| fits(one, value)));
    let items = value.as_array().is_none_or(|items| {
        let few = length("maxItems").is_none_or(|most| items.len() <= most);
        few && schema
            .get("items")
            .is_none_or(|item| items.iter().all(|one| fits(item, one)))
    });
    let fields = value.as_object().is_none_or(|fields| {
        let names = schema.get("propertyNames");
        let few = length("maxProperties").is_none_or(|most| fields.len() <= most);
        few && fields.iter().all(|(name, one)| {
            let is_name = names.is_none_or(|names| fits(names, &name.as_str().into()));
            let known = schema["properties"]
                .get(name)
                .or_else(|| schema.get("additionalProperties"));
            is_name
                && match known {
                    None | Some(Value::Bool(true)) => true,
                    Some(Value::Bool(false)) => false,
                    Some(schema) => fits(schema, one),
                }
        })
    });
    kind && numbers && texts && words && same && any && items && fields
}

/// Whether the reader takes a file and knows all that is in it.
fn is_taken(text: &str) -> bool {
    let changed = Config::new(&[]).replace(Source::File(text));
    changed.is_ok_and(|changed| changed.warnings.is_empty())
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&schema()).expect("JSON"));

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5_i64..5).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-300_i32..300).prop_map(|number| (f64::from(number) / 100.0).into()),
        select(vec![
            "cancel",
            "keep",
            "ask",
            "yes",
            "no",
            "ollama",
            "openai",
            "tools",
            "smallestFirst",
            "x y",
            "\u{7}"
        ])
        .prop_map(Value::from),
    ];
    let name = select(vec![
        "a",
        "temperature",
        "topK",
        "host",
        "superseded",
        "general",
        "ollama",
    ]);
    leaf.prop_recursive(2, 8, 3, move |inside| {
        prop_oneof![
            proptest::collection::vec(inside.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inside, 0..3).prop_map(|fields| fields
                .into_iter()
                .map(|(name, one)| (name.to_owned(), one))
                .collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn k6_the_schema_and_the_reader_agree((path, key) in select(leaves()), value in value()) {
        // What a name or an address is, and that a name is there, no schema says.
        let said_by_words = |word: Word| !matches!(word, Word::OneOf(_) | Word::Any(_));
        let free = match key.kind {
            Kind::Text(word) => said_by_words(word) && value.is_string(),
            Kind::Texts(word, _) => said_by_words(word) && value.is_array(),
            Kind::Json => value.is_object(),
            _ => false,
        };
        prop_assume!(!free);
        let text = file_with(&path, &value.to_string());
        let schema = &*SCHEMA;
        let file: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(fits(schema, &file), is_taken(&text), "{}", text);
    }
}

#[test]
fn k6_the_schema_takes_every_example_and_refuses_what_the_reader_refuses() {
    let schema: Value = serde_json::from_str(&schema()).expect("JSON");
    for (path, key) in leaves() {
        let file: Value = serde_json::from_str(&file_with(&path, key.example)).expect("JSON");
        assert!(fits(&schema, &file), "{path}");
    }
    for text in [
        r#"{"generation":{"temperature":2.1}}"#,
        r#"{"generation":{"repeatPenalty":0}}"#,
        r#"{"contextSize":0.5}"#,
        r#"{"contextsize":5}"#,
        r#"{"providers":{"x":{"kind":"olama"}}}"#,
        r#"{"routing":{"overrides":{"fast":1}}}"#,
    ] {
        assert!(
            !fits(&schema, &serde_json::from_str(text).expect("JSON")) && !is_taken(text),
            "{text}"
        );
    }
}
