//! The model layer of a browser chat app.
//!
//! Everything that happens enters [`engine::Engine`] in one place and leaves it in one place; the other modules
//! bring inputs to it and carry out its effects. `ARCHITECTURE.md` has the map.

pub mod catalog;
pub mod config;
pub mod engine;
pub mod json;
pub mod keys;
pub mod management;
pub mod net;
pub mod providers;
pub mod routing;
pub mod runtime;
pub mod storage;
pub mod transfer;

#[cfg(target_arch = "wasm32")]
pub mod bindings;
mod closest;
mod invisible;
#[cfg(target_arch = "wasm32")]
mod js;
