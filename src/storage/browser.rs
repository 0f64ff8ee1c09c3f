//! The ladder of back ends in a browser: `IndexedDB` and the origin private file system, else memory, saying why.

use js_sys::{Array, Uint8Array};
use web_sys::Blob;

use super::idb_records::IdbRecords;
use super::memory_records::MemoryRecords;
use super::memory_weights::{MemoryIngest, MemoryWeights};
use super::opfs_directory::blob_file;
use super::opfs_ingest::OpfsIngest;
use super::opfs_weights::OpfsWeights;
use super::records::{Durability, Records, RecordsError, Store, Write};
use super::weights::{Ingest, Weights, WeightsError};
use crate::engine::digest::Digest;
use crate::engine::snapshot::{Persistence, RecordsBackEnd};
use crate::js;
use crate::net::browser_chunk::BrowserChunk;
use crate::transfer::protocol::{StoredBlob, WeightsBackEnd};

/// Records wherever this browser keeps them.
#[derive(Clone)]
pub enum AnyRecords {
    /// In `IndexedDB`.
    Idb(IdbRecords),
    /// In memory.
    Memory(MemoryRecords),
}

/// Opens the records of `namespace`; in memory if the browser cannot, with the reason.
///
/// A database that is only [`RecordsError::Blocked`] or of a [`RecordsError::NewerSchema`] is such a reason too: the
/// app goes on, and what it stores is gone with the page. So the reason must be shown.
pub async fn open_records(namespace: &str) -> (AnyRecords, Option<RecordsError>) {
    match IdbRecords::open(namespace).await {
        Ok(records) => (AnyRecords::Idb(records), None),
        Err(error) => (AnyRecords::Memory(MemoryRecords::new()), Some(error)),
    }
}

impl AnyRecords {
    /// Where they are.
    pub fn back_end(&self) -> RecordsBackEnd {
        match self {
            Self::Idb(_) => RecordsBackEnd::IndexedDb,
            Self::Memory(_) => RecordsBackEnd::Memory,
        }
    }
}

impl Records for AnyRecords {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, RecordsError> {
        match self {
            Self::Idb(records) => records.get(store, key).await,
            Self::Memory(records) => records.get(store, key).await,
        }
    }

    async fn all(&self, store: Store) -> Result<Vec<(String, String)>, RecordsError> {
        match self {
            Self::Idb(records) => records.all(store).await,
            Self::Memory(records) => records.all(store).await,
        }
    }

    async fn write(&self, writes: Vec<Write>, durability: Durability) -> Result<(), RecordsError> {
        match self {
            Self::Idb(records) => records.write(writes, durability).await,
            Self::Memory(records) => records.write(writes, durability).await,
        }
    }

    async fn clear(&self, store: Store) -> Result<(), RecordsError> {
        match self {
            Self::Idb(records) => records.clear(store).await,
            Self::Memory(records) => records.clear(store).await,
        }
    }
}

/// Weights wherever this browser keeps them.
#[derive(Clone)]
pub enum AnyWeights {
    /// In the origin private file system, under this namespace.
    Opfs(OpfsWeights),
    /// In memory.
    Memory(MemoryWeights<BrowserChunk>),
}

/// Opens the weights of `namespace`, in a dedicated worker; in memory if the browser cannot, with the reason.
pub async fn open_weights(namespace: &str) -> (AnyWeights, Option<WeightsError>) {
    match OpfsWeights::open(namespace).await {
        Ok(weights) => (AnyWeights::Opfs(weights), None),
        Err(error) => (AnyWeights::Memory(MemoryWeights::new()), Some(error)),
    }
}

impl AnyWeights {
    /// Where they are.
    pub fn back_end(&self) -> WeightsBackEnd {
        match self {
            Self::Opfs(_) => WeightsBackEnd::Opfs,
            Self::Memory(_) => WeightsBackEnd::Memory,
        }
    }

    /// The blob of `digest`, to be read here or sent to the page. From memory it is a copy.
    ///
    /// # Errors
    /// [`WeightsError::NotFound`] if there is no such blob.
    pub async fn blob(&self, digest: &Digest) -> Result<Blob, WeightsError> {
        match self {
            Self::Opfs(weights) => blob_file(weights.namespace(), digest).await.map(Blob::from),
            Self::Memory(weights) => {
                let parts = Array::new();
                let found = weights.visit_blob(digest, |piece| {
                    parts.push(&Uint8Array::from(piece));
                });
                if !found {
                    return Err(WeightsError::NotFound);
                }
                Blob::new_with_u8_array_sequence(&parts)
                    .map_err(|error| WeightsError::Unavailable(js::error_text(&error)))
            }
        }
    }
}

impl Weights for AnyWeights {
    type Chunk = BrowserChunk;
    type Ingest = AnyIngest;

    async fn blobs(&self) -> Result<Vec<StoredBlob>, WeightsError> {
        match self {
            Self::Opfs(weights) => weights.blobs().await,
            Self::Memory(weights) => weights.blobs().await,
        }
    }

    async fn ingests(&self) -> Result<Vec<(String, u64)>, WeightsError> {
        match self {
            Self::Opfs(weights) => weights.ingests().await,
            Self::Memory(weights) => weights.ingests().await,
        }
    }

    async fn open_ingest(&self, name: &str) -> Result<AnyIngest, WeightsError> {
        match self {
            Self::Opfs(weights) => weights.open_ingest(name).await.map(AnyIngest::Opfs),
            Self::Memory(weights) => weights.open_ingest(name).await.map(AnyIngest::Memory),
        }
    }

    async fn rename_ingest(&self, from: &str, to: &str) -> Result<(), WeightsError> {
        match self {
            Self::Opfs(weights) => weights.rename_ingest(from, to).await,
            Self::Memory(weights) => weights.rename_ingest(from, to).await,
        }
    }

    async fn commit(&self, name: &str, digest: &Digest) -> Result<(), WeightsError> {
        match self {
            Self::Opfs(weights) => weights.commit(name, digest).await,
            Self::Memory(weights) => weights.commit(name, digest).await,
        }
    }

    async fn delete_ingest(&self, name: &str) -> Result<(), WeightsError> {
        match self {
            Self::Opfs(weights) => weights.delete_ingest(name).await,
            Self::Memory(weights) => weights.delete_ingest(name).await,
        }
    }

    async fn delete_blob(&self, digest: &Digest) -> Result<u64, WeightsError> {
        match self {
            Self::Opfs(weights) => weights.delete_blob(digest).await,
            Self::Memory(weights) => weights.delete_blob(digest).await,
        }
    }
}

/// An open ingest file wherever this browser keeps it.
pub enum AnyIngest {
    /// In the origin private file system.
    Opfs(OpfsIngest),
    /// In memory.
    Memory(MemoryIngest<BrowserChunk>),
}

impl Ingest for AnyIngest {
    type Chunk = BrowserChunk;

    fn len(&self) -> Result<u64, WeightsError> {
        match self {
            Self::Opfs(ingest) => ingest.len(),
            Self::Memory(ingest) => ingest.len(),
        }
    }

    fn write_at(&self, offset: u64, chunk: &BrowserChunk) -> Result<(), WeightsError> {
        match self {
            Self::Opfs(ingest) => ingest.write_at(offset, chunk),
            Self::Memory(ingest) => ingest.write_at(offset, chunk),
        }
    }

    fn read_at(&self, offset: u64, target: &mut [u8]) -> Result<usize, WeightsError> {
        match self {
            Self::Opfs(ingest) => ingest.read_at(offset, target),
            Self::Memory(ingest) => ingest.read_at(offset, target),
        }
    }

    fn truncate(&self, len: u64) -> Result<(), WeightsError> {
        match self {
            Self::Opfs(ingest) => ingest.truncate(len),
            Self::Memory(ingest) => ingest.truncate(len),
        }
    }

    fn flush(&self) -> Result<(), WeightsError> {
        match self {
            Self::Opfs(ingest) => ingest.flush(),
            Self::Memory(ingest) => ingest.flush(),
        }
    }

    fn close(&self) {
        match self {
            Self::Opfs(ingest) => ingest.close(),
            Self::Memory(ingest) => ingest.close(),
        }
    }
}

async fn ask_storage(method: &str) -> Option<wasm_bindgen::JsValue> {
    let storage = js::property(&js::global("navigator")?, "storage")?;
    js::call_async(&storage, method, &[]).await.ok()
}

/// How long the browser keeps what is on the disk. What is in memory is [`Persistence::Session`] instead.
pub async fn persistence() -> Persistence {
    let persisted = ask_storage("persisted")
        .await
        .is_some_and(|answer| answer.is_truthy());
    if persisted {
        Persistence::Persistent
    } else {
        Persistence::BestEffort
    }
}

/// Asks the browser to keep what is on the disk until the user deletes it; some ask the user. Pages only: in a worker
/// nothing is asked. Gives what is true afterwards.
pub async fn request_persistence() -> Persistence {
    ask_storage("persist").await;
    persistence().await
}

/// The bytes this origin uses, as the browser counts them: a hint, wrong after a crash. It says nothing about the room
/// that is left: Chromium's quota is made up, and refusing a download because of it would be wrong.
pub async fn used_bytes() -> Option<u64> {
    let estimate = ask_storage("estimate").await?;
    js::property(&estimate, "usage")?.as_f64().map(js::to_bytes)
}
