//! Profiles instead of models: the router is asked with what this page has, and its answer is selected and kept.
//!
//! A route is decided when its user asks for it, and stays what it is: a model that comes or goes later changes
//! nothing until the user, or a failure, moves the conversation (requirement R9).

use std::sync::Arc;

use crate::catalog::record::Support;
use crate::catalog::{AppEntry, Catalog};
use crate::routing::{
    Asks, Candidate, Decision, Device, Name, Needs, NoRoute, Override, Presence, ProfileSpec, Reach, Request,
    Residency, Router, Unreachable, Wish, explain_as, route,
};

use super::Engine;
use super::command::{Command, Reply};
use super::describing::said_of;
use super::event::Event;
use super::failure::Failure;
use super::ids::{ConversationId, ModelId, Timestamp};
use super::record::RouteRecord;
use super::route_failures::{app_entries_failure, no_route_failure, settings_failure};
use super::snapshot::{self, ServerReach};
use super::step::Outbox;

/// The most sentences of an explanation that are stored with a conversation.
const MAX_STORED_SENTENCES: usize = 60;

/// The field that names the profile of a new conversation.
const DEFAULT_PROFILE: &str = "defaultProfile";

/// What routes are decided by.
#[derive(Debug, Clone)]
pub(super) struct Routes {
    pub(super) catalog: Arc<Catalog>,
    pub(super) router: Router,
    pub(super) device: Device,
    default_profile: Option<String>,
    profiles: Vec<ProfileSpec>,
    overrides: Vec<Override>,
}

impl Routes {
    pub(super) fn new(
        catalog: Arc<Catalog>,
        profiles: Vec<ProfileSpec>,
        overrides: Vec<Override>,
        default_profile: Option<String>,
    ) -> Result<Self, Failure> {
        let mut router = Router::new(catalog.version());
        router
            .configure(&profiles, &overrides)
            .map_err(|errors| settings_failure(&errors))?;
        check_profile(&router, default_profile.as_deref())?;
        Ok(Self {
            catalog,
            router,
            device: Device::default(),
            default_profile,
            profiles,
            overrides,
        })
    }
}

impl Engine {
    /// Chooses the model a profile leads to, or changes nothing.
    pub(super) fn select_profile(
        &mut self,
        conversation: &ConversationId,
        profile: String,
        needs: Needs,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Reply, Failure> {
        let request = Request {
            wish: Wish::Profile(profile.clone()),
            needs,
            strict: false,
        };
        let decision = self.decide(&request).map_err(|none| no_route_failure(&none))?;
        let route = self.routed(conversation, profile, decision, out)?;
        let model = route.model.clone();
        match self.select(conversation, &model, Some(route), now, out)? {
            Reply::Selected { intent } => Ok(Reply::Routed {
                model_id: model.to_string(),
                intent,
            }),
            other => Ok(other),
        }
    }

    /// What an app asks or tells the router and the model database.
    pub(super) fn of_router(&mut self, command: Command, out: &mut Outbox) -> Result<Reply, Failure> {
        match command {
            Command::LookUp { names } => Ok(self.look_up(&names)),
            Command::DescribeDevice {
                online,
                webgpu,
                shader_f16,
                free_disk_bytes,
            } => {
                self.routes.device = Device {
                    gpu_memory_bytes: None,
                    webgpu: webgpu.into(),
                    shader_f16: shader_f16.into(),
                    free_disk_bytes,
                    online: online.into(),
                };
                Ok(Reply::Done)
            }
            Command::Route { request } => Ok(self.route(&request, out)),
            Command::Describe { model_ids } => self.describe(&model_ids),
            Command::Configure {
                catalog,
                profiles,
                overrides,
                default_model,
                default_profile,
                superseded,
            } => {
                let default_model = default_model.map(|id| self.read_default(&id)).transpose()?;
                self.configure(catalog, profiles, overrides, default_profile, out)?;
                self.default_model = default_model.unwrap_or(self.default_model.take());
                self.superseded = superseded.unwrap_or(self.superseded);
                Ok(Reply::Done)
            }
            _ => Ok(Reply::Done),
        }
    }

    /// What is known of names.
    fn look_up(&self, names: &[String]) -> Reply {
        let lookups = self.routes.catalog.lookup_all(names);
        Reply::Found { lookups }
    }

    /// Asks the router and tells it, and nothing else.
    fn route(&mut self, request: &Request, out: &mut Outbox) -> Reply {
        let (decision, failure) = match self.decide(request) {
            Ok(decision) => (Box::new(decision), None),
            Err(no_route) => {
                let failure = no_route_failure(&no_route);
                (no_route.decision, Some(failure))
            }
        };
        let explanation = self.explained(&decision);
        out.event(Event::ModelRouted {
            conversation_id: None,
            decision: decision.clone(),
            explanation: explanation.clone(),
        });
        Reply::Decided {
            decision,
            explanation,
            failure,
        }
    }

    /// The route of a new conversation, if those start with a profile. Where it leads nowhere the conversation starts
    /// as if there were none: it can be given a model at any time.
    pub(super) fn default_route(
        &mut self,
        conversation: &ConversationId,
        out: &mut Outbox,
    ) -> Option<RouteRecord> {
        let profile = self.routes.default_profile.clone()?;
        let request = Request {
            wish: Wish::Profile(profile.clone()),
            needs: Needs::default(),
            strict: false,
        };
        let decision = self.decide(&request).ok()?;
        self.routed(conversation, profile, decision, out).ok()
    }

    /// Puts what the app says in force, all of it or nothing.
    fn configure(
        &mut self,
        catalog: Option<Vec<AppEntry>>,
        profiles: Option<Vec<ProfileSpec>>,
        overrides: Option<Vec<Override>>,
        default_profile: Option<String>,
        out: &mut Outbox,
    ) -> Result<(), Failure> {
        let mut router = self.routes.router.clone();
        let profiles = profiles.unwrap_or_else(|| self.routes.profiles.clone());
        let overrides = overrides.unwrap_or_else(|| self.routes.overrides.clone());
        router
            .configure(&profiles, &overrides)
            .map_err(|errors| settings_failure(&errors))?;
        let default_profile = match default_profile {
            Some(name) => Some(name).filter(|name| !name.is_empty()),
            None => self.routes.default_profile.clone(),
        };
        check_profile(&router, default_profile.as_deref())?;
        if let Some(entries) = catalog {
            let with = self.routes.catalog.with_entries(entries);
            self.routes.catalog = Arc::new(with.map_err(|errors| app_entries_failure(&errors))?);
        }
        (self.routes.router, self.routes.profiles, self.routes.overrides) = (router, profiles, overrides);
        self.routes.default_profile = default_profile;
        out.profiles = true;
        Ok(())
    }

    fn decide(&self, request: &Request) -> Result<Decision, NoRoute> {
        route(
            &self.routes.router,
            request,
            &self.candidates(),
            &self.routes.device,
        )
    }

    /// Tells of a decision and makes of it what is stored.
    pub(super) fn routed(
        &mut self,
        conversation: &ConversationId,
        profile: String,
        decision: Decision,
        out: &mut Outbox,
    ) -> Result<RouteRecord, Failure> {
        let explanation = self.explained(&decision);
        let id = decision.chosen.as_ref().map_or("", |chosen| chosen.id.as_str());
        let model = self.known_id(id)?;
        out.event(Event::ModelRouted {
            conversation_id: Some(conversation.to_string()),
            decision: Box::new(decision),
            explanation: explanation.clone(),
        });
        Ok(RouteRecord {
            profile,
            model,
            explanation: explanation.into_iter().take(MAX_STORED_SENTENCES).collect(),
        })
    }

    /// A decision in sentences, with models called what people read of them.
    pub(super) fn explained(&self, decision: &Decision) -> Vec<String> {
        explain_as(decision, &|id, _| {
            let id = ModelId::new(id).ok()?;
            Some(self.library.get(&id)?.manifest.name.clone())
        })
    }

    /// The models of this page as the router sees them.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        self.library.ids().filter_map(|id| self.candidate(id)).collect()
    }

    pub(super) fn candidate(&self, id: &ModelId) -> Option<Candidate> {
        let manifest = &self.library.get(id)?.manifest;
        let (name, said) = said_of(manifest);
        let known = self.routes.catalog.describe(name, &said);
        let (presence, present_bytes) = self.library.presence(id);
        let residency = if self.residency.is_resident(id) {
            Residency::Resident
        } else {
            Residency::Unloaded
        };
        let here = presence == snapshot::Presence::Cached || residency == Residency::Resident;
        Some(Candidate {
            id: Name::from(id.as_str()),
            provider: Name::from(manifest.engine.as_str()),
            family: known.family.clone(),
            parameters_millions: known.parameters_millions,
            context: known.effective_context,
            capabilities: known.capabilities,
            provider_streams: Support::Yes,
            presence: match presence {
                snapshot::Presence::Absent => Presence::Absent,
                snapshot::Presence::Partial => Presence::Partial,
                snapshot::Presence::Cached if manifest.served.is_some() => Presence::Remote,
                snapshot::Presence::Cached => Presence::Cached,
            },
            residency,
            reachable: self.reachable(id, here),
            asks: Asks {
                gpu_memory_bytes: known.gpu_memory_bytes,
                ..Asks::default()
            },
            download_bytes: manifest
                .total_bytes()
                .map(|total| total.saturating_sub(present_bytes))
                // What a server fetches takes none of this device's room.
                .filter(|_| !here && manifest.served.is_none()),
        })
    }

    fn reachable(&self, id: &ModelId, here: bool) -> Reach {
        let Ok(engine) = self.engine_for(id) else {
            return Reach::No(Unreachable::Down);
        };
        match self.residency.server(engine.as_str()).map(|server| server.reach) {
            Some(ServerReach::Yes) => Reach::Yes,
            Some(ServerReach::Unknown) => Reach::Unknown,
            Some(ServerReach::Down) => Reach::No(Unreachable::Down),
            Some(ServerReach::Offline) => Reach::No(Unreachable::Offline),
            Some(ServerReach::Cors) => Reach::No(Unreachable::Cors),
            Some(ServerReach::Permission) => Reach::No(Unreachable::Permission),
            None => match self.routes.device.online {
                _ if here => Reach::Yes,
                Support::Yes => Reach::Yes,
                Support::No => Reach::No(Unreachable::Offline),
                Support::Unknown => Reach::Unknown,
            },
        }
    }
}

fn check_profile(router: &Router, default: Option<&str>) -> Result<(), Failure> {
    let known = default.map_or(Ok(()), |name| router.known(DEFAULT_PROFILE, name).map(drop));
    known.map_err(|error| settings_failure(&[error]))
}
