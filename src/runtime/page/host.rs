//! What the page's JavaScript does for the core. The TypeScript side is `Host` in `pkg-template/src/core.ts`.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The object handed to the constructor.
    #[derive(Clone)]
    pub type Host;

    /// After each step: what changed, then what happened.
    #[wasm_bindgen(method, catch)]
    pub fn changed(this: &Host, patch: &JsValue, events: &JsValue) -> Result<(), JsValue>;

    /// Makes the transfer worker.
    #[wasm_bindgen(method, catch, js_name = startWorker)]
    pub fn start_worker(
        this: &Host,
        on_message: &Function,
        on_error: &Function,
    ) -> Result<WorkerHandle, JsValue>;

    /// Starts a load.
    #[wasm_bindgen(method, catch)]
    pub fn load(
        this: &Host,
        load: f64,
        engine: &str,
        model: &str,
        context_window: Option<u32>,
        files: &Array,
    ) -> Result<(), JsValue>;

    /// Gives up a load.
    #[wasm_bindgen(method, catch, js_name = abortLoad)]
    pub fn abort_load(this: &Host, load: f64) -> Result<(), JsValue>;

    /// Frees a loaded model.
    #[wasm_bindgen(method, catch)]
    pub fn unload(this: &Host, load: f64) -> Result<(), JsValue>;

    /// Starts a try of an answer.
    #[wasm_bindgen(method, catch, js_name = startAnswer)]
    pub fn start_answer(
        this: &Host,
        answer: f64,
        attempt: u32,
        load: f64,
        engine: &str,
        model: &str,
    ) -> Result<(), JsValue>;

    /// Ends an answer.
    #[wasm_bindgen(method, catch, js_name = endAnswer)]
    pub fn end_answer(this: &Host, answer: f64, failure: &JsValue) -> Result<(), JsValue>;

    /// Has a server fetch a model.
    #[wasm_bindgen(method, catch)]
    pub fn pull(
        this: &Host,
        job: f64,
        epoch: f64,
        model: &str,
        engine: &str,
        name: &str,
    ) -> Result<(), JsValue>;

    /// Stops a pull.
    #[wasm_bindgen(method, catch, js_name = stopPull)]
    pub fn stop_pull(this: &Host, job: f64, epoch: f64) -> Result<(), JsValue>;

    /// Has a server delete a model.
    #[wasm_bindgen(method, catch, js_name = removeServed)]
    pub fn remove_served(
        this: &Host,
        request: f64,
        model: &str,
        engine: &str,
        name: &str,
        unload: bool,
    ) -> Result<(), JsValue>;

    /// The state in memory is not to be trusted any more: make a new core from what is stored.
    #[wasm_bindgen(method, catch)]
    pub fn crashed(this: &Host, place: &str) -> Result<(), JsValue>;

    /// The page came back from the back-forward cache: make a new core from what is stored.
    #[wasm_bindgen(method, catch)]
    pub fn restored(this: &Host) -> Result<(), JsValue>;

    /// `end` lets go of something the browser holds for this instance; called also when the instance is poisoned.
    #[wasm_bindgen(method, catch, js_name = onEnd)]
    pub fn on_end(this: &Host, end: &Function) -> Result<(), JsValue>;

    /// The transfer worker, with its hash worker.
    #[derive(Clone)]
    pub type WorkerHandle;

    /// Posts a text.
    #[wasm_bindgen(method, catch)]
    pub fn post(this: &WorkerHandle, text: &str) -> Result<(), JsValue>;

    /// Ends both at once.
    #[wasm_bindgen(method, catch)]
    pub fn terminate(this: &WorkerHandle) -> Result<(), JsValue>;
}
