//! Profiles in conversations: requirements C1 and R9, and what the app may tell the router.

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::event::Event;
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::reading::read_command;
use modelyard::engine::snapshot::RouteState;
use modelyard::engine::{Engine, Options};
use modelyard::routing::{Decision, Dropped, Unreachable};

use crate::world::{WLLAMA, World, options};

/// What the app says of the models here: `one` is small, `two` has a long context, `three` writes programs.
const CATALOG: &str = r#"[
    {"name":"one","family":"phi","contextWindow":4096,"parametersBillions":0.5,"capabilities":{"tools":"yes"}},
    {"name":"two","family":"llama","contextWindow":32768},
    {"name":"three","family":"codellama","contextWindow":16384}
]"#;

fn configured(with: Options) -> World {
    let mut world = World::with(with);
    world
        .json(&format!(r#"{{"type":"configure","catalog":{CATALOG}}}"#))
        .expect("good settings");
    world
}

/// Models whose manifests say nothing of their context.
fn plain() -> Options {
    let mut options = options();
    for model in &mut options.models {
        model.context_window = None;
    }
    options
}

impl World {
    fn json(&mut self, text: &str) -> Result<Reply, Failure> {
        self.command(read_command(text)?)
    }

    fn select_profile(&mut self, conversation: &str, profile: &str) -> Result<Reply, Failure> {
        self.json(&format!(
            r#"{{"type":"selectProfile","conversationId":"{conversation}","profile":"{profile}"}}"#
        ))
    }

    fn route_of(&self, conversation: &str) -> Option<&RouteState> {
        self.conversation(conversation).route.as_ref()
    }

    fn asked(&mut self, request: &str) -> (Box<Decision>, Option<Failure>) {
        match self.json(&format!(r#"{{"type":"route","request":{request}}}"#)) {
            Ok(Reply::Decided {
                decision, failure, ..
            }) => (decision, failure),
            other => panic!("no decision: {other:?}"),
        }
    }

    fn chosen(&mut self, profile: &str) -> Option<String> {
        let (decision, _) = self.asked(&format!(r#"{{"wish":{{"profile":"{profile}"}}}}"#));
        decision.chosen.map(|chosen| chosen.id.as_str().to_owned())
    }
}

#[test]
fn a_profile_selects_the_model_it_leads_to_and_says_why() {
    let mut world = configured(plain());
    let reply = world.select_profile("a", "code").expect("a model");
    assert_eq!(
        reply,
        Reply::Routed {
            model_id: "three".into(),
            intent: 1
        }
    );
    assert_eq!(world.requested("a"), Some("three"));
    let route = world.route_of("a").expect("a route").clone();
    assert_eq!(
        (route.profile.as_str(), route.model_id.as_str()),
        ("code", "three")
    );
    // Models are called what people read of them.
    assert!(
        route.explanation[0].starts_with("THREE was chosen"),
        "{:?}",
        route.explanation
    );
    assert!(world.events.iter().any(|event| matches!(event,
        Event::ModelRouted { conversation_id: Some(id), decision, .. }
            if id == "a" && decision.chosen.as_ref().is_some_and(|chosen| chosen.id.as_str() == "three"))));
}

#[test]
fn a_route_is_stored_with_its_conversation_and_comes_back() {
    let mut world = configured(plain());
    world.select_profile("a", "fast").expect("a model");
    let before = world.route_of("a").cloned();
    assert_eq!(before.as_ref().map(|route| route.model_id.as_str()), Some("one"));
    world.reload();
    assert_eq!(world.route_of("a").cloned(), before);
}

#[test]
fn r9_a_route_stays_when_a_better_model_comes() {
    let mut world = configured(plain());
    world.select_profile("a", "general").expect("a model");
    assert_eq!(world.requested("a"), Some("two"));
    world
        .json(r#"{"type":"configure","catalog":[{"name":"four","family":"llama","contextWindow":99999}]}"#)
        .expect("good settings");
    assert_eq!(world.chosen("general").as_deref(), Some("four"));
    assert_eq!(world.requested("a"), Some("two"));
}

#[test]
fn a_model_chosen_by_its_name_ends_the_route() {
    let mut world = configured(plain());
    world.select_profile("a", "fast").expect("a model");
    world.select("a", "two");
    assert_eq!(world.route_of("a"), None);
}

#[test]
fn r9_a_failure_ends_the_route_and_the_active_model_stays() {
    let mut world = configured(plain());
    world.activate("a", "two");
    world.select_profile("a", "fast").expect("a model");
    world.fail(ErrorCode::Integrity);
    assert_eq!(
        (world.requested("a"), world.active("a")),
        (Some("two"), Some("two"))
    );
    assert_eq!(world.route_of("a"), None);
}

#[test]
fn a_route_ends_with_its_model() {
    let mut world = configured(plain());
    world.activate("b", "one");
    world.select_profile("a", "fast").expect("a model");
    assert_eq!(world.active("a"), Some("one"));
    world.remove("one", true).expect("removed");
    world.unloaded(WLLAMA);
    assert_eq!((world.requested("a"), world.route_of("a")), (None, None));
}

#[test]
fn c1_a_new_conversation_starts_with_the_default_profile_and_fetches_nothing() {
    let mut options = plain();
    options.default_profile = Some("general".into());
    let mut world = configured(options);
    let heard = world.worker.heard.len();
    world.open("c");
    assert_eq!(
        (world.active("c"), world.requested("c")),
        (Some("two"), Some("two"))
    );
    assert_eq!(
        world.route_of("c").map(|route| route.profile.as_str()),
        Some("general")
    );
    assert_eq!(world.worker.heard.len(), heard);
}

#[test]
fn c1_where_the_default_profile_leads_nowhere_the_default_model_counts() {
    let mut world = World::with(Options {
        default_profile: Some("general".into()),
        default_model: Some(crate::models::model_id("six")),
        ..plain()
    });
    world.open("c");
    assert_eq!((world.active("c"), world.route_of("c")), (Some("six"), None));
}

#[test]
fn a_profile_that_leads_nowhere_changes_nothing_and_says_why() {
    let mut world = World::with(plain());
    let before = world.shown.clone();
    let failure = world.select_profile("a", "general").expect_err("no model fits");
    assert_eq!(failure.code, ErrorCode::NoCompatibleModels);
    assert!(failure.cause.is_some_and(|cause| cause.contains("one")));
    assert_eq!(world.shown, before);

    let failure = world.select_profile("a", "crative").expect_err("no such profile");
    assert_eq!(failure.code, ErrorCode::UnknownProfile);
    assert!(failure.message.contains("creative"), "{}", failure.message);
    assert_eq!(world.shown, before);
}

#[test]
fn asking_the_router_tells_it_and_changes_nothing() {
    let mut world = configured(plain());
    let before = world.shown.clone();
    let disk = world.disk.clone();
    assert_eq!(world.chosen("fast").as_deref(), Some("one"));
    assert_eq!((world.shown.clone(), world.disk.clone()), (before, disk));
    assert!(matches!(
        world.events.last(),
        Some(Event::ModelRouted {
            conversation_id: None,
            ..
        })
    ));
}

#[test]
fn where_no_model_fits_the_decision_says_what_became_of_each() {
    let mut world = configured(plain());
    let (decision, failure) = world.asked(r#"{"wish":{"profile":"general"},"needs":{"tokens":40000}}"#);
    assert_eq!(
        failure.map(|failure| failure.code),
        Some(ErrorCode::NoCompatibleModels)
    );
    assert_eq!(decision.chosen, None);
    assert_eq!(decision.path[0].verdicts.len(), world.options.models.len());
}

#[test]
fn the_needs_of_a_request_are_hard() {
    let mut world = configured(plain());
    let (decision, _) = world.asked(r#"{"wish":{"profile":"fast"},"needs":{"tools":true}}"#);
    assert_eq!(
        decision
            .chosen
            .map(|chosen| chosen.id.as_str().to_owned())
            .as_deref(),
        Some("one")
    );
    let (decision, failure) =
        world.asked(r#"{"wish":{"model":"two"},"needs":{"images":true},"strict":true}"#);
    assert_eq!((decision.chosen, failure.is_some()), (None, true));
}

#[test]
fn r6_a_model_that_is_here_comes_before_one_that_is_to_be_downloaded() {
    let mut world = configured(plain());
    world
        .json(
            r#"{"type":"configure","catalog":[
                {"name":"one","family":"llama","contextWindow":9000},
                {"name":"two","family":"llama","contextWindow":99000}]}"#,
        )
        .expect("good settings");
    assert_eq!(world.chosen("general").as_deref(), Some("two"));
    world.activate("a", "one");
    assert_eq!(world.chosen("general").as_deref(), Some("one"));
}

#[test]
fn r9_without_a_network_only_what_is_here_counts() {
    let mut world = configured(plain());
    world.activate("a", "one");
    world
        .json(r#"{"type":"describeDevice","online":false}"#)
        .expect("heard");
    let (decision, _) = world.asked(r#"{"wish":{"profile":"general"}}"#);
    assert_eq!(decision.chosen, None);
    let offline = Dropped::Unreachable {
        reason: Unreachable::Offline,
    };
    let verdicts = &decision.path[0].verdicts;
    let two = verdicts
        .iter()
        .find(|verdict| verdict.id.as_str() == "two")
        .expect("a verdict");
    assert_eq!(two.dropped, Some(offline));
    assert_eq!(world.chosen("fast").as_deref(), Some("one"));
}

#[test]
fn a_model_whose_engine_is_not_there_is_left_out() {
    let mut options = plain();
    options.engines.truncate(1);
    let mut world = configured(options);
    world
        .json(r#"{"type":"configure","catalog":[{"name":"five","family":"llama","contextWindow":99000}]}"#)
        .expect("good settings");
    let (decision, failure) = world.asked(r#"{"wish":{"profile":"general"}}"#);
    assert_eq!(
        failure.map(|failure| failure.code),
        Some(ErrorCode::NoCompatibleModels)
    );
    let five = decision.path[0]
        .verdicts
        .iter()
        .find(|verdict| verdict.id.as_str() == "five");
    let down = Dropped::Unreachable {
        reason: Unreachable::Down,
    };
    assert_eq!(five.and_then(|verdict| verdict.dropped), Some(down));
    world
        .select_profile("a", "general")
        .expect_err("no engine runs it");
}

#[test]
fn the_manifest_names_the_model_for_the_catalog_and_its_context_counts() {
    let mut options = options();
    options.models.truncate(1);
    options.models[0].catalog_name = Some("three".into());
    let mut world = configured(options);
    // The manifest's 4,096 tokens are what it is served with, whatever the entry says it was made for.
    let (decision, _) = world.asked(r#"{"wish":{"model":"one"}}"#);
    let standing = decision.path[0].verdicts[0].standing;
    assert_eq!(standing.context.tokens, 4_096);
}

#[test]
fn an_override_leads_to_its_model_and_settings_are_all_or_nothing() {
    let mut world = configured(plain());
    world
        .json(r#"{"type":"configure","overrides":[{"profile":"fast","model":"two"}]}"#)
        .expect("good settings");
    assert_eq!(world.chosen("fast").as_deref(), Some("two"));
    // What is not named stays as it is.
    assert_eq!(world.chosen("code").as_deref(), Some("three"));

    let failure = world
        .json(
            r#"{"type":"configure",
                "overrides":[{"profile":"fsat","model":"one"}],
                "profiles":[{"name":"mine","fallback":"gneral"},{"name":"","minContext":-1}],
                "catalog":[]}"#,
        )
        .expect_err("wrong settings");
    assert_eq!(failure.code, ErrorCode::InvalidConfig);
    let fields: Vec<_> = std::iter::once(&failure)
        .chain(&failure.others)
        .filter_map(|one| one.field.clone())
        .collect();
    for field in [
        "profiles[0].fallback",
        "profiles[1].name",
        "profiles[1].minContext",
        "overrides[0].profile",
    ] {
        assert!(
            fields.iter().any(|one| one == field),
            "{field} is not among {fields:?}"
        );
    }
    assert_eq!(world.chosen("fast").as_deref(), Some("two"));
    assert_eq!(world.chosen("code").as_deref(), Some("three"));
}

#[test]
fn wrong_entries_for_the_catalog_are_all_named_and_the_old_ones_stay() {
    let mut world = configured(plain());
    let failure = world
        .json(
            r#"{"type":"configure","profiles":[{"name":"mine"}],"catalog":[
                {"name":"a[","contextWindow":1},
                {"name":"fine","contextWindow":-5}]}"#,
        )
        .expect_err("wrong entries");
    assert_eq!(failure.code, ErrorCode::InvalidConfig);
    assert_eq!(failure.field.as_deref(), Some("catalog[0].name"));
    assert_eq!(
        failure.others[0].field.as_deref(),
        Some("catalog[1].contextWindow")
    );
    assert_eq!(world.chosen("code").as_deref(), Some("three"));
    assert!(!world.shown.profiles.iter().any(|profile| profile.name == "mine"));
}

#[test]
fn the_profiles_in_force_are_shown() {
    let mut world = configured(plain());
    let names = |world: &World| -> Vec<String> {
        let profiles = world.shown.profiles.iter();
        profiles.map(|profile| profile.name.to_string()).collect()
    };
    assert_eq!(names(&world), ["fast", "general", "code", "creative"]);
    world
        .json(r#"{"type":"configure","profiles":[{"name":"mine","minContext":1}]}"#)
        .expect("good settings");
    assert_eq!(names(&world), ["fast", "general", "code", "creative", "mine"]);
}

#[test]
fn an_unknown_default_profile_is_refused_at_the_start_and_later() {
    let refused = |options: Options| Engine::new(options).expect_err("no such profile");
    let mut options = plain();
    options.default_profile = Some("genral".into());
    let failure = refused(options);
    assert_eq!(
        (failure.code, failure.field.as_deref()),
        (ErrorCode::InvalidConfig, Some("defaultProfile"))
    );
    assert!(failure.recovery[0].contains("general"), "{:?}", failure.recovery);

    let mine = read_command(r#"{"type":"configure","profiles":[{"name":"mine"}]}"#);
    let Ok(Command::Configure {
        profiles: Some(profiles),
        ..
    }) = mine
    else {
        panic!("{mine:?}");
    };
    let mut world = World::with(Options {
        default_profile: Some("mine".into()),
        profiles,
        ..plain()
    });
    let failure = world
        .json(r#"{"type":"configure","profiles":[]}"#)
        .expect_err("the default profile would be gone");
    assert_eq!(failure.code, ErrorCode::InvalidConfig);
    assert_eq!(world.shown.profiles.len(), 5);
}
