//! Pulling from a real registry: `MODELYARD_OLLAMA_PULL` is the name of a model there, `MODELYARD_OLLAMA_LAYERS` the
//! test server its layers come from, slow enough to leave in the middle.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use modelyard::providers::pull::{PullPhase, PullProgress};
use modelyard::providers::{Decoder as _, Provider};

use super::{ask, real};
use crate::wire::Answering;

fn registry() -> Option<(Provider, String, String)> {
    let (server, _) = real()?;
    let name = std::env::var("MODELYARD_OLLAMA_PULL").ok();
    let layers = std::env::var("MODELYARD_OLLAMA_LAYERS").ok();
    if let (Some(name), Some(layers)) = (name, layers) {
        return Some((server, name, layers));
    }
    eprintln!("skipped: MODELYARD_OLLAMA_PULL and MODELYARD_OLLAMA_LAYERS name no registry");
    None
}

/// Tells the test server something, and returns what it says.
fn control(layers: &str, command: &str, body: &str) -> String {
    let authority = layers.trim_start_matches("http://");
    let mut stream = TcpStream::connect(authority).expect("a connection");
    let length = body.len();
    let request =
        format!("{command} HTTP/1.1\r\nHost: {authority}\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

/// Pulls until `enough` says so, or to the end.
fn pull(server: &Provider, name: &str, enough: impl Fn(&PullProgress) -> bool) -> Vec<PullProgress> {
    let call = server.pull(name).expect("a request");
    let mut answering = Answering::to(server, &call.request, None);
    let mut decoder = call.decoder;
    let _ = decoder.head(answering.head.clone());
    let mut progress = Vec::new();
    while let Some(chunk) = answering.chunk() {
        let _ = decoder.bytes(&chunk, &mut progress);
        if progress.last().is_some_and(&enough) {
            return progress;
        }
    }
    decoder.end(&mut progress).expect("a whole pull");
    progress
}

#[test]
fn a_real_pull_shows_progress_is_canceled_and_goes_on_where_it_stood() {
    let Some((server, name, layers)) = registry() else {
        return;
    };
    let is_here = || {
        let listing = ask(&server, || server.list(None).expect("a request"));
        let models = listing.1.expect("a list").models;
        models.iter().any(|model| server.same_model(&model.name, &name))
    };
    if is_here() {
        ask_once_to_remove(&server, &name);
    }
    control(&layers, "POST /__control/reset", "{}");
    let part = |progress: &PullProgress| {
        progress
            .permille
            .is_some_and(|permille| (200..900).contains(&permille))
    };
    let first = pull(&server, &name, part);
    let left_at = first.last().expect("progress").downloaded_bytes;
    // Closing the connection was the cancel: the server closes its own to where the layers come from.
    control(
        &layers,
        "POST /__control/wait",
        r#"{"aborted": 1, "idle": true, "timeoutMs": 60000}"#,
    );
    assert!(!is_here());

    let second = pull(&server, &name, |_| false);
    let rising =
        |progress: &[PullProgress]| progress.is_sorted_by_key(|step| (step.phase, step.downloaded_bytes));
    assert!(rising(&first) && rising(&second), "{first:?} {second:?}");
    let last = second.last().expect("progress");
    assert_eq!((last.phase, last.permille), (PullPhase::Done, Some(1_000)));
    assert!(second.iter().any(part), "{second:?}");
    assert!(is_here());
    // What had come was not asked for again.
    let log = control(&layers, "GET /__control/log", "");
    let resumed = log.split("\"range\":\"bytes=").skip(1).filter_map(|range| {
        let start = range.split_once('-')?.0;
        start.parse::<u64>().ok()
    });
    let resumed = resumed.max().unwrap_or_default();
    eprintln!("left at {left_at}, gone on at {resumed}");
    assert!(resumed > 0, "{log}");

    // What is here is verified, not fetched.
    let again = pull(&server, &name, |_| false);
    assert_eq!(again.last().map(|step| step.phase), Some(PullPhase::Done));
    ask_once_to_remove(&server, &name);
    assert!(!is_here());
}

fn ask_once_to_remove(server: &Provider, name: &str) {
    let call = server.remove(name).expect("a request");
    let (head, body) = super::fetch(server, &call.request, None);
    super::feed(call, head, [body.as_slice()]).1.expect("removed");
}
