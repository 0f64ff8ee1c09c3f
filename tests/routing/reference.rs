//! The router once more, as slowly and plainly as the requirements read (R2, R4, R5, R6, R9). It shares the words with
//! the real one and none of its rules.

use modelyard::catalog::family::Family;
use modelyard::catalog::record::{Capability, Support};
use modelyard::routing::{
    Candidate, Device, Needs, Presence, Profile, ProfileOrder, Reach, Request, Residency, Router, Wish,
};

/// The id and provider of the model, and the names of the profiles that were asked; or nothing.
pub(crate) type Route = (Option<(String, String)>, Vec<String>);

pub(crate) fn route(router: &Router, request: &Request, candidates: &[Candidate], device: &Device) -> Route {
    let had: Vec<&Candidate> = candidates.iter().filter(|one| can_be_had(one, device)).collect();
    match &request.wish {
        Wish::Model(id) => {
            let named: Vec<&Candidate> = had.into_iter().filter(|one| one.id.as_str() == id).collect();
            let (good, rest): (Vec<_>, Vec<_>) =
                named.into_iter().partition(|one| meets(one, &request.needs));
            let order = ProfileOrder::LargestContextFirst;
            let rest = if request.strict { Vec::new() } else { rest };
            (
                first(&good, order, device).or_else(|| first(&rest, order, device)),
                Vec::new(),
            )
        }
        Wish::Profile(name) => {
            let start = router.profiles.get(name).cloned();
            walk(router, request, start, true, &had, device)
        }
        Wish::Inline(spec) => {
            let start = router.profiles.inline(spec).ok();
            walk(router, request, start, false, &had, device)
        }
    }
}

fn walk(
    router: &Router,
    request: &Request,
    start: Option<Profile>,
    mut may_override: bool,
    had: &[&Candidate],
    device: &Device,
) -> Route {
    let mut asked = Vec::new();
    let mut next = start;
    while let Some(profile) = next {
        asked.push(profile.name.to_string());
        assert!(asked.len() < 20, "a loop");
        let good: Vec<&Candidate> = had
            .iter()
            .copied()
            .filter(|one| meets(one, &request.needs))
            .collect();
        if let Some(id) = router.overrides.get(&profile.name).filter(|_| may_override) {
            let named: Vec<&Candidate> = good.iter().copied().filter(|one| one.id.as_str() == id).collect();
            let (fitting, others): (Vec<&Candidate>, Vec<&Candidate>) = named
                .into_iter()
                .partition(|one| fits(one, &profile) && takes(&profile, &one.family));
            for group in [fitting, others] {
                let best_family = |family: Option<&Family>| -> Vec<&Candidate> {
                    let of = |one: &&Candidate| family.is_none_or(|family| one.family == *family);
                    group.iter().copied().filter(of).collect()
                };
                for family in profile.preferred_families.iter().map(Some).chain([None]) {
                    let found = first(&best_family(family), profile.order, device);
                    if found.is_some() {
                        return (found, asked);
                    }
                }
            }
            if request.strict {
                return (None, asked);
            }
        }
        let fitting: Vec<&Candidate> = good.into_iter().filter(|one| fits(one, &profile)).collect();
        if profile.preferred_families.is_empty() {
            let found = first(&fitting, profile.order, device);
            if found.is_some() {
                return (found, asked);
            }
        }
        for family in &profile.preferred_families {
            let of: Vec<&Candidate> = fitting
                .iter()
                .copied()
                .filter(|one| one.family == *family)
                .collect();
            let found = first(&of, profile.order, device);
            if found.is_some() {
                return (found, asked);
            }
        }
        may_override = true;
        next = profile
            .fallback
            .as_ref()
            .and_then(|name| router.profiles.get(name))
            .cloned();
    }
    (None, asked)
}

pub(crate) fn can_be_had(one: &Candidate, device: &Device) -> bool {
    let resident = one.residency == Residency::Resident;
    let download = !resident && [Presence::Absent, Presence::Partial].contains(&one.presence);
    let cut_off = matches!(one.reachable, Reach::No(_)) || download && device.online == Support::No;
    let over = |need: Option<u64>, have: Option<u64>| need.zip(have).is_some_and(|(need, have)| need > have);
    let fits = resident
        || !(one.asks.webgpu && device.webgpu == Support::No
            || one.asks.shader_f16 && device.shader_f16 == Support::No
            || over(one.asks.gpu_memory_bytes, device.gpu_memory_bytes));
    let room = !download || !over(one.download_bytes, device.free_disk_bytes);
    !cut_off && fits && room
}

pub(crate) fn has(one: &Candidate, capability: Capability) -> bool {
    match (one.capabilities.get(capability), capability) {
        (Support::Unknown, Capability::Streaming) => one.provider_streams == Support::Yes,
        (support, _) => support == Support::Yes,
    }
}

pub(crate) fn meets(one: &Candidate, needs: &Needs) -> bool {
    one.context.tokens >= needs.tokens.unwrap_or(0)
        && (!needs.tools || has(one, Capability::Tools))
        && (!needs.images || has(one, Capability::Vision))
        && needs.capabilities.iter().all(|need| has(one, *need))
}

pub(crate) fn fits(one: &Candidate, profile: &Profile) -> bool {
    one.context.tokens >= profile.min_context && profile.required.iter().all(|need| has(one, *need))
}

pub(crate) fn takes(profile: &Profile, family: &Family) -> bool {
    profile.preferred_families.is_empty() || profile.preferred_families.contains(family)
}

/// How soon it can answer, and how surely.
fn readiness(one: &Candidate, device: &Device) -> (u8, bool) {
    let resident = one.residency == Residency::Resident;
    let class = match (one.presence, resident) {
        (Presence::Remote, true) | (Presence::Cached, false) => 1,
        (Presence::Remote, false) => 2,
        (_, true) => 0,
        (_, false) => 3,
    };
    let unknown_fit = !resident
        && (one.asks.webgpu && device.webgpu == Support::Unknown
            || one.asks.shader_f16 && device.shader_f16 == Support::Unknown
            || one.asks.gpu_memory_bytes.is_some() && device.gpu_memory_bytes.is_none());
    let unknown_download = class == 3
        && (device.online == Support::Unknown
            || one.download_bytes.is_none()
            || device.free_disk_bytes.is_none());
    (
        class,
        one.reachable == Reach::Unknown || unknown_fit || unknown_download,
    )
}

/// The first of models that are equal but for readiness, the profile's own order and their names.
fn first(models: &[&Candidate], order: ProfileOrder, device: &Device) -> Option<(String, String)> {
    let key = |one: &Candidate| {
        let own = match order {
            ProfileOrder::SmallestFirst => u64::from(one.parameters_millions.unwrap_or(u32::MAX)),
            ProfileOrder::LargestContextFirst => u64::MAX - u64::from(one.context.tokens),
        };
        (
            readiness(one, device),
            own,
            one.id.to_string(),
            one.provider.to_string(),
        )
    };
    let mut best: Option<&Candidate> = None;
    for one in models {
        if best.is_none_or(|best| key(one) < key(best)) {
            best = Some(one);
        }
    }
    best.map(|one| (one.id.to_string(), one.provider.to_string()))
}
