//! Jobs stopped and started again: requirements Q4 and Q5.

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, ToWorker, Waiting};
use modelyard::engine::snapshot::{CancelReason, JobLifecycle, Presence};

use crate::models::{SIZE, model_of};
use crate::world::{WLLAMA, World, failure, options};

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
        kept_bytes: None,
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
fn q4_committed_files_without_a_known_digest_go_with_the_job_too() {
    let mut options = options();
    let mut pair = model_of("pair", WLLAMA, &["left", "right"]);
    pair.files.iter_mut().for_each(|file| file.sha256 = None);
    options.models.push(pair);
    let mut world = World::with(options);
    let job = world.download("pair");
    let files = world.worker.current.clone().expect("a transfer").files;
    let file = world.worker.commit(&files[0]);
    let ticket = world.ticket();
    world.says(FromWorker::Committed { ticket, file });
    world.cancel(job);
    world.deletes();
    assert!(world.worker.blobs.is_empty());
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
