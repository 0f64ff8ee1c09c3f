//! How long it takes to choose one of many models and to say why, and whether that grows faster than their number.
//!
//! Half of the models are such as people have in a page, half are served by providers, in mixed order. Each round asks
//! for every built-in profile once, as a request that needs tools, so that `code` and `creative` go on to their
//! fallback. The sizes take turns, so that a machine that slows down slows all of them. Figures are medians of one
//! route: `route_100_us` is the slowest profile at 100 models with all sentences of its explanation, `route_growth` the
//! worst of any profile, 5,000 models over 500, with and without the sentences. One JSON object a line.

use std::hint::black_box;
use std::time::Instant;

use modelyard::catalog::family::Family;
use modelyard::catalog::record::{Capabilities, Limit, Source, Support};
use modelyard::routing::{
    Asks, Candidate, Device, Name, Needs, Presence, Reach, Request, Residency, Router, Wish, explain, route,
};

const SIZES: [usize; 3] = [100, 500, 5_000];
const PROFILES: [&str; 4] = ["fast", "general", "code", "creative"];
const ROUNDS: usize = 220;
/// The first rounds warm up.
const WARM_UP: usize = 20;

/// The models, each at a place that has nothing to do with its rank.
fn models(count: usize) -> Vec<Candidate> {
    (0..count)
        .map(|place| model(place * 7_919 % count, count))
        .collect()
}

fn model(index: usize, count: usize) -> Candidate {
    let families = [
        "llama",
        "mistral",
        "phi",
        "gemma",
        "qwen",
        "codellama",
        "deepseek-coder",
        "smollm",
        "gpt",
        "unknown",
    ];
    let family = families[index % families.len()];
    let local = index < count / 2;
    let context = [2_048, 4_096, 8_192, 32_768, 131_072][index / 3 % 5];
    Candidate {
        id: Name::from(format!("{family}-{index}:{}b-instruct-q4_K_M", index % 9).as_str()),
        provider: Name::from(["ollama", "page", "openrouter"][index % 3]),
        family: Family::named(family),
        parameters_millions: (!index.is_multiple_of(4))
            .then(|| u32::try_from(index * 37 % 9_000).expect("small")),
        context: Limit {
            tokens: context,
            source: Source::Bundled,
        },
        capabilities: Capabilities {
            tools: [Support::Yes, Support::Unknown, Support::No][index / 2 % 3],
            streaming: Support::Unknown,
            ..Capabilities::default()
        },
        provider_streams: Support::Yes,
        presence: match index % 4 {
            _ if !local => Presence::Remote,
            0 => Presence::Cached,
            _ => Presence::Absent,
        },
        residency: Residency::Unloaded,
        reachable: if index.is_multiple_of(11) {
            Reach::Unknown
        } else {
            Reach::Yes
        },
        asks: Asks {
            gpu_memory_bytes: local.then_some(1_000_000_000 + index as u64 % 7 * 1_000_000_000),
            webgpu: local,
            shader_f16: false,
        },
        download_bytes: local.then_some(2_000_000_000),
    }
}

fn request(profile: &str) -> Request {
    Request {
        wish: Wish::Profile(profile.to_owned()),
        needs: Needs {
            tokens: Some(6_000),
            tools: true,
            ..Needs::default()
        },
        strict: false,
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print(name: &str, value: f64, unit: &str, baseline: f64) {
    let ratio = value / baseline;
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
    });
    println!("{line}");
}

fn main() {
    let router = Router::new("bench");
    let device = Device {
        gpu_memory_bytes: Some(6_000_000_000),
        webgpu: Support::Yes,
        shader_f16: Support::Unknown,
        free_disk_bytes: Some(10_000_000_000),
        online: Support::Yes,
    };
    // The memory of a page never shrinks. That of a native process does, piece by piece, unless it has seen that a large
    // piece comes and goes; then the first thousands of models would be measured without page faults, and the rest with.
    drop(black_box(vec![1_u8; 16 << 20]));
    let yards: Vec<Vec<Candidate>> = SIZES.into_iter().map(models).collect();
    let requests = PROFILES.map(request);
    // By profile and size: the route alone, and with its sentences.
    let mut alone = [(); PROFILES.len()].map(|()| [(); SIZES.len()].map(|()| Vec::new()));
    let mut whole = alone.clone();
    for round in 0..ROUNDS {
        for (profile, request) in requests.iter().enumerate() {
            for (size, candidates) in yards.iter().enumerate() {
                let start = Instant::now();
                let result = route(&router, black_box(request), black_box(candidates), &device);
                let decided = start.elapsed().as_secs_f64() * 1e6;
                let decision = result.as_ref().unwrap_or_else(|error| &error.decision);
                let lines = black_box(explain(decision));
                let explained = start.elapsed().as_secs_f64() * 1e6;
                assert!(size > 0 || lines.len() >= SIZES[0], "every model is spoken of");
                if round >= WARM_UP {
                    alone[profile][size].push(decided);
                    whole[profile][size].push(explained);
                }
            }
        }
    }
    let alone = alone.map(|sizes| sizes.map(median));
    let whole = whole.map(|sizes| sizes.map(median));
    for (profile, name) in PROFILES.iter().enumerate() {
        print(
            &format!("route_100_{name}_us"),
            whole[profile][0],
            "us",
            alone[profile][0],
        );
    }
    let slowest = |size: usize| whole.iter().map(|sizes| sizes[size]).fold(0.0, f64::max);
    print("route_100_us", slowest(0), "us", 50.0);
    let growths = alone.iter().chain(&whole).map(|sizes| sizes[2] / sizes[1]);
    print("route_growth", growths.fold(0.0, f64::max), "ratio", 12.0);
}
