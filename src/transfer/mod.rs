//! One verified, resumable transfer, without I/O.

pub use crate::engine::protocol;
