//! Pulls: jobs that a server carries out, in the one queue of the origin.

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::ids::Ticket;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, ToWorker, Waiting};
use modelyard::engine::snapshot::{JobLifecycle, JobOrigin, Phase, Presence};
use modelyard::engine::step::Step;

use crate::models::SIZE;
use crate::served::with_server;
use crate::server::OLLAMA;
use crate::world::{WLLAMA, World, failure};

const X: &str = "ollama/x";

/// A page with a server that has "has", and "x" about to be pulled.
fn about_to_pull() -> World {
    let mut world = World::with(with_server());
    world.list(&["has"]);
    world.add_served("x");
    world
}

fn pulls(step: &Step) -> Vec<&str> {
    let mut names = Vec::new();
    for effect in &step.effects {
        if let Effect::Pull { name, .. } = effect {
            names.push(name.as_str());
        }
    }
    names
}

#[test]
fn c4_an_absent_model_is_pulled_while_the_active_one_goes_on_answering() {
    let mut world = about_to_pull();
    world.select("a", "ollama/has");
    let intent = world.select("a", X);
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Downloading));
    assert_eq!(world.job(X).origin, JobOrigin::Selection);
    let pull = world.server.pull.clone().expect("a pull");
    assert_eq!((pull.model.as_str(), pull.name.as_str()), (X, "x"));
    world.ask("a").expect("an answer");
    assert_eq!(world.server.answers[0].1.as_str(), "ollama/has");
    world.pull_progress(1, Some(2));
    let step = world.pull_finishes();
    let kinds: Vec<&str> = step
        .events
        .iter()
        .map(|event| match event {
            Event::DownloadProgress { progress } if progress.percentage == Some(100.0) => "whole",
            Event::DownloadCompiling { .. } => "compiling",
            Event::DownloadReady { .. } => "ready",
            Event::ModelActivated { .. } => "activated",
            Event::SelectionSettled { .. } => "settled",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["whole", "compiling", "ready", "activated", "settled"]);
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    assert_eq!(world.model(X).presence, Presence::Cached);
}

#[test]
fn q1_pulls_and_downloads_stand_in_one_queue() {
    let mut world = about_to_pull();
    world.download("one");
    world.download(X);
    world.download("two");
    assert_eq!(world.server.pull, None);
    assert_eq!(world.job(X).position, Some(0));
    world.finish();
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Downloading));
    assert_eq!(world.worker.current, None);
    world.pull_finishes();
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
}

#[test]
fn a_pull_needs_no_worker_and_a_worker_that_comes_or_goes_does_not_touch_it() {
    let mut world = about_to_pull();
    world.lose_worker();
    world.download("one");
    world.download(X);
    let ticket = world.pulling();
    assert_eq!(
        world.lifecycle("one"),
        Some(JobLifecycle::Queued),
        "it let the pull pass"
    );
    world.start_worker();
    assert_eq!(world.pulling(), ticket);
    world.lose_worker();
    assert_eq!(world.pulling(), ticket);
    world.pull_progress(3, None);
    world.pull_finishes();
    world.start_worker();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
}

#[test]
fn only_the_leading_tab_pulls_and_each_time_under_a_new_epoch() {
    let mut world = about_to_pull();
    world.lead(false);
    world.download(X);
    assert_eq!(world.server.pull, None);
    world.lead(true);
    let first = world.pulling();
    world.lead(false);
    assert_eq!(world.server.pull, None, "it was stopped");
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Downloading));
    world.lead(true);
    assert!(world.pulling().epoch > first.epoch);
}

#[test]
fn a_pull_is_paused_resumed_canceled_and_retried_and_its_server_is_told() {
    let mut world = about_to_pull();
    let job = world.download(X);
    world.pull_progress(5, Some(10));
    let first = world.pulling();
    world.pause(job);
    assert_eq!(
        (world.server.past.last(), &world.server.pull),
        (Some(&first), &None)
    );
    assert_eq!(
        world.job(X).progress.as_ref().map(|p| p.downloaded_bytes),
        Some(5)
    );
    world.resume(job);
    let second = world.pulling();
    assert!(second.epoch > first.epoch);
    world.cancel(job);
    assert_eq!(
        (world.server.past.last(), &world.server.pull),
        (Some(&second), &None)
    );
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Canceled));
    assert_eq!(world.model(X).presence, Presence::Absent);
    world.retry(job);
    assert!(world.pulling().epoch > second.epoch);
    world.pull_fails(ErrorCode::Network);
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Failed));
    world.retry(job);
    world.pull_finishes();
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Ready));
    assert!(
        world
            .worker
            .heard
            .iter()
            .all(|said| !matches!(said, ToWorker::Stop { .. } | ToWorker::Discard { .. }))
    );
}

#[test]
fn what_is_said_of_an_old_attempt_is_late() {
    let mut world = about_to_pull();
    let job = world.download(X);
    let old = world.pulling();
    world.pause(job);
    world.resume(job);
    let words = |ticket: Ticket| {
        [
            FromWorker::Progress {
                ticket,
                downloaded_bytes: 9,
                total_bytes: Some(9),
                restarted: false,
            },
            FromWorker::Waits {
                ticket,
                waiting: Waiting::Offline,
            },
            FromWorker::Finished {
                ticket,
                files: Vec::new(),
            },
            FromWorker::Failed {
                ticket,
                failure: failure(ErrorCode::Network),
                kept_bytes: None,
            },
        ]
    };
    for word in words(old) {
        world.late(Input::Pull(word));
    }
    let current = world.pulling();
    world.cancel(job);
    for word in words(current) {
        world.late(Input::Pull(word));
    }
}

#[test]
fn what_only_a_worker_can_say_is_not_taken_of_a_pull() {
    let mut world = about_to_pull();
    world.download(X);
    let ticket = world.pulling();
    let file = world.worker.commit(&crate::models::file("one"));
    let ready = world.worker.ready();
    world.late(Input::Pull(FromWorker::Committed {
        ticket,
        file: file.clone(),
    }));
    world.late(Input::Pull(ready));
    world.late(Input::Pull(FromWorker::Alive));
    // Files of a server are none of this device's.
    let pull = world.server.pull.take().expect("a pull");
    world.server.has.insert(pull.name);
    world.pull_says(FromWorker::Finished {
        ticket,
        files: vec![file],
    });
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Ready));
    assert_eq!(
        world.shown.storage.as_ref().map(|storage| storage.used_bytes),
        Some(0)
    );
    assert_eq!(world.model("one").presence, Presence::Absent);
}

#[test]
fn q6_progress_never_falls_though_parts_are_named_one_by_one_and_100_comes_last() {
    let mut world = about_to_pull();
    world.download(X);
    let shown = |world: &World| {
        let progress = world.job(X).progress.clone().expect("progress");
        (
            progress.downloaded_bytes,
            progress.total_bytes,
            progress.percentage,
        )
    };
    assert_eq!(shown(&world), (0, None, None));
    world.pull_progress(300, None);
    world.pull_progress(500, Some(500));
    assert_eq!(shown(&world), (500, Some(500), Some(99.9)));
    world.pull_progress(400, Some(1_000));
    assert_eq!(shown(&world), (500, Some(1_000), Some(99.9)));
    world.pull_progress(800, Some(200));
    assert_eq!(shown(&world), (800, Some(1_000), Some(99.9)));
    world.pull_finishes();
    assert_eq!(shown(&world), (1_000, Some(1_000), Some(100.0)));
    assert_eq!(
        world.job(X).progress.as_ref().map(|p| p.phase),
        Some(Phase::Ready)
    );
}

#[test]
fn a_pull_that_waits_says_why() {
    let mut world = about_to_pull();
    world.download(X);
    let waiting = Waiting::Retry {
        attempt: 1,
        until_ms: world.now + 1,
        failure: Box::new(failure(ErrorCode::Network)),
    };
    let ticket = world.pulling();
    world.pull_says(FromWorker::Waits {
        ticket,
        waiting: waiting.clone(),
    });
    assert_eq!(world.job(X).waiting, Some(waiting));
    world.pull_progress(5, None);
    assert_eq!(world.job(X).waiting, None);
}

#[test]
fn a_wish_whose_pull_fails_goes_back_to_the_active_model() {
    let mut world = about_to_pull();
    world.activate("a", "one");
    let intent = world.select("a", X);
    world.pull_fails(ErrorCode::NotFound);
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::NotFound && failure.model.as_deref() == Some(X))
    );
    assert_eq!(
        (world.active("a"), world.requested("a")),
        (Some("one"), Some("one"))
    );
    // A list without it leaves the job and its model for a retry.
    world.list(&["has"]);
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Failed));
    let job = world.job(X).id;
    world.retry(job);
    world.pull_finishes();
    assert_eq!(world.active("a"), Some(X));
}

#[test]
fn a_full_disk_at_the_server_pauses_the_pull() {
    let mut world = about_to_pull();
    world.download(X);
    world.pull_fails(ErrorCode::StorageFull);
    let job = world.job(X);
    assert_eq!(job.lifecycle, JobLifecycle::Paused);
    assert_eq!(
        job.failure.as_ref().map(|why| why.code),
        Some(ErrorCode::StorageFull)
    );
}

#[test]
fn m6_what_is_here_is_pulled_again_and_stays_meanwhile() {
    let mut world = about_to_pull();
    world.select("a", "ollama/has");
    let job = world.download("ollama/has");
    assert_eq!(world.model("ollama/has").presence, Presence::Cached);
    world.ask("a").expect("an answer");
    world.pull_finishes();
    assert_eq!(world.lifecycle("ollama/has"), Some(JobLifecycle::Ready));
    let again = world.download("ollama/has");
    assert_ne!(job, again);
    world.cancel(again);
    assert_eq!(world.model("ollama/has").presence, Presence::Cached);
}

#[test]
fn q8_a_pull_goes_on_by_itself_after_a_reload() {
    let mut world = about_to_pull();
    let intent = world.select("a", X);
    world.download("one");
    world.pull_progress(5, Some(10));
    let before = world.pulling();
    world.reload();
    let after = world.pulling();
    assert_eq!(after.job, before.job);
    assert!(after.epoch > before.epoch);
    assert_eq!(world.job("one").position, Some(0));
    world.list(&["has"]);
    assert_eq!(world.pulling(), after, "a list does not disturb it");
    world.pull_finishes();
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    world.reload();
    assert!(
        world.shown.jobs.values().all(|job| job.model_id != X),
        "a job that is done is not kept"
    );
}

#[test]
fn a_stored_pull_waits_for_its_server_and_holds_nobody_up() {
    let mut world = about_to_pull();
    world.download(X);
    world.download("one");
    // The page starts without having been told of any server.
    world.options.servers.clear();
    world.reload();
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Queued));
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
    world.finish();
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Queued));
    let step = world.list(&["has"]);
    assert_eq!(pulls(&step), ["x"]);
}

#[test]
fn a_superseded_pull_that_has_not_started_is_canceled_and_one_that_has_goes_on() {
    let mut world = about_to_pull();
    world.download("one");
    world.select("a", X);
    world.select("a", "ollama/has");
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Canceled));
    world.finish();
    world.select("a", X);
    world.select("a", "ollama/has");
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Downloading));
    world.pull_finishes();
    assert_eq!(world.active("a"), Some("ollama/has"));
}

#[test]
fn a_canceled_pull_that_is_taken_off_the_list_takes_its_model_along() {
    let mut world = about_to_pull();
    let job_id = world.download(X);
    world.cancel(job_id);
    world.list(&["has"]);
    assert!(world.shown.models.contains_key(X));
    let reply = world.command(Command::Dismiss { job_id });
    assert_eq!(reply, Ok(Reply::Done));
    assert!(!world.shown.models.contains_key(X));
}

#[test]
fn a_model_that_comes_by_another_way_is_active_though_its_pull_goes_on() {
    let mut world = about_to_pull();
    let intent = world.select("a", X);
    world.list(&["has", "x"]);
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Downloading));
    world.pull_finishes();
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Ready));
}

#[test]
fn a_ready_pull_whose_model_the_server_lost_is_a_story_that_is_over() {
    let mut world = about_to_pull();
    world.download(X);
    world.pull_finishes();
    world.list(&["has"]);
    assert!(world.shown.jobs.is_empty());
    assert!(!world.shown.models.contains_key(X));
    assert!(world.disk.jobs.is_empty());
}

#[test]
fn an_engine_that_compiles_is_not_asked_for_a_served_model() {
    let mut world = about_to_pull();
    world.select("a", "one");
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    world.select("b", X);
    world.pull_finishes();
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Ready));
    world.loaded(WLLAMA);
    assert_eq!((world.active("a"), world.active("b")), (Some("one"), Some(X)));
    assert_eq!(world.shown.engines[OLLAMA].model, None);
    assert!(world.worker.blobs.values().sum::<u64>() >= SIZE);
}
