//! Hashing in a worker of its own: [`PortHasher`] is this end of the message port, [`run_hash_worker`] the other.
//!
//! A message is an array: what to do, the generation, and what belongs to it. Buffers are given away and come back,
//! so that no byte is copied between the two.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort};

use super::hasher::{HashEvent, HashFact, HashSink, Hasher, LocalHasher};
use crate::js;
use crate::net::Chunk;
use crate::net::browser_chunk::BrowserChunk;
use crate::transfer::hash::{MIDSTATE_BYTES, Midstate, StreamHash};

const RESET: &str = "reset";
const RESUME: &str = "resume";
const UPDATE: &str = "update";
const SAVE: &str = "save";
const FINISH: &str = "finish";
const CONSUMED: &str = "consumed";
const SAVED: &str = "saved";
const FINISHED: &str = "finished";

fn message(what: &str, generation: u64, details: &[JsValue]) -> Array {
    let message = Array::of2(&what.into(), &js::from_bytes(generation).into());
    for detail in details {
        message.push(detail);
    }
    message
}

fn parse(event: &MessageEvent) -> (String, u64, Array) {
    let data = Array::from(&event.data());
    let what = data
        .get(0)
        .dyn_into::<JsString>()
        .map(String::from)
        .unwrap_or_default();
    (what, js::to_bytes(data.get(1).as_f64().unwrap_or_default()), data)
}

/// A length or an offset within a chunk, which is never longer than 4 GiB.
fn small(data: &Array, index: u32) -> u32 {
    u32::try_from(js::to_bytes(data.get(index).as_f64().unwrap_or_default())).unwrap_or(u32::MAX)
}

/// Has a worker hash. When that does not answer, [`Hasher::abandon`] goes on in this thread, for good.
pub(super) struct PortHasher {
    port: MessagePort,
    generation: Cell<u64>,
    sink: Rc<RefCell<Option<HashSink<BrowserChunk>>>>,
    local: LocalHasher<BrowserChunk>,
    abandoned: Cell<bool>,
    // The port calls it as long as this lives.
    _on_message: Closure<dyn Fn(MessageEvent)>,
}

impl PortHasher {
    pub(super) fn new(port: MessagePort) -> Self {
        let sink: Rc<RefCell<Option<HashSink<BrowserChunk>>>> = Rc::default();
        let listener = Rc::clone(&sink);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let (Some(event), Some(sink)) = (heard(&event), listener.borrow().as_ref()) {
                sink(event);
            }
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self {
            port,
            generation: Cell::new(0),
            sink,
            local: LocalHasher::default(),
            abandoned: Cell::new(false),
            _on_message: on_message,
        }
    }

    /// Says something. What cannot be said is never answered, and that is what [`Hasher::abandon`] is for.
    fn say(&self, what: &str, details: &[JsValue]) {
        let _ = self
            .port
            .post_message(&message(what, self.generation.get(), details));
    }
}

/// What the hash worker said, if it makes sense.
fn heard(event: &MessageEvent) -> Option<HashEvent<BrowserChunk>> {
    let (what, generation, data) = parse(event);
    let fact = match what.as_str() {
        CONSUMED => {
            let buffer = data.get(2).dyn_into::<ArrayBuffer>().ok();
            HashFact::Consumed(buffer.map(|buffer| BrowserChunk::from_buffer(&buffer)))
        }
        SAVED => {
            let bytes = data.get(2).dyn_into::<Uint8Array>().ok()?.to_vec();
            HashFact::Saved(Midstate::from_bytes(bytes.try_into().ok()?).ok()?)
        }
        FINISHED => HashFact::Finished(data.get(2).as_string()?.parse().ok()?),
        _ => return None,
    };
    Some(HashEvent { generation, fact })
}

impl Hasher for PortHasher {
    type Chunk = BrowserChunk;

    fn listen(&self, sink: HashSink<BrowserChunk>) {
        *self.sink.borrow_mut() = Some(sink);
        let shared = Rc::clone(&self.sink);
        self.local.listen(Box::new(move |event| {
            if let Some(sink) = shared.borrow().as_ref() {
                sink(event);
            }
        }));
    }

    fn reset(&self, generation: u64) {
        self.generation.set(generation);
        if self.abandoned.get() {
            return self.local.reset(generation);
        }
        self.say(RESET, &[]);
    }

    fn resume(&self, generation: u64, midstate: &Midstate) {
        self.generation.set(generation);
        if self.abandoned.get() {
            return self.local.resume(generation, midstate);
        }
        self.say(RESUME, &[Uint8Array::from(midstate.as_bytes().as_slice()).into()]);
    }

    fn update(&self, chunk: BrowserChunk, skip: usize) {
        if self.abandoned.get() {
            return self.local.update(chunk, skip);
        }
        let buffer = chunk.buffer();
        let start = chunk.start();
        let end = start + u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        let skip = u32::try_from(skip).unwrap_or(u32::MAX).min(end - start);
        let details = [buffer.clone().into(), (start + skip).into(), end.into()];
        let message = message(UPDATE, self.generation.get(), &details);
        let _ = self
            .port
            .post_message_with_transferable(&message, &Array::of1(&buffer));
    }

    fn save(&self) {
        if self.abandoned.get() {
            return self.local.save();
        }
        self.say(SAVE, &[]);
    }

    fn finish(&self) {
        if self.abandoned.get() {
            return self.local.finish();
        }
        self.say(FINISH, &[]);
    }

    fn abandon(&self, generation: u64) {
        self.abandoned.set(true);
        self.reset(generation);
    }
}

/// What the hash worker remembers.
#[derive(Default)]
struct Remote {
    hash: StreamHash,
    scratch: Vec<u8>,
}

impl Remote {
    /// Does what a message says, and gives what to answer and which buffer to give back.
    fn answer(&mut self, what: &str, data: &Array) -> Option<(&'static str, JsValue, Option<ArrayBuffer>)> {
        match what {
            RESET => self.hash = StreamHash::new(),
            RESUME => {
                let bytes = data.get(2).dyn_into::<Uint8Array>().ok()?.to_vec();
                let bytes: [u8; MIDSTATE_BYTES] = bytes.try_into().ok()?;
                self.hash = StreamHash::resume(&Midstate::from_bytes(bytes).ok()?).ok()?;
            }
            UPDATE => {
                let buffer = data.get(2).dyn_into::<ArrayBuffer>().ok()?;
                let view = Uint8Array::new(&buffer).subarray(small(data, 3), small(data, 4));
                let len = view.length() as usize;
                if self.scratch.len() < len {
                    self.scratch.resize(len, 0);
                }
                view.copy_to(&mut self.scratch[..len]);
                self.hash.update(&self.scratch[..len]);
                return Some((CONSUMED, buffer.clone().into(), Some(buffer)));
            }
            SAVE => {
                let midstate = self.hash.midstate();
                return Some((
                    SAVED,
                    Uint8Array::from(midstate.as_bytes().as_slice()).into(),
                    None,
                ));
            }
            FINISH => return Some((FINISHED, self.hash.digest().to_string().into(), None)),
            _ => {}
        }
        None
    }
}

/// Runs the hash worker behind `port`, for as long as its thread lives.
pub fn run_hash_worker(port: MessagePort) {
    let remote = RefCell::new(Remote::default());
    let listening = port.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let (what, generation, data) = parse(&event);
        let Some((what, detail, buffer)) = remote.borrow_mut().answer(&what, &data) else {
            return;
        };
        let message = message(what, generation, &[detail]);
        let given_back: Array = buffer.iter().collect();
        // Who does not listen any more needs no answer.
        let _ = port.post_message_with_transferable(&message, &given_back);
    });
    listening.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}
