//! Every fault is what it says, seen from the other end of a plain TCP connection.

// A test whose server does not answer should stop there.
#![allow(clippy::unwrap_used)]

mod bodies;
mod connections;
mod control;
mod files;
mod headers;
mod hub;
mod ollama;
mod program;
mod ranges;
mod standins;
mod wire;
