//! A server of models as the core sees it: it fetches, deletes and answers, several answers at once, and says which
//! models it has when it is asked. What it has may change behind the core's back.

use std::collections::{BTreeMap, BTreeSet};

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::{AnswerId, EngineId, ModelId, Ticket};
use modelyard::engine::input::Input;
use modelyard::engine::manifest::ModelManifest;
use modelyard::engine::protocol::FromWorker;
use modelyard::engine::step::Step;
use modelyard::routing::Needs;

use crate::models::served;
use crate::world::{Asked, World, failure};

/// Its id.
pub(crate) const OLLAMA: &str = "ollama";
/// Another one, which only answers.
pub(crate) const OTHER: &str = "other";

/// Whether it is no engine of this page.
pub(crate) fn is_server(engine: &EngineId) -> bool {
    [OLLAMA, OTHER].contains(&engine.as_str())
}

/// What it really does.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Server {
    /// The names of the models it has.
    pub(crate) has: BTreeSet<String>,
    pub(crate) pull: Option<Pull>,
    /// Every ticket there was before.
    pub(crate) past: Vec<Ticket>,
    pub(crate) answers: Vec<(AnswerId, ModelId)>,
    /// Which tries of them those are.
    pub(crate) attempts: BTreeMap<AnswerId, u32>,
    /// Tries of answers that are over.
    pub(crate) past_answers: Vec<(AnswerId, u32)>,
    /// Deletions that are not answered: request and name.
    pub(crate) removals: Vec<(u64, String)>,
    /// Every deletion it was told, and whether it was to unload first.
    pub(crate) told: Vec<(String, bool)>,
}

/// A pull under way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pull {
    pub(crate) ticket: Ticket,
    pub(crate) model: ModelId,
    pub(crate) name: String,
}

impl Server {
    pub(crate) fn hear(&mut self, effect: &Effect) {
        match effect {
            Effect::Pull {
                ticket,
                engine,
                model,
                name,
            } => {
                assert_eq!(
                    (engine.as_str(), &self.pull),
                    (OLLAMA, &None),
                    "two pulls at once"
                );
                assert_eq!(model.as_str(), format!("{OLLAMA}/{name}"));
                self.pull = Some(Pull {
                    ticket: *ticket,
                    model: model.clone(),
                    name: name.clone(),
                });
            }
            Effect::StopPull { ticket } => {
                let stopped = self.pull.take_if(|pull| pull.ticket == *ticket);
                assert!(stopped.is_some(), "a pull is stopped that is not under way");
                self.past.push(*ticket);
            }
            Effect::RemoveServed {
                request,
                name,
                unload,
                ..
            } => {
                self.removals.push((*request, name.clone()));
                self.told.push((name.clone(), *unload));
            }
            Effect::StartAnswer {
                answer,
                attempt,
                load,
                engine,
                model,
            } if is_server(engine) => {
                assert_eq!(load.get(), 0, "a server holds no load");
                self.answers.push((*answer, model.clone()));
                self.attempts.insert(*answer, *attempt);
            }
            _ => {}
        }
    }
}

impl World {
    /// The server says which models it has.
    pub(crate) fn list(&mut self, names: &[&str]) -> Step {
        self.server.has = names.iter().map(|name| (*name).to_owned()).collect();
        self.list_again()
    }

    pub(crate) fn list_again(&mut self) -> Step {
        let models = self.listed();
        self.serves(models).expect("a good list")
    }

    /// What the server has, as manifests.
    pub(crate) fn listed(&self) -> Vec<ModelManifest> {
        let has = self.server.has.iter();
        has.map(|name| served(OLLAMA, name, true)).collect()
    }

    pub(crate) fn serves(&mut self, models: Vec<ModelManifest>) -> Result<Step, Failure> {
        let engine_id = OLLAMA.to_owned();
        let step = self.step(Input::Command(Command::SetServed { engine_id, models }));
        step.reply.clone().map(|_| step)
    }

    /// A page at work that knows the server, which has these models.
    pub(crate) fn with_server(names: &[&str]) -> Self {
        let mut world = Self::new();
        world.list(names);
        world
    }

    /// A name that is to be pulled.
    pub(crate) fn add_served(&mut self, name: &str) {
        let model = served(OLLAMA, name, false);
        self.command(Command::AddServed { model })
            .expect("a good manifest");
    }

    pub(crate) fn pulling(&self) -> Ticket {
        self.server.pull.as_ref().expect("a pull").ticket
    }

    pub(crate) fn pull_says(&mut self, message: FromWorker) -> Step {
        self.step(Input::Pull(message))
    }

    pub(crate) fn pull_progress(&mut self, downloaded_bytes: u64, total_bytes: Option<u64>) -> Step {
        let message = FromWorker::Progress {
            ticket: self.pulling(),
            downloaded_bytes,
            total_bytes,
            restarted: false,
        };
        self.pull_says(message)
    }

    pub(crate) fn pull_finishes(&mut self) -> Step {
        let pull = self.server.pull.take().expect("a pull");
        self.server.past.push(pull.ticket);
        self.server.has.insert(pull.name);
        self.pull_says(FromWorker::Finished {
            ticket: pull.ticket,
            files: Vec::new(),
        })
    }

    pub(crate) fn pull_fails(&mut self, code: ErrorCode) -> Step {
        let pull = self.server.pull.take().expect("a pull");
        self.server.past.push(pull.ticket);
        self.pull_says(FromWorker::Failed {
            ticket: pull.ticket,
            failure: failure(code),
            kept_bytes: None,
        })
    }

    /// The server deletes, or says why not, and answers.
    pub(crate) fn server_removes(&mut self, code: Option<ErrorCode>) -> Step {
        let (request, name) = self.server.removals.remove(0);
        if code.is_none() {
            self.server.has.remove(&name);
        }
        self.step(Input::ServedRemoved {
            request,
            freed_bytes: 5,
            failure: code.map(failure),
        })
    }

    /// An answer of the server ends.
    pub(crate) fn served_answer_ends(&mut self, which: usize) -> Step {
        self.served_answer_fails(which, None)
    }

    /// A try of an answer of the server comes to nothing, or to its end.
    pub(crate) fn served_answer_fails(&mut self, which: usize, failure: Option<Failure>) -> Step {
        let (answer, _) = self.server.answers.remove(which);
        let attempt = self.server.attempts[&answer];
        self.server.past_answers.push((answer, attempt));
        self.step(Input::AnswerEnded {
            answer,
            attempt,
            failure,
        })
    }

    pub(crate) fn ask_model(&mut self, model: &str) -> Result<u64, Failure> {
        let command = Command::RequestAnswer {
            conversation_id: None,
            model_id: Some(model.to_owned()),
            needs: Needs::default(),
            fallback: None,
        };
        match self.command(command)? {
            Reply::Answer { answer_id } => Ok(answer_id),
            other => panic!("no answer: {other:?}"),
        }
    }

    pub(crate) fn remove_server(&mut self) -> Result<Reply, Failure> {
        let engine_id = OLLAMA.to_owned();
        self.command(Command::RemoveServer { engine_id })
    }
}

/// Who asked, as a command says it.
pub(crate) fn asked(conversation: Option<&str>, model: Option<&str>) -> Asked {
    match (conversation, model) {
        (Some(conversation), _) => Asked::Conversation(conversation.to_owned()),
        (None, model) => Asked::Model(model.unwrap_or_default().to_owned()),
    }
}
