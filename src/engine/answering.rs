//! Answers: asked for, waiting in an engine's line, running, ended.

use super::Engine;
use super::command::Reply;
use super::effect::Effect;
use super::event::Event;
use super::failure::{ErrorCode, Failure};
use super::ids::{AnswerId, ConversationId, EngineId, LoadId, ModelId};
use super::residency::{Answer, Want};
use super::step::Outbox;

impl Engine {
    /// Asks for an answer: of the conversation's model, or of a model that is named. It starts when the engine holds
    /// that model; on a server at once.
    pub(super) fn request_answer(
        &mut self,
        conversation: Option<ConversationId>,
        named: Option<ModelId>,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        let model = match (&conversation, &named) {
            (Some(id), None) => self.model_of(id)?,
            (None, Some(model)) => model.clone(),
            _ => {
                let message = "Either a conversation or a model must be named, and not both.";
                return Err(Failure::new(ErrorCode::InvalidInput, message).about_field("modelId", ""));
            }
        };
        let engine = self.engine_for(&model)?;
        if !self.library.is_cached(&model) && !self.residency.holds(&model) {
            return Err(self.not_here(&model));
        }
        let answer = self.residency.next_answer();
        if let Some(id) = &conversation {
            self.conversations.add_answer(id, answer);
            out.conversations.insert(id.clone());
        }
        out.models.extend(named.clone());
        self.residency.answers.insert(
            answer,
            Answer {
                conversation,
                engine: engine.clone(),
                model: named,
            },
        );
        self.place_answer(answer, &engine, &model, out);
        Ok(Reply::Answer { answer_id: answer.0 })
    }

    /// The model a conversation is answered by next.
    fn model_of(&self, id: &ConversationId) -> Result<ModelId, Failure> {
        let conversation = self
            .conversations
            .get(id)
            .ok_or_else(|| Self::unknown_conversation(id.as_str()))?;
        // A wish whose model is already here comes first; while one is being fetched the active model answers.
        let coming = conversation.requested.as_ref().filter(|model| {
            conversation.pending && (self.library.is_cached(model) || self.residency.holds(model))
        });
        coming
            .or(conversation.active.as_ref())
            .cloned()
            .ok_or_else(no_model)
    }

    pub(super) fn start_answer(
        &mut self,
        id: AnswerId,
        engine: &EngineId,
        load: LoadId,
        model: &ModelId,
        out: &mut Outbox,
    ) {
        let Some(answer) = self.residency.answers.get_mut(&id) else {
            return;
        };
        answer.model = Some(model.clone());
        out.models.insert(model.clone());
        out.event(Event::AnswerStarted {
            conversation_id: answer.conversation.as_ref().map(ToString::to_string),
            model_id: model.to_string(),
            provider: engine.to_string(),
            answer_id: id.0,
        });
        out.effects.push(Effect::StartAnswer {
            answer: id,
            load,
            engine: engine.clone(),
            model: model.clone(),
        });
    }

    /// The model an answer will come from: the one that was named, or the active one of its conversation by now.
    pub(super) fn answer_model(&self, id: AnswerId) -> Option<ModelId> {
        let answer = self.residency.answers.get(&id)?;
        match &answer.conversation {
            Some(conversation) => self.conversations.get(conversation)?.active.clone(),
            None => answer.model.clone(),
        }
    }

    /// Ends an answer that has not started.
    pub(super) fn refuse_answer(&mut self, id: AnswerId, failure: &Failure, out: &mut Outbox) {
        for slot in self.residency.slots.values_mut() {
            slot.line.retain(|want| *want != Want::Answer(id));
        }
        out.effects.push(Effect::EndAnswer {
            answer: id,
            failure: failure.clone(),
        });
        self.forget_answer(id, Some(failure.clone()), out);
    }

    /// Gives an answer up: at once while it waits; a running one is told to stop and reports its end.
    pub(super) fn abort_answer(&mut self, id: AnswerId, out: &mut Outbox) {
        let failure = Failure::new(ErrorCode::Canceled, "The answer was stopped.");
        let Some(answer) = self.residency.answers.get(&id) else {
            return;
        };
        let engine = answer.engine.clone();
        let slot = self.residency.slots.get(&engine);
        if slot.is_some_and(|slot| slot.running == Some(id) || slot.server.is_some()) {
            out.effects.push(Effect::EndAnswer { answer: id, failure });
        } else {
            self.refuse_answer(id, &failure, out);
            self.pump(&engine, out);
        }
    }

    /// The model of the running answer is gone: that answer ends, and what the host still says of it is stale.
    pub(super) fn break_off_answer(&mut self, engine: &EngineId, failure: &Failure, out: &mut Outbox) {
        let slot = self.residency.slots.get_mut(engine);
        if let Some(answer) = slot.and_then(|slot| slot.running.take()) {
            self.refuse_answer(answer, failure, out);
        }
    }

    pub(super) fn answer_ended(&mut self, id: AnswerId, failure: Option<Failure>, out: &mut Outbox) {
        let Some(engine) = self
            .residency
            .answers
            .get(&id)
            .map(|answer| answer.engine.clone())
        else {
            self.count_stale(out);
            return;
        };
        if let Some(slot) = self.residency.slots.get_mut(&engine) {
            slot.running.take_if(|running| *running == id);
            slot.line.retain(|want| *want != Want::Answer(id));
        }
        self.forget_answer(id, failure, out);
        self.pump(&engine, out);
    }

    fn forget_answer(&mut self, id: AnswerId, failure: Option<Failure>, out: &mut Outbox) {
        let Some(answer) = self.residency.answers.remove(&id) else {
            return;
        };
        let mut active = None;
        if let Some(conversation) = &answer.conversation {
            self.conversations.end_answer(conversation, id);
            out.conversations.insert(conversation.clone());
            active = self
                .conversations
                .get(conversation)
                .and_then(|conversation| conversation.active.clone());
        }
        out.models.extend(answer.model.clone());
        let model = answer.model.or(active);
        out.event(Event::AnswerEnded {
            conversation_id: answer.conversation.as_ref().map(ToString::to_string),
            model_id: model.map(|model| model.to_string()).unwrap_or_default(),
            provider: answer.engine.to_string(),
            answer_id: id.0,
            failure,
        });
    }

    /// The failure for a model whose files are not on this device, or its server does not have.
    pub(super) fn not_here(&self, model: &ModelId) -> Failure {
        let known = self.library.get(model).map(|known| &*known.manifest);
        let name = known.map_or(model.as_str(), |known| known.name.as_str());
        let place = known
            .filter(|known| known.served.is_some())
            .map_or("this device", |known| known.engine.as_str());
        let message = ["“", name, "” is not on ", place, "."].concat();
        let mut failure = Failure::new(ErrorCode::NotFound, message);
        failure.recovery = vec!["Download it, or choose a model that is ready to use.".to_owned()];
        failure.about_model(model)
    }
}

pub(super) fn no_model() -> Failure {
    let mut failure = Failure::new(ErrorCode::NotFound, "This conversation has no model yet.");
    failure.recovery = vec!["Choose a model for it.".to_owned()];
    failure
}
