//! The download queue at work: what enters it, whose turn it is, and what the worker is handed.
//!
//! The running job is in the worker's hands exactly while there is a worker and this tab leads. When either ends, the
//! job stays the running one under a new epoch, and is handed over again when both are back. A pull needs no worker: it
//! is in its server's hands while that is known and this tab leads. The queue is one: a head that cannot be begun now
//! lets those behind it pass.

use super::Engine;
use super::effect::Effect;
use super::event::Event;
use super::ids::{JobId, ModelId, Ticket, Timestamp};
use super::lifecycle::{Lifecycle, Transition};
use super::meter::Meter;
use super::protocol::ToWorker;
use super::queue::Place;
use super::snapshot::{JobOrigin, Phase};
use super::step::Outbox;

impl Engine {
    /// Gives the model's job, making or reviving one. Asking twice gives the same job (requirement Q2).
    pub(super) fn enqueue(
        &mut self,
        model: &ModelId,
        origin: JobOrigin,
        now: Timestamp,
        out: &mut Outbox,
    ) -> JobId {
        let existing = self
            .queue
            .of_model(model)
            .map(|job| (job.id, job.lifecycle.clone()));
        let id = match existing {
            Some((id, Lifecycle::Ready)) => {
                // It was cached once and is not any more: that story is over.
                self.drop_job(id, out);
                self.create_job(model, origin, out)
            }
            Some((id, Lifecycle::Paused(_))) => {
                self.resume_job(id, now, out);
                id
            }
            Some((id, Lifecycle::Failed(_) | Lifecycle::Canceled(_))) => {
                if let Some(job) = self.queue.get_mut(id) {
                    job.origin = origin;
                }
                self.revive_job(id, Place::Tail, out);
                id
            }
            Some((id, Lifecycle::Queued | Lifecycle::Downloading | Lifecycle::Compiling)) => id,
            None => self.create_job(model, origin, out),
        };
        // A download asked for by itself is never dropped with a selection, whoever asked first (requirement C6).
        if origin == JobOrigin::Download {
            self.keep_for_its_own_sake(id, out);
        }
        self.schedule(now, out);
        id
    }

    /// From now on a job counts as asked for by itself.
    pub(super) fn keep_for_its_own_sake(&mut self, id: JobId, out: &mut Outbox) {
        let job = self.queue.get_mut(id);
        if let Some(job) = job.filter(|job| job.origin != JobOrigin::Download) {
            job.origin = JobOrigin::Download;
            self.save_job(id, out);
        }
    }

    fn create_job(&mut self, model: &ModelId, origin: JobOrigin, out: &mut Outbox) -> JobId {
        let id = self.queue.create(model.clone(), origin);
        self.queued_event(id, out);
        self.save_job(id, out);
        id
    }

    pub(super) fn revive_job(&mut self, id: JobId, place: Place, out: &mut Outbox) {
        if self.queue.apply(id, Transition::Retry, place) {
            if let Some(job) = self.queue.get_mut(id) {
                job.meter = None;
                job.started = false;
                job.gave_up.clear();
            }
            self.queued_event(id, out);
            self.save_job(id, out);
        }
    }

    pub(super) fn queued_event(&mut self, id: JobId, out: &mut Outbox) {
        if let Some(job) = self.queue.get(id) {
            out.event(Event::DownloadQueued {
                job_id: id.0,
                model_id: job.model.to_string(),
                epoch: job.epoch,
                origin: job.origin,
            });
        }
    }

    /// Whether this tab may fetch, and there is a worker, or the server, to fetch the model of a job.
    pub(super) fn can_fetch(&self, id: JobId) -> bool {
        let Some(job) = self.queue.get(id).filter(|_| self.leading) else {
            return false;
        };
        if self.library.is_served(&job.model) {
            self.engine_for(&job.model).is_ok()
        } else {
            self.worker_ready
        }
    }

    /// Starts the first of the queue that can be begun when nothing runs (requirement Q1).
    pub(super) fn schedule(&mut self, now: Timestamp, out: &mut Outbox) {
        if !self.leading || self.queue.running().is_some() {
            return;
        }
        let mut order = self.queue.order().iter();
        if let Some(head) = order.find(|id| self.can_fetch(**id)).copied() {
            self.begin(head, Transition::Start, now, out);
        }
    }

    pub(super) fn begin(&mut self, id: JobId, transition: Transition, now: Timestamp, out: &mut Outbox) {
        if !self.queue.apply(id, transition, Place::Head) {
            return;
        }
        self.hand_over(id, now, out);
        if let Some(job) = self.queue.get(id) {
            out.event(Event::DownloadStarted {
                job_id: id.0,
                model_id: job.model.to_string(),
                epoch: job.epoch,
            });
        }
        self.progress_event(id, true, now, out);
        self.save_job(id, out);
    }

    fn hand_over(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) {
        let Some(job) = self.queue.get_mut(id) else { return };
        let Some(model) = self.library.get(&job.model) else {
            return;
        };
        job.started = true;
        job.handed = job.epoch;
        let (ticket, manifest) = (job.ticket(), &model.manifest);
        job.meter = Some(Meter::of(model, now));
        out.effects.push(match &manifest.served {
            Some(served) => Effect::Pull {
                ticket,
                engine: manifest.engine.clone(),
                model: manifest.id.clone(),
                name: served.name.clone(),
            },
            None => Effect::Worker(ToWorker::Start {
                ticket,
                model: manifest.id.clone(),
                files: manifest.files.clone(),
            }),
        });
    }

    /// Tells whoever carries out an attempt to stop.
    pub(super) fn stop_work(&self, ticket: Ticket, model: &ModelId, keep: bool, out: &mut Outbox) {
        if self.library.is_served(model) {
            out.effects.push(Effect::StopPull { ticket });
        } else if self.worker_ready {
            out.worker(ToWorker::Stop { ticket, keep });
        }
    }

    /// The running job is taken out of hand: whatever still comes for it is stale from now on.
    fn halt_running(&mut self, out: &mut Outbox) {
        let Some(job) = self.queue.running().and_then(|id| self.queue.get_mut(id)) else {
            return;
        };
        let (id, ticket, model, in_hand) = (job.id, job.ticket(), job.model.clone(), job.is_in_hand());
        job.epoch += 1;
        job.waiting = None;
        let here = job.meter.as_mut().map_or(0, |meter| {
            meter.stop();
            meter.here()
        });
        self.library.set_partial_bytes(&model, here);
        if in_hand {
            self.stop_work(ticket, &model, true, out);
        }
        self.save_job(id, out);
    }

    fn restart_running(&mut self, now: Timestamp, out: &mut Outbox) {
        let Some(id) = self.queue.running().filter(|id| self.can_fetch(*id)) else {
            return;
        };
        let Some(job) = self.queue.get_mut(id).filter(|job| !job.is_in_hand()) else {
            return;
        };
        job.epoch += 1;
        self.hand_over(id, now, out);
        self.progress_event(id, true, now, out);
        self.save_job(id, out);
    }

    /// The worker is gone. A pull is none of its business.
    pub(super) fn worker_lost(&mut self, out: &mut Outbox) {
        self.worker_ready = false;
        let running = self.queue.running().and_then(|id| self.queue.get(id));
        if !running.is_some_and(|job| self.library.is_served(&job.model)) {
            self.halt_running(out);
        }
    }

    /// Hands out work again after a new worker came or this tab took the lead.
    pub(super) fn take_up_work(&mut self, now: Timestamp, out: &mut Outbox) {
        self.restart_running(now, out);
        self.schedule(now, out);
    }

    pub(super) fn lead(&mut self, leading: bool, now: Timestamp, out: &mut Outbox) {
        if leading == self.leading {
            return;
        }
        if !leading {
            self.halt_running(out);
        }
        self.leading = leading;
        self.take_up_work(now, out);
    }

    pub(super) fn progress_event(&mut self, id: JobId, always: bool, now: Timestamp, out: &mut Outbox) {
        out.jobs.insert(id);
        let due = self
            .queue
            .get_mut(id)
            .and_then(|job| job.meter.as_mut())
            .map(|meter| meter.event_due(now, always));
        if due == Some(true)
            && let Some(progress) = self.queue.get(id).and_then(Self::progress)
        {
            out.event(Event::DownloadProgress { progress });
        }
    }

    /// The phase a job's progress is in.
    pub(super) fn phase(lifecycle: &Lifecycle) -> Phase {
        match lifecycle {
            Lifecycle::Compiling => Phase::Compiling,
            Lifecycle::Ready => Phase::Ready,
            _ => Phase::Downloading,
        }
    }
}
