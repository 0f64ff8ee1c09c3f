//! The browser's clock and its chance, in pages and in workers.

use js_sys::Math;
use wasm_bindgen::JsCast;
use web_sys::Performance;

use crate::js;
use crate::transfer::step::Now;

/// A clock that never goes back, where the browser has one.
pub(super) struct Clock(Option<Performance>);

impl Clock {
    /// That of the scope this runs in.
    pub(super) fn new() -> Self {
        Self(js::global("performance").map(JsCast::unchecked_into))
    }

    /// The time, and a number by chance.
    pub(super) fn now(&self) -> Now {
        // Monotonic, unlike `Date`: setting the clock must not look like silence.
        let ms = self.0.as_ref().map_or_else(js_sys::Date::now, |performance| {
            performance.time_origin() + performance.now()
        });
        let dice = js::to_bytes(Math::random() * f64::from(u32::MAX));
        Now {
            ms: js::to_bytes(ms),
            dice: u32::try_from(dice).unwrap_or(u32::MAX),
        }
    }
}
