//! The pure core.

pub mod command;
pub mod digest;
pub mod event;
pub mod failure;
pub mod ids;
pub mod manifest;
pub mod snapshot;
