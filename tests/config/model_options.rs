//! Options of single models and of single calls (requirements K2, P2).

use modelyard::config::{Layer, ModelOptions, Reason, Source};

use crate::support::{config, file};

const EVERY: &str = r#""temperature":0.5,"maxTokens":100,"topP":0.25,"topK":4,"repeatPenalty":1.5,"seed":-7,"stop":["x","\n"]"#;

fn every() -> ModelOptions {
    ModelOptions {
        context_size: Some(2_048),
        temperature: Some(0.5),
        max_tokens: Some(100),
        top_p: Some(0.25),
        top_k: Some(4),
        repeat_penalty: Some(1.5),
        seed: Some(-7),
        stop: Some(vec!["x".to_owned(), "\n".to_owned()]),
    }
}

#[test]
fn k2_every_generation_option_and_the_context_size_reach_what_is_in_force() {
    let effective = file(&format!(r#"{{"contextSize":2048,"generation":{{{EVERY}}}}}"#));
    assert_eq!(effective.for_model("any"), every());
    let nothing = file("{}");
    assert_eq!(nothing.for_model("any"), ModelOptions::default());
    let own = file(&format!(r#"{{"models":{{"m":{{"contextSize":2048,{EVERY}}}}}}}"#));
    assert_eq!(own.for_model("m"), every());
    assert_eq!(own.for_model("n"), ModelOptions::default());
    let call = format!(r#"{{"contextSize":2048,{EVERY}}}"#);
    let (options, warnings) = nothing.for_call("any", &call).expect("good");
    assert_eq!((options, warnings), (every(), vec![]));
}

#[test]
fn k2_options_of_a_model_win_over_general_ones_of_the_same_layer_and_lose_to_a_higher_layer() {
    let both = Source::File(
        r#"{"generation":{"temperature":0.1,"topK":1},"contextSize":10,
            "models":{"m":{"temperature":0.2,"contextSize":20}}}"#,
    );
    let effective = config(&[both]).effective();
    let m = effective.for_model("m");
    assert_eq!(
        (m.temperature, m.top_k, m.context_size),
        (Some(0.2), Some(1), Some(20))
    );
    let n = effective.for_model("n");
    assert_eq!(
        (n.temperature, n.top_k, n.context_size),
        (Some(0.1), Some(1), Some(10))
    );

    let environment = Source::Environment(r#"{"MODELYARD_TEMPERATURE":"0.3"}"#);
    let effective = config(&[both, environment]).effective();
    assert_eq!(effective.for_model("m").temperature, Some(0.3));
    assert_eq!(effective.for_model("m").context_size, Some(20));

    let higher = Source::Options(r#"{"models":{"m":{"temperature":0.4}}}"#);
    let effective = config(&[both, environment, higher]).effective();
    assert_eq!(effective.for_model("m").temperature, Some(0.4));
    assert_eq!(effective.for_model("n").temperature, Some(0.3));
    let (options, _) = effective.for_call("m", r#"{"temperature":0.6}"#).expect("good");
    assert_eq!(options.temperature, Some(0.6));
    assert_eq!(options.context_size, Some(20));
}

#[test]
fn where_the_options_of_a_model_come_from_can_be_asked() {
    let effective = config(&[
        Source::File(r#"{"generation":{"topP":0.1},"models":{"a.b":{"topK":3}}}"#),
        Source::Environment(r#"{"MODELYARD_TEMPERATURE":"1"}"#),
    ])
    .effective();
    let all: Vec<_> = effective
        .settings_for("a.b")
        .into_iter()
        .map(|(name, setting)| (name, setting.path.as_str(), setting.layer))
        .collect();
    assert_eq!(
        all,
        [
            ("temperature", "generation.temperature", Layer::Environment),
            ("topP", "generation.topP", Layer::File),
            ("topK", r#"models["a.b"].topK"#, Layer::File),
        ]
    );
}

#[test]
fn a_name_that_looks_like_a_path_is_no_path() {
    let effective =
        file(r#"{"models":{"a.temperature":{"topK":1},"a":{"topK":2},"[\"a\"]":{"topK":3},"*":{"topK":4}}}"#);
    assert_eq!(effective.for_model("a").top_k, Some(2));
    assert_eq!(effective.for_model("a.temperature").top_k, Some(1));
    assert_eq!(effective.for_model(r#"["a"]"#).top_k, Some(3));
    assert_eq!(
        effective.for_model("b").top_k,
        None,
        "a star is a name like others"
    );
    assert_eq!(effective.for_model("").top_k, None);
}

#[test]
fn a_call_is_checked_like_the_rest() {
    let effective = file("{}");
    let errors = effective
        .for_call("m", r#"{"temperature":3,"topK":1.5}"#)
        .expect_err("wrong");
    let all: Vec<_> = errors
        .iter()
        .map(|error| (error.layer, error.path.as_str(), &error.reason))
        .collect();
    assert_eq!(
        all,
        [
            (Layer::Call, "temperature", &Reason::OutOfBounds),
            (Layer::Call, "topK", &Reason::NotWhole)
        ]
    );
    let (_, warnings) = effective.for_call("m", r#"{"max_tokens":5}"#).expect("good");
    assert_eq!(warnings[0].closest.as_deref(), Some("maxTokens"));
    assert!(effective.for_call("m", "[]").is_err());
    assert!(effective.for_call("m", "").is_ok());
}

#[test]
fn options_in_json_leave_out_what_nobody_said() {
    let json = serde_json::to_string(&file(r#"{"generation":{"topK":3}}"#).for_model("m")).expect("plain");
    assert_eq!(json, r#"{"topK":3}"#);
}

#[test]
fn brackets_commas_and_quotes_inside_of_texts_are_texts() {
    let effective = file(
        "{\"models\" :\n{\"a\\\"]},:\" : {\"stop\":[\"]\" , \"}\",\"\\\\\",\"\\\"\",\",\",\":\", \"\\u005b{\" ] ,\t\"topK\":1 }\r\n,\"b\":{}},\"contextSize\"\n:\n2 }\n",
    );
    let options = effective.for_model("a\"]},:");
    let stop = ["]", "}", "\\", "\"", ",", ":", "[{"].map(str::to_owned).to_vec();
    assert_eq!(
        (options.stop, options.top_k, options.context_size),
        (Some(stop), Some(1), Some(2))
    );
    assert_eq!(
        file("{\"generation\":{ },\"models\":{\n}}").for_model("a"),
        ModelOptions::default()
    );
}
