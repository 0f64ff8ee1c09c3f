//! What the driver handles, one at a time.

use crate::engine::ids::Ticket;
use crate::net::{Net, NetError, ResponseHead};
use crate::storage::weights::Weights;
use crate::transfer::protocol::ToWorker;

use super::hasher::HashEvent;
use super::lane::Done;
use super::ports::Ports;

/// The number of a run of one transfer; a later run has a higher one.
pub(super) type RunNumber = u64;

/// The ingest file of the ports.
pub(super) type IngestOf<P> = <<P as Ports>::Weights as Weights>::Ingest;

/// The body of the ports.
pub(super) type BodyOf<P> = <<P as Ports>::Net as Net>::Body;

/// Which request an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) run: RunNumber,
    pub(super) request: u64,
}

/// Something that happened.
pub(super) enum Event<P: Ports> {
    /// The page said something.
    Message(ToWorker),
    /// Something in the lane has been done.
    Done(Done<P>),
    /// A request was answered.
    Head(Line, Result<(ResponseHead, BodyOf<P>), NetError>),
    /// A probe has ended.
    Probed(Line, bool),
    /// A body was read from.
    Read(Line, BodyOf<P>, Result<Option<P::Chunk>, NetError>),
    /// The hasher said something.
    Hash(HashEvent<P::Chunk>),
    /// Time went by.
    Tick(RunNumber),
    /// A stop has waited long enough for the disk.
    StopOverdue(Ticket),
}
