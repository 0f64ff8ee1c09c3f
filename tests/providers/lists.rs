//! Lists, details, memory, version.

use modelyard::catalog::record::Capability::{
    Embedding, Reasoning, Streaming, StructuredOutput, Tools, Vision,
};
use modelyard::catalog::record::{Capabilities, Capability, Support};
use modelyard::providers::error::{Foreign, ProviderErrorKind};
use modelyard::providers::listed::{
    ListedModel, Listing, RunningModel, ServerVersion, ShownModel, millions, parameters,
};

use super::driving::{feed, fixture, good, head, ollama, whole};

fn list(body: &[u8]) -> Listing {
    whole(ollama().list(None).expect("a request"), body)
        .1
        .expect("a list")
}

fn list_error(body: &str) -> ProviderErrorKind {
    whole(ollama().list(None).expect("a request"), body.as_bytes())
        .1
        .expect_err(body)
        .kind
}

fn show(body: &[u8]) -> ShownModel {
    whole(ollama().show("one").expect("a request"), body)
        .1
        .expect("details")
}

fn supports(model: &ListedModel, supported: &[Capability]) {
    for capability in Capability::ALL {
        let expected = if supported.contains(&capability) {
            Support::Yes
        } else {
            Support::No
        };
        assert_eq!(
            model.capabilities.get(capability),
            expected,
            "{} {capability:?}",
            model.name
        );
    }
}

#[test]
fn a_list_says_all_that_the_server_says() {
    let listing = list(&fixture("tags-many.json"));
    let names: Vec<&str> = listing.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "one:latest",
            "qwen3:8b",
            "gemma3:4b",
            "nomic-embed-text:latest",
            "gpt-oss:120b-cloud"
        ]
    );
    assert_eq!((listing.next.as_deref(), listing.nameless), (None, 0));
    let qwen = &listing.models[1];
    assert_eq!(
        *qwen,
        ListedModel {
            name: "qwen3:8b".into(),
            family: Some("qwen3".into()),
            format: Some("gguf".into()),
            size_bytes: Some(5_225_388_164),
            parameters_millions: Some(8_200),
            quantization: Some("Q4_K_M".into()),
            modified: Some("2026-08-01T09:12:33.123456789+02:00".into()),
            context: Some(40_960),
            configured_context: None,
            served_context: None,
            max_output: None,
            capabilities: qwen.capabilities,
            digest: Some("500a1f067a9f782620b40bee6f7b0c89e17ae61f686b92c24933e4ca4b2b8b41".into()),
            remote_host: None,
        }
    );
    supports(qwen, &[Tools, Reasoning, Streaming, StructuredOutput]);
    supports(&listing.models[2], &[Vision, Streaming, StructuredOutput]);
    supports(&listing.models[3], &[Embedding]);
    assert_eq!(qwen.missing(), Vec::<&str>::new());
    assert!(listing.models.iter().all(|model| !model.lacks_details()));
    // What runs elsewhere has rules of its own.
    let cloud = &listing.models[4];
    assert_eq!(cloud.remote_host.as_deref(), Some("https://ollama.com:443"));
    assert_eq!(cloud.capabilities.structured_output, Support::Unknown);
    assert_eq!(cloud.format, None);
}

#[test]
fn a_list_of_an_old_server_leaves_unknown_what_it_does_not_say() {
    let listing = list(&fixture("tags-0.6.5.json"));
    let [model] = listing.models.as_slice() else {
        panic!("{listing:?}")
    };
    assert_eq!(model.capabilities, Capabilities::default());
    assert_eq!((model.context, model.quantization.as_deref()), (None, None));
    assert_eq!(model.parameters_millions, Some(6));
    assert_eq!(model.missing(), ["quantization", "contextWindow", "capabilities"]);
    assert!(model.lacks_details());
    let facts = model.facts();
    assert_eq!((facts.context, facts.size_bytes), (None, Some(24_215_670)));
    assert_eq!(facts.family, None, "the family comes from the name");
}

#[test]
fn details_fill_in_what_the_list_left_unknown() {
    let listing = list(&fixture("tags-0.6.5.json"));
    let shown = show(&fixture("show-0.6.5.json"));
    let model = listing.models[0].clone().over(shown.listed.clone());
    assert_eq!(model.name, "one:latest");
    assert_eq!(
        (model.context, model.configured_context),
        (Some(512), Some(2_048))
    );
    supports(&model, &[Streaming, StructuredOutput]);
    assert_eq!(model.size_bytes, Some(24_215_670));
    assert!(!model.lacks_details());
    // What the list says stays.
    assert_eq!(model.modified, listing.models[0].modified);
}

#[test]
fn details_say_settings_template_and_what_is_missing() {
    for name in ["show-0.6.5.json", "show-0.32.15.json"] {
        let shown = show(&fixture(name));
        let settings = [("num_ctx", "2048"), ("temperature", "0")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(shown.parameters, settings, "{name}");
        assert!(shown.template.is_some() && shown.system.is_none() && shown.license.is_none());
        assert_eq!(
            shown.listed.missing(),
            ["sizeBytes", "quantization", "digest"],
            "{name}"
        );
        assert_eq!(shown.listed.parameters_millions, Some(6), "{name}");
    }
}

#[test]
fn the_context_is_that_of_the_architecture_in_any_order_of_the_keys() {
    let context = |info: &str| {
        show(format!(r#"{{"details":{{"context_length":7}},"model_info":{info}}}"#).as_bytes())
            .listed
            .context
    };
    for (info, expected) in [
        (
            r#"{"bert.context_length":512,"general.architecture":"bert"}"#,
            Some(512),
        ),
        (
            r#"{"general.architecture":"llama","clip.context_length":77,"llama.context_length":131072}"#,
            Some(131_072),
        ),
        (
            r#"{"clip.context_length":77,"llama.context_length":131072,"general.architecture":"llama"}"#,
            Some(131_072),
        ),
        (r#"{"llama.context_length":8192}"#, Some(8_192)),
        // Which of two is meant nobody knows; then the list's own field says more.
        (r#"{"a.context_length":1,"b.context_length":2}"#, Some(7)),
        (
            r#"{"general.architecture":"x","llama.context_length":8192}"#,
            Some(7),
        ),
        (
            r#"{"general.architecture":"llama","llama.context_length":0}"#,
            Some(7),
        ),
        (
            r#"{"general.architecture":"llama","llama.context_length":99999999999}"#,
            Some(7),
        ),
        (
            r#"{"general.architecture":"llama","llama.context_length":"many"}"#,
            Some(7),
        ),
        ("{}", Some(7)),
        ("null", Some(7)),
    ] {
        assert_eq!(context(info), expected, "{info}");
    }
}

#[test]
fn memory_says_the_context_that_is_really_served() {
    let running = |name: &str| {
        whole(ollama().running().expect("a request"), &fixture(name))
            .1
            .expect("a list")
    };
    assert_eq!(
        running("ps-gpu.json"),
        [RunningModel {
            name: "qwen3:8b".into(),
            served_context: Some(4_096),
            memory_bytes: Some(6_654_289_920),
            gpu_memory_bytes: Some(5_333_539_264),
            expires: Some("2026-08-21T14:38:31.83753-07:00".into()),
        }]
    );
    // It was asked with `num_ctx: 256`; its settings say 512.
    assert_eq!(running("ps-0.12.6.json")[0].served_context, Some(256));
    let old = running("ps-0.6.5.json");
    assert_eq!(
        (old[0].name.as_str(), old[0].served_context),
        ("one:latest", None)
    );
}

#[test]
fn strange_entries_cost_only_themselves() {
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    let body = format!(
        r#"{{"extra":{deep},"models":[null,7,"x",[],{{}},{{"name":null}},{{"name":7,"model":"kept"}},
        {{"name":"odd","size":-1,"digest":{{}},"details":[1],"capabilities":"tools","modified_at":5,"new":{{"a":[{{}}]}}}},
        {{"name":"big","size":99999999999999999999999,"details":{{"parameter_size":8,"context_length":1e9}},"capabilities":[1,null,"tools"]}},
        {{"model":"m","name":"","size":0,"details":null,"capabilities":[]}}],"models2":1}}"#
    );
    let listing = list(body.as_bytes());
    let names: Vec<&str> = listing.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["kept", "odd", "big", "m"]);
    assert_eq!(listing.nameless, 6);
    assert_eq!(
        listing.models[1],
        ListedModel {
            name: "odd".into(),
            ..ListedModel::default()
        }
    );
    assert_eq!(listing.models[2].capabilities.tools, Support::Yes);
    assert_eq!(
        (listing.models[2].size_bytes, listing.models[2].context),
        (None, None)
    );
    assert_eq!(
        listing.models[3].capabilities,
        Capabilities::default(),
        "an empty list says nothing"
    );
    assert_eq!(list(br#"{"models":null}"#), Listing::default());
    assert_eq!(list(br#" {"models":[]} "#), Listing::default());
}

#[test]
fn what_is_no_list_is_another_protocol() {
    let foreign = ProviderErrorKind::NotThisProtocol;
    for (body, expected) in [
        ("", Foreign::Nothing),
        (" \n", Foreign::Nothing),
        ("Ollama is running", Foreign::Text),
        ("<!doctype html><title>Sign in</title>", Foreign::Page),
        (r#"{"object":"list","data":[]}"#, Foreign::OtherJson),
        ("[]", Foreign::OtherJson),
        ("null", Foreign::OtherJson),
        (r#"{"models":[{"name":"cut"#, Foreign::Text),
        (r#"{"models":[]} {"models":[]}"#, Foreign::Text),
    ] {
        assert_eq!(list_error(body), foreign(expected), "{body}");
    }
    let deep = format!(r#"{{"models":[],"x":{}}}"#, "[".repeat(100_000));
    assert_eq!(list_error(&deep), foreign(Foreign::Text));
    let page = feed(
        ollama().list(None).expect("a request"),
        head(200, "Text/HTML; charset=utf-8"),
        [br#"{"models":[]}"#.as_slice()],
    );
    assert_eq!(page.1.expect_err("a page").kind, foreign(Foreign::Page));
    let other = whole(ollama().show("one").expect("a request"), b"{}");
    assert_eq!(
        other.1.expect_err("nothing of it").kind,
        foreign(Foreign::OtherJson)
    );
}

#[test]
fn an_error_with_the_status_of_success_is_an_error() {
    let error = whole(
        ollama().list(None).expect("a request"),
        br#"{"error":"disk on fire"}"#,
    )
    .1
    .expect_err("an error");
    assert_eq!((error.kind, error.status), (ProviderErrorKind::Failed, Some(200)));
    assert_eq!(error.said.as_deref(), Some("disk on fire"));
    // Some servers send an empty one with every good answer.
    assert_eq!(list(br#"{"error":"","models":[]}"#), Listing::default());
    assert_eq!(list(br#"{"error":null,"models":[]}"#), Listing::default());
}

#[test]
fn an_answer_longer_than_can_be_is_given_up_at_once() {
    let mebibyte = vec![b' '; 1 << 20];
    let pieces = std::iter::repeat_n(mebibyte.as_slice(), 40);
    let (_, end) = feed(ollama().list(None).expect("a request"), good(), pieces);
    assert_eq!(end.expect_err("too long").kind, ProviderErrorKind::TooLong);
}

#[test]
fn versions_are_read_as_far_as_they_are_numbers() {
    let version = |body: &str| whole(ollama().version().expect("a request"), body.as_bytes()).1;
    let numbers = |text: &str| ServerVersion::new(text).numbers;
    assert_eq!(
        version(r#"{"version":"0.32.15"}"#),
        Ok(ServerVersion {
            text: "0.32.15".into(),
            numbers: Some([0, 32, 15])
        })
    );
    assert_eq!(numbers("v0.6.5-rc1+x"), Some([0, 6, 5]));
    assert_eq!(numbers("0.0.0"), Some([0, 0, 0]));
    assert_eq!(numbers("0.6"), None);
    assert_eq!(numbers("nightly"), None);
    for body in ["{}", r#"{"version":7}"#, "[]", r#"{"version":""}"#] {
        let error = version(body).expect_err(body);
        assert_eq!(
            error.kind,
            ProviderErrorKind::NotThisProtocol(Foreign::OtherJson),
            "{body}"
        );
    }
    let running = version("Ollama is running").expect_err("text");
    assert_eq!(running.kind, ProviderErrorKind::NotThisProtocol(Foreign::Text));
}

#[test]
fn parameters_are_read_as_people_write_them() {
    for (text, expected) in [
        ("8.0B", Some(8_000)),
        ("8.03B", Some(8_030)),
        ("134.52M", Some(135)),
        ("134.49M", Some(134)),
        ("596.05M", Some(596)),
        ("13b", Some(13_000)),
        ("1T", Some(1_000_000)),
        ("1.5t", Some(1_500_000)),
        ("270K", Some(1)),
        ("8030261248", Some(8_030)),
        (" 7B ", Some(7_000)),
        ("0B", None),
        ("0", None),
        ("", None),
        ("B", None),
        (".5B", None),
        ("8x7B", None),
        ("-7B", None),
        ("7 B", None),
        ("large", None),
        ("9999999999T", None),
        ("99999999999999999999999", None),
        ("7.\u{2019}B", None),
        ("7é", None),
    ] {
        assert_eq!(millions(text), expected, "{text}");
    }
    assert_eq!(
        (parameters(0), parameters(1), parameters(u64::MAX)),
        (None, Some(1), None)
    );
    assert_eq!(parameters(6_048_000), Some(6));
}
