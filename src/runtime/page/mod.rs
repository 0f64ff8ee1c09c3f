//! The page's side: one core, its records, its worker, its host.
//!
//! The story of a step: [`Page::dispatch`] borrows the core for one input and lets go of it. The step goes to the end
//! of a line; whoever finds nobody at work on that line works it off: effects first, then patch and events to the
//! host. So a host or a listener may call anything at any time: its input is taken at once, and what follows from it
//! is carried out in order.

mod channel;
pub mod host;
mod leader;
mod perform;
mod tabs;
mod worker;
mod writer;

#[cfg(feature = "core-bindings")]
pub(crate) use self::perform::failure_to_js;
pub(crate) use self::perform::to_js;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use self::channel::{Channel, Word};
use self::host::Host;
use self::leader::Leader;
use self::worker::{Sign, Supervisor};
use self::writer::Writer;
use super::stored::read_stored;
use crate::engine::command::{Command, Reply};
use crate::engine::digest::Digest;
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::LoadId;
use crate::engine::input::Input;
use crate::engine::map::{Map, Set};
use crate::engine::protocol::{FromWorker, ToWorker, WeightsBackEnd};
use crate::engine::record::Stored;
use crate::engine::snapshot::{Patch, Persistence, RecordsBackEnd, StorageState};
use crate::engine::step::Step;
use crate::engine::{Engine, Options};
use crate::json;
use crate::storage::browser as storage;
use crate::storage::records::RecordsError;

/// How long opening waits for the worker to say what the disk holds.
const WORKER_READY_MS: u32 = 10_000;
/// How long closing waits for the worker to write its last checkpoint.
const WORKER_STOP_MS: u32 = 1_000;

/// What listens to the window: for `pagehide`, `pageshow` and `online`.
type Listeners = (
    Closure<dyn Fn()>,
    Closure<dyn Fn(web_sys::PageTransitionEvent)>,
    Closure<dyn Fn()>,
);

/// The page's side. All calls take `&self`; the core is borrowed for a single step only.
pub struct Page {
    namespace: String,
    host: Host,
    engine: RefCell<Engine>,
    line: RefCell<VecDeque<Step>>,
    working: Cell<bool>,
    writer: RefCell<Option<Rc<Writer>>>,
    supervisor: RefCell<Option<Rc<Supervisor>>>,
    leader: RefCell<Option<Leader>>,
    channel: RefCell<Option<Rc<Channel>>>,
    listeners: RefCell<Option<Listeners>>,
    /// Whether this tab fetches for all.
    leads: Cell<bool>,
    /// Loads whose files are being opened.
    opening_loads: RefCell<Set<LoadId>>,
    /// Weights of a worker that keeps them in memory.
    memory: RefCell<Map<Digest, web_sys::Blob>>,
    /// What the worker said before there was anything it could be about; `None` once opening has restored that.
    early: RefCell<Option<Vec<Sign>>>,
    worker_ready: RefCell<Option<oneshot::Sender<()>>>,
    worker_stopped: RefCell<Option<oneshot::Sender<()>>>,
    storage: RefCell<Option<StorageState>>,
    closed: Cell<bool>,
}

impl Page {
    /// A page that has not been opened.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn new(namespace: String, options: Options, host: Host) -> Result<Rc<Self>, Failure> {
        Ok(Rc::new(Self {
            namespace,
            host,
            engine: RefCell::new(Engine::new(options)?),
            line: RefCell::default(),
            working: Cell::new(false),
            writer: RefCell::default(),
            supervisor: RefCell::default(),
            leader: RefCell::default(),
            channel: RefCell::default(),
            listeners: RefCell::default(),
            leads: Cell::new(false),
            opening_loads: RefCell::default(),
            memory: RefCell::default(),
            early: RefCell::new(Some(Vec::new())),
            worker_ready: RefCell::default(),
            worker_stopped: RefCell::default(),
            storage: RefCell::default(),
            closed: Cell::new(false),
        }))
    }

    /// Opens storage, restores what is stored, starts the worker and waits for what the disk holds.
    ///
    /// # Errors
    /// `storage_unavailable` when the records were written by a newer version or another tab blocks them; a browser
    /// without storage is no error: things are kept in memory then, and the snapshot says so.
    pub async fn open(self: &Rc<Self>) -> Result<(), Failure> {
        // It has a module to instantiate and a disk to look at: it does so while records are read here.
        let is_ready = self.start_worker();
        let (records, problem) = storage::open_records(&self.namespace).await;
        if let Some(refused @ (RecordsError::NewerSchema { .. } | RecordsError::Blocked)) = &problem {
            return Err(perform::records_failure(refused));
        }
        let records = Rc::new(records);
        let (stored, unreadable) = read_stored(&*records)
            .await
            .map_err(|error| perform::records_failure(&error))?;
        let persistence = storage::persistence().await;
        self.begin(&records, stored, problem.as_ref(), persistence);
        self.join_tabs(&records);
        if unreadable > 0 {
            let message = format!("{unreadable} stored records could not be read and were left alone.");
            let _ = self.dispatch(Input::PersistFailed(Failure::new(
                ErrorCode::StorageUnavailable,
                message,
            )));
        }
        // A dropped sender means that the page was closed meanwhile.
        let _ = is_ready.await;
        Ok(())
    }

    fn begin(
        self: &Rc<Self>,
        records: &Rc<storage::AnyRecords>,
        stored: Stored,
        problem: Option<&RecordsError>,
        persistence: Persistence,
    ) {
        let in_memory = records.back_end() == RecordsBackEnd::Memory;
        let this = Rc::downgrade(self);
        *self.writer.borrow_mut() = Some(Writer::new(Rc::clone(records), move |written| {
            let Some(this) = this.upgrade() else { return };
            match written {
                Ok(changes) => {
                    if let Some(channel) = this.channel.borrow().as_ref() {
                        channel.say(&Word::Stored(changes));
                    }
                }
                Err(error) => {
                    let _ = this.dispatch(Input::PersistFailed(perform::records_failure(&error)));
                }
            }
        }));
        let state = StorageState {
            weights: WeightsBackEnd::Opfs,
            records: records.back_end(),
            persistence: if in_memory {
                Persistence::Session
            } else {
                persistence
            },
            used_bytes: 0,
            failure: problem.map(perform::records_failure),
        };
        *self.storage.borrow_mut() = Some(state.clone());
        let _ = self.dispatch(Input::Storage(state));
        let _ = self.dispatch(Input::Restore(Box::new(stored)));
        let early = self.early.take();
        let whole = self.engine.borrow().whole();
        perform::deliver(&self.host, &whole, &[]);
        for sign in early.into_iter().flatten() {
            self.worker_sign(sign);
        }
    }

    fn start_worker(self: &Rc<Self>) -> oneshot::Receiver<()> {
        let (ready, is_ready) = oneshot::channel();
        *self.worker_ready.borrow_mut() = Some(ready);
        let this = Rc::downgrade(self);
        let supervisor = Supervisor::start(self.host.clone(), self.namespace.clone(), move |sign| {
            if let Some(this) = this.upgrade() {
                this.worker_sign(sign);
            }
        });
        *self.supervisor.borrow_mut() = Some(supervisor);
        // A worker that never answers must not keep the app from opening: it can chat with what is loaded elsewhere.
        let late = Rc::downgrade(self);
        crate::js::spawn(async move {
            TimeoutFuture::new(WORKER_READY_MS).await;
            if let Some(ready) = late.upgrade().and_then(|this| this.worker_ready.take()) {
                let _ = ready.send(());
            }
        });
        is_ready
    }

    /// Takes one input and works off what follows from it.
    ///
    /// # Errors
    /// What is wrong with a command; no other input is ever refused.
    pub fn dispatch(self: &Rc<Self>, input: Input) -> Result<Reply, Failure> {
        let step = self.engine.borrow_mut().handle(input, now());
        let reply = step.reply.clone();
        self.line.borrow_mut().push_back(step);
        if !self.working.replace(true) {
            loop {
                let Some(step) = self.line.borrow_mut().pop_front() else {
                    break;
                };
                for effect in step.effects {
                    self.perform(effect);
                }
                self.tell_progress(&step.events);
                if self.early.borrow().is_none() {
                    perform::deliver(&self.host, &step.patch, &step.events);
                } else {
                    // The whole follows, once.
                    perform::deliver(&self.host, &Patch::default(), &step.events);
                }
            }
            self.working.set(false);
        }
        reply
    }

    /// Takes a command of the app.
    ///
    /// # Errors
    /// What is wrong with it; then nothing has changed.
    pub fn command(self: &Rc<Self>, command: Command) -> Result<Reply, Failure> {
        self.dispatch(Input::Command(command))
    }

    /// What `navigator.storage.persist()` said.
    pub fn persistence_granted(self: &Rc<Self>, granted: bool) {
        let state = {
            let mut storage = self.storage.borrow_mut();
            let Some(state) = storage.as_mut() else { return };
            if granted && state.records == RecordsBackEnd::IndexedDb {
                state.persistence = Persistence::Persistent;
            }
            state.clone()
        };
        let _ = self.dispatch(Input::Storage(state));
    }

    /// Stops the work, keeps what is stored.
    pub async fn close(self: &Rc<Self>) {
        if self.closed.replace(true) {
            return;
        }
        let running = self.engine.borrow().running_ticket();
        let supervisor = self.supervisor.take();
        if let (Some(ticket), Some(supervisor)) = (running, &supervisor) {
            let (stopped, is_stopped) = oneshot::channel();
            *self.worker_stopped.borrow_mut() = Some(stopped);
            supervisor.post(&ToWorker::Stop { ticket, keep: true });
            let this = Rc::clone(self);
            crate::js::spawn(async move {
                TimeoutFuture::new(WORKER_STOP_MS).await;
                this.worker_stopped.take();
            });
            let _ = is_stopped.await;
        }
        if let Some(supervisor) = supervisor {
            supervisor.close();
        }
        let writer = self.writer.borrow().clone();
        if let Some(writer) = writer {
            writer.settled().await;
        }
        self.writer.take();
        self.leave_tabs();
    }

    fn worker_sign(self: &Rc<Self>, sign: Sign) {
        if let Some(early) = &mut *self.early.borrow_mut() {
            early.push(sign);
            return;
        }
        match sign {
            Sign::Message(data) => self.worker_message(&data),
            Sign::Lost => {
                let _ = self.dispatch(Input::WorkerLost);
            }
            Sign::GaveUp(reason) => {
                let failure = Failure::new(
                    ErrorCode::StorageUnavailable,
                    "The worker that downloads and stores models cannot be started.",
                );
                let _ = self.dispatch(Input::PersistFailed(failure.caused_by(reason)));
                if let Some(ready) = self.worker_ready.take() {
                    let _ = ready.send(());
                }
            }
        }
    }

    /// A text is a message of the protocol; an object carries a blob of a worker that keeps weights in memory.
    fn worker_message(self: &Rc<Self>, data: &JsValue) {
        let Some(text) = data.as_string() else {
            self.keep_in_memory(data);
            return;
        };
        let Ok(message) = json::from_str::<FromWorker>(&text) else {
            return;
        };
        if let FromWorker::Stopped { .. } = &message
            && let Some(stopped) = self.worker_stopped.take()
        {
            let _ = stopped.send(());
        }
        if let (FromWorker::Ready { weights, .. }, Some(state)) = (&message, &mut *self.storage.borrow_mut())
        {
            state.weights = *weights;
        }
        let ready = matches!(message, FromWorker::Ready { .. });
        let _ = self.dispatch(Input::Worker(message));
        if ready && let Some(ready) = self.worker_ready.take() {
            let _ = ready.send(());
        }
    }

    fn keep_in_memory(&self, data: &JsValue) {
        let field = |name: &str| Reflect::get(data, &name.into()).ok();
        let digest = field("blob")
            .and_then(|value| value.as_string())
            .and_then(|hex| hex.parse().ok());
        let Some((digest, data)) = digest.zip(field("data")) else {
            return;
        };
        let blob = data.dyn_into::<web_sys::Blob>().or_else(|bytes| {
            let parts = js_sys::Array::of1(&Uint8Array::new(&bytes));
            web_sys::Blob::new_with_u8_array_sequence(&parts)
        });
        if let Ok(blob) = blob {
            self.memory.borrow_mut().insert(digest, blob);
        }
    }
}

/// Milliseconds since the Unix epoch.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a date is a positive whole number"
)]
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// What a thrown value says.
pub(crate) fn reason_of(thrown: &JsValue) -> String {
    thrown
        .dyn_ref::<js_sys::Error>()
        .map(|error| {
            format!(
                "{}: {}",
                String::from(error.name()),
                String::from(error.message())
            )
        })
        .or_else(|| thrown.as_string())
        .unwrap_or_else(|| "unknown".to_owned())
}
