//! The model layer of a browser chat app.
//!
//! Everything that happens enters [`engine::Engine`] in one place and leaves it in one place; the other modules
//! bring inputs to it and carry out its effects. `ARCHITECTURE.md` has the map.

pub mod catalog;
pub mod config;
pub mod engine;
pub mod json;
pub mod management;
pub mod net;
pub mod providers;
pub mod routing;
pub mod runtime;
pub mod storage;
pub mod transfer;

/// What the package's TypeScript imports. Thin: it converts, checks that the instance is sound, and calls
/// [`crate::runtime`]. Each of the two wasm files exports a part of it.
#[cfg(target_arch = "wasm32")]
pub mod bindings {
    #[cfg(feature = "management-bindings")]
    pub mod management;
    #[cfg(feature = "core-bindings")]
    #[path = "mod.rs"]
    pub mod page;
    mod poison;

    #[cfg(feature = "management-bindings")]
    pub use management::ManagementCore;
    #[cfg(feature = "core-bindings")]
    pub use page::PageCore;
}
mod closest;
mod invisible;
#[cfg(target_arch = "wasm32")]
mod js;
