//! What all connections share, behind one lock.
//!
//! Whoever changes something wakes everyone who waits: stalled answers, paced answers and waiting tests. The lock
//! is never held while a socket is read or written.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::content::Content;
use crate::huggingface::Hubs;
use crate::journal::{Condition, Ending, Entry, Totals, totals};
use crate::mounts::{Digests, content_type};
use crate::ollama::Ollamas;
use crate::pace::Limits;
use crate::plan::Facts;
use crate::request::Request;
use crate::script::Do;
use crate::scripts::Scripts;
use crate::server::Config;
use crate::standin::StandIns;

/// Longer bodies of requests are not in the log.
const LONGEST_LOGGED_BODY: usize = 1 << 20;

/// What a running answer is told from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// A stalled answer goes on.
    Continue,
    /// The answer ends in this way.
    End(Do),
}

/// A file that was registered.
#[derive(Debug, Clone)]
pub(crate) struct Registered {
    pub(crate) content: Content,
    pub(crate) content_type: Option<String>,
    /// What identifies the content; the digest if it was wanted.
    pub(crate) digest: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub(crate) files: HashMap<String, Registered>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) limits: Limits,
    /// Prefixes of paths that cannot be reached.
    pub(crate) down: Vec<String>,
    pub(crate) closing: bool,
    pub(crate) scripts: Scripts,
    pub(crate) ollamas: Ollamas,
    pub(crate) stand_ins: StandIns,
    pub(crate) hubs: Hubs,
    orders: HashMap<u64, Order>,
    numbers: HashMap<String, u64>,
    digests: Digests,
    requests: u64,
    connections: u64,
}

/// The state and the bell.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) origins: Vec<String>,
    started: Instant,
    inner: Mutex<Inner>,
    changed: Condvar,
}

/// What a running answer learns at each step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signal {
    pub(crate) order: Option<Order>,
    pub(crate) limit: Option<u64>,
}

impl Shared {
    pub(crate) fn new(config: Config, origins: Vec<String>) -> Self {
        let mut inner = Inner::default();
        for (prefix, limit) in &config.bandwidth {
            inner.limits.set(prefix, Some(*limit));
        }
        Self {
            config,
            origins,
            started: Instant::now(),
            inner: Mutex::new(inner),
            changed: Condvar::new(),
        }
    }

    /// The state. A thread that panicked while holding it has at worst left one request half noted.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes everyone.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.lock().closing
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.change(|inner| {
            inner.connections += 1;
            inner.connections
        })
    }

    /// Notes a request; returns its id and its number on its path.
    pub(crate) fn begin(&self, request: &Request, connection: u64, port: u16) -> (u64, u64) {
        let started_ms = self.now_ms();
        let header = |name| request.header(name).map(String::from);
        self.change(|inner| {
            inner.requests += 1;
            let number = inner.numbers.entry(request.path.clone()).or_default();
            *number += u64::from(request.method != "OPTIONS");
            let number = *number;
            inner.entries.push(Entry {
                id: inner.requests,
                connection,
                port,
                method: request.method.clone(),
                path: request.path.clone(),
                query: request.query.clone(),
                range: header("range"),
                if_range: header("if-range"),
                origin: header("origin"),
                headers: request.headers.clone(),
                body: body_of(request),
                step: None,
                status: 0,
                body_bytes: 0,
                bytes_sent: 0,
                stalled: false,
                ending: None,
                aborted: false,
                started_ms,
                ended_ms: None,
            });
            (inner.requests, number)
        })
    }

    /// Notes something about a request.
    pub(crate) fn note(&self, id: u64, change: impl FnOnce(&mut Entry)) {
        self.change(|inner| {
            if let Some(entry) = inner.entries.iter_mut().rev().find(|entry| entry.id == id) {
                change(entry);
            }
        });
    }

    pub(crate) fn end(&self, id: u64, ending: Ending) {
        let now = self.now_ms();
        self.note(id, |entry| {
            entry.stalled = false;
            entry.ending = Some(ending);
            entry.aborted = ending == Ending::Aborted;
            entry.ended_ms = Some(now);
        });
        self.lock().orders.remove(&id);
    }

    /// What a running answer must know before it goes on.
    pub(crate) fn signal(&self, id: u64, path: &str) -> Signal {
        let inner = self.lock();
        Signal {
            order: inner.order(id),
            limit: inner.limits.of(path),
        }
    }

    /// Sleeps until something changes, at most so long.
    pub(crate) fn doze(&self, at_most: Duration) {
        let _ = self.changed.wait_timeout(self.lock(), at_most);
    }

    /// An order was obeyed.
    pub(crate) fn obeyed(&self, id: u64) {
        self.lock().orders.remove(&id);
    }

    /// Tells all running answers that the condition covers; `stalled` only those that wait. Returns how many.
    pub(crate) fn order(&self, order: Order, stalled: bool, of: impl Fn(&Entry) -> bool) -> usize {
        self.change(|inner| {
            let running = |entry: &&Entry| entry.ending.is_none() && (entry.stalled || !stalled) && of(entry);
            let ids: Vec<u64> = inner
                .entries
                .iter()
                .filter(running)
                .map(|entry| entry.id)
                .collect();
            inner.orders.extend(ids.iter().map(|id| (*id, order)));
            ids.len()
        })
    }

    /// Waits for a condition; the sums at the end and whether it holds.
    pub(crate) fn wait(&self, condition: &Condition, patience: Duration) -> (bool, Totals) {
        let deadline = Instant::now() + patience;
        let mut inner = self.lock();
        loop {
            let sums = inner.totals(condition);
            let left = deadline.saturating_duration_since(Instant::now());
            if condition.holds(&sums) || left.is_zero() || inner.closing {
                return (condition.holds(&sums), sums);
            }
            inner = self
                .changed
                .wait_timeout(inner, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Forgets scripts, log, orders and files under a prefix; running answers there are reset.
    pub(crate) fn reset(&self, prefix: &str, files: bool) {
        self.order(Order::End(Do::Reset), false, |entry| {
            entry.path.starts_with(prefix)
        });
        self.change(|inner| {
            inner.scripts.forget(prefix);
            // Those that still run stay, for their own thread to end.
            inner
                .entries
                .retain(|entry| !entry.path.starts_with(prefix) || entry.ending.is_none());
            inner.numbers.retain(|path, _| !path.starts_with(prefix));
            inner.down.retain(|down| !down.starts_with(prefix));
            if files {
                inner.files.retain(|path, _| !path.starts_with(prefix));
                inner.ollamas.forget(prefix);
                inner.stand_ins.forget(prefix);
                inner.hubs.forget(prefix);
            }
            if prefix == "/" {
                inner.limits = Limits::default();
                for (prefix, limit) in &self.config.bandwidth {
                    inner.limits.set(prefix, Some(*limit));
                }
            }
        });
        let quiet = Condition {
            prefix: Some(prefix.into()),
            idle: true,
            ..Condition::default()
        };
        self.wait(&quiet, Duration::from_secs(2));
        self.change(|inner| {
            inner
                .entries
                .retain(|entry| !entry.path.starts_with(prefix) || entry.ending.is_none());
        });
    }

    /// The content of a path and what is known of it. Digests are computed when first needed and kept.
    pub(crate) fn find(&self, path: &str) -> Option<(Content, Facts)> {
        let registered = self.lock().files.get(path).cloned();
        let (content, kind, digest) = match registered {
            Some(file) => (file.content, file.content_type, file.digest),
            None => (
                self.config.mounts.iter().find_map(|mount| mount.find(path))?,
                None,
                None,
            ),
        };
        let digest = match (digest, &content) {
            (Some(digest), _) => digest,
            (None, Content::Disk { path, size }) => {
                let known = self.lock().digests.get(path, *size);
                if let Some(digest) = known {
                    digest
                } else {
                    let digest = content.sha256().ok()?;
                    self.lock().digests.put(path, *size, digest.clone());
                    digest
                }
            }
            (None, Content::Noise { seed, size }) => format!("noise-{seed}-{size}"),
            (None, Content::Sparse { seed, size }) => format!("sparse-{seed}-{size}"),
            (None, Content::Memory(_)) => content.sha256().ok()?,
        };
        let content_type = kind.unwrap_or_else(|| content_type(path).to_string());
        let facts = Facts {
            size: content.size(),
            digest,
            content_type,
            encoded: None,
        };
        Some((content, facts))
    }
}

impl Inner {
    fn order(&self, id: u64) -> Option<Order> {
        if self.closing {
            Some(Order::End(Do::Reset))
        } else {
            self.orders.get(&id).copied()
        }
    }

    pub(crate) fn totals(&self, condition: &Condition) -> Totals {
        totals(self.entries.iter().filter(|entry| condition.covers(&entry.path)))
    }

    pub(crate) fn is_down(&self, path: &str) -> bool {
        self.down.iter().any(|prefix| path.starts_with(prefix))
    }
}

/// A body that a person could read: files that are sent are not kept.
fn body_of(request: &Request) -> Option<String> {
    if request.body.is_empty() || request.body.len() > LONGEST_LOGGED_BODY {
        return None;
    }
    String::from_utf8(request.body.clone()).ok()
}

/// So that a test holds the state as long as it needs it.
pub(crate) type State = Arc<Shared>;
