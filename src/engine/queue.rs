//! The download queue: one job a model, at most one of them downloading.
//!
//! A job's epoch grows each time its work is started, stopped or settled. [`Queue::accept`] is the stale guard: it
//! answers before anything changes.

use super::digest::Digest;
use super::ids::{ConversationId, JobId, ModelId, Ticket};
use super::lifecycle::{Lifecycle, Transition};
use super::map::{Map, Set};
use super::meter::Meter;
use super::protocol::Waiting;
use super::snapshot::JobOrigin;
use super::table::Table;

/// One job.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) epoch: u64,
    pub(super) model: ModelId,
    pub(super) origin: JobOrigin,
    pub(super) lifecycle: Lifecycle,
    /// Whether any of its bytes were ever asked for.
    pub(super) started: bool,
    /// The attempt that the worker, or a server, was last told to carry out here; 0 for none.
    pub(super) handed: u64,
    pub(super) meter: Option<Meter>,
    pub(super) waiting: Option<Waiting>,
    /// The blobs this attempt committed: removed again when the job is canceled before its model is whole.
    pub(super) committed: Vec<Digest>,
    /// The conversations whose wish ended with this job, with the number their wish returned under: a retry takes the
    /// wish up again where no newer one came in between.
    pub(super) gave_up: Vec<(ConversationId, u64)>,
}

impl Job {
    pub(super) fn ticket(&self) -> Ticket {
        Ticket {
            job: self.id,
            epoch: self.epoch,
        }
    }

    /// Whether its present attempt is being carried out from here.
    pub(super) fn is_in_hand(&self) -> bool {
        self.handed == self.epoch
    }
}

/// All jobs.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue {
    jobs: Map<JobId, Job>,
    by_model: Table<ModelId, JobId>,
    order: Vec<JobId>,
    /// The first place of the order that changed since it was last asked for.
    moved_from: Option<usize>,
    running: Option<JobId>,
    last_id: u64,
    stale_dropped: u64,
}

impl Queue {
    /// An empty queue whose ids count up from `first`.
    pub(super) fn starting_at(first: u64) -> Self {
        Self {
            last_id: first,
            ..Self::default()
        }
    }

    pub(super) fn get(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.jobs.get_mut(&id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = JobId> {
        self.jobs.keys().copied()
    }

    pub(super) fn of_model(&self, model: &ModelId) -> Option<&Job> {
        self.by_model.get(model).and_then(|id| self.jobs.get(id))
    }

    /// The queued jobs in their order.
    pub(super) fn order(&self) -> &[JobId] {
        &self.order
    }

    pub(super) fn running(&self) -> Option<JobId> {
        self.running
    }

    pub(super) fn stale_dropped(&self) -> u64 {
        self.stale_dropped
    }

    pub(super) fn count_stale(&mut self) {
        self.stale_dropped += 1;
    }

    /// Makes a queued job at the end of the queue. The model must have none.
    pub(super) fn create(&mut self, model: ModelId, origin: JobOrigin) -> JobId {
        let id = JobId(self.last_id + 1);
        self.restore(Job {
            id,
            epoch: 1,
            model,
            origin,
            lifecycle: Lifecycle::Queued,
            started: false,
            handed: 0,
            meter: None,
            waiting: None,
            committed: Vec::new(),
            gave_up: Vec::new(),
        });
        self.enter(id, Place::Tail);
        id
    }

    /// Takes in a job as it is; a queued one is not in the order yet.
    pub(super) fn restore(&mut self, job: Job) {
        self.last_id = self.last_id.max(job.id.0);
        self.by_model.insert(job.model.clone(), job.id);
        self.jobs.insert(job.id, job);
    }

    /// Sets the order of the queued jobs. One that it does not name was running when it was stored: it goes first.
    pub(super) fn set_order(&mut self, wanted: &[JobId]) {
        let queued = |id: &JobId| {
            self.jobs
                .get(id)
                .is_some_and(|job| job.lifecycle == Lifecycle::Queued)
        };
        let unnamed = self.jobs.keys().filter(|id| !wanted.contains(id));
        let mut seen = Set::default();
        let order: Vec<JobId> = unnamed
            .chain(wanted)
            .copied()
            .filter(|id| queued(id) && seen.insert(*id))
            .collect();
        if order != wanted {
            self.note_moved(0);
        }
        self.order = order;
    }

    /// Takes over the order of another tab, as far as it speaks of queued jobs; the others keep their place behind
    /// them. Gives the jobs to show anew. What another tab has stored is not stored again.
    pub(super) fn adopt_order(&mut self, wanted: &[JobId]) -> Vec<JobId> {
        let named = wanted.iter().filter(|id| self.order.contains(id));
        let unnamed = self.order.iter().filter(|id| !wanted.contains(id));
        let mut seen = Set::default();
        let order: Vec<JobId> = named
            .chain(unnamed)
            .copied()
            .filter(|id| seen.insert(*id))
            .collect();
        if order == self.order {
            Vec::new()
        } else {
            self.order.clone_from(&order);
            order
        }
    }

    /// Puts a queued job that was taken in at the end of the order.
    pub(super) fn line_up(&mut self, id: JobId) {
        let queued = self
            .jobs
            .get(&id)
            .is_some_and(|job| job.lifecycle == Lifecycle::Queued);
        if queued && !self.order.contains(&id) {
            self.order.push(id);
        }
    }

    pub(super) fn remove(&mut self, id: JobId) -> Option<Job> {
        let job = self.jobs.remove(&id)?;
        self.by_model.remove(&job.model);
        self.leave(id);
        if self.running == Some(id) {
            self.running = None;
        }
        Some(job)
    }

    fn enter(&mut self, id: JobId, place: Place) {
        let at = match place {
            Place::Head => 0,
            Place::Tail => self.order.len(),
        };
        self.order.insert(at, id);
        self.note_moved(at);
    }

    fn leave(&mut self, id: JobId) {
        if let Some(at) = self.order.iter().position(|queued| *queued == id) {
            self.order.remove(at);
            self.note_moved(at);
        }
    }

    fn note_moved(&mut self, at: usize) {
        self.moved_from = Some(self.moved_from.map_or(at, |before| before.min(at)));
    }

    /// The queued jobs whose place changed since the last call, or `None` where the order is what it was.
    pub(super) fn take_moved(&mut self) -> Option<&[JobId]> {
        let from = self.moved_from.take()?;
        Some(self.order.get(from..).unwrap_or_default())
    }

    /// Takes a transition of the table and keeps order, running job and epoch in step with it. `false` where the
    /// table does not allow it; then nothing has changed.
    pub(super) fn apply(&mut self, id: JobId, transition: Transition, place: Place) -> bool {
        let Some(job) = self.jobs.get_mut(&id) else {
            return false;
        };
        let Some(next) = job.lifecycle.next(transition) else {
            return false;
        };
        // A finished transfer says nothing more, so the step to compiling keeps its epoch.
        if next != Lifecycle::Compiling && next != Lifecycle::Ready {
            job.epoch += 1;
        }
        job.waiting = None;
        let was_queued = job.lifecycle == Lifecycle::Queued;
        job.lifecycle = next;
        let queued = job.lifecycle == Lifecycle::Queued;
        let downloading = job.lifecycle == Lifecycle::Downloading;
        if was_queued {
            self.leave(id);
        }
        if queued {
            self.enter(id, place);
        }
        if downloading {
            self.running = Some(id);
        } else if self.running == Some(id) {
            self.running = None;
        }
        true
    }

    /// The job a ticket belongs to, if the ticket is its current one and it is downloading. Anything else is stale.
    pub(super) fn accept(&mut self, ticket: Ticket) -> Option<&mut Job> {
        let current = self
            .jobs
            .get(&ticket.job)
            .is_some_and(|job| job.epoch == ticket.epoch && job.lifecycle == Lifecycle::Downloading);
        self.jobs.get_mut(&ticket.job).filter(|_| current)
    }

    /// Moves a queued job to a place among the queued ones.
    pub(super) fn shift(&mut self, id: JobId, position: usize) -> bool {
        let Some(from) = self.order.iter().position(|queued| *queued == id) else {
            return false;
        };
        self.order.remove(from);
        let to = position.min(self.order.len());
        self.order.insert(to, id);
        self.note_moved(from.min(to));
        true
    }
}

/// Where a job enters the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Head,
    Tail,
}
