//! The way in on wasm32: listens to the page and makes the worker when the page has said `Hello`.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort};

use super::browser_ports::{BrowserPorts, post, scope};
use super::driver::Worker;
use super::hash_port::PortHasher;
use crate::engine::protocol::{FromWorker, ToWorker, WeightsBackEnd};
use crate::json;
use crate::net::browser::BrowserNet;
use crate::storage::browser::{open_records, open_weights};

pub use super::hash_port::run_hash_worker;

/// What comes before the disk is open waits here.
enum Door {
    /// Nothing has been said yet.
    Shut { hash_port: MessagePort },
    /// The disk is being opened.
    Opening { waiting: Vec<ToWorker> },
    /// The worker works.
    Open(Worker<BrowserPorts>),
}

/// Runs the transfer worker in this dedicated worker, for as long as its thread lives. `hash_port` leads to
/// [`run_hash_worker`] in another one; if no one answers there, hashing is done here.
pub fn run_transfer_worker(hash_port: MessagePort) {
    let door = Rc::new(RefCell::new(Door::Shut { hash_port }));
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        // What is no text of ours is for someone else: the script that started us uses the same channel.
        let message = event
            .data()
            .as_string()
            .and_then(|text| json::from_str(&text).ok());
        if let Some(message) = message {
            enter(&door, message);
        }
    });
    let listening = scope().add_event_listener_with_callback("message", on_message.as_ref().unchecked_ref());
    debug_assert!(listening.is_ok(), "every worker hears messages");
    on_message.forget();
}

fn enter(door: &Rc<RefCell<Door>>, message: ToWorker) {
    let mut now = door.borrow_mut();
    match (&mut *now, message) {
        (Door::Open(worker), message) => {
            let worker = worker.clone();
            drop(now);
            worker.handle(message);
        }
        // A page that asks whether we live is not told to wait for the disk.
        (_, ToWorker::Ping) => post(&FromWorker::Alive),
        (Door::Opening { waiting }, message) => waiting.push(message),
        (Door::Shut { hash_port }, ToWorker::Hello { namespace }) => {
            let hash_port = hash_port.clone();
            *now = Door::Opening { waiting: Vec::new() };
            let door = Rc::clone(door);
            crate::js::spawn(open(door, hash_port, namespace));
        }
        // Only `Hello` says where anything is.
        (Door::Shut { .. }, _) => {}
    }
}

async fn open(door: Rc<RefCell<Door>>, hash_port: MessagePort, namespace: String) {
    let (weights, _) = open_weights(&namespace).await;
    // Without a database partial files are not gone on with after a reload; that is all.
    let (records, _) = open_records(&namespace).await;
    let back_end = weights.back_end();
    let memory = (back_end == WeightsBackEnd::Memory).then(|| weights.clone());
    let hasher = PortHasher::new(hash_port);
    let worker = Worker::new(
        BrowserPorts::new(memory),
        BrowserNet,
        weights,
        records,
        hasher,
        back_end,
    );
    let former = door.replace(Door::Open(worker.clone()));
    worker.handle(ToWorker::Hello { namespace });
    if let Door::Opening { waiting } = former {
        for message in waiting {
            worker.handle(message);
        }
    }
}
