//! Anthropic: its pages, its blocks, and what it refuses.

use modelyard_testserver::standin::{StandIn, Vendor};
use serde_json::{Value, json};

use super::{data, events, get, json_of, open, says, start, usual};

const HEADERS: &str = "x-api-key: sk-ant-standin-0001\r\nanthropic-version: 2023-06-01\r\n";
const NEW: &str = "authorization: Bearer sk-ant-standin-0001\r\nanthropic-version: 2026-10-21\r\n";

#[test]
fn models_come_page_by_page() {
    let server = start(
        Vendor::Anthropic,
        StandIn {
            generate: 43,
            ..StandIn::default()
        },
    );
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = json_of(&get(&server, &format!("/x/v1/models?limit=20{after}"), HEADERS));
        let ids = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|model| model["id"].clone());
        seen.extend(ids);
        assert_eq!(&page["last_id"], seen.last().unwrap());
        if page["has_more"] == false {
            break;
        }
        after = format!("&after_id={}", page["last_id"].as_str().unwrap());
    }
    assert_eq!((seen.len(), &seen[0]), (46, &json!("claude-standin-large")));
    assert_eq!(get(&server, "/x/v1/models?limit=1001", HEADERS).status(), 400);
    let one = json_of(&get(&server, "/x/v1/models/claude-standin-large", HEADERS));
    assert_eq!(one["capabilities"]["thinking"]["supported"], true);
}

#[test]
fn an_answer_thinks_calls_and_counts_block_by_block() {
    let server = usual(Vendor::Anthropic);
    let request = json!({
        "model": "claude-standin-large", "max_tokens": 2000, "stream": true, "messages": says("get_time {\"zone\":\"UTC\"}"),
        "thinking": { "type": "enabled", "budget_tokens": 1024 },
        "tools": [{ "name": "get_time", "input_schema": { "type": "object" } }],
    });
    let wire = open(&server, "/x/v1/messages", HEADERS, &request).finish();
    let names: Vec<String> = events(&wire).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.first().map(String::as_str), Some("message_start"));
    assert_eq!(names.last().map(String::as_str), Some("message_stop"));
    assert_eq!(names.iter().filter(|name| *name == "ping").count(), 1);
    let data = data(&wire);
    let joined = |field: &str| -> String {
        data.iter()
            .filter_map(|event| event["delta"][field].as_str())
            .collect()
    };
    assert_eq!(joined("partial_json"), "{\"zone\":\"UTC\"}");
    assert_eq!(joined("thinking"), "They say: get_time {\"zone\":\"UTC\"}");
    assert!(!joined("signature").is_empty());
    let end = &data[data.len() - 2];
    assert_eq!(
        (&end["delta"]["stop_reason"], &end["usage"]["input_tokens"]),
        (&json!("tool_use"), &json!(6))
    );
}

#[test]
fn what_the_real_one_refuses_is_refused_in_its_words() {
    let server = usual(Vendor::Anthropic);
    let refused = |headers: &str, change: Value| {
        let mut request =
            json!({ "model": "claude-standin-large", "max_tokens": 100, "messages": says("hello") });
        for (name, value) in change.as_object().unwrap() {
            request[name] = value.clone();
        }
        let wire = open(&server, "/x/v1/messages", headers, &request).finish();
        let said = json_of(&wire);
        assert_eq!(
            (&said["type"], wire.header("request-id")),
            (&json!("error"), said["request_id"].as_str().map(str::to_owned))
        );
        (
            wire.status(),
            said["error"]["message"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(
        refused("", json!({})),
        (401, "x-api-key header is required".into())
    );
    assert_eq!(
        refused("x-api-key: wrong\r\n", json!({})),
        (401, "invalid x-api-key".into())
    );
    let unversioned = "x-api-key: sk-ant-standin-0001\r\n";
    assert_eq!(
        refused(unversioned, json!({})),
        (400, "anthropic-version: header is required".into())
    );
    assert_eq!(
        refused(HEADERS, json!({ "max_tokens": null })),
        (400, "max_tokens: Field required".into())
    );
    assert_eq!(
        refused(HEADERS, json!({ "seed": 1 })),
        (400, "seed: Extra inputs are not permitted".into())
    );
    assert_eq!(
        refused(HEADERS, json!({ "model": "none" })),
        (404, "model: none".into())
    );
    let (_, text) = refused(HEADERS, json!({ "messages": says(&"word ".repeat(20_000)) }));
    assert_eq!(text, "prompt is too long: 20004 tokens > 20000 maximum");
    let (_, text) = refused(HEADERS, json!({ "messages": says(&"word ".repeat(19_990)) }));
    assert!(
        text.contains("exceed context limit: 19994 + 100 > 20000"),
        "{text}"
    );
    let thinking = json!({ "thinking": { "type": "enabled", "budget_tokens": 1024 }, "max_tokens": 1024 });
    let (_, text) = refused(HEADERS, thinking);
    assert!(
        text.starts_with("`max_tokens` must be greater than `thinking.budget_tokens`"),
        "{text}"
    );
    let said = |role: &str, content: Value| json!({ "messages": [{ "role": role, "content": content }] });
    let result = json!([{ "type": "tool_result", "tool_use_id": "t1", "content": "noon" }]);
    let (_, text) = refused(HEADERS, said("user", result));
    assert!(text.contains("unexpected `tool_use_id` found"), "{text}");
    let (_, text) = refused(HEADERS, said("system", json!("be brief")));
    assert!(text.contains("Unexpected role \"system\""), "{text}");
    let (_, text) = refused(HEADERS, said("user", json!("")));
    assert!(text.contains("must have non-empty content"), "{text}");
    // The new version has no sampling, the old one does.
    assert_eq!(
        refused(NEW, json!({ "temperature": 1.0 })),
        (400, "temperature: Extra inputs are not permitted".into())
    );
    let warm = json!({ "model": "claude-standin-large", "max_tokens": 9, "temperature": 0.5, "messages": says("hello") });
    assert_eq!(
        open(&server, "/x/v1/messages", HEADERS, &warm).finish().status(),
        200
    );
}

#[test]
fn a_new_model_takes_no_sampling_and_no_budget_and_keeps_its_thoughts() {
    let server = usual(Vendor::Anthropic);
    let ask = |more: &Value| {
        let mut request =
            json!({ "model": "claude-standin-next", "max_tokens": 2000, "messages": says("hello") });
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        json_of(&open(&server, "/x/v1/messages", HEADERS, &request).finish())
    };
    let refused = ask(&json!({ "temperature": 1 }));
    assert_eq!(
        refused["error"]["message"],
        "`temperature` is deprecated for this model."
    );
    let refused = ask(&json!({ "thinking": { "type": "enabled", "budget_tokens": 1024 } }));
    assert!(
        refused["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("\"thinking.type.enabled\"")
    );
    let kept = ask(&json!({ "thinking": { "type": "adaptive" } }));
    assert_eq!(kept["content"][0]["thinking"], "");
    let told = ask(&json!({ "thinking": { "type": "adaptive", "display": "summarized" } }));
    assert_eq!(told["content"][0]["thinking"], "They say: hello");
}

#[test]
fn thoughts_come_back_signed_and_before_the_calls_they_led_to() {
    let server = usual(Vendor::Anthropic);
    let mut request = json!({
        "model": "claude-standin-large", "max_tokens": 2000, "messages": says("get_time"),
        "thinking": { "type": "enabled", "budget_tokens": 1024 },
        "tools": [{ "name": "get_time", "input_schema": { "type": "object" } }],
    });
    let whole = json_of(&open(&server, "/x/v1/messages", HEADERS, &request).finish());
    let content = whole["content"].clone();
    let id = &content[1]["id"];
    let result = json!({ "role": "user", "content": [{ "type": "tool_result", "tool_use_id": id, "content": "noon" }] });
    let mut said = |content: &Value| {
        let asked = says("get_time")[0].clone();
        request["messages"] = json!([asked, { "role": "assistant", "content": content }, result]);
        json_of(&open(&server, "/x/v1/messages", HEADERS, &request).finish())
    };
    assert_eq!(said(&content)["content"][1]["text"], "The tool said: noon");
    let message = |said: &Value| said["error"]["message"].as_str().unwrap_or_default().to_owned();
    let bare = message(&said(&json!([content[1]])));
    assert!(
        bare.contains("Expected `thinking` or `redacted_thinking`, but found `tool_use`"),
        "{bare}"
    );
    let mut forged = content.clone();
    forged[0]["signature"] = json!("forged");
    assert_eq!(
        message(&said(&forged)),
        "messages.1.content.0: Invalid `signature` in `thinking` block"
    );
}
