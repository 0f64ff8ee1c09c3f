//! Removing a model of a server.

use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::runtime::management::Removed;

use crate::world::{World, body, json, path};

const TAGS: &str = r#"{"models":[{"name":"tiny:latest","size":5000,"details":{"context_length":1},"capabilities":["completion"]}]}"#;

fn world(status: u16) -> World {
    World::new(move |call| match path(call) {
        "/api/tags" => json(200, TAGS),
        "/api/delete" if status == 200 => json(200, ""),
        "/api/delete" => json(status, r#"{"error":"model 'tiny' not found"}"#),
        "/api/chat" => json(
            200,
            r#"{"model":"tiny","message":{"content":""},"done":true,"done_reason":"unload"}"#,
        ),
        _ => json(200, r#"{"models":[]}"#),
    })
}

fn remove(world: &World, text: &'static str) -> Result<Removed, Failure> {
    let service = world.service.clone();
    world.wait(async move { service.remove(text).await })
}

#[test]
fn a_removal_says_what_it_freed_and_has_the_list_asked_anew() {
    let world = world(200);
    let removed = remove(&world, r#"{"provider":"ollama","model":"tiny"}"#).expect("removed");
    assert_eq!(removed.freed_bytes, 5_000);
    world.pass(1_000);
    let paths = world.paths();
    let delete = paths
        .iter()
        .position(|path| path == "/api/delete")
        .expect("a removal");
    assert!(
        !paths.contains(&"/api/chat".to_owned()),
        "it was not to be unloaded"
    );
    assert!(paths[delete..].contains(&"/api/tags".to_owned()));
    let call = &world.calls.made()[delete];
    assert_eq!(
        (call.method, body(call)),
        ("DELETE", serde_json::json!({"model":"tiny"}))
    );
}

#[test]
fn m7_told_to_unload_first_it_does() {
    let world = world(200);
    remove(&world, r#"{"provider":"ollama","model":"tiny","unload":true}"#).expect("removed");
    let paths = world.paths();
    let place = |wanted: &str| paths.iter().position(|path| path == wanted).expect(wanted);
    assert!(place("/api/chat") < place("/api/delete"));
    assert_eq!(body(&world.calls.made()[place("/api/chat")])["keep_alive"], 0);
}

#[test]
fn fault_37_removing_what_is_not_there_is_not_found() {
    let world = world(404);
    let failure = remove(&world, r#"{"provider":"ollama","model":"tiny"}"#).expect_err("nothing there");
    assert_eq!(
        (failure.code, failure.http_status),
        (ErrorCode::NotFound, Some(404))
    );
    assert_eq!(failure.model.as_deref(), Some("tiny"));
}
