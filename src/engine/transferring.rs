//! What the transfer worker reports of the running job, and what becomes of it.

use super::Engine;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{JobId, ModelId, Ticket, Timestamp};
use super::lifecycle::Transition;
use super::meter::Meter;
use super::protocol::{FromWorker, StoredBlob, StoredFile, Waiting};
use super::queue::Place;
use super::step::Outbox;

impl Engine {
    /// What the worker reports of a transfer, if it is the current one.
    pub(super) fn transfer_says(
        &mut self,
        ticket: Ticket,
        message: FromWorker,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(job) = self.queue.accept(ticket) else {
            self.count_stale(out);
            return;
        };
        let id = job.id;
        match message {
            FromWorker::Progress {
                downloaded_bytes,
                total_bytes,
                ..
            } => {
                if let Some(meter) = &mut job.meter
                    && meter.report(downloaded_bytes, total_bytes, now)
                {
                    job.waiting = None;
                }
                self.progress_event(id, false, now, out);
            }
            FromWorker::Waits { waiting, .. } => self.transfer_waits(id, waiting, now, out),
            FromWorker::Committed { file, .. } => {
                job.committed.push(file.digest);
                self.library.add_blob(blob_of(&file));
                out.storage = true;
            }
            FromWorker::Finished { files, .. } => self.transfer_finished(id, files, now, out),
            FromWorker::Failed {
                failure, kept_bytes, ..
            } => self.transfer_failed(id, failure, kept_bytes, now, out),
            _ => {}
        }
    }

    /// What is reported of a pull: in the words of a worker, as far as a server knows them.
    pub(super) fn pull_says(&mut self, message: FromWorker, now: Timestamp, out: &mut Outbox) {
        match message {
            FromWorker::Progress { ticket, .. }
            | FromWorker::Waits { ticket, .. }
            | FromWorker::Finished { ticket, .. }
            | FromWorker::Failed { ticket, .. } => self.transfer_says(ticket, message, now, out),
            _ => self.count_stale(out),
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
        if !self.library.is_whole(&model, &files) {
            let message = format!("The files of “{model}” that arrived are not those of its manifest.");
            let failure = Failure::new(ErrorCode::Integrity, message);
            return self.transfer_failed(id, failure, None, now, out);
        }
        if let Some(meter) = &mut job.meter {
            meter.complete(now);
        }
        job.committed.clear();
        self.library.set_partial_bytes(&model, 0);
        if self.library.is_served(&model) {
            self.library.set_here(&model, true);
        } else {
            for file in &files {
                self.library.add_blob(blob_of(file));
            }
            self.keep_files(&model, files, out);
            out.storage = true;
        }
        self.progress_event(id, true, now, out);
        self.queue.apply(id, Transition::Compile, Place::Tail);
        self.compile(id, &model, now, out);
        self.schedule(now, out);
    }

    /// The bytes are here. If a conversation waits for the model and its engine takes nothing else in on behalf of a
    /// job, the job stays until it is loaded; otherwise it is done, and what is wanted goes on without it.
    pub(super) fn compile(&mut self, id: JobId, model: &ModelId, now: Timestamp, out: &mut Outbox) {
        self.save_job(id, out);
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
            Some(slot) if wanted && slot.compiling.is_none() && slot.server.is_none() => {
                slot.compiling = Some(id);
            }
            _ => self.finish_job(id, now, out),
        }
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
        self.save_job(id, out);
        self.schedule(now, out);
    }

    fn transfer_failed(
        &mut self,
        id: JobId,
        failure: Failure,
        kept_bytes: Option<u64>,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(job) = self.queue.get(id) else { return };
        let (model, epoch) = (job.model.clone(), job.epoch);
        // What came since the last checkpoint is not gone on with.
        let here = kept_bytes.unwrap_or_else(|| job.meter.as_ref().map_or(0, Meter::here));
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
            if wrong_bytes {
                let files = self.library.get(&model).map(|known| known.manifest.files.clone());
                self.library.forget_partials(&files.unwrap_or_default());
            } else {
                self.library.set_partial_bytes(&model, here);
            }
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
}

fn blob_of(file: &StoredFile) -> StoredBlob {
    StoredBlob {
        digest: file.digest,
        size_bytes: file.size_bytes,
    }
}
