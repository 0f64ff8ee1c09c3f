//! Starting: what was stored is taken in, then what the worker finds on the disk.

use super::Engine;
use super::conversations::Conversation;
use super::digest::Digest;
use super::event::SelectionOutcome;
use super::ids::{ModelId, Timestamp};
use super::lifecycle::Lifecycle;
use super::protocol::{FromWorker, PartialFile, StoredBlob, ToWorker};
use super::queue::Job;
use super::record::{JobStanding, Persist, RECORD_VERSION, RefRecord, Stored};
use super::step::Outbox;

impl Engine {
    /// Takes in what was stored. Running jobs wait for their turn again, under a new epoch.
    pub(super) fn restore(&mut self, stored: Stored, out: &mut Outbox) {
        for job in stored.jobs {
            if self.library.get(&job.manifest.id).is_none() {
                self.library.add(job.manifest.clone());
            }
            let lifecycle = match job.standing {
                JobStanding::Queued => Lifecycle::Queued,
                JobStanding::Paused { failure } => Lifecycle::Paused(failure),
                JobStanding::Failed { failure } => Lifecycle::Failed(failure),
                JobStanding::Canceled { reason } => Lifecycle::Canceled(reason),
            };
            // Two records of one model can only come from two tabs that wrote at once: the newer one counts.
            if let Some(other) = self.queue.of_model(&job.manifest.id).map(|job| job.id) {
                self.queue.remove(other.min(job.id));
                if other > job.id {
                    continue;
                }
            }
            self.queue.restore(Job {
                id: job.id,
                epoch: job.epoch + 1,
                model: job.manifest.id,
                origin: job.origin,
                lifecycle,
                started: job.started,
                meter: None,
                waiting: None,
                committed: Vec::new(),
                gave_up: Vec::new(),
            });
            out.jobs.insert(job.id);
        }
        self.queue.set_order(&stored.order);
        for entry in stored.refs {
            self.library.set_stored(&entry.model, Some(entry.files));
            out.models.insert(entry.model);
        }
        for record in stored.conversations {
            let conversation = Conversation {
                active: record.active,
                requested: record.requested,
                intent: record.intent,
                pending: record.pending,
                answers: std::collections::BTreeSet::new(),
            };
            out.conversations.insert(record.id.clone());
            self.conversations.insert(record.id, conversation);
        }
    }

    /// The worker found out what the disk holds: the first time after the start, and whenever it was started anew.
    fn worker_ready(
        &mut self,
        blobs: &[StoredBlob],
        partials: &[PartialFile],
        now: Timestamp,
        out: &mut Outbox,
    ) {
        self.worker_ready = true;
        self.library.set_blobs(blobs);
        self.library.set_partials(partials);
        out.storage = true;
        for (request, (_, blobs)) in &self.deletions {
            let digests: Vec<Digest> = blobs.iter().map(|blob| blob.digest).collect();
            self.library.drop_blobs(&digests);
            out.worker(ToWorker::Delete {
                request: *request,
                digests,
            });
        }
        let ids: Vec<ModelId> = self.library.ids().cloned().collect();
        for id in &ids {
            self.settle_reference(id, out);
            out.models.insert(id.clone());
        }
        self.restart_running(now, out);
        for id in &ids {
            self.settle_restored_wish(id, now, out);
        }
        self.schedule(now, out);
    }

    /// Takes whole blobs for the model's own where no reference says so yet.
    pub(super) fn adopt(&mut self, id: &ModelId, out: &mut Outbox) {
        if self.library.is_cached(id) {
            return;
        }
        if let Some(files) = self.library.adoptable(id) {
            self.library.set_stored(id, Some(files.clone()));
            out.persist(Persist::Ref(RefRecord {
                v: RECORD_VERSION,
                model: id.clone(),
                files,
            }));
        }
    }

    /// Adopts blobs whose reference was never written, and drops a reference whose blobs are gone.
    fn settle_reference(&mut self, id: &ModelId, out: &mut Outbox) {
        self.adopt(id, out);
        if self.library.is_cached(id) {
            return;
        }
        if self.library.get(id).is_some_and(|model| model.stored.is_some()) {
            self.library.set_stored(id, None);
            out.persist(Persist::NoRef(id.clone()));
        }
    }

    /// A wish that was open when the page went away: goes on if its model is here or on its way, ends otherwise.
    /// Starting never begins a download by itself (requirement C8).
    fn settle_restored_wish(&mut self, id: &ModelId, now: Timestamp, out: &mut Outbox) {
        if !self.conversations.is_wanted(id) {
            return;
        }
        let coming = self
            .queue
            .of_model(id)
            .is_some_and(|job| !job.lifecycle.is_settled());
        if self.library.is_cached(id) && self.engine_for(id).is_ok() {
            self.pursue(id, now, out);
        } else if !coming {
            self.give_up_waiting(id, &SelectionOutcome::Canceled, out);
        }
    }

    pub(super) fn worker_says(&mut self, message: FromWorker, now: Timestamp, out: &mut Outbox) {
        match message {
            FromWorker::Ready {
                blobs,
                partials,
                weights,
            } => {
                if let Some(storage) = &mut self.storage {
                    storage.weights = weights;
                }
                self.worker_ready(&blobs, &partials, now, out);
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
}
