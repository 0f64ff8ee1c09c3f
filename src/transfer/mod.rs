//! One verified, resumable transfer, without I/O.

pub mod protocol;
