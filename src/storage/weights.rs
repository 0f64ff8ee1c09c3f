//! The port for weights: files that grow under a private name and become visible, whole, under their digest.

use crate::engine::digest::Digest;
use crate::net::Chunk;
use crate::transfer::protocol::StoredBlob;

/// Why weights cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WeightsError {
    /// No room on the disk, or a write that took fewer bytes than given.
    Full,
    /// Another tab or a running stream holds the file.
    Locked,
    /// No such file.
    NotFound,
    /// The browser refuses; its own words.
    Unavailable(String),
}

impl WeightsError {
    /// What is wrong, as part of a sentence.
    pub fn words(&self) -> &str {
        match self {
            Self::Full => "there is no room",
            Self::Locked => "another tab uses it",
            Self::NotFound => "it is not there",
            Self::Unavailable(words) => words,
        }
    }
}

/// A file that is being filled, held exclusively. All calls but [`Ingest::close`] are synchronous, as sync access
/// handles are.
pub trait Ingest {
    /// The platform's chunk.
    type Chunk: Chunk;

    /// Its length in bytes.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn len(&self) -> Result<u64, WeightsError>;

    /// Whether it holds nothing.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn is_empty(&self) -> Result<bool, WeightsError> {
        Ok(self.len()? == 0)
    }

    /// Writes a whole chunk at `offset`; a short write is [`WeightsError::Full`].
    ///
    /// # Errors
    /// [`WeightsError`].
    fn write_at(&self, offset: u64, chunk: &Self::Chunk) -> Result<(), WeightsError>;

    /// Fills `target` from `offset` on; gives the bytes read, fewer only at the end.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn read_at(&self, offset: u64, target: &mut [u8]) -> Result<usize, WeightsError>;

    /// Cuts or extends it. Extending reserves the space where the browser allows it.
    ///
    /// # Errors
    /// [`WeightsError::Full`] when there is no room.
    fn truncate(&self, len: u64) -> Result<(), WeightsError>;

    /// Asks the operating system to write everything down.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn flush(&self) -> Result<(), WeightsError>;

    /// Lets go of the file; it stays as it is. Closing twice does nothing.
    fn close(&self);
}

/// Keeps weights. Names of ingest files are `[0-9a-z-]+\.part`.
pub trait Weights {
    /// The platform's chunk.
    type Chunk: Chunk;
    /// The platform's file.
    type Ingest: Ingest<Chunk = Self::Chunk>;

    /// All committed blobs.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn blobs(&self) -> impl Future<Output = Result<Vec<StoredBlob>, WeightsError>>;

    /// The names and lengths of all ingest files.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn ingests(&self) -> impl Future<Output = Result<Vec<(String, u64)>, WeightsError>>;

    /// Opens an ingest file, making it where it is missing.
    ///
    /// # Errors
    /// [`WeightsError::Locked`] when someone else holds it.
    fn open_ingest(&self, name: &str) -> impl Future<Output = Result<Self::Ingest, WeightsError>>;

    /// Renames a closed ingest file: the fence against a former owner that still holds its name.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn rename_ingest(&self, from: &str, to: &str) -> impl Future<Output = Result<(), WeightsError>>;

    /// Makes a closed ingest file the blob of `digest`, in one move. If that blob exists with the same length, the
    /// ingest file is dropped instead.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn commit(&self, name: &str, digest: &Digest) -> impl Future<Output = Result<(), WeightsError>>;

    /// Deletes an ingest file; a missing one is no error.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn delete_ingest(&self, name: &str) -> impl Future<Output = Result<(), WeightsError>>;

    /// Deletes a blob and says how long it was; a missing one gives 0.
    ///
    /// # Errors
    /// [`WeightsError`].
    fn delete_blob(&self, digest: &Digest) -> impl Future<Output = Result<u64, WeightsError>>;
}
