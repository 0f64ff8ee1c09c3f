//! How long the core takes to take in 5,000 models of a server, and to say what is known of them.
//!
//! `served_read_ms` is from the text to the command; `served_set_ms` from that to the patch; `served_again_ms` the same
//! for a list that is known already; `served_shown_ms` from the patch to the text that crosses; `served_described_ms`
//! what is known of all of them, a piece at a time, as the package asks. Figures are medians; one JSON object a line.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use modelyard::catalog::Catalog;
use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::engine::command::Command;
use modelyard::engine::input::Input;
use modelyard::engine::reading::read_command;
use modelyard::engine::step::Step;
use modelyard::engine::{Engine, HostPolicy, Options, Superseded};

const MODELS: usize = 5_000;
const PIECE: usize = 250;
const ROUNDS: usize = 31;

fn id(at: usize) -> String {
    let family = [
        "llama3.2",
        "qwen2.5",
        "gemma3",
        "mistral",
        "phi4",
        "smollm2",
        "deepseek-r1",
        "granite3.3",
    ][at % 8];
    let size = ["0.5b", "1b", "3b", "7b", "8b", "14b", "32b", "70b"][at / 8 % 8];
    let quantization = ["q4_k_m", "q8_0", "q5_k_s", "f16"][at / 64 % 4];
    format!("team-{}/{family}:{size}-{quantization}-v{at}", at / 256)
}

/// A list as management writes it.
fn list() -> String {
    let mut text = r#"{"type":"setServed","engineId":"ollama","models":["#.to_owned();
    for at in 0..MODELS {
        let name = id(at);
        let _ = write!(
            text,
            r#"{}{{"id":"ollama/{name}","name":"{name}","engine":"ollama","files":[],"served":{{"name":"{name}","here":true,"sizeBytes":{},"contextWindow":131072,"family":"{}","parametersBillions":{},"quantization":"{}","capabilities":{{"tools":true,"vision":false,"reasoning":false,"embedding":false}},"modified":"2026-08-21T10:11:12.123456789Z"}}}}"#,
            if at == 0 { "" } else { "," },
            1_000_000_000 + at,
            ["llama", "qwen", "gemma", "mistral"][at % 4],
            [0.5, 1.0, 3.0, 7.0][at / 8 % 4],
            ["Q4_K_M", "Q8_0", "Q5_K_S", "F16"][at / 64 % 4],
        );
    }
    text.push_str("]}");
    text
}

fn engine() -> Engine {
    let catalog = Catalog::new(Bundled::read(BUNDLED).expect("the bundled data is whole"));
    Engine::new(Options {
        models: Vec::new(),
        default_model: None,
        default_profile: None,
        profiles: Vec::new(),
        overrides: Vec::new(),
        catalog: Arc::new(catalog),
        engines: Vec::new(),
        servers: Vec::new(),
        served: Vec::new(),
        superseded: Superseded::Cancel,
        hosts: HostPolicy::Public,
        first_job: 1,
    })
    .expect("good options")
}

fn give(engine: &mut Engine, command: Command) -> Step {
    engine.handle(Input::Command(command), 0)
}

fn timed<T>(times: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    times.push(start.elapsed().as_secs_f64() * 1e3);
    result
}

fn print(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let value = times[times.len() / 2];
    println!(
        "{}",
        serde_json::json!({ "name": name, "value": value, "unit": "ms", "least": times[0] })
    );
}

fn main() {
    let text = list();
    println!("a list of {} bytes", text.len());
    let ids: Vec<String> = (0..MODELS).map(|at| format!("ollama/{}", id(at))).collect();
    let [mut reads, mut sets, mut again, mut shows, mut describes] = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        let mut engine = engine();
        let command = timed(&mut reads, || read_command(black_box(&text)).expect("a command"));
        let step = timed(&mut sets, || give(&mut engine, command));
        assert_eq!(step.patch.models.len(), MODELS);
        let text_of_patch = timed(&mut shows, || serde_json::to_string(&step.patch).expect("JSON"));
        black_box(text_of_patch);
        let command = read_command(&text).expect("a command");
        let same = timed(&mut again, || give(&mut engine, command));
        assert_eq!(same.patch.models.len(), 0);
        timed(&mut describes, || {
            for ids in ids.chunks(PIECE) {
                let command = Command::Describe {
                    model_ids: ids.to_vec(),
                };
                give(&mut engine, command).reply.expect("known");
            }
        });
    }
    print("served_read_ms", reads);
    print("served_set_ms", sets);
    print("served_again_ms", again);
    print("served_shown_ms", shows);
    print("served_described_ms", describes);
}
