//! The router: which of the models there are is right for a task, and why.
//!
//! A wish names a profile, and the profile says what it asks of a model ([`profile`]). [`route`] takes the models as
//! plain facts ([`candidate`]), leaves out those that cannot be had, do not fit the device, the request or the profile
//! (`filter`), puts the others in a total order (`rank`) and takes the first; if there is none it goes on to the
//! fallback of the profile. What comes out is a [`Decision`] that says of every model what became of it; [`explain`]
//! puts it into sentences. When the model that was chosen fails, [`fallback`] decides again without it.
//!
//! What always holds: the model of a decision is one of those given, and it meets what the request needs, unless a
//! person asked for that very model and the decision says so. The order the models are given in never matters. No
//! profile is asked twice.

pub mod candidate;
pub mod decision;
mod error;
mod explain;
pub mod fallback;
mod filter;
pub mod profile;
mod profiles;
mod rank;
mod reading;
pub mod request;
mod route;
pub mod verdict;
mod wording;

pub use candidate::{Asks, Candidate, Device, Name, Presence, Reach, Residency, Unreachable};
pub use decision::{Choice, ChosenBy, Decision, NoRoute, NoRouteReason, TieBreak, UnknownFact, Warning};
pub use error::RoutingError;
pub use explain::{Called, MAX_SENTENCES, explain, explain_as};
pub use fallback::{CoolDown, End, Failed, Next, Trial, Trouble};
pub use profile::{Profile, ProfileOrder, ProfileSpec};
pub use profiles::{Override, Overrides, Profiles};
pub use request::{Needs, Request, Wish};
pub use route::route;
pub use verdict::{Asker, Dropped, Feature, Readiness, Standing, Step, Verdict};

/// What a route is decided by: the profiles and overrides in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Router {
    /// The profiles.
    pub profiles: Profiles,
    /// The overrides.
    pub overrides: Overrides,
    /// The version of the catalog the facts of the models come from.
    pub catalog_version: Name,
}

impl Router {
    /// A router with the built-in profiles.
    pub fn new(catalog_version: &str) -> Self {
        Self {
            profiles: Profiles::built_in(),
            overrides: Overrides::default(),
            catalog_version: Name::from(catalog_version),
        }
    }

    /// Checks that the profile an app names in the field `field` is one of those in force.
    ///
    /// # Errors
    /// When there is none of that name; with the name that looks most like it.
    pub fn known(&self, field: &str, name: &str) -> Result<(), RoutingError> {
        if self.profiles.get(name).is_some() {
            return Ok(());
        }
        let error = RoutingError::new(field.to_owned(), name, "is the name of no profile");
        Err(error.or_rather(self.profiles.closest(name)))
    }

    /// Puts profiles and overrides of the app in force.
    ///
    /// # Errors
    /// Everything that is wrong with them; then the old ones stay in force.
    pub fn configure(
        &mut self,
        profiles: &[ProfileSpec],
        overrides: &[Override],
    ) -> Result<(), Vec<RoutingError>> {
        let checked = Profiles::with(profiles);
        // Overrides are checked even if the profiles are wrong, against the names that would be there.
        let named = checked
            .as_ref()
            .map_or_else(|_| Profiles::named(profiles), Profiles::clone);
        let overrides = Overrides::new(overrides, &named);
        match (checked, overrides) {
            (Ok(profiles), Ok(overrides)) => {
                self.profiles = profiles;
                self.overrides = overrides;
                Ok(())
            }
            (profiles, overrides) => {
                let mut errors = profiles.err().unwrap_or_default();
                errors.extend(overrides.err().unwrap_or_default());
                Err(errors)
            }
        }
    }
}
