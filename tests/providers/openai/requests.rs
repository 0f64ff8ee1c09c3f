//! What is asked for, byte for byte, and what each server is told differently.

use modelyard::providers::chat::{ChatRequest, Generation, Image, Message, Overflow, Role, Tool, ToolCall};
use modelyard::providers::error::ProviderErrorKind;
use modelyard::providers::json::RawJson;
use modelyard::providers::request::{Expects, Method, Patience};
use modelyard::providers::{Kind, Provider, Server};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{at, server};
use crate::driving::of_kind;

fn raw(text: &str) -> RawJson {
    RawJson::new(text).expect(text)
}

fn sent(provider: &Provider, request: &ChatRequest) -> String {
    let call = provider.chat(request).expect("a request");
    String::from_utf8(call.request.body).expect("text")
}

fn body(provider: &Provider, request: &ChatRequest) -> Value {
    serde_json::from_str(&sent(provider, request)).expect("JSON")
}

fn everything() -> Generation {
    Generation {
        temperature: Some(0.7),
        max_tokens: Some(100),
        top_p: Some(1.0),
        top_k: Some(40),
        repeat_penalty: Some(1.1),
        seed: Some(-3),
        stop: vec!["\n\n".into(), "END".into()],
    }
}

fn asked() -> ChatRequest {
    ChatRequest {
        model: "gpt-5".into(),
        messages: vec![Message {
            text: "Hi".into(),
            ..Message::default()
        }],
        generation: everything(),
        context_size: Some(8_192),
        ..ChatRequest::default()
    }
}

#[test]
fn a_request_says_what_the_protocol_has_words_for() {
    let call = at("https://api.openai.com/v1").chat(&asked()).expect("a request");
    let request = call.request;
    assert_eq!(request.url, "https://api.openai.com/v1/chat/completions");
    assert_eq!(
        (request.method, request.expects, request.patience),
        (Method::Post, Expects::Stream, Patience::Answer)
    );
    let headers: Vec<&str> = request.headers.iter().map(|(header, _)| header.name()).collect();
    assert_eq!(headers, ["Content-Type"]);
    assert_eq!(
        String::from_utf8(request.body).expect("text"),
        concat!(
            r#"{"model":"gpt-5","messages":[{"role":"user","content":"Hi"}],"stream":true,"#,
            r#""stream_options":{"include_usage":true},"temperature":0.7,"top_p":1,"#,
            r#""max_completion_tokens":100,"seed":-3,"stop":["\n\n","END"]}"#
        )
    );
    // What nobody set is left to the server.
    let bare = ChatRequest {
        model: "m".into(),
        ..ChatRequest::default()
    };
    assert_eq!(
        sent(&at("http://localhost:8081/v1"), &bare),
        r#"{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}"#
    );
}

#[test]
fn each_server_is_told_by_its_own_names_and_only_what_it_takes() {
    for (server, max, top_k, penalty, seed, usage) in [
        (Server::OpenAi, "max_completion_tokens", None, None, "seed", true),
        (Server::Groq, "max_completion_tokens", None, None, "seed", true),
        (
            Server::LlamaCpp,
            "max_tokens",
            Some("top_k"),
            Some("repeat_penalty"),
            "seed",
            true,
        ),
        (
            Server::Vllm,
            "max_tokens",
            Some("top_k"),
            Some("repetition_penalty"),
            "seed",
            true,
        ),
        (
            Server::LmStudio,
            "max_tokens",
            Some("top_k"),
            Some("repeat_penalty"),
            "seed",
            true,
        ),
        (Server::Mistral, "max_tokens", None, None, "random_seed", false),
        (Server::Other, "max_tokens", None, None, "seed", true),
    ] {
        let sent = body(&super::server(server), &asked());
        let mut expected = json!({
            "model": "gpt-5",
            "messages": [{"role": "user", "content": "Hi"}],
            "stream": true,
            "temperature": 0.7,
            "top_p": 1,
            "stop": ["\n\n", "END"],
        });
        expected[max] = json!(100);
        expected[seed] = json!(-3);
        if let Some(key) = top_k {
            expected[key] = json!(40);
        }
        if let Some(key) = penalty {
            expected[key] = json!(1.1);
        }
        if usage {
            expected["stream_options"] = json!({"include_usage": true});
        }
        assert_eq!(sent, expected, "{server:?}");
    }
    // A host says which server it is, where nothing else does.
    assert!(sent(&at("https://api.mistral.ai"), &asked()).contains("random_seed"));
    assert!(sent(&at("https://api.openai.com.evil.example/v1"), &asked()).contains("\"max_tokens\""));
    // OpenRouter is told not to forget the middle, unless it may.
    let router = of_kind(Kind::OpenRouter);
    let sent = body(&router, &asked());
    assert_eq!(
        (&sent["transforms"], &sent["top_k"], &sent["repetition_penalty"]),
        (&json!([]), &json!(40), &json!(1.1))
    );
    let forgetful = ChatRequest {
        overflow: Overflow::Forget,
        ..asked()
    };
    assert_eq!(body(&router, &forgetful)["transforms"], Value::Null);
}

#[test]
fn thinking_is_asked_for_as_each_server_takes_it() {
    let think = |provider: &Provider, think: &str| {
        let request = ChatRequest {
            model: "m".into(),
            think: Some(raw(think)),
            ..ChatRequest::default()
        };
        let body = body(provider, &request);
        ["reasoning_effort", "chat_template_kwargs", "reasoning"].map(|key| body[key].clone())
    };
    let none = Value::Null;
    let effort = server(Server::OpenAi);
    assert_eq!(
        think(&effort, "\"high\""),
        [json!("high"), none.clone(), none.clone()]
    );
    assert_eq!(
        think(&effort, "false"),
        [json!("none"), none.clone(), none.clone()]
    );
    assert_eq!(think(&effort, "true"), [none.clone(), none.clone(), none.clone()]);
    for template in [server(Server::LlamaCpp), server(Server::Vllm)] {
        assert_eq!(think(&template, "\"low\"")[0], json!("low"));
        assert_eq!(think(&template, "true")[1], json!({"enable_thinking": true}));
        assert_eq!(
            think(&template, "false"),
            [none.clone(), json!({"enable_thinking": false}), none.clone()]
        );
    }
    let router = of_kind(Kind::OpenRouter);
    assert_eq!(think(&router, "\"low\"")[2], json!({"effort": "low"}));
    assert_eq!(think(&router, "true")[2], json!({"enabled": true}));
    assert_eq!(think(&router, "false")[2], json!({"enabled": false}));
    // What is none of them is not sent.
    assert_eq!(think(&effort, "7"), [none.clone(), none.clone(), none]);
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
        format: Some(raw(r#"{"type":"object","additionalProperties":false}"#)),
        keep_alive: Some(raw("\"10m\"")),
        ..ChatRequest::default()
    };
    let mut expected = json!({
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be \"brief\"."},
            {"role": "user", "content": [
                {"type": "text", "text": "Look"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
            ]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1.0}"}},
            ]},
            {"role": "tool", "content": "12", "tool_call_id": "c1"},
        ],
        "stream": true,
        "stream_options": {"include_usage": true},
        "tools": [{"type": "function", "function":
            {"name": "f", "description": "Does f.", "parameters": {"type": "object"}}}],
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "answer",
            "strict": true,
            "schema": {"type": "object", "additionalProperties": false},
        }},
    });
    assert_eq!(body(&at("http://localhost:8081/v1"), &request), expected);
    // Only some take back what a model thought; others refuse what they do not know.
    expected["messages"][2]["reasoning_content"] = json!("hm");
    assert_eq!(body(&server(Server::LlamaCpp), &request), expected);
    // A schema that leaves room is not held to strictly, and a word is no schema.
    let format = |format: &str| {
        let request = ChatRequest {
            format: Some(raw(format)),
            ..asked()
        };
        body(&at("http://localhost:8081/v1"), &request)["response_format"].clone()
    };
    assert_eq!(
        format(r#"{"type":"object"}"#)["json_schema"]["strict"],
        Value::Null
    );
    assert_eq!(format("\"json\""), json!({"type": "json_object"}));
}

#[test]
fn calls_without_a_number_get_one_and_so_do_their_results() {
    let called = |name: &str| ToolCall {
        id: None,
        name: name.into(),
        arguments: RawJson::default(),
        signature: None,
    };
    let result = |name: Option<&str>| Message {
        role: Role::Tool,
        tool_name: name.map(str::to_owned),
        ..Message::default()
    };
    let request = ChatRequest {
        model: "m".into(),
        messages: vec![
            Message {
                role: Role::Assistant,
                tool_calls: vec![called("f"), called("g"), called("f")],
                ..Message::default()
            },
            result(Some("g")),
            result(Some("f")),
            result(None),
            result(Some("f")),
        ],
        ..ChatRequest::default()
    };
    let messages = body(&server(Server::Mistral), &request)["messages"].clone();
    let ids: Vec<&str> = (0..3)
        .filter_map(|at| messages[0]["tool_calls"][at]["id"].as_str())
        .collect();
    assert_eq!(ids, ["call00001", "call00002", "call00003"]);
    let answered: Vec<&str> = (1..5)
        .filter_map(|at| messages[at]["tool_call_id"].as_str())
        .collect();
    assert_eq!(answered, ["call00002", "call00001", "call00003", ""]);
}

#[test]
fn the_provider_s_own_options_pass_byte_for_byte_and_win() {
    let own =
        r#"{ "max_tokens" : 2e3, "top_p":1.50 , "nested":{"a":[ 1.50 ]}, "stop":null, "stream_options":{} }"#;
    let request = ChatRequest {
        provider_options: Some(raw(own)),
        think: Some(raw("\"low\"")),
        ..asked()
    };
    let text = sent(&server(Server::OpenAi), &request);
    assert!(
        text.contains(r#","stream":true,"max_tokens" : 2e3, "top_p":1.50 , "nested":{"a":[ 1.50 ]}, "stop":null, "stream_options":{},"#),
        "{text}"
    );
    // Ours has another name and means the same.
    assert!(
        !text.contains("max_completion_tokens") && !text.contains("include_usage"),
        "{text}"
    );
    assert!(text.contains(r#""reasoning_effort":"low""#), "{text}");
    for key in ["model", "messages", "stream"] {
        let request = ChatRequest {
            provider_options: RawJson::object(&format!(r#"{{"{key}":1}}"#)),
            ..asked()
        };
        let error = server(Server::Other).chat(&request).expect_err(key);
        assert!(
            matches!(
                error.kind,
                ProviderErrorKind::InvalidRequest {
                    field: "providerOptions",
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[test]
fn what_cannot_be_written_is_not_sent() {
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
    ] {
        let request = ChatRequest {
            generation,
            ..asked()
        };
        let error = server(Server::OpenAi).chat(&request).expect_err(field);
        assert!(
            matches!(error.kind, ProviderErrorKind::InvalidRequest { field: wrong, .. } if wrong == field),
            "{error:?}"
        );
    }
    for model in [
        String::new(),
        "a\nb".to_owned(),
        "a\u{0}".to_owned(),
        "x".repeat(513),
    ] {
        let request = ChatRequest { model, ..asked() };
        let error = server(Server::OpenAi).chat(&request).expect_err("a name");
        assert!(
            matches!(error.kind, ProviderErrorKind::InvalidName(_)),
            "{error:?}"
        );
    }
    // Servers call their models whatever they like.
    for name in ["/models/x y.gguf", "gpt-4o", "a/b:c@d", "é"] {
        assert!(server(Server::OpenAi).check_name(name).is_ok(), "{name}");
    }
    assert!(!server(Server::OpenAi).same_model("A", "a"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn options_and_texts_reach_the_request_as_they_are(
        which in 0..Server::ALL.len(),
        text in any::<String>(),
        media in "[a-z]{1,8}/[a-z]{1,8}",
        arguments in any::<String>(),
        max_tokens in prop::option::of(1..u32::MAX),
        stop in prop::collection::vec(any::<String>(), 0..3),
        own in prop::collection::btree_map("[a-z_]{9,12}", any::<i32>(), 0..4),
    ) {
        let own_text = serde_json::to_string_pretty(&own).expect("JSON");
        let arguments = serde_json::json!({"a": arguments}).to_string();
        let request = ChatRequest {
            model: "m".into(),
            messages: vec![
                Message {
                    text: text.clone(),
                    images: vec![Image { media_type: media.clone(), base64: "aGk=".into() }],
                    tool_calls: vec![ToolCall {
                        name: text.clone(),
                        arguments: raw(&arguments),
                        id: None,
                        signature: None,
                    }],
                    ..Message::default()
                },
            ],
            generation: Generation { max_tokens, stop: stop.clone(), ..Generation::default() },
            provider_options: RawJson::object(&own_text),
            ..ChatRequest::default()
        };
        let home = server(Server::ALL[which]);
        let sent = sent(&home, &request);
        let body: Value = serde_json::from_str(&sent).expect("JSON");
        let message = &body["messages"][0];
        let parts = message["content"].as_array().cloned().unwrap_or_default();
        let image = &parts[parts.len() - 1]["image_url"]["url"];
        let url = format!("data:{media};base64,aGk=");
        prop_assert_eq!(image.as_str(), Some(url.as_str()));
        if !text.is_empty() {
            prop_assert_eq!(message["content"][0]["text"].as_str(), Some(text.as_str()));
        }
        let function = &message["tool_calls"][0]["function"];
        prop_assert_eq!(function["name"].as_str(), Some(text.as_str()));
        prop_assert_eq!(function["arguments"].as_str(), Some(arguments.as_str()));
        let max = body["max_tokens"].as_u64().or(body["max_completion_tokens"].as_u64());
        prop_assert_eq!(max, max_tokens.map(u64::from));
        if !stop.is_empty() {
            prop_assert_eq!(&body["stop"], &json!(stop));
        }
        for (key, value) in &own {
            prop_assert_eq!(body[key].as_i64(), Some(i64::from(*value)));
        }
        let entries = own_text.trim_matches(['{', '}', '\n', ' ']);
        prop_assert!(sent.contains(entries));
    }
}
