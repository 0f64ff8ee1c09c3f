//! What is handed to a provider as it is written (requirements K2, K5).

use modelyard::config::{Reason, Source};

use crate::support::{config, file, refused, warning, wrong_at};

fn with(options: &str) -> String {
    format!(r#"{{"providers":{{"ollama":{{"options":{options}}}}}}}"#)
}

#[test]
fn k2_options_of_a_provider_are_the_same_to_the_byte() {
    for options in [
        "{}",
        r#"{ "b" : 1.0 , "a":1e3,	"c":1E+03,"d":-0 }"#,
        r#"{"big":123456789012345678901234567890,"tiny":1e-999,"huge":1e999}"#,
        r#"{"twice":1,"twice":2,"":3}"#,
        r#"{"text":"\u00e9 \ud83e\udd99 \/ \ud800 é 🦙"}"#,
        "{\n  \"nested\": {\"list\": [1, [2, {\"x\": null}]]}\r\n}",
        r#"{"__proto__":{"a":1},"constructor":{"prototype":{}}}"#,
        r#"{"prompt_cache_key":"x","stop_token_ids":[1],"max_tokens":5,"keep_alive":-1}"#,
    ] {
        let effective = file(&with(options));
        assert_eq!(
            effective.provider("ollama").expect("there").options.as_deref(),
            Some(options)
        );
    }
}

#[test]
fn k2_options_are_one_value_and_the_higher_layer_has_all_of_it() {
    let effective = config(&[
        Source::File(&with(r#"{"a":1,"b":2}"#)),
        Source::Options(&with(r#"{"a":3}"#)),
    ])
    .effective();
    assert_eq!(
        effective.provider("ollama").expect("there").options.as_deref(),
        Some(r#"{"a":3}"#)
    );
}

#[test]
fn k5_options_are_an_object() {
    for options in ["[]", "1", "null", "\"x\"", "true"] {
        wrong_at(&with(options), "providers.ollama.options", &Reason::WrongType);
    }
}

#[test]
fn k5_options_do_not_say_what_each_request_says() {
    for (kind, name) in [
        ("ollama", "model"),
        ("openai", "messages"),
        ("anthropic", "stream"),
        ("gemini", "contents"),
    ] {
        let text = format!(
            r#"{{"providers":{{"p":{{"kind":"{kind}","options":{{"{name}":1,"x":{{"{name}":2}}}}}}}}}}"#
        );
        wrong_at(&text, &format!("providers.p.options.{name}"), &Reason::Reserved);
    }
    file(r#"{"providers":{"ollama":{"options":{"contents":1}}}}"#);
}

#[test]
fn p4_keys_for_access_do_not_belong_in_a_configuration_and_are_never_shown() {
    for name in [
        "apiKey",
        "api_key",
        "x-api-key",
        "Authorization",
        "password",
        "client_secret",
        "accessToken",
    ] {
        for options in [
            format!(r#"{{"{name}":"sk-canary-0123456789"}}"#),
            format!(r#"{{"headers":{{"{name}":"sk-canary-0123456789"}}}}"#),
            format!(r#"{{"list":[1,{{"{name}":{{"deep":"sk-canary-0123456789"}}}}]}}"#),
        ] {
            let errors = refused(&[Source::File(&with(&options))]);
            assert_eq!(
                (errors.len(), &errors[0].reason),
                (1, &Reason::Secret),
                "{options}"
            );
            assert_eq!(errors[0].value, "…");
        }
        let text = format!(r#"{{"providers":{{"ollama":{{"{name}":"sk-canary-0123456789"}}}}}}"#);
        let warning = warning(Source::File(&text));
        assert!(!format!("{warning:?}{warning}").contains("canary"));
    }
}
