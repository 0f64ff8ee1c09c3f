//! How long one step of the core takes, and whether that grows with what it knows.
//!
//! Engines with 100, 1,000 and 10,000 conversations and as many models take the same kinds of steps, batch by batch in
//! turn, so that a machine that slows down slows all of them. Figures are medians; the two promises are the worst kind:
//! `core_step_us` at 1,000 and `core_step_growth`, 10,000 over 100. One JSON object a line.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use modelyard::engine::command::Command;
use modelyard::engine::digest::Digest;
use modelyard::engine::effect::Effect;
use modelyard::engine::ids::{EngineId, JobId, LoadId, ModelId, Ticket};
use modelyard::engine::input::Input;
use modelyard::engine::manifest::{ModelFile, ModelManifest};
use modelyard::engine::protocol::{FromWorker, StoredBlob, ToWorker, WeightsBackEnd};
use modelyard::engine::snapshot::ConversationState;
use modelyard::engine::{Engine, Options};

const SIZES: [usize; 3] = [100, 1_000, 10_000];
const BATCH: usize = 200;
const ROUNDS: usize = 60;
const BYTES: u64 = 1 << 30;

/// A kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Progress,
    /// A model the engine holds: active at once.
    SelectResident,
    /// A model on the disk: the load for the wish before is given up.
    SelectCached,
    /// A model that is not here: the queued download for the wish before is canceled.
    SelectAbsent,
}

const KINDS: [Kind; 4] = [
    Kind::Progress,
    Kind::SelectResident,
    Kind::SelectCached,
    Kind::SelectAbsent,
];

/// One core with `size` conversations and `size` models, the first half of them on the disk, the first one loaded.
struct Yard {
    size: usize,
    engine: Engine,
    now: u64,
    ticket: Ticket,
    downloaded: u64,
    steps: usize,
    /// What the engine is loading, and what it was told to let go of.
    loading: Option<LoadId>,
    leaving: Option<LoadId>,
}

fn manifest(index: usize) -> ModelManifest {
    ModelManifest {
        id: ModelId::new(&format!("model-{index}")).expect("an id"),
        name: format!("Model {index}"),
        description: Some("A model of the benchmark.".to_owned()),
        engine: EngineId::new("wllama").expect("an id"),
        context_window: Some(4_096),
        catalog_name: None,
        files: vec![ModelFile {
            name: "model.gguf".to_owned(),
            url: format!("https://models.example.com/{index}/model.gguf"),
            size_bytes: Some(BYTES),
            sha256: Some(digest(index)),
        }],
        served: None,
    }
}

fn digest(index: usize) -> Digest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&u64::try_from(index).expect("small").to_be_bytes());
    Digest::from_bytes(bytes)
}

fn select(conversation: usize, model: usize) -> Input {
    Input::Command(Command::Select {
        conversation_id: format!("conversation-{conversation}"),
        model_id: format!("model-{model}"),
    })
}

impl Yard {
    fn new(size: usize) -> Self {
        let options = Options {
            models: (0..size).map(manifest).collect(),
            default_model: Some(ModelId::new("model-0").expect("an id")),
            engines: vec![EngineId::new("wllama").expect("an id")],
            ..Options::default()
        };
        let mut yard = Self {
            size,
            engine: Engine::new(options).expect("good options"),
            now: 1_700_000_000_000,
            ticket: Ticket {
                job: JobId::from_number(1),
                epoch: 0,
            },
            downloaded: 0,
            steps: 0,
            loading: None,
            leaving: None,
        };
        yard.step(Input::Leading(true));
        let blobs = (0..size / 2).map(|index| StoredBlob {
            digest: digest(index),
            size_bytes: BYTES,
        });
        yard.step(Input::Worker(FromWorker::Ready {
            weights: WeightsBackEnd::Opfs,
            blobs: blobs.collect(),
            partials: Vec::new(),
        }));
        for index in 0..size {
            yard.step(Input::Command(Command::OpenConversation {
                conversation_id: format!("conversation-{index}"),
            }));
        }
        yard.activate(0, 0);
        let model_id = format!("model-{}", size - 1);
        yard.step(Input::Command(Command::Download { model_id }));
        yard
    }

    /// One step outside the measurement.
    fn step(&mut self, input: Input) {
        self.now += 7;
        let effects = self.engine.handle(input, self.now).effects;
        self.note(&effects);
    }

    /// Takes note of what the worker and the engine are told.
    fn note(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Worker(ToWorker::Start { ticket, .. }) => {
                    self.ticket = *ticket;
                    self.downloaded = 0;
                }
                Effect::Load { load, .. } => self.loading = Some(*load),
                Effect::AbortLoad { load } | Effect::Unload { load } => self.leaving = Some(*load),
                _ => {}
            }
        }
    }

    /// Gives a conversation a model of the disk, and lets the engine do what it was told.
    fn activate(&mut self, conversation: usize, model: usize) {
        self.step(select(conversation, model));
        self.let_engine_work();
    }

    fn let_engine_work(&mut self) {
        loop {
            if let Some(load) = self.leaving.take() {
                self.loading = self.loading.filter(|loading| *loading != load);
                self.step(Input::Unloaded { load });
            } else if let Some(load) = self.loading.take() {
                self.step(Input::Loaded { load });
            } else {
                return;
            }
        }
    }

    /// One of the same number of conversations, spread over all of them, whatever the size is.
    fn conversation(&self, step: usize) -> usize {
        step % SIZES[0] * (self.size / SIZES[0])
    }

    /// The same for the models of the half that starts at `from`, the first and the last one excepted.
    fn model(&self, from: usize, step: usize) -> usize {
        let choices = SIZES[0] / 2 - 2;
        from + 1 + step.wrapping_mul(31) % choices * (self.size / SIZES[0])
    }

    fn inputs(&mut self, kind: Kind) -> Vec<Input> {
        let mut inputs = Vec::with_capacity(BATCH);
        for _ in 0..BATCH {
            self.steps += 1;
            let step = self.steps;
            // A conversation that cannot decide: each wish ends the one before and what was done for it.
            let undecided = self.conversation(step / 8);
            inputs.push(match kind {
                Kind::Progress => {
                    self.downloaded += 65_536;
                    Input::Worker(FromWorker::Progress {
                        ticket: self.ticket,
                        downloaded_bytes: self.downloaded,
                        total_bytes: Some(BYTES),
                        restarted: false,
                    })
                }
                Kind::SelectResident => select(self.conversation(step), 0),
                Kind::SelectCached => select(undecided, self.model(0, step)),
                Kind::SelectAbsent => select(undecided, self.model(self.size / 2, step)),
            });
        }
        inputs
    }

    /// Microseconds a step, over one batch.
    fn measure(&mut self, kind: Kind) -> f64 {
        let inputs = self.inputs(kind);
        let mut steps = Vec::with_capacity(BATCH);
        let start = Instant::now();
        for input in inputs {
            self.now += 7;
            steps.push(black_box(self.engine.handle(black_box(input), self.now)));
        }
        let micros = start.elapsed().as_secs_f64() * 1e6;
        assert!(steps.iter().all(|step| step.reply.is_ok()));
        for step in &steps {
            self.note(&step.effects);
        }
        self.recover();
        micros / f64::from(u32::try_from(BATCH).expect("small"))
    }

    /// Ends all wishes and has the first model loaded, so that each batch starts from the same place.
    fn recover(&mut self) {
        self.let_engine_work();
        let conversations = self.engine.whole().conversations;
        let open = |(id, state): (String, Option<ConversationState>)| {
            state
                .filter(|state| state.requested_model != state.active_model)
                .map(|_| id)
        };
        for conversation_id in conversations.into_iter().filter_map(open) {
            let model_id = "model-0".to_owned();
            self.step(Input::Command(Command::Select {
                conversation_id,
                model_id,
            }));
        }
        self.activate(0, 0);
    }
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
    let mut yards: Vec<Yard> = SIZES.into_iter().map(Yard::new).collect();
    let mut times: BTreeMap<(Kind, usize), Vec<f64>> = BTreeMap::new();
    for round in 0..ROUNDS {
        for kind in KINDS {
            for yard in &mut yards {
                let micros = yard.measure(kind);
                // The first rounds warm up.
                if round >= ROUNDS / 10 {
                    times.entry((kind, yard.size)).or_default().push(micros);
                }
            }
        }
    }
    let medians: BTreeMap<(Kind, usize), f64> = times
        .into_iter()
        .map(|(key, values)| (key, median(values)))
        .collect();
    let worst = |of: &dyn Fn(Kind) -> f64| KINDS.into_iter().map(of).fold(0.0, f64::max);
    for kind in KINDS {
        let (small, large) = (medians[&(kind, SIZES[0])], medians[&(kind, SIZES[2])]);
        print(
            &format!("core_step_{kind:?}_us"),
            medians[&(kind, SIZES[1])],
            "us",
            None,
        );
        print(
            &format!("core_step_{kind:?}_growth"),
            large / small,
            "ratio",
            None,
        );
    }
    print(
        "core_step_us",
        worst(&|kind| medians[&(kind, SIZES[1])]),
        "us",
        Some(20.0),
    );
    let growth = |kind| medians[&(kind, SIZES[2])] / medians[&(kind, SIZES[0])];
    print("core_step_growth", worst(&growth), "ratio", Some(1.5));
}
