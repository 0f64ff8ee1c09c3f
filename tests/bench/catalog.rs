//! How long looking up a model takes: names asked for again, names asked for once, and the worst there are.
//!
//! The data is the package's own, the names are its names in the dresses they come in. `lookup_warm_us` and `lookup_cold_us` are medians over batches;
//! `lookup_worst_ms` is the slowest of a set of adversarial names against adversarial patterns of an app, each the best
//! of several tries, so that it is the work and not the machine. One JSON object a line.

use std::hint::black_box;
use std::time::{Duration, Instant};

use modelyard::catalog::Catalog;
use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::catalog::entry::AppEntry;

const ROUNDS: usize = 40;
const BATCH: usize = 40;

/// What stands before and behind the names of the data.
const DRESSES: [(&str, &str); 8] = [
    ("", ""),
    ("", ":8b-instruct-q4_K_M"),
    ("hf.co/bartowski/", "-8B-Instruct-GGUF:Q4_K_M"),
    ("openrouter/acme/", ":free"),
    ("", "-20250929"),
    ("onnx-community/", "-0.6B-ONNX"),
    ("", "-3B-q4f16_1-MLC"),
    ("somebody/My-Own-", "-7B-Q5_K_S.gguf"),
];
/// So many names of the data, from all over it: all of them are remembered at once.
const NAMES: usize = 1_600;

fn bundled() -> Catalog {
    Catalog::new(Bundled::read(BUNDLED).expect("the package's own data is whole"))
}

fn names(catalog: &Catalog) -> Vec<String> {
    let known = catalog.bundle().names();
    let dressed = |index: usize| {
        let (front, back) = DRESSES[index % DRESSES.len()];
        [front, &known[index * known.len() / NAMES], back].concat()
    };
    (0..NAMES).map(dressed).collect()
}

/// Microseconds a lookup: one figure for each batch of names, all names once. Batches are short, so that whatever else
/// the machine does is in few of them.
fn measure(catalog: &Catalog, names: &[String]) -> Vec<f64> {
    let batch = |names: &[String]| {
        let start = Instant::now();
        for name in names {
            black_box(catalog.lookup(black_box(name)));
        }
        let micros = start.elapsed().as_secs_f64() * 1e6;
        micros / f64::from(u32::try_from(names.len()).expect("few"))
    };
    names.chunks(BATCH).map(batch).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The slowest of the worst names against a hundred of the worst patterns.
fn worst() -> f64 {
    let long = "a".repeat(120);
    let patterns = (0..100).map(|index| match index % 5 {
        0 => format!("*a*a*a*a*a*a*a*a*a*a*a*a*a*b{index}"),
        1 => format!("{}{index}b", "*?".repeat(110)),
        2 => format!("*{long}?{}*b{index}", &long[..100]),
        3 => format!("*{}b*{index}", "a?".repeat(60)),
        _ => format!("*[!b]*[!b]*[!b]*[!b]*b{index}"),
    });
    let entry = |name| AppEntry {
        name,
        ..AppEntry::default()
    };
    let catalog = bundled()
        .with_entries(patterns.map(entry).collect())
        .expect("patterns");
    let digits = "0123456789b";
    let names = [
        format!("{}{digits}", "a".repeat(245)),
        format!("{digits}{}", "a/".repeat(122)),
        format!("{digits}{}", "-q4".repeat(80)),
        format!("{}{digits}:latest", "ab".repeat(117)),
        format!("{digits}{}", "-8x7b".repeat(48)),
        "a".repeat(64 << 10),
        format!("b{digits}").repeat(5 << 10),
    ];
    let time = |name: &String| {
        let once = |_| {
            // A catalog that has forgotten all names: none may be remembered from the try before.
            let fresh = catalog.forgetful();
            let start = Instant::now();
            black_box(fresh.lookup(black_box(name)));
            start.elapsed()
        };
        (0..20).map(once).min().unwrap_or(Duration::ZERO).as_secs_f64() * 1e3
    };
    names.iter().map(time).fold(0.0, f64::max)
}

fn print(name: &str, value: f64, unit: &str, baseline: f64) {
    let ratio = value / baseline;
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
    });
    println!("{line}");
}

fn main() {
    let catalog = bundled();
    let names = names(&catalog);
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let fresh = catalog.forgetful();
        cold.extend(measure(&fresh, &names));
        warm.extend(measure(&fresh, &names));
    }
    print("lookup_cold_us", median(cold), "us", 10.0);
    print("lookup_warm_us", median(warm), "us", 1.0);
    print("lookup_worst_ms", worst(), "ms", 1.0);
}
