//! The download queue at work: what enters it, whose turn it is, and what the worker is handed.

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
        if let Some(job) = self.queue.get_mut(id).filter(|_| origin == JobOrigin::Download) {
            job.origin = origin;
        }
        self.save_job(id, out);
        self.save_order(out);
        self.schedule(now, out);
        id
    }

    fn create_job(&mut self, model: &ModelId, origin: JobOrigin, out: &mut Outbox) -> JobId {
        let id = self.queue.create(model.clone(), origin);
        self.queued_event(id, out);
        id
    }

    pub(super) fn revive_job(&mut self, id: JobId, place: Place, out: &mut Outbox) {
        if self.queue.apply(id, Transition::Retry, place) {
            if let Some(job) = self.queue.get_mut(id) {
                job.meter = None;
                job.started = false;
                job.committed.clear();
            }
            self.queued_event(id, out);
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

    /// Starts the head of the queue when nothing runs (requirement Q1).
    pub(super) fn schedule(&mut self, now: Timestamp, out: &mut Outbox) {
        if !self.worker_ready || !self.leading || self.queue.running().is_some() {
            return;
        }
        if let Some(head) = self.queue.order().first().copied() {
            self.begin(head, Transition::Start, now, out);
            self.save_order(out);
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

    /// After the worker was lost the running job starts again under a new epoch: the old worker's words are stale.
    pub(super) fn restart_running(&mut self, now: Timestamp, out: &mut Outbox) {
        let Some(id) = self.queue.running() else { return };
        if let Some(job) = self.queue.get_mut(id) {
            job.epoch += 1;
            job.waiting = None;
        }
        self.hand_to_worker(id, now, out);
        self.progress_event(id, true, now, out);
        self.save_job(id, out);
    }

    pub(super) fn lead(&mut self, leading: bool, now: Timestamp, out: &mut Outbox) {
        self.leading = leading;
        self.schedule(now, out);
    }

    pub(super) fn progress_event(&mut self, id: JobId, always: bool, now: Timestamp, out: &mut Outbox) {
        out.jobs.insert(id);
        let due = self
            .queue
            .get_mut(id)
            .and_then(|job| job.meter.as_mut())
            .map(|meter| meter.event_due(now, always));
        if due == Some(true)
            && let Some(progress) = self.queue.get(id).and_then(|job| Self::progress(job, now))
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
