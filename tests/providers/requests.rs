//! What is asked for, byte for byte.

use modelyard::engine::Zone;
use modelyard::providers::chat::{ChatRequest, Generation, Image, Message, Overflow, Role, Tool, ToolCall};
use modelyard::providers::error::ProviderErrorKind;
use modelyard::providers::json::RawJson;
use modelyard::providers::request::{Expects, Header, HttpRequest, KeyPlace, Method, Patience};
use modelyard::providers::{Ability, BaseUrl, Kind, Provider};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::driving::ollama;

fn body(request: &HttpRequest) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn chat(request: &ChatRequest) -> HttpRequest {
    ollama().chat(request).expect("a request").request
}

fn raw(text: &str) -> RawJson {
    RawJson::new(text).expect(text)
}

#[test]
fn each_question_goes_to_its_path_with_its_body() {
    let provider = ollama();
    let requests = [
        (
            provider.version().expect("a request").request,
            Method::Get,
            "/api/version",
            Value::Null,
        ),
        (
            provider.list(None).expect("a request").request,
            Method::Get,
            "/api/tags",
            Value::Null,
        ),
        (
            provider.running().expect("a request").request,
            Method::Get,
            "/api/ps",
            Value::Null,
        ),
        (
            provider.show("a/b:c").expect("a request").request,
            Method::Post,
            "/api/show",
            json!({"model": "a/b:c"}),
        ),
        (
            provider.remove("m").expect("a request").request,
            Method::Delete,
            "/api/delete",
            json!({"model": "m"}),
        ),
        (
            provider.copy("m", "n").expect("a request").request,
            Method::Post,
            "/api/copy",
            json!({"source": "m", "destination": "n"}),
        ),
        (
            provider.pull("m").expect("a request").request,
            Method::Post,
            "/api/pull",
            json!({"model": "m", "stream": true}),
        ),
        (
            provider.unload("m").expect("a request").request,
            Method::Post,
            "/api/chat",
            json!({"model": "m", "messages": [], "keep_alive": 0}),
        ),
    ];
    for (request, method, path, expected) in requests {
        assert_eq!(
            (request.method, request.url.as_str()),
            (method, format!("http://localhost:11434{path}").as_str())
        );
        if expected.is_null() {
            assert!(request.body.is_empty());
        } else {
            assert_eq!(body(&request), expected);
        }
        // The server's preflight allows no others, and a GET without a body needs no preflight.
        let names: Vec<&str> = request.headers.iter().map(|(header, _)| header.name()).collect();
        if method == Method::Get {
            assert_eq!(names, ["Accept"]);
        } else {
            assert_eq!(names, ["Accept", "Content-Type"]);
            assert!(
                request
                    .headers
                    .contains(&(Header::ContentType, "application/json"))
            );
        }
        assert_eq!((request.key, request.zone), (KeyPlace::Bearer, Zone::Loopback));
    }
    let pull = provider.pull("m").expect("a request").request;
    assert_eq!((pull.expects, pull.patience), (Expects::Stream, Patience::Pull));
    assert_eq!(
        provider.list(None).expect("a request").request.expects,
        Expects::Json
    );
    assert_eq!(
        (Method::Get.name(), Method::Post.name(), Method::Delete.name()),
        ("GET", "POST", "DELETE")
    );
}

#[test]
fn paths_are_put_behind_the_path_of_the_address() {
    let base = BaseUrl::parse("https://models.example/ollama/").expect("an address");
    let provider = Provider::new("far", Kind::Ollama, base);
    let request = provider.list(None).expect("a request").request;
    assert_eq!(request.url, "https://models.example/ollama/api/tags");
    assert_eq!(request.zone, Zone::Public);
}

#[test]
fn a_chat_request_carries_context_and_options_by_the_server_s_names() {
    let request = ChatRequest {
        model: "qwen3:8b".into(),
        messages: vec![Message {
            text: "Hi".into(),
            ..Message::default()
        }],
        generation: Generation {
            temperature: Some(0.7),
            max_tokens: Some(100),
            top_p: Some(1.0),
            top_k: Some(40),
            repeat_penalty: Some(1.1),
            seed: Some(-3),
            stop: vec!["\n\n".into(), "END".into()],
        },
        context_size: Some(8_192),
        ..ChatRequest::default()
    };
    let sent = chat(&request);
    assert_eq!(
        String::from_utf8(sent.body.clone()).expect("text"),
        concat!(
            r#"{"model":"qwen3:8b","messages":[{"role":"user","content":"Hi"}],"stream":true,"#,
            r#""truncate":false,"shift":false,"options":{"num_ctx":8192,"num_predict":100,"top_k":40,"#,
            r#""temperature":0.7,"top_p":1,"repeat_penalty":1.1,"seed":-3,"stop":["\n\n","END"]}}"#
        )
    );
    assert_eq!(
        (sent.url.as_str(), sent.expects),
        ("http://localhost:11434/api/chat", Expects::Stream)
    );
}

#[test]
fn what_nobody_set_is_left_to_the_server() {
    let sent = body(&chat(&ChatRequest {
        model: "m".into(),
        overflow: Overflow::Forget,
        ..ChatRequest::default()
    }));
    assert_eq!(
        sent,
        json!({"model": "m", "messages": [], "stream": true, "options": {}})
    );
}

#[test]
fn every_part_of_a_conversation_is_written() {
    let request = ChatRequest {
        model: "m".into(),
        messages: vec![
            Message {
                role: Role::System,
                text: "Be \"brief\".".into(),
                ..Message::default()
            },
            Message {
                text: "Look".into(),
                images: vec![Image {
                    media_type: "image/png".into(),
                    base64: "aGk=".into(),
                }],
                ..Message::default()
            },
            Message {
                role: Role::Assistant,
                reasoning: Some("hm".into()),
                tool_calls: vec![ToolCall {
                    id: Some("c1".into()),
                    name: "f".into(),
                    arguments: raw(r#"{"a": 1.0}"#),
                    signature: None,
                }],
                ..Message::default()
            },
            Message {
                role: Role::Tool,
                text: "12".into(),
                tool_call_id: Some("c1".into()),
                tool_name: Some("f".into()),
                ..Message::default()
            },
        ],
        tools: vec![Tool {
            name: "f".into(),
            description: "Does f.".into(),
            parameters: raw(r#"{"type":"object"}"#),
        }],
        think: Some(raw("\"high\"")),
        format: Some(raw(r#"{"type":"string"}"#)),
        keep_alive: Some(raw("\"10m\"")),
        ..ChatRequest::default()
    };
    let sent = chat(&request);
    assert_eq!(
        body(&sent),
        json!({
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be \"brief\"."},
                {"role": "user", "content": "Look", "images": ["aGk="]},
                {"role": "assistant", "content": "", "thinking": "hm",
                 "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": {"a": 1.0}}}]},
                {"role": "tool", "content": "12", "tool_name": "f", "tool_call_id": "c1"},
            ],
            "stream": true,
            "tools": [{"type": "function", "function":
                {"name": "f", "description": "Does f.", "parameters": {"type": "object"}}}],
            "think": "high",
            "format": {"type": "string"},
            "keep_alive": "10m",
            "truncate": false,
            "shift": false,
            "options": {},
        })
    );
    assert!(
        String::from_utf8(sent.body)
            .expect("text")
            .contains(r#""arguments":{"a": 1.0}"#)
    );
}

#[test]
fn the_provider_s_own_options_pass_byte_for_byte_and_win() {
    let own = r#"{ "num_ctx" : 2e3, "mirostat":1 , "nested":{"a":[ 1.50 ]}, "stop":null }"#;
    let request = ChatRequest {
        model: "m".into(),
        context_size: Some(8_192),
        generation: Generation {
            temperature: Some(0.0),
            stop: vec!["x".into()],
            ..Generation::default()
        },
        provider_options: Some(raw(own)),
        ..ChatRequest::default()
    };
    let sent = String::from_utf8(chat(&request).body).expect("text");
    let options = r#""options":{"num_ctx" : 2e3, "mirostat":1 , "nested":{"a":[ 1.50 ]}, "stop":null,"temperature":0}}"#;
    assert!(sent.ends_with(options), "{sent}");
}

#[test]
fn numbers_that_are_none_are_refused() {
    for (field, generation) in [
        (
            "temperature",
            Generation {
                temperature: Some(f64::NAN),
                ..Generation::default()
            },
        ),
        (
            "topP",
            Generation {
                top_p: Some(f64::INFINITY),
                ..Generation::default()
            },
        ),
        (
            "repeatPenalty",
            Generation {
                repeat_penalty: Some(f64::NEG_INFINITY),
                ..Generation::default()
            },
        ),
    ] {
        let request = ChatRequest {
            model: "m".into(),
            generation,
            ..ChatRequest::default()
        };
        let error = ollama().chat(&request).expect_err(field);
        assert!(
            matches!(error.kind, ProviderErrorKind::InvalidRequest { field: wrong, .. } if wrong == field),
            "{error:?}"
        );
    }
}

#[test]
fn a_name_no_model_can_have_is_not_sent() {
    let provider = ollama();
    for name in [
        "", "two two", "a//b", "../x", "a:b:c", "m\u{0}", "é", "a@b", ":tag", "m:", "/m", "-m",
    ] {
        let errors = [
            provider.show(name).expect_err(name),
            provider.pull(name).expect_err(name),
            provider.remove(name).expect_err(name),
            provider.unload(name).expect_err(name),
            provider.copy("fine", name).expect_err(name),
            provider.copy(name, "fine").expect_err(name),
            provider
                .chat(&ChatRequest {
                    model: name.into(),
                    ..ChatRequest::default()
                })
                .expect_err(name),
        ];
        for error in errors {
            assert!(
                matches!(error.kind, ProviderErrorKind::InvalidName(_)),
                "{name}: {error:?}"
            );
        }
    }
}

#[test]
fn each_kind_is_found_by_its_word_and_ollama_can_do_all_but_search() {
    for kind in Kind::ALL {
        assert_eq!(Kind::of(kind.word()), Some(kind));
        let base = BaseUrl::parse(kind.default_host()).expect("an address");
        assert_eq!(base.as_str(), kind.default_host());
        // A source of models has neither a list nor answers.
        let is_source = kind == Kind::HuggingFace;
        assert_eq!(kind.can(Ability::Search), is_source);
        assert_eq!(kind.can(Ability::Files), is_source);
        assert_eq!(kind.can(Ability::List), !is_source);
        assert_eq!(kind.can(Ability::Chat), !is_source);
    }
    assert_eq!(Kind::of("Ollama"), None);
    let foreign = [Ability::CheckKey, Ability::Search, Ability::Files];
    for ability in Ability::ALL {
        assert_eq!(
            Kind::Ollama.can(ability),
            !foreign.contains(&ability),
            "{ability:?}"
        );
    }
    let waits = [Patience::Short, Patience::Long, Patience::Answer, Patience::Pull];
    for patience in waits {
        assert!(patience.head_ms() >= 1_000 && patience.silence_ms() >= 1_000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Properties 17 to 19 of the field's specification, as far as a codec goes.
    #[test]
    fn options_reach_the_request_as_they_are(
        text in any::<String>(),
        temperature in prop::option::of(0.0..2.0_f64),
        top_p in prop::option::of(0.0..=1.0_f64),
        max_tokens in prop::option::of(1..u32::MAX),
        context_size in prop::option::of(1..u32::MAX),
        stop in prop::collection::vec(any::<String>(), 0..3),
        own in prop::collection::btree_map("[a-z_]{1,8}", any::<i32>(), 0..4),
    ) {
        let own_text = serde_json::to_string_pretty(&own).expect("JSON");
        let request = ChatRequest {
            model: "m".into(),
            messages: vec![Message { text: text.clone(), ..Message::default() }],
            generation: Generation { temperature, top_p, max_tokens, stop: stop.clone(), ..Generation::default() },
            context_size,
            provider_options: RawJson::object(&own_text),
            ..ChatRequest::default()
        };
        let sent = chat(&request);
        let body = body(&sent);
        prop_assert_eq!(body["messages"][0]["content"].as_str(), Some(text.as_str()));
        let options = &body["options"];
        for (key, value) in &own {
            prop_assert_eq!(options[key].as_i64(), Some(i64::from(*value)));
        }
        let free = |key: &str| !own.contains_key(key);
        // The reader of this test is exact to the last digit but one.
        let same = |one: Option<f64>, other: Option<f64>| match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() < 1e-12,
            (one, other) => one.is_none() && other.is_none(),
        };
        if free("temperature") {
            prop_assert!(same(options["temperature"].as_f64(), temperature));
        }
        if free("top_p") {
            prop_assert!(same(options["top_p"].as_f64(), top_p));
        }
        if free("num_predict") {
            prop_assert_eq!(options["num_predict"].as_u64(), max_tokens.map(u64::from));
        }
        if free("num_ctx") {
            prop_assert_eq!(options["num_ctx"].as_u64(), context_size.map(u64::from));
        }
        if free("stop") && !stop.is_empty() {
            prop_assert_eq!(&options["stop"], &json!(stop));
        }
        let entries = own_text.trim_matches(['{', '}', '\n', ' ']);
        prop_assert!(String::from_utf8(sent.body).expect("text").contains(entries));
    }
}
