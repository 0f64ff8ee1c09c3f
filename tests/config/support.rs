//! Short words for the tests.

use modelyard::config::{Changed, Config, ConfigError, Effective, Layer, Reason, Source};

/// A configuration of these layers.
#[track_caller]
pub(crate) fn config(sources: &[Source<'_>]) -> Config {
    let mut config = Config::new(&["wllama"]);
    match config.replace_all(sources) {
        Ok(Changed { warnings, .. }) => assert!(warnings.is_empty(), "{warnings:?}"),
        Err(errors) => panic!("{}", sentences(&errors)),
    }
    config
}

/// What is in force with this file.
#[track_caller]
pub(crate) fn file(text: &str) -> Effective {
    config(&[Source::File(text)]).effective()
}

/// What is wrong with these layers. Nothing of them is in force.
#[track_caller]
pub(crate) fn refused(sources: &[Source<'_>]) -> Vec<ConfigError> {
    let mut config = Config::new(&["wllama"]);
    let before = config.effective();
    let errors = config.replace_all(sources).expect_err("refused");
    assert_eq!(config.effective(), before);
    assert!(!errors.is_empty());
    errors
}

/// The one thing that is wrong with a file.
#[track_caller]
pub(crate) fn wrong(text: &str) -> ConfigError {
    let mut errors = refused(&[Source::File(text)]);
    assert_eq!(errors.len(), 1, "{}", sentences(&errors));
    errors.remove(0)
}

#[track_caller]
pub(crate) fn wrong_at(text: &str, path: &str, reason: &Reason) -> ConfigError {
    let error = wrong(text);
    assert_eq!((error.path.as_str(), &error.reason), (path, reason), "{error}");
    error
}

/// The one thing that has no effect in a text that is otherwise good.
#[track_caller]
pub(crate) fn warning(source: Source<'_>) -> ConfigError {
    let mut changed = Config::new(&[]).replace(source).expect("good");
    assert_eq!(changed.warnings.len(), 1, "{}", sentences(&changed.warnings));
    changed.warnings.remove(0)
}

pub(crate) fn sentences(errors: &[ConfigError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A value that is in force, with its layer.
fn value(effective: &Effective, path: &str) -> Option<(String, Layer)> {
    effective
        .get(path)
        .map(|setting| (setting.json.clone(), setting.layer))
}

/// That a path has this value from this layer.
#[track_caller]
pub(crate) fn holds(effective: &Effective, path: &str, json: &str, layer: Layer) {
    assert_eq!(value(effective, path), Some((json.to_owned(), layer)), "{path}");
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text")
}
