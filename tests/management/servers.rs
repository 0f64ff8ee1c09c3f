//! Which server a list shows, and what else that server is asked.

use modelyard::management::{Answer, Question};
use modelyard::providers::Server;
use modelyard::providers::listed::{ListedModel, Listing};

use crate::desk::{Desk, config, dead, whole};

/// An address where some server speaks OpenAI's protocol.
fn local() -> modelyard::config::ProviderConfig {
    modelyard::config::ProviderConfig {
        kind: "openai".to_owned(),
        ..config("home", "http://127.0.0.1:8080/v1")
    }
}

/// A list that shows which server it is, and that this one says more.
fn list() -> Listing {
    Listing {
        models: vec![whole("a")],
        server: Some(Server::LlamaCpp),
        more: Some("more"),
        ..Listing::default()
    }
}

/// What is said of the only model there is.
fn said() -> Listing {
    Listing {
        models: vec![ListedModel {
            served_context: Some(8_192),
            ..ListedModel::default()
        }],
        ..Listing::default()
    }
}

/// One that was listed, whose second question is open.
fn listed() -> Desk {
    let mut desk = Desk::new(vec![local()]);
    desk.list();
    desk.answer_list("home", Ok(Answer::Listed(list())));
    desk
}

#[test]
fn a_list_is_told_at_once_and_again_when_more_was_said() {
    let mut desk = listed();
    assert_eq!(desk.names("home"), ["a"], "nobody waits for more");
    let (_, question) = desk.asked.last().expect("a question").clone();
    let after = Some("more".to_owned());
    assert_eq!(question, Question::List { after });
    assert_eq!(desk.told["home"].0[0]["served"].get("servedContext"), None);
    desk.answer_list("home", Ok(Answer::Listed(said())));
    let served = &desk.told["home"].0[0]["served"];
    assert_eq!(
        (&served["servedContext"], &served["contextWindow"]),
        (&8_192.into(), &131_072.into())
    );
    assert!(desk.open.is_empty(), "{:?}", desk.open);
}

#[test]
fn a_list_is_right_without_what_else_would_have_been_said() {
    let mut desk = listed();
    desk.answer_list("home", Err(dead()));
    assert_eq!(desk.names("home"), ["a"]);
    let id = desk.list();
    let state = desk.one(id);
    assert!(state.failure.is_none() && !state.offline, "{state:?}");
    assert!(desk.open.is_empty(), "{:?}", desk.open);
    // One that never answers is given up in time.
    let mut desk = listed();
    desk.pass(10_000);
    assert!(desk.open.is_empty(), "{:?}", desk.open);
    assert_eq!(desk.names("home"), ["a"]);
}

#[test]
fn what_is_said_of_a_model_nobody_listed_is_dropped() {
    let mut desk = listed();
    let mut more = said();
    more.models[0].name = "other".to_owned();
    more.models.push(whole("third"));
    desk.answer_list("home", Ok(Answer::Listed(more)));
    assert_eq!(desk.names("home"), ["a"]);
    assert_eq!(desk.told["home"].0[0]["served"].get("servedContext"), None);
    // And of a model without a name where there are two.
    let mut desk = Desk::new(vec![local()]);
    desk.list();
    let mut two = list();
    two.models.push(whole("b"));
    desk.answer_list("home", Ok(Answer::Listed(two)));
    desk.answer_list("home", Ok(Answer::Listed(said())));
    for at in 0..2 {
        assert_eq!(desk.told["home"].0[at]["served"].get("servedContext"), None);
    }
}

#[test]
fn which_server_it_is_stays_known_until_it_is_somewhere_else() {
    let mut desk = listed();
    desk.answer_list("home", Ok(Answer::Listed(said())));
    let server = |desk: &Desk| desk.management.provider("home").expect("a provider").server;
    assert_eq!(server(&desk), Some(Server::LlamaCpp));
    let before = desk.asked.len();
    desk.configure(vec![local()]);
    assert_eq!(server(&desk), Some(Server::LlamaCpp));
    assert_eq!(desk.asked_since(before), [], "it has not moved");
    let mut moved = local();
    moved.host = "http://127.0.0.1:8081/v1".to_owned();
    desk.configure(vec![moved]);
    assert_eq!(server(&desk), None);
}
