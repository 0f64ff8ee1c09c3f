//! A worker in the simulated world, and what it has said.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use modelyard::engine::digest::Digest;
use modelyard::engine::failure::{ErrorCode, Failure};
use modelyard::engine::ids::{JobId, ModelId, Ticket};
use modelyard::engine::manifest::ModelFile;
use modelyard::engine::protocol::{FromWorker, StoredFile, ToWorker, WeightsBackEnd};
use modelyard::runtime::worker::driver::Worker;
use modelyard::runtime::worker::hasher::{HashSink, Hasher, LocalHasher};
use modelyard::runtime::worker::ports::Ports;
use modelyard::transfer::hash::Midstate;
use modelyard::transfer::policy::PartSizes;
use modelyard::transfer::step::Now;

use super::disk::{Disk, SimWeights};
use super::executor::Executor;
use super::network::{Asked, Reply, SimNet};
use super::records::{Kept, SimRecords};
use super::{Bytes, Dice, digest};

/// A hasher that can be made to answer late, or not at all.
pub struct SimHasher {
    executor: Executor,
    local: LocalHasher<Bytes>,
    mute: Rc<Cell<bool>>,
    lag_ms: Rc<Cell<u64>>,
}

impl SimHasher {
    fn unless_mute(&self, act: impl FnOnce(&LocalHasher<Bytes>)) {
        if !self.mute.get() {
            act(&self.local);
        }
    }
}

impl Hasher for SimHasher {
    type Chunk = Bytes;

    fn listen(&self, sink: HashSink<Bytes>) {
        let (executor, lag_ms) = (self.executor.clone(), Rc::clone(&self.lag_ms));
        let (sink, last) = (Rc::new(sink), Cell::new(0));
        self.local.listen(Box::new(move |event| {
            // Late, but never out of order.
            let at = last.get().max(executor.now() + lag_ms.get());
            last.set(at);
            if at == executor.now() {
                return sink(event);
            }
            let (sink, wait) = (Rc::clone(&sink), executor.sleep(at - executor.now()));
            executor.spawn(async move {
                wait.await;
                sink(event);
            });
        }));
    }

    fn reset(&self, generation: u64) {
        self.unless_mute(|local| local.reset(generation));
    }

    fn resume(&self, generation: u64, midstate: &Midstate) {
        self.unless_mute(|local| local.resume(generation, midstate));
    }

    fn update(&self, chunk: Bytes, skip: usize) {
        self.unless_mute(|local| local.update(chunk, skip));
    }

    fn save(&self) {
        self.unless_mute(Hasher::save);
    }

    fn finish(&self) {
        self.unless_mute(Hasher::finish);
    }

    fn abandon(&self, generation: u64) {
        self.mute.set(false);
        self.local.abandon(generation);
    }
}

pub struct SimPorts {
    executor: Executor,
    dice: RefCell<Dice>,
    sent: Rc<RefCell<Vec<(u64, FromWorker)>>>,
    part_sizes: Rc<Cell<&'static PartSizes>>,
}

impl Ports for SimPorts {
    type Chunk = Bytes;
    type Net = SimNet;
    type Weights = SimWeights;
    type Records = SimRecords;
    type Hasher = SimHasher;

    fn now(&self) -> Now {
        let dice = u32::try_from(self.dice.borrow_mut().below(1 << 32)).unwrap();
        Now {
            ms: self.executor.now(),
            dice,
        }
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        self.executor.sleep(ms)
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.executor.spawn(task);
    }

    fn part_sizes(&self) -> &'static PartSizes {
        self.part_sizes.get()
    }

    fn send(&self, message: FromWorker) {
        self.sent.borrow_mut().push((self.executor.now(), message));
    }
}

/// Where a new rig's clock stands.
pub const START_MS: u64 = 1_800_000_000_000;

pub struct Rig {
    pub executor: Executor,
    pub net: SimNet,
    pub disk: Rc<RefCell<Disk>>,
    pub kept: Rc<RefCell<Kept>>,
    pub weights: SimWeights,
    pub records: SimRecords,
    pub hasher_is_mute: Rc<Cell<bool>>,
    pub part_sizes: Rc<Cell<&'static PartSizes>>,
    pub hasher_lag_ms: Rc<Cell<u64>>,
    pub sent: Rc<RefCell<Vec<(u64, FromWorker)>>>,
    pub worker: Worker<SimPorts>,
    /// What was said before the last start.
    former: Cell<usize>,
}

impl Rig {
    /// A worker with an empty disk, and a server that follows `script`.
    pub fn new(script: impl FnMut(&Asked) -> Reply + 'static) -> Self {
        let executor = Executor::starting_at(START_MS);
        let net = SimNet::new(&executor, script);
        Self::on(executor, net, &Rc::default(), &Rc::default(), 1)
    }

    /// A worker whose server has `bytes` and no faults.
    pub fn serving(bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        Self::new(move |asked| Reply::to(asked, &bytes))
    }

    /// A worker whose server gives these replies in order, and is then gone.
    pub fn replying(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies: std::collections::VecDeque<_> = replies.into_iter().collect();
        Self::new(move |_| replies.pop_front().unwrap_or_else(Reply::unreachable))
    }

    /// A worker on what a former one has left behind.
    pub fn on(
        executor: Executor,
        net: SimNet,
        disk: &Rc<RefCell<Disk>>,
        kept: &Rc<RefCell<Kept>>,
        seed: u64,
    ) -> Self {
        let weights = SimWeights::new(&executor, disk);
        let records = SimRecords::new(&executor, disk, kept);
        let (hasher_is_mute, hasher_lag_ms) = <(Rc<Cell<bool>>, Rc<Cell<u64>>)>::default();
        let hasher = SimHasher {
            executor: executor.clone(),
            local: LocalHasher::default(),
            mute: Rc::clone(&hasher_is_mute),
            lag_ms: Rc::clone(&hasher_lag_ms),
        };
        let sent = Rc::default();
        let part_sizes = Rc::new(Cell::new(&PartSizes::EAGER));
        let ports = SimPorts {
            executor: executor.clone(),
            dice: RefCell::new(Dice(seed)),
            sent: Rc::clone(&sent),
            part_sizes: Rc::clone(&part_sizes),
        };
        let worker = Worker::new(
            ports,
            net.clone(),
            weights.clone(),
            records.clone(),
            hasher,
            WeightsBackEnd::Opfs,
        );
        Self {
            executor,
            net,
            disk: Rc::clone(disk),
            kept: Rc::clone(kept),
            weights,
            records,
            hasher_is_mute,
            part_sizes,
            hasher_lag_ms,
            sent,
            worker,
            former: Cell::new(0),
        }
    }

    /// The worker dies without a word; another one comes up on what is left. Files are as a killed tab leaves them:
    /// written, if not flushed.
    pub fn killed(self) -> Self {
        let Self {
            executor,
            net,
            disk,
            kept,
            worker,
            part_sizes,
            ..
        } = self;
        executor.kill();
        drop(worker);
        disk.borrow_mut().open.clear();
        let this = Self::on(executor, net, &disk, &kept, 2);
        this.part_sizes.set(part_sizes.get());
        this
    }

    pub fn tell(&self, message: ToWorker) {
        self.worker.handle(message);
        self.executor.settle();
    }

    pub fn hello(&self) {
        self.tell(ToWorker::Hello {
            namespace: "test".to_owned(),
        });
    }

    pub fn start(&self, files: &[ModelFile]) -> Ticket {
        self.start_as(ticket(1), files)
    }

    pub fn start_as(&self, ticket: Ticket, files: &[ModelFile]) -> Ticket {
        self.former.set(self.sent.borrow().len());
        let model = ModelId::new("test-model").unwrap();
        self.tell(ToWorker::Start {
            ticket,
            model,
            files: files.to_vec(),
        });
        ticket
    }

    pub fn stop(&self, ticket: Ticket, keep: bool) {
        self.tell(ToWorker::Stop { ticket, keep });
    }

    pub fn advance(&self, ms: u64) {
        self.executor.advance(ms, || true);
    }

    pub fn advance_seconds(&self, seconds: u64) {
        self.advance(seconds * 1000);
    }

    /// Lets time go by until the transfer has ended, at most so long.
    pub fn finish_within_seconds(&self, seconds: u64) {
        self.executor.advance(seconds * 1000, || self.end().is_none());
    }

    pub fn messages(&self) -> Vec<FromWorker> {
        self.sent
            .borrow()
            .iter()
            .map(|(_, message)| message.clone())
            .collect()
    }

    /// The last `Finished` or `Failed` since the last start.
    pub fn end(&self) -> Option<Result<Vec<StoredFile>, Failure>> {
        self.sent
            .borrow()
            .iter()
            .skip(self.former.get().min(self.sent.borrow().len()))
            .rev()
            .find_map(|(_, message)| match message {
                FromWorker::Finished { files, .. } => Some(Ok(files.clone())),
                FromWorker::Failed { failure, .. } => Some(Err(failure.clone())),
                _ => None,
            })
    }

    pub fn finished(&self) -> Vec<StoredFile> {
        self.end().expect("it has ended").expect("it has finished")
    }

    pub fn failure(&self) -> Failure {
        self.end().expect("it has ended").expect_err("it has failed")
    }

    pub fn failure_code(&self) -> ErrorCode {
        self.failure().code
    }

    pub fn offsets(&self) -> Vec<u64> {
        self.net
            .log
            .asked
            .borrow()
            .iter()
            .map(|asked| asked.offset)
            .collect()
    }

    pub fn asked_at(&self) -> Vec<u64> {
        self.net
            .log
            .asked
            .borrow()
            .iter()
            .map(|asked| asked.at_ms - START_MS)
            .collect()
    }

    pub fn sent_bytes(&self) -> u64 {
        self.net.log.sent_bytes.get()
    }

    pub fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.disk
            .borrow()
            .blobs
            .get(digest)
            .map(|file| file.written.clone())
    }

    pub fn has_partials(&self) -> bool {
        !self.disk.borrow().ingests.is_empty()
    }

    pub fn has_journal(&self) -> bool {
        !self.kept.borrow().entries.is_empty()
    }

    /// I1, and that nothing else is left of a finished transfer.
    pub fn check_committed(&self, bytes: &[u8]) {
        let digest = digest(bytes);
        assert!(
            self.blob(&digest).as_deref() == Some(bytes),
            "the blob is not the file"
        );
        assert!(!self.has_partials(), "an ingest file is left");
        assert!(!self.has_journal(), "a journal entry is left");
        assert!(self.disk.borrow().open.is_empty(), "a file is still open");
    }

    pub fn progress(&self) -> Vec<(u64, u64, bool)> {
        let of = |(at, message): &(u64, FromWorker)| match message {
            FromWorker::Progress {
                downloaded_bytes,
                restarted,
                ..
            } => Some((at - START_MS, *downloaded_bytes, *restarted)),
            _ => None,
        };
        self.sent.borrow().iter().filter_map(of).collect()
    }
}

pub fn ticket(epoch: u64) -> Ticket {
    Ticket {
        job: JobId::from_number(1),
        epoch,
    }
}
