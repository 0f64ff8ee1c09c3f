//! Whatever a hub says, what comes out keeps its promises.

use modelyard::engine::HostPolicy;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::driving::{cut, feed, good};
use super::models::check_with_the_core;
use super::{commit, details_of, files, fixture_json, hub, lantern, stored};

fn name() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "B",
        "Lantern",
        "-1.5B",
        "-7b",
        " ",
        ".",
        "..",
        "/",
        "é",
        "%2e",
        "-Q4_K_M",
        "-Q8_0",
        "_q4",
        "model",
        "mmproj",
        "imatrix",
        "-00001-of-00002",
        "-00002-of-00002",
        "-00002-of-00003",
        "-99999-of-00001",
        ".gguf",
        ".gguf",
        ".gguf",
        ".GGUF",
        ".onnx",
        ".onnx_data",
    ]);
    vec(word, 1..7).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_core_takes_every_manifest_of_a_repository_together(
        names in vec((name(), prop_oneof![0..4_u64, Just(1 << 31), any::<u64>()]), 0..12),
        digests in any::<bool>(),
    ) {
        let tree: Vec<Value> = names
            .iter()
            .map(|(name, size)| if digests { stored(name, *size) } else { json!({ "type": "file", "path": name, "size": size }) })
            .collect();
        let details = details_of(&fixture_json("hub-repository.json"), &Value::from(tree));
        let mut manifests = Vec::new();
        for model in details.models {
            // A manifest or a reason, never both and never none.
            prop_assert_eq!(model.manifest.is_some(), model.why.is_none(), "{:?}", model.path);
            if let Some(why) = &model.why {
                prop_assert!(why.ends_with('.') && why.len() < 200, "{}", why);
            }
            manifests.extend(model.manifest);
        }
        for manifest in &manifests {
            for file in &manifest.files {
                prop_assert!(file.url.starts_with("https://huggingface.co/acme/Lantern-1.5B-Instruct-GGUF/resolve/"), "{}", file.url);
            }
        }
        check_with_the_core(manifests, HostPolicy::Public);
    }

    #[test]
    fn a_recorded_answer_with_a_changed_byte_cut_anywhere_reads_the_same(
        which in 0..2_usize,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        place in any::<prop::sample::Index>(),
    ) {
        let name = ["hub-tree.json", "hub-tree-onnx.json"][which];
        let mut body = super::super::driving::fixture(name);
        let at = at.index(body.len());
        body[at] = byte;
        let call = hub().files(&lantern(), &commit(), None).expect("a request");
        let read = feed(call, good(), cut(&body, &[place.index(body.len() + 1)])).1;
        prop_assert_eq!(read, files(&body));
    }
}
