//! What the driver needs from the world around it.

use crate::net::{Chunk, Net};
use crate::storage::records::Records;
use crate::storage::weights::Weights;
use crate::transfer::policy::PartSizes;
use crate::transfer::protocol::FromWorker;
use crate::transfer::step::Now;

use super::hasher::Hasher;

/// The world of a transfer worker. One type, so that a test replaces all of it at once.
pub trait Ports: 'static {
    /// The platform's chunk: what the network gives, weights store and the hasher takes.
    type Chunk: Chunk + 'static;
    /// The network.
    type Net: Net<Chunk = Self::Chunk, Body: 'static, Abort: 'static> + 'static;
    /// The weights.
    type Weights: Weights<Chunk = Self::Chunk, Ingest: 'static> + 'static;
    /// The records.
    type Records: Records + 'static;
    /// The hasher.
    type Hasher: Hasher<Chunk = Self::Chunk> + 'static;

    /// The time, on a clock that does not go back, and a random number.
    fn now(&self) -> Now;

    /// Waits.
    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static;

    /// Runs a task beside the others; it must not start before this returns.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// The sizes of parts.
    fn part_sizes(&self) -> &'static PartSizes {
        &PartSizes::USUAL
    }

    /// Tells the page.
    fn send(&self, message: FromWorker);
}
