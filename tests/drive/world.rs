//! The world of a service.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use modelyard::engine::Zone;
use modelyard::engine::failure::Failure;
use modelyard::engine::ids::{JobId, Ticket};
use modelyard::engine::protocol::{FromWorker, Waiting};
use modelyard::keys::Redactor;
use modelyard::management::{KeyState, ProviderState, Reach};
use modelyard::net::call::CallRequest;
use modelyard::net::scripted::{Answer, Gate, Step};
use modelyard::net::scripted_calls::ScriptedCalls;
use modelyard::net::{NetError, ResponseHead};
use modelyard::providers::connection::Permission;
use modelyard::runtime::management::Service;
use modelyard::runtime::management::ports::{News, Origin, Ports, Sink, TabWord};
use modelyard::storage::memory_records::MemoryRecords;
use modelyard::transfer::step::Now;
use serde_json::Value;

use crate::executor::Executor;
use crate::rust_crypto::RustCrypto;

pub(crate) const START: u64 = 1_800_000_000_000;

/// What the host was told, and when.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Told {
    Listed(String, Value),
    ProviderChanged(ProviderState),
    ProviderRemoved(String),
    Reach(String, Reach),
    KeyChanged(String, KeyState),
    Pull(FromWorker),
}

pub(crate) struct TestPorts {
    executor: Executor,
    calls: ScriptedCalls,
    told: Rc<RefCell<Vec<(u64, Told)>>>,
    offline: Rc<Cell<bool>>,
    permission: Rc<Cell<Permission>>,
    page: Origin,
    redactor: Rc<Redactor>,
    tabs: Rc<RefCell<Vec<TabWord>>>,
}

impl Ports for TestPorts {
    type Net = ScriptedCalls;
    type Records = MemoryRecords;
    type Crypto = RustCrypto;

    fn net(&self) -> &ScriptedCalls {
        &self.calls
    }

    fn now(&self) -> Now {
        Now {
            ms: self.executor.now(),
            dice: u32::MAX / 2,
        }
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        self.executor.sleep(ms)
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.executor.spawn(task);
    }

    fn is_offline(&self) -> bool {
        self.offline.get()
    }

    fn page(&self) -> &Origin {
        &self.page
    }

    fn permission(&self, _zone: Zone) -> impl Future<Output = Permission> + 'static {
        std::future::ready(self.permission.get())
    }

    fn tell(&self, news: News<'_>) {
        let told = match news {
            News::Listed { provider, models, .. } => Told::Listed(
                provider.to_owned(),
                serde_json::from_str(models).expect("manifests are JSON"),
            ),
            News::ProviderChanged(state) => Told::ProviderChanged(state.clone()),
            News::ProviderRemoved(provider) => Told::ProviderRemoved(provider.to_owned()),
            News::Reach(provider, reach) => Told::Reach(provider.to_owned(), reach),
            News::KeyChanged(provider, key) => Told::KeyChanged(provider.to_owned(), key.clone()),
            News::Pull(report) => Told::Pull(report.clone()),
        };
        self.told.borrow_mut().push((self.executor.now(), told));
    }

    fn tell_tabs(&self, word: TabWord) {
        self.tabs.borrow_mut().push(word);
    }

    fn redactor(&self) -> &Rc<Redactor> {
        &self.redactor
    }
}

/// A service with its world. The one provider is `ollama`.
pub(crate) struct World {
    pub(crate) executor: Executor,
    pub(crate) calls: ScriptedCalls,
    pub(crate) offline: Rc<Cell<bool>>,
    pub(crate) permission: Rc<Cell<Permission>>,
    pub(crate) service: Rc<Service<TestPorts>>,
    told: Rc<RefCell<Vec<(u64, Told)>>>,
    /// What the other tabs were told.
    pub(crate) tabs: Rc<RefCell<Vec<TabWord>>>,
}

pub(crate) const CONFIG: &str = r#"{"providers":{"ollama":{}}}"#;

impl World {
    /// One whose servers answer by `script`.
    pub(crate) fn new(script: impl FnMut(&CallRequest) -> Answer + 'static) -> Self {
        Self::with(CONFIG, script)
    }

    /// The same, with this configuration file.
    pub(crate) fn with(config: &str, script: impl FnMut(&CallRequest) -> Answer + 'static) -> Self {
        let executor = Executor::starting_at(START);
        let calls = ScriptedCalls::new(script);
        let told: Rc<RefCell<Vec<(u64, Told)>>> = Rc::default();
        let (offline, permission) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(Permission::Unknown)));
        let tabs: Rc<RefCell<Vec<TabWord>>> = Rc::default();
        let ports = TestPorts {
            executor: executor.clone(),
            calls: calls.clone(),
            told: Rc::clone(&told),
            offline: Rc::clone(&offline),
            permission: Rc::clone(&permission),
            page: Origin {
                text: "https://app.example".to_owned(),
                is_secure: true,
            },
            redactor: Rc::default(),
            tabs: Rc::clone(&tabs),
        };
        let service = Service::new(ports, &["wllama".to_owned()]);
        let world = Self {
            executor,
            calls,
            offline,
            permission,
            service,
            told,
            tabs,
        };
        if !config.is_empty() {
            world.set("file", config).expect("a good configuration");
        }
        world
    }

    /// Puts a text in the place of a layer.
    pub(crate) fn set(&self, layer: &str, text: &str) -> Result<Vec<String>, Failure> {
        let layers = serde_json::json!([{ "layer": layer, "text": text }]).to_string();
        self.service.set_layers(&layers).map(|changed| changed.keys)
    }

    /// Lets time go by.
    pub(crate) fn pass(&self, ms: u64) {
        self.executor.advance(ms, || true);
    }

    /// What a call comes to, with as much time as it takes, up to ten minutes.
    pub(crate) fn wait<T: 'static>(&self, call: impl Future<Output = T> + 'static) -> T {
        let done: Rc<RefCell<Option<T>>> = Rc::default();
        let place = Rc::clone(&done);
        self.executor.spawn(async move {
            let value = call.await;
            place.replace(Some(value));
        });
        self.executor.advance(600_000, || done.borrow().is_none());
        done.take().expect("the call ended")
    }

    /// What was told of pulls, and when it was, from the start on.
    pub(crate) fn reports(&self) -> Vec<(u64, FromWorker)> {
        let told = self.told.borrow();
        let of_pulls = told.iter().filter_map(|(at, told)| match told {
            Told::Pull(report) => Some((at - START, report.clone())),
            _ => None,
        });
        of_pulls.collect()
    }

    /// What was told.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.borrow().iter().map(|(_, told)| told.clone()).collect()
    }

    /// The paths of the calls that were made.
    pub(crate) fn paths(&self) -> Vec<String> {
        let made = self.calls.made();
        made.iter().map(|call| path(call).to_owned()).collect()
    }
}

/// The path of a call.
pub(crate) fn path(call: &CallRequest) -> &str {
    let after = call.url.find("//").map_or(0, |at| at + 2);
    call.url[after..]
        .find('/')
        .map_or("/", |at| &call.url[after + at..])
}

/// The body of a call as JSON.
pub(crate) fn body(call: &CallRequest) -> Value {
    serde_json::from_slice(&call.body).expect("a body of JSON")
}

/// A 200 with these lines, one piece each.
pub(crate) fn lines(lines: &[&str]) -> Answer {
    let mut answer = Answer::new(head(200, "application/x-ndjson"));
    for line in lines {
        answer
            .steps
            .push_back(Step::Bytes([line, "\n"].concat().into_bytes()));
    }
    answer
}

/// An answer of JSON.
pub(crate) fn json(status: u16, text: &str) -> Answer {
    Answer::new(head(status, "application/json")).bytes(text.as_bytes(), 4_096)
}

pub(crate) fn head(status: u16, kind: &str) -> ResponseHead {
    ResponseHead {
        status,
        content_type: Some(kind.to_owned()),
        ..ResponseHead::default()
    }
}

/// No answer.
pub(crate) fn nobody() -> Answer {
    Answer::failed(NetError::Failed {
        message: "Failed to fetch".to_owned(),
    })
}

/// Silence, once the steps before are done.
pub(crate) fn silence() -> Step {
    Step::Wait(Gate::new())
}

pub(crate) fn ticket(job: u64, epoch: u64) -> Ticket {
    Ticket {
        job: JobId::from_number(job),
        epoch,
    }
}

/// One word for each report.
pub(crate) fn word(report: &FromWorker) -> &'static str {
    match report {
        FromWorker::Progress { .. } => "progress",
        FromWorker::Waits {
            waiting: Waiting::Retry { .. },
            ..
        } => "retry",
        FromWorker::Waits {
            waiting: Waiting::Offline,
            ..
        } => "offline",
        FromWorker::Finished { .. } => "finished",
        FromWorker::Failed { .. } => "failed",
        _ => "other",
    }
}

/// Writes down what it hears of an answer.
#[derive(Clone, Default)]
pub(crate) struct Heard {
    pub(crate) deltas: Rc<RefCell<Vec<Value>>>,
    pub(crate) ends: Rc<RefCell<Vec<Result<Value, Failure>>>>,
}

impl Sink for Heard {
    fn delta(&self, text: &str) {
        assert!(
            self.ends.borrow().is_empty(),
            "nothing comes after the end: {text}"
        );
        self.deltas
            .borrow_mut()
            .push(serde_json::from_str(text).expect("deltas are JSON"));
    }

    fn ended(&self, end: Result<&str, &Failure>) {
        let end = end.map(|text| serde_json::from_str(text).expect("an end is JSON"));
        self.ends.borrow_mut().push(end.map_err(Clone::clone));
    }
}

impl Heard {
    /// All text so far.
    pub(crate) fn text(&self) -> String {
        let deltas = self.deltas.borrow();
        let all = deltas.iter().filter_map(Value::as_array).flatten();
        all.filter(|delta| delta["type"] == "text")
            .filter_map(|delta| delta["text"].as_str())
            .collect()
    }

    /// The one end.
    #[track_caller]
    pub(crate) fn end(&self) -> Result<Value, Failure> {
        let ends = self.ends.borrow();
        assert_eq!(ends.len(), 1, "an answer ends once: {ends:?}");
        ends[0].clone()
    }
}

/// What a future gives that waits for nothing: all that memory needs.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("memory has nothing to wait for"),
    }
}

/// Stores a record as it is.
pub(crate) fn put(records: &MemoryRecords, key: &str, value: &str) {
    use modelyard::storage::records::{Durability, Records, Store, Write};
    let write = Write {
        store: Store::Meta,
        key: key.to_owned(),
        value: Some(value.to_owned()),
    };
    now(records.write(vec![write], Durability::Strict)).expect("it can be written");
}
