//! The family of OpenAI: what is asked, what is said, what is refused.

use modelyard_testserver::standin::{Model, StandIn, Vendor};
use serde_json::{Value, json};

use super::{data, events, get, json_of, open, says, start, usual};

const KEY: &str = "Authorization: Bearer sk-standin-openai-0001\r\n";

#[test]
fn a_list_needs_the_key_and_a_wrong_one_is_shown_by_its_ends() {
    let server = usual(Vendor::OpenAi);
    let list = json_of(&get(&server, "/x/v1/models", KEY));
    assert_eq!(
        (&list["object"], &list["data"][0]["id"]),
        (&json!("list"), &json!("gpt-standin"))
    );
    let missing = get(&server, "/x/v1/models", "");
    assert_eq!(missing.status(), 401);
    assert_eq!(json_of(&missing)["error"]["code"], Value::Null);
    let wrong = get(
        &server,
        "/x/v1/models",
        "Authorization: Bearer sk-canary-0123456789\r\n",
    );
    let said = json_of(&wrong);
    assert_eq!(
        (wrong.status(), &said["error"]["code"]),
        (401, &json!("invalid_api_key"))
    );
    let message = said["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("sk-canar********6789") && !message.contains("sk-canary-0"),
        "{message}"
    );
}

#[test]
fn an_answer_comes_in_chunks_and_counts_when_asked() {
    let server = usual(Vendor::OpenAi);
    let request = json!({
        "model": "gpt-standin", "messages": says("hello there"), "stream": true,
        "stream_options": { "include_usage": true },
    });
    let wire = open(&server, "/x/v1/chat/completions", KEY, &request).finish();
    assert_eq!(wire.header("content-type").as_deref(), Some("text/event-stream"));
    let chunks = data(&wire);
    let text: String = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(text, "You said: hello there");
    let end = &chunks[chunks.len() - 2]["choices"][0];
    assert_eq!(
        (&end["finish_reason"], &end["delta"]),
        (&json!("stop"), &json!({}))
    );
    let last = chunks.last().unwrap();
    assert_eq!(
        (&last["choices"], &last["usage"]["prompt_tokens"]),
        (&json!([]), &json!(6))
    );
    assert_eq!(events(&wire).last().unwrap().1, "[DONE]");
}

#[test]
fn a_tool_is_called_in_pieces_and_its_result_is_told() {
    let server = usual(Vendor::OpenAi);
    let mut request = json!({
        "model": "gpt-standin", "messages": says("get_time {\"zone\":\"UTC\"}"), "stream": true,
        "tools": [{ "type": "function", "function": { "name": "get_time" } }],
    });
    let wire = open(&server, "/x/v1/chat/completions", KEY, &request).finish();
    let chunks = data(&wire);
    let calls: Vec<&Value> = chunks
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"]["tool_calls"][0])
        .collect();
    let arguments: String = calls
        .iter()
        .filter_map(|call| call["function"]["arguments"].as_str())
        .collect();
    assert_eq!(arguments, "{\"zone\":\"UTC\"}");
    let id = calls.iter().find_map(|call| call["id"].as_str()).unwrap();

    request["stream"] = json!(false);
    request["messages"] = json!([
        { "role": "user", "content": "the time?" },
        { "role": "assistant", "content": null, "tool_calls": [{ "id": id, "type": "function",
            "function": { "name": "get_time", "arguments": "{}" } }] },
        { "role": "tool", "tool_call_id": id, "content": "noon" },
    ]);
    let whole = json_of(&open(&server, "/x/v1/chat/completions", KEY, &request).finish());
    assert_eq!(whole["choices"][0]["message"]["content"], "The tool said: noon");
    request["messages"] = json!([{ "role": "tool", "tool_call_id": id, "content": "noon" }]);
    assert_eq!(
        open(&server, "/x/v1/chat/completions", KEY, &request)
            .finish()
            .status(),
        400
    );
}

#[test]
fn what_the_real_one_refuses_is_refused_in_its_words() {
    let server = start(
        Vendor::OpenAi,
        StandIn {
            models: Some(vec![
                Model {
                    id: "small".into(),
                    context_length: 20,
                    max_output: 10,
                    ..Model::default()
                },
                Model {
                    id: "thinker".into(),
                    thinking: true,
                    ..Model::default()
                },
            ]),
            ..StandIn::default()
        },
    );
    let refused = |change: Value| {
        let mut request = json!({ "model": "small", "messages": says("hello") });
        for (name, value) in change.as_object().unwrap() {
            request[name] = value.clone();
        }
        let wire = open(&server, "/x/v1/chat/completions", KEY, &request).finish();
        let error = json_of(&wire)["error"].clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (wire.status(), text(&error["code"]), text(&error["message"]))
    };
    let (status, code, text) = refused(json!({ "messages": says(&"word ".repeat(30)) }));
    assert_eq!((status, code.as_str()), (400, "context_length_exceeded"));
    assert!(
        text.contains("maximum context length is 20 tokens. However, your messages resulted in 34 tokens"),
        "{text}"
    );
    let (_, _, text) = refused(json!({ "messages": says(&"word ".repeat(12)), "max_tokens": 9 }));
    assert!(
        text.contains("you requested 25 tokens (16 in the messages, 9 in the completion)"),
        "{text}"
    );
    let (status, code, _) = refused(json!({ "model": "none" }));
    assert_eq!((status, code.as_str()), (404, "model_not_found"));
    let (status, _, text) = refused(json!({ "top_k": 4 }));
    assert_eq!(
        (status, text.as_str()),
        (400, "Unrecognized request argument supplied: top_k")
    );
    let (_, code, _) = refused(json!({ "model": "thinker", "max_tokens": 9 }));
    assert_eq!(code, "unsupported_parameter");
    let (_, code, _) = refused(json!({ "model": "thinker", "temperature": 0.2 }));
    assert_eq!(code, "unsupported_value");
    let (_, code, text) = refused(json!({ "user": "u".repeat(65) }));
    assert_eq!(code, "string_above_max_length");
    assert!(text.contains("with length 65 instead"), "{text}");
}
