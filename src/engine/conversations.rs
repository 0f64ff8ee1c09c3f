//! Which model each conversation wants and which one answers it.
//!
//! A wish has a number that only grows. It is *pending* until it ends in one of the four ways of
//! [`super::event::SelectionOutcome`]; a finished load or download asks for the pending wishes of its model, so a
//! wish that was replaced can never be activated.

use super::ids::{AnswerId, ConversationId, ModelId};
use super::map::Set;
use super::record::{ConversationRecord, RECORD_VERSION, RouteRecord};
use super::table::Table;

/// One conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversation {
    pub(super) active: Option<ModelId>,
    pub(super) requested: Option<ModelId>,
    pub(super) intent: u64,
    pub(super) pending: bool,
    /// How the wanted model was chosen, if its user asked for a profile. It goes with the wish.
    pub(super) route: Option<RouteRecord>,
    pub(super) answers: Set<AnswerId>,
}

impl Conversation {
    /// A conversation in which `model` is active, wished for by nobody.
    pub(super) fn with(model: Option<ModelId>) -> Self {
        Self {
            active: model.clone(),
            requested: model,
            intent: 0,
            pending: false,
            route: None,
            answers: Set::default(),
        }
    }

    /// A stored conversation.
    pub(super) fn stored(record: ConversationRecord) -> Self {
        Self {
            active: record.active,
            requested: record.requested,
            intent: record.intent,
            pending: record.pending,
            route: record.route,
            answers: Set::default(),
        }
    }

    /// A route says how the wanted model was chosen; of another model it says nothing.
    fn check_route(&mut self) {
        let wanted = self.requested.as_ref();
        self.route.take_if(|route| Some(&route.model) != wanted);
    }
}

/// All conversations, with an index from models to the conversations that wait for them or use them.
#[derive(Debug, Clone, Default)]
pub(super) struct Conversations {
    /// Boxed, so that a new one among many thousands moves little.
    all: Table<ConversationId, Box<Conversation>>,
    waiting: Table<ModelId, Set<ConversationId>>,
    active: Table<ModelId, u32>,
    /// The models that became wanted or active somewhere, or ceased to be, since they were last asked for.
    touched: Vec<ModelId>,
}

impl Conversations {
    pub(super) fn get(&self, id: &ConversationId) -> Option<&Conversation> {
        self.all.get(id).map(Box::as_ref)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &ConversationId> {
        self.all.keys()
    }

    pub(super) fn insert(&mut self, id: ConversationId, conversation: Conversation) {
        self.remove(&id);
        if let Some(model) = &conversation.active {
            self.note_active(model);
        }
        if conversation.pending
            && let Some(model) = &conversation.requested
        {
            self.note_waiting(&id, model);
        }
        self.all.insert(id, Box::new(conversation));
    }

    pub(super) fn remove(&mut self, id: &ConversationId) -> Option<Conversation> {
        let gone = self.all.remove(id)?;
        self.forget_active(gone.active.as_ref());
        if gone.pending {
            self.forget_waiting(id, gone.requested.as_ref());
        }
        Some(*gone)
    }

    /// Records a new wish, and how its model was chosen if a profile was asked for. Gives its number.
    pub(super) fn want(
        &mut self,
        id: &ConversationId,
        model: &ModelId,
        route: Option<RouteRecord>,
    ) -> Option<u64> {
        let conversation = self.all.get_mut(id)?;
        let old = conversation
            .pending
            .then(|| conversation.requested.take())
            .flatten();
        conversation.intent += 1;
        conversation.pending = true;
        conversation.requested = Some(model.clone());
        conversation.route = route;
        let number = conversation.intent;
        self.forget_waiting(id, old.as_ref());
        self.note_waiting(id, model);
        Some(number)
    }

    /// The pending wish is fulfilled: its model is the active one. Gives the one before.
    pub(super) fn activate(&mut self, id: &ConversationId) -> Option<ModelId> {
        let conversation = self.all.get_mut(id)?;
        conversation.pending = false;
        let previous = std::mem::replace(&mut conversation.active, conversation.requested.clone());
        let model = conversation.requested.clone();
        self.forget_waiting(id, model.as_ref());
        self.forget_active(previous.as_ref());
        if let Some(model) = model {
            self.note_active(&model);
        }
        previous
    }

    /// The pending wish cannot be fulfilled: the wish returns to the active model, under a number of its own, so that
    /// whatever still comes for the old number is stale (requirement C8).
    pub(super) fn give_up(&mut self, id: &ConversationId) {
        let Some(conversation) = self.all.get_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut conversation.requested, conversation.active.clone());
        conversation.pending = false;
        conversation.intent += 1;
        conversation.check_route();
        self.forget_waiting(id, old.as_ref());
    }

    /// The active model is gone for good.
    pub(super) fn deactivate(&mut self, id: &ConversationId) {
        let Some(conversation) = self.all.get_mut(id) else {
            return;
        };
        let old = conversation.active.take();
        if !conversation.pending {
            conversation.requested = None;
            conversation.intent += 1;
            conversation.check_route();
        }
        self.forget_active(old.as_ref());
    }

    pub(super) fn add_answer(&mut self, id: &ConversationId, answer: AnswerId) {
        if let Some(conversation) = self.all.get_mut(id) {
            conversation.answers.insert(answer);
        }
    }

    pub(super) fn end_answer(&mut self, id: &ConversationId, answer: AnswerId) {
        if let Some(conversation) = self.all.get_mut(id) {
            conversation.answers.remove(&answer);
        }
    }

    /// The conversations whose pending wish is `model`.
    pub(super) fn waiting_for(&self, model: &ModelId) -> Vec<ConversationId> {
        self.waiting
            .get(model)
            .map(|ids| ids.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// All models that some pending wish names.
    pub(super) fn wanted(&self) -> Set<ModelId> {
        self.waiting.keys().cloned().collect()
    }

    /// The models whose use changed since the last call.
    pub(super) fn take_touched(&mut self) -> Vec<ModelId> {
        std::mem::take(&mut self.touched)
    }

    pub(super) fn is_wanted(&self, model: &ModelId) -> bool {
        self.waiting.contains_key(model)
    }

    pub(super) fn is_active(&self, model: &ModelId) -> bool {
        self.active.contains_key(model)
    }

    /// The conversations `model` is active in. Looks at all of them: for rare steps only.
    pub(super) fn active_in(&self, model: &ModelId) -> Set<ConversationId> {
        let uses = |conversation: &Conversation| conversation.active.as_ref() == Some(model);
        self.all
            .iter()
            .filter(|(_, c)| uses(c))
            .map(|(id, _)| id.clone())
            .collect()
    }

    pub(super) fn record(&self, id: &ConversationId) -> Option<ConversationRecord> {
        let conversation = self.all.get(id)?;
        Some(ConversationRecord {
            v: RECORD_VERSION,
            id: id.clone(),
            active: conversation.active.clone(),
            requested: conversation.requested.clone(),
            intent: conversation.intent,
            pending: conversation.pending,
            route: conversation.route.clone(),
        })
    }

    fn note_waiting(&mut self, id: &ConversationId, model: &ModelId) {
        let ids = self.waiting.or_default(model.clone());
        if ids.is_empty() {
            self.touched.push(model.clone());
        }
        ids.insert(id.clone());
    }

    fn note_active(&mut self, model: &ModelId) {
        let count = self.active.or_default(model.clone());
        if *count == 0 {
            self.touched.push(model.clone());
        }
        *count += 1;
    }

    fn forget_waiting(&mut self, id: &ConversationId, model: Option<&ModelId>) {
        let Some(model) = model else { return };
        if let Some(ids) = self.waiting.get_mut(model) {
            ids.remove(id);
            if ids.is_empty() {
                self.waiting.remove(model);
                self.touched.push(model.clone());
            }
        }
    }

    fn forget_active(&mut self, model: Option<&ModelId>) {
        let Some(model) = model else { return };
        if let Some(count) = self.active.get_mut(model) {
            *count -= 1;
            if *count == 0 {
                self.active.remove(model);
                self.touched.push(model.clone());
            }
        }
    }
}
