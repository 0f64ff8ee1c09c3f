//! Providers that need a key, from the configuration to the wire.

use std::rc::Rc;

use modelyard::engine::failure::ErrorCode;
use modelyard::keys::KeyKeep;
use modelyard::net::call::CallRequest;
use modelyard::net::scripted::Answer;
use modelyard::providers::connection::Finding;
use modelyard::runtime::management::ConnectionReport;
use modelyard::storage::memory_records::MemoryRecords;
use serde_json::json as value;

use crate::keys::{KEY, list, open, set};
use crate::rust_crypto::RustCrypto;
use crate::world::{Heard, Told, World, body, json, path};

const CONFIG: &str = r#"{"providers":{"anthropic":{},"gemini":{},"lab":{"kind":"openai","server":"lmstudio"},
    "given":{"kind":"openai","server":"vllm","models":["m"]}}}"#;

fn hosted(script: impl FnMut(&CallRequest) -> Answer + 'static) -> World {
    let world = World::with(CONFIG, script);
    world.service.acknowledge_keys();
    open(&world, &MemoryRecords::new(), &RustCrypto::default());
    world
}

/// Two pages of a list, and an answer.
fn anthropic(call: &CallRequest) -> Answer {
    let page = |id: &str, more: bool| {
        let text = value!({"data":[{"type":"model","id":id,"max_input_tokens":200_000,"max_tokens":8_192}],
            "has_more":more,"last_id":id});
        json(200, &text.to_string())
    };
    match path(call) {
        "/v1/models?limit=1000" => page("claude-a", true),
        "/v1/models?limit=1000&after_id=claude-a" => page("claude-b", false),
        "/v1/models?limit=1" => page("claude-a", true),
        "/v1/messages" => json(
            200,
            r#"{"type":"message","model":"claude-a","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}"#,
        ),
        other => panic!("{other}"),
    }
}

fn test(world: &World, text: &'static str) -> ConnectionReport {
    let service = Rc::clone(&world.service);
    world
        .wait(async move { service.test(text, None).await })
        .expect("a report")
}

#[test]
fn nothing_is_asked_without_a_key_that_is_needed() {
    let world = hosted(anthropic);
    let report = list(&world, "anthropic").expect("a report");
    let failure = report.providers[0].failure.clone().expect("why");
    assert_eq!(failure.code, ErrorCode::Unauthorized);
    let chat =
        value!({"provider":"anthropic","model":"claude-a","messages":[{"role":"user","text":"Hello"}]});
    let refused = world
        .service
        .chat(&chat.to_string(), Rc::new(Heard::default()))
        .expect_err("no key");
    assert_eq!(refused.code, ErrorCode::Unauthorized);
    assert!(world.calls.made().is_empty(), "{:?}", world.paths());
}

#[test]
fn a_list_comes_page_by_page_with_the_key_in_its_header_and_its_limits_count_in_a_chat() {
    let world = hosted(anthropic);
    set(&world, "anthropic", KEY, KeyKeep::Session).expect("a key");
    list(&world, "anthropic").expect("a report");
    let told = world.told();
    let listed = told.iter().rev().find_map(|told| match told {
        Told::Listed(provider, models) if provider == "anthropic" => Some(models.clone()),
        _ => None,
    });
    let models = listed.expect("a list");
    assert_eq!(models[1]["id"], "anthropic/claude-b");
    assert_eq!(models[1]["served"]["maxOutputTokens"], 8_192);
    let signed = world.calls.signatures();
    assert!(
        signed
            .iter()
            .all(|signature| *signature == Some(("x-api-key", KEY.to_owned()))),
        "{}",
        signed.len()
    );
    let heard = Heard::default();
    let chat =
        value!({"provider":"anthropic","model":"claude-b","messages":[{"role":"user","text":"Hello"}]});
    world
        .service
        .chat(&chat.to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(1_000);
    let made = world.calls.made();
    let sent = made.last().expect("a chat");
    assert_eq!(body(sent)["max_tokens"], 8_192);
    assert!(!String::from_utf8_lossy(&sent.body).contains(KEY));
    let end = heard.ends.borrow()[0].clone().expect("an end");
    assert_eq!(
        (&end["reason"], &end["model"]),
        (&value!("stop"), &value!("claude-a"))
    );
}

#[test]
fn a_test_asks_the_cheapest_question_that_needs_a_good_key() {
    let world = hosted(anthropic);
    set(&world, "anthropic", KEY, KeyKeep::Session).expect("a key");
    let report = test(&world, r#"{"provider":"anthropic"}"#);
    assert_eq!(
        (report.finding, report.version),
        (Finding::Reachable, None),
        "{}",
        report.message
    );
    assert_eq!(world.paths().pop().as_deref(), Some("/v1/models?limit=1"));
}

#[test]
fn a_test_without_the_key_says_that_one_is_missing_in_whichever_words_the_server_does() {
    for (status, text) in [
        (401, r#"{"error":{"message":"no key"}}"#),
        (
            403,
            r#"{"error":{"code":403,"message":"unregistered callers","status":"PERMISSION_DENIED"}}"#,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"missing","status":"INVALID_ARGUMENT"}}"#,
        ),
    ] {
        let world = hosted(move |_| json(status, text));
        let report = test(&world, r#"{"provider":"gemini"}"#);
        assert_eq!(report.finding, Finding::BadKey, "{status}");
        assert_eq!(report.http_status, Some(status));
    }
    // With one it is what it says.
    let world = hosted(|_| {
        json(
            403,
            r#"{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}"#,
        )
    });
    set(&world, "gemini", KEY, KeyKeep::Session).expect("a key");
    assert_eq!(
        test(&world, r#"{"provider":"gemini"}"#).finding,
        Finding::NotAllowed
    );
}

#[test]
fn the_hub_without_a_key_is_reachable() {
    let world = hosted(|_| json(401, r#"{"error":"Invalid credentials"}"#));
    let report = test(&world, r#"{"kind":"huggingface"}"#);
    assert_eq!(
        (report.finding, report.http_status),
        (Finding::Reachable, None),
        "{}",
        report.message
    );
}

#[test]
fn a_server_that_is_named_has_its_own_place_and_its_own_name() {
    let world = hosted(|_| json(200, r#"{"object":"list","data":[]}"#));
    let report = test(&world, r#"{"provider":"lab"}"#);
    assert!(report.message.contains("LM Studio"), "{}", report.message);
    let report = test(&world, r#"{"kind":"openai","server":"llamacpp"}"#);
    assert!(report.message.contains("llama.cpp"), "{}", report.message);
    let urls: Vec<String> = world.calls.made().into_iter().map(|call| call.url).collect();
    assert_eq!(
        urls,
        [
            "http://127.0.0.1:1234/v1/models",
            "http://127.0.0.1:8080/v1/models"
        ]
    );
}

#[test]
fn a_list_that_the_configuration_gives_reaches_the_host_without_a_call() {
    let world = hosted(|call| panic!("{}", path(call)));
    let report = list(&world, "given").expect("a report");
    assert_eq!(report.providers[0].models, 1);
    let given = world.told().into_iter().any(|told| match told {
        Told::Listed(provider, models) => provider == "given" && models[0]["id"] == "given/m",
        _ => false,
    });
    assert!(given);
}
