//! The environment and the query string of the page.

use modelyard::config::{Layer, Reason, Source};

use crate::support::{config, holds, refused, warning};

fn variable(name: &str, text: &str) -> String {
    serde_json::json!({ name: text }).to_string()
}

#[test]
fn k1_every_variable_sets_its_key() {
    let effective = config(&[Source::Environment(
        r#"{"MODELYARD_MODEL":"llama3.2:3b","MODELYARD_PROVIDER":"openai","MODELYARD_HOST":"http://box:8080","MODELYARD_TEMPERATURE":"0.5",
            "MODELYARD_MAX_TOKENS":"100","MODELYARD_CONTEXT_SIZE":"4096","MODELYARD_PROFILE":"code","HOME":"/home/x","MODE":true}"#,
    )])
    .effective();
    for (path, json) in [
        ("defaultModel", "\"llama3.2:3b\""),
        ("defaultProvider", "\"openai\""),
        ("providers.openai.host", "\"http://box:8080\""),
        ("generation.temperature", "0.5"),
        ("generation.maxTokens", "100"),
        ("contextSize", "4096"),
        ("routing.defaultProfile", "\"code\""),
    ] {
        holds(&effective, path, json, Layer::Environment);
    }
}

#[test]
fn the_host_of_the_environment_is_that_of_the_default_provider_up_to_there() {
    let host = Source::Environment(r#"{"MODELYARD_HOST":"http://h:1"}"#);
    let of = |sources: &[Source<'_>], provider: &str| {
        config(sources).effective().provider(provider).map(|one| one.host)
    };
    assert_eq!(of(&[host], "ollama").as_deref(), Some("http://h:1"));
    let file = Source::File(
        r#"{"defaultProvider":"home","providers":{"home":{"kind":"openai","host":"http://f:1"},"ollama":{}}}"#,
    );
    assert_eq!(of(&[file, host], "home").as_deref(), Some("http://h:1"));
    assert_eq!(
        of(&[file, host], "ollama").as_deref(),
        Some("http://127.0.0.1:11434")
    );
    let engine = Source::File(r#"{"defaultProvider":"wllama"}"#);
    assert_eq!(
        of(&[engine, host], "ollama").as_deref(),
        Some("http://h:1"),
        "an engine has no host"
    );
    let options = Source::Options(r#"{"defaultProvider":"anthropic"}"#);
    assert_eq!(of(&[file, host, options], "home").as_deref(), Some("http://h:1"));
    assert_eq!(
        of(&[file, host, options], "anthropic").as_deref(),
        Some("https://api.anthropic.com")
    );
}

#[test]
fn k3_strings_are_numbers_as_json_has_them_with_blanks_around() {
    for (text, json) in [(" 1 ", "1"), ("1e0", "1e0"), ("\t0.25\n", "0.25"), ("-0", "-0")] {
        let text = variable("MODELYARD_TEMPERATURE", text);
        let effective = config(&[Source::Environment(&text)]).effective();
        holds(&effective, "generation.temperature", json, Layer::Environment);
    }
    for bad in [
        "hot",
        "0x1",
        "1_0",
        ".5",
        "1.",
        "+1",
        "NaN",
        "Infinity",
        "-Infinity",
        "1,5",
        "1 2",
        "[1]",
        "true",
        "١",
    ] {
        let text = variable("MODELYARD_TEMPERATURE", bad);
        let errors = refused(&[Source::Environment(&text)]);
        assert_eq!(errors.len(), 1);
        assert_eq!(
            (errors[0].path.as_str(), &errors[0].reason),
            ("MODELYARD_TEMPERATURE", &Reason::NotANumber),
            "{bad}"
        );
        assert_eq!(errors[0].value, bad);
        assert_eq!(errors[0].expected.as_deref(), Some("a number from 0 to 2"));
    }
    for (name, text, reason) in [
        ("MODELYARD_TEMPERATURE", "1e400", Reason::OutOfBounds),
        ("MODELYARD_TEMPERATURE", "2.1", Reason::OutOfBounds),
        ("MODELYARD_MAX_TOKENS", "1.5", Reason::NotWhole),
        ("MODELYARD_MAX_TOKENS", "0", Reason::OutOfBounds),
        ("MODELYARD_PROFILE", "cod", Reason::NoProfile),
        ("MODELYARD_PROVIDER", "olama", Reason::NoProvider),
    ] {
        let text = variable(name, text);
        let errors = refused(&[Source::Environment(&text)]);
        assert_eq!((errors[0].path.as_str(), &errors[0].reason), (name, &reason));
    }
}

#[test]
fn the_environment_is_an_object_of_strings() {
    for value in ["1", "true", "null", "{}", "[]"] {
        let text = format!(r#"{{"MODELYARD_TEMPERATURE":{value}}}"#);
        let errors = refused(&[Source::Environment(&text)]);
        assert_eq!((errors.len(), &errors[0].reason), (1, &Reason::WrongType));
    }
    assert_eq!(refused(&[Source::Environment("[]")])[0].reason, Reason::WrongType);
    let warning = warning(Source::Environment(r#"{"MODELYARD_TEMPRATURE":"1"}"#));
    assert_eq!(
        (warning.path.as_str(), &warning.reason),
        ("MODELYARD_TEMPRATURE", &Reason::UnknownKey)
    );
    assert_eq!(warning.closest.as_deref(), Some("MODELYARD_TEMPERATURE"));
}

#[test]
fn the_page_may_say_what_is_on_the_list_and_nothing_else() {
    let effective = config(&[Source::Page(
        "?q=1&modelyard.model=hf.co%2Fa%2Fb%3AQ4&modelyard.temperature=+0.5&modelyard.maxTokens=5&modelyard.contextSize=6&modelyard.profile=fast&x",
    )])
    .effective();
    holds(&effective, "defaultModel", "\"hf.co/a/b:Q4\"", Layer::Page);
    holds(&effective, "generation.temperature", "0.5", Layer::Page);
    holds(&effective, "routing.defaultProfile", "\"fast\"", Layer::Page);
    for query in [
        "modelyard.host=http%3A%2F%2Fevil",
        "modelyard.provider=x",
        "modelyard.providers.ollama.host=x",
        "modelyard.=x",
    ] {
        let warning = warning(Source::Page(query));
        assert_eq!(
            (&warning.reason, warning.value.as_str()),
            (&Reason::NotFromPage, "")
        );
    }
    for (query, reason) in [
        ("modelyard.model=a&modelyard.model=b", Reason::Twice),
        ("modelyard.model=a&modelyard.model=", Reason::Twice),
        ("modelyard.model=%zz", Reason::NotText),
        ("modelyard.model=%", Reason::NotText),
        ("modelyard.model=%ff", Reason::NotText),
        ("modelyard.temperature=hot", Reason::NotANumber),
    ] {
        let errors = refused(&[Source::Page(query)]);
        assert_eq!((errors.len(), &errors[0].reason), (1, &reason), "{query}");
    }
    config(&[Source::Page("?%zz=1&modelyardX=1&=&&modelyard.model")]);
}
