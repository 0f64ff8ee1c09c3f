//! Deleting models: refused while one is in use, and its space really comes back.

use super::Engine;
use super::command::Reply;
use super::digest::Digest;
use super::event::{Event, SelectionOutcome};
use super::failure::{ErrorCode, Failure};
use super::ids::{ModelId, Timestamp};
use super::protocol::ToWorker;
use super::record::Persist;
use super::residency::Want;
use super::snapshot::CancelReason;
use super::step::Outbox;

impl Engine {
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

    pub(super) fn deleted(
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
