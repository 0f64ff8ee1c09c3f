//! The download queue: requirements Q1 to Q5, Q7 and Q11.

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::event::Event;
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, ToWorker, Waiting};
use modelyard::engine::snapshot::{CancelReason, JobLifecycle, Presence};

use crate::models::{SIZE, model_of};
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
fn q4_cancel_settles_at_once_and_the_next_job_starts() {
    let mut world = World::new();
    let first = world.download("one");
    world.download("two");
    world.progress(500);
    let old = world.ticket();
    world.cancel(first);
    let job = world.job("one");
    assert_eq!(
        (job.lifecycle, job.cancel_reason),
        (JobLifecycle::Canceled, Some(CancelReason::User))
    );
    assert!(job.epoch > old.epoch);
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
    assert_eq!(world.model("one").presence, Presence::Absent);
    assert!(world.worker.partials.is_empty());
}

#[test]
fn q4_what_a_canceled_job_still_sends_is_dropped_and_counted() {
    let mut world = World::new();
    let job = world.download("one");
    world.progress(500);
    let old = world.worker.current.clone().expect("a transfer");
    let file = world.worker.commit(&old.files[0]);
    let ticket = old.ticket;
    world.cancel(job);
    world.late(Input::Worker(FromWorker::Progress {
        ticket,
        downloaded_bytes: 900,
        total_bytes: Some(SIZE),
        restarted: false,
    }));
    world.late(Input::Worker(FromWorker::Waits {
        ticket,
        waiting: Waiting::Offline,
    }));
    world.late(Input::Worker(FromWorker::Committed {
        ticket,
        file: file.clone(),
    }));
    world.late(Input::Worker(FromWorker::Finished {
        ticket,
        files: vec![file],
    }));
    world.late(Input::Worker(FromWorker::Failed {
        ticket,
        failure: failure(ErrorCode::Network),
    }));
    assert_eq!(world.shown.stale_dropped, 5);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Canceled));
}

#[test]
fn q4_what_a_canceled_attempt_sends_after_the_retry_is_dropped_too() {
    let mut world = World::new();
    let job = world.download("one");
    let old = world.worker.current.clone().expect("a transfer");
    world.cancel(job);
    world.retry(job);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
    let file = world.worker.commit(&old.files[0]);
    world.late(Input::Worker(FromWorker::Finished {
        ticket: old.ticket,
        files: vec![file],
    }));
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
}

#[test]
fn q4_canceling_a_queued_or_paused_job_removes_its_partial_file() {
    let mut world = World::new();
    let one = world.download("one");
    world.progress(300);
    world.pause(one);
    assert_eq!(world.model("one").presence, Presence::Partial);
    world.cancel(one);
    assert!(world.worker.partials.is_empty());
    assert_eq!(world.model("one").presence, Presence::Absent);
}

#[test]
fn q4_a_cancel_while_the_worker_is_away_is_made_good_when_it_is_back() {
    let mut world = World::new();
    let one = world.download("one");
    world.progress(300);
    world.lose_worker();
    world.cancel(one);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Canceled));
    world.start_worker();
    assert!(world.worker.partials.is_empty());
    assert_eq!(world.model("one").presence, Presence::Absent);
}

#[test]
fn q4_a_canceled_job_of_several_files_gives_back_those_it_had_committed() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["left", "right"]));
    let mut world = World::with(options);
    let job = world.download("pair");
    let files = world.worker.current.clone().expect("a transfer").files;
    let file = world.worker.commit(&files[0]);
    let ticket = world.ticket();
    world.says(FromWorker::Committed { ticket, file });
    world.cancel(job);
    world.deletes();
    assert!(world.worker.blobs.is_empty());
    assert_eq!(
        world.shown.storage.as_ref().map(|storage| storage.used_bytes),
        Some(0)
    );
}

#[test]
fn q4_what_a_job_committed_before_a_reload_goes_with_it_too() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["left", "right"]));
    let mut world = World::with(options);
    let job = world.download("pair");
    let files = world.worker.current.clone().expect("a transfer").files;
    world.worker.commit(&files[0]);
    world.reload();
    assert_eq!(world.model("pair").present_bytes, SIZE);
    world.cancel(job);
    world.deletes();
    assert!(world.worker.blobs.is_empty());
}

#[test]
fn q4_pause_keeps_the_bytes_and_lets_the_next_one_run() {
    let mut world = World::new();
    let one = world.download("one");
    world.download("two");
    world.progress(300);
    world.pause(one);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Paused));
    assert_eq!(world.model("one").present_bytes, 300);
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
    world.resume(one);
    assert_eq!(
        world.lifecycle("one"),
        Some(JobLifecycle::Queued),
        "it waits, but first"
    );
    world.finish();
    let progress = world.job("one").progress.clone().expect("progress");
    assert_eq!(
        (world.lifecycle("one"), progress.downloaded_bytes),
        (Some(JobLifecycle::Downloading), 300)
    );
}

#[test]
fn q4_pausing_and_resuming_a_thousand_times_leaves_one_transfer() {
    let mut world = World::new();
    let one = world.download("one");
    for _ in 0..1_000 {
        world.pause(one);
        world.resume(one);
    }
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Ready));
}

#[test]
fn q5_retry_works_from_failed_and_canceled_in_one_step_any_number_of_times() {
    let mut world = World::new();
    let one = world.download("one");
    for _ in 0..5 {
        world.fail(ErrorCode::Network);
        let reply = world.command(Command::Retry { job_id: one }).expect("retried");
        let epoch = world.job("one").epoch;
        assert_eq!(reply, Reply::Job { job_id: one, epoch });
        assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
        world.cancel(one);
        world.retry(one);
        assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
    }
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Ready));
}

#[test]
fn q5_a_retry_takes_the_wish_up_again_where_no_newer_one_came_in_between() {
    let mut world = World::new();
    world.select("a", "one");
    world.select("b", "one");
    world.fail(ErrorCode::Network);
    world.select("b", "two");
    world.retry(world.job("one").id);
    assert_eq!(world.requested("a"), Some("one"));
    assert_eq!(world.requested("b"), Some("two"));
    world.finish();
    world.finish();
    world.loaded(WLLAMA);
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!((world.active("a"), world.active("b")), (Some("one"), Some("two")));
}

#[test]
fn q5_a_retry_after_a_failed_load_loads_again_without_waiting_for_the_queue() {
    let mut world = World::new();
    world.select("a", "one");
    world.finish();
    world.download("two");
    world.load_fails(WLLAMA);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Failed));
    world.retry(world.job("one").id);
    assert_eq!(world.requested("a"), Some("one"));
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
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

#[test]
fn the_stop_of_a_job_comes_before_the_start_of_the_next() {
    let mut world = World::new();
    let one = world.download("one");
    world.download("two");
    let step = world.step(Input::Command(Command::Cancel { job_id: one }));
    let told: Vec<&ToWorker> = step
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Worker(message) => Some(message),
            _ => None,
        })
        .collect();
    assert!(matches!(
        told[..],
        [ToWorker::Stop { keep: false, .. }, ToWorker::Start { .. }]
    ));
}
