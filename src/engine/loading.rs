//! What the host reports of loads.

use super::Engine;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{EngineId, JobId, LoadId, ModelId, Timestamp};
use super::residency::{SlotState, Want};
use super::step::Outbox;

impl Engine {
    /// The engine, or the server, that runs a known model.
    ///
    /// # Errors
    /// `not_found` for an unknown model, `unsupported` where the app brought no such engine.
    pub(super) fn engine_for(&self, model: &ModelId) -> Result<EngineId, Failure> {
        let known = self
            .library
            .get(model)
            .ok_or_else(|| self.unknown_model(model.as_str()))?;
        let engine = known.manifest.engine.clone();
        let slot = self.residency.slots.get(&engine);
        if slot.is_some_and(|slot| slot.server.is_some() == known.manifest.served.is_some()) {
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

    /// The load a report is about, if it is its engine's current one. Anything else is stale.
    fn current_load(&mut self, load: LoadId, out: &mut Outbox) -> Option<(EngineId, SlotState)> {
        let engine = self.residency.engine_of(load);
        let found = engine.and_then(|id| self.residency.slots.get(&id).map(|slot| (id, slot.state.clone())));
        if found.is_none() {
            self.count_stale(out);
        }
        found
    }

    pub(super) fn load_progressed(&mut self, load: LoadId, fraction: f64, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        let SlotState::Loading {
            load,
            model,
            fraction: before,
        } = state
        else {
            self.count_stale(out);
            return;
        };
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

    pub(super) fn loaded(&mut self, load: LoadId, now: Timestamp, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        let SlotState::Loading { model, .. } = state else {
            // It was given up a moment ago; the host frees it and says so.
            self.count_stale(out);
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
                    failure: failure.clone(),
                });
                self.break_off_answer(&engine, &failure, out);
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
        // All of them first: an answer that goes on with another model moves the line.
        let mut answers = Vec::new();
        for want in line {
            match want {
                Want::Answer(answer) if self.answer_model(answer).as_ref() == Some(model) => {
                    self.leave_line(answer);
                    answers.push(answer);
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
        for answer in answers {
            self.try_failed(answer, failure.clone(), out);
        }
    }

    pub(super) fn take_compiling(&mut self, engine: &EngineId, model: &ModelId) -> Option<JobId> {
        let slot = self.residency.slots.get_mut(engine)?;
        slot.compiling
            .take_if(|id| self.queue.get(*id).is_some_and(|job| job.model == *model))
    }

    pub(super) fn unloaded(&mut self, load: LoadId, now: Timestamp, out: &mut Outbox) {
        let Some((engine, state)) = self.current_load(load, out) else {
            return;
        };
        self.set_state(&engine, SlotState::Empty, out);
        match state {
            SlotState::Leaving {
                model, was_resident, ..
            } => self.left(&engine, &model, was_resident, out),
            // Someone else freed the engine. Nothing may go on waiting for what is not there any more.
            SlotState::Resident { model, .. } => {
                let message = format!("The engine “{engine}” let go of “{model}”.");
                let failure = Failure::new(ErrorCode::EngineCrashed, message).about_model(&model);
                self.break_off_answer(&engine, &failure, out);
                self.left(&engine, &model, true, out);
            }
            SlotState::Loading { model, .. } => {
                let message = format!("The engine “{engine}” gave up loading “{model}”.");
                let failure = Failure::new(ErrorCode::LoadFailed, message).about_model(&model);
                self.load_went_wrong(&engine, &model, &failure, out);
            }
            SlotState::Empty => {}
        }
        self.pump(&engine, out);
        self.schedule(now, out);
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
}
