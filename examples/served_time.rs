use std::time::Duration;
/// Time on the processor.
struct Instant(u64);
fn cpu() -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}
impl Instant {
    fn now() -> Self {
        Self(cpu())
    }
    fn elapsed(&self) -> Duration {
        Duration::from_nanos(cpu() - self.0)
    }
}
use modelyard::catalog::{
    Catalog,
    bundled::{BUNDLED, Bundled},
};
use modelyard::engine::command::{Command, Reply};
use modelyard::engine::input::Input;
use modelyard::engine::reading::read_command;
use modelyard::engine::{Engine, Options};
use std::sync::Arc;
fn list(n: usize, shuffle: bool) -> String {
    let mut order: Vec<usize> = (0..n).collect();
    if shuffle {
        for i in 0..n {
            let j = (i * 7919 + 13) % n;
            order.swap(i, j);
        }
    }
    let names = [
        "llama3.2",
        "qwen2.5",
        "gemma3",
        "mistral",
        "phi4",
        "deepseek-r1",
        "my-own",
    ];
    let models: Vec<String> = order.iter().map(|i| { let name = format!("{}-{i}:{}b-q4_K_M", names[i % 7], i % 70);
        format!(r#"{{"id":"ollama/{name}","name":"{name}","engine":"ollama","files":[],"served":{{"name":"{name}","here":true,"sizeBytes":{},"contextWindow":131072,"family":"llama","parametersBillions":1.5,"quantization":"Q4_K_M","capabilities":{{"tools":true,"vision":false,"reasoning":false,"embedding":false}},"modified":"2026-11-20T00:00:00.000Z","digest":"sha256:{i:064}"}}}}"#, i * 1000) }).collect();
    format!(
        r#"{{"type":"setServed","engineId":"ollama","models":[{}]}}"#,
        models.join(",")
    )
}
fn main() {
    for shuffle in [false, true] {
        let text = list(5000, shuffle);
        println!("shuffle {shuffle}: {} bytes", text.len());
        for _ in 0..5 {
            let catalog = Catalog::new(Bundled::read(BUNDLED).unwrap());
            let mut engine = Engine::new(Options {
                catalog: Arc::new(catalog),
                ..Options::default()
            })
            .unwrap();
            let t = Instant::now();
            let command = read_command(&text).unwrap();
            let read = t.elapsed();
            let Command::SetServed { models, .. } = command.clone() else {
                panic!()
            };
            let t = Instant::now();
            let step = engine.handle(Input::Command(command), 1);
            let handle = t.elapsed();
            step.reply.unwrap();
            let t = Instant::now();
            let patch = serde_json::to_string(&step.patch).unwrap();
            let write = t.elapsed();
            let again = read_command(&text).unwrap();
            let t = Instant::now();
            let step = engine.handle(Input::Command(again), 2);
            let second = t.elapsed();
            assert!(step.patch.models.is_empty());
            let ids: Vec<String> = models.iter().map(|m| m.id.to_string()).collect();
            let t = Instant::now();
            let Ok(Reply::Described { lookups }) = engine
                .handle(
                    Input::Command(Command::Describe {
                        model_ids: ids.clone(),
                    }),
                    3,
                )
                .reply
            else {
                panic!()
            };
            let describe = t.elapsed();
            let t = Instant::now();
            engine
                .handle(Input::Command(Command::LookUp { names: ids.clone() }), 3)
                .reply
                .unwrap();
            let look = t.elapsed();
            let t = Instant::now();
            let empty = read_command(r#"{"type":"setServed","engineId":"ollama","models":[]}"#).unwrap();
            engine.handle(Input::Command(empty), 2).reply.unwrap();
            let gone = t.elapsed();
            println!(
                "read {read:?} handle {handle:?} write {write:?} ({} B) same {second:?} describe {describe:?} ({} B) lookUp {look:?} gone {gone:?}",
                patch.len(),
                lookups.len()
            );
        }
    }
}
