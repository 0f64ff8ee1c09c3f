//! Derives what the app sees from the state.

use super::Engine;
use super::ids::{ConversationId, EngineId, JobId, ModelId};
use super::lifecycle::Lifecycle;
use super::map::Map;
use super::queue::Job;
use super::residency::SlotState;
use super::snapshot::{
    ConversationState, EngineState, JobState, ModelState, Patch, Presence, Progress, Residency, RouteState,
};
use super::step::Outbox;

impl Engine {
    /// What of the snapshot a step changed.
    pub(super) fn patch(&self, out: &Outbox) -> Patch {
        let places = Places::new(self.queue.order(), out.jobs.len());
        Patch {
            models: out
                .models
                .iter()
                .map(|id| (id.as_str().to_owned(), self.model_state(id)))
                .collect(),
            conversations: out
                .conversations
                .iter()
                .map(|id| (id.to_string(), self.conversation_state(id)))
                .collect(),
            jobs: out
                .jobs
                .iter()
                .map(|id| (id.0, self.job_state(*id, &places)))
                .collect(),
            engines: out
                .engines
                .iter()
                .map(|id| (id.to_string(), self.engine_state(id)))
                .collect(),
            profiles: out
                .profiles
                .then(|| self.routes.router.profiles.iter().cloned().collect()),
            storage: self.storage.as_ref().filter(|_| out.storage).map(|storage| {
                let mut storage = storage.clone();
                storage.used_bytes = self.library.used_bytes();
                storage
            }),
            stale_dropped: out.stale.then(|| self.queue.stale_dropped()),
        }
    }

    fn model_state(&self, id: &ModelId) -> Option<ModelState> {
        let model = self.library.get(id)?;
        let (presence, present_bytes) = self.library.presence(id);
        let served = model.manifest.served.as_deref();
        // What a server has is checked by nobody here.
        let stored = self
            .library
            .stored(id)
            .filter(|_| presence == Presence::Cached && served.is_none());
        let slot = self
            .residency
            .slots
            .get(&model.manifest.engine)
            .filter(|slot| slot.model() == Some(id));
        Some(ModelState {
            id: id.as_str().to_owned(),
            name: model.manifest.name.clone(),
            description: model.manifest.description.clone(),
            engine: model.manifest.engine.as_str().to_owned(),
            served: served.is_some(),
            context_window: model
                .manifest
                .context_window
                .or_else(|| served.and_then(|served| served.served_context.or(served.context_window))),
            size_bytes: model.manifest.total_bytes(),
            presence,
            present_bytes,
            verified: stored.map(|files| files.iter().all(|file| file.verified)),
            residency: slot.map_or(Residency::Unloaded, |slot| residency(&slot.state)),
            job_id: self.queue.of_model(id).map(|job| job.id.0),
            in_use: self.in_use(id),
        })
    }

    fn conversation_state(&self, id: &ConversationId) -> Option<ConversationState> {
        let conversation = self.conversations.get(id)?;
        Some(ConversationState {
            id: id.to_string(),
            active_model: conversation.active.as_ref().map(ToString::to_string),
            requested_model: conversation.requested.as_ref().map(ToString::to_string),
            intent: conversation.intent,
            answering: !conversation.answers.is_empty(),
            route: conversation.route.as_ref().map(|route| RouteState {
                profile: route.profile.clone(),
                model_id: route.model.to_string(),
                explanation: route.explanation.clone(),
            }),
        })
    }

    fn job_state(&self, id: JobId, places: &Places) -> Option<JobState> {
        let job = self.queue.get(id)?;
        let position = places.of(id).filter(|_| job.lifecycle == Lifecycle::Queued);
        Some(JobState {
            id: id.0,
            model_id: job.model.to_string(),
            epoch: job.epoch,
            lifecycle: job.lifecycle.shown(),
            origin: job.origin,
            position: position.and_then(|position| u32::try_from(position).ok()),
            progress: Self::progress(job),
            waiting: job.waiting.clone(),
            failure: match &job.lifecycle {
                Lifecycle::Failed(failure) => Some(failure.clone()),
                Lifecycle::Paused(failure) => failure.clone(),
                _ => None,
            },
            cancel_reason: match job.lifecycle {
                Lifecycle::Canceled(reason) => Some(reason),
                _ => None,
            },
        })
    }

    pub(super) fn progress(job: &Job) -> Option<Progress> {
        let meter = job.meter.as_ref()?;
        Some(Progress {
            job_id: job.id.0,
            model_id: job.model.to_string(),
            epoch: job.epoch,
            percentage: meter.percentage(),
            downloaded_bytes: meter.shown(),
            total_bytes: meter.total(),
            speed: meter.speed(),
            eta_seconds: meter.eta_seconds(),
            phase: Self::phase(&job.lifecycle),
            timestamp: meter.reported_at(),
        })
    }

    fn engine_state(&self, id: &EngineId) -> Option<EngineState> {
        let slot = self.residency.slots.get(id)?;
        let answers = self
            .residency
            .answers
            .values()
            .filter(|answer| answer.engine == *id)
            .count();
        Some(EngineState {
            id: id.to_string(),
            model: slot.model().map(ToString::to_string),
            residency: residency(&slot.state),
            load_fraction: match slot.state {
                SlotState::Loading { fraction, .. } => fraction,
                _ => None,
            },
            answers: u32::try_from(answers).unwrap_or(u32::MAX),
            serves: slot.server.is_some(),
            reach: slot.server.map(|server| server.reach),
            cool_downs: slot.cool_downs.shown(),
        })
    }
}

/// The places of the queued jobs. A few are searched for, many are indexed: a long queue whose head leaves has a new
/// place for each of its jobs.
enum Places<'a> {
    Searched(&'a [JobId]),
    Indexed(Map<JobId, usize>),
}

impl<'a> Places<'a> {
    fn new(order: &'a [JobId], asked: usize) -> Self {
        if asked > 16 {
            Self::Indexed(order.iter().enumerate().map(|(place, id)| (*id, place)).collect())
        } else {
            Self::Searched(order)
        }
    }

    fn of(&self, id: JobId) -> Option<usize> {
        match self {
            Self::Searched(order) => order.iter().position(|queued| *queued == id),
            Self::Indexed(places) => places.get(&id).copied(),
        }
    }
}

fn residency(state: &SlotState) -> Residency {
    match state {
        SlotState::Empty | SlotState::Leaving { .. } => Residency::Unloaded,
        SlotState::Loading { .. } => Residency::Loading,
        SlotState::Resident { .. } => Residency::Resident,
    }
}
