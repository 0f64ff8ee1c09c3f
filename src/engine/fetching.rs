//! The download queue at work: what enters it, whose turn it is, and what the transfer worker reports.

use super::Engine;
use super::command::Reply;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{JobId, ModelId, Ticket, Timestamp};
use super::lifecycle::{Lifecycle, Transition};
use super::meter::Meter;
use super::protocol::{FromWorker, StoredFile, ToWorker, Waiting};
use super::queue::Place;
use super::record::{Persist, RECORD_VERSION, RefRecord};
use super::snapshot::{CancelReason, JobOrigin, Phase};
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

    fn revive_job(&mut self, id: JobId, place: Place, out: &mut Outbox) {
        if self.queue.apply(id, Transition::Retry, place) {
            if let Some(job) = self.queue.get_mut(id) {
                job.meter = None;
                job.started = false;
                job.committed.clear();
            }
            self.queued_event(id, out);
        }
    }

    fn queued_event(&mut self, id: JobId, out: &mut Outbox) {
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

    fn begin(&mut self, id: JobId, transition: Transition, now: Timestamp, out: &mut Outbox) {
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

    /// What the worker reports of a transfer, if it is the current one.
    pub(super) fn transfer_says(
        &mut self,
        ticket: Ticket,
        message: FromWorker,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(job) = self.queue.accept(ticket) else {
            out.stale = true;
            return;
        };
        let id = job.id;
        match message {
            FromWorker::Progress {
                downloaded_bytes,
                total_bytes,
                ..
            } => {
                if let Some(meter) = &mut job.meter {
                    if downloaded_bytes > meter.downloaded() {
                        job.waiting = None;
                    }
                    meter.report(downloaded_bytes, total_bytes, now);
                }
                self.progress_event(id, false, now, out);
            }
            FromWorker::Waits { waiting, .. } => self.transfer_waits(id, waiting, now, out),
            FromWorker::Committed { file, .. } => {
                job.committed.push(file.digest);
                self.library.add_blob(&file);
                out.storage = true;
            }
            FromWorker::Finished { files, .. } => self.transfer_finished(id, files, now, out),
            FromWorker::Failed { failure, .. } => self.transfer_failed(id, failure, now, out),
            _ => {}
        }
    }

    fn transfer_waits(&mut self, id: JobId, waiting: Waiting, now: Timestamp, out: &mut Outbox) {
        let Some(job) = self.queue.get_mut(id) else { return };
        job.waiting = Some(waiting.clone());
        if let Some(meter) = &mut job.meter {
            meter.stop();
        }
        out.event(Event::DownloadWaiting {
            job_id: id.0,
            model_id: job.model.to_string(),
            epoch: job.epoch,
            waiting,
        });
        self.progress_event(id, false, now, out);
    }

    fn transfer_finished(&mut self, id: JobId, files: Vec<StoredFile>, now: Timestamp, out: &mut Outbox) {
        let Some(job) = self.queue.get_mut(id) else { return };
        let model = job.model.clone();
        if let Some(meter) = &mut job.meter {
            meter.complete();
        }
        job.committed.clear();
        for file in &files {
            self.library.add_blob(file);
        }
        self.library.set_stored(&model, Some(files.clone()));
        self.library.set_partial_bytes(&model, 0);
        out.persist(Persist::Ref(RefRecord {
            v: RECORD_VERSION,
            model: model.clone(),
            files,
        }));
        out.storage = true;
        self.progress_event(id, true, now, out);
        self.queue.apply(id, Transition::Compile, Place::Tail);
        self.compile(id, &model, now, out);
        self.schedule(now, out);
    }

    /// The bytes are here. If a conversation waits for the model and its engine takes nothing else in on behalf of a
    /// job, the job stays until it is loaded; otherwise it is done, and what is wanted goes on without it.
    fn compile(&mut self, id: JobId, model: &ModelId, now: Timestamp, out: &mut Outbox) {
        out.jobs.insert(id);
        if let Some(job) = self.queue.get(id) {
            out.event(Event::DownloadCompiling {
                job_id: id.0,
                model_id: model.to_string(),
                epoch: job.epoch,
            });
        }
        let wanted = self.conversations.is_wanted(model);
        let slot = self
            .engine_for(model)
            .ok()
            .and_then(|engine| self.residency.slots.get_mut(&engine));
        match slot {
            Some(slot) if wanted && slot.compiling.is_none() => slot.compiling = Some(id),
            _ => self.finish_job(id, now, out),
        }
        self.save_job(id, out);
        if wanted {
            self.want_loaded(model, out);
        }
    }

    /// Compiling ends in ready.
    pub(super) fn finish_job(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) {
        if !self.queue.apply(id, Transition::Finish, Place::Tail) {
            return;
        }
        if let Some(job) = self.queue.get(id) {
            out.event(Event::DownloadReady {
                job_id: id.0,
                model_id: job.model.to_string(),
                epoch: job.epoch,
            });
        }
        out.jobs.insert(id);
        self.save_job(id, out);
        self.schedule(now, out);
    }

    fn transfer_failed(&mut self, id: JobId, failure: Failure, now: Timestamp, out: &mut Outbox) {
        let Some(job) = self.queue.get(id) else { return };
        let (model, epoch) = (job.model.clone(), job.epoch);
        let here = job.meter.as_ref().map_or(0, Meter::downloaded);
        let failure = failure.about_model(&model);
        if failure.code == ErrorCode::StorageFull {
            self.queue
                .apply(id, Transition::Pause(Some(failure.clone())), Place::Head);
            self.library.set_partial_bytes(&model, here);
            out.event(Event::DownloadPaused {
                job_id: id.0,
                model_id: model.to_string(),
                epoch,
                failure: Some(failure),
            });
            self.save_job(id, out);
        } else {
            // Wrong bytes are not kept; whatever else failed leaves a partial file that a retry goes on from.
            let wrong_bytes = matches!(
                failure.code,
                ErrorCode::Integrity | ErrorCode::SizeMismatch | ErrorCode::NotAModel
            );
            self.library
                .set_partial_bytes(&model, if wrong_bytes { 0 } else { here });
            self.fail_job(id, &failure, out);
        }
        self.schedule(now, out);
    }

    /// Settles a job as failed and tells whoever waited for its model.
    pub(super) fn fail_job(&mut self, id: JobId, failure: &Failure, out: &mut Outbox) {
        let Some(job) = self.queue.get_mut(id) else { return };
        let (model, epoch) = (job.model.clone(), job.epoch);
        if let Some(meter) = &mut job.meter {
            meter.stop();
        }
        if !self
            .queue
            .apply(id, Transition::Fail(failure.clone()), Place::Tail)
        {
            return;
        }
        out.event(Event::DownloadFailed {
            job_id: id.0,
            model_id: model.to_string(),
            epoch,
            failure: failure.clone(),
        });
        self.save_job(id, out);
        self.give_up_waiting(
            &model,
            &SelectionOutcome::Failed {
                failure: failure.clone(),
            },
            out,
        );
    }

    /// Settles a job as canceled at once; nothing is waited for (requirement Q4).
    pub(super) fn cancel_job(
        &mut self,
        id: JobId,
        reason: CancelReason,
        now: Timestamp,
        out: &mut Outbox,
    ) -> bool {
        let Some(job) = self.queue.get(id) else {
            return false;
        };
        let (ticket, model) = (job.ticket(), job.model.clone());
        let committed = job.committed.clone();
        let was_running = self.queue.running() == Some(id);
        let was_compiling = job.lifecycle == Lifecycle::Compiling;
        if !self.queue.apply(id, Transition::Cancel(reason), Place::Tail) {
            return false;
        }
        if was_running {
            out.worker(ToWorker::Stop { ticket, keep: false });
        } else if !was_compiling {
            self.discard_partial(&model, out);
        }
        if !was_compiling {
            self.library.set_partial_bytes(&model, 0);
            self.delete_unreferenced(None, committed, out);
        }
        out.event(Event::DownloadCanceled {
            job_id: id.0,
            model_id: model.to_string(),
            epoch: ticket.epoch,
            reason,
        });
        for slot in self.residency.slots.values_mut() {
            slot.compiling.take_if(|compiling| *compiling == id);
        }
        self.save_job(id, out);
        self.save_order(out);
        self.give_up_waiting(&model, &SelectionOutcome::Canceled, out);
        self.unwanted(&model, now, out);
        self.schedule(now, out);
        true
    }

    pub(super) fn pause_job(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) -> bool {
        let Some(job) = self.queue.get_mut(id) else {
            return false;
        };
        let (ticket, model) = (job.ticket(), job.model.clone());
        if !self.queue.apply(id, Transition::Pause(None), Place::Head) {
            return false;
        }
        let here = self
            .queue
            .get_mut(id)
            .and_then(|job| job.meter.as_mut())
            .map_or(0, |meter| {
                meter.stop();
                meter.downloaded()
            });
        self.library.set_partial_bytes(&model, here);
        out.worker(ToWorker::Stop { ticket, keep: true });
        out.event(Event::DownloadPaused {
            job_id: id.0,
            model_id: model.to_string(),
            epoch: ticket.epoch,
            failure: None,
        });
        self.save_job(id, out);
        self.schedule(now, out);
        true
    }

    pub(super) fn resume_job(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) -> bool {
        let paused = self
            .queue
            .get(id)
            .is_some_and(|job| matches!(job.lifecycle, Lifecycle::Paused(_)));
        if !paused {
            return false;
        }
        if self.worker_ready && self.leading && self.queue.running().is_none() {
            self.begin(id, Transition::Resume { at_once: true }, now, out);
        } else {
            self.queue
                .apply(id, Transition::Resume { at_once: false }, Place::Head);
            self.queued_event(id, out);
            self.save_job(id, out);
            self.save_order(out);
        }
        true
    }

    /// Starts a failed or canceled job again, at the head. The conversations whose wish ended with it and that have
    /// wished for nothing since want it again.
    pub(super) fn retry_job(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) -> Option<Reply> {
        let job = self.queue.get_mut(id)?;
        if !matches!(job.lifecycle, Lifecycle::Failed(_) | Lifecycle::Canceled(_)) {
            return None;
        }
        let (model, gave_up) = (job.model.clone(), std::mem::take(&mut job.gave_up));
        self.revive_job(id, Place::Head, out);
        for (conversation, number) in gave_up {
            let unchanged = |c: &super::conversations::Conversation| c.intent == number && !c.pending;
            if !self.conversations.get(&conversation).is_some_and(unchanged) {
                continue;
            }
            if let Some(intent) = self.conversations.want(&conversation, model.clone()) {
                out.event(Event::ModelSelected {
                    conversation_id: conversation.to_string(),
                    model_id: model.to_string(),
                    intent,
                    download_needed: !self.library.is_cached(&model),
                });
                self.save_conversation(&conversation, out);
            }
        }
        self.save_job(id, out);
        self.save_order(out);
        self.schedule(now, out);
        let job = self.queue.get(id)?;
        Some(Reply::Job {
            job_id: id.0,
            epoch: job.epoch,
        })
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
