//! What one step gives: effects to carry out, events to deliver, and what of the snapshot changed.

use super::command::Reply;
use super::effect::Effect;
use super::event::Event;
use super::failure::Failure;
use super::ids::{ConversationId, EngineId, JobId, ModelId};
use super::map::Set;
use super::protocol::ToWorker;
use super::record::Persist;
use super::snapshot::Patch;

/// The result of [`super::Engine::handle`].
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What a command gave; `Done` for every other input.
    pub reply: Result<Reply, Failure>,
    /// To be carried out in this order.
    pub effects: Vec<Effect>,
    /// To be delivered in this order, after the patch.
    pub events: Vec<Event>,
    /// What changed of the snapshot.
    pub patch: Patch,
}

/// Collects a step while it is taken. A refused command leaves all of it empty.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) effects: Vec<Effect>,
    pub(super) events: Vec<Event>,
    pub(super) models: Set<ModelId>,
    pub(super) conversations: Set<ConversationId>,
    pub(super) jobs: Set<JobId>,
    pub(super) engines: Set<EngineId>,
    pub(super) profiles: bool,
    pub(super) storage: bool,
    pub(super) stale: bool,
}

impl Outbox {
    pub(super) fn persist(&mut self, change: Persist) {
        self.effects.push(Effect::Persist(change));
    }

    pub(super) fn worker(&mut self, message: ToWorker) {
        self.effects.push(Effect::Worker(message));
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push(event);
    }
}
