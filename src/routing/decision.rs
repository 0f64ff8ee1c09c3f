//! What the router answers: the model, and everything that speaks for it and against the others (R8).
//!
//! A decision stands on its own: it holds the profiles it went by and the numbers it compared, so that it can be kept
//! as an event and read long after profiles and models have changed. [`super::explain`] puts it into sentences.

use serde::Serialize;

use super::candidate::{Name, Unreachable};
use super::error::RoutingError;
use super::fallback::Trouble;
use super::profile::Profile;
use super::request::Request;
use crate::catalog::family::Family;
use crate::catalog::record::{Capability, Limit, Source, Support};

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

/// What became of every model under one profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The profile; `null` where a model was asked for by name.
    pub profile: Option<Profile>,
    /// All models: those that fit in the order of requirement R6, then the others by id and provider.
    pub verdicts: Vec<Verdict>,
}

/// What became of one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Its id.
    pub id: Name,
    /// Who serves it.
    pub provider: Name,
    /// What it was ranked by.
    pub standing: Standing,
    /// Why it was left out; `null` if it fits.
    pub dropped: Option<Dropped>,
    /// For the model of an override or one asked for by name: what it was taken in spite of.
    pub despite: Option<Dropped>,
}

/// What a model is ranked by, in this order; then by id and provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The place of its family among the preferred ones, from 0; `null` if it is none of them.
    pub family_position: Option<u16>,
    /// How soon it could answer.
    pub readiness: Readiness,
    /// Whether a fact its readiness rests on is unknown: then it stands behind those of the same readiness.
    pub unsure: bool,
    /// Its parameters, in millions.
    pub parameters_millions: Option<u32>,
    /// Its context window.
    pub context: Limit,
}

/// How soon a model could answer, the soonest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Readiness {
    /// At once: an engine of this page holds it.
    Resident,
    /// It is on this device, or in the memory of a provider.
    Cached,
    /// A provider runs it.
    Reachable,
    /// It must be downloaded first.
    NeedsDownload,
}

/// Who asked for what a model does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Asker {
    /// The profile.
    Profile,
    /// The request itself.
    Request,
    /// A model that was tried and whose context was too small.
    Overflow,
}

/// A feature of the browser that a model cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Feature {
    /// WebGPU.
    Webgpu,
    /// Numbers of 16 bits in its shaders.
    ShaderF16,
}

/// The rule that left a model out: what was needed, what it has, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "rule", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Dropped {
    /// Another model was asked for by name.
    NotAskedFor,
    /// It was tried for this request already.
    AlreadyTried {
        /// What went wrong.
        trouble: Trouble,
    },
    /// Its provider failed for this request, in a way that meets all its models.
    ProviderFailed {
        /// What went wrong.
        trouble: Trouble,
    },
    /// It failed a short while ago and is left in peace.
    CoolingDown {
        /// Until when, in milliseconds since the Unix epoch.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        until: u64,
    },
    /// It cannot be reached from this page.
    Unreachable {
        /// Why.
        reason: Unreachable,
    },
    /// The browser lacks a feature it needs.
    FeatureMissing {
        /// Which one.
        need: Feature,
    },
    /// The GPU has too little memory for it.
    GpuMemoryTooSmall {
        /// The bytes it needs.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        need: u64,
        /// The bytes there are.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        have: u64,
    },
    /// There is no room to download it.
    DiskFull {
        /// The bytes still to come.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        need: u64,
        /// The bytes that are free.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        have: u64,
    },
    /// It must be downloaded first, and a request that is under way does not wait for that.
    NotHere,
    /// Its context window is too small.
    ContextTooSmall {
        /// The tokens it must hold.
        need: u32,
        /// The tokens it holds.
        have: u32,
        /// Who says so.
        source: Source,
        /// Who needs them.
        by: Asker,
    },
    /// It cannot do something, or nobody says that it can.
    CapabilityMissing {
        /// What it must be able to do.
        need: Capability,
        /// What is known of that.
        have: Support,
        /// Who needs it.
        by: Asker,
    },
    /// Its family is none of those the profile takes.
    FamilyNotPreferred,
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

impl Dropped {
    /// A number for each way to be left out: two of the same model, given twice, stand in this order.
    pub(super) fn weight(&self) -> (u8, u64, u64, u8) {
        match *self {
            Self::NotAskedFor => (0, 0, 0, 0),
            Self::AlreadyTried { .. } => (1, 0, 0, 0),
            Self::ProviderFailed { .. } => (2, 0, 0, 0),
            Self::CoolingDown { until } => (3, until, 0, 0),
            Self::Unreachable { reason } => (4, reason as u64, 0, 0),
            Self::FeatureMissing { need } => (5, need as u64, 0, 0),
            Self::GpuMemoryTooSmall { need, have } => (6, need, have, 0),
            Self::DiskFull { need, have } => (7, need, have, 0),
            Self::NotHere => (8, 0, 0, 0),
            Self::ContextTooSmall { have, source, by, .. } => (9, have.into(), source as u64, by as u8),
            Self::CapabilityMissing { need, have, by } => (10, need as u64, have as u64, by as u8),
            Self::FamilyNotPreferred => (11, 0, 0, 0),
        }
    }
}
