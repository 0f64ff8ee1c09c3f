//! The port for calls to a server that works for us: any method, a body, and an answer that comes in pieces.
//!
//! A call goes past the HTTP cache, follows no redirect (a key must never reach another origin), sends no cookies and no
//! referrer, and only the headers that stand in it. Closing it, by [`Abort`] or by dropping the body, is how work at a
//! server is canceled. How long to wait is for whoever calls.

use super::signing::SignedBy;
use super::{Abort, Body, Chunk, NetError, ResponseHead};
use crate::engine::Zone;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRequest {
    /// The method, as on the wire.
    pub method: &'static str,
    /// The URL.
    pub url: String,
    /// The headers, each of which the server must allow.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The key it is sent with: its header is added when it is sent, and to the key's own origin only.
    pub key: Option<SignedBy>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
    /// Where the host is: some browsers want to be told that a request means to go into the local network.
    pub zone: Zone,
}

/// Sends calls.
pub trait Calls {
    /// The platform's chunk.
    type Chunk: Chunk;
    /// The platform's body.
    type Body: Body<Chunk = Self::Chunk>;
    /// The platform's stop button.
    type Abort: Abort;

    /// A stop button for the next call.
    fn stop_button(&self) -> Self::Abort;

    /// Sends a call and waits for the head of its answer.
    ///
    /// # Errors
    /// [`NetError`]; [`NetError::InvalidUrl`] also where its key is not for the origin the platform reads out of the URL: then
    /// nothing is sent.
    fn call(
        &self,
        request: CallRequest,
        abort: &Self::Abort,
    ) -> impl Future<Output = Result<(ResponseHead, Self::Body), NetError>>;

    /// Whether a server answers at `url`, also one whose answers this page may not read. Nothing of them is read.
    fn answers_at(&self, url: &str, zone: Zone) -> impl Future<Output = bool>;
}
