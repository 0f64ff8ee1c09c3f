//! What looks like a secret.

use modelyard::keys::patterns::clean;
use proptest::prelude::*;

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(clean(text.to_owned()), expected);
    assert_eq!(
        clean(expected.to_owned()),
        expected,
        "what is clean stays as it is"
    );
}

#[test]
fn keys_of_providers_are_known_by_how_they_begin() {
    for key in [
        "sk-canary-1",
        "sk-proj-Ab_0123456789",
        "sk-ant-api03-AAAAAAAAAAAA",
        "sk-or-v1-0123456789abcdef",
        "AIzaSyA-canary_0123456789",
        "hf_AbCdEfGhIjKlMnOpQrSt",
        "gsk_0123456789abcdefghij",
        "xai-0123456789abcdefghij",
        "sk-proj-********************wxyz",
    ] {
        becomes(key, "[redacted]");
        becomes(
            &format!("Incorrect API key provided: {key}."),
            "Incorrect API key provided: [redacted].",
        );
        becomes(&format!(r#"{{"key":"{key}"}}"#), r#"{"key":"[redacted]"}"#);
        becomes(&format!("{key} and {key}"), "[redacted] and [redacted]");
        // Behind an escape of JSON or of a URL.
        becomes(&format!(r"said:\n{key}"), r"said:\n[redacted]");
        becomes(&format!("a%3D{key}"), "a%3D[redacted]");
        becomes(&format!(r"a\u003d{key}"), r"a\u003d[redacted]");
        becomes(&format!("“{key}…"), "“[redacted]…");
    }
}

#[test]
fn what_follows_bearer_is_secret_if_it_is_a_token() {
    becomes(
        "Authorization: Bearer abc12345",
        "Authorization: Bearer [redacted]",
    );
    becomes("bearer   eyJhbGciOiJIUzI1NiJ9.e30.x=", "bearer   [redacted]");
    becomes(r#""BEARER 0123456789""#, r#""BEARER [redacted]""#);
    for text in [
        "Bearer token expired",
        "Bearer authentication is required",
        "bearer of bad news 2026",
        "Bearer ",
    ] {
        becomes(text, text);
    }
}

#[test]
fn bad_input_7_values_of_secret_parameters_are_taken_out_of_urls() {
    becomes("https://host/x?key=sk-canary", "https://host/x?key=[redacted]");
    becomes(
        "https://host/x?a=1&api_key=k&b=2",
        "https://host/x?a=1&api_key=[redacted]&b=2",
    );
    becomes("?access_token=a.b-c#top", "?access_token=[redacted]#top");
    becomes(
        r"https://h/?a=1\u0026token=abc\u0026b=2",
        r"https://h/?a=1\u0026token=[redacted]\u0026b=2",
    );
    becomes(
        "https://h/?a=1&amp;key=abc&amp;b=2",
        "https://h/?a=1&amp;key=[redacted]&amp;b=2",
    );
    for text in [
        "?key=",
        "?keys=all",
        "key=value",
        "a?b=key",
        "monkey=1",
        "5;key=3",
        "16key=2",
    ] {
        becomes(text, text);
    }
}

#[test]
fn bad_input_6_and_14_names_and_passwords_are_taken_out_of_urls() {
    becomes("https://user:sk-canary@host/x", "https://[redacted]@host/x");
    becomes("http://me@127.0.0.1:11434", "http://[redacted]@127.0.0.1:11434");
    becomes("https://a@b@evil.com", "https://[redacted]@evil.com");
    for text in [
        "https://host/x@y",
        "https://host?u=a@b",
        "me@host",
        "https://@host",
        "see http://h, a@b",
    ] {
        becomes(text, text);
    }
}

#[test]
fn bad_input_8_a_key_in_a_fragment_is_known_by_its_beginning() {
    becomes("https://host/#sk-canary", "https://host/#[redacted]");
}

#[test]
fn names_of_models_and_things_stay() {
    for text in [
        "task-force-oriented",
        "sk-learn",
        "sklearn",
        "hf_transformers_cache_directory",
        "huggingface/gsk_small",
        "desk-lamp-with-shade",
        "whisk-and-something-else",
        "AIzawa",
        "xai-org/grok-1",
        "ollama/llama3.2:1b-instruct-q4_K_M",
        "",
        "…",
        "ß?é=ü&key",
    ] {
        becomes(text, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Without the characters that each kind of secret needs there is none.
    #[test]
    fn texts_without_secrets_come_through_unchanged(text in "[^-_?&;:6Bb]{0,80}") {
        prop_assume!(!text.contains("AIza"));
        prop_assert_eq!(clean(text.clone()), text);
    }

    #[test]
    fn a_key_of_a_provider_is_taken_out_wherever_it_stands(
        before in "(.{0,30}[^a-zA-Z0-9])?", begins in prop::sample::select(vec!["sk-", "sk-ant-", "gsk_", "hf_", "AIza", "xai-"]),
        rest in "[a-zA-Z0-9]{20,60}", after in "([^a-zA-Z0-9_*-].{0,30})?"
    ) {
        let key = [begins, &rest].concat();
        let text = clean([&before, key.as_str(), &after].concat());
        prop_assert!(!text.contains(&rest), "{}", text);
    }

    #[test]
    fn what_is_clean_stays_as_it_is(text in "([ -~]|sk-|Bearer |://|@|[?]key=|\\\\u0026|é|…){0,40}") {
        let once = clean(text);
        prop_assert_eq!(clean(once.clone()), once);
    }
}
