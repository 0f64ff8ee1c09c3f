//! K1: which layer wins, where a value comes from, and what a new layer changes.

use modelyard::config::{Config, Layer, Reason, Source, Start};

use crate::support::{config, file, holds, refused, sentences};

#[test]
fn k1_the_highest_layer_that_says_something_wins_over_every_combination_of_layers() {
    let texts = [
        (
            Layer::File,
            Source::File(r#"{"generation":{"temperature":0.1}}"#),
            0.1,
        ),
        (
            Layer::Environment,
            Source::Environment(r#"{"MODELYARD_TEMPERATURE":"0.2"}"#),
            0.2,
        ),
        (
            Layer::Options,
            Source::Options(r#"{"generation":{"temperature":0.3}}"#),
            0.3,
        ),
        (Layer::Page, Source::Page("?modelyard.temperature=0.4"), 0.4),
    ];
    for set in 0..32_usize {
        let with = |at: usize| set >> at & 1 == 1;
        let sources: Vec<Source<'_>> = texts
            .iter()
            .enumerate()
            .filter(|(at, _)| with(*at))
            .map(|(_, (_, source, _))| *source)
            .collect();
        let effective = config(&sources).effective();
        let highest = texts
            .iter()
            .enumerate()
            .rev()
            .find(|(at, _)| with(*at))
            .map(|(_, text)| text);
        let setting = effective.get("generation.temperature");
        assert_eq!(
            setting.map(|setting| setting.layer),
            highest.map(|(layer, ..)| *layer),
            "{set:05b}"
        );
        let call = if with(4) { r#"{"temperature":0.5}"# } else { "" };
        let (options, _) = effective.for_call("any", call).expect("good");
        let expected = if with(4) {
            Some(0.5)
        } else {
            highest.map(|(.., number)| *number)
        };
        assert_eq!(options.temperature, expected, "{set:05b}");
    }
}

#[test]
fn k1_layers_are_merged_key_by_key() {
    let effective = config(&[
        Source::File(
            r#"{"generation":{"temperature":0.1,"topK":7},"providers":{"home":{"kind":"ollama","host":"http://a:1"}}}"#,
        ),
        Source::Options(
            r#"{"generation":{"temperature":0.3},"providers":{"home":{"timeoutSeconds":5},"b":{"kind":"openai"}},
                "routing":{"profiles":{"legal":{"minContext":1}}}}"#,
        ),
    ])
    .effective();
    holds(&effective, "generation.temperature", "0.3", Layer::Options);
    holds(&effective, "generation.topK", "7", Layer::File);
    let home = effective.provider("home").expect("there");
    assert_eq!((home.host.as_str(), home.timeout_seconds), ("http://a:1", 5));
    assert_eq!(
        effective.provider("b").expect("there").host,
        "https://api.openai.com/v1"
    );
    holds(
        &effective,
        "providers.b.host",
        "\"https://api.openai.com/v1\"",
        Layer::Default,
    );
}

#[test]
fn fault_38_setting_the_host_leaves_the_timeout_as_it_was() {
    let effective = config(&[
        Source::File(r#"{"providers":{"ollama":{"timeoutSeconds":99,"options":{"keep_alive":1}}}}"#),
        Source::Environment(r#"{"MODELYARD_HOST":"http://10.0.0.5:11434"}"#),
    ])
    .effective();
    let ollama = effective.provider("ollama").expect("there");
    assert_eq!(
        (ollama.host.as_str(), ollama.timeout_seconds),
        ("http://10.0.0.5:11434", 99)
    );
    assert_eq!(ollama.options.as_deref(), Some(r#"{"keep_alive":1}"#));
}

#[test]
fn k1_empty_strings_count_as_absent() {
    let effective = config(&[
        Source::File(r#"{"defaultModel":"a","defaultProvider":"","contextSize":"","stop":"","providers":{"x":""},"queue":""}"#
            .replace("\"stop\":\"\",", "")
            .as_str()),
        Source::Environment(r#"{"MODELYARD_MODEL":"","MODELYARD_TEMPERATURE":"  ","MODELYARD_HOST":""}"#),
        Source::Options(r#"{"defaultModel":"","models":{"a":{"topP":""}}}"#),
        Source::Page("?modelyard.model=&modelyard.contextSize"),
    ])
    .effective();
    holds(&effective, "defaultModel", "\"a\"", Layer::File);
    assert!(
        effective
            .settings()
            .all(|setting| matches!(setting.layer, Layer::Default) || setting.path == "defaultModel")
    );
    assert!(effective.providers().is_empty());
}

#[test]
fn k1_every_value_in_force_can_be_asked_for_with_its_layer() {
    let effective = config(&[
        Source::File(
            r#"{"contextSize":4096,"models":{"llama3.2:3b":{"topP":0.5}},"cache":{"listSeconds":5}}"#,
        ),
        Source::Environment(r#"{"MODELYARD_PROFILE":"code","PATH":"ignored"}"#),
    ])
    .effective();
    let all: Vec<(&str, &str, Layer)> = effective
        .settings()
        .map(|one| (one.path.as_str(), one.json.as_str(), one.layer))
        .collect();
    assert_eq!(
        all,
        [
            ("cache.detailSeconds", "300", Layer::Default),
            ("cache.listSeconds", "5", Layer::File),
            ("cache.maxEntries", "1000", Layer::Default),
            ("contextSize", "4096", Layer::File),
            (r#"models["llama3.2:3b"].topP"#, "0.5", Layer::File),
            ("queue.superseded", "\"cancel\"", Layer::Default),
            ("routing.defaultProfile", "\"code\"", Layer::Environment),
            ("routing.enabled", "true", Layer::Default),
            ("storage.persist", "\"ask\"", Layer::Default),
        ]
    );
    for setting in effective.settings() {
        assert_eq!(effective.get(&setting.path), Some(setting));
    }
    assert_eq!(effective.get("models"), None);
    assert_eq!(
        effective.get(r#"models["llama3.2:3b"]"#),
        None,
        "a name alone is no value"
    );
    let json = serde_json::to_string(effective.get("contextSize").expect("there")).expect("plain");
    assert_eq!(json, r#"{"path":"contextSize","layer":"file","json":"4096"}"#);
}

#[test]
fn a_new_layer_names_the_keys_whose_value_changed_and_no_others() {
    let mut config = config(&[
        Source::File(r#"{"contextSize":4096,"generation":{"topK":5,"stop":["a","b"]},"defaultModel":"m"}"#),
        Source::Options(r#"{"generation":{"topP":0.5}}"#),
    ]);
    let changed = config
        .replace(Source::File(
            r#"{"contextSize":4096.0,"generation":{"topK":6,"stop":[ "a", "b" ],"topP":0.9},"providers":{"ollama":{}}}"#,
        ))
        .expect("good");
    let mut keys = changed.keys;
    keys.sort();
    assert_eq!(
        keys,
        [
            "defaultModel",
            "generation.topK",
            "providers.ollama",
            "providers.ollama.host",
            "providers.ollama.kind",
            "providers.ollama.timeoutSeconds"
        ]
    );
    let again = config
        .replace(Source::Options(r#"{"generation":{"topP":0.5,"topK":6}}"#))
        .expect("good");
    assert_eq!(again.keys, [""; 0], "another layer, the same value");
    holds(&config.effective(), "generation.topK", "6", Layer::Options);
}

#[test]
fn options_of_a_provider_change_with_every_byte() {
    let mut config = config(&[Source::File(r#"{"providers":{"ollama":{"options":{"a":1.0}}}}"#)]);
    let changed = config
        .replace(Source::File(r#"{"providers":{"ollama":{"options":{"a":1}}}}"#))
        .expect("good");
    assert_eq!(changed.keys, ["providers.ollama.options"]);
}

#[test]
fn what_was_handed_out_before_stays_what_it_was() {
    let mut config = config(&[Source::File(r#"{"generation":{"temperature":0.1}}"#)]);
    let running = config.effective();
    config
        .replace(Source::File(r#"{"generation":{"temperature":0.9}}"#))
        .expect("good");
    assert_eq!(running.for_model("m").temperature, Some(0.1));
    assert_eq!(config.effective().for_model("m").temperature, Some(0.9));
}

#[test]
fn k5_a_refused_layer_leaves_the_one_before_in_force() {
    let mut config = config(&[Source::File(r#"{"generation":{"temperature":0.1}}"#)]);
    let before = config.effective();
    let errors = config
        .replace(Source::File(
            r#"{"generation":{"temperature":3,"topK":9},"contextSize":9}"#,
        ))
        .expect_err("refused");
    assert_eq!(errors.len(), 1);
    assert_eq!(config.effective(), before);
    config
        .replace(Source::Options(r#"{"contextSize":5}"#))
        .expect("the old file is still there");
    assert_eq!(config.effective().for_model("m").temperature, Some(0.1));
    assert_eq!(config.effective().for_model("m").context_size, Some(5));
}

#[test]
fn layers_that_come_together_may_name_what_another_brings_and_are_refused_together() {
    let profile = Source::Options(r#"{"routing":{"profiles":{"legal":{}}}}"#);
    let names_it = Source::File(r#"{"routing":{"defaultProfile":"legal"}}"#);
    let mut config = Config::new(&[]);
    config.replace(names_it).expect_err("not there yet");
    config.replace_all(&[names_it, profile]).expect("together");
    let errors = config
        .replace(Source::Options(""))
        .expect_err("the file names it");
    assert_eq!(
        (errors[0].layer, errors[0].path.as_str()),
        (Layer::File, "routing.defaultProfile")
    );
    assert_eq!(errors[0].reason, Reason::NoProfile);

    let errors = refused(&[
        Source::File(r#"{"contextSize":0}"#),
        Source::Environment(r#"{"MODELYARD_TEMPERATURE":"hot"}"#),
        Source::Options(r#"{"generation":{"topP":2}}"#),
        Source::Page("modelyard.maxTokens=0"),
    ]);
    let places: Vec<(Layer, &str)> = errors
        .iter()
        .map(|error| (error.layer, error.path.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (Layer::File, "contextSize"),
            (Layer::Environment, "MODELYARD_TEMPERATURE"),
            (Layer::Options, "generation.topP"),
            (Layer::Page, "modelyard.maxTokens"),
        ],
        "{}",
        sentences(&errors)
    );
}

#[test]
fn a_text_of_blanks_takes_a_layer_away() {
    let mut config = config(&[Source::File(r#"{"contextSize":5}"#)]);
    for blank in ["", " \n\t"] {
        assert!(config.replace(Source::File(blank)).is_ok());
        assert_eq!(config.effective().get("contextSize"), None);
    }
}

#[test]
fn a_conversation_starts_with_what_the_higher_layer_names() {
    let start = |sources: &[Source<'_>]| config(sources).effective().start();
    let model = Start::Model("m".to_owned());
    assert_eq!(start(&[]), Start::Profile("general".to_owned()));
    assert_eq!(
        start(&[Source::File(r#"{"routing":{"enabled":false}}"#)]),
        Start::Nothing
    );
    let both = Source::File(r#"{"defaultModel":"m","routing":{"defaultProfile":"code"}}"#);
    assert_eq!(start(&[both]), model);
    let profile = Source::Environment(r#"{"MODELYARD_PROFILE":"fast"}"#);
    assert_eq!(start(&[both, profile]), Start::Profile("fast".to_owned()));
    assert_eq!(start(&[both, profile, Source::Page("modelyard.model=m")]), model);
    let off = Source::Options(r#"{"routing":{"enabled":false}}"#);
    assert_eq!(start(&[both, profile, off]), model);
    assert_eq!(file(r#"{"defaultModel":"m"}"#).default_model(), Some("m"));
}
