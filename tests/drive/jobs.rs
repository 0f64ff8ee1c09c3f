//! Pulls by servers that fetch by themselves and are asked how far they are.

use std::cell::RefCell;
use std::rc::Rc;

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::protocol::FromWorker;
use modelyard::net::scripted::Answer;

use crate::world::{World, body, json, path, ticket, word};

const CONFIG: &str =
    r#"{"providers":{"home":{"kind":"openai","host":"http://127.0.0.1:1234/v1","server":"lmstudio"}}}"#;
const BEGIN: &str = "/api/v1/models/download";
const STATUS: &str = "/api/v1/models/download/status/j1";

fn job(status: &str, downloaded: u64) -> Answer {
    let text = format!(
        r#"{{"job_id":"j1","status":"{status}","total_size_bytes":1000,"downloaded_bytes":{downloaded}}}"#
    );
    json(200, &text)
}

fn gone() -> Answer {
    json(
        404,
        r#"{"error":{"message":"there is no such job","code":"not_found_error"}}"#,
    )
}

/// A world whose jobs are told of by these, one after the other.
fn working(answers: impl IntoIterator<Item = Answer>) -> World {
    let answers = Rc::new(RefCell::new(answers.into_iter().collect::<Vec<_>>().into_iter()));
    World::with(CONFIG, move |call| {
        if path(call).starts_with(BEGIN) {
            return answers.borrow_mut().next().unwrap_or_else(gone);
        }
        json(200, r#"{"object":"list","data":[]}"#)
    })
}

fn asked(world: &World) -> Vec<String> {
    let mut paths = world.paths();
    paths.retain(|path| path.starts_with(BEGIN));
    paths
}

#[test]
fn a_job_is_begun_once_and_asked_about_every_second_until_it_is_done() {
    let world = working([
        job("downloading", 0),
        job("downloading", 400),
        job("paused", 400),
        job("completed", 1000),
    ]);
    world.service.pull(ticket(1, 1), "home", "qwen/qwen3-4b@Q4_K_M");
    world.pass(10_000);
    assert_eq!(asked(&world), [BEGIN, STATUS, STATUS, STATUS]);
    let begun = &world.calls.made()[0];
    assert_eq!(begun.method, "POST");
    assert_eq!(
        body(begun),
        serde_json::json!({"model":"qwen/qwen3-4b","quantization":"Q4_K_M"})
    );
    let reports = world.reports();
    let (at, last) = reports.last().expect("reports");
    assert_eq!(word(last), "finished");
    assert!((3_000..4_000).contains(at), "{at}");
    let mut seen: Vec<u64> = reports
        .iter()
        .filter_map(|(_, report)| match report {
            FromWorker::Progress { downloaded_bytes, .. } => Some(*downloaded_bytes),
            _ => None,
        })
        .collect();
    assert!(seen.is_sorted() && seen.contains(&400), "{seen:?}");
    seen.dedup();
    // What changed is asked for anew.
    assert!(
        world.paths().contains(&"/v1/models".to_owned()),
        "{:?}",
        world.paths()
    );
}

#[test]
fn what_is_here_already_is_done_at_once() {
    let world = working([json(200, r#"{"status":"already_downloaded"}"#)]);
    world.service.pull(ticket(1, 1), "home", "m");
    world.pass(500);
    assert_eq!(word(&world.reports().last().expect("reports").1), "finished");
    assert_eq!(asked(&world), [BEGIN]);
}

#[test]
fn a_stopped_job_is_not_asked_about_any_more() {
    let world = working((0..100).map(|at| job("downloading", at)));
    world.service.pull(ticket(1, 1), "home", "m");
    world.pass(2_500);
    world.service.stop_pull(ticket(1, 1));
    let (before, told) = (asked(&world).len(), world.reports().len());
    world.pass(60_000);
    assert_eq!((asked(&world).len(), world.reports().len()), (before, told));
}

#[test]
fn a_server_that_forgot_its_job_is_asked_for_the_model_again_but_not_for_ever() {
    let world = working([
        job("downloading", 100),
        gone(),
        job("downloading", 0),
        job("completed", 1000),
    ]);
    world.service.pull(ticket(1, 1), "home", "m");
    world.pass(20_000);
    assert_eq!(asked(&world), [BEGIN, STATUS, BEGIN, STATUS]);
    assert_eq!(word(&world.reports().last().expect("reports").1), "finished");
    // One that always forgets.
    let world = working((0..100).map(|at| {
        if at % 2 == 0 {
            job("downloading", 0)
        } else {
            gone()
        }
    }));
    world.service.pull(ticket(1, 1), "home", "m");
    world.pass(600_000);
    assert!(asked(&world).len() < 30, "{}", asked(&world).len());
    assert_eq!(word(&world.reports().last().expect("reports").1), "failed");
}

#[test]
fn a_job_that_fails_is_a_failure() {
    let world = working([job("downloading", 100), job("failed", 100)]);
    world.service.pull(ticket(1, 1), "home", "m");
    world.pass(20_000);
    match world.reports().pop().expect("reports").1 {
        FromWorker::Failed { failure, .. } => assert_eq!(failure.code, ErrorCode::ProviderError),
        other => panic!("{other:?}"),
    }
    assert_eq!(asked(&world), [BEGIN, STATUS]);
}
