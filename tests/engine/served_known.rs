//! What is known of models of servers: asked by people, and used by the router; and what the settings say of defaults.

use modelyard::catalog::record::{Capabilities, Support};
use modelyard::engine::command::{Command, Reply};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::manifest::{ModelManifest, Served};
use modelyard::engine::reading::read_command;
use modelyard::engine::snapshot::{JobLifecycle, ServerReach};
use modelyard::routing::{Dropped, Readiness, Unreachable};
use serde_json::{Value, json};

use crate::models::{served, told};
use crate::served::with_server;
use crate::server::OLLAMA;
use crate::world::World;

const X: &str = "ollama/llama3.2:1b";

/// A model of which its server says everything.
fn known() -> ModelManifest {
    ModelManifest {
        served: Some(Box::new(Served {
            size_bytes: Some(1_300_000_000),
            context_window: Some(131_072),
            served_context: Some(4_096),
            max_output_tokens: Some(1_000),
            family: Some("bert".to_owned()),
            parameters_billions: Some(1.235_8),
            quantization: Some("Q8_0".to_owned()),
            modified: Some("yesterday \"at\"\n5".to_owned()),
            capabilities: Capabilities {
                tools: Support::Yes,
                vision: Support::No,
                ..Capabilities::default()
            },
            ..told("llama3.2:1b")
        })),
        ..served(OLLAMA, "llama3.2:1b", true)
    }
}

fn page() -> World {
    let mut world = World::with(with_server());
    world.serves(vec![known()]).expect("a good list");
    world
}

fn say(world: &mut World, text: &str) -> Result<Reply, Failure> {
    world.command(read_command(text)?)
}

/// What is known of one model, put together as the package does.
fn described(world: &mut World, model: &str) -> Value {
    let model_ids = vec![model.to_owned()];
    let Ok(Reply::Described { facts }) = world.command(Command::Describe { model_ids }) else {
        panic!("not described");
    };
    let [sources, names, supports, facts]: [Vec<Value>; 4] = serde_json::from_str(&facts).expect("JSON");
    assert_eq!(facts.len(), 12);
    let whole = |at: usize| usize::try_from(facts[at].as_u64().expect("a number")).expect("small");
    let limit = |at: usize| json!({ "tokens": facts[at], "source": sources[whole(at + 1)] });
    let mut digits = whole(7);
    let mut capabilities = json!({});
    for name in &names {
        capabilities[name.as_str().expect("a name")] = supports[digits % 3].clone();
        digits /= 3;
    }
    json!({
        "family": facts[0],
        "context": limit(1),
        "effectiveContext": limit(3),
        "maxOutput": limit(5),
        "capabilities": capabilities,
        "parametersMillions": facts[8],
        "quantization": facts[9],
        "sizeBytes": facts[10],
        "modified": facts[11],
    })
}

#[test]
fn what_a_server_says_of_a_model_is_merged_with_what_is_known_of_its_name() {
    let lookup = described(&mut page(), X);
    assert_eq!(
        lookup["family"], "llama",
        "the name knows better than the architecture"
    );
    assert_eq!(lookup["context"]["tokens"], 131_072);
    assert_eq!(lookup["context"]["source"], "advertised");
    assert_eq!(lookup["effectiveContext"]["tokens"], 4_096);
    assert_eq!(lookup["effectiveContext"]["source"], "served");
    assert_eq!(lookup["maxOutput"]["tokens"], 1_000);
    assert_eq!(lookup["parametersMillions"], 1_236);
    assert_eq!(
        (&lookup["quantization"], &lookup["sizeBytes"]),
        (&"Q8_0".into(), &1_300_000_000.into())
    );
    assert_eq!(lookup["modified"], "yesterday \"at\"\n5");
    let can = &lookup["capabilities"];
    assert_eq!(
        (&can["tools"], &can["vision"], &can["streaming"]),
        (&"yes".into(), &"no".into(), &"yes".into())
    );
}

#[test]
fn the_app_stands_above_the_server() {
    let mut world = page();
    let mut manifest = known();
    manifest.context_window = Some(16_384);
    world.serves(vec![manifest]).expect("a good list");
    let configure = format!(
        r#"{{"type":"configure","catalog":[{{"name":"{X}","capabilities":{{"tools":false}},"contextWindow":65536}}]}}"#
    );
    say(&mut world, &configure).expect("good settings");
    let lookup = described(&mut world, X);
    assert_eq!(lookup["effectiveContext"]["tokens"], 16_384);
    assert_eq!(lookup["effectiveContext"]["source"], "user");
    assert_eq!(lookup["context"]["tokens"], 65_536);
    assert_eq!(lookup["capabilities"]["tools"], "no");
    assert_eq!(world.model(X).context_window, Some(16_384));
}

#[test]
fn an_unknown_name_takes_the_family_its_server_names() {
    let mut world = World::with(with_server());
    let told = |name: &str, family: &str| ModelManifest {
        served: Some(Box::new(Served {
            family: Some(family.to_owned()),
            parameters_billions: Some(f64::from(-3)),
            ..told(name)
        })),
        ..served(OLLAMA, name, true)
    };
    let models = vec![told("my-own", "qwen2"), told("other", "Something")];
    world.serves(models).expect("a good list");
    let lookup = described(&mut world, "ollama/my-own");
    assert_eq!(
        (&lookup["family"], &lookup["parametersMillions"]),
        (&"qwen".into(), &Value::Null)
    );
    assert_eq!(described(&mut world, "ollama/other")["family"], "something");
}

#[test]
fn models_of_the_page_are_described_too_and_unknown_ones_refuse_all() {
    let mut world = page();
    let lookup = described(&mut world, "one");
    assert_eq!(lookup["effectiveContext"]["tokens"], 4_096);
    let failure = say(
        &mut world,
        r#"{"type":"describe","modelIds":["one","ollama/nobody"]}"#,
    )
    .expect_err("unknown");
    assert_eq!(
        (failure.code, failure.field.as_deref()),
        (ErrorCode::NotFound, Some("modelId"))
    );
}

fn decided(world: &mut World) -> modelyard::routing::Decision {
    let text = format!(r#"{{"type":"route","request":{{"wish":{{"model":"{X}"}},"strict":true}}}}"#);
    match say(world, &text) {
        Ok(Reply::Decided { decision, .. }) => *decision,
        other => panic!("no decision: {other:?}"),
    }
}

#[test]
fn the_router_knows_a_model_of_a_server_as_remote_and_asks_whether_it_can_be_reached() {
    let mut world = page();
    let reach = |world: &mut World, reach| {
        let engine_id = OLLAMA.to_owned();
        world
            .command(Command::ServerReach { engine_id, reach })
            .expect("a server");
    };
    for (reached, reason) in [
        (ServerReach::Down, Unreachable::Down),
        (ServerReach::Offline, Unreachable::Offline),
        (ServerReach::Cors, Unreachable::Cors),
        (ServerReach::Permission, Unreachable::Permission),
    ] {
        reach(&mut world, reached);
        let decision = decided(&mut world);
        assert_eq!(decision.chosen, None);
        let text = serde_json::to_string(&decision).expect("JSON");
        let dropped = serde_json::to_string(&Dropped::Unreachable { reason }).expect("JSON");
        assert!(text.contains(&dropped), "{text}");
    }
    for reached in [ServerReach::Unknown, ServerReach::Yes] {
        reach(&mut world, reached);
        let decision = decided(&mut world);
        let chosen = decision.chosen.clone().expect("it can be reached");
        assert_eq!((chosen.id.as_str(), chosen.provider.as_str()), (X, OLLAMA));
        let text = serde_json::to_string(&decision).expect("JSON");
        let ready = serde_json::to_string(&Readiness::Reachable).expect("JSON");
        assert!(text.contains(&ready), "{text}");
    }
}

#[test]
fn a_profile_leads_to_a_model_of_a_server_by_the_context_it_is_served_with() {
    let mut world = page();
    let reply = |world: &mut World, tokens: u32| {
        let text = format!(
            r#"{{"type":"selectProfile","conversationId":"a","profile":"mine","needs":{{"tools":true,"tokens":{tokens}}}}}"#
        );
        say(world, &text)
    };
    say(
        &mut world,
        r#"{"type":"configure","profiles":[{"name":"mine","minContext":1}]}"#,
    )
    .expect("good settings");
    let failure = reply(&mut world, 5_000).expect_err("it is served with 4,096 (fault 44)");
    assert_eq!(failure.code, ErrorCode::NoCompatibleModels);
    assert_eq!(
        reply(&mut world, 4_000),
        Ok(Reply::Routed {
            model_id: X.to_owned(),
            intent: 1
        })
    );
    assert_eq!(world.active("a"), Some(X));
}

#[test]
fn the_defaults_of_new_conversations_can_be_set_later() {
    let mut world = page();
    say(
        &mut world,
        &format!(r#"{{"type":"configure","defaultModel":"{X}"}}"#),
    )
    .expect("known");
    world.open("c");
    assert_eq!(world.active("c"), Some(X));
    // One that its server may name later.
    say(
        &mut world,
        r#"{"type":"configure","defaultModel":"ollama/later"}"#,
    )
    .expect("of a known server");
    say(&mut world, r#"{"type":"configure"}"#).expect("nothing is changed");
    world.add_served("later");
    world.open("d");
    assert_eq!(world.active("d"), Some("ollama/later"));
    say(&mut world, r#"{"type":"configure","defaultModel":""}"#).expect("none");
    world.open("e");
    assert_eq!(world.active("e"), None);
    say(
        &mut world,
        r#"{"type":"configure","profiles":[{"name":"mine","minContext":1}],"defaultProfile":"mine"}"#,
    )
    .expect("a profile");
    world.open("f");
    assert!(world.conversation("f").route.is_some());
    say(&mut world, r#"{"type":"configure","defaultProfile":""}"#).expect("none");
    world.open("g");
    assert_eq!(world.conversation("g").route, None);
}

#[test]
fn wrong_defaults_change_nothing() {
    let mut world = page();
    say(
        &mut world,
        &format!(r#"{{"type":"configure","defaultModel":"{X}"}}"#),
    )
    .expect("known");
    for (text, field) in [
        (
            r#"{"type":"configure","profiles":[{"name":"mine"}],"defaultModel":"nobody"}"#,
            "defaultModel",
        ),
        (
            r#"{"type":"configure","profiles":[{"name":"mine"}],"defaultModel":"a b"}"#,
            "defaultModel",
        ),
        (
            r#"{"type":"configure","profiles":[{"name":"mine"}],"defaultProfile":"nobody"}"#,
            "defaultProfile",
        ),
        (
            r#"{"type":"configure","defaultModel":"","superseded":"keep","profiles":[{"name":""}]}"#,
            "profiles[0].name",
        ),
        (r#"{"type":"configure","superseded":"never"}"#, "superseded"),
    ] {
        let failure = say(&mut world, text).expect_err("refused");
        assert_eq!(failure.field.as_deref(), Some(field), "{}", failure.message);
    }
    assert!(world.shown.profiles.iter().all(|profile| profile.name != "mine"));
    world.open("c");
    assert_eq!(world.active("c"), Some(X));
    world.download("one");
    world.select("a", "two");
    world.select("a", X);
    assert_eq!(
        world.lifecycle("two"),
        Some(JobLifecycle::Canceled),
        "superseded is what it was"
    );
}

#[test]
fn what_becomes_of_superseded_downloads_can_be_set_later() {
    let mut world = page();
    say(&mut world, r#"{"type":"configure","superseded":"keep"}"#).expect("good settings");
    world.download("one");
    world.select("a", "two");
    world.select("a", X);
    assert_eq!(world.lifecycle("two"), Some(JobLifecycle::Queued));
}
