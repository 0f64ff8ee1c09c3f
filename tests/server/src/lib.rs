//! An HTTP/1.1 server for tests: serves files well by default and goes wrong exactly as told.
//!
//! A download is trusted when it survives what networks and servers really do. This server does those things on
//! purpose: it cuts, resets, stalls, flips bits, lies about lengths and ranges, throttles, redirects and refuses,
//! one scripted step for each request, and keeps a log of what was asked and sent.
//!
//! # What happens to a request
//!
//! 1. [`Server`] accepts the connection on 127.0.0.1 and gives it a thread.
//! 2. A target under `/__control/` is a command to the server itself (see the README for the JSON).
//! 3. For any other target the next [`Step`] of the [`Script`] of its path is taken; without one the answer is
//!    right.
//! 4. The request, the step and the facts of the file become a plan: status line, headers, pieces of body. That is
//!    pure and where all lies in headers are told.
//! 5. The plan is written to the socket: the faults that cut, reset and stall happen there, and so does pacing.
//!    After each write the log knows how many bytes went out, and whoever waits for that is woken.
//!
//! The invariant: the same script and the same requests put the same bytes on the wire. Nothing here is random.
//!
//! # In a test
//!
//! ```
//! use modelyard_testserver::{Config, Content, Script, Server, Step};
//!
//! let server = Server::start(Config::default())?;
//! server.put("/a.bin", Content::noise(7, 1 << 20))?;
//! server.script("/a.bin", Script::steps([Step { status: Some(503), ..Step::default() }]));
//! // The first request gets 503, the second and all others the file.
//! println!("{}/a.bin", server.origin());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Tests in other languages use the program `modelyard-testserver` and the control API.

mod connection;
mod content;
mod control;
mod drain;
mod huggingface;
mod journal;
mod mounts;
mod ollama;
mod pace;
mod plan;
mod range;
mod request;
mod script;
mod scripts;
mod send;
mod server;
mod stand_in;
pub mod standin;
mod state;

pub use content::Content;
pub use huggingface::{Hub, HubFault, HubOn, Repository, RepositoryFile};
pub use journal::{Condition, Ending, Entry, Totals};
pub use mounts::Mount;
pub use ollama::{LineError, LineFault, Model, Ollama, Pull, PullEnd, Reply, ToolCall};
pub use script::{
    At, Cors, Do, Etag, Fault, Gzip, Instead, Length, Place, Preflight, RangeAnswer, Script, Step,
};
pub use server::{Config, Server};
