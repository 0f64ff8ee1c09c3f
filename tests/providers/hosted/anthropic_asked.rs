//! What Anthropic is asked.

use modelyard::providers::chat::{ChatRequest, Generation, Message, Role};
use modelyard::providers::json::RawJson;
use modelyard::providers::request::{Expects, Header, KeyPlace, Method};
use serde_json::{Value, json};

use super::{anthropic, asked, body, calls, picture, raw, refused, said, tool};

fn written(request: &ChatRequest) -> Value {
    body(&anthropic(), request)
}

#[test]
fn a_plain_request_has_what_the_protocol_wants() {
    let call = anthropic().chat(&asked("claude-opus-4-6")).expect("a request");
    let request = &call.request;
    assert_eq!(request.url, "https://api.anthropic.com/v1/messages");
    assert_eq!((request.method, request.expects), (Method::Post, Expects::Stream));
    assert_eq!(request.key, KeyPlace::XApiKey);
    assert_eq!(
        request.headers,
        [
            (Header::Accept, "application/json"),
            (Header::ContentType, "application/json"),
            (Header::AnthropicVersion, "2023-06-01"),
            (Header::AnthropicBrowser, "true"),
        ]
    );
    assert_eq!(
        written(&asked("claude-opus-4-6")),
        json!({
            "model": "claude-opus-4-6",
            "max_tokens": 4096,
            "messages": [{ "role": "user", "content": [{ "type": "text", "text": "Hi" }] }],
            "stream": true,
        })
    );
}

#[test]
fn the_longest_answer_is_what_is_said_else_what_is_known_else_4096() {
    let mut request = asked("m");
    request.known_max_output = Some(64_000);
    assert_eq!(written(&request)["max_tokens"], 64_000);
    request.generation.max_tokens = Some(100);
    assert_eq!(written(&request)["max_tokens"], 100);
}

#[test]
fn instructions_stand_apart_and_neighbours_are_one_turn() {
    let mut request = asked("m");
    request.messages = vec![
        said(Role::System, "Be brief."),
        said(Role::User, "one"),
        said(Role::User, ""),
        said(Role::User, "two"),
        said(Role::System, "And kind."),
        Message {
            reasoning: Some("never goes back".into()),
            ..said(Role::Assistant, "three")
        },
        said(Role::Assistant, "four"),
        Message {
            images: vec![picture()],
            ..said(Role::User, "five")
        },
    ];
    let body = written(&request);
    assert_eq!(body["system"], "Be brief.\n\nAnd kind.");
    assert_eq!(
        body["messages"],
        json!([
            { "role": "user", "content": [{ "type": "text", "text": "one" }, { "type": "text", "text": "two" }] },
            { "role": "assistant", "content": [{ "type": "text", "text": "three" }, { "type": "text", "text": "four" }] },
            { "role": "user", "content": [
                { "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": "aGk=" } },
                { "type": "text", "text": "five" },
            ] },
        ])
    );
}

#[test]
fn calls_and_their_results_find_each_other() {
    let mut request = asked("m");
    request.tools = vec![tool("f")];
    request.messages = vec![
        said(Role::User, "go"),
        Message {
            tool_calls: vec![
                calls(Some("toolu_1"), "f", None),
                calls(None, "g", None),
                calls(Some("functions.f:0"), "f", None),
            ],
            ..said(Role::Assistant, "I look.")
        },
        said(Role::User, "hurry"),
        Message {
            tool_name: Some("g".into()),
            ..said(Role::Tool, "of g")
        },
        Message {
            tool_call_id: Some("toolu_1".into()),
            images: vec![picture()],
            ..said(Role::Tool, "of the first")
        },
        said(Role::Tool, ""),
    ];
    let body = written(&request);
    let content = body["messages"][1]["content"].as_array().expect("blocks");
    assert_eq!(
        content[1],
        json!({ "type": "tool_use", "id": "toolu_1", "name": "f", "input": { "a": 1.0 } })
    );
    assert_eq!(content[2]["id"], "call_1", "one without a number gets its place");
    assert_eq!(
        content[3]["id"], "call_2",
        "and so does one this protocol refuses"
    );
    let results = body["messages"][2]["content"].as_array().expect("blocks");
    let of: Vec<&str> = results
        .iter()
        .filter_map(|block| block["tool_use_id"].as_str())
        .collect();
    assert_eq!(of, ["call_1", "toolu_1", "call_2"]);
    assert_eq!(
        results[3],
        json!({ "type": "text", "text": "hurry" }),
        "results come first"
    );
    assert_eq!(results[1]["content"][0]["type"], "image");
    assert_eq!(results[2]["content"], json!([]));
    assert_eq!(
        body["tools"],
        json!([{
            "name": "f",
            "description": "does it",
            "input_schema": { "type": "object", "properties": { "a": { "type": "number" } } },
        }])
    );
}

#[test]
fn thoughts_go_back_before_the_call_they_led_to_and_nothing_else_does() {
    let thoughts = r#"[{"type":"thinking","thinking":"Hm.","signature":"Sig="}]"#;
    let mut request = asked("m");
    request.messages.push(Message {
        reasoning: Some("Hm.".into()),
        tool_calls: vec![
            calls(Some("a"), "f", Some(thoughts)),
            calls(Some("b"), "f", Some("Q2lJ+/==")),
            calls(Some("c"), "f", Some("[]")),
            calls(Some("d"), "f", Some(thoughts)),
        ],
        ..said(Role::Assistant, "I look.")
    });
    let body = written(&request);
    let content = body["messages"][1]["content"].as_array().expect("blocks");
    let kinds: Vec<&str> = content
        .iter()
        .filter_map(|block| block["type"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "thinking", "text", "tool_use", "tool_use", "tool_use", "thinking", "tool_use"
        ]
    );
    assert_eq!(
        content[0],
        json!({ "type": "thinking", "thinking": "Hm.", "signature": "Sig=" })
    );
}

#[test]
fn a_result_of_nothing_is_no_request() {
    let mut request = asked("m");
    request.messages.push(Message {
        tool_call_id: Some("x".into()),
        ..said(Role::Tool, "42")
    });
    let message = refused(&anthropic(), &request);
    assert!(
        message.contains("messages have the result of a function that was not called"),
        "{message}"
    );
}

#[test]
fn how_to_think_is_asked_in_the_way_the_model_knows() {
    let thinking = |model: &str, think: &str| {
        let mut request = asked(model);
        request.think = Some(raw(think));
        let body = written(&request);
        (body["thinking"].clone(), body["output_config"].clone())
    };
    let budget = |tokens: u32| json!({ "type": "enabled", "budget_tokens": tokens });
    for model in [
        "claude-opus-4-6",
        "claude-opus-5",
        "claude-fable-5-1",
        "claude-haiku-5",
    ] {
        let adaptive = json!({ "type": "adaptive", "display": "summarized" });
        assert_eq!(thinking(model, "true"), (adaptive.clone(), Value::Null));
        assert_eq!(
            thinking(model, "\"xhigh\""),
            (adaptive, json!({ "effort": "xhigh" }))
        );
    }
    for model in [
        "claude-sonnet-4-5-20250929",
        "claude-3-7-sonnet-20250219",
        "claude-opus-4-20250514",
        "qwen3:8b",
    ] {
        assert_eq!(thinking(model, "true"), (budget(2_048), Value::Null));
        assert_eq!(thinking(model, "\"low\""), (budget(1_024), Value::Null));
        assert_eq!(thinking(model, "\"high\""), (budget(3_072), Value::Null));
    }
    assert_eq!(thinking("m", "false").0, json!({ "type": "disabled" }));
    assert_eq!(thinking("m", "2000").0, budget(2_000));
}

#[test]
fn a_budget_leaves_room_for_the_answer() {
    let mut request = asked("claude-sonnet-4-5");
    request.think = Some(raw("10000"));
    assert_eq!(written(&request)["max_tokens"], 14_096);
    request.known_max_output = Some(64_000);
    assert_eq!(written(&request)["max_tokens"], 64_000);
    request.generation.max_tokens = Some(10_000);
    let message = refused(&anthropic(), &request);
    assert!(message.contains("think takes all tokens"), "{message}");
    for think in ["1023", "\"very\"", "{}", "1.5", "-1", "null"] {
        request.think = Some(raw(think));
        let message = refused(&anthropic(), &request);
        assert!(message.contains("think must be"), "{think}: {message}");
    }
    request.generation.max_tokens = Some(1_024);
    request.think = Some(raw("true"));
    assert!(refused(&anthropic(), &request).contains("raise maxTokens"));
}

#[test]
fn sampling_is_chosen_in_one_way_and_not_at_all_with_thoughts() {
    let mut request = asked("claude-sonnet-4-5");
    request.generation = Generation {
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        repeat_penalty: Some(1.1),
        seed: Some(1),
        stop: vec!["\n\n".into()],
        ..Generation::default()
    };
    let body = written(&request);
    assert_eq!(
        (&body["temperature"], &body["top_p"], &body["top_k"]),
        (&json!(0.5), &Value::Null, &json!(40))
    );
    assert_eq!(body["stop_sequences"], json!(["\n\n"]));
    for unknown in ["seed", "repeat_penalty"] {
        assert_eq!(body[unknown], Value::Null, "{unknown}");
    }
    request.think = Some(raw("true"));
    let body = written(&request);
    for key in ["temperature", "top_p", "top_k"] {
        assert_eq!(body[key], Value::Null, "{key}");
    }
    request.generation.temperature = None;
    request.generation.top_p = Some(0.95);
    assert_eq!(written(&request)["top_p"], 0.95);
    request.think = None;
    request.generation.top_p = Some(f64::NAN);
    assert!(refused(&anthropic(), &request).contains("topP must be a finite number"));
}

#[test]
fn models_that_refuse_sampling_are_not_asked_for_it_unless_the_providers_own_options_say_so() {
    let sampling = Generation {
        temperature: Some(0.5),
        top_p: Some(0.99),
        top_k: Some(40),
        ..Generation::default()
    };
    for (model, takes) in [
        ("claude-opus-4-6", true),
        ("claude-opus-4-7", false),
        ("claude-opus-5", false),
        ("claude-sonnet-5-20260801", false),
        ("somebody-elses", true),
    ] {
        let mut request = asked(model);
        request.generation = sampling.clone();
        let body = written(&request);
        assert_eq!(body["temperature"] != Value::Null, takes, "{model}");
        assert_eq!(body["top_k"] != Value::Null, takes, "{model}");
        request.generation.temperature = None;
        assert_eq!(written(&request)["top_p"] != Value::Null, takes, "{model}");
        request.provider_options = Some(raw(r#"{"temperature":1}"#));
        assert_eq!(written(&request)["temperature"], 1, "{model}");
    }
}

#[test]
fn the_shape_of_an_answer_is_a_schema() {
    let mut request = asked("claude-opus-4-6");
    request.format = Some(raw(r#"{"type":"object"}"#));
    request.think = Some(raw("\"low\""));
    assert_eq!(
        written(&request)["output_config"],
        json!({ "effort": "low", "format": { "type": "json_schema", "schema": { "type": "object" } } })
    );
    request.format = Some(raw("\"json\""));
    assert!(refused(&anthropic(), &request).contains("format must be a JSON schema"));
}

#[test]
fn the_providers_own_options_win_and_go_through_byte_for_byte() {
    let own =
        r#""max_tokens":  7,"thinking":{"type":"disabled"},"metadata":{"user_id":"u"}, "temperature":1.00"#;
    let mut request = asked("claude-opus-4-6");
    request.think = Some(raw("true"));
    request.generation.temperature = Some(0.1);
    request.generation.top_p = Some(0.99);
    request.provider_options = RawJson::object(&["{", own, "}"].concat());
    let call = anthropic().chat(&request).expect("a request");
    let text = String::from_utf8(call.request.body).expect("text");
    assert!(text.contains(own), "{text}");
    for key in ["max_tokens", "thinking", "temperature"] {
        assert_eq!(text.matches(&format!("\"{key}\"")).count(), 1, "{key}: {text}");
    }
    assert!(!text.contains("top_p"), "{text}");
}
