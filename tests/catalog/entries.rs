//! Entries of an app: above the bundled ones, checked all together.

use modelyard::catalog::Step;
use modelyard::catalog::entry::{AppEntry, SaidCapabilities};
use modelyard::catalog::error::Problem;
use modelyard::catalog::pattern::PatternError;
use modelyard::catalog::record::{Source, Support};
use modelyard::json;

use super::rows::Rows;

fn entry(name: &str) -> AppEntry {
    AppEntry {
        name: name.to_owned(),
        ..AppEntry::default()
    }
}

#[test]
fn an_entry_of_the_app_is_above_the_bundled_one_field_by_field() {
    let catalog = Rows::classic()
        .catalog()
        .with_entries(vec![AppEntry {
            context_window: Some(64_000.0),
            capabilities: SaidCapabilities(vec![("vision".to_owned(), Support::No)]),
            ..entry("LLAMA3.1:*")
        }])
        .unwrap();
    let lookup = catalog.lookup("llama3.1:8b");
    assert_eq!(
        (lookup.context.tokens, lookup.context.source),
        (64_000, Source::User)
    );
    assert_eq!(
        (lookup.max_output.tokens, lookup.max_output.source),
        (4_096, Source::Bundled)
    );
    assert_eq!(
        (lookup.capabilities.tools, lookup.capabilities.vision),
        (Support::Yes, Support::No)
    );
    assert_eq!(
        lookup.overridden.as_ref().unwrap().key.as_deref(),
        Some("llama3.1:*")
    );
    assert_eq!(catalog.lookup("llama3.2").overridden, None);
}

#[test]
fn an_app_can_add_models_patterns_and_aliases() {
    let catalog = Rows::classic()
        .catalog()
        .with_entries(vec![
            AppEntry {
                family: Some("Acme".to_owned()),
                context_window: Some(1_000_000.0),
                parameters_billions: Some(0.35),
                profiles: vec!["house".to_owned()],
                released: Some("2026-01".to_owned()),
                ..entry("acme/base")
            },
            AppEntry {
                alias_of: Some("acme/base".to_owned()),
                ..entry("house-model")
            },
            AppEntry {
                max_output_tokens: Some(9.0),
                ..entry("acme/*")
            },
        ])
        .unwrap();
    let lookup = catalog.lookup("House-Model");
    assert_eq!(
        (lookup.matched.step, lookup.family.as_str(), lookup.class),
        (Step::Alias, "acme", None)
    );
    assert_eq!(
        (lookup.parameters_millions, lookup.profiles.join(" ")),
        (Some(350), "house".to_owned())
    );
    assert_eq!(lookup.released.as_deref(), Some("2026-01"));
    assert_eq!(catalog.lookup("acme/x").max_output.tokens, 9);
}

#[test]
fn all_faults_are_told_together_and_what_was_in_force_stays() {
    let catalog = Rows::classic()
        .catalog()
        .with_entries(vec![AppEntry {
            context_window: Some(5.0),
            ..entry("acme")
        }])
        .unwrap();
    let errors = catalog
        .with_entries(vec![
            entry("llama-[0-9"),
            AppEntry {
                context_window: Some(f64::NAN),
                max_output_tokens: Some(-1.0),
                ..entry("a")
            },
            AppEntry {
                capabilities: SaidCapabilities(vec![("tols".to_owned(), Support::Yes)]),
                ..entry("b")
            },
            AppEntry {
                context_window: Some(1.5),
                served_context_window: Some(1e12),
                size_bytes: Some(0.0),
                ..entry("A")
            },
            AppEntry {
                parameters_billions: Some(f64::INFINITY),
                released: Some("last year".to_owned()),
                ..entry("")
            },
            AppEntry {
                alias_of: Some("d".to_owned()),
                ..entry("c")
            },
            AppEntry {
                alias_of: Some("C".to_owned()),
                ..entry("d")
            },
            AppEntry {
                alias_of: Some("a".to_owned()),
                context_window: Some(1.0),
                ..entry("e")
            },
        ])
        .unwrap_err();
    let told: Vec<(&str, &str, Problem)> = errors
        .iter()
        .map(|error| (error.field.as_str(), error.value.as_str(), error.problem))
        .collect();
    assert_eq!(
        told,
        [
            (
                "catalog[0].name",
                "llama-[0-9",
                Problem::Pattern(PatternError::UnclosedClass)
            ),
            ("catalog[1].contextWindow", "NaN", Problem::Tokens),
            ("catalog[1].maxOutputTokens", "-1", Problem::Tokens),
            ("catalog[2].capabilities.tols", "tols", Problem::Capability),
            ("catalog[3].name", "A", Problem::Duplicate),
            ("catalog[3].contextWindow", "1.5", Problem::Tokens),
            ("catalog[3].servedContextWindow", "1000000000000", Problem::Tokens),
            ("catalog[3].sizeBytes", "0", Problem::Bytes),
            (
                "catalog[4].name",
                "",
                Problem::Name(modelyard::catalog::name::NameError::Empty)
            ),
            ("catalog[4].released", "last year", Problem::Date),
            ("catalog[4].parametersBillions", "Infinity", Problem::Parameters),
            ("catalog[7].aliasOf", "a", Problem::Alias),
            ("catalog", "c", Problem::AliasCycle),
            ("catalog", "d", Problem::AliasCycle),
        ]
    );
    assert_eq!(errors[3].closest.as_deref(), Some("tools"));
    assert!(errors.iter().all(|error| !error.reason().is_empty()));
    assert_eq!(catalog.lookup("acme").context.tokens, 5);
}

#[test]
fn a_value_that_is_told_is_short() {
    let errors = Rows::classic()
        .catalog()
        .with_entries(vec![entry(&"*".repeat(1 << 20))])
        .unwrap_err();
    assert_eq!(errors[0].value.chars().count(), 200);
}

#[test]
fn more_entries_than_anybody_has_are_refused() {
    let entries = (0..=2_000).map(|index| entry(&format!("m{index}"))).collect();
    assert_eq!(
        Rows::classic().catalog().with_entries(entries).unwrap_err()[0].problem,
        Problem::TooMany
    );
    let entries = (0..2_000)
        .map(|index| AppEntry {
            context_window: Some(7.0),
            ..entry(&format!("m{index}"))
        })
        .collect();
    let catalog = Rows::classic().catalog().with_entries(entries).unwrap();
    for name in ["m0", "m999", "M1999"] {
        assert_eq!(catalog.lookup(name).context.tokens, 7, "{name}");
    }
}

#[test]
fn no_entries_take_the_old_ones_away() {
    let with = Rows::classic()
        .catalog()
        .with_entries(vec![AppEntry {
            context_window: Some(5.0),
            ..entry("acme")
        }])
        .unwrap();
    let without = with.with_entries(Vec::new()).unwrap();
    assert!(with.lookup("acme").is_known() && !without.lookup("acme").is_known());
}

#[test]
fn entries_are_read_from_json_as_people_write_it() {
    let text = r#"[
        {"name": "acme/*", "contextWindow": 1000, "capabilities": {"tools": true, "vision": false, "audio": "unknown"}},
        {"name": "house", "aliasOf": "acme/one"}
    ]"#;
    let entries: Vec<AppEntry> = json::from_str(text).unwrap();
    let catalog = Rows::classic().catalog().with_entries(entries).unwrap();
    let lookup = catalog.lookup("acme/one");
    assert_eq!(lookup.context.tokens, 1_000);
    let said = lookup.capabilities;
    assert_eq!(
        (said.tools, said.vision, said.audio),
        (Support::Yes, Support::No, Support::Unknown)
    );
    for (text, words) in [
        (
            r#"{"name": "a", "contextwindow": 1}"#,
            "unknown field `contextwindow`",
        ),
        (
            r#"{"name": "a", "contextWindow": "many"}"#,
            "contextWindow: invalid type: string",
        ),
        (
            r#"{"name": "a", "capabilities": {"tools": "maybe"}}"#,
            "expected true, false, \"yes\", \"no\" or \"unknown\"",
        ),
        (
            r#"{"name": "a", "capabilities": {"tools": true, "audio": true, "tools": false}}"#,
            "capabilities.tools: is there twice",
        ),
        (r#"{"contextWindow": 1}"#, "missing field `name`"),
    ] {
        let error = json::from_str::<AppEntry>(text).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn other_bundled_data_leaves_the_entries_of_the_app_in_force() {
    use modelyard::catalog::Catalog;
    use modelyard::catalog::bundle::Empty;

    let entries = vec![AppEntry {
        context_window: Some(5.0),
        ..entry("acme")
    }];
    let early = Catalog::new(Empty).with_entries(entries).unwrap();
    assert!(!early.lookup("mistral").is_known());
    let late = early.with_bundle(Rows::classic());
    assert!(late.lookup("mistral").is_known() && late.lookup("acme").is_known());
}
