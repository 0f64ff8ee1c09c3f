//! How fast answers are read, and what it costs that they come in small pieces.
//!
//! `ndjson_split_cost` is the time for a stream fed byte by byte over that for the same stream in pieces of 64 KiB; the
//! two are measured in turn. `ndjson_mb_s` is the speed in such pieces, from bytes to deltas; beside it that of
//! `serde_json` reading the same lines into values. Figures are medians. One JSON object a line.

use std::hint::black_box;
use std::time::Instant;

use modelyard::providers::chat::{ChatRequest, Delta};
use modelyard::providers::{BaseUrl, Decoder, Head, Kind, Provider, Reading};

const LINES: usize = 20_000;
const ROUNDS: usize = 15;
const WORDS: [&str; 8] = [
    " the",
    " model",
    " „Straße“",
    ",",
    " is\\n",
    " 👋",
    " \\\"quoted\\\"",
    " reading",
];

/// A long answer, as a server writes it.
fn stream() -> Vec<u8> {
    let mut body = String::new();
    for index in 0..LINES {
        body.push_str(r#"{"model":"qwen3:8b","created_at":"2026-08-21T09:12:33.123456789Z","message":{"role":"assistant","content":""#);
        body.push_str(WORDS[index % WORDS.len()]);
        body.push_str("\"},\"done\":false}\n");
    }
    body.push_str(r#"{"model":"qwen3:8b","created_at":"2026-08-21T09:12:34Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":20000}"#);
    body.push('\n');
    body.into_bytes()
}

/// Milliseconds for the stream in pieces of `size` bytes.
fn read(provider: &Provider, body: &[u8], size: usize) -> f64 {
    let request = ChatRequest {
        model: "qwen3:8b".to_owned(),
        ..ChatRequest::default()
    };
    let mut decoder = provider.chat(&request).expect("a request").decoder;
    let started = Instant::now();
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
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    assert_eq!(count, LINES + 1, "each line is a delta, and then comes the usage");
    ms
}

/// Milliseconds for the same lines as values.
fn values(body: &[u8]) -> f64 {
    let started = Instant::now();
    for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let value: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        black_box(&value);
    }
    started.elapsed().as_secs_f64() * 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print(name: &str, value: f64, unit: &str, baseline: Option<f64>) {
    let ratio = baseline.map(|baseline| value / baseline);
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
    });
    println!("{line}");
}

fn main() {
    let base = BaseUrl::parse("http://localhost:11434").expect("an address");
    let provider = Provider::new("home", Kind::Ollama, base);
    let body = stream();
    let (mut whole, mut bytes, mut serde) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        whole.push(read(&provider, &body, 64 << 10));
        bytes.push(read(&provider, &body, 1));
        serde.push(values(&body));
    }
    let (whole, bytes, serde) = (median(whole), median(bytes), median(serde));
    #[expect(clippy::cast_precision_loss, reason = "a few million bytes")]
    let mb = body.len() as f64 / 1e6;
    let speed = |ms: f64| mb / (ms / 1_000.0);
    print("ndjson_mb_s", speed(whole), "MB/s", Some(speed(serde)));
    print("ndjson_split_cost", bytes / whole, "ratio", Some(3.0));
}
