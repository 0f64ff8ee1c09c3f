//! What became of a model under a profile: what it was ranked by, or the rule that left it out.

use serde::Serialize;

use super::candidate::{Name, Unreachable};
use super::fallback::Trouble;
use super::profile::Profile;
use crate::catalog::record::{Capability, Limit, Source, Support};

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
