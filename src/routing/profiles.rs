//! The set of profiles and the overrides that are in force, and how they are checked.
//!
//! A set is checked as a whole, and everything that is wrong with it is reported together. One that is refused changes
//! nothing: whoever holds the old set still does.

use serde::Serialize;

use super::error::RoutingError;
use super::profile::{self, Profile, ProfileSpec};
use super::reading::{MAX_ENTRIES, read, wrong_name};
use crate::closest;
use crate::json::readable;

/// The profiles there are, the built-in ones first. Every fallback is one of them and no chain of fallbacks is a loop.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles(Vec<Profile>);

/// The model an app wants for a profile, whatever the profile asks (R4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// The name of the profile.
    pub profile: String,
    /// The id of the model.
    pub model: String,
}

readable! { Override only { profile: "profile", model: "model" } }

/// Overrides, each of a profile there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides(Vec<Override>);

/// The longest id of a model, in characters (K5).
const MAX_MODEL: usize = 256;
const NO_PROFILE: &str = "is the name of no profile";

impl Profiles {
    /// The four that come with the package (R3).
    pub fn built_in() -> Self {
        Self(profile::built_in())
    }

    /// The built-in profiles and those of the app. One with the name of a built-in profile replaces it, for the
    /// fallbacks of the others too.
    ///
    /// # Errors
    /// Everything that is wrong: empty, overlong, blank or repeated names, unknown capabilities, orders and fallbacks,
    /// fallbacks that lead back, minimums that are no count of tokens.
    pub fn with(custom: &[ProfileSpec]) -> Result<Self, Vec<RoutingError>> {
        let mut errors = Vec::new();
        let mut all = profile::built_in();
        if custom.len() > MAX_ENTRIES {
            let count = custom.len().to_string();
            return Err(vec![RoutingError::new(
                "profiles".to_owned(),
                &count,
                "has more than 256 entries",
            )]);
        }
        // Where each profile of the set was written, to name the field.
        let mut places: Vec<Option<usize>> = vec![None; all.len()];
        for (place, spec) in custom.iter().enumerate() {
            let path = format!("profiles[{place}].");
            let profile = read(spec, &path, &mut errors);
            if custom[..place].iter().any(|other| other.name == spec.name) {
                errors.push(RoutingError::new(
                    path + "name",
                    &spec.name,
                    "is the name of two profiles",
                ));
            } else if let Some(old) = all.iter().position(|old| old.name == spec.name) {
                all[old] = profile;
                places[old] = Some(place);
            } else {
                all.push(profile);
                places.push(Some(place));
            }
        }
        let set = Self(all);
        for (profile, place) in set.0.iter().zip(&places) {
            if let Some(error) = set.wrong_fallback(profile, *place) {
                errors.push(error);
            }
        }
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    /// Checks a profile that belongs to no set but may fall back to one of this set.
    ///
    /// # Errors
    /// Everything that is wrong with it, as [`Profiles::with`] does.
    pub fn inline(&self, spec: &ProfileSpec) -> Result<Profile, Vec<RoutingError>> {
        let mut errors = Vec::new();
        let profile = read(spec, "", &mut errors);
        if let Some(name) = profile
            .fallback
            .as_deref()
            .filter(|name| self.get(name).is_none())
        {
            let error = RoutingError::new("fallback".to_owned(), name, NO_PROFILE);
            errors.push(error.or_rather(self.closest(name)));
        }
        if errors.is_empty() {
            Ok(profile)
        } else {
            Err(errors)
        }
    }

    /// A set that has the right names and nothing else: for checking what refers to a set that is wrong.
    pub(super) fn named(custom: &[ProfileSpec]) -> Self {
        let mut all = profile::built_in();
        all.extend(custom.iter().map(|spec| read(spec, "", &mut Vec::new())));
        Self(all)
    }

    /// The profile of that name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.0.iter().find(|profile| profile.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.0.iter()
    }

    /// The name that looks most like `name`.
    pub(super) fn closest(&self, name: &str) -> Option<&str> {
        let names: Vec<&str> = self.0.iter().map(|profile| profile.name.as_ref()).collect();
        closest::one(name, &names)
    }

    /// What is wrong with the fallback of a profile. A loop is reported for each of its
    /// profiles that the app wrote.
    fn wrong_fallback(&self, profile: &Profile, place: Option<usize>) -> Option<RoutingError> {
        let name = profile.fallback.as_deref()?;
        let place = place?;
        let field = format!("profiles[{place}].fallback");
        let Some(mut next) = self.get(name) else {
            return Some(RoutingError::new(field, name, NO_PROFILE).or_rather(self.closest(name)));
        };
        let mut chain = format!("{} → {name}", profile.name);
        for _ in &self.0 {
            if next.name == profile.name {
                return Some(RoutingError::new(
                    field,
                    &chain,
                    "leads back to the profile itself",
                ));
            }
            next = self.get(next.fallback.as_deref()?)?;
            chain.push_str(" → ");
            chain.push_str(&next.name);
        }
        // A loop further on: it is reported there.
        None
    }
}

impl Overrides {
    /// Checks overrides against the profiles there are.
    ///
    /// # Errors
    /// Everything that is wrong: profiles that are not there or named twice, ids no model can have.
    pub fn new(overrides: &[Override], profiles: &Profiles) -> Result<Self, Vec<RoutingError>> {
        let mut errors = Vec::new();
        for (place, one) in overrides.iter().enumerate() {
            let path = format!("overrides[{place}].");
            if profiles.get(&one.profile).is_none() {
                let error = RoutingError::new(path.clone() + "profile", &one.profile, NO_PROFILE);
                errors.push(error.or_rather(profiles.closest(&one.profile)));
            } else if overrides[..place]
                .iter()
                .any(|other| other.profile == one.profile)
            {
                errors.push(RoutingError::new(
                    path.clone() + "profile",
                    &one.profile,
                    "is overridden twice",
                ));
            }
            let wrong = wrong_name(&one.model, MAX_MODEL)
                .or_else(|| one.model.contains("..").then_some("contains `..`"))
                .or_else(|| {
                    one.model
                        .contains(char::is_whitespace)
                        .then_some("contains a blank")
                });
            if let Some(reason) = wrong {
                errors.push(RoutingError::new(path + "model", &one.model, reason));
            }
        }
        if errors.is_empty() {
            Ok(Self(overrides.to_vec()))
        } else {
            Err(errors)
        }
    }

    /// The id of the model for a profile.
    pub fn get(&self, profile: &str) -> Option<&str> {
        let found = self.0.iter().find(|one| one.profile == profile);
        found.map(|one| one.model.as_str())
    }
}
