//! Pulls: retries, stopping, what is refused, and the network that goes.

use modelyard::engine::failure::ErrorCode;
use modelyard::engine::protocol::{FromWorker, Waiting};
use modelyard::net::ResponseHead;
use modelyard::net::scripted::{Answer, Gate, Step};

use crate::world::{World, body, head, json, lines, nobody, path, silence, ticket, word};

const MANIFEST: &str = r#"{"status":"pulling manifest"}"#;
const SUCCESS: &str = r#"{"status":"success"}"#;

fn layer(total: u64, completed: u64) -> String {
    format!(
        r#"{{"status":"pulling aaaaaaaaaaaa","digest":"sha256:aa","total":{total},"completed":{completed}}}"#
    )
}

/// A world whose pulls are answered by these, one after the other, and whose lists are empty.
fn pulling(answers: impl IntoIterator<Item = Answer>) -> World {
    let mut answers = answers.into_iter().collect::<Vec<_>>().into_iter();
    World::new(move |call| match path(call) {
        "/api/pull" => answers.next().unwrap_or_else(nobody),
        "/api/tags" => json(200, r#"{"models":[]}"#),
        _ => json(404, r#"{"error":"there is none"}"#),
    })
}

fn words(world: &World) -> Vec<&'static str> {
    let mut words: Vec<_> = world.reports().iter().map(|(_, report)| word(report)).collect();
    words.dedup();
    words
}

#[track_caller]
fn failure(world: &World) -> modelyard::engine::failure::Failure {
    match world.reports().last() {
        Some((_, FromWorker::Failed { failure, .. })) => failure.clone(),
        other => panic!("no failure: {other:?}"),
    }
}

#[test]
fn a_pull_asks_by_name_and_ends_finished_without_files() {
    let world = pulling([lines(&[MANIFEST, &layer(100, 50), &layer(100, 100), SUCCESS])]);
    world.service.pull(ticket(7, 2), "ollama", "tiny:1b");
    world.pass(1_000);
    assert_eq!(words(&world), ["progress", "finished"]);
    let (_, last) = world.reports().pop().expect("reports");
    let files = Vec::new();
    assert_eq!(
        last,
        FromWorker::Finished {
            ticket: ticket(7, 2),
            files
        }
    );
    let pull = &world.calls.made()[0];
    assert_eq!((pull.method, path(pull)), ("POST", "/api/pull"));
    assert_eq!(body(pull), serde_json::json!({"model":"tiny:1b","stream":true}));
}

#[test]
fn m2_a_pull_that_ended_has_its_provider_asked_anew() {
    let world = pulling([lines(&[MANIFEST, SUCCESS])]);
    world
        .wait({
            let service = world.service.clone();
            async move { service.list("{}").await }
        })
        .expect("a list");
    let before = world.paths().iter().filter(|path| *path == "/api/tags").count();
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(1_000);
    let after = world.paths().iter().filter(|path| *path == "/api/tags").count();
    assert_eq!((before, after), (1, 2));
}

#[test]
fn fault_33_a_stopped_pull_closes_its_connection_and_nothing_more_is_told() {
    let world = pulling([lines(&[MANIFEST, &layer(100, 50)]).insert(9, silence())]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(2_000);
    assert!(!world.calls.was_closed(0));
    let before = world.reports().len();
    world.service.stop_pull(ticket(1, 1));
    assert!(world.calls.was_closed(0));
    world.pass(600_000);
    assert_eq!(world.reports().len(), before);
    assert_eq!(world.paths(), ["/api/pull"], "it is not tried again");
}

#[test]
fn fault_33_what_a_stopped_pull_still_brings_is_dropped_even_where_nothing_stops_it() {
    let gate = Gate::new();
    let answer = lines(&[MANIFEST, &layer(100, 50), &layer(100, 100), SUCCESS]);
    let world = pulling([answer.insert(2, Step::Wait(gate.clone()))]);
    world.calls.let_nothing_stop();
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(2_000);
    world.service.stop_pull(ticket(1, 1));
    let before = world.reports().len();
    gate.open();
    world.pass(60_000);
    assert_eq!(world.reports().len(), before);
}

#[test]
fn a_pull_that_is_stopped_before_it_begins_makes_no_call() {
    let world = pulling([lines(&[SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.service.stop_pull(ticket(1, 1));
    world.pass(5_000);
    assert_eq!(world.reports(), []);
    assert_eq!(world.paths(), Vec::<String>::new());
}

#[test]
fn fault_36_two_pulls_of_one_name_have_a_stop_button_each() {
    let stalls = || lines(&[MANIFEST]).insert(9, silence());
    let world = pulling([stalls(), stalls()]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.service.pull(ticket(2, 1), "ollama", "tiny");
    world.pass(1_000);
    world.service.stop_pull(ticket(1, 1));
    assert_eq!(
        (world.calls.was_closed(0), world.calls.was_closed(1)),
        (true, false)
    );
    world.service.stop_pull(ticket(2, 1));
    assert!(world.calls.was_closed(1));
}

#[test]
fn a_stop_of_another_epoch_stops_nothing() {
    let world = pulling([lines(&[MANIFEST]).insert(9, silence())]);
    world.service.pull(ticket(1, 2), "ollama", "tiny");
    world.pass(1_000);
    world.service.stop_pull(ticket(1, 1));
    assert!(!world.calls.was_closed(0));
}

#[test]
fn q9_a_cut_is_followed_by_another_connection_after_a_pause() {
    let cut = lines(&[MANIFEST, &layer(100, 50)]).after(2, Step::Cut);
    let world = pulling([cut, lines(&[&layer(100, 100), SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(10_000);
    assert_eq!(words(&world), ["progress", "retry", "progress", "finished"]);
    let reports = world.reports();
    let (at, waits) = reports
        .iter()
        .find(|(_, report)| word(report) == "retry")
        .expect("a wait");
    let FromWorker::Waits {
        waiting: Waiting::Retry {
            attempt,
            until_ms,
            failure,
        },
        ..
    } = waits
    else {
        panic!("{waits:?}")
    };
    assert_eq!((*attempt, failure.code), (1, ErrorCode::Network));
    let pause = until_ms - crate::world::START - at;
    assert!((500..=1_500).contains(&pause), "{pause}");
}

#[test]
fn q9_six_tries_in_a_row_without_progress_are_enough() {
    let world = pulling((0..20).map(|_| Answer::new(head(200, "")).after(0, Step::Cut)));
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(600_000);
    assert_eq!(world.paths().len(), 6);
    let mut waits = Vec::new();
    for (at, report) in world.reports() {
        if let FromWorker::Waits {
            waiting: Waiting::Retry { until_ms, .. },
            ..
        } = report
        {
            waits.push(until_ms - crate::world::START - at);
        }
    }
    assert_eq!(waits.len(), 5);
    assert!(
        waits.windows(2).all(|pair| pair[1] > pair[0]),
        "each longer: {waits:?}"
    );
    assert_eq!(failure(&world).code, ErrorCode::Network);
}

#[test]
fn q9_a_mebibyte_of_progress_makes_failures_forgotten() {
    let mut answers = Vec::new();
    for step in 1..=12 {
        let line = layer(100 << 20, step * (2 << 20));
        answers.push(lines(&[&line]).after(1, Step::Cut));
    }
    answers.push(lines(&[SUCCESS]));
    let world = pulling(answers);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(600_000);
    assert_eq!(words(&world).last(), Some(&"finished"));
}

#[test]
fn fault_37_an_error_inside_a_200_is_a_failure_and_is_not_tried_again() {
    let error = r#"{"error":"pull model manifest: file does not exist"}"#;
    let world = pulling([lines(&[MANIFEST, error])]);
    world.service.pull(ticket(1, 1), "ollama", "nix");
    world.pass(600_000);
    assert_eq!(world.paths(), ["/api/pull"]);
    let failure = failure(&world);
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert_eq!(failure.provider.as_deref(), Some("ollama"));
    assert_eq!(failure.model.as_deref(), Some("nix"));
}

#[test]
fn fault_37_a_last_line_without_its_end_counts() {
    let mut answer = lines(&[MANIFEST]);
    answer.steps.push_back(Step::Bytes(SUCCESS.as_bytes().to_vec()));
    let world = pulling([answer]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(1_000);
    assert_eq!(words(&world).last(), Some(&"finished"));
}

#[test]
fn an_answer_that_ends_without_success_is_asked_again() {
    let world = pulling([lines(&[MANIFEST, &layer(10, 10)]), lines(&[SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(10_000);
    assert_eq!(words(&world), ["progress", "retry", "progress", "finished"]);
}

#[test]
fn q9_retry_after_is_honoured_up_to_ten_minutes() {
    let busy = |after: &str| {
        Answer::new(ResponseHead {
            retry_after: Some(after.to_owned()),
            ..head(503, "application/json")
        })
        .bytes(br#"{"error":"server busy"}"#, 99)
    };
    let world = pulling([busy("30"), busy("100000"), lines(&[SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(29_000);
    assert_eq!(world.paths().len(), 1);
    world.pass(2_000);
    assert_eq!(world.paths().len(), 2);
    world.pass(600_000);
    assert_eq!(words(&world).last(), Some(&"finished"));
}

#[test]
fn a_refusal_is_not_tried_again() {
    for (status, text, code) in [
        (400, r#"{"error":"invalid model name"}"#, ErrorCode::ProviderError),
        (401, r#"{"error":"unauthorized"}"#, ErrorCode::Unauthorized),
        (403, r#"{"error":"cloud is disabled"}"#, ErrorCode::ProviderError),
        (
            500,
            r#"{"error":"max retries exceeded"}"#,
            ErrorCode::ProviderError,
        ),
        (404, "<html>nothing here</html>", ErrorCode::ProviderError),
    ] {
        let world = pulling([json(status, text)]);
        world.service.pull(ticket(1, 1), "ollama", "tiny");
        world.pass(600_000);
        assert_eq!(world.paths(), ["/api/pull"], "{status}");
        assert_eq!(failure(&world).code, code, "{status}");
    }
}

#[test]
fn a_name_that_cannot_be_is_refused_before_anything_is_sent() {
    let world = pulling([]);
    world.service.pull(ticket(1, 1), "ollama", "../x");
    world.service.pull(ticket(2, 1), "nobody", "tiny");
    world.pass(1_000);
    let codes: Vec<_> = world
        .reports()
        .into_iter()
        .filter_map(|(_, report)| match report {
            FromWorker::Failed { failure, .. } => Some(failure.code),
            _ => None,
        })
        .collect();
    assert_eq!(codes.len(), 2, "{:?}", world.reports());
    assert!(codes.contains(&ErrorCode::InvalidInput) && codes.contains(&ErrorCode::NotFound));
    assert_eq!(world.paths(), Vec::<String>::new());
}

#[test]
fn a_server_that_is_down_is_tried_again_and_one_that_lets_no_page_in_is_not() {
    let world = pulling([nobody(), lines(&[SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(10_000);
    assert_eq!(words(&world), ["progress", "retry", "progress", "finished"]);
    let world = pulling([nobody(), lines(&[SUCCESS])]);
    world.calls.let_probes_find(true);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(600_000);
    let failure = failure(&world);
    assert_eq!(failure.code, ErrorCode::CorsOrNetwork);
    assert!(
        failure.recovery[0].contains("OLLAMA_ORIGINS=https://app.example"),
        "{failure:?}"
    );
}

#[test]
fn m6_offline_a_pull_says_that_it_needs_a_network() {
    let world = pulling([lines(&[
        MANIFEST,
        r#"{"error":"dial tcp: lookup registry.ollama.ai: no such host"}"#,
    ])]);
    world.offline.set(true);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(600_000);
    assert_eq!(world.paths(), ["/api/pull"]);
    let failure = failure(&world);
    assert_eq!(failure.code, ErrorCode::Offline);
    assert!(
        failure.message.contains("network is needed"),
        "{}",
        failure.message
    );
}

#[test]
fn q9_a_pull_whose_network_goes_goes_on_by_itself_when_it_is_back() {
    let cut = lines(&[MANIFEST, &layer(100, 50)]).insert(9, silence());
    let world = pulling([cut.clone(), nobody(), lines(&[SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(1_000);
    world.offline.set(true);
    // The body falls silent, and after that nothing answers.
    world.pass(200_000);
    assert_eq!(words(&world).last(), Some(&"progress"));
    assert!(words(&world).contains(&"offline"), "{:?}", words(&world));
    world.offline.set(false);
    world.pass(1_000);
    assert_eq!(words(&world).last(), Some(&"finished"));
}

#[test]
fn a_silent_pull_is_a_new_connection() {
    let world = pulling([lines(&[MANIFEST]).insert(9, silence()), lines(&[SUCCESS])]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(119_000);
    assert_eq!(world.paths().len(), 1);
    world.pass(10_000);
    assert!(world.calls.was_closed(0));
    assert_eq!(words(&world).last(), Some(&"finished"));
}

#[test]
fn closing_stops_all_pulls() {
    let world = pulling([lines(&[MANIFEST]).insert(9, silence())]);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(1_000);
    let service = world.service.clone();
    world.wait(async move { service.close().await });
    assert!(world.calls.was_closed(0));
}
