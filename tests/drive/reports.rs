//! What is told of a pull, and when (requirement Q6).

use modelyard::engine::protocol::FromWorker;
use modelyard::net::scripted::{Answer, Gate, Step};
use proptest::prelude::*;

use crate::world::{World, head, json, lines, path, silence, ticket, word};

fn world(answer: Answer) -> World {
    let mut answer = Some(answer);
    World::new(move |call| match path(call) {
        "/api/pull" => answer.take().unwrap_or_else(|| lines(&[])),
        _ => json(200, r#"{"models":[]}"#),
    })
}

fn bytes(report: &FromWorker) -> Option<(u64, Option<u64>)> {
    match report {
        FromWorker::Progress {
            downloaded_bytes,
            total_bytes,
            restarted: false,
            ..
        } => Some((*downloaded_bytes, *total_bytes)),
        _ => None,
    }
}

fn progress(world: &World) -> Vec<(u64, (u64, Option<u64>))> {
    let reports = world.reports();
    reports
        .iter()
        .filter_map(|(at, report)| Some((*at, bytes(report)?)))
        .collect()
}

fn line(digest: &str, total: u64, completed: u64) -> String {
    format!(
        r#"{{"status":"pulling {digest}","digest":"sha256:{digest}","total":{total},"completed":{completed}}}"#
    )
}

/// That nothing goes back, neither bytes nor their share of the whole.
#[track_caller]
fn never_falls(told: &[(u64, (u64, Option<u64>))]) {
    for pair in told.windows(2) {
        let ((_, (before, of_before)), (_, (after, of_after))) = (pair[0], pair[1]);
        assert!(after >= before, "{pair:?}");
        assert!(of_after >= of_before, "{pair:?}");
        if let (Some(of_before), Some(of_after)) = (of_before, of_after) {
            let shares = (
                u128::from(before) * u128::from(of_after),
                u128::from(after) * u128::from(of_before),
            );
            assert!(shares.1 >= shares.0, "{pair:?}");
            assert!(after <= of_after, "{pair:?}");
        }
    }
}

#[test]
fn fault_34_the_first_report_is_nothing_and_the_last_is_all() {
    let world = world(lines(&[
        r#"{"status":"pulling manifest"}"#,
        &line("aa", 1_000, 400),
        &line("aa", 1_000, 1_000),
        r#"{"status":"verifying sha256 digest"}"#,
        r#"{"status":"success"}"#,
    ]));
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(1_000);
    let told = progress(&world);
    assert_eq!(told.first(), Some(&(0, (0, None))));
    assert_eq!(told.last().map(|(_, bytes)| *bytes), Some((1_000, Some(1_000))));
    assert_eq!(
        world.reports().last().map(|(_, report)| word(report)),
        Some("finished")
    );
}

#[test]
fn q6_a_stalled_pull_is_told_of_at_least_every_second() {
    let world = world(lines(&[&line("aa", 1_000, 400)]).insert(9, silence()));
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(20_000);
    let told = progress(&world);
    assert!(told.len() >= 19, "{told:?}");
    for pair in told.windows(2) {
        assert!(pair[1].0 - pair[0].0 <= 1_000, "{pair:?}");
    }
}

#[test]
fn q6_a_flood_of_lines_is_told_of_at_most_ten_times_a_second() {
    let mut answer = Answer::new(head(200, "application/x-ndjson"));
    for completed in 0..400 {
        let text = line("aa", 400, completed) + "\n";
        answer.steps.push_back(Step::Bytes(text.into_bytes()));
        // Time goes by only where somebody waits.
        if completed % 10 == 0 {
            answer.steps.push_back(Step::Wait(Gate::new()));
        }
    }
    let gates: Vec<Gate> = answer
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Wait(gate) => Some(gate.clone()),
            _ => None,
        })
        .collect();
    let world = world(answer);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    for gate in gates {
        world.pass(40);
        gate.open();
    }
    world.pass(40);
    let told = progress(&world);
    let span = told.last().map_or(0, |(at, _)| *at);
    assert!(span > 1_000, "{span}");
    for (index, (at, _)) in told.iter().enumerate() {
        let within = told[index..]
            .iter()
            .take_while(|(other, _)| other - at < 1_000)
            .count();
        assert!(within <= 10, "{within} within a second");
    }
    never_falls(&told);
}

#[test]
fn q6_a_file_that_is_announced_late_does_not_make_progress_fall() {
    let world = world(lines(&[
        &line("aa", 1_000, 1_000),
        &line("bb", 1_000_000, 0),
        &line("bb", 1_000_000, 1_000_000),
        r#"{"status":"success"}"#,
    ]));
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(5_000);
    never_falls(&progress(&world));
}

#[test]
fn fault_12_all_bytes_of_the_files_so_far_are_not_all_until_the_server_says_so() {
    let gate = Gate::new();
    let verifying = r#"{"status":"verifying sha256 digest"}"#;
    let answer = lines(&[&line("aa", 5_000, 5_000), verifying, r#"{"status":"success"}"#]);
    let world = world(answer.insert(2, Step::Wait(gate.clone())));
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(2_000);
    let last = progress(&world).pop().map(|(_, bytes)| bytes);
    assert_eq!(last, Some((4_995, Some(5_000))));
    gate.open();
    world.pass(2_000);
    let last = progress(&world).pop().map(|(_, bytes)| bytes);
    assert_eq!(last, Some((5_000, Some(5_000))));
}

#[test]
fn q6_a_share_close_to_the_whole_does_not_fall_by_rounding() {
    // Found by the property below.
    let gate = Gate::new();
    let answer = lines(&[
        &line("aa", 1_128, 1_128),
        &line("bb", 872, 872),
        r#"{"status":"success"}"#,
    ]);
    let answer = answer.insert(1, Step::Wait(gate.clone())).insert(3, silence());
    let world = world(answer);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(2_000);
    gate.open();
    world.pass(2_000);
    let told = progress(&world);
    assert!(
        told.iter().any(|(_, (_, total))| *total == Some(2_000)),
        "{told:?}"
    );
    never_falls(&told);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever a server says of its files, over however many connections.
    #[test]
    fn q6_progress_never_falls(
        connections in prop::collection::vec(
            prop::collection::vec((0_usize..4, 0_u64..5_000, 0_u64..6_000), 0..8),
            1..4,
        ),
    ) {
        let mut answers = Vec::new();
        for (index, said) in connections.iter().enumerate() {
            let mut all: Vec<String> = said
                .iter()
                .map(|(file, total, completed)| line(&format!("f{file}"), *total, *completed))
                .collect();
            if index + 1 == connections.len() {
                all.push(r#"{"status":"success"}"#.to_owned());
            }
            let texts: Vec<&str> = all.iter().map(String::as_str).collect();
            let mut answer = lines(&texts);
            if index + 1 < connections.len() {
                answer.steps.push_back(Step::Cut);
            }
            answers.push(answer);
        }
        let mut answers = answers.into_iter();
        let world = World::new(move |call| match path(call) {
            "/api/pull" => answers.next().unwrap_or_else(|| lines(&[])),
            _ => json(200, r#"{"models":[]}"#),
        });
        world.service.pull(ticket(1, 1), "ollama", "tiny");
        world.pass(6_000);
        let told = progress(&world);
        never_falls(&told);
        prop_assert_eq!(told[0].1, (0, None));
        let reports = world.reports();
        prop_assert_eq!(reports.last().map(|(_, report)| word(report)), Some("finished"));
        if let Some((_, (downloaded, Some(total)))) = told.last() {
            prop_assert_eq!(downloaded, total, "all of it at the end");
        }
    }
}
