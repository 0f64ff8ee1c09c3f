//! The stand-in for Ollama on the wire. That a real client accepts it is seen in tests/ollama.

mod chats;
mod pulls;

use std::io::Write as _;

use modelyard_testserver::{Condition, Config, Do, Ending, Model, Ollama, Script, Server, Step};
use serde_json::{Value, json};

use crate::wire::{End, Open, Wire, get};

fn start(settings: Ollama) -> Server {
    let server = Server::start(Config::default()).unwrap();
    server.ollama("/o", settings);
    server
}

fn model(name: &str) -> Model {
    Model {
        name: name.into(),
        ..Model::default()
    }
}

fn open(server: &Server, method: &str, call: &str, body: &Value) -> Open {
    let body = body.to_string();
    let length = format!("Content-Length: {}\r\n", body.len());
    let mut open = Open::request(server, method, &format!("/o/api/{call}"), &length);
    open.stream.write_all(body.as_bytes()).unwrap();
    open
}

fn post(server: &Server, call: &str, body: &Value) -> Wire {
    open(server, "POST", call, body).finish()
}

/// The body without the frames of its chunks, as far as it came.
fn unchunked(wire: &Wire) -> Vec<u8> {
    let mut rest = wire.body();
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).unwrap(), 16).unwrap();
        let chunk = &rest[at + 2..];
        body.extend_from_slice(&chunk[..size.min(chunk.len())]);
        rest = chunk.get(size + 2..).unwrap_or_default();
    }
    body
}

fn lines(wire: &Wire) -> Vec<Value> {
    let body = unchunked(wire);
    let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn json_of(wire: &Wire) -> Value {
    serde_json::from_slice(wire.body()).unwrap()
}

fn list(server: &Server) -> Value {
    json_of(&get(server, "/o/api/tags"))
}

fn chat(text: &str) -> Value {
    json!({ "model": "one", "messages": [{ "role": "user", "content": text }] })
}

fn of(path: &str) -> Condition {
    Condition {
        path: Some(path.into()),
        ..Condition::default()
    }
}

#[test]
fn an_old_server_lists_less_than_a_new_one() {
    for (version, knows) in [
        ("0.6.5", false),
        ("0.29.9", false),
        ("0.30.0", true),
        ("0.32.15", true),
    ] {
        let server = start(Ollama {
            version: version.into(),
            models: vec![model("one")],
            ..Ollama::default()
        });
        assert_eq!(
            json_of(&get(&server, "/o/api/version")),
            json!({ "version": version })
        );
        let tags = list(&server);
        let listed = &tags["models"][0];
        assert_eq!(listed["name"], "one:latest");
        assert_eq!(
            listed["capabilities"] == json!(["completion"]),
            knows,
            "{version}"
        );
        assert_eq!(
            listed["details"]["context_length"] == json!(131_072),
            knows,
            "{version}"
        );
        let shown = json_of(&post(&server, "show", &json!({ "model": "one" })));
        assert_eq!(shown["capabilities"], json!(["completion"]));
        assert_eq!(shown["model_info"]["llama.context_length"], json!(131_072));
    }
}

#[test]
fn a_long_list_has_five_thousand_names_none_twice() {
    let server = start(Ollama {
        generate: 5_000,
        ..Ollama::default()
    });
    let tags = list(&server);
    let mut names: Vec<&str> = tags["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 5_000);
}

#[test]
fn only_the_origins_named_are_let_in() {
    let server = start(Ollama {
        origins: Some(vec!["https://app.example".into()]),
        ..Ollama::default()
    });
    let ask = |method: &str, origin: &str| {
        let headers = format!("Origin: {origin}\r\nAccess-Control-Request-Headers: x-custom\r\n");
        Open::request(&server, method, "/o/api/tags", &headers).finish()
    };
    let welcome = ask("GET", "https://app.example");
    let allowed = |wire: &Wire| wire.header("access-control-allow-origin");
    assert_eq!(
        (welcome.status(), allowed(&welcome).as_deref()),
        (200, Some("https://app.example"))
    );
    let preflight = ask("OPTIONS", "https://app.example");
    assert_eq!(preflight.status(), 204);
    assert!(
        !preflight
            .header("access-control-allow-headers")
            .unwrap()
            .contains("x-custom")
    );
    for method in ["GET", "OPTIONS"] {
        let refused = ask(method, "https://other.example");
        assert_eq!(
            (refused.status(), refused.body(), allowed(&refused)),
            (403, &b""[..], None),
            "{method}"
        );
    }
    assert_eq!(get(&server, "/o/api/tags").status(), 200);
}

#[test]
fn a_script_goes_before_the_stand_in_and_its_faults_strike_the_stand_in() {
    let server = start(Ollama {
        models: vec![model("one"), model("two")],
        origins: Some(vec!["https://app.example".into()]),
        ..Ollama::default()
    });
    server.script("/o/*", Script::always(Step::status(503)));
    let busy = Open::request(
        &server,
        "GET",
        "/o/api/version",
        "Origin: https://app.example\r\n",
    )
    .finish();
    assert_eq!(busy.status(), 503);
    // The page may read that it is so.
    assert_eq!(
        busy.header("access-control-allow-origin").as_deref(),
        Some("https://app.example")
    );
    let mut delete = open(&server, "DELETE", "delete", &json!({ "model": "one" }));
    assert_eq!(delete.finish().status(), 503);
    server.script("/o/*", Script::default());
    server.script(
        "/o/api/delete",
        Script::steps([Step::fault(modelyard_testserver::At::Byte(0), Do::Reset)]),
    );
    delete = open(&server, "DELETE", "delete", &json!({ "model": "one" }));
    assert_eq!(delete.finish().end, End::Reset);
    // The answer was lost, not the deletion.
    assert_eq!(list(&server)["models"].as_array().unwrap().len(), 1);
    let ended: Vec<Option<Ending>> = server.log().iter().map(|entry| entry.ending).collect();
    assert_eq!(ended[2], Some(Ending::Reset));
}
