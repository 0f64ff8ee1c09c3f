//! What is stored comes back after a reload: as old as it is, and never fresher than it was.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Input, Phase, Record};

use crate::desk::{Desk, bare, config, dead, list_of, local, page, public, running, shown};

fn stored() -> Desk {
    let mut desk = Desk::listing(&["a:1", "b:1"]);
    desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown("one")));
    desk
}

#[test]
fn m2_what_is_stored_is_as_fresh_as_before() {
    let mut desk = stored();
    let (told, details) = (desk.told.clone(), desk.show("ollama", "a:1"));
    let details = desk.details(details).clone();
    desk.pass(59_999);
    desk.reload();
    assert_eq!(desk.told, told, "told without a question");
    let (list, show) = (desk.list(), desk.show("ollama", "a:1"));
    assert_eq!(desk.asked, []);
    assert_eq!(
        (desk.one(list).age_ms, desk.one(list).stale),
        (Some(59_999), false)
    );
    let mut older = details;
    older.age_ms = 59_999;
    assert_eq!(*desk.details(show), older, "to the last field");
    desk.pass(1);
    desk.list();
    assert_eq!(desk.asked.len(), 2);
}

#[test]
fn m3_after_a_reload_without_the_server_everything_is_still_there() {
    let mut desk = stored();
    desk.pass(86_400_000);
    desk.reload();
    assert_eq!(desk.names("ollama"), ["a:1", "b:1"]);
    assert!(desk.told["ollama"].1, "an old list");
    let (list, show) = (desk.list(), desk.show("ollama", "a:1"));
    desk.answer_list("ollama", Err(dead()));
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(dead()));
    let state = desk.one(list);
    assert_eq!(
        (state.age_ms, state.offline, state.models),
        (Some(86_400_000), true, 2)
    );
    let details = desk.details(show);
    assert!(details.offline && details.stale && details.age_ms == 86_400_000);
}

#[test]
fn m2_an_invalidation_outlives_the_page() {
    let mut desk = stored();
    desk.changed("ollama");
    desk.reload();
    assert!(desk.told["ollama"].1);
    desk.list();
    desk.show("ollama", "a:1");
    assert_eq!(desk.asked.len(), 3, "both are asked for: {:?}", desk.asked);
    // What comes after it is fresh, and stays so.
    desk.pass(1);
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    desk.answer_running("ollama");
    desk.reload();
    desk.list();
    assert_eq!(desk.asked, []);
}

#[test]
fn the_providers_may_be_known_before_what_is_stored() {
    let mut desk = stored();
    let records = desk.records();
    let mut new = Desk::new(vec![local("ollama")]);
    new.input(Input::Restore(records));
    assert_eq!(new.names("ollama"), ["a:1", "b:1"]);
    assert_eq!(new.states["ollama"].models, 2);
    desk.list();
    assert!(desk.open.is_empty());
}

#[test]
fn what_came_since_the_page_is_there_is_newer_than_what_is_stored() {
    let records = stored().records();
    let mut desk = Desk::listing(&["new:1", "a:1"]);
    desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown("new")));
    desk.input(Input::Restore(records));
    assert_eq!(desk.names("ollama"), ["new:1", "a:1"]);
    let id = desk.show("ollama", "a:1");
    assert_eq!(desk.details(id).system.as_deref(), Some("new"));
}

#[test]
fn what_another_address_said_does_not_come_back() {
    for restore_first in [true, false] {
        let records = stored().records();
        let elsewhere = vec![config("ollama", "http://10.0.0.7:11434")];
        let mut desk = Desk::new(Vec::new());
        desk.stored = records
            .iter()
            .map(|record| (record.key.clone(), record.text.clone()))
            .collect();
        if restore_first {
            desk.input(Input::Restore(records));
            desk.configure(elsewhere);
        } else {
            desk.configure(elsewhere);
            desk.input(Input::Restore(records));
        }
        assert!(desk.told.is_empty());
        assert!(desk.stored.is_empty(), "{:?}", desk.stored.keys());
    }
}

#[test]
fn what_is_stored_of_providers_that_come_later_is_kept_until_then() {
    let mut desk = stored();
    let configs = std::mem::take(&mut desk.configs);
    desk.reload();
    desk.configure(vec![public("other")]);
    assert!(desk.told.is_empty());
    let mut configs = configs;
    configs.push(public("other"));
    desk.configure(configs);
    assert_eq!(desk.names("ollama"), ["a:1", "b:1"]);
}

#[test]
fn what_runs_and_what_failed_are_not_stored() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Ok(page(vec![bare("a:1")])));
    let runs = desk.asks("ollama", |question| {
        *question == modelyard::management::Question::Running
    });
    desk.answer(runs, Ok(running("a:1", 4_096)));
    desk.reload();
    assert_eq!(desk.told["ollama"].0[0]["served"].get("servedContext"), None);
    assert_eq!(desk.states["ollama"].state, Phase::Unknown);
}

#[test]
fn records_that_cannot_be_read_are_forgotten() {
    let good = stored();
    let list = &good.stored["list/ollama"];
    let show = &good.stored["show/ollama/a:1"];
    let bad: Vec<(&str, String)> = vec![
        ("list/ollama", String::new()),
        ("list/ollama", "{".to_owned()),
        ("list/ollama", "[]".to_owned()),
        ("list/ollama", list[..list.len() / 2].to_owned()),
        ("list/ollama", list.replace("\"version\":1", "\"version\":2")),
        (
            "list/ollama",
            list.replace("\"name\":\"a:1\"", "\"name\":\"a 1\""),
        ),
        ("list/other", list.clone()),
        ("list/ollama", show.clone()),
        ("show/ollama/a:1", list.clone()),
        ("show/ollama/b:1", show.clone()),
        ("show/ollama/a:1", show.replace("\"version\":1", "\"version\":0")),
        ("show/ollama/a:1", show.replace("\"model\":{", "\"model\":[{")),
        ("mark/ollama", "null".to_owned()),
        (
            "mark/ollama",
            r#"{"version":1,"provider":"ollama","at":5}"#.to_owned(),
        ),
        ("", "null".to_owned()),
        ("else/x", "{}".to_owned()),
    ];
    for (key, text) in bad {
        let mut desk = Desk::new(vec![local("ollama")]);
        desk.stored.insert(key.to_owned(), text.clone());
        desk.input(Input::Restore(vec![Record {
            key: key.to_owned(),
            text: text.clone(),
        }]));
        assert!(desk.stored.is_empty(), "{key}: {text}");
        assert!(desk.told.is_empty(), "{key}: {text}");
    }
}

#[test]
fn one_bad_record_takes_nothing_from_the_others() {
    let mut desk = stored();
    desk.stored.insert("list/x".to_owned(), "nonsense".to_owned());
    desk.reload();
    assert_eq!(desk.names("ollama"), ["a:1", "b:1"]);
    let id = desk.show("ollama", "a:1");
    desk.details(id);
}

#[test]
fn what_comes_from_the_future_counts_for_nothing() {
    let mut desk = stored();
    // The clock is set back by an hour.
    desk.now -= 3_600_000;
    desk.reload();
    let (list, show) = (desk.list(), desk.show("ollama", "a:1"));
    assert!(desk.waiting.contains(&list) && desk.waiting.contains(&show));
    desk.answer_list("ollama", Err(dead()));
    assert_eq!(desk.one(list).age_ms, Some(0), "no age is below nothing");
}

#[test]
fn a_failure_is_not_a_list() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Err(dead()));
    assert!(desk.stored.is_empty());
    desk.reload();
    assert!(desk.told.is_empty());
    let id = desk.show("ollama", "a:1");
    desk.pass(10_000);
    assert_eq!(desk.failure(id).code, ErrorCode::Timeout);
    assert!(desk.stored.is_empty());
}
