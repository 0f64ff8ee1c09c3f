//! Supervises the transfer worker: a silent or broken one is ended and a new one started.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;
use wasm_bindgen::prelude::*;

use super::host::{Host, WorkerHandle};
use crate::engine::protocol::ToWorker;
use crate::json;

/// How often a worker is asked for a sign of life. A worker that gave none since the last time is lost. Counting
/// questions instead of time survives throttled timers and a sleeping computer.
const PING_MS: u32 = 5_000;
/// How many unanswered questions are too many.
const SILENT_PINGS: u32 = 3;
/// At most so many restarts ...
const MAX_RESTARTS: usize = 3;
/// ... in this many milliseconds.
const RESTART_WINDOW_MS: f64 = 600_000.0;

/// What the supervisor tells the page.
pub(super) enum Sign {
    /// The worker said something.
    Message(JsValue),
    /// The worker was lost; a new one is on its way.
    Lost,
    /// Too many workers were lost.
    GaveUp(String),
}

/// The worker and what watches it.
pub(super) struct Supervisor {
    host: Host,
    namespace: String,
    tell: Box<dyn Fn(Sign)>,
    current: RefCell<Option<Running>>,
    unanswered: Cell<u32>,
    restarts: RefCell<Vec<f64>>,
    closed: Cell<bool>,
    pings: RefCell<Option<Interval>>,
}

struct Running {
    handle: WorkerHandle,
    // The worker calls these for as long as it lives.
    _on_message: Closure<dyn Fn(JsValue)>,
    _on_error: Closure<dyn Fn(JsValue)>,
}

impl Supervisor {
    /// Starts the first worker.
    pub(super) fn start(host: Host, namespace: String, tell: impl Fn(Sign) + 'static) -> Rc<Self> {
        let this = Rc::new(Self {
            host,
            namespace,
            tell: Box::new(tell),
            current: RefCell::default(),
            unanswered: Cell::new(0),
            restarts: RefCell::default(),
            closed: Cell::new(false),
            pings: RefCell::default(),
        });
        this.launch();
        let weak = Rc::downgrade(&this);
        *this.pings.borrow_mut() = Some(Interval::new(PING_MS, move || {
            if let Some(this) = weak.upgrade() {
                this.ping();
            }
        }));
        this
    }

    /// Says something to the worker. What cannot be said is no loss: a lost worker is told all anew.
    pub(super) fn post(&self, message: &ToWorker) {
        let handle = self
            .current
            .borrow()
            .as_ref()
            .map(|running| running.handle.clone());
        if let Some(handle) = handle {
            let _ = handle.post(&json::to_string(message));
        }
    }

    /// Ends the worker for good.
    pub(super) fn close(&self) {
        self.closed.set(true);
        self.pings.take();
        self.end();
    }

    fn end(&self) {
        if let Some(running) = self.current.take() {
            let _ = running.handle.terminate();
        }
    }

    fn launch(self: &Rc<Self>) {
        let on_message = self.listener(|this, data| {
            this.unanswered.set(0);
            (this.tell)(Sign::Message(data));
        });
        let on_error = self.listener(|this, reason| this.lose(&reason.as_string().unwrap_or_default()));
        let started = self.host.start_worker(
            on_message.as_ref().unchecked_ref(),
            on_error.as_ref().unchecked_ref(),
        );
        match started {
            Ok(handle) => {
                *self.current.borrow_mut() = Some(Running {
                    handle,
                    _on_message: on_message,
                    _on_error: on_error,
                });
                self.post(&ToWorker::Hello {
                    namespace: self.namespace.clone(),
                });
            }
            Err(reason) => (self.tell)(Sign::GaveUp(super::reason_of(&reason))),
        }
    }

    fn listener(self: &Rc<Self>, act: impl Fn(&Rc<Self>, JsValue) + 'static) -> Closure<dyn Fn(JsValue)> {
        let weak: Weak<Self> = Rc::downgrade(self);
        Closure::new(move |data| {
            if let Some(this) = weak.upgrade().filter(|this| !this.closed.get()) {
                act(&this, data);
            }
        })
    }

    fn ping(self: &Rc<Self>) {
        if self.unanswered.get() >= SILENT_PINGS {
            self.lose("The transfer worker does not answer.");
            return;
        }
        self.unanswered.set(self.unanswered.get() + 1);
        self.post(&ToWorker::Ping);
    }

    fn lose(self: &Rc<Self>, reason: &str) {
        self.unanswered.set(0);
        // The closures may be running right now: the old worker goes at once, they go with the next microtask.
        let old = self.current.take();
        if let Some(old) = &old {
            let _ = old.handle.terminate();
        }
        crate::js::spawn(async move { drop(old) });
        let now = js_sys::Date::now();
        let mut restarts = self.restarts.borrow_mut();
        restarts.retain(|at| now - at < RESTART_WINDOW_MS);
        if restarts.len() >= MAX_RESTARTS {
            drop(restarts);
            (self.tell)(Sign::GaveUp(reason.to_owned()));
            return;
        }
        restarts.push(now);
        drop(restarts);
        (self.tell)(Sign::Lost);
        self.launch();
    }
}
