//! The network of a browser: `fetch`, and the body through a BYOB reader whose buffer goes round.
//!
//! A request asks for a range even from byte 0, which keeps the answer uncompressed; it goes past the HTTP cache,
//! which would write the body to the disk a second time and would keep a damaged one; it sends no cookies and no
//! referrer. Only `Range` is added, so that no preflight is needed.

use gloo_net::http::{Headers, Request, Response};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, AbortSignal, ReadableStream, ReferrerPolicy, RequestCache, RequestCredentials, Url,
};

use super::browser_call::plain_options;
use super::browser_chunk::BrowserChunk;
use super::{Abort, Body, Chunk, Net, NetError, ResponseHead};
use crate::engine::Zone;
use crate::js;

/// How long a buffer for reading is. From 256 KiB to 4 MiB there is little between them, nor does a `min` for each
/// read help: it makes fewer, larger reads at the same speed, and on a slow line keeps bytes back. The fall-back
/// reader chooses its own length.
const BUFFER_BYTES: u32 = 1 << 20;

/// How long a probe may take.
const PROBE_PATIENCE_MS: u32 = 10_000;

/// Sends requests with `fetch`, from a page or a worker.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserNet;

/// Stops a request of [`BrowserNet`].
#[derive(Debug, Clone)]
pub struct BrowserAbort {
    /// None only where a browser has no such thing; then nothing can be stopped.
    controller: Option<AbortController>,
}

impl Abort for BrowserAbort {
    fn abort(&self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

impl BrowserAbort {
    pub(super) fn new() -> Self {
        Self {
            controller: AbortController::new().ok(),
        }
    }

    pub(super) fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    fn is_aborted(&self) -> bool {
        self.signal().is_some_and(|signal| signal.aborted())
    }
}

/// Why no answer came.
pub(super) fn failed(abort: &BrowserAbort, error: &JsValue) -> NetError {
    if abort.is_aborted() {
        NetError::Aborted
    } else {
        NetError::Failed {
            message: without_url(js::error_text(error)),
        }
    }
}

/// What a browser says about a failure. Some put the whole URL into it, which may hold a secret.
fn without_url(message: String) -> String {
    if message.contains("://") {
        "the request failed".to_owned()
    } else {
        message
    }
}

fn head(status: u16, headers: &Headers) -> ResponseHead {
    ResponseHead {
        status,
        content_range: headers.get("content-range"),
        content_length: headers.get("content-length"),
        content_type: headers.get("content-type"),
        etag: headers.get("etag"),
        retry_after: headers.get("retry-after"),
        ..ResponseHead::default()
    }
}

impl Net for BrowserNet {
    type Chunk = BrowserChunk;
    type Body = BrowserBody;
    type Abort = BrowserAbort;

    fn abort_handle(&self) -> BrowserAbort {
        BrowserAbort::new()
    }

    async fn get(
        &self,
        url: &str,
        offset: u64,
        end: Option<u64>,
        abort: &BrowserAbort,
    ) -> Result<(ResponseHead, BrowserBody), NetError> {
        let parsed = Url::new(url).map_err(|_| NetError::InvalidUrl)?;
        if !matches!(parsed.protocol().as_str(), "http:" | "https:") {
            return Err(NetError::InvalidUrl);
        }
        let last = end.map_or_else(String::new, |end| end.saturating_sub(1).to_string());
        let signal = abort.signal();
        let request = Request::get(url)
            .header("Range", &format!("bytes={offset}-{last}"))
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::Omit)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .abort_signal(signal.as_ref());
        // A URL with a user and a password parses, but cannot be asked.
        let request = request.build().map_err(|_| NetError::InvalidUrl)?;
        let request = web_sys::Request::from(request);
        // Not `Request::send`, which panics if what answers is a page's own `fetch` and rejects with a plain text.
        let answer = js::call_async(&js_sys::global(), "fetch", &[&request]).await;
        let answer = answer
            .and_then(JsCast::dyn_into::<web_sys::Response>)
            .map_err(|error| failed(abort, &error))?;
        BrowserBody::of(answer, abort)
    }

    async fn probe(&self, url: &str) -> bool {
        let online = js::global("navigator").and_then(|navigator| js::property(&navigator, "onLine"));
        if online.is_some_and(|online| online.is_falsy()) {
            return false;
        }
        answers_at(url, Zone::Public).await
    }
}

/// Whether anything answers. An answer to a request without CORS is opaque, so no server has to allow it.
pub(super) async fn answers_at(url: &str, zone: Zone) -> bool {
    let abort = BrowserAbort::new();
    let options = plain_options("HEAD", url, zone, &abort).and_then(|options| {
        Reflect::set(&options, &"mode".into(), &"no-cors".into())?;
        Ok(options)
    });
    let Ok(options) = options else { return false };
    let (scope, url) = (js_sys::global(), url.into());
    let arguments: [&JsValue; 2] = [&url, &options];
    let answer = js::call_async(&scope, "fetch", &arguments);
    let answered = js::within(PROBE_PATIENCE_MS, answer).await;
    abort.abort();
    matches!(answered, Some(Ok(_)))
}

/// The reader of a stream, and whether it fills a buffer it is given.
#[derive(Debug)]
struct Reader {
    reader: JsValue,
    takes_buffer: bool,
}

impl Reader {
    fn of(stream: &ReadableStream) -> Result<Self, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"byob".into())?;
        if let Ok(reader) = js::call(stream, "getReader", &[&options]) {
            return Ok(Self {
                reader,
                takes_buffer: true,
            });
        }
        Ok(Self {
            reader: js::call(stream, "getReader", &[])?,
            takes_buffer: false,
        })
    }

    /// The next chunk, or `None` at the end.
    async fn read(&self, spare: Option<BrowserChunk>) -> Result<Option<BrowserChunk>, JsValue> {
        let result = if self.takes_buffer {
            // A buffer that was given away is empty, and one from elsewhere may be short.
            let spare = spare
                .map(|chunk| chunk.buffer())
                .filter(|buffer| buffer.byte_length() >= BUFFER_BYTES);
            let buffer = spare.map_or_else(
                || Uint8Array::new_with_length(BUFFER_BYTES),
                |spare| Uint8Array::new(&spare),
            );
            js::call_async(&self.reader, "read", &[&buffer]).await?
        } else {
            js::call_async(&self.reader, "read", &[]).await?
        };
        let done = js::property(&result, "done").is_some_and(|done| done.is_truthy());
        let view = js::property(&result, "value").and_then(|value| value.dyn_into::<Uint8Array>().ok());
        Ok(view.filter(|_| !done).map(BrowserChunk::from_view))
    }
}

/// The rest of an answer. Dropping it closes the connection.
#[derive(Debug)]
pub struct BrowserBody {
    reader: Option<Reader>,
    abort: BrowserAbort,
}

impl BrowserBody {
    /// The head and the body of an answer.
    pub(super) fn of(
        answer: web_sys::Response,
        abort: &BrowserAbort,
    ) -> Result<(ResponseHead, Self), NetError> {
        let response = Response::from(answer);
        let head = head(response.status(), &response.headers());
        let reader = response
            .body()
            .map(|stream| Reader::of(&stream))
            .transpose()
            .map_err(|error| NetError::Failed {
                message: without_url(js::error_text(&error)),
            })?;
        let abort = abort.clone();
        Ok((head, Self { reader, abort }))
    }
}

impl Body for BrowserBody {
    type Chunk = BrowserChunk;

    async fn read(&mut self, mut spare: Option<BrowserChunk>) -> Result<Option<BrowserChunk>, NetError> {
        loop {
            if self.abort.is_aborted() {
                return Err(NetError::Aborted);
            }
            let Some(reader) = &self.reader else {
                return Ok(None);
            };
            match reader.read(spare.take()).await {
                Ok(Some(chunk)) if chunk.is_empty() => {}
                Ok(chunk) => return Ok(chunk),
                Err(_) if self.abort.is_aborted() => return Err(NetError::Aborted),
                Err(error) => {
                    return Err(NetError::Cut {
                        message: without_url(js::error_text(&error)),
                    });
                }
            }
        }
    }
}

impl Drop for BrowserBody {
    fn drop(&mut self) {
        if let Some(Reader { reader, .. }) = self.reader.take() {
            // Waiting for it in a task: a rejection no one looks at would be reported as an error of the page.
            js::spawn(async move { js::call_async(&reader, "cancel", &[]).await.map_or((), drop) });
        }
    }
}
