//! Models, devices, profiles and requests: by hand and at random.

use modelyard::catalog::family::Family;
use modelyard::catalog::record::{Capabilities, Capability, Limit, Source, Support};
use modelyard::routing::{
    Asks, Candidate, Decision, Device, Dropped, Name, Needs, NoRoute, Override, Presence, ProfileSpec, Reach,
    Request, Residency, Router, Unreachable, Verdict, Wish, route,
};
use proptest::prelude::*;
use proptest::sample::select;

/// A cached model that streams, of 8,192 tokens.
pub(crate) fn model(id: &str, family: &str) -> Candidate {
    Candidate {
        id: Name::from(id),
        provider: Name::from("page"),
        family: Family::named(family),
        parameters_millions: Some(1_000),
        context: known(8_192),
        capabilities: Capabilities {
            streaming: Support::Yes,
            ..Capabilities::default()
        },
        provider_streams: Support::Unknown,
        presence: Presence::Cached,
        residency: Residency::Unloaded,
        reachable: Reach::Yes,
        asks: Asks::default(),
        download_bytes: None,
    }
}

pub(crate) fn known(tokens: u32) -> Limit {
    Limit {
        tokens,
        source: Source::Bundled,
    }
}

/// A device that is up to anything.
pub(crate) fn device() -> Device {
    Device {
        gpu_memory_bytes: Some(u64::MAX),
        webgpu: Support::Yes,
        shader_f16: Support::Yes,
        free_disk_bytes: Some(u64::MAX),
        online: Support::Yes,
    }
}

pub(crate) fn router() -> Router {
    Router::new("test")
}

pub(crate) fn overridden(profile: &str, model: &str) -> Router {
    let mut router = router();
    let one = Override {
        profile: profile.to_owned(),
        model: model.to_owned(),
    };
    router.configure(&[], &[one]).expect("a good override");
    router
}

pub(crate) fn profile(name: &str) -> Request {
    request(Wish::Profile(name.to_owned()))
}

pub(crate) fn by_name(id: &str) -> Request {
    request(Wish::Model(id.to_owned()))
}

pub(crate) fn request(wish: Wish) -> Request {
    Request {
        wish,
        needs: Needs::default(),
        strict: false,
    }
}

/// A route with the built-in profiles on a device that is up to anything.
pub(crate) fn ask(request: &Request, candidates: &[Candidate]) -> Result<Decision, NoRoute> {
    route(&router(), request, candidates, &device())
}

/// The id that was chosen.
pub(crate) fn chosen(result: &Result<Decision, NoRoute>) -> Option<&str> {
    let decision = result.as_ref().ok()?;
    decision.chosen.as_ref().map(|choice| choice.id.as_str())
}

/// The decision, whether a model was chosen or not.
pub(crate) fn decision(result: &Result<Decision, NoRoute>) -> &Decision {
    match result {
        Ok(decision) => decision,
        Err(no_route) => &no_route.decision,
    }
}

/// What became of a model under the profile at `step`.
pub(crate) fn verdict<'a>(result: &'a Result<Decision, NoRoute>, step: usize, id: &str) -> &'a Verdict {
    let verdicts = &decision(result).path[step].verdicts;
    let found = verdicts.iter().find(|verdict| verdict.id.as_str() == id);
    found.expect("every model has a verdict")
}

/// Why a model was left out of the first profile.
pub(crate) fn dropped(result: &Result<Decision, NoRoute>, id: &str) -> Option<Dropped> {
    verdict(result, 0, id).dropped
}

const IDS: [&str; 7] = ["one", "two", "Two", "three:1b", "four", "five", "six"];
const PROVIDERS: [&str; 3] = ["page", "ollama", "cloud"];
const FAMILIES: [&str; 10] = [
    "llama",
    "mistral",
    "phi",
    "gemma",
    "qwen",
    "codellama",
    "starcoder",
    "deepseek-coder",
    "smollm",
    "unknown",
];
const CONTEXTS: [u32; 12] = [
    0,
    2_048,
    4_095,
    4_096,
    8_191,
    8_192,
    16_383,
    16_384,
    32_768,
    128_000,
    1_000_000,
    u32::MAX,
];
const BYTES: [Option<u64>; 5] = [None, Some(0), Some(1_000), Some(1_001), Some(u64::MAX)];
const SOURCES: [Source; 5] = [
    Source::User,
    Source::Served,
    Source::Advertised,
    Source::Bundled,
    Source::Default,
];

/// Mostly yes, so that some models fit.
pub(crate) fn support() -> impl Strategy<Value = Support> {
    prop_oneof![4 => Just(Support::Yes), 1 => Just(Support::No), 1 => Just(Support::Unknown)]
}

fn capabilities() -> impl Strategy<Value = Capabilities> {
    proptest::array::uniform8(support()).prop_map(|supports| {
        let mut all = Capabilities::default();
        for (capability, support) in Capability::ALL.into_iter().zip(supports) {
            all.set(capability, support);
        }
        all
    })
}

fn reach() -> impl Strategy<Value = Reach> {
    let no = select(&[
        Unreachable::Offline,
        Unreachable::Cors,
        Unreachable::Permission,
        Unreachable::Down,
        Unreachable::Key,
    ]);
    prop_oneof![6 => Just(Reach::Yes), 2 => Just(Reach::Unknown), 1 => no.prop_map(Reach::No)]
}

pub(crate) fn candidate() -> impl Strategy<Value = Candidate> {
    let names = (select(&IDS), select(&PROVIDERS), select(&FAMILIES));
    let sizes = (
        select(&[None, Some(135), Some(1_000), Some(7_000)]),
        select(&CONTEXTS),
        select(&SOURCES),
    );
    let abilities = (capabilities(), support());
    let state = (
        select(&[
            Presence::Absent,
            Presence::Partial,
            Presence::Cached,
            Presence::Remote,
        ]),
        select(&[Residency::Unloaded, Residency::Loading, Residency::Resident]),
        reach(),
    );
    let asks = (select(&BYTES), any::<(bool, bool)>(), select(&BYTES));
    (names, sizes, abilities, state, asks).prop_map(|(names, sizes, abilities, state, asks)| Candidate {
        id: Name::from(names.0),
        provider: Name::from(names.1),
        family: Family::named(names.2),
        parameters_millions: sizes.0,
        context: Limit {
            tokens: sizes.1,
            source: sizes.2,
        },
        capabilities: abilities.0,
        provider_streams: abilities.1,
        presence: state.0,
        residency: state.1,
        reachable: state.2,
        asks: Asks {
            gpu_memory_bytes: asks.0,
            webgpu: asks.1.0,
            shader_f16: asks.1.1,
        },
        download_bytes: asks.2,
    })
}

/// Any models, some of them twice with other facts.
pub(crate) fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    proptest::collection::vec(candidate(), 0..24)
}

/// Models that are each given once.
pub(crate) fn distinct() -> impl Strategy<Value = Vec<Candidate>> {
    candidates().prop_map(|mut all| {
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|one| seen.insert((one.id.clone(), one.provider.clone())));
        all
    })
}

pub(crate) fn any_device() -> impl Strategy<Value = Device> {
    let bytes = [None, Some(0), Some(1_000), Some(u64::MAX)];
    (
        select(bytes.to_vec()),
        support(),
        support(),
        select(bytes.to_vec()),
        support(),
    )
        .prop_map(
            |(gpu_memory_bytes, webgpu, shader_f16, free_disk_bytes, online)| Device {
                gpu_memory_bytes,
                webgpu,
                shader_f16,
                free_disk_bytes,
                online,
            },
        )
}

/// Two profiles of the app, one falling back to the other, and an override; or none of them.
pub(crate) fn any_router() -> impl Strategy<Value = Router> {
    let spec = (
        proptest::collection::vec(select(&FAMILIES[..9]), 0..4),
        select(&CONTEXTS[..10]),
        proptest::collection::vec(select(Capability::ALL.to_vec()), 0..3),
        any::<bool>(),
    );
    let overrides = proptest::collection::btree_map(
        select(&["fast", "general", "code", "first", "second"]),
        select(&["one", "two", "four", "nine"]),
        0..4,
    );
    let fallback = select(&[None, Some("general"), Some("code")]);
    (proptest::array::uniform2(spec), fallback, overrides).prop_map(|(specs, fallback, overrides)| {
        let [first, second] = specs.map(|(families, context, required, smallest)| ProfileSpec {
            required: Some(required.iter().map(|one| one.name().to_owned()).collect()),
            preferred_families: Some(families.into_iter().map(str::to_owned).collect()),
            min_context: Some(f64::from(context)),
            order: smallest.then(|| "smallestFirst".to_owned()),
            ..ProfileSpec::default()
        });
        let first = ProfileSpec {
            name: "first".to_owned(),
            fallback: Some("second".to_owned()),
            ..first
        };
        let second = ProfileSpec {
            name: "second".to_owned(),
            fallback: fallback.map(str::to_owned),
            ..second
        };
        let overrides: Vec<Override> = overrides
            .into_iter()
            .map(|(profile, model)| Override {
                profile: profile.to_owned(),
                model: model.to_owned(),
            })
            .collect();
        let mut router = Router::new("random");
        router
            .configure(&[first, second], &overrides)
            .expect("good settings");
        router
    })
}

pub(crate) fn any_request() -> impl Strategy<Value = Request> {
    let profiles = ["fast", "general", "code", "creative", "first", "second", "third"];
    let wish = prop_oneof![
        6 => select(profiles.to_vec()).prop_map(|name| Wish::Profile(name.to_owned())),
        2 => select(&["one", "two", "nine"]).prop_map(|id| Wish::Model(id.to_owned())),
        1 => select(&[4_096.0, -1.0]).prop_map(|tokens| Wish::Inline(ProfileSpec {
            name: "fast".to_owned(),
            min_context: Some(tokens),
            fallback: Some("code".to_owned()),
            ..ProfileSpec::default()
        })),
    ];
    let needs = (
        prop_oneof![Just(None), select(&CONTEXTS[..9]).prop_map(Some)],
        any::<(bool, bool)>(),
        proptest::collection::vec(select(Capability::ALL.to_vec()), 0..2),
    );
    (wish, needs, any::<bool>()).prop_map(|(wish, needs, strict)| Request {
        wish,
        needs: Needs {
            tokens: needs.0,
            tools: needs.1.0,
            images: needs.1.1,
            capabilities: needs.2,
        },
        strict,
    })
}
