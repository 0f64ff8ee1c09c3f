//! Requirement R10 in the core: an answer whose model fails goes on with another one, or ends with all that failed.

use modelyard::engine::Options;
use modelyard::engine::command::{Command, Fallback, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Answerer, Event, Tried};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::AnswerId;
use modelyard::engine::input::Input;
use modelyard::engine::manifest::{ModelManifest, Served};
use modelyard::engine::step::Step;
use modelyard::routing::{Dropped, Needs, ProfileSpec, Trouble};

use crate::models::{model, served, told};
use crate::server::{OLLAMA, OTHER};
use crate::world::{WLLAMA, World, failure, options};

/// A profile that takes any model, the one with the largest context first.
pub(crate) const ANY: &str = "any";

pub(crate) fn any_profile() -> ProfileSpec {
    ProfileSpec {
        name: ANY.to_owned(),
        min_context: Some(1.0),
        ..ProfileSpec::default()
    }
}

/// A model of a server with so much context.
pub(crate) fn with_context(engine: &str, name: &str, tokens: u32) -> ModelManifest {
    ModelManifest {
        served: Some(Box::new(Served {
            context_window: Some(tokens),
            ..told(name)
        })),
        ..served(engine, name, true)
    }
}

/// Two models of one server, two of another; one of them both have. The in-page model `one` is not here.
pub(crate) fn page() -> World {
    let mut world = World::with(Options {
        models: vec![model("one", WLLAMA), model("two", WLLAMA)],
        profiles: vec![any_profile()],
        ..options()
    });
    world.serve(OLLAMA, &[("x", 9_000), ("y", 8_000)]);
    world.serve(OTHER, &[("x", 7_000), ("z", 6_000)]);
    world
}

impl World {
    pub(crate) fn serve(&mut self, engine: &str, models: &[(&str, u32)]) {
        let models = models.iter();
        let command = Command::SetServed {
            engine_id: engine.to_owned(),
            models: models
                .map(|(name, tokens)| with_context(engine, name, *tokens))
                .collect(),
        };
        self.command(command).expect("a good list");
    }

    /// Conversation `a` has the model the profile leads to, and is asked.
    pub(crate) fn routed(&mut self) -> AnswerId {
        self.choose_any("a");
        AnswerId::from_number(self.ask("a").expect("an answer"))
    }

    pub(crate) fn choose_any(&mut self, conversation: &str) {
        let command = Command::SelectProfile {
            conversation_id: conversation.to_owned(),
            profile: ANY.to_owned(),
            needs: Needs::default(),
        };
        self.command(command).expect("a model");
    }

    pub(crate) fn ask_with(&mut self, needs: Needs, fallback: Option<Fallback>) -> Result<AnswerId, Failure> {
        let command = Command::RequestAnswer {
            conversation_id: Some("a".to_owned()),
            model_id: None,
            needs,
            fallback,
        };
        match self.command(command)? {
            Reply::Answer { answer_id } => Ok(AnswerId::from_number(answer_id)),
            other => panic!("no answer: {other:?}"),
        }
    }

    /// The try of the only running answer of a server fails.
    pub(crate) fn try_fails(&mut self, failure: Failure) -> Step {
        self.served_answer_fails(0, Some(failure))
    }

    /// Who gives answers of servers now.
    pub(crate) fn at_work(&self) -> Vec<&str> {
        self.server
            .answers
            .iter()
            .map(|(_, model)| model.as_str())
            .collect()
    }
}

/// Where answers went, in order.
pub(crate) fn moves(events: &[Event]) -> Vec<(&str, &str)> {
    fn moved(event: &Event) -> Option<(&str, &str)> {
        match event {
            Event::AnswerFellBack { from, to, .. } => Some((&from.model_id, &to.model_id)),
            _ => None,
        }
    }
    events.iter().filter_map(moved).collect()
}

/// How an answer ended: its failure, and what was tried.
pub(crate) fn ended(step: &Step) -> (Option<Failure>, Vec<Tried>) {
    let end = |event: &Event| match event {
        Event::AnswerEnded { failure, tried, .. } => Some((failure.clone(), tried.clone())),
        _ => None,
    };
    step.events.iter().find_map(end).expect("an end")
}

pub(crate) fn limited(retry_after_ms: Option<u32>) -> Failure {
    Failure {
        retry_after_ms,
        ..failure(ErrorCode::RateLimited)
    }
}

#[test]
fn r10_the_answer_goes_on_with_the_next_model_under_its_number_and_the_conversation_keeps_its_own() {
    let mut world = page();
    let answer = world.routed();
    assert_eq!(world.at_work(), ["ollama/x"]);
    let step = world.try_fails(failure(ErrorCode::Overloaded));
    let [
        Event::AnswerFellBack {
            conversation_id,
            answer_id,
            from,
            to,
            failure: why,
            after_text: false,
            decision,
            explanation,
        },
        Event::AnswerStarted {
            model_id, provider, ..
        },
    ] = &step.events[..]
    else {
        panic!("{:?}", step.events);
    };
    assert_eq!(
        (conversation_id.as_deref(), *answer_id),
        (Some("a"), answer.get())
    );
    let answerer = |model_id: &str, provider: &str| Answerer {
        model_id: model_id.to_owned(),
        provider: provider.to_owned(),
    };
    assert_eq!(
        (from, to),
        (&answerer("ollama/x", OLLAMA), &answerer("ollama/y", OLLAMA))
    );
    assert_eq!(why.code, ErrorCode::Overloaded);
    assert_eq!((&**model_id, &**provider), ("ollama/y", OLLAMA));
    let verdicts = &decision.path[0].verdicts;
    let of_x = verdicts
        .iter()
        .find(|one| one.id.as_str() == "ollama/x")
        .expect("a verdict");
    let trouble = Trouble::Overloaded { retry_after_ms: None };
    assert_eq!(of_x.dropped, Some(Dropped::AlreadyTried { trouble }));
    assert!(explanation[0].contains('Y'), "{explanation:?}");
    let again = |effect: &Effect| matches!(effect, Effect::StartAnswer { answer: id, attempt: 2, .. } if *id == answer);
    assert!(step.effects.iter().any(again), "{:?}", step.effects);
    assert_eq!(world.active("a"), Some("ollama/x"));
    let step = world.served_answer_ends(0);
    let (failure, tried) = ended(&step);
    assert_eq!(failure, None);
    assert_eq!(
        tried.iter().map(|one| &*one.model_id).collect::<Vec<_>>(),
        ["ollama/x"]
    );
    assert!(!world.conversation("a").answering);
}

#[test]
fn r10_when_nothing_is_left_the_first_failure_is_told_with_the_others_attached() {
    let mut world = page();
    world.routed();
    let codes = [
        ErrorCode::ContextExceeded,
        ErrorCode::RateLimited,
        ErrorCode::Network,
        ErrorCode::Overloaded,
    ];
    // After an overflow only a larger window would do, and there is none.
    let step = world.try_fails(failure(codes[0]));
    assert_eq!(ended(&step).0.map(|failure| failure.code), Some(codes[0]));
    world.ask("a").expect("another answer");
    world.try_fails(failure(codes[3]));
    world.try_fails(failure(codes[1]));
    assert_eq!(world.at_work(), ["other/x"]);
    // The server is down, and its other model with it.
    let step = world.try_fails(failure(codes[2]));
    let (failure, tried) = ended(&step);
    let failure = failure.expect("a failure");
    assert_eq!(failure.code, ErrorCode::Overloaded);
    let others: Vec<_> = failure.others.iter().map(|one| one.code).collect();
    assert_eq!(others, [ErrorCode::RateLimited, ErrorCode::Network]);
    let tried: Vec<_> = tried.iter().map(|one| (&*one.model_id, &*one.provider)).collect();
    assert_eq!(
        tried,
        [("ollama/x", OLLAMA), ("ollama/y", OLLAMA), ("other/x", OTHER)]
    );
    let told =
        |effect: &Effect| matches!(effect, Effect::EndAnswer { failure: told, .. } if *told == failure);
    assert!(step.effects.iter().any(told), "its reader hears the same");
}

#[test]
fn r10_a_model_a_person_chose_is_never_replaced_unasked() {
    for (asked, expected) in [
        (None, None),
        (Some(Fallback::Never), None),
        (Some(Fallback::BeforeText), Some("other/x")),
        (Some(Fallback::AfterText), Some("other/x")),
    ] {
        let mut world = page();
        world.select("a", "ollama/x");
        world.ask_with(Needs::default(), asked).expect("an answer");
        let step = world.try_fails(failure(ErrorCode::Network));
        let moves = moves(&step.events);
        assert_eq!(moves.first().map(|(_, to)| *to), expected, "{asked:?}");
        // Then by the same model of another provider, and by no other.
        if expected.is_some() {
            let step = world.try_fails(failure(ErrorCode::Overloaded));
            assert_eq!(
                ended(&step).0.map(|failure| failure.code),
                Some(ErrorCode::Network)
            );
        }
    }
    let mut world = page();
    world.choose_any("a");
    world
        .ask_with(Needs::default(), Some(Fallback::Never))
        .expect("an answer");
    let step = world.try_fails(failure(ErrorCode::Network));
    assert_eq!(moves(&step.events), [], "the app said never");
}

#[test]
fn r10_a_model_that_is_named_goes_on_with_itself_only() {
    let mut world = page();
    let command = Command::RequestAnswer {
        conversation_id: None,
        model_id: Some("ollama/x".to_owned()),
        needs: Needs::default(),
        fallback: Some(Fallback::BeforeText),
    };
    world.command(command).expect("an answer");
    let step = world.try_fails(failure(ErrorCode::NotFound));
    assert_eq!(moves(&step.events), [("ollama/x", "other/x")]);
    // Not if it is too small.
    let needs = Needs {
        tokens: Some(8_000),
        ..Needs::default()
    };
    let command = Command::RequestAnswer {
        conversation_id: None,
        model_id: Some("ollama/x".to_owned()),
        needs,
        fallback: Some(Fallback::BeforeText),
    };
    world.served_answer_ends(0);
    world.command(command).expect("an answer");
    let step = world.try_fails(failure(ErrorCode::Overloaded));
    assert_eq!(moves(&step.events), []);
}

#[test]
fn r10_only_failures_another_model_may_mend_lead_on() {
    let retryable = |code| Failure::new(code, "x").retryable;
    for code in crate::failures::codes() {
        let expected = matches!(
            code,
            ErrorCode::RateLimited
                | ErrorCode::Overloaded
                | ErrorCode::Network
                | ErrorCode::Offline
                | ErrorCode::Timeout
                | ErrorCode::CorsOrNetwork
                | ErrorCode::LocalNetworkPermission
                | ErrorCode::NotFound
                | ErrorCode::ProviderError
                | ErrorCode::NotAModel
                | ErrorCode::StorageUnavailable
                | ErrorCode::LoadFailed
                | ErrorCode::EngineCrashed
        );
        let mut world = page();
        world.routed();
        let step = world.try_fails(failure(code));
        assert_eq!(!moves(&step.events).is_empty(), expected, "{code:?}");
        if code == ErrorCode::ProviderError {
            assert!(retryable(code));
            world.served_answer_ends(0);
            world.ask("a").expect("an answer");
            let step = world.try_fails(Failure {
                retryable: false,
                ..failure(code)
            });
            assert_eq!(moves(&step.events), [], "a request it refuses");
        }
    }
}

#[test]
fn r10_what_the_one_that_stepped_in_cannot_do_leads_on_and_the_first_failure_is_told() {
    for (code, next) in [
        (ErrorCode::Unauthorized, "other/x"),
        (ErrorCode::Unsupported, "other/x"),
    ] {
        let mut world = page();
        world.routed();
        world.try_fails(failure(ErrorCode::RateLimited));
        assert_eq!(world.at_work(), ["ollama/y"]);
        let step = world.try_fails(failure(code));
        assert_eq!(moves(&step.events), [("ollama/y", next)], "{code:?}");
        let step = world.try_fails(failure(ErrorCode::InvalidInput));
        let (told, _) = ended(&step);
        assert_eq!(told.map(|failure| failure.code), Some(ErrorCode::RateLimited));
    }
}

#[test]
fn r10_nothing_goes_on_after_text_was_shown_unless_the_app_asked_for_that() {
    let mut world = page();
    let answer = world.routed();
    world.shows(answer);
    let step = world.try_fails(failure(ErrorCode::ProviderError));
    assert_eq!(moves(&step.events), []);
    world.choose_any("a");
    let answer = world
        .ask_with(Needs::default(), Some(Fallback::AfterText))
        .expect("an answer");
    world.shows(answer);
    let step = world.try_fails(failure(ErrorCode::ProviderError));
    assert!(
        matches!(
            &step.events[..],
            [Event::AnswerFellBack { after_text: true, .. }, ..]
        ),
        "{:?}",
        step.events
    );
    // It stays marked: what was shown is still there.
    let step = world.try_fails(failure(ErrorCode::ProviderError));
    assert!(matches!(
        &step.events[..],
        [Event::AnswerFellBack { after_text: true, .. }, ..]
    ));
}

#[test]
fn r10_an_abort_stops_the_chain_wherever_it_is() {
    // While a try runs: its failure comes a moment later.
    let mut world = page();
    let answer = world.routed();
    let abort = |answer: AnswerId| Command::AbortAnswer {
        answer_id: answer.get(),
    };
    world.command(abort(answer)).expect("told to stop");
    let step = world.try_fails(failure(ErrorCode::Network));
    assert_eq!(moves(&step.events), []);
    // In the second try.
    let answer = world.routed();
    world.try_fails(failure(ErrorCode::Overloaded));
    world.command(abort(answer)).expect("told to stop");
    let step = world.try_fails(failure(ErrorCode::Overloaded));
    assert_eq!(moves(&step.events), []);
    // What its host says of the stop stands for itself.
    let mut world = page();
    let answer = world.routed();
    world.try_fails(failure(ErrorCode::Overloaded));
    world.command(abort(answer)).expect("told to stop");
    let (told, tried) = ended(&world.try_fails(failure(ErrorCode::Canceled)));
    assert_eq!(
        (told.map(|told| told.code), tried.len()),
        (Some(ErrorCode::Canceled), 1)
    );
    // Between two tries: the next model is being loaded.
    let mut world = waiting_for_a_load();
    let step = world.step(Input::Command(abort(AnswerId::from_number(1))));
    let (told, tried) = ended(&step);
    let told = told.expect("a failure");
    assert_eq!(
        (told.code, told.others.len(), tried.len()),
        (ErrorCode::Canceled, 0, 1)
    );
    world.unloaded(WLLAMA);
    assert!(world.answering(WLLAMA).is_none() && world.loading(WLLAMA).is_none());
}

/// The answer of a server's model goes on with one of this page, which is here but not loaded.
pub(crate) fn waiting_for_a_load() -> World {
    let mut world = World::with(Options {
        models: vec![model("one", WLLAMA)],
        profiles: vec![any_profile()],
        ..options()
    });
    world.serve(OLLAMA, &[("x", 9_000)]);
    world.cache("one");
    world.select("a", "ollama/x");
    world
        .command(Command::RemoveConversation {
            conversation_id: "b".into(),
        })
        .expect("gone");
    // Nobody ranks before what is on this device: the route is of a time when it was not.
    let removed = world.remove("one", true);
    removed.expect("removed");
    if let Some(message) = world.worker.delete() {
        world.says(message);
    }
    world.choose_any("a");
    assert_eq!(world.active("a"), Some("ollama/x"));
    world.cache("one");
    world.ask("a").expect("an answer");
    let step = world.try_fails(failure(ErrorCode::Network));
    assert_eq!(moves(&step.events), [("ollama/x", "one")]);
    assert!(world.loading(WLLAMA).is_some(), "it stands in its engine's line");
    world
}

#[test]
fn r10_a_model_of_this_page_takes_over_once_it_is_loaded() {
    let mut world = waiting_for_a_load();
    assert!(world.conversation("a").answering);
    let step = world.loaded(WLLAMA);
    let starts = |effect: &Effect| matches!(effect, Effect::StartAnswer { attempt: 2, .. });
    assert!(step.effects.iter().any(starts), "{:?}", step.effects);
    assert_eq!(
        world.active("a"),
        Some("ollama/x"),
        "the conversation keeps its model"
    );
    let step = world.answer_ends(WLLAMA);
    assert_eq!(ended(&step).0, None);
}

#[test]
fn r10_a_model_of_this_page_that_fails_is_followed_too() {
    // It cannot be loaded.
    let mut world = page();
    world.cache("one");
    world.choose_any("a");
    world.loaded(WLLAMA);
    assert_eq!(world.active("a"), Some("one"));
    world
        .command(Command::UnloadEngine {
            engine_id: WLLAMA.into(),
        })
        .expect("unloaded");
    world.unloaded(WLLAMA);
    world.ask("a").expect("an answer");
    let step = world.load_fails(WLLAMA);
    assert_eq!(moves(&step.events), [("one", "ollama/x")]);
    world.served_answer_ends(0);
    // It breaks down before anything was shown, and after that.
    for (shows, expected) in [(false, 1), (true, 0)] {
        let answer = world.ask("a").expect("an answer");
        world.loaded(WLLAMA);
        if shows {
            world.shows(AnswerId::from_number(answer));
        }
        let step = world.load_fails(WLLAMA);
        assert_eq!(moves(&step.events).len(), expected);
        if expected > 0 {
            world.served_answer_ends(0);
        }
        let (late, attempt) = *world.host.past_answers.last().expect("a try");
        world.late(Input::AnswerEnded {
            answer: late,
            attempt,
            failure: Some(failure(ErrorCode::EngineCrashed)),
        });
    }
}

#[test]
fn r10_all_answers_that_waited_for_a_failed_load_go_on() {
    for is_here in [false, true] {
        let mut world = page();
        world.cache("one");
        for conversation in ["a", "b"] {
            world.choose_any(conversation);
        }
        world.loaded(WLLAMA);
        if is_here {
            world.cache("two");
        }
        world
            .command(Command::UnloadEngine {
                engine_id: WLLAMA.into(),
            })
            .expect("unloaded");
        world.unloaded(WLLAMA);
        world.ask("a").expect("an answer");
        world.ask("b").expect("an answer");
        let step = world.load_fails(WLLAMA);
        let next = if is_here { "two" } else { "ollama/x" };
        assert_eq!(moves(&step.events), [("one", next), ("one", next)]);
        let of_loads = |effect: &&Effect| matches!(effect, Effect::Load { .. } | Effect::AbortLoad { .. });
        let loads = step.effects.iter().filter(of_loads).count();
        assert_eq!(loads, usize::from(is_here), "nobody waits for the other any more");
        assert_eq!(world.loading(WLLAMA).is_some(), is_here);
    }
}

#[test]
fn r10_an_answer_never_waits_for_a_download() {
    let mut world = World::with(Options {
        models: vec![model("one", WLLAMA)],
        profiles: vec![any_profile()],
        ..options()
    });
    world.serve(OLLAMA, &[("x", 9_000)]);
    world.routed();
    let step = world.try_fails(failure(ErrorCode::Network));
    assert_eq!(moves(&step.events), []);
    assert!(world.worker.current.is_none(), "nothing is fetched");
}

#[test]
fn c5_what_is_still_said_of_an_earlier_try_is_stale() {
    let mut world = page();
    let answer = world.routed();
    world.try_fails(failure(ErrorCode::Overloaded));
    for failed in [None, Some(failure(ErrorCode::Network))] {
        world.late(Input::AnswerEnded {
            answer,
            attempt: 1,
            failure: failed,
        });
    }
    world.late(Input::AnswerShown { answer, attempt: 1 });
    // Nothing was shown: it may go on once more.
    let step = world.try_fails(failure(ErrorCode::Overloaded));
    assert_eq!(moves(&step.events), [("ollama/y", "other/x")]);
    // Nor is a try known that has not begun.
    world.late(Input::AnswerEnded {
        answer,
        attempt: 4,
        failure: None,
    });
}
