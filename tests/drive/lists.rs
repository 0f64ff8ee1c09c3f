//! Lists and details, as far as the drive has a part in them: the rules are tested with `src/management`.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Phase, Reach};
use modelyard::net::scripted::Answer;
use modelyard::storage::memory_records::MemoryRecords;
use serde_json::json;

use crate::world::{CONFIG, Told, World, json as answer, nobody, path, ticket};

const TAGS: &str = r#"{"models":[{"name":"tiny:latest","size":5,"details":{"context_length":4096},"capabilities":["completion"]}]}"#;

fn listing(
    world: &World,
    text: &'static str,
) -> Result<modelyard::management::ListReport, modelyard::engine::failure::Failure> {
    let service = world.service.clone();
    world.wait(async move { service.list(text).await })
}

fn serving() -> World {
    World::new(|call| match path(call) {
        "/api/tags" => answer(200, TAGS),
        "/api/ps" => answer(200, r#"{"models":[]}"#),
        "/api/show" => answer(200, r#"{"details":{"family":"llama"},"model_info":{}}"#),
        _ => answer(404, r#"{"error":"nothing"}"#),
    })
}

#[test]
fn m1_a_list_is_asked_for_told_and_not_asked_again_within_a_minute() {
    let world = serving();
    let report = listing(&world, "{}").expect("a list");
    assert_eq!(
        (report.providers[0].state, report.providers[0].models),
        (Phase::Ok, 1)
    );
    let told = world.told();
    let listed = told.iter().find_map(|told| match told {
        Told::Listed(provider, models) => Some((provider.clone(), models.clone())),
        _ => None,
    });
    let (provider, models) = listed.expect("told");
    assert_eq!(provider, "ollama");
    assert_eq!(
        (&models[0]["id"], &models[0]["engine"], &models[0]["files"]),
        (&json!("ollama/tiny:latest"), &json!("ollama"), &json!([]))
    );
    assert!(told.contains(&Told::Reach("ollama".to_owned(), Reach::Yes)));
    let before = world.paths().len();
    listing(&world, "{}").expect("a list");
    assert_eq!(world.paths().len(), before);
    listing(&world, r#"{"refresh":true}"#).expect("a list");
    assert!(world.paths().len() > before);
}

#[test]
fn a_failing_server_is_told_with_its_reason() {
    let world = World::new(|_| nobody());
    let report = listing(&world, "{}").expect("a report");
    let state = &report.providers[0];
    assert_eq!((state.state, state.offline), (Phase::Failing, true));
    assert_eq!(
        state.failure.as_ref().map(|failure| failure.code),
        Some(ErrorCode::Network)
    );
    assert!(
        world
            .told()
            .contains(&Told::Reach("ollama".to_owned(), Reach::Down)),
        "{:?}",
        world.told()
    );
    let world = World::new(|_| nobody());
    world.calls.let_probes_find(true);
    listing(&world, "{}").expect("a report");
    assert!(
        world
            .told()
            .contains(&Told::Reach("ollama".to_owned(), Reach::Cors)),
        "{:?}",
        world.told()
    );
}

#[test]
fn fault_43_a_dead_server_blocks_nobody() {
    let config = r#"{"providers":{"ollama":{},"dead":{"kind":"ollama","host":"http://10.0.0.9:11434"}}}"#;
    let world = World::with(config, |call| {
        if call.url.starts_with("http://10.0.0.9") {
            Answer::hang()
        } else {
            answer(200, TAGS)
        }
    });
    let before = world.executor.now();
    let report = listing(&world, "{}").expect("a report");
    assert!(world.executor.now() - before <= 2_100);
    let states: Vec<_> = report.providers.iter().map(|state| state.state).collect();
    assert_eq!(states, [Phase::Ok, Phase::Asking]);
}

#[test]
fn fault_38_setting_the_host_does_not_reset_the_timeout() {
    let world = World::with(r#"{"providers":{"ollama":{"timeoutSeconds":30}}}"#, |_| {
        Answer::hang()
    });
    world
        .set(
            "options",
            r#"{"providers":{"ollama":{"host":"http://127.0.0.1:11435"}}}"#,
        )
        .expect("good");
    let call = world.service.clone();
    world.executor.spawn(async move {
        let _ = call.remove(r#"{"provider":"ollama","model":"tiny"}"#).await;
    });
    // It looks at the list first, for two seconds.
    world.pass(31_000);
    assert!(world.calls.made()[1].url.starts_with("http://127.0.0.1:11435/"));
    assert!(!world.calls.was_closed(1), "it has 30 seconds");
    world.pass(2_000);
    assert!(world.calls.was_closed(1));
}

#[test]
fn show_gives_details_and_names_what_is_missing() {
    let world = serving();
    let service = world.service.clone();
    let details = world
        .wait(async move {
            service
                .show(r#"{"provider":"ollama","model":"tiny:latest"}"#)
                .await
        })
        .expect("details");
    assert_eq!(
        (details.id.as_str(), details.family.as_deref()),
        ("ollama/tiny:latest", Some("llama"))
    );
    assert!(details.missing.contains(&"license"), "{:?}", details.missing);
}

#[test]
fn what_providers_said_is_there_again_after_a_restart() {
    let records = MemoryRecords::new();
    let world = serving();
    let (service, stored) = (world.service.clone(), records.clone());
    world.wait(async move { service.open(stored, true).await });
    listing(&world, "{}").expect("a list");
    let service = world.service.clone();
    world.wait(async move { service.close().await });
    // The server is down when the page comes back.
    let world = World::with(CONFIG, |_| nobody());
    let service = world.service.clone();
    world.wait(async move { service.open(records, true).await });
    let told = world.told();
    assert!(
        told.iter().any(|told| matches!(told, Told::Listed(provider, models) if provider == "ollama" && models[0]["served"]["name"] == "tiny:latest")),
        "{told:?}"
    );
}

#[test]
fn a_provider_that_leaves_the_configuration_is_told_of() {
    let world = serving();
    listing(&world, "{}").expect("a list");
    world.set("file", "{}").expect("good");
    assert!(world.told().contains(&Told::ProviderRemoved("ollama".to_owned())));
}

#[test]
fn bad_texts_are_refused_with_the_field() {
    let world = serving();
    let refused = listing(&world, r#"{"provider":1}"#).expect_err("refused");
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (ErrorCode::InvalidInput, Some("provider"))
    );
    assert_eq!(
        listing(&world, r#"{"provider":"olama"}"#)
            .expect_err("refused")
            .code,
        ErrorCode::NotFound
    );
}

#[test]
fn after_closing_wishes_are_refused() {
    let world = serving();
    let service = world.service.clone();
    world.wait(async move { service.close().await });
    assert_eq!(listing(&world, "{}").expect_err("closed").code, ErrorCode::Closed);
    let service = world.service.clone();
    let text = r#"{"provider":"ollama","model":"tiny"}"#;
    let removed = world.wait(async move { service.remove(text).await });
    assert_eq!(removed.expect_err("closed").code, ErrorCode::Closed);
    world.service.pull(ticket(1, 1), "ollama", "tiny");
    world.pass(60_000);
    assert_eq!(world.paths(), Vec::<String>::new(), "nothing is sent");
}
