//! Answers whose model fails and that another model may give (requirement R10).
//!
//! A try ends with a failure: it is noted with the answer, and what should be left in peace for a while is noted for
//! all. If the answer may go on, the router is asked as it was for the conversation, without what was tried; what it
//! gives is the next try, under the same answer and with a number of its own, so that what is still said of an earlier
//! try is stale. If nothing is left, the answer ends with the first failure, and the others are attached to it.
//!
//! An answer goes on by itself only where a profile led to its model: nobody who chose a model gets another one unasked.
//! Then it may go to the same model of another provider, and nowhere else. The conversation stays with its model; only
//! where that is gone for good, and a profile had led to it, it moves along.
//!
//! A model that is left in peace is passed over, as if it had failed at once. Where nothing else can answer it is asked
//! all the same, unless its provider named the time: that is kept.

use crate::routing::fallback::next;
use crate::routing::{CoolDown, Decision, Failed, Name, Needs, Next, Request, Trial, Trouble, Wish};

use super::Engine;
use super::command::Fallback;
use super::cooling::trouble_of;
use super::event::{Answerer, Event, Tried};
use super::failure::{ErrorCode, Failure};
use super::ids::{AnswerId, ConversationId, EngineId, ModelId};
use super::step::Outbox;

/// What an answer remembers, so that it can go on with another model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// What its request needs of a model.
    pub(super) needs: Needs,
    /// When it may go on, if the app says.
    pub(super) asked: Option<Fallback>,
    /// The profile that led to its model.
    pub(super) profile: Option<String>,
    /// Whether some of it was shown.
    pub(super) shown: bool,
    /// The number of the try.
    pub(super) attempt: u32,
    /// The tries that failed.
    pub(super) tried: Vec<Tried>,
    /// The same as the router sees it.
    failures: Vec<Failed>,
}

/// A model that can give an answer in place of another.
pub(super) struct Further {
    model: ModelId,
    engine: EngineId,
    decision: Box<Decision>,
}

impl Plan {
    pub(super) fn new(needs: Needs, asked: Option<Fallback>) -> Self {
        Self {
            needs,
            asked,
            attempt: 1,
            ..Self::default()
        }
    }

    fn may_go_on(&self) -> bool {
        let by_itself = if self.profile.is_some() {
            Fallback::BeforeText
        } else {
            Fallback::Never
        };
        match self.asked.unwrap_or(by_itself) {
            Fallback::Never => false,
            Fallback::BeforeText => !self.shown,
            Fallback::AfterText => true,
        }
    }

    fn note(&mut self, model: &ModelId, engine: &EngineId, trouble: Trouble, failure: Failure) {
        self.failures.push(Failed {
            id: Name::from(model.as_str()),
            provider: Name::from(engine.as_str()),
            trouble,
        });
        self.tried.push(Tried {
            model_id: model.to_string(),
            provider: engine.to_string(),
            failure,
        });
    }
}

impl Engine {
    /// Who answers in place of a model that is to be left in peace, with the failure that says so; nobody where that one
    /// may be asked.
    ///
    /// # Errors
    /// That failure, where nobody else can answer and the provider asked for the peace itself.
    pub(super) fn in_place_of(
        &self,
        plan: &mut Plan,
        model: &ModelId,
        engine: &EngineId,
    ) -> Result<Option<(Further, Failure)>, Failure> {
        let slot = self.residency.slots.get(engine);
        let Some((until, asked)) = slot.and_then(|slot| slot.cool_downs.of(model, self.now)) else {
            return Ok(None);
        };
        let (code, why) = if asked {
            (ErrorCode::RateLimited, " asks to be left in peace for now.")
        } else {
            (
                ErrorCode::Overloaded,
                " failed a short while ago and is left in peace for now.",
            )
        };
        let failure = Failure {
            provider: Some(engine.to_string()),
            retry_after_ms: u32::try_from(until.saturating_sub(self.now)).ok(),
            ..Failure::new(code, [model.as_str(), why].concat()).about_model(model)
        };
        match self.further(plan, model) {
            Some(further) => {
                let trouble = Trouble::Overloaded {
                    retry_after_ms: failure.retry_after_ms,
                };
                plan.note(model, engine, trouble, failure.clone());
                Ok(Some((further, failure)))
            }
            None if asked => Err(failure),
            None => Ok(None),
        }
    }

    /// One try of an answer came to nothing: the next one begins, or the answer ends.
    pub(super) fn try_failed(&mut self, id: AnswerId, failure: Failure, out: &mut Outbox) {
        let model = self
            .settle_model(id)
            .filter(|_| failure.code != ErrorCode::Canceled);
        let Some((answer, model)) = self.residency.answers.get(&id).zip(model) else {
            return self.refuse_answer(id, &failure, out);
        };
        let engine = answer.engine.clone();
        let serves = self.residency.server(engine.as_str()).is_some();
        let mut trouble = trouble_of(&failure, serves, !answer.plan.failures.is_empty());
        if let Some(Trouble::ContextExceeded { limit, .. }) = &mut trouble
            && limit.is_none()
        {
            *limit = self.candidate(&model).map(|candidate| candidate.context.tokens);
        }
        let Some(answer) = self.residency.answers.get_mut(&id) else {
            return;
        };
        let last = trouble.unwrap_or(Trouble::Failed);
        answer.plan.note(&model, &engine, last, failure.clone());
        let plan = answer.plan.clone();
        let slot = self.residency.slots.get_mut(&engine);
        if let (Some(slot), Some(failed), true) = (slot, plan.failures.last(), trouble.is_some()) {
            slot.cool_downs.note(failed, self.now);
        }
        out.engines.insert(engine);
        match trouble.and_then(|_| self.further(&plan, &model)) {
            Some(further) => self.go_on(id, failure, further, last == Trouble::ModelGone, out),
            None => self.end_answer(id, None, out),
        }
    }

    /// The next try of an answer. With `moves` the conversation goes along, if it still has the model that failed.
    pub(super) fn go_on(
        &mut self,
        id: AnswerId,
        failure: Failure,
        further: Further,
        moves: bool,
        out: &mut Outbox,
    ) {
        let Some(answer) = self.residency.answers.get_mut(&id) else {
            return;
        };
        let Further {
            model,
            engine,
            decision,
        } = further;
        let before = answer.model.replace(model.clone());
        answer.plan.attempt += 1;
        let (conversation, profile) = (answer.conversation.clone(), answer.plan.profile.clone());
        let (from, after_text) = (answer.engine.to_string(), answer.plan.shown);
        self.leave_line(id);
        out.event(Event::AnswerFellBack {
            conversation_id: conversation.as_ref().map(ToString::to_string),
            answer_id: id.0,
            from: Answerer {
                model_id: before.as_ref().map(ToString::to_string).unwrap_or_default(),
                provider: from,
            },
            to: Answerer {
                model_id: model.to_string(),
                provider: engine.to_string(),
            },
            failure,
            after_text,
            explanation: self.explained(&decision),
            decision: decision.clone(),
        });
        if let (true, Some(conversation), Some(profile)) = (moves, conversation, profile) {
            self.move_along(&conversation, before.as_ref(), profile, *decision, out);
        }
        out.models.extend(before);
        out.models.insert(model.clone());
        self.place_answer(id, &engine, &model, out);
    }

    /// The model a profile had led to is gone for good: the conversation gets the one its answer goes on with
    /// (requirement R9), unless its user has chosen another meanwhile.
    fn move_along(
        &mut self,
        conversation: &ConversationId,
        gone: Option<&ModelId>,
        profile: String,
        decision: Decision,
        out: &mut Outbox,
    ) {
        let stays = self.conversations.get(conversation).is_none_or(|known| {
            known.pending || known.active.as_ref() != gone || known.requested.as_ref() != gone
        });
        if !stays && let Ok(route) = self.routed(conversation, profile, decision, out) {
            let model = route.model.clone();
            // It was looked up a moment ago: nothing is wrong with it.
            let _ = self.select(conversation, &model, Some(route), self.now, out);
        }
    }

    /// The next model for a request, if it may go on and there is one.
    fn further(&self, plan: &Plan, model: &ModelId) -> Option<Further> {
        if !plan.may_go_on() {
            return None;
        }
        let (router, device) = (&self.routes.router, &self.routes.device);
        let before = Decision {
            chosen: None,
            request: Request {
                wish: match &plan.profile {
                    Some(profile) => Wish::Profile(profile.clone()),
                    None => Wish::Model(model.to_string()),
                },
                needs: plan.needs.clone(),
                // Of a model that was named, only another that meets the needs may take the place.
                strict: plan.profile.is_none(),
            },
            path: Vec::new(),
            warnings: Vec::new(),
            catalog_version: router.catalog_version.clone(),
        };
        let slots = self.residency.slots.values();
        let cool_downs: Vec<CoolDown> = slots.flat_map(|slot| slot.cool_downs.all()).collect();
        let trial = Trial {
            failures: &plan.failures,
            cool_downs: &cool_downs,
            now: self.now,
            may_download: false,
        };
        let Next::Try(decision) = next(router, &before, &self.candidates(), device, &trial) else {
            return None;
        };
        let model = ModelId::new(decision.chosen.as_ref()?.id.as_str()).ok()?;
        let engine = self.engine_for(&model).ok()?;
        Some(Further {
            model,
            engine,
            decision,
        })
    }
}
