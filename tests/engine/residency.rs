//! What the engines hold: loads, unloads, break-downs and answers.

use modelyard::engine::command::Command;
use modelyard::engine::effect::Effect;
use modelyard::engine::event::Event;
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::snapshot::{JobLifecycle, Residency};

use crate::models::model_id;
use crate::world::{WLLAMA, World, failure};

fn unload(world: &mut World) {
    let engine_id = WLLAMA.to_owned();
    world.command(Command::UnloadEngine { engine_id }).expect("asked");
}

#[test]
fn a_load_says_how_far_it_is_and_never_goes_back() {
    let mut world = World::new();
    world.cache("one");
    world.select("a", "one");
    let (load, _) = world.loading(WLLAMA).expect("a load");
    assert_eq!(world.model("one").residency, Residency::Loading);
    let mut fractions = Vec::new();
    for fraction in [0.5, 0.2, f64::NAN, 7.0] {
        world.step(Input::LoadProgressed { load, fraction });
        fractions.push(world.shown.engines[WLLAMA].load_fraction);
    }
    assert_eq!(fractions, [Some(0.5), Some(0.5), Some(0.5), Some(1.0)]);
    world.loaded(WLLAMA);
    assert_eq!(world.model("one").residency, Residency::Resident);
    world.late(Input::LoadProgressed { load, fraction: 0.9 });
}

#[test]
fn words_of_an_unknown_load_or_answer_are_late() {
    let mut world = World::new();
    world.activate("a", "one");
    let (load, answer) = (
        modelyard::engine::ids::LoadId::from_number(99),
        modelyard::engine::ids::AnswerId::from_number(99),
    );
    world.late(Input::Loaded { load });
    world.late(Input::LoadFailed {
        load,
        failure: failure(ErrorCode::LoadFailed),
    });
    world.late(Input::Unloaded { load });
    world.late(Input::LoadProgressed { load, fraction: 0.1 });
    world.late(Input::AnswerEnded {
        answer,
        attempt: 1,
        failure: None,
    });
}

#[test]
fn the_end_of_an_answer_nobody_asked_for_leaves_the_running_one_alone() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    let answer = modelyard::engine::ids::AnswerId::from_number(99);
    world.late(Input::AnswerEnded {
        answer,
        attempt: 1,
        failure: None,
    });
    assert!(world.conversation("a").answering);
}

#[test]
fn a_second_loaded_of_the_same_load_is_late() {
    let mut world = World::new();
    world.activate("a", "one");
    let (load, _) = world
        .host
        .engines
        .values()
        .next()
        .and_then(|slot| slot.holds.clone())
        .expect("held");
    world.late(Input::Loaded { load });
}

#[test]
fn freeing_an_engine_waits_for_the_running_answer() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    unload(&mut world);
    assert!(world.host.has("one"));
    world.answer_ends(WLLAMA);
    world.unloaded(WLLAMA);
    assert_eq!(world.model("one").residency, Residency::Unloaded);
    assert_eq!(
        world.active("a"),
        Some("one"),
        "it is still the model of the conversation"
    );
    assert!(world.said(|event| matches!(event, Event::ModelUnloaded { model_id, .. } if model_id == "one")));
}

#[test]
fn freeing_an_engine_that_holds_nothing_is_fine() {
    let mut world = World::new();
    unload(&mut world);
    unload(&mut world);
    assert_eq!(world.loading(WLLAMA), None);
}

#[test]
fn an_answer_after_freeing_loads_the_model_again() {
    let mut world = World::new();
    world.activate("a", "one");
    unload(&mut world);
    world.unloaded(WLLAMA);
    world.ask("a").expect("an answer");
    world.loaded(WLLAMA);
    assert_eq!(
        world.answering(WLLAMA).map(|(_, model)| model),
        Some(model_id("one"))
    );
}

#[test]
fn an_engine_that_breaks_down_ends_its_answer_and_can_be_asked_again() {
    let mut world = World::new();
    world.activate("a", "one");
    let answer = world.ask("a").expect("an answer");
    let step = world.load_fails(WLLAMA);
    assert!(
        step.effects
            .iter()
            .any(|effect| matches!(effect, Effect::EndAnswer { .. }))
    );
    assert!(step.events.iter().any(
        |event| matches!(event, Event::AnswerEnded { answer_id, failure: Some(_), .. }
        if *answer_id == answer)
    ));
    assert!(!world.conversation("a").answering);
    let (late, _) = world.host.past_answers[0];
    world.late(Input::AnswerEnded {
        answer: late,
        attempt: 1,
        failure: None,
    });
    world.ask("a").expect("another answer");
    world.loaded(WLLAMA);
    assert!(world.answering(WLLAMA).is_some());
}

#[test]
fn an_engine_that_lets_go_by_itself_ends_its_answer_too() {
    let mut world = World::new();
    world.activate("a", "one");
    world.ask("a").expect("an answer");
    let step = world.unloaded(WLLAMA);
    assert!(step.events.iter().any(
        |event| matches!(event, Event::AnswerEnded { failure: Some(why), .. }
        if why.code == ErrorCode::EngineCrashed)
    ));
    assert_eq!(world.model("one").residency, Residency::Unloaded);
}

#[test]
fn a_waiting_answer_can_be_given_up_at_once_and_a_running_one_is_told_to_stop() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("b", "one");
    let running = world.ask("a").expect("an answer");
    let waiting = world.ask("b").expect("an answer");
    let step = world.step(Input::Command(Command::AbortAnswer { answer_id: waiting }));
    assert!(step.events.iter().any(
        |event| matches!(event, Event::AnswerEnded { answer_id, failure: Some(why), .. }
        if *answer_id == waiting && why.code == ErrorCode::Canceled)
    ));
    let step = world.step(Input::Command(Command::AbortAnswer { answer_id: running }));
    assert!(
        step.effects
            .iter()
            .any(|effect| matches!(effect, Effect::EndAnswer { .. }))
    );
    assert!(world.conversation("a").answering, "until the engine says so");
    world.answer_ends(WLLAMA);
    assert!(!world.conversation("a").answering);
    world
        .command(Command::AbortAnswer { answer_id: running })
        .expect("too late is no error");
}

#[test]
fn the_end_of_an_answer_that_had_not_started_takes_it_off_the_line() {
    let mut world = World::new();
    world.activate("a", "one");
    world.select("b", "one");
    world.ask("a").expect("an answer");
    let waiting = world.ask("b").expect("an answer");
    let answer = modelyard::engine::ids::AnswerId::from_number(waiting);
    let step = world.step(Input::AnswerEnded {
        answer,
        attempt: 1,
        failure: None,
    });
    assert_eq!(step.effects, [], "nobody has to be told");
    let step = world.answer_ends(WLLAMA);
    assert_eq!(step.effects, []);
    assert_eq!(world.shown.engines[WLLAMA].answers, 0);
}

#[test]
fn an_answer_whose_model_cannot_be_loaded_ends_with_the_reason() {
    let mut world = World::new();
    world.activate("a", "one");
    unload(&mut world);
    world.unloaded(WLLAMA);
    world.ask("a").expect("an answer");
    let step = world.load_fails(WLLAMA);
    assert!(step.events.iter().any(
        |event| matches!(event, Event::AnswerEnded { failure: Some(why), .. }
        if why.code == ErrorCode::LoadFailed)
    ));
}

#[test]
fn a_model_that_compiles_is_given_up_when_nobody_wants_it_any_more_and_is_ready() {
    let mut world = World::new();
    world.activate("b", "two");
    world.ask("b").expect("an answer");
    world.select("a", "one");
    world.finish();
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Compiling));
    world.select("a", "two");
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Ready));
    let step = world.answer_ends(WLLAMA);
    assert_eq!(step.effects, [], "two stays where it is");
}

#[test]
fn canceling_what_compiles_stops_its_load_and_keeps_its_bytes() {
    let mut world = World::new();
    world.select("a", "one");
    world.finish();
    let (load, _) = world.loading(WLLAMA).expect("a load");
    let job_id = world.job("one").id;
    let step = world.step(Input::Command(Command::Cancel { job_id }));
    assert!(step.effects.contains(&Effect::AbortLoad { load }));
    assert_eq!(world.lifecycle("one"), Some(JobLifecycle::Canceled));
    assert_eq!(
        world.model("one").presence,
        modelyard::engine::snapshot::Presence::Cached
    );
    world.late(Input::Loaded { load });
    world.unloaded(WLLAMA);
    assert_eq!(world.model("one").residency, Residency::Unloaded);
}

#[test]
fn a_model_whose_engine_the_app_has_not_cannot_be_chosen() {
    let mut options = crate::world::options();
    options.models.push(crate::models::model("strange", "missing"));
    let mut world = World::with(options);
    let refused = world
        .command(Command::Select {
            conversation_id: "a".to_owned(),
            model_id: "strange".to_owned(),
        })
        .expect_err("no engine");
    assert_eq!(refused.code, ErrorCode::Unsupported);
    assert_eq!(refused.provider.as_deref(), Some("missing"));
    world.download("strange");
    world.finish();
    assert_eq!(
        world.lifecycle("strange"),
        Some(JobLifecycle::Ready),
        "it can be fetched all the same"
    );
}
