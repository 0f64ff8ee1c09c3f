//! What lasts: taking in what was stored, keeping the stored form in step, and deleting models.

use super::Engine;
use super::command::Reply;
use super::conversations::Conversation;
use super::digest::Digest;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{ConversationId, JobId, ModelId, Timestamp};
use super::lifecycle::Lifecycle;
use super::protocol::{FromWorker, PartialFile, StoredBlob, ToWorker};
use super::queue::Job;
use super::record::{JobRecord, JobStanding, Persist, RECORD_VERSION, RefRecord, Stored};
use super::residency::Want;
use super::snapshot::CancelReason;
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

    /// Makes a conversation known; a new one starts with the default model (requirement C1).
    pub(super) fn open_conversation(&mut self, id: &ConversationId, out: &mut Outbox) {
        if self.conversations.get(id).is_some() {
            return;
        }
        let conversation = Conversation {
            active: self.default_model.clone(),
            requested: self.default_model.clone(),
            intent: 0,
            pending: false,
            answers: std::collections::BTreeSet::new(),
        };
        self.conversations.insert(id.clone(), conversation);
        out.models.extend(self.default_model.clone());
        self.save_conversation(id, out);
    }

    /// Sheds a conversation: its wish, its answers, its record (requirement C10).
    pub(super) fn remove_conversation(
        &mut self,
        id: &ConversationId,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        let Some(conversation) = self.conversations.get(id).cloned() else {
            return Err(Self::unknown_conversation(id.as_str()));
        };
        let wished = self.supersede_wish(id, out);
        for answer in conversation.answers {
            self.abort_answer(answer, out);
        }
        self.conversations.remove(id);
        out.conversations.insert(id.clone());
        out.models.extend(conversation.active);
        out.persist(Persist::NoConversation(id.clone()));
        if let Some(model) = wished {
            self.unwanted(&model, now, out);
        }
        Ok(Reply::Done)
    }

    /// Keeps the stored form of a job in step. A ready one needs none: the reference says it all.
    pub(super) fn save_job(&mut self, id: JobId, out: &mut Outbox) {
        out.jobs.insert(id);
        let Some(job) = self.queue.get(id) else { return };
        out.models.insert(job.model.clone());
        let standing = match &job.lifecycle {
            Lifecycle::Queued | Lifecycle::Downloading => JobStanding::Queued,
            Lifecycle::Paused(failure) => JobStanding::Paused {
                failure: failure.clone(),
            },
            Lifecycle::Failed(failure) => JobStanding::Failed {
                failure: failure.clone(),
            },
            Lifecycle::Canceled(reason) => JobStanding::Canceled { reason: *reason },
            Lifecycle::Compiling | Lifecycle::Ready => {
                out.persist(Persist::NoJob(id));
                return;
            }
        };
        let Some(model) = self.library.get(&job.model) else {
            return;
        };
        out.persist(Persist::Job(Box::new(JobRecord {
            v: RECORD_VERSION,
            id,
            epoch: job.epoch,
            manifest: model.manifest.clone(),
            origin: job.origin,
            started: job.started,
            standing,
        })));
    }

    /// Keeps the stored order, and the positions people see, in step.
    pub(super) fn save_order(&mut self, out: &mut Outbox) {
        out.jobs.extend(self.queue.order());
        out.persist(Persist::Order(self.queue.order().to_vec()));
    }

    pub(super) fn drop_job(&mut self, id: JobId, out: &mut Outbox) {
        if let Some(job) = self.queue.remove(id) {
            out.jobs.insert(id);
            out.models.insert(job.model);
            out.persist(Persist::NoJob(id));
        }
    }

    /// Whether removing the model must be refused (requirement M7).
    pub(super) fn in_use(&self, id: &ModelId) -> bool {
        self.conversations.is_active(id)
            || self.conversations.is_wanted(id)
            || self.residency.holds(id)
            || self
                .queue
                .of_model(id)
                .is_some_and(|job| !job.lifecycle.is_settled())
    }

    /// Deletes what the disk has of a model.
    pub(super) fn remove_model(
        &mut self,
        id: &ModelId,
        unload: bool,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        let name = self
            .library
            .get(id)
            .ok_or_else(|| self.unknown_model(id.as_str()))?
            .manifest
            .name
            .clone();
        if self.in_use(id) && !unload {
            let message = format!("“{name}” is in use and cannot be deleted now.");
            return Err(Failure::new(ErrorCode::InUse, message).about_model(id));
        }
        if let Some(job) = self.queue.of_model(id).map(|job| job.id) {
            self.cancel_job(job, CancelReason::User, now, out);
            self.drop_job(job, out);
        }
        self.give_up_waiting(id, &SelectionOutcome::Canceled, out);
        self.unwanted(id, now, out);
        for conversation in self.conversations.active_in(id) {
            self.conversations.deactivate(&conversation);
            self.save_conversation(&conversation, out);
        }
        let own = self.library.own_blobs(id);
        self.discard_partial(id, out);
        self.library.set_stored(id, None);
        self.library.set_partial_bytes(id, 0);
        out.persist(Persist::NoRef(id.clone()));
        out.models.insert(id.clone());
        if self.residency.holds(id) {
            self.doomed.insert(id.clone(), own);
            if let Ok(engine) = self.engine_for(id) {
                if let Some(slot) = self.residency.slots.get_mut(&engine) {
                    slot.line.push_front(Want::Unload);
                }
                self.pump(&engine, out);
            }
        } else {
            self.delete_unreferenced(Some(id), own, out);
        }
        Ok(Reply::Done)
    }

    /// The engine let go of a removed model: now its blobs can go.
    pub(super) fn send_doomed(&mut self, id: &ModelId, out: &mut Outbox) {
        if let Some(digests) = self.doomed.remove(id) {
            self.delete_unreferenced(Some(id), digests, out);
        }
    }

    /// Deletes those of `digests` that no cached model refers to. `model` is told when they are gone.
    pub(super) fn delete_unreferenced(
        &mut self,
        model: Option<&ModelId>,
        digests: Vec<Digest>,
        out: &mut Outbox,
    ) {
        let digests: Vec<Digest> = digests
            .into_iter()
            .filter(|digest| !self.library.refers_to(digest))
            .collect();
        if digests.is_empty() {
            if let Some(model) = model {
                out.event(Event::ModelRemoved {
                    model_id: model.to_string(),
                    freed_bytes: 0,
                });
            }
            return;
        }
        self.last_request += 1;
        // From now on they count as gone, so that nothing takes them for its own while the worker is at it.
        let blobs = self.library.drop_blobs(&digests);
        self.deletions.insert(self.last_request, (model.cloned(), blobs));
        out.storage = true;
        out.worker(ToWorker::Delete {
            request: self.last_request,
            digests,
        });
    }

    fn deleted(
        &mut self,
        request: u64,
        digests: &[Digest],
        freed_bytes: u64,
        failure: Option<Failure>,
        out: &mut Outbox,
    ) {
        let Some((model, blobs)) = self.deletions.remove(&request) else {
            self.queue.count_stale();
            out.stale = true;
            return;
        };
        blobs
            .iter()
            .filter(|blob| !digests.contains(&blob.digest))
            .for_each(|blob| self.library.keep_blob(*blob));
        out.storage = true;
        let Some(model) = model else { return };
        out.models.insert(model.clone());
        let model_id = model.to_string();
        out.event(match failure {
            None => Event::ModelRemoved {
                model_id,
                freed_bytes,
            },
            Some(failure) => Event::ModelRemoveFailed {
                model_id,
                failure: failure.about_model(&model),
            },
        });
    }

    /// Removes the partial files of a model, except those another unsettled job is filling too.
    pub(super) fn discard_partial(&mut self, id: &ModelId, out: &mut Outbox) {
        let Some(model) = self.library.get(id).filter(|model| model.partial_bytes > 0) else {
            return;
        };
        let shared = |file: &super::manifest::ModelFile| {
            self.queue.ids().filter_map(|job| self.queue.get(job)).any(|job| {
                job.model != *id
                    && !job.lifecycle.is_settled()
                    && self.library.get(&job.model).is_some_and(|other| {
                        other
                            .manifest
                            .files
                            .iter()
                            .any(|f| f.url == file.url || f.sha256.is_some() && f.sha256 == file.sha256)
                    })
            })
        };
        let files: Vec<_> = model
            .manifest
            .files
            .iter()
            .filter(|file| !shared(file))
            .cloned()
            .collect();
        if !files.is_empty() {
            out.worker(ToWorker::Discard { files });
        }
    }
}
