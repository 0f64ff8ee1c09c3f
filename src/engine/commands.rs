//! Commands: their ids are checked first, so that a refused one changes nothing.

use super::Engine;
use super::command::{Command, Reply};
use super::failure::{ErrorCode, Failure};
use super::falling_back::Plan;
use super::ids::{AnswerId, ConversationId, EngineId, InvalidId, JobId, ModelId, Timestamp};
use super::manifest::ModelManifest;
use super::residency::Want;
use super::snapshot::{CancelReason, JobOrigin};
use super::step::Outbox;

impl Engine {
    pub(super) fn command(
        &mut self,
        command: Command,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        match command {
            Command::OpenConversation { conversation_id } => {
                let id = conversation_id_of(&conversation_id)?;
                self.open_conversation(&id, out);
                Ok(Reply::Done)
            }
            Command::RemoveConversation { conversation_id } => {
                let id = self.open_id(&conversation_id)?;
                self.remove_conversation(&id, now, out)
            }
            Command::Select {
                conversation_id,
                model_id,
            } => {
                let conversation = self.open_id(&conversation_id)?;
                let model = self.known_id(&model_id)?;
                self.select(&conversation, &model, None, now, out)
            }
            Command::SelectProfile {
                conversation_id,
                profile,
                needs,
            } => {
                let conversation = self.open_id(&conversation_id)?;
                self.select_profile(&conversation, profile, needs, now, out)
            }
            Command::LookUp { .. }
            | Command::DescribeDevice { .. }
            | Command::Route { .. }
            | Command::Describe { .. }
            | Command::Configure { .. } => self.of_router(command, out),
            Command::Download { model_id } => {
                let model = self.known_id(&model_id)?;
                self.download(&model, now, out)
            }
            Command::Cancel { job_id } => self.settle_by_user(job_id, "canceled", |engine, id| {
                engine.cancel_job(id, CancelReason::User, now, out)
            }),
            Command::Pause { job_id } => {
                self.settle_by_user(job_id, "paused", |engine, id| engine.pause_job(id, now, out))
            }
            Command::Resume { job_id } => {
                self.settle_by_user(job_id, "resumed", |engine, id| engine.resume_job(id, now, out))
            }
            Command::Retry { job_id } => {
                let id = self.known_job(job_id)?;
                self.retry_job(id, now, out)
                    .ok_or_else(|| self.not_allowed(id, "retried"))
            }
            Command::Move { job_id, position } => {
                let place = usize::try_from(position).unwrap_or(usize::MAX);
                self.settle_by_user(job_id, "moved", |engine, id| engine.queue.shift(id, place))
            }
            Command::Dismiss { job_id } => self.settle_by_user(job_id, "taken off the list", |engine, id| {
                let job = engine.queue.get(id).filter(|job| job.lifecycle.is_settled());
                let model = job.map(|job| job.model.clone());
                if let Some(model) = &model {
                    engine.drop_job(id, out);
                    engine.release(model);
                }
                model.is_some()
            }),
            Command::RemoveModel { model_id, unload } => {
                let model = self.known_id(&model_id)?;
                self.remove_model(&model, unload, now, out)
            }
            Command::UnloadEngine { engine_id } => self.unload_engine(&engine_id, out),
            Command::AddModels { models } => self.add_models(models, now, out),
            Command::SetServed { .. }
            | Command::AddServed { .. }
            | Command::RemoveServer { .. }
            | Command::ServerReach { .. } => self.of_server(command, now, out),
            Command::RequestAnswer {
                conversation_id,
                model_id,
                needs,
                fallback,
            } => {
                let conversation = conversation_id.map(|id| self.open_id(&id)).transpose()?;
                let model = model_id.map(|id| self.known_id(&id)).transpose()?;
                self.request_answer(conversation, model, Plan::new(needs, fallback), out)
            }
            Command::AbortAnswer { answer_id } => {
                let id = AnswerId(answer_id);
                if !self.residency.knows_answer(id) {
                    return Err(unknown_answer(answer_id));
                }
                self.abort_answer(id, out);
                Ok(Reply::Done)
            }
        }
    }

    fn download(&mut self, model: &ModelId, now: Timestamp, out: &mut Outbox) -> Result<Reply, Failure> {
        // What a server has is pulled again: there may be a newer one (requirement M6).
        if self.library.is_cached(model) && !self.library.is_served(model) {
            let message = format!("“{model}” is on this device already.");
            let done = self.queue.of_model(model).map(|job| Reply::Job {
                job_id: job.id.0,
                epoch: job.epoch,
            });
            return done.ok_or_else(|| Failure::new(ErrorCode::InvalidInput, message).about_model(model));
        }
        let id = self.enqueue(model, JobOrigin::Download, now, out);
        let epoch = self.queue.get(id).map_or(0, |job| job.epoch);
        Ok(Reply::Job { job_id: id.0, epoch })
    }

    fn unload_engine(&mut self, text: &str, out: &mut Outbox) -> Result<Reply, Failure> {
        let id = engine_id_of(text)?;
        let slot = self.residency.slots.get_mut(&id).ok_or_else(|| {
            Failure::new(ErrorCode::NotFound, format!("There is no engine “{text}”."))
                .about_field("engineId", text)
        })?;
        slot.queue(Want::Unload);
        self.pump(&id, out);
        Ok(Reply::Done)
    }

    fn add_models(
        &mut self,
        models: Vec<ModelManifest>,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        self.check_manifests(&models)?;
        for manifest in &models {
            if self.is_fixed(manifest) {
                let message = format!(
                    "The files of “{}” cannot change while it is being fetched or used.",
                    manifest.name
                );
                return Err(Failure::new(ErrorCode::InUse, message).about_model(&manifest.id));
            }
        }
        for manifest in models {
            let id = manifest.id.clone();
            self.library.add(manifest);
            self.adopt(&id, out);
            self.settle_hollow_job(&id, now, out);
        }
        self.schedule(now, out);
        Ok(Reply::Done)
    }

    /// Whether a manifest says something new about files that a job fetches or an engine reads.
    fn is_fixed(&self, manifest: &ModelManifest) -> bool {
        let id = &manifest.id;
        let changed = self.library.get(id).is_some_and(|known| {
            known.manifest.files != manifest.files || known.manifest.engine != manifest.engine
        });
        changed && (self.is_underway(id) || self.residency.holds(id) || self.conversations.is_wanted(id))
    }

    fn settle_by_user(
        &mut self,
        job_id: u64,
        what: &str,
        act: impl FnOnce(&mut Self, JobId) -> bool,
    ) -> Result<Reply, Failure> {
        let id = self.known_job(job_id)?;
        if act(self, id) {
            Ok(Reply::Done)
        } else {
            Err(self.not_allowed(id, what))
        }
    }

    fn not_allowed(&self, id: JobId, what: &str) -> Failure {
        let lifecycle = self.queue.get(id).map_or("", |job| job.lifecycle.shown().name());
        let message = format!("A download that is {lifecycle} cannot be {what}.");
        Failure::new(ErrorCode::InvalidInput, message).about_field("jobId", &id.to_string())
    }

    fn known_job(&self, id: u64) -> Result<JobId, Failure> {
        let known = self.queue.get(JobId(id)).map(|job| job.id);
        known.ok_or_else(|| {
            Failure::new(ErrorCode::NotFound, format!("There is no download {id}."))
                .about_field("jobId", &id.to_string())
        })
    }

    pub(super) fn known_id(&self, text: &str) -> Result<ModelId, Failure> {
        let id = ModelId::new(text).map_err(|reason| invalid_id("modelId", "model", text, reason))?;
        if self.library.get(&id).is_none() {
            return Err(self.unknown_model(text));
        }
        Ok(id)
    }

    fn open_id(&self, text: &str) -> Result<ConversationId, Failure> {
        let id = conversation_id_of(text)?;
        if self.conversations.get(&id).is_none() {
            return Err(Self::unknown_conversation(text));
        }
        Ok(id)
    }
}

fn unknown_answer(id: u64) -> Failure {
    Failure::new(ErrorCode::NotFound, format!("There was no answer {id}."))
        .about_field("answerId", &id.to_string())
}

fn conversation_id_of(text: &str) -> Result<ConversationId, Failure> {
    ConversationId::new(text).map_err(|reason| invalid_id("conversationId", "conversation", text, reason))
}

pub(super) fn engine_id_of(text: &str) -> Result<EngineId, Failure> {
    EngineId::new(text).map_err(|reason| invalid_id("engineId", "engine", text, reason))
}

pub(super) fn invalid_id(field: &str, what: &str, text: &str, reason: InvalidId) -> Failure {
    Failure::new(ErrorCode::InvalidInput, format!("The {what} id {reason}.")).about_field(field, text)
}
