//! Samples of what is said of a hub.

use std::{env, fs, path::Path};

use modelyard::engine::ids::{EngineId, ModelId};
use modelyard::engine::manifest::{ModelFile, ModelManifest};
use modelyard::providers::huggingface::{Format, Gate, HubDetails, HubFile, HubModel, HubRepository, Role};
use modelyard::runtime::management::HubPage;

use super::add;

fn text() -> String {
    "text".to_owned()
}

fn repositories() -> Vec<HubRepository> {
    let full = |gated| HubRepository {
        id: "acme/One-GGUF".to_owned(),
        gated,
        private: true,
        disabled: true,
        downloads: Some(5),
        likes: Some(6),
        modified: Some(text()),
        created: Some(text()),
        license: Some(text()),
        task: Some(text()),
        tags: vec!["gguf".to_owned()],
        formats: vec![Format::Gguf, Format::Onnx],
        architecture: Some(text()),
        parameters_billions: Some(0.5),
        context_window: Some(4_096),
        template: true,
    };
    let bare = HubRepository {
        id: "one".to_owned(),
        ..HubRepository::default()
    };
    vec![full(Gate::Open), full(Gate::Auto), full(Gate::Manual), bare]
}

fn files() -> Vec<HubFile> {
    let roles = [
        Role::Weights,
        Role::Projector,
        Role::Imatrix,
        Role::Tokenizer,
        Role::Configuration,
        Role::Other,
    ];
    let file = |role| HubFile {
        path: "a/b.gguf".to_owned(),
        size_bytes: (role == Role::Weights).then_some(5),
        sha256: (role == Role::Weights).then(|| "ab".repeat(32).parse().expect("a digest")),
        role,
    };
    roles.map(file).to_vec()
}

fn models() -> Vec<HubModel> {
    let manifest = ModelManifest {
        id: ModelId::new("hf/acme/One-GGUF/Q4_0").expect("an id"),
        name: "One Q4_0".to_owned(),
        description: Some(text()),
        engine: EngineId::new("wllama").expect("an id"),
        context_window: Some(4_096),
        catalog_name: Some(text()),
        files: vec![ModelFile {
            name: "one-Q4_0.gguf".to_owned(),
            url: "https://huggingface.co/acme/One-GGUF/resolve/0/one-Q4_0.gguf".to_owned(),
            size_bytes: Some(5),
            sha256: None,
        }],
        served: None,
    };
    let model = |manifest: Option<ModelManifest>| HubModel {
        name: "One Q4_0".to_owned(),
        path: "one-Q4_0.gguf".to_owned(),
        format: Format::Gguf,
        quantization: manifest.as_ref().map(|_| text()),
        parameters_billions: manifest.as_ref().map(|_| 0.5),
        size_bytes: manifest.as_ref().map(|_| 5),
        parts: 1,
        context_window: manifest.as_ref().map(|_| 4_096),
        why: manifest.is_none().then(|| "It is empty.".to_owned()),
        manifest,
    };
    vec![model(Some(manifest)), model(None)]
}

fn shapes() -> String {
    let mut text =
        "// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.\n\
        import type { HubDetails, HubPage } from \"../../src/generated/index.js\";\n"
            .to_owned();
    let page = |next| HubPage {
        repositories: repositories(),
        next,
    };
    let details = |repository| HubDetails {
        repository,
        revision: "0".repeat(40),
        models: models(),
        files: files(),
        left_out: 1,
        more_files: true,
    };
    let details: Vec<HubDetails> = repositories().into_iter().map(details).collect();
    add(
        &mut text,
        "pages",
        "HubPage",
        &[page(Some("next".to_owned())), page(None)],
    );
    add(&mut text, "details", "HubDetails", &details);
    text
}

#[test]
fn the_committed_samples_of_a_hub_are_what_rust_writes() {
    let place = "pkg-template/test/generated/hub-shapes.ts";
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
