//! Starting: what was stored is taken in, then what the worker finds on the disk.

use super::Engine;
use super::conversations::Conversation;
use super::event::SelectionOutcome;
use super::failure::Failure;
use super::ids::{ModelId, Timestamp};
use super::lifecycle::Lifecycle;
use super::map::Set;
use super::meter::Meter;
use super::protocol::{FromWorker, PartialFile, StoredBlob, StoredFile, WeightsBackEnd};
use super::queue::Job;
use super::record::{JobRecord, JobStanding, Persist, RECORD_VERSION, RefRecord, Stored};
use super::step::Outbox;

impl Engine {
    /// Takes in what was stored. Running jobs wait for their turn again, under a new epoch.
    pub(super) fn restore(&mut self, stored: Stored, out: &mut Outbox) {
        for entry in stored.refs {
            self.library.set_stored(&entry.model, Some(entry.files));
        }
        for job in stored.jobs {
            self.restore_job(job, out);
        }
        self.queue.set_order(&stored.order);
        for record in stored.conversations {
            let id = record.id.clone();
            out.conversations.insert(id.clone());
            self.conversations.insert(id, Conversation::stored(record));
        }
        for id in self.conversations.wanted() {
            self.activate_served(&id, out);
        }
    }

    pub(super) fn restore_job(&mut self, record: JobRecord, out: &mut Outbox) {
        let model = record.manifest.id.clone();
        // Two records of one model can only come from two tabs that wrote at once: the newer one counts.
        if let Some(other) = self.queue.of_model(&model).map(|job| job.id) {
            let older = other.min(record.id);
            self.queue.remove(older);
            out.jobs.insert(older);
            out.persist(Persist::NoJob(older));
            if other > record.id {
                return;
            }
        }
        if matches!(record.standing, JobStanding::Ready) {
            out.persist(Persist::NoJob(record.id));
            return;
        }
        if self.library.get(&model).is_none() {
            self.library.add(record.manifest);
        }
        let lifecycle = match record.standing {
            JobStanding::Ready => Lifecycle::Ready,
            JobStanding::Queued => Lifecycle::Queued,
            JobStanding::Paused { failure } => Lifecycle::Paused(failure),
            JobStanding::Failed { failure } => Lifecycle::Failed(failure),
            JobStanding::Canceled { reason } => Lifecycle::Canceled(reason),
        };
        out.jobs.insert(record.id);
        out.models.insert(model.clone());
        self.queue.restore(Job {
            id: record.id,
            epoch: record.epoch + 1,
            model,
            origin: record.origin,
            lifecycle,
            started: record.started,
            handed: 0,
            meter: None,
            waiting: None,
            committed: Vec::new(),
            gave_up: Vec::new(),
        });
    }

    /// The worker found out what the disk holds: the first time after the start, and whenever it was started anew.
    fn worker_found(
        &mut self,
        blobs: &[StoredBlob],
        partials: &[PartialFile],
        now: Timestamp,
        out: &mut Outbox,
    ) {
        self.worker_lost(out);
        self.worker_ready = true;
        self.library.set_disk(blobs, partials);
        out.storage = true;
        self.settle_debts(out);
        self.library.measure_all();
        let ids: Set<ModelId> = self.library.ids().cloned().collect();
        for id in ids.iter() {
            self.settle_reference(id, now, out);
            self.measure_job(id, now, out);
        }
        out.models.extend(ids);
        for id in self.conversations.wanted() {
            self.settle_restored_wish(&id, now, out);
        }
        self.take_up_work(now, out);
    }

    /// Sets a model's reference. Blobs that only the old one named are deleted.
    pub(super) fn keep_files(&mut self, id: &ModelId, files: Vec<StoredFile>, out: &mut Outbox) {
        let freed = self.library.set_stored(id, Some(files.clone()));
        out.persist(Persist::Ref(RefRecord {
            v: RECORD_VERSION,
            model: id.clone(),
            files,
        }));
        if !freed.is_empty() {
            self.delete_blobs(None, freed, out);
        }
    }

    /// Takes whole blobs for the model's own where no reference says so yet.
    pub(super) fn adopt(&mut self, id: &ModelId, out: &mut Outbox) {
        if self.worker_ready
            && !self.library.is_cached(id)
            && let Some(files) = self.library.adoptable(id)
        {
            self.keep_files(id, files, out);
        }
    }

    /// Adopts blobs whose reference was never written, and drops a reference whose blobs are gone.
    fn settle_reference(&mut self, id: &ModelId, now: Timestamp, out: &mut Outbox) {
        self.adopt(id, out);
        if self.library.is_broken(id) {
            let freed = self.library.set_stored(id, None);
            out.persist(Persist::NoRef(id.clone()));
            // A new download finds what is left of it by its digests; what has none in the manifest it cannot find.
            let lost = freed.into_iter().filter(|digest| !self.library.names(id, digest));
            self.delete_blobs(None, lost.collect(), out);
        }
        self.settle_hollow_job(id, now, out);
    }

    /// "Ready" says that the model is cached (requirement Q7). Where it is not any more, the story of a ready job is
    /// over, and one that compiles has failed.
    pub(super) fn settle_hollow_job(&mut self, id: &ModelId, now: Timestamp, out: &mut Outbox) {
        if self.library.is_cached(id) {
            return;
        }
        let job = self.queue.of_model(id).map(|job| (job.id, job.lifecycle.clone()));
        match job {
            Some((job, Lifecycle::Ready)) => self.drop_job(job, out),
            Some((job, Lifecycle::Compiling)) => {
                let failure = self.not_here(id);
                self.fail_job(job, &failure, out);
                self.unwanted(id, now, out);
            }
            _ => {}
        }
    }

    /// Shows how far a stored job had come.
    fn measure_job(&mut self, id: &ModelId, now: Timestamp, out: &mut Outbox) {
        let Some(model) = self.library.get(id).filter(|model| model.partial_bytes > 0) else {
            return;
        };
        let meter = Meter::of(model, now);
        let job = self.queue.of_model(id).map(|job| job.id);
        if let Some(job) = job.and_then(|job| self.queue.get_mut(job))
            && job.meter.is_none()
            && matches!(job.lifecycle, Lifecycle::Queued | Lifecycle::Paused(_))
        {
            job.meter = Some(meter);
            out.jobs.insert(job.id);
        }
    }

    /// A wish that was open when the page went away: goes on if its model is here or on its way, ends otherwise.
    /// Starting never begins a download by itself (requirement C8).
    pub(super) fn settle_restored_wish(&mut self, id: &ModelId, now: Timestamp, out: &mut Outbox) {
        let outcome = match self.engine_for(id) {
            Err(_) if self.is_awaited_of_server(id) => return,
            Err(failure) => SelectionOutcome::Failed { failure },
            Ok(_) if self.library.is_cached(id) => return self.pursue(id, now, out),
            Ok(_) if self.is_underway(id) => return,
            Ok(_) => SelectionOutcome::Canceled,
        };
        self.give_up_waiting(id, &outcome, out);
    }

    pub(super) fn worker_says(&mut self, message: FromWorker, now: Timestamp, out: &mut Outbox) {
        match message {
            FromWorker::Ready {
                blobs,
                partials,
                weights,
            } => {
                self.note_weights(weights);
                self.worker_found(&blobs, &partials, now, out);
            }
            FromWorker::Progress { ticket, .. }
            | FromWorker::Waits { ticket, .. }
            | FromWorker::Committed { ticket, .. }
            | FromWorker::Finished { ticket, .. }
            | FromWorker::Failed { ticket, .. } => self.transfer_says(ticket, message, now, out),
            FromWorker::Deleted {
                request,
                digests,
                freed_bytes,
                failure,
            } => {
                self.deleted(request, &digests, freed_bytes, failure, out);
            }
            // The queue settled that job when it sent `Stop`; the supervisor alone listens for `Alive`.
            FromWorker::Stopped { .. } | FromWorker::Alive => {}
        }
    }

    /// The worker knows best where weights are, whichever of the two reports comes first.
    fn note_weights(&mut self, weights: WeightsBackEnd) {
        self.weights = Some(weights);
        if let Some(storage) = &mut self.storage {
            storage.weights = weights;
        }
    }

    /// Something could not be stored.
    pub(super) fn persist_failed(&mut self, failure: Failure, out: &mut Outbox) {
        if let Some(storage) = &mut self.storage {
            storage.failure = Some(failure.clone());
            out.storage = true;
        }
        out.event(super::event::Event::StorageFailed { failure });
    }
}
