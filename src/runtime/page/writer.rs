//! Writes changes in their order, those that come while a write is under way together in the next one.
//!
//! A write that fails stays at the head and is tried again with the next change, so a passing fault loses nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use crate::engine::record::Persist;
use crate::runtime::stored::write_of;
use crate::storage::browser::AnyRecords;
use crate::storage::records::{Durability, Records, RecordsError, Write};

/// Writes to one database.
pub(super) struct Writer {
    records: Rc<AnyRecords>,
    pending: RefCell<Vec<(Write, Durability)>>,
    busy: Cell<bool>,
    idle: RefCell<Vec<oneshot::Sender<()>>>,
    failed: Box<dyn Fn(RecordsError)>,
}

impl Writer {
    pub(super) fn new(records: Rc<AnyRecords>, failed: impl Fn(RecordsError) + 'static) -> Rc<Self> {
        Rc::new(Self {
            records,
            pending: RefCell::default(),
            busy: Cell::new(false),
            idle: RefCell::default(),
            failed: Box::new(failed),
        })
    }

    /// Takes a change; a later one of the same record replaces an earlier one that is not under way yet.
    pub(super) fn write(self: &Rc<Self>, change: &Persist) {
        let (write, durability) = write_of(change);
        {
            let mut pending = self.pending.borrow_mut();
            pending.retain(|(other, _)| other.store != write.store || other.key != write.key);
            pending.push((write, durability));
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
        spawn_local(async move {
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
            let strict = batch
                .iter()
                .any(|(_, durability)| *durability == Durability::Strict);
            let durability = if strict {
                Durability::Strict
            } else {
                Durability::Relaxed
            };
            let writes = batch.iter().map(|(write, _)| write.clone()).collect();
            if let Err(error) = self.records.write(writes, durability).await {
                self.put_back(batch);
                (self.failed)(error);
                return;
            }
        }
    }

    fn put_back(&self, batch: Vec<(Write, Durability)>) {
        let mut pending = self.pending.borrow_mut();
        let newer = std::mem::take(&mut *pending);
        let replaced = |write: &Write| {
            newer
                .iter()
                .any(|(n, _)| n.store == write.store && n.key == write.key)
        };
        pending.extend(batch.into_iter().filter(|(write, _)| !replaced(write)));
        pending.extend(newer);
    }
}
