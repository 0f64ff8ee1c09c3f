//! What lasts: reloads, crashes, and what the worker finds on the disk (requirements Q8, C8, C10).

use modelyard::engine::command::Command;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::ids::JobId;
use modelyard::engine::input::Input;
use modelyard::engine::manifest::ModelManifest;
use modelyard::engine::protocol::{ToWorker, WeightsBackEnd};
use modelyard::engine::snapshot::{CancelReason, JobLifecycle, Presence};

use crate::models::{SIZE, digest_of, model, model_of};
use crate::world::{WEBLLM, WLLAMA, World, failure, options, storage};

fn add(world: &mut World, models: Vec<ModelManifest>) {
    world
        .command(Command::AddModels { models })
        .expect("good manifests");
}

#[test]
fn q8_the_queue_goes_on_by_itself_the_running_job_first() {
    let mut world = World::new();
    for model in ["one", "two", "three"] {
        world.download(model);
    }
    world.progress(400);
    world.reload();
    let job = world.job("one");
    assert_eq!(job.lifecycle, JobLifecycle::Downloading);
    assert_eq!(
        job.progress.as_ref().map(|progress| progress.downloaded_bytes),
        Some(400)
    );
    assert_eq!(
        (world.job("two").position, world.job("three").position),
        (Some(0), Some(1))
    );
}

#[test]
fn q8_settled_and_paused_jobs_are_what_they_were() {
    let mut world = World::new();
    let one = world.download("one");
    world.progress(300);
    world.pause(one);
    world.download("two");
    world.fail(ErrorCode::Unauthorized);
    let three = world.download("three");
    world.cancel(three);
    world.cache("four");
    world.reload();
    let paused = world.job("one");
    assert_eq!(paused.lifecycle, JobLifecycle::Paused);
    assert_eq!(
        paused.progress.as_ref().map(|progress| progress.downloaded_bytes),
        Some(300)
    );
    assert_eq!(
        world.job("two").failure.as_ref().map(|why| why.code),
        Some(ErrorCode::Unauthorized)
    );
    assert_eq!(world.job("three").cancel_reason, Some(CancelReason::User));
    assert_eq!(
        (world.model("four").presence, world.lifecycle("four")),
        (Presence::Cached, None)
    );
    assert_eq!(world.worker.current, None);
    world.retry(world.job("two").id);
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Downloading));
}

#[test]
fn q8_every_attempt_after_a_reload_has_a_new_epoch() {
    let mut world = World::new();
    world.download("one");
    let old = world.ticket();
    world.reload();
    assert!(world.ticket().epoch > old.epoch);
    world.late(Input::Worker(modelyard::engine::protocol::FromWorker::Finished {
        ticket: old,
        files: Vec::new(),
    }));
}

#[test]
fn q8_a_download_goes_on_before_the_app_has_named_its_model() {
    let mut world = World::new();
    add(&mut world, vec![model("extra", WLLAMA)]);
    world.download("extra");
    world.reload();
    assert_eq!(world.lifecycle("extra"), Some(JobLifecycle::Downloading));
    world.finish();
    assert_eq!(world.model("extra").presence, Presence::Cached);
}

#[test]
fn q8_a_crash_between_the_last_commit_and_its_record_costs_nothing() {
    let mut world = World::new();
    let intent = world.select("a", "one");
    let files = world.worker.current.clone().expect("a transfer").files;
    world.worker.commit(&files[0]);
    world.reload();
    assert_eq!(world.model("one").presence, Presence::Cached);
    world.loaded(WLLAMA);
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
}

#[test]
fn a_wish_that_was_open_goes_on_after_the_reload() {
    let mut world = World::new();
    let a = world.select("a", "one");
    let b = world.select("b", "five");
    world.finish();
    world.reload();
    world.loaded(WLLAMA);
    assert_eq!(world.outcome("a", a), Some(&SelectionOutcome::Activated));
    assert_eq!(world.outcome("b", b), None);
    world.finish();
    world.loaded(WEBLLM);
    assert_eq!(world.outcome("b", b), Some(&SelectionOutcome::Activated));
}

#[test]
fn a_wish_whose_download_is_lost_ends_and_fetches_nothing() {
    let mut world = World::new();
    let intent = world.select("a", "one");
    world.disk.jobs.clear();
    world.disk.order.clear();
    world.reload();
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Canceled));
    assert_eq!(world.worker.current, None);
}

#[test]
fn a_wish_for_a_model_nobody_names_any_more_ends() {
    let mut world = World::new();
    add(&mut world, vec![model("extra", WLLAMA)]);
    world.cache("extra");
    let intent = world.select("a", "extra");
    world.reload();
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::NotFound)
    );
    assert_eq!(world.requested("a"), None);
}

#[test]
fn a_wish_for_a_model_whose_engine_is_gone_ends() {
    let mut world = World::new();
    world.cache("five");
    let intent = world.select("a", "five");
    world.options.engines.retain(|engine| engine.as_str() != WEBLLM);
    world.reload();
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::Unsupported)
    );
}

#[test]
fn an_active_model_nobody_names_any_more_stays_named_and_never_becomes_another_one() {
    let mut world = World::new();
    add(&mut world, vec![model("extra", WLLAMA)]);
    world.activate("a", "extra");
    world.reload();
    assert_eq!(world.active("a"), Some("extra"));
    assert_eq!(world.ask("a").expect_err("unknown").code, ErrorCode::NotFound);
    add(&mut world, vec![model("extra", WLLAMA)]);
    assert_eq!(world.model("extra").presence, Presence::Cached);
    world.ask("a").expect("an answer");
}

#[test]
fn files_without_a_digest_are_still_known_when_their_model_is_named_late() {
    let mut loose = model("loose", WLLAMA);
    loose.files[0].sha256 = None;
    let mut world = World::new();
    add(&mut world, vec![loose.clone()]);
    world.cache("loose");
    assert_eq!(world.model("loose").verified, Some(false));
    world.reload();
    add(&mut world, vec![loose]);
    assert_eq!(world.model("loose").presence, Presence::Cached);
    assert_eq!(world.model("loose").verified, Some(false));
}

#[test]
fn partial_bytes_are_seen_when_a_model_is_named_late() {
    let mut world = World::new();
    add(&mut world, vec![model("extra", WLLAMA)]);
    let job = world.download("extra");
    world.progress(300);
    world.fail(ErrorCode::Network);
    world.command(Command::Dismiss { job_id: job }).expect("gone");
    world.reload();
    add(&mut world, vec![model("extra", WLLAMA)]);
    assert_eq!(
        (world.model("extra").presence, world.model("extra").present_bytes),
        (Presence::Partial, 300)
    );
}

#[test]
fn of_two_stored_jobs_of_one_model_the_newer_counts_and_the_other_is_forgotten() {
    for swap in [false, true] {
        let mut world = World::new();
        world.download("one");
        let record = world.disk.jobs.values().next().cloned().expect("a record");
        let mut other = record.clone();
        other.id = JobId::from_number(record.id.get() + 7);
        world.disk.jobs.insert(other.id, other.clone());
        world.disk.order = if swap {
            vec![other.id, record.id]
        } else {
            vec![record.id, other.id]
        };
        world.reload();
        assert_eq!(world.job("one").id, other.id.get());
        assert_eq!(world.disk.jobs.keys().copied().collect::<Vec<_>>(), [other.id]);
    }
}

#[test]
fn a_model_whose_file_was_replaced_under_its_id_is_fetched_anew_and_the_old_file_goes() {
    let mut world = World::new();
    world.cache("one");
    let mut newer = model("one", WLLAMA);
    newer.files[0].sha256 = Some(digest_of("newer"));
    add(&mut world, vec![newer]);
    assert_eq!(world.model("one").presence, Presence::Absent);
    assert_eq!(world.lifecycle("one"), None);
    world.cache("one");
    world.deletes();
    assert!(!world.worker.blobs.contains_key(&digest_of("one")));
    assert_eq!(world.model("one").presence, Presence::Cached);
}

#[test]
fn of_a_model_of_several_files_only_the_lost_one_is_fetched_again() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["left", "right"]));
    let mut world = World::with(options);
    world.cache("pair");
    world.lose_worker();
    world.worker.blobs.remove(&digest_of("left"));
    world.start_worker();
    assert_eq!(
        (world.model("pair").presence, world.model("pair").present_bytes),
        (Presence::Partial, SIZE)
    );
    world.download("pair");
    let progress = world.job("pair").progress.clone().expect("progress");
    assert_eq!(progress.downloaded_bytes, SIZE);
}

#[test]
fn restoring_makes_no_events_of_activation() {
    let mut world = World::new();
    world.activate("a", "one");
    world.events.clear();
    world.reload();
    let restored =
        world.said(|event| matches!(event, Event::ModelActivated { .. } | Event::ModelSelected { .. }));
    assert!(!restored);
}

#[test]
fn where_weights_are_kept_is_what_the_worker_says_whoever_speaks_first() {
    for worker_first in [true, false] {
        let mut world = World::before_start(options());
        let mut found = storage();
        found.weights = WeightsBackEnd::Memory;
        if worker_first {
            world.start_worker();
            world.step(Input::Storage(found));
        } else {
            world.step(Input::Storage(found));
            world.start_worker();
        }
        assert_eq!(
            world.shown.storage.as_ref().map(|storage| storage.weights),
            Some(WeightsBackEnd::Opfs)
        );
    }
}

#[test]
fn what_could_not_be_stored_is_said_and_shown() {
    let mut world = World::new();
    world.step(Input::PersistFailed(failure(ErrorCode::StorageFull)));
    let shown = world
        .shown
        .storage
        .as_ref()
        .and_then(|storage| storage.failure.as_ref());
    assert_eq!(shown.map(|why| why.code), Some(ErrorCode::StorageFull));
    assert!(world.said(|event| matches!(event, Event::StorageFailed { .. })));
}

#[test]
fn nothing_is_told_to_a_worker_before_it_is_ready() {
    let mut world = World::before_start(options());
    world.lead(true);
    world.open("a");
    world.download("one");
    world.select("a", "two");
    assert_eq!(world.worker.heard, []);
    world.start_worker();
    assert!(matches!(world.worker.heard[..], [ToWorker::Start { .. }]));
}
