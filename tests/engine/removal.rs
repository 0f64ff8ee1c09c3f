//! Deleting models (requirement M7 as far as the core decides it).

use modelyard::engine::command::Command;
use modelyard::engine::event::Event;
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::snapshot::{Presence, Residency};

use crate::models::{SIZE, digest_of, model_of};
use crate::world::{WLLAMA, World, failure, options};

fn removed(world: &World, model: &str) -> Option<u64> {
    world.events.iter().rev().find_map(|event| match event {
        Event::ModelRemoved {
            model_id,
            freed_bytes,
        } if model_id == model => Some(*freed_bytes),
        _ => None,
    })
}

fn free(world: &mut World) {
    let engine_id = WLLAMA.to_owned();
    world.command(Command::UnloadEngine { engine_id }).expect("asked");
    world.unloaded(WLLAMA);
}

#[test]
fn removing_a_model_gives_its_space_back() {
    let mut world = World::new();
    world.cache("one");
    world.remove("one", false).expect("removed");
    assert_eq!(world.model("one").presence, Presence::Absent);
    assert_eq!(removed(&world, "one"), None, "not before it is true");
    world.deletes();
    assert_eq!(removed(&world, "one"), Some(SIZE));
    assert_eq!(
        world.shown.storage.as_ref().map(|storage| storage.used_bytes),
        Some(0)
    );
    assert!(world.disk.refs.is_empty());
}

#[test]
fn a_model_in_use_is_refused() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("b", "two");
    let paused = world.download("three");
    for model in ["one", "two", "three"] {
        assert!(world.model(model).in_use);
        let refused = world.remove(model, false).expect_err("in use");
        assert_eq!(
            (refused.code, refused.model.as_deref()),
            (ErrorCode::InUse, Some(model))
        );
    }
    world.cancel(paused);
    world.remove("three", false).expect("nobody needs it now");
}

#[test]
fn a_resident_model_no_conversation_uses_is_refused_too() {
    let mut world = World::new();
    world.activate("a", "one");
    let conversation_id = "a".to_owned();
    world
        .command(Command::RemoveConversation { conversation_id })
        .expect("removed");
    assert_eq!(
        world.remove("one", false).expect_err("resident").code,
        ErrorCode::InUse
    );
    free(&mut world);
    world.remove("one", false).expect("removed");
}

#[test]
fn with_unload_it_waits_for_the_running_answer_and_then_goes() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    world.remove("one", true).expect("removed");
    assert_eq!((world.active("a"), world.requested("a")), (None, None));
    assert!(world.worker.deletions.is_empty());
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    world.deletes();
    assert_eq!(removed(&world, "one"), Some(SIZE));
    assert_eq!(world.model("one").residency, Residency::Unloaded);
}

#[test]
fn removing_twice_while_it_answers_still_gives_the_space_back() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    world.remove("one", true).expect("removed");
    world.remove("one", true).expect("removed again");
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    world.deletes();
    assert!(world.worker.blobs.is_empty());
}

#[test]
fn a_model_chosen_again_while_it_is_being_removed_is_kept() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    world.remove("one", true).expect("removed");
    world.removed.clear();
    world.select("a", "one");
    assert_eq!(world.active("a"), None, "what is being removed is no choice");
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    assert!(world.worker.deletions.is_empty());
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn a_file_two_models_share_stays_with_the_other() {
    let mut options = options();
    options.models.push(model_of("pair", WLLAMA, &["one", "extra"]));
    let mut world = World::with(options);
    world.cache("pair");
    world.download("one");
    world.finish();
    world.remove("pair", false).expect("removed");
    world.deletes();
    assert_eq!(removed(&world, "pair"), Some(SIZE), "only its own file");
    assert_eq!(world.model("one").presence, Presence::Cached);
}

#[test]
fn a_file_of_a_model_nobody_names_is_not_deleted_with_another_one() {
    let mut world = World::new();
    let twin = model_of("twin", WLLAMA, &["one"]);
    world
        .command(Command::AddModels { models: vec![twin] })
        .expect("known");
    world.cache("one");
    world.select("a", "twin");
    world.reload();
    world.remove("one", false).expect("removed");
    assert_eq!(removed(&world, "one"), Some(0));
    assert!(world.worker.blobs.contains_key(&digest_of("one")));
}

#[test]
fn removing_a_partial_model_removes_its_parts() {
    let mut world = World::new();
    world.download("one");
    world.progress(300);
    world.remove("one", true).expect("removed");
    assert!(world.worker.partials.is_empty());
    assert_eq!(world.model("one").presence, Presence::Absent);
    assert_eq!(world.model("one").job_id, None);
    assert_eq!(removed(&world, "one"), Some(0));
}

#[test]
fn removing_what_a_failed_download_left_removes_it_from_the_disk() {
    let mut world = World::new();
    world.download("one");
    world.progress(300);
    world.fail(ErrorCode::Network);
    assert_eq!(world.model("one").presence, Presence::Partial);
    world.remove("one", false).expect("removed");
    assert!(world.worker.partials.is_empty());
    assert_eq!(world.model("one").presence, Presence::Absent);
}

#[test]
fn two_deletions_at_once_are_two() {
    let mut world = World::new();
    world.cache("one");
    world.cache("two");
    world.remove("one", false).expect("removed");
    world.remove("two", false).expect("removed");
    world.deletes();
    world.deletes();
    assert_eq!(
        (removed(&world, "one"), removed(&world, "two")),
        (Some(SIZE), Some(SIZE))
    );
}

#[test]
fn a_model_that_is_being_removed_goes_also_when_its_engine_breaks_down() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    world.remove("one", true).expect("removed");
    world.load_fails(WLLAMA);
    assert!(world.said(|event| matches!(event, Event::ModelUnloaded { model_id, .. } if model_id == "one")));
    world.deletes();
    assert_eq!(removed(&world, "one"), Some(SIZE));
}

#[test]
fn a_deletion_that_fails_is_said_and_the_file_still_counts() {
    let mut world = World::new();
    world.cache("one");
    world.remove("one", false).expect("removed");
    let message = world.worker.cannot_delete(failure(ErrorCode::StorageUnavailable));
    world.says(message.expect("a deletion"));
    assert!(
        world.said(|event| matches!(event, Event::ModelRemoveFailed { model_id, .. } if model_id == "one"))
    );
    assert_eq!(
        world.shown.storage.as_ref().map(|storage| storage.used_bytes),
        Some(SIZE)
    );
}

#[test]
fn the_answer_to_a_deletion_is_taken_once() {
    let mut world = World::new();
    world.cache("one");
    world.remove("one", false).expect("removed");
    let answer = world.worker.delete().expect("a deletion");
    world.says(answer.clone());
    world.late(Input::Worker(answer));
}

#[test]
fn a_deletion_the_worker_did_not_answer_is_repeated() {
    let mut world = World::new();
    world.cache("one");
    world.remove("one", false).expect("removed");
    world.lose_worker();
    world.start_worker();
    assert_eq!(
        world.model("one").presence,
        Presence::Absent,
        "it is not taken back in the meantime"
    );
    world.deletes();
    assert_eq!(removed(&world, "one"), Some(SIZE));
}

#[test]
fn a_deletion_that_was_done_but_not_answered_counts_as_done() {
    let mut world = World::new();
    world.cache("one");
    world.remove("one", false).expect("removed");
    world.worker.delete();
    world.lose_worker();
    world.start_worker();
    assert_eq!(removed(&world, "one"), Some(SIZE));
    assert!(world.worker.deletions.is_empty());
}

#[test]
fn what_was_fetched_again_since_is_not_deleted_by_a_repeated_deletion() {
    let mut world = World::new();
    world.cache("one");
    world.remove("one", false).expect("removed");
    world.worker.delete();
    world.download("one");
    world.finish();
    world.lose_worker();
    world.start_worker();
    assert!(world.worker.deletions.is_empty());
    assert_eq!(world.model("one").presence, Presence::Cached);
}

#[test]
fn a_deletion_while_the_worker_is_away_is_made_good_when_it_is_back() {
    let mut world = World::new();
    world.cache("one");
    world.lose_worker();
    world.remove("one", false).expect("removed");
    world.start_worker();
    world.deletes();
    assert_eq!(removed(&world, "one"), Some(SIZE));
}

#[test]
fn removing_a_model_that_loads_gives_the_load_up_first() {
    let mut world = World::new();
    world.cache("one");
    let intent = world.select("a", "one");
    world.remove("one", true).expect("removed");
    assert!(world.outcome("a", intent).is_some());
    assert!(world.worker.deletions.is_empty(), "the engine may still read it");
    world.unloaded(WLLAMA);
    world.deletes();
    assert_eq!(removed(&world, "one"), Some(SIZE));
}

#[test]
fn answers_that_wait_for_a_removed_model_end() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("b", "one");
    world.ask("a").expect("an answer");
    let waiting = world.ask("b").expect("an answer");
    world.remove("one", true).expect("removed");
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    assert!(world.said(
        |event| matches!(event, Event::AnswerEnded { answer_id, failure: Some(_), .. }
        if *answer_id == waiting)
    ));
}

#[test]
fn an_unknown_model_cannot_be_removed() {
    let mut world = World::new();
    assert_eq!(
        world.remove("nothing", true).expect_err("unknown").code,
        ErrorCode::NotFound
    );
}
