//! How long it takes to read, check and merge a configuration, and to ask it what a model is asked with.
//!
//! `config_ms` is a full change of the file layer over an environment, options and a query string; the file has 8
//! providers, 40 models with options, 8 profiles and 40 entries for the catalog, which is more than people write.
//! `config_call_us` is the question before each call. Figures are medians; one JSON object a line.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use modelyard::config::{Config, Source};

const ROUNDS: usize = 500;

/// A file; another `heat` is another file of the same length.
fn file(heat: usize) -> String {
    let mut text = format!(
        r#"{{"$schema":"./config.schema.json","defaultModel":"llama3.2:3b","defaultProvider":"provider-1","contextSize":8192,
        "generation":{{"temperature":0.{heat},"maxTokens":1024,"topP":0.9,"topK":40,"repeatPenalty":1.1,"seed":7,"stop":["</s>","\n\n"]}},"#
    );
    let mut section = |name: &str, count: usize, each: &dyn Fn(usize) -> String| {
        let entries: Vec<String> = (0..count).map(each).collect();
        let _ = write!(text, "\"{name}\":{{{}}},", entries.join(","));
    };
    section("models", 40, &|at| {
        format!(
            r#""org/model-{at}:q4":{{"temperature":0.{heat},"contextSize":{},"stop":["a","b"]}}"#,
            1_024 * (at + 1)
        )
    });
    section("providers", 8, &|at| {
        format!(
            r#""provider-{at}":{{"kind":"ollama","host":"http://box-{at}.local:11434","timeoutSeconds":20,
            "options":{{"keep_alive":"10m","options":{{"num_gpu":{at},"mirostat":2,"nested":[1,2,3,{{"a":1.0e3}}]}}}}}}"#
        )
    });
    section("catalog", 40, &|at| {
        format!(
            r#""family-{at}*":{{"family":"family-{at}","contextWindow":32768,"maxOutputTokens":4096,
            "capabilities":{{"tools":"yes","vision":"no"}},"profiles":["general","own-1"],"parametersBillions":3.2}}"#
        )
    });
    let profiles: Vec<String> = (0..8)
        .map(|at| format!(r#""own-{at}":{{"minContext":8192,"preferredFamilies":["llama","qwen"],"fallback":"general"}}"#))
        .collect();
    let _ = write!(
        text,
        r#""routing":{{"defaultProfile":"own-3","overrides":{{"code":"qwen2.5-coder:7b"}},"profiles":{{{}}}}}}}"#,
        profiles.join(",")
    );
    text
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
    let files = [file(3), file(4)];
    println!("a file of {} bytes", files[0].len());
    let mut config = Config::new(&["wllama"]);
    config
        .replace_all(&[
            Source::Environment(r#"{"MODELYARD_TEMPERATURE":"0.5","MODELYARD_HOST":"http://10.0.0.5:11434"}"#),
            Source::Options(r#"{"generation":{"topK":20},"models":{"org/model-3:q4":{"topP":0.5}},"defaultProvider":"wllama"}"#),
            Source::Page("?modelyard.maxTokens=512"),
        ])
        .expect("good layers");
    let mut changes = Vec::with_capacity(ROUNDS);
    let mut calls = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let text = &files[round % 2];
        let start = Instant::now();
        let outcome = config.replace(Source::File(black_box(text)));
        changes.push(start.elapsed().as_secs_f64() * 1e3);
        assert!(!outcome.expect("a good file").keys.is_empty());
        let effective = config.effective();
        let start = Instant::now();
        let options = effective.for_call(black_box("org/model-3:q4"), black_box(r#"{"temperature":0.9}"#));
        calls.push(start.elapsed().as_secs_f64() * 1e6);
        assert_eq!(options.expect("a good call").0.top_p, Some(0.5));
    }
    print("config_ms", median(changes), "ms", Some(1.0));
    print("config_call_us", median(calls), "us", None);
}
