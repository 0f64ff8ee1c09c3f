//! A network that does what a test wrote down: heads, chunks, cuts, pauses, silence.
//!
//! Each request is shown to the script, which gives an [`Answer`]; the body then plays its steps one read at a time.
//! Nothing happens by itself and nothing takes time: a [`Gate`] that is not opened is silence for ever, until an
//! abort.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::{Abort, Body, Chunk, Net, NetError, ResponseHead};

/// A chunk of bytes in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedChunk(pub Vec<u8>);

impl Chunk for ScriptedChunk {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn copy_to(&self, target: &mut [u8]) {
        target.copy_from_slice(&self.0);
    }
}

/// Holds an answer back until a test opens it.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    state: Rc<(Cell<bool>, RefCell<Vec<Waker>>)>,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everything through from now on.
    pub fn open(&self) {
        self.state.0.set(true);
        self.state.1.take().into_iter().for_each(Waker::wake);
    }

    fn is_open(&self) -> bool {
        self.state.0.get()
    }

    fn watch(&self, waker: &Waker) {
        self.state.1.borrow_mut().push(waker.clone());
    }
}

/// One thing a body does.
#[derive(Debug, Clone)]
pub enum Step {
    /// Gives a chunk.
    Bytes(Vec<u8>),
    /// Waits at a gate; with a gate no one opens, a stall.
    Wait(Gate),
    /// Breaks off.
    Cut,
}

/// What a request is answered with.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The head, or why none comes.
    pub head: Result<ResponseHead, NetError>,
    /// Holds the head back.
    pub gate: Option<Gate>,
    /// The body. After the last step it ends cleanly.
    pub steps: VecDeque<Step>,
}

impl Answer {
    /// A correct 206: `file` from `offset` on, in chunks of `chunk_bytes`.
    ///
    /// # Panics
    /// If `offset` is behind the end of `file`, or `chunk_bytes` is 0.
    pub fn partial(file: &[u8], offset: u64, chunk_bytes: usize) -> Self {
        let (start, len) = (usize::try_from(offset).unwrap_or(usize::MAX), file.len());
        let head = ResponseHead {
            status: 206,
            content_range: Some(format!("bytes {start}-{}/{len}", len.saturating_sub(1))),
            content_length: Some((len - start).to_string()),
            ..ResponseHead::default()
        };
        Self::new(head).bytes(&file[start..], chunk_bytes)
    }

    /// A 200 with the whole of `file`, as a server gives that ignores ranges.
    ///
    /// # Panics
    /// If `chunk_bytes` is 0.
    pub fn whole(file: &[u8], chunk_bytes: usize) -> Self {
        let content_length = Some(file.len().to_string());
        Self::new(ResponseHead {
            status: 200,
            content_length,
            ..ResponseHead::default()
        })
        .bytes(file, chunk_bytes)
    }

    /// A head of only a status, and no body.
    pub fn status(status: u16) -> Self {
        Self::new(ResponseHead {
            status,
            ..ResponseHead::default()
        })
    }

    /// No head at all.
    pub fn failed(error: NetError) -> Self {
        Self {
            head: Err(error),
            gate: None,
            steps: VecDeque::new(),
        }
    }

    /// Nothing ever, until an abort.
    pub fn hang() -> Self {
        Self {
            gate: Some(Gate::new()),
            ..Self::status(0)
        }
    }

    /// This head, and no body yet.
    pub fn new(head: ResponseHead) -> Self {
        Self {
            head: Ok(head),
            gate: None,
            steps: VecDeque::new(),
        }
    }

    /// The same, its head changed.
    #[must_use]
    pub fn with_head(mut self, change: impl FnOnce(&mut ResponseHead)) -> Self {
        if let Ok(head) = &mut self.head {
            change(head);
        }
        self
    }

    /// The same, then `bytes` in chunks.
    ///
    /// # Panics
    /// If `chunk_bytes` is 0.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8], chunk_bytes: usize) -> Self {
        self.steps
            .extend(bytes.chunks(chunk_bytes).map(|chunk| Step::Bytes(chunk.to_vec())));
        self
    }

    /// Gives the head when its time has come.
    pub(super) async fn play(self, abort: &ScriptedAbort) -> Result<(ResponseHead, ScriptedBody), NetError> {
        abort.check()?;
        if let Some(gate) = &self.gate {
            abort.pass(gate).await?;
        }
        let body = ScriptedBody {
            steps: self.steps,
            abort: abort.clone(),
        };
        self.head.map(|head| (head, body))
    }

    /// The same, but only the first `chunks` steps of it, then `step`: `partial(..).after(3, Step::Cut)`.
    #[must_use]
    pub fn after(mut self, chunks: usize, step: Step) -> Self {
        self.steps.truncate(chunks);
        self.steps.push_back(step);
        self
    }

    /// The same with `step` put in after the first `chunks` steps, the rest following.
    #[must_use]
    pub fn insert(mut self, chunks: usize, step: Step) -> Self {
        self.steps.insert(chunks.min(self.steps.len()), step);
        self
    }
}

/// A request as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The URL.
    pub url: String,
    /// From which byte on.
    pub offset: u64,
    /// The byte after the last one asked for, where not the whole rest was.
    pub end: Option<u64>,
}

type Script = dyn FnMut(&Request) -> Answer;

/// Answers requests by a script. Clones share it.
#[derive(Clone)]
pub struct ScriptedNet {
    script: Rc<RefCell<Script>>,
    requests: Rc<RefCell<Vec<Request>>>,
}

impl ScriptedNet {
    /// A network that asks `script` for each answer.
    pub fn new(script: impl FnMut(&Request) -> Answer + 'static) -> Self {
        Self {
            script: Rc::new(RefCell::new(script)),
            requests: Rc::default(),
        }
    }

    /// A network that gives these answers in order, and after them [`NetError::Failed`].
    pub fn answers(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: VecDeque<_> = answers.into_iter().collect();
        let over = || {
            Answer::failed(NetError::Failed {
                message: "the script is over".to_owned(),
            })
        };
        Self::new(move |_| answers.pop_front().unwrap_or_else(over))
    }

    /// The requests made so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }
}

/// Stops a scripted request.
#[derive(Debug, Clone, Default)]
pub struct ScriptedAbort {
    stopped: Gate,
}

impl Abort for ScriptedAbort {
    fn abort(&self) {
        self.stopped.open();
    }
}

impl ScriptedAbort {
    fn check(&self) -> Result<(), NetError> {
        if self.stopped.is_open() {
            Err(NetError::Aborted)
        } else {
            Ok(())
        }
    }

    /// Whether it was stopped.
    pub fn is_aborted(&self) -> bool {
        self.stopped.is_open()
    }

    /// Waits for `gate`, or fails as soon as this is aborted.
    async fn pass(&self, gate: &Gate) -> Result<(), NetError> {
        poll_fn(|context| {
            if self.stopped.is_open() || gate.is_open() {
                return Poll::Ready(self.check());
            }
            self.stopped.watch(context.waker());
            gate.watch(context.waker());
            Poll::Pending
        })
        .await
    }
}

impl Net for ScriptedNet {
    type Chunk = ScriptedChunk;
    type Body = ScriptedBody;
    type Abort = ScriptedAbort;

    fn abort_handle(&self) -> ScriptedAbort {
        ScriptedAbort::default()
    }

    async fn get(
        &self,
        url: &str,
        offset: u64,
        end: Option<u64>,
        abort: &ScriptedAbort,
    ) -> Result<(ResponseHead, ScriptedBody), NetError> {
        abort.check()?;
        let request = Request {
            url: url.to_owned(),
            offset,
            end,
        };
        self.requests.borrow_mut().push(request.clone());
        let answer = (self.script.borrow_mut())(&request);
        answer.play(abort).await
    }

    /// Nothing is scripted for a probe: there is nobody.
    async fn probe(&self, _url: &str) -> bool {
        false
    }
}

/// The rest of a scripted answer.
#[derive(Debug)]
pub struct ScriptedBody {
    steps: VecDeque<Step>,
    abort: ScriptedAbort,
}

impl Body for ScriptedBody {
    type Chunk = ScriptedChunk;

    async fn read(&mut self, spare: Option<ScriptedChunk>) -> Result<Option<ScriptedChunk>, NetError> {
        drop(spare);
        loop {
            self.abort.check()?;
            match self.steps.pop_front() {
                None => return Ok(None),
                Some(Step::Bytes(bytes)) => return Ok(Some(ScriptedChunk(bytes))),
                // Kept, so that a read that is dropped while it waits does not open the gate.
                Some(Step::Wait(gate)) if !gate.is_open() => {
                    self.steps.push_front(Step::Wait(gate.clone()));
                    self.abort.pass(&gate).await?;
                }
                Some(Step::Wait(_)) => {}
                Some(Step::Cut) => {
                    self.steps = VecDeque::from([Step::Cut]);
                    return Err(NetError::Cut {
                        message: "cut by the script".to_owned(),
                    });
                }
            }
        }
    }
}
