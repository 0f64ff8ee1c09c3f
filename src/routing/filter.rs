//! Which models are left out, and by which rule. Each model is judged by itself: what became of one never depends on
//! which others there are.

use super::candidate::{Candidate, Device, Presence, Reach, Residency, Unreachable};
use super::decision::UnknownFact;
use super::profile::Profile;
use super::request::Needs;
use super::verdict::{Asker, Dropped, Feature, Readiness};
use crate::catalog::record::{Capability, Source, Support};

/// What speaks against a model besides the facts.
pub(super) type Objection<'a> = &'a dyn Fn(&Candidate) -> Option<Dropped>;

/// What everything is judged by.
pub(super) struct Judge<'a> {
    pub(super) device: &'a Device,
    pub(super) needs: &'a Needs,
    /// What earlier tries of this request left behind; none for a first try.
    pub(super) trial: Option<Objection<'a>>,
}

impl Judge<'_> {
    /// Why a model cannot be had at all: it was tried, it cannot be reached, or the device is not up to it.
    pub(super) fn unavailable(&self, candidate: &Candidate) -> Option<Dropped> {
        if let Some(dropped) = self.trial.and_then(|trial| trial(candidate)) {
            return Some(dropped);
        }
        if let Reach::No(reason) = candidate.reachable {
            return Some(Dropped::Unreachable { reason });
        }
        if candidate.needs_download() && self.device.online == Support::No {
            let reason = Unreachable::Offline;
            return Some(Dropped::Unreachable { reason });
        }
        // What is in memory fits there.
        if candidate.residency == Residency::Resident {
            return None;
        }
        let (asks, device) = (&candidate.asks, self.device);
        if asks.webgpu && device.webgpu == Support::No {
            return Some(Dropped::FeatureMissing {
                need: Feature::Webgpu,
            });
        }
        if asks.shader_f16 && device.shader_f16 == Support::No {
            let need = Feature::ShaderF16;
            return Some(Dropped::FeatureMissing { need });
        }
        if let (Some(need), Some(have)) = (asks.gpu_memory_bytes, device.gpu_memory_bytes)
            && need > have
        {
            return Some(Dropped::GpuMemoryTooSmall { need, have });
        }
        if let (Some(need), Some(have)) = (candidate.download_bytes, device.free_disk_bytes)
            && candidate.needs_download()
            && need > have
        {
            return Some(Dropped::DiskFull { need, have });
        }
        None
    }

    /// Which of the request's own needs a model does not meet.
    pub(super) fn below_needs(&self, candidate: &Candidate) -> Option<Dropped> {
        let needs = self.needs;
        let mut asked = needs.all_capabilities();
        context(candidate, needs.tokens.unwrap_or(0), Asker::Request)
            .or_else(|| asked.find_map(|need| capability(candidate, need, Asker::Request)))
    }

    /// Why a model is left out under a profile: the first rule it breaks, in the order of requirement R2.
    pub(super) fn dropped(&self, candidate: &Candidate, profile: &Profile) -> Option<Dropped> {
        // Whoever asks for more context is named.
        let tokens = self.needs.tokens.unwrap_or(0);
        let (need, by) = if tokens > profile.min_context {
            (tokens, Asker::Request)
        } else {
            (profile.min_context, Asker::Profile)
        };
        self.unavailable(candidate)
            .or_else(|| context(candidate, need, by))
            .or_else(|| self.below_needs(candidate))
            .or_else(|| below_profile(candidate, profile))
            .or_else(|| {
                let taken = profile.preferred_families.is_empty()
                    || profile.preferred_families.contains(&candidate.family);
                (!taken).then_some(Dropped::FamilyNotPreferred)
            })
    }

    /// What nobody knows of a model and still counts for it: one bit for each of [`UnknownFact::ALL`].
    pub(super) fn unknown(&self, candidate: &Candidate) -> u8 {
        let streaming = candidate.capabilities.streaming == Support::Unknown
            && candidate.provider_streams == Support::Yes;
        UnknownFact::ALL.iter().fold(0, |bits, fact| {
            let unknown = match fact {
                UnknownFact::Context => candidate.context.source == Source::Default,
                UnknownFact::Streaming => streaming,
                UnknownFact::Reach => candidate.reachable == Reach::Unknown,
                UnknownFact::Fit => self.fit_unknown(candidate),
                UnknownFact::Download => self.download_unknown(candidate),
            };
            bits | u8::from(unknown) << *fact as u8
        })
    }

    fn fit_unknown(&self, candidate: &Candidate) -> bool {
        let (asks, device) = (&candidate.asks, self.device);
        candidate.residency != Residency::Resident
            && (asks.webgpu && device.webgpu == Support::Unknown
                || asks.shader_f16 && device.shader_f16 == Support::Unknown
                || asks.gpu_memory_bytes.is_some() && device.gpu_memory_bytes.is_none())
    }

    fn download_unknown(&self, candidate: &Candidate) -> bool {
        candidate.needs_download()
            && (self.device.online == Support::Unknown
                || candidate.download_bytes.is_none()
                || self.device.free_disk_bytes.is_none())
    }
}

/// What a profile asks that a model does not have.
pub(super) fn below_profile(candidate: &Candidate, profile: &Profile) -> Option<Dropped> {
    let mut asked = profile.required.iter();
    context(candidate, profile.min_context, Asker::Profile)
        .or_else(|| asked.find_map(|need| capability(candidate, *need, Asker::Profile)))
}

fn context(candidate: &Candidate, need: u32, by: Asker) -> Option<Dropped> {
    let (have, source) = (candidate.context.tokens, candidate.context.source);
    (have < need).then_some(Dropped::ContextTooSmall {
        need,
        have,
        source,
        by,
    })
}

/// Unknown counts as missing (R5).
fn capability(candidate: &Candidate, need: Capability, by: Asker) -> Option<Dropped> {
    let have = candidate.can(need);
    (have != Support::Yes).then_some(Dropped::CapabilityMissing { need, have, by })
}

pub(super) fn readiness(candidate: &Candidate) -> Readiness {
    let resident = candidate.residency == Residency::Resident;
    match candidate.presence {
        Presence::Remote if resident => Readiness::Cached,
        Presence::Remote => Readiness::Reachable,
        _ if resident => Readiness::Resident,
        Presence::Cached => Readiness::Cached,
        Presence::Absent | Presence::Partial => Readiness::NeedsDownload,
    }
}
