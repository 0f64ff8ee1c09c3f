//! Requirement M2: caches are bounded.

use modelyard::config::CachePolicy;
use modelyard::management::{Answer, Input, Phase, Record};
use modelyard::providers::listed::{Listing, RunningModel, ShownModel};

use crate::desk::{Desk, POLICY, list_of, local, page, public, shown, whole};

fn look(desk: &mut Desk, model: &str) {
    let id = desk.show("ollama", model);
    if desk.waiting.contains(&id) {
        let ask = desk.show_ask("ollama", model);
        desk.answer(ask, Ok(shown(model)));
    }
    desk.details(id);
}

fn small(max_entries: u32) -> Desk {
    let policy = CachePolicy {
        max_entries,
        ..POLICY
    };
    Desk::with(vec![local("ollama")], policy)
}

fn kept(desk: &Desk) -> Vec<&str> {
    desk.stored.keys().map(String::as_str).collect()
}

#[test]
fn m2_the_details_nobody_has_looked_at_for_longest_go_first() {
    let mut desk = small(2);
    look(&mut desk, "a:1");
    desk.pass(1);
    look(&mut desk, "b:1");
    desk.pass(1);
    look(&mut desk, "a:1");
    look(&mut desk, "c:1");
    assert_eq!(kept(&desk), ["show/ollama/a:1", "show/ollama/c:1"]);
    let before = desk.asked.len();
    look(&mut desk, "a:1");
    look(&mut desk, "c:1");
    assert_eq!(desk.asked_since(before), []);
    look(&mut desk, "b:1");
    assert_eq!(desk.asked_since(before).len(), 1);
    assert_eq!(kept(&desk), ["show/ollama/b:1", "show/ollama/c:1"]);
}

#[test]
fn m2_a_smaller_bound_holds_at_once_and_after_a_reload() {
    let mut desk = small(10);
    for name in ["a:1", "b:1", "c:1", "d:1"] {
        look(&mut desk, name);
        desk.pass(1);
    }
    desk.policy.max_entries = 3;
    desk.configure(vec![local("ollama")]);
    assert_eq!(
        kept(&desk),
        ["show/ollama/b:1", "show/ollama/c:1", "show/ollama/d:1"]
    );
    desk.policy.max_entries = 2;
    desk.reload();
    assert_eq!(
        kept(&desk),
        ["show/ollama/c:1", "show/ollama/d:1"],
        "the oldest goes"
    );
}

#[test]
fn m2_details_are_bounded_by_their_length_too() {
    let mut desk = small(1_000);
    for at in 0..200 {
        let name = format!("m{at}");
        let id = desk.show("ollama", &name);
        let ask = desk.show_ask("ollama", &name);
        let long = ShownModel {
            license: Some("l".repeat(200 * 1_024)),
            ..ShownModel::default()
        };
        desk.answer(ask, Ok(Answer::Shown(Box::new(long))));
        assert_eq!(
            desk.details(id).license.as_ref().map(String::len),
            Some(200 * 1_024)
        );
    }
    let bytes: usize = desk.stored.values().map(String::len).sum();
    assert!((12 << 20..17 << 20).contains(&bytes), "{bytes}");
}

#[test]
fn what_is_longer_than_any_licence_is_not_kept() {
    let mut desk = small(10);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    let parameter = |at: usize| (format!("p{at}"), "v".to_owned());
    let huge = ShownModel {
        license: Some("l".repeat(1 << 20)),
        parameters: (0..10_000)
            .map(parameter)
            .chain([("long".to_owned(), "v".repeat(10_000))])
            .collect(),
        ..ShownModel::default()
    };
    desk.answer(ask, Ok(Answer::Shown(Box::new(huge))));
    let details = desk.details(id);
    assert_eq!((details.license.as_ref(), details.parameters.len()), (None, 256));
    assert!(details.missing.contains(&"license"));
}

#[test]
fn a_list_without_a_bound_is_refused() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    let models: Vec<_> = (0..50_001).map(|at| whole(&format!("m{at}"))).collect();
    desk.answer_list("ollama", Ok(page(models)));
    assert_eq!(desk.one(id).state, Phase::Failing);
    assert!(desk.told.is_empty() && desk.stored.is_empty());
}

#[test]
fn of_what_runs_only_so_much_is_looked_at() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    let names: Vec<String> = (0..100).map(|at| format!("m{at}")).collect();
    desk.answer_list("ollama", Ok(page(names.iter().map(|name| whole(name)).collect())));
    let runs = desk.asks("ollama", |question| {
        *question == modelyard::management::Question::Running
    });
    let running = names.iter().map(|name| RunningModel {
        name: name.clone(),
        served_context: Some(1_024),
        ..RunningModel::default()
    });
    desk.answer(runs, Ok(Answer::Running(running.collect())));
    let models = desk.told["ollama"].0.as_array().expect("a list");
    let served = models
        .iter()
        .filter(|model| model["served"].get("servedContext").is_some());
    assert_eq!(served.count(), 64);
}

#[test]
fn lists_of_providers_that_are_not_configured_are_bounded() {
    let mut records: Vec<Record> = Vec::new();
    for at in 0..40 {
        let mut desk = Desk::new(vec![public(&format!("p{at}"))]);
        desk.now += at;
        desk.list();
        desk.answer_list(&format!("p{at}"), Ok(list_of(&["a:1"])));
        records.extend(desk.records());
    }
    let mut desk = Desk::new(Vec::new());
    desk.stored = records
        .iter()
        .map(|record| (record.key.clone(), record.text.clone()))
        .collect();
    desk.input(Input::Restore(records));
    assert_eq!(desk.stored.len(), 16);
    assert!(desk.stored.contains_key("list/p39") && desk.stored.contains_key("list/p24"));
}

#[test]
fn a_list_with_nothing_but_repetitions_is_taken_in_no_time() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    let page = Listing {
        models: vec![whole("same:1"); 50_000],
        ..Listing::default()
    };
    desk.answer_list("ollama", Ok(Answer::Listed(page)));
    assert_eq!(desk.names("ollama"), ["same:1"]);
    assert_eq!(desk.states["ollama"].left_out, 49_999);
}
