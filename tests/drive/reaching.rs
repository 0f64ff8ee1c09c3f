//! The connection test (requirement P3).

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::net::scripted::Answer;
use modelyard::providers::connection::{Finding, Permission};
use modelyard::runtime::management::ConnectionReport;

use crate::world::{World, json, nobody, path};

fn test(world: &World, text: &'static str) -> Result<ConnectionReport, Failure> {
    let service = world.service.clone();
    world.wait(async move { service.test(text, None).await })
}

const CONFIGURED: &str = r#"{"provider":"ollama"}"#;

#[test]
fn a_server_that_answers_is_reachable_and_says_its_version() {
    let world = World::new(|_| json(200, r#"{"version":"0.32.15"}"#));
    let report = test(&world, CONFIGURED).expect("a report");
    assert_eq!(
        (report.ok, report.finding, report.code),
        (true, Finding::Reachable, None)
    );
    assert_eq!(report.version.as_deref(), Some("0.32.15"));
    assert_eq!(world.paths(), ["/api/version"]);
}

#[test]
fn down_origin_refused_permission_and_a_wrong_url_are_told_apart() {
    let world = World::new(|_| nobody());
    assert_eq!(
        test(&world, CONFIGURED).expect("a report").finding,
        Finding::NotRunning
    );
    world.calls.let_probes_find(true);
    let report = test(&world, CONFIGURED).expect("a report");
    assert_eq!(report.finding, Finding::OriginRefused);
    assert_eq!(
        report.setting.as_deref(),
        Some("OLLAMA_ORIGINS=https://app.example")
    );
    world.calls.let_probes_find(false);
    world.permission.set(Permission::Denied);
    let report = test(&world, CONFIGURED).expect("a report");
    assert_eq!(
        (report.finding, report.code),
        (
            Finding::LocalNetworkPermission,
            Some(ErrorCode::LocalNetworkPermission)
        )
    );
    let world = World::new(|_| json(404, "404 page not found"));
    assert_eq!(
        test(&world, CONFIGURED).expect("a report").finding,
        Finding::WrongUrl
    );
}

#[test]
fn a_test_takes_ten_seconds_at_most() {
    for permission in [Permission::Unknown, Permission::Prompt] {
        let world = World::new(|_| Answer::hang());
        world.permission.set(permission);
        let before = world.executor.now();
        let report = test(&world, CONFIGURED).expect("a report");
        assert!(world.executor.now() - before <= 10_000);
        assert!(world.calls.was_closed(0));
        let expected = match permission {
            Permission::Prompt => Finding::LocalNetworkPermission,
            _ => Finding::TimedOut,
        };
        assert_eq!(report.finding, expected);
    }
}

#[test]
fn what_is_not_configured_yet_can_be_tested_and_is_checked_as_if_it_were() {
    let world = World::with("", |_| json(200, r#"{"version":"1.2.3"}"#));
    let report = test(&world, r#"{"kind":"ollama","host":"http://localhost:11435/"}"#).expect("a report");
    assert!(report.ok);
    assert_eq!(world.calls.made()[0].url, "http://localhost:11435/api/version");
    assert_eq!(path(&world.calls.made()[0]), "/api/version");
    assert!(
        test(&world, r#"{"provider":"mine","kind":"ollama"}"#)
            .expect("a report")
            .ok
    );
    let wrong = test(&world, r#"{"kind":"ollama","host":"ftp://x"}"#).expect_err("refused");
    assert_eq!(
        (wrong.code, wrong.field.as_deref()),
        (ErrorCode::InvalidInput, Some("providers.ollama.host"))
    );
    let wrong = test(&world, r#"{"kind":"olama"}"#).expect_err("refused");
    assert_eq!(wrong.code, ErrorCode::InvalidInput);
    assert_eq!(
        test(&world, CONFIGURED).expect_err("nobody configured it").code,
        ErrorCode::NotFound
    );
}

#[test]
fn a_hosted_kind_is_tested_at_its_usual_place() {
    let world = World::with("", |_| nobody());
    let report = test(&world, r#"{"kind":"gemini"}"#).expect("a report");
    assert_eq!((report.ok, report.code), (false, Some(ErrorCode::Network)));
    let made = world.calls.made();
    let place = "https://generativelanguage.googleapis.com/";
    assert!(made.iter().all(|call| call.url.starts_with(place)) && !made.is_empty());
}

#[test]
fn a_kind_that_nothing_here_speaks_is_no_input() {
    let world = World::with("", |_| nobody());
    let failure = test(&world, r#"{"kind":"pigeon"}"#).expect_err("nobody speaks it");
    assert_eq!(failure.code, ErrorCode::InvalidInput);
}
