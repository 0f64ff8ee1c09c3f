//! What is in force, as those get it who act by it (requirement K2).

use modelyard::catalog::AppEntry;
use modelyard::catalog::entry::SaidCapabilities;
use modelyard::catalog::record::{Capability, Support};
use modelyard::config::{CachePolicy, Reason, Source, find};
use modelyard::engine::Zone;
use modelyard::providers::{BaseUrl, Server};
use modelyard::routing::{Override, ProfileSpec};

use crate::support::{config, file, wrong, wrong_at};

#[test]
fn k2_policies_have_the_defaults_of_the_requirements() {
    let effective = file("");
    let cache = CachePolicy {
        list_seconds: 60,
        detail_seconds: 300,
        max_entries: 1_000,
    };
    assert_eq!(effective.cache(), cache);
    assert!(!effective.keeps_superseded());
    assert!(effective.asks_to_persist());
    let routing = effective.routing();
    assert!(routing.enabled);
    assert_eq!(routing.default_profile, "general");
    assert!(routing.overrides.is_empty() && routing.profiles.is_empty());
    let effective = file(
        r#"{"queue":{"superseded":"keep"},"storage":{"persist":"never"},"cache":{"listSeconds":0},"routing":{"enabled":false}}"#,
    );
    assert!(effective.keeps_superseded() && !effective.asks_to_persist() && !effective.routing().enabled);
    assert_eq!(
        effective.cache(),
        CachePolicy {
            list_seconds: 0,
            ..cache
        }
    );
}

#[test]
fn k2_providers_have_the_kind_of_their_name_and_the_usual_host_of_their_kind() {
    let effective = file(
        r#"{"providers":{"zeta":{"kind":"openai","host":"http://box:8080/v1/","models":["a","b"]},"ollama":{},"gemini":{"timeoutSeconds":3}}}"#,
    );
    let all = effective.providers();
    let names: Vec<&str> = all.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(
        names,
        ["zeta", "ollama", "gemini"],
        "in the order they are written in"
    );
    assert_eq!(
        (all[0].kind.as_str(), all[0].host.as_str()),
        ("openai", "http://box:8080/v1")
    );
    assert_eq!(all[0].models, ["a", "b"]);
    assert_eq!(all[0].options, None);
    assert_eq!(
        (all[1].kind.as_str(), all[1].host.as_str(), all[1].timeout_seconds),
        ("ollama", "http://127.0.0.1:11434", 10)
    );
    assert_eq!(all[2].host, "https://generativelanguage.googleapis.com");
    for kind in [
        "ollama",
        "openai",
        "anthropic",
        "gemini",
        "openrouter",
        "huggingface",
    ] {
        let effective = file(&format!(r#"{{"defaultProvider":"{kind}"}}"#));
        let provider = effective.provider(kind).expect("one that needs no configuration");
        assert!(provider.kind == kind && provider.host.contains("://"));
    }
}

#[test]
fn k2_a_server_of_a_kind_with_several_has_the_usual_place_of_that_server() {
    for server in Server::ALL.into_iter().filter(|server| *server != Server::Other) {
        let word = server.word();
        let effective = file(&format!(
            r#"{{"providers":{{"x":{{"kind":"openai","server":"{word}"}},"y":{{"kind":"openai","server":"{word}","host":"http://y:1"}}}}}}"#
        ));
        let all = effective.providers();
        assert_eq!(all[0].server.as_deref(), Some(word));
        assert_eq!(all[1].host, "http://y:1", "what is said wins");
        let base = BaseUrl::parse(&all[0].host).expect(word);
        let is_local = matches!(server, Server::LlamaCpp | Server::Vllm | Server::LmStudio);
        assert_eq!(base.zone() == Zone::Loopback, is_local, "{word}");
        assert_eq!(
            base.origin() == "https://api.openai.com",
            server == Server::OpenAi,
            "{word}"
        );
    }
}

#[test]
fn k5_a_server_nobody_knows_the_place_of_needs_a_host() {
    wrong_at(
        r#"{"providers":{"x":{"kind":"openai","server":"other"}}}"#,
        "providers.x.host",
        &Reason::Missing,
    );
    let effective = file(r#"{"providers":{"x":{"kind":"openai","server":"other","host":"http://x:1/v1"}}}"#);
    assert_eq!(effective.providers()[0].host, "http://x:1/v1");
    let error = wrong(r#"{"providers":{"x":{"kind":"openai","server":"llama.cpp"}}}"#);
    assert_eq!(
        (&error.reason, error.closest.as_deref()),
        (&Reason::NoChoice, Some("llamacpp"))
    );
    // Another kind has no servers: the word is of no effect.
    let effective = file(r#"{"providers":{"anthropic":{"server":"vllm"}}}"#);
    assert_eq!(effective.providers()[0].host, "https://api.anthropic.com");
}

#[test]
fn k5_a_provider_has_a_kind_and_a_default_provider_is_there() {
    let error = wrong_at(
        r#"{"providers":{"olama":{}}}"#,
        "providers.olama.kind",
        &Reason::Missing,
    );
    assert_eq!(error.closest.as_deref(), Some("ollama"));
    let error = wrong_at(
        r#"{"defaultProvider":"hom","providers":{"home":{"kind":"ollama"}}}"#,
        "defaultProvider",
        &Reason::NoProvider,
    );
    assert_eq!(
        (error.closest.as_deref(), error.value.as_str()),
        (Some("home"), "hom")
    );
    assert_eq!(
        file(r#"{"defaultProvider":"wllama"}"#).default_provider(),
        Some("wllama")
    );
    let error = wrong(r#"{"providers":{"a":{"kind":"olama"}}}"#);
    assert_eq!(
        (error.reason, error.closest.as_deref()),
        (Reason::NoChoice, Some("ollama"))
    );
}

#[test]
fn k2_profiles_and_overrides_are_merged_by_name() {
    let effective = config(&[
        Source::File(
            r#"{"routing":{"overrides":{"code":"a","fast":"b"},"profiles":{"legal":{"minContext":100,"order":"smallestFirst","required":["tools"]}}}}"#,
        ),
        Source::Options(
            r#"{"routing":{"overrides":{"code":"c"},"profiles":{"legal":{"minContext":200,"fallback":"general"},"new one":{"description":"d","preferredFamilies":["qwen"]}}}}"#,
        ),
    ])
    .effective();
    let routing = effective.routing();
    let pairs: Vec<(&str, &str)> = routing
        .overrides
        .iter()
        .map(|Override { profile, model }| (profile.as_str(), model.as_str()))
        .collect();
    assert_eq!(pairs, [("fast", "b"), ("code", "c")]);
    let legal = ProfileSpec {
        name: "legal".to_owned(),
        required: Some(vec!["tools".to_owned()]),
        min_context: Some(200.0),
        fallback: Some("general".to_owned()),
        order: Some("smallestFirst".to_owned()),
        ..ProfileSpec::default()
    };
    let new = ProfileSpec {
        name: "new one".to_owned(),
        description: Some("d".to_owned()),
        preferred_families: Some(vec!["qwen".to_owned()]),
        ..ProfileSpec::default()
    };
    assert_eq!(routing.profiles, [legal, new]);
}

#[test]
fn k5_names_of_profiles_are_those_of_profiles() {
    for (text, path) in [
        (
            r#"{"routing":{"defaultProfile":"cod"}}"#,
            "routing.defaultProfile",
        ),
        (
            r#"{"routing":{"overrides":{"cod":"m"}}}"#,
            "routing.overrides.cod",
        ),
        (
            r#"{"routing":{"profiles":{"x":{"fallback":"cod"}}}}"#,
            "routing.profiles.x.fallback",
        ),
        (
            r#"{"catalog":{"m*":{"profiles":["fast","cod"]}}}"#,
            r#"catalog["m*"].profiles[1]"#,
        ),
    ] {
        let error = wrong_at(text, path, &Reason::NoProfile);
        assert_eq!(
            (error.value.as_str(), error.closest.as_deref()),
            ("cod", Some("code"))
        );
    }
    file(r#"{"routing":{"profiles":{"legal":{}},"defaultProfile":"legal","overrides":{"legal":"m"}}}"#);
}

#[test]
fn r3_a_chain_of_fallbacks_never_comes_back() {
    wrong_at(
        r#"{"routing":{"profiles":{"a":{"fallback":"a"}}}}"#,
        "routing.profiles.a.fallback",
        &Reason::Loop,
    );
    wrong_at(
        r#"{"routing":{"profiles":{"general":{"fallback":"fast"}}}}"#,
        "routing.profiles.general.fallback",
        &Reason::Loop,
    );
    // What only leads into a loop is not itself wrong.
    let text = r#"{"routing":{"profiles":{"a":{"fallback":"b"},"b":{"fallback":"c"},"c":{"fallback":"b"}}}}"#;
    let errors = crate::support::refused(&[Source::File(text)]);
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(
        paths,
        ["routing.profiles.b.fallback", "routing.profiles.c.fallback"]
    );
    file(r#"{"routing":{"profiles":{"a":{"fallback":"b"},"b":{"fallback":"general"}}}}"#);
}

#[test]
fn d7_what_the_app_says_of_models_comes_in_the_order_it_is_written_in() {
    let effective = config(&[
        Source::File(
            r#"{"catalog":{"zzz*":{"contextWindow":5,"capabilities":{"vision":"no","tools":"yes"}},"My-Model":{"aliasOf":"zzz1"}}}"#,
        ),
        Source::Options(
            r#"{"catalog":{"aaa":{"family":"f","servedContextWindow":1,"maxOutputTokens":2,"profiles":["code"],"parametersBillions":0.5,
                "quantization":"Q4","sizeBytes":3,"gpuMemoryBytes":4,"released":"2024-05"},"zzz*":{"contextWindow":6}}}"#,
        ),
    ])
    .effective();
    let word = |text: &str| Some(text.to_owned());
    assert_eq!(
        effective.catalog(),
        [
            AppEntry {
                name: "zzz*".to_owned(),
                context_window: Some(6.0),
                capabilities: SaidCapabilities(vec![
                    ("tools".to_owned(), Support::Yes),
                    ("vision".to_owned(), Support::No)
                ]),
                ..AppEntry::default()
            },
            AppEntry {
                name: "My-Model".to_owned(),
                alias_of: word("zzz1"),
                ..AppEntry::default()
            },
            AppEntry {
                name: "aaa".to_owned(),
                family: word("f"),
                served_context_window: Some(1.0),
                max_output_tokens: Some(2.0),
                profiles: vec!["code".to_owned()],
                parameters_billions: Some(0.5),
                quantization: word("Q4"),
                size_bytes: Some(3.0),
                gpu_memory_bytes: Some(4.0),
                released: word("2024-05"),
                ..AppEntry::default()
            },
        ]
    );
}

#[test]
fn the_capabilities_of_a_configuration_are_those_of_the_catalog() {
    for capability in Capability::ALL {
        assert!(find(&format!("catalog.*.capabilities.{}", capability.name())).is_some());
        file(&format!(
            r#"{{"routing":{{"profiles":{{"p":{{"required":["{}"]}}}}}}}}"#,
            capability.name()
        ));
    }
}
