//! Samples of what model management says.

use std::{env, fs, path::Path};

use modelyard::catalog::record::{Capabilities, Support};
use modelyard::config::{Config, Layer, ModelOptions, Setting, Source};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::management::{
    Details, KeyKeep, KeyPhase, KeyState, ListReport, Parameter, Phase, ProviderState,
};
use modelyard::providers::Ability;
use modelyard::providers::connection::Finding;
use modelyard::runtime::management::{Changed, ConnectionReport, DeltaText, EndText, UsageText};

use super::{add, full};

fn settings() -> Vec<Setting> {
    let mut config = Config::new(&[]);
    config
        .replace_all(&[
            Source::File(r#"{"contextSize":4096,"models":{"a":{"topP":0.5}}}"#),
            Source::Environment(r#"{"MODELYARD_TEMPERATURE":"0.5"}"#),
            Source::Options(r#"{"providers":{"ollama":{"options":{"x":1}}}}"#),
            Source::Page("?modelyard.maxTokens=5"),
        ])
        .expect("a good configuration");
    let effective = config.effective();
    let all: Vec<Setting> = effective.settings().cloned().collect();
    for layer in [
        Layer::Default,
        Layer::File,
        Layer::Environment,
        Layer::Options,
        Layer::Page,
    ] {
        assert!(all.iter().any(|setting| setting.layer == layer), "{layer:?}");
    }
    all
}

fn options() -> Vec<ModelOptions> {
    let all = ModelOptions {
        context_size: Some(1),
        temperature: Some(0.5),
        max_tokens: Some(2),
        top_p: Some(0.5),
        top_k: Some(3),
        repeat_penalty: Some(1.5),
        seed: Some(-4),
        stop: Some(vec!["x".to_owned()]),
    };
    vec![all, ModelOptions::default()]
}

fn key(state: KeyPhase, keep: KeyKeep) -> KeyState {
    KeyState {
        state,
        keep: Some(keep),
        fingerprint: Some("0f1e2d3c …wxyz".to_owned()),
    }
}

fn keys() -> Vec<KeyState> {
    vec![KeyState::default(), key(KeyPhase::Unreadable, KeyKeep::Device)]
}

fn states() -> Vec<ProviderState> {
    let state = |phase, failure: Option<Failure>| ProviderState {
        id: "ollama".to_owned(),
        kind: "ollama".to_owned(),
        host: failure.is_none().then(|| "http://127.0.0.1:11434".to_owned()),
        state: phase,
        abilities: if failure.is_none() {
            Ability::ALL.to_vec()
        } else {
            Vec::new()
        },
        listed_at: failure.is_none().then_some(1_800_000_000_000),
        age_ms: failure.is_none().then_some(5),
        stale: failure.is_some(),
        offline: failure.is_some(),
        models: 2,
        left_out: 1,
        key: match phase {
            Phase::Unknown => KeyState::default(),
            Phase::Asking => key(KeyPhase::Ready, KeyKeep::Session),
            Phase::Ok => key(KeyPhase::Locked, KeyKeep::Passphrase),
            Phase::Failing => key(KeyPhase::OtherOrigin, KeyKeep::Device),
        },
        failure,
    };
    vec![
        state(Phase::Unknown, None),
        state(Phase::Asking, None),
        state(Phase::Ok, None),
        state(Phase::Failing, Some(full())),
    ]
}

fn details() -> Vec<Details> {
    let text = || Some("text".to_owned());
    vec![
        Details {
            id: "ollama/a".to_owned(),
            name: "a".to_owned(),
            provider: "ollama".to_owned(),
            family: text(),
            format: text(),
            size_bytes: Some(5),
            parameters_billions: Some(0.5),
            quantization: text(),
            modified: text(),
            context_window: Some(1),
            configured_context_window: Some(2),
            served_context_window: Some(3),
            max_output_tokens: Some(4),
            capabilities: Capabilities {
                tools: Support::Yes,
                vision: Support::No,
                ..Capabilities::default()
            },
            digest: text(),
            remote_host: text(),
            parameters: vec![Parameter {
                name: "num_ctx".to_owned(),
                value: "4096".to_owned(),
            }],
            template: text(),
            system: text(),
            license: text(),
            missing: Vec::new(),
            shown_at: 1_800_000_000_000,
            age_ms: 5,
            stale: true,
            offline: true,
        },
        Details {
            id: "ollama/b".to_owned(),
            name: "b".to_owned(),
            provider: "ollama".to_owned(),
            family: None,
            format: None,
            size_bytes: None,
            parameters_billions: None,
            quantization: None,
            modified: None,
            context_window: None,
            configured_context_window: None,
            served_context_window: None,
            max_output_tokens: None,
            capabilities: Capabilities::default(),
            digest: None,
            remote_host: None,
            parameters: Vec::new(),
            template: None,
            system: None,
            license: None,
            missing: vec!["family", "license"],
            shown_at: 0,
            age_ms: 0,
            stale: false,
            offline: false,
        },
    ]
}

fn reports() -> Vec<ConnectionReport> {
    let findings = [
        Finding::Reachable,
        Finding::NotRunning,
        Finding::OriginRefused,
        Finding::LocalNetworkPermission,
        Finding::InsecurePage,
        Finding::MixedContent,
        Finding::WrongUrl,
        Finding::BadKey,
        Finding::NotAllowed,
        Finding::Busy,
        Finding::Broken,
        Finding::TimedOut,
        Finding::Offline,
        Finding::Unclear,
    ];
    let report = |finding: Finding| {
        let ok = finding == Finding::Reachable;
        ConnectionReport {
            ok,
            finding,
            code: finding.code(),
            version: ok.then(|| "0.32.15".to_owned()),
            http_status: (!ok).then_some(500),
            message: "What it is.".to_owned(),
            advice: "What to do.".to_owned(),
            setting: (finding == Finding::OriginRefused).then(|| "A=b".to_owned()),
        }
    };
    findings.map(report).to_vec()
}

fn usages() -> [UsageText; 2] {
    let none = UsageText {
        prompt_tokens: None,
        completion_tokens: None,
        load_ms: None,
        prompt_ms: None,
        completion_ms: None,
    };
    let all = UsageText {
        prompt_tokens: Some(1),
        completion_tokens: Some(2),
        load_ms: Some(3),
        prompt_ms: Some(4),
        completion_ms: Some(5),
    };
    [all, none]
}

fn deltas() -> Vec<DeltaText> {
    let text = || "text".to_owned();
    let call = |id: Option<String>| DeltaText::ToolCall {
        signature: id.clone(),
        id,
        name: text(),
        arguments: "{}".to_owned(),
    };
    let mut all = vec![
        DeltaText::Text { text: text() },
        DeltaText::Reasoning { text: text() },
        call(Some(text())),
        call(None),
    ];
    all.extend(usages().map(|usage| DeltaText::Usage { usage }));
    all
}

fn ends() -> Vec<EndText> {
    let end = |reason, said: Option<&str>, usage| EndText {
        provider: "ollama".to_owned(),
        model: "a".to_owned(),
        reason,
        said: said.map(str::to_owned),
        usage,
    };
    let [usage, _] = usages();
    vec![
        end("stop", None, Some(usage)),
        end("length", None, None),
        end("toolCalls", None, None),
        end("contentFilter", None, None),
        end("loaded", None, None),
        end("unloaded", None, None),
        end("other", Some("their words"), None),
        end("unknown", None, None),
    ]
}

fn shapes() -> String {
    let mut text = "// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.\n\
        import type {\n  Changed,\n  ChatDelta,\n  ChatEnd,\n  ConnectionReport,\n  KeyState,\n  ListReport,\n  ModelOptions,\n  \
        ProviderState,\n  ServedDetails,\n  Setting,\n} from \"../../src/generated/index.js\";\n"
        .to_owned();
    let changed = Changed {
        keys: vec!["contextSize".to_owned()],
        warnings: vec![Failure::new(ErrorCode::InvalidConfig, "It has no effect.")],
    };
    let report = ListReport { providers: states() };
    add(&mut text, "changes", "Changed", &[changed]);
    add(&mut text, "settings", "Setting", &settings());
    add(&mut text, "options", "ModelOptions", &options());
    add(&mut text, "states", "ProviderState", &states());
    add(&mut text, "keys", "KeyState", &keys());
    add(&mut text, "lists", "ListReport", &[report]);
    add(&mut text, "details", "ServedDetails", &details());
    add(&mut text, "reports", "ConnectionReport", &reports());
    add(&mut text, "deltas", "ChatDelta", &deltas());
    add(&mut text, "ends", "ChatEnd", &ends());
    text
}

#[test]
fn the_committed_samples_of_management_are_what_rust_writes() {
    let place = "pkg-template/test/generated/management-shapes.ts";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    let text = shapes();
    if env::var_os("MODELYARD_WRITE_TYPES").is_some() {
        fs::write(&path, &text).expect("the samples can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "run `MODELYARD_WRITE_TYPES=1 cargo test --test shapes`: {place} is out of date"
    );
}
