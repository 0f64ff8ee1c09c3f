//! The download queue at work: what enters it, whose turn it is, and what the worker is handed.
//!
//! The running job is in the worker's hands exactly while there is a worker and this tab leads. When either ends, the
//! job stays the running one under a new epoch, and is handed over again when both are back.

use super::Engine;
use super::event::Event;
use super::ids::{JobId, ModelId, Timestamp};
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

    /// Whether there is a worker and this tab may use it.
    pub(super) fn can_fetch(&self) -> bool {
        self.worker_ready && self.leading
    }

    /// Starts the head of the queue when nothing runs (requirement Q1).
    pub(super) fn schedule(&mut self, now: Timestamp, out: &mut Outbox) {
        if !self.can_fetch() || self.queue.running().is_some() {
            return;
        }
        if let Some(head) = self.queue.order().first().copied() {
            self.begin(head, Transition::Start, now, out);
        }
    }

    pub(super) fn begin(&mut self, id: JobId, transition: Transition, now: Timestamp, out: &mut Outbox) {
        if !self.queue.apply(id, transition, Place::Head) {
            return;
        }
        self.hand_to_worker(id, now, out);
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

    fn hand_to_worker(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) {
        let Some(job) = self.queue.get_mut(id) else { return };
        let Some(model) = self.library.get(&job.model) else {
            return;
        };
        job.started = true;
        job.meter = Some(Meter::new(model.partial_bytes, model.manifest.total_bytes(), now));
        let message = ToWorker::Start {
            ticket: job.ticket(),
            model: job.model.clone(),
            files: model.manifest.files.clone(),
        };
        out.worker(message);
    }

    /// The running job leaves the worker's hands: whatever still comes for it is stale from now on.
    fn halt_running(&mut self, out: &mut Outbox) {
        let in_hand = self.can_fetch();
        let Some(job) = self.queue.running().and_then(|id| self.queue.get_mut(id)) else {
            return;
        };
        let (id, ticket, model) = (job.id, job.ticket(), job.model.clone());
        job.epoch += 1;
        job.waiting = None;
        let here = job.meter.as_mut().map_or(0, |meter| {
            meter.stop();
            meter.here()
        });
        self.library.set_partial_bytes(&model, here);
        if in_hand {
            out.worker(ToWorker::Stop { ticket, keep: true });
        }
        self.save_job(id, out);
    }

    fn restart_running(&mut self, now: Timestamp, out: &mut Outbox) {
        let Some(id) = self.queue.running().filter(|_| self.can_fetch()) else {
            return;
        };
        if let Some(job) = self.queue.get_mut(id) {
            job.epoch += 1;
        }
        self.hand_to_worker(id, now, out);
        self.progress_event(id, true, now, out);
        self.save_job(id, out);
    }

    pub(super) fn worker_lost(&mut self, out: &mut Outbox) {
        self.worker_ready = false;
        self.halt_running(out);
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
