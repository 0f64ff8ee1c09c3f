//! What is stored: the text of the configuration, and the records of model management.
//!
//! They lie in a database of their own, beside that of the core: whoever clears one leaves the other. A write that fails is
//! dropped: what it would have kept is asked anew.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::ports::Ports;
use crate::engine::failure::{ErrorCode, Failure};
use crate::management::Record;
use crate::storage::records::{Durability, Records, RecordsError, Store, Write};

/// All of it lies in one store.
const STORE: Store = Store::Meta;
/// The key of the configuration. No record of model management begins like this.
const CONFIG: &str = "config";

/// The namespace of the database, for that of the core.
pub fn namespace(core: &str) -> String {
    [core, "--management"].concat()
}

/// Writes in the background, one after the other.
pub(super) struct Shelf<P: Ports> {
    records: RefCell<Option<Rc<P::Records>>>,
    pending: RefCell<Vec<Write>>,
    busy: Cell<bool>,
    /// The text of the configuration that is stored, or would be.
    config: RefCell<Option<String>>,
}

impl<P: Ports> Shelf<P> {
    pub(super) fn new() -> Self {
        Self {
            records: RefCell::new(None),
            pending: RefCell::default(),
            busy: Cell::new(false),
            config: RefCell::new(None),
        }
    }

    /// Takes what is stored off the shelf. Where that cannot be read there is nothing.
    pub(super) async fn open(&self, records: P::Records) -> Vec<Record> {
        let records = Rc::new(records);
        let all = records.all(STORE).await.unwrap_or_default();
        self.records.replace(Some(records));
        let mut stored = Vec::with_capacity(all.len());
        for (key, text) in all {
            if key == CONFIG {
                self.config.replace(Some(text));
            } else {
                stored.push(Record { key, text });
            }
        }
        stored
    }

    pub(super) fn config(&self) -> Option<String> {
        self.config.borrow().clone()
    }

    /// Stores the configuration, and waits for it: somebody clicked on "save".
    pub(super) async fn save_config(&self, text: &str) -> Result<(), Failure> {
        self.config.replace(Some(text.to_owned()));
        let records = self.records.borrow().clone();
        let Some(records) = records else {
            return Err(refused(&RecordsError::Unavailable("it is not open".to_owned())));
        };
        let write = Write {
            store: STORE,
            key: CONFIG.to_owned(),
            value: Some(text.to_owned()),
        };
        let written = records.write(vec![write], Durability::Strict).await;
        written.map_err(|error| refused(&error))
    }

    /// Takes a change; a later one of the same record replaces an earlier one that is not under way yet. `true` where
    /// somebody has to call [`Shelf::write`].
    pub(super) fn take(&self, key: String, value: Option<String>) -> bool {
        let mut pending = self.pending.borrow_mut();
        pending.retain(|other| other.key != key);
        pending.push(Write {
            store: STORE,
            key,
            value,
        });
        !self.busy.replace(true)
    }

    /// Writes all there is to write.
    pub(super) async fn write(&self) {
        loop {
            let batch = self.pending.take();
            let records = self.records.borrow().clone();
            let Some(records) = records.filter(|_| !batch.is_empty()) else {
                break;
            };
            let _ = records.write(batch, Durability::Relaxed).await;
        }
        self.busy.set(false);
    }

    /// Whether a write is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.busy.get()
    }
}

fn refused(error: &RecordsError) -> Failure {
    let message = "The configuration is in force, but could not be stored.";
    match error {
        RecordsError::Full => Failure::new(ErrorCode::StorageFull, message),
        RecordsError::NewerSchema { .. } | RecordsError::Blocked => {
            let mut failure = Failure::new(ErrorCode::StorageUnavailable, message);
            failure.recovery = vec!["Close or reload the app's other tabs.".to_owned()];
            failure
        }
        RecordsError::Unavailable(reason) => {
            Failure::new(ErrorCode::StorageUnavailable, message).caused_by(reason.clone())
        }
    }
}
