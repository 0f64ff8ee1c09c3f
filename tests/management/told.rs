//! What the core is told: manifests it takes, whatever a server says.

use modelyard::management::{Answer, Question};
use modelyard::providers::listed::{ListedModel, Listing};
use serde_json::json;

use crate::desk::{Desk, bare, local, page, running, whole};

fn told(models: Vec<ListedModel>) -> Desk {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Ok(page(models)));
    desk
}

#[test]
fn m1_a_manifest_has_everything_the_server_says() {
    let mut model = whole("llama3.2:1b");
    model.configured_context = Some(2_048);
    model.max_output = Some(8_192);
    let desk = told(vec![model]);
    let expected = json!([{
        "id": "ollama/llama3.2:1b",
        "name": "llama3.2:1b",
        "engine": "ollama",
        "files": [],
        "served": {
            "name": "llama3.2:1b",
            "here": true,
            "sizeBytes": 1_321_098_329_u64,
            "contextWindow": 131_072,
            "maxOutputTokens": 8_192,
            "family": "llama",
            "parametersBillions": 1.236,
            "quantization": "Q8_0",
            "capabilities": { "tools": true, "vision": false },
            "modified": "2026-08-21T10:00:00Z",
        },
    }]);
    assert_eq!(desk.told["ollama"].0, expected);
    assert!(!desk.told["ollama"].1);
}

#[test]
fn the_context_a_list_says_is_served_counts_until_what_runs_says_another() {
    let mut model = whole("m");
    model.served_context = Some(4_096);
    let mut desk = told(vec![model]);
    assert_eq!(desk.told["ollama"].0[0]["served"]["servedContext"], 4_096);
    let ask = desk.asks("ollama", |question| *question == Question::Running);
    desk.answer(ask, Ok(running("m", 2_048)));
    assert_eq!(desk.told["ollama"].0[0]["served"]["servedContext"], 2_048);
}

#[test]
fn m1_what_is_unknown_is_left_out() {
    let mut model = bare("m");
    model.digest = None;
    let desk = told(vec![model]);
    assert_eq!(
        desk.told["ollama"].0[0]["served"],
        json!({ "name": "m", "here": true })
    );
}

#[test]
fn what_the_core_would_refuse_is_left_out_and_counted() {
    let long = "x".repeat(300);
    let hostile = [
        "",
        " ",
        "a b",
        "a\nb",
        "a\u{202e}b",
        "../x",
        "a..b/../c",
        "/",
        "a//b",
        "é",
        "a\"b",
        &long,
        "good:1",
        "good:1",
        "x/y/z/w",
        "a:b:c",
    ];
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    let page = Listing {
        models: hostile.iter().map(|name| whole(name)).collect(),
        next: None,
        nameless: 2,
        ..Listing::default()
    };
    desk.answer_list("ollama", Ok(Answer::Listed(page)));
    desk.answer_running("ollama");
    // The desk holds every manifest against the core's rules.
    let names = desk.names("ollama");
    assert!(names.contains(&"good:1".to_owned()));
    let left_out = hostile.len() - names.len() + 2;
    assert_eq!(desk.one(id).left_out, u32::try_from(left_out).expect("small"));
    assert!(names.len() <= 3, "{names:?}");
}

#[test]
fn of_two_models_of_one_name_the_first_counts_and_the_order_stays() {
    let mut second = whole("b:1");
    second.size_bytes = Some(7);
    let desk = told(vec![
        whole("c:1"),
        whole("b:1"),
        second,
        whole("a:1"),
        whole("c:1"),
    ]);
    assert_eq!(desk.names("ollama"), ["c:1", "b:1", "a:1"]);
    assert_eq!(desk.told["ollama"].0[1]["served"]["sizeBytes"], 1_321_098_329_u64);
}

#[test]
fn what_no_word_can_be_is_unknown() {
    let mut model = whole("a:1");
    model.family = Some("x".repeat(257));
    model.quantization = Some("Q4\u{202e}".to_owned());
    model.modified = Some("y".repeat(256));
    model.size_bytes = Some(1 << 53);
    let desk = told(vec![model]);
    let served = &desk.told["ollama"].0[0]["served"];
    for field in ["family", "quantization", "sizeBytes"] {
        assert_eq!(served.get(field), None, "{field}");
    }
    assert_eq!(served["modified"], "y".repeat(256));
}

#[test]
fn an_empty_list_is_told_too() {
    let desk = told(Vec::new());
    assert_eq!(desk.told["ollama"].0, json!([]));
}
