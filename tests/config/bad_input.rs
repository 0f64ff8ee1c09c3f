//! The groups of bad input that concern a configuration, by number. None may panic, hang or show a key.

use modelyard::config::{
    Config, HostFault, MAX_DEPTH, MAX_REPORTED, MAX_TEXT_BYTES, NameFault, Reason, Source,
};

use crate::support::{file, quoted, refused, warning, wrong, wrong_at};

fn host(address: &str) -> String {
    format!(r#"{{"providers":{{"ollama":{{"host":{}}}}}}}"#, quoted(address))
}

#[track_caller]
fn no_host(address: &str, fault: HostFault) {
    let error = wrong_at(&host(address), "providers.ollama.host", &Reason::Host(fault));
    assert!(!format!("{error:?} {error}").contains("canary"), "{error}");
}

#[test]
fn groups_1_to_12_what_is_no_address_of_a_server_is_refused() {
    use HostFault::{Query, Scheme, User};
    file(&host(""));
    for address in [
        "   ",
        "model.gguf",
        "//evil.com/x",
        "javascript:alert(1)",
        "data:application/octet-stream;base64,AA==",
        "blob:https://x/y",
        "file:///etc/passwd",
        "ftp://x",
        "localhost:11434",
        "http:/x",
        "https:x",
        "é",
    ] {
        no_host(address, Scheme);
    }
    no_host("https://user:sk-canary@host/x", User);
    no_host("https://host/x?key=sk-canary", Query);
    no_host("https://host/#sk-canary", Query);
    for good in [
        "http://host",
        "https://host/x",
        "HTTPS://API.OPENAI.COM:443/",
        "http://localhost:11434",
        "http://[::1]:11434",
        "http://192.168.1.5:8080/v1",
        "http://my_box.local/ollama/",
    ] {
        file(&host(good));
    }
}

#[test]
fn groups_13_to_19_an_address_has_one_meaning() {
    use HostFault::{ForbiddenCharacter, Host, User};
    // Another host than it seems to be, but one that is what it says.
    file(&host("https://api.openai.com.evil.com"));
    file(&host("https://api.openai.com./"));
    no_host("https://api.openai.com@evil.com", User);
    no_host(r"https://api.openai.com\@evil.com", User);
    no_host(r"https://api.openai.com\evil.com", ForbiddenCharacter);
    no_host("https://аpi.openai.com", ForbiddenCharacter);
    file(&host("https://xn--pi-6kc.openai.com"));
    for address in [
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1",
        "http://1.2.3.4.",
        "http://256.1.1.1",
        "http://[::ffff:127.0.0.1]/",
        "http://[x]",
        "http://[:]",
        "http://",
        "http:///x",
        "http://a..b",
        "http://.a",
        "http://a%41.b",
    ] {
        no_host(address, Host);
    }
    file(&host("http://127.0.0.1"));
    file(&host("http://169.254.169.254/"));
}

#[test]
fn groups_22_to_26_ports_paths_and_odd_characters() {
    use HostFault::{ForbiddenCharacter, Port, Upwards};
    for address in [
        "http://h:0",
        "http://h:65536",
        "http://h:",
        "http://h:x",
        "http://h:08",
        "http://h:-1",
        "http://[::1]x",
        "http://h:1:2",
    ] {
        no_host(address, Port);
    }
    for address in [
        "http://h/..",
        "http://h/a/../b",
        "http://h/%2e%2E/x",
        "http://h/a%2fb",
        "http://h/./x",
    ] {
        no_host(address, Upwards);
    }
    for address in [
        "http://h/..\\..",
        "http://h/\r\n",
        "http://h/\t",
        "http://h/\0",
        "http://h /",
        "http://h/é",
    ] {
        no_host(address, ForbiddenCharacter);
    }
    let error = wrong(&host(&format!("http://h/{}", "x".repeat(65_536))));
    assert_eq!(error.reason, Reason::Name(NameFault::TooLong));
    assert_eq!(error.value.chars().count(), 200);
    wrong_at(
        r#"{"providers":{"ollama":{"host":"http://\ud800"}}}"#,
        "providers.ollama.host",
        &Reason::NotText,
    );
}

#[test]
fn groups_27_and_30_what_is_no_json_is_refused() {
    for text in [
        "not json",
        "{",
        "{\"a\":1",
        "\u{FEFF}{}",
        "{}\0",
        "{\0}",
        "\0",
        "{'a':1}",
        "{a:1}",
        "{}{}",
        "// c\n{}",
    ] {
        let error = wrong(text);
        assert!(matches!(error.reason, Reason::NotJson { .. }), "{text:?}");
    }
}

#[test]
fn group_28_a_text_of_1_mib_is_read_and_one_byte_more_is_refused() {
    let mut text = "{}".to_owned() + &" ".repeat(MAX_TEXT_BYTES - 2);
    file(&text);
    text.push(' ');
    wrong_at(&text, "", &Reason::TooLong);
    assert_eq!(refused(&[Source::Page(&text)])[0].reason, Reason::TooLong);
    assert_eq!(refused(&[Source::Environment(&text)])[0].reason, Reason::TooLong);
}

#[test]
fn group_29_a_deep_text_is_refused_where_it_gets_too_deep() {
    wrong_at(
        &"[".repeat(100_000),
        "",
        &Reason::TooDeep {
            line: 1,
            column: MAX_DEPTH + 1,
        },
    );
    let deep = |depth: usize| {
        let inside = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        format!(
            "{{\"providers\":{{\"ollama\":{{\"options\":{{\n\"x\\\\\":\"[[[{{\\\"[\",\"x\":{inside}}}}}}}}}"
        )
    };
    file(&deep(MAX_DEPTH - 4));
    wrong_at(&deep(MAX_DEPTH - 3), "", &Reason::TooDeep { line: 2, column: 81 });
}

#[test]
fn group_31_a_key_that_is_there_twice_is_refused() {
    wrong_at(
        r#"{"contextSize":1,"contextSize":2}"#,
        "contextSize",
        &Reason::Twice,
    );
    wrong_at(
        r#"{"contextSize":1,"context\u0053ize":1}"#,
        "contextSize",
        &Reason::Twice,
    );
    wrong_at(
        r#"{"contextSize":1,"contextSize":""}"#,
        "contextSize",
        &Reason::Twice,
    );
    wrong_at(
        r#"{"models":{"m":{"topK":1},"m":{"topP":1}}}"#,
        "models.m",
        &Reason::Twice,
    );
    let errors = refused(&[Source::Environment(
        r#"{"MODELYARD_MODEL":"a","MODELYARD_MODEL":"b"}"#,
    )]);
    assert_eq!(errors[0].reason, Reason::Twice);
}

#[test]
fn groups_32_33_and_34_names_of_prototypes_are_names_and_nothing_more() {
    for name in ["__proto__", "constructor", "prototype", "toString"] {
        let text = format!(r#"{{"{name}":{{"baseUrl":"https://evil","prototype":{{}}}}}}"#);
        let warning = warning(Source::File(&text));
        assert_eq!(
            (warning.path.as_str(), &warning.reason),
            (name, &Reason::UnknownKey)
        );
        let text = format!(r#"{{"routing":{{"profiles":{{"{name}":{{}}}}}},"catalog":{{"{name}":{{}}}}}}"#);
        assert_eq!(file(&text).routing().profiles[0].name, name);
    }
    assert!(matches!(
        wrong(r#"{"providers":{"__proto__":{"kind":"ollama"}}}"#).reason,
        Reason::Name(_)
    ));
}

#[test]
fn groups_43_and_54_numbers_that_are_none() {
    for number in [
        "-1",
        "1.5",
        "1e21",
        "18446744073709551616",
        "9007199254740992",
        "0",
    ] {
        let error = wrong(&format!(r#"{{"catalog":{{"m":{{"sizeBytes":{number}}}}}}}"#));
        assert!(
            matches!(error.reason, Reason::OutOfBounds | Reason::NotWhole),
            "{number}"
        );
        assert_eq!(error.value, number);
    }
    file(r#"{"catalog":{"m":{"sizeBytes":9007199254740991}}}"#);
    wrong_at(
        r#"{"catalog":{"m":{"sizeBytes":"123"}}}"#,
        "catalog.m.sizeBytes",
        &Reason::WrongType,
    );
}

#[test]
fn group_49_what_is_too_much_is_refused_quickly() {
    let many =
        |count: usize, each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<Vec<_>>().join(",");
    let models = many(4_097, &|at| format!(r#""m{at}":{{}}"#));
    wrong_at(
        &format!(r#"{{"models":{{{models}}}}}"#),
        "models",
        &Reason::TooMany(4_096),
    );
    let profiles = many(257, &|at| format!(r#""p{at}":{{}}"#));
    wrong_at(
        &format!(r#"{{"routing":{{"profiles":{{{profiles}}}}}}}"#),
        "routing.profiles",
        &Reason::TooMany(256),
    );
    let catalog = many(2_001, &|at| format!(r#""m{at}":{{}}"#));
    wrong_at(
        &format!(r#"{{"catalog":{{{catalog}}}}}"#),
        "catalog",
        &Reason::TooMany(2_000),
    );
    let list = many(4_097, &|_| "1".to_owned());
    wrong_at(
        &format!(r#"{{"providers":{{"ollama":{{"models":[{list}]}}}}}}"#),
        "providers.ollama.models",
        &Reason::TooMany(4_096),
    );
    let unknown = many(4_097, &|at| format!(r#""unknown{at}":1"#));
    wrong_at(&format!("{{{unknown}}}"), "", &Reason::TooMany(4_096));
    let options = format!(r#"{{"providers":{{"ollama":{{"options":{{"context":[{list}]}}}}}}}}"#);
    assert!(
        file(&options)
            .provider("ollama")
            .is_some_and(|one| one.options.is_some())
    );
    let unknown = many(4_000, &|at| format!(r#""unknown{at}":1"#));
    let changed = Config::new(&[])
        .replace(Source::File(&format!("{{{unknown}}}")))
        .expect("only warnings");
    assert_eq!(changed.warnings.len(), MAX_REPORTED);
    let wrong = many(2_000, &|at| format!(r#""m{at}":{{"topK":0}}"#));
    assert_eq!(
        refused(&[Source::File(&format!(r#"{{"models":{{{wrong}}}}}"#))]).len(),
        MAX_REPORTED
    );
}

#[test]
fn group_51_an_unknown_field_has_no_effect_and_is_told() {
    let mut config = Config::new(&[]);
    let before = config.effective();
    let changed = config
        .replace(Source::File(r#"{"unknown":{"contextSize":1}}"#))
        .expect("good");
    assert_eq!((changed.keys.len(), changed.warnings.len()), (0, 1));
    assert_eq!(config.effective(), before);
}

#[test]
fn group_53_a_long_way_of_fallbacks_ends_and_a_circle_is_refused() {
    let profiles = |end: &str| {
        let all: Vec<String> = (0..256)
            .map(|at| {
                let next = if at == 255 {
                    end.to_owned()
                } else {
                    format!("p{}", at + 1)
                };
                format!(r#""p{at}":{{"fallback":"{next}"}}"#)
            })
            .collect();
        format!(r#"{{"routing":{{"profiles":{{{}}}}}}}"#, all.join(","))
    };
    file(&profiles("general"));
    let errors = refused(&[Source::File(&profiles("p0"))]);
    assert_eq!(errors.len(), 256);
    assert!(errors.iter().all(|error| error.reason == Reason::Loop));
}

#[test]
fn group_55_a_hot_temperature_and_counts_of_nothing_or_too_much() {
    wrong_at(
        r#"{"generation":{"temperature":"hot"}}"#,
        "generation.temperature",
        &Reason::WrongType,
    );
    for count in ["0", "1e12"] {
        wrong_at(
            &format!(r#"{{"generation":{{"maxTokens":{count}}}}}"#),
            "generation.maxTokens",
            &Reason::OutOfBounds,
        );
    }
}

#[test]
fn groups_61_and_69_a_key_in_any_place_is_not_shown() {
    let key = "sk-canary-0123456789";
    for text in [
        format!(r#"{{"defaultModel":"a {key}"}}"#),
        format!(r#"{{"generation":{{"temperature":"{key}"}}}}"#),
        format!(r#"{{"generation":{{"temperature":["{key}"]}}}}"#),
        format!(r#"{{"generation":{{"stop":[{{"{key}":1}}]}}}}"#),
        format!(r#"{{"models":{{"{key} ":{{}}}}}}"#),
        format!(r#"{{"models":{{"{key}":{{"topK":0}}}}}}"#),
        format!(r#"{{"queue":{{"superseded":"Bearer {key}"}}}}"#),
        format!(r#"{{"routing":{{"defaultProfile":"{key}"}}}}"#),
        r#"{"routing":{"overrides":{"apiKey":"canary canary"}}}"#.to_owned(),
        format!(r#"{{"providers":{{"{key}":{{}}}}}}"#),
        format!(r#"{{"providers":{{"ollama":{{"host":"http://x/?k={key}"}}}}}}"#),
        format!(r#"{{"x" "{key}"}}"#),
    ] {
        let errors = refused(&[Source::File(&text)]);
        for error in errors {
            assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
        }
    }
    for text in [
        format!(r#"{{"{key}":1}}"#),
        format!(r#"{{"apiKey":"{key}"}}"#),
        format!(r#"{{"generation":{{"x":"{key}"}}}}"#),
    ] {
        let warning = warning(Source::File(&text));
        assert!(
            !format!("{warning:?} {warning}").contains("canary"),
            "{warning:?}"
        );
    }
    // A common word is no key: it is shown.
    assert_eq!(wrong(r#"{"generation":{"temperature":"test"}}"#).value, "test");
    assert_eq!(
        wrong(r#"{"defaultModel":"desk-model of mine"}"#).value,
        "desk-model of mine"
    );
    assert_eq!(wrong(r#"{"generation":{"maxTokens":-5}}"#).value, "-5");
}
