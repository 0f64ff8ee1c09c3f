//! Servers, and the models they have.
//!
//! Whoever talks to a server says which models it has, all of them at once ([`Engine::set_served`]). What is new comes,
//! what changed changes, and what is missing goes, unless somebody needs it: a model that a conversation uses or wants,
//! that answers, or that has a job stays, as one that is not here. A server that is removed takes its models with it
//! by the same rule.
//!
//! The invariant: the id of a served model is the server's, a `/`, and more; so of an id that nobody has named yet it is
//! known whose it is, and a wish for it that was stored waits until that server has spoken.

use super::Engine;
use super::command::{Command, Reply};
use super::commands::engine_id_of;
use super::event::SelectionOutcome;
use super::failure::{ErrorCode, Failure};
use super::ids::{AnswerId, EngineId, ModelId, Timestamp};
use super::manifest::{ModelManifest, check_head, together, wrong};
use super::map::Set;
use super::residency::{Server, Slot};
use super::snapshot::{CancelReason, ServerReach};
use super::step::Outbox;
use super::table::Table;

impl Engine {
    /// Makes servers and their models known before anything else; nothing is known of whether they have them still.
    pub(super) fn begin_served(
        &mut self,
        servers: Vec<EngineId>,
        served: Vec<ModelManifest>,
    ) -> Result<(), Failure> {
        for engine in servers {
            self.check_server(&engine)?;
            self.know_server(engine);
        }
        self.check_served(&served, "served", None)?;
        for manifest in served {
            self.library.add(manifest);
        }
        Ok(())
    }

    /// What an app, or whoever talks to servers for it, says of one.
    pub(super) fn of_server(
        &mut self,
        command: Command,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        match command {
            Command::SetServed { engine_id, models } => {
                self.set_served(engine_id_of(&engine_id)?, models, now, out)
            }
            Command::AddServed { model } => self.add_served(model),
            Command::RemoveServer { engine_id } => self.remove_server(&engine_id_of(&engine_id)?, now, out),
            Command::ServerReach { engine_id, reach } => {
                self.server_reach(engine_id_of(&engine_id)?, reach, out)
            }
            _ => Ok(Reply::Done),
        }
    }

    /// Takes what a server has.
    fn set_served(
        &mut self,
        engine: EngineId,
        models: Vec<ModelManifest>,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        self.check_server(&engine)?;
        let named = self.check_served(&models, "models", Some(&engine))?;
        let mut missing = self.library.served_by(&engine);
        missing.retain(|id| !named.contains_key(id));
        self.know_server(engine.clone()).heard = true;
        for manifest in models {
            if !self.library.knows(&manifest) {
                let id = manifest.id.clone();
                self.library.add(manifest);
                self.settle_hollow_job(&id, now, out);
            }
        }
        for id in missing {
            self.library.set_here(&id, false);
            self.settle_hollow_job(&id, now, out);
            self.release(&id);
        }
        for id in self.conversations.wanted() {
            if is_of(&id, &engine) {
                self.settle_restored_wish(&id, now, out);
            }
        }
        out.engines.insert(engine);
        self.take_up_work(now, out);
        Ok(Reply::Done)
    }

    /// Makes one more model known.
    fn add_served(&mut self, mut manifest: ModelManifest) -> Result<Reply, Failure> {
        let mut failures = Vec::new();
        self.check_one(&manifest, "model", None, &mut failures);
        together(failures)?;
        if let Some(served) = &mut manifest.served
            && self.library.get(&manifest.id).is_none()
        {
            served.here = false;
            self.library.add(manifest);
        }
        Ok(Reply::Done)
    }

    /// Forgets a server. What is under way with it ends now.
    fn remove_server(
        &mut self,
        engine: &EngineId,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        self.known_server(engine)?;
        self.residency.slots.remove(engine);
        out.engines.insert(engine.clone());
        let message = ["The server “", engine.as_str(), "” was removed."].concat();
        let failure = Failure {
            provider: Some(engine.to_string()),
            ..Failure::new(ErrorCode::Unsupported, message)
        };
        let answers = self.residency.answers.iter();
        let answers: Set<AnswerId> = answers
            .filter(|(_, answer)| answer.engine == *engine)
            .map(|(id, _)| *id)
            .collect();
        for answer in answers {
            self.refuse_answer(answer, &failure, out);
        }
        for id in self.conversations.wanted() {
            if is_of(&id, engine) {
                let failure = failure.clone().about_model(&id);
                self.give_up_waiting(&id, &SelectionOutcome::Failed { failure }, out);
            }
        }
        for id in self.library.served_by(engine) {
            if let Some(job) = self.queue.of_model(&id).map(|job| job.id) {
                self.cancel_job(job, CancelReason::User, now, out);
                self.drop_job(job, out);
            }
            self.library.set_here(&id, false);
            self.release(&id);
        }
        Ok(Reply::Done)
    }

    /// Notes whether a server can be reached.
    fn server_reach(
        &mut self,
        engine: EngineId,
        reach: ServerReach,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        self.known_server(&engine)?.reach = reach;
        if reach == ServerReach::Yes
            && let Some(slot) = self.residency.slots.get_mut(&engine)
        {
            slot.cool_downs.clear_guesses();
        }
        out.engines.insert(engine);
        Ok(Reply::Done)
    }

    /// A model that its server has needs nothing more: whoever waits for it gets it.
    pub(super) fn activate_served(&mut self, id: &ModelId, out: &mut Outbox) {
        if self.library.is_served(id) && self.library.is_cached(id) {
            self.activate_waiting(id, out);
        }
    }

    /// Forgets a model its server does not have, unless somebody needs it.
    pub(super) fn release(&mut self, id: &ModelId) {
        let needed = self.library.is_cached(id) || self.in_use(id) || self.queue.of_model(id).is_some();
        if !needed && self.library.is_served(id) {
            self.library.remove(id);
        }
    }

    /// Whether a model that nobody has named may be one of a server that has not said yet what it has.
    pub(super) fn is_awaited_of_server(&self, id: &ModelId) -> bool {
        self.library.get(id).is_none() && self.server_of(id).is_some_and(|server| !server.heard)
    }

    /// The server that a model of this id must be of.
    pub(super) fn server_of(&self, id: &ModelId) -> Option<Server> {
        let mut slots = self.residency.slots.iter();
        slots.find_map(|(engine, slot)| slot.server.filter(|_| is_of(id, engine)))
    }

    fn know_server(&mut self, engine: EngineId) -> &mut Server {
        let unknown = Server {
            reach: ServerReach::Unknown,
            heard: false,
        };
        let slot = self.residency.slots.or_insert(engine, Slot::of(None));
        slot.server.get_or_insert(unknown)
    }

    fn known_server(&mut self, engine: &EngineId) -> Result<&mut Server, Failure> {
        let slot = self.residency.slots.get_mut(engine);
        slot.and_then(|slot| slot.server.as_mut()).ok_or_else(|| {
            let message = ["There is no server “", engine.as_str(), "”."].concat();
            Failure::new(ErrorCode::NotFound, message).about_field("engineId", engine.as_str())
        })
    }

    /// An in-page engine is no server.
    fn check_server(&self, engine: &EngineId) -> Result<(), Failure> {
        let slot = self.residency.slots.get(engine);
        match slot.filter(|slot| slot.server.is_none()) {
            None => Ok(()),
            Some(_) => Err(wrong(
                "engineId",
                "",
                engine.as_str(),
                "is an engine of this page",
            )),
        }
    }

    /// Checks the manifests of served models as a whole. Gives their ids.
    fn check_served(
        &self,
        models: &[ModelManifest],
        path: &str,
        server: Option<&EngineId>,
    ) -> Result<Table<ModelId, u32>, Failure> {
        let mut failures = Vec::new();
        // By hash: a list may come in any order.
        let mut ids = Table::default();
        for (index, manifest) in models.iter().enumerate() {
            let known = failures.len();
            let is_twice = ids.insert(manifest.id.clone(), 0).is_some();
            self.check_one(manifest, path, server, &mut failures);
            // Hardly ever is anything wrong: only then is it said where.
            if is_twice || failures.len() > known {
                failures.truncate(known);
                let path = [path, "[", &index.to_string(), "]"].concat();
                if is_twice {
                    failures.push(wrong(&path, ".id", manifest.id.as_str(), "stands there twice"));
                }
                self.check_one(manifest, &path, server, &mut failures);
            }
        }
        together(failures)?;
        Ok(ids)
    }

    fn check_one(
        &self,
        manifest: &ModelManifest,
        path: &str,
        server: Option<&EngineId>,
        failures: &mut Vec<Failure>,
    ) {
        let (id, engine) = (&manifest.id, &manifest.engine);
        let mut refuse = |field: &str, value: &str, reason: &str| {
            failures.push(wrong(path, field, value, reason));
        };
        if server.map_or(self.residency.server(engine.as_str()).is_none(), |server| {
            server != engine
        }) {
            refuse(".engine", engine.as_str(), "is not that server");
        }
        if !is_of(id, engine) {
            refuse(".id", id.as_str(), "does not begin with the server's id and `/`");
        }
        let known = self.library.get(id).map(|known| &known.manifest);
        if known.is_some_and(|known| known.served.is_none() || known.engine != *engine) {
            refuse(".id", id.as_str(), "is of another model");
        }
        if manifest.served.is_none() {
            refuse(".served", "", "is missing");
        }
        if !manifest.files.is_empty() {
            refuse(".files", "", "must be empty");
        }
        check_head(manifest, path, failures);
    }
}

/// Whether a model of this id must be of that server.
fn is_of(id: &ModelId, engine: &EngineId) -> bool {
    let rest = id.as_str().strip_prefix(engine.as_str());
    rest.is_some_and(|rest| rest.starts_with('/'))
}
