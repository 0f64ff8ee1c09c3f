//! Writes a sample of every shape that crosses into TypeScript as a TypeScript file that holds each against its
//! declaration: the compiler of the package says when a declaration is not what Rust really writes.
//!
//! `MODELYARD_WRITE_TYPES=1 cargo test --test shapes` writes it anew.

use std::fmt::Write as _;
use std::{env, fs, path::Path};

use modelyard::engine::Superseded;
use modelyard::engine::command::{Command, Reply};
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::manifest::{ModelFile, ModelManifest};
use modelyard::engine::snapshot::{
    CancelReason, ConversationState, CoolDownState, EngineState, JobLifecycle, JobOrigin, JobState,
    ModelState, Patch, Persistence, Phase, Presence, Progress, RecordsBackEnd, Residency, RouteState,
    ServerReach, StorageState,
};
use modelyard::json::{self, Read};
use modelyard::routing::{Needs, Router, explain};
use modelyard::transfer::protocol::{Waiting, WeightsBackEnd};
use serde::Serialize;

#[path = "shapes/answers.rs"]
mod answers;
#[path = "shapes/hub.rs"]
mod hub;
#[path = "shapes/management.rs"]
mod management;
#[path = "shapes/routes.rs"]
mod routes;

const CODES: [ErrorCode; 28] = [
    ErrorCode::Network,
    ErrorCode::Offline,
    ErrorCode::Timeout,
    ErrorCode::CorsOrNetwork,
    ErrorCode::LocalNetworkPermission,
    ErrorCode::StorageFull,
    ErrorCode::StorageUnavailable,
    ErrorCode::Integrity,
    ErrorCode::SizeMismatch,
    ErrorCode::NotAModel,
    ErrorCode::ProviderError,
    ErrorCode::Unauthorized,
    ErrorCode::RateLimited,
    ErrorCode::Overloaded,
    ErrorCode::ContextExceeded,
    ErrorCode::NotFound,
    ErrorCode::InUse,
    ErrorCode::InvalidInput,
    ErrorCode::InvalidConfig,
    ErrorCode::UnknownProfile,
    ErrorCode::NoCompatibleModels,
    ErrorCode::Unsupported,
    ErrorCode::Canceled,
    ErrorCode::Superseded,
    ErrorCode::LoadFailed,
    ErrorCode::EngineCrashed,
    ErrorCode::NotReady,
    ErrorCode::Closed,
];

fn small() -> Failure {
    Failure::new(ErrorCode::Network, "The connection was cut.")
}

fn full() -> Failure {
    Failure {
        provider: Some("wllama".into()),
        http_status: Some(404),
        needed_bytes: Some(9_007_199_254_740_991),
        retry_after_ms: Some(4_294_967_295),
        needed_tokens: Some(5_000),
        context_tokens: Some(4_096),
        others: vec![small()],
        ..Failure::new(ErrorCode::NotFound, "There is no such file.")
            .about_model("one")
            .about_field("models[0].files[0].url", "https://models.example/one.gguf")
            .caused_by("404")
    }
}

fn manifests() -> Vec<ModelManifest> {
    let digest = "018E11428139C0C43E15B7F16C716CAD0A357B6600544BCB3F9D4C785D25E75E";
    let json = format!(
        r#"[{{"id":"one","name":"One","description":"Small.","engine":"wllama","contextWindow":512,"files":[
            {{"name":"one.gguf","url":"https://models.example/one.gguf","sizeBytes":5,"sha256":"sha256:{digest}"}}]}},
           {{"id":"two","name":"Two","engine":"wllama","files":[]}},
           {{"id":"ollama/two","name":"Two","engine":"ollama","files":[],"served":{{"name":"two","here":false}}}},
           {{"id":"ollama/three:1b","name":"Three","engine":"ollama","files":[],"served":{{
            "name":"three:1b","here":true,"sizeBytes":5,"contextWindow":8,"servedContext":4,"maxOutputTokens":2,
            "family":"llama","parametersBillions":1.5,"quantization":"Q4_K_M","capabilities":{{"tools":true}},
            "modified":"2026-11-20T00:00:00Z","digest":"sha256:0"}}}}]"#
    );
    let manifests: Vec<ModelManifest> = json::from_str(&json).expect("the sample is a list of manifests");
    assert!(
        manifests[0]
            .files
            .iter()
            .all(|file: &ModelFile| file.sha256.is_some())
    );
    manifests
}

fn waitings() -> Vec<Waiting> {
    vec![
        Waiting::Retry {
            attempt: 1,
            until_ms: 1_763_632_800_000,
            failure: Box::new(small()),
        },
        Waiting::Offline,
        Waiting::StorageFull {
            needed_bytes: Some(5),
        },
        Waiting::StorageFull { needed_bytes: None },
    ]
}

fn models() -> Vec<ModelState> {
    let model = |presence, residency, known: bool| ModelState {
        id: "one".into(),
        name: "One".into(),
        description: known.then(|| "Small.".into()),
        engine: "wllama".into(),
        served: !known,
        context_window: known.then_some(512),
        size_bytes: known.then_some(5),
        presence,
        present_bytes: 0,
        verified: known.then_some(true),
        residency,
        job_id: known.then_some(1),
        in_use: known,
    };
    vec![
        model(Presence::Absent, Residency::Unloaded, false),
        model(Presence::Partial, Residency::Loading, true),
        model(Presence::Cached, Residency::Resident, true),
    ]
}

fn progress(phase: Phase, known: bool) -> Progress {
    Progress {
        job_id: 1,
        model_id: "one".into(),
        epoch: 2,
        percentage: known.then_some(12.5),
        downloaded_bytes: 1,
        total_bytes: known.then_some(8),
        speed: 0.5,
        eta_seconds: known.then_some(14.0),
        phase,
        timestamp: 1_763_632_800_000,
    }
}

fn jobs() -> Vec<JobState> {
    let job = |lifecycle, phase: Option<Phase>| JobState {
        id: 1,
        model_id: "one".into(),
        epoch: 2,
        lifecycle,
        origin: if phase.is_some() {
            JobOrigin::Download
        } else {
            JobOrigin::Selection
        },
        position: (lifecycle == JobLifecycle::Queued).then_some(0),
        progress: phase.map(|phase| progress(phase, phase != Phase::Downloading)),
        waiting: (lifecycle == JobLifecycle::Downloading).then_some(Waiting::Offline),
        failure: (lifecycle == JobLifecycle::Failed).then(full),
        cancel_reason: match lifecycle {
            JobLifecycle::Canceled => Some(CancelReason::User),
            JobLifecycle::Failed => Some(CancelReason::Superseded),
            _ => None,
        },
    };
    vec![
        job(JobLifecycle::Queued, None),
        job(JobLifecycle::Downloading, Some(Phase::Downloading)),
        job(JobLifecycle::Paused, Some(Phase::Downloading)),
        job(JobLifecycle::Compiling, Some(Phase::Compiling)),
        job(JobLifecycle::Ready, Some(Phase::Ready)),
        job(JobLifecycle::Failed, None),
        job(JobLifecycle::Canceled, None),
    ]
}

fn conversations() -> Vec<ConversationState> {
    let conversation = |model: Option<&str>| ConversationState {
        id: "c".into(),
        active_model: model.map(Into::into),
        requested_model: model.map(Into::into),
        intent: 1,
        answering: model.is_some(),
        route: model.map(|model| RouteState {
            profile: "fast".into(),
            model_id: model.into(),
            explanation: vec!["It is small.".into()],
        }),
    };
    vec![conversation(None), conversation(Some("one"))]
}

fn engines() -> Vec<EngineState> {
    let engine = |model: Option<&str>| EngineState {
        id: "wllama".into(),
        model: model.map(Into::into),
        residency: Residency::Loading,
        load_fraction: model.map(|_| 0.5),
        answers: 0,
        serves: model.is_none(),
        reach: model.is_none().then_some(ServerReach::Down),
        cool_downs: [None, Some("one".to_owned())]
            .into_iter()
            .filter(|_| model.is_none())
            .map(|model_id| CoolDownState {
                asked: model_id.is_some(),
                model_id,
                until_ms: 1_763_632_800_000,
            })
            .collect(),
    };
    vec![engine(None), engine(Some("one"))]
}

fn storages() -> Vec<StorageState> {
    let storage = |weights, records, persistence, failure| StorageState {
        weights,
        records,
        persistence,
        used_bytes: 5,
        failure,
    };
    vec![
        storage(
            WeightsBackEnd::Opfs,
            RecordsBackEnd::IndexedDb,
            Persistence::Persistent,
            None,
        ),
        storage(
            WeightsBackEnd::Opfs,
            RecordsBackEnd::IndexedDb,
            Persistence::BestEffort,
            None,
        ),
        storage(
            WeightsBackEnd::Memory,
            RecordsBackEnd::Memory,
            Persistence::Session,
            Some(small()),
        ),
    ]
}

fn patches() -> Vec<Patch> {
    let full = Patch {
        models: vec![("one".into(), models().pop()), ("two".into(), None)],
        conversations: vec![("c".into(), conversations().pop()), ("d".into(), None)],
        jobs: vec![(1, jobs().pop()), (2, None)],
        engines: vec![("wllama".into(), engines().pop()), ("other".into(), None)],
        profiles: Some(Router::new("1").profiles.iter().cloned().collect()),
        storage: storages().pop(),
        stale_dropped: Some(1),
    };
    vec![Patch::default(), full]
}

fn outcomes() -> Vec<SelectionOutcome> {
    vec![
        SelectionOutcome::Activated,
        SelectionOutcome::Superseded,
        SelectionOutcome::Failed { failure: full() },
        SelectionOutcome::Canceled,
    ]
}

fn download_events() -> Vec<Event> {
    let (job_id, epoch) = (1, 2);
    let model_id = || "one".to_owned();
    vec![
        Event::DownloadQueued {
            job_id,
            model_id: model_id(),
            epoch,
            origin: JobOrigin::Selection,
        },
        Event::DownloadStarted {
            job_id,
            model_id: model_id(),
            epoch,
        },
        Event::DownloadProgress {
            progress: progress(Phase::Downloading, true),
        },
        Event::DownloadWaiting {
            job_id,
            model_id: model_id(),
            epoch,
            waiting: waitings().swap_remove(0),
        },
        Event::DownloadPaused {
            job_id,
            model_id: model_id(),
            epoch,
            failure: Some(small()),
        },
        Event::DownloadPaused {
            job_id,
            model_id: model_id(),
            epoch,
            failure: None,
        },
        Event::DownloadCompiling {
            job_id,
            model_id: model_id(),
            epoch,
        },
        Event::DownloadReady {
            job_id,
            model_id: model_id(),
            epoch,
        },
        Event::DownloadFailed {
            job_id,
            model_id: model_id(),
            epoch,
            failure: full(),
        },
        Event::DownloadCanceled {
            job_id,
            model_id: model_id(),
            epoch,
            reason: CancelReason::Superseded,
        },
    ]
}

fn events() -> Vec<Event> {
    let conversation_id = || "c".to_owned();
    let model_id = || "one".to_owned();
    let engine_id = || "wllama".to_owned();
    let settled = |outcome| Event::SelectionSettled {
        conversation_id: conversation_id(),
        model_id: model_id(),
        intent: 1,
        outcome,
    };
    let mut events = vec![
        Event::ModelSelected {
            conversation_id: conversation_id(),
            model_id: model_id(),
            intent: 1,
            download_needed: true,
        },
        Event::ModelActivated {
            conversation_id: conversation_id(),
            model_id: model_id(),
            previous_model_id: None,
        },
        Event::ModelActivated {
            conversation_id: conversation_id(),
            model_id: model_id(),
            previous_model_id: Some("two".into()),
        },
        Event::ModelLoaded {
            engine_id: engine_id(),
            model_id: model_id(),
        },
        Event::ModelUnloaded {
            engine_id: engine_id(),
            model_id: model_id(),
        },
        Event::ModelLoadFailed {
            engine_id: engine_id(),
            model_id: model_id(),
            failure: full(),
        },
        Event::ModelRemoved {
            model_id: model_id(),
            freed_bytes: 5,
        },
        Event::ModelRemoveFailed {
            model_id: model_id(),
            failure: small(),
        },
        Event::StorageFailed { failure: small() },
    ];
    events.extend(
        routes::decisions()
            .into_iter()
            .map(|decision| Event::ModelRouted {
                conversation_id: decision.chosen.is_some().then(conversation_id),
                explanation: explain(&decision),
                decision: Box::new(decision),
            }),
    );
    events.extend(answers::events());
    events.extend(outcomes().into_iter().map(settled));
    events.extend(download_events());
    events
}

fn commands() -> Vec<Command> {
    let conversation_id = || "c".to_owned();
    let model_id = || "one".to_owned();
    let mut commands = answers::commands();
    commands.extend(vec![
        Command::OpenConversation {
            conversation_id: conversation_id(),
        },
        Command::RemoveConversation {
            conversation_id: conversation_id(),
        },
        Command::Select {
            conversation_id: conversation_id(),
            model_id: model_id(),
        },
        Command::Download { model_id: model_id() },
        Command::Cancel { job_id: 1 },
        Command::Pause { job_id: 1 },
        Command::Resume { job_id: 1 },
        Command::Retry { job_id: 1 },
        Command::Move {
            job_id: 1,
            position: 0,
        },
        Command::Dismiss { job_id: 1 },
        Command::RemoveModel {
            model_id: model_id(),
            unload: false,
        },
        Command::UnloadEngine {
            engine_id: "wllama".into(),
        },
        Command::AddModels { models: manifests() },
        Command::SetServed {
            engine_id: "ollama".into(),
            models: manifests().split_off(2),
        },
        Command::AddServed {
            model: manifests().swap_remove(2),
        },
        Command::Describe {
            model_ids: vec![model_id()],
        },
        Command::RemoveServer {
            engine_id: "ollama".into(),
        },
        Command::ServerReach {
            engine_id: "ollama".into(),
            reach: ServerReach::Cors,
        },
        Command::AbortAnswer { answer_id: 1 },
        Command::SelectProfile {
            conversation_id: conversation_id(),
            profile: "fast".into(),
            needs: Needs::default(),
        },
        Command::LookUp {
            names: vec!["llama3.1".into()],
        },
        Command::DescribeDevice {
            online: Some(true),
            webgpu: None,
            shader_f16: None,
            free_disk_bytes: Some(9),
        },
        Command::Configure {
            catalog: None,
            profiles: None,
            overrides: None,
            default_model: None,
            default_profile: None,
            superseded: None,
        },
        Command::Configure {
            catalog: Some(routes::entries()),
            profiles: Some(vec![]),
            overrides: Some(routes::overrides()),
            default_model: Some("ollama/two".into()),
            default_profile: Some(String::new()),
            superseded: Some(Superseded::Keep),
        },
    ]);
    commands.extend(
        routes::requests()
            .into_iter()
            .map(|request| Command::Route { request }),
    );
    commands
}

fn replies() -> Vec<Reply> {
    vec![
        Reply::Done,
        Reply::Selected { intent: 1 },
        Reply::Job { job_id: 1, epoch: 2 },
        Reply::Answer { answer_id: 1 },
        Reply::Routed {
            model_id: "one".into(),
            intent: 1,
        },
        Reply::Found {
            lookups: routes::lookup_text(),
        },
        Reply::Described {
            facts: "[[],[],[],[]]".into(),
        },
        Reply::Decided {
            decision: Box::new(routes::decisions().swap_remove(0)),
            explanation: vec!["It is small.".into()],
            failure: Some(small()),
        },
    ]
}

/// Adds one list; `kind` is the declaration it is held against.
fn add<T: Serialize>(text: &mut String, name: &str, kind: &str, samples: &[T]) {
    let json = serde_json::to_string_pretty(samples).expect("every shape can be written");
    let _ = writeln!(text, "\nexport const {name} = {json} satisfies {kind}[];");
}

fn shapes() -> String {
    let mut failures: Vec<Failure> = CODES
        .iter()
        .map(|&code| Failure::new(code, "What happened."))
        .collect();
    failures.push(full());
    let mut text = "// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.\n\
        import type {\n  Command,\n  ConversationState,\n  EngineState,\n  Event,\n  Failure,\n  JobState,\n  Lookup,\n  ModelManifest,\n  \
        ModelState,\n  Patch,\n  Reply,\n  SelectionOutcome,\n  StorageState,\n  Waiting,\n\
        } from \"../../src/generated/index.js\";\n"
        .to_owned();
    add(&mut text, "failures", "Failure", &failures);
    add(&mut text, "manifests", "ModelManifest", &manifests());
    add(&mut text, "waitings", "Waiting", &waitings());
    add(&mut text, "models", "ModelState", &models());
    add(&mut text, "conversations", "ConversationState", &conversations());
    add(&mut text, "jobs", "JobState", &jobs());
    add(&mut text, "engines", "EngineState", &engines());
    add(&mut text, "storages", "StorageState", &storages());
    add(&mut text, "patches", "Patch", &patches());
    add(&mut text, "outcomes", "SelectionOutcome", &outcomes());
    add(&mut text, "events", "Event", &events());
    add(&mut text, "commands", "Command", &commands());
    add(&mut text, "replies", "Reply", &replies());
    add(&mut text, "lookups", "Lookup", &routes::lookups());
    text
}

#[test]
fn the_committed_samples_are_what_rust_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/test/generated/shapes.ts");
    let text = shapes();
    if env::var_os("MODELYARD_WRITE_TYPES").is_some() {
        fs::write(&path, &text).expect("the samples can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "run `MODELYARD_WRITE_TYPES=1 cargo test --test shapes`: {} is out of date",
        path.display()
    );
}

fn comes_back<T: Serialize + Read + PartialEq + std::fmt::Debug>(value: &T) {
    let json = serde_json::to_string(value).expect("it can be written");
    assert_eq!(&json::from_str::<T>(&json).expect("it can be read"), value);
}

#[test]
fn what_is_read_again_is_what_was_written() {
    commands().iter().for_each(comes_back);
    manifests().iter().for_each(comes_back);
    [small(), full()].iter().for_each(comes_back);
}
