//! The transfer: its decisions one by one, the driver over a simulated world, and that world under random faults.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(unreachable_pub, reason = "nothing is reached from outside a test")]

mod decisions;
mod driving;
mod faults;
mod files;
mod heads;
mod journal;
mod parts;
mod progress;
mod refusals;
mod retries;
mod scenarios;
mod simulation;
mod stopping;
mod storage;
mod support;
