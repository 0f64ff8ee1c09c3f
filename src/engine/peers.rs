//! What another tab of the origin stored or fetches: this tab takes it over.
//!
//! All tabs store under the same names, one of them fetches. A change that another tab has stored comes in here; what
//! follows from it is decided by the same rules as at home, and storing it again changes nothing. A job that another
//! tab works on is shown as running; when that tab goes, whoever leads next starts it again under a new epoch.

use super::Engine;
use super::conversations::Conversation;
use super::event::Event;
use super::ids::{ConversationId, JobId, ModelId, Timestamp};
use super::lifecycle::{Lifecycle, Transition};
use super::meter::Meter;
use super::protocol::StoredBlob;
use super::queue::Place;
use super::record::{ConversationRecord, JobRecord, JobStanding, Persist, RefRecord};
use super::step::Outbox;

impl Engine {
    /// Another tab stored a change.
    pub(super) fn peer_stored(&mut self, change: Persist, now: Timestamp, out: &mut Outbox) {
        match change {
            Persist::Conversation(record) => self.peer_conversation(record, now, out),
            Persist::NoConversation(id) => {
                // A conversation nobody knows here is no fault of the other tab's.
                let _ = self.remove_conversation(&id, now, out);
            }
            Persist::Job(record) => self.peer_job(*record, now, out),
            Persist::NoJob(id) => self.peer_no_job(id, out),
            Persist::Order(order) => {
                let moved = self.queue.adopt_order(&order);
                out.jobs.extend(moved);
            }
            Persist::Ref(record) => self.peer_ref(record, now, out),
            Persist::NoRef(id) => {
                let freed = self.library.set_stored(&id, None);
                self.library.drop_blobs(&freed);
                self.settle_hollow_job(&id, now, out);
                out.models.insert(id);
                out.storage = true;
            }
        }
    }

    /// The newest number wins (requirement C2). The tab that made the wish pursues it; this one shows it.
    fn peer_conversation(&mut self, record: ConversationRecord, now: Timestamp, out: &mut Outbox) {
        let id: ConversationId = record.id.clone();
        let here = self.conversations.get(&id).cloned();
        if here
            .as_ref()
            .is_some_and(|here| here.intent >= record.intent && (here.pending || record.pending))
        {
            return;
        }
        if here.as_ref().is_some_and(|here| here.intent > record.intent) {
            return;
        }
        let wished = self.supersede_wish(&id, out);
        let answers = here.map(|here| here.answers).unwrap_or_default();
        let conversation = Conversation {
            pending: false,
            answers,
            ..Conversation::stored(record)
        };
        self.conversations.insert(id.clone(), conversation);
        out.conversations.insert(id);
        if let Some(model) = wished {
            self.unwanted(&model, now, out);
        }
    }

    fn peer_job(&mut self, record: JobRecord, now: Timestamp, out: &mut Outbox) {
        let model = record.manifest.id.clone();
        match self
            .queue
            .of_model(&model)
            .map(|job| (job.id, job.lifecycle.clone()))
        {
            Some((id, lifecycle)) if id == record.id => {
                self.peer_job_moved(id, &lifecycle, &record, now, out);
            }
            // Two tabs made a job for one model at once: the leading tab's counts, and it says so.
            Some((id, _)) if self.leading => self.save_job(id, out),
            Some((id, _)) => {
                self.queue.remove(id);
                out.jobs.insert(id);
                self.admit(record, now, out);
            }
            None if self.library.is_cached(&model) && !self.library.is_served(&model) => {}
            None => self.admit(record, now, out),
        }
        self.schedule(now, out);
    }

    fn admit(&mut self, record: JobRecord, now: Timestamp, out: &mut Outbox) {
        let (id, running) = (
            record.id,
            matches!(record.standing, JobStanding::Queued) && record.started,
        );
        self.restore_job(record, out);
        self.queue.line_up(id);
        if running {
            self.run_elsewhere(id, now, out);
        }
    }

    /// Another tab moved a job that both know.
    fn peer_job_moved(
        &mut self,
        id: JobId,
        here: &Lifecycle,
        record: &JobRecord,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        match (&record.standing, here) {
            (JobStanding::Canceled { reason }, here) if !here.is_settled() => {
                self.cancel_job(id, *reason, now, out);
            }
            (JobStanding::Failed { failure }, Lifecycle::Queued | Lifecycle::Downloading) => {
                self.fail_job(id, &failure.clone(), out);
            }
            (JobStanding::Paused { .. }, Lifecycle::Downloading) => {
                self.pause_job(id, now, out);
            }
            (JobStanding::Queued, Lifecycle::Paused(_)) => {
                self.resume_job(id, now, out);
            }
            (JobStanding::Queued, Lifecycle::Failed(_) | Lifecycle::Canceled(_)) => {
                self.retry_job(id, now, out);
            }
            (JobStanding::Queued, Lifecycle::Queued) if record.started => self.run_elsewhere(id, now, out),
            (JobStanding::Ready, here) if !here.is_settled() => {
                self.library.set_here(&record.manifest.id, true);
                self.done_elsewhere(id, &record.manifest.id, now, out);
            }
            _ => {}
        }
    }

    /// Shows a job as running that the leading tab runs.
    fn run_elsewhere(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) {
        if self.leading
            || self.queue.running().is_some()
            || !self.queue.apply(id, Transition::Start, Place::Head)
        {
            return;
        }
        let Some(job) = self.queue.get_mut(id) else { return };
        job.started = true;
        job.meter = self.library.get(&job.model).map(|model| Meter::of(model, now));
        out.event(Event::DownloadStarted {
            job_id: id.0,
            model_id: job.model.to_string(),
            epoch: job.epoch,
        });
        self.progress_event(id, true, now, out);
    }

    /// How far the leading tab is with a job.
    pub(super) fn peer_progressed(
        &mut self,
        id: JobId,
        downloaded_bytes: u64,
        total_bytes: Option<u64>,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        if self.leading {
            return;
        }
        self.run_elsewhere(id, now, out);
        if self.queue.running() != Some(id) {
            return;
        }
        if let Some(meter) = self.queue.get_mut(id).and_then(|job| job.meter.as_mut()) {
            meter.report(downloaded_bytes, total_bytes, now);
        }
        self.progress_event(id, false, now, out);
    }

    /// Another tab took a settled job off the list. One that still runs here is settled by its reference.
    fn peer_no_job(&mut self, id: JobId, out: &mut Outbox) {
        let settled = self.queue.get(id).is_some_and(|job| job.lifecycle.is_settled());
        if settled
            && !self
                .queue
                .get(id)
                .is_some_and(|job| job.lifecycle == Lifecycle::Ready)
        {
            self.queue.remove(id);
            out.jobs.insert(id);
        }
    }

    /// Another tab has all files of a model: so has this one, and a job for it is done.
    fn peer_ref(&mut self, record: RefRecord, now: Timestamp, out: &mut Outbox) {
        let model = record.model;
        for file in &record.files {
            self.library.add_blob(StoredBlob {
                digest: file.digest,
                size_bytes: file.size_bytes,
            });
        }
        self.library.set_partial_bytes(&model, 0);
        self.library.set_stored(&model, Some(record.files));
        out.models.insert(model.clone());
        out.storage = true;
        let job = self
            .queue
            .of_model(&model)
            .map(|job| job.id)
            .filter(|_| self.library.is_cached(&model));
        if let Some(id) = job {
            self.done_elsewhere(id, &model, now, out);
        }
    }

    /// Another tab did the work of a job.
    fn done_elsewhere(&mut self, id: JobId, model: &ModelId, now: Timestamp, out: &mut Outbox) {
        if self
            .queue
            .get(id)
            .is_some_and(|job| job.lifecycle == Lifecycle::Queued)
        {
            self.queue.apply(id, Transition::Start, Place::Head);
        }
        if self.queue.apply(id, Transition::Compile, Place::Tail) {
            if let Some(meter) = self.queue.get_mut(id).and_then(|job| job.meter.as_mut()) {
                meter.complete(now);
            }
            self.progress_event(id, true, now, out);
            self.compile(id, model, now, out);
        }
    }
}
