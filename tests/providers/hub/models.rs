//! Files become models, and models manifests.

use modelyard::engine::manifest::ModelManifest;
use modelyard::engine::{Engine, HostPolicy, Options};
use modelyard::providers::BaseUrl;
use modelyard::providers::huggingface::{Format, HubModel};
use serde_json::{Value, json};

use super::{details_at, details_of, fixture_json, hub, models_of, repository_with, stored, why};

/// The core takes them.
#[track_caller]
pub(crate) fn check_with_the_core(models: Vec<ModelManifest>, hosts: HostPolicy) {
    let options = Options {
        models,
        hosts,
        ..Options::default()
    };
    if let Err(failure) = Engine::new(options) {
        panic!("{failure:?}");
    }
}

fn manifests(models: &[HubModel]) -> Vec<ModelManifest> {
    models.iter().filter_map(|model| model.manifest.clone()).collect()
}

#[test]
fn a_repository_of_gguf_files_is_one_model_stored_in_several_ways() {
    let details = details_of(
        &fixture_json("hub-repository.json"),
        &fixture_json("hub-tree.json"),
    );
    let seen: Vec<_> = details
        .models
        .iter()
        .map(|model| {
            (
                model.quantization.as_deref().unwrap_or("?"),
                model.parts,
                model.size_bytes,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Q4_K_M", 1, Some(986_048_768)),
            ("IQ2_XXS", 1, Some(511_027_200)),
            ("F16", 3, Some(3_088_000_000)),
            ("Q8_0", 1, Some(1_646_573_000)),
        ]
    );
    // One file of the repository has another name, so that what is said of all may not be true of it.
    assert!(details.models.iter().all(|model| model.context_window.is_none()));
    assert_eq!(details.models[0].name, "Lantern-1.5B-Instruct-Q4_K_M");
    assert_eq!(details.models[0].parameters_billions, Some(1.5));
    assert_eq!(details.models[3].why.as_deref(), Some("Part 2 of 2 is missing."));
    check_with_the_core(manifests(&details.models), HostPolicy::Public);
}

#[test]
fn where_all_files_are_one_model_what_is_said_of_the_repository_is_true_of_all() {
    let tree = json!([
        stored("Lantern-1.5B-Instruct-Q4_K_M.gguf", 5),
        stored("Lantern-1.5B-Instruct-Q8_0.gguf", 6),
    ]);
    let details = details_of(&fixture_json("hub-repository.json"), &tree);
    let [small, large] = details.models.as_slice() else {
        panic!("two")
    };
    assert_eq!(
        (small.parameters_billions, small.context_window),
        (Some(1.544), Some(32_768))
    );
    assert_eq!(
        (small.name.as_str(), large.name.as_str()),
        ("Lantern-1.5B-Instruct Q4_K_M", "Lantern-1.5B-Instruct Q8_0")
    );
    let manifest = small.manifest.as_ref().expect("a manifest");
    let revision = &details.revision;
    assert_eq!(
        serde_json::to_value(manifest).expect("JSON"),
        json!({
            "id": "hf/acme/Lantern-1.5B-Instruct-GGUF/Q4_K_M",
            "name": "Lantern-1.5B-Instruct Q4_K_M",
            "description": "From acme/Lantern-1.5B-Instruct-GGUF on Hugging Face, apache-2.0.",
            "engine": "wllama",
            "contextWindow": 32768,
            "catalogName": "Lantern-1.5B-Instruct-Q4_K_M",
            "files": [{
                "name": "Lantern-1.5B-Instruct-Q4_K_M.gguf",
                "url": format!("https://huggingface.co/acme/Lantern-1.5B-Instruct-GGUF/resolve/{revision}/Lantern-1.5B-Instruct-Q4_K_M.gguf"),
                "sizeBytes": 5,
                "sha256": details.files[0].sha256.expect("a digest").to_string(),
            }],
        })
    );
}

#[test]
fn the_parts_of_a_model_are_in_order_whatever_order_they_come_in() {
    let details = details_of(
        &fixture_json("hub-repository.json"),
        &fixture_json("hub-tree.json"),
    );
    let model = details
        .models
        .iter()
        .find(|model| model.parts == 3)
        .expect("a model in parts");
    assert_eq!(model.path, "Lantern-1.5B-Instruct-f16-00001-of-00003.gguf");
    let manifest = model.manifest.as_ref().expect("a manifest");
    let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [1, 2, 3].map(|part| format!("Lantern-1.5B-Instruct-f16-0000{part}-of-00003.gguf"))
    );
    assert_eq!(manifest.total_bytes(), Some(3_088_000_000));
}

#[test]
fn bad_input_50_parts_with_holes_overlaps_or_numbers_that_cannot_be_are_no_model() {
    let part = |number: u32, total: u32| stored(&format!("x-Q4_0-{number:05}-of-{total:05}.gguf"), 9);
    assert_eq!(why(&json!([part(1, 3), part(3, 3)])), "Part 2 of 3 is missing.");
    assert_eq!(why(&json!([part(2, 2)])), "Part 1 of 2 is missing.");
    assert_eq!(
        why(&json!([part(1, 2), part(2, 2), part(3, 2)])),
        "It has parts that are none of its own."
    );
    assert_eq!(
        why(&json!([part(0, 1), part(1, 1)])),
        "It has parts that are none of its own."
    );
    assert_eq!(
        why(&json!([part(0, 0)])),
        "It has parts that are none of its own."
    );
    assert_eq!(why(&json!([part(1, 99_999)])), "It has more than 1000 parts.");
    // Of another number of parts: another model.
    let models = models_of(&json!([part(1, 2), part(2, 3)]));
    assert_eq!(models.len(), 2);
    assert!(models.iter().all(|model| model.manifest.is_none()));
    assert!(models_of(&json!([part(1, 1)]))[0].manifest.is_some());
    // No part at all, for llama.cpp finds parts by five digits each.
    let odd = models_of(&json!([
        stored("x-0001-of-0002.gguf", 9),
        stored("-00001-of-00002.gguf", 9)
    ]));
    assert_eq!(odd.len(), 2);
    assert!(odd.iter().all(|model| model.manifest.is_some()));
}

#[test]
fn parts_in_folders_of_their_own_take_their_quantization_from_there() {
    let models = models_of(&json!([
        stored("Q8_0/model-00001-of-00002.gguf", 9),
        stored("Q8_0/model-00002-of-00002.gguf", 9),
        stored("UD-Q4_K_XL/model-00001-of-00001.gguf", 9),
    ]));
    let seen: Vec<_> = models.iter().map(|model| model.quantization.as_deref()).collect();
    assert_eq!(seen, [Some("Q8_0"), Some("UD-Q4_K_XL")]);
    let manifest = models[0].manifest.as_ref().expect("a manifest");
    assert_eq!(manifest.id.as_str(), "hf/acme/Lantern-1.5B-Instruct-GGUF/Q8_0");
    assert!(manifest.files[1].url.ends_with("/Q8_0/model-00002-of-00002.gguf"));
    assert_eq!(
        manifest.catalog_name.as_deref(),
        Some("Lantern-1.5B-Instruct-GGUF-Q8_0")
    );
}

#[test]
fn fault_41_two_files_stored_alike_are_two_models_with_ids_of_their_own() {
    let models = models_of(&json!([
        stored("a/One-1B-Q4_0.gguf", 9),
        stored("b/One-1B-Q4_0.gguf", 9),
        stored("One-1B-Q8_0.gguf", 9),
    ]));
    let ids: Vec<String> = manifests(&models)
        .iter()
        .map(|manifest| manifest.id.to_string())
        .collect();
    assert_eq!(
        ids,
        [
            "hf/acme/Lantern-1.5B-Instruct-GGUF/a/One-1B-Q4_0",
            "hf/acme/Lantern-1.5B-Instruct-GGUF/b/One-1B-Q4_0",
            "hf/acme/Lantern-1.5B-Instruct-GGUF/Q8_0",
        ]
    );
    check_with_the_core(manifests(&models), HostPolicy::Public);
}

#[test]
fn an_onnx_repository_has_a_model_for_each_way_its_weights_are_stored_and_says_why_none_runs() {
    let repository = fixture_json("hub-search.json")[1].clone();
    let details = details_of(&repository, &fixture_json("hub-tree-onnx.json"));
    let seen: Vec<_> = details
        .models
        .iter()
        .map(|model| {
            (
                model.quantization.as_deref().unwrap_or("?"),
                model.parts,
                model.size_bytes.unwrap_or(0),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("fp32", 3, 1_976_251_000),
            ("bnb4", 1, 483_000_000),
            ("fp16", 1, 988_000_000),
            ("int8", 1, 496_000_000),
            ("q4", 1, 786_000_000),
            ("q4f16", 1, 482_000_000),
            ("q8", 1, 501_000_000),
            ("uint8", 1, 501_000_001),
        ]
    );
    for model in &details.models {
        assert_eq!((model.format, &model.manifest), (Format::Onnx, &None));
        assert_eq!(
            model.why.as_deref(),
            Some("No engine of this page runs ONNX files.")
        );
        assert_eq!(model.parameters_billions, Some(0.5));
    }
    assert_eq!(details.models[4].name, "Lantern-0.5B-Instruct q4");
}

#[test]
fn graphs_that_belong_together_are_one_model() {
    let models = models_of(&json!([
        stored("onnx/decoder_model_merged_q4.onnx", 3),
        stored("onnx/encoder_model_q4.onnx", 2),
        stored("onnx/encoder_model.onnx", 5),
        stored("encoder_model_q4.onnx", 7),
    ]));
    let seen: Vec<_> = models
        .iter()
        .map(|model| (model.path.as_str(), model.parts, model.size_bytes))
        .collect();
    assert_eq!(
        seen,
        [
            ("onnx/decoder_model_merged_q4.onnx", 2, Some(5)),
            ("onnx/encoder_model.onnx", 1, Some(5)),
            ("encoder_model_q4.onnx", 1, Some(7)),
        ]
    );
}

#[test]
fn what_is_no_model_is_in_the_files_only() {
    let details = details_of(
        &fixture_json("hub-repository.json"),
        &json!([
            stored("mmproj-model-f16.gguf", 9),
            stored("imatrix.gguf", 9),
            stored("ggml-vocab-x.gguf", 9),
            stored("model.safetensors", 9),
            stored("tokenizer.json", 9),
        ]),
    );
    assert!(details.models.is_empty(), "{:?}", details.models);
    assert_eq!(details.files.len(), 5);
}

#[test]
fn a_model_a_page_cannot_fetch_or_run_says_why() {
    let tree = json!([stored("One-1B-Q4_0.gguf", 9)]);
    let of = |changes: Value, engine: Option<&str>| {
        let details = details_at(&hub().base, engine, &repository_with(&changes), &tree);
        assert_eq!(details.models[0].manifest, None);
        details.models[0].why.clone().expect("a reason")
    };
    assert!(of(json!({ "gated": "manual" }), Some("wllama")).contains("gated"));
    assert!(of(json!({ "gated": "auto" }), Some("wllama")).contains("gated"));
    assert!(of(json!({ "gated": true }), Some("wllama")).contains("gated"));
    assert!(of(json!({ "private": true }), Some("wllama")).contains("private"));
    assert!(of(json!({ "disabled": true }), Some("wllama")).contains("taken down"));
    assert_eq!(of(json!({}), None), "No engine of this page runs GGUF files.");
    let large = why(&json!([stored("One-8B-Q8_0.gguf", (1 << 31) + 1)]));
    assert!(large.contains("2 GB"), "{large}");
    assert!(
        models_of(&json!([stored("One-8B-Q8_0.gguf", 1 << 31)]))[0]
            .manifest
            .is_some()
    );
}

#[test]
fn a_hub_elsewhere_gives_urls_of_that_place() {
    let base = BaseUrl::parse("http://127.0.0.1:4173/as/huggingface").expect("an address");
    let tree = json!([stored("a b/Ünicode #1 100%-Q4_0.gguf", 9)]);
    let details = details_at(&base, Some("local"), &fixture_json("hub-repository.json"), &tree);
    let manifest = details.models[0].manifest.clone().expect("a manifest");
    assert_eq!(manifest.engine.as_str(), "local");
    assert_eq!(
        manifest.files[0].url,
        format!(
            "http://127.0.0.1:4173/as/huggingface/acme/Lantern-1.5B-Instruct-GGUF/resolve/{}/a%20b/%C3%9Cnicode%20%231%20100%25-Q4_0.gguf",
            details.revision
        )
    );
    check_with_the_core(vec![manifest], HostPolicy::PublicAndLoopback);
}
