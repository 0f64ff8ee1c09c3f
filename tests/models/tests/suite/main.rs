//! What the demo models and the fixtures promise.

// A test that cannot read a file it has just made should stop there.
#![allow(clippy::unwrap_used)]

mod fixtures;
mod reading;
mod speaking;
