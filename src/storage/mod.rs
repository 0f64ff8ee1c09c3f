//! Where things are kept: small records and big weights, each behind a port.
//!
//! `Memory*` implements both everywhere; `Idb*` and `Opfs*` are the browser's. One contract suite runs on all of them
//! (`tests/contract`).

pub mod records;
pub mod weights;
