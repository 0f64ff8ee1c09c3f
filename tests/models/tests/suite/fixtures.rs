//! The tiny model, the files that are no models, and what is written for the demo.

use crate::reading::{Value, parse};
use modelyard_demo_models::manifest::{Manifest, sha256_hex};
use modelyard_demo_models::speaker::{model, parts};
use modelyard_demo_models::{broken, demo_models, tiny::tiny, write_demo};

#[test]
fn the_tiny_model_follows_its_recipe_byte_for_byte() {
    let bytes = tiny();
    let file = parse(&bytes);
    assert_eq!(bytes.len(), 320_064);
    assert_eq!(
        (file.metadata.len(), file.tensors.len(), file.tokens().len()),
        (20, 12, 288)
    );
    assert_eq!(
        file.tokens()[269..272],
        ["\u{2581}hello", "\u{2581}world", "\u{2581}t271"]
    );
    // The first number of the generator from seed 42, by hand: 42 * 1664525 + 1013904223 = 1083814273.
    let first = f64::from(file.tensors["token_embd.weight"].numbers[0]);
    assert!((first - (1_083_814_273.0 / 4_294_967_296.0 - 0.5) * 0.5).abs() < 1e-8);
    assert_eq!(
        sha256_hex(&bytes),
        "a29ff004bc422d6e655ac1c8b18a1fe69c0cf1c6cc6ae3cfae296b0d489a7e35"
    );
}

#[test]
fn broken_files_are_broken_in_the_way_they_say() {
    let good = tiny();
    assert_eq!(broken::zeros(), [0; 64]);
    assert_eq!(broken::random().len(), 4096);
    assert!(broken::html().starts_with(b"<!doctype html>"));
    assert!(broken::junk().starts_with(b"GGUF\x03\0\0\0\xff"));
    assert_eq!(broken::cut(), good[..200_000]);
    let flipped = broken::flipped();
    let different: Vec<usize> = (0..good.len()).filter(|&at| good[at] != flipped[at]).collect();
    assert_eq!((different, good.len()), (vec![300_000], flipped.len()));
    parse(&flipped);
}

#[test]
fn the_manifest_describes_the_files_beside_it() {
    let directory = std::env::temp_dir().join(format!("modelyard-demo-models-{}", std::process::id()));
    let written = write_demo(&directory).unwrap();
    let text = std::fs::read_to_string(directory.join("manifest.json")).unwrap();
    let read: Manifest = serde_json::from_str(&text).unwrap();
    assert_eq!(read, written);
    assert!(text.contains("\"contextWindow\": 512"));
    for (model, id) in read.models.iter().zip(["one", "two", "three"]) {
        assert_eq!((model.id.as_str(), model.engine.as_str()), (id, "wllama"));
        let bytes = std::fs::read(directory.join(&model.files[0].url)).unwrap();
        assert_eq!(bytes.len() as u64, model.files[0].size_bytes);
        assert_eq!(sha256_hex(&bytes), model.files[0].sha256);
    }
    let replies = std::fs::read_to_string(directory.join("replies.json")).unwrap();
    let replies: serde_json::Value = serde_json::from_str(&replies).unwrap();
    assert!(replies["three"]["joke"].as_str().unwrap().contains("Model three"));
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn the_parts_of_a_model_are_together_the_model() {
    let persona = &demo_models()[0];
    let whole = parse(&model(persona).unwrap());
    let parts: Vec<_> = parts(persona, 2)
        .unwrap()
        .iter()
        .map(|part| parse(part))
        .collect();
    assert_eq!(parts.len(), 2);
    let mut seen = 0;
    for (number, part) in (0..).zip(&parts) {
        assert_eq!(part.metadata["split.no"], Value::Number(number));
        assert_eq!(part.metadata["split.count"], Value::Number(2));
        assert_eq!(
            part.metadata["split.tensors.count"],
            Value::Number(u32::try_from(whole.tensors.len()).unwrap())
        );
        for (name, tensor) in &part.tensors {
            let same = &whole.tensors[name];
            assert_eq!(
                (&tensor.dimensions, &tensor.numbers),
                (&same.dimensions, &same.numbers),
                "{name}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, whole.tensors.len());
    assert!(
        whole
            .metadata
            .iter()
            .all(|(name, value)| parts[0].metadata[name] == *value)
    );
    assert_eq!(parts[1].metadata.len(), 3);
}
