//! The one lane for everything that changes directories and journal entries: one operation at a time, in the order
//! they were asked for.

use std::rc::Rc;

use crate::engine::digest::Digest;
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::ids::{ModelId, Ticket, Timestamp};
use crate::engine::manifest::ModelFile;
use crate::engine::map::Set;
use crate::storage::records::{Durability, Records, Store, Write};
use crate::storage::weights::{Ingest, Weights, WeightsError};
use crate::transfer::journal::{key_of, parse_ingest_name};
use crate::transfer::protocol::StoredBlob;
use crate::transfer::step::{DiskTrouble, Found, Input};
use crate::transfer::survey::{Survey, survey};

use super::event::{IngestOf, RunNumber};
use super::ports::Ports;

/// A transfer that is about to begin.
pub(super) struct Order {
    pub(super) ticket: Ticket,
    pub(super) model: ModelId,
    pub(super) files: Vec<ModelFile>,
}

/// Something to do, when its turn comes.
pub(super) enum Operation {
    /// For a run; skipped when that run is over by then.
    OfRun(RunNumber, RunOperation),
    /// Look around at the start.
    Survey { now: Timestamp },
    /// Delete what the look around found to be garbage.
    Sweep(Survey),
    /// See what is committed, then begin.
    Begin(Order),
    /// Delete the partial files under these keys.
    Discard { keys: Vec<String> },
    /// Delete blobs.
    Delete { request: u64, digests: Vec<Digest> },
    /// Nothing: everything before it is done.
    Settle(Ticket),
}

/// An effect that goes through the lane.
pub(super) enum RunOperation {
    LookUp {
        key: String,
    },
    Open {
        key: String,
        forget: bool,
        garbage: Vec<String>,
        from: Option<String>,
        name: String,
    },
    Save {
        key: String,
        text: String,
    },
    Forget {
        key: String,
    },
    Commit {
        key: String,
        name: String,
        digest: Digest,
    },
    Discard {
        key: String,
        name: String,
    },
}

/// What has been done.
pub(super) enum Done<P: Ports> {
    /// For a run: what goes in, and the file that was opened.
    OfRun(RunNumber, Input, Option<IngestOf<P>>),
    Surveyed {
        blobs: Vec<StoredBlob>,
        survey: Survey,
    },
    CanBegin(Order, Vec<StoredBlob>),
    Deleted {
        request: u64,
        digests: Vec<Digest>,
        freed_bytes: u64,
        failure: Option<Failure>,
    },
    Settled(Ticket),
    /// Nothing anyone waits for.
    Swept,
}

/// The disk.
pub(super) struct Disk<P: Ports> {
    pub(super) weights: P::Weights,
    pub(super) records: P::Records,
}

impl<P: Ports> Disk<P> {
    /// Does one thing.
    pub(super) async fn perform(self: Rc<Self>, operation: Operation) -> Done<P> {
        match operation {
            Operation::OfRun(run, operation) => {
                let (input, ingest) = self.perform_of_run(operation).await;
                Done::OfRun(run, input, ingest)
            }
            Operation::Survey { now } => {
                // What cannot be listed is not there for us; whoever needs it will say what is wrong.
                let blobs = self.weights.blobs().await.unwrap_or_default();
                let ingests = self.weights.ingests().await;
                let records = self.records.all(Store::Journal).await;
                let found = match (records, ingests) {
                    (Ok(records), Ok(ingests)) => survey(&records, &ingests, now),
                    // Half the picture would make garbage of the other half.
                    _ => Survey::default(),
                };
                Done::Surveyed { blobs, survey: found }
            }
            Operation::Sweep(survey) => {
                for name in &survey.dead_files {
                    // Another tab may hold it; the next start tries again.
                    let _ = self.weights.delete_ingest(name).await;
                }
                let _ = self.forget(survey.dead_records).await;
                Done::Swept
            }
            Operation::Begin(order) => {
                let blobs = self.weights.blobs().await.unwrap_or_default();
                Done::CanBegin(order, blobs)
            }
            Operation::Discard { keys } => {
                self.discard(keys).await;
                Done::Swept
            }
            Operation::Delete { request, digests } => self.delete(request, digests).await,
            Operation::Settle(ticket) => Done::Settled(ticket),
        }
    }

    async fn perform_of_run(&self, operation: RunOperation) -> (Input, Option<IngestOf<P>>) {
        match operation {
            RunOperation::LookUp { key } => (Input::Found(self.look_up(&key).await), None),
            RunOperation::Open {
                key,
                forget,
                garbage,
                from,
                name,
            } => {
                if forget && let Err(error) = self.forget(vec![key]).await {
                    return (Input::Opened(Err(error)), None);
                }
                for name in garbage {
                    let _ = self.weights.delete_ingest(&name).await;
                }
                match self.open(from.as_deref(), &name).await {
                    Ok((ingest, len)) => (Input::Opened(Ok(len)), Some(ingest)),
                    Err(error) => (Input::Opened(Err(error.into())), None),
                }
            }
            RunOperation::Save { key, text } => {
                let write = Write {
                    store: Store::Journal,
                    key,
                    value: Some(text),
                };
                (Input::Saved(self.write(vec![write]).await), None)
            }
            RunOperation::Forget { key } => (Input::Forgotten(self.forget(vec![key]).await), None),
            RunOperation::Commit { key, name, digest } => {
                let committed = self.weights.commit(&name, &digest).await;
                if committed.is_ok() {
                    // An entry that stays is garbage at the next start: its file is gone.
                    let _ = self.forget(vec![key]).await;
                }
                (Input::Committed(committed.map_err(DiskTrouble::from)), None)
            }
            RunOperation::Discard { key, name } => {
                // The entry first: without it the file is garbage, but it would vouch for a file that is gone.
                let _ = self.forget(vec![key]).await;
                let _ = self.weights.delete_ingest(&name).await;
                (Input::Discarded, None)
            }
        }
    }

    async fn look_up(&self, key: &str) -> Result<Found, DiskTrouble> {
        // Without a journal a file can still be fetched, only not gone on with.
        let record = self.records.get(Store::Journal, key).await.unwrap_or_default();
        let ingests = self.weights.ingests().await?;
        Ok(Found { record, ingests })
    }

    async fn open(&self, from: Option<&str>, name: &str) -> Result<(IngestOf<P>, u64), WeightsError> {
        if let Some(from) = from {
            self.weights.rename_ingest(from, name).await?;
        }
        let ingest = self.weights.open_ingest(name).await?;
        let len = ingest.len().inspect_err(|_| ingest.close())?;
        Ok((ingest, len))
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), DiskTrouble> {
        Ok(self.records.write(writes, Durability::Strict).await?)
    }

    async fn forget(&self, keys: Vec<String>) -> Result<(), DiskTrouble> {
        if keys.is_empty() {
            return Ok(());
        }
        let writes = keys.into_iter().map(|key| Write {
            store: Store::Journal,
            key,
            value: None,
        });
        self.write(writes.collect()).await
    }

    async fn discard(&self, keys: Vec<String>) {
        let ingests = self.weights.ingests().await.unwrap_or_default();
        for (name, _) in ingests {
            if parse_ingest_name(&name).is_some_and(|(key, _)| keys.iter().any(|wanted| wanted == key)) {
                let _ = self.weights.delete_ingest(&name).await;
            }
        }
        let _ = self.forget(keys).await;
    }

    async fn delete(&self, request: u64, digests: Vec<Digest>) -> Done<P> {
        let (mut gone, mut freed_bytes, mut failure) = (Vec::new(), 0_u64, None);
        for digest in digests {
            match self.weights.delete_blob(&digest).await {
                Ok(freed) => {
                    freed_bytes += freed;
                    gone.push(digest);
                }
                Err(error) => {
                    let one = not_deleted(&error);
                    match &mut failure {
                        None => failure = Some(one),
                        Some(Failure { others, .. }) => others.push(one),
                    }
                }
            }
        }
        Done::Deleted {
            request,
            digests: gone,
            freed_bytes,
            failure,
        }
    }
}

fn not_deleted(error: &WeightsError) -> Failure {
    match error {
        WeightsError::Locked => Failure::new(
            ErrorCode::InUse,
            "The file cannot be deleted: another tab is using it.",
        ),
        WeightsError::Full | WeightsError::NotFound => {
            Failure::new(ErrorCode::StorageUnavailable, "The file cannot be deleted.")
        }
        WeightsError::Unavailable(message) => {
            Failure::new(ErrorCode::StorageUnavailable, "The file cannot be deleted.").caused_by(message)
        }
    }
}

/// The keys of files, each once.
pub(super) fn keys_of(files: &[ModelFile]) -> Vec<String> {
    let keys: Set<String> = files.iter().map(key_of).collect();
    keys.into_iter().collect()
}
