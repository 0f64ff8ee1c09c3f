//! The table of keys itself.

use modelyard::config::{Config, ENVIRONMENT, Key, Kind, PAGE, Source, find, keys};

/// Every key with a value, with its path.
pub(crate) fn leaves() -> Vec<(String, &'static Key)> {
    fn walk(path: &str, keys: &'static [Key], all: &mut Vec<(String, &'static Key)>) {
        for key in keys {
            let path = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            match key.kind {
                Kind::Section(keys) => walk(&path, keys, all),
                Kind::Map(_, _, keys) => walk(&format!("{path}.*"), keys, all),
                Kind::MapOf(_, _, key) => all.push((format!("{path}.*"), key)),
                _ => all.push((path, key)),
            }
        }
    }
    let mut all = Vec::new();
    walk("", keys(), &mut all);
    all
}

/// The name of something there is, for the `*` of a path.
pub(crate) fn name_for(path: &str) -> &'static str {
    if path.starts_with("providers") {
        "ollama"
    } else {
        "fast"
    }
}

/// A file in which one path has this value. Names are those of things there are.
pub(crate) fn file_with(path: &str, json: &str) -> String {
    let name = name_for(path);
    path.rsplit('.').fold(json.to_owned(), |inside, key| {
        let key = if key == "*" { name } else { key };
        format!(r#"{{"{key}":{inside}}}"#)
    })
}

#[test]
fn every_key_can_be_found_and_takes_its_own_example() {
    assert!(leaves().len() > 40);
    for (path, key) in leaves() {
        assert!(std::ptr::eq(find(&path).expect("found"), key), "{path}");
        let mut config = Config::new(&[]);
        let changed = config.replace(Source::File(&file_with(&path, key.example)));
        let changed = changed.unwrap_or_else(|errors| panic!("{path}: {errors:?}"));
        assert!(changed.warnings.is_empty());
        let path = path.replace('*', name_for(&path));
        let effective = config.effective();
        let setting = effective
            .get(&path)
            .unwrap_or_else(|| panic!("{path} is not in force"));
        assert_eq!(setting.json, key.example);
    }
}

#[test]
fn every_default_is_the_example_or_as_good_and_every_key_is_explained() {
    for (path, key) in leaves() {
        assert!(key.doc.len() > 4 && key.doc.ends_with('.'), "{path}");
        if let Some(default) = key.default {
            Config::new(&[])
                .replace(Source::File(&file_with(&path, default)))
                .expect("good");
        }
    }
}

#[test]
fn variables_and_parameters_name_keys_there_are() {
    for (name, path) in ENVIRONMENT.into_iter().chain(PAGE) {
        assert!(find(path).is_some(), "{name}");
    }
    assert!(
        PAGE.iter()
            .all(|(_, path)| !path.contains("provider") && !path.contains("host"))
    );
    for path in [
        "",
        "x",
        "models",
        "models.*",
        "generation.x",
        "generation.*",
        "generation.temperature.x",
    ] {
        let found = find(path);
        assert!(
            found.is_none() || path == "models" || path == "models.*",
            "{path}"
        );
    }
}
