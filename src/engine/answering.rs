//! Answers: asked for, waiting in an engine's line, running, ended.

use super::Engine;
use super::command::{Fallback, Reply};
use super::effect::Effect;
use super::event::Event;
use super::failure::{ErrorCode, Failure};
use super::falling_back::Plan;
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
        mut plan: Plan,
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
        plan.profile = self.profile_to(conversation.as_ref(), &model);
        let instead = self.in_place_of(&mut plan, &model, &engine)?;
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
                model: named.or_else(|| instead.is_some().then(|| model.clone())),
                plan,
            },
        );
        match instead {
            Some((further, failure)) => self.go_on(answer, failure, further, false, out),
            None => self.place_answer(answer, &engine, &model, out),
        }
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
        self.settle_model(id);
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
            attempt: answer.plan.attempt,
            load,
            engine: engine.clone(),
            model: model.clone(),
        });
    }

    /// The model an answer will come from: the one it runs with or goes on with, the one that was named, or the active
    /// one of its conversation by now.
    pub(super) fn answer_model(&self, id: AnswerId) -> Option<ModelId> {
        let answer = self.residency.answers.get(&id)?;
        let active = || {
            self.conversations
                .get(answer.conversation.as_ref()?)?
                .active
                .clone()
        };
        answer.model.clone().or_else(active)
    }

    /// Settles which model an answer comes from, and with it whether a profile led there.
    pub(super) fn settle_model(&mut self, id: AnswerId) -> Option<ModelId> {
        let model = self.answer_model(id)?;
        let conversation = self.residency.answers.get(&id)?.conversation.clone();
        let profile = self.profile_to(conversation.as_ref(), &model);
        let answer = self.residency.answers.get_mut(&id)?;
        if answer.model.is_none() {
            answer.model = Some(model.clone());
            answer.plan.profile = profile;
        }
        Some(model)
    }

    /// The profile that led a conversation to a model, if one did.
    fn profile_to(&self, conversation: Option<&ConversationId>, model: &ModelId) -> Option<String> {
        let route = self.conversations.get(conversation?)?.route.as_ref()?;
        (route.model == *model).then(|| route.profile.clone())
    }

    /// Ends an answer whose next try cannot start.
    pub(super) fn refuse_answer(&mut self, id: AnswerId, failure: &Failure, out: &mut Outbox) {
        self.end_answer(id, Some(failure), out);
    }

    /// Ends an answer. The first of its failures is told, the others are attached to it, `last` as well (requirement
    /// E3); only that its user wanted no more stands for itself.
    pub(super) fn end_answer(&mut self, id: AnswerId, last: Option<&Failure>, out: &mut Outbox) {
        let tried = match last {
            Some(last) if last.code == ErrorCode::Canceled => &[][..],
            _ => self
                .residency
                .answers
                .get(&id)
                .map_or(&[][..], |answer| &answer.plan.tried),
        };
        let mut failures = tried.iter().map(|tried| &tried.failure).chain(last).cloned();
        let Some(mut failure) = failures.next() else {
            return;
        };
        failure.others.extend(failures);
        self.leave_line(id);
        out.effects.push(Effect::EndAnswer {
            answer: id,
            failure: failure.clone(),
        });
        self.forget_answer(id, Some(failure), out);
    }

    /// An answer waits for no engine any more.
    pub(super) fn leave_line(&mut self, id: AnswerId) {
        for slot in self.residency.slots.values_mut() {
            slot.line.retain(|want| *want != Want::Answer(id));
        }
    }

    /// Gives an answer up: at once while it waits; a running one is told to stop and reports its end.
    pub(super) fn abort_answer(&mut self, id: AnswerId, out: &mut Outbox) {
        let failure = Failure::new(ErrorCode::Canceled, "The answer was stopped.");
        let Some(answer) = self.residency.answers.get_mut(&id) else {
            return;
        };
        answer.plan.asked = Some(Fallback::Never);
        let engine = answer.engine.clone();
        let slot = self.residency.slots.get(&engine);
        if slot.is_some_and(|slot| slot.running == Some(id) || slot.server.is_some()) {
            out.effects.push(Effect::EndAnswer { answer: id, failure });
        } else {
            self.refuse_answer(id, &failure, out);
            self.pump(&engine, out);
        }
    }

    /// The model of the running answer is gone: that try ends, and what the host still says of it is stale.
    pub(super) fn break_off_answer(&mut self, engine: &EngineId, failure: &Failure, out: &mut Outbox) {
        let slot = self.residency.slots.get_mut(engine);
        if let Some(answer) = slot.and_then(|slot| slot.running.take()) {
            self.try_failed(answer, failure.clone(), out);
        }
    }

    /// Some of an answer was shown.
    pub(super) fn answer_shown(&mut self, id: AnswerId, attempt: u32, out: &mut Outbox) {
        match self.current_try(id, attempt) {
            Some(answer) => answer.plan.shown = true,
            None => self.count_stale(out),
        }
    }

    /// The answer a report is about, if it is about its current try. Anything else is stale.
    fn current_try(&mut self, id: AnswerId, attempt: u32) -> Option<&mut Answer> {
        let answer = self.residency.answers.get_mut(&id);
        answer.filter(|answer| answer.plan.attempt == attempt)
    }

    /// A try ended: well, and with it the answer, or not.
    pub(super) fn answer_ended(
        &mut self,
        id: AnswerId,
        attempt: u32,
        failure: Option<Failure>,
        out: &mut Outbox,
    ) {
        let current = self.current_try(id, attempt);
        let Some((engine, shown)) = current.map(|answer| (answer.engine.clone(), answer.plan.shown)) else {
            self.count_stale(out);
            return;
        };
        if let Some(slot) = self.residency.slots.get_mut(&engine) {
            slot.running.take_if(|running| *running == id);
            slot.line.retain(|want| *want != Want::Answer(id));
        }
        if let Some(failure) = failure {
            self.try_failed(id, failure, out);
        } else {
            if let Some(slot) = self.residency.slots.get_mut(&engine).filter(|_| shown) {
                slot.cool_downs.clear_guesses();
            }
            self.forget_answer(id, None, out);
        }
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
            tried: answer.plan.tried,
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
