//! Any texts as layers: no panic; either everything that is wrong is said and nothing changes, or what is in force is
//! within its bounds and saying the same again changes nothing.

#![no_main]

use modelyard::config::{Bounds, Config, ConfigError, Effective, Kind, Layer, MAX_REPORTED, Source, find};

/// Between the layers of one input: file, environment, options, page.
const NEXT_LAYER: char = '\u{1e}';

fn sources(text: &str) -> Vec<Source<'_>> {
    let layers = [Source::File, Source::Environment, Source::Options, Source::Page];
    layers
        .into_iter()
        .zip(text.split(NEXT_LAYER))
        .map(|(source, text)| source(text))
        .collect()
}

fn check_errors(errors: &[ConfigError], most: usize) {
    assert!(errors.len() <= most);
    for error in errors {
        // Whatever stands there, a message is for people.
        assert!(error.value.chars().count() <= 210, "{error:?}");
        assert!(!error.to_string().is_empty());
    }
}

/// `models["a.b"].topP` as `models.*.topP`.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("[\"") {
        pattern.push_str(before);
        pattern.push_str(".*");
        rest = after.split_once("\"]").map_or("", |(_, rest)| rest);
    }
    pattern.push_str(rest);
    pattern
}

fn is_within(number: f64, bounds: Bounds) -> bool {
    #[allow(clippy::cast_precision_loss)]
    let limit = |limit: Option<i64>| limit.map(|limit| limit as f64);
    number.is_finite()
        && limit(bounds.above).is_none_or(|limit| number > limit)
        && limit(bounds.from).is_none_or(|limit| number >= limit)
        && limit(bounds.to).is_none_or(|limit| number <= limit)
}

fn check_effective(effective: &Effective) {
    for setting in effective.settings() {
        let value: Result<serde_json::Value, _> = serde_json::from_str(&setting.json);
        let Some(key) = find(&pattern(&setting.path)) else {
            continue;
        };
        if let Kind::Number(bounds) | Kind::Integer(bounds) = key.kind {
            let number = value.ok().and_then(|value| value.as_f64());
            assert!(
                number.is_some_and(|number| is_within(number, bounds)),
                "{setting:?}"
            );
        }
        assert!(setting.layer <= Layer::Page);
    }
    for model in ["one", "ollama/llama3.2:1b", "constructor"] {
        let _ = effective.for_model(model);
        let _ = effective.settings_for(model);
    }
    let _ = (effective.providers(), effective.routing(), effective.catalog());
    let _ = (effective.cache(), effective.start(), effective.default_model());
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = &String::from_utf8_lossy(bytes);
    let sources = sources(text);
    let mut config = Config::new(&["wllama"]);
    let before = config.effective();
    match config.replace_all(&sources) {
        Err(errors) => {
            assert!(!errors.is_empty());
            check_errors(&errors, MAX_REPORTED * (sources.len() + 1));
            assert_eq!(config.effective(), before);
        }
        Ok(changed) => {
            check_errors(&changed.warnings, MAX_REPORTED * (sources.len() + 1));
            check_effective(&config.effective());
            let effective = config.effective();
            let again = config.replace_all(&sources).expect("accepted before");
            assert!(again.keys.is_empty(), "{:?}", again.keys);
            assert_eq!(config.effective(), effective);
        }
    }
    match before.for_call("one", text) {
        Ok((_, warnings)) => check_errors(&warnings, MAX_REPORTED),
        Err(errors) => check_errors(&errors, MAX_REPORTED),
    }
});
