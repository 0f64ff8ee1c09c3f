//! Listening and accepting.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::connection::serve;
use crate::content::Content;
use crate::huggingface::{self, Hub};
use crate::journal::{Condition, Entry, Totals};
use crate::mounts::Mount;
use crate::ollama::Ollama;
use crate::script::{Do, Script};
use crate::standin::{StandIn, Vendor};
use crate::state::{Order, Registered, Shared, State};

/// How a server starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Ports on 127.0.0.1, 0 for a free one; each is an origin of its own with the same files and scripts.
    pub ports: Vec<u16>,
    /// Directories served; the longest prefix that has the file wins.
    pub mounts: Vec<Mount>,
    /// Limits in bytes per second for paths that start so; `"/"` is all.
    pub bandwidth: Vec<(String, u64)>,
    /// `Cache-Control` of files other than HTML pages, which always are `no-cache`.
    pub cache_control: String,
    /// Sends the headers that make pages cross-origin isolated (threads in wasm).
    pub isolated: bool,
    /// Keeps connections open after an answer. Off by default: a browser silently repeats a request whose kept
    /// connection was reset, which makes the count of requests a matter of luck.
    pub keep_alive: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ports: vec![0],
            mounts: Vec::new(),
            bandwidth: Vec::new(),
            cache_control: "public, max-age=3600".into(),
            isolated: false,
            keep_alive: false,
        }
    }
}

/// A running server; it stops when dropped, and resets what is still being sent.
#[derive(Debug)]
pub struct Server {
    shared: State,
    addresses: Vec<SocketAddr>,
    threads: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts listening on 127.0.0.1.
    ///
    /// # Errors
    /// If a port is taken.
    pub fn start(mut config: Config) -> io::Result<Self> {
        config
            .mounts
            .sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        let listeners: Vec<TcpListener> = config
            .ports
            .iter()
            .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)))
            .collect::<Result<_, _>>()?;
        let addresses: Vec<SocketAddr> = listeners
            .iter()
            .map(TcpListener::local_addr)
            .collect::<Result<_, _>>()?;
        let origins = addresses
            .iter()
            .map(|address| format!("http://{address}"))
            .collect();
        let shared = Arc::new(Shared::new(config, origins));
        let threads = listeners
            .into_iter()
            .zip(&addresses)
            .map(|(listener, address)| {
                let shared = Arc::clone(&shared);
                let port = address.port();
                std::thread::spawn(move || accept(&listener, port, &shared))
            })
            .collect();
        Ok(Self {
            shared,
            addresses,
            threads,
        })
    }

    /// `http://127.0.0.1:PORT` of the first port.
    pub fn origin(&self) -> &str {
        self.shared.origins.first().map_or("", String::as_str)
    }

    /// All origins, one for each port.
    pub fn origins(&self) -> &[String] {
        &self.shared.origins
    }

    /// The addresses, for tests that speak TCP.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Registers a file under a path and returns its SHA-256, which is also its `ETag`. Reads the whole content
    /// once: about a second for each GiB in a release build.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put(&self, path: &str, content: Content) -> io::Result<String> {
        let digest = content.sha256()?;
        register(&self.shared, path, content, None, Some(digest.clone()));
        Ok(digest)
    }

    /// Registers a file without reading it; its `ETag` names its seed and size.
    pub fn put_unread(&self, path: &str, content: Content) {
        register(&self.shared, path, content, None, None);
    }

    /// Sets the script of a path (or of a path with its query, which goes before the script of the bare path).
    pub fn script(&self, target: &str, script: Script) {
        self.shared.change(|inner| inner.scripts.set(target, script));
    }

    /// Puts up a stand-in for Ollama, whose base URL is the origin and this prefix; `""` takes Ollama's own paths. One
    /// that was there is forgotten.
    pub fn ollama(&self, prefix: &str, settings: Ollama) {
        self.shared.change(|inner| inner.ollamas.set(prefix, settings));
    }

    /// Puts up a stand-in for another server at a prefix, and returns the base URL for a client. One that was there is
    /// forgotten; those at [`Vendor::home`] are always there.
    pub fn stand_in(&self, prefix: &str, vendor: Vendor, settings: StandIn) -> String {
        self.shared
            .change(|inner| inner.stand_ins.set(prefix, vendor, settings));
        format!("{}{prefix}{}", self.origin(), vendor.base())
    }

    /// Puts up a stand-in for the Hub of Hugging Face, whose base URL is the origin and this prefix. One that was there is
    /// forgotten.
    ///
    /// # Errors
    /// When a file it should have is not there.
    pub fn hub(&self, prefix: &str, settings: Hub) -> Result<(), String> {
        huggingface::put_up(prefix, settings, &self.shared)
    }

    /// The log, oldest first.
    pub fn log(&self) -> Vec<Entry> {
        self.shared.lock().entries.clone()
    }

    /// The sums over the requests a condition looks at.
    pub fn totals(&self, condition: &Condition) -> Totals {
        self.shared.lock().totals(condition)
    }

    /// Waits for a condition; tells whether it holds, and the sums.
    pub fn wait(&self, condition: &Condition, patience: Duration) -> (bool, Totals) {
        self.shared.wait(condition, patience)
    }

    /// Lets the stalled answers of a path go on, or ends them if told how; returns how many there were.
    pub fn release(&self, path: &str, end: Option<Do>) -> usize {
        self.shared
            .order(end.map_or(Order::Continue, Order::End), true, |entry| {
                entry.path == path
            })
    }

    /// Ends, or stalls, all running answers of a path; returns how many there were.
    pub fn interrupt(&self, path: &str, how: Do) -> usize {
        self.shared
            .order(Order::End(how), false, |entry| entry.path == path)
    }

    /// Limits the speed of paths that start so, answers under way included.
    pub fn bandwidth(&self, prefix: &str, bytes_per_second: Option<u64>) {
        self.shared
            .change(|inner| inner.limits.set(prefix, bytes_per_second));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.change(|inner| inner.closing = true);
        for address in &self.addresses {
            // Wakes the thread that accepts.
            let _ = TcpStream::connect(address);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Adds a file to the state.
pub(crate) fn register(
    shared: &Shared,
    path: &str,
    content: Content,
    content_type: Option<String>,
    digest: Option<String>,
) {
    let file = Registered {
        content,
        content_type,
        digest,
    };
    shared.change(|inner| inner.files.insert(path.to_string(), file));
}

fn accept(listener: &TcpListener, port: u16, shared: &State) {
    for stream in listener.incoming() {
        if shared.is_closing() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        std::thread::spawn(move || serve(stream, port, &shared));
    }
}
