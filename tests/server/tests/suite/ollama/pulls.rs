//! Pulls of the stand-in on the wire.

use modelyard_testserver::{Condition, Do, LineError, LineFault, Ollama, Pull, PullEnd};
use serde_json::json;

use super::{json_of, lines, list, of, open, post, start, unchunked};
use crate::wire::{await_stall, await_that, get};

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
