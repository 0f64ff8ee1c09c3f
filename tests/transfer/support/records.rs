//! Records that check, with each journal entry that is written, that its bytes are safe.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use modelyard::storage::records::{Durability, Records, RecordsError, Store, Write};
use modelyard::transfer::hash::StreamHash;
use modelyard::transfer::journal::{Record, parse_ingest_name};

use super::disk::Disk;
use super::executor::Executor;

#[derive(Default)]
pub struct Kept {
    pub entries: BTreeMap<(Store, String), String>,
    /// The next writes fail.
    pub failing: Vec<RecordsError>,
    /// The last write has failed: what is safe lags behind, and nobody waits for it.
    pub lagging: bool,
    /// Entries are not checked: a test has put one there that is wrong.
    pub unchecked: bool,
}

/// Clones are the same records.
#[derive(Clone)]
pub struct SimRecords {
    executor: Executor,
    disk: Rc<RefCell<Disk>>,
    pub kept: Rc<RefCell<Kept>>,
    /// How long a call takes.
    pub latency_ms: Rc<Cell<u64>>,
}

impl SimRecords {
    pub fn new(executor: &Executor, disk: &Rc<RefCell<Disk>>, kept: &Rc<RefCell<Kept>>) -> Self {
        Self {
            executor: executor.clone(),
            disk: Rc::clone(disk),
            kept: Rc::clone(kept),
            latency_ms: Rc::default(),
        }
    }

    pub fn journal(&self) -> Vec<Record> {
        journal(&self.kept.borrow())
    }
}

pub fn journal(kept: &Kept) -> Vec<Record> {
    let entries = kept
        .entries
        .iter()
        .filter(|((store, _), _)| *store == Store::Journal);
    entries
        .filter_map(|((_, key), text)| Record::decode(key, text))
        .collect()
}

/// I3: the bytes an entry vouches for are durable, and hash to its midstate. An entry whose file is gone vouches for
/// nothing.
pub fn check_entry(record: &Record, disk: &Disk) {
    let of_key = disk.ingests.iter().filter_map(|(name, file)| {
        let (key, fence) = parse_ingest_name(name)?;
        (key == record.key && fence >= record.fence).then_some((fence, file))
    });
    let Some((_, file)) = of_key.max_by_key(|(fence, _)| *fence) else {
        return;
    };
    let offset = usize::try_from(record.offset).unwrap();
    assert!(
        offset <= file.durable.len(),
        "I3: {offset} bytes are called safe, {} are",
        file.durable.len()
    );
    let mut hash = StreamHash::new();
    hash.update(&file.durable[..offset]);
    assert_eq!(
        hash.midstate(),
        record.midstate,
        "I3: the entry vouches for other bytes than the durable ones"
    );
}

impl Records for SimRecords {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, RecordsError> {
        self.executor.sleep(self.latency_ms.get()).await;
        Ok(self.kept.borrow().entries.get(&(store, key.to_owned())).cloned())
    }

    async fn all(&self, store: Store) -> Result<Vec<(String, String)>, RecordsError> {
        self.executor.sleep(self.latency_ms.get()).await;
        let kept = self.kept.borrow();
        let of_store = kept.entries.iter().filter(|((of, _), _)| *of == store);
        Ok(of_store
            .map(|((_, key), text)| (key.clone(), text.clone()))
            .collect())
    }

    async fn write(&self, writes: Vec<Write>, durability: Durability) -> Result<(), RecordsError> {
        assert_eq!(durability, Durability::Strict, "the journal is written strictly");
        self.executor.sleep(self.latency_ms.get()).await;
        let failing = self.kept.borrow_mut().failing.pop();
        self.kept.borrow_mut().lagging = failing.is_some();
        if let Some(error) = failing {
            return Err(error);
        }
        for Write { store, key, value } in writes {
            let mut kept = self.kept.borrow_mut();
            match value {
                Some(text) => {
                    let record = Record::decode(&key, &text).expect("what is written can be read");
                    if !kept.unchecked {
                        check_entry(&record, &self.disk.borrow());
                    }
                    kept.entries.insert((store, key), text);
                }
                None => {
                    kept.entries.remove(&(store, key));
                }
            }
        }
        Ok(())
    }

    async fn clear(&self, store: Store) -> Result<(), RecordsError> {
        self.kept.borrow_mut().entries.retain(|(of, _), _| *of != store);
        Ok(())
    }
}
