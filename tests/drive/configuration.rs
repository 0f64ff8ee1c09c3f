//! The configuration as it crosses: layers, errors, what is stored, what the core is told.

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::input::Input;
use modelyard::engine::reading::read_command;
use modelyard::engine::{Engine, Options};
use modelyard::storage::memory_records::MemoryRecords;
use modelyard::storage::records::RecordsError;
use serde_json::{Value, json};

use crate::world::{World, nobody};

fn world() -> World {
    World::with("", |_| nobody())
}

fn core(world: &World) -> Value {
    serde_json::from_str(&world.service.core_settings()).expect("JSON")
}

#[test]
fn several_layers_are_replaced_together_or_not_at_all() {
    let world = world();
    let layers = json!([
        { "layer": "file", "text": r#"{"contextSize":1024}"# },
        { "layer": "environment", "text": r#"{"MODELYARD_TEMPERATURE":"0.5"}"# },
        { "layer": "options", "text": r#"{"generation":{"temperature":1}}"# },
        { "layer": "page", "text": "?modelyard.temperature=1.5" },
    ]);
    let changed = world.service.set_layers(&layers.to_string()).expect("good");
    assert_eq!(changed.keys, ["contextSize", "generation.temperature"]);
    let options = world.service.options_for("any", "").expect("good");
    assert_eq!(
        (options.context_size, options.temperature),
        (Some(1_024), Some(1.5))
    );
    let before = world.service.effective();
    let layers = json!([
        { "layer": "file", "text": r#"{"contextSize":2048}"# },
        { "layer": "options", "text": r#"{"generation":{"temperature":3,"topP":2}}"# },
    ]);
    let failure = world
        .service
        .set_layers(&layers.to_string())
        .expect_err("refused");
    assert_eq!(world.service.effective(), before);
    assert_eq!(failure.code, ErrorCode::InvalidConfig);
    assert_eq!(failure.field.as_deref(), Some("generation.temperature"));
    assert_eq!(failure.value.as_deref(), Some("3"));
    assert_eq!(failure.others.len(), 1);
    assert_eq!(failure.others[0].field.as_deref(), Some("generation.topP"));
}

#[test]
fn what_has_no_effect_is_a_warning_with_the_closest_key() {
    let world = world();
    let layers = json!([{ "layer": "file", "text": r#"{"contextsize":1}"# }]).to_string();
    let changed = world.service.set_layers(&layers).expect("good");
    assert_eq!(changed.warnings.len(), 1);
    assert_eq!(changed.warnings[0].field.as_deref(), Some("contextsize"));
    assert!(
        changed.warnings[0].recovery[0].contains("contextSize"),
        "{:?}",
        changed.warnings
    );
}

#[test]
fn a_saved_configuration_is_stored_and_in_force_again_after_a_restart() {
    let records = MemoryRecords::new();
    let first = world();
    let (service, stored) = (first.service.clone(), records.clone());
    assert_eq!(first.wait(async move { service.open(stored, true).await }), None);
    assert_eq!(first.service.stored_config(), None);
    let service = first.service.clone();
    let text = r#"{ "contextSize": 4096 }"#;
    first
        .wait(async move { service.save_config(text).await })
        .expect("saved");
    let service = first.service.clone();
    let refused = first
        .wait(async move { service.save_config("{").await })
        .expect_err("no JSON");
    assert_eq!(refused.code, ErrorCode::InvalidConfig);
    assert_eq!(first.service.stored_config().as_deref(), Some(text));
    let second = world();
    let (service, stored) = (second.service.clone(), records.clone());
    assert_eq!(second.wait(async move { service.open(stored, true).await }), None);
    assert_eq!(
        second.service.options_for("any", "").expect("good").context_size,
        Some(4_096)
    );
    assert_eq!(second.service.stored_config().as_deref(), Some(text));
    let third = world();
    let service = third.service.clone();
    third.wait(async move { service.open(records, false).await });
    assert_eq!(
        third.service.options_for("any", "").expect("good").context_size,
        None
    );
}

#[test]
fn a_stored_configuration_that_is_wrong_is_told_and_stays_stored() {
    let records = MemoryRecords::new();
    let first = world();
    let (service, stored) = (first.service.clone(), records.clone());
    first.wait(async move { service.open(stored, true).await });
    let service = first.service.clone();
    let text = r#"{"defaultProvider":"wllama"}"#;
    first
        .wait(async move { service.save_config(text).await })
        .expect("good where the engine is there");
    // Another layer makes it wrong: a profile of its own falls back to one that is not there any more.
    let second = world();
    second
        .set(
            "options",
            r#"{"routing":{"profiles":{"mine":{"fallback":"general"}}}}"#,
        )
        .expect("good");
    let service = second.service.clone();
    assert_eq!(
        second.wait(async move { service.open(records, true).await }),
        None
    );
}

#[test]
fn a_configuration_that_cannot_be_stored_is_in_force_and_the_app_hears_of_it() {
    let records = MemoryRecords::new();
    records.refuse_changes(Some(RecordsError::Full));
    let world = world();
    let service = world.service.clone();
    world.wait(async move { service.open(records, true).await });
    let service = world.service.clone();
    let failure = world
        .wait(async move { service.save_config(r#"{"contextSize":1}"#).await })
        .expect_err("full");
    assert_eq!(failure.code, ErrorCode::StorageFull);
    assert_eq!(
        world.service.options_for("any", "").expect("good").context_size,
        Some(1)
    );
}

#[test]
fn the_core_is_told_only_what_a_layer_says() {
    let world = world();
    assert_eq!(core(&world), json!({}));
    let config = r#"{"defaultProvider":"ollama","defaultModel":"tiny","providers":{"ollama":{}},"queue":{"superseded":"keep"},
        "catalog":{"my*":{"contextWindow":5,"capabilities":{"tools":"yes"}}},
        "routing":{"overrides":{"code":"coder:7b"},"profiles":{"legal":{"minContext":1024,"fallback":"general"}}}}"#;
    world.set("file", config).expect("good");
    let told = core(&world);
    assert_eq!(
        told,
        json!({
            "defaultModel": "ollama/tiny", "defaultProfile": "", "superseded": "keep",
            "catalog": [{"name":"my*","contextWindow":5.0,"capabilities":{"tools":"yes"}}],
            "profiles": [{"name":"legal","minContext":1024.0,"fallback":"general"}],
            "overrides": [{"profile":"code","model":"ollama/coder:7b"}],
        })
    );
    // What nobody says any more is taken back.
    world.set("file", "").expect("good");
    assert_eq!(
        core(&world),
        json!({"defaultModel":"","defaultProfile":"","superseded":"cancel","catalog":[],"profiles":[],"overrides":[]})
    );
}

#[test]
fn a_profile_or_a_model_begins_a_conversation_as_the_higher_layer_says() {
    let world = world();
    world.set("file", r#"{"defaultModel":"in-page"}"#).expect("good");
    assert_eq!(
        core(&world),
        json!({"defaultModel":"in-page","defaultProfile":""})
    );
    world
        .set("environment", r#"{"MODELYARD_PROFILE":"code"}"#)
        .expect("good");
    assert_eq!(core(&world), json!({"defaultModel":"","defaultProfile":"code"}));
}

#[test]
fn what_the_core_is_told_is_what_its_command_reads() {
    let world = world();
    let config = r#"{"catalog":{"my*":{"contextWindow":5,"capabilities":{"tools":"no","vision":"unknown"},"sizeBytes":9}},
        "routing":{"overrides":{"code":"c"},"profiles":{"legal":{"required":["tools"],"preferredFamilies":["qwen"],"order":"smallestFirst"}}}}"#;
    world.set("file", config).expect("good");
    let mut told = core(&world);
    told["type"] = json!("configure");
    let command = read_command(&told.to_string()).expect("the core reads it");
    let Command::Configure {
        catalog,
        profiles,
        overrides,
        ..
    } = command
    else {
        panic!("{command:?}")
    };
    let mut engine = Engine::new(Options::default()).expect("a core");
    let mut taken = |text: &str| {
        engine
            .handle(Input::Command(read_command(text).expect("good")), 0)
            .reply
    };
    assert_eq!(taken(&told.to_string()), Ok(Reply::Done));
    let effective = world.service.effective();
    assert_eq!(catalog, Some(effective.catalog()));
    assert_eq!(profiles, Some(effective.routing().profiles));
    assert_eq!(overrides, Some(effective.routing().overrides));
    // And taking it all back.
    world
        .set(
            "file",
            r#"{"queue":{"superseded":"keep"},"routing":{"defaultProfile":"code"}}"#,
        )
        .expect("good");
    core(&world);
    world.set("file", "").expect("good");
    let mut told = core(&world);
    told["type"] = json!("configure");
    assert_eq!(
        (&told["defaultModel"], &told["defaultProfile"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(taken(&told.to_string()), Ok(Reply::Done));
}

#[test]
fn options_of_a_call_that_are_wrong_are_invalid_input() {
    let failure = world()
        .service
        .options_for("m", r#"{"topK":0}"#)
        .expect_err("wrong");
    assert_eq!(
        (failure.code, failure.field.as_deref()),
        (ErrorCode::InvalidInput, Some("topK"))
    );
}
