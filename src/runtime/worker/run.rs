//! One running transfer: the job, and the file, request and chunks it holds.

use std::collections::VecDeque;

use crate::engine::ids::Ticket;
use crate::engine::manifest::ModelFile;
use crate::net::{Abort, Chunk, Net, NetError, ResponseHead};
use crate::storage::weights::{Ingest, WeightsError};
use crate::transfer::hash::crc32;
use crate::transfer::job::Job;
use crate::transfer::policy::TAIL_BYTES;
use crate::transfer::protocol::FromWorker;
use crate::transfer::step::{DiskTrouble, Effect, Head, Input, NetTrouble, Now};

use super::event::{BodyOf, IngestOf, RunNumber};
use super::hasher::Hasher;
use super::lane::RunOperation;
use super::ports::Ports;

/// Chunks that may be at the hasher at one time. With buffers of 1 MiB this bounds the memory of a transfer.
const MAX_HASHING: usize = 8;

/// Bytes that may be at the hasher at one time: what is there is not safe yet, and 10 ms of work is enough to keep it
/// busy.
const MAX_HASHING_BYTES: usize = 4 << 20;

/// With this much at the hasher it is the slower one: 5 ms of its work have come at once.
const BEHIND_BYTES: usize = MAX_HASHING_BYTES / 2;

/// Used chunks kept to be filled again.
const MAX_SPARES: usize = MAX_HASHING + 1;

/// Ticks without a word from a hasher that owes one, before another takes over: ten seconds.
const HASH_PATIENCE_TICKS: u32 = 40;

/// What a run wants of the driver.
pub(super) enum Wish<P: Ports> {
    Lane(RunOperation),
    Request {
        number: u64,
        url: String,
        from: u64,
        end: Option<u64>,
        abort: AbortOf<P>,
    },
    Probe {
        number: u64,
        url: String,
    },
    Read {
        number: u64,
        body: BodyOf<P>,
        spare: Option<P::Chunk>,
    },
    Send(FromWorker),
    Left,
    End,
}

type AnswerOf<P> = Result<(ResponseHead, BodyOf<P>), NetError>;

pub(super) type AbortOf<P> = <<P as Ports>::Net as Net>::Abort;

/// The request in use. A new number makes everything of the former one late.
struct Request<P: Ports> {
    number: u64,
    abort: Option<AbortOf<P>>,
    body: Option<BodyOf<P>>,
    /// Whether the body should be read.
    wanted: bool,
    /// Whether a read is under way.
    reading: bool,
    /// Whether the job knows that the hasher cannot keep up.
    was_behind: bool,
}

impl<P: Ports> Request<P> {
    fn new(number: u64, abort: Option<AbortOf<P>>) -> Self {
        Self {
            number,
            abort,
            body: None,
            wanted: false,
            reading: false,
            was_behind: false,
        }
    }
}

/// A request beside the one in use, and its head as soon as it has come.
struct NextRequest<P: Ports> {
    request: Request<P>,
    head: Option<Result<Head, NetTrouble>>,
}

/// A running transfer.
pub(super) struct Run<P: Ports> {
    pub(super) number: RunNumber,
    job: Job,
    ingest: Option<IngestOf<P>>,
    request: Request<P>,
    next: Option<NextRequest<P>>,
    requests: u64,
    chunk: Option<P::Chunk>,
    spares: Vec<P::Chunk>,
    generation: u64,
    /// The lengths of the chunks at the hasher, in order.
    hashing: VecDeque<usize>,
    hashing_bytes: usize,
    /// Other answers it owes.
    owed: usize,
    silent_ticks: u32,
}

impl<P: Ports> Run<P> {
    /// A run whose job has just been started. `generation` is the last one any run has used.
    pub(super) fn new(number: RunNumber, job: Job, generation: u64) -> Self {
        Self {
            number,
            job,
            ingest: None,
            request: Request::new(0, None),
            next: None,
            requests: 0,
            chunk: None,
            spares: Vec::new(),
            generation,
            hashing: VecDeque::new(),
            hashing_bytes: 0,
            owed: 0,
            silent_ticks: 0,
        }
    }

    pub(super) fn ticket(&self) -> Ticket {
        self.job.ticket()
    }

    pub(super) fn files(&self) -> &[ModelFile] {
        self.job.files()
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Takes an opened file.
    pub(super) fn hold(&mut self, ingest: IngestOf<P>) {
        self.close();
        self.ingest = Some(ingest);
    }

    /// Whether `number` is the request in use.
    pub(super) fn is_current(&self, number: u64) -> bool {
        self.request.number == number && self.request.abort.is_some()
    }

    /// Takes the answer to a request. What comes out is for the job; the head of the next request is kept until the job
    /// gets to it.
    pub(super) fn put_head(&mut self, number: u64, answer: AnswerOf<P>) -> Option<Result<Head, NetTrouble>> {
        let (head, body) = match answer {
            Ok((head, body)) => (Ok(head.into()), Some(body)),
            Err(error) => (Err(error.into()), None),
        };
        if self.is_current(number) {
            self.request.body = body;
            return Some(head);
        }
        if let Some(next) = self.next.as_mut().filter(|next| next.request.number == number) {
            next.request.body = body;
            next.head = Some(head);
        }
        None
    }

    /// Takes the body back from a read.
    pub(super) fn put_body(&mut self, body: BodyOf<P>) {
        self.request.body = Some(body);
        self.request.reading = false;
    }

    /// The body is over.
    pub(super) fn stop_reading(&mut self) {
        self.request.wanted = false;
    }

    /// Takes what a read has given.
    pub(super) fn put_chunk(&mut self, chunk: P::Chunk) -> u64 {
        let len = chunk.len() as u64;
        self.chunk = Some(chunk);
        len
    }

    /// Whether the body is being asked for bytes.
    pub(super) fn is_reading(&self) -> bool {
        self.request.reading
    }

    /// A chunk of the current generation, or of a former one, came back from the hasher.
    pub(super) fn consumed(&mut self, generation: u64, chunk: Option<P::Chunk>) {
        if generation == self.generation {
            self.hashing_bytes -= self.hashing.pop_front().unwrap_or(0);
            // It has caught up: the next time it falls behind is news again.
            self.request.was_behind &= !self.hashing.is_empty();
            self.silent_ticks = 0;
        }
        self.spares
            .extend(chunk.filter(|_| self.spares.len() < MAX_SPARES));
    }

    /// The hasher has paid a debt, if it is of the current generation.
    pub(super) fn paid(&mut self, generation: u64) -> bool {
        let current = generation == self.generation;
        if current {
            self.owed = self.owed.saturating_sub(1);
            self.silent_ticks = 0;
        }
        current
    }

    /// Counts the silence of the hasher. `true` if another one has taken over.
    pub(super) fn hasher_is_lost(&mut self, hasher: &P::Hasher) -> bool {
        if self.hashing.is_empty() && self.owed == 0 {
            return false;
        }
        self.silent_ticks += 1;
        if self.silent_ticks < HASH_PATIENCE_TICKS {
            return false;
        }
        let generation = self.next_generation();
        hasher.abandon(generation);
        true
    }

    fn next_generation(&mut self) -> u64 {
        self.generation += 1;
        self.hashing.clear();
        (self.hashing_bytes, self.owed, self.silent_ticks) = (0, 0, 0);
        self.generation
    }

    /// Puts the effects of a job that has just been started into wishes.
    pub(super) fn begin(
        &mut self,
        effects: Vec<Effect>,
        now: Now,
        net: &P::Net,
        hasher: &P::Hasher,
    ) -> Vec<Wish<P>> {
        let mut inputs = VecDeque::new();
        let mut wishes = Vec::new();
        self.perform_all(effects, &mut inputs, &mut wishes, net, hasher);
        self.drain(inputs, wishes, now, net, hasher)
    }

    /// One step of the job and all that follows from it at once.
    pub(super) fn step(&mut self, input: Input, now: Now, net: &P::Net, hasher: &P::Hasher) -> Vec<Wish<P>> {
        self.drain(VecDeque::from([input]), Vec::new(), now, net, hasher)
    }

    fn drain(
        &mut self,
        mut inputs: VecDeque<Input>,
        mut wishes: Vec<Wish<P>>,
        now: Now,
        net: &P::Net,
        hasher: &P::Hasher,
    ) -> Vec<Wish<P>> {
        loop {
            if inputs.is_empty() && self.falls_behind() {
                inputs.push_back(Input::HashBehind);
            }
            let Some(input) = inputs.pop_front() else { break };
            let effects = self.job.handle(input, now);
            self.perform_all(effects, &mut inputs, &mut wishes, net, hasher);
        }
        wishes.extend(self.next_read());
        wishes
    }

    /// Whether the hasher cannot keep up, for the first time since it last could.
    fn falls_behind(&mut self) -> bool {
        let behind = self.hashing_bytes >= BEHIND_BYTES || self.hashing.len() >= MAX_HASHING;
        self.request.wanted && behind && !std::mem::replace(&mut self.request.was_behind, true)
    }

    /// Asks for more of the body, if it is wanted and the hasher is not too far behind.
    pub(super) fn next_read(&mut self) -> Option<Wish<P>> {
        let full = self.hashing.len() >= MAX_HASHING || self.hashing_bytes >= MAX_HASHING_BYTES;
        if !self.request.wanted || full {
            return None;
        }
        let body = self.request.body.take()?;
        self.request.reading = true;
        Some(Wish::Read {
            number: self.request.number,
            body,
            spare: self.spares.pop(),
        })
    }

    fn perform_all(
        &mut self,
        effects: Vec<Effect>,
        inputs: &mut VecDeque<Input>,
        wishes: &mut Vec<Wish<P>>,
        net: &P::Net,
        hasher: &P::Hasher,
    ) {
        for effect in effects {
            match effect {
                Effect::LookUp { key } => wishes.push(Wish::Lane(RunOperation::LookUp { key })),
                Effect::Open {
                    key,
                    forget,
                    garbage,
                    from,
                    name,
                } => {
                    wishes.push(Wish::Lane(RunOperation::Open {
                        key,
                        forget,
                        garbage,
                        from,
                        name,
                    }));
                }
                Effect::Save { key, text } => wishes.push(Wish::Lane(RunOperation::Save { key, text })),
                Effect::Forget { key } => wishes.push(Wish::Lane(RunOperation::Forget { key })),
                Effect::Commit { key, name, digest } => {
                    wishes.push(Wish::Lane(RunOperation::Commit { key, name, digest }));
                }
                Effect::Discard { key, name } => {
                    self.close();
                    wishes.push(Wish::Lane(RunOperation::Discard { key, name }));
                }
                Effect::Request { url, from, end } => {
                    self.hang_up();
                    let (request, wish) = self.request(url, from, end, net);
                    self.request = request;
                    wishes.push(wish);
                }
                Effect::Probe { url } => wishes.push(Wish::Probe {
                    number: self.request.number,
                    url,
                }),
                Effect::RequestNext { url, from, end } => {
                    let (request, wish) = self.request(url, from, end, net);
                    self.next = Some(NextRequest { request, head: None });
                    wishes.push(wish);
                }
                Effect::UseNext => {
                    if let Some(NextRequest { request, head }) = self.next.take() {
                        self.request = request;
                        inputs.extend(head.map(Input::Head));
                    }
                }
                Effect::ReadBody => self.request.wanted = true,
                Effect::LeaveBody => self.stop_reading(),
                Effect::Abort => self.hang_up(),
                Effect::DropChunk => self.spares.extend(self.chunk.take()),
                Effect::Close => self.close(),
                Effect::Send(message) => wishes.push(Wish::Send(message)),
                Effect::Left => wishes.push(Wish::Left),
                Effect::End => wishes.push(Wish::End),
                Effect::HashReset => hasher.reset(self.next_generation()),
                Effect::HashResume(midstate) => hasher.resume(self.next_generation(), &midstate),
                Effect::HashSave => {
                    self.owed += 1;
                    hasher.save();
                }
                Effect::HashFinish => {
                    self.owed += 1;
                    hasher.finish();
                }
                Effect::ReadTail { at, len } => inputs.push_back(Input::Tail(self.checksum(at, len).ok())),
                Effect::Resize { len } => {
                    inputs.push_back(Input::Resized(self.with_ingest(|ingest| ingest.truncate(len))));
                }
                Effect::Compare { at, len } => inputs.push_back(Input::Compared {
                    same: self.compare(at, len),
                }),
                Effect::Store { at, skip } => inputs.push_back(Input::Stored(self.store(at, skip, hasher))),
                Effect::Inspect { len } => {
                    inputs.push_back(Input::Start(self.read(0, len).unwrap_or_default()));
                }
                Effect::Flush { at } => inputs.push_back(Input::Flushed(self.flush(at))),
                Effect::Seal { len } => inputs.push_back(Input::Sealed(self.seal(len))),
            }
        }
    }

    fn request(&mut self, url: String, from: u64, end: Option<u64>, net: &P::Net) -> (Request<P>, Wish<P>) {
        self.requests += 1;
        let (number, abort) = (self.requests, net.abort_handle());
        let request = Request::new(number, Some(abort.clone()));
        let wish = Wish::Request {
            number,
            url,
            from,
            end,
            abort,
        };
        (request, wish)
    }

    /// Stops the requests; whatever still comes of them is late.
    pub(super) fn hang_up(&mut self) {
        if let Some(abort) = self.next.take().and_then(|next| next.request.abort) {
            abort.abort();
        }
        if let Some(abort) = self.request.abort.take() {
            abort.abort();
        }
        self.request.body = None;
        self.request.wanted = false;
        self.request.reading = false;
        self.spares.extend(self.chunk.take());
    }

    /// Lets go of the file.
    pub(super) fn close(&mut self) {
        if let Some(ingest) = self.ingest.take() {
            ingest.close();
        }
    }

    fn with_ingest<T>(
        &self,
        act: impl FnOnce(&IngestOf<P>) -> Result<T, WeightsError>,
    ) -> Result<T, DiskTrouble> {
        Ok(act(self.ingest.as_ref().ok_or(DiskTrouble::Gone)?)?)
    }

    fn read(&self, at: u64, len: u64) -> Result<Vec<u8>, DiskTrouble> {
        let len = usize::try_from(len).map_err(|_| DiskTrouble::Gone)?;
        let mut bytes = vec![0; len];
        let read = self.with_ingest(|ingest| ingest.read_at(at, &mut bytes))?;
        if read == len {
            Ok(bytes)
        } else {
            Err(DiskTrouble::Gone)
        }
    }

    fn checksum(&self, at: u64, len: u64) -> Result<u32, DiskTrouble> {
        Ok(crc32(&self.read(at, len)?))
    }

    fn compare(&self, at: u64, len: u64) -> bool {
        let (Some(chunk), Ok(there)) = (&self.chunk, self.read(at, len)) else {
            return false;
        };
        let mut bytes = vec![0; chunk.len()];
        chunk.copy_to(&mut bytes);
        bytes.starts_with(&there)
    }

    fn store(&mut self, at: u64, skip: u64, hasher: &P::Hasher) -> Result<(), DiskTrouble> {
        let chunk = self.chunk.take().ok_or(DiskTrouble::Gone)?;
        self.with_ingest(|ingest| ingest.write_at(at, &chunk))?;
        self.hashing.push_back(chunk.len());
        self.hashing_bytes += chunk.len();
        hasher.update(chunk, usize::try_from(skip).unwrap_or(usize::MAX));
        Ok(())
    }

    fn flush(&self, at: u64) -> Result<u32, DiskTrouble> {
        self.with_ingest(Ingest::flush)?;
        let tail = at.min(TAIL_BYTES);
        self.checksum(at - tail, tail)
    }

    /// The file is closed whatever happens: it is either moved now, or opened anew.
    fn seal(&mut self, len: u64) -> Result<u64, DiskTrouble> {
        let sealed = self.with_ingest(|ingest| {
            if ingest.len()? > len {
                ingest.truncate(len)?;
            }
            ingest.flush()?;
            ingest.len()
        });
        self.close();
        sealed
    }
}
