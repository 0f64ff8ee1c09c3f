//! The engines at work: the head of an engine's line decides, and nothing cuts a running answer.

use super::Engine;
use super::command::Reply;
use super::effect::Effect;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{AnswerId, ConversationId, EngineId, LoadId, ModelId, Timestamp};
use super::residency::{Answer, SlotState, Want};
use super::step::Outbox;

impl Engine {
    /// The engine that runs a known model.
    ///
    /// # Errors
    /// `not_found` for an unknown model, `unsupported` where the app brought no such engine.
    pub(super) fn engine_for(&self, model: &ModelId) -> Result<EngineId, Failure> {
        let known = self
            .library
            .get(model)
            .ok_or_else(|| self.unknown_model(model.as_str()))?;
        let engine = known.manifest.engine.clone();
        if self.residency.slots.contains_key(&engine) {
            return Ok(engine);
        }
        let message = format!(
            "“{}” needs the engine “{engine}”, which this app does not have.",
            known.manifest.name
        );
        Err(Failure {
            provider: Some(engine.to_string()),
            ..Failure::new(ErrorCode::Unsupported, message)
        }
        .about_model(model))
    }

    /// Does what the head of the line needs next, as far as it can be done now.
    pub(super) fn pump(&mut self, engine: &EngineId, out: &mut Outbox) {
        while self.pump_once(engine, out) {}
        out.engines.insert(engine.clone());
    }

    /// One step of the line. `true` when the next one may follow at once.
    fn pump_once(&mut self, engine: &EngineId, out: &mut Outbox) -> bool {
        let Some(slot) = self.residency.slots.get(engine) else {
            return false;
        };
        let (head, idle) = (slot.line.front().cloned(), slot.running.is_none());
        let target = match &head {
            None | Some(Want::Unload) => None,
            Some(Want::Activate(model)) => Some(model.clone()),
            Some(Want::Answer(answer)) => {
                let Some(model) = self.answer_model(*answer) else {
                    self.refuse_answer(*answer, &no_model(), out);
                    return true;
                };
                Some(model)
            }
        };
        match (slot.state.clone(), head) {
            (SlotState::Leaving { .. }, _) => false,
            (SlotState::Loading { load, model, .. }, _) => {
                if target.as_ref() != Some(&model) {
                    self.set_state(
                        engine,
                        SlotState::Leaving {
                            load,
                            model,
                            was_resident: false,
                        },
                        out,
                    );
                    out.effects.push(Effect::AbortLoad { load });
                }
                false
            }
            (SlotState::Resident { .. } | SlotState::Empty, None) => false,
            (SlotState::Resident { load, model }, Some(want)) if target.as_ref() == Some(&model) => {
                self.serve(engine, load, &model, &want, out)
            }
            (SlotState::Resident { load, model }, Some(_)) => {
                if idle {
                    self.set_state(
                        engine,
                        SlotState::Leaving {
                            load,
                            model,
                            was_resident: true,
                        },
                        out,
                    );
                    out.effects.push(Effect::Unload { load });
                }
                false
            }
            (SlotState::Empty, Some(Want::Unload)) => {
                self.pop_head(engine);
                true
            }
            (SlotState::Empty, Some(want)) => {
                let Some(model) = target.filter(|_| idle) else {
                    return false;
                };
                self.load(engine, &model, &want, out)
            }
        }
    }

    /// The head of the line wants the model that is resident.
    fn serve(
        &mut self,
        engine: &EngineId,
        load: LoadId,
        model: &ModelId,
        want: &Want,
        out: &mut Outbox,
    ) -> bool {
        let Some(slot) = self.residency.slots.get_mut(engine) else {
            return false;
        };
        match *want {
            Want::Answer(answer) => {
                if slot.running.is_some() {
                    return false;
                }
                slot.running = Some(answer);
                self.pop_head(engine);
                self.start_answer(answer, engine, load, model, out);
            }
            Want::Activate(_) | Want::Unload => {
                self.pop_head(engine);
                self.activate_waiting(model, out);
            }
        }
        true
    }

    fn load(&mut self, engine: &EngineId, model: &ModelId, want: &Want, out: &mut Outbox) -> bool {
        let context_window = self
            .library
            .get(model)
            .and_then(|known| known.manifest.context_window);
        let Some(files) = self.library.cached_files(model) else {
            let failure = self.not_here(model);
            match want {
                Want::Answer(answer) => self.refuse_answer(*answer, &failure, out),
                Want::Activate(_) | Want::Unload => {
                    self.pop_head(engine);
                    self.give_up_waiting(model, &SelectionOutcome::Failed { failure }, out);
                }
            }
            return true;
        };
        let load = self.residency.next_load();
        self.set_state(
            engine,
            SlotState::Loading {
                load,
                model: model.clone(),
                fraction: None,
            },
            out,
        );
        out.effects.push(Effect::Load {
            load,
            engine: engine.clone(),
            model: model.clone(),
            context_window,
            files,
        });
        false
    }

    fn pop_head(&mut self, engine: &EngineId) {
        if let Some(slot) = self.residency.slots.get_mut(engine) {
            slot.line.pop_front();
        }
    }

    fn set_state(&mut self, engine: &EngineId, state: SlotState, out: &mut Outbox) {
        if let Some(slot) = self.residency.slots.get_mut(engine) {
            out.models.extend(slot.model().cloned());
            slot.state = state;
            out.models.extend(slot.model().cloned());
        }
        out.engines.insert(engine.clone());
    }

    /// The load a report is about, if it is its engine's current one. Anything else is stale.
    fn current_load(&mut self, load: LoadId, out: &mut Outbox) -> Option<(EngineId, SlotState)> {
        let engine = self.residency.engine_of(load);
        let found = engine.and_then(|id| self.residency.slots.get(&id).map(|slot| (id, slot.state.clone())));
        if found.is_none() {
            self.queue.count_stale();
            out.stale = true;
        }
        found
    }

    pub(super) fn load_progressed(&mut self, load: LoadId, fraction: f64, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        if let SlotState::Loading {
            load,
            model,
            fraction: before,
        } = state
        {
            // Within one load the fraction never falls; what is no number says nothing.
            let fraction = fraction.clamp(0.0, 1.0).max(before.unwrap_or(0.0));
            if let Some(slot) = self.residency.slots.get_mut(&engine) {
                slot.state = SlotState::Loading {
                    load,
                    model,
                    fraction: Some(fraction),
                };
            }
            out.engines.insert(engine);
        }
    }

    pub(super) fn loaded(&mut self, load: LoadId, now: Timestamp, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        let SlotState::Loading { model, .. } = state else {
            // It was given up a moment ago; the host frees it and says so.
            self.queue.count_stale();
            out.stale = true;
            return;
        };
        self.set_state(
            &engine,
            SlotState::Resident {
                load,
                model: model.clone(),
            },
            out,
        );
        out.event(Event::ModelLoaded {
            engine_id: engine.to_string(),
            model_id: model.to_string(),
        });
        if let Some(job) = self.take_compiling(&engine, &model) {
            self.finish_job(job, now, out);
        }
        self.activate_waiting(&model, out);
        self.pump(&engine, out);
    }

    pub(super) fn load_failed(&mut self, load: LoadId, failure: &Failure, now: Timestamp, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        self.set_state(&engine, SlotState::Empty, out);
        match state {
            SlotState::Leaving {
                model, was_resident, ..
            } => self.left(&engine, &model, was_resident, out),
            SlotState::Resident { model, .. } => {
                let failure = failure.clone().about_model(&model);
                out.event(Event::ModelLoadFailed {
                    engine_id: engine.to_string(),
                    model_id: model.to_string(),
                    failure,
                });
                self.left(&engine, &model, true, out);
            }
            SlotState::Loading { model, .. } => {
                self.load_went_wrong(&engine, &model, &failure.clone().about_model(&model), out);
            }
            SlotState::Empty => {}
        }
        self.pump(&engine, out);
        self.schedule(now, out);
    }

    /// Tells everyone who waited for a load that it failed: its job, the wishes, and the answers in the line.
    fn load_went_wrong(&mut self, engine: &EngineId, model: &ModelId, failure: &Failure, out: &mut Outbox) {
        out.event(Event::ModelLoadFailed {
            engine_id: engine.to_string(),
            model_id: model.to_string(),
            failure: failure.clone(),
        });
        if let Some(job) = self.take_compiling(engine, model) {
            self.fail_job(job, failure, out);
        }
        self.give_up_waiting(
            model,
            &SelectionOutcome::Failed {
                failure: failure.clone(),
            },
            out,
        );
        let line: Vec<Want> = self
            .residency
            .slots
            .get(engine)
            .map(|slot| slot.line.iter().cloned().collect())
            .unwrap_or_default();
        for want in line {
            match want {
                Want::Answer(answer) if self.answer_model(answer).as_ref() == Some(model) => {
                    self.refuse_answer(answer, failure, out);
                }
                Want::Activate(wanted) if wanted == *model => {
                    if let Some(slot) = self.residency.slots.get_mut(engine) {
                        slot.line.retain(|other| *other != Want::Activate(model.clone()));
                    }
                }
                _ => {}
            }
        }
        self.send_doomed(model, out);
    }

    fn take_compiling(&mut self, engine: &EngineId, model: &ModelId) -> Option<super::ids::JobId> {
        let slot = self.residency.slots.get_mut(engine)?;
        slot.compiling
            .take_if(|id| self.queue.get(*id).is_some_and(|job| job.model == *model))
    }

    pub(super) fn unloaded(&mut self, load: LoadId, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        self.set_state(&engine, SlotState::Empty, out);
        match state {
            SlotState::Leaving {
                model, was_resident, ..
            } => self.left(&engine, &model, was_resident, out),
            SlotState::Loading { model, .. } | SlotState::Resident { model, .. } => {
                self.left(&engine, &model, true, out);
            }
            SlotState::Empty => {}
        }
        self.pump(&engine, out);
    }

    fn left(&mut self, engine: &EngineId, model: &ModelId, was_resident: bool, out: &mut Outbox) {
        if was_resident {
            out.event(Event::ModelUnloaded {
                engine_id: engine.to_string(),
                model_id: model.to_string(),
            });
        }
        self.send_doomed(model, out);
    }

    /// Asks for an answer of the conversation's model. It starts when the engine holds that model.
    pub(super) fn request_answer(&mut self, id: &ConversationId, out: &mut Outbox) -> Result<Reply, Failure> {
        let conversation = self
            .conversations
            .get(id)
            .ok_or_else(|| Self::unknown_conversation(id.as_str()))?;
        // A wish whose model is already here comes first; while one is being fetched the active model answers.
        let coming = conversation.requested.as_ref().filter(|model| {
            conversation.pending && (self.library.is_cached(model) || self.residency.holds(model))
        });
        let model = coming
            .or(conversation.active.as_ref())
            .ok_or_else(no_model)?
            .clone();
        let engine = self.engine_for(&model)?;
        if !self.library.is_cached(&model) && !self.residency.holds(&model) {
            return Err(self.not_here(&model));
        }
        let answer = self.residency.next_answer();
        self.residency.answers.insert(
            answer,
            Answer {
                conversation: id.clone(),
                engine: engine.clone(),
                model: None,
            },
        );
        self.conversations.add_answer(id, answer);
        out.conversations.insert(id.clone());
        if let Some(slot) = self.residency.slots.get_mut(&engine) {
            slot.queue(Want::Answer(answer));
        }
        self.pump(&engine, out);
        Ok(Reply::Answer { answer_id: answer.0 })
    }

    fn start_answer(
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
        out.event(Event::AnswerStarted {
            conversation_id: answer.conversation.to_string(),
            model_id: model.to_string(),
            answer_id: id.0,
        });
        out.effects.push(Effect::StartAnswer {
            answer: id,
            load,
            engine: engine.clone(),
            model: model.clone(),
        });
    }

    /// The model an answer will come from: the active one of its conversation by now.
    fn answer_model(&self, id: AnswerId) -> Option<ModelId> {
        let answer = self.residency.answers.get(&id)?;
        self.conversations.get(&answer.conversation)?.active.clone()
    }

    /// Ends an answer that has not started.
    fn refuse_answer(&mut self, id: AnswerId, failure: &Failure, out: &mut Outbox) {
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
        if self
            .residency
            .slots
            .get(&engine)
            .is_some_and(|slot| slot.running == Some(id))
        {
            out.effects.push(Effect::EndAnswer { answer: id, failure });
        } else {
            self.refuse_answer(id, &failure, out);
            self.pump(&engine, out);
        }
    }

    pub(super) fn answer_ended(&mut self, id: AnswerId, failure: Option<Failure>, out: &mut Outbox) {
        let Some(engine) = self
            .residency
            .answers
            .get(&id)
            .map(|answer| answer.engine.clone())
        else {
            self.queue.count_stale();
            out.stale = true;
            return;
        };
        if let Some(slot) = self.residency.slots.get_mut(&engine) {
            slot.running.take_if(|running| *running == id);
        }
        self.forget_answer(id, failure, out);
        self.pump(&engine, out);
    }

    fn forget_answer(&mut self, id: AnswerId, failure: Option<Failure>, out: &mut Outbox) {
        let Some(answer) = self.residency.answers.remove(&id) else {
            return;
        };
        self.conversations.end_answer(&answer.conversation, id);
        out.conversations.insert(answer.conversation.clone());
        let active = self
            .conversations
            .get(&answer.conversation)
            .and_then(|c| c.active.clone());
        let model = answer.model.or(active);
        out.event(Event::AnswerEnded {
            conversation_id: answer.conversation.to_string(),
            model_id: model.map(|model| model.to_string()).unwrap_or_default(),
            answer_id: id.0,
            failure,
        });
    }

    /// The failure for a model whose files are not on this device.
    fn not_here(&self, model: &ModelId) -> Failure {
        let name = self
            .library
            .get(model)
            .map_or(model.as_str(), |known| known.manifest.name.as_str());
        let mut failure = Failure::new(ErrorCode::NotFound, format!("“{name}” is not on this device."));
        failure.recovery = vec!["Download it, or choose a model that is ready to use.".to_owned()];
        failure.about_model(model)
    }
}

fn no_model() -> Failure {
    let mut failure = Failure::new(ErrorCode::NotFound, "This conversation has no model yet.");
    failure.recovery = vec!["Choose a model for it.".to_owned()];
    failure
}
