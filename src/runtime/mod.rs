//! Carries out what the pure parts decide.

pub mod worker;
