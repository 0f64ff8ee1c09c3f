//! What the hub refuses: told apart by its words.

use modelyard::engine::failure::ErrorCode;
use modelyard::providers::error::{ProviderErrorKind as K, RetryAfter};
use modelyard::providers::huggingface::{Search, SourceTrouble};
use modelyard::providers::{Head, ProviderError};

use super::super::driving::{feed, head};
use super::{commit, hub, lantern};

fn refusal(status: u16, code: &str, message: &str) -> Head {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Head {
        error_code: some(code),
        error_message: some(message),
        ..head(status, "application/json; charset=utf-8")
    }
}

fn of_repository(head: Head, body: &str) -> ProviderError {
    let call = hub().repository(&lantern(), None).expect("a request");
    feed(call, head, [body.as_bytes()]).1.expect_err("a refusal")
}

fn of_search(head: Head, body: &str) -> ProviderError {
    let call = hub().search(&Search::default()).expect("a request");
    feed(call, head, [body.as_bytes()]).1.expect_err("a refusal")
}

const RESTRICTED: &str = "Access to model bigcorp/Closed-7B is restricted. You must have access to it and be \
                          authenticated to access it. Please log in.";

#[test]
fn gated_missing_private_and_disabled_are_told_apart() {
    let body = r#"{"error":"Words"}"#;
    let kind = |status, code, message| of_repository(refusal(status, code, message), body).kind;
    for (status, code, message, trouble) in [
        (401, "GatedRepo", RESTRICTED, SourceTrouble::Gated),
        (
            403,
            "GatedRepo",
            "Access to model x is restricted and you are not in the authorized list.",
            SourceTrouble::Gated,
        ),
        (
            401,
            "RepoNotFound",
            "Repository not found",
            SourceTrouble::NoRepository,
        ),
        (
            404,
            "RepoNotFound",
            "Repository not found",
            SourceTrouble::NoRepository,
        ),
        (
            401,
            "",
            "Invalid username or password.",
            SourceTrouble::NoRepository,
        ),
        (404, "", "", SourceTrouble::NoRepository),
        (
            404,
            "RevisionNotFound",
            "Invalid rev id: x",
            SourceTrouble::NoRevision,
        ),
        (404, "EntryNotFound", "Entry not found", SourceTrouble::NoFile),
        (
            403,
            "",
            "Access to this resource is disabled.",
            SourceTrouble::Disabled,
        ),
        (451, "", "", SourceTrouble::Disabled),
    ] {
        assert_eq!(
            kind(status, code, message),
            K::Source(trouble),
            "{status} {code} {message}"
        );
    }
    assert_eq!(
        kind(401, "", "Invalid credentials in Authorization header"),
        K::Unauthorized
    );
    assert_eq!(kind(403, "", "This token may not read this"), K::Forbidden);
    assert_eq!(kind(403, "SomethingNew", "no"), K::Forbidden);
    assert_eq!(kind(500, "", ""), K::Failed);
    // A page that is not there may be of any server.
    let page = of_repository(refusal(404, "", ""), "<h1>Not found</h1>");
    assert!(matches!(page.kind, K::NotThisProtocol(_)));
    assert_eq!(kind(400, "", "Bad expand"), K::Refused);
}

#[test]
fn a_search_that_is_refused_names_no_repository() {
    assert_eq!(
        of_search(refusal(401, "", "Invalid username or password."), "{}").kind,
        K::Unauthorized
    );
    assert!(!matches!(
        of_search(refusal(404, "", ""), "{}").kind,
        K::Source(_)
    ));
    let body = r#"{"error":"\"limit\" must be less than or equal to 1000"}"#;
    let error = of_search(refusal(400, "", ""), body);
    assert_eq!(
        error.said.as_deref(),
        Some("\"limit\" must be less than or equal to 1000")
    );
}

#[test]
fn too_many_questions_wait_for_the_next_window_where_nothing_is_said() {
    let at = |retry_after: Option<&str>| {
        let head = Head {
            retry_after: retry_after.map(str::to_owned),
            ..refusal(429, "", "")
        };
        let error = of_search(head, r#"{"error":"We had to rate limit your IP."}"#);
        let failure = error.failure("hub", None);
        assert_eq!((failure.code, failure.retryable), (ErrorCode::RateLimited, true));
        assert!(failure.message.contains("rate limit your IP"), "{failure:?}");
        (error.kind, failure.retry_after_ms)
    };
    let limited = |ms| K::RateLimited {
        retry: Some(RetryAfter::Ms(ms)),
    };
    assert_eq!(at(None), (limited(300_000), Some(300_000)));
    assert_eq!(at(Some("55")), (limited(55_000), Some(55_000)));
    // Bad input 83.
    assert_eq!(at(Some("-1")).0, limited(300_000));
    assert_eq!(at(Some("soon")).0, limited(300_000));
    let head = Head {
        retry_after: Some("1e9".to_owned()),
        ..refusal(429, "", "")
    };
    let call = hub().files(&lantern(), &commit(), None).expect("a request");
    let error = feed(call, head, [&b""[..]]).1.expect_err("a refusal");
    assert_eq!(error.kind, limited(300_000));
}

#[test]
fn the_hubs_own_words_are_told_with_what_to_do() {
    let failure =
        of_repository(refusal(401, "GatedRepo", RESTRICTED), "").failure("hub", Some("bigcorp/Closed-7B"));
    assert_eq!(failure.code, ErrorCode::Unauthorized);
    assert!(
        failure.message.contains(RESTRICTED.trim_end_matches('.')),
        "{}",
        failure.message
    );
    assert_eq!(
        (failure.http_status, failure.model.as_deref(), failure.retryable),
        (Some(401), Some("bigcorp/Closed-7B"), false)
    );
    assert!(failure.recovery[0].contains("conditions"));
    let missing = of_repository(
        refusal(401, "RepoNotFound", ""),
        r#"{"error":"Repository not found"}"#,
    );
    let failure = missing.failure("hub", Some("a/b"));
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert_eq!(
        failure.message,
        "hub has no such repository, or it is private: Repository not found."
    );
    let disabled =
        of_repository(refusal(403, "", "Access to this resource is disabled."), "").failure("hub", None);
    assert_eq!(disabled.code, ErrorCode::ProviderError);
    assert!(disabled.message.contains("taken this repository down"));
}
