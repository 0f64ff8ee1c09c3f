//! Downloads as jobs: begun once, asked about until they are over.

use modelyard::providers::error::{Foreign, ProviderErrorKind as K};
use modelyard::providers::pull::{PullDecoder, PullEnd, PullPhase};
use modelyard::providers::request::{Expects, Method};
use modelyard::providers::{Ability, Server};
use serde_json::{Value, json};

use super::server;
use crate::driving::{Outcome, refused, whole};

fn said(body: &str) -> Outcome<PullDecoder> {
    whole(
        server(Server::LmStudio).pull("qwen/qwen3-4b").expect("a request"),
        body.as_bytes(),
    )
}

#[test]
fn a_job_is_begun_by_name_and_asked_about_by_its_number() {
    let home = server(Server::LmStudio);
    let request = home.pull("qwen/qwen3-4b").expect("a request").request;
    assert_eq!((request.method, request.expects), (Method::Post, Expects::Json));
    assert_eq!(request.url, "http://localhost:8080/api/v1/models/download");
    let body = |model: &str| -> Value {
        let request = home.pull(model).expect("a request").request;
        serde_json::from_slice(&request.body).expect("JSON")
    };
    assert_eq!(body("qwen/qwen3-4b"), json!({"model": "qwen/qwen3-4b"}));
    let url = "https://huggingface.co/x/y-GGUF";
    assert_eq!(
        body(&format!("{url}@Q4_K_M")),
        json!({"model": url, "quantization": "Q4_K_M"})
    );
    let status = home.pull_status("job_1").expect("a request").request;
    assert_eq!(status.method, Method::Get);
    assert_eq!(
        status.url,
        "http://localhost:8080/api/v1/models/download/status/job_1"
    );
    let other = server(Server::Vllm);
    assert_eq!(
        other.pull("m").expect_err("unsupported").kind,
        K::Unsupported(Ability::Pull)
    );
    assert_eq!(
        other.pull_status("j").expect_err("unsupported").kind,
        K::Unsupported(Ability::Pull)
    );
}

#[test]
fn what_goes_on_is_asked_about_again_and_what_is_here_is_done() {
    let (steps, end) = said(
        r#"{"job_id":"job_1","status":"downloading","total_size_bytes":1000,"downloaded_bytes":250,"bytes_per_second":9.5}"#,
    );
    assert_eq!(end, Ok(PullEnd::Again("job_1".to_owned())));
    let step = steps.last().expect("a step");
    assert_eq!(
        (step.phase, step.downloaded_bytes, step.total_bytes, step.permille),
        (PullPhase::Downloading, 250, Some(1_000), Some(250))
    );
    let (_, end) = said(r#"{"job_id":"job_1","status":"paused"}"#);
    assert_eq!(end, Ok(PullEnd::Again("job_1".to_owned())));
    for body in [
        r#"{"status":"already_downloaded"}"#,
        r#"{"job_id":"job_1","status":"completed","total_size_bytes":1000,"downloaded_bytes":1000,"completed_at":"x"}"#,
    ] {
        let (steps, end) = said(body);
        assert_eq!(end, Ok(PullEnd::Done), "{body}");
        assert_eq!(
            steps.last().map(|step| step.permille),
            Some(Some(1_000)),
            "{body}"
        );
    }
}

#[test]
fn what_fails_or_says_something_else_is_an_error() {
    assert_eq!(
        said(r#"{"job_id":"j","status":"failed"}"#)
            .1
            .expect_err("failed")
            .kind,
        K::Failed
    );
    for (body, expected) in [
        ("", K::NotThisProtocol(Foreign::Nothing)),
        ("<html>", K::NotThisProtocol(Foreign::Page)),
        ("{", K::NotThisProtocol(Foreign::Text)),
        ("{}", K::NotThisProtocol(Foreign::OtherJson)),
        (r#"{"status":"dancing"}"#, K::NotThisProtocol(Foreign::OtherJson)),
        // Without a number nobody can ask again; one that leads elsewhere is none.
        (
            r#"{"status":"downloading"}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        (
            r#"{"status":"downloading","job_id":"../x"}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        (
            r#"{"status":"downloading","job_id":"a?b#c"}"#,
            K::NotThisProtocol(Foreign::OtherJson),
        ),
        (
            r#"{"error":{"message":"no such model","code":"model_not_found"}}"#,
            K::NotFound,
        ),
    ] {
        assert_eq!(said(body).1.expect_err(body).kind, expected, "{body}");
    }
    let call = server(Server::LmStudio).pull_status("j").expect("a request");
    assert_eq!(
        refused(call, 404, r#"{"error":{"message":"Job not found"}}"#).kind,
        K::NotFound
    );
}
