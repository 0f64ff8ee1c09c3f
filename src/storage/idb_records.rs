//! Records in `IndexedDB`: the database `modelyard-<namespace>`, values as JSON texts.
//!
//! Each call runs its transaction in a task of its own and waits for the answer on a channel, so a caller that is
//! dropped loses the answer, never the write. If the connection was lost, the call is repeated once on a new one:
//! safe, because what did not commit changed nothing.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use idb::request::{GetAllKeysStoreRequest, GetAllStoreRequest, GetStoreRequest};
use idb::{Error, Request, Transaction};
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::engine::map::{Map, Set};

use super::idb_connection::{Access, Connection, Fault};
use super::idb_schema;
use super::records::{Durability, Records, RecordsError, Store, Write};

/// How long opening may take, in milliseconds.
const PATIENCE_MS: u32 = 10_000;

/// A connection to the database, opened anew when it is lost. Clones share it.
#[derive(Clone)]
pub struct IdbRecords {
    name: Rc<str>,
    version: u32,
    patience_ms: u32,
    connection: Rc<RefCell<Option<Rc<Connection>>>>,
}

impl IdbRecords {
    /// Opens the database of `namespace`, making or upgrading it.
    ///
    /// # Errors
    /// [`RecordsError`]; after ten seconds [`RecordsError::Blocked`] if another tab holds an older version open.
    pub async fn open(namespace: &str) -> Result<Self, RecordsError> {
        Self::open_as(namespace, idb_schema::VERSION, PATIENCE_MS).await
    }

    /// [`IdbRecords::open`] as a package with the schema `version` would: how tests play an older or a newer one.
    ///
    /// # Errors
    /// As [`IdbRecords::open`], after `patience_ms` milliseconds.
    pub async fn open_as(namespace: &str, version: u32, patience_ms: u32) -> Result<Self, RecordsError> {
        let name = format!("modelyard-{namespace}").into();
        let records = Self {
            name,
            version,
            patience_ms,
            connection: Rc::default(),
        };
        match records.connect().await {
            Err(Fault::Lost(_)) => records.connect().await?,
            outcome => outcome?,
        };
        Ok(records)
    }

    async fn connect(&self) -> Result<Rc<Connection>, Fault> {
        let present = self.connection.borrow().clone();
        if let Some(connection) = present.filter(|connection| connection.is_open()) {
            return Ok(connection);
        }
        let connection = Rc::new(Connection::open(&self.name, self.version, self.patience_ms).await?);
        self.connection.replace(Some(Rc::clone(&connection)));
        Ok(connection)
    }

    async fn attempt<P, T>(
        &self,
        stores: &[&str],
        access: Access,
        issue: impl Fn(&Transaction) -> Result<P, Error>,
        read: impl Fn(P) -> Result<T, Error>,
    ) -> Result<T, Fault> {
        self.connect().await?.transact(stores, access, issue, read).await
    }

    /// Runs a transaction to its end whatever becomes of the caller.
    async fn transact<P: 'static, T: 'static>(
        &self,
        stores: Vec<&'static str>,
        access: Access,
        issue: impl Fn(&Transaction) -> Result<P, Error> + 'static,
        read: impl Fn(P) -> Result<T, Error> + 'static,
    ) -> Result<T, RecordsError> {
        let (sender, receiver) = oneshot::channel();
        let records = self.clone();
        crate::js::spawn(async move {
            let mut outcome = records.attempt(&stores, access, &issue, &read).await;
            if let Err(Fault::Lost(_)) = outcome {
                records.connection.take();
                outcome = records.attempt(&stores, access, &issue, &read).await;
            }
            let _ = sender.send(outcome.map_err(RecordsError::from));
        });
        let dropped = |oneshot::Canceled| Err(RecordsError::Unavailable("the task ended early".to_owned()));
        receiver.await.unwrap_or_else(dropped)
    }
}

/// Values that are no texts, which other calls do not see.
impl IdbRecords {
    /// The value under `key`, as the browser keeps it.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub(super) async fn value(&self, store: Store, key: &str) -> Result<Option<JsValue>, RecordsError> {
        let key = JsValue::from(key);
        self.transact(
            vec![store.name()],
            Access::Read,
            move |transaction| transaction.object_store(store.name())?.get(key.clone()),
            |request: GetStoreRequest| {
                let value = request.result()?;
                Ok((!value.is_undefined() && !value.is_null()).then_some(value))
            },
        )
        .await
    }

    /// Puts a value under `key` unless there is one.
    ///
    /// # Errors
    /// [`RecordsError`]; also if there is one.
    pub(super) async fn add_value(
        &self,
        store: Store,
        key: &str,
        value: JsValue,
    ) -> Result<(), RecordsError> {
        let key = JsValue::from(key);
        let issue = move |transaction: &Transaction| {
            let store = transaction.object_store(store.name())?;
            store.add(&value, Some(&key)).map(drop)
        };
        self.transact(vec![store.name()], Access::Write(Durability::Strict), issue, Ok)
            .await
    }
}

impl Records for IdbRecords {
    async fn get(&self, store: Store, key: &str) -> Result<Option<String>, RecordsError> {
        let key = JsValue::from(key);
        self.transact(
            vec![store.name()],
            Access::Read,
            move |transaction| transaction.object_store(store.name())?.get(key.clone()),
            |request: GetStoreRequest| Ok(request.result()?.as_string()),
        )
        .await
    }

    async fn all(&self, store: Store) -> Result<Vec<(String, String)>, RecordsError> {
        let issue = move |transaction: &Transaction| {
            let store = transaction.object_store(store.name())?;
            Ok((store.get_all_keys(None, None)?, store.get_all(None, None)?))
        };
        let read = |(keys, values): (GetAllKeysStoreRequest, GetAllStoreRequest)| {
            let (keys, values) = (Array::from(&keys.result()?), Array::from(&values.result()?));
            let pairs = keys.iter().zip(values.iter());
            // The browser sorts by UTF-16 units, the port by characters.
            let all: Map<String, String> = pairs
                .filter_map(|(key, value)| Some((key.as_string()?, value.as_string()?)))
                .collect();
            Ok(all.into_iter().collect())
        };
        self.transact(vec![store.name()], Access::Read, issue, read).await
    }

    async fn write(&self, writes: Vec<Write>, durability: Durability) -> Result<(), RecordsError> {
        let stores: Set<&str> = writes.iter().map(|write| write.store.name()).collect();
        let stores: Vec<_> = stores.into_iter().collect();
        if stores.is_empty() {
            return Ok(());
        }
        let issue = move |transaction: &Transaction| {
            writes.iter().try_for_each(|Write { store, key, value }| {
                let store = transaction.object_store(store.name())?;
                let key = JsValue::from(key);
                match value {
                    Some(value) => store.put(&value.into(), Some(&key)).map(drop),
                    None => store.delete(key).map(drop),
                }
            })
        };
        self.transact(stores, Access::Write(durability), issue, Ok).await
    }

    async fn clear(&self, store: Store) -> Result<(), RecordsError> {
        let issue =
            move |transaction: &Transaction| transaction.object_store(store.name())?.clear().map(drop);
        self.transact(vec![store.name()], Access::Write(Durability::Strict), issue, Ok)
            .await
    }
}
