//! The TypeScript declarations of the public shapes are generated from Rust and committed.
//!
//! `MODELYARD_WRITE_TYPES=1 cargo test --features types --test types` writes them anew.
#![cfg(feature = "types")]

use std::fmt::Write as _;
use std::{env, fs, path::Path};

use modelyard::catalog::{self, entry, family, lookup, name, record};
use modelyard::config;
use modelyard::engine::{command, event, failure, manifest, snapshot};
use modelyard::management;
use modelyard::providers::{Ability, connection, huggingface};
use modelyard::routing::{self, decision, fallback, profile, verdict};
use modelyard::runtime::management as driven;
use modelyard::transfer::protocol;
use ts_rs::{Config, TS};

fn declaration<T: TS>(text: &mut String, config: &Config) {
    if let Some(docs) = T::docs() {
        text.push_str(&docs);
    }
    let _ = writeln!(text, "export {}\n", T::decl(config));
}

#[allow(clippy::too_many_lines, reason = "a list, with a line for each shape")]
fn declarations() -> String {
    let config = Config::new();
    let mut text = "// Generated from Rust by `cargo xtask types`. Do not edit.\n\n".to_owned();
    macro_rules! all {
        ($($shape:ty),* $(,)?) => { $(declaration::<$shape>(&mut text, &config);)* };
    }
    all!(
        failure::ErrorCode,
        failure::Failure,
        manifest::ModelFile,
        manifest::Served,
        manifest::ModelManifest,
        record::Support,
        record::Capability,
        record::Capabilities,
        record::Source,
        record::Limit,
        record::Spread,
        record::Origin,
        family::Family,
        family::FamilyClass,
        name::Part,
        name::Stripped,
        name::Format,
        catalog::Step,
        catalog::Match,
        lookup::Lookup,
        entry::SaidCapabilities,
        catalog::AppEntry,
        routing::Profile,
        profile::ProfileOrder,
        routing::ProfileSpec,
        routing::Override,
        routing::Needs,
        routing::Request,
        routing::Wish,
        routing::Name,
        routing::Unreachable,
        fallback::Trouble,
        verdict::Readiness,
        verdict::Asker,
        verdict::Feature,
        verdict::Dropped,
        verdict::Standing,
        verdict::Verdict,
        verdict::Step,
        decision::UnknownFact,
        decision::Warning,
        routing::TieBreak,
        routing::ChosenBy,
        routing::Choice,
        routing::Decision,
        protocol::Waiting,
        protocol::WeightsBackEnd,
        snapshot::Presence,
        snapshot::Residency,
        snapshot::ModelState,
        snapshot::RouteState,
        snapshot::ConversationState,
        snapshot::JobLifecycle,
        snapshot::JobOrigin,
        snapshot::CancelReason,
        snapshot::Phase,
        snapshot::Progress,
        snapshot::JobState,
        snapshot::ServerReach,
        snapshot::CoolDownState,
        snapshot::EngineState,
        snapshot::RecordsBackEnd,
        snapshot::Persistence,
        snapshot::StorageState,
        snapshot::Patch,
        event::SelectionOutcome,
        event::Answerer,
        event::Tried,
        event::Event,
        command::Fallback,
        command::Command,
        command::Reply,
        config::Layer,
        config::Setting,
        config::ModelOptions,
        driven::Changed,
        management::Phase,
        management::KeyPhase,
        management::KeyKeep,
        management::KeyState,
        Ability,
        management::ProviderState,
        management::ListReport,
        management::Parameter,
        management::Details,
        connection::Finding,
        driven::ConnectionReport,
        huggingface::Gate,
        huggingface::Format,
        huggingface::Role,
        huggingface::HubRepository,
        huggingface::HubFile,
        huggingface::HubModel,
        huggingface::HubDetails,
        driven::HubPage,
        driven::UsageText,
        driven::DeltaText,
        driven::EndText,
    );
    text
}

#[test]
fn the_committed_declarations_are_those_of_the_rust_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/src/generated/index.ts");
    let text = declarations();
    if env::var_os("MODELYARD_WRITE_TYPES").is_some() {
        fs::write(&path, &text).expect("the declarations can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "run `cargo xtask types`: {} is out of date",
        path.display()
    );
}
