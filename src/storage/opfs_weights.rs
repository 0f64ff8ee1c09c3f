//! Weights in the origin private file system; in dedicated workers only, as sync access handles are.
//!
//! A file grows in `ingest` under a name of its own and becomes visible in `blobs` by one `move()`, which replaces
//! what is there in one step. Where a browser has no `move()`, bytes are copied; a marker beside the blob says that
//! the copy is not done, and what is marked is no blob.

use web_sys::FileSystemDirectoryHandle;

use super::opfs_directory::{Place, directory, file, list, remove, snapshot, weights_error};
use super::opfs_ingest::OpfsIngest;
use super::weights::{Ingest, Weights, WeightsError};
use crate::engine::digest::Digest;
use crate::js;
use crate::net::browser_chunk::BrowserChunk;
use crate::transfer::protocol::StoredBlob;

/// What marks a blob whose copy is not done.
const UNFINISHED: &str = ".unfinished";

/// How much is copied at once where there is no `move()`.
const COPY_BYTES: usize = 4 << 20;

/// The weights of one namespace.
#[derive(Debug, Clone)]
pub struct OpfsWeights {
    namespace: String,
}

impl OpfsWeights {
    /// Opens the weights of `namespace`, and shows by doing it that files can be written, read, moved and deleted
    /// here: some browsers have all the functions and refuse to work in private windows.
    ///
    /// # Errors
    /// [`WeightsError::Unavailable`] if something of that fails. A full disk is no failure: what is kept can be read.
    pub async fn open(namespace: &str) -> Result<Self, WeightsError> {
        let weights = Self {
            namespace: namespace.to_owned(),
        };
        match weights.probe().await {
            Ok(()) | Err(WeightsError::Full) => Ok(weights),
            Err(WeightsError::Unavailable(text)) => Err(WeightsError::Unavailable(text)),
            Err(error @ (WeightsError::Locked | WeightsError::NotFound)) => Err(WeightsError::Unavailable(
                format!("a file that was just written cannot be used: {}", error.words()),
            )),
        }
    }

    async fn probe(&self) -> Result<(), WeightsError> {
        let top = directory(&self.namespace, Place::Top, true).await?;
        // Other tabs may be probing too.
        let number = js::to_bytes(js_sys::Math::random() * 1e15);
        let (name, moved) = (format!("probe-{number}"), format!("probe-{number}-moved"));
        let tried = try_out(&top, &name, &moved).await;
        let removed = remove(&top, &name).await.and(remove(&top, &moved).await);
        tried.and(removed.map(drop))
    }

    /// The namespace it was opened with.
    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    async fn directory(&self, place: Place) -> Result<FileSystemDirectoryHandle, WeightsError> {
        directory(&self.namespace, place, true).await
    }
}

/// Writes a byte, reads it back and moves it.
async fn try_out(top: &FileSystemDirectoryHandle, name: &str, moved: &str) -> Result<(), WeightsError> {
    let ingest = OpfsIngest::open(&file(top, name, true).await?).await?;
    ingest.write_at(0, &BrowserChunk::copy_of(&[42]))?;
    ingest.flush()?;
    let mut byte = [0];
    if ingest.read_at(0, &mut byte)? != 1 || byte != [42] {
        return Err(WeightsError::Unavailable(
            "a byte that was just written did not come back".to_owned(),
        ));
    }
    drop(ingest);
    relocate(top, name, top, moved).await
}

/// Moves a closed file in one step, or copies it where that is missing.
async fn relocate(
    from: &FileSystemDirectoryHandle,
    name: &str,
    to: &FileSystemDirectoryHandle,
    new_name: &str,
) -> Result<(), WeightsError> {
    let source = file(from, name, false).await?;
    if js::has_method(&source, "move") {
        let moved = js::call_async(&source, "move", &[to, &new_name.into()]).await;
        return moved.map(drop).map_err(|error| weights_error(&error));
    }
    let source = OpfsIngest::open(&source).await?;
    let marker = format!("{new_name}{UNFINISHED}");
    file(to, &marker, true).await?;
    let target = OpfsIngest::open(&file(to, new_name, true).await?).await?;
    copy(&source, &target)?;
    drop((source, target));
    remove(to, &marker).await?;
    remove(from, name).await.map(drop)
}

fn copy(source: &OpfsIngest, target: &OpfsIngest) -> Result<(), WeightsError> {
    target.truncate(0)?;
    let mut buffer = vec![0; COPY_BYTES];
    let mut offset = 0;
    loop {
        let read = source.read_at(offset, &mut buffer)?;
        if read == 0 {
            return target.flush();
        }
        target.write_at(offset, &BrowserChunk::copy_of(&buffer[..read]))?;
        offset += read as u64;
    }
}

impl Weights for OpfsWeights {
    type Chunk = BrowserChunk;
    type Ingest = OpfsIngest;

    async fn blobs(&self) -> Result<Vec<StoredBlob>, WeightsError> {
        let directory = self.directory(Place::Blobs).await?;
        let unfinished = list(&directory, |name| {
            name.strip_suffix(UNFINISHED).map(str::to_owned)
        })
        .await?;
        let mut blobs = Vec::new();
        for (digest, size_bytes) in list(&directory, Digest::from_blob_name).await? {
            if unfinished.iter().all(|(name, _)| *name != digest.blob_name()) {
                blobs.push(StoredBlob { digest, size_bytes });
            }
        }
        Ok(blobs)
    }

    async fn ingests(&self) -> Result<Vec<(String, u64)>, WeightsError> {
        // Chromium's own swap files end otherwise.
        let is_ingest = |name: &str| name.strip_suffix(".part").map(|_| name.to_owned());
        list(&self.directory(Place::Ingest).await?, is_ingest).await
    }

    async fn open_ingest(&self, name: &str) -> Result<OpfsIngest, WeightsError> {
        OpfsIngest::open(&file(&self.directory(Place::Ingest).await?, name, true).await?).await
    }

    async fn rename_ingest(&self, from: &str, to: &str) -> Result<(), WeightsError> {
        let ingests = self.directory(Place::Ingest).await?;
        relocate(&ingests, from, &ingests, to).await
    }

    async fn commit(&self, name: &str, digest: &Digest) -> Result<(), WeightsError> {
        let (ingests, blobs) = (
            self.directory(Place::Ingest).await?,
            self.directory(Place::Blobs).await?,
        );
        let len = snapshot(&file(&ingests, name, false).await?).await?.size();
        let present = self.blobs().await?;
        if present
            .iter()
            .any(|blob| blob.digest == *digest && blob.size_bytes == js::to_bytes(len))
        {
            return remove(&ingests, name).await.map(drop);
        }
        relocate(&ingests, name, &blobs, &digest.blob_name()).await
    }

    async fn delete_ingest(&self, name: &str) -> Result<(), WeightsError> {
        remove(&self.directory(Place::Ingest).await?, name)
            .await
            .map(drop)
    }

    async fn delete_blob(&self, digest: &Digest) -> Result<u64, WeightsError> {
        let (blobs, name) = (self.directory(Place::Blobs).await?, digest.blob_name());
        let len = match file(&blobs, &name, false).await {
            Ok(handle) => js::to_bytes(snapshot(&handle).await?.size()),
            Err(WeightsError::NotFound) => 0,
            Err(error) => return Err(error),
        };
        remove(&blobs, &name).await?;
        remove(&blobs, &format!("{name}{UNFINISHED}")).await?;
        Ok(len)
    }
}
