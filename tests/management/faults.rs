//! Faults of known-failures.md, by number.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Phase, Reach};

use crate::desk::{Desk, broken, dead, list_of, local, public, running, shown};

#[test]
fn fault_35_an_error_does_not_serve_the_cache() {
    let mut desk = Desk::listing(&["a:1"]);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown("one")));
    desk.details(id);
    desk.pass(300_000);
    let list = desk.list();
    desk.answer_list("ollama", Err(broken()));
    assert_eq!(desk.one(list).models, 0);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(broken()));
    let failure = desk.failure(id);
    assert_eq!(
        (failure.code, failure.model.as_deref()),
        (ErrorCode::ProviderError, Some("a:1"))
    );
}

#[test]
fn fault_35_an_old_answer_does_not_refill_the_cache_after_an_invalidation() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.pass(60_000);
    desk.list();
    desk.show("ollama", "a:1");
    let (list, show) = (desk.list_ask("ollama"), desk.show_ask("ollama", "a:1"));
    desk.changed("ollama");
    desk.answer(list, Ok(list_of(&["deleted:1"])));
    desk.answer(show, Ok(shown("old")));
    assert_eq!(desk.management.stale_answers(), 2);
    assert_eq!(desk.names("ollama"), ["a:1"]);
    assert_eq!(desk.waiting.len(), 2, "both wait for the new questions");
    let show = desk.show_ask("ollama", "a:1");
    desk.answer(show, Ok(shown("new")));
    let before = desk.asked.len();
    let id = desk.show("ollama", "a:1");
    assert_eq!(desk.details(id).system.as_deref(), Some("new"));
    assert_eq!(desk.asked_since(before), []);
}

#[test]
fn fault_43_a_dead_provider_does_not_block_the_list() {
    let mut desk = Desk::new(vec![public("dead"), local("alive")]);
    let id = desk.list();
    desk.answer_list("alive", Ok(list_of(&["a:1"])));
    desk.answer_running("alive");
    assert_eq!(desk.names("alive"), ["a:1"], "at once, whatever the other does");
    desk.pass(1_999);
    assert!(desk.waiting.contains(&id));
    desk.pass(1);
    let report = desk.report(id);
    assert_eq!(report.providers[0].state, Phase::Asking);
    assert_eq!(report.providers[1].state, Phase::Ok);
    // What comes later is told all the same.
    desk.answer_list("dead", Ok(list_of(&["late:1"])));
    assert_eq!(desk.names("dead"), ["late:1"]);
}

#[test]
fn fault_43_a_provider_that_never_answers_is_given_up_in_its_time() {
    let mut desk = Desk::new(vec![public("dead")]);
    desk.list();
    desk.pass(9_999);
    assert_eq!(desk.states["dead"].state, Phase::Asking);
    desk.pass(1);
    let state = &desk.states["dead"];
    assert_eq!((state.state, state.offline), (Phase::Failing, true));
    assert_eq!(
        state.failure.as_ref().map(|failure| failure.code),
        Some(ErrorCode::Timeout)
    );
    assert_eq!(desk.reach["dead"], Reach::Down);
    assert!(desk.open.is_empty(), "its connections are closed");
}

#[test]
fn fault_43_what_is_cached_is_shown_while_a_provider_does_not_answer() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.pass(60_000);
    let id = desk.list();
    desk.pass(2_000);
    let state = desk.one(id);
    assert_eq!((state.state, state.models, state.stale), (Phase::Asking, 1, true));
    desk.answer_list("ollama", Err(dead()));
    assert_eq!(desk.states["ollama"].state, Phase::Failing);
}

#[test]
fn fault_44_the_served_context_is_told_beside_the_advertised_one() {
    for running_first in [false, true] {
        let mut desk = Desk::new(vec![local("ollama")]);
        desk.list();
        let runs = desk.asks("ollama", |question| {
            *question == modelyard::management::Question::Running
        });
        // Written otherwise, and the same model.
        let answer = Ok(running("Llama3.2:LATEST", 4_096));
        if running_first {
            desk.answer(runs, answer);
            desk.answer_list("ollama", Ok(list_of(&["llama3.2:latest", "other:1b"])));
        } else {
            desk.answer_list("ollama", Ok(list_of(&["llama3.2:latest", "other:1b"])));
            desk.answer(runs, answer);
        }
        let models = &desk.told["ollama"].0;
        assert_eq!(models[0]["served"]["contextWindow"], 131_072);
        assert_eq!(models[0]["served"]["servedContext"], 4_096);
        assert_eq!(models[1]["served"].get("servedContext"), None);
        let id = desk.show("ollama", "llama3.2");
        let ask = desk.show_ask("ollama", "llama3.2");
        desk.answer(ask, Ok(shown("one")));
        let details = desk.details(id);
        assert_eq!(details.context_window, Some(131_072));
        assert_eq!(details.configured_context_window, None);
        assert_eq!(details.served_context_window, Some(4_096));
    }
}

#[test]
fn fault_44_a_server_that_cannot_be_reached_serves_nothing() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    let runs = desk.asks("ollama", |question| {
        *question == modelyard::management::Question::Running
    });
    desk.answer(runs, Ok(running("a:1", 4_096)));
    assert_eq!(desk.told["ollama"].0[0]["served"]["servedContext"], 4_096);
    desk.refresh("ollama");
    desk.answer_list("ollama", Err(dead()));
    assert_eq!(desk.told["ollama"].0[0]["served"].get("servedContext"), None);
    assert!(desk.told["ollama"].1, "an old list");
}
