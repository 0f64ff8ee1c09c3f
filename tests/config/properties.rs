//! What holds for every configuration, on a thousand of each kind.

use std::collections::BTreeMap;

use modelyard::config::{Bounds, Config, Kind, Layer, Reason, Source, find};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::quoted;
use crate::table::{file_with, leaves, name_for};

/// Numbers with their text as JSON.
fn number() -> impl Strategy<Value = (f64, String)> {
    let any = prop_oneof![
        (-3.0..3.0_f64),
        (-3_i32..5_000).prop_map(f64::from),
        (0..300_i32).prop_map(|at| f64::from(at) / 100.0),
        proptest::num::f64::NORMAL,
        select(vec![
            0.0,
            1.0,
            2.0,
            2_147_483_647.0,
            2_147_483_648.0,
            9_007_199_254_740_991.0,
            9_007_199_254_740_992.0,
            -1.0
        ]),
    ];
    any.prop_map(|number| (number, serde_json::to_string(&number).expect("finite")))
}

fn numeric_paths() -> Vec<String> {
    let numeric = |kind| matches!(kind, Kind::Number(_) | Kind::Integer(_));
    leaves()
        .into_iter()
        .filter(|(_, key)| numeric(key.kind))
        .map(|(path, _)| path)
        .collect()
}

#[expect(clippy::cast_precision_loss)]
fn within(bounds: Bounds, number: f64) -> bool {
    bounds.above.is_none_or(|bound| number > bound as f64)
        && bounds.from.is_none_or(|bound| number >= bound as f64)
        && bounds.to.is_none_or(|bound| number <= bound as f64)
}

/// Any JSON text, with everything a reader could be tempted to tidy up.
fn json() -> impl Strategy<Value = String> {
    let blank = || select(vec!["", " ", "\n", "\t ", "\r\n"]);
    let text = prop_oneof![
        "[a-zA-Z0-9 é🦙]{0,8}".prop_map(|text| format!("\"{text}\"")),
        select(vec![
            r#""\u00e9""#,
            r#""\ud83e\udd99""#,
            r#""\/\b\f""#,
            r#""\ud800""#,
            r#""\"[{\\""#
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        text,
        select(vec![
            "null",
            "true",
            "false",
            "1.0",
            "1e3",
            "1E-03",
            "-0",
            "-0.0",
            "1e999",
            "123456789012345678901234567890",
            "0.10"
        ])
        .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
    ];
    let name = select(vec![
        "a",
        "b",
        "a",
        "temperature",
        "num_ctx",
        "__proto__",
        "",
        "é",
        "\\u0061",
    ]);
    leaf.prop_recursive(4, 24, 5, move |inside| {
        prop_oneof![
            (proptest::collection::vec((inside.clone(), blank()), 0..4)).prop_map(|entries| {
                let entries: Vec<String> = entries
                    .into_iter()
                    .map(|(one, blank)| format!("{blank}{one}"))
                    .collect();
                format!("[{}]", entries.join(","))
            }),
            (proptest::collection::vec((name.clone(), inside, blank()), 0..5)).prop_map(|fields| {
                let fields: Vec<String> = fields
                    .into_iter()
                    .map(|(name, one, blank)| format!("{blank}\"{name}\"{blank}:{blank}{one}{blank}"))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// Some values of general and of per-model options.
type Said = BTreeMap<(Option<&'static str>, &'static str), u32>;

const OPTIONS: [&str; 4] = ["contextSize", "maxTokens", "topK", "seed"];
const MODELS: [&str; 3] = ["m", "a.b:c", "org/x"];

fn said() -> impl Strategy<Value = Said> {
    let model = prop_oneof![Just(None), select(MODELS.to_vec()).prop_map(Some)];
    proptest::collection::btree_map((model, select(OPTIONS.to_vec())), 1..1_000_u32, 0..8)
}

fn written(said: &Said) -> String {
    let of = |wanted: Option<&str>, context: bool| -> Vec<String> {
        let mine = said
            .iter()
            .filter(|((model, option), _)| *model == wanted && (*option == "contextSize") == context);
        mine.map(|((_, option), value)| format!("\"{option}\":{value}"))
            .collect()
    };
    let mut parts = of(None, true);
    parts.push(format!("\"generation\":{{{}}}", of(None, false).join(",")));
    let models = MODELS.map(|model| {
        let all = [of(Some(model), true), of(Some(model), false)].concat().join(",");
        format!("{}:{{{all}}}", quoted(model))
    });
    parts.push(format!("\"models\":{{{}}}", models.join(",")));
    format!("{{{}}}", parts.join(","))
}

/// What a model is asked with, by the rule of K2: the highest layer that says something of it, its own word first.
fn expected(layers: &[&Said], model: &'static str, option: &'static str) -> Option<u32> {
    layers.iter().rev().find_map(|said| {
        said.get(&(Some(model), option))
            .or_else(|| said.get(&(None, option)))
            .copied()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn options_of_a_model_are_for_it_alone_and_win_over_general_ones_of_their_layer(file in said(), options in said()) {
        let mut config = Config::new(&[]);
        config.replace_all(&[Source::File(&written(&file)), Source::Options(&written(&options))]).expect("good");
        let effective = config.effective();
        for model in MODELS.into_iter().chain(["other"]) {
            let got = effective.for_model(model);
            let want = |option| expected(&[&file, &options], model, option);
            prop_assert_eq!(got.context_size, want("contextSize"));
            prop_assert_eq!(got.max_tokens, want("maxTokens"));
            prop_assert_eq!(got.top_k, want("topK"));
            prop_assert_eq!(got.seed, want("seed").map(i64::from));
        }
    }

    #[test]
    fn the_highest_layer_wins_whatever_the_layers_say(
        values in proptest::collection::vec(proptest::option::of((0..200_u32, 1..100_u32)), 5)
    ) {
        let hundredths = |number: u32| f64::from(number) / 100.0;
        let [file, env, options, page, call] = [0, 1, 2, 3, 4].map(|at| values[at]);
        let json = |said: Option<(u32, u32)>| match said {
            Some((heat, most)) => format!(r#"{{"generation":{{"temperature":{},"maxTokens":{most}}}}}"#, hundredths(heat)),
            None => "{}".to_owned(),
        };
        let env = env.map_or("{}".to_owned(), |(heat, most)| {
            format!(r#"{{"MODELYARD_TEMPERATURE":"{}","MODELYARD_MAX_TOKENS":" {most} "}}"#, hundredths(heat))
        });
        let page = page.map_or(String::new(), |(heat, most)| {
            format!("?modelyard.maxTokens={most}&modelyard.temperature={}", hundredths(heat))
        });
        let call = call.map_or(String::new(), |(heat, most)| format!(r#"{{"maxTokens":{most},"temperature":{}}}"#, hundredths(heat)));
        let mut config = Config::new(&[]);
        config.replace_all(&[
            Source::File(&json(file)), Source::Environment(&env), Source::Options(&json(options)), Source::Page(&page),
        ]).expect("good");
        let (got, _) = config.effective().for_call("m", &call).expect("good");
        let want = values.iter().rev().flatten().next();
        prop_assert_eq!(got.temperature, want.map(|(heat, _)| hundredths(*heat)));
        prop_assert_eq!(got.max_tokens, want.map(|(_, most)| *most));
        let layers = [Layer::File, Layer::Environment, Layer::Options, Layer::Page];
        let highest = layers.into_iter().zip(&values).rev().find(|(_, said)| said.is_some()).map(|(layer, _)| layer);
        let effective = config.effective();
        prop_assert_eq!(effective.get("generation.temperature").map(|setting| setting.layer), highest);
    }

    #[test]
    fn a_number_is_taken_if_and_only_if_it_is_within_the_bounds_of_its_key(
        path in select(numeric_paths()), (number, text) in number()
    ) {
        let (good, reason) = match find(&path).expect("there").kind {
            Kind::Number(bounds) => (within(bounds, number), Reason::OutOfBounds),
            Kind::Integer(_) if number.fract() != 0.0 => (false, Reason::NotWhole),
            Kind::Integer(bounds) => (within(bounds, number), Reason::OutOfBounds),
            _ => unreachable!("only numbers"),
        };
        let result = Config::new(&[]).replace(Source::File(&file_with(&path, &text)));
        prop_assert_eq!(result.is_ok(), good, "{} {}", path, text);
        if let Err(errors) = result {
            prop_assert_eq!(errors.len(), 1);
            let name = name_for(&path);
            prop_assert_eq!(&errors[0].path, &path.replace('*', name));
            prop_assert_eq!(&errors[0].reason, &reason);
            prop_assert_eq!(&errors[0].value, &text);
            prop_assert!(errors[0].expected.is_some() && errors[0].example.is_some());
        }
    }

    #[test]
    fn every_error_names_field_reason_and_value_and_all_come_together(
        wrong in proptest::collection::btree_set(select(numeric_paths()), 1..6)
    ) {
        // Each wrong key in a layer of its own text would be too easy: all in one.
        let mut tree = serde_json::Map::new();
        for path in &wrong {
            let name = name_for(path);
            let names: Vec<String> = path.split('.').map(|key| if key == "*" { name.to_owned() } else { key.to_owned() }).collect();
            let (last, above) = names.split_last().expect("a name");
            let mut at = &mut tree;
            for name in above {
                at = at.entry(name.clone()).or_insert_with(|| serde_json::json!({})).as_object_mut().expect("an object");
            }
            at.insert(last.clone(), serde_json::json!("hot"));
        }
        let text = serde_json::Value::Object(tree).to_string();
        let errors = Config::new(&[]).replace(Source::File(&text)).expect_err("wrong");
        let mut paths: Vec<String> = errors.iter().map(|error| error.path.clone()).collect();
        paths.sort();
        let mut want: Vec<String> = wrong.iter()
            .map(|path| path.replace('*', name_for(path))).collect();
        want.sort();
        prop_assert_eq!(paths, want);
        for error in errors {
            prop_assert_eq!(&error.reason, &Reason::WrongType);
            prop_assert_eq!(error.value.as_str(), "hot");
            let sentence = error.to_string();
            prop_assert!(sentence.contains(&error.path) && sentence.contains(error.reason.words()));
        }
    }

    #[test]
    fn options_of_a_provider_are_never_touched(inside in json(), before in select(vec!["", " ", "\n\t"])) {
        let options = format!("{{{before}\"x\":{inside}}}");
        let text = format!("{{\"providers\":{{\"ollama\":{{\"options\":{before}{options}{before}}}}}}}");
        let mut config = Config::new(&[]);
        config.replace(Source::File(&text)).expect("good");
        config.replace(Source::Environment(r#"{"MODELYARD_HOST":"http://h"}"#)).expect("good");
        let provider = config.effective().provider("ollama").expect("there");
        prop_assert_eq!(provider.options.as_deref(), Some(options.as_str()));
    }

    #[test]
    fn any_text_at_all_is_read_or_refused_and_what_is_refused_changes_nothing(
        text in prop_oneof!["\\PC{0,60}", json(), json().prop_map(|json| format!("{{\"models\":{json},\"generation\":{json}}}")),
            json().prop_map(|json| format!("{{\"providers\":{{\"ollama\":{json}}},\"routing\":{json}}}"))]
    ) {
        let mut config = Config::new(&[]);
        config.replace(Source::File(r#"{"contextSize":5}"#)).expect("good");
        for source in [Source::File(&text), Source::Environment(&text), Source::Options(&text), Source::Page(&text)] {
            let before = config.effective();
            match config.replace(source) {
                Ok(changed) => {
                    let after = config.effective();
                    for setting in after.settings() {
                        let same = before.get(&setting.path).is_some_and(|old| old.json == setting.json);
                        prop_assert!(same || changed.keys.contains(&setting.path) || before.get(&setting.path).is_some());
                    }
                }
                Err(errors) => {
                    prop_assert!(!errors.is_empty());
                    prop_assert_eq!(config.effective(), before);
                }
            }
        }
    }

    #[test]
    fn a_key_for_access_is_in_no_error_and_no_warning_wherever_it_stands(
        (path, _) in select(leaves()), shape in 0..5, tail in "[a-zA-Z0-9]{16,40}"
    ) {
        let key = format!("sk-{tail}");
        let json = match shape {
            0 => format!("\"{key}\""),
            1 => format!("[\"{key}\"]"),
            2 => format!("{{\"apiKey\":\"{key}\"}}"),
            3 => format!("\"Authorization: Bearer {key}\""),
            _ => format!("{{\"{key}\":1}}"),
        };
        let mut told = Vec::new();
        for text in [file_with(&path, &json), file_with(&path, &json).replace(':', ":\n")] {
            match Config::new(&[]).replace(Source::File(&text)) {
                Ok(changed) => told.extend(changed.warnings),
                Err(errors) => told.extend(errors),
            }
        }
        for error in told {
            prop_assert!(!format!("{error:?} {error}").contains(&tail), "{:?}", error);
        }
    }

    #[test]
    fn a_slip_in_a_key_is_told_with_the_right_key((path, key) in select(leaves()), at in 0..40_usize, other in "[a-z]") {
        prop_assume!(!key.name.starts_with(['*', '$']) && key.name.len() > 4);
        let mut letters: Vec<char> = key.name.chars().collect();
        let at = 1 + at % (letters.len() - 1);
        letters[at] = other.chars().next().expect("one");
        let slip: String = letters.into_iter().collect();
        let wrong = path.strip_suffix(key.name).expect("its end").to_owned() + &slip;
        prop_assume!(find(&wrong).is_none());
        let changed = Config::new(&[]).replace(Source::File(&file_with(&wrong, "1"))).expect("a warning");
        prop_assert_eq!(changed.warnings.len(), 1);
        prop_assert!(changed.warnings[0].path.ends_with(&slip));
        prop_assert_eq!(changed.warnings[0].closest.as_deref(), Some(key.name));
    }

    #[test]
    fn changed_keys_are_those_whose_value_differs(one in said(), two in said(), top in said()) {
        let mut config = Config::new(&[]);
        config.replace_all(&[Source::File(&written(&one)), Source::Options(&written(&top))]).expect("good");
        let before = config.effective();
        let mut changed = config.replace(Source::File(&written(&two))).expect("good").keys;
        changed.sort();
        let after = config.effective();
        let mut want: Vec<String> = before.settings().chain(after.settings())
            .filter(|one| before.get(&one.path).map(|one| &one.json) != after.get(&one.path).map(|one| &one.json))
            .map(|one| one.path.clone()).collect();
        want.sort();
        want.dedup();
        prop_assert_eq!(changed, want);
    }
}
