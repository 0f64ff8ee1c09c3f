//! The line of an engine: its head decides what the engine does next, and nothing cuts a running answer.

use super::Engine;
use super::answering::no_model;
use super::effect::Effect;
use super::event::SelectionOutcome;
use super::ids::{AnswerId, EngineId, LoadId, ModelId};
use super::residency::{SlotState, Want};
use super::step::Outbox;

impl Engine {
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
        let (head, idle, state) = (
            slot.line.front().cloned(),
            slot.running.is_none(),
            slot.state.clone(),
        );
        let target = match &head {
            None | Some(Want::Unload) => None,
            Some(Want::Activate(model)) => Some(model.clone()),
            Some(Want::Answer(answer)) => {
                let Some(model) = self.answer_model(*answer) else {
                    self.refuse_answer(*answer, &no_model(), out);
                    return true;
                };
                match self.engine_for(&model) {
                    Ok(other) if other == *engine => {}
                    Ok(other) if self.library.is_cached(&model) || !self.library.is_served(&model) => {
                        self.pop_head(engine);
                        self.place_answer(*answer, &other, &model, out);
                        return true;
                    }
                    Ok(_) => {
                        self.refuse_answer(*answer, &self.not_here(&model), out);
                        return true;
                    }
                    Err(failure) => {
                        self.refuse_answer(*answer, &failure, out);
                        return true;
                    }
                }
                Some(model)
            }
        };
        match (state, head) {
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
                let Some(model) = target else {
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
                    if let Some(job) = self.take_compiling(engine, model) {
                        self.fail_job(job, &failure, out);
                    }
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

    /// Puts an answer where its model is: in the line of an in-page engine; a server has none and begins at once.
    pub(super) fn place_answer(
        &mut self,
        id: AnswerId,
        engine: &EngineId,
        model: &ModelId,
        out: &mut Outbox,
    ) {
        if let Some(answer) = self.residency.answers.get_mut(&id) {
            answer.engine = engine.clone();
        }
        if let Some(slot) = self.residency.slots.get_mut(engine) {
            if slot.server.is_some() {
                self.start_answer(id, engine, LoadId(0), model, out);
            } else {
                slot.queue(Want::Answer(id));
            }
        }
        self.pump(engine, out);
    }

    fn pop_head(&mut self, engine: &EngineId) {
        if let Some(slot) = self.residency.slots.get_mut(engine) {
            slot.line.pop_front();
        }
    }

    pub(super) fn set_state(&mut self, engine: &EngineId, state: SlotState, out: &mut Outbox) {
        if let Some(slot) = self.residency.slots.get_mut(engine) {
            out.models.extend(slot.model().cloned());
            slot.state = state;
            out.models.extend(slot.model().cloned());
        }
        out.engines.insert(engine.clone());
    }
}
