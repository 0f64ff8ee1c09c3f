//! What the router answers: the model, and everything that speaks for it and against the others (R8).
//!
//! A decision stands on its own: it holds the profiles it went by and the numbers it compared, so that it can be kept
//! as an event and read long after profiles and models have changed. [`super::explain`] puts it into sentences.

use serde::Serialize;

use super::candidate::Name;
use super::error::RoutingError;
use super::request::Request;
use super::verdict::{Dropped, Step};
use crate::catalog::family::Family;

/// What was decided, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The model, if there is one.
    pub chosen: Option<Choice>,
    /// What was asked.
    pub request: Request,
    /// The profiles in the order they were asked; one step without a profile for a model asked for by name. The
    /// choice, if there is one, is the first of the last step.
    pub path: Vec<Step>,
    /// What a person should know, besides.
    pub warnings: Vec<Warning>,
    /// The version of the catalog the facts came from.
    pub catalog_version: Name,
}

/// The model that was chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Its id.
    pub id: Name,
    /// Who serves it.
    pub provider: Name,
    /// How it was chosen.
    pub by: ChosenBy,
    /// What put it before the next one.
    pub tie_break: TieBreak,
}

/// How a model was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ChosenBy {
    /// It was asked for by its id.
    Name,
    /// The app overrides the profile with it.
    Override,
    /// It is the first that fits the profile.
    Profile,
}

/// The first thing in which the choice is better than the next one, in the order of requirement R6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TieBreak {
    /// There is no next one.
    Alone,
    /// It meets all that is asked, the next one does not.
    Fit,
    /// Its family is preferred.
    Family,
    /// It is ready sooner, or more surely.
    Readiness,
    /// It has fewer parameters.
    Parameters,
    /// Its context window is larger.
    Context,
    /// Its id comes first in the order of characters.
    Name,
    /// The ids are the same; its provider's name comes first.
    Provider,
    /// They have the same id and provider: the same model, given twice.
    Twin,
}

/// Something a person should know of a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "warning", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Warning {
    /// The override of a profile was taken although the profile asks for more (R4).
    OverrideDespite {
        /// The profile.
        profile: String,
        /// What it asks for.
        despite: Dropped,
    },
    /// The override of a profile could not be taken (R4, fault 39).
    OverrideNotAvailable {
        /// The profile.
        profile: String,
        /// The id of the model.
        model: String,
        /// What is against it; `null` if there is no such model.
        dropped: Option<Dropped>,
        /// Ids that look like it, if there is no such model.
        closest: Vec<Name>,
    },
    /// A model asked for by name was taken although it does not meet the request's needs.
    ModelDespite {
        /// What is needed.
        despite: Dropped,
    },
    /// Models would fit a profile, but none of the families it prefers is among them (fault 32).
    PreferenceUnused {
        /// The profile.
        profile: String,
        /// Up to three families of those models.
        found: Vec<Family>,
    },
    /// The choice rests on something nobody knows.
    Unknown {
        /// What it is.
        what: UnknownFact,
    },
}

/// What is not known of a model that was chosen nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum UnknownFact {
    /// Its context window: the default was assumed.
    Context,
    /// Whether it streams: its provider does.
    Streaming,
    /// Whether it can be reached.
    Reach,
    /// Whether the device has the features and the memory for it.
    Fit,
    /// Whether there is room to download it, or a network.
    Download,
}

/// No model can be chosen. The decision says what was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct NoRoute {
    /// Why not.
    pub reason: NoRouteReason,
    /// Everything that was looked at; nothing is chosen in it.
    pub decision: Box<Decision>,
}

/// Why no model can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum NoRouteReason {
    /// There is no profile of that name.
    UnknownProfile {
        /// The name.
        name: String,
        /// A profile whose name looks like it.
        closest: Option<String>,
    },
    /// The profile that was written out is wrong.
    InvalidProfile(Vec<RoutingError>),
    /// There is no model of that id.
    UnknownModel {
        /// The id.
        id: String,
        /// Ids that look like it.
        closest: Vec<Name>,
    },
    /// The model asked for by name is there but cannot be taken.
    ModelNotAvailable {
        /// The id.
        id: String,
        /// What is against it.
        dropped: Dropped,
    },
    /// The override of a profile cannot be taken, and the request is strict.
    OverrideNotAvailable {
        /// The profile.
        profile: String,
        /// The id of the model.
        model: String,
    },
    /// No model fits any of the profiles that were asked.
    NoCompatibleModels,
}

impl UnknownFact {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Context,
        Self::Streaming,
        Self::Reach,
        Self::Fit,
        Self::Download,
    ];
}
