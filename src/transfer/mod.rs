//! Verified, resumable transfers, without I/O: what arrives goes in as an [`step::Input`], what must be done comes out
//! as [`step::Effect`]s. Time and chance come in as arguments ([`step::Now`]).
//!
//! The story of one file ([`file::FileTransfer`]):
//!
//! 1. look up the journal and the ingest file, take the file over under a new fence number, check its last 64 KiB;
//! 2. ask from 64 KiB before what is here, judge the head, compare the overlap;
//! 3. store and hash what comes; now and then flush, save the hash's midstate, then write the journal;
//! 4. when a connection breaks, wait and ask again; when the bytes cannot be continued, start over, once;
//! 5. hash and length are right: seal the file and commit it under its digest.
//!
//! [`job::Job`] does this for the files of a model, one after the other, and says how far it is.
//!
//! What always holds: a file is committed only if its bytes hash to its digest (I1); what the journal calls safe was
//! flushed before (I3); before bytes the journal vouches for are overwritten, the journal entry is gone.

pub mod file;
pub mod hash;
pub mod head;
pub mod http_date;
pub mod job;
pub mod journal;
pub mod magic;
pub mod pace;
pub mod policy;
pub mod range;
pub mod retry;
pub mod step;
pub mod survey;
pub mod trouble;
pub mod watch;

pub use crate::engine::protocol;
