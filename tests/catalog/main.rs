//! The model catalog: its bundled data, and what names people use find in it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bundled;
mod data;
mod names;
