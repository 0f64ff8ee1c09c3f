//! Replays what the core says: patches into a snapshot, stored changes into what a reload would find.

use std::collections::BTreeMap;

use modelyard::engine::ids::{ConversationId, JobId, ModelId};
use modelyard::engine::record::{ConversationRecord, JobRecord, Persist, RefRecord, Stored};
use modelyard::engine::snapshot::{
    ConversationState, EngineState, JobState, ModelState, Patch, StorageState,
};
use modelyard::routing::Profile;

/// The snapshot as an app has it: patches laid over nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shown {
    pub(crate) models: BTreeMap<String, ModelState>,
    pub(crate) conversations: BTreeMap<String, ConversationState>,
    pub(crate) jobs: BTreeMap<u64, JobState>,
    pub(crate) engines: BTreeMap<String, EngineState>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) storage: Option<StorageState>,
    pub(crate) stale_dropped: u64,
}

fn lay<K: Ord, V>(map: &mut BTreeMap<K, V>, changes: Vec<(K, Option<V>)>) {
    for (key, value) in changes {
        match value {
            Some(value) => map.insert(key, value),
            None => map.remove(&key),
        };
    }
}

impl Shown {
    pub(crate) fn apply(&mut self, patch: Patch) {
        lay(&mut self.models, patch.models);
        lay(&mut self.conversations, patch.conversations);
        lay(&mut self.jobs, patch.jobs);
        lay(&mut self.engines, patch.engines);
        if let Some(profiles) = patch.profiles {
            self.profiles = profiles;
        }
        self.storage = patch.storage.or(self.storage.take());
        self.stale_dropped = patch.stale_dropped.unwrap_or(self.stale_dropped);
    }

    pub(crate) fn from(patch: Patch) -> Self {
        let mut shown = Self::default();
        shown.apply(patch);
        shown
    }
}

/// What is stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Disk {
    pub(crate) conversations: BTreeMap<ConversationId, ConversationRecord>,
    pub(crate) jobs: BTreeMap<JobId, JobRecord>,
    pub(crate) order: Vec<JobId>,
    pub(crate) refs: BTreeMap<ModelId, RefRecord>,
}

impl Disk {
    pub(crate) fn apply(&mut self, change: &Persist) {
        match change.clone() {
            Persist::Conversation(record) => {
                self.conversations.insert(record.id.clone(), record);
            }
            Persist::NoConversation(id) => {
                self.conversations.remove(&id);
            }
            Persist::Job(record) => {
                self.jobs.insert(record.id, *record);
            }
            Persist::NoJob(id) => {
                self.jobs.remove(&id);
            }
            Persist::Order(order) => self.order = order,
            Persist::Ref(record) => {
                self.refs.insert(record.model.clone(), record);
            }
            Persist::NoRef(id) => {
                self.refs.remove(&id);
            }
        }
    }

    pub(crate) fn stored(&self) -> Stored {
        Stored {
            conversations: self.conversations.values().cloned().collect(),
            jobs: self.jobs.values().cloned().collect(),
            order: self.order.clone(),
            refs: self.refs.values().cloned().collect(),
        }
    }
}
