//! A server that does what a script says, in virtual time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use modelyard::net::{Abort, Body, Net, NetError, ResponseHead};

use super::Bytes;
use super::executor::Executor;

/// One thing a body does.
#[derive(Debug, Clone)]
pub enum Step {
    Bytes(Vec<u8>),
    Pause(u64),
    Stall,
    Cut,
}

/// What a request is answered with. After the last step the body ends cleanly.
#[derive(Debug, Clone)]
pub struct Reply {
    pub head: Result<ResponseHead, NetError>,
    /// The head never comes.
    pub silent: bool,
    pub steps: VecDeque<Step>,
}

impl Reply {
    pub fn of(status: u16) -> Self {
        let head = ResponseHead {
            status,
            ..ResponseHead::default()
        };
        Self {
            head: Ok(head),
            silent: false,
            steps: VecDeque::new(),
        }
    }

    pub fn unreachable() -> Self {
        let error = NetError::Failed {
            message: "Failed to fetch".to_owned(),
        };
        Self {
            head: Err(error),
            ..Self::of(0)
        }
    }

    pub fn silent() -> Self {
        Self {
            silent: true,
            ..Self::of(0)
        }
    }

    /// A correct answer to a request for `file` from `offset` on, in chunks of 64 KiB.
    pub fn partial(file: &[u8], offset: u64) -> Self {
        let from = usize::try_from(offset).unwrap();
        if from >= file.len() {
            return Self::of(416).with(|head| head.content_range = Some(format!("bytes */{}", file.len())));
        }
        Self::of(206)
            .with(|head| head.content_range = Some(format!("bytes {from}-{}/{}", file.len() - 1, file.len())))
            .body(&file[from..])
    }

    /// A correct answer to a request that may name an end.
    pub fn to(asked: &Asked, file: &[u8]) -> Self {
        let Some(end) = asked.end.filter(|end| *end < file.len() as u64) else {
            return Self::partial(file, asked.offset);
        };
        let from = usize::try_from(asked.offset).unwrap();
        Self::of(206)
            .with(|head| head.content_range = Some(format!("bytes {from}-{}/{}", end - 1, file.len())))
            .body(&file[from..usize::try_from(end).unwrap()])
    }

    /// A correct answer of a server that ignores ranges.
    pub fn whole(file: &[u8]) -> Self {
        Self::of(200).body(file)
    }

    pub fn with(mut self, change: impl FnOnce(&mut ResponseHead)) -> Self {
        change(self.head.as_mut().unwrap());
        self
    }

    pub fn etag(self, etag: &str) -> Self {
        self.with(|head| head.etag = Some(etag.to_owned()))
    }

    pub fn body(mut self, bytes: &[u8]) -> Self {
        self.steps = bytes
            .chunks(64 * 1024)
            .map(|chunk| Step::Bytes(chunk.to_vec()))
            .collect();
        self
    }

    /// Only the first `bytes` of the body, then `step`.
    pub fn after(mut self, mut bytes: usize, step: Step) -> Self {
        let mut kept = VecDeque::new();
        while let Some(Step::Bytes(mut chunk)) = self.steps.pop_front() {
            chunk.truncate(bytes);
            bytes -= chunk.len();
            kept.push_back(Step::Bytes(chunk));
            if bytes == 0 {
                break;
            }
        }
        kept.retain(|step| !matches!(step, Step::Bytes(bytes) if bytes.is_empty()));
        kept.push_back(step);
        self.steps = kept;
        self
    }

    /// Only the first `bytes` of the body, then a clean end.
    pub fn ending_after(self, bytes: usize) -> Self {
        let mut this = self.after(bytes, Step::Cut);
        this.steps.pop_back();
        this
    }

    /// Only the first steps, then others.
    pub fn after_steps(mut self, steps: usize, others: impl IntoIterator<Item = Step>) -> Self {
        self.steps.truncate(steps);
        self.steps.extend(others);
        self
    }

    /// Only the first steps, then a clean end.
    pub fn ending_after_steps(mut self, steps: usize) -> Self {
        self.steps.truncate(steps);
        self
    }

    /// A pause before each chunk.
    pub fn paced(mut self, ms: u64) -> Self {
        self.steps = self
            .steps
            .into_iter()
            .flat_map(|step| [Step::Pause(ms), step])
            .collect();
        self
    }

    pub fn then(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

/// A request as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub url: String,
    pub offset: u64,
    pub end: Option<u64>,
    pub at_ms: u64,
}

type Script = Box<dyn FnMut(&Asked) -> Reply>;

#[derive(Default)]
pub struct Log {
    pub asked: RefCell<Vec<Asked>>,
    /// Bytes given to readers.
    pub sent_bytes: Cell<u64>,
    pub aborted: Cell<u64>,
    /// Whether a server is there whatever it answers, and how often someone looked.
    pub reachable: Cell<bool>,
    pub probes: Cell<u64>,
    /// How long after an abort a pending read still answers: a chunk that was on its way, or the abort.
    pub late_ms: Cell<u64>,
}

/// Clones are the same network.
#[derive(Clone)]
pub struct SimNet {
    executor: Executor,
    script: Rc<RefCell<Script>>,
    pub log: Rc<Log>,
}

impl SimNet {
    pub fn new(executor: &Executor, script: impl FnMut(&Asked) -> Reply + 'static) -> Self {
        Self {
            executor: executor.clone(),
            script: Rc::new(RefCell::new(Box::new(script))),
            log: Rc::default(),
        }
    }

    /// From now on the server does something else.
    pub fn set(&self, script: impl FnMut(&Asked) -> Reply + 'static) {
        *self.script.borrow_mut() = Box::new(script);
    }
}

#[derive(Clone, Default)]
pub struct SimAbort {
    state: Rc<(Cell<bool>, RefCell<Vec<Waker>>)>,
    log: Rc<Log>,
}

impl Abort for SimAbort {
    fn abort(&self) {
        if !self.state.0.replace(true) {
            self.log.aborted.set(self.log.aborted.get() + 1);
        }
        self.state.1.take().into_iter().for_each(Waker::wake);
    }
}

impl SimAbort {
    /// Waits until a time, or for ever, or for the abort.
    async fn wait(&self, executor: &Executor, until: Option<u64>) -> Result<(), NetError> {
        poll_fn(|context| {
            if self.state.0.get() {
                return Poll::Ready(Err(NetError::Aborted));
            }
            if until.is_some_and(|until| executor.now() >= until) {
                return Poll::Ready(Ok(()));
            }
            if let Some(until) = until {
                executor.wake_at(until, context.waker());
            }
            self.state.1.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

pub struct SimBody {
    executor: Executor,
    steps: VecDeque<Step>,
    abort: SimAbort,
    log: Rc<Log>,
}

impl SimBody {
    /// What a read gives that was under way when the request was stopped.
    async fn late(&mut self, aborted: NetError) -> Result<Option<Bytes>, NetError> {
        let late_ms = self.log.late_ms.get();
        if late_ms == 0 {
            return Err(aborted);
        }
        self.executor.sleep(late_ms).await;
        match self.steps.pop_front() {
            Some(Step::Bytes(bytes)) => Ok(Some(Bytes(bytes))),
            _ => Err(aborted),
        }
    }
}

impl Body for SimBody {
    type Chunk = Bytes;

    async fn read(&mut self, _spare: Option<Bytes>) -> Result<Option<Bytes>, NetError> {
        loop {
            if self.abort.state.0.get() {
                return Err(NetError::Aborted);
            }
            match self.steps.pop_front() {
                None => return Ok(None),
                Some(Step::Bytes(bytes)) => {
                    self.log
                        .sent_bytes
                        .set(self.log.sent_bytes.get() + bytes.len() as u64);
                    return Ok(Some(Bytes(bytes)));
                }
                Some(Step::Pause(ms)) => {
                    let until = self.executor.now() + ms;
                    if let Err(aborted) = self.abort.wait(&self.executor, Some(until)).await {
                        return self.late(aborted).await;
                    }
                }
                Some(Step::Stall) => {
                    if let Err(aborted) = self.abort.wait(&self.executor, None).await {
                        return self.late(aborted).await;
                    }
                }
                Some(Step::Cut) => {
                    return Err(NetError::Cut {
                        message: "network error".to_owned(),
                    });
                }
            }
        }
    }
}

impl Net for SimNet {
    type Chunk = Bytes;
    type Body = SimBody;
    type Abort = SimAbort;

    fn abort_handle(&self) -> SimAbort {
        SimAbort {
            log: Rc::clone(&self.log),
            ..SimAbort::default()
        }
    }

    async fn get(
        &self,
        url: &str,
        offset: u64,
        end: Option<u64>,
        abort: &SimAbort,
    ) -> Result<(ResponseHead, SimBody), NetError> {
        if abort.state.0.get() {
            return Err(NetError::Aborted);
        }
        let asked = Asked {
            url: url.to_owned(),
            offset,
            end,
            at_ms: self.executor.now(),
        };
        self.log.asked.borrow_mut().push(asked.clone());
        let reply = (self.script.borrow_mut())(&asked);
        if reply.silent
            && let Err(aborted) = abort.wait(&self.executor, None).await
        {
            self.executor.sleep(self.log.late_ms.get()).await;
            return Err(aborted);
        }
        let body = SimBody {
            executor: self.executor.clone(),
            steps: reply.steps,
            abort: abort.clone(),
            log: Rc::clone(&self.log),
        };
        reply.head.map(|head| (head, body))
    }

    async fn probe(&self, _url: &str) -> bool {
        self.log.probes.set(self.log.probes.get() + 1);
        self.executor.sleep(30).await;
        self.log.reachable.get()
    }
}
