//! Jobs stopped and started again by the user: cancel, pause, resume, retry.

use super::Engine;
use super::command::Reply;
use super::event::{Event, SelectionOutcome};
use super::ids::{ConversationId, JobId, ModelId, Timestamp};
use super::lifecycle::{Lifecycle, Transition};
use super::queue::Place;
use super::snapshot::CancelReason;
use super::step::Outbox;

impl Engine {
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
        let was_running = self.queue.running() == Some(id);
        let was_compiling = job.lifecycle == Lifecycle::Compiling;
        if !self.queue.apply(id, Transition::Cancel(reason), Place::Tail) {
            return false;
        }
        if let Some(meter) = self.queue.get_mut(id).and_then(|job| job.meter.as_mut()) {
            meter.stop();
        }
        // A model that compiles is whole: its bytes stay.
        if !was_compiling {
            self.discard(&model, was_running.then_some(ticket), out);
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
        self.give_up_waiting(&model, &SelectionOutcome::Canceled, out);
        self.unwanted(&model, now, out);
        self.schedule(now, out);
        true
    }

    pub(super) fn pause_job(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) -> bool {
        let Some(job) = self.queue.get(id) else {
            return false;
        };
        let (ticket, model, in_hand) = (job.ticket(), job.model.clone(), job.is_in_hand());
        if !self.queue.apply(id, Transition::Pause(None), Place::Head) {
            return false;
        }
        let meter = self.queue.get_mut(id).and_then(|job| job.meter.as_mut());
        if let Some(meter) = meter {
            meter.stop();
            self.library.set_partial_bytes(&model, meter.here());
        }
        if in_hand {
            self.stop_work(ticket, &model, true, out);
        }
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
        if self.can_fetch(id) && self.queue.running().is_none() {
            self.begin(id, Transition::Resume { at_once: true }, now, out);
        } else {
            self.queue
                .apply(id, Transition::Resume { at_once: false }, Place::Head);
            self.queued_event(id, out);
            self.save_job(id, out);
        }
        true
    }

    /// Starts a failed or canceled job again, at the head. The conversations whose wish ended with it and that have
    /// wished for nothing since want it again; where there are none it counts as asked for by itself.
    pub(super) fn retry_job(&mut self, id: JobId, now: Timestamp, out: &mut Outbox) -> Option<Reply> {
        let job = self.queue.get_mut(id)?;
        if !matches!(job.lifecycle, Lifecycle::Failed(_) | Lifecycle::Canceled(_)) {
            return None;
        }
        let (model, gave_up) = (job.model.clone(), std::mem::take(&mut job.gave_up));
        self.revive_job(id, Place::Head, out);
        self.want_again(&model, gave_up, out);
        if !self.conversations.is_wanted(&model) {
            self.keep_for_its_own_sake(id, out);
        } else if self.library.is_cached(&model) {
            // Only its load had failed: that needs no turn of the queue.
            self.pursue(&model, now, out);
        }
        self.schedule(now, out);
        let job = self.queue.get(id)?;
        Some(Reply::Job {
            job_id: id.0,
            epoch: job.epoch,
        })
    }

    fn want_again(&mut self, model: &ModelId, gave_up: Vec<(ConversationId, u64)>, out: &mut Outbox) {
        for (conversation, number) in gave_up {
            let unchanged = |c: &super::conversations::Conversation| c.intent == number && !c.pending;
            if !self.conversations.get(&conversation).is_some_and(unchanged) {
                continue;
            }
            if let Some(intent) = self.conversations.want(&conversation, model, None) {
                out.event(Event::ModelSelected {
                    conversation_id: conversation.to_string(),
                    model_id: model.to_string(),
                    intent,
                    download_needed: !self.library.is_cached(model),
                });
                self.save_conversation(&conversation, out);
            }
        }
    }
}
