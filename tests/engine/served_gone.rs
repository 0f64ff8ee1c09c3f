//! Models of servers that go, and pages that start before their server has spoken.

use modelyard::engine::command::Command;
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::ids::EngineId;
use modelyard::engine::input::Input;
use modelyard::engine::snapshot::{JobLifecycle, Presence};
use modelyard::engine::{Engine, Options};

use crate::models::{model_id, served};
use crate::served::with_server;
use crate::server::OLLAMA;
use crate::world::{WLLAMA, World};

const X: &str = "ollama/x";

/// A page that knows its server from the start, which has "x" and "y".
fn page() -> World {
    let mut world = World::with(with_server());
    world.list(&["x", "y"]);
    world
}

#[test]
fn m7_a_model_in_use_is_not_removed() {
    let mut world = page();
    world.select("a", X);
    let failure = world.remove(X, false).expect_err("active");
    assert_eq!(
        (failure.code, failure.model.as_deref()),
        (ErrorCode::InUse, Some(X))
    );
    world.select("a", "ollama/y");
    let job_id = world.download(X);
    assert_eq!(
        world.remove(X, false).expect_err("downloading").code,
        ErrorCode::InUse
    );
    world.cancel(job_id);
    world.select("a", X);
    world.ask("a").expect("an answer");
    world.select("a", "ollama/y");
    assert_eq!(
        world.remove(X, false).expect_err("it answers").code,
        ErrorCode::InUse
    );
    assert_eq!(world.server.told, []);
    world.served_answer_ends(0);
    world.remove(X, false).expect("free now");
    assert_eq!(world.server.told, [("x".to_owned(), false)]);
}

#[test]
fn a_model_goes_when_its_server_says_so() {
    let mut world = page();
    world.remove(X, false).expect("free");
    assert_eq!(
        world.model(X).presence,
        Presence::Absent,
        "nothing takes it for its own meanwhile"
    );
    let step = world.server_removes(None);
    assert!(matches!(&step.events[..], [Event::ModelRemoved { model_id, freed_bytes: 5 }] if model_id == X));
    assert!(!world.shown.models.contains_key(X));
}

#[test]
fn a_model_that_cannot_be_removed_is_still_here() {
    let mut world = page();
    world.remove(X, false).expect("free");
    let step = world.server_removes(Some(ErrorCode::Network));
    assert!(
        matches!(&step.events[..], [Event::ModelRemoveFailed { model_id, failure }]
        if model_id == X && failure.model.as_deref() == Some(X))
    );
    assert_eq!(world.model(X).presence, Presence::Cached);
}

#[test]
fn a_model_that_could_not_be_removed_is_active_where_it_was_chosen_meanwhile() {
    let mut world = page();
    world.remove(X, false).expect("free");
    let intent = world.select("a", X);
    assert_eq!(world.lifecycle(X), Some(JobLifecycle::Downloading));
    world.server_removes(Some(ErrorCode::Network));
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    world.ask("a").expect("an answer");
}

#[test]
fn a_model_pulled_before_the_deletion_was_answered_is_gone_until_a_list_says_otherwise() {
    let mut world = page();
    world.remove(X, false).expect("free");
    world.download(X);
    world.pull_finishes();
    world.server_removes(None);
    assert!(!world.shown.models.contains_key(X));
    assert!(world.shown.jobs.is_empty(), "ready says that it is here");
    world.list(&["x"]);
    assert_eq!(world.model(X).presence, Presence::Cached);
}

#[test]
fn what_came_of_a_deletion_is_heard_once_and_never_by_a_later_page() {
    let mut world = page();
    world.remove(X, false).expect("free");
    let (request, _) = world.server.removals[0];
    let answer = || Input::ServedRemoved {
        request,
        freed_bytes: 9,
        failure: None,
    };
    world.server_removes(None);
    world.late(answer());
    world.remove("ollama/y", false).expect("free");
    world.reload();
    world.list(&["y"]);
    world.remove("ollama/y", false).expect("free");
    world.late(answer());
    assert_eq!(world.server.removals.len(), 1);
}

#[test]
fn a_lost_answer_is_made_good_by_the_next_list() {
    let mut world = page();
    world.remove(X, false).expect("free");
    world.list(&["x", "y"]);
    assert_eq!(world.model(X).presence, Presence::Cached, "it was not removed");
    world.list(&["y"]);
    assert!(!world.shown.models.contains_key(X), "it was");
    world.server_removes(None);
    assert!(!world.shown.models.contains_key(X));
}

#[test]
fn with_unload_a_model_goes_though_it_is_in_use() {
    let mut world = page();
    world.select("a", X);
    let job = world.download(X);
    let ticket = world.pulling();
    let step = world.step(Input::Command(Command::RemoveModel {
        model_id: X.to_owned(),
        unload: true,
    }));
    assert!(step.effects.contains(&Effect::StopPull { ticket }));
    assert_eq!(world.server.told, [("x".to_owned(), true)]);
    assert!(!world.shown.jobs.contains_key(&job));
    assert_eq!(world.active("a"), None);
    world.server_removes(None);
    assert!(!world.shown.models.contains_key(X));
}

#[test]
fn what_is_not_at_the_server_is_only_forgotten() {
    let mut world = page();
    world.add_served("z");
    world.remove("ollama/z", false).expect("free");
    assert_eq!(world.server.told, []);
    assert!(world.said(|event| matches!(event, Event::ModelRemoved { freed_bytes: 0, .. })));
    assert!(!world.shown.models.contains_key("ollama/z"));
}

#[test]
fn fault_42_a_default_model_that_is_gone_is_nobodys_default() {
    let mut world = World::with(Options {
        default_model: Some(model_id(X)),
        ..with_server()
    });
    world.list(&["x", "y"]);
    world.open("c");
    assert_eq!(world.active("c"), Some(X));
    assert_eq!(world.remove(X, false).expect_err("active").code, ErrorCode::InUse);
    world.remove(X, true).expect("unloaded first");
    world.server_removes(None);
    world.open("d");
    assert_eq!((world.active("d"), world.active("c")), (None, None));
    let failure = world.ask("d").expect_err("no model");
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(!failure.recovery.is_empty());
    // It comes back: new conversations start with it again.
    world.list(&["x"]);
    world.open("e");
    assert_eq!(world.active("e"), Some(X));
}

#[test]
fn a_default_model_must_be_known_or_of_a_known_server() {
    let make = |model: &str, servers: &[&str]| {
        Engine::new(Options {
            default_model: Some(model_id(model)),
            servers: servers
                .iter()
                .map(|id| EngineId::new(id).expect("an id"))
                .collect(),
            ..crate::world::options()
        })
    };
    assert!(make(X, &[OLLAMA]).is_ok());
    for (model, servers) in [(X, &[][..]), (X, &["other"]), ("ollamax", &[OLLAMA])] {
        let failure = make(model, servers).expect_err("refused");
        assert_eq!(failure.code, ErrorCode::InvalidConfig);
        assert_eq!(failure.field.as_deref(), Some("defaultModel"));
    }
    // A server that has not spoken may have it: a new conversation starts with it.
    let mut world = World::with(Options {
        default_model: Some(model_id(X)),
        ..with_server()
    });
    assert_eq!(world.active("a"), Some(X));
    assert_eq!(
        world.ask("a").expect_err("nobody knows it yet").code,
        ErrorCode::NotFound
    );
    world.list(&["x"]);
    world.ask("a").expect("an answer");
}

#[test]
fn servers_and_what_they_had_are_known_from_the_start() {
    let options = Options {
        served: vec![served(OLLAMA, "x", true)],
        ..with_server()
    };
    let world = World::with(options);
    assert_eq!(world.model(X).presence, Presence::Cached);
    for (servers, served, field) in [
        (vec![WLLAMA], Vec::new(), "engineId"),
        (Vec::new(), vec![served(OLLAMA, "x", true)], "served[0].engine"),
        (
            vec![OLLAMA],
            vec![crate::models::model(X, OLLAMA)],
            "served[0].served",
        ),
    ] {
        let failure = Engine::new(Options {
            servers: servers
                .iter()
                .map(|id| EngineId::new(id).expect("an id"))
                .collect(),
            served,
            ..crate::world::options()
        })
        .expect_err("refused");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::InvalidInput, Some(field))
        );
    }
}

#[test]
fn an_active_model_of_a_server_that_has_not_spoken_stays_recorded() {
    let mut world = page();
    world.select("a", X);
    world.reload();
    assert_eq!(world.active("a"), Some(X));
    let failure = world.ask("a").expect_err("not known yet");
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(!failure.recovery.is_empty());
    world.list(&["y"]);
    assert_eq!(world.active("a"), Some(X), "also when it is gone");
    world.list(&["x"]);
    world.ask("a").expect("an answer");
}

/// A wish for "x" that is open when the page goes away, with no job.
fn open_wish() -> (World, u64) {
    let mut world = page();
    world.list(&["y"]);
    world.add_served("x");
    let intent = world.select("a", X);
    let job = world.job(X).id;
    world.disk.jobs.retain(|id, _| id.get() != job);
    world.reload();
    assert_eq!(world.outcome("a", intent), None, "its server has not spoken");
    (world, intent)
}

#[test]
fn a_stored_wish_waits_until_its_server_has_spoken() {
    let (mut world, intent) = open_wish();
    world.list(&["x"]);
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    let (mut world, intent) = open_wish();
    world.list(&["y"]);
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::NotFound)
    );
    let (mut world, intent) = open_wish();
    world.remove_server().expect("known");
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::Unsupported)
    );
}

#[test]
fn a_stored_wish_for_what_the_server_had_goes_on_before_it_has_spoken() {
    let mut world = page();
    world.add_served("z");
    let intent = world.select("a", "ollama/z");
    world.options.served = vec![served(OLLAMA, "z", true)];
    world.reload_core();
    assert_eq!(world.active("a"), Some("ollama/z"), "no worker is waited for");
    world.start_worker();
    world.lead(true);
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    assert_eq!(world.lifecycle("ollama/z"), Some(JobLifecycle::Downloading));
}

#[test]
fn a_stored_wish_for_a_server_nobody_named_ends() {
    let mut world = page();
    world.add_served("z");
    let intent = world.select("a", "ollama/z");
    world.options.servers.clear();
    world.reload();
    assert!(
        matches!(world.outcome("a", intent), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::Unsupported)
    );
}
