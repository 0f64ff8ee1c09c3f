//! One connection to the database: opening it, and one transaction on it.
//!
//! Opening climbs the schema ladder. It has ten seconds: another tab with an older version that does not let go, or a
//! browser whose database hangs, must not hang the app. A connection closes itself when a newer version of the
//! package wants to upgrade.
//!
//! A transaction issues all its requests at once and then waits only for its end; results are read after it has
//! been committed. So no request has handlers that could be dropped while the browser still calls them.

use std::cell::Cell;
use std::rc::Rc;

use futures_channel::oneshot;
use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent, Error, Event, Factory, Request, Transaction};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

use super::idb_schema;
use super::records::{Durability, RecordsError};
use crate::js;

/// Why a step failed: for good, or in a way that a new connection may heal.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection, or the browser's database process, went away: `UnknownError`, `InvalidStateError`,
    /// `AbortError`.
    Lost(String),
    Refused(RecordsError),
}

impl Fault {
    fn of(error: &JsValue) -> Self {
        let text = js::error_text(error);
        match js::error_name(error).as_str() {
            _ if js::means_full(error) => Self::Refused(RecordsError::Full),
            "UnknownError" | "InvalidStateError" | "AbortError" => Self::Lost(text),
            _ => Self::Refused(RecordsError::Unavailable(text)),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::DomException(exception) => Self::of(exception),
            Error::TransactionOpenFailed(value)
            | Error::IndexedDbOpenFailed(value)
            | Error::ObjectStoreNotFound(value)
            | Error::ObjectStoreCreateFailed(value)
            | Error::RequestResultNotFound(value)
            | Error::UpdateFailed(value)
            | Error::DeleteFailed(value)
            | Error::ClearFailed(value)
            | Error::GetFailed(value)
            | Error::GetAllFailed(value)
            | Error::GetAllKeysFailed(value) => Self::of(value),
            Error::IndexedDbNotFound(_) => {
                Self::Refused(RecordsError::Unavailable("there is no IndexedDB here".to_owned()))
            }
            // What else there can be are answers no database gives. The words `idb` has for them, and for all the calls
            // that are made nowhere here, would be 1.5 kB of the wasm file.
            _ => Self::Refused(RecordsError::Unavailable(
                "the database did not answer as it should".to_owned(),
            )),
        }
    }
}

impl From<Fault> for RecordsError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Lost(text) => Self::Unavailable(text),
            Fault::Refused(error) => error,
        }
    }
}

/// Whether a transaction only reads, and if not, how sure it must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Access {
    Read,
    Write(Durability),
}

/// An open connection; closed when it is dropped.
pub(super) struct Connection {
    raw: IdbDatabase,
    /// Holds the closures of the handlers on `raw`.
    _handlers: Database,
    open: Rc<Cell<bool>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.raw.set_onversionchange(None);
        self.raw.set_onclose(None);
        self.raw.close();
    }
}

impl Connection {
    /// Opens the database `name` as schema `version`, or gives up after `patience_ms`.
    pub(super) async fn open(name: &str, version: u32, patience_ms: u32) -> Result<Self, Fault> {
        let blocked = Rc::new(Cell::new(false));
        let mut request = Factory::new()?.open(name, Some(version))?;
        let (sender, receiver) = oneshot::channel();
        let sender = Rc::new(Cell::new(Some(sender)));
        request.on_upgrade_needed(|event| upgrade(&event));
        request.on_blocked({
            let blocked = Rc::clone(&blocked);
            move |_| blocked.set(true)
        });
        request.on_success({
            let sender = Rc::clone(&sender);
            move |event| {
                let answer = event.database();
                // Whoever asked may have lost patience: then this connection must not stay and block others.
                if let Some(Err(Ok(database))) = sender.take().map(|sender| sender.send(answer)) {
                    database.close();
                }
            }
        });
        request.on_error(move |event| {
            let error = event.target().and_then(|request| request.error());
            let error = error.map_or_else(
                |error| error,
                |error| error.map_or(Error::DomExceptionNotFound, Error::DomException),
            );
            sender.take().map(|sender| sender.send(Err(error)));
        });
        match js::within(patience_ms, receiver).await {
            Some(Ok(Ok(database))) => Ok(Self::new(database)),
            Some(Ok(Err(Error::DomException(exception)))) if exception.name() == "VersionError" => {
                Err(Fault::Refused(newer_schema(name, version).await))
            }
            Some(Ok(Err(error))) => Err(error.into()),
            Some(Err(oneshot::Canceled)) => Err(Fault::Lost("the browser dropped the request".to_owned())),
            None => {
                request.forget_callbacks();
                let slow = || RecordsError::Unavailable("the database did not open in time".to_owned());
                Err(Fault::Refused(if blocked.get() {
                    RecordsError::Blocked
                } else {
                    slow()
                }))
            }
        }
    }

    fn new(database: Database) -> Self {
        let raw = IdbDatabase::from(database);
        let mut handlers = Database::from(raw.clone());
        let open = Rc::new(Cell::new(true));
        handlers.on_version_change({
            let (raw, open) = (raw.clone(), Rc::clone(&open));
            move |_| {
                open.set(false);
                raw.close();
            }
        });
        handlers.on_close({
            let open = Rc::clone(&open);
            move |_| open.set(false)
        });
        Self {
            raw,
            _handlers: handlers,
            open,
        }
    }

    /// Whether neither a newer version nor the browser has closed it.
    pub(super) fn is_open(&self) -> bool {
        self.open.get()
    }

    /// Runs one transaction over `stores`: `issue` starts all requests, `read` takes their results after the commit.
    /// Must run to its end: callers keep it in a task of its own.
    pub(super) async fn transact<P, T>(
        &self,
        stores: &[&str],
        access: Access,
        issue: impl FnOnce(&Transaction) -> Result<P, Error>,
        read: impl FnOnce(P) -> Result<T, Error>,
    ) -> Result<T, Fault> {
        let raw = self.begin(stores, access)?;
        let mut transaction = Transaction::from(raw.clone());
        let (sender, receiver) = oneshot::channel();
        let sender = Rc::new(Cell::new(Some(sender)));
        transaction.on_complete({
            let sender = Rc::clone(&sender);
            move |_| {
                sender.take().map(|sender| sender.send(Ok(())));
            }
        });
        transaction.on_abort({
            let raw = raw.clone();
            move |_| {
                let fault = raw.error().map_or_else(
                    || Fault::Lost("AbortError: the transaction was aborted".to_owned()),
                    |error| Fault::of(&error),
                );
                sender.take().map(|sender| sender.send(Err(fault)));
            }
        });
        let issued = issue(&transaction);
        if issued.is_err() {
            // It may have aborted by itself already; the abort event comes in both cases.
            raw.abort().unwrap_or_default();
        }
        let end = receiver
            .await
            .unwrap_or_else(|oneshot::Canceled| Err(Fault::Lost("no end".to_owned())));
        let pending = issued?;
        end?;
        Ok(read(pending)?)
    }

    /// Starts a transaction with the durability asked for, which `idb` has no way to say.
    fn begin(&self, stores: &[&str], access: Access) -> Result<IdbTransaction, Fault> {
        let stores: JsValue = stores
            .iter()
            .map(|name| JsValue::from(*name))
            .collect::<Array>()
            .into();
        let options = Object::new();
        let mode = match access {
            Access::Read => "readonly",
            Access::Write(durability) => {
                let durability = match durability {
                    Durability::Relaxed => "relaxed",
                    Durability::Strict => "strict",
                };
                Reflect::set(&options, &"durability".into(), &durability.into())
                    .map_err(|error| Fault::of(&error))?;
                "readwrite"
            }
        };
        let transaction = js::call(&self.raw, "transaction", &[&stores, &mode.into(), &options]);
        transaction
            .map(JsCast::unchecked_into)
            .map_err(|error| Fault::of(&error))
    }
}

/// Climbs the ladder; if a step fails the whole upgrade is undone, and opening fails with an `AbortError`.
fn upgrade(event: &VersionChangeEvent) {
    let climbed = event
        .old_version()
        .and_then(|found| idb_schema::migrate(&event.database()?, found));
    if climbed.is_err()
        && let Some(transaction) = event.target().ok().and_then(|request| request.transaction())
    {
        let _ = transaction.abort();
    }
}

/// Looks which version a database has that is newer than `known`.
async fn newer_schema(name: &str, known: u32) -> RecordsError {
    let (sender, receiver) = oneshot::channel();
    let opened = Factory::new().and_then(|factory| factory.open(name, None));
    let Ok(mut request) = opened else {
        return RecordsError::NewerSchema { found: known + 1 };
    };
    request.on_success(move |event| {
        let version = event.database().and_then(|database| {
            let version = database.version();
            database.close();
            version
        });
        let _ = sender.send(version);
    });
    let found = js::within(1000, receiver).await;
    request.forget_callbacks();
    // The exact number is for the message only.
    RecordsError::NewerSchema {
        found: found
            .and_then(Result::ok)
            .and_then(Result::ok)
            .unwrap_or(known + 1),
    }
}
