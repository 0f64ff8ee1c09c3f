//! What is the same for all that reads answers: fed in pieces of some size, timed, and told.

use std::hint::black_box;
use std::time::Instant;

use modelyard::providers::chat::{ChatRequest, Delta};
use modelyard::providers::{BaseUrl, Decoder, Head, Kind, Provider, Reading};

const ROUNDS: usize = 15;
/// Answers in large pieces are read so many times each round.
const WHOLES: u32 = 8;

/// An answer, and what `serde_json` would have to read of it.
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    /// Each part is like the one before but for its text, as servers send them.
    pub(crate) alike: Vec<u8>,
    /// No part is like the one before: text and thoughts take turns.
    pub(crate) different: Vec<u8>,
    /// The deltas in each.
    pub(crate) deltas: usize,
    /// The JSON text in a line, where there is one.
    pub(crate) json: fn(&[u8]) -> Option<&[u8]>,
}

/// Prints the speed in pieces of 64 KiB beside that of `serde_json` reading the same texts into values, and what it costs
/// that all comes byte by byte. Parts that are alike are read in a short way, a byte of which costs less than a call
/// does; so the cost of cutting is that of parts that are not, and `<name>_alike_split_cost` stands beside it.
///
/// Measured in turn, in time on the processor: on a busy machine the clock counts against what takes longer.
pub(crate) fn measure(name: &str, sample: &Sample) {
    let bodies = [&sample.alike, &sample.different];
    let mut totals = [[0.0; 3]; 2];
    for _ in 0..ROUNDS {
        for (body, totals) in bodies.iter().zip(&mut totals) {
            totals[0] += cpu_ms(|| (0..WHOLES).for_each(|_| read(sample, body, 64 << 10)));
            totals[1] += cpu_ms(|| read(sample, body, 1));
            totals[2] += cpu_ms(|| values(sample, body));
        }
    }
    for ((body, [wholes, bytes, serde]), way) in bodies.iter().zip(totals).zip(["", "_different"]) {
        let whole = wholes / f64::from(WHOLES);
        #[expect(clippy::cast_precision_loss, reason = "a few million bytes")]
        let mb = (body.len() * ROUNDS) as f64 / 1e6;
        let speed = |ms: f64| mb / (ms / 1_000.0);
        print(&format!("{name}{way}_mb_s"), speed(whole), "MB/s", speed(serde));
        let name = if way.is_empty() {
            format!("{name}_alike")
        } else {
            name.to_owned()
        };
        print(&format!("{name}_split_cost"), bytes / whole, "ratio", 3.0);
    }
}

/// Milliseconds of `work` on a processor; by the clock where the system does not say. It says so in steps of some
/// milliseconds, which even out over the rounds.
fn cpu_ms(work: impl FnOnce()) -> f64 {
    let now = || {
        let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        said.split(' ').next()?.parse::<f64>().ok()
    };
    let (started, clock) = (now(), Instant::now());
    work();
    match started.zip(now()) {
        Some((started, ended)) => (ended - started) / 1e6,
        None => clock.elapsed().as_secs_f64() * 1e3,
    }
}

/// Reads an answer in pieces of `size` bytes.
fn read(sample: &Sample, body: &[u8], size: usize) {
    let base = BaseUrl::parse("http://localhost:11434").expect("an address");
    let request = ChatRequest {
        model: "model".to_owned(),
        ..ChatRequest::default()
    };
    let provider = Provider::new("home", sample.kind, base);
    let mut decoder = provider.chat(&request).expect("a request").decoder;
    let mut reading = decoder.head(Head {
        status: 200,
        ..Head::default()
    });
    let mut items: Vec<Delta> = Vec::new();
    let mut count = 0;
    for piece in body.chunks(size) {
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
    assert_eq!(count + items.len(), sample.deltas, "nothing is lost");
}

/// Reads the same texts into values.
fn values(sample: &Sample, body: &[u8]) {
    let lines = body.split(|byte| *byte == b'\n');
    for text in lines.filter_map(sample.json) {
        let value: serde_json::Value = serde_json::from_slice(text).expect("JSON");
        black_box(&value);
    }
}

fn print(name: &str, value: f64, unit: &str, baseline: f64) {
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": value / baseline,
    });
    println!("{line}");
}
