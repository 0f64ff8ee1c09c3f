//! K3, K4, K5: what is wrong, where, and what would be right.

use modelyard::config::{HostFault, Layer, NameFault, Reason, Source};

use crate::support::{file, quoted, refused, sentences, warning, wrong, wrong_at};

#[test]
fn k3_bounds_hold_at_the_edge_and_not_beyond() {
    let rows = [
        (
            "temperature",
            vec!["0", "2", "0.5", "-0", "-0.0", "2.0", "2e0"],
            vec!["-0.1", "2.1", "1e300", "1e400", "-1e400"],
        ),
        ("topP", vec!["0", "1", "0.5"], vec!["-0.01", "1.01"]),
        (
            "maxTokens",
            vec!["1", "4096", "2147483647", "1e3", "10.0"],
            vec!["0", "-1", "2147483648", "1e12"],
        ),
        ("topK", vec!["1", "40"], vec!["0", "-5"]),
        (
            "repeatPenalty",
            vec!["0.01", "1", "1e-9", "100"],
            vec!["0", "-1", "-0"],
        ),
        (
            "seed",
            vec!["0", "-1", "9007199254740991"],
            vec!["9007199254740992", "1e300"],
        ),
    ];
    for (key, good, bad) in rows {
        for number in good {
            file(&format!(
                r#"{{"generation":{{"{key}":{number}}},"models":{{"m":{{"{key}":{number}}}}}}}"#
            ));
        }
        for number in bad {
            let text = format!(r#"{{"generation":{{"{key}":{number}}}}}"#);
            let error = wrong_at(&text, &format!("generation.{key}"), &Reason::OutOfBounds);
            assert_eq!(error.value, number);
            let own = format!(r#"{{"models":{{"m":{{"{key}":{number}}}}}}}"#);
            wrong_at(&own, &format!("models.m.{key}"), &Reason::OutOfBounds);
        }
    }
    for key in ["maxTokens", "topK"] {
        wrong_at(
            &format!(r#"{{"generation":{{"{key}":1.5}}}}"#),
            &format!("generation.{key}"),
            &Reason::NotWhole,
        );
    }
    for (number, reason) in [
        ("0", Reason::OutOfBounds),
        ("1.5", Reason::NotWhole),
        ("1e12", Reason::OutOfBounds),
    ] {
        wrong_at(&format!(r#"{{"contextSize":{number}}}"#), "contextSize", &reason);
    }
}

#[test]
fn k3_a_zero_with_a_sign_is_a_zero() {
    let zero = file(r#"{"generation":{"temperature":-0.0}}"#)
        .for_model("m")
        .temperature;
    assert_eq!(zero.map(f64::to_bits), Some(0));
}

#[test]
fn k3_what_is_no_number_is_refused_and_null_is_what_json_makes_of_nan() {
    for value in ["\"hot\"", "\"0.5\"", "null", "true", "[]", "{}", "[0.5]"] {
        let error = wrong_at(
            &format!(r#"{{"generation":{{"temperature":{value}}}}}"#),
            "generation.temperature",
            &Reason::WrongType,
        );
        assert_eq!(error.expected.as_deref(), Some("a number from 0 to 2"));
        assert_eq!(error.example, Some("0.7"));
    }
    for word in ["NaN", "Infinity", "-Infinity", "0x10", "1_000", ".5", "1.", "+1"] {
        let error = wrong(&format!(r#"{{"generation":{{"temperature":{word}}}}}"#));
        assert!(matches!(error.reason, Reason::NotJson { line: 1, .. }), "{error}");
    }
}

#[test]
fn k4_all_errors_are_told_together_each_with_path_reason_and_value() {
    let text = r#"{
        "defaultModel": "a b", "contextSize": -1,
        "generation": {"temperature": "hot", "topP": 1.5, "stop": "end"},
        "models": {"m": {"topK": 0.5}, "n": 3},
        "providers": {"x": {"host": "localhost:11434", "kind": "olama"}},
        "routing": {"enabled": "yes", "defaultProfile": "kode"}
    }"#;
    let errors = refused(&[Source::File(text)]);
    let all: Vec<(&str, &Reason, &str)> = errors
        .iter()
        .map(|error| (error.path.as_str(), &error.reason, error.value.as_str()))
        .collect();
    assert_eq!(
        all,
        [
            (
                "defaultModel",
                &Reason::Name(NameFault::ForbiddenCharacter),
                "a b"
            ),
            ("contextSize", &Reason::OutOfBounds, "-1"),
            ("generation.temperature", &Reason::WrongType, "hot"),
            ("generation.topP", &Reason::OutOfBounds, "1.5"),
            ("generation.stop", &Reason::WrongType, "end"),
            ("models.m.topK", &Reason::NotWhole, "0.5"),
            ("models.n", &Reason::WrongType, "3"),
            (
                "providers.x.host",
                &Reason::Host(HostFault::Scheme),
                "localhost:11434"
            ),
            ("providers.x.kind", &Reason::NoChoice, "olama"),
            ("routing.enabled", &Reason::WrongType, "yes"),
            ("routing.defaultProfile", &Reason::NoProfile, "kode"),
        ],
        "{}",
        sentences(&errors)
    );
}

#[test]
fn k4_an_error_reads_as_a_sentence() {
    let sentence = |text: &str| wrong(text).to_string();
    assert_eq!(
        sentence(r#"{"generation":{"temperature":"hot"}}"#),
        "generation.temperature (file) is of another type: hot; it has to be a number from 0 to 2, for instance 0.7"
    );
    assert_eq!(
        sentence(r#"{"queue":{"superseded":"cancle"}}"#),
        "queue.superseded (file) is none of the words there are: cancle; it has to be one of cancel, keep, for \
         instance \"cancel\"; did you mean cancel?"
    );
    assert_eq!(
        sentence("{\n  \"a\": 1,\n}"),
        "the configuration (file) is no JSON: key must be a string at line 3 column 1"
    );
}

#[test]
fn k4_an_unknown_key_is_a_warning_with_the_closest_one() {
    for (text, path, closest) in [
        (r#"{"contextsize":1}"#, "contextsize", "contextSize"),
        (r#"{"CONTEXT_SIZE":1}"#, "CONTEXT_SIZE", "contextSize"),
        (r#"{"temperature":1}"#, "temperature", "generation.temperature"),
        (r#"{"max_tokens":1}"#, "max_tokens", "generation.maxTokens"),
        (
            r#"{"defaultProfile":"x"}"#,
            "defaultProfile",
            "routing.defaultProfile",
        ),
        (r#"{"generation":{"top_p":1}}"#, "generation.top_p", "topP"),
        (
            r#"{"models":{"a:b":{"temprature":1}}}"#,
            r#"models["a:b"].temprature"#,
            "temperature",
        ),
        (
            r#"{"providers":{"ollama":{"hots":"x"}}}"#,
            "providers.ollama.hots",
            "host",
        ),
        (
            r#"{"generation.temperature":1}"#,
            r#"["generation.temperature"]"#,
            "",
        ),
    ] {
        let warning = warning(Source::File(text));
        assert_eq!(
            (warning.path.as_str(), &warning.reason),
            (path, &Reason::UnknownKey)
        );
        assert_eq!(warning.layer, Layer::File);
        if !closest.is_empty() {
            assert_eq!(warning.closest.as_deref(), Some(closest), "{text}");
        }
    }
    assert_eq!(warning(Source::File(r#"{"zzzz":1}"#)).closest, None);
}

#[test]
fn k4_what_is_no_json_is_told_with_line_and_column() {
    for (text, place) in [
        ("{", (1, 1)),
        ("{}\n x", (2, 2)),
        ("{\"a\":}", (1, 6)),
        ("\u{FEFF}{}", (1, 1)),
        ("{\"a\":\"\u{1}\"}", (1, 6)),
    ] {
        let error = wrong(text);
        let Reason::NotJson { line, column, .. } = error.reason else {
            panic!("{error}")
        };
        assert_eq!((line, column), place, "{text:?}");
        assert_eq!((error.path.as_str(), error.value.as_str()), ("", ""));
    }
    for text in ["[]", "1", "\"x\"", "null"] {
        wrong_at(text, "", &Reason::WrongType);
    }
}

#[test]
fn k4_long_values_are_shortened() {
    let error = wrong(&format!(r#"{{"defaultModel":"{}"}}"#, "é".repeat(300)));
    assert_eq!(error.value.chars().count(), 200);
    assert!(error.value.ends_with("é…"));
}

#[test]
fn k5_names_of_models() {
    use NameFault::{DotDot, ForbiddenCharacter, TooLong};
    let long = "x".repeat(257);
    for (name, fault) in [
        (long.as_str(), TooLong),
        ("a b", ForbiddenCharacter),
        (" a", ForbiddenCharacter),
        ("a\u{A0}", ForbiddenCharacter),
        ("a\u{7}", ForbiddenCharacter),
        ("a\u{202E}b", ForbiddenCharacter),
        ("a\u{200B}", ForbiddenCharacter),
        ("../x", DotDot),
        ("a..b", DotDot),
    ] {
        let name = quoted(name);
        wrong_at(
            &format!(r#"{{"defaultModel":{name}}}"#),
            "defaultModel",
            &Reason::Name(fault),
        );
        let error = wrong(&format!(r#"{{"models":{{{name}:{{"topK":1}}}}}}"#));
        assert_eq!(error.reason, Reason::Name(fault));
        wrong_at(
            &format!(r#"{{"routing":{{"overrides":{{"code":{name}}}}}}}"#),
            "routing.overrides.code",
            &Reason::Name(fault),
        );
        let list = format!(r#"{{"providers":{{"ollama":{{"models":["a",{name}]}}}}}}"#);
        wrong_at(&list, "providers.ollama.models[1]", &Reason::Name(fault));
    }
    let longest = "é".repeat(256);
    for name in [
        longest.as_str(),
        "x",
        "hf.co/a/b:Q4_K_M",
        "__proto__",
        "constructor",
        "con",
        "🦙",
    ] {
        let effective = file(&format!(r#"{{"models":{{{}:{{"topK":7}}}}}}"#, quoted(name)));
        assert_eq!(effective.for_model(name).top_k, Some(7));
    }
    wrong_at(
        r#"{"models":{"":{"topK":1}}}"#,
        r#"models[""]"#,
        &Reason::Name(NameFault::Empty),
    );
}

#[test]
fn k5_names_of_providers_and_profiles() {
    let long = "x".repeat(65);
    for name in [long.as_str(), "a b", "__proto__", "-x", "é", "a/b"] {
        let text = format!(r#"{{"providers":{{{}:{{"kind":"ollama"}}}}}}"#, quoted(name));
        assert!(matches!(wrong(&text).reason, Reason::Name(_)), "{name}");
    }
    for name in [long.as_str(), " a", "a\u{200B}", ""] {
        let text = format!(r#"{{"routing":{{"profiles":{{{}:{{}}}}}}}}"#, quoted(name));
        assert!(matches!(wrong(&text).reason, Reason::Name(_)), "{name}");
    }
    file(r#"{"routing":{"profiles":{"long documents":{}}},"providers":{"my-box.1":{"kind":"ollama"}}}"#);
}

#[test]
fn k4_a_list_is_told_of_entry_by_entry() {
    let errors = refused(&[Source::File(r#"{"generation":{"stop":["ok",1,"",null]}}"#)]);
    let all: Vec<(&str, &Reason, &str)> = errors
        .iter()
        .map(|error| (error.path.as_str(), &error.reason, error.value.as_str()))
        .collect();
    assert_eq!(
        all,
        [
            ("generation.stop[1]", &Reason::WrongType, "1"),
            ("generation.stop[2]", &Reason::Name(NameFault::Empty), ""),
            ("generation.stop[3]", &Reason::WrongType, "null"),
        ]
    );
    let many = vec!["\"x\""; 65].join(",");
    wrong_at(
        &format!(r#"{{"generation":{{"stop":[{many}]}}}}"#),
        "generation.stop",
        &Reason::TooMany(64),
    );
}

#[test]
fn dates_are_dates() {
    for good in ["2024-09", "2024-12-31"] {
        file(&format!(r#"{{"catalog":{{"m":{{"released":"{good}"}}}}}}"#));
    }
    for bad in [
        "2024",
        "2024-13",
        "2024-00",
        "2024-01-32",
        "24-01-01",
        "2024-1-1",
        "2024-01-011",
        "2024/01",
        "é024-01",
    ] {
        let text = format!(r#"{{"catalog":{{"m":{{"released":"{bad}"}}}}}}"#);
        let error = wrong(&text);
        assert!(
            matches!(error.reason, Reason::NotADate | Reason::Name(NameFault::TooLong)),
            "{bad}: {error}"
        );
    }
}
