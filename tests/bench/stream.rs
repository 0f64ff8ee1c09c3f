//! What is the same for all that reads answers: fed in pieces of some size, timed, and told.

use std::hint::black_box;
use std::time::Instant;

use modelyard::providers::chat::{ChatRequest, Delta};
use modelyard::providers::{BaseUrl, Decoder, Head, Kind, Provider, Reading};

const ROUNDS: usize = 25;

/// An answer, and what `serde_json` would have to read of it.
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) body: Vec<u8>,
    /// The deltas in it.
    pub(crate) deltas: usize,
    /// The JSON text in a line, where there is one.
    pub(crate) json: fn(&[u8]) -> Option<&[u8]>,
}

/// Prints `<name>_mb_s`, the speed in pieces of 64 KiB beside that of `serde_json` reading the same texts into values,
/// and `<name>_split_cost`, what it costs that all comes byte by byte. Measured in turn; the quickest of each, since whatever else the machine does
/// only adds, and adds more to what takes longer.
pub(crate) fn measure(name: &str, sample: &Sample) {
    let (mut whole, mut bytes, mut serde) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        whole.push(read(sample, 64 << 10));
        bytes.push(read(sample, 1));
        serde.push(values(sample));
    }
    let (whole, bytes, serde) = (least(&whole), least(&bytes), least(&serde));
    #[expect(clippy::cast_precision_loss, reason = "a few million bytes")]
    let mb = sample.body.len() as f64 / 1e6;
    let speed = |ms: f64| mb / (ms / 1_000.0);
    print(name, "mb_s", speed(whole), "MB/s", speed(serde));
    print(name, "split_cost", bytes / whole, "ratio", 3.0);
}

/// Milliseconds for the answer in pieces of `size` bytes.
fn read(sample: &Sample, size: usize) -> f64 {
    let base = BaseUrl::parse("http://localhost:11434").expect("an address");
    let request = ChatRequest {
        model: "model".to_owned(),
        ..ChatRequest::default()
    };
    let provider = Provider::new("home", sample.kind, base);
    let mut decoder = provider.chat(&request).expect("a request").decoder;
    let started = Instant::now();
    let mut reading = decoder.head(Head {
        status: 200,
        ..Head::default()
    });
    let mut items: Vec<Delta> = Vec::new();
    let mut count = 0;
    for piece in sample.body.chunks(size) {
        if reading == Reading::Enough {
            break;
        }
        reading = decoder.bytes(piece, &mut items);
        if !items.is_empty() {
            count += items.len();
            black_box(&items);
            items.clear();
        }
    }
    decoder.end(&mut items).expect("a whole answer");
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    assert_eq!(count + items.len(), sample.deltas, "nothing is lost");
    ms
}

/// Milliseconds for the same texts as values.
fn values(sample: &Sample) -> f64 {
    let started = Instant::now();
    let lines = sample.body.split(|byte| *byte == b'\n');
    for text in lines.filter_map(sample.json) {
        let value: serde_json::Value = serde_json::from_slice(text).expect("JSON");
        black_box(&value);
    }
    started.elapsed().as_secs_f64() * 1_000.0
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn print(name: &str, what: &str, value: f64, unit: &str, baseline: f64) {
    let line = serde_json::json!({
        "name": format!("{name}_{what}"), "value": value, "unit": unit,
        "baseline": baseline, "ratio": value / baseline,
    });
    println!("{line}");
}
