//! The models tests play with.

use modelyard::catalog::record::Capabilities;
use modelyard::engine::digest::Digest;
use modelyard::engine::ids::{EngineId, ModelId};
use modelyard::engine::manifest::{ModelFile, ModelManifest, Served};

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

/// A model of the server `engine`, which has it or not.
pub(crate) fn served(engine: &str, name: &str, here: bool) -> ModelManifest {
    let id = format!("{engine}/{name}");
    ModelManifest {
        served: Some(Box::new(Served { here, ..told(name) })),
        context_window: None,
        ..model_of(&id, engine, &[])
    }
}

/// What a server says of a model of which it knows nothing but the name.
pub(crate) fn told(name: &str) -> Served {
    Served {
        name: name.to_owned(),
        here: true,
        size_bytes: None,
        context_window: None,
        served_context: None,
        max_output_tokens: None,
        family: None,
        parameters_billions: None,
        quantization: None,
        modified: None,
        capabilities: Capabilities::default(),
    }
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
        served: None,
    }
}
