//! Everything that can happen, as small numbers: what random and exhaustive tests choose from. A move that has
//! nothing to act on does nothing.

use modelyard::engine::command::{Command, Fallback};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::{AnswerId, JobId, Ticket};
use modelyard::engine::input::Input;
use modelyard::engine::protocol::{FromWorker, StoredFile, Waiting};
use modelyard::engine::snapshot::JobLifecycle;
use modelyard::routing::Needs;

use crate::models::SIZE;
use crate::server::OLLAMA;
use crate::world::{WEBLLM, WLLAMA, World, failure};

pub(crate) const CONVERSATIONS: [&str; 3] = ["a", "b", "c"];
/// Two of them share a file, the one after needs the other engine, the last two are of a server.
pub(crate) const MODELS: [&str; 7] = ["one", "two", "three", "pair", "five", "ollama/x", "ollama/y"];
/// The names of those at their server.
const NAMES: [&str; 2] = ["x", "y"];
/// A profile that takes any model.
pub(crate) const ANY: &str = "any";
const ENGINES: [&str; 2] = [WLLAMA, WEBLLM];

/// A word that comes too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Late {
    Progress,
    Waits,
    Committed,
    Finished,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Move {
    Open(usize),
    Forget(usize),
    Select(usize, usize),
    /// Whatever model the profile that takes any leads to.
    SelectAny(usize),
    Download(usize),
    Cancel(usize),
    Pause(usize),
    Resume(usize),
    Retry(usize),
    Reorder(usize, u32),
    Dismiss(usize),
    Remove(usize, bool),
    Unload(usize),
    Ask(usize),
    /// With a word on when another model may take over.
    AskWith(usize, Fallback),
    Abort(usize),
    Progress(u64),
    Restarts,
    Waits,
    Commit,
    Finish,
    Fail(ErrorCode),
    LoadProgress(usize),
    Loaded(usize),
    /// The engine was told to give the load up, but it had finished already.
    LoadedAnyway(usize),
    LoadFails(usize),
    Unloaded(usize),
    AnswerEnds(usize),
    AnswerFails(usize, ErrorCode),
    /// Some of an answer is shown.
    Shows(usize),
    Deletes,
    DeletionFails,
    LateTransfer(usize, Late),
    LateLoad(usize, bool),
    LateAnswer(usize),
    LateDeletion,
    /// The server says which of its two models it has.
    List([bool; 2]),
    /// A name that is to be pulled, or not.
    AddServed(usize),
    RemoveServer,
    PullProgress(u64, Option<u64>),
    PullWaits,
    PullFinishes,
    PullFails(ErrorCode),
    LatePull(usize, Late),
    /// The server deletes, or cannot.
    ServerRemoves(bool),
    LateRemoval,
    ServedAnswerEnds(usize),
    /// With how long to leave it in peace, if it says so.
    ServedAnswerFails(usize, ErrorCode, Option<u32>),
    AskModel(usize),
    WorkerLost,
    WorkerReady,
    Lead(bool),
    Reload,
    /// The disk loses a file behind our back, and the worker is started anew.
    Evict(usize),
    Wait(u64),
}

impl World {
    /// Makes a move. Refusals are fine: that they change nothing is a law.
    pub(crate) fn make(&mut self, chosen: Move) {
        match chosen {
            Move::Open(_)
            | Move::Forget(_)
            | Move::Select(..)
            | Move::SelectAny(_)
            | Move::Ask(_)
            | Move::AskWith(..)
            | Move::Shows(_)
            | Move::Abort(_) => {
                self.chat(chosen);
            }
            Move::Progress(_)
            | Move::Restarts
            | Move::Waits
            | Move::Commit
            | Move::Finish
            | Move::Fail(_) => {
                self.transfer(chosen);
            }
            Move::LoadProgress(_)
            | Move::Loaded(_)
            | Move::LoadedAnyway(_)
            | Move::LoadFails(_)
            | Move::Unloaded(_)
            | Move::AnswerEnds(_)
            | Move::AnswerFails(..) => self.in_engine(chosen),
            Move::LateTransfer(..) | Move::LateLoad(..) | Move::LateAnswer(_) | Move::LateDeletion => {
                self.too_late(chosen);
            }
            Move::WorkerLost
            | Move::WorkerReady
            | Move::Lead(_)
            | Move::Reload
            | Move::Evict(_)
            | Move::Wait(_)
            | Move::Deletes
            | Move::DeletionFails => self.around(chosen),
            Move::List(_)
            | Move::AddServed(_)
            | Move::RemoveServer
            | Move::PullProgress(..)
            | Move::PullWaits
            | Move::PullFinishes
            | Move::PullFails(_)
            | Move::LatePull(..)
            | Move::ServerRemoves(_)
            | Move::LateRemoval
            | Move::ServedAnswerEnds(_)
            | Move::ServedAnswerFails(..)
            | Move::AskModel(_) => self.at_server(chosen),
            _ => self.manage(chosen),
        }
    }

    fn at_server(&mut self, chosen: Move) {
        let pulling = self.server.pull.is_some();
        match chosen {
            Move::List(which) => {
                let names = NAMES.iter().zip(which);
                let names: Vec<&str> = names.filter(|(_, has)| *has).map(|(name, _)| *name).collect();
                self.list(&names);
            }
            Move::AddServed(of) => {
                let model = crate::models::served(OLLAMA, NAMES[of % NAMES.len()], false);
                self.try_command(Command::AddServed { model });
            }
            Move::RemoveServer => {
                let _ = self.remove_server();
            }
            Move::PullProgress(bytes, total) if pulling => {
                self.pull_progress(bytes, total);
            }
            Move::PullWaits if pulling => {
                let (ticket, waiting) = (self.pulling(), Waiting::Offline);
                self.pull_says(FromWorker::Waits { ticket, waiting });
            }
            Move::PullFinishes if pulling => {
                self.pull_finishes();
            }
            Move::PullFails(code) if pulling => {
                self.pull_fails(code);
            }
            Move::LatePull(which, word) => {
                if let Some(ticket) = pick(&self.server.past, which) {
                    self.late(Input::Pull(late_word(ticket, word, Vec::new())));
                }
            }
            Move::ServerRemoves(works) if !self.server.removals.is_empty() => {
                self.server_removes((!works).then_some(ErrorCode::Network));
            }
            Move::LateRemoval => self.late(Input::ServedRemoved {
                request: 1_000_000,
                freed_bytes: 9,
                failure: None,
            }),
            Move::ServedAnswerEnds(which) if !self.server.answers.is_empty() => {
                self.served_answer_ends(which % self.server.answers.len());
            }
            Move::ServedAnswerFails(which, code, retry_after_ms) if !self.server.answers.is_empty() => {
                let failure = Failure {
                    retry_after_ms,
                    ..failure(code)
                };
                self.served_answer_fails(which % self.server.answers.len(), Some(failure));
            }
            Move::AskModel(of) => {
                let _ = self.ask_model(MODELS[of % MODELS.len()]);
            }
            _ => {}
        }
    }

    fn try_command(&mut self, command: Command) {
        let _ = self.command(command);
    }

    fn chat(&mut self, chosen: Move) {
        let id = |of: usize| CONVERSATIONS[of % CONVERSATIONS.len()].to_owned();
        match chosen {
            Move::Open(of) => self.try_command(Command::OpenConversation {
                conversation_id: id(of),
            }),
            Move::Forget(of) => self.try_command(Command::RemoveConversation {
                conversation_id: id(of),
            }),
            Move::Select(of, model) => self.try_command(Command::Select {
                conversation_id: id(of),
                model_id: MODELS[model % MODELS.len()].to_owned(),
            }),
            Move::SelectAny(of) => self.try_command(Command::SelectProfile {
                conversation_id: id(of),
                profile: ANY.to_owned(),
                needs: Needs::default(),
            }),
            Move::Ask(of) => self.try_command(Command::RequestAnswer {
                conversation_id: Some(id(of)),
                model_id: None,
                needs: Needs::default(),
                fallback: None,
            }),
            Move::AskWith(of, fallback) => self.try_command(Command::RequestAnswer {
                conversation_id: Some(id(of)),
                model_id: None,
                needs: Needs::default(),
                fallback: Some(fallback),
            }),
            Move::Shows(which) => {
                let known: Vec<u64> = self.answers.keys().copied().collect();
                if let Some(answer) = pick(&known, which) {
                    self.shows(AnswerId::from_number(answer));
                }
            }
            Move::Abort(which) => {
                let known: Vec<u64> = self.answers.keys().copied().collect();
                if let Some(answer_id) = pick(&known, which) {
                    self.try_command(Command::AbortAnswer { answer_id });
                }
            }
            _ => {}
        }
    }

    fn manage(&mut self, chosen: Move) {
        let model_id = |of: usize| MODELS[of % MODELS.len()].to_owned();
        let jobs: Vec<u64> = self.shown.jobs.keys().copied().collect();
        let command = match chosen {
            Move::Download(of) => Some(Command::Download {
                model_id: model_id(of),
            }),
            Move::Remove(of, unload) => Some(Command::RemoveModel {
                model_id: model_id(of),
                unload,
            }),
            Move::Unload(of) => Some(Command::UnloadEngine {
                engine_id: ENGINES[of % ENGINES.len()].to_owned(),
            }),
            Move::Cancel(of) => pick(&jobs, of).map(|job_id| Command::Cancel { job_id }),
            Move::Pause(of) => pick(&jobs, of).map(|job_id| Command::Pause { job_id }),
            Move::Resume(of) => pick(&jobs, of).map(|job_id| Command::Resume { job_id }),
            Move::Retry(of) => pick(&jobs, of).map(|job_id| Command::Retry { job_id }),
            Move::Dismiss(of) => pick(&jobs, of).map(|job_id| Command::Dismiss { job_id }),
            Move::Reorder(of, position) => pick(&jobs, of).map(|job_id| Command::Move { job_id, position }),
            _ => None,
        };
        if let Some(command) = command {
            self.try_command(command);
        }
    }

    fn transfer(&mut self, chosen: Move) {
        let Some(transfer) = self.worker.current.clone() else {
            return;
        };
        let ticket = transfer.ticket;
        let total = SIZE * u64::try_from(transfer.files.len()).expect("few files");
        match chosen {
            Move::Progress(bytes) => {
                self.progress(bytes.min(total));
            }
            Move::Restarts => {
                self.says(FromWorker::Progress {
                    ticket,
                    downloaded_bytes: 0,
                    total_bytes: Some(total),
                    restarted: true,
                });
            }
            Move::Waits => {
                self.says(FromWorker::Waits {
                    ticket,
                    waiting: Waiting::Offline,
                });
            }
            Move::Commit => {
                let file = self.worker.commit(&transfer.files[0]);
                self.says(FromWorker::Committed { ticket, file });
            }
            Move::Finish => {
                self.finish();
            }
            Move::Fail(code) => {
                self.fail(code);
            }
            _ => {}
        }
    }

    fn in_engine(&mut self, chosen: Move) {
        let (Move::LoadProgress(of)
        | Move::Loaded(of)
        | Move::LoadedAnyway(of)
        | Move::LoadFails(of)
        | Move::Unloaded(of)
        | Move::AnswerEnds(of)
        | Move::AnswerFails(of, _)) = chosen
        else {
            return;
        };
        let engine = ENGINES[of % ENGINES.len()];
        let Some(slot) = self.host.engines.get(engine).cloned() else {
            return;
        };
        let held = slot
            .loading
            .as_ref()
            .or(slot.holds.as_ref())
            .map(|(load, _)| *load);
        let Some(load) = held else { return };
        match chosen {
            Move::LoadProgress(_) if slot.loading.is_some() && !slot.leaving => {
                self.step(Input::LoadProgressed { load, fraction: 0.5 });
            }
            Move::Loaded(_) if slot.loading.is_some() && !slot.leaving => {
                self.loaded(engine);
            }
            Move::LoadedAnyway(_) if slot.loading.is_some() && slot.leaving => {
                self.late(Input::Loaded { load });
            }
            Move::LoadFails(_) => {
                self.load_fails(engine);
            }
            Move::Unloaded(_) => {
                self.unloaded(engine);
            }
            Move::AnswerFails(_, code) if slot.answer.is_some() => {
                self.answer_fails(engine, Some(failure(code)));
            }
            Move::AnswerEnds(_) if slot.answer.is_some() => {
                self.answer_ends(engine);
            }
            _ => {}
        }
    }

    fn too_late(&mut self, chosen: Move) {
        match chosen {
            Move::LateTransfer(which, word) => {
                // A ticket nobody gave out is as late as one of the past.
                let never = Ticket {
                    job: JobId::from_number(99),
                    epoch: 1,
                };
                let ticket = pick(&self.worker.past, which).unwrap_or(never);
                let file = self.worker.commit(&crate::models::file("late"));
                let word = match word {
                    Late::Committed => FromWorker::Committed { ticket, file },
                    other => late_word(ticket, other, vec![file]),
                };
                self.late(Input::Worker(word));
            }
            Move::LateLoad(which, fails) => {
                if let Some(load) = pick(&self.host.past, which) {
                    let failure = failure(ErrorCode::LoadFailed);
                    self.late(if fails {
                        Input::LoadFailed { load, failure }
                    } else {
                        Input::Loaded { load }
                    });
                    self.late(Input::Unloaded { load });
                }
            }
            Move::LateAnswer(which) => {
                let past = [&*self.host.past_answers, &*self.server.past_answers].concat();
                if let Some((answer, attempt)) = pick(&past, which) {
                    self.late(Input::AnswerShown { answer, attempt });
                    self.late(Input::AnswerEnded {
                        answer,
                        attempt,
                        failure: Some(failure(ErrorCode::Network)).filter(|_| which.is_multiple_of(2)),
                    });
                }
            }
            Move::LateDeletion => self.late(Input::Worker(FromWorker::Deleted {
                request: 1_000_000,
                digests: Vec::new(),
                freed_bytes: 9,
                failure: None,
            })),
            _ => {}
        }
    }

    fn around(&mut self, chosen: Move) {
        match chosen {
            Move::WorkerLost if self.worker.up => self.lose_worker(),
            Move::WorkerReady => {
                self.worker.die();
                self.start_worker();
            }
            Move::Lead(leading) => self.lead(leading),
            Move::Reload => {
                // What the server had is remembered, or not.
                let remembered =
                    self.shown.engines.contains_key(OLLAMA) && self.events.len().is_multiple_of(2);
                self.options.served = if remembered { self.listed() } else { Vec::new() };
                self.reload();
            }
            Move::Evict(which) => {
                self.worker.die();
                let digests: Vec<_> = self.worker.blobs.keys().copied().collect();
                if let Some(digest) = pick(&digests, which) {
                    self.worker.blobs.remove(&digest);
                    self.removed.extend(MODELS.map(str::to_owned));
                }
                self.start_worker();
            }
            Move::Wait(millis) => self.now += millis,
            Move::Deletes if !self.worker.deletions.is_empty() => {
                self.deletes();
            }
            Move::DeletionFails => {
                let refused = self.worker.cannot_delete(failure(ErrorCode::StorageUnavailable));
                if let Some(message) = refused {
                    self.says(message);
                }
            }
            _ => {}
        }
    }

    /// Faults stop: the worker, the engines and the user do what is left to do. Then nothing may be left.
    pub(crate) fn come_to_rest(&mut self) {
        if !self.worker.up {
            self.start_worker();
        }
        if !self.leading {
            self.lead(true);
        }
        // A wish may wait for the server to speak.
        self.list_again();
        for _ in 0..1_000 {
            if !self.one_good_thing() {
                break;
            }
        }
        self.assert_at_rest();
    }

    /// Nothing is under way and nobody waits for anything.
    pub(crate) fn assert_at_rest(&self) {
        let busy = self.shown.jobs.values().find(|job| {
            !matches!(
                job.lifecycle,
                JobLifecycle::Ready | JobLifecycle::Failed | JobLifecycle::Canceled
            )
        });
        assert_eq!(busy, None, "a job never settles");
        assert!(
            self.memory.open.is_empty(),
            "a wish never ends: {:?}",
            self.memory.open
        );
        let mut conversations = self.shown.conversations.values();
        assert!(conversations.clone().all(|conversation| !conversation.answering));
        assert!(conversations.all(|c| c.requested_model == c.active_model));
        assert_eq!(self.worker.current, None);
        assert_eq!(self.server.pull, None);
    }

    fn one_good_thing(&mut self) -> bool {
        let paused = self
            .shown
            .jobs
            .values()
            .find(|job| job.lifecycle == JobLifecycle::Paused);
        if let Some(job_id) = paused.map(|job| job.id) {
            self.resume(job_id);
            return true;
        }
        if self.worker.current.is_some() {
            self.finish();
            return true;
        }
        if !self.worker.deletions.is_empty() {
            self.deletes();
            return true;
        }
        if self.server.pull.is_some() {
            self.pull_finishes();
            return true;
        }
        if !self.server.removals.is_empty() {
            self.server_removes(None);
            return true;
        }
        if !self.server.answers.is_empty() {
            self.served_answer_ends(0);
            return true;
        }
        for engine in ENGINES {
            let Some(slot) = self.host.engines.get(engine).cloned() else {
                continue;
            };
            if slot.leaving {
                self.unloaded(engine);
            } else if slot.loading.is_some() {
                self.loaded(engine);
            } else if slot.answer.is_some() {
                self.answer_ends(engine);
            } else {
                continue;
            }
            return true;
        }
        false
    }
}

/// What may come late of a transfer or of a pull.
fn late_word(ticket: Ticket, word: Late, files: Vec<StoredFile>) -> FromWorker {
    match word {
        Late::Progress | Late::Committed => FromWorker::Progress {
            ticket,
            downloaded_bytes: SIZE,
            total_bytes: Some(SIZE),
            restarted: false,
        },
        Late::Waits => FromWorker::Waits {
            ticket,
            waiting: Waiting::Offline,
        },
        Late::Finished => FromWorker::Finished { ticket, files },
        Late::Failed => FromWorker::Failed {
            ticket,
            failure: failure(ErrorCode::StorageFull),
            kept_bytes: None,
        },
    }
}

fn pick<T: Copy>(from: &[T], which: usize) -> Option<T> {
    from.get(which.checked_rem(from.len())?).copied()
}
