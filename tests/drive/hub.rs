//! Sources of models: whom a question goes to, page by page, and how it ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::net::ResponseHead;
use modelyard::net::call::CallRequest;
use modelyard::net::scripted::{Answer, Gate};
use modelyard::providers::huggingface::HubDetails;
use modelyard::runtime::management::HubPage;
use serde_json::json;

use crate::world::{START, World, head, json as answer, nobody, path, silence};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn search(world: &World, text: &'static str) -> Result<HubPage, Failure> {
    let service = world.service.clone();
    world.wait(async move { service.hub_search(1, text).await })
}

fn repository(world: &World, text: &'static str) -> Result<HubDetails, Failure> {
    let service = world.service.clone();
    world.wait(async move { service.hub_repository(1, text).await })
}

/// Begins a question; what came of it stands there once it has ended.
fn started<T: 'static>(world: &World, question: impl Future<Output = T> + 'static) -> Rc<RefCell<Option<T>>> {
    let place: Rc<RefCell<Option<T>>> = Rc::default();
    let end = Rc::clone(&place);
    world.executor.spawn(async move {
        let value = question.await;
        end.replace(Some(value));
    });
    place
}

fn facts() -> String {
    json!({ "id": "acme/One-GGUF", "sha": COMMIT, "tags": ["gguf"], "gguf": { "total": 1_000_000_000, "context_length": 4096 } })
        .to_string()
}

fn file(name: &str) -> String {
    json!([{ "type": "file", "path": name, "size": 9, "lfs": { "oid": "ab".repeat(32), "size": 9 } }])
        .to_string()
}

/// An answer with another page.
fn linked(text: &str, cursor: &str) -> Answer {
    let head = ResponseHead {
        link: Some(format!(
            "<https://huggingface.co/api/x?cursor={cursor}>; rel=\"next\""
        )),
        ..head(200, "application/json")
    };
    Answer::new(head).bytes(text.as_bytes(), 4_096)
}

/// A hub with one repository.
fn hub(call: &CallRequest) -> Answer {
    let path = path(call);
    if path.contains("/tree/") {
        answer(200, &file("One-1B-Q4_0.gguf"))
    } else {
        answer(200, &facts())
    }
}

#[test]
fn a_search_goes_to_the_hub_everybody_knows_where_none_is_configured() {
    let world = World::new(|_| linked(r#"[{"id":"acme/One-GGUF","gated":"auto"}]"#, "abc"));
    let page = search(
        &world,
        r#"{"query":"one","format":"gguf","sort":"likes","limit":5}"#,
    )
    .expect("a page");
    assert_eq!((page.repositories.len(), page.next.as_deref()), (1, Some("abc")));
    let made = world.calls.made();
    assert_eq!(made.len(), 1);
    assert!(
        made[0]
            .url
            .starts_with("https://huggingface.co/api/models?limit=5&sort=likes&search=one&filter=gguf&"),
        "{}",
        made[0].url
    );
    assert_eq!(
        (made[0].method, made[0].headers.as_slice()),
        ("GET", &[("Accept", "application/json")][..])
    );
    search(&world, r#"{"query":"one","after":"abc"}"#).expect("a page");
    assert!(world.calls.made()[1].url.ends_with("&cursor=abc"));
}

#[test]
fn a_configured_source_is_asked_in_place_of_the_usual_one_and_another_by_its_name() {
    let config = r#"{"providers":{
        "ollama":{},
        "mirror":{"kind":"huggingface","host":"https://mirror.example/hub"},
        "second":{"kind":"huggingface","host":"https://second.example"}}}"#;
    let world = World::with(config, |_| answer(200, "[]"));
    let hosts = || {
        world
            .calls
            .made()
            .last()
            .map(|call| call.url.split("/api").next().unwrap_or_default().to_owned())
    };
    search(&world, "{}").expect("a page");
    assert_eq!(hosts().as_deref(), Some("https://mirror.example/hub"));
    search(&world, r#"{"provider":"second"}"#).expect("a page");
    assert_eq!(hosts().as_deref(), Some("https://second.example"));
    search(&world, r#"{"provider":"huggingface"}"#).expect("a page");
    assert_eq!(hosts().as_deref(), Some("https://huggingface.co"));
    let before = world.calls.made().len();
    let none = search(&world, r#"{"provider":"nobody"}"#).expect_err("there is none");
    assert_eq!(
        (none.code, none.field.as_deref()),
        (ErrorCode::NotFound, Some("provider"))
    );
    let wrong = search(&world, r#"{"provider":"ollama"}"#).expect_err("no source");
    assert_eq!(wrong.code, ErrorCode::Unsupported);
    assert_eq!(world.calls.made().len(), before, "nobody was asked");
}

#[test]
fn a_repository_is_read_at_one_commit_page_by_page() {
    let pages = Rc::new(Cell::new(0));
    let count = Rc::clone(&pages);
    let world = World::new(move |call| {
        if !path(call).contains("/tree/") {
            return hub(call);
        }
        count.set(count.get() + 1);
        match count.get() {
            1 => linked(&file("One-1B-Q4_0-00002-of-00002.gguf"), "p2"),
            _ => answer(200, &file("One-1B-Q4_0-00001-of-00002.gguf")),
        }
    });
    let details =
        repository(&world, r#"{"id":"https://huggingface.co/acme/One-GGUF/tree/v1"}"#).expect("a repository");
    assert_eq!((details.revision.as_str(), details.more_files), (COMMIT, false));
    assert_eq!((details.files.len(), details.models.len()), (2, 1));
    let manifest = details.models[0].manifest.as_ref().expect("a manifest");
    assert_eq!(
        (
            manifest.engine.as_str(),
            manifest.files.len(),
            manifest.context_window
        ),
        ("wllama", 2, Some(4096))
    );
    let paths: Vec<String> = world
        .paths()
        .iter()
        .map(|path| path.split("?expand").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/api/models/acme/One-GGUF/revision/v1".to_owned(),
            format!("/api/models/acme/One-GGUF/tree/{COMMIT}?recursive=true&expand=false"),
            format!("/api/models/acme/One-GGUF/tree/{COMMIT}?recursive=true&expand=false&cursor=p2"),
        ]
    );
}

#[test]
fn pages_without_an_end_come_to_an_end() {
    let world = World::new(|call| {
        if !path(call).contains("/tree/") {
            return hub(call);
        }
        let number = path(call)
            .rsplit("cursor=")
            .next()
            .and_then(|at| at.parse::<u32>().ok())
            .unwrap_or(0);
        linked(&file(&format!("f{number}.gguf")), &(number + 1).to_string())
    });
    let details = repository(&world, r#"{"id":"acme/One-GGUF"}"#).expect("a repository");
    assert_eq!(
        (world.paths().len(), details.files.len(), details.more_files),
        (21, 20, true)
    );
    let world = World::new(|call| {
        if path(call).contains("/tree/") {
            linked(&file("f.gguf"), "same")
        } else {
            hub(call)
        }
    });
    let details = repository(&world, r#"{"id":"acme/One-GGUF"}"#).expect("a repository");
    assert_eq!((world.paths().len(), details.files.len()), (3, 1));
}

#[test]
fn a_repository_that_is_not_given_out_fails_with_its_name_and_the_reason() {
    let refusing = |status, code: &'static str| {
        World::new(move |_| {
            let head = ResponseHead {
                error_code: Some(code.to_owned()),
                error_message: Some("No.".to_owned()),
                ..head(status, "application/json")
            };
            Answer::new(head)
        })
    };
    let failure = repository(&refusing(401, "GatedRepo"), r#"{"id":"acme/Closed"}"#).expect_err("gated");
    assert_eq!(
        (
            failure.code,
            failure.model.as_deref(),
            failure.provider.as_deref()
        ),
        (ErrorCode::Unauthorized, Some("acme/Closed"), Some("huggingface"))
    );
    let failure = repository(&refusing(404, "RepoNotFound"), r#"{"id":"acme/None"}"#).expect_err("missing");
    assert_eq!(
        (failure.code, failure.http_status),
        (ErrorCode::NotFound, Some(404))
    );
    let limited = World::new(|_| answer(429, r#"{"error":"slow down"}"#));
    let failure = search(&limited, "{}").expect_err("limited");
    assert_eq!(
        (failure.code, failure.retry_after_ms),
        (ErrorCode::RateLimited, Some(300_000))
    );
}

#[test]
fn what_is_wrong_with_a_wish_is_told_by_field_and_nobody_is_asked() {
    let world = World::new(hub);
    for (text, field) in [
        (r#"{"limit":0}"#, "limit"),
        (r#"{"limit":-1}"#, "limit"),
        (r#"{"sort":"size"}"#, "sort"),
        (r#"{"format":"zip"}"#, "format"),
        (r#"{"after":"a b"}"#, "after"),
        (r#"{"querry":"x"}"#, "querry"),
    ] {
        let failure = search(&world, text).expect_err(text);
        assert_eq!(failure.code, ErrorCode::InvalidInput, "{text}");
        assert!(failure.message.contains(field), "{text}: {failure:?}");
    }
    for text in [
        r#"{"id":""}"#,
        r#"{"id":"../x"}"#,
        r#"{"id":"https://evil.example/a/b"}"#,
        r#"{"id":"a/b","revision":"x y"}"#,
        "{}",
        "[]",
    ] {
        assert_eq!(
            repository(&world, text).expect_err(text).code,
            ErrorCode::InvalidInput,
            "{text}"
        );
    }
    assert!(world.calls.made().is_empty());
}

#[test]
fn giving_up_closes_the_connection_and_asks_nothing_more() {
    let gate = Gate::new();
    let held = gate.clone();
    let world = World::new(move |call| {
        let mut answer = hub(call);
        if path(call).contains("/tree/") {
            answer.gate = Some(held.clone());
        }
        answer
    });
    let service = world.service.clone();
    let asked = started(&world, async move {
        service.hub_repository(7, r#"{"id":"acme/One-GGUF"}"#).await
    });
    world.pass(1_000);
    world.service.stop_hub(8);
    world.pass(1_000);
    assert!(asked.borrow().is_none(), "another one was stopped");
    world.service.stop_hub(7);
    world.service.stop_hub(7);
    world.pass(0);
    let failure = asked.take().expect("it ended at once");
    assert_eq!(failure.expect_err("given up").code, ErrorCode::Canceled);
    assert_eq!(world.calls.made().len(), 2);
    assert!(world.calls.was_closed(1));
}

#[test]
fn a_hub_that_says_nothing_is_waited_for_as_long_as_the_configuration_says() {
    let config = r#"{"providers":{"huggingface":{"timeoutSeconds":3}}}"#;
    let world = World::with(config, |_| {
        let mut answer = Answer::new(head(200, "application/json"));
        answer.steps.push_back(silence());
        answer
    });
    let failure = search(&world, "{}").expect_err("silence");
    assert_eq!(failure.code, ErrorCode::Timeout);
    assert!(world.executor.now() - START < 5_000);
    assert!(world.calls.was_closed(0));
}

#[test]
fn all_calls_for_a_repository_take_a_minute_together_at_most() {
    let config = r#"{"providers":{"huggingface":{"timeoutSeconds":600}}}"#;
    let world = World::with(config, |call| {
        if path(call).contains("/tree/") {
            Answer::hang()
        } else {
            hub(call)
        }
    });
    let failure = repository(&world, r#"{"id":"acme/One-GGUF"}"#).expect_err("too slow");
    assert_eq!(failure.code, ErrorCode::Timeout);
    assert!((60_000..64_000).contains(&(world.executor.now() - START)));
    assert!(world.calls.was_closed(1));
}

#[test]
fn a_hub_nobody_can_reach_is_told_as_any_other_provider_is() {
    let world = World::new(|_| nobody());
    let failure = search(&world, "{}").expect_err("nobody");
    assert_eq!(failure.provider.as_deref(), Some("huggingface"));
    assert!(failure.retryable && !failure.recovery.is_empty());
    let world = World::new(|_| nobody());
    world.offline.set(true);
    assert_eq!(
        search(&world, "{}").expect_err("offline").code,
        ErrorCode::Offline
    );
}

#[test]
fn after_the_end_nothing_is_asked_and_what_was_open_is_canceled() {
    let world = World::new(|_| Answer::hang());
    let service = world.service.clone();
    let asked = started(&world, async move { service.hub_search(1, "{}").await });
    world.pass(500);
    let service = world.service.clone();
    world.wait(async move { service.close().await });
    assert_eq!(
        asked.take().expect("it ended").expect_err("closed").code,
        ErrorCode::Canceled
    );
    assert_eq!(search(&world, "{}").expect_err("closed").code, ErrorCode::Closed);
}
