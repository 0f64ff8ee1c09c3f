//! Keys: what can be one, how one is stored, when one is locked, and that none is left in any text.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod failures;
mod lock;
mod patterns;
mod records;
mod redactor;
mod signing;
mod spellings;
