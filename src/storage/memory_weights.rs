//! Weights in memory: what tests use, and what is left where a browser refuses its file system.
//!
//! It keeps the rules of the real one: an open ingest file is locked until it is closed or dropped, a blob appears
//! whole, and a full store refuses. Clones share one store, as tabs share one directory.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;

use super::memory_file::MemoryFile;
use super::weights::{Ingest, Weights, WeightsError};
use crate::engine::digest::Digest;
use crate::engine::map::{Map, Set};
use crate::net::Chunk;
use crate::transfer::protocol::StoredBlob;

#[derive(Debug)]
struct State {
    ingests: Map<String, MemoryFile>,
    open: Set<String>,
    blobs: Map<Digest, MemoryFile>,
    capacity_bytes: u64,
}

impl State {
    fn used(&self) -> u64 {
        self.ingests
            .values()
            .chain(self.blobs.values())
            .map(MemoryFile::len)
            .sum()
    }

    /// Whether the file `name` may become `len` long.
    fn check_room(&self, name: &str, len: u64) -> Result<(), WeightsError> {
        let present = self.ingests.get(name).map_or(0, MemoryFile::len);
        let used = self.used() - present + present.max(len);
        if len > present && used > self.capacity_bytes {
            Err(WeightsError::Full)
        } else {
            Ok(())
        }
    }

    fn check_closed(&self, name: &str) -> Result<(), WeightsError> {
        if self.open.contains(name) {
            Err(WeightsError::Locked)
        } else {
            Ok(())
        }
    }

    fn take_ingest(&mut self, name: &str) -> Result<MemoryFile, WeightsError> {
        self.check_closed(name)?;
        self.ingests.remove(name).ok_or(WeightsError::NotFound)
    }
}

/// Keeps weights until its last clone is dropped. `C` is the chunk its files are written from.
pub struct MemoryWeights<C> {
    state: Rc<RefCell<State>>,
    chunk: PhantomData<fn(C)>,
}

impl<C> Clone for MemoryWeights<C> {
    fn clone(&self) -> Self {
        Self {
            state: Rc::clone(&self.state),
            chunk: PhantomData,
        }
    }
}

impl<C> Default for MemoryWeights<C> {
    fn default() -> Self {
        Self::with_capacity(u64::MAX)
    }
}

impl<C> MemoryWeights<C> {
    /// An empty store without a limit of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store that is full at `bytes`.
    pub fn with_capacity(bytes: u64) -> Self {
        let state = State {
            ingests: Map::default(),
            open: Set::default(),
            blobs: Map::default(),
            capacity_bytes: bytes,
        };
        Self {
            state: Rc::new(RefCell::new(state)),
            chunk: PhantomData,
        }
    }

    /// From now on it is full at `bytes`; what it holds stays.
    pub fn set_capacity(&self, bytes: u64) {
        self.state.borrow_mut().capacity_bytes = bytes;
    }

    /// Shows the bytes of a blob, in order, in pieces; `false` if there is no such blob.
    pub fn visit_blob(&self, digest: &Digest, piece: impl FnMut(&[u8])) -> bool {
        let state = self.state.borrow();
        let blob = state.blobs.get(digest);
        if let Some(blob) = blob {
            blob.visit(piece);
        }
        blob.is_some()
    }

    /// Puts `bytes` where an ingest file of that name is or would be, past all rules: for tests of damaged files.
    pub fn plant_ingest(&self, name: &str, bytes: &[u8]) {
        let mut file = MemoryFile::default();
        let planted = file.write_at(0, bytes);
        file.flush();
        debug_assert!(planted.is_ok(), "no memory");
        self.state.borrow_mut().ingests.insert(name.to_owned(), file);
    }

    /// What a power loss does at worst: all ingest files lose what was not flushed.
    pub fn lose_unflushed(&self) {
        self.state
            .borrow_mut()
            .ingests
            .values_mut()
            .for_each(MemoryFile::lose_unflushed);
    }
}

impl<C: Chunk> Weights for MemoryWeights<C> {
    type Chunk = C;
    type Ingest = MemoryIngest<C>;

    async fn blobs(&self) -> Result<Vec<StoredBlob>, WeightsError> {
        let state = self.state.borrow();
        let blobs = state.blobs.iter();
        Ok(blobs
            .map(|(digest, file)| StoredBlob {
                digest: *digest,
                size_bytes: file.len(),
            })
            .collect())
    }

    async fn ingests(&self) -> Result<Vec<(String, u64)>, WeightsError> {
        let state = self.state.borrow();
        Ok(state
            .ingests
            .iter()
            .map(|(name, file)| (name.clone(), file.len()))
            .collect())
    }

    async fn open_ingest(&self, name: &str) -> Result<MemoryIngest<C>, WeightsError> {
        let mut state = self.state.borrow_mut();
        state.check_closed(name)?;
        state.open.insert(name.to_owned());
        state.ingests.or_default(name.to_owned());
        let state = Rc::clone(&self.state);
        Ok(MemoryIngest {
            state,
            name: name.to_owned(),
            open: Cell::new(true),
            chunk: PhantomData,
        })
    }

    async fn rename_ingest(&self, from: &str, to: &str) -> Result<(), WeightsError> {
        let mut state = self.state.borrow_mut();
        state.check_closed(to)?;
        let file = state.take_ingest(from)?;
        state.ingests.insert(to.to_owned(), file);
        Ok(())
    }

    async fn commit(&self, name: &str, digest: &Digest) -> Result<(), WeightsError> {
        let mut state = self.state.borrow_mut();
        let file = state.take_ingest(name)?;
        if state
            .blobs
            .get(digest)
            .is_none_or(|blob| blob.len() != file.len())
        {
            state.blobs.insert(*digest, file);
        }
        Ok(())
    }

    async fn delete_ingest(&self, name: &str) -> Result<(), WeightsError> {
        match self.state.borrow_mut().take_ingest(name) {
            Err(WeightsError::NotFound) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn delete_blob(&self, digest: &Digest) -> Result<u64, WeightsError> {
        Ok(self
            .state
            .borrow_mut()
            .blobs
            .remove(digest)
            .map_or(0, |blob| blob.len()))
    }
}

/// An open ingest file in memory.
pub struct MemoryIngest<C> {
    state: Rc<RefCell<State>>,
    name: String,
    open: Cell<bool>,
    chunk: PhantomData<fn(C)>,
}

impl<C> MemoryIngest<C> {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> Result<T, WeightsError>) -> Result<T, WeightsError> {
        if !self.open.get() {
            return Err(WeightsError::Unavailable("the file is closed".to_owned()));
        }
        act(&mut self.state.borrow_mut())
    }

    fn with_file<T>(
        &self,
        act: impl FnOnce(&mut MemoryFile) -> Result<T, WeightsError>,
    ) -> Result<T, WeightsError> {
        self.with(|state| act(state.ingests.get_mut(&self.name).ok_or(WeightsError::NotFound)?))
    }

    fn release(&self) {
        if self.open.replace(false) {
            self.state.borrow_mut().open.remove(&self.name);
        }
    }
}

impl<C: Chunk> Ingest for MemoryIngest<C> {
    type Chunk = C;

    fn len(&self) -> Result<u64, WeightsError> {
        self.with_file(|file| Ok(file.len()))
    }

    fn write_at(&self, offset: u64, chunk: &C) -> Result<(), WeightsError> {
        let mut bytes = vec![0; chunk.len()];
        chunk.copy_to(&mut bytes);
        self.with(|state| state.check_room(&self.name, offset + bytes.len() as u64))?;
        self.with_file(|file| file.write_at(offset, &bytes))
    }

    fn read_at(&self, offset: u64, target: &mut [u8]) -> Result<usize, WeightsError> {
        self.with_file(|file| Ok(file.read_at(offset, target)))
    }

    fn truncate(&self, len: u64) -> Result<(), WeightsError> {
        self.with(|state| state.check_room(&self.name, len))?;
        self.with_file(|file| file.truncate(len))
    }

    fn flush(&self) -> Result<(), WeightsError> {
        self.with_file(|file| {
            file.flush();
            Ok(())
        })
    }

    fn close(&self) {
        self.release();
    }
}

impl<C> Drop for MemoryIngest<C> {
    fn drop(&mut self) {
        self.release();
    }
}
