//! At most one tab of an origin fetches: the one that holds a Web Lock.
//!
//! The lock is let go of when the page goes away, because a page in the back-forward cache would keep it. A waiting
//! request is made anew every ten seconds: one that was queued before another page went into that cache would
//! otherwise wait until that page is gone.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::host::Host;

/// How often a waiting request is made anew.
const AGAIN_MS: u32 = 10_000;

/// Holds the lock, or waits for it, until it is dropped or released.
pub(super) struct Leader {
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    /// Resolves the promise the lock is held by.
    release: RefCell<Option<Function>>,
    /// Stops the request that waits.
    waiting: RefCell<Option<web_sys::AbortController>>,
    closed: Cell<bool>,
}

impl Leader {
    /// Asks for the lock called `name` and calls `won` once it is held. Where the browser has or allows no Web Locks
    /// (an insecure or opaque origin) every tab is its own leader.
    pub(super) fn start(host: Host, name: String, won: impl Fn() + 'static) -> Self {
        let state = Rc::new(State::default());
        let shared = Rc::clone(&state);
        crate::js::spawn(async move {
            let won: Rc<dyn Fn()> = Rc::new(won);
            if seek(&host, &name, &shared, &won).await.is_none() && !shared.closed.get() {
                won();
            }
        });
        Self { state }
    }

    /// Lets go of the lock, or stops waiting for it.
    pub(super) fn release(&self) {
        self.state.closed.set(true);
        if let Some(release) = self.state.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
        if let Some(waiting) = self.state.waiting.take() {
            waiting.abort();
        }
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.release();
    }
}

/// Makes one request after the other until one was granted. `None` where the browser refuses locks.
async fn seek(host: &Host, name: &str, state: &Rc<State>, won: &Rc<dyn Fn()>) -> Option<()> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    while !state.closed.get() {
        let controller = web_sys::AbortController::new().ok()?;
        *state.waiting.borrow_mut() = Some(controller.clone());
        let granted = Rc::new(Cell::new(false));
        if let Some(abort) = abort_of(&controller) {
            let _ = host.on_end(&abort);
        }
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &controller.signal()).ok()?;
        let hold = hold_until_released(host, state, won, &granted);
        let answer: Promise = request
            .call3(&locks, &name.into(), &options, &hold)
            .ok()?
            .dyn_into()
            .ok()?;
        ask_again_later(&controller, &granted);
        let ended = JsFuture::from(answer).await;
        if granted.get() {
            return Some(());
        }
        if ended.is_err() && !controller.signal().aborted() {
            return None;
        }
    }
    Some(())
}

/// The callback of a granted request: tells, and gives the promise that keeps the lock.
fn hold_until_released(
    host: &Host,
    state: &Rc<State>,
    won: &Rc<dyn Fn()>,
    granted: &Rc<Cell<bool>>,
) -> JsValue {
    let (host, state, won, granted) = (host.clone(), Rc::clone(state), Rc::clone(won), Rc::clone(granted));
    Closure::once_into_js(move || {
        granted.set(true);
        state.waiting.take();
        let held = Promise::new(&mut |resolve, _| {
            // A poisoned instance could not call this any more, and the lock would stay with it.
            let _ = host.on_end(&resolve);
            *state.release.borrow_mut() = Some(resolve);
        });
        if state.closed.get() {
            if let Some(release) = state.release.take() {
                let _ = release.call0(&JsValue::UNDEFINED);
            }
        } else {
            won();
        }
        held
    })
}

fn ask_again_later(controller: &web_sys::AbortController, granted: &Rc<Cell<bool>>) {
    let (controller, granted) = (controller.clone(), Rc::clone(granted));
    crate::js::spawn(async move {
        TimeoutFuture::new(AGAIN_MS).await;
        if !granted.get() {
            controller.abort();
        }
    });
}

/// The controller's own function, so that it can be called without this instance.
fn abort_of(controller: &web_sys::AbortController) -> Option<Function> {
    let abort: Function = Reflect::get(controller, &"abort".into()).ok()?.dyn_into().ok()?;
    Some(abort.bind0(controller))
}
