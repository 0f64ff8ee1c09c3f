//! The first panic of an instance poisons it: its state in memory is not to be trusted any more. The hosts are told,
//! and every later call gives `engine_crashed`.

use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;

use wasm_bindgen::prelude::*;

use crate::engine::failure::{ErrorCode, Failure};
use crate::runtime::page::to_js;

#[wasm_bindgen]
extern "C" {
    /// What both hosts have in common.
    type AnyHost;

    #[wasm_bindgen(method, catch)]
    fn crashed(this: &AnyHost, place: &str) -> Result<(), JsValue>;
}

thread_local! {
    static POISONED: Cell<bool> = const { Cell::new(false) };
    /// Whom to tell about a panic.
    static HOSTS: RefCell<Vec<AnyHost>> = const { RefCell::new(Vec::new()) };
}

/// Runs once when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(panicked));
}

/// Tells a host about panics from now on.
pub(super) fn watch(host: &JsValue) {
    HOSTS.with(|hosts| hosts.borrow_mut().push(host.clone().unchecked_into()));
}

/// Refuses every call after a panic.
pub(super) fn sound() -> Result<(), JsValue> {
    if POISONED.with(Cell::get) {
        let failure = Failure::new(
            ErrorCode::EngineCrashed,
            "The core broke down and is being started anew.",
        );
        return Err(to_js(&failure));
    }
    Ok(())
}

/// Marks the instance as poisoned and asks for a new one. Only the place is told: a message could carry anything.
fn panicked(info: &PanicHookInfo<'_>) {
    POISONED.with(|poisoned| poisoned.set(true));
    let place = info
        .location()
        .map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
    let hosts = HOSTS.with(|hosts| {
        hosts
            .try_borrow_mut()
            .map(|mut hosts| std::mem::take(&mut *hosts))
    });
    for host in hosts.unwrap_or_default() {
        let _ = host.crashed(&place);
    }
}
