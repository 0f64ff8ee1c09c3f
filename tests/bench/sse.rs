//! How fast answers that come as events are read, and what it costs that they come in small pieces.
//!
//! `sse_split_cost` is the time for a stream fed byte by byte over that for the same stream in pieces of 64 KiB; the two
//! are measured in turn. `sse_mb_s` is the speed in such pieces, from bytes to deltas; beside it that of `serde_json`
//! reading what the events carry into values, which were found for it. Figures are medians. One JSON object a line.

use std::hint::black_box;
use std::time::Instant;

use modelyard::providers::chat::{ChatRequest, Delta};
use modelyard::providers::{BaseUrl, Decoder, Head, Kind, Provider, Reading};

const CHUNKS: usize = 20_000;
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

/// A long answer, as OpenAI writes it.
fn stream() -> Vec<u8> {
    let head = r#"data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"model":"gpt-4o-2024-08-06","system_fingerprint":"fp_fc9f1d7035","choices":[{"index":0,"delta":{"#;
    let mut body = String::new();
    for index in 0..CHUNKS {
        body.push_str(head);
        body.push_str("\"content\":\"");
        body.push_str(WORDS[index % WORDS.len()]);
        body.push_str("\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
    }
    body.push_str(head);
    body.push_str("},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    body.into_bytes()
}

/// Milliseconds for the stream in pieces of `size` bytes.
fn read(provider: &Provider, body: &[u8], size: usize) -> f64 {
    let request = ChatRequest {
        model: "gpt-4o".to_owned(),
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
    assert_eq!(count, CHUNKS, "each event is a delta");
    ms
}

/// Milliseconds for the same events as values.
fn values(body: &[u8]) -> f64 {
    let started = Instant::now();
    for line in body.split(|byte| *byte == b'\n') {
        if let Some(data) = line.strip_prefix(b"data: {") {
            let data = &line[line.len() - data.len() - 1..];
            let value: serde_json::Value = serde_json::from_slice(data).expect("JSON");
            black_box(&value);
        }
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
    let base = BaseUrl::parse("http://localhost:8080/v1").expect("an address");
    let provider = Provider::new("home", Kind::OpenAi, base);
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
    print("sse_mb_s", speed(whole), "MB/s", Some(speed(serde)));
    print("sse_split_cost", bytes / whole, "ratio", Some(3.0));
}
