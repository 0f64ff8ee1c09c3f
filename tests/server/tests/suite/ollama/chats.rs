//! Chats of the stand-in on the wire.

use modelyard_testserver::{Condition, Do, LineError, LineFault, Model, Ollama, Reply, ToolCall};
use serde_json::{Value, json};

use super::{chat, json_of, lines, model, of, open, post, start, unchunked};
use crate::wire::{End, Open, await_that, get};

#[test]
fn a_chat_thinks_speaks_calls_tools_and_counts() {
    let server = start(Ollama {
        models: vec![Model {
            capabilities: ["completion", "tools", "thinking"].map(String::from).to_vec(),
            reply: Some(Reply {
                text: "In a quiet".into(),
                thinking: "Hm so".into(),
                tool_calls: vec![ToolCall {
                    name: "time".into(),
                    arguments: json!({ "zone": "UTC" }),
                }],
                ..Reply::default()
            }),
            ..model("one")
        }],
        ..Ollama::default()
    });
    let said = lines(&post(&server, "chat", &chat("tell me a story")));
    let of = |field: &str| -> String {
        said.iter()
            .filter_map(|line| line["message"][field].as_str())
            .collect()
    };
    assert_eq!(
        (of("thinking"), of("content")),
        ("Hm so".into(), "In a quiet".into())
    );
    assert_eq!(
        said[5]["message"]["tool_calls"][0]["function"]["arguments"],
        json!({ "zone": "UTC" })
    );
    let last = said.last().unwrap();
    assert_eq!(
        (&last["done"], &last["done_reason"]),
        (&json!(true), &json!("stop"))
    );
    assert_eq!(
        (&last["eval_count"], &last["prompt_eval_count"]),
        (&json!(5), &json!(8))
    );
    let moments: Vec<&str> = said
        .iter()
        .map(|line| line["created_at"].as_str().unwrap())
        .collect();
    assert!(moments.is_sorted() && moments[0] > "2026", "{moments:?}");

    let mut request = chat("x");
    request["think"] = json!(false);
    request["stream"] = json!(false);
    request["options"] = json!({ "num_predict": 2, "num_ctx": 512 });
    let whole = json_of(&post(&server, "chat", &request));
    assert_eq!(
        (&whole["message"]["content"], &whole["done_reason"]),
        (&json!("In a"), &json!("length"))
    );
    let running = json_of(&get(&server, "/o/api/ps"));
    assert_eq!(running["models"][0]["context_length"], 512);
    // What was asked can be read in the log.
    let log = server.log();
    let asked = log
        .iter()
        .filter_map(|entry| entry.body.as_deref())
        .next_back()
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(asked).unwrap(), request);

    let unload = post(
        &server,
        "chat",
        &json!({ "model": "one", "messages": [], "keep_alive": 0 }),
    );
    assert_eq!(lines(&unload)[0]["done_reason"], "unload");
    assert_eq!(json_of(&get(&server, "/o/api/ps")), json!({ "models": [] }));
}

#[test]
fn what_a_model_cannot_do_is_refused_as_the_real_one_does() {
    let server = start(Ollama {
        models: vec![
            model("one"),
            Model {
                capabilities: vec!["embedding".into()],
                ..model("embed")
            },
        ],
        ..Ollama::default()
    });
    let refused = |change: Value| {
        let mut request = chat("hello ".repeat(300).as_str());
        for (key, value) in change.as_object().unwrap() {
            request[key] = value.clone();
        }
        let wire = post(&server, "chat", &request);
        (
            wire.status(),
            json_of(&wire)["error"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let tools = "registry.ollama.ai/library/one:latest does not support tools";
    assert_eq!(refused(json!({ "tools": [{}] })), (400, tools.into()));
    assert_eq!(
        refused(json!({ "think": true })),
        (400, "\"one\" does not support thinking".into())
    );
    assert_eq!(
        refused(json!({ "model": "embed" })),
        (400, "\"embed\" does not support chat".into())
    );
    assert_eq!(
        refused(json!({ "model": "nope" })),
        (404, "model 'nope' not found".into())
    );
    let overflow = json!({ "truncate": false, "options": { "num_ctx": 256 } });
    assert_eq!(
        refused(overflow),
        (400, "the input length exceeds the context length".into())
    );
    let silent = json!({ "stream": false, "options": { "num_ctx": 256 } });
    assert_eq!(refused(silent), (200, String::new()));
    assert_eq!(post(&server, "show", &json!({ "model": "nope" })).status(), 404);
    assert_eq!(
        open(&server, "DELETE", "delete", &json!({ "model": "nope" }))
            .finish()
            .status(),
        404
    );
    assert_eq!(
        post(&server, "copy", &json!({ "source": "nope", "destination": "x" })).status(),
        404
    );
    let nobody = Open::request(&server, "POST", "/o/api/chat", "").finish();
    assert_eq!(json_of(&nobody)["error"], "missing request body");
    assert_eq!(get(&server, "/o/api/chat").status(), 405);
    assert_eq!(get(&server, "/o/api/nope").body(), b"404 page not found");
    assert_eq!(get(&server, "/o").body(), b"Ollama is running");
}

#[test]
fn a_stream_is_cut_within_a_line_and_ends_with_an_error_in_the_next() {
    let reply = |error, faults| Ollama {
        models: vec![model("one")],
        reply: Reply {
            error,
            faults,
            ..Reply::default()
        },
        ..Ollama::default()
    };
    let cut = start(reply(
        None,
        vec![LineFault {
            line: 2,
            byte: 30,
            what: Do::Reset,
        }],
    ));
    let wire = post(&cut, "chat", &chat("x"));
    assert_eq!(wire.end, End::Reset);
    let body = unchunked(&wire);
    assert_eq!(
        body.split(|byte| *byte == b'\n').map(<[u8]>::len).next_back(),
        Some(30)
    );
    let error = LineError {
        line: 2,
        message: "llama runner process has terminated".into(),
    };
    let broken = start(reply(Some(error), Vec::new()));
    let said = lines(&post(&broken, "chat", &chat("x")));
    assert_eq!(said[2], json!({ "error": "llama runner process has terminated" }));
}

#[test]
fn an_endless_answer_ends_when_the_client_leaves() {
    let server = start(Ollama {
        models: vec![model("one")],
        reply: Reply {
            text: "on".into(),
            endless: true,
            every_ms: 1,
            ..Reply::default()
        },
        ..Ollama::default()
    });
    let mut endless = open(&server, "POST", "chat", &chat("x"));
    endless.read_body(2_000);
    assert_eq!(server.totals(&of("/o/api/chat")).open, 1);
    drop(endless);
    await_that(
        &server,
        &Condition {
            aborted: Some(1),
            idle: true,
            ..of("/o/api/chat")
        },
    );
}

#[test]
fn a_token_can_be_the_moment_it_was_sent() {
    let server = start(Ollama {
        models: vec![model("one")],
        reply: Reply {
            clock: 3,
            every_ms: 2,
            ..Reply::default()
        },
        ..Ollama::default()
    });
    let said = lines(&post(&server, "chat", &chat("x")));
    let moments: Vec<u64> = said[..3]
        .iter()
        .map(|line| {
            line["message"]["content"]
                .as_str()
                .unwrap()
                .trim_matches(['[', ']'])
                .parse()
                .unwrap()
        })
        .collect();
    assert!(
        moments[1] >= moments[0] + 2_000 && moments[2] >= moments[1] + 1_000,
        "{moments:?}"
    );
}
