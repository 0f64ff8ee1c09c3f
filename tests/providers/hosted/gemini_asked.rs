//! What Gemini is asked.

use modelyard::providers::chat::{ChatRequest, Generation, Message, Role};
use modelyard::providers::json::RawJson;
use modelyard::providers::request::{Expects, Header, KeyPlace, Method};
use serde_json::{Value, json};

use super::{asked, body, calls, gemini, picture, raw, refused, said, tool};

fn written(request: &ChatRequest) -> Value {
    body(&gemini(), request)
}

#[test]
fn a_plain_request_has_what_the_protocol_wants() {
    let call = gemini().chat(&asked("gemini-2.5-flash")).expect("a request");
    let request = &call.request;
    assert_eq!(
        request.url,
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
    );
    assert_eq!((request.method, request.expects), (Method::Post, Expects::Stream));
    assert_eq!(request.key, KeyPlace::XGoogApiKey);
    assert_eq!(
        request.headers,
        [
            (Header::Accept, "application/json"),
            (Header::ContentType, "application/json"),
        ]
    );
    assert_eq!(
        written(&asked("gemini-2.5-flash")),
        json!({
            "contents": [{ "role": "user", "parts": [{ "text": "Hi" }] }],
            "generationConfig": {},
        })
    );
}

#[test]
fn instructions_stand_apart_and_neighbours_are_one_turn() {
    let mut request = asked("m");
    request.messages = vec![
        said(Role::System, "Be brief."),
        said(Role::User, "one"),
        Message {
            images: vec![picture()],
            ..said(Role::User, "two")
        },
        Message {
            reasoning: Some("never goes back".into()),
            ..said(Role::Assistant, "three")
        },
    ];
    let body = written(&request);
    assert_eq!(
        body["systemInstruction"],
        json!({ "parts": [{ "text": "Be brief." }] })
    );
    assert_eq!(
        body["contents"],
        json!([
            { "role": "user", "parts": [
                { "text": "one" },
                { "text": "two" },
                { "inlineData": { "mimeType": "image/png", "data": "aGk=" } },
            ] },
            { "role": "model", "parts": [{ "text": "three" }] },
        ])
    );
}

fn with_calls(model: &str) -> ChatRequest {
    let mut request = asked(model);
    request.tools = vec![tool("f")];
    request.messages = vec![
        said(Role::User, "go"),
        Message {
            tool_calls: vec![calls(Some("c1"), "f", Some("CiIB+/vB=")), calls(None, "g", None)],
            ..said(Role::Assistant, "")
        },
        Message {
            tool_call_id: Some("c1".into()),
            ..said(Role::Tool, r#"{"degrees": 21}"#)
        },
        said(Role::Tool, "sunny"),
        Message {
            tool_calls: vec![calls(Some("c2"), "f", Some(r#"[{"type":"thinking"}]"#))],
            ..said(Role::Assistant, "")
        },
        Message {
            tool_name: Some("f".into()),
            ..said(Role::Tool, "[1]")
        },
    ];
    request
}

#[test]
fn calls_go_back_with_their_signatures_and_results_are_objects() {
    let body = written(&with_calls("gemini-2.5-flash"));
    assert_eq!(
        body["contents"][1]["parts"],
        json!([
            { "functionCall": { "id": "c1", "name": "f", "args": { "a": 1.0 } }, "thoughtSignature": "CiIB+/vB=" },
            { "functionCall": { "name": "g", "args": { "a": 1.0 } } },
        ])
    );
    assert_eq!(
        body["contents"][2],
        json!({ "role": "user", "parts": [
            { "functionResponse": { "id": "c1", "name": "f", "response": { "degrees": 21 } } },
            { "functionResponse": { "name": "g", "response": { "result": "sunny" } } },
        ] })
    );
    assert_eq!(
        body["contents"][3]["parts"][0]["thoughtSignature"],
        Value::Null,
        "what another protocol signed is none of it"
    );
    assert_eq!(
        body["contents"][4]["parts"][0]["functionResponse"]["response"],
        json!({ "result": "[1]" })
    );
    assert_eq!(
        body["tools"],
        json!([{ "functionDeclarations": [{
            "name": "f",
            "description": "does it",
            "parametersJsonSchema": { "type": "object", "properties": { "a": { "type": "number" } } },
        }] }])
    );
}

#[test]
fn models_that_refuse_an_unsigned_call_get_the_word_for_one_they_did_not_make() {
    for (model, wants) in [
        ("gemini-3-pro-preview", true),
        ("models/gemini-3.8-flash", true),
        ("gemini-10-pro", true),
        ("gemini-flash-latest", true),
        ("gemini-2.5-pro", false),
        ("gemma-3-27b-it", false),
        ("tunedModels/mine", false),
    ] {
        let body = written(&with_calls(model));
        let signature = &body["contents"][3]["parts"][0]["thoughtSignature"];
        let expected = if wants {
            json!("skip_thought_signature_validator")
        } else {
            Value::Null
        };
        assert_eq!(*signature, expected, "{model}");
        let parts = &body["contents"][1]["parts"];
        assert_eq!(parts[0]["thoughtSignature"], "CiIB+/vB=", "its own wins");
        assert_eq!(
            parts[1]["thoughtSignature"],
            Value::Null,
            "of several calls only the first is signed"
        );
    }
}

#[test]
fn options_are_written_in_the_words_of_the_protocol() {
    let mut request = asked("gemini-2.5-flash");
    request.generation = Generation {
        temperature: Some(0.5),
        max_tokens: Some(100),
        top_p: Some(1.0),
        top_k: Some(40),
        repeat_penalty: Some(1.1),
        seed: Some(-1),
        stop: vec!["\n\n".into()],
    };
    request.format = Some(raw(r#"{"type":"object"}"#));
    assert_eq!(
        written(&request)["generationConfig"],
        json!({
            "temperature": 0.5,
            "topP": 1,
            "maxOutputTokens": 100,
            "topK": 40,
            "seed": 2_147_483_647,
            "stopSequences": ["\n\n"],
            "responseMimeType": "application/json",
            "responseJsonSchema": { "type": "object" },
        })
    );
    request.format = Some(raw("\"json\""));
    let config = &written(&request)["generationConfig"];
    assert_eq!(config["responseMimeType"], "application/json");
    assert_eq!(config["responseJsonSchema"], Value::Null);
    request.format = Some(raw("\"xml\""));
    assert!(refused(&gemini(), &request).contains("format must be"));
    request.format = None;
    request.generation.temperature = Some(f64::INFINITY);
    assert!(refused(&gemini(), &request).contains("temperature must be a finite number"));
}

#[test]
fn how_to_think_is_asked_in_the_way_the_model_knows() {
    let thinking = |model: &str, think: &str| {
        let mut request = asked(model);
        request.think = Some(raw(think));
        written(&request)["generationConfig"]["thinkingConfig"].clone()
    };
    for model in ["gemini-2.5-flash", "gemini-3-pro-preview"] {
        assert_eq!(thinking(model, "true"), json!({ "includeThoughts": true }));
        assert_eq!(thinking(model, "false"), json!({ "thinkingBudget": 0 }));
        assert_eq!(
            thinking(model, "512"),
            json!({ "includeThoughts": true, "thinkingBudget": 512 })
        );
    }
    assert_eq!(
        thinking("gemini-2.5-flash", "\"low\""),
        json!({ "includeThoughts": true, "thinkingBudget": 1_024 })
    );
    assert_eq!(
        thinking("gemini-2.5-flash", "\"minimal\""),
        json!({ "thinkingBudget": 0 })
    );
    assert_eq!(
        thinking("gemini-3-flash", "\"low\""),
        json!({ "includeThoughts": true, "thinkingLevel": "low" })
    );
    let mut request = asked("gemini-2.5-flash");
    for think in ["\"max\"", "-1", "1.5", "null", "[]"] {
        request.think = Some(raw(think));
        assert!(refused(&gemini(), &request).contains("think must be"), "{think}");
    }
}

#[test]
fn the_providers_own_options_win_and_go_through_byte_for_byte() {
    let own = r#""generationConfig":{"temperature":  0.10},"safetySettings":[]"#;
    let mut request = asked("gemini-2.5-flash");
    request.generation.temperature = Some(0.9);
    request.provider_options = RawJson::object(&["{", own, "}"].concat());
    let call = gemini().chat(&request).expect("a request");
    let text = String::from_utf8(call.request.body).expect("text");
    assert!(text.contains(own), "{text}");
    assert_eq!(text.matches("generationConfig").count(), 1, "{text}");
}

#[test]
fn a_result_of_nothing_is_no_request() {
    let mut request = asked("m");
    request.messages.push(said(Role::Tool, "42"));
    assert!(refused(&gemini(), &request).contains("messages have the result"));
}
