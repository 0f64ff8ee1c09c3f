//! Samples of what is said of answers, and of what asks for them.

use modelyard::engine::command::{Command, Fallback};
use modelyard::engine::event::{Answerer, Event, Tried};
use modelyard::routing::{Needs, explain};

use super::{full, routes, small};

fn conversation_id() -> String {
    "c".to_owned()
}

fn model_id() -> String {
    "one".to_owned()
}

pub(super) fn events() -> Vec<Event> {
    let decision = routes::decisions()
        .into_iter()
        .find(|decision| decision.chosen.is_some());
    let decision = decision.expect("a decision with a choice");
    vec![
        Event::AnswerStarted {
            conversation_id: Some(conversation_id()),
            model_id: model_id(),
            provider: "wllama".into(),
            answer_id: 1,
        },
        Event::AnswerEnded {
            conversation_id: Some(conversation_id()),
            model_id: model_id(),
            provider: "wllama".into(),
            answer_id: 1,
            failure: None,
            tried: Vec::new(),
        },
        Event::AnswerEnded {
            conversation_id: Some(conversation_id()),
            model_id: model_id(),
            provider: "wllama".into(),
            answer_id: 1,
            failure: Some(small()),
            tried: vec![Tried {
                model_id: model_id(),
                provider: "wllama".into(),
                failure: small(),
            }],
        },
        Event::AnswerStarted {
            conversation_id: None,
            model_id: "ollama/two".into(),
            provider: "ollama".into(),
            answer_id: 2,
        },
        Event::AnswerFellBack {
            conversation_id: Some(conversation_id()),
            answer_id: 1,
            from: Answerer {
                model_id: "ollama/two".into(),
                provider: "ollama".into(),
            },
            to: Answerer {
                model_id: model_id(),
                provider: "wllama".into(),
            },
            failure: full(),
            after_text: true,
            explanation: explain(&decision),
            decision: Box::new(decision),
        },
    ]
}

pub(super) fn commands() -> Vec<Command> {
    vec![
        Command::RequestAnswer {
            conversation_id: Some(conversation_id()),
            model_id: None,
            needs: Needs::default(),
            fallback: None,
        },
        Command::RequestAnswer {
            conversation_id: None,
            model_id: Some(model_id()),
            needs: Needs {
                tokens: Some(5),
                tools: true,
                ..Needs::default()
            },
            fallback: Some(Fallback::AfterText),
        },
    ]
}
