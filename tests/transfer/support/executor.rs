//! Tasks and virtual time. Nothing happens unless it is told to, and always in the same order.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Woken {
    task: u64,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap().push_back(self.task);
    }
}

#[derive(Default)]
struct State {
    tasks: RefCell<BTreeMap<u64, Task>>,
    spawned: Cell<u64>,
    ready: Arc<Mutex<VecDeque<u64>>>,
    now: Cell<u64>,
    timers: RefCell<BTreeMap<(u64, u64), Waker>>,
    timer_count: Cell<u64>,
}

/// Clones are the same executor.
#[derive(Clone, Default)]
pub struct Executor {
    state: Rc<State>,
}

impl Executor {
    pub fn starting_at(now: u64) -> Self {
        let this = Self::default();
        this.state.now.set(now);
        this
    }

    pub fn now(&self) -> u64 {
        self.state.now.get()
    }

    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let id = self.state.spawned.replace(self.state.spawned.get() + 1);
        self.state.tasks.borrow_mut().insert(id, Box::pin(task));
        self.state.ready.lock().unwrap().push_back(id);
    }

    pub fn wake_at(&self, at: u64, waker: &Waker) {
        let count = self.state.timer_count.replace(self.state.timer_count.get() + 1);
        self.state.timers.borrow_mut().insert((at, count), waker.clone());
    }

    pub fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static + use<> {
        let this = self.clone();
        let until = self.now() + ms;
        poll_fn(move |context| {
            if this.now() >= until {
                return Poll::Ready(());
            }
            this.wake_at(until, context.waker());
            Poll::Pending
        })
    }

    /// Runs what can run without time going by.
    pub fn settle(&self) {
        loop {
            let next = self.state.ready.lock().unwrap().pop_front();
            let Some(id) = next else { return };
            let task = self.state.tasks.borrow_mut().remove(&id);
            let Some(mut task) = task else { continue };
            let waker = Waker::from(Arc::new(Woken {
                task: id,
                ready: Arc::clone(&self.state.ready),
            }));
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.state.tasks.borrow_mut().insert(id, task);
            }
        }
    }

    /// Lets time go by, stopping at every timer on the way. `false` from `go_on` ends it early.
    pub fn advance(&self, ms: u64, mut go_on: impl FnMut() -> bool) {
        let end = self.now() + ms;
        self.settle();
        while go_on() {
            let next = self.state.timers.borrow().first_key_value().map(|(key, _)| *key);
            match next.filter(|(at, _)| *at <= end) {
                None => {
                    self.state.now.set(end);
                    return;
                }
                Some(key) => {
                    let waker = self.state.timers.borrow_mut().remove(&key);
                    self.state.now.set(self.now().max(key.0));
                    waker.into_iter().for_each(Waker::wake);
                    self.settle();
                }
            }
        }
    }

    /// The clock jumps, as after the sleep of a machine: nothing ran in between.
    pub fn jump(&self, ms: u64) {
        self.state.now.set(self.now() + ms);
    }

    /// Everything that ran is gone.
    pub fn kill(&self) {
        loop {
            let task = self.state.tasks.borrow_mut().pop_first();
            if task.is_none() {
                break;
            }
        }
        self.state.timers.borrow_mut().clear();
        self.state.ready.lock().unwrap().clear();
    }
}
