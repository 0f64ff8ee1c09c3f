//! Bad input for the core: groups 42 to 49 and unknown ids.
//!
//! That a refused command changes nothing is a law of every step here.

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::digest::Digest;
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::manifest::{MAX_FILE_BYTES, MAX_FILES, ModelManifest};
use modelyard::engine::{Engine, Options};
use modelyard::routing::Needs;

use crate::models::{digest_of, file, model, model_id, model_of};
use crate::reading::{read_models, text_with, unreadable};
use crate::world::{WLLAMA, World, options};

fn refused(models: Vec<ModelManifest>) -> Failure {
    let mut world = World::new();
    let failure = world
        .command(Command::AddModels {
            models: models.clone(),
        })
        .expect_err("refused");
    let at_start = Engine::new(Options {
        models,
        ..Options::default()
    })
    .expect_err("refused at the start too");
    assert_eq!((failure.code, &failure.field), (at_start.code, &at_start.field));
    assert!(!failure.recovery.is_empty());
    failure
}

#[track_caller]
fn refused_at(models: Vec<ModelManifest>, field: &str, why: &str) {
    let failure = refused(models);
    assert_eq!(failure.code, ErrorCode::InvalidInput);
    assert_eq!(failure.field.as_deref(), Some(field), "{}", failure.message);
    assert!(failure.message.contains(why), "{}", failure.message);
}

#[test]
fn group_42_a_size_of_0_is_refused() {
    let mut wrong = model("m", WLLAMA);
    wrong.files[0].size_bytes = Some(0);
    refused_at(vec![wrong], "models[0].files[0].sizeBytes", "greater than 0");
}

#[test]
fn group_43_sizes_that_are_no_sizes_are_refused() {
    for size in [
        "-1",
        "-0",
        "1.5",
        "\"123\"",
        "1e21",
        "18446744073709551616",
        "true",
        "[]",
        "{}",
    ] {
        unreadable(&text_with("sizeBytes", size), "models[0].files[0].sizeBytes");
    }
    for (size, fits) in [
        (MAX_FILE_BYTES, true),
        (1 << 53, false),
        ((1 << 53) + 1, false),
        (1 << 63, false),
        (u64::MAX, false),
    ] {
        let manifests = read_models(&text_with("sizeBytes", &size.to_string())).expect("a number");
        let known = Engine::new(Options {
            models: manifests.clone(),
            ..Options::default()
        })
        .is_ok();
        assert_eq!(known, fits, "{size}");
        if !fits {
            refused_at(manifests, "models[0].files[0].sizeBytes", "2^53 - 1");
        }
    }
    assert!(
        read_models(&text_with("sizeBytes", "null")).is_ok(),
        "unknown is allowed"
    );
}

#[test]
fn group_44_a_digest_names_its_blob_and_only_so() {
    let digest = digest_of("m");
    assert_eq!(digest.blob_name(), format!("sha256-{digest}"));
    assert_eq!(Digest::from_blob_name(&digest.blob_name()), Some(digest));
    for name in [
        "",
        "sha256-",
        "model.gguf",
        &digest.to_string(),
        &format!("sha256-{digest}.crswap"),
    ] {
        assert_eq!(Digest::from_blob_name(name), None, "{name}");
    }
    assert_eq!(format!("{digest:?}"), digest.to_string());
}

#[test]
fn group_46_two_manifests_of_one_id_are_refused_together() {
    let mut other = model("m", WLLAMA);
    other.files[0].sha256 = Some(digest_of("other"));
    refused_at(vec![model("m", WLLAMA), other], "models[1].id", "twice");
}

#[test]
fn group_47_one_digest_with_two_sizes_is_refused_also_across_models() {
    let mut shorter = file("m");
    shorter.name = "other.gguf".to_owned();
    shorter.size_bytes = Some(5);
    let mut within = model("m", WLLAMA);
    within.files.push(shorter.clone());
    refused_at(vec![within], "models[0].files[1].sha256", "another size");

    let mut across = model("n", WLLAMA);
    across.files = vec![shorter.clone()];
    refused_at(
        vec![model("m", WLLAMA), across.clone()],
        "models[1].files[0].sha256",
        "another size",
    );

    let mut world = World::new();
    across.files[0].sha256 = Some(digest_of("one"));
    let failure = world
        .command(Command::AddModels {
            models: vec![across.clone()],
        })
        .expect_err("known otherwise");
    assert_eq!(failure.field.as_deref(), Some("models[0].files[0].sha256"));

    across.files[0].size_bytes = None;
    world
        .command(Command::AddModels { models: vec![across] })
        .expect("an unknown size contradicts nothing");
}

#[test]
fn group_48_ids_that_deceive_or_attack_are_refused_where_they_come_in() {
    let long = "x".repeat(257);
    let bad = [
        ("", "empty"),
        (long.as_str(), "longer"),
        ("../x", "`..`"),
        ("a..b", "`..`"),
        ("trailing ", "blank"),
        (" leading", "blank"),
        ("tab\t", "blank"),
        ("nul\0", "control"),
        ("rtl\u{202E}", "invisible"),
        ("zero\u{200B}width", "invisible"),
        ("soft\u{AD}hyphen", "invisible"),
        ("bom\u{FEFF}", "invisible"),
        ("nbsp\u{A0}", "blank"),
        ("mark\u{61C}", "invisible"),
        ("anchor\u{FFF9}", "invisible"),
    ];
    let mut world = World::new();
    for (id, why) in bad {
        let failure = world
            .command(Command::OpenConversation {
                conversation_id: id.to_owned(),
            })
            .expect_err("no id");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::InvalidInput, Some("conversationId"))
        );
        assert!(failure.message.contains(why), "{id:?}: {}", failure.message);
        let model_id = id.to_owned();
        let failure = world.command(Command::Download { model_id }).expect_err("no id");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::InvalidInput, Some("modelId"))
        );
        let failure = world
            .command(Command::UnloadEngine {
                engine_id: id.to_owned(),
            })
            .expect_err("no id");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::InvalidInput, Some("engineId"))
        );
        let text = format!("[{{\"id\":{}}}]", serde_json::to_string(id).expect("text"));
        unreadable(&text, "models[0].id");
    }
    for fine in [
        "con",
        "__proto__",
        "constructor",
        "emoji-🦙",
        "a.b",
        "x",
        &"é".repeat(256),
        "org/model:tag",
    ] {
        world.open(fine);
        assert!(world.shown.conversations.contains_key(fine));
    }
    world.open("caf\u{E9}");
    world.open("cafe\u{301}");
    assert_ne!(
        world.shown.conversations.get("caf\u{E9}"),
        world.shown.conversations.get("cafe\u{301}")
    );
}

#[test]
fn group_49_too_many_files_and_totals_beyond_counting_are_refused() {
    let mut many = model("m", WLLAMA);
    many.files = (0..10_000).map(|index| file(&format!("f{index}"))).collect();
    refused_at(vec![many], "models[0].files", "1 to 1000");
    let mut none = model("m", WLLAMA);
    none.files.clear();
    refused_at(vec![none], "models[0].files", "1 to 1000");
    let mut huge = model_of("m", WLLAMA, &["left", "right"]);
    huge.files
        .iter_mut()
        .for_each(|file| file.size_bytes = Some(u64::MAX));
    assert_eq!(huge.total_bytes(), None, "no total, no overflow");
    refused_at(vec![huge], "models[0].files[0].sizeBytes", "2^53 - 1");
    let mut halves = model_of("m", WLLAMA, &["left", "right"]);
    halves
        .files
        .iter_mut()
        .for_each(|file| file.size_bytes = Some(1 << 52));
    refused_at(vec![halves], "models[0].files[1].sizeBytes", "all files together");
    let mut most = model("m", WLLAMA);
    most.files = (0..MAX_FILES).map(|index| file(&format!("f{index}"))).collect();
    assert!(
        Engine::new(Options {
            models: vec![most],
            ..Options::default()
        })
        .is_ok()
    );
}

#[test]
fn names_that_are_no_names_are_refused() {
    for (name, why) in [
        ("", "empty"),
        ("  ", "empty"),
        ("a\nb", "control"),
        (&"x".repeat(257), "longer"),
    ] {
        let mut wrong = model("m", WLLAMA);
        name.clone_into(&mut wrong.name);
        refused_at(vec![wrong], "models[0].name", why);
        let mut wrong = model("m", WLLAMA);
        name.clone_into(&mut wrong.files[0].name);
        refused_at(vec![wrong], "models[0].files[0].name", why);
    }
    for name in ["../m.gguf", "a/../../m", "/etc/passwd", "a\\b", ".."] {
        let mut wrong = model("m", WLLAMA);
        name.clone_into(&mut wrong.files[0].name);
        refused_at(vec![wrong], "models[0].files[0].name", "relative");
    }
    let mut twice = model_of("m", WLLAMA, &["left", "right"]);
    twice.files[1].name = twice.files[0].name.clone();
    refused_at(vec![twice], "models[0].files[1].name", "twice");
    let mut wordy = model("m", WLLAMA);
    wordy.description = Some("x".repeat(2_001));
    refused_at(vec![wordy], "models[0].description", "longer");
    let mut blind = model("m", WLLAMA);
    blind.context_window = Some(0);
    refused_at(vec![blind], "models[0].contextWindow", "greater than 0");
}

#[test]
fn one_wrong_manifest_keeps_all_of_them_out() {
    let mut world = World::new();
    let mut wrong = model("wrong", WLLAMA);
    wrong.name.clear();
    let models = vec![model("fine", WLLAMA), wrong];
    let failure = world.command(Command::AddModels { models }).expect_err("refused");
    assert_eq!(failure.field.as_deref(), Some("models[1].name"));
    assert!(!world.shown.models.contains_key("fine"));
}

#[test]
fn files_in_use_do_not_change_under_those_who_use_them() {
    let mut changed = model("one", WLLAMA);
    changed.files[0].sha256 = Some(digest_of("changed"));
    let mut renamed = model("one", WLLAMA);
    renamed.name = "Another name".to_owned();
    let mut moved = model("one", WLLAMA);
    moved.engine = modelyard::engine::ids::EngineId::new("webllm").expect("an id");
    let add = |world: &mut World, manifest: &ModelManifest| {
        world.command(Command::AddModels {
            models: vec![manifest.clone()],
        })
    };
    let mut world = World::new();
    world.select("a", "one");
    assert_eq!(
        add(&mut world, &changed).expect_err("fetched now").code,
        ErrorCode::InUse
    );
    world.finish();
    assert_eq!(
        add(&mut world, &changed).expect_err("compiling").code,
        ErrorCode::InUse
    );
    world.loaded(WLLAMA);
    assert_eq!(
        add(&mut world, &changed).expect_err("resident").code,
        ErrorCode::InUse
    );
    assert_eq!(
        add(&mut world, &moved).expect_err("resident").code,
        ErrorCode::InUse
    );
    add(&mut world, &renamed).expect("a name is no file");
    assert_eq!(world.model("one").name, "Another name");
}

#[test]
fn a_default_model_nobody_named_is_an_error_with_the_closest_one() {
    let failure = Engine::new(Options {
        default_model: Some(model_id("onee")),
        ..options()
    })
    .expect_err("unknown");
    assert_eq!(
        (failure.code, failure.field.as_deref()),
        (ErrorCode::InvalidConfig, Some("defaultModel"))
    );
    assert!(failure.recovery[0].contains("one"));
}

#[test]
fn unknown_ids_are_errors_that_name_the_field() {
    let mut world = World::new();
    let unknown = |text: &str| text.to_owned();
    for (command, field) in [
        (
            Command::RemoveConversation {
                conversation_id: unknown("x"),
            },
            "conversationId",
        ),
        (
            Command::Select {
                conversation_id: unknown("x"),
                model_id: unknown("one"),
            },
            "conversationId",
        ),
        (
            Command::Select {
                conversation_id: unknown("a"),
                model_id: unknown("x"),
            },
            "modelId",
        ),
        (
            Command::Download {
                model_id: unknown("x"),
            },
            "modelId",
        ),
        (
            Command::RemoveModel {
                model_id: unknown("x"),
                unload: false,
            },
            "modelId",
        ),
        (
            Command::UnloadEngine {
                engine_id: unknown("x"),
            },
            "engineId",
        ),
        (
            Command::RequestAnswer {
                conversation_id: Some(unknown("x")),
                model_id: None,
                needs: Needs::default(),
                fallback: None,
            },
            "conversationId",
        ),
        (
            Command::RequestAnswer {
                conversation_id: None,
                model_id: Some(unknown("x")),
                needs: Needs::default(),
                fallback: None,
            },
            "modelId",
        ),
        (Command::AbortAnswer { answer_id: 0 }, "answerId"),
        (Command::AbortAnswer { answer_id: 1 }, "answerId"),
        (Command::Cancel { job_id: 0 }, "jobId"),
        (Command::Cancel { job_id: u64::MAX }, "jobId"),
        (Command::Pause { job_id: 9 }, "jobId"),
        (Command::Resume { job_id: 9 }, "jobId"),
        (Command::Retry { job_id: 9 }, "jobId"),
        (Command::Dismiss { job_id: 9 }, "jobId"),
        (
            Command::Move {
                job_id: 9,
                position: 0,
            },
            "jobId",
        ),
    ] {
        let failure = world.command(command.clone()).expect_err("unknown");
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::NotFound, Some(field)),
            "{command:?}"
        );
    }
}

#[test]
fn an_answer_without_a_model_is_an_error_that_says_what_to_do() {
    let mut world = World::new();
    let failure = world.ask("a").expect_err("no model");
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert!(failure.recovery[0].contains("Choose"));
}

#[test]
fn downloading_what_is_here_gives_its_job_or_says_so() {
    let mut world = World::new();
    world.cache("one");
    let job_id = world.job("one").id;
    assert_eq!(world.download("one"), job_id);
    world.command(Command::Dismiss { job_id }).expect("gone");
    let failure = world
        .command(Command::Download {
            model_id: "one".to_owned(),
        })
        .expect_err("here");
    assert_eq!(failure.model.as_deref(), Some("one"));
}

#[test]
fn a_refused_command_can_be_given_again_the_right_way() {
    let mut world = World::new();
    assert!(
        world
            .command(Command::Download {
                model_id: "onee".to_owned()
            })
            .is_err()
    );
    let reply = world.command(Command::Download {
        model_id: "one".to_owned(),
    });
    assert!(matches!(reply, Ok(Reply::Job { .. })));
}
