//! Where things are kept: small records, big weights, and keys, each behind a port.
//!
//! `Memory*` implements both everywhere; `Idb*` and `Opfs*` are the browser's. One contract suite runs on all of them
//! (`tests/contract`).

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod browser_crypto;
pub mod crypto;
#[cfg(target_arch = "wasm32")]
mod idb_connection;
#[cfg(target_arch = "wasm32")]
pub mod idb_records;
#[cfg(target_arch = "wasm32")]
mod idb_schema;
mod memory_file;
pub mod memory_records;
pub mod memory_weights;
#[cfg(any(target_arch = "wasm32", test))]
mod names;
#[cfg(target_arch = "wasm32")]
pub mod opfs_directory;
#[cfg(target_arch = "wasm32")]
pub mod opfs_ingest;
#[cfg(target_arch = "wasm32")]
pub mod opfs_weights;
pub mod records;
pub mod weights;
