//! What the in-page engines hold, and what is wanted of them; and which servers there are.
//!
//! An engine holds one model at a time and generates one answer at a time. What is wanted of it stands in one line,
//! first come, first served, so nothing starves; the head of the line decides what the engine does next. A running
//! answer is never cut by what comes after it (requirement C7): the line waits.

use std::collections::VecDeque;

use super::cooling::CoolDowns;
use super::falling_back::Plan;
use super::ids::{AnswerId, ConversationId, EngineId, JobId, LoadId, ModelId};
use super::map::Map;
use super::snapshot::ServerReach;

/// What an engine is doing with its memory.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SlotState {
    Empty,
    Loading {
        load: LoadId,
        model: ModelId,
        fraction: Option<f64>,
    },
    Resident {
        load: LoadId,
        model: ModelId,
    },
    /// Being freed, or a load being given up.
    Leaving {
        load: LoadId,
        model: ModelId,
        was_resident: bool,
    },
}

/// Something wanted of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    /// Load a model for the conversations whose pending wish it is.
    Activate(ModelId),
    /// Generate an answer with the model that is the conversation's active one by then.
    Answer(AnswerId),
    /// Free the memory.
    Unload,
}

/// One engine.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) state: SlotState,
    pub(super) line: VecDeque<Want>,
    /// The answer being generated.
    pub(super) running: Option<AnswerId>,
    /// The job that waits for its model to be taken in.
    pub(super) compiling: Option<JobId>,
    /// Set for a server: it holds no model and has no line, its answers run side by side.
    pub(super) server: Option<Server>,
    pub(super) cool_downs: CoolDowns,
}

/// What is known of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) reach: ServerReach,
    /// Whether it has said which models it has since the start.
    pub(super) heard: bool,
}

/// An answer that was asked for and has not ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// `None` where a model was asked, not a conversation.
    pub(super) conversation: Option<ConversationId>,
    pub(super) engine: EngineId,
    /// Set once it runs; at once where a model was asked.
    pub(super) model: Option<ModelId>,
    pub(super) plan: Plan,
}

/// All engines and all answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Residency {
    pub(super) slots: Map<EngineId, Slot>,
    pub(super) answers: Map<AnswerId, Answer>,
    last_load: u64,
    last_answer: u64,
}

impl Residency {
    pub(super) fn new(engines: impl IntoIterator<Item = EngineId>) -> Self {
        Self {
            slots: engines.into_iter().map(|id| (id, Slot::of(None))).collect(),
            ..Self::default()
        }
    }

    /// What is known of a server, if there is one of that name.
    pub(super) fn server(&self, engine: &str) -> Option<Server> {
        self.slots.get(engine)?.server
    }

    /// Whether an answer comes from a model, or waits for that one.
    pub(super) fn answers_with(&self, model: &ModelId) -> bool {
        self.answers
            .values()
            .any(|answer| answer.model.as_ref() == Some(model))
    }

    pub(super) fn next_load(&mut self) -> LoadId {
        self.last_load += 1;
        LoadId(self.last_load)
    }

    pub(super) fn next_answer(&mut self) -> AnswerId {
        self.last_answer += 1;
        AnswerId(self.last_answer)
    }

    /// The engine a load belongs to, if it is that engine's current one.
    pub(super) fn engine_of(&self, load: LoadId) -> Option<EngineId> {
        let current = |slot: &Slot| match &slot.state {
            SlotState::Loading { load: current, .. }
            | SlotState::Resident { load: current, .. }
            | SlotState::Leaving { load: current, .. } => *current == load,
            SlotState::Empty => false,
        };
        self.slots
            .iter()
            .find(|(_, slot)| current(slot))
            .map(|(id, _)| id.clone())
    }

    /// The engine that has, takes in or lets go of a model.
    pub(super) fn holder(&self, model: &ModelId) -> Option<&EngineId> {
        let mut slots = self.slots.iter();
        slots
            .find(|(_, slot)| slot.model() == Some(model))
            .map(|(id, _)| id)
    }

    /// Whether an engine has, takes in or lets go of a model.
    pub(super) fn holds(&self, model: &ModelId) -> bool {
        self.holder(model).is_some()
    }

    /// Whether an answer of this number was ever asked for.
    pub(super) fn knows_answer(&self, id: AnswerId) -> bool {
        (1..=self.last_answer).contains(&id.0)
    }

    pub(super) fn is_resident(&self, model: &ModelId) -> bool {
        let has = |slot: &Slot| matches!(&slot.state, SlotState::Resident { model: has, .. } if has == model);
        self.slots.values().any(has)
    }
}

impl Slot {
    /// One with nothing in it.
    pub(super) fn of(server: Option<Server>) -> Self {
        Self {
            state: SlotState::Empty,
            line: VecDeque::new(),
            running: None,
            compiling: None,
            server,
            cool_downs: CoolDowns::default(),
        }
    }

    /// The model it has, takes in or lets go of.
    pub(super) fn model(&self) -> Option<&ModelId> {
        match &self.state {
            SlotState::Empty => None,
            SlotState::Loading { model, .. }
            | SlotState::Resident { model, .. }
            | SlotState::Leaving { model, .. } => Some(model),
        }
    }

    /// Puts a want at the end of the line; one for the same thing that is there already keeps its place.
    pub(super) fn queue(&mut self, want: Want) {
        if !self.line.contains(&want) {
            self.line.push_back(want);
        }
    }
}
