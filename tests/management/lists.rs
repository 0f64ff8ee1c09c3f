//! Requirements M1 to M3: lists of all providers, how long they are fresh, and what is shown when they are not.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Answer, Input, Phase, Question, Reach, Reply, Request};
use modelyard::providers::listed::Listing;

use crate::desk::{Desk, broken, config, dead, list_of, local, public, refuses_this_page, whole};

#[test]
fn m1_a_list_has_the_models_of_every_provider() {
    let mut desk = Desk::new(vec![local("one"), public("two")]);
    let id = desk.list();
    assert_eq!(desk.states["one"].state, Phase::Asking);
    desk.answer_list("one", Ok(list_of(&["a:1", "b:2"])));
    desk.answer_running("one");
    assert!(desk.waiting.contains(&id), "the other has not answered");
    desk.answer_running("two");
    desk.answer_list("two", Ok(list_of(&["c:3"])));
    let report = desk.report(id);
    let seen: Vec<(&str, Phase, u32)> = report
        .providers
        .iter()
        .map(|state| (state.id.as_str(), state.state, state.models))
        .collect();
    assert_eq!(seen, [("one", Phase::Ok, 2), ("two", Phase::Ok, 1)]);
    assert_eq!(desk.names("one"), ["a:1", "b:2"]);
    assert_eq!(desk.names("two"), ["c:3"]);
}

#[test]
fn m1_a_provider_that_refuses_takes_nothing_from_the_others() {
    let mut desk = Desk::new(vec![local("one"), public("two")]);
    let id = desk.list();
    desk.answer_list("two", Err(broken()));
    desk.answer_list("one", Ok(list_of(&["a:1"])));
    desk.answer_running("one");
    let report = desk.report(id);
    assert_eq!(report.providers[0].models, 1);
    let two = &report.providers[1];
    assert_eq!((two.state, two.offline, two.models), (Phase::Failing, false, 0));
    let failure = two.failure.as_ref().expect("why");
    assert_eq!(
        (failure.code, failure.http_status),
        (ErrorCode::ProviderError, Some(500))
    );
    assert!(failure.message.contains("out of memory"), "{}", failure.message);
    assert!(desk.open.is_empty(), "{:?}", desk.open);
}

#[test]
fn m1_a_list_of_one_provider_asks_only_that_one() {
    let mut desk = Desk::new(vec![local("one"), public("two")]);
    let id = desk.refresh("two");
    assert!(desk.asked.iter().all(|(provider, _)| provider == "two"));
    desk.answer_list("two", Ok(list_of(&["a:1"])));
    desk.answer_running("two");
    assert_eq!(desk.one(id).id, "two");
}

#[test]
fn m1_without_providers_a_list_ends_at_once() {
    let mut desk = Desk::new(Vec::new());
    let id = desk.list();
    assert!(desk.report(id).providers.is_empty());
}

#[test]
fn m1_pages_are_one_list() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    let page = |name: &str, next: Option<&str>| {
        Ok(Answer::Listed(Listing {
            models: vec![whole(name)],
            next: next.map(str::to_owned),
            nameless: 1,
            ..Listing::default()
        }))
    };
    desk.answer_running("ollama");
    desk.answer_list("ollama", page("a:1", Some("page-2")));
    assert_eq!(
        desk.asked.last().expect("a question").1,
        Question::List {
            after: Some("page-2".to_owned())
        }
    );
    assert!(desk.told.is_empty(), "half a list is none");
    desk.answer_list("ollama", page("b:1", None));
    assert_eq!(desk.names("ollama"), ["a:1", "b:1"]);
    assert_eq!(desk.one(id).left_out, 2);
}

#[test]
fn m2_a_list_is_fresh_for_60_seconds() {
    let mut desk = Desk::listing(&["a:1"]);
    let before = desk.asked.len();
    desk.pass(59_999);
    let id = desk.list();
    assert_eq!(desk.asked_since(before), []);
    let state = desk.one(id);
    assert_eq!(
        (state.state, state.stale, state.age_ms),
        (Phase::Ok, false, Some(59_999))
    );
    desk.pass(1);
    let id = desk.list();
    assert_eq!(desk.asked_since(before).len(), 2, "models, and what runs");
    desk.answer_list("ollama", Ok(list_of(&["b:1"])));
    desk.answer_running("ollama");
    assert_eq!((desk.one(id).stale, desk.one(id).age_ms), (false, Some(0)));
    assert_eq!(desk.names("ollama"), ["b:1"]);
}

#[test]
fn m2_refresh_asks_although_the_list_is_fresh() {
    let mut desk = Desk::listing(&["a:1"]);
    let id = desk.refresh("ollama");
    desk.answer_list("ollama", Ok(list_of(&["b:1"])));
    desk.answer_running("ollama");
    assert_eq!(desk.one(id).models, 1);
    assert_eq!(desk.names("ollama"), ["b:1"]);
}

#[test]
fn m2_a_change_makes_the_next_list_ask() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.changed("ollama");
    assert!(desk.states["ollama"].stale);
    let before = desk.asked.len();
    desk.list();
    assert_eq!(desk.asked_since(before).len(), 2);
}

#[test]
fn m2_an_answer_from_before_an_invalidation_does_not_count() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.pass(60_000);
    let id = desk.list();
    let old = desk.list_ask("ollama");
    desk.changed("ollama");
    let new = desk.list_ask("ollama");
    assert_ne!(old, new, "whoever waits is asked for anew");
    desk.answer(old, Ok(list_of(&["old:1"])));
    assert_eq!(desk.management.stale_answers(), 1);
    assert!(desk.waiting.contains(&id));
    assert_eq!(desk.names("ollama"), ["a:1"]);
    desk.answer(new, Ok(list_of(&["new:1"])));
    desk.answer_running("ollama");
    assert_eq!(desk.one(id).state, Phase::Ok);
    assert_eq!(desk.names("ollama"), ["new:1"]);
}

#[test]
fn m2_equal_lists_at_once_are_one_question() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let ids = [desk.list(), desk.list(), desk.refresh("ollama")];
    assert_eq!(desk.asked.len(), 2, "{:?}", desk.asked);
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    desk.answer_running("ollama");
    for id in ids {
        assert_eq!(desk.one(id).models, 1);
    }
}

#[test]
fn m2_a_list_that_has_come_is_not_new_enough_for_a_refresh() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    // What runs is still asked for.
    desk.refresh("ollama");
    desk.answer_list("ollama", Ok(list_of(&["b:1"])));
    desk.answer_running("ollama");
    assert_eq!(desk.names("ollama"), ["b:1"]);
    assert!(desk.waiting.is_empty());
}

#[test]
fn m2_clearing_the_cache_forgets_everything() {
    let mut desk = Desk::listing(&["a:1"]);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(crate::desk::shown("one")));
    assert!(desk.details(id).missing.contains(&"license"));
    assert_eq!(desk.stored.len(), 2);
    let id = desk.request(Request::ClearCache { provider: None });
    assert_eq!(desk.replies[&id], Ok(Reply::Done));
    assert!(desk.stored.is_empty(), "{:?}", desk.stored.keys());
    let state = &desk.states["ollama"];
    assert_eq!((state.state, state.listed_at), (Phase::Unknown, None));
    let before = desk.asked.len();
    desk.list();
    desk.show("ollama", "a:1");
    assert_eq!(desk.asked_since(before).len(), 3);
}

#[test]
fn m2_clearing_one_provider_leaves_the_others() {
    let mut desk = Desk::new(vec![local("one"), public("two")]);
    desk.list();
    for provider in ["one", "two"] {
        desk.answer_list(provider, Ok(list_of(&["a:1"])));
        desk.answer_running(provider);
    }
    desk.request(Request::ClearCache {
        provider: Some("one".to_owned()),
    });
    assert_eq!(desk.stored.keys().collect::<Vec<_>>(), ["list/two"]);
    let before = desk.asked.len();
    desk.list();
    assert!(desk.asked_since(before).iter().all(|(id, _)| id == "one"));
}

#[test]
fn m3_what_is_expired_is_shown_only_if_the_provider_cannot_be_reached() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.pass(3_600_000);
    let id = desk.list();
    desk.answer_list("ollama", Err(dead()));
    let state = desk.one(id);
    assert!(state.offline && state.stale);
    assert_eq!(state.age_ms, Some(3_600_000));
    assert_eq!(state.models, 1);
    assert_eq!(
        state.failure.as_ref().map(|failure| failure.code),
        Some(ErrorCode::CorsOrNetwork)
    );
    assert_eq!(desk.names("ollama"), ["a:1"], "it stays");
    assert_eq!(desk.reach["ollama"], Reach::Cors);
}

#[test]
fn m3_an_answer_with_an_error_is_that_error() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.pass(60_000);
    let id = desk.list();
    desk.answer_list("ollama", Err(broken()));
    let state = desk.one(id);
    assert_eq!(
        (state.state, state.offline, state.stale),
        (Phase::Failing, false, false)
    );
    assert_eq!((state.listed_at, state.age_ms, state.models), (None, None, 0));
    assert_eq!(desk.reach["ollama"], Reach::Yes);
}

#[test]
fn m3_what_failed_is_asked_again() {
    for problem in [dead(), broken()] {
        let mut desk = Desk::listing(&["a:1"]);
        desk.refresh("ollama");
        desk.answer_list("ollama", Err(problem));
        let before = desk.asked.len();
        desk.list();
        assert_eq!(
            desk.asked_since(before).len(),
            2,
            "a failure leaves nothing fresh"
        );
    }
}

#[test]
fn m3_a_list_that_fails_after_an_invalidation_leaves_nothing_fresh() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.changed("ollama");
    let id = desk.list();
    desk.answer_list("ollama", Err(dead()));
    assert!(desk.one(id).stale && desk.one(id).offline);
    let id = desk.list();
    assert!(desk.waiting.contains(&id), "it is asked again");
}

#[test]
fn m3_offline_and_back() {
    let mut desk = Desk::new(vec![local("here"), public("there")]);
    desk.list();
    for provider in ["here", "there"] {
        desk.answer_list(provider, Ok(list_of(&["a:1"])));
        desk.answer_running(provider);
    }
    desk.input(Input::Online(false));
    assert_eq!(desk.reach["there"], Reach::Offline);
    assert_eq!(desk.reach["here"], Reach::Yes, "this computer needs no network");
    desk.pass(61_000);
    let before = desk.asked.len();
    let id = desk.list();
    assert!(
        desk.asked_since(before)
            .iter()
            .all(|(provider, _)| provider == "here")
    );
    desk.answer_list("here", Ok(list_of(&["b:1"])));
    desk.answer_running("here");
    let there = &desk.report(id).providers[1];
    assert!(there.offline && there.stale && there.models == 1);
    assert_eq!(
        there.failure.as_ref().map(|failure| failure.code),
        Some(ErrorCode::Offline)
    );
    // Back: what could not be reached is asked by itself.
    let before = desk.asked.len();
    desk.input(Input::Online(true));
    assert!(
        desk.asked_since(before)
            .iter()
            .all(|(provider, _)| provider == "there")
    );
    desk.answer_list("there", Ok(list_of(&["c:1"])));
    desk.answer_running("there");
    let there = &desk.states["there"];
    assert_eq!(
        (there.state, there.offline, there.stale),
        (Phase::Ok, false, false)
    );
    assert_eq!(desk.names("there"), ["c:1"]);
    assert_eq!(desk.reach["there"], Reach::Yes);
}

#[test]
fn m3_a_network_that_comes_back_before_anybody_asked_changes_nothing() {
    let mut desk = Desk::new(vec![public("there"), public("unasked")]);
    desk.refresh("there");
    desk.answer_list("there", Ok(list_of(&["a:1"])));
    desk.answer_running("there");
    let before = desk.asked.len();
    desk.input(Input::Online(false));
    desk.input(Input::Online(true));
    assert_eq!(desk.asked_since(before), []);
    assert_eq!(desk.reach["there"], Reach::Yes);
    assert_eq!(desk.reach["unasked"], Reach::Unknown);
}

#[test]
fn a_server_that_gives_pages_without_an_end_is_refused() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    desk.answer_running("ollama");
    let mut pages = 0;
    while desk.waiting.contains(&id) {
        pages += 1;
        assert!(pages <= 100, "the list never ends");
        let page = Listing {
            models: vec![whole(&format!("m{pages}"))],
            next: Some(format!("page-{}", pages % 2)),
            nameless: 0,
            ..Listing::default()
        };
        desk.answer_list("ollama", Ok(Answer::Listed(page)));
    }
    assert_eq!(desk.one(id).state, Phase::Failing);
    assert!(desk.told.is_empty());
}

#[test]
fn a_page_that_leads_to_itself_is_refused_at_once() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    desk.answer_running("ollama");
    for _ in 0..2 {
        let page = Listing {
            next: Some("same".to_owned()),
            ..Listing::default()
        };
        desk.answer_list("ollama", Ok(Answer::Listed(page)));
    }
    assert_eq!(desk.one(id).state, Phase::Failing);
}

#[test]
fn an_answer_of_another_kind_is_an_error_of_the_server() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    desk.answer_list("ollama", Ok(Answer::Running(Vec::new())));
    assert_eq!(desk.one(id).state, Phase::Failing);
}

#[test]
fn a_provider_nobody_has_named_is_not_found_with_the_closest() {
    let mut desk = Desk::new(vec![local("ollama"), config("other", "http://10.0.0.7:1")]);
    let id = desk.refresh("olama");
    let failure = desk.failure(id);
    assert_eq!(failure.code, ErrorCode::NotFound);
    assert_eq!(failure.recovery, ["Did you mean ollama?"]);
    for request in [
        Request::Changed {
            provider: "x".to_owned(),
        },
        Request::ClearCache {
            provider: Some("x".to_owned()),
        },
    ] {
        let id = desk.request(request);
        assert_eq!(desk.failure(id).code, ErrorCode::NotFound);
    }
    assert!(desk.asked.is_empty());
}

#[test]
fn a_server_that_refuses_can_be_reached_unless_it_lets_no_page_in() {
    let mut desk = Desk::new(vec![local("ollama")]);
    for (problem, reach) in [
        (dead(), Reach::Cors),
        (broken(), Reach::Yes),
        (refuses_this_page(), Reach::Cors),
    ] {
        desk.refresh("ollama");
        desk.answer_list("ollama", Err(problem));
        assert_eq!(desk.reach["ollama"], reach);
    }
}

#[test]
fn an_alarm_that_came_too_early_is_set_again() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    desk.wake = None;
    desk.input(Input::Woke);
    assert_eq!(desk.wake, Some(desk.now + 2_000));
    assert!(desk.waiting.contains(&id));
}
