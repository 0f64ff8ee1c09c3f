//! Weights with two layers: what was written, and what would survive a loss of power.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use modelyard::engine::digest::Digest;
use modelyard::engine::protocol::StoredBlob;
use modelyard::net::Chunk as _;
use modelyard::storage::weights::{Ingest, Weights, WeightsError};

use super::executor::Executor;
use super::{Bytes, Dice};

const PAGE: usize = 4096;

#[derive(Debug, Clone, Default)]
pub struct File {
    pub written: Vec<u8>,
    pub durable: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct Disk {
    pub ingests: BTreeMap<String, File>,
    pub blobs: BTreeMap<Digest, File>,
    pub open: Vec<String>,
    /// The bytes all files together may have.
    pub capacity: Option<usize>,
    /// The next calls of these names fail.
    pub failing: Vec<(&'static str, WeightsError)>,
    /// How often each call was made.
    pub calls: BTreeMap<&'static str, u32>,
}

impl Disk {
    fn call(&mut self, name: &'static str) -> Result<(), WeightsError> {
        *self.calls.entry(name).or_default() += 1;
        match self.failing.iter().position(|(of, _)| *of == name) {
            Some(index) => Err(self.failing.remove(index).1),
            None => Ok(()),
        }
    }

    fn used_without(&self, name: &str) -> usize {
        let ingests = self
            .ingests
            .iter()
            .filter(|(of, _)| *of != name)
            .map(|(_, file)| file.written.len());
        ingests.sum::<usize>() + self.blobs.values().map(|file| file.written.len()).sum::<usize>()
    }

    fn check_room(&self, name: &str, len: usize) -> Result<(), WeightsError> {
        let full = self
            .capacity
            .is_some_and(|capacity| self.used_without(name) + len > capacity);
        let grows = self
            .ingests
            .get(name)
            .is_some_and(|file| len > file.written.len());
        if full && grows {
            Err(WeightsError::Full)
        } else {
            Ok(())
        }
    }

    /// Power is lost: of what was not flushed, each page survives or not as the dice fall.
    pub fn crash(&mut self, dice: &mut Dice) {
        self.open.clear();
        self.failing.clear();
        for file in self.ingests.values_mut().chain(self.blobs.values_mut()) {
            let mut left = file.durable.clone();
            if dice.chance(50) {
                left.resize(file.written.len(), 0);
            }
            for start in (0..left.len().min(file.written.len())).step_by(PAGE) {
                let end = (start + PAGE).min(left.len()).min(file.written.len());
                if dice.chance(50) {
                    left[start..end].copy_from_slice(&file.written[start..end]);
                }
            }
            file.written.clone_from(&left);
            file.durable = left;
        }
    }
}

/// Clones are the same weights.
#[derive(Clone)]
pub struct SimWeights {
    executor: Executor,
    pub disk: Rc<RefCell<Disk>>,
    /// How long a call takes that is not synchronous.
    pub latency_ms: Rc<Cell<u64>>,
}

impl SimWeights {
    pub fn new(executor: &Executor, disk: &Rc<RefCell<Disk>>) -> Self {
        Self {
            executor: executor.clone(),
            disk: Rc::clone(disk),
            latency_ms: Rc::default(),
        }
    }

    async fn call(&self, name: &'static str) -> Result<(), WeightsError> {
        self.executor.sleep(self.latency_ms.get()).await;
        self.disk.borrow_mut().call(name)
    }
}

impl Weights for SimWeights {
    type Chunk = Bytes;
    type Ingest = SimIngest;

    async fn blobs(&self) -> Result<Vec<StoredBlob>, WeightsError> {
        self.call("blobs").await?;
        let disk = self.disk.borrow();
        let blobs = disk.blobs.iter();
        Ok(blobs
            .map(|(digest, file)| StoredBlob {
                digest: *digest,
                size_bytes: file.written.len() as u64,
            })
            .collect())
    }

    async fn ingests(&self) -> Result<Vec<(String, u64)>, WeightsError> {
        self.call("ingests").await?;
        let disk = self.disk.borrow();
        Ok(disk
            .ingests
            .iter()
            .map(|(name, file)| (name.clone(), file.written.len() as u64))
            .collect())
    }

    async fn open_ingest(&self, name: &str) -> Result<SimIngest, WeightsError> {
        self.call("open_ingest").await?;
        let mut disk = self.disk.borrow_mut();
        if disk.open.iter().any(|open| open == name) {
            return Err(WeightsError::Locked);
        }
        disk.open.push(name.to_owned());
        disk.ingests.entry(name.to_owned()).or_default();
        Ok(SimIngest {
            disk: Rc::clone(&self.disk),
            name: name.to_owned(),
        })
    }

    async fn rename_ingest(&self, from: &str, to: &str) -> Result<(), WeightsError> {
        self.call("rename_ingest").await?;
        let mut disk = self.disk.borrow_mut();
        if disk.open.iter().any(|open| open == from || open == to) {
            return Err(WeightsError::Locked);
        }
        let file = disk.ingests.remove(from).ok_or(WeightsError::NotFound)?;
        disk.ingests.insert(to.to_owned(), file);
        Ok(())
    }

    async fn commit(&self, name: &str, digest: &Digest) -> Result<(), WeightsError> {
        self.call("commit").await?;
        let mut disk = self.disk.borrow_mut();
        if disk.open.iter().any(|open| open == name) {
            return Err(WeightsError::Locked);
        }
        let file = disk.ingests.remove(name).ok_or(WeightsError::NotFound)?;
        let replaces = disk
            .blobs
            .get(digest)
            .is_none_or(|blob| blob.written.len() != file.written.len());
        if replaces {
            disk.blobs.insert(*digest, file);
        }
        Ok(())
    }

    async fn delete_ingest(&self, name: &str) -> Result<(), WeightsError> {
        self.call("delete_ingest").await?;
        let mut disk = self.disk.borrow_mut();
        if disk.open.iter().any(|open| open == name) {
            return Err(WeightsError::Locked);
        }
        disk.ingests.remove(name);
        Ok(())
    }

    async fn delete_blob(&self, digest: &Digest) -> Result<u64, WeightsError> {
        self.call("delete_blob").await?;
        Ok(self
            .disk
            .borrow_mut()
            .blobs
            .remove(digest)
            .map_or(0, |file| file.written.len() as u64))
    }
}

pub struct SimIngest {
    disk: Rc<RefCell<Disk>>,
    name: String,
}

impl SimIngest {
    fn with<T>(
        &self,
        call: &'static str,
        act: impl FnOnce(&mut File) -> Result<T, WeightsError>,
    ) -> Result<T, WeightsError> {
        let mut disk = self.disk.borrow_mut();
        disk.call(call)?;
        if !disk.open.contains(&self.name) {
            return Err(WeightsError::Unavailable("the file is closed".to_owned()));
        }
        act(disk.ingests.get_mut(&self.name).ok_or(WeightsError::NotFound)?)
    }
}

impl Ingest for SimIngest {
    type Chunk = Bytes;

    fn len(&self) -> Result<u64, WeightsError> {
        self.with("len", |file| Ok(file.written.len() as u64))
    }

    fn write_at(&self, offset: u64, chunk: &Bytes) -> Result<(), WeightsError> {
        let start = usize::try_from(offset).unwrap();
        let end = start + chunk.len();
        self.disk.borrow().check_room(&self.name, end)?;
        self.with("write_at", |file| {
            if file.written.len() < end {
                file.written.resize(end, 0);
            }
            file.written[start..end].copy_from_slice(&chunk.0);
            Ok(())
        })
    }

    fn read_at(&self, offset: u64, target: &mut [u8]) -> Result<usize, WeightsError> {
        self.with("read_at", |file| {
            let start = usize::try_from(offset).unwrap().min(file.written.len());
            let len = target.len().min(file.written.len() - start);
            target[..len].copy_from_slice(&file.written[start..start + len]);
            Ok(len)
        })
    }

    fn truncate(&self, len: u64) -> Result<(), WeightsError> {
        let len = usize::try_from(len).map_err(|_| WeightsError::Full)?;
        self.disk.borrow().check_room(&self.name, len)?;
        self.with("truncate", |file| {
            file.written.resize(len, 0);
            Ok(())
        })
    }

    fn flush(&self) -> Result<(), WeightsError> {
        self.with("flush", |file| {
            file.durable.clone_from(&file.written);
            Ok(())
        })
    }

    fn close(&self) {
        self.disk.borrow_mut().open.retain(|open| *open != self.name);
    }
}

impl Drop for SimIngest {
    fn drop(&mut self) {
        self.close();
    }
}
