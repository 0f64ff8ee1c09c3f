//! Keeping the stored form of jobs in step.

use super::Engine;
use super::ids::JobId;
use super::lifecycle::Lifecycle;
use super::manifest::ModelManifest;
use super::record::{JobRecord, JobStanding, Persist, RECORD_VERSION};
use super::step::Outbox;

impl Engine {
    /// Keeps the stored form of a job in step. One whose model is cached needs none: the reference says it all. A pull
    /// has no reference.
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
            Lifecycle::Compiling | Lifecycle::Ready if self.library.is_served(&job.model) => {
                JobStanding::Ready
            }
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
            manifest: ModelManifest::clone(&model.manifest),
            origin: job.origin,
            started: job.started,
            standing,
        })));
    }

    /// Keeps the stored order, and the positions people see, in step. Called once, at the end of a step.
    pub(super) fn save_order(&mut self, out: &mut Outbox) {
        if let Some(moved) = self.queue.take_moved() {
            out.jobs.extend(moved.iter().copied());
            out.persist(Persist::Order(self.queue.order().to_vec()));
        }
    }

    pub(super) fn drop_job(&mut self, id: JobId, out: &mut Outbox) {
        if let Some(job) = self.queue.remove(id) {
            out.jobs.insert(id);
            out.models.insert(job.model);
            out.persist(Persist::NoJob(id));
        }
    }

    /// Counts a late answer and changes nothing else.
    pub(super) fn count_stale(&mut self, out: &mut Outbox) {
        self.queue.count_stale();
        out.stale = true;
    }
}
