//! Providers that come, go and move (requirement M2), and what is told of them.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Effect, Phase, Reach};

use crate::desk::{Desk, config, dead, list_of, local, public, shown};

#[test]
fn m2_a_provider_somewhere_else_begins_with_nothing() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown("one")));
    desk.configure(vec![config("ollama", "http://10.0.0.7:11434")]);
    assert!(desk.stored.is_empty(), "{:?}", desk.stored.keys());
    assert_eq!(desk.names("ollama"), Vec::<String>::new());
    let state = &desk.states["ollama"];
    assert_eq!((state.state, state.listed_at), (Phase::Unknown, None));
    assert_eq!(state.host.as_deref(), Some("http://10.0.0.7:11434"));
    assert_eq!(desk.reach["ollama"], Reach::Unknown);
    // It cannot be reached, and what the other one said is not shown for it.
    let (list, show) = (desk.list(), desk.show("ollama", "a:1"));
    desk.answer_list("ollama", Err(dead()));
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(dead()));
    assert_eq!((desk.one(list).listed_at, desk.one(list).models), (None, 0));
    assert_eq!(desk.failure(show).code, ErrorCode::CorsOrNetwork);
}

#[test]
fn m2_who_waits_while_a_provider_moves_gets_the_answer_of_the_new_place() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let (list, show) = (desk.list(), desk.show("ollama", "a:1"));
    let old: Vec<u64> = desk.open.keys().copied().collect();
    desk.configure(vec![config("ollama", "http://10.0.0.7:11434")]);
    for ask in old {
        assert!(!desk.open.contains_key(&ask));
        desk.answer(ask, Ok(list_of(&["old:1"])));
    }
    assert!(desk.names("ollama").is_empty());
    desk.answer_list("ollama", Ok(list_of(&["new:1"])));
    desk.answer_running("ollama");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown("new")));
    assert_eq!(desk.one(list).models, 1);
    assert_eq!(desk.details(show).system.as_deref(), Some("new"));
    assert_eq!(desk.names("ollama"), ["new:1"]);
}

#[test]
fn m2_a_provider_that_stays_keeps_what_it_said() {
    let mut desk = Desk::listing(&["a:1"]);
    let before = desk.asked.len();
    let mut slower = local("ollama");
    slower.timeout_seconds = 100;
    slower.options = Some("{}".to_owned());
    desk.configure(vec![public("new"), slower]);
    assert_eq!(desk.names("ollama"), ["a:1"]);
    desk.list();
    assert!(desk.asked_since(before).iter().all(|(id, _)| id == "new"));
    // The order is that of the configuration, and the new patience holds.
    let ids: Vec<String> = desk
        .management
        .providers(desk.now)
        .into_iter()
        .map(|state| state.id)
        .collect();
    assert_eq!(ids, ["new", "ollama"]);
    desk.refresh("ollama");
    desk.pass(99_999);
    assert_eq!(desk.states["ollama"].state, Phase::Asking);
    desk.pass(1);
    assert_eq!(desk.states["ollama"].state, Phase::Failing);
}

#[test]
fn m2_a_provider_that_is_removed_takes_everything_along() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.changed("ollama");
    assert!(desk.stored.contains_key("mark/ollama"));
    desk.configure(vec![local("ollama"), public("two")]);
    let both = desk.list();
    let one = desk.refresh("ollama");
    let show = desk.show("ollama", "a:1");
    desk.configure(vec![public("two")]);
    assert!(desk.stored.is_empty(), "{:?}", desk.stored.keys());
    assert!(!desk.told.contains_key("ollama"), "the core was told");
    assert_eq!(desk.questions("ollama"), []);
    assert_eq!(desk.failure(one).code, ErrorCode::NotFound);
    assert_eq!(desk.failure(show).code, ErrorCode::NotFound);
    desk.answer_list("two", Ok(list_of(&["b:1"])));
    desk.answer_running("two");
    assert_eq!(desk.one(both).id, "two");
    // Back again it is new.
    desk.configure(vec![local("ollama"), public("two")]);
    assert_eq!(desk.states["ollama"].state, Phase::Unknown);
}

#[test]
fn a_kind_nobody_here_speaks_fails_alone() {
    let mut other = public("hosted");
    other.kind = "pigeon".to_owned();
    let mut desk = Desk::new(vec![other, local("ollama")]);
    let id = desk.list();
    let show = desk.show("hosted", "a:1");
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    desk.answer_running("ollama");
    let report = desk.report(id);
    let failure = report.providers[0].failure.as_ref().expect("why");
    assert_eq!(
        (report.providers[0].state, failure.code),
        (Phase::Failing, ErrorCode::InvalidConfig)
    );
    assert_eq!(report.providers[1].state, Phase::Ok);
    assert_eq!(desk.failure(show).code, ErrorCode::InvalidConfig);
    let failure = desk.management.provider("hosted").expect_err("none");
    assert_eq!(failure.provider.as_deref(), Some("hosted"));
}

#[test]
fn a_question_that_waits_while_its_provider_becomes_one_nobody_speaks_ends() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let (list, show) = (desk.list(), desk.show("ollama", "a:1"));
    let mut other = local("ollama");
    other.kind = "pigeon".to_owned();
    desk.configure(vec![other]);
    assert_eq!(desk.failure(show).code, ErrorCode::InvalidConfig);
    assert_eq!(desk.one(list).state, Phase::Failing);
}

#[test]
fn a_question_that_waits_while_its_provider_becomes_another_kind_is_asked_in_the_way_of_that_kind() {
    let mut desk = Desk::new(vec![local("one")]);
    let show = desk.show("one", "a:1");
    let of_kind = |kind: &str| {
        let mut other = local("one");
        other.kind = kind.to_owned();
        other
    };
    desk.configure(vec![of_kind("openai")]);
    desk.answer_list("one", Ok(list_of(&["a:1"])));
    assert_eq!(desk.details(show).id, "one/a:1");
    desk.configure(vec![local("one")]);
    let show = desk.show("one", "b:1");
    desk.configure(vec![of_kind("huggingface")]);
    assert_eq!(desk.failure(show).code, ErrorCode::Unsupported);
    assert!(desk.open.is_empty());
}

#[test]
fn an_address_that_is_none_fails_alone() {
    let desk = Desk::new(vec![config("odd", "ftp://nowhere")]);
    assert_eq!(desk.states["odd"].state, Phase::Failing);
    assert_eq!(desk.states["odd"].host, None);
}

#[test]
fn of_two_providers_of_one_name_the_first_counts() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.configure(vec![local("ollama"), public("ollama")]);
    assert_eq!(desk.management.providers(desk.now).len(), 1);
    desk.list();
    assert_eq!(desk.open.len(), 2);
}

#[test]
fn a_core_that_was_made_anew_is_told_everything_again() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.configure(vec![local("ollama"), public("two")]);
    let again = desk.management.tell_again(desk.now);
    let [
        Effect::Listed {
            provider,
            models,
            count: 1,
            stale: false,
        },
        Effect::Reach {
            reach: Reach::Yes, ..
        },
        Effect::Reach {
            reach: Reach::Unknown,
            ..
        },
    ] = again.as_slice()
    else {
        panic!("{again:?}")
    };
    assert_eq!(provider, "ollama");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(models).expect("JSON"),
        desk.told["ollama"].0
    );
}

#[test]
fn growing_older_is_no_news() {
    let mut desk = Desk::listing(&["a:1"]);
    desk.pass(1_000);
    let step = desk
        .management
        .handle(modelyard::management::Input::Woke, desk.now);
    assert_eq!(step.effects, []);
}
