//! Writes changes in their order, those that come while a write is under way together in the next one.
//!
//! A write that fails stays at the head and is tried again with the next change, so a passing fault loses nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;

use crate::engine::record::Persist;
use crate::runtime::stored::write_of;
use crate::storage::browser::AnyRecords;
use crate::storage::records::{Durability, Records, RecordsError, Store};

/// Writes to one database.
pub(super) struct Writer {
    records: Rc<AnyRecords>,
    pending: RefCell<Vec<Persist>>,
    busy: Cell<bool>,
    idle: RefCell<Vec<oneshot::Sender<()>>>,
    told: Box<dyn Fn(Result<Vec<Persist>, RecordsError>)>,
}

impl Writer {
    /// Tells `told` of each batch that was written, or why one was not.
    pub(super) fn new(
        records: Rc<AnyRecords>,
        told: impl Fn(Result<Vec<Persist>, RecordsError>) + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            records,
            pending: RefCell::default(),
            busy: Cell::new(false),
            idle: RefCell::default(),
            told: Box::new(told),
        })
    }

    /// Takes a change; a later one of the same record replaces an earlier one that is not under way yet.
    pub(super) fn write(self: &Rc<Self>, change: Persist) {
        {
            let mut pending = self.pending.borrow_mut();
            let record = record_of(&change);
            pending.retain(|other| record_of(other) != record);
            pending.push(change);
        }
        self.start();
    }

    /// Waits until everything is written, or cannot be.
    pub(super) async fn settled(self: &Rc<Self>) {
        if !self.busy.get() {
            return;
        }
        let (done, waiting) = oneshot::channel();
        self.idle.borrow_mut().push(done);
        // A dropped sender means that there is nothing to wait for any more.
        let _ = waiting.await;
    }

    fn start(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        crate::js::spawn(async move {
            this.drain().await;
            this.busy.set(false);
            for waiting in this.idle.take() {
                let _ = waiting.send(());
            }
        });
    }

    async fn drain(&self) {
        loop {
            let batch = self.pending.take();
            if batch.is_empty() {
                return;
            }
            let (writes, durabilities): (Vec<_>, Vec<_>) = batch.iter().map(write_of).unzip();
            let strict = durabilities.contains(&Durability::Strict);
            let durability = if strict {
                Durability::Strict
            } else {
                Durability::Relaxed
            };
            let written = self.records.write(writes, durability).await;
            let failed = written.is_err();
            let told = written.map(|()| batch.clone());
            if failed {
                self.put_back(batch);
            }
            (self.told)(told);
            if failed {
                return;
            }
        }
    }

    fn put_back(&self, batch: Vec<Persist>) {
        let mut pending = self.pending.borrow_mut();
        let newer = std::mem::take(&mut *pending);
        let replaced = |change: &Persist| newer.iter().any(|other| record_of(other) == record_of(change));
        pending.extend(batch.into_iter().filter(|change| !replaced(change)));
        pending.extend(newer);
    }
}

/// Which record a change is about.
fn record_of(change: &Persist) -> (Store, String) {
    let (write, _) = write_of(change);
    (write.store, write.key)
}
