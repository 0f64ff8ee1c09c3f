//! Requirement R10 once more: whom an answer may go on with, what becomes of its conversation, and who is left in peace.

use modelyard::engine::command::{Command, Fallback};
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::AnswerId;
use modelyard::engine::input::Input;
use modelyard::engine::snapshot::ServerReach;
use modelyard::routing::{Dropped, Needs};

use crate::fallback::{ANY, ended, limited, moves, page};
use crate::server::{OLLAMA, OTHER};
use crate::world::{World, failure};

#[test]
fn r10_each_further_model_meets_the_needs_of_the_request() {
    let mut world = page();
    world.choose_any("a");
    let needs = Needs {
        tokens: Some(6_500),
        ..Needs::default()
    };
    world.ask_with(needs, None).expect("an answer");
    world.try_fails(failure(ErrorCode::Network));
    assert_eq!(world.at_work(), ["other/x"]);
    let step = world.try_fails(failure(ErrorCode::Overloaded));
    assert_eq!(moves(&step.events), [], "the last one has 6,000 tokens");
    let needs = Needs {
        tools: true,
        ..Needs::default()
    };
    let mut world = page();
    world.choose_any("a");
    world.ask_with(needs, None).expect("an answer");
    let step = world.try_fails(failure(ErrorCode::Overloaded));
    assert_eq!(moves(&step.events), [], "nobody says that they use tools");
}

#[test]
fn r10_an_overflow_leads_to_a_larger_context_by_what_the_provider_says() {
    let exceeded = |needed_tokens, context_tokens| Failure {
        needed_tokens,
        context_tokens,
        ..failure(ErrorCode::ContextExceeded)
    };
    for (failure, expected) in [
        (exceeded(None, None), None),
        (exceeded(None, Some(7_500)), Some("ollama/y")),
        (exceeded(Some(8_001), Some(4_096)), None),
        (exceeded(Some(6_900), Some(4_096)), Some("ollama/y")),
    ] {
        let mut world = page();
        world.routed();
        let step = world.try_fails(failure);
        assert_eq!(moves(&step.events).first().map(|(_, to)| *to), expected);
    }
}

#[test]
fn r9_where_its_model_is_gone_for_good_a_routed_conversation_moves_with_its_reasons() {
    let mut world = page();
    world.routed();
    let step = world.try_fails(failure(ErrorCode::NotFound));
    assert_eq!(moves(&step.events), [("ollama/x", "ollama/y")]);
    assert_eq!(world.active("a"), Some("ollama/y"));
    let route = world.conversation("a").route.clone().expect("a route");
    assert_eq!((&*route.profile, &*route.model_id), (ANY, "ollama/y"));
    assert!(
        route
            .explanation
            .iter()
            .any(|one| one.contains("does not have it any more")),
        "{route:?}"
    );
    assert!(matches!(world.outcome("a", 2), Some(SelectionOutcome::Activated)));
    assert_eq!(world.at_work(), ["ollama/y"], "one answer");
}

#[test]
fn r9_a_conversation_whose_user_chose_another_model_meanwhile_stays_there() {
    let mut world = page();
    world.routed();
    world.select("a", "other/z");
    let step = world.try_fails(failure(ErrorCode::NotFound));
    assert_eq!(
        moves(&step.events),
        [("ollama/x", "ollama/y")],
        "the answer goes on as it began"
    );
    assert_eq!(world.active("a"), Some("other/z"));
    assert!(world.conversation("a").route.is_none());
}

#[test]
fn a_removed_server_or_conversation_ends_the_answer_as_ever() {
    let mut world = page();
    world.routed();
    let step = world.step(Input::Command(Command::RemoveServer {
        engine_id: OLLAMA.into(),
    }));
    assert_eq!(moves(&step.events), []);
    assert_eq!(
        ended(&step).0.map(|failure| failure.code),
        Some(ErrorCode::Unsupported)
    );
    let mut world = page();
    world.routed();
    world
        .command(Command::RemoveConversation {
            conversation_id: "a".into(),
        })
        .expect("removed");
    let step = world.try_fails(failure(ErrorCode::Network));
    assert_eq!(moves(&step.events), []);
}

#[test]
fn peace_that_was_asked_for_is_kept_by_who_chose_the_model_and_a_guess_is_not() {
    let mut world = page();
    world.select("a", "ollama/x");
    world.ask("a").expect("an answer");
    world.try_fails(limited(Some(20_000)));
    world.now += 5_000;
    let refused = world.ask("a").expect_err("it asked for peace");
    assert_eq!(
        (refused.code, refused.retry_after_ms, refused.retryable),
        (ErrorCode::RateLimited, Some(15_000), true)
    );
    assert_eq!(
        (refused.model.as_deref(), refused.provider.as_deref()),
        (Some("ollama/x"), Some(OLLAMA))
    );
    // The same model elsewhere answers at once, if the app wants that; another model is not touched.
    let elsewhere = world.ask_with(Needs::default(), Some(Fallback::BeforeText));
    elsewhere.expect("an answer");
    assert_eq!(world.at_work(), ["other/x"]);
    world.served_answer_ends(0);
    world.ask_model("ollama/y").expect("an answer");
    world.served_answer_ends(0);
    world.now += 15_000;
    world.ask("a").expect("it is over");
    // Our own guess keeps nobody from what he chose.
    for guessed in [limited(None), failure(ErrorCode::Network)] {
        world.try_fails(guessed);
        world.ask("a").expect("an answer");
        assert_eq!(world.at_work(), ["ollama/x"]);
    }
}

#[test]
fn a_routed_answer_passes_over_who_is_left_in_peace_and_says_so() {
    let mut world = page();
    world.routed();
    world.try_fails(limited(Some(20_000)));
    world.served_answer_ends(0);
    world.events.clear();
    world.ask("a").expect("an answer");
    assert_eq!(moves(&world.events), [("ollama/x", "ollama/y")]);
    let said = |event: &Event| {
        matches!(event, Event::AnswerFellBack { failure, decision, .. }
            if failure.code == ErrorCode::RateLimited
                && failure.retry_after_ms == Some(20_000)
                && decision.path[0].verdicts.iter().any(|one| matches!(one.dropped, Some(Dropped::CoolingDown { .. }))))
    };
    assert!(world.said(said), "{:?}", world.events);
    let step = world.served_answer_ends(0);
    assert_eq!(ended(&step).1.len(), 1, "it says who was passed over");
    world.now += 20_000;
    world.ask("a").expect("an answer");
    assert_eq!(world.at_work(), ["ollama/x"], "the conversation kept its model");
}

#[test]
fn peace_is_of_a_model_or_of_a_server_and_never_of_all() {
    let mut world = page();
    world.routed();
    world.try_fails(limited(None));
    world.try_fails(failure(ErrorCode::Network));
    let shown = |world: &World, engine: &str| {
        let cool_downs = &world.shown.engines[engine].cool_downs;
        let until = |one: &modelyard::engine::snapshot::CoolDownState| one.until_ms - 1_700_000_000_000;
        let shown = cool_downs
            .iter()
            .map(|one| (one.model_id.clone(), until(one), one.asked));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        shown(&world, OLLAMA),
        [(Some("ollama/x".to_owned()), 5_000, false), (None, 30_000, false)]
    );
    assert_eq!(shown(&world, OTHER), []);
    // It answers again: what was guessed is forgotten, what was asked for is not.
    world.try_fails(limited(Some(9_000)));
    let reach = |engine: &str| Command::ServerReach {
        engine_id: engine.to_owned(),
        reach: ServerReach::Yes,
    };
    for engine in [OLLAMA, OTHER] {
        world.command(reach(engine)).expect("told");
    }
    assert_eq!(shown(&world, OLLAMA), []);
    assert_eq!(shown(&world, OTHER), [(Some("other/x".to_owned()), 9_000, true)]);
}

#[test]
fn an_answer_that_comes_ends_what_was_guessed_of_its_server() {
    let mut world = page();
    world.select("a", "ollama/x");
    world.ask("a").expect("an answer");
    world.try_fails(failure(ErrorCode::Network));
    assert_eq!(world.shown.engines[OLLAMA].cool_downs.len(), 1);
    let answer = world.ask("a").expect("an answer");
    world.shows(AnswerId::from_number(answer));
    world.served_answer_ends(0);
    assert_eq!(world.shown.engines[OLLAMA].cool_downs, []);
}

#[test]
fn m7_the_model_that_takes_over_is_in_use() {
    let mut world = page();
    world.routed();
    world.try_fails(failure(ErrorCode::Overloaded));
    assert!(world.model("ollama/y").in_use);
    let refused = world.remove("ollama/y", false).expect_err("in use");
    assert_eq!(refused.code, ErrorCode::InUse);
    world.served_answer_ends(0);
    assert!(!world.model("ollama/y").in_use);
}
