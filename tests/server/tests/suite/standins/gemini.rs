//! Gemini: its pages, its pieces, and what it refuses.

use modelyard_testserver::standin::{Reply, StandIn, Vendor};
use serde_json::{Value, json};

use super::{data, get, json_of, open, start, unchunked, usual};

const KEY: &str = "x-goog-api-key: AIzaStandinGemini0001\r\n";
const PRO: &str = "/x/v1beta/models/gemini-standin-pro";

fn asks(text: &str) -> Value {
    json!({ "contents": [{ "role": "user", "parts": [{ "text": text }] }] })
}

#[test]
fn models_come_page_by_page_and_the_key_may_be_in_the_query() {
    let server = start(
        Vendor::Gemini,
        StandIn {
            generate: 49,
            ..StandIn::default()
        },
    );
    let first = json_of(&get(&server, "/x/v1beta/models?key=AIzaStandinGemini0001", ""));
    let token = first["nextPageToken"].as_str().unwrap();
    assert_eq!(
        (&first["models"][0]["name"], &first["models"][0]["thinking"]),
        (&json!("models/gemini-standin-pro"), &json!(true))
    );
    let second = json_of(&get(&server, &format!("/x/v1beta/models?pageToken={token}"), KEY));
    let count = |page: &Value| page["models"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (50, 3));
    assert_eq!(second["nextPageToken"], Value::Null);
    let one = json_of(&get(&server, "/x/v1beta/models/gemini-standin-flash", KEY));
    assert_eq!(
        (&one["inputTokenLimit"], &one["thinking"]),
        (&json!(32_768), &Value::Null)
    );
}

#[test]
fn an_answer_comes_in_pieces_between_crlf_and_ends_with_its_reason() {
    let server = usual(Vendor::Gemini);
    let mut request = asks("say 2 words");
    request["generationConfig"] = json!({ "thinkingConfig": { "includeThoughts": true } });
    let wire = open(
        &server,
        &format!("{PRO}:streamGenerateContent?alt=sse"),
        KEY,
        &request,
    )
    .finish();
    let text = unchunked(&wire);
    assert!(text.ends_with("}\r\n\r\n") && !text.contains("[DONE]"), "{text}");
    let pieces: Vec<Value> = text
        .split("\r\n\r\n")
        .filter_map(|event| serde_json::from_str(event.strip_prefix("data: ")?).ok())
        .collect();
    let said = |thought: bool| -> String {
        let parts = pieces
            .iter()
            .map(|piece| &piece["candidates"][0]["content"]["parts"][0]);
        parts
            .filter(|part| (part["thought"] == true) == thought)
            .filter_map(|part| part["text"].as_str())
            .collect()
    };
    assert_eq!(
        (said(true), said(false)),
        ("They say: say 2 words".into(), "one two".into())
    );
    let last = pieces.last().unwrap();
    assert_eq!(last["candidates"][0]["finishReason"], "STOP");
    assert_eq!(
        (
            &last["usageMetadata"]["thoughtsTokenCount"],
            &last["usageMetadata"]["candidatesTokenCount"]
        ),
        (&json!(5), &json!(2))
    );
    // Without `alt=sse` it is one list.
    let whole = json_of(
        &open(
            &server,
            &format!("{PRO}:streamGenerateContent"),
            KEY,
            &asks("hello"),
        )
        .finish(),
    );
    assert!(whole.as_array().unwrap().len() > 2);
}

#[test]
fn tools_are_called_and_their_results_told() {
    let server = usual(Vendor::Gemini);
    let mut request = asks("get_time {\"zone\":\"UTC\"}");
    request["tools"] = json!([{ "functionDeclarations": [{ "name": "get_time" }] }]);
    let whole = json_of(&open(&server, &format!("{PRO}:generateContent"), KEY, &request).finish());
    let content = &whole["candidates"][0]["content"];
    let call = &content["parts"][0]["functionCall"];
    assert_eq!(
        (&call["name"], &call["args"]),
        (&json!("get_time"), &json!({ "zone": "UTC" }))
    );
    let result = json!({ "role": "user", "parts": [{ "functionResponse": { "name": "get_time", "response": { "output": "noon" } } }] });
    request["contents"] = json!([{ "role": "user", "parts": [{ "text": "?" }] }, content, result]);
    let told = json_of(&open(&server, &format!("{PRO}:generateContent"), KEY, &request).finish());
    assert_eq!(
        told["candidates"][0]["content"]["parts"][0]["text"],
        "The tool said: noon"
    );
    request["contents"] = json!([result]);
    assert_eq!(
        open(&server, &format!("{PRO}:generateContent"), KEY, &request)
            .finish()
            .status(),
        400
    );
}

#[test]
fn what_the_real_one_refuses_is_refused_in_its_words() {
    let server = usual(Vendor::Gemini);
    let refused = |headers: &str, target: &str, body: &Value| {
        let wire = open(&server, target, headers, body).finish();
        let error = json_of(&wire)["error"].clone();
        (
            wire.status(),
            error["status"].as_str().unwrap_or_default().to_owned(),
            error,
        )
    };
    let ask = format!("{PRO}:generateContent");
    let (status, name, _) = refused("", &ask, &asks("x"));
    assert_eq!((status, name.as_str()), (403, "PERMISSION_DENIED"));
    let (status, name, error) = refused("x-goog-api-key: wrong\r\n", &ask, &asks("x"));
    assert_eq!(
        (status, name.as_str(), &error["details"][0]["reason"]),
        (400, "INVALID_ARGUMENT", &json!("API_KEY_INVALID"))
    );
    let (status, name, _) = refused(KEY, "/x/v1beta/models/none:generateContent", &asks("x"));
    assert_eq!((status, name.as_str()), (404, "NOT_FOUND"));
    let (_, _, error) = refused(KEY, &ask, &asks(&"word ".repeat(32_768)));
    assert_eq!(
        error["message"],
        "The input token count (32772) exceeds the maximum number of tokens allowed (32768)."
    );
    let mut odd = asks("x");
    odd["generationConfig"] = json!({ "repeatPenalty": 1 });
    let (_, _, error) = refused(KEY, &ask, &odd);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("Unknown name \"repeatPenalty\" at 'generation_config'"),
        "{error}"
    );
    odd["generationConfig"] = json!({ "max_output_tokens": 9 });
    assert_eq!(open(&server, &ask, KEY, &odd).finish().status(), 200);
    odd["tools"] = json!([{ "functionDeclarations": [{ "name": "a", "parameters": { "$schema": "x" } }] }]);
    assert_eq!(refused(KEY, &ask, &odd).0, 400);
}

#[test]
fn a_blocked_prompt_has_no_candidate() {
    let server = start(
        Vendor::Gemini,
        StandIn {
            reply: Reply {
                finish: Some("promptFeedback".into()),
                text: Some(String::new()),
                ..Reply::default()
            },
            ..StandIn::default()
        },
    );
    let wire = open(&server, &format!("{PRO}:generateContent"), KEY, &asks("x")).finish();
    let whole = json_of(&wire);
    assert_eq!(
        (&whole["promptFeedback"]["blockReason"], &whole["candidates"]),
        (&json!("PROHIBITED_CONTENT"), &Value::Null)
    );
    assert!(data(&wire).is_empty());
}

#[test]
fn a_model_of_the_third_generation_wants_its_signatures_back() {
    let server = usual(Vendor::Gemini);
    let ask = "/x/v1beta/models/gemini-3-standin:generateContent";
    let mut request = asks("get_time");
    request["tools"] = json!([{ "functionDeclarations": [{ "name": "get_time" }] }]);
    let whole = json_of(&open(&server, ask, KEY, &request).finish());
    let mut call = whole["candidates"][0]["content"].clone();
    let result = json!({ "role": "user", "parts": [{ "functionResponse": { "name": "get_time",
        "response": { "output": "noon" } } }] });
    let mut status = |call: &Value| {
        request["contents"] = json!([asks("get_time")["contents"][0], call, result]);
        open(&server, ask, KEY, &request).finish().status()
    };
    assert_eq!(status(&call), 200);
    call["parts"][0]["thoughtSignature"] = json!("forged");
    assert_eq!(status(&call), 400);
    call["parts"][0]["thoughtSignature"] = json!("skip_thought_signature_validator");
    assert_eq!(status(&call), 200);
}
