//! The network ports: one GET of a file, its head, and its body in chunks ([`Net`]), and calls to servers that work for
//! us ([`call::Calls`]).
//!
//! `Scripted*` (native, tests) and `Browser*` (wasm32) implement them. Which answer is acceptable is for those who ask
//! to decide.

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod browser_call;
#[cfg(target_arch = "wasm32")]
pub mod browser_chunk;
pub mod call;
pub mod scripted;
pub mod scripted_calls;
pub mod signing;

/// A piece of a body that stays where the platform put it until someone asks for its bytes.
pub trait Chunk {
    /// Its length in bytes.
    fn len(&self) -> usize;

    /// Whether it holds nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies its bytes into `target`, which is as long as the chunk.
    fn copy_to(&self, target: &mut [u8]);
}

/// Why a request or its body failed, as far as a browser tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetError {
    /// No connection, name, TLS or CORS: a browser says the same for all of them.
    Failed {
        /// The browser's own words, without the URL.
        message: String,
    },
    /// The body broke off.
    Cut {
        /// The browser's own words, without the URL.
        message: String,
    },
    /// We stopped it.
    Aborted,
    /// The URL cannot be asked.
    InvalidUrl,
}

/// The head of an answer. What CORS hides is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseHead {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Range` as sent.
    pub content_range: Option<String>,
    /// `Content-Length` as sent; never trusted.
    pub content_length: Option<String>,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// `ETag` as sent.
    pub etag: Option<String>,
    /// `Retry-After` as sent.
    pub retry_after: Option<String>,
    /// `Link` as sent.
    pub link: Option<String>,
    /// `X-Error-Code` as sent.
    pub error_code: Option<String>,
    /// `X-Error-Message` as sent.
    pub error_message: Option<String>,
}

/// The body of an answer.
pub trait Body {
    /// The platform's chunk.
    type Chunk: Chunk;

    /// The next chunk, or `None` at the end. `spare` is a used chunk whose memory may be filled again.
    ///
    /// # Errors
    /// [`NetError::Cut`] when the body breaks off, [`NetError::Aborted`] after an abort.
    fn read(
        &mut self,
        spare: Option<Self::Chunk>,
    ) -> impl Future<Output = Result<Option<Self::Chunk>, NetError>>;
}

/// Stops a request, before or after its head has come. Dropping it stops nothing.
pub trait Abort: Clone {
    /// Stops it; later reads give [`NetError::Aborted`].
    fn abort(&self);
}

/// Sends requests.
pub trait Net {
    /// The platform's chunk.
    type Chunk: Chunk;
    /// The platform's body.
    type Body: Body<Chunk = Self::Chunk>;
    /// The platform's stop button.
    type Abort: Abort;

    /// A stop button for the next request.
    fn abort_handle(&self) -> Self::Abort;

    /// GET `url` from byte `offset` to the end, or to before `end`: `Range: bytes=<offset>-` always, also from 0, which
    /// keeps the answer uncompressed and shows at once whether ranges work. No cache, no credentials, no referrer.
    ///
    /// # Errors
    /// [`NetError`].
    fn get(
        &self,
        url: &str,
        offset: u64,
        end: Option<u64>,
        abort: &Self::Abort,
    ) -> impl Future<Output = Result<(ResponseHead, Self::Body), NetError>>;

    /// Whether a server answers at `url`, also one whose answers this page may not read. Nothing of them is read.
    fn probe(&self, url: &str) -> impl Future<Output = bool>;
}
