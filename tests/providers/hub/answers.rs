//! What is made of answers, whole or in pieces.

use modelyard::providers::error::{Foreign, ProviderErrorKind};
use modelyard::providers::huggingface::{Finds, Format, Gate, Page, Role, Search};
use modelyard::providers::{Head, ProviderError};
use serde_json::json;

use super::super::driving::{cut, feed, fixture, good, whole};
use super::{commit, files, found, hub, lantern, linked};

fn finds_with(head: Head, body: &[u8]) -> Result<Page<Finds>, ProviderError> {
    let call = hub().search(&Search::default()).expect("a request");
    feed(call, head, [body]).1
}

fn finds(body: &[u8]) -> Result<Page<Finds>, ProviderError> {
    finds_with(good(), body)
}

#[test]
fn a_search_gives_repositories_with_what_is_known_of_them() {
    let page = finds(&fixture("hub-search.json")).expect("a page");
    assert_eq!((page.next, page.value.left_out), (None, 0));
    let [one, onnx, gated, oldest] = page.value.repositories.as_slice() else {
        panic!("four repositories");
    };
    assert_eq!(one.id, "acme/Lantern-1.5B-Instruct-GGUF");
    assert_eq!((one.gated, one.private, one.disabled), (Gate::Open, false, false));
    assert_eq!((one.downloads, one.likes), (Some(186_325), Some(38)));
    assert_eq!(one.modified.as_deref(), Some("2026-03-12T10:30:05.000Z"));
    assert_eq!(one.created.as_deref(), Some("2026-03-01T08:00:00.000Z"));
    assert_eq!(one.license.as_deref(), Some("apache-2.0"));
    assert_eq!(one.task.as_deref(), Some("text-generation"));
    assert_eq!(one.architecture.as_deref(), Some("qwen2"));
    assert_eq!(
        (one.parameters_billions, one.context_window),
        (Some(1.544), Some(32_768))
    );
    assert!(one.template && one.tags.contains(&"conversational".to_owned()));
    assert_eq!(
        (one.formats.as_slice(), onnx.formats.as_slice()),
        (&[Format::Gguf][..], &[Format::Onnx][..])
    );
    assert_eq!(
        (onnx.parameters_billions, onnx.template, onnx.context_window),
        (Some(0.5), false, None)
    );
    assert_eq!(
        (gated.gated, gated.parameters_billions),
        (Gate::Manual, Some(7.0))
    );
    assert_eq!((oldest.id.as_str(), oldest.gated), ("gpt2", Gate::Auto));
    assert_eq!(
        (
            oldest.license.as_ref(),
            oldest.downloads,
            oldest.parameters_billions
        ),
        (None, Some(5), None)
    );
}

#[test]
fn a_repository_comes_with_its_commit() {
    let page = found(&fixture("hub-repository.json")).expect("a repository");
    assert_eq!(page.value.repository.id, "acme/Lantern-1.5B-Instruct-GGUF");
    assert_eq!(page.value.commit.as_str().len(), 40);
    for body in [
        r#"{"id":"acme/One"}"#,
        r#"{"id":"acme/One","sha":"main"}"#,
        r#"{"id":"acme/One","sha":null}"#,
        r#"{"id":"../x","sha":"0123456789abcdef0123456789abcdef01234567"}"#,
        r#"{"sha":"0123456789abcdef0123456789abcdef01234567"}"#,
        "[]",
        "7",
    ] {
        let error = found(body.as_bytes()).expect_err(body).kind;
        assert_eq!(
            error,
            ProviderErrorKind::NotThisProtocol(Foreign::OtherJson),
            "{body}"
        );
    }
}

#[test]
fn files_come_with_size_digest_and_what_they_are_for() {
    let page = files(&fixture("hub-tree.json")).expect("files").value;
    assert_eq!((page.files.len(), page.left_out), (12, 0));
    let roles: Vec<(&str, Role)> = page
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.role))
        .collect();
    assert_eq!(
        roles[..4],
        [
            (".gitattributes", Role::Other),
            ("README.md", Role::Other),
            ("config.json", Role::Configuration),
            ("tokenizer.json", Role::Tokenizer),
        ]
    );
    assert_eq!(
        roles[10..],
        [
            ("imatrix.dat", Role::Imatrix),
            ("mmproj-Lantern-1.5B-Instruct-f16.gguf", Role::Projector),
        ]
    );
    assert!(roles[4..10].iter().all(|(_, role)| *role == Role::Weights));
    let gguf = &page.files[4];
    assert_eq!(gguf.size_bytes, Some(986_048_768));
    assert_eq!(gguf.sha256.expect("a digest").to_string().len(), 64);
    assert_eq!(
        (page.files[2].size_bytes, page.files[2].sha256),
        (Some(660), None)
    );
}

#[test]
fn what_files_are_for_is_told_by_their_names() {
    let role = |path: &str| {
        let tree = json!([{ "type": "file", "path": path, "size": 1 }]).to_string();
        files(tree.as_bytes()).expect("files").value.files[0].role
    };
    for (path, expected) in [
        ("model.GGUF", Role::Weights),
        ("mmproj-model-f16.gguf", Role::Projector),
        ("gemma-3-4b-it-mmproj.gguf", Role::Projector),
        ("ggml-vocab-llama.gguf", Role::Tokenizer),
        ("Qwen.imatrix", Role::Imatrix),
        ("imatrix_unsloth.gguf_file", Role::Imatrix),
        ("model.imatrix.gguf", Role::Imatrix),
        ("imatrix.txt", Role::Other),
        ("onnx/model_q4.onnx", Role::Weights),
        ("onnx/model.onnx_data", Role::Weights),
        ("onnx/model.onnx_data_12", Role::Weights),
        ("model.safetensors", Role::Weights),
        ("pytorch_model.bin", Role::Weights),
        ("sub/tokenizer.model", Role::Tokenizer),
        ("chat_template.jinja", Role::Tokenizer),
        ("generation_config.json", Role::Configuration),
        (".gguf", Role::Weights),
        ("notes.md", Role::Other),
        ("__proto__", Role::Other),
    ] {
        assert_eq!(role(path), expected, "{path}");
    }
}

#[test]
fn only_the_cursor_of_the_next_page_is_taken_from_a_link() {
    let next = |link: &str| finds_with(linked(link), b"[]").expect("a page").next;
    let cursor = Some("eyJ4IjoxfQ%3D%3D".to_owned());
    assert_eq!(
        next(r#"<https://huggingface.co/api/models?limit=2&cursor=eyJ4IjoxfQ%3D%3D>; rel="next""#),
        cursor
    );
    assert_eq!(
        next(
            r#"<https://huggingface.co/x>; rel="first", <https://huggingface.co/api/models?cursor=eyJ4IjoxfQ%3D%3D&limit=2>; rel="next""#
        ),
        cursor
    );
    // Wherever it leads: the next page is asked for where the first one was.
    assert_eq!(
        next(r#"<https://evil.example/?cursor=eyJ4IjoxfQ%3D%3D>; rel="next""#),
        cursor
    );
    for none in [
        "",
        r#"<https://huggingface.co/api/models?cursor=a>; rel="prev""#,
        r#"<https://huggingface.co/api/models?skip=2>; rel="next""#,
        r#"<https://huggingface.co/api/models?cursor=>; rel="next""#,
        r#"<https://huggingface.co/api/models?cursor=a"b>; rel="next""#,
        r#"<https://huggingface.co/api/models>; rel="next""#,
        r#"https://huggingface.co/api/models?cursor=a; rel="next""#,
        "<<<>>>,,;;",
    ] {
        assert_eq!(next(none), None, "{none}");
    }
    assert_eq!(
        next(&format!(
            "<https://x/?cursor={}>; rel=\"next\"",
            "a".repeat(2_001)
        )),
        None
    );
    let call = hub().files(&lantern(), &commit(), None).expect("a request");
    let page = feed(
        call,
        linked(r#"<https://h/?cursor=Zg>; rel="next""#),
        [&b"[]"[..]],
    )
    .1;
    assert_eq!(page.expect("a page").next.as_deref(), Some("Zg"));
}

#[test]
fn what_is_no_answer_of_the_hub_is_told_by_what_it_is() {
    let kind = |body: &[u8]| finds(body).expect_err("no list").kind;
    assert_eq!(kind(b""), ProviderErrorKind::NotThisProtocol(Foreign::Nothing));
    assert_eq!(
        kind(b"<!doctype html><h1>Wi-Fi</h1>"),
        ProviderErrorKind::NotThisProtocol(Foreign::Page)
    );
    assert_eq!(kind(b"nope"), ProviderErrorKind::NotThisProtocol(Foreign::Text));
    assert_eq!(
        kind(br#"{"models":[]}"#),
        ProviderErrorKind::NotThisProtocol(Foreign::OtherJson)
    );
    assert_eq!(kind(b"[{}"), ProviderErrorKind::NotThisProtocol(Foreign::Text));
    assert_eq!(kind(br#"{"error":"Bad Request"}"#), ProviderErrorKind::Failed);
    assert!(files(b"{}").is_err());
    assert!(found(b"").is_err());
    assert_eq!(finds(b" [ ] ").expect("a page").value, Finds::default());
}

#[test]
fn every_answer_cut_at_every_byte_is_the_same() {
    let search = fixture("hub-search.json");
    let expected = finds(&search);
    for place in 0..=search.len() {
        let call = hub().search(&Search::default()).expect("a request");
        assert_eq!(
            feed(call, good(), cut(&search, &[place])).1,
            expected,
            "cut at {place}"
        );
    }
    let repository = fixture("hub-repository.json");
    let expected = found(&repository);
    for place in 0..=repository.len() {
        let call = hub().repository(&lantern(), None).expect("a request");
        assert_eq!(
            feed(call, good(), cut(&repository, &[place])).1,
            expected,
            "cut at {place}"
        );
    }
    for name in ["hub-tree.json", "hub-tree-onnx.json"] {
        let tree = fixture(name);
        let expected = files(&tree);
        for place in 0..=tree.len() {
            let call = hub().files(&lantern(), &commit(), None).expect("a request");
            assert_eq!(
                feed(call, good(), cut(&tree, &[place])).1,
                expected,
                "cut at {place}"
            );
        }
    }
    let bytes: Vec<usize> = (0..search.len()).collect();
    let call = hub().search(&Search::default()).expect("a request");
    assert_eq!(feed(call, good(), cut(&search, &bytes)).1, finds(&search));
}

#[test]
fn who_a_key_is_of_does_not_matter_as_long_as_somebody_says_so() {
    let checked = |body: &[u8]| whole(hub().check_key().expect("a request"), body).1;
    assert_eq!(checked(br#"{"type":"user","name":"acme"}"#), Ok(()));
    assert!(checked(b"<html>").is_err());
}
