//! What goes wrong when told: by word, by status, in the stream, on the wire, elsewhere.

use modelyard_testserver::standin::{EventError, EventFault, LineEnd, On, Reply, StandIn, Trouble, Vendor};
use modelyard_testserver::{Config, Do, Server};
use serde_json::json;

use super::{control, events, get, json_of, open, says, start, unchunked, usual};
use crate::wire::{End, Wire};

const KEY: &str = "Authorization: Bearer sk-standin-openai-0001\r\n";

fn ask(server: &Server) -> Wire {
    let request = json!({ "model": "gpt-standin", "messages": says("say 3 words"), "stream": true });
    open(server, "/x/v1/chat/completions", KEY, &request).finish()
}

fn replying(reply: Reply) -> Server {
    start(
        Vendor::OpenAi,
        StandIn {
            reply,
            ..StandIn::default()
        },
    )
}

#[test]
fn an_error_comes_as_often_as_told_and_only_where_told() {
    let server = usual(Vendor::OpenAi);
    let fault = json!({ "error": "rateLimited", "retryAfter": "2", "times": 2 });
    control(
        &server,
        "openai/faults",
        &json!({ "prefix": "/x", "faults": [fault] }),
    );
    assert_eq!(get(&server, "/x/v1/models", KEY).status(), 200);
    for _ in 0..2 {
        let limited = ask(&server);
        assert_eq!(
            (limited.status(), limited.header("retry-after").as_deref()),
            (429, Some("2"))
        );
        assert_eq!(json_of(&limited)["error"]["code"], "rate_limit_exceeded");
    }
    assert_eq!(ask(&server).status(), 200);
}

#[test]
fn a_careless_server_says_the_key_and_the_log_has_it() {
    let trouble = Trouble {
        on: On::Any,
        error: Some("badKey".into()),
        echo_key: true,
        ..Trouble::default()
    };
    let server = start(
        Vendor::OpenAi,
        StandIn {
            faults: vec![trouble],
            ..StandIn::default()
        },
    );
    let wire = get(&server, "/x/v1/models", "Authorization: Bearer sk-canary-1\r\n");
    assert_eq!(wire.status(), 401);
    assert!(
        json_of(&wire)["error"]["message"]
            .as_str()
            .unwrap()
            .ends_with("sk-canary-1")
    );
    let log = json_of(&get(&server, "/__control/openai/requests?prefix=/x", ""));
    assert!(log["requests"][0]["headers"].to_string().contains("sk-canary-1"));
}

#[test]
fn a_redirect_leads_to_another_origin() {
    let config = Config {
        ports: vec![0, 0],
        ..Config::default()
    };
    let server = Server::start(config).unwrap();
    let fault = json!({ "on": "models", "redirect": "{origin:1}/elsewhere" });
    control(&server, "openai", &json!({ "prefix": "/x", "faults": [fault] }));
    let wire = get(&server, "/x/v1/models", KEY);
    let elsewhere = format!("{}/elsewhere", server.origins()[1]);
    assert_eq!((wire.status(), wire.header("location")), (307, Some(elsewhere)));
}

#[test]
fn a_stream_fails_ends_and_is_cut_where_told() {
    let failing = replying(Reply {
        error: Some(EventError {
            event: 2,
            error: Some("serverError".into()),
            body: None,
        }),
        ..Reply::default()
    });
    let said = events(&ask(&failing));
    assert_eq!(said.len(), 3);
    assert!(said[2].1.contains("server_error"), "{said:?}");

    let bare = replying(Reply {
        done: false,
        last_line: false,
        ..Reply::default()
    });
    let text = unchunked(&ask(&bare));
    assert!(
        text.ends_with("}\n") && !text.ends_with("\n\n") && !text.contains("[DONE]"),
        "{text}"
    );

    let cut = replying(Reply {
        faults: vec![EventFault {
            event: 1,
            byte: 9,
            what: Do::Reset,
        }],
        ..Reply::default()
    });
    let wire = ask(&cut);
    let text = unchunked(&wire);
    assert_eq!(wire.end, End::Reset);
    assert!(text.ends_with("\n\ndata: {\"c"), "{text}");
}

#[test]
fn a_stream_takes_any_shape_the_standard_allows() {
    let odd = replying(Reply {
        line_end: Some(LineEnd::CrLf),
        comments: true,
        mark: true,
        unknown: true,
        ..Reply::default()
    });
    let text = unchunked(&ask(&odd));
    assert!(text.starts_with("\u{feff}: still at it\r\n\r\ndata: {"), "{text}");
    assert!(text.contains("event: unheard.of\r\ndata: ") && !text.replace("\r\n", "").contains('\n'));
}

#[test]
fn a_word_nobody_knows_and_a_field_nobody_knows_are_told() {
    let server = usual(Vendor::Anthropic);
    let refused = |command: &str, body: serde_json::Value, word: &str| {
        let said = control(&server, command, &body);
        assert!(
            said["error"].as_str().is_some_and(|error| error.contains(word)),
            "{said}"
        );
    };
    let fault = json!({ "prefix": "/x", "faults": [{ "error": "rateLimit" }] });
    refused("anthropic/faults", fault.clone(), "no error \"rateLimit\"");
    refused("anthropic", fault, "no error \"rateLimit\"");
    let within = json!({ "reply": { "error": { "event": 1, "error": "loading" } } });
    refused("anthropic", within, "no error \"loading\"");
    refused("anthropic", json!({ "prefix": "/x", "modles": [] }), "modles");
    refused("anthropic", json!({ "prefix": "/__control/x" }), "no prefix");
    refused(
        "openai/faults",
        json!({ "prefix": "/x", "faults": [] }),
        "no openai",
    );
    refused("openai/fault", json!({}), "no command");
    // Nothing of this took the place of what was there.
    let status = json_of(&get(&server, "/__control/anthropic?prefix=/x", ""));
    assert_eq!(
        (&status["faults"], &status["models"][0]),
        (&json!(0), &json!("claude-standin-large"))
    );
}
