//! Reading what people write: groups 27 to 33, 44 and 51 of the bad input, and commands that cannot be read.

use modelyard::catalog::AppEntry;
use modelyard::catalog::entry::SaidCapabilities;
use modelyard::catalog::record::Support;
use modelyard::engine::Superseded;
use modelyard::engine::command::Command;
use modelyard::engine::digest::Digest;
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::manifest::ModelManifest;
use modelyard::engine::reading::{MAX_TEXT_BYTES, read, read_command, read_options};
use modelyard::engine::snapshot::ServerReach;
use modelyard::json;
use modelyard::routing::{Needs, Request, Wish};

use crate::models::{digest_of, model, served};
use crate::server::OLLAMA;
use crate::world::WLLAMA;

/// A manifest as people write it, with one field of its file replaced.
pub(crate) fn text_with(field: &str, value: &str) -> String {
    let mut fields = vec![
        ("name", "\"m.gguf\"".to_owned()),
        ("url", "\"https://models.example.com/m.gguf\"".to_owned()),
        ("sizeBytes", "1000".to_owned()),
        ("sha256", format!("\"{}\"", digest_of("m"))),
    ];
    fields.retain(|(name, _)| *name != field);
    fields.push((field, value.to_owned()));
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!(
        "[{{\"id\":\"m\",\"name\":\"M\",\"engine\":\"wllama\",\"files\":[{{{}}}]}}]",
        fields.join(",")
    )
}

pub(crate) fn read_models(text: &str) -> Result<Vec<ModelManifest>, Failure> {
    read(text, "models")
}

#[track_caller]
pub(crate) fn unreadable(text: &str, field: &str) {
    let failure = read_models(text).expect_err("unreadable");
    assert_eq!(failure.code, ErrorCode::InvalidInput);
    assert_eq!(failure.field.as_deref(), Some(field), "{}", failure.message);
    assert_eq!(failure.value, None, "the text is never echoed");
}

#[test]
fn groups_27_and_30_what_is_no_json_says_where() {
    for text in [
        "",
        "[{",
        "[ ,",
        "nonsense",
        "\u{FEFF}[]",
        "[\0]",
        "[] []",
        "[\"\\ud800\"]",
        "[NaN]",
        "[1e999]",
    ] {
        unreadable(text, "models");
        let failure = read_models(text).expect_err("unreadable");
        assert!(failure.message.contains("line"), "{}", failure.message);
    }
}

#[test]
fn group_28_a_text_longer_than_1_mib_is_refused_unread() {
    let text = format!("[{}]", " ".repeat(MAX_TEXT_BYTES - 2));
    assert_eq!(read_models(&text), Ok(Vec::new()));
    let failure = read_models(&format!("{text} ")).expect_err("too long");
    assert!(failure.message.contains("1 MiB"));
}

#[test]
fn the_options_of_a_core_may_be_longer_by_the_database_and_what_servers_have_and_by_no_more() {
    let text = |length: usize| format!("[{}]", " ".repeat(length - 2));
    let most = MAX_TEXT_BYTES + (256 << 10) + (8 << 20);
    let read = |text: &str| read_options::<Vec<ModelManifest>>(text);
    assert_eq!(read(&text(most)), Ok(Vec::new()));
    assert!(read(&text(most + 1)).is_err());
}

#[test]
fn group_29_deep_nesting_is_refused_and_does_not_overflow() {
    assert!(read_models(&"[".repeat(100_000)).is_err());
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    unreadable(&text_with("extra", &nested), "models[0].files[0].extra");
    assert!(read_command(&format!("{{\"type\":\"cancel\",\"jobId\":{nested}}}")).is_err());
}

#[test]
fn group_31_a_doubled_field_is_refused_by_its_path() {
    let text = text_with("sha256", &format!("\"{0}\",\"sha256\":\"{0}\"", digest_of("m")));
    unreadable(&text, "models[0].files[0].sha256");
    unreadable("[{\"id\":\"a\",\"id\":\"b\"}]", "models[0].id");
}

#[test]
fn groups_32_33_and_51_unknown_fields_are_refused_by_their_path() {
    unreadable(
        "[{\"__proto__\":{\"baseUrl\":\"https://evil\"}}]",
        "models[0].__proto__",
    );
    unreadable("[{\"constructor\":{\"prototype\":{}}}]", "models[0].constructor");
    unreadable(&text_with("parts", "[]"), "models[0].files[0].parts");
    unreadable("[{\"id\":\"a\",\"version\":2}]", "models[0].version");
}

#[test]
fn what_is_missing_is_named() {
    let failure = read_models("[{\"id\":\"a\",\"name\":\"A\",\"files\":[]}]").expect_err("no engine");
    assert!(failure.message.contains("`engine`"), "{}", failure.message);
    assert_eq!(failure.field.as_deref(), Some("models[0]"));
}

#[test]
fn group_44_digests_are_read_in_either_case_and_with_their_prefix_and_nothing_else() {
    let hex = digest_of("m").to_string();
    for fine in [
        hex.clone(),
        hex.to_uppercase(),
        format!("sha256:{hex}"),
        "0".repeat(64),
    ] {
        let manifests = read_models(&text_with("sha256", &format!("\"{fine}\""))).expect("a digest");
        let digest = manifests[0].files[0].sha256.expect("a digest").to_string();
        assert_eq!(digest, fine.trim_start_matches("sha256:").to_lowercase());
    }
    for bad in [
        String::new(),
        hex[1..].to_owned(),
        format!("{hex}0"),
        format!("sha512:{hex}"),
        format!("sha256-{hex}"),
        hex[..40].to_owned(),
        "g".repeat(64),
        "+a".repeat(32),
        "é".repeat(32),
        format!(" {}", &hex[1..]),
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(),
        format!("sha256:sha256:{hex}"),
    ] {
        unreadable(
            &text_with("sha256", &format!("\"{bad}\"")),
            "models[0].files[0].sha256",
        );
        assert!(bad.parse::<Digest>().is_err());
    }
}

fn more_commands() -> Vec<Command> {
    let text = str::to_owned;
    vec![
        Command::AddModels {
            models: vec![model("m", WLLAMA)],
        },
        Command::Configure {
            catalog: Some(vec![AppEntry {
                name: text("mine"),
                parameters_billions: Some(0.5),
                capabilities: SaidCapabilities(vec![(text("tools"), Support::No)]),
                ..AppEntry::default()
            }]),
            profiles: None,
            overrides: Some(Vec::new()),
            default_model: None,
            default_profile: None,
            superseded: None,
        },
        Command::RequestAnswer {
            conversation_id: Some(text("a")),
            model_id: None,
            needs: Needs::default(),
            fallback: None,
        },
        Command::RequestAnswer {
            conversation_id: None,
            model_id: Some(text("one")),
            needs: Needs::default(),
            fallback: None,
        },
        Command::SetServed {
            engine_id: text(OLLAMA),
            models: vec![served(OLLAMA, "a:1b", true)],
        },
        Command::AddServed {
            model: served(OLLAMA, "a:1b", false),
        },
        Command::RemoveServer {
            engine_id: text(OLLAMA),
        },
        Command::Describe {
            model_ids: vec![text("one")],
        },
        Command::Configure {
            catalog: None,
            profiles: None,
            overrides: None,
            default_model: Some(text("one")),
            default_profile: Some(String::new()),
            superseded: Some(Superseded::Keep),
        },
        Command::ServerReach {
            engine_id: text(OLLAMA),
            reach: ServerReach::Permission,
        },
    ]
}

fn commands() -> Vec<Command> {
    let text = |text: &str| text.to_owned();
    let mut all = vec![
        Command::OpenConversation {
            conversation_id: text("a"),
        },
        Command::RemoveConversation {
            conversation_id: text("a"),
        },
        Command::Select {
            conversation_id: text("a"),
            model_id: text("one"),
        },
        Command::Download {
            model_id: text("one"),
        },
        Command::Cancel { job_id: 1 },
        Command::Pause { job_id: 2 },
        Command::Resume { job_id: 3 },
        Command::Retry { job_id: 4 },
        Command::Move {
            job_id: 5,
            position: 6,
        },
        Command::Dismiss { job_id: 7 },
        Command::RemoveModel {
            model_id: text("one"),
            unload: true,
        },
        Command::UnloadEngine {
            engine_id: text(WLLAMA),
        },
        Command::AbortAnswer { answer_id: 8 },
        Command::SelectProfile {
            conversation_id: text("a"),
            profile: text("fast"),
            needs: Needs {
                tokens: Some(5),
                ..Needs::default()
            },
        },
        Command::LookUp {
            names: vec![text("llama3.1:8b")],
        },
        Command::DescribeDevice {
            online: Some(true),
            webgpu: None,
            shader_f16: Some(false),
            free_disk_bytes: Some(9),
        },
        Command::Route {
            request: Request {
                wish: Wish::Model(text("one")),
                needs: Needs::default(),
                strict: true,
            },
        },
    ];
    all.extend(more_commands());
    for command in &all {
        match command {
            Command::OpenConversation { .. }
            | Command::RemoveConversation { .. }
            | Command::Select { .. }
            | Command::Download { .. }
            | Command::Cancel { .. }
            | Command::Pause { .. }
            | Command::Resume { .. }
            | Command::Retry { .. }
            | Command::Move { .. }
            | Command::Dismiss { .. }
            | Command::RemoveModel { .. }
            | Command::UnloadEngine { .. }
            | Command::AddModels { .. }
            | Command::RequestAnswer { .. }
            | Command::SetServed { .. }
            | Command::AddServed { .. }
            | Command::RemoveServer { .. }
            | Command::ServerReach { .. }
            | Command::AbortAnswer { .. }
            | Command::SelectProfile { .. }
            | Command::LookUp { .. }
            | Command::DescribeDevice { .. }
            | Command::Route { .. }
            | Command::Describe { .. }
            | Command::Configure { .. } => {}
        }
    }
    all
}

#[test]
fn every_command_is_read_as_it_is_written() {
    for command in commands() {
        let text = serde_json::to_string(&command).expect("text");
        assert_eq!(read_command(&text), Ok(command.clone()));
        assert_eq!(json::from_str::<Command>(&text).expect("readable"), command);
    }
    let short = read_command("{\"type\":\"removeModel\",\"modelId\":\"one\"}");
    assert_eq!(
        short,
        Ok(Command::RemoveModel {
            model_id: "one".to_owned(),
            unload: false
        })
    );
}

#[test]
fn a_command_that_lacks_a_field_or_has_another_ones_is_refused_by_that_field() {
    for command in commands() {
        let full = serde_json::to_value(&command).expect("a value");
        let fields: Vec<String> = full.as_object().expect("an object").keys().cloned().collect();
        // What may be left out, and then has its usual value.
        let optional = [
            "unload",
            "needs",
            "catalog",
            "overrides",
            "profiles",
            "online",
            "shaderF16",
            "freeDiskBytes",
            "defaultModel",
            "defaultProfile",
            "superseded",
        ];
        // Which of the two it names is for the core to say.
        let asks = matches!(command, Command::RequestAnswer { .. });
        let either = |field: &str| asks && matches!(field, "conversationId" | "modelId");
        let may_lack = |field: &str| optional.contains(&field) || either(field);
        for field in fields.iter().filter(|field| !may_lack(field)) {
            let mut lacking = full.clone();
            lacking.as_object_mut().expect("an object").remove(field);
            let failure = read_command(&lacking.to_string()).expect_err("lacking");
            assert_eq!(
                failure.field.as_deref(),
                Some(field.as_str()),
                "{}",
                failure.message
            );
        }
        for foreign in [
            "conversationId",
            "modelId",
            "engineId",
            "jobId",
            "answerId",
            "position",
            "unload",
            "models",
        ] {
            if fields.iter().any(|field| field == foreign) || either(foreign) {
                continue;
            }
            let mut extra = full.clone();
            extra[foreign] = match foreign {
                "jobId" | "answerId" | "position" => 1.into(),
                "unload" => true.into(),
                "models" => serde_json::Value::Array(Vec::new()),
                _ => "one".into(),
            };
            let failure = read_command(&extra.to_string()).expect_err("a foreign field");
            assert_eq!(failure.field.as_deref(), Some(foreign), "{}", failure.message);
        }
    }
}

#[test]
fn a_command_with_a_wrong_type_names_the_field() {
    for (text, field) in [
        ("{\"type\":\"cancel\",\"jobId\":\"1\"}", "jobId"),
        ("{\"type\":\"cancel\",\"jobId\":-1}", "jobId"),
        ("{\"type\":\"cancel\",\"jobId\":1.5}", "jobId"),
        (
            "{\"type\":\"move\",\"jobId\":1,\"position\":4294967296}",
            "position",
        ),
        (
            "{\"type\":\"select\",\"conversationId\":null,\"modelId\":\"one\"}",
            "conversationId",
        ),
        (
            "{\"type\":\"select\",\"conversationId\":[\"a\"],\"modelId\":\"one\"}",
            "conversationId",
        ),
        ("{\"type\":7}", "type"),
        ("{\"type\":\"selfDestruct\"}", "type"),
        (
            "{\"type\":\"addModels\",\"models\":[{\"id\":\"a b\"}]}",
            "models[0].id",
        ),
        (
            "{\"type\":\"addModels\",\"models\":[{\"id\":\"a\",\"extra\":1}]}",
            "models[0].extra",
        ),
        (
            "{\"type\":\"download\",\"model\\u0049d\":\"one\",\"modelId\":\"one\"}",
            "modelId",
        ),
        ("[]", "command"),
        ("7", "command"),
    ] {
        let failure = read_command(text).expect_err("wrong");
        assert_eq!(failure.code, ErrorCode::InvalidInput);
        let named = failure.field.as_deref();
        assert!(named == Some(field), "{text}: {named:?}: {}", failure.message);
    }
}
