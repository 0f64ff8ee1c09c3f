//! Choosing models for conversations: a wish is recorded, pursued, and ends in exactly one outcome.

use super::Engine;
use super::Superseded;
use super::command::Reply;
use super::conversations::Conversation;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{ConversationId, ModelId, Timestamp};
use super::lifecycle::Lifecycle;
use super::record::{Persist, RouteRecord};
use super::residency::Want;
use super::snapshot::{CancelReason, JobOrigin};
use super::step::Outbox;

impl Engine {
    /// Makes a conversation known; a new one starts with the default model (requirement C1).
    pub(super) fn open_conversation(&mut self, id: &ConversationId, out: &mut Outbox) {
        if self.conversations.get(id).is_some() {
            return;
        }
        let route = self.default_route(id, out);
        let model = match &route {
            Some(route) => Some(route.model.clone()),
            // One that its server does not have any more is nobody's default.
            None => self
                .default_model
                .clone()
                .filter(|id| self.library.get(id).is_some() || self.is_awaited_of_server(id)),
        };
        let conversation = Conversation {
            route,
            ..Conversation::with(model)
        };
        self.conversations.insert(id.clone(), conversation);
        self.save_conversation(id, out);
    }

    /// Sheds a conversation: its wish, its answers, its record (requirement C10).
    pub(super) fn remove_conversation(
        &mut self,
        id: &ConversationId,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        let Some(conversation) = self.conversations.get(id).cloned() else {
            return Err(Self::unknown_conversation(id.as_str()));
        };
        let wished = self.supersede_wish(id, out);
        for answer in conversation.answers {
            self.abort_answer(answer, out);
        }
        self.conversations.remove(id);
        out.conversations.insert(id.clone());
        out.persist(Persist::NoConversation(id.clone()));
        if let Some(model) = wished {
            self.unwanted(&model, now, out);
        }
        Ok(Reply::Done)
    }

    /// Records the wish before anything else happens (requirement C2), then does what it takes. `route` says how the
    /// model was chosen, if not by its name.
    pub(super) fn select(
        &mut self,
        conversation: &ConversationId,
        model: &ModelId,
        route: Option<RouteRecord>,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        self.engine_for(model)?;
        let before = self.supersede_wish(conversation, out);
        let intent = self
            .conversations
            .want(conversation, model, route)
            .ok_or_else(|| Self::unknown_conversation(conversation.as_str()))?;
        out.event(Event::ModelSelected {
            conversation_id: conversation.to_string(),
            model_id: model.to_string(),
            intent,
            download_needed: !self.library.is_cached(model),
        });
        self.save_conversation(conversation, out);
        // The new wish first: an answer that waited for the model of the old one must not start with the model that is
        // about to go.
        self.pursue(model, now, out);
        if let Some(before) = before.filter(|before| before != model) {
            self.unwanted(&before, now, out);
        }
        Ok(Reply::Selected { intent })
    }

    /// Ends a pending wish because a newer one takes its place. Gives its model.
    pub(super) fn supersede_wish(&mut self, id: &ConversationId, out: &mut Outbox) -> Option<ModelId> {
        let conversation = self
            .conversations
            .get(id)
            .filter(|conversation| conversation.pending)?;
        let model = conversation.requested.clone()?;
        out.event(Event::SelectionSettled {
            conversation_id: id.to_string(),
            model_id: model.to_string(),
            intent: conversation.intent,
            outcome: SelectionOutcome::Superseded,
        });
        Some(model)
    }

    /// Resident, or on its server: activate at once. Cached: load, then activate. Absent: download first (requirement
    /// C4).
    pub(super) fn pursue(&mut self, model: &ModelId, now: Timestamp, out: &mut Outbox) {
        self.adopt(model, out);
        // A model that is being removed may still be resident, but is no choice any more.
        if self.residency.is_resident(model) && !self.doomed.contains_key(model) {
            self.activate_waiting(model, out);
        } else if self.library.is_cached(model) {
            self.want_loaded(model, out);
        } else {
            self.enqueue(model, JobOrigin::Selection, now, out);
        }
    }

    /// Puts a cached model in its engine's line. A served one needs no load.
    pub(super) fn want_loaded(&mut self, model: &ModelId, out: &mut Outbox) {
        if self.library.is_served(model) {
            return self.activate_waiting(model, out);
        }
        let Ok(engine) = self.engine_for(model) else {
            return;
        };
        if let Some(slot) = self.residency.slots.get_mut(&engine) {
            slot.queue(Want::Activate(model.clone()));
        }
        self.pump(&engine, out);
    }

    /// The engine holds `model`: the conversations whose newest wish it is get it (requirements C5 and C9).
    pub(super) fn activate_waiting(&mut self, model: &ModelId, out: &mut Outbox) {
        for id in self.conversations.waiting_for(model) {
            let intent = self
                .conversations
                .get(&id)
                .map_or(0, |conversation| conversation.intent);
            let previous = self.conversations.activate(&id);
            if previous.as_ref() != Some(model) {
                out.event(Event::ModelActivated {
                    conversation_id: id.to_string(),
                    model_id: model.to_string(),
                    previous_model_id: previous.as_ref().map(ToString::to_string),
                });
            }
            self.settled(&id, model, intent, SelectionOutcome::Activated, out);
        }
    }

    /// `model` cannot be had: every wish for it ends with `outcome` and returns to the active model.
    pub(super) fn give_up_waiting(&mut self, model: &ModelId, outcome: &SelectionOutcome, out: &mut Outbox) {
        let mut gave_up = Vec::new();
        for id in self.conversations.waiting_for(model) {
            let intent = self
                .conversations
                .get(&id)
                .map_or(0, |conversation| conversation.intent);
            self.conversations.give_up(&id);
            gave_up.push((id.clone(), intent + 1));
            self.settled(&id, model, intent, outcome.clone(), out);
        }
        let job = self.queue.of_model(model).map(|job| job.id);
        if let Some(job) = job.and_then(|job| self.queue.get_mut(job)) {
            job.gave_up.extend(gave_up);
        }
    }

    fn settled(
        &mut self,
        id: &ConversationId,
        model: &ModelId,
        intent: u64,
        outcome: SelectionOutcome,
        out: &mut Outbox,
    ) {
        out.event(Event::SelectionSettled {
            conversation_id: id.to_string(),
            model_id: model.to_string(),
            intent,
            outcome,
        });
        self.save_conversation(id, out);
    }

    /// A wish for `model` went away. If that was the last one, what was under way only for it stops: its place in the
    /// line, its load, and a queued download that has not started (requirement C6).
    pub(super) fn unwanted(&mut self, model: &ModelId, now: Timestamp, out: &mut Outbox) {
        if self.conversations.is_wanted(model) {
            return;
        }
        if let Ok(engine) = self.engine_for(model) {
            let slot = self.residency.slots.get_mut(&engine);
            let compiling = slot.and_then(|slot| {
                slot.line.retain(|want| *want != Want::Activate(model.clone()));
                let of_model = |id: &_| self.queue.get(*id).is_some_and(|job| job.model == *model);
                slot.compiling.take_if(|id| of_model(id))
            });
            if let Some(job) = compiling {
                self.finish_job(job, now, out);
            }
            self.pump(&engine, out);
        }
        let superseded = self.queue.of_model(model).is_some_and(|job| {
            job.lifecycle == Lifecycle::Queued && job.origin == JobOrigin::Selection && !job.started
        });
        if superseded && self.superseded == Superseded::Cancel {
            let job = self.queue.of_model(model).map(|job| job.id);
            if let Some(job) = job {
                self.cancel_job(job, CancelReason::Superseded, now, out);
            }
        }
    }

    /// Marks a conversation as changed, in the snapshot and on the disk.
    pub(super) fn save_conversation(&mut self, id: &ConversationId, out: &mut Outbox) {
        out.conversations.insert(id.clone());
        if let Some(record) = self.conversations.record(id) {
            out.persist(Persist::Conversation(record));
        }
    }

    pub(super) fn unknown_conversation(id: &str) -> Failure {
        Failure::new(
            ErrorCode::NotFound,
            format!("The conversation “{id}” is not open."),
        )
        .about_field("conversationId", id)
    }

    /// The failure for a model id nobody has named, with the ids that look most like it.
    pub(super) fn unknown_model(&self, id: &str) -> Failure {
        let mut failure = Failure::new(ErrorCode::NotFound, format!("There is no model “{id}”."))
            .about_model(id)
            .about_field("modelId", id);
        let closest = self.library.closest(id);
        if !closest.is_empty() {
            let mut offer = "Did you mean".to_owned();
            for (place, id) in closest.iter().enumerate() {
                offer.push_str(if place == 0 { " " } else { " or " });
                offer.push_str(id);
            }
            offer.push('?');
            failure.recovery = vec![offer];
        }
        failure
    }
}
