//! The browser as [`Ports`], in a dedicated worker.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

use super::hash_port::PortHasher;
use super::ports::Ports;
use crate::engine::digest::Digest;
use crate::engine::protocol::FromWorker;
use crate::js;
use crate::json;
use crate::net::browser::BrowserNet;
use crate::net::browser_chunk::BrowserChunk;
use crate::runtime::clock::Clock;
use crate::storage::browser::{AnyRecords, AnyWeights};
use crate::transfer::step::Now;

/// The scope this runs in.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Says something to the page, as JSON text.
pub(super) fn post(message: &FromWorker) {
    // Texts can always be posted.
    let _ = scope().post_message(&json::to_string(message).into());
}

/// The clock, chance, tasks and messages of a worker.
pub(super) struct BrowserPorts {
    outbox: Rc<Outbox>,
    clock: Clock,
}

impl BrowserPorts {
    /// `memory` is set where weights are kept in memory: then what is committed is handed to the page.
    pub(super) fn new(memory: Option<AnyWeights>) -> Self {
        let outbox = Outbox {
            memory,
            queue: RefCell::default(),
            busy: Cell::new(false),
        };
        Self {
            outbox: Rc::new(outbox),
            clock: Clock::new(),
        }
    }
}

impl Ports for BrowserPorts {
    type Chunk = BrowserChunk;
    type Net = BrowserNet;
    type Weights = AnyWeights;
    type Records = AnyRecords;
    type Hasher = PortHasher;

    fn now(&self) -> Now {
        self.clock.now()
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        js::sleep(u32::try_from(ms).unwrap_or(u32::MAX))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        js::spawn(task);
    }

    fn send(&self, message: FromWorker) {
        self.outbox.send(message);
    }
}

/// Messages on their way to the page, in order.
struct Outbox {
    memory: Option<AnyWeights>,
    queue: RefCell<VecDeque<FromWorker>>,
    busy: Cell<bool>,
}

impl Outbox {
    fn send(self: &Rc<Self>, message: FromWorker) {
        let Some(weights) = self.memory.clone() else {
            return post(&message);
        };
        if message == FromWorker::Alive {
            return post(&message);
        }
        self.queue.borrow_mut().push_back(message);
        if self.busy.replace(true) {
            return;
        }
        let outbox = Rc::clone(self);
        js::spawn(async move {
            loop {
                let next = outbox.queue.borrow_mut().pop_front();
                let Some(message) = next else { break };
                if let FromWorker::Committed { file, .. } = &message {
                    hand_over(&weights, &file.digest).await;
                }
                post(&message);
            }
            outbox.busy.set(false);
        });
    }
}

/// Hands a blob in memory to the page: `{ blob: <digest>, data: Blob }`, before the message that it is committed.
async fn hand_over(weights: &AnyWeights, digest: &Digest) {
    if let Ok(data) = weights.blob(digest).await {
        let object = Object::new();
        let named = Reflect::set(&object, &"blob".into(), &JsValue::from(digest.to_string()));
        let filled = Reflect::set(&object, &"data".into(), &data);
        if named.is_ok() && filled.is_ok() {
            let _ = scope().post_message(&object);
        }
    }
}
