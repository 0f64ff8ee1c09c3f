//! Records in memory: what tests use, and what is left where a browser refuses its database.
//!
//! Clones share one store, as connections to one database do.

use std::cell::RefCell;
use std::rc::Rc;

use crate::engine::map::Map;

use super::records::{Durability, Records, RecordsError, Store, Write};

#[derive(Debug, Default)]
struct State {
    records: Map<(Store, String), String>,
    refusal: Option<RecordsError>,
}

/// Keeps records until its last clone is dropped.
#[derive(Debug, Clone, Default)]
pub struct MemoryRecords {
    state: Rc<RefCell<State>>,
}

impl MemoryRecords {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every change fails with `error`, or succeeds again with `None`. Reading goes on.
    pub fn refuse_changes(&self, error: Option<RecordsError>) {
        self.state.borrow_mut().refusal = error;
    }
}

impl State {
    fn check(&self) -> Result<(), RecordsError> {
        self.refusal.clone().map_or(Ok(()), Err)
    }
}

impl Records for MemoryRecords {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, RecordsError> {
        Ok(self.state.borrow().records.get(&(store, key.to_owned())).cloned())
    }

    async fn all(&self, store: Store) -> Result<Vec<(String, String)>, RecordsError> {
        let state = self.state.borrow();
        let of_store = state.records.iter().filter(|((of, _), _)| *of == store);
        Ok(of_store
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect())
    }

    async fn write(&self, writes: Vec<Write>, _durability: Durability) -> Result<(), RecordsError> {
        let mut state = self.state.borrow_mut();
        state.check()?;
        for Write { store, key, value } in writes {
            match value {
                Some(value) => state.records.insert((store, key), value),
                None => state.records.remove(&(store, key)),
            };
        }
        Ok(())
    }

    async fn clear(&self, store: Store) -> Result<(), RecordsError> {
        let mut state = self.state.borrow_mut();
        state.check()?;
        state.records.retain(|(of, _), _| *of != store);
        Ok(())
    }
}
