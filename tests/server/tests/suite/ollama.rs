//! The stand-in for Ollama on the wire. That a real client accepts it is seen in tests/ollama.

use std::io::Write as _;

use modelyard_testserver::{
    Condition, Config, Do, Ending, LineError, LineFault, Model, Ollama, Pull, PullEnd, Reply, Script, Server,
    Step, ToolCall,
};
use serde_json::{Value, json};

use crate::wire::{End, Open, Wire, await_stall, await_that, get};

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
fn a_pull_says_its_layers_and_the_model_is_there_when_success_is_said() {
    let server = start(Ollama {
        pull: Pull {
            layers: vec![10_000, 50],
            steps: 2,
            falls: true,
            faults: vec![LineFault {
                line: 8,
                byte: 0,
                what: Do::Stall,
            }],
            ..Pull::default()
        },
        ..Ollama::default()
    });
    let pull = open(&server, "POST", "pull", &json!({ "model": "new" }));
    await_stall(&server);
    // Everything but `success` was sent.
    assert_eq!(list(&server)["models"], json!([]));
    server.release("/o/api/pull", None);
    let lines = lines(&pull.finish());
    assert_eq!(list(&server)["models"][0]["name"], "new:latest");

    let completed: Vec<Option<u64>> = lines.iter().map(|line| line["completed"].as_u64()).collect();
    let grown = [
        None,
        None,
        Some(5_000),
        Some(2_500),
        Some(10_000),
        Some(50),
        None,
        None,
        None,
    ];
    assert_eq!(completed, grown);
    assert_eq!(lines[1]["total"], 10_000);
    let digest = lines[1]["digest"].as_str().unwrap();
    assert_eq!(lines[1]["status"], format!("pulling {}", &digest[7..19]));
    let said: Vec<&str> = [0, 6, 7, 8]
        .map(|line| lines[line]["status"].as_str().unwrap())
        .to_vec();
    assert_eq!(
        said,
        [
            "pulling manifest",
            "verifying sha256 digest",
            "writing manifest",
            "success"
        ]
    );
}

#[test]
fn half_a_pull_goes_on_where_it_stood_and_what_is_here_takes_one_line() {
    let server = start(Ollama {
        pull: Pull {
            layers: vec![40_000],
            faults: vec![LineFault {
                line: 3,
                byte: 7,
                what: Do::Stall,
            }],
            ..Pull::default()
        },
        ..Ollama::default()
    });
    let first = open(&server, "POST", "pull", &json!({ "model": "new" }));
    await_stall(&server);
    drop(first);
    await_that(
        &server,
        &Condition {
            aborted: Some(1),
            ..of("/o/api/pull")
        },
    );

    let second = open(&server, "POST", "pull", &json!({ "name": "new" }));
    await_stall(&server);
    server.release("/o/api/pull", None);
    let again = lines(&second.finish());
    assert_eq!(again[1]["completed"], 20_000);
    assert_eq!(again[2]["completed"], 25_000);

    let third = open(&server, "POST", "pull", &json!({ "name": "new" }));
    await_stall(&server);
    server.release("/o/api/pull", None);
    let here = lines(&third.finish());
    assert_eq!((here.len(), &here[1]["completed"]), (5, &json!(40_000)));
    open(&server, "DELETE", "delete", &json!({ "model": "new" })).finish();
    assert_eq!(
        json_of(&get(&server, "/__control/ollama?prefix=/o"))["layers"],
        json!({})
    );
}

#[test]
fn pulls_fail_as_told() {
    let failing = |end, error| Pull {
        layers: vec![100],
        end,
        error,
        newline: false,
        ..Pull::default()
    };
    let broken = LineError {
        line: 2,
        message: "max retries exceeded: EOF".into(),
    };
    let server = start(Ollama {
        pulls: [
            ("none".to_owned(), failing(PullEnd::Missing, None)),
            ("silent".to_owned(), failing(PullEnd::Silent, None)),
            ("broken".to_owned(), failing(PullEnd::Success, Some(broken))),
            ("whole".to_owned(), failing(PullEnd::Success, None)),
        ]
        .into(),
        ..Ollama::default()
    });
    let pull = |name: &str| post(&server, "pull", &json!({ "model": name }));
    let none = lines(&pull("none"));
    assert_eq!(
        (none.len(), &none[1]),
        (2, &json!({ "error": "pull model manifest: file does not exist" }))
    );
    let silent = lines(&pull("silent"));
    assert_eq!(silent.last().unwrap()["status"], "writing manifest");
    let broken = lines(&pull("broken"));
    assert_eq!(
        (broken.len(), &broken[2]["error"]),
        (3, &json!("max retries exceeded: EOF"))
    );
    assert_eq!(list(&server)["models"], json!([]));
    let whole = pull("whole");
    assert!(unchunked(&whole).ends_with(b"{\"status\":\"success\"}"));
    let at_once = post(&server, "pull", &json!({ "model": "none", "stream": false }));
    assert_eq!(at_once.status(), 500);
    assert_eq!(post(&server, "pull", &json!({ "model": "a b" })).status(), 400);
}

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
