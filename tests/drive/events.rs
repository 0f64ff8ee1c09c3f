//! Answers that come as events: how they end when a connection does not end well.

use std::rc::Rc;

use modelyard::engine::failure::ErrorCode;
use modelyard::net::scripted::{Answer, Step};

use crate::world::{Heard, World, head, json, path, silence};

const CONFIG: &str = r#"{"providers":{"home":{"kind":"openai","host":"http://127.0.0.1:8080/v1"}}}"#;
const ASK: &str = r#"{"provider":"home","model":"m","messages":[{"role":"user","text":"Hello"}]}"#;
const HALF: &str = r#"data: {"choices":[{"delta":{"content":"half"}}]}"#;
const LAST: &str = r#"data: {"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}"#;

/// What is heard of an answer with these events, and then that step.
fn heard(events: &[&str], then: Option<Step>) -> Heard {
    let (events, mut then): (Vec<String>, _) = (
        events.iter().map(|event| [event, "\n\n"].concat()).collect(),
        then,
    );
    let world = World::with(CONFIG, move |call| {
        if path(call) != "/v1/chat/completions" {
            return json(200, r#"{"data":[]}"#);
        }
        let mut answer = Answer::new(head(200, "text/event-stream"));
        let bytes = events.iter().map(|event| Step::Bytes(event.clone().into_bytes()));
        answer.steps.extend(bytes.chain(then.take()));
        answer
    });
    let heard = Heard::default();
    world
        .service
        .chat(ASK, Rc::new(heard.clone()))
        .expect("a good request");
    world.pass(900_000);
    heard
}

#[test]
fn an_answer_that_said_why_it_finished_is_whole_however_its_connection_ends() {
    for then in [None, Some(Step::Cut), Some(silence())] {
        let heard = heard(&[HALF, LAST], then);
        assert_eq!(heard.text(), "half!");
        assert_eq!(heard.end().expect("a good end")["reason"], "stop");
    }
    let heard = heard(&[HALF, LAST, "data: [DONE]"], Some(silence()));
    assert!(heard.end().is_ok());
}

#[test]
fn an_answer_that_said_no_such_thing_is_not_whole_and_keeps_what_came() {
    for (then, code) in [
        (None, ErrorCode::ProviderError),
        (Some(Step::Cut), ErrorCode::Network),
        (Some(silence()), ErrorCode::Timeout),
    ] {
        let heard = heard(&[HALF], then);
        assert_eq!(heard.text(), "half");
        assert_eq!(heard.end().expect_err("an error").code, code);
    }
}
