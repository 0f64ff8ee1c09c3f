//! How long it takes to take in a list of 5,000 models, and to be asked for it again.
//!
//! `list_read_ms` is from the bytes of the server's answer to its models; `list_told_ms` from these to the manifests for
//! the core and the record for the store, with served contexts; `list_restored_ms` the same from the record;
//! `list_kept_us` a list that is fresh. Figures are medians; one JSON object a line.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use modelyard::config::{CachePolicy, ProviderConfig};
use modelyard::management::{Answer, Effect, Input, Management, Question, Request};
use modelyard::providers::listed::{Listing, RunningModel};
use modelyard::providers::{BaseUrl, Decoder, Head, Kind, Provider};

const MODELS: usize = 5_000;
const ROUNDS: usize = 31;
const HOST: &str = "http://127.0.0.1:11434";
const POLICY: CachePolicy = CachePolicy {
    list_seconds: 60,
    detail_seconds: 300,
    max_entries: 1_000,
};

/// A list as a server writes it.
fn tags() -> String {
    let mut text = r#"{"models":["#.to_owned();
    for at in 0..MODELS {
        let _ = write!(
            text,
            r#"{}{{"name":"family-{at}:{}b","model":"family-{at}:{}b","modified_at":"2026-08-21T10:00:00.123456789Z","size":{},"digest":"{:064x}","details":{{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"{}.2B","quantization_level":"Q4_K_M","context_length":131072}},"capabilities":["completion","tools"]}}"#,
            if at == 0 { "" } else { "," },
            at % 70,
            at % 70,
            1_000_000_000 + at,
            at * 7_919,
            at % 70,
        );
    }
    text.push_str("]}");
    text
}

fn read(text: &str) -> Listing {
    let provider = Provider::new("ollama", Kind::Ollama, BaseUrl::parse(HOST).expect("an address"));
    let mut decoder = provider.list(None).expect("a request").decoder;
    let mut items = Vec::new();
    let _ = decoder.head(Head {
        status: 200,
        ..Head::default()
    });
    let _ = decoder.bytes(text.as_bytes(), &mut items);
    decoder.end(&mut items).expect("a list")
}

fn configure(management: &mut Management) -> Vec<Effect> {
    let config = ProviderConfig {
        name: "ollama".to_owned(),
        kind: "ollama".to_owned(),
        host: HOST.to_owned(),
        server: None,
        timeout_seconds: 10,
        models: Vec::new(),
        options: None,
    };
    management
        .handle(Input::SetProviders(vec![config], POLICY), 0)
        .effects
}

fn list(management: &mut Management, id: u64) -> Vec<Effect> {
    let request = Request::List {
        provider: None,
        refresh: false,
        wait_ms: None,
    };
    management.handle(Input::Request { id, request }, 0).effects
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print(name: &str, value: f64, unit: &str) {
    let line = serde_json::json!({ "name": name, "value": value, "unit": unit });
    println!("{line}");
}

fn main() {
    let text = tags();
    println!("a list of {} bytes", text.len());
    let (mut reads, mut tells, mut restores, mut keeps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let listing = read(black_box(&text));
        reads.push(start.elapsed().as_secs_f64() * 1e3);
        let mut management = Management::default();
        configure(&mut management);
        let mut listing = Some(listing);
        let mut stored = None;
        let mut told = false;
        let mut effects = list(&mut management, 1);
        // What runs is answered first, so that the list has served contexts.
        effects.reverse();
        for effect in effects {
            let Effect::Ask { ask, question, .. } = effect else {
                continue;
            };
            let answer = match question {
                Question::Running => Answer::Running(vec![RunningModel {
                    name: "family-4000:10b".to_owned(),
                    served_context: Some(4_096),
                    ..RunningModel::default()
                }]),
                _ => Answer::Listed(listing.take().expect("one list")),
            };
            let is_list = matches!(answer, Answer::Listed(_));
            let result = Ok(answer);
            let start = Instant::now();
            let step = management.handle(Input::Answered { ask, result }, 0);
            if is_list {
                tells.push(start.elapsed().as_secs_f64() * 1e3);
            }
            for effect in step.effects {
                match effect {
                    Effect::Store(record) => stored = Some(record),
                    Effect::Listed { count, .. } => told = usize::try_from(count) == Ok(MODELS),
                    _ => {}
                }
            }
        }
        assert!(told, "all models are told");
        let start = Instant::now();
        assert_eq!(list(&mut management, 2).len(), 1, "a reply and nothing else");
        keeps.push(start.elapsed().as_secs_f64() * 1e6);
        let records = stored.into_iter().collect();
        let mut new = Management::default();
        let start = Instant::now();
        new.handle(Input::Restore(records), 0);
        let effects = configure(&mut new);
        restores.push(start.elapsed().as_secs_f64() * 1e3);
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::Listed { .. }))
        );
    }
    print("list_read_ms", median(reads), "ms");
    print("list_told_ms", median(tells), "ms");
    print("list_restored_ms", median(restores), "ms");
    print("list_kept_us", median(keeps), "us");
}
