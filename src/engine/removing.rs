//! Deleting: what is in use is refused, what others need is kept, and the space really comes back.
//!
//! What the worker cannot be told now is owed to it and said when it is there again.

use std::sync::Arc;

use super::Engine;
use super::command::Reply;
use super::digest::Digest;
use super::effect::Effect;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{ModelId, Ticket, Timestamp};
use super::manifest::{ModelFile, ModelManifest};
use super::protocol::{StoredBlob, ToWorker};
use super::record::Persist;
use super::residency::Want;
use super::snapshot::CancelReason;
use super::step::Outbox;

/// A deletion the worker has not answered: the model it was for, and the blobs.
pub(super) type Deletion = (Option<ModelId>, Vec<StoredBlob>);

impl Engine {
    /// Whether removing the model must be refused (requirement M7).
    pub(super) fn in_use(&self, id: &ModelId) -> bool {
        self.conversations.is_active(id)
            || self.conversations.is_wanted(id)
            || self.residency.holds(id)
            || self.residency.answers_with(id)
            || self.is_underway(id)
    }

    /// Whether the model has a job that is not settled.
    pub(super) fn is_underway(&self, id: &ModelId) -> bool {
        self.queue
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
        let known = self.library.get(id);
        let manifest = Arc::clone(&known.ok_or_else(|| self.unknown_model(id.as_str()))?.manifest);
        if self.in_use(id) && !unload {
            let message = ["“", &manifest.name, "” is in use and cannot be deleted now."].concat();
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
        if let Some(served) = &manifest.served {
            self.remove_served(&manifest, &served.name, unload, now, out);
            return Ok(Reply::Done);
        }
        self.discard(id, None, out);
        let own = self.library.set_stored(id, None);
        out.persist(Persist::NoRef(id.clone()));
        let engine = self.residency.holder(id).cloned();
        let slot = engine
            .as_ref()
            .and_then(|engine| self.residency.slots.get_mut(engine));
        if let (Some(engine), Some(slot)) = (&engine, slot) {
            slot.line.retain(|want| *want != Want::Unload);
            slot.line.push_front(Want::Unload);
            self.doomed.or_default(id.clone()).extend(own);
            self.pump(engine, out);
        } else {
            self.delete_blobs(Some(id), own, out);
        }
        Ok(Reply::Done)
    }

    /// Has a server delete a model. From now on it counts as gone, so that nothing takes it for its own meanwhile.
    fn remove_served(
        &mut self,
        manifest: &ModelManifest,
        name: &str,
        unload: bool,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let (id, engine) = (&manifest.id, &manifest.engine);
        self.last_request += 1;
        let request = self.last_request;
        self.removals.insert(request, (Some(id.clone()), Vec::new()));
        if self.library.is_cached(id) && self.residency.server(engine.as_str()).is_some() {
            out.effects.push(Effect::RemoveServed {
                request,
                engine: engine.clone(),
                model: id.clone(),
                name: name.to_owned(),
                unload,
            });
            self.library.set_here(id, false);
        } else {
            self.served_removed(request, 0, None, now, out);
        }
    }

    /// What came of it. Should this never come, the next list of the server tells.
    pub(super) fn served_removed(
        &mut self,
        request: u64,
        freed_bytes: u64,
        failure: Option<Failure>,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some((Some(id), _)) = self.removals.remove(&request) else {
            return self.count_stale(out);
        };
        let still_here = |failure: &Failure| failure.code != ErrorCode::NotFound;
        self.library
            .set_here(&id, failure.as_ref().is_some_and(still_here));
        self.settle_hollow_job(&id, now, out);
        self.activate_served(&id, out);
        self.release(&id);
        out.event(removed(&id, freed_bytes, failure));
    }

    /// The engine let go of a removed model: now its blobs can go.
    pub(super) fn send_doomed(&mut self, id: &ModelId, out: &mut Outbox) {
        if let Some(digests) = self.doomed.remove(id) {
            self.delete_blobs(Some(id), digests, out);
        }
    }

    /// Deletes those of `digests` that no reference names and no job needs. `model` is told when they are gone.
    pub(super) fn delete_blobs(&mut self, model: Option<&ModelId>, digests: Vec<Digest>, out: &mut Outbox) {
        let digests: Vec<Digest> = digests
            .into_iter()
            .filter(|digest| {
                !self.library.refers_to(digest) && !self.is_awaited(|file| file.sha256 == Some(*digest))
            })
            .collect();
        // From now on they count as gone, so that nothing takes them for its own while the worker is at it.
        let blobs = self.library.drop_blobs(&digests);
        if blobs.is_empty() {
            if let Some(model) = model {
                out.event(removed(model, 0, None));
            }
            return;
        }
        out.storage = true;
        self.last_request += 1;
        self.send_deletion(self.last_request, &blobs, out);
        self.deletions.insert(self.last_request, (model.cloned(), blobs));
    }

    fn send_deletion(&self, request: u64, blobs: &[StoredBlob], out: &mut Outbox) {
        if self.worker_ready {
            let digests = blobs.iter().map(|blob| blob.digest).collect();
            out.worker(ToWorker::Delete { request, digests });
        }
    }

    pub(super) fn deleted(
        &mut self,
        request: u64,
        digests: &[Digest],
        freed_bytes: u64,
        failure: Option<Failure>,
        out: &mut Outbox,
    ) {
        let Some((model, blobs)) = self.deletions.remove(&request) else {
            self.count_stale(out);
            return;
        };
        blobs
            .iter()
            .filter(|blob| !digests.contains(&blob.digest))
            .for_each(|blob| self.library.add_blob(*blob));
        out.storage = true;
        if let Some(model) = model {
            out.event(removed(&model, freed_bytes, failure));
        }
    }

    /// Tells a new worker what the one before did not answer or was never told. What a job fetched again since then is
    /// not deleted any more; what is gone already counts as deleted.
    pub(super) fn settle_debts(&mut self, out: &mut Outbox) {
        for (request, (model, blobs)) in std::mem::take(&mut self.deletions) {
            let (left, gone): (Vec<_>, Vec<_>) = blobs.into_iter().partition(|blob| {
                self.library.has_blob(&blob.digest)
                    && !self.library.refers_to(&blob.digest)
                    && !self.is_awaited(|file| file.sha256 == Some(blob.digest))
            });
            if left.is_empty() {
                let digests: Vec<Digest> = gone.iter().map(|blob| blob.digest).collect();
                let freed = gone
                    .iter()
                    .filter(|blob| !self.library.has_blob(&blob.digest))
                    .map(|blob| blob.size_bytes)
                    .fold(0, u64::saturating_add);
                self.deletions.insert(request, (model, Vec::new()));
                self.deleted(request, &digests, freed, None, out);
            } else {
                let digests: Vec<Digest> = left.iter().map(|blob| blob.digest).collect();
                self.library.drop_blobs(&digests);
                self.send_deletion(request, &left, out);
                self.deletions.insert(request, (model, left));
            }
        }
        let owed: Vec<ModelFile> = std::mem::take(&mut self.owed_discards)
            .into_iter()
            .filter(|file| !self.is_awaited(|other| other.is_same(file)))
            .collect();
        self.library.forget_partials(&owed);
        self.send_discard(owed, out);
    }

    /// Removes what the disk has of a model that is not whole, its running transfer first, except what the unsettled
    /// jobs of others need.
    pub(super) fn discard(&mut self, id: &ModelId, running: Option<Ticket>, out: &mut Outbox) {
        let Some(model) = self.library.get(id) else { return };
        if running.is_some() || model.partial_bytes > 0 {
            let in_hand = |ticket: &Ticket| {
                let job = self.queue.get(ticket.job);
                job.is_some_and(|job| job.handed == ticket.epoch)
            };
            let running = running.filter(in_hand);
            let files = model.manifest.files.iter();
            let own: Vec<ModelFile> = files
                .filter(|file| !self.is_awaited(|other| other.is_same(file)))
                .cloned()
                .collect();
            let all = own.len() == model.manifest.files.len();
            self.library.forget_partials(&own);
            if self.library.is_served(id) {
                self.library.set_partial_bytes(id, 0);
            }
            if let Some(ticket) = running {
                self.stop_work(ticket, id, !all, out);
            }
            if running.is_none() || !all {
                self.send_discard(own, out);
            }
        }
        let mut loose = self.library.loose_blobs(id);
        if let Some(job) = self.queue.of_model(id).map(|job| job.id) {
            let committed = self
                .queue
                .get_mut(job)
                .map(|job| std::mem::take(&mut job.committed));
            loose.extend(committed.unwrap_or_default());
        }
        if !loose.is_empty() {
            self.delete_blobs(None, loose, out);
            self.library.measure_again(id);
        }
    }

    fn send_discard(&mut self, files: Vec<ModelFile>, out: &mut Outbox) {
        if files.is_empty() {
            return;
        }
        if self.worker_ready {
            out.worker(ToWorker::Discard { files });
        } else {
            self.owed_discards.extend(files);
        }
    }

    /// Whether a job that is not settled needs such a file.
    fn is_awaited(&self, such: impl Fn(&ModelFile) -> bool) -> bool {
        let mut jobs = self.queue.ids().filter_map(|id| self.queue.get(id));
        jobs.any(|job| {
            let model = self
                .library
                .get(&job.model)
                .filter(|_| !job.lifecycle.is_settled());
            model.is_some_and(|model| model.manifest.files.iter().any(&such))
        })
    }
}

/// What came of a deletion.
fn removed(model: &ModelId, freed_bytes: u64, failure: Option<Failure>) -> Event {
    let model_id = model.to_string();
    match failure {
        None => Event::ModelRemoved {
            model_id,
            freed_bytes,
        },
        Some(failure) => Event::ModelRemoveFailed {
            model_id,
            failure: failure.about_model(model),
        },
    }
}
