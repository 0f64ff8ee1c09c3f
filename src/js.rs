//! What the browser back ends need from JavaScript beyond its typed bindings: things that may be missing, errors as
//! plain text, numbers, time. No other module looks into an unknown value.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A property, unless it is missing or null or cannot be read.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// A property of the global object of this page or worker.
pub(crate) fn global(name: &str) -> Option<JsValue> {
    property(&js_sys::global(), name)
}

/// Whether `object` has a method of this name.
pub(crate) fn has_method(object: &JsValue, name: &str) -> bool {
    property(object, name).is_some_and(|value| value.is_function())
}

/// Calls a method that may be missing, or may throw where its typed binding says that it does not: an exception
/// that is not caught would run through Rust frames.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let method = property(object, name).and_then(|value| value.dyn_into::<Function>().ok());
    let method = method.ok_or_else(|| js_sys::TypeError::new(&format!("{name} is not supported here")))?;
    method.apply(object, &arguments.iter().copied().collect::<Array>())
}

/// [`call`], then waits for the promise it gives.
pub(crate) async fn call_async(
    object: &JsValue,
    name: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    Promise::resolve(&call(object, name, arguments)?).await
}

/// The name of an error, such as `QuotaExceededError`.
pub(crate) fn error_name(error: &JsValue) -> String {
    property(error, "name")
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}

/// An error in the browser's own words, with its name before them.
pub(crate) fn error_text(error: &JsValue) -> String {
    let message = property(error, "message")
        .and_then(|message| message.as_string())
        .unwrap_or_default();
    match (error_name(error), message) {
        (name, message) if name.is_empty() && message.is_empty() => "unknown error".to_owned(),
        (name, message) if message.is_empty() => name,
        (name, message) if name.is_empty() => message,
        (name, message) => format!("{name}: {message}"),
    }
}

/// Whether an error says that there is no room, by any of the names browsers have for that: `QuotaExceededError`, its
/// old code 22, and Firefox's own.
pub(crate) fn means_full(error: &JsValue) -> bool {
    const NAMES: [&str; 3] = [
        "QuotaExceededError",
        "NS_ERROR_FILE_NO_DEVICE_SPACE",
        "NS_ERROR_DOM_QUOTA_REACHED",
    ];
    let is_code_22 = property(error, "code").and_then(|code| code.as_f64()) == Some(22.0);
    is_code_22 || NAMES.contains(&error_name(error).as_str())
}

/// A length or offset as JavaScript takes it. No file comes near 2^53 bytes.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub(crate) fn from_bytes(bytes: u64) -> f64 {
    bytes as f64
}

/// A length or count from JavaScript; what is negative or not a number is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, NaN gives 0"
)]
pub(crate) fn to_bytes(number: f64) -> u64 {
    number as u64
}

/// Runs a task of its own. Boxed here, because what `spawn_local` does would else be compiled anew for each task.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    fn spawn(task: Pin<Box<dyn Future<Output = ()>>>) {
        wasm_bindgen_futures::spawn_local(task);
    }
    spawn(Box::pin(task));
}

/// Waits at least so long.
pub(crate) async fn sleep(milliseconds: u32) {
    let timer = Promise::new(&mut |resolve, _| {
        let started = call(&js_sys::global(), "setTimeout", &[&resolve, &milliseconds.into()]);
        debug_assert!(started.is_ok(), "every page and worker has timers");
    });
    let _ = timer.await;
}

/// What `future` gives, or `None` if that takes longer than `milliseconds`.
pub(crate) async fn within<T>(milliseconds: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut limit = pin!(sleep(milliseconds));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}
