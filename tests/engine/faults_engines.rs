//! Faults 21 to 29 of engines and download layers, as far as the core can prevent them.

use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, ToWorker};
use modelyard::engine::snapshot::{JobLifecycle, Presence};

use crate::models::{digest_of, model_of};
use crate::world::{WLLAMA, World, failure, options};

#[test]
fn fault_21_of_three_quick_loads_one_at_a_time_is_under_way_and_the_last_one_wins() {
    let mut world = World::new();
    for model in ["one", "two", "three"] {
        world.cache(model);
    }
    world.select("a", "one");
    let (first, _) = world.loading(WLLAMA).expect("a load");
    world.select("a", "two");
    world.select("a", "three");
    // The engine ignores the abort and registers the first one all the same.
    world.late(Input::Loaded { load: first });
    world.unloaded(WLLAMA);
    assert_eq!(
        world.loading(WLLAMA).map(|(_, model)| model).as_deref(),
        Some("three")
    );
    world.late(Input::LoadFailed {
        load: first,
        failure: failure(ErrorCode::Canceled),
    });
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("three"));
}

#[test]
fn fault_22_a_load_that_fails_its_validation_activates_nothing() {
    let mut world = World::new();
    world.activate("a", "one");
    let intent = world.select("a", "two");
    world.finish();
    world.unloaded(WLLAMA);
    let (load, _) = world.loading(WLLAMA).expect("a load");
    world.host = crate::fakes::Host::default();
    world.step(Input::LoadFailed {
        load,
        failure: failure(ErrorCode::NotAModel),
    });
    assert_eq!(world.active("a"), Some("one"));
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::NotAModel)
    );
    assert_eq!(
        world.job("two").failure.as_ref().map(|why| why.code),
        Some(ErrorCode::NotAModel)
    );
}

#[test]
fn fault_23_one_interrupted_download_of_several_files_leaves_every_other_model_usable() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["left", "right"]));
    let mut world = World::with(options);
    world.cache("one");
    world.download("pair");
    let files = world.worker.current.clone().expect("a transfer").files;
    world.worker.commit(&files[0]);
    world.fail(ErrorCode::Network);
    world.reload();
    assert_eq!(world.model("pair").presence, Presence::Partial);
    assert_eq!(world.model("one").presence, Presence::Cached);
    world.select("a", "one");
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn fault_24_leaving_during_a_load_ends_what_waited_for_it() {
    let mut world = World::new();
    world.cache("one");
    let intent = world.select("a", "one");
    let conversation_id = "a".to_owned();
    let step = world.step(Input::Command(
        modelyard::engine::command::Command::RemoveConversation { conversation_id },
    ));
    assert!(
        step.effects
            .iter()
            .any(|effect| matches!(effect, Effect::AbortLoad { .. }))
    );
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Superseded));
    world.unloaded(WLLAMA);
    assert_eq!(world.loading(WLLAMA), None);
}

#[test]
fn fault_25_a_missing_companion_file_is_a_reason_and_no_load() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["left", "right"]));
    let mut world = World::with(options);
    world.activate("a", "pair");
    world.reload_core();
    world.worker.blobs.remove(&digest_of("right"));
    world.start_worker();
    world.lead(true);
    let refused = world.ask("a").expect_err("not whole");
    assert_eq!(refused.code, ErrorCode::NotFound);
    assert_eq!(world.loading(WLLAMA), None);
}

#[test]
fn fault_26_a_tab_that_does_not_lead_requests_nothing() {
    let mut world = World::new();
    world.lead(false);
    world.select("a", "one");
    assert!(
        !world
            .worker
            .heard
            .iter()
            .any(|message| matches!(message, ToWorker::Start { .. }))
    );
}

#[test]
fn fault_27_a_flipped_byte_is_integrity_and_the_old_model_still_answers() {
    let mut world = World::new();
    world.activate("a", "one");
    let intent = world.select("a", "two");
    world.progress(999);
    world.fail(ErrorCode::Integrity);
    assert_eq!(
        world.model("two").presence,
        Presence::Absent,
        "nothing of it is kept"
    );
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::Integrity)
    );
    world.ask("a").expect("the old one answers");
    assert!(world.answering(WLLAMA).is_some());
}

#[test]
fn fault_27_a_file_of_another_digest_is_never_taken_for_the_model() {
    let mut world = World::new();
    world.download("one");
    let transfer = world.worker.current.take().expect("a transfer");
    let mut file = world.worker.commit(&transfer.files[0]);
    file.digest = digest_of("other");
    world.says(FromWorker::Finished {
        ticket: transfer.ticket,
        files: vec![file],
    });
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Failed));
    assert_ne!(world.model("one").presence, Presence::Cached);
}

#[test]
fn fault_29_a_full_disk_deletes_nothing_without_being_asked() {
    let mut world = World::new();
    world.activate("a", "one");
    world.cache("three");
    world.select("a", "two");
    world.fail(ErrorCode::StorageFull);
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Paused));
    let deleted = world
        .worker
        .heard
        .iter()
        .any(|message| matches!(message, ToWorker::Delete { .. } | ToWorker::Discard { .. }));
    assert!(!deleted);
    assert!(!world.said(|event| matches!(event, Event::ModelRemoved { .. } | Event::ModelUnloaded { .. })));
}
