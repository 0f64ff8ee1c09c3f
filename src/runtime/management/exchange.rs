//! One call to a server: sent, its answer fed to who reads it, with limits on how long that may take.
//!
//! The call is made while nobody waits for anything else; what it is about (a chat, a pull, a list) does not matter here.
//! Whoever gives up a call aborts it with its stop button, and what the server still sends is not read.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use super::ports::Ports;
use super::vault::Signer;
use crate::net::call::{CallRequest, Calls};
use crate::net::{Abort, Body, Chunk, NetError};
use crate::providers::answer::MAX_ANSWER_BYTES;
use crate::providers::request::{Expects, HttpRequest};
use crate::providers::{Call, Decoder, Head, ProviderError, Reading};

/// The stop button of the ports.
pub(super) type AbortOf<P> = <<P as Ports>::Net as Calls>::Abort;

/// A gap between two looks at the clock counts as at most this much silence: after a sleep of the machine, or with
/// throttled timers, the server is not to blame.
const LONGEST_TICK_MS: u64 = 5_000;
/// How often the clock is looked at.
const TICK_MS: u64 = 250;

/// Takes an answer in pieces.
trait Feed {
    /// Takes the head.
    fn head(&mut self, head: Head) -> Reading;
    /// Takes a piece of the body.
    fn bytes(&mut self, bytes: &[u8]) -> Reading;
    /// Some time went by, whether anything came or not.
    fn tick(&mut self) {}
}

/// Why there is no whole answer, for reasons that are not the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// We stopped it.
    Aborted,
    /// No head came. The browser's own words.
    NoAnswer(String),
    /// The body broke off. The browser's own words.
    Cut(String),
    /// It took too long.
    Silent,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It broke on the way.
    Broken(Broken),
    /// The server refused, or sent something else.
    Refused(ProviderError),
}

impl Broken {
    /// The same, without keys in the browser's words.
    fn without_keys(self, signer: &Signer) -> Self {
        match self {
            Self::NoAnswer(words) => Self::NoAnswer(signer.words(words)),
            Self::Cut(words) => Self::Cut(signer.words(words)),
            Self::Aborted | Self::Silent => self,
        }
    }
}

impl From<Broken> for Trouble {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<ProviderError> for Trouble {
    fn from(error: ProviderError) -> Self {
        Self::Refused(error)
    }
}

/// How long a call may take, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// For its head.
    head: u64,
    /// For a silence within its body.
    silence: u64,
    /// For all of it.
    whole: u64,
}

impl Limits {
    /// Of a request: what streams has the patience of its kind, all else the time the configuration gives it.
    pub(super) fn of(request: &HttpRequest, timeout_seconds: u32) -> Self {
        match request.expects {
            Expects::Stream => Self {
                head: request.patience.head_ms().into(),
                silence: request.patience.silence_ms().into(),
                whole: u64::MAX,
            },
            Expects::Json => Self::within(u64::from(timeout_seconds) * 1_000),
        }
    }

    /// So long for all of it.
    pub(super) fn within(ms: u64) -> Self {
        Self {
            head: ms,
            silence: ms,
            whole: ms,
        }
    }
}

/// Counts silence.
struct Watch {
    last: u64,
    silent_ms: u64,
    whole_ms: u64,
}

/// What came first.
enum First<T> {
    Done(T),
    Late,
}

/// Waits for a future or for a moment, whichever comes first. The future goes on where it was the next time.
async fn first<T>(future: Pin<&mut impl Future<Output = T>>, moment: impl Future<Output = ()>) -> First<T> {
    let (mut future, mut moment) = (future, pin!(moment));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(First::Done(value)),
        Poll::Pending => moment.as_mut().poll(context).map(|()| First::Late),
    })
    .await
}

/// What a future gives, or nothing if that takes longer.
pub(super) async fn within<P: Ports, T>(ports: &P, ms: u64, future: impl Future<Output = T>) -> Option<T> {
    match first(pin!(future), ports.sleep(ms)).await {
        First::Done(value) => Some(value),
        First::Late => None,
    }
}

impl Watch {
    fn looked<P: Ports>(&mut self, ports: &P) {
        let now = ports.now().ms;
        let gap = now.saturating_sub(self.last).min(LONGEST_TICK_MS);
        self.last = now;
        self.silent_ms += gap;
        self.whole_ms += gap;
    }

    /// Waits for a future, looking at the clock in between.
    async fn over<P: Ports, T>(
        &mut self,
        ports: &P,
        silence_ms: u64,
        limits: Limits,
        feed: &mut dyn Feed,
        future: impl Future<Output = T>,
    ) -> Result<T, Broken> {
        let mut future = pin!(future);
        self.silent_ms = 0;
        loop {
            let reached = first(future.as_mut(), ports.sleep(TICK_MS)).await;
            self.looked(ports);
            if let First::Done(value) = reached {
                return Ok(value);
            }
            feed.tick();
            if self.silent_ms >= silence_ms || self.whole_ms >= limits.whole {
                return Err(Broken::Silent);
            }
        }
    }
}

/// Sends a request and feeds its answer until it ends or enough of it was read. What came too late is closed.
async fn exchange<P: Ports>(
    ports: &P,
    signer: &Signer,
    request: HttpRequest,
    limits: Limits,
    abort: &AbortOf<P>,
    feed: &mut dyn Feed,
) -> Result<(), Broken> {
    let outcome = converse(ports, signer, request, limits, abort, feed).await;
    if outcome == Err(Broken::Silent) {
        abort.abort();
    }
    outcome
}

async fn converse<P: Ports>(
    ports: &P,
    signer: &Signer,
    request: HttpRequest,
    limits: Limits,
    abort: &AbortOf<P>,
    feed: &mut dyn Feed,
) -> Result<(), Broken> {
    let mut watch = Watch {
        last: ports.now().ms,
        silent_ms: 0,
        whole_ms: 0,
    };
    // What is read as a whole may be stored: a key that a server echoes is taken out of it before.
    let mut gathers = request.expects == Expects::Json && !signer.is_idle();
    let call = ports.net().call(on_the_wire(request, signer), abort);
    let (head, mut body) = watch
        .over(ports, limits.head, limits, feed, call)
        .await?
        .map_err(broken)?;
    let head = Head {
        status: head.status,
        content_type: head.content_type,
        retry_after: head.retry_after,
        link: head.link,
        error_code: head.error_code,
        error_message: head.error_message,
    };
    let (mut reading, mut spare) = (feed.head(head), None);
    let (mut bytes, mut gathered) = (Vec::new(), Vec::new());
    while reading == Reading::More {
        let read = body.read(spare.take());
        let read = watch.over(ports, limits.silence, limits, feed, read).await?;
        let Some(chunk) = read.map_err(broken)? else {
            if gathers {
                let _ = feed.bytes(signer.without(&gathered).as_deref().unwrap_or(&gathered));
            }
            return Ok(());
        };
        bytes.resize(chunk.len(), 0);
        chunk.copy_to(&mut bytes);
        spare = Some(chunk);
        if !gathers {
            reading = feed.bytes(&bytes);
            continue;
        }
        gathered.extend_from_slice(&bytes);
        if gathered.len() > MAX_ANSWER_BYTES {
            // Nothing is made of it anyway.
            gathers = false;
            reading = feed.bytes(&gathered);
        }
    }
    Ok(())
}

fn on_the_wire(request: HttpRequest, signer: &Signer) -> CallRequest {
    let key = signer.sign(&request);
    let mut headers = Vec::with_capacity(request.headers.len());
    for (header, value) in request.headers {
        headers.push((header.name(), *value));
    }
    CallRequest {
        method: request.method.name(),
        url: request.url,
        headers,
        key,
        body: request.body,
        zone: request.zone,
    }
}

fn broken(error: NetError) -> Broken {
    match error {
        NetError::Failed { message } => Broken::NoAnswer(message),
        NetError::Cut { message } => Broken::Cut(message),
        NetError::Aborted => Broken::Aborted,
        NetError::InvalidUrl => Broken::NoAnswer("this is no address".to_owned()),
    }
}

/// Who hears what a decoder gives on the way.
pub(super) trait Listen<I> {
    /// What came with one piece; never empty.
    fn items(&mut self, items: &mut Vec<I>);
    /// Some time went by.
    fn tick(&mut self) {}
}

/// Nobody.
pub(super) struct Nobody;

impl<I> Listen<I> for Nobody {
    fn items(&mut self, _: &mut Vec<I>) {}
}

/// Feeds a decoder.
struct Decoding<'l, D: Decoder> {
    decoder: D,
    items: Vec<D::Item>,
    listener: &'l mut dyn Listen<D::Item>,
}

impl<D: Decoder> Decoding<'_, D> {
    fn tell(&mut self) {
        if !self.items.is_empty() {
            self.listener.items(&mut self.items);
            self.items.clear();
        }
    }
}

impl<D: Decoder> Feed for Decoding<'_, D> {
    fn head(&mut self, head: Head) -> Reading {
        self.decoder.head(head)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Reading {
        let reading = self.decoder.bytes(bytes, &mut self.items);
        self.tell();
        reading
    }

    fn tick(&mut self) {
        self.listener.tick();
    }
}

/// Makes a call, signed, and gives what its answer comes to, without keys; what comes on the way goes to `listener`.
pub(super) async fn ask<P: Ports, D: Decoder>(
    ports: &P,
    signer: &Signer,
    call: Call<D>,
    limits: Limits,
    abort: &AbortOf<P>,
    listener: &mut dyn Listen<D::Item>,
) -> Result<D::End, Trouble> {
    let Call { request, decoder } = call;
    let mut decoding = Decoding {
        decoder,
        items: Vec::new(),
        listener,
    };
    let outcome = exchange(ports, signer, request, limits, abort, &mut decoding).await;
    if let Err(broken) = outcome
        // What broke off after its last word has said all.
        && (broken == Broken::Aborted || !decoding.decoder.may_end())
    {
        return Err(broken.without_keys(signer).into());
    }
    let Decoding {
        decoder,
        mut items,
        listener,
    } = decoding;
    let end = decoder.end(&mut items);
    if !items.is_empty() {
        listener.items(&mut items);
    }
    Ok(end.map_err(|error| signer.error(error))?)
}
