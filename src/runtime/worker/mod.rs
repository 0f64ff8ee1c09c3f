//! The transfer worker: carries out what [`crate::transfer`] decides, over the ports.
//!
//! What happens, in order: a message or the end of some I/O becomes an [`event::Event`]; events are handled one at a
//! time; a running transfer ([`run`]) takes an input, gives effects, and these are carried out. Network and hash run
//! beside each other; everything that changes the disk's directory or the journal waits its turn in one [`lane`], so
//! that a late write can never overtake the clean-up after it.
//!
//! What always holds: each event of a run carries the run's number, and an event of a former run changes nothing, but
//! what it brings (an open file, a body) is let go of. `Stopped` is the last word on a ticket.
//!
//! The driver knows no browser: on wasm32 [`entry`] gives it the browser's ports, tests give it others.

mod convert;
pub mod driver;
pub mod event;
pub mod hasher;
mod lane;
pub mod ports;
mod run;

#[cfg(target_arch = "wasm32")]
mod browser_ports;
#[cfg(target_arch = "wasm32")]
mod entry;
#[cfg(target_arch = "wasm32")]
mod hash_port;

#[cfg(target_arch = "wasm32")]
pub use entry::{run_hash_worker, run_transfer_worker};
