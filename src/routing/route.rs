//! The walk from a wish to a model (R2): override, filters, families, fallback profile, and so on until a model fits or
//! no profile is left.

use super::Router;
use super::candidate::{Candidate, Device, Name};
use super::decision::{Choice, ChosenBy, Decision, NoRoute, NoRouteReason, UnknownFact, Warning};
use super::filter::{Judge, Objection};
use super::profile::{Profile, ProfileOrder};
use super::rank::{Class, Field, Line};
use super::request::{Request, Wish};
use super::verdict::Dropped;
use crate::catalog::family::Family;
use crate::closest;

/// Chooses one of `candidates` for a request.
///
/// ```
/// use modelyard::catalog::family::Family;
/// use modelyard::catalog::record::{Capabilities, Limit, Source, Support};
/// use modelyard::routing::{
///     Asks, Candidate, Device, Name, Needs, Presence, Reach, Request, Residency, Router, Wish, explain, route,
/// };
///
/// let phi = Candidate {
///     id: Name::from("phi3:mini"),
///     provider: Name::from("ollama"),
///     family: Family::known("phi"),
///     parameters_millions: Some(3_821),
///     context: Limit { tokens: 4_096, source: Source::Served },
///     capabilities: Capabilities::default(),
///     provider_streams: Support::Yes,
///     presence: Presence::Remote,
///     residency: Residency::Unloaded,
///     reachable: Reach::Yes,
///     asks: Asks::default(),
///     download_bytes: None,
/// };
/// let wish = Wish::Profile("fast".to_owned());
/// let request = Request { wish, needs: Needs::default(), strict: false };
/// let decision = route(&Router::new("2026-11"), &request, &[phi], &Device::default()).expect("it fits");
/// assert_eq!(decision.chosen.as_ref().map(|choice| choice.id.as_str()), Some("phi3:mini"));
/// assert_eq!(explain(&decision)[0], "“phi3:mini” (ollama) was chosen for fast: it is the only model there is.");
/// ```
///
/// # Errors
/// When no model can be chosen: with the reason and everything that was looked at.
pub fn route(
    router: &Router,
    request: &Request,
    candidates: &[Candidate],
    device: &Device,
) -> Result<Decision, NoRoute> {
    decide(router, request, candidates, device, None)
}

/// Chooses, with what earlier tries of the request left behind.
pub(super) fn decide(
    router: &Router,
    request: &Request,
    candidates: &[Candidate],
    device: &Device,
    trial: Option<Objection>,
) -> Result<Decision, NoRoute> {
    let mut walk = Walk {
        router,
        request,
        judge: Judge {
            device,
            needs: &request.needs,
            trial,
        },
        field: Field::new(candidates),
        decision: Decision {
            chosen: None,
            request: request.clone(),
            path: Vec::new(),
            warnings: Vec::new(),
            catalog_version: router.catalog_version.clone(),
        },
    };
    match walk.run() {
        Ok(()) => Ok(walk.decision),
        Err(reason) => Err(NoRoute {
            reason,
            decision: Box::new(walk.decision),
        }),
    }
}

/// How many names are offered instead of a wrong one.
const OFFERS: usize = 3;

struct Walk<'a> {
    router: &'a Router,
    request: &'a Request,
    judge: Judge<'a>,
    field: Field<'a>,
    decision: Decision,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), NoRouteReason> {
        let (router, request) = (self.router, self.request);
        match &request.wish {
            Wish::Model(id) => self.by_name(id),
            Wish::Inline(spec) => {
                let profile = router
                    .profiles
                    .inline(spec)
                    .map_err(NoRouteReason::InvalidProfile)?;
                // What was written out for this request is not overridden; what it falls back to is.
                self.by_profile(&profile, None)
            }
            Wish::Profile(name) => match router.profiles.get(name) {
                Some(profile) => self.by_profile(profile, router.overrides.get(name)),
                None => Err(NoRouteReason::UnknownProfile {
                    name: name.clone(),
                    closest: router.profiles.closest(name).map(str::to_owned),
                }),
            },
        }
    }

    /// Asks one profile after the other. Chains of fallbacks are no loops: that was checked when they were set.
    fn by_profile(&mut self, first: &Profile, first_override: Option<&str>) -> Result<(), NoRouteReason> {
        let router = self.router;
        let mut next = Some((first, first_override));
        while let Some((profile, model)) = next {
            if self.ask(profile, model)? {
                return Ok(());
            }
            let fallback = profile.fallback.as_deref();
            next = fallback
                .and_then(|name| router.profiles.get(name))
                .map(|profile| (profile, router.overrides.get(&profile.name)));
        }
        Err(NoRouteReason::NoCompatibleModels)
    }

    /// Asks one profile. Says whether a model was chosen.
    fn ask(&mut self, profile: &Profile, model: Option<&str>) -> Result<bool, NoRouteReason> {
        let (judge, field) = (&self.judge, &self.field);
        let mut lines: Vec<Line> = Vec::with_capacity(field.candidates.len());
        for candidate in field.candidates {
            let against = judge.dropped(candidate, profile);
            let mut line = Field::line(judge, candidate, Some(profile), against);
            // The override passes over what the profile asks, not over what the request needs (R4).
            if model == Some(candidate.id.as_str())
                && (against.is_none()
                    || judge
                        .unavailable(candidate)
                        .or_else(|| judge.below_needs(candidate))
                        .is_none())
            {
                line.class = if against.is_some() {
                    Class::WantedDespite
                } else {
                    Class::Wanted
                };
            }
            lines.push(line);
        }
        let order = field.order(&lines);
        let first = order.first().map(|at| &lines[*at as usize]);
        let overridden = first.is_some_and(|first| first.class < Class::Fits);
        if let Some(model) = model.filter(|_| !overridden) {
            let mut places = order.iter().map(|at| *at as usize);
            let named = places.find(|at| field.candidates[*at].id.as_str() == model);
            let dropped = named.and_then(|at| lines[at].against);
            let closest = if dropped.is_none() {
                self.closest(model)
            } else {
                Vec::new()
            };
            self.decision.warnings.push(Warning::OverrideNotAvailable {
                profile: profile.name.clone().into_owned(),
                model: model.to_owned(),
                dropped,
                closest,
            });
        }
        let refused = model.filter(|_| self.request.strict && !overridden);
        self.take(Some(profile), &lines, &order, refused.is_none());
        match refused {
            Some(model) => Err(NoRouteReason::OverrideNotAvailable {
                profile: profile.name.clone().into_owned(),
                model: model.to_owned(),
            }),
            None => Ok(self.decision.chosen.is_some()),
        }
    }

    /// Takes the model of that id; if several providers have it, the first of them.
    fn by_name(&mut self, id: &str) -> Result<(), NoRouteReason> {
        let (judge, field) = (&self.judge, &self.field);
        let mut lines: Vec<Line> = Vec::with_capacity(field.candidates.len());
        let mut known = false;
        let mut candidates = field.candidates.iter();
        let asked = candidates.find(|candidate| candidate.id.as_str() == id);
        // Once it was tried, whoever else has that model may step in.
        let asked = asked.filter(|_| judge.trial.is_some()).map(Candidate::own_name);
        for candidate in field.candidates {
            if candidate.id.as_str() != id && asked != Some(candidate.own_name()) {
                lines.push(Field::line(judge, candidate, None, Some(Dropped::NotAskedFor)));
                continue;
            }
            known = true;
            let unavailable = judge.unavailable(candidate);
            let against = unavailable.or_else(|| judge.below_needs(candidate));
            let mut line = Field::line(judge, candidate, None, against);
            if against.is_none() {
                line.class = Class::Wanted;
            } else if unavailable.is_none() && !self.request.strict {
                line.class = Class::WantedDespite;
            }
            lines.push(line);
        }
        let order = field.order(&lines);
        self.take(None, &lines, &order, true);
        if self.decision.chosen.is_some() {
            return Ok(());
        }
        if !known {
            let closest = self.closest(id);
            return Err(NoRouteReason::UnknownModel {
                id: id.to_owned(),
                closest,
            });
        }
        let mut ordered = order.iter().filter_map(|at| lines[*at as usize].against);
        let dropped = ordered.find(|dropped| *dropped != Dropped::NotAskedFor);
        Err(NoRouteReason::ModelNotAvailable {
            id: id.to_owned(),
            dropped: dropped.unwrap_or(Dropped::NotAskedFor),
        })
    }

    /// Notes what became of every model, and chooses the first if it may and that was not left out.
    fn take(&mut self, profile: Option<&Profile>, lines: &[Line], order: &[u32], may_choose: bool) {
        let field = &self.field;
        let step = field.step(profile.cloned(), lines, order);
        self.decision.path.push(step);
        if !may_choose {
            return;
        }
        let warnings = &mut self.decision.warnings;
        let name = |profile: &Profile| profile.name.clone().into_owned();
        let chosen = order.first().map(|at| *at as usize);
        let Some(chosen) = chosen.filter(|at| lines[*at].class < Class::Dropped) else {
            let mut found: Vec<Family> = Vec::new();
            for at in order.iter().map(|at| *at as usize) {
                let family = &field.candidates[at].family;
                if lines[at].against == Some(Dropped::FamilyNotPreferred) && !found.contains(family) {
                    found.push(family.clone());
                    if found.len() == OFFERS {
                        break;
                    }
                }
            }
            if let Some(profile) = profile.filter(|_| !found.is_empty()) {
                warnings.push(Warning::PreferenceUnused {
                    profile: name(profile),
                    found,
                });
            }
            return;
        };
        let first = &lines[chosen];
        match (profile, first.against) {
            (None, Some(despite)) => warnings.push(Warning::ModelDespite { despite }),
            // To take a model of another family is what an override is for.
            (Some(profile), Some(despite)) if despite != Dropped::FamilyNotPreferred => {
                warnings.push(Warning::OverrideDespite {
                    profile: name(profile),
                    despite,
                });
            }
            _ => {}
        }
        let unknown = UnknownFact::ALL
            .into_iter()
            .filter(|fact| first.unknown & 1 << *fact as u8 != 0);
        warnings.extend(unknown.map(|what| Warning::Unknown { what }));
        let candidate = &field.candidates[chosen];
        let own_order = profile.map_or(ProfileOrder::default(), |profile| profile.order);
        self.decision.chosen = Some(Choice {
            id: candidate.id.clone(),
            provider: candidate.provider.clone(),
            by: match (profile, first.class) {
                (None, _) => ChosenBy::Name,
                (Some(_), Class::Fits) => ChosenBy::Profile,
                (Some(_), _) => ChosenBy::Override,
            },
            tie_break: field.tie_break(lines, order, own_order),
        });
    }

    /// Ids that look like a wrong one.
    fn closest(&self, id: &str) -> Vec<Name> {
        let candidates = self.field.candidates;
        let mut ids = candidates.iter().map(|candidate| candidate.id.as_str());
        let places = closest::places(id, &mut ids, OFFERS);
        places
            .into_iter()
            .map(|place| candidates[place].id.clone())
            .collect()
    }
}
