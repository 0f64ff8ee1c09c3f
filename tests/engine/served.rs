//! Models of servers: listed, chosen, asked, gone.

use modelyard::engine::Options;
use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::EngineId;
use modelyard::engine::input::Input;
use modelyard::engine::manifest::ModelManifest;
use modelyard::engine::snapshot::{Presence, ServerReach};
use modelyard::routing::Needs;

use crate::models::{model, model_id, served, told};
use crate::server::OLLAMA;
use crate::world::{WLLAMA, World, options};

pub(crate) fn with_server() -> Options {
    Options {
        servers: vec![EngineId::new(OLLAMA).expect("an id")],
        ..options()
    }
}

fn x() -> &'static str {
    "ollama/x"
}

fn refused(world: &mut World, models: Vec<ModelManifest>) -> Failure {
    world.serves(models).expect_err("a refusal")
}

#[test]
fn a_list_makes_the_server_and_its_models_known() {
    let mut world = World::new();
    let step = world.list(&["x", "y"]);
    assert_eq!(step.patch.models.len(), 2);
    let model = world.model(x());
    assert!(model.served);
    assert_eq!((model.presence, model.verified), (Presence::Cached, None));
    let engine = &world.shown.engines[OLLAMA];
    assert!(engine.serves);
    assert_eq!(engine.reach, Some(ServerReach::Unknown));
    let in_page = &world.shown.engines[WLLAMA];
    assert_eq!((in_page.serves, in_page.reach), (false, None));
}

#[test]
fn the_same_list_again_changes_nothing() {
    let mut world = World::with_server(&["x", "y"]);
    let step = world.list_again();
    assert_eq!(step.patch.models, []);
    assert_eq!((step.effects, step.events), (Vec::new(), Vec::new()));
}

#[test]
fn a_list_changes_what_changed_and_forgets_what_is_missing() {
    let mut world = World::with_server(&["x", "y", "z"]);
    let mut changed = served(OLLAMA, "y", true);
    changed.name = "Another name".to_owned();
    let step = world
        .serves(vec![served(OLLAMA, "x", true), changed])
        .expect("a good list");
    let mut ids: Vec<&str> = step.patch.models.iter().map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["ollama/y", "ollama/z"]);
    assert_eq!(world.model("ollama/y").name, "Another name");
    assert!(!world.shown.models.contains_key("ollama/z"));
}

#[test]
fn what_a_server_says_is_shown() {
    let mut world = World::new();
    let mut manifest = served(OLLAMA, "x", true);
    let mut said = told("x");
    (said.size_bytes, said.context_window, said.served_context) = (Some(7), Some(131_072), Some(4_096));
    manifest.served = Some(Box::new(said));
    world.serves(vec![manifest]).expect("a good list");
    let model = world.model(x());
    assert_eq!((model.size_bytes, model.present_bytes), (Some(7), 7));
    assert_eq!(
        model.context_window,
        Some(4_096),
        "not what is advertised (fault 44)"
    );
    assert_eq!(
        world.shown.storage.as_ref().map(|storage| storage.used_bytes),
        Some(0)
    );
}

#[test]
fn a_wrong_manifest_refuses_the_whole_list() {
    let mut world = World::with_server(&["x"]);
    let before = world.shown.clone();
    let good = || served(OLLAMA, "y", true);
    let cases: [(ModelManifest, &str); 7] = [
        (
            ModelManifest {
                served: None,
                ..served(OLLAMA, "z", true)
            },
            "models[1].served",
        ),
        (served("other", "z", true), "models[1].engine"),
        (
            ModelManifest {
                id: model_id("z"),
                ..good()
            },
            "models[1].id",
        ),
        (good(), "models[1].id"),
        (
            ModelManifest {
                name: String::new(),
                ..served(OLLAMA, "z", true)
            },
            "models[1].name",
        ),
        (
            ModelManifest {
                files: model("z", WLLAMA).files,
                ..served(OLLAMA, "z", true)
            },
            "models[1].files",
        ),
        (
            ModelManifest {
                served: Some(Box::new(told(" "))),
                ..served(OLLAMA, "z", true)
            },
            "models[1].served.name",
        ),
    ];
    for (wrong, field) in cases {
        let failure = refused(&mut world, vec![good(), wrong]);
        assert_eq!(failure.code, ErrorCode::InvalidInput);
        assert_eq!(failure.field.as_deref(), Some(field), "{}", failure.message);
    }
    assert_eq!(world.shown, before);
}

#[test]
fn an_engine_of_the_page_is_no_server_and_a_model_of_the_page_is_none_of_a_server() {
    let mut world = World::new();
    let models = vec![model("ollama/x", WLLAMA)];
    world.command(Command::AddModels { models }).expect("added");
    let failure = refused(&mut world, vec![served(OLLAMA, "x", true)]);
    assert_eq!(failure.field.as_deref(), Some("models[0].id"));
    for (engine_id, models) in [(WLLAMA, Vec::new()), ("", Vec::new())] {
        let engine_id = engine_id.to_owned();
        let failure = world
            .command(Command::SetServed { engine_id, models })
            .expect_err("refused");
        assert_eq!(failure.code, ErrorCode::InvalidInput);
        assert_eq!(failure.field.as_deref(), Some("engineId"));
    }
    let mut world = World::with_server(&["x"]);
    for models in [vec![served(OLLAMA, "y", true)], vec![model("ollama/x", WLLAMA)]] {
        let failure = world.command(Command::AddModels { models }).expect_err("refused");
        assert_eq!(failure.field.as_deref(), Some("models[0].id"));
    }
    // A model of the page that names a server as its engine has no engine.
    let models = vec![model("m", OLLAMA)];
    world.command(Command::AddModels { models }).expect("added");
    let failure = world
        .command(Command::Select {
            conversation_id: "a".to_owned(),
            model_id: "m".to_owned(),
        })
        .expect_err("refused");
    assert_eq!(failure.code, ErrorCode::Unsupported);
}

#[test]
fn a_model_a_server_has_is_active_at_once() {
    let mut world = World::with_server(&["x"]);
    let intent = world.select("a", x());
    assert_eq!(world.active("a"), Some(x()));
    assert_eq!(world.outcome("a", intent), Some(&SelectionOutcome::Activated));
    assert!(world.said(|event| matches!(
        event,
        Event::ModelSelected {
            download_needed: false,
            ..
        }
    )));
    assert_eq!(world.host.engines.len(), 0, "nothing is loaded");
}

#[test]
fn answers_of_a_server_run_side_by_side_and_each_ends_by_itself() {
    let mut world = World::with_server(&["x", "y"]);
    world.select("a", x());
    world.select("b", "ollama/y");
    let (first, second, third) = (world.ask("a"), world.ask("b"), world.ask("a"));
    assert_eq!(world.server.answers.len(), 3);
    assert_eq!(world.shown.engines[OLLAMA].answers, 3);
    world.served_answer_ends(1);
    let ended = |world: &World, id: &Result<u64, Failure>| {
        let id = id.clone().expect("an answer");
        world.said(|event| matches!(event, Event::AnswerEnded { answer_id, .. } if *answer_id == id))
    };
    assert!(ended(&world, &second) && !ended(&world, &first) && !ended(&world, &third));
    assert!(world.conversation("a").answering && !world.conversation("b").answering);
}

#[test]
fn who_answers_is_named_at_the_beginning_and_at_the_end() {
    let mut world = World::with_server(&["x"]);
    world.select("a", x());
    world.ask("a").expect("an answer");
    world.served_answer_ends(0);
    let named = |provider: &str, model_id: &str| provider == OLLAMA && model_id == x();
    assert!(world.said(
        |event| matches!(event, Event::AnswerStarted { provider, model_id, .. } if named(provider, model_id))
    ));
    assert!(world.said(
        |event| matches!(event, Event::AnswerEnded { provider, model_id, .. } if named(provider, model_id))
    ));
}

#[test]
fn a_switch_in_mid_answer_does_not_touch_the_running_answer() {
    let mut world = World::with_server(&["x", "y"]);
    world.select("a", x());
    let first = world.ask("a").expect("an answer");
    world.select("a", "ollama/y");
    world.ask("a").expect("another");
    let models: Vec<&str> = world
        .server
        .answers
        .iter()
        .map(|(_, model)| model.as_str())
        .collect();
    assert_eq!(models, [x(), "ollama/y"]);
    let step = world.served_answer_ends(0);
    assert!(
        matches!(&step.events[..], [Event::AnswerEnded { answer_id, model_id, failure: None, .. }]
        if *answer_id == first && model_id == x())
    );
}

#[test]
fn from_a_server_to_the_page_and_back_an_answer_comes_from_what_is_active() {
    let mut world = World::with_server(&["x"]);
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    world.ask("a").expect("one that waits in line");
    world.select("a", x());
    assert_eq!(world.active("a"), Some(x()), "a server waits for no line");
    assert_eq!(world.server.answers, [], "the one that waits is still in line");
    world.answer_ends(WLLAMA);
    let models: Vec<&str> = world
        .server
        .answers
        .iter()
        .map(|(_, model)| model.as_str())
        .collect();
    assert_eq!(models, [x()], "it moved to what is active by now");
    world.served_answer_ends(0);
    world.select("a", "one");
    assert_eq!(world.active("a"), Some("one"));
}

#[test]
fn an_answer_is_stopped_at_once_and_its_late_end_is_heard_once() {
    let mut world = World::with_server(&["x"]);
    world.select("a", x());
    let answer_id = world.ask("a").expect("an answer");
    let step = world.step(Input::Command(Command::AbortAnswer { answer_id }));
    assert!(
        matches!(&step.effects[..], [Effect::EndAnswer { failure, .. }] if failure.code == ErrorCode::Canceled)
    );
    world.served_answer_ends(0);
    let (answer, _) = world.server.past_answers[0];
    world.late(Input::AnswerEnded {
        answer,
        attempt: 1,
        failure: None,
    });
}

#[test]
fn a_model_is_asked_without_a_conversation() {
    let mut world = World::with_server(&["x"]);
    let answer = world.ask_model(x()).expect("an answer");
    assert!(world.said(
        |event| matches!(event, Event::AnswerStarted { conversation_id: None, answer_id, .. }
        if *answer_id == answer)
    ));
    assert!(world.model(x()).in_use, "it answers");
    let failure = world.remove(x(), false).expect_err("in use");
    assert_eq!(failure.code, ErrorCode::InUse);
    world.served_answer_ends(0);
    assert!(!world.model(x()).in_use);
}

#[test]
fn exactly_one_is_asked_a_conversation_or_a_model() {
    let mut world = World::new();
    for (conversation_id, model_id) in [(None, None), (Some("a".to_owned()), Some("one".to_owned()))] {
        let failure = world
            .command(Command::RequestAnswer {
                conversation_id,
                model_id,
                needs: Needs::default(),
                fallback: None,
            })
            .expect_err("refused");
        assert_eq!(failure.code, ErrorCode::InvalidInput);
        assert_eq!(failure.field.as_deref(), Some("modelId"));
    }
}

#[test]
fn a_model_of_the_page_is_loaded_when_it_is_asked_and_waits_in_line() {
    let mut world = World::new();
    world.activate("a", "one");
    let failure = world.ask_model("two").expect_err("not here");
    assert_eq!(failure.code, ErrorCode::NotFound);
    world.cache("two");
    world.ask("a").expect("an answer");
    let asked = world.ask_model("two").expect("an answer");
    assert!(world.model("two").in_use, "an answer waits for it");
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    assert_eq!(
        world.loading(WLLAMA).map(|(_, model)| model).as_deref(),
        Some("two")
    );
    world.loaded(WLLAMA);
    assert_eq!(
        world.answering(WLLAMA).map(|(answer, _)| answer.get()),
        Some(asked)
    );
    assert_eq!(world.active("a"), Some("one"), "no conversation is involved");
    world.answer_ends(WLLAMA);
}

#[test]
fn a_missing_model_stays_as_long_as_somebody_needs_it() {
    let mut world = World::with_server(&["x", "y"]);
    world.select("a", x());
    world.list(&["y"]);
    assert_eq!(world.model(x()).presence, Presence::Absent);
    let failure = world.ask("a").expect_err("not here");
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(failure.message.contains(OLLAMA), "{}", failure.message);
    assert!(!failure.recovery.is_empty());
    // It comes back, and answers again.
    world.list(&["x", "y"]);
    world.ask("a").expect("an answer");
    world.served_answer_ends(0);
    world.list(&["y"]);
    world.select("a", "ollama/y");
    world.list(&["y"]);
    assert!(!world.shown.models.contains_key(x()), "nobody needs it any more");
}

#[test]
fn one_more_model_is_not_here_unless_it_is_known() {
    let mut world = World::with_server(&["x"]);
    world.add_served("x");
    assert_eq!(world.model(x()).presence, Presence::Cached);
    let model = served(OLLAMA, "y", true);
    world.command(Command::AddServed { model }).expect("added");
    assert_eq!(world.model("ollama/y").presence, Presence::Absent);
    let model = served("other", "y", true);
    let failure = world
        .command(Command::AddServed { model })
        .expect_err("no such server");
    assert_eq!(failure.field.as_deref(), Some("model.engine"));
}

#[test]
fn what_can_be_reached_is_shown_and_an_unknown_server_is_not_found() {
    let mut world = World::with_server(&["x"]);
    let reach = |engine: &str, reach| Command::ServerReach {
        engine_id: engine.to_owned(),
        reach,
    };
    world.command(reach(OLLAMA, ServerReach::Cors)).expect("known");
    assert_eq!(world.shown.engines[OLLAMA].reach, Some(ServerReach::Cors));
    for command in [
        reach("other", ServerReach::Yes),
        reach(WLLAMA, ServerReach::Yes),
        Command::RemoveServer {
            engine_id: WLLAMA.to_owned(),
        },
    ] {
        let failure = world.command(command).expect_err("refused");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::NotFound, Some("engineId"))
        );
    }
}

#[test]
fn a_server_that_is_removed_takes_its_models_and_what_is_under_way() {
    let mut world = World::with_server(&["x", "y"]);
    world.select("a", x());
    let answer = world.ask("a").expect("an answer");
    world.add_served("z");
    let wish = world.select("b", "ollama/z");
    let ticket = world.pulling();
    let step = world.step(Input::Command(Command::RemoveServer {
        engine_id: OLLAMA.to_owned(),
    }));
    assert_eq!(step.reply, Ok(Reply::Done));
    assert!(step.effects.contains(&Effect::StopPull { ticket }));
    assert!(world.said(
        |event| matches!(event, Event::AnswerEnded { answer_id, failure: Some(why), .. }
        if *answer_id == answer && why.code == ErrorCode::Unsupported)
    ));
    assert!(
        matches!(world.outcome("b", wish), Some(SelectionOutcome::Failed { failure })
        if failure.code == ErrorCode::Unsupported)
    );
    assert!(!world.shown.engines.contains_key(OLLAMA));
    assert!(world.shown.jobs.is_empty());
    assert_eq!(world.active("a"), Some(x()), "what was active stays recorded");
    assert_eq!(
        world.ask("a").expect_err("no server").code,
        ErrorCode::Unsupported
    );
    assert_eq!(
        world
            .shown
            .models
            .keys()
            .filter(|id| id.starts_with(OLLAMA))
            .count(),
        1
    );
    let (answer, _) = world.server.answers[0].clone();
    world.late(Input::AnswerEnded {
        answer,
        attempt: 1,
        failure: None,
    });
    world.list(&["x"]);
    world.ask("a").expect("it is back");
}
