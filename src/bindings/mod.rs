//! What the package's TypeScript imports. Thin: it converts, checks that the instance is sound, and calls
//! [`crate::runtime`]. Each of the two wasm files exports one part of it: the core [`page`], the other [`management`].

#[cfg(feature = "management-bindings")]
pub mod management;
#[cfg(feature = "core-bindings")]
pub mod page;
mod poison;

#[cfg(feature = "management-bindings")]
pub use management::ManagementCore;
#[cfg(feature = "core-bindings")]
pub use page::PageCore;
