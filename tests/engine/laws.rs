//! What must hold after every step, whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use modelyard::engine::command::Fallback;
use modelyard::engine::effect::Effect;
use modelyard::engine::event::{Event, SelectionOutcome};
use modelyard::engine::failure::ErrorCode;
use modelyard::engine::protocol::ToWorker;
use modelyard::engine::snapshot::{JobLifecycle, JobState, Patch, Presence};
use modelyard::engine::step::Step;

use crate::ledger::Shown;
use crate::server::OLLAMA;
use crate::world::{Asked, World};

/// What the laws remember of the past.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// Wishes that have not ended: conversation and number.
    pub(crate) open: BTreeSet<(String, u64)>,
    /// The newest wish of each conversation, as it was said when it was made.
    newest: BTreeMap<String, (u64, String)>,
    intents: BTreeMap<String, u64>,
    jobs: BTreeMap<u64, JobState>,
    /// Attempts that ended: no event may come of them any more.
    over: BTreeSet<(u64, u64)>,
    /// Answers that have not ended, and what became of them so far.
    answers: BTreeMap<u64, Chain>,
}

/// The tries of one answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Chain {
    /// When another model may take over, if the app said so.
    pub(crate) asked: Option<Fallback>,
    /// The models that failed.
    tried: Vec<String>,
    /// The model that took over last.
    pub(crate) goes_on_with: Option<String>,
    pub(crate) shown: bool,
    pub(crate) aborted: bool,
}

/// A refused command leaves nothing behind.
pub(crate) fn check_refusal(step: &Step) {
    if let Err(failure) = &step.reply {
        assert!(step.effects.is_empty(), "a refused command has effects: {step:?}");
        assert!(step.events.is_empty(), "a refused command has events: {step:?}");
        assert_eq!(
            step.patch,
            Patch::default(),
            "a refused command changes something"
        );
        assert!(!failure.message.is_empty() && !failure.recovery.is_empty());
    }
}

/// Laws over what one step says. Called with the world as it was before, except for the snapshot.
pub(crate) fn check_events(memory: &mut Memory, world: &World, events: &[Event]) {
    for event in events {
        check_wishes(memory, world, event);
        check_answers(memory, world, event);
        check_attempts(memory, event);
    }
}

fn check_wishes(memory: &mut Memory, world: &World, event: &Event) {
    match event {
        Event::ModelSelected {
            conversation_id,
            model_id,
            intent,
            ..
        } => {
            assert!(memory.open.insert((conversation_id.clone(), *intent)));
            let newest = (*intent, model_id.clone());
            if let Some((before, _)) = memory.newest.insert(conversation_id.clone(), newest) {
                assert!(*intent > before, "an intent number fell");
            }
        }
        Event::SelectionSettled {
            conversation_id,
            model_id,
            intent,
            outcome,
        } => {
            let was_open = memory.open.remove(&(conversation_id.clone(), *intent));
            assert!(was_open, "a wish ended twice: {event:?}");
            if *outcome == SelectionOutcome::Activated {
                let newest = memory.newest.get(conversation_id);
                assert_eq!(newest, Some(&(*intent, model_id.clone())), "not the newest wish");
                assert!(
                    is_at_work(world, model_id),
                    "{model_id} is active but not in its engine"
                );
            }
        }
        Event::ModelActivated {
            conversation_id,
            model_id,
            ..
        } => {
            assert!(
                is_at_work(world, model_id),
                "{model_id} is active but not in its engine"
            );
            let newest = memory.newest.get(conversation_id).map(|(_, model)| model);
            assert_eq!(newest, Some(model_id), "an obsolete model became active");
        }
        _ => {}
    }
}

/// An in-page engine really has it, or its server has told so.
fn is_at_work(world: &World, model: &str) -> bool {
    let shown = &world.shown.models[model];
    world.host.has(model) || shown.served && shown.presence == Presence::Cached
}

fn check_answers(memory: &mut Memory, world: &World, event: &Event) {
    match event {
        Event::AnswerStarted {
            answer_id, model_id, ..
        } => {
            let chain = memory
                .answers
                .get(answer_id)
                .expect("an answer that was asked for");
            assert!(!chain.tried.contains(model_id), "a model is tried twice");
            let expected = chain.goes_on_with.as_ref();
            assert!(
                expected.is_none_or(|model| model == model_id),
                "another took over"
            );
        }
        Event::AnswerFellBack {
            answer_id,
            from,
            to,
            failure,
            after_text,
            decision,
            explanation,
            ..
        } => {
            let chain = memory.answers.get_mut(answer_id).expect("an open answer");
            assert!(!chain.aborted, "an answer goes on that was given up");
            assert!(
                !(chain.shown && chain.asked != Some(Fallback::AfterText)),
                "after text"
            );
            assert!(chain.asked != Some(Fallback::Never), "nobody may take over");
            assert_eq!(*after_text, chain.shown);
            let before = chain.goes_on_with.replace(to.model_id.clone());
            assert!(
                before.is_none_or(|before| before == from.model_id),
                "another failed"
            );
            chain.tried.push(from.model_id.clone());
            assert!(!chain.tried.contains(&to.model_id), "a model takes over twice");
            assert!(chain.tried.len() < world.shown.models.len(), "an endless chain");
            let chosen = decision.chosen.as_ref().expect("a decision with a choice");
            assert_eq!(
                (chosen.id.as_str(), chosen.provider.as_str()),
                (&*to.model_id, &*to.provider)
            );
            assert!(!explanation.is_empty());
            assert_ne!(failure.code, ErrorCode::Canceled);
            let here = world.shown.models[&to.model_id].presence == Presence::Cached;
            assert!(here, "an answer waits for a download");
        }
        Event::AnswerEnded {
            answer_id,
            failure,
            tried,
            ..
        } => {
            let chain = memory
                .answers
                .remove(answer_id)
                .expect("an answer that has not ended");
            let known = tried.iter().map(|tried| &tried.model_id);
            assert!(
                known.clone().take(chain.tried.len()).eq(&chain.tried),
                "tries are missing"
            );
            assert!(known.len() <= chain.tried.len() + 1);
            if let Some(failure) = failure
                .as_ref()
                .filter(|failure| failure.code != ErrorCode::Canceled)
                && let Some(first) = tried.first()
            {
                assert_eq!(
                    failure.message, first.failure.message,
                    "not the first failure is told"
                );
                assert!(failure.others.len() >= tried.len() - 1, "failures are left out");
            }
        }
        _ => {}
    }
}

fn check_attempts(memory: &mut Memory, event: &Event) {
    let (job, epoch, ends) = match event {
        Event::DownloadQueued { job_id, epoch, .. }
        | Event::DownloadStarted { job_id, epoch, .. }
        | Event::DownloadWaiting { job_id, epoch, .. }
        | Event::DownloadCompiling { job_id, epoch, .. } => (*job_id, *epoch, false),
        Event::DownloadProgress { progress } => (progress.job_id, progress.epoch, false),
        Event::DownloadPaused { job_id, epoch, .. }
        | Event::DownloadReady { job_id, epoch, .. }
        | Event::DownloadFailed { job_id, epoch, .. }
        | Event::DownloadCanceled { job_id, epoch, .. } => (*job_id, *epoch, true),
        _ => return,
    };
    assert!(
        !memory.over.contains(&(job, epoch)),
        "a word of an ended attempt: {event:?}"
    );
    if ends {
        memory.over.insert((job, epoch));
    }
}

impl Memory {
    /// An answer was asked for.
    pub(crate) fn expect_answer(&mut self, id: u64, asked: Option<Fallback>) {
        let chain = Chain {
            asked,
            ..Chain::default()
        };
        self.answers.insert(id, chain);
    }

    /// What is known of an answer that has not ended.
    pub(crate) fn chain(&mut self, id: u64) -> Option<&mut Chain> {
        self.answers.get_mut(&id)
    }

    /// The model that took over an answer.
    fn moved(&self, id: u64) -> Option<&String> {
        self.answers.get(&id)?.goes_on_with.as_ref()
    }

    /// The page was started anew: what is open is what was stored as open.
    pub(crate) fn restart(&mut self, world: &World) {
        let records = world.disk.conversations.values();
        let pending = records.clone().filter(|record| record.pending);
        *self = Self {
            open: pending
                .map(|record| (record.id.to_string(), record.intent))
                .collect(),
            newest: records
                .filter_map(|record| {
                    let model = record.requested.as_ref()?.to_string();
                    Some((record.id.to_string(), (record.intent, model)))
                })
                .collect(),
            ..Self::default()
        };
    }
}

/// Laws over the state after a step.
pub(crate) fn check_state(memory: &mut Memory, world: &World) {
    let whole = Shown::from(world.engine.whole());
    let shown = &world.shown;
    // One by one: a whole snapshot is long to read.
    only_other(&shown.models, &whole.models);
    only_other(&shown.conversations, &whole.conversations);
    only_other(&shown.jobs, &whole.jobs);
    only_other(&shown.engines, &whole.engines);
    assert_eq!(shown.storage, whole.storage);
    assert_eq!(shown.stale_dropped, whole.stale_dropped);
    check_jobs(memory, world);
    check_queue(world);
    check_presence(world);
    for (id, conversation) in &world.shown.conversations {
        if let Some(route) = &conversation.route {
            let wanted = conversation.requested_model.as_ref();
            assert_eq!(Some(&route.model_id), wanted, "a route of another model is shown");
        }
        let before = memory.intents.insert(id.clone(), conversation.intent);
        assert!(
            before.is_none_or(|before| before <= conversation.intent),
            "an intent number fell"
        );
        if let Some((intent, _)) = memory.newest.get(id) {
            assert!(*intent <= conversation.intent);
            let open = memory.open.contains(&(id.clone(), *intent));
            assert!(
                !open || *intent == conversation.intent,
                "an old wish is still open"
            );
        }
    }
    memory
        .intents
        .retain(|id, _| world.shown.conversations.contains_key(id));
    memory
        .newest
        .retain(|id, _| world.shown.conversations.contains_key(id));
    for (id, record) in &world.disk.conversations {
        let shown = world
            .shown
            .conversations
            .get(id.as_str())
            .expect("an open conversation");
        assert_eq!(record.intent, shown.intent);
        assert_eq!(
            record.active.as_ref().map(ToString::to_string),
            shown.active_model
        );
        let open = memory.open.contains(&(id.to_string(), record.intent));
        assert_eq!(record.pending, open, "what is stored as open is not open");
    }
}

fn only_other<K: Ord + Debug, V: PartialEq + Debug>(shown: &BTreeMap<K, V>, whole: &BTreeMap<K, V>) {
    for key in shown.keys().chain(whole.keys()) {
        assert_eq!(
            shown.get(key),
            whole.get(key),
            "the patches do not add up for {key:?}"
        );
    }
}

fn rank(lifecycle: JobLifecycle) -> u8 {
    match lifecycle {
        JobLifecycle::Queued => 0,
        JobLifecycle::Downloading => 1,
        JobLifecycle::Compiling => 2,
        JobLifecycle::Paused | JobLifecycle::Ready | JobLifecycle::Failed | JobLifecycle::Canceled => 3,
    }
}

fn check_jobs(memory: &mut Memory, world: &World) {
    for (id, job) in &world.shown.jobs {
        let Some(before) = memory.jobs.get(id).filter(|before| before.epoch >= job.epoch) else {
            continue;
        };
        assert_eq!(before.epoch, job.epoch, "an epoch fell");
        if before.lifecycle != job.lifecycle {
            let (from, to) = (before.lifecycle, job.lifecycle);
            assert!(rank(from) < rank(to), "{from:?} became {to:?} within an epoch");
        }
        if let (Some(before), Some(after)) = (&before.progress, &job.progress) {
            assert!(before.downloaded_bytes <= after.downloaded_bytes, "progress fell");
            assert!(before.percentage <= after.percentage, "the percentage fell");
        }
        let progress = job.progress.as_ref();
        let exceeds = progress.is_some_and(|p| p.total_bytes.is_some_and(|total| p.downloaded_bytes > total));
        assert!(!exceeds, "progress exceeds the total");
    }
    memory.jobs.clone_from(&world.shown.jobs);
}

fn check_queue(world: &World) {
    let jobs = world.shown.jobs.values();
    let downloading: Vec<&JobState> = jobs
        .clone()
        .filter(|job| job.lifecycle == JobLifecycle::Downloading)
        .collect();
    assert!(downloading.len() <= 1, "two jobs are downloading");
    let is_served = |job: &JobState| world.shown.models[&job.model_id].served;
    let known = world.shown.engines.contains_key(OLLAMA);
    let can_begin = |job: &JobState| world.leading && if is_served(job) { known } else { world.worker.up };
    let running = downloading.first().filter(|job| can_begin(job));
    let transfer = world.worker.current.as_ref().map(|transfer| transfer.ticket);
    let pull = world.server.pull.as_ref().map(|pull| pull.ticket);
    assert!(
        transfer.is_none() || pull.is_none(),
        "a transfer and a pull at once"
    );
    let of_kind = running.is_none_or(|job| is_served(job) == pull.is_some());
    assert!(of_kind, "the wrong one is at work");
    let at_work = transfer.or(pull);
    let said = running.map(|job| (job.id, job.epoch));
    assert_eq!(
        at_work.map(|ticket| (ticket.job.get(), ticket.epoch)),
        said,
        "busy without a job, or the reverse"
    );

    let mut queued = BTreeMap::new();
    for job in jobs {
        assert_eq!(job.position.is_some(), job.lifecycle == JobLifecycle::Queued);
        if let Some(position) = job.position {
            assert_eq!(queued.insert(position, job.id), None, "two jobs in one place");
        }
    }
    let order: Vec<u64> = queued.values().copied().collect();
    assert!(
        queued
            .keys()
            .copied()
            .eq(0..u32::try_from(order.len()).expect("few jobs"))
    );
    let stored: Vec<u64> = world.disk.order.iter().map(|id| id.get()).collect();
    assert_eq!(order, stored, "the stored order is another one");
    let mut waiting = order.iter().map(|id| &world.shown.jobs[id]);
    let idle = downloading.is_empty() && waiting.any(can_begin);
    assert!(!idle, "jobs wait though nothing runs");
}

fn check_presence(world: &World) {
    let reads = world.host.reads();
    for (id, model) in &world.shown.models {
        let cached = model.presence == Presence::Cached;
        assert!(
            !reads.contains(id) || cached || world.removed.contains(id),
            "{id} is loaded but not cached"
        );
        if let Some(job) = model.job_id.and_then(|job| world.shown.jobs.get(&job)) {
            assert!(
                job.lifecycle != JobLifecycle::Ready || cached,
                "{id} is ready but not cached"
            );
        }
        let record = world.disk.refs.iter().find(|(stored, _)| stored.as_str() == id);
        assert!(
            !cached || record.is_some() || model.served,
            "{id} is cached but not stored as such"
        );
        // Before the worker has looked, the core cannot know what is gone.
        if let Some((_, record)) = record.filter(|_| cached && world.worker.up) {
            let gone = record
                .files
                .iter()
                .find(|file| !world.worker.blobs.contains_key(&file.digest));
            assert_eq!(gone, None, "{id} is cached but its file is gone");
        }
    }
}

/// Nothing is deleted that a reference names or an engine reads.
pub(crate) fn check_effects(memory: &Memory, world: &World, effects: &[Effect]) {
    for effect in effects {
        if let Effect::Worker(ToWorker::Delete { digests, .. }) = effect {
            let mut kept = world.disk.refs.values().flat_map(|record| &record.files);
            let lost = kept.find(|file| digests.contains(&file.digest));
            assert_eq!(lost, None, "a file in use is deleted");
        }
        if let Effect::StartAnswer { answer, model, .. } = effect {
            let started = world
                .answers
                .get(&answer.get())
                .expect("an answer that was asked for");
            let conversation = match started {
                Asked::Conversation(id) => id,
                Asked::Model(asked) => {
                    let moved = memory.moved(answer.get());
                    let asked = moved.unwrap_or(asked);
                    assert_eq!(asked, model.as_str(), "another model than the one asked answers");
                    continue;
                }
            };
            if let Some(moved) = memory.moved(answer.get()) {
                assert_eq!(moved, model.as_str(), "another model than the one that took over");
                continue;
            }
            let shown = world.shown.conversations.get(conversation);
            let active = shown.and_then(|conversation| conversation.active_model.as_deref());
            assert!(
                shown.is_none() || active == Some(model.as_str()),
                "answers under another name"
            );
        }
    }
}
