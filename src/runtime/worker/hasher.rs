//! The port for hashing: takes chunks in order, gives their memory back, says where it is.
//!
//! [`LocalHasher`] hashes in the same thread. On wasm32 a `PortHasher` hands the chunks to a worker of its own, so
//! that hashing runs beside reading and writing.

use std::cell::RefCell;

use crate::engine::digest::Digest;
use crate::net::Chunk;
use crate::transfer::hash::{Midstate, StreamHash};

/// What a hasher says. `generation` counts its [`Hasher::reset`]s and [`Hasher::resume`]s.
#[derive(Debug)]
pub struct HashEvent<C> {
    /// The generation it belongs to.
    pub generation: u64,
    /// What it is.
    pub fact: HashFact<C>,
}

/// What a hasher has done.
#[derive(Debug)]
pub enum HashFact<C> {
    /// A chunk is hashed; its memory can be used again, where it came back.
    Consumed(Option<C>),
    /// Where the hash is, after all chunks given before it was asked.
    Saved(Midstate),
    /// The digest of all chunks given before it was asked.
    Finished(Digest),
}

/// Takes what a hasher says.
pub type HashSink<C> = Box<dyn Fn(HashEvent<C>)>;

/// Hashes. Calls take effect in the order they are made; answers come through the sink, during the call or later.
pub trait Hasher {
    /// The platform's chunk.
    type Chunk: Chunk;

    /// Sets who listens. Called once, first.
    fn listen(&self, sink: HashSink<Self::Chunk>);

    /// Begins a generation that has hashed nothing.
    fn reset(&self, generation: u64);

    /// Begins a generation that goes on from `midstate`.
    fn resume(&self, generation: u64, midstate: &Midstate);

    /// Hashes a chunk but for its first `skip` bytes. Answered by [`HashFact::Consumed`].
    fn update(&self, chunk: Self::Chunk, skip: usize);

    /// Answered by [`HashFact::Saved`].
    fn save(&self);

    /// Answered by [`HashFact::Finished`].
    fn finish(&self);

    /// It has not answered for too long: begin a generation that has hashed nothing, by other means if there are any.
    fn abandon(&self, generation: u64);
}

struct Local<C> {
    hash: StreamHash,
    generation: u64,
    /// Where a chunk is copied to; as long as the longest one so far.
    scratch: Vec<u8>,
    sink: Option<HashSink<C>>,
}

/// Hashes in the thread it is called in, during the call.
pub struct LocalHasher<C> {
    local: RefCell<Local<C>>,
}

impl<C> Default for LocalHasher<C> {
    fn default() -> Self {
        let local = Local {
            hash: StreamHash::new(),
            generation: 0,
            scratch: Vec::new(),
            sink: None,
        };
        Self {
            local: RefCell::new(local),
        }
    }
}

impl<C> LocalHasher<C> {
    fn say(&self, fact: HashFact<C>) {
        let local = self.local.borrow();
        if let Some(sink) = &local.sink {
            sink(HashEvent {
                generation: local.generation,
                fact,
            });
        }
    }

    fn begin(&self, generation: u64, hash: StreamHash) {
        let mut local = self.local.borrow_mut();
        (local.generation, local.hash) = (generation, hash);
    }
}

impl<C: Chunk> Hasher for LocalHasher<C> {
    type Chunk = C;

    fn listen(&self, sink: HashSink<C>) {
        self.local.borrow_mut().sink = Some(sink);
    }

    fn reset(&self, generation: u64) {
        self.begin(generation, StreamHash::new());
    }

    fn resume(&self, generation: u64, midstate: &Midstate) {
        // A midstate is checked when it is made, so it resumes; from nothing the digest at the end would be wrong.
        self.begin(generation, StreamHash::resume(midstate).unwrap_or_default());
    }

    fn update(&self, chunk: C, skip: usize) {
        {
            let mut local = self.local.borrow_mut();
            let local = &mut *local;
            let len = chunk.len();
            if local.scratch.len() < len {
                local.scratch.resize(len, 0);
            }
            chunk.copy_to(&mut local.scratch[..len]);
            local.hash.update(&local.scratch[skip.min(len)..len]);
        }
        self.say(HashFact::Consumed(Some(chunk)));
    }

    fn save(&self) {
        let midstate = self.local.borrow().hash.midstate();
        self.say(HashFact::Saved(midstate));
    }

    fn finish(&self) {
        let digest = self.local.borrow().hash.digest();
        self.say(HashFact::Finished(digest));
    }

    fn abandon(&self, generation: u64) {
        self.reset(generation);
    }
}
