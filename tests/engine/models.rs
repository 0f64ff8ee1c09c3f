//! The models tests play with.

use modelyard::engine::digest::Digest;
use modelyard::engine::ids::{EngineId, ModelId};
use modelyard::engine::manifest::{ModelFile, ModelManifest};

/// The length of every file here.
pub(crate) const SIZE: u64 = 1_000;

pub(crate) fn model_id(name: &str) -> ModelId {
    ModelId::new(name).expect("an id")
}

/// The digest of the file `name`.
pub(crate) fn digest_of(name: &str) -> Digest {
    let mut bytes = [7; 32];
    for (byte, of_name) in bytes.iter_mut().zip(name.bytes()) {
        *byte = of_name;
    }
    Digest::from_bytes(bytes)
}

pub(crate) fn file(name: &str) -> ModelFile {
    ModelFile {
        name: format!("{name}.gguf"),
        url: format!("https://models.example.com/{name}.gguf"),
        size_bytes: Some(SIZE),
        sha256: Some(digest_of(name)),
    }
}

/// A model of one file that has the model's name.
pub(crate) fn model(name: &str, engine: &str) -> ModelManifest {
    model_of(name, engine, &[name])
}

/// A model of several files.
pub(crate) fn model_of(name: &str, engine: &str, files: &[&str]) -> ModelManifest {
    ModelManifest {
        id: model_id(name),
        name: name.to_uppercase(),
        description: None,
        engine: EngineId::new(engine).expect("an id"),
        context_window: Some(4_096),
        catalog_name: None,
        files: files.iter().map(|name| file(name)).collect(),
    }
}
