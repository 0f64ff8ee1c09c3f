//! The control API over HTTP.

use std::io::Write;
use std::net::TcpStream;

use modelyard_testserver::{Condition, Content, Server};
use serde_json::{Value, json};

use crate::wire::{End, Open, Wire, await_that, get, server};

fn call(server: &Server, method: &str, command: &str, body: &[u8]) -> (u16, Value) {
    let length = format!("Content-Length: {}\r\n", body.len());
    let mut open = Open::request(server, method, &format!("/__control/{command}"), &length);
    open.stream.write_all(body).unwrap();
    let wire = open.finish();
    assert_eq!(wire.header("access-control-allow-origin").as_deref(), Some("*"));
    (
        wire.status(),
        serde_json::from_slice(wire.body()).unwrap_or(Value::Null),
    )
}

#[track_caller]
fn post(server: &Server, command: &str, body: &Value) -> Value {
    let (status, answer) = call(server, "POST", command, body.to_string().as_bytes());
    assert_eq!(status, 200, "{answer}");
    answer
}

#[test]
fn files_are_made_from_text_noise_other_files_and_uploads() {
    let (server, bytes) = server();
    let text = post(
        &server,
        "file",
        &json!({"path": "/t", "text": "abc", "type": "text/plain"}),
    );
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(text, json!({"path": "/t", "sizeBytes": 3, "sha256": digest}));
    let noise = post(
        &server,
        "file",
        &json!({"path": "/n", "noise": {"seed": 5, "sizeBytes": 100_000}}),
    );
    assert_eq!(
        noise["sha256"],
        json!(Content::bytes(bytes.clone()).sha256().unwrap())
    );
    post(&server, "file", &json!({"path": "/copy", "sameAs": "/n"}));
    let huge = json!({"path": "/huge", "sparse": {"sizeBytes": 3_u64 << 30}, "digest": false});
    assert_eq!(
        post(&server, "file", &huge),
        json!({"path": "/huge", "sizeBytes": 3_u64 << 30, "sha256": null})
    );
    let (status, up) = call(&server, "PUT", "file?path=%2Fup%2Fa.bin", b"\0\xff");
    assert_eq!((status, &up["sizeBytes"]), (200, &json!(2)));
    assert_eq!(
        get(&server, "/t").header("content-type").as_deref(),
        Some("text/plain")
    );
    assert_eq!(get(&server, "/copy").body(), bytes);
    assert_eq!(get(&server, "/up/a.bin").body(), b"\0\xff");
    let (_, status) = call(&server, "GET", "status", b"");
    assert_eq!(
        status["files"],
        json!(["/copy", "/f", "/huge", "/n", "/t", "/up/a.bin"])
    );
    assert_eq!(status["origins"], json!([server.origin()]));
}

#[test]
fn the_script_of_the_readme_does_what_the_readme_says() {
    let (server, bytes) = server();
    let script = json!({
        "path": "/f",
        "steps": [
            {"faults": [{"at": 50_000, "do": "reset"}]},
            {"times": 2, "status": 503, "headers": {"Retry-After": "2"}},
            {"range": "ignore", "flip": [70_000], "etag": {"raw": "\"v2\""}},
            {"instead": {"page": {"type": "text/html", "text": "<p>no"}}},
            {"length": {"raw": ["1", "2"]}, "cors": "none"},
            {"faults": [{"at": "start", "do": "stall"}, {"at": -1, "do": "fin"}]}
        ],
        "repeat": false,
        "preflight": {"status": 403}
    });
    post(&server, "script", &script);
    assert_eq!(get(&server, "/f").end, End::Reset);
    let busy = [get(&server, "/f"), get(&server, "/f")];
    assert!(
        busy.iter()
            .all(|wire| wire.status() == 503 && wire.header("retry-after").as_deref() == Some("2"))
    );
    let flipped = get(&server, "/f");
    assert_eq!(flipped.header("etag").as_deref(), Some("\"v2\""));
    assert_ne!(flipped.body(), bytes);
    assert_eq!(get(&server, "/f").body(), b"<p>no");
    assert_eq!(get(&server, "/f").headers("content-length"), ["1", "2"]);
    let open = Open::request(&server, "GET", "/f", "Range: bytes=10-\r\nOrigin: null\r\n");
    let wait = json!({"path": "/f", "stalled": 1, "requests": 7});
    assert_eq!(post(&server, "wait", &wait)["met"], json!(true));
    assert_eq!(
        post(&server, "release", &json!({"path": "/f"})),
        json!({"count": 1})
    );
    assert_eq!(open.finish().body(), &bytes[10..99_999]);
    await_that(
        &server,
        &Condition {
            idle: true,
            ..Condition::default()
        },
    );

    let (_, log) = call(&server, "GET", "log?path=/f", b"");
    let last = &log["requests"][6];
    assert_eq!(
        [
            &last["method"],
            &last["range"],
            &last["origin"],
            &last["status"],
            &last["bytesSent"],
            &last["ending"]
        ],
        [
            &json!("GET"),
            &json!("bytes=10-"),
            &json!("null"),
            &json!(206),
            &json!(99_989),
            &json!("cut")
        ]
    );
    assert_eq!(log["totals"]["cut"], json!(2));
}

#[test]
fn mistakes_are_named_and_change_nothing() {
    let (server, bytes) = server();
    for (command, body, reason) in [
        (
            "script",
            json!({"path": "/f", "step": []}),
            "unknown field `step`",
        ),
        (
            "script",
            json!({"path": "/f", "steps": [{"fault": []}]}),
            "unknown field `fault`",
        ),
        (
            "script",
            json!({"path": "/f", "steps": [{"range": "wrong"}]}),
            "unknown variant `wrong`",
        ),
        ("script", json!({"path": "f", "steps": []}), "no path"),
        (
            "script",
            json!({"path": "/__control/log", "steps": []}),
            "no path",
        ),
        ("file", json!({"path": "/x"}), "exactly one"),
        ("file", json!({"path": "/x", "sameAs": "/none"}), "no file /none"),
        ("wait", json!({"path": "/f", "bytes": 5}), "unknown field `bytes`"),
        ("interrupt", json!({"path": "/f"}), "needs end"),
        (
            "release",
            json!({"end": "stall"}),
            "cannot be released into a stall",
        ),
        ("ollama", json!({"prefix": "o"}), "no path"),
        (
            "ollama",
            json!({"prefix": "/o", "model": []}),
            "unknown field `model`",
        ),
        ("sleep", json!({}), "no command POST /__control/sleep"),
    ] {
        let (status, answer) = call(&server, "POST", command, body.to_string().as_bytes());
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"].as_str().unwrap().contains(reason), "{answer}");
    }
    assert_eq!(call(&server, "POST", "script", b"{").0, 400);
    assert_eq!(get(&server, "/f").body(), bytes);
}

#[test]
fn a_wait_that_is_not_met_says_how_far_it_got() {
    let (server, _) = server();
    get(&server, "/f");
    let body = json!({"path": "/f", "requests": 2, "timeoutMs": 1}).to_string();
    let (status, answer) = call(&server, "POST", "wait", body.as_bytes());
    assert_eq!(
        (status, &answer["met"], &answer["totals"]["requests"]),
        (504, &json!(false), &json!(1))
    );
}

#[test]
fn the_network_goes_down_and_comes_back() {
    let (server, bytes) = server();
    server.put("/other/g", Content::bytes(*b"g")).unwrap();
    post(
        &server,
        "bandwidth",
        &json!({"prefix": "/f", "bytesPerSecond": 20_000}),
    );
    let mut open = Open::request(&server, "GET", "/f", "");
    open.read_body(100);
    assert_eq!(
        post(&server, "network", &json!({"up": false, "prefix": "/f"})),
        json!({"count": 1})
    );
    assert_eq!(open.finish().end, End::Reset);
    let refused = get(&server, "/f");
    assert_eq!((refused.bytes.len(), refused.end), (0, End::Reset));
    assert_eq!(get(&server, "/other/g").body(), b"g");
    post(&server, "network", &json!({"up": true, "prefix": "/f"}));
    post(
        &server,
        "bandwidth",
        &json!({"prefix": "/f", "bytesPerSecond": null}),
    );
    assert_eq!(get(&server, "/f").body(), bytes);
}

#[test]
fn a_reset_forgets_scripts_and_log_under_a_prefix_and_frees_who_is_stalled() {
    let (server, _) = server();
    let stall = json!([{"faults": [{"at": "start", "do": "stall"}]}]);
    for path in ["/a/f", "/b/f"] {
        post(&server, "file", &json!({"path": path, "text": "abc"}));
        post(&server, "script", &json!({"path": path, "steps": stall}));
    }
    let stalled = Open::request(&server, "GET", "/a/f", "");
    await_that(
        &server,
        &Condition {
            stalled: Some(1),
            ..Condition::default()
        },
    );
    get(&server, "/f");
    post(&server, "reset", &json!({"prefix": "/a/"}));
    assert_eq!(stalled.finish().end, End::Reset);
    let (_, log) = call(&server, "GET", "log", b"");
    assert_eq!(log["requests"].as_array().map(Vec::len), Some(1));
    assert_eq!(get(&server, "/a/f").body(), b"abc");
    let held = Open::request(&server, "GET", "/b/f", "");
    await_that(
        &server,
        &Condition {
            stalled: Some(1),
            ..Condition::default()
        },
    );
    post(&server, "reset", &json!({"files": true}));
    assert_eq!(held.finish().end, End::Reset);
    assert_eq!(get(&server, "/b/f").status(), 404);
}

#[test]
fn a_client_that_asks_whether_to_go_on_is_told_so() {
    let (server, _) = server();
    let headers = "Content-Length: 2\r\nExpect: 100-continue\r\n";
    let mut open = Open::request(&server, "PUT", "/__control/file?path=/e", headers);
    let mut told = [0; 25];
    std::io::Read::read_exact(&mut open.stream, &mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    open.stream.write_all(b"hi").unwrap();
    assert_eq!(open.finish().status(), 200);
    assert_eq!(get(&server, "/e").body(), b"hi");
}

#[test]
fn what_is_no_request_is_refused() {
    let (server, _) = server();
    let mut stream = TcpStream::connect(server.addresses()[0]).unwrap();
    stream.write_all(b"no request\r\n\r\n").unwrap();
    let wire: Wire = Open {
        stream,
        bytes: Vec::new(),
    }
    .finish();
    assert_eq!(wire.status(), 400);
}
