//! The world around the core: one clock, one worker, the engines, the disk, and the app that reads the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use modelyard::engine::command::{Command, Reply};
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::{AnswerId, EngineId, LoadId, ModelId, Ticket};
use modelyard::engine::input::Input;
use modelyard::engine::protocol::FromWorker;
use modelyard::engine::snapshot::{
    ConversationState, JobLifecycle, JobState, ModelState, Persistence, RecordsBackEnd, StorageState,
};
use modelyard::engine::step::Step;
use modelyard::engine::{Engine, Options};
use modelyard::routing::Needs;

use crate::fakes::{Host, InPage, Worker};
use crate::laws::{self, Memory};
use crate::ledger::{Disk, Shown};
use crate::models::{SIZE, model};
use crate::server::{Server, asked};

/// The engine most models here need.
pub(crate) const WLLAMA: &str = "wllama";
/// Another one.
pub(crate) const WEBLLM: &str = "webllm";

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) options: Options,
    pub(crate) now: u64,
    pub(crate) leading: bool,
    pub(crate) worker: Worker,
    pub(crate) host: Host,
    pub(crate) server: Server,
    pub(crate) disk: Disk,
    pub(crate) shown: Shown,
    /// Everything that was said so far.
    pub(crate) events: Vec<Event>,
    pub(crate) memory: Memory,
    /// Models that were removed while an engine may still read them.
    pub(crate) removed: BTreeSet<String>,
    /// Whose answer is whose.
    pub(crate) answers: BTreeMap<u64, Asked>,
}

/// Who asked for an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    Conversation(String),
    Model(String),
}

/// Models one to four of one engine, five and six of another; nothing is here yet.
pub(crate) fn options() -> Options {
    let mut models: Vec<_> = ["one", "two", "three", "four"]
        .map(|name| model(name, WLLAMA))
        .into();
    models.extend(["five", "six"].map(|name| model(name, WEBLLM)));
    Options {
        models,
        engines: [WLLAMA, WEBLLM]
            .map(|name| EngineId::new(name).expect("an id"))
            .into(),
        ..Options::default()
    }
}

pub(crate) fn storage() -> StorageState {
    StorageState {
        weights: modelyard::engine::protocol::WeightsBackEnd::Opfs,
        records: RecordsBackEnd::IndexedDb,
        persistence: Persistence::BestEffort,
        used_bytes: 0,
        failure: None,
    }
}

pub(crate) fn failure(code: ErrorCode) -> Failure {
    Failure::new(code, "It did not work.")
}

impl World {
    /// A page whose core has just been made: no worker, no lead.
    pub(crate) fn before_start(options: Options) -> Self {
        let engine = Engine::new(options.clone()).expect("good options");
        let shown = Shown::from(engine.whole());
        Self {
            engine,
            options,
            now: 1_700_000_000_000,
            leading: false,
            worker: Worker::default(),
            host: Host::default(),
            server: Server::default(),
            disk: Disk::default(),
            shown,
            events: Vec::new(),
            memory: Memory::default(),
            removed: BTreeSet::new(),
            answers: BTreeMap::new(),
        }
    }

    /// A page at work: conversations `a` and `b` are open.
    pub(crate) fn with(options: Options) -> Self {
        let mut world = Self::before_start(options);
        world.step(Input::Storage(storage()));
        world.start_worker();
        world.lead(true);
        world.open("a");
        world.open("b");
        world
    }

    pub(crate) fn new() -> Self {
        Self::with(options())
    }

    /// One step: the core takes it, the world carries it out, the laws look at it.
    pub(crate) fn step(&mut self, input: Input) -> Step {
        let mut memory = std::mem::take(&mut self.memory);
        let asked = match &input {
            Input::Command(Command::RequestAnswer { fallback, .. }) => *fallback,
            _ => None,
        };
        let (shows, aborts) = match &input {
            Input::AnswerShown { answer, attempt } => (Some((*answer, *attempt)), None),
            Input::Command(Command::AbortAnswer { answer_id }) => (None, Some(*answer_id)),
            _ => (None, None),
        };
        let current = |(answer, attempt): &(AnswerId, u32)| {
            let served = self.server.answers.iter().any(|(id, _)| id == answer);
            let served = served.then(|| self.server.attempts[answer]);
            served.or(self.host.attempt(*answer)) == Some(*attempt)
        };
        let shows = shows.filter(current).map(|(answer, _)| answer.get());
        if let Some(chain) = shows.and_then(|answer| memory.chain(answer)) {
            chain.shown = true;
        }
        if let Some(chain) = aborts.and_then(|answer| memory.chain(answer)) {
            chain.aborted = true;
        }
        let step = self.engine.handle(input, self.now);
        laws::check_refusal(&step);
        if let Ok(Reply::Answer { answer_id }) = step.reply {
            memory.expect_answer(answer_id, asked);
        }
        self.shown.apply(step.patch.clone());
        laws::check_events(&mut memory, self, &step.events);
        for effect in &step.effects {
            if let Effect::Persist(change) = effect {
                self.disk.apply(change);
            }
        }
        laws::check_effects(&memory, self, &step.effects);
        for effect in &step.effects {
            if let Effect::Worker(message) = effect {
                self.worker.hear(message);
            }
            self.host.hear(effect, &self.worker.blobs);
            self.server.hear(effect);
        }
        self.events.extend(step.events.iter().cloned());
        laws::check_state(&mut memory, self);
        self.memory = memory;
        step
    }

    /// A step whose input is late: it may be counted and nothing else.
    pub(crate) fn late(&mut self, input: Input) {
        let before = self.shown.clone();
        let step = self.step(input);
        assert_eq!(step.effects, [], "a late answer has effects");
        assert_eq!(step.events, [], "a late answer makes events");
        let after = Shown {
            stale_dropped: before.stale_dropped + 1,
            ..before
        };
        assert_eq!(
            self.shown, after,
            "a late answer changes something, or was not counted"
        );
    }

    pub(crate) fn command(&mut self, command: Command) -> Result<Reply, Failure> {
        // The core gives answers their numbers before it says that they start: know whose the next one is.
        if let Command::RequestAnswer {
            conversation_id,
            model_id,
            ..
        } = &command
        {
            let next = self.answers.keys().last().map_or(1, |last| last + 1);
            let asked = asked(conversation_id.as_deref(), model_id.as_deref());
            self.answers.insert(next, asked);
            let reply = self.step(Input::Command(command)).reply;
            if reply != Ok(Reply::Answer { answer_id: next }) {
                self.answers.remove(&next);
            }
            return reply;
        }
        if let Command::RemoveModel {
            model_id,
            unload: true,
        } = &command
        {
            self.removed.insert(model_id.clone());
        }
        self.step(Input::Command(command)).reply
    }

    pub(crate) fn open(&mut self, conversation: &str) {
        let conversation_id = conversation.to_owned();
        self.command(Command::OpenConversation { conversation_id })
            .expect("an open conversation");
    }

    pub(crate) fn select(&mut self, conversation: &str, model: &str) -> u64 {
        let command = Command::Select {
            conversation_id: conversation.to_owned(),
            model_id: model.to_owned(),
        };
        match self.command(command) {
            Ok(Reply::Selected { intent }) => intent,
            other => panic!("not selected: {other:?}"),
        }
    }

    pub(crate) fn download(&mut self, model: &str) -> u64 {
        let model_id = model.to_owned();
        self.removed.remove(model);
        match self.command(Command::Download { model_id }) {
            Ok(Reply::Job { job_id, .. }) => job_id,
            other => panic!("no download: {other:?}"),
        }
    }

    pub(crate) fn cancel(&mut self, job_id: u64) {
        self.command(Command::Cancel { job_id }).expect("canceled");
    }

    pub(crate) fn pause(&mut self, job_id: u64) {
        self.command(Command::Pause { job_id }).expect("paused");
    }

    pub(crate) fn resume(&mut self, job_id: u64) {
        self.command(Command::Resume { job_id }).expect("resumed");
    }

    pub(crate) fn retry(&mut self, job_id: u64) {
        self.command(Command::Retry { job_id }).expect("retried");
    }

    pub(crate) fn ask(&mut self, conversation: &str) -> Result<u64, Failure> {
        let command = Command::RequestAnswer {
            conversation_id: Some(conversation.to_owned()),
            model_id: None,
            needs: Needs::default(),
            fallback: None,
        };
        match self.command(command)? {
            Reply::Answer { answer_id } => Ok(answer_id),
            other => panic!("no answer: {other:?}"),
        }
    }

    pub(crate) fn remove(&mut self, model: &str, unload: bool) -> Result<Reply, Failure> {
        let model_id = model.to_owned();
        self.command(Command::RemoveModel { model_id, unload })
    }

    pub(crate) fn lead(&mut self, leading: bool) {
        self.leading = leading;
        self.step(Input::Leading(leading));
    }

    pub(crate) fn start_worker(&mut self) {
        self.worker.up = true;
        let ready = self.worker.ready();
        self.step(Input::Worker(ready));
    }

    pub(crate) fn lose_worker(&mut self) {
        self.worker.die();
        self.step(Input::WorkerLost);
    }

    pub(crate) fn says(&mut self, message: FromWorker) -> Step {
        self.step(Input::Worker(message))
    }

    pub(crate) fn ticket(&self) -> Ticket {
        self.worker.current.as_ref().expect("a transfer").ticket
    }

    /// The running transfer has `bytes` of its bytes.
    pub(crate) fn progress(&mut self, bytes: u64) -> Step {
        let downloaded_bytes = self.worker.keep_part(bytes);
        let message = FromWorker::Progress {
            ticket: self.ticket(),
            downloaded_bytes,
            total_bytes: None,
            restarted: false,
        };
        self.says(message)
    }

    pub(crate) fn finish(&mut self) -> Step {
        let message = self.worker.finish();
        self.says(message)
    }

    pub(crate) fn fail(&mut self, code: ErrorCode) -> Step {
        let transfer = self.worker.current.take().expect("a transfer");
        self.worker.past.push(transfer.ticket);
        if code == ErrorCode::Integrity {
            transfer.files.iter().for_each(|file| {
                self.worker.partials.remove(&file.url);
            });
        }
        self.says(FromWorker::Failed {
            ticket: transfer.ticket,
            failure: failure(code),
            kept_bytes: None,
        })
    }

    fn in_page(&mut self, engine: &str) -> &mut InPage {
        self.host.engines.get_mut(engine).expect("an engine at work")
    }

    /// The load an engine is busy with.
    pub(crate) fn loading(&self, engine: &str) -> Option<(LoadId, String)> {
        let (load, model) = self.host.engines.get(engine)?.loading.as_ref()?;
        Some((*load, model.to_string()))
    }

    pub(crate) fn loaded(&mut self, engine: &str) -> Step {
        let slot = self.in_page(engine);
        assert!(!slot.leaving, "that load was given up");
        slot.holds = slot.loading.take();
        let (load, _) = slot.holds.clone().expect("a load");
        self.step(Input::Loaded { load })
    }

    /// A load fails, or a loaded model breaks down.
    pub(crate) fn load_fails(&mut self, engine: &str) -> Step {
        let slot = std::mem::take(self.in_page(engine));
        let (load, _) = slot.loading.or(slot.holds).expect("a load");
        self.host.past.push(load);
        self.host
            .past_answers
            .extend(slot.answer.map(|(answer, _)| (answer, slot.attempt)));
        let failure = failure(ErrorCode::LoadFailed);
        self.step(Input::LoadFailed { load, failure })
    }

    /// An engine says that its memory is free, asked or not.
    pub(crate) fn unloaded(&mut self, engine: &str) -> Step {
        let slot = std::mem::take(self.in_page(engine));
        let (load, _) = slot.loading.or(slot.holds).expect("a load");
        self.host.past.push(load);
        self.host
            .past_answers
            .extend(slot.answer.map(|(answer, _)| (answer, slot.attempt)));
        self.step(Input::Unloaded { load })
    }

    pub(crate) fn answer_ends(&mut self, engine: &str) -> Step {
        self.answer_fails(engine, None)
    }

    /// A try of an answer of an engine of this page comes to nothing, or to its end.
    pub(crate) fn answer_fails(&mut self, engine: &str, failure: Option<Failure>) -> Step {
        let slot = self.in_page(engine);
        let (answer, _) = slot.answer.take().expect("an answer");
        let attempt = std::mem::take(&mut slot.attempt);
        self.host.past_answers.push((answer, attempt));
        self.step(Input::AnswerEnded {
            answer,
            attempt,
            failure,
        })
    }

    /// Some of an answer is shown, if it runs.
    pub(crate) fn shows(&mut self, answer: AnswerId) {
        let served = self.server.answers.iter().any(|(id, _)| *id == answer);
        let served = served.then(|| self.server.attempts[&answer]);
        if let Some(attempt) = served.or(self.host.attempt(answer)) {
            self.step(Input::AnswerShown { answer, attempt });
        }
    }

    pub(crate) fn answering(&self, engine: &str) -> Option<(AnswerId, ModelId)> {
        self.host.engines.get(engine)?.answer.clone()
    }

    pub(crate) fn deletes(&mut self) -> Step {
        let message = self.worker.delete().expect("a deletion");
        self.says(message)
    }

    /// The page dies and comes back: a new core from what is stored, a new worker, new engines.
    pub(crate) fn reload(&mut self) {
        self.reload_core();
        self.start_worker();
        self.lead(true);
    }

    /// The page dies and comes back as far as its stored records.
    pub(crate) fn reload_core(&mut self) {
        self.worker.die();
        self.host = Host::default();
        let past = self.server.pull.take().map(|pull| pull.ticket);
        self.server.past.extend(past);
        self.server.answers.clear();
        self.server.removals.clear();
        // Each page counts its jobs from a place of its own, as the runtime has it.
        self.options.first_job += 1_000;
        self.engine = Engine::new(self.options.clone()).expect("good options");
        self.shown = Shown::from(self.engine.whole());
        self.leading = false;
        self.answers.clear();
        let mut memory = std::mem::take(&mut self.memory);
        memory.restart(self);
        self.memory = memory;
        let stored = Box::new(self.disk.stored());
        self.step(Input::Restore(stored));
        self.step(Input::Storage(storage()));
    }

    /// Brings a model to the disk, without an engine.
    pub(crate) fn cache(&mut self, model: &str) {
        self.download(model);
        self.progress(SIZE / 2);
        self.finish();
    }

    /// Brings models into conversation `a`'s engine and makes the last of them active there.
    pub(crate) fn activate(&mut self, conversation: &str, model: &str) {
        if self.model(model).presence != modelyard::engine::snapshot::Presence::Cached {
            self.cache(model);
        }
        self.select(conversation, model);
        let engine = self.model(model).engine.clone();
        if self
            .host
            .engines
            .get(engine.as_str())
            .is_some_and(|slot| slot.leaving)
        {
            self.unloaded(&engine);
        }
        if self.loading(&engine).is_some() {
            self.loaded(&engine);
        }
        assert_eq!(self.active(conversation), Some(model));
    }

    pub(crate) fn job(&self, model: &str) -> &JobState {
        let id = self.model(model).job_id.expect("a job");
        &self.shown.jobs[&id]
    }

    pub(crate) fn lifecycle(&self, model: &str) -> Option<JobLifecycle> {
        let id = self.model(model).job_id?;
        Some(self.shown.jobs[&id].lifecycle)
    }

    pub(crate) fn model(&self, model: &str) -> &ModelState {
        &self.shown.models[model]
    }

    pub(crate) fn conversation(&self, id: &str) -> &ConversationState {
        &self.shown.conversations[id]
    }

    pub(crate) fn active(&self, conversation: &str) -> Option<&str> {
        self.conversation(conversation).active_model.as_deref()
    }

    pub(crate) fn requested(&self, conversation: &str) -> Option<&str> {
        self.conversation(conversation).requested_model.as_deref()
    }

    /// How the wish of that number ended.
    pub(crate) fn outcome(&self, of_conversation: &str, of_intent: u64) -> Option<&SelectionOutcome> {
        self.events.iter().find_map(|event| match event {
            Event::SelectionSettled {
                conversation_id,
                intent,
                outcome,
                ..
            } if conversation_id == of_conversation && *intent == of_intent => Some(outcome),
            _ => None,
        })
    }

    /// Whether anything like this was said.
    pub(crate) fn said(&self, such: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(such)
    }
}
