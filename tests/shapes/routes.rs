//! Samples of what the router and the model database say: every rule, warning and wish.

use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::catalog::entry::SaidCapabilities;
use modelyard::catalog::family::Family;
use modelyard::catalog::lookup::Lookup;
use modelyard::catalog::record::{Capabilities, Capability, Limit, Source, Support};
use modelyard::catalog::{AppEntry, Catalog};
use modelyard::routing::{
    Asks, Candidate, Decision, Device, Name, Needs, Override, Presence, ProfileSpec, Reach, Request,
    Residency, Router, Unreachable, Wish, route,
};

/// Names that are found in each way.
const NAMES: [&str; 6] = [
    "gpt-4o",
    "llama3.1",
    "Llama-3.2-1B-Instruct-q4f16_1-MLC",
    "acme/gpt-4o",
    "mine:7b-q4_K_M",
    "nobody-knows",
];

fn catalog() -> Catalog {
    let catalog = Catalog::new(Bundled::read(BUNDLED).expect("the package's own data"));
    catalog.with_entries(entries()).expect("good entries")
}

/// Lookups of names that are found in each way.
pub(crate) fn lookups() -> Vec<Lookup> {
    let catalog = catalog();
    NAMES.map(|name| Lookup::clone(&catalog.lookup(name))).into()
}

/// The same as they cross.
pub(crate) fn lookup_text() -> String {
    catalog().lookup_all(&NAMES.map(str::to_owned))
}

/// What an app may say of a model.
pub(crate) fn entries() -> Vec<AppEntry> {
    vec![
        AppEntry {
            name: "mine:*".into(),
            family: Some("mine".into()),
            context_window: Some(8_192.0),
            capabilities: SaidCapabilities(vec![("tools".into(), Support::Yes)]),
            parameters_billions: Some(0.5),
            ..AppEntry::default()
        },
        AppEntry {
            name: "other".into(),
            alias_of: Some("gpt-4o".into()),
            ..AppEntry::default()
        },
    ]
}

fn candidate(id: &str) -> Candidate {
    Candidate {
        id: Name::from(id),
        provider: Name::from("wllama"),
        family: Family::named("llama"),
        parameters_millions: Some(500),
        context: Limit {
            tokens: 32_000,
            source: Source::Bundled,
        },
        capabilities: Capabilities {
            streaming: Support::Yes,
            ..Capabilities::default()
        },
        provider_streams: Support::Yes,
        presence: Presence::Cached,
        residency: Residency::Unloaded,
        reachable: Reach::Yes,
        asks: Asks::default(),
        download_bytes: None,
    }
}

/// Requests of each form.
pub(crate) fn requests() -> Vec<Request> {
    let inline = ProfileSpec {
        name: "inline".into(),
        required: Some(vec!["tools".into()]),
        preferred_families: Some(vec!["llama".into()]),
        min_context: Some(4_096.0),
        fallback: Some("general".into()),
        order: Some("smallestFirst".into()),
        ..ProfileSpec::default()
    };
    let wishes = [
        Wish::Profile("general".into()),
        Wish::Profile("fast".into()),
        Wish::Inline(inline),
        Wish::Model("fits".into()),
    ];
    let request = |wish| Request {
        wish,
        needs: Needs {
            tokens: Some(5_000),
            ..Needs::default()
        },
        strict: false,
    };
    let mut requests: Vec<Request> = wishes.map(request).into();
    requests.push(Request {
        needs: Needs {
            tools: true,
            images: true,
            capabilities: vec![Capability::Reasoning],
            ..Needs::default()
        },
        strict: true,
        ..requests[0].clone()
    });
    requests
}

/// What the app wants for profiles.
pub(crate) fn overrides() -> Vec<Override> {
    vec![Override {
        profile: "fast".into(),
        model: "nowhere".into(),
    }]
}

/// Decisions in which each rule drops a model, and one in which nothing is chosen.
pub(crate) fn decisions() -> Vec<Decision> {
    let mut router = Router::new("1");
    router.configure(&[], &overrides()).expect("a good override");
    let small = Limit {
        tokens: 2_048,
        source: Source::Default,
    };
    let asks = |gpu_memory_bytes, webgpu| Asks {
        gpu_memory_bytes,
        webgpu,
        ..Asks::default()
    };
    let candidates = [
        candidate("fits"),
        Candidate {
            family: Family::named("qwen"),
            ..candidate("fits-too")
        },
        Candidate {
            family: Family::UNKNOWN,
            ..candidate("of no family")
        },
        Candidate {
            context: small,
            ..candidate("short")
        },
        Candidate {
            reachable: Reach::No(Unreachable::Offline),
            ..candidate("away")
        },
        Candidate {
            asks: asks(Some(9_000), false),
            ..candidate("large")
        },
        Candidate {
            asks: asks(None, true),
            ..candidate("modern")
        },
        Candidate {
            presence: Presence::Absent,
            download_bytes: Some(9_000),
            ..candidate("heavy")
        },
    ];
    let device = Device {
        gpu_memory_bytes: Some(1_000),
        webgpu: Support::No,
        shader_f16: Support::No,
        free_disk_bytes: Some(1_000),
        online: Support::Yes,
    };
    let decide = |request: &Request| match route(&router, request, &candidates, &device) {
        Ok(decision) => decision,
        Err(none) => *none.decision,
    };
    requests().iter().map(decide).collect()
}
