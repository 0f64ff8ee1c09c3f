//! Faults 1 to 20 of programs like this one, each named after what must happen instead.

use modelyard::engine::command::Command;
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, ToWorker};
use modelyard::engine::snapshot::{JobLifecycle, Presence, Residency};

use crate::models::model_id;
use crate::world::{WLLAMA, World, failure};

#[test]
fn fault_01_canceling_the_active_download_never_waits_for_its_worker() {
    let mut world = World::new();
    let one = world.download("one");
    world.download("two");
    let old = world.ticket();
    world.cancel(one);
    // The worker never answers for the old ticket, and the queue goes on all the same.
    assert_ne!(world.ticket(), old);
    world.finish();
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Ready));
}

#[test]
fn fault_02_retry_queues_and_starts_in_one_step() {
    let mut world = World::new();
    let one = world.download("one");
    world.fail(ErrorCode::Network);
    let step = world.step(Input::Command(Command::Retry { job_id: one }));
    assert!(step.reply.is_ok());
    assert!(
        step.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Worker(ToWorker::Start { .. })))
    );
}

#[test]
fn fault_03_starting_a_download_leaves_the_answering_model_alone() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    world.select("a", "two");
    world.progress(500);
    assert!(world.answering(WLLAMA).is_some());
    assert_eq!(world.model("one").residency, Residency::Resident);
    world.answer_ends(WLLAMA);
    world.ask("a").expect("still usable");
    assert!(world.answering(WLLAMA).is_some());
}

#[test]
fn fault_04_going_back_to_x_while_y_loads_loads_x_before_it_is_shown() {
    let mut world = World::new();
    world.cache("two");
    world.activate("a", "one");
    world.select("a", "two");
    world.unloaded(WLLAMA);
    let (load_of_two, _) = world.loading(WLLAMA).expect("a load");
    let back = world.select("a", "one");
    assert_eq!(world.outcome("a", back), None, "one is not loaded yet");
    world.late(Input::Loaded { load: load_of_two });
    world.unloaded(WLLAMA);
    assert_eq!(
        world.loading(WLLAMA).map(|(_, model)| model).as_deref(),
        Some("one")
    );
    world.ask("a").expect("an answer");
    world.loaded(WLLAMA);
    assert_eq!(world.outcome("a", back), Some(&SelectionOutcome::Activated));
    assert_eq!(
        world.answering(WLLAMA).map(|(_, model)| model),
        Some(model_id("one"))
    );
}

#[test]
fn fault_04_an_obsolete_queued_model_never_evicts_the_one_in_use() {
    let mut world = World::new();
    world.cache("one");
    world.download("three");
    world.select("a", "one");
    world.select("a", "two");
    world.select("a", "one");
    world.unloaded(WLLAMA);
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
    world.finish();
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Canceled));
    assert!(world.host.has("one"));
}

#[test]
fn fault_05_the_second_of_two_rapid_clicks_wins_without_any_conflict() {
    let mut world = World::new();
    let first = world.select("a", "one");
    let second = world.select("a", "two");
    assert_eq!(second, first + 1);
    assert_eq!(world.requested("a"), Some("two"));
    let stored = world
        .disk
        .conversations
        .values()
        .find(|record| record.id.as_str() == "a");
    assert_eq!(stored.map(|record| record.intent), Some(second));
}

#[test]
fn fault_06_a_failure_after_a_cancel_and_retry_is_shown_as_a_failure() {
    let mut world = World::new();
    let one = world.download("one");
    world.cancel(one);
    world.retry(one);
    world.fail(ErrorCode::Integrity);
    let job = world.job("one");
    assert_eq!((job.lifecycle, job.cancel_reason), (JobLifecycle::Failed, None));
    assert_eq!(
        job.failure.as_ref().map(|why| why.code),
        Some(ErrorCode::Integrity)
    );
    world.retry(one);
    assert_eq!(world.job("one").failure, None);
}

#[test]
fn fault_07_unloading_from_elsewhere_settles_what_was_loading_and_it_can_be_asked_again() {
    let mut world = World::new();
    let intent = world.select("a", "one");
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    world.unloaded(WLLAMA);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Failed));
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::LoadFailed)
    );
    world.select("a", "one");
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn fault_08_three_failing_models_block_nothing() {
    let mut world = World::new();
    for _ in 0..4 {
        for model in ["one", "two", "three"] {
            world.select("a", model);
            world.fail(ErrorCode::ProviderError);
            assert_eq!(world.lifecycle(model), Some(JobLifecycle::Failed));
        }
    }
    world.select("a", "four");
    assert_eq!(world.lifecycle("four"), Some(JobLifecycle::Downloading));
    world.select("a", "one");
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
}

#[test]
fn fault_09_a_canceled_load_that_rejects_late_leaves_the_newer_load_alone() {
    let mut world = World::new();
    world.cache("one");
    world.cache("two");
    world.select("a", "one");
    let (old, _) = world.loading(WLLAMA).expect("a load");
    world.select("a", "two");
    world.unloaded(WLLAMA);
    let (new, _) = world.loading(WLLAMA).expect("the newer load");
    world.late(Input::LoadFailed {
        load: old,
        failure: failure(ErrorCode::LoadFailed),
    });
    assert_eq!(world.loading(WLLAMA).map(|(load, _)| load), Some(new));
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("two"));
}

#[test]
fn fault_10_opening_a_conversation_waits_for_nothing() {
    let mut world = World::new();
    for model in ["one", "two", "three"] {
        world.download(model);
    }
    let conversation_id = "c".to_owned();
    let step = world.step(Input::Command(Command::OpenConversation { conversation_id }));
    assert!(step.reply.is_ok());
    assert!(world.shown.conversations.contains_key("c"));
}

#[test]
fn fault_11_a_conversation_that_is_not_on_screen_gets_its_model() {
    let mut world = World::new();
    world.select("a", "one");
    world.open("b");
    world.finish();
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn fault_12_the_stages_of_a_job_never_start_again_within_an_attempt() {
    let mut world = World::new();
    world.select("a", "one");
    let epoch = world.job("one").epoch;
    world.progress(1_000);
    assert_eq!(
        world.lifecycle("one"),
        Some(JobLifecycle::Downloading),
        "all bytes are not yet all files"
    );
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    let (load, _) = world.loading(WLLAMA).expect("a load");
    world.step(Input::LoadProgressed { load, fraction: 0.1 });
    let progress = world.job("one").progress.clone().expect("progress");
    assert_eq!((progress.percentage, progress.epoch), (Some(100.0), epoch));
    world.loaded(WLLAMA);
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Ready));
}

#[test]
fn fault_13_without_the_epoch_in_the_ticket_this_test_would_fail() {
    // The job is downloading again and its number is the same: only the epoch tells the two attempts apart.
    let mut world = World::new();
    let one = world.download("one");
    let old = world.ticket();
    world.pause(one);
    world.resume(one);
    assert_eq!((old.job, world.ticket().job.get()), (world.ticket().job, one));
    world.late(Input::Worker(FromWorker::Failed {
        ticket: old,
        failure: failure(ErrorCode::Network),
        kept_bytes: None,
    }));
    world.late(Input::Worker(FromWorker::Progress {
        ticket: old,
        downloaded_bytes: 999,
        total_bytes: None,
        restarted: false,
    }));
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Downloading));
}

#[test]
fn fault_14_a_start_up_after_a_cancel_downloads_nothing_and_keeps_the_users_choice() {
    let mut world = World::with(modelyard::engine::Options {
        default_model: Some(model_id("two")),
        ..crate::world::options()
    });
    world.cache("three");
    world.activate("a", "three");
    world.select("a", "one");
    world.cancel(world.job("one").id);
    world.reload();
    world.open("a");
    assert_eq!(
        (world.active("a"), world.requested("a")),
        (Some("three"), Some("three"))
    );
    assert_eq!(world.worker.current, None);
}

#[test]
fn fault_15_a_canceled_target_is_not_what_is_saved() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("a", "two");
    world.cancel(world.job("two").id);
    let record = world
        .disk
        .conversations
        .values()
        .find(|record| record.id.as_str() == "a")
        .expect("a record");
    assert_eq!(
        (record.requested.as_ref(), record.pending),
        (Some(&model_id("one")), false)
    );
}

#[test]
fn fault_16_a_failure_keeps_its_kind_and_is_not_tried_again_by_the_core() {
    let mut world = World::new();
    for code in [
        ErrorCode::Integrity,
        ErrorCode::Unauthorized,
        ErrorCode::NotFound,
        ErrorCode::SizeMismatch,
    ] {
        world.select("a", "one");
        let step = world.fail(code);
        let starts = step
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Worker(ToWorker::Start { .. })));
        assert!(!starts, "{code:?} was tried again");
        assert_eq!(world.job("one").failure.as_ref().map(|why| why.code), Some(code));
    }
}

#[test]
fn fault_17_progress_belongs_to_the_job_of_its_ticket() {
    let mut world = World::new();
    let one = world.download("one");
    world.download("two");
    let old = world.ticket();
    world.pause(one);
    world.late(Input::Worker(FromWorker::Progress {
        ticket: old,
        downloaded_bytes: 700,
        total_bytes: None,
        restarted: false,
    }));
    assert_eq!(
        world
            .job("two")
            .progress
            .as_ref()
            .map(|progress| progress.downloaded_bytes),
        Some(0)
    );
}

#[test]
fn fault_18_on_the_disk_and_in_the_engine_are_two_facts() {
    let mut world = World::new();
    world.activate("a", "one");
    world.reload();
    let model = world.model("one");
    assert_eq!(
        (model.presence, model.residency),
        (Presence::Cached, Residency::Unloaded)
    );
}

#[test]
fn fault_19_maps_shed_what_is_removed() {
    let mut world = World::new();
    let before = world.shown.clone();
    for round in 0..20 {
        let conversation_id = format!("c{round}");
        world.open(&conversation_id);
        world.select(&conversation_id, "one");
        world.cancel(world.job("one").id);
        world
            .command(Command::Dismiss {
                job_id: world.job("one").id,
            })
            .expect("gone");
        world
            .command(Command::RemoveConversation { conversation_id })
            .expect("removed");
    }
    assert_eq!(world.shown, before);
    assert_eq!((world.disk.jobs.len(), world.disk.conversations.len()), (0, 2));
}

#[test]
fn fault_20_opening_another_conversation_says_nothing_and_canceled_jobs_can_be_retried() {
    let mut world = World::new();
    world.activate("a", "one");
    let conversation_id = "b".to_owned();
    let step = world.step(Input::Command(Command::OpenConversation { conversation_id }));
    assert_eq!(step.events, []);
    let two = world.download("two");
    world.cancel(two);
    world.retry(two);
    assert!(world.said(|event| matches!(event, Event::DownloadQueued { job_id, .. } if *job_id == two)));
}
