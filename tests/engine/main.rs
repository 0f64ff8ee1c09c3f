//! The pure core under test. A [`world::World`] owns the clock, a worker, the in-page engines and the disk; it carries
//! out every effect, replays every patch and every stored change, and holds each step against the laws of [`laws`].

mod bad_input;
mod conversations;
mod exhaustive;
mod failures;
mod fakes;
mod fallback;
mod fallback_next;
mod fallback_plan;
mod faults_engines;
mod faults_switching;
mod found;
mod hosts;
mod laws;
mod ledger;
mod lifecycle;
mod models;
mod moves;
mod patches;
mod pulls;
mod queue;
mod queue_progress;
mod random;
mod reading;
mod removal;
mod residency;
mod restart;
mod routes;
mod served;
mod served_gone;
mod served_known;
mod server;
mod stopping;
mod tabs;
mod world;
