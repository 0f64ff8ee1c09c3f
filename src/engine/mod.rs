//! The pure core: which model each conversation wants and has, what the queue does, what the engines hold.
//!
//! [`Engine::handle`] is the only way in: it takes one [`Input`] and the time, and gives a [`Step`] with effects to
//! carry out, events to deliver and the changed parts of the snapshot. There is no I/O, clock or randomness in here.
//!
//! Five facts are kept apart and never stored as one: the wish of a conversation and the model active in it
//! (`conversations`), the lifecycle of a job (`queue`), what the disk has (`library`), what an engine has
//! (`residency`). "Ready to use" in a list is derived from them (`view`).
//!
//! What happens, in the order of the story: `reading` takes texts, `commands` checks them, `routes` asks the router where
//! a profile is wished for, `selecting` records a wish,
//! `describing` says what is known of a model, `fetching` runs the queue, `transferring` hears the worker, `stopping` the user; `line` decides what an engine does
//! next, `loading` and `answering` hear its host, `falling_back` finds another model for an answer, `cooling` knows who is left in peace; `served` knows the servers and what they have; `restoring` starts, `keeping` saves, `removing` deletes, `peers` hears
//! other tabs.
//!
//! The invariant: whatever comes back carries the ticket, load or answer it was started with, and is refused before
//! anything changes if that is no longer the current one.

pub mod command;
pub mod digest;
pub mod effect;
pub mod event;
pub mod failure;
pub mod ids;
pub mod input;
pub mod lifecycle;
pub mod manifest;
pub mod protocol;
pub mod reading;
pub mod record;
pub mod snapshot;
pub mod step;

mod answering;
mod commands;
mod conversations;
mod cooling;
mod describing;
mod falling_back;
mod fetching;
pub(crate) mod hosts;
mod keeping;
mod library;
mod line;
mod loading;
pub(crate) mod map;
mod meter;
mod peers;
mod queue;
mod removing;
mod residency;
mod restoring;
pub(crate) mod route_failures;
mod routes;
mod selecting;
mod served;
mod stopping;
mod table;
mod transferring;
mod view;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::json::words;
use crate::routing::{Override, ProfileSpec};

use self::command::Reply;
use self::commands::invalid_id;
use self::conversations::Conversations;
use self::digest::Digest;
use self::failure::{ErrorCode, Failure};
use self::hosts::Hosts;
use self::ids::{EngineId, ModelId, Ticket, Timestamp};
use self::input::Input;
use self::library::Library;
use self::manifest::{ModelFile, ModelManifest};
use self::map::Map;
use self::protocol::WeightsBackEnd;
use self::queue::Queue;
use self::removing::Deletion;
use self::residency::Residency;
use self::routes::Routes;
use self::snapshot::StorageState;
use self::step::{Outbox, Step};

pub use self::hosts::{HostPolicy, Zone};

/// What becomes of a queued download that came from a selection no conversation wants any more (requirement C6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Superseded {
    /// It is canceled.
    #[default]
    Cancel,
    /// It stays in the queue.
    Keep,
}

words! { Superseded written { Cancel: "cancel", Keep: "keep" } }

/// What the core is made with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The models people can choose from.
    pub models: Vec<ModelManifest>,
    /// The model of a new conversation.
    pub default_model: Option<ModelId>,
    /// The profile of a new conversation; the model where it leads nowhere.
    pub default_profile: Option<String>,
    /// The model database.
    pub catalog: Arc<Catalog>,
    /// The app's profiles.
    pub profiles: Vec<ProfileSpec>,
    /// The models the app wants for profiles.
    pub overrides: Vec<Override>,
    /// The in-page engines there are.
    pub engines: Vec<EngineId>,
    /// The servers there are.
    pub servers: Vec<EngineId>,
    /// The models they had when they were last asked.
    pub served: Vec<ModelManifest>,
    /// See [`Superseded`].
    pub superseded: Superseded,
    /// Which hosts model files may come from.
    pub hosts: HostPolicy,
    /// Job ids count up from here, so that those of two tabs do not meet in what is stored. Below 2^53.
    pub first_job: u64,
}

/// The pure core. A clone goes its own way from there; tests use that to look into the future.
#[derive(Debug, Clone)]
pub struct Engine {
    default_model: Option<ModelId>,
    routes: Routes,
    superseded: Superseded,
    hosts: Hosts,
    library: Library,
    conversations: Conversations,
    queue: Queue,
    residency: Residency,
    storage: Option<StorageState>,
    worker_ready: bool,
    leading: bool,
    /// Blobs of removed models that an engine still reads.
    doomed: Map<ModelId, Vec<Digest>>,
    /// Deletions the worker has not answered, by request.
    deletions: Map<u64, Deletion>,
    /// The same of what servers were told to delete; they have no blobs.
    removals: Map<u64, Deletion>,
    /// Partial files a worker must still be told to remove.
    owed_discards: Vec<ModelFile>,
    /// Where the worker keeps weights.
    weights: Option<WeightsBackEnd>,
    last_request: u64,
    /// When the step that is taken began.
    now: Timestamp,
}

impl Engine {
    /// A core that knows its models and nothing else.
    ///
    /// # Errors
    /// `invalid_input` with the path of the wrong field when a manifest is wrong, `invalid_config` when there is no
    /// such default model.
    pub fn new(options: Options) -> Result<Self, Failure> {
        let mut engine = Self {
            default_model: None,
            routes: Routes::new(
                options.catalog,
                options.profiles,
                options.overrides,
                options.default_profile,
            )?,
            superseded: options.superseded,
            hosts: Hosts::new(options.hosts),
            library: Library::default(),
            conversations: Conversations::default(),
            queue: Queue::starting_at(options.first_job),
            residency: Residency::new(options.engines),
            storage: None,
            worker_ready: false,
            leading: false,
            doomed: Map::default(),
            deletions: Map::default(),
            removals: Map::default(),
            owed_discards: Vec::new(),
            weights: None,
            // What comes late for the core before this one is no answer to it.
            last_request: options.first_job,
            now: 0,
        };
        engine.check_manifests(&options.models)?;
        options
            .models
            .into_iter()
            .for_each(|manifest| engine.library.add(manifest));
        engine.begin_served(options.servers, options.served)?;
        if let Some(model) = options.default_model {
            engine.check_default(&model)?;
            engine.default_model = Some(model);
        }
        // The first snapshot is whole: nothing has changed since.
        engine.library.take_touched();
        Ok(engine)
    }

    /// A default model is known, or may become known as one of a server.
    fn check_default(&self, model: &ModelId) -> Result<(), Failure> {
        if self.library.get(model).is_some() || self.server_of(model).is_some() {
            return Ok(());
        }
        Err(Failure {
            code: ErrorCode::InvalidConfig,
            ..self
                .unknown_model(model.as_str())
                .about_field("defaultModel", model.as_str())
        })
    }

    /// The default model an app sets later; none if the text is empty.
    fn read_default(&self, text: &str) -> Result<Option<ModelId>, Failure> {
        if text.is_empty() {
            return Ok(None);
        }
        let model = ModelId::new(text).map_err(|reason| invalid_id("defaultModel", "model", text, reason))?;
        self.check_default(&model)?;
        Ok(Some(model))
    }

    /// Takes one step. `now` is in milliseconds since the Unix epoch; a clock that jumps costs at most a wrong speed.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Step {
        let mut out = Outbox::default();
        self.now = now;
        let reply = match input {
            Input::Command(command) => self.command(command, now, &mut out),
            other => {
                self.report(other, now, &mut out);
                Ok(Reply::Done)
            }
        };
        self.save_order(&mut out);
        out.models.extend_in_order(self.library.take_touched());
        out.models.extend(self.conversations.take_touched());
        let patch = self.patch(&out);
        Step {
            reply,
            effects: out.effects,
            events: out.events,
            patch,
        }
    }

    /// The ticket of the transfer that the worker is at now.
    pub fn running_ticket(&self) -> Option<Ticket> {
        let job = self.queue.running().and_then(|id| self.queue.get(id))?;
        (!self.library.is_served(&job.model)).then(|| job.ticket())
    }

    /// Everything the snapshot is made of, as one patch to an empty one.
    pub fn whole(&self) -> snapshot::Patch {
        let mut all = Outbox {
            profiles: true,
            storage: true,
            stale: true,
            ..Outbox::default()
        };
        all.models = self.library.ids().cloned().collect();
        all.conversations = self.conversations.ids().cloned().collect();
        all.jobs = self.queue.ids().collect();
        all.engines = self.residency.slots.keys().cloned().collect();
        self.patch(&all)
    }

    fn report(&mut self, input: Input, now: Timestamp, out: &mut Outbox) {
        match input {
            Input::Command(_) => {}
            Input::Restore(stored) => self.restore(*stored, out),
            Input::Worker(message) => self.worker_says(message, now, out),
            Input::Pull(message) => self.pull_says(message, now, out),
            Input::ServedRemoved {
                request,
                freed_bytes,
                failure,
            } => self.served_removed(request, freed_bytes, failure, now, out),
            Input::WorkerLost => self.worker_lost(out),
            Input::Leading(leading) => self.lead(leading, now, out),
            Input::LoadProgressed { load, fraction } => self.load_progressed(load, fraction, out),
            Input::Loaded { load } => self.loaded(load, now, out),
            Input::LoadFailed { load, failure } => self.load_failed(load, &failure, now, out),
            Input::Unloaded { load } => self.unloaded(load, now, out),
            Input::AnswerShown { answer, attempt } => self.answer_shown(answer, attempt, out),
            Input::AnswerEnded {
                answer,
                attempt,
                failure,
            } => self.answer_ended(answer, attempt, failure, out),
            Input::Storage(storage) => {
                let weights = self.weights.unwrap_or(storage.weights);
                self.storage = Some(StorageState { weights, ..storage });
                out.storage = true;
            }
            Input::PersistFailed(failure) => self.persist_failed(failure, out),
            Input::PeerStored(change) => self.peer_stored(*change, now, out),
            Input::PeerProgressed {
                job,
                downloaded_bytes,
                total_bytes,
            } => {
                self.peer_progressed(job, downloaded_bytes, total_bytes, now, out);
            }
        }
    }
}
