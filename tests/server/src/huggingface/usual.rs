//! What a stand-in has that is told nothing: the demo's models where this server has them, and repositories that are not
//! for everybody.

use serde_json::json;

use super::settings::{Repository, RepositoryFile};
use crate::state::Shared;

fn text(path: &str, text: &str) -> RepositoryFile {
    RepositoryFile {
        path: path.into(),
        text: Some(text.into()),
        ..RepositoryFile::default()
    }
}

fn noise(path: &str, size: u64) -> RepositoryFile {
    RepositoryFile {
        path: path.into(),
        noise: Some(size),
        ..RepositoryFile::default()
    }
}

fn same(path: &str, as_path: &str) -> RepositoryFile {
    RepositoryFile {
        path: path.into(),
        same_as: Some(as_path.into()),
        ..RepositoryFile::default()
    }
}

fn gguf(id: &str, downloads: u64, files: Vec<RepositoryFile>) -> Repository {
    Repository {
        id: id.into(),
        tags: [
            "gguf",
            "llama",
            "text-generation",
            "en",
            "license:mit",
            "conversational",
        ]
        .map(String::from)
        .to_vec(),
        downloads,
        likes: downloads / 100,
        pipeline_tag: Some("text-generation".into()),
        library_name: Some("gguf".into()),
        gguf: Some(json!({
            "total": 6_053_376,
            "architecture": "llama",
            "context_length": 512,
            "chat_template": "{% for message in messages %}{{ message['content'] }}{% endfor %}",
        })),
        files,
        ..Repository::default()
    }
}

/// The repositories.
pub(super) fn repositories(shared: &Shared) -> Vec<Repository> {
    let readme = || text("README.md", "# A model that was built, not trained\n");
    let mut all = vec![
        Repository {
            gated: Some("manual".into()),
            granted: vec!["hf_granted".into()],
            ..gguf(
                "bigcorp/Closed-7B-GGUF",
                900,
                vec![readme(), noise("Closed-7B-Q4_K_M.gguf", 4096)],
            )
        },
        Repository {
            private: true,
            ..gguf(
                "standin/Secret-1B-GGUF",
                1,
                vec![noise("Secret-1B-Q8_0.gguf", 4096)],
            )
        },
        Repository {
            disabled: true,
            ..gguf("standin/Gone-1B-GGUF", 2, vec![noise("Gone-1B-Q8_0.gguf", 4096)])
        },
        Repository {
            id: "standin/Tiny-0.1B-ONNX".into(),
            tags: ["onnx", "transformers.js", "license:mit"]
                .map(String::from)
                .to_vec(),
            downloads: 300,
            library_name: Some("transformers.js".into()),
            files: vec![
                text("config.json", "{}"),
                text("tokenizer.json", "{}"),
                noise("onnx/model.onnx", 2048),
                noise("onnx/model_fp16.onnx", 1024),
                noise("onnx/model_q4.onnx", 512),
            ],
            ..Repository::default()
        },
    ];
    // Under the names the demo gives them.
    for (id, downloads, file, path) in [
        ("standin/Llama-One-GGUF", 5_000, "/one.gguf", "Llama-One-F32.gguf"),
        (
            "standin/Llama-Three-GGUF",
            3_000,
            "/three.gguf",
            "Llama-Three-F32.gguf",
        ),
    ] {
        if shared.find(file).is_some() {
            let files = vec![
                readme(),
                text("config.json", "{\"model_type\":\"llama\"}"),
                same(path, file),
                noise("mmproj-f16.gguf", 3000),
                noise("imatrix.dat", 100),
            ];
            all.push(gguf(id, downloads, files));
        }
    }
    let parts = [1, 2].map(|part| format!("/parts/one-{part:05}-of-00002.gguf"));
    if parts.iter().all(|part| shared.find(part).is_some()) {
        // Out of order, as a tree can be.
        let files = [1, 0].map(|at| {
            same(
                &format!("F32/Llama-One-F32-{:05}-of-00002.gguf", at + 1),
                &parts[at],
            )
        });
        all.push(gguf("standin/Llama-One-Split-GGUF", 4_000, files.to_vec()));
    }
    all
}
