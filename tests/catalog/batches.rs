//! Many names at once: the text that crosses to JavaScript, put together, is what single lookups say.

use std::sync::LazyLock;

use modelyard::catalog::Catalog;
use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::catalog::entry::AppEntry;
use modelyard::catalog::family::Family;
use modelyard::catalog::lookup::Known;
use modelyard::catalog::record::{Capabilities, Facts, Source};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::rows::{Rows, limits};

static BARE: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(Bundled::read(BUNDLED).expect("whole")));

/// The bundled data below what an app may say.
static WITH_APP: LazyLock<Catalog> = LazyLock::new(|| {
    let named = |name: &str| AppEntry {
        name: name.to_owned(),
        ..AppEntry::default()
    };
    let alias = |name: &str, of: &str| AppEntry {
        alias_of: Some(of.to_owned()),
        ..named(name)
    };
    let entries = vec![
        AppEntry {
            parameters_billions: Some(0.5),
            ..named("gpt-4o")
        },
        AppEntry {
            family: Some("mine".into()),
            context_window: Some(9_000.0),
            ..named("llama3*")
        },
        AppEntry {
            parameters_billions: Some(3.0),
            ..named("*-q4*")
        },
        named("llama*"),
        named("*qwen*"),
        named("*gemma*"),
        alias("mine", "other"),
        alias("other", "gpt-4o"),
        alias("to-a-pattern", "llama3-x"),
        alias("to-the-same", "llama3-y"),
    ];
    BARE.with_entries(entries).expect("good entries")
});

/// A bundle that does not count its entries.
static UNCOUNTED: LazyLock<Catalog> = LazyLock::new(|| {
    Rows::classic()
        .exact("llama-1b", limits(1_000, 10))
        .exact("llama-2b", limits(2_000, 20))
        .alias("small", "llama-1b")
        .pattern("*-7b", limits(3_000, 30))
        .pattern("llama*", limits(4_000, 40))
        .catalog()
});

/// Puts a text of lookups together, as `pkg-template/src/routing.ts` does.
fn put_together(names: &[String], text: &str) -> Vec<Value> {
    let text: Value = serde_json::from_str(text).expect("JSON");
    let lookup = |(at, name): (usize, &String)| {
        let row = |offset: usize| {
            usize::try_from(text[4][2 * at + offset].as_u64().expect("a place")).expect("small")
        };
        let mut lookup = text[0].clone();
        let fields = lookup.as_object_mut().expect("an object");
        let own = |value: &Value| value.as_object().cloned().unwrap_or_default();
        fields.extend(own(&text[2][row(0)]));
        for (field, values) in text[1].as_object().expect("fields") {
            fields[field] = values[fields[field].to_string()].clone();
        }
        let dress = &text[3][row(1)];
        fields.extend(own(&dress[0]));
        fields["name"] = json!(name);
        fields["matched"]["stripped"] = dress[1].clone();
        lookup
    };
    names.iter().enumerate().map(lookup).collect()
}

fn assert_same(catalog: &Catalog, names: &[String]) {
    // What is remembered of other texts must make no difference.
    for catalog in [catalog, &catalog.forgetful()] {
        let found = put_together(names, &catalog.lookup_all(names));
        assert_eq!(found.len(), names.len());
        for (found, name) in found.iter().zip(names) {
            let single = catalog.forgetful().lookup(name);
            assert_eq!(*found, serde_json::to_value(&*single).expect("JSON"), "{name}");
        }
    }
}

/// Names of the table of real ones, the bundled names and the bundled patterns.
fn known() -> Vec<String> {
    let table = include_str!("names.tsv").lines();
    let table = table.filter(|line| !line.starts_with(['#', '[']));
    let mut names: Vec<String> = table
        .filter_map(|line| line.split('\t').next().map(str::to_owned))
        .collect();
    let bundle = BARE.bundle();
    names.extend(bundle.names());
    names.extend(bundle.aliases().into_iter().map(|(name, _)| name));
    let patterns = bundle.patterns().into_iter();
    names.extend(patterns.map(|(text, ..)| text.replace('*', "x").replace('?', "7")));
    names
}

#[test]
fn all_names_there_are_come_out_as_single_lookups_do() {
    let names = known();
    assert!(names.len() > 2_500, "{}", names.len());
    for catalog in [&BARE, &WITH_APP, &UNCOUNTED] {
        assert_same(catalog, &names);
    }
}

/// The file of another tag or quantization has another length, and needs other memory.
#[test]
fn what_is_remembered_of_a_file_is_not_said_of_another() {
    let text = "modelyard-catalog 1 1\nsource r rules 1 2026-01-01\nusual r\n[patterns]\n[aliases]\n[names]\n\
                llama-1b 4K %880\n[end]\n";
    let names = ["llama-1b", "acme/llama-1b", "llama-1b:8b", "llama-1b-Q8_0.gguf"].map(str::to_owned);
    let reversed: Vec<String> = names.iter().rev().cloned().collect();
    for names in [&names[..], &reversed] {
        assert_same(&Catalog::new(Bundled::read(text).expect("whole")), names);
    }
}

#[test]
fn a_text_grows_with_what_is_different_and_not_with_the_names() {
    let names = |count: usize| vec!["gpt-4o".to_owned(); count];
    let (one, many) = (BARE.lookup_all(&names(1)), BARE.lookup_all(&names(1_000)));
    assert!(many.len() < one.len() + 999 * 5, "{} {}", one.len(), many.len());
    let none = BARE.lookup_all(&[]);
    assert!(none.ends_with(",[],[],[]]"), "{none}");
}

#[test]
fn a_tie_in_a_text_is_told_once_as_in_single_lookups() {
    let rows = Rows::default()
        .pattern("acme-*", limits(1, 1))
        .pattern("*-acme", limits(2, 1));
    let catalog = rows.catalog();
    let names = ["acme-acme", "acme-x-acme"].map(str::to_owned);
    assert_same(&catalog, &names);
    let ties = catalog.take_ties();
    assert_eq!((ties.len(), ties[0].name.as_str()), (1, "acme-acme"));
    catalog.lookup_all(&names);
    assert!(catalog.take_ties().is_empty());
}

#[test]
fn texts_stay_right_when_what_is_remembered_of_them_is_thrown_away() {
    // Each name of this bundle needs a template of its own, each time, so that there are soon too many.
    let names = |from: usize| -> Vec<String> {
        (from..from + 7_000)
            .map(|at| format!("llama-{}b", at % 2 + 1))
            .collect()
    };
    for from in 0..3 {
        assert_same(&UNCOUNTED, &names(from));
    }
}

/// Was `0` in a text and `null` in a single lookup.
#[test]
fn a_size_of_nothing_is_no_size() {
    assert_same(
        &UNCOUNTED,
        &["x-0t".to_owned(), "llama-0t".to_owned(), "0b".to_owned()],
    );
    assert_eq!(UNCOUNTED.lookup("x-0t").parameters_millions, None);
}

/// A name as people write it, or anything else.
fn some_name() -> impl Strategy<Value = String> {
    let dressed = (
        select(
            &[
                "",
                "",
                "meta-llama/",
                "hf.co/unsloth/",
                "models/",
                "us.anthropic.",
                "ollama-",
                "a\"b/",
                "a\\b/",
            ][..],
        ),
        select(known()),
        select(
            &[
                "",
                "",
                ":latest",
                ":7b",
                ":8b-instruct-q4_K_M",
                "-Q4_K_M.gguf",
                "-q4f16_1-MLC",
                "-GGUF:Q8_0",
                "-20250929",
                "-0613",
                "-A3B",
                ":\"",
                "-latest",
                "@20250101",
            ][..],
        ),
        0..4,
    );
    let dressed = dressed.prop_map(|(owner, name, tag, case)| {
        let name = [owner, &name, tag].concat();
        if case == 0 { name.to_uppercase() } else { name }
    });
    prop_oneof![
        6 => dressed,
        1 => "\\PC{0,40}",
        1 => "[a-z0-9:/@._*?\"\\\\-]{0,40}",
        1 => select(&["mine", "other", "to-a-pattern", "to-the-same", "small", "llama-2b", "x-7b", "", "a b", "a..b"][..])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn many_names_at_once_come_out_as_single_lookups_do(
        names in prop::collection::vec(some_name(), 0..24),
        which in 0..3_usize,
    ) {
        let catalogs: [&Catalog; 3] = [&BARE, &WITH_APP, &UNCOUNTED];
        assert_same(catalogs[which], &names);
    }
}

fn said() -> impl Strategy<Value = [(Source, Facts); 2]> {
    let facts = || {
        let number = || proptest::option::of(0..9_u32);
        let family = proptest::option::of(select(vec!["llama", "phi", "mine"]));
        (number(), number(), number(), family, any::<bool>()).prop_map(
            |(context, served_context, parameters_millions, family, tools)| Facts {
                context,
                served_context,
                parameters_millions,
                family: family.map(Family::named),
                quantization: served_context.map(|number| number.to_string()),
                capabilities: Capabilities {
                    tools: tools.then_some(true).into(),
                    ..Capabilities::default()
                },
                ..Facts::default()
            },
        )
    };
    (facts(), facts()).prop_map(|(user, served)| [(Source::User, user), (Source::Served, served)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn models_described_together_are_described_as_each_by_itself(
        models in prop::collection::vec((some_name(), said()), 1..8),
        with_app in any::<bool>(),
    ) {
        let catalog = if with_app { &*WITH_APP } else { &*BARE };
        let names: Vec<String> = models.iter().map(|(name, _)| name.clone()).collect();
        let asked: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut count = 0;
        // What is remembered of a first time must make no difference.
        for _ in 0..2 {
            catalog.describe_all(&asked, &mut |at, _| models[at].1.clone(), &mut |at, known| {
                count += 1;
                let single = catalog.forgetful().describe(asked[at], &models[at].1);
                let expected = Known {
                    family: &single.family,
                    context: single.context,
                    effective_context: single.effective_context,
                    max_output: single.max_output,
                    capabilities: single.capabilities,
                    parameters_millions: single.parameters_millions,
                    quantization: single.quantization.as_deref(),
                    size_bytes: single.size_bytes,
                };
                assert_eq!(*known, expected, "{}", asked[at]);
            });
        }
        prop_assert_eq!(count, 2 * names.len());
        // What is said of one name leaves nothing behind for the next question.
        prop_assert_eq!(put_together(&names, &catalog.lookup_all(&names)).len(), names.len());
        assert_same(catalog, &names);
    }
}
