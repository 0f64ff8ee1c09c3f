//! Answers: what is asked, what comes, and how it ends.

use std::rc::Rc;

use modelyard::engine::failure::ErrorCode;
use modelyard::management::Reach;
use modelyard::net::call::CallRequest;
use modelyard::net::scripted::{Answer, Gate, Step};
use serde_json::{Value, json};

use crate::world::{Heard, Told, World, body, lines, nobody, path, silence};

const DONE: &str =
    r#"{"model":"tiny","message":{"content":""},"done":true,"done_reason":"stop","eval_count":2}"#;

fn token(text: &str) -> String {
    json!({"model":"tiny","message":{"role":"assistant","content":text},"done":false}).to_string()
}

fn ask(model: &str) -> Value {
    json!({"provider":"ollama","model":model,"messages":[{"role":"user","text":"Hello"}]})
}

fn chatting(config: &str, mut answer: impl FnMut() -> Answer + 'static) -> World {
    World::with(config, move |call: &CallRequest| match path(call) {
        "/api/chat" => answer(),
        _ => crate::world::json(200, r#"{"models":[]}"#),
    })
}

fn hello() -> Answer {
    lines(&[&token("Hel"), &token("lo"), DONE])
}

/// What was sent for a chat with this configuration.
fn sent(config: &str, ask: &Value) -> Value {
    let world = chatting(config, hello);
    world
        .service
        .chat(&ask.to_string(), Rc::new(Heard::default()))
        .expect("a good request");
    world.pass(1_000);
    let made = world.calls.made();
    let chat = made
        .iter()
        .find(|call| path(call) == "/api/chat")
        .expect("a chat");
    body(chat)
}

#[test]
fn deltas_come_as_they_are_sent_and_the_end_names_who_answered_and_why_it_ended() {
    let gate = Gate::new();
    let open = gate.clone();
    let world = chatting(crate::world::CONFIG, move || {
        hello().insert(1, Step::Wait(gate.clone()))
    });
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    assert!(world.calls.made().is_empty(), "nothing happens within the call");
    world.pass(100);
    assert_eq!(heard.text(), "Hel");
    open.open();
    world.pass(100);
    assert_eq!(heard.text(), "Hello");
    let end = heard.end().expect("a good end");
    assert_eq!(
        (&end["provider"], &end["model"], &end["reason"]),
        (&json!("ollama"), &json!("tiny"), &json!("stop"))
    );
    assert_eq!(end["usage"]["completionTokens"], 2);
}

#[test]
fn one_piece_of_the_network_is_one_crossing() {
    let both = [token("a"), token("b"), DONE.to_owned()].join("\n");
    let world = chatting(crate::world::CONFIG, move || lines(&[&both]));
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    assert_eq!(heard.text(), "ab");
    assert_eq!(heard.deltas.borrow().len(), 1);
}

#[test]
fn texts_that_follow_each_other_in_a_piece_are_one_and_so_are_thoughts() {
    let thought = |text: &str| json!({"message":{"thinking":text},"done":false}).to_string();
    let piece = [
        thought("h"),
        thought("m"),
        token("a"),
        token("b"),
        thought("so"),
        token("c"),
    ]
    .join("\n");
    let world = chatting(crate::world::CONFIG, move || lines(&[&piece, &token("d"), DONE]));
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    let deltas = heard.deltas.borrow().clone();
    let said = |kind: &str, text: &str| json!({ "type": kind, "text": text });
    assert_eq!(
        deltas[..2],
        [
            json!([
                said("reasoning", "hm"),
                said("text", "ab"),
                said("reasoning", "so"),
                said("text", "c")
            ]),
            json!([said("text", "d")]),
        ]
    );
}

#[test]
fn thoughts_calls_and_usage_are_deltas_of_their_own() {
    let thought = r#"{"message":{"content":"","thinking":"hm"},"done":false}"#;
    let call = r#"{"message":{"content":"","tool_calls":[{"id":"1","function":{"name":"f","arguments":{"a":1e2}}}]},"done":false}"#;
    let world = chatting(crate::world::CONFIG, move || lines(&[thought, call, DONE]));
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    let deltas = heard.deltas.borrow().clone();
    let all: Vec<&Value> = deltas.iter().filter_map(Value::as_array).flatten().collect();
    assert_eq!(*all[0], json!({"type":"reasoning","text":"hm"}));
    assert_eq!(
        *all[1],
        json!({"type":"toolCall","id":"1","name":"f","arguments":"{\"a\":1e2}","signature":null})
    );
    assert_eq!(
        (&all[2]["type"], &all[2]["usage"]["completionTokens"]),
        (&json!("usage"), &json!(2))
    );
    assert_eq!(heard.end().expect("a good end")["reason"], "toolCalls");
}

#[test]
fn p2_an_abort_ends_at_once_closes_the_connection_and_late_tokens_are_dropped() {
    let gate = Gate::new();
    let open = gate.clone();
    let world = chatting(crate::world::CONFIG, move || {
        hello().insert(1, Step::Wait(gate.clone()))
    });
    let heard = Heard::default();
    let id = world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    world.service.abort(id);
    assert_eq!(heard.end().expect_err("given up").code, ErrorCode::Canceled);
    assert!(world.calls.was_closed(0));
    open.open();
    world.pass(600_000);
    world.service.abort(id);
    assert_eq!(heard.text(), "Hel");
    assert!(heard.end().is_err());
}

#[test]
fn p2_late_tokens_are_dropped_even_where_nothing_stops_them() {
    let gate = Gate::new();
    let open = gate.clone();
    let world = chatting(crate::world::CONFIG, move || {
        hello().insert(1, Step::Wait(gate.clone()))
    });
    world.calls.let_nothing_stop();
    let heard = Heard::default();
    let id = world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    world.service.abort(id);
    open.open();
    world.pass(1_000);
    assert_eq!(heard.text(), "Hel");
    assert_eq!(heard.end().expect_err("given up").code, ErrorCode::Canceled);
}

#[test]
fn an_abort_while_nobody_answers_ends_at_once_too() {
    let world = chatting(crate::world::CONFIG, Answer::hang);
    let heard = Heard::default();
    let id = world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.service.abort(id);
    world.pass(1_000);
    assert_eq!(heard.end().expect_err("given up").code, ErrorCode::Canceled);
}

#[test]
fn a_failure_in_mid_answer_ends_it_with_what_came_before() {
    let error = r#"{"error":"llama runner process has terminated"}"#;
    let world = chatting(crate::world::CONFIG, move || lines(&[&token("Hel"), error]));
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    assert_eq!(heard.text(), "Hel");
    let failure = heard.end().expect_err("an error");
    assert_eq!(failure.code, ErrorCode::ProviderError);
    assert!(failure.message.contains("llama runner"), "{}", failure.message);
}

#[test]
fn an_answer_that_breaks_off_is_a_failure_of_the_network() {
    let world = chatting(crate::world::CONFIG, || hello().after(1, Step::Cut));
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(100);
    let failure = heard.end().expect_err("cut");
    assert_eq!((failure.code, failure.retryable), (ErrorCode::Network, true));
    assert_eq!(failure.provider.as_deref(), Some("ollama"));
}

#[test]
fn a_server_that_is_not_there_is_told_as_the_connection_test_tells_it() {
    let world = World::new(|_| nobody());
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(1_000);
    let failure = heard.end().expect_err("nobody");
    assert_eq!(failure.code, ErrorCode::Network);
    assert!(failure.message.contains("11434"), "{}", failure.message);
    world.pass(1_000);
    let down = Told::Reach("ollama".to_owned(), Reach::Down);
    assert!(world.told().contains(&down), "all hear of it: {:?}", world.told());
}

#[test]
fn a_silent_answer_times_out() {
    let world = chatting(crate::world::CONFIG, || hello().insert(1, silence()));
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(119_000);
    assert!(heard.ends.borrow().is_empty());
    world.pass(10_000);
    assert_eq!(heard.end().expect_err("silence").code, ErrorCode::Timeout);
    assert!(world.calls.was_closed(0));
}

#[test]
fn a_sleep_of_the_machine_is_no_silence_of_the_server() {
    let gate = Gate::new();
    let open = gate.clone();
    let world = chatting(crate::world::CONFIG, move || {
        hello().insert(1, Step::Wait(gate.clone()))
    });
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(1_000);
    world.executor.jump(3_600_000);
    world.pass(1_000);
    open.open();
    world.pass(1_000);
    assert!(heard.end().is_ok(), "{:?}", heard.ends.borrow());
}

#[test]
fn generation_options_reach_the_request_and_those_of_the_call_win() {
    let config = r#"{"providers":{"ollama":{}},"contextSize":8192,
        "generation":{"temperature":0.5,"maxTokens":10,"topP":0.9,"topK":40,"repeatPenalty":1.1,"seed":42,"stop":["x"]}}"#;
    let mut ask = ask("tiny");
    ask["options"] = json!(r#"{"temperature":1.5}"#);
    assert_eq!(
        sent(config, &ask)["options"],
        json!({"num_ctx":8192,"num_predict":10,"top_k":40,"temperature":1.5,"top_p":0.9,"repeat_penalty":1.1,
            "seed":42,"stop":["x"]})
    );
}

#[test]
fn per_model_options_are_for_their_model_only() {
    let config =
        r#"{"providers":{"ollama":{}},"models":{"tiny":{"temperature":0.1},"ollama/other:1b":{"seed":7}}}"#;
    assert_eq!(sent(config, &ask("tiny"))["options"], json!({"temperature":0.1}));
    assert_eq!(
        sent(config, &ask("tiny:latest"))["options"],
        json!({"temperature":0.1})
    );
    assert_eq!(sent(config, &ask("other:1b"))["options"], json!({"seed":7}));
    assert_eq!(sent(config, &ask("third"))["options"], json!({}));
}

#[test]
fn options_of_the_provider_are_handed_on_byte_for_byte() {
    let own = r#"{"mirostat" :2 , "num_thread":  4e0,"x":[1.50,null]}"#;
    let config = format!(r#"{{"providers":{{"ollama":{{"options":{own}}}}}}}"#);
    let world = chatting(&config, hello);
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(Heard::default()))
        .expect("a good request");
    world.pass(100);
    let text = String::from_utf8(world.calls.made()[0].body.clone()).expect("text");
    let inside = own.trim_matches(['{', '}']);
    assert!(text.contains(inside), "{text}");
}

#[test]
fn what_is_too_long_is_refused_and_not_forgotten_in_silence() {
    let body = sent(crate::world::CONFIG, &ask("tiny"));
    assert_eq!(
        (&body["truncate"], &body["shift"]),
        (&json!(false), &json!(false))
    );
    let mut ask = ask("tiny");
    ask["overflow"] = json!("forget");
    assert_eq!(sent(crate::world::CONFIG, &ask).get("truncate"), None);
}

#[test]
fn messages_tools_and_shapes_are_written_as_the_server_wants_them() {
    let ask = json!({
        "provider":"ollama","model":"tiny",
        "messages":[
            {"role":"system","text":"s"},
            {"role":"user","text":"u","images":[{"mediaType":"image/png","base64":"AAAA"}]},
            {"role":"assistant","text":"","reasoning":"r","toolCalls":[{"name":"f","arguments":"{\"a\":1}"}]},
            {"role":"tool","text":"42","toolName":"f"}
        ],
        "tools":[{"name":"f","description":"d","parameters":"{\"type\":\"object\"}"}],
        "think":"true","format":"{\"type\":\"object\"}","keepAlive":"\"5m\""
    });
    let body = sent(crate::world::CONFIG, &ask);
    assert_eq!(body["messages"][1]["images"], json!(["AAAA"]));
    assert_eq!(
        body["messages"][2]["tool_calls"][0]["function"]["arguments"],
        json!({"a":1})
    );
    assert_eq!(
        body["messages"][3],
        json!({"role":"tool","content":"42","tool_name":"f"})
    );
    assert_eq!(
        body["tools"][0]["function"]["parameters"],
        json!({"type":"object"})
    );
    assert_eq!(
        (&body["think"], &body["format"], &body["keep_alive"]),
        (&json!(true), &json!({"type":"object"}), &json!("5m"))
    );
}

#[test]
fn a_change_of_the_configuration_does_not_touch_a_running_answer() {
    let gate = Gate::new();
    let open = gate.clone();
    let world = chatting(crate::world::CONFIG, move || {
        hello().insert(1, Step::Wait(gate.clone()))
    });
    let heard = Heard::default();
    world
        .service
        .chat(&ask("tiny").to_string(), Rc::new(heard.clone()))
        .expect("a good request");
    world
        .set("file", r#"{"defaultModel":"x"}"#)
        .expect("a configuration without providers");
    world.pass(100);
    open.open();
    world.pass(100);
    assert_eq!(heard.text(), "Hello");
    assert!(heard.end().is_ok());
    assert!(world.calls.made()[0].url.starts_with("http://127.0.0.1:11434/"));
}

#[test]
fn what_is_wrong_with_a_request_is_said_and_nothing_is_sent() {
    let world = chatting(crate::world::CONFIG, hello);
    let heard = Heard::default();
    let refused = |text: &str| {
        world
            .service
            .chat(text, Rc::new(heard.clone()))
            .expect_err("refused")
    };
    assert_eq!(refused("{").code, ErrorCode::InvalidInput);
    assert_eq!(
        refused(r#"{"provider":"ollama","model":"a"}"#).field.as_deref(),
        Some("messages")
    );
    assert_eq!(
        refused(r#"{"provider":"ollama","model":"a","messages":[{"role":"judge","text":""}]}"#)
            .field
            .as_deref(),
        Some("messages[0].role")
    );
    let with = |key: &str, value: Value| {
        let mut ask = ask("tiny");
        ask[key] = value;
        refused(&ask.to_string())
    };
    assert_eq!(
        with("options", json!(r#"{"temperature":3}"#)).field.as_deref(),
        Some("temperature")
    );
    assert_eq!(with("think", json!("tru")).field.as_deref(), Some("think"));
    assert_eq!(with("provider", json!("olama")).code, ErrorCode::NotFound);
    assert_eq!(with("model", json!("../x")).code, ErrorCode::InvalidInput);
    world.pass(1_000);
    assert!(world.calls.made().is_empty());
    assert!(heard.ends.borrow().is_empty());
}

#[test]
fn answers_run_side_by_side_and_closing_ends_all_of_them() {
    let world = chatting(crate::world::CONFIG, || hello().insert(1, silence()));
    let (one, two) = (Heard::default(), Heard::default());
    for heard in [&one, &two] {
        let sink = Rc::new(heard.clone());
        world
            .service
            .chat(&ask("tiny").to_string(), sink)
            .expect("a good request");
    }
    world.pass(100);
    assert_eq!((one.text(), two.text()), ("Hel".to_owned(), "Hel".to_owned()));
    let service = world.service.clone();
    world.wait(async move { service.close().await });
    assert!(one.end().is_err() && two.end().is_err());
    assert!(world.calls.was_closed(0) && world.calls.was_closed(1));
}
