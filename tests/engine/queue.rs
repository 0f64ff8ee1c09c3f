//! The download queue: requirements Q1 to Q3, Q7 and Q11.

use modelyard::engine::command::Command;
use modelyard::engine::event::Event;
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, ToWorker, Waiting};
use modelyard::engine::snapshot::{JobLifecycle, Presence};

use crate::models::model_of;
use crate::world::{WLLAMA, World, failure, options};

fn order(world: &World) -> Vec<String> {
    let mut queued: Vec<_> = world
        .shown
        .jobs
        .values()
        .filter(|job| job.position.is_some())
        .collect();
    queued.sort_by_key(|job| job.position);
    queued.into_iter().map(|job| job.model_id.clone()).collect()
}

fn place(world: &mut World, model: &str, position: u32) {
    let job_id = world.job(model).id;
    world.command(Command::Move { job_id, position }).expect("moved");
}

#[test]
fn q1_one_job_downloads_and_the_others_wait_first_in_first_out() {
    let mut world = World::new();
    for model in ["one", "two", "three"] {
        world.download(model);
    }
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
    assert_eq!(order(&world), ["two", "three"]);
    world.finish();
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
    world.finish();
    assert_eq!(world.lifecycle("three"), Some(JobLifecycle::Downloading));
}

#[test]
fn q1_a_retry_enters_at_the_head() {
    let mut world = World::new();
    for model in ["one", "two", "three"] {
        world.download(model);
    }
    world.cancel(world.job("three").id);
    world.retry(world.job("three").id);
    assert_eq!(order(&world), ["three", "two"]);
}

#[test]
fn q1_queued_jobs_can_be_reordered_and_only_those() {
    let mut world = World::new();
    for model in ["one", "two", "three", "four"] {
        world.download(model);
    }
    place(&mut world, "four", 0);
    assert_eq!(order(&world), ["four", "two", "three"]);
    place(&mut world, "four", 99);
    assert_eq!(order(&world), ["two", "three", "four"]);
    place(&mut world, "two", 1);
    assert_eq!(order(&world), ["three", "two", "four"]);
    let job_id = world.job("one").id;
    let refused = world
        .command(Command::Move { job_id, position: 0 })
        .expect_err("it runs");
    assert_eq!(refused.code, ErrorCode::InvalidInput);
}

#[test]
fn q1_one_model_compiles_in_one_engine() {
    let mut world = World::new();
    world.activate("b", "three");
    world.ask("b").expect("an answer");
    world.select("a", "one");
    world.open("c");
    world.select("c", "two");
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    world.finish();
    assert_eq!(
        world.lifecycle("two"),
        Some(JobLifecycle::Ready),
        "its bytes are here; it is loaded after one"
    );
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Ready));
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!((world.active("a"), world.active("c")), (Some("one"), Some("two")));
}

#[test]
fn q1_nothing_starts_while_another_tab_leads() {
    let mut world = World::new();
    world.lead(false);
    world.download("one");
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Queued));
    world.lead(true);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
}

#[test]
fn q1_a_tab_that_loses_the_lead_stops_its_worker_and_keeps_the_bytes() {
    let mut world = World::new();
    world.download("one");
    world.progress(400);
    let old = world.ticket();
    world.lead(false);
    assert_eq!(
        world.worker.heard.last(),
        Some(&ToWorker::Stop {
            ticket: old,
            keep: true
        })
    );
    world.late(Input::Worker(FromWorker::Finished {
        ticket: old,
        files: Vec::new(),
    }));
    world.lead(true);
    assert!(world.ticket().epoch > old.epoch);
    assert_eq!(
        world
            .job("one")
            .progress
            .as_ref()
            .map(|progress| progress.downloaded_bytes),
        Some(400)
    );
}

#[test]
fn q2_asking_twice_gives_the_same_job() {
    let mut world = World::new();
    let first = world.download("one");
    world.select("a", "one");
    assert_eq!(world.download("one"), first);
    assert_eq!(world.shown.jobs.len(), 1);
}

#[test]
fn q2_a_thousand_askings_are_one_job() {
    let mut world = World::new();
    world.download("two");
    let first = world.download("one");
    for _ in 0..1_000 {
        assert_eq!(world.download("one"), first);
    }
    assert_eq!(order(&world), ["one"]);
}

#[test]
fn q2_a_model_whose_files_came_with_another_one_needs_no_download() {
    let mut options = options();
    options.models.push(model_of("twin", WLLAMA, &["one"]));
    let mut world = World::with(options);
    world.cache("one");
    let starts = world.worker.heard.len();
    world.select("a", "twin");
    assert_eq!(world.model("twin").presence, Presence::Cached);
    assert_eq!(world.worker.heard.len(), starts);
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("twin"));
}

#[test]
fn q2_canceling_one_of_two_jobs_that_share_a_file_keeps_what_the_other_needs() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["one", "extra"]));
    let mut world = World::with(options);
    world.download("pair");
    world.progress(600);
    world.download("one");
    let ticket = world.ticket();
    world.cancel(world.job("pair").id);
    let heard = &world.worker.heard;
    assert!(
        heard.contains(&ToWorker::Stop { ticket, keep: true }),
        "the shared part stays"
    );
    assert!(
        heard
            .iter()
            .any(|message| matches!(message, ToWorker::Discard { files }
        if files.len() == 1 && files[0].name == "extra.gguf"))
    );
}

#[test]
fn q3_what_the_table_does_not_allow_is_an_error_and_changes_nothing() {
    let mut world = World::new();
    let running = world.download("one");
    let queued = world.download("two");
    for command in [
        Command::Resume { job_id: running },
        Command::Retry { job_id: running },
        Command::Dismiss { job_id: running },
        Command::Pause { job_id: queued },
        Command::Resume { job_id: queued },
        Command::Retry { job_id: queued },
        Command::Dismiss { job_id: queued },
    ] {
        let refused = world.command(command.clone()).expect_err("not allowed");
        assert_eq!(refused.code, ErrorCode::InvalidInput, "{command:?}");
        assert_eq!(refused.field.as_deref(), Some("jobId"));
    }
    world.finish();
    for command in [
        Command::Cancel { job_id: running },
        Command::Pause { job_id: running },
        Command::Retry { job_id: running },
    ] {
        assert!(world.command(command).is_err());
    }
}

#[test]
fn q7_a_dead_worker_leaves_no_attempt_behind() {
    let mut world = World::new();
    world.download("one");
    world.progress(500);
    let old = world.worker.current.clone().expect("a transfer");
    world.lose_worker();
    let file = world.worker.commit(&old.files[0]);
    world.late(Input::Worker(FromWorker::Finished {
        ticket: old.ticket,
        files: vec![file],
    }));
    world.worker.blobs.clear();
    world.start_worker();
    assert!(world.ticket().epoch > old.ticket.epoch);
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Ready));
}

#[test]
fn q7_a_transfer_says_nothing_more_after_it_has_finished() {
    let mut world = World::new();
    world.select("a", "one");
    let finished = world.worker.finish();
    world.says(finished.clone());
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    let ticket = world.worker.past[0];
    world.late(Input::Worker(finished));
    world.late(Input::Worker(FromWorker::Failed {
        ticket,
        failure: failure(ErrorCode::Network),
        kept_bytes: None,
    }));
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
}

#[test]
fn q7_a_worker_that_is_ready_twice_gets_the_running_job_under_a_new_epoch() {
    let mut world = World::new();
    world.download("one");
    let old = world.ticket();
    world.worker.die();
    world.start_worker();
    assert!(world.ticket().epoch > old.epoch);
}

#[test]
fn q7_ready_means_cached_even_after_the_files_vanished() {
    let mut world = World::new();
    world.cache("one");
    world.lose_worker();
    world.worker.blobs.clear();
    world.start_worker();
    assert_eq!(world.model("one").presence, Presence::Absent);
    assert_eq!(world.lifecycle("one"), None);
    world.download("one");
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
}

#[test]
fn q7_a_model_that_vanishes_while_it_compiles_fails() {
    let mut world = World::new();
    world.activate("b", "two");
    world.ask("b").expect("an answer");
    let intent = world.select("a", "one");
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    world.lose_worker();
    world.worker.blobs.clear();
    world.removed.insert("two".to_owned());
    world.start_worker();
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Failed));
    assert!(world.outcome("a", intent).is_some());
}

#[test]
fn q7_files_that_are_not_those_of_the_manifest_never_become_ready() {
    let mut world = World::new();
    world.download("one");
    let transfer = world.worker.current.take().expect("a transfer");
    world.worker.past.push(transfer.ticket);
    world.says(FromWorker::Finished {
        ticket: transfer.ticket,
        files: Vec::new(),
    });
    let job = world.job("one");
    assert_eq!(job.lifecycle, JobLifecycle::Failed);
    assert_eq!(
        job.failure.as_ref().map(|failure| failure.code),
        Some(ErrorCode::Integrity)
    );
}

#[test]
fn after_a_failure_only_what_is_safe_counts_as_present() {
    for code in [ErrorCode::Network, ErrorCode::StorageFull] {
        let mut world = World::new();
        world.download("one");
        world.progress(600);
        let transfer = world.worker.current.take().expect("a transfer");
        world.says(FromWorker::Failed {
            ticket: transfer.ticket,
            failure: failure(code),
            kept_bytes: Some(512),
        });
        assert_eq!(world.model("one").present_bytes, 512);
    }
}

#[test]
fn q11_a_full_disk_pauses_with_the_bytes_needed_and_keeps_the_partial() {
    let mut world = World::new();
    let intent = world.select("a", "one");
    world.progress(600);
    let transfer = world.worker.current.take().expect("a transfer");
    let mut full = failure(ErrorCode::StorageFull);
    full.needed_bytes = Some(400);
    let step = world.says(FromWorker::Failed {
        ticket: transfer.ticket,
        failure: full,
        kept_bytes: None,
    });
    assert!(step.events.iter().any(
        |event| matches!(event, Event::DownloadPaused { failure: Some(why), .. }
        if why.needed_bytes == Some(400))
    ));
    let job = world.job("one");
    assert_eq!(job.lifecycle, JobLifecycle::Paused);
    assert_eq!(
        job.failure.as_ref().and_then(|failure| failure.needed_bytes),
        Some(400)
    );
    assert_eq!(world.model("one").present_bytes, 600);
    assert_eq!(world.outcome("a", intent), None, "the wish waits for room");
    world.resume(job.id);
    world.finish();
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn q11_a_running_transfer_that_finds_the_disk_full_says_how_much_it_needs() {
    let mut world = World::new();
    world.download("one");
    let ticket = world.ticket();
    let waiting = Waiting::StorageFull {
        needed_bytes: Some(400),
    };
    world.says(FromWorker::Waits {
        ticket,
        waiting: waiting.clone(),
    });
    assert_eq!(world.job("one").waiting, Some(waiting));
    world.progress(100);
    assert_eq!(world.job("one").waiting, None, "it moves again");
}

#[test]
fn a_settled_job_can_be_taken_off_the_list() {
    let mut world = World::new();
    let one = world.download("one");
    world.cancel(one);
    world.command(Command::Dismiss { job_id: one }).expect("gone");
    assert!(world.shown.jobs.is_empty() && world.disk.jobs.is_empty());
    assert_ne!(world.download("one"), one, "a number is never used again");
}
