//! The drive of model management: scripted servers, virtual time, a host that writes down what it is told.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../transfer/support/executor.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared with another suite, which uses all of it"
)]
mod executor;
#[path = "../contract/rust_crypto.rs"]
#[allow(unreachable_pub, reason = "shared with another suite")]
mod rust_crypto;
mod world;

mod chats;
mod configuration;
mod events;
mod hosted;
mod hub;
mod jobs;
mod keys;
mod keys_locked;
mod keys_stored;
mod lists;
mod pulls;
mod reaching;
mod removing;
mod reports;
