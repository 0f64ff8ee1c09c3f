//! Servers whose lists say little (Ollama before 0.30): a bounded number of further questions, and each once.

use std::collections::BTreeSet;

use modelyard::management::{Answer, Phase, Question};
use modelyard::providers::listed::ListedModel;
use serde_json::Value;

use crate::desk::{Desk, bare, broken, dead, local, page, shown, whole};

fn old(count: usize) -> Answer {
    page((0..count).map(|at| bare(&format!("m{at}"))).collect())
}

/// A server that was asked for its list and has given it.
fn listed(count: usize) -> Desk {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Ok(old(count)));
    desk.answer_running("ollama");
    desk
}

/// Answers all questions for details, those to come included, and gives their number and the most at once.
fn answer_all(desk: &mut Desk) -> (usize, usize) {
    let (mut count, mut most) = (0, 0);
    loop {
        let open = desk.questions("ollama");
        most = most.max(open.len());
        let Some((ask, Question::Show { .. })) = open.into_iter().next() else {
            return (count, most);
        };
        desk.answer(ask, Ok(shown("one")));
        count += 1;
    }
}

fn known(models: &Value) -> usize {
    let models = models.as_array().expect("a list");
    let known = |model: &&Value| model["served"].get("contextWindow").is_some();
    models.iter().filter(known).count()
}

#[test]
fn m2_an_old_server_is_asked_for_at_most_64_models_a_list_and_4_at_once() {
    let mut desk = listed(100);
    assert_eq!(desk.names("ollama").len(), 100, "the list itself does not wait");
    assert_eq!(answer_all(&mut desk), (64, 4));
    assert_eq!(known(&desk.told["ollama"].0), 64);
    assert_eq!(desk.tellings, 2, "once at first, once with all details");
    // The next list asks the rest, and no model twice.
    desk.pass(60_000);
    desk.list();
    desk.answer_list("ollama", Ok(old(100)));
    desk.answer_running("ollama");
    assert_eq!(answer_all(&mut desk), (36, 4));
    assert_eq!(known(&desk.told["ollama"].0), 100);
}

#[test]
fn m2_what_was_looked_up_is_remembered_by_digest() {
    let mut desk = listed(10);
    assert_eq!(answer_all(&mut desk).0, 10);
    for reload in [false, true] {
        if reload {
            desk.reload();
        }
        desk.pass(60_000);
        let id = desk.list();
        // Renamed, and made of the same.
        let mut models: Vec<ListedModel> = (0..10).map(|at| bare(&format!("m{at}"))).collect();
        models[3].name = "copy:1".to_owned();
        desk.answer_list("ollama", Ok(page(models)));
        desk.answer_running("ollama");
        assert_eq!(desk.one(id).state, Phase::Ok, "nothing more is asked");
        assert_eq!(known(&desk.told["ollama"].0), 10);
        assert_eq!(desk.names("ollama")[3], "copy:1");
    }
    // Another content is another model.
    desk.pass(60_000);
    desk.list();
    let mut models: Vec<ListedModel> = (0..10).map(|at| bare(&format!("m{at}"))).collect();
    models[5].digest = Some("new".to_owned());
    models[6].digest = None;
    desk.answer_list("ollama", Ok(page(models)));
    desk.answer_running("ollama");
    let asked: BTreeSet<String> = desk
        .questions("ollama")
        .into_iter()
        .filter_map(|(_, question)| match question {
            Question::Show { model } => Some(model),
            _ => None,
        })
        .collect();
    assert_eq!(asked.into_iter().collect::<Vec<_>>(), ["m5", "m6"]);
}

#[test]
fn the_list_ends_with_its_details_or_after_two_seconds() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.list();
    desk.answer_list("ollama", Ok(old(2)));
    desk.answer_running("ollama");
    assert!(desk.waiting.contains(&id));
    desk.pass(2_000);
    assert_eq!((desk.one(id).state, desk.one(id).models), (Phase::Asking, 2));
    assert_eq!(answer_all(&mut desk).0, 2);
    assert_eq!(known(&desk.told["ollama"].0), 2, "what comes later is told");
    assert_eq!(desk.states["ollama"].state, Phase::Ok);
}

#[test]
fn a_server_that_says_everything_is_asked_nothing_more() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    desk.answer_list("ollama", Ok(page(vec![whole("a:1")])));
    desk.answer_running("ollama");
    assert!(desk.open.is_empty());
    assert_eq!(desk.tellings, 1);
}

#[test]
fn a_model_whose_details_are_refused_is_not_asked_for_again() {
    let mut desk = listed(1);
    let ask = desk.show_ask("ollama", "m0");
    desk.answer(ask, Err(broken()));
    assert_eq!(desk.states["ollama"].state, Phase::Ok, "the list is right");
    desk.pass(60_000);
    desk.list();
    desk.answer_list("ollama", Ok(old(1)));
    desk.answer_running("ollama");
    assert!(desk.open.is_empty());
    // Another day it may answer.
    desk.reload();
    desk.pass(60_000);
    desk.list();
    desk.answer_list("ollama", Ok(old(1)));
    desk.show_ask("ollama", "m0");
}

#[test]
fn a_server_that_stops_answering_is_not_asked_for_more_details() {
    let mut desk = listed(20);
    let before = desk.asked.len();
    for (ask, _) in desk.questions("ollama") {
        desk.answer(ask, Err(dead()));
    }
    assert_eq!(desk.asked_since(before), []);
    assert!(desk.open.is_empty());
    let state = &desk.states["ollama"];
    assert_eq!((state.state, state.models), (Phase::Ok, 20), "the list came");
}

#[test]
fn somebody_who_looks_at_a_model_shares_the_question_of_the_list() {
    let mut desk = listed(2);
    let before = desk.asked.len();
    let id = desk.show("ollama", "M0:latest");
    assert_eq!(desk.asked_since(before), []);
    let ask = desk.show_ask("ollama", "m0");
    desk.answer(ask, Ok(shown("one")));
    assert_eq!(desk.details(id).id, "ollama/m0");
    let ask = desk.show_ask("ollama", "m1");
    desk.answer(ask, Ok(shown("one")));
    assert_eq!(known(&desk.told["ollama"].0), 2);
    // Only what somebody has looked at is kept as details.
    assert_eq!(
        desk.stored.keys().collect::<Vec<_>>(),
        ["list/ollama", "show/ollama/m0"]
    );
}

#[test]
fn a_list_that_is_asked_anew_leaves_the_question_somebody_waits_for() {
    let mut desk = listed(2);
    let id = desk.show("ollama", "M0:latest");
    desk.refresh("ollama");
    let ask = desk.show_ask("ollama", "m0");
    assert!(desk.questions("ollama").iter().all(|(_, question)| *question
        != Question::Show {
            model: "m1".to_owned()
        }));
    desk.answer(ask, Ok(shown("one")));
    desk.details(id);
    desk.answer_list("ollama", Ok(old(2)));
    desk.answer_running("ollama");
    answer_all(&mut desk);
    assert!(desk.waiting.is_empty() && desk.open.is_empty());
}

#[test]
fn a_question_somebody_asked_serves_the_list_too() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.show("ollama", "m0");
    desk.list();
    desk.answer_list("ollama", Ok(old(1)));
    desk.answer_running("ollama");
    let ask = desk.show_ask("ollama", "m0");
    desk.answer(ask, Ok(shown("one")));
    assert!(desk.open.is_empty() && desk.waiting.is_empty());
    assert_eq!(known(&desk.told["ollama"].0), 1);
}
