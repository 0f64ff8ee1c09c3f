//! The patch of a step holds what changed and nothing else (requirement A1: slices keep identity).
//!
//! That all patches add up to the snapshot is a law of every step here; these tests look at what they leave out.

use modelyard::engine::command::Command;
use modelyard::engine::input::Input;
use modelyard::engine::protocol::FromWorker;
use modelyard::engine::snapshot::Patch;

use crate::world::{World, options};

#[test]
fn progress_changes_one_job_and_nothing_else() {
    let mut world = World::new();
    let one = world.download("one");
    world.download("two");
    world.now += 1_000;
    let step = world.progress(500);
    let patch = step.patch;
    assert_eq!(patch.jobs.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [one]);
    assert_eq!(
        Patch {
            jobs: Vec::new(),
            ..patch
        },
        Patch::default()
    );
}

#[test]
fn a_selection_changes_its_conversation_its_models_and_its_job() {
    let mut world = World::new();
    world.download("one");
    let step = world.step(Input::Command(Command::Select {
        conversation_id: "a".to_owned(),
        model_id: "two".to_owned(),
    }));
    let names =
        |entries: &[(String, Option<_>)]| entries.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    assert_eq!(names(&step.patch.models), ["two"]);
    assert_eq!(
        step.patch
            .conversations
            .iter()
            .map(|(id, _)| id.as_str())
            .collect::<Vec<_>>(),
        ["a"]
    );
    assert_eq!(step.patch.jobs.len(), 1);
    assert!(
        step.patch.engines.is_empty() && step.patch.storage.is_none() && step.patch.stale_dropped.is_none()
    );
}

#[test]
fn a_job_at_the_end_of_a_long_queue_changes_none_of_those_before_it() {
    let mut world = World::new();
    for model in ["one", "two", "three"] {
        world.download(model);
    }
    let model_id = "four".to_owned();
    let step = world.step(Input::Command(Command::Download { model_id }));
    assert_eq!(step.patch.jobs.len(), 1);
}

#[test]
fn what_is_gone_is_said_once_as_null() {
    let mut world = World::new();
    let one = world.download("one");
    world.cancel(one);
    let step = world.step(Input::Command(Command::Dismiss { job_id: one }));
    assert_eq!(step.patch.jobs, [(one, None)]);
    let conversation_id = "a".to_owned();
    let step = world.step(Input::Command(Command::RemoveConversation { conversation_id }));
    assert_eq!(step.patch.conversations, [("a".to_owned(), None)]);
}

#[test]
fn words_that_mean_nothing_to_the_core_change_nothing() {
    let mut world = World::new();
    world.download("one");
    let ticket = world.ticket();
    for message in [FromWorker::Alive, FromWorker::Stopped { ticket }] {
        let step = world.says(message);
        assert_eq!(
            (step.patch, step.effects, step.events),
            (Patch::default(), Vec::new(), Vec::new())
        );
    }
    let step = world.step(Input::Leading(true));
    assert_eq!(step.patch, Patch::default());
}

#[test]
fn a_model_shows_that_it_is_in_use_and_that_it_is_not_any_more() {
    let mut world = World::new();
    world.select("a", "one");
    assert!(world.model("one").in_use);
    world.cancel(world.job("one").id);
    assert!(!world.model("one").in_use);
    world.activate("a", "two");
    world.activate("a", "three");
    assert!(!world.model("two").in_use);
    let conversation_id = "a".to_owned();
    world
        .command(Command::RemoveConversation { conversation_id })
        .expect("removed");
    assert!(world.model("three").in_use, "it is resident");
}

#[test]
fn ids_never_become_property_names() {
    let mut options = options();
    options
        .models
        .push(crate::models::model("__proto__", crate::world::WLLAMA));
    let mut world = World::with(options);
    for conversation in ["__proto__", "constructor", "toString"] {
        world.open(conversation);
        let conversation_id = conversation.to_owned();
        let model_id = "__proto__".to_owned();
        world
            .command(Command::Select {
                conversation_id,
                model_id,
            })
            .expect("an id like any other");
    }
    let text = serde_json::to_string(&world.engine.whole()).expect("text");
    assert!(
        !text.contains("\"__proto__\":") && !text.contains("\"constructor\":"),
        "{text}"
    );
}
