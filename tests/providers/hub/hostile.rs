//! Groups of bad input, by their numbers, as far as a hub can send them.

use modelyard::engine::HostPolicy;
use modelyard::providers::error::{Foreign, ProviderErrorKind};
use modelyard::providers::huggingface::{Gate, Search};
use serde_json::{Value, json};

use super::super::driving::{feed, good, whole};
use super::models::check_with_the_core;
use super::{details_of, files, fixture_json, found, hub, models_of, repository_with, stored, why};

#[test]
fn groups_23_to_26_a_path_that_leads_elsewhere_is_no_file() {
    let bad = [
        "",
        "..",
        "../x.gguf",
        "a/../../x.gguf",
        "/etc/passwd.gguf",
        "a//b.gguf",
        "a/./b.gguf",
        "..\\x.gguf",
        "a/x.gguf/",
        " ",
        "x\r\n.gguf",
        "x\0.gguf",
        "\u{202e}fugg.x",
        "zero\u{200b}width.gguf",
    ];
    let tree: Vec<Value> = bad
        .iter()
        .map(|path| json!({ "type": "file", "path": path, "size": 5 }))
        .collect();
    let page = files(Value::from(tree).to_string().as_bytes())
        .expect("files")
        .value;
    assert_eq!(
        (page.files.len(), usize::try_from(page.left_out)),
        (0, Ok(bad.len()))
    );
    let long = json!([{ "type": "file", "path": "x".repeat(64 << 10), "size": 5 }]).to_string();
    assert_eq!(files(long.as_bytes()).expect("files").value.left_out, 1);
    // Half of a surrogate pair is a character of its own, and no other name.
    let half = br#"[{"type":"file","path":"\ud800.gguf","size":5}]"#;
    assert_eq!(files(half).expect("files").value.files[0].path, "\u{fffd}.gguf");
    for odd in [
        "%2e%2e%2fx.gguf",
        "a?b#c.gguf",
        "a&b;c.gguf",
        "<b>.gguf",
        "c:x.gguf",
        "{}|^`.gguf",
        "%00.gguf",
    ] {
        let models = models_of(&json!([stored(odd, 9)]));
        let manifest = models[0].manifest.clone().expect(odd);
        check_with_the_core(vec![manifest], HostPolicy::Public);
    }
}

#[test]
fn groups_27_to_31_what_is_no_json_or_says_a_thing_twice() {
    let finds = |body: &[u8]| {
        let call = hub().search(&Search::default()).expect("a request");
        feed(call, good(), [body]).1
    };
    assert!(finds("[".repeat(100_000).as_bytes()).is_err());
    assert!(finds("\u{feff}[]".as_bytes()).is_err());
    assert!(finds(b"[\0]").is_err());
    assert!(finds(b"[{\"id\":\"a/\xff\"}]").is_ok_and(|page| page.value.left_out == 1));
    assert!(finds(br#"[{"id":"a/b","id":"a/c"}]"#).is_ok_and(|page| page.value.repositories[0].id == "a/c"));
    let mut huge = b"[".to_vec();
    huge.resize(33 << 20, b' ');
    assert_eq!(
        finds(&huge).expect_err("too long").kind,
        ProviderErrorKind::TooLong
    );
}

#[test]
fn groups_32_and_33_names_of_prototypes_are_names() {
    let body = br#"{"__proto__":{"private":true},"constructor":{"prototype":{}},"id":"a/__proto__","sha":"0123456789abcdef0123456789abcdef01234567","tags":["__proto__"]}"#;
    let repository = found(body).expect("a repository").value.repository;
    assert_eq!(
        (repository.id.as_str(), repository.private),
        ("a/__proto__", false)
    );
    let models = models_of(&json!([
        stored("__proto__.gguf", 9),
        stored("constructor/prototype.gguf", 9)
    ]));
    let ids: Vec<&str> = models
        .iter()
        .map(|model| model.manifest.as_ref().expect("a manifest").id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "hf/acme/Lantern-1.5B-Instruct-GGUF/__proto__",
            "hf/acme/Lantern-1.5B-Instruct-GGUF/constructor/prototype",
        ]
    );
}

#[test]
fn groups_42_and_43_sizes_that_cannot_be_are_unknown_and_an_empty_file_is_no_model() {
    let size = |text: &str| {
        let body = format!(r#"[{{"type":"file","path":"x.gguf","size":{text}}}]"#);
        files(body.as_bytes()).map(|page| page.value.files[0].size_bytes)
    };
    for (text, expected) in [
        ("0", Some(0)),
        ("5.0", Some(5)),
        ("9007199254740991", Some(9_007_199_254_740_991)),
        ("9007199254740992", None),
        ("9223372036854775808", None),
        ("18446744073709551616", None),
        ("-1", None),
        ("-0", None),
        ("1.5", None),
        ("1e21", None),
        ("\"123\"", None),
        ("null", None),
        ("[]", None),
    ] {
        assert_eq!(size(text), Ok(expected), "{text}");
    }
    assert!(size("NaN").is_err());
    assert_eq!(why(&json!([stored("x.gguf", 0)])), "One of its files is empty.");
    // What has no known size is fetched without a percentage.
    let models = models_of(&json!([stored("x.gguf", 1 << 63)]));
    assert_eq!(models[0].size_bytes, None);
    let manifest = models[0].manifest.clone().expect("a manifest");
    assert_eq!(manifest.files[0].size_bytes, None);
    check_with_the_core(vec![manifest], HostPolicy::Public);
    for number in ["-5", "9223372036854775808", "1e999", "{}"] {
        let body = format!(
            r#"{{"id":"a/b","sha":"{}","downloads":{number},"likes":{number},"gguf":{{"total":{number},"context_length":{number}}}}}"#,
            super::COMMIT
        );
        let repository = found(body.as_bytes()).expect("a repository").value.repository;
        assert_eq!(
            (repository.downloads, repository.likes, repository.context_window),
            (None, None, None),
            "{number}"
        );
    }
}

#[test]
fn group_44_a_digest_in_another_form_is_none() {
    let digest = |text: &str| {
        let body =
            json!([{ "type": "file", "path": "x.gguf", "size": 5, "lfs": { "oid": text, "size": 5 } }]);
        files(body.to_string().as_bytes()).expect("files").value.files[0]
            .sha256
            .map(|digest| digest.to_string())
    };
    let good = "ab".repeat(32);
    assert_eq!(digest(&good), Some(good.clone()));
    assert_eq!(digest(&good.to_uppercase()), Some(good.clone()));
    assert_eq!(digest(&format!("sha256:{good}")), Some(good.clone()));
    assert_eq!(digest(&"0".repeat(64)), Some("0".repeat(64)));
    for bad in [
        "",
        &good[1..],
        &format!("{good}0"),
        &"g".repeat(64),
        &"ab".repeat(20),
        "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=",
    ] {
        assert_eq!(digest(bad), None, "{bad}");
    }
    let body = br#"[{"type":"file","path":"x.gguf","size":5,"lfs":{"oid":7,"size":"5"}},{"type":"file","path":"y.gguf","size":5,"lfs":null}]"#;
    let page = files(body).expect("files").value;
    assert!(
        page.files
            .iter()
            .all(|file| file.sha256.is_none() && file.size_bytes == Some(5))
    );
}

#[test]
fn group_48_ids_that_cannot_be_are_told_and_never_bent_into_others() {
    let id = |path: &str| {
        let models = models_of(&json!([stored(path, 9), stored("other/Q4_0-Q4_0.gguf", 9)]));
        models[0]
            .manifest
            .as_ref()
            .map(|manifest| manifest.id.to_string())
            .ok_or(models[0].why.clone().unwrap_or_default())
    };
    assert_eq!(
        id("con.gguf"),
        Ok("hf/acme/Lantern-1.5B-Instruct-GGUF/con".to_owned())
    );
    assert_eq!(
        id("a b.gguf"),
        Ok("hf/acme/Lantern-1.5B-Instruct-GGUF/a-b".to_owned())
    );
    assert_eq!(
        id("😀.gguf"),
        Ok("hf/acme/Lantern-1.5B-Instruct-GGUF/😀".to_owned())
    );
    assert_eq!(id("a..b.gguf"), Err("Its id contains `..`.".to_owned()));
    assert_eq!(
        id(&format!("{}.gguf", "x".repeat(251))),
        Err("Its id is longer than 256 characters.".to_owned())
    );
    assert_eq!(
        id(&format!("{}.gguf", "x".repeat(260))),
        Err("The name of its file is too long.".to_owned())
    );
}

#[test]
fn two_names_that_would_have_one_id_are_both_told_apart_from_a_model() {
    let models = models_of(&json!([
        stored("a b.gguf", 9),
        stored("a-b.gguf", 9),
        stored("c.gguf", 9)
    ]));
    let manifests: Vec<_> = models.iter().filter_map(|model| model.manifest.clone()).collect();
    check_with_the_core(manifests, HostPolicy::Public);
    assert_eq!(models.iter().filter(|model| model.manifest.is_some()).count(), 2);
    assert_eq!(
        models[1].why.as_deref(),
        Some("Another model of the repository has the same id.")
    );
}

#[test]
fn group_49_ten_thousand_files_are_read_and_sorted_out_at_once() {
    let mut tree: Vec<Value> = (0..5_000)
        .map(|at| stored(&format!("m{at}-Q4_0.gguf"), 9))
        .collect();
    tree.extend(
        (1..=5_000)
            .rev()
            .map(|at| stored(&format!("big-{at:05}-of-05000.gguf"), u64::MAX / 2)),
    );
    let started = std::time::Instant::now();
    let details = details_of(&fixture_json("hub-repository.json"), &Value::from(tree));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert_eq!((details.files.len(), details.models.len()), (10_000, 5_001));
    let big = details.models.last().expect("a model");
    assert_eq!((big.parts, big.size_bytes), (5_000, None));
    assert_eq!(big.why.as_deref(), Some("It has more than 1000 parts."));
}

#[test]
fn a_name_that_stands_there_twice_counts_once() {
    let mut other = stored("x-Q4_0.gguf", 9);
    other["size"] = json!(10);
    other["lfs"]["size"] = json!(10);
    let details = details_of(
        &fixture_json("hub-repository.json"),
        &json!([
            stored("x-Q4_0.gguf", 9),
            stored("y-Q4_0.gguf", 9),
            other,
            stored("x-Q4_0.gguf", 9),
        ]),
    );
    let seen: Vec<_> = details
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.size_bytes))
        .collect();
    assert_eq!(seen, [("x-Q4_0.gguf", Some(9)), ("y-Q4_0.gguf", Some(9))]);
    assert_eq!((details.left_out, details.models.len()), (2, 2));
}

#[test]
fn groups_70_to_72_an_empty_answer_or_a_login_page_is_no_list() {
    for body in [&b""[..], b"  ", b"<html><form>"] {
        let refused = whole(hub().search(&Search::default()).expect("a request"), body)
            .1
            .expect_err("no list");
        assert!(matches!(
            refused.kind,
            ProviderErrorKind::NotThisProtocol(Foreign::Nothing | Foreign::Page)
        ));
    }
    let page = super::super::driving::head(200, "text/html; charset=utf-8");
    let call = hub().search(&Search::default()).expect("a request");
    assert!(feed(call, page, [&b"[]"[..]]).1.is_err());
}

#[test]
fn texts_of_strangers_are_one_short_line_each() {
    let repository = repository_with(&json!({
        "tags": ["license:\u{202e}evil\nline", "x".repeat(500), 7, null, "gguf"],
        "pipeline_tag": "a\u{0}\u{200b}b\n\nc",
        "lastModified": "x".repeat(5_000),
        "gated": "whatever",
        "library_name": 5,
    }));
    let repository = found(repository.to_string().as_bytes())
        .expect("a repository")
        .value
        .repository;
    assert_eq!(repository.tags, ["license: evil line", "gguf"]);
    assert_eq!(repository.license.as_deref(), Some(" evil line"));
    assert_eq!(repository.task.as_deref(), Some("a b c"));
    assert_eq!(repository.modified.expect("a text").chars().count(), 300);
    assert_eq!(repository.gated, Gate::Manual);
    let many = repository_with(&json!({ "tags": vec!["t"; 5_000] }));
    assert_eq!(
        found(many.to_string().as_bytes())
            .expect("a repository")
            .value
            .repository
            .tags
            .len(),
        200
    );
}
