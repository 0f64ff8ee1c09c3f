//! The log: what was asked, what was sent, how it ended; and conditions on it to wait for.

use serde::{Deserialize, Serialize};

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// All of it was given to the socket.
    Complete,
    /// The server ended the connection cleanly before that.
    Cut,
    /// The server reset the connection.
    Reset,
    /// The client went away.
    Aborted,
}

/// One request and its answer. Requests to the control API are not logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Number of the request, from 1.
    pub id: u64,
    /// Number of the connection, from 1.
    pub connection: u64,
    /// Port it came in on.
    pub port: u16,
    /// Method, in capitals.
    pub method: String,
    /// Path, decoded, without the query.
    pub path: String,
    /// What follows the question mark.
    pub query: Option<String>,
    /// The `Range` header.
    pub range: Option<String>,
    /// The `If-Range` header.
    pub if_range: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// All headers of the request.
    pub headers: Vec<(String, String)>,
    /// The body of the request, if it is text of at most a mebibyte.
    pub body: Option<String>,
    /// Which step of the script answered, from 0; null without one.
    pub step: Option<usize>,
    /// The status sent; 0 while there is none.
    pub status: u16,
    /// Bytes the answer would have if all went well.
    pub body_bytes: u64,
    /// Bytes of body given to the socket so far.
    pub bytes_sent: u64,
    /// Whether it waits to be released.
    pub stalled: bool,
    /// Null while it runs.
    pub ending: Option<Ending>,
    /// Whether the client went away first.
    pub aborted: bool,
    /// Milliseconds from the start of the server to the request.
    pub started_ms: u64,
    /// Milliseconds from the start of the server to the end.
    pub ended_ms: Option<u64>,
}

/// Sums over some requests. Preflights are counted apart and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Requests that came, preflights not among them.
    pub requests: u64,
    /// `OPTIONS` requests.
    pub preflights: u64,
    /// Bytes of body given to sockets.
    pub bytes_sent: u64,
    /// Answers under way, stalled ones included.
    pub open: u64,
    /// Most answers that were under way at once.
    pub most_open: u64,
    /// Answers that wait to be released.
    pub stalled: u64,
    /// Answers given in full.
    pub completed: u64,
    /// Answers the server cut or reset.
    pub cut: u64,
    /// Answers the client did not wait for.
    pub aborted: u64,
}

/// What to wait for: every field given must be reached. Counts are "at least".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Condition {
    /// Only requests for this path; all if null.
    pub path: Option<String>,
    /// Only requests for paths that start so.
    pub prefix: Option<String>,
    /// At least so many requests.
    pub requests: Option<u64>,
    /// At least so many preflights.
    pub preflights: Option<u64>,
    /// At least so many bytes of body.
    pub bytes_sent: Option<u64>,
    /// At least so many answers stalled now.
    pub stalled: Option<u64>,
    /// At least so many answers given in full.
    pub completed: Option<u64>,
    /// At least so many answers cut or reset by the server.
    pub cut: Option<u64>,
    /// At least so many answers the client left.
    pub aborted: Option<u64>,
    /// No answer under way.
    pub idle: bool,
}

impl Condition {
    /// Whether an entry is one of those looked at.
    pub(crate) fn covers(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|wanted| wanted == path)
            && self.prefix.as_ref().is_none_or(|prefix| path.starts_with(prefix))
    }

    /// Whether the sums are there.
    pub(crate) fn holds(&self, totals: &Totals) -> bool {
        let reached = |wanted: Option<u64>, have: u64| wanted.is_none_or(|wanted| have >= wanted);
        reached(self.requests, totals.requests)
            && reached(self.preflights, totals.preflights)
            && reached(self.bytes_sent, totals.bytes_sent)
            && reached(self.stalled, totals.stalled)
            && reached(self.completed, totals.completed)
            && reached(self.cut, totals.cut)
            && reached(self.aborted, totals.aborted)
            && (!self.idle || totals.open == 0)
    }
}

/// Sums over entries in order of their start.
pub(crate) fn totals<'a>(entries: impl Iterator<Item = &'a Entry>) -> Totals {
    let mut sums = Totals::default();
    let mut running: Vec<u64> = Vec::new();
    for entry in entries {
        if entry.method == "OPTIONS" {
            sums.preflights += 1;
            continue;
        }
        sums.requests += 1;
        sums.bytes_sent += entry.bytes_sent;
        sums.stalled += u64::from(entry.stalled);
        match entry.ending {
            None => sums.open += 1,
            Some(Ending::Complete) => sums.completed += 1,
            Some(Ending::Cut | Ending::Reset) => sums.cut += 1,
            Some(Ending::Aborted) => sums.aborted += 1,
        }
        running.retain(|ended| *ended > entry.started_ms);
        running.push(entry.ended_ms.unwrap_or(u64::MAX));
        sums.most_open = sums.most_open.max(running.len() as u64);
    }
    sums
}
