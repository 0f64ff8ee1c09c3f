//! From a request and a step to what goes on the wire: pure, and the only place where headers tell lies.
//!
//! In order: a redirect, a page in place of the file or a bare status is answered without looking at the file. For
//! the file itself the validator is chosen, conditions (`If-None-Match`, `If-Range`) are looked at, the range is
//! answered, the length is told. Cross-origin headers follow, and last the headers the step sets by hand.

mod file;
mod headers;

pub(crate) use headers::Headers;

use std::time::Duration;

use crate::ollama::lines::Line;
use crate::request::Request;
use crate::script::{Cors, Etag, Instead, Length, Step};

/// What is known of the file that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) size: u64,
    pub(crate) digest: String,
    pub(crate) content_type: String,
    /// The body of a gzip answer, if one is due.
    pub(crate) encoded: Option<Vec<u8>>,
}

/// What holds for all answers.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings<'a> {
    pub(crate) cache_control: &'a str,
    /// Adds the headers that make a page cross-origin isolated.
    pub(crate) isolated: bool,
    pub(crate) origins: &'a [String],
    /// The number of this request on its path, from 1.
    pub(crate) number: u64,
    /// What cross-origin readers are told where the step says nothing; the usual if null.
    pub(crate) cross_origin: Option<Headers>,
}

/// What a path stands for.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    Nothing,
    File(Facts),
    /// Somebody else has an answer ready.
    Answer(Plan),
}

/// A stretch of body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    File {
        start: u64,
        count: u64,
    },
    /// Sent at a moment of its own, with what that moment makes of it.
    Line(Line),
}

impl Piece {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { count, .. } => *count,
            Self::Line(line) => line.len(),
        }
    }
}

/// An answer that is ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<Piece>,
    pub(crate) chunked: bool,
    /// Whether only the end of the connection can end this answer.
    pub(crate) close: bool,
    /// Time between two lines.
    pub(crate) every: Duration,
    /// The last piece goes out again and again until the client leaves.
    pub(crate) endless: bool,
}

impl Plan {
    fn of_text(status: u16, content_type: &str, text: &str) -> Self {
        let mut headers = Headers::default();
        headers.set("Content-Type", content_type);
        // A browser may keep a 301, a 404 or a page; a test that asks again wants to be heard.
        headers.set("Cache-Control", "no-store");
        let bodiless = matches!(status, 204 | 304);
        if !bodiless {
            headers.set("Content-Length", &text.len().to_string());
        }
        let body = if bodiless {
            Vec::new()
        } else {
            vec![Piece::Bytes(text.into())]
        };
        Self {
            status,
            headers,
            body,
            chunked: false,
            close: false,
            every: Duration::ZERO,
            endless: false,
        }
    }

    /// A status and headers.
    pub(crate) fn bare(status: u16, headers: Headers) -> Self {
        Self {
            status,
            headers,
            body: Vec::new(),
            chunked: false,
            close: true,
            every: Duration::ZERO,
            endless: false,
        }
    }

    /// Bytes of body, the last piece of an endless one counted once.
    pub(crate) fn body_len(&self) -> u64 {
        self.body.iter().map(Piece::len).sum()
    }
}

/// The answer of `step` to `request`.
pub(crate) fn plan(request: &Request, step: &Step, found: Found, around: &Surroundings) -> Plan {
    let mut plan = base(request, step, found, around);
    let length = match &step.length {
        Length::Right => None,
        Length::None => Some(Vec::new()),
        Length::Chunked => {
            plan.chunked = true;
            plan.headers.set("Transfer-Encoding", "chunked");
            Some(Vec::new())
        }
        Length::Raw(texts) => Some(texts.clone()),
    };
    if let Some(texts) = length {
        plan.headers.remove("Content-Length");
        for text in &texts {
            plan.headers.add("Content-Length", text);
        }
        plan.close = !plan.chunked;
    }
    if step.extra > 0 {
        plan.body.push(Piece::Bytes(vec![
            b'+';
            usize::try_from(step.extra)
                .unwrap_or(usize::MAX)
        ]));
        plan.close = true;
    }
    match &around.cross_origin {
        Some(headers) if step.cors == Cors::Open => plan.headers.take_over(headers),
        _ => cross_origin(&mut plan.headers, step),
    }
    if around.isolated {
        plan.headers.set("Cross-Origin-Opener-Policy", "same-origin");
        plan.headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    }
    for (name, value) in &step.headers {
        plan.headers.remove(name);
        if let Some(value) = value {
            plan.headers.add(name, value);
        }
    }
    plan
}

fn base(request: &Request, step: &Step, found: Found, around: &Surroundings) -> Plan {
    if let Some(location) = &step.redirect {
        let mut location = location.replace("{n}", &around.number.to_string());
        for (index, origin) in around.origins.iter().enumerate() {
            location = location.replace(&format!("{{origin:{index}}}"), origin);
        }
        let mut plan = Plan::of_text(step.status.unwrap_or(302), "text/plain", "elsewhere\n");
        plan.headers.set("Location", &location);
        return plan;
    }
    match (&step.instead, step.status) {
        (Some(Instead::LoginPage), status) => Plan::of_text(status.unwrap_or(200), "text/html", LOGIN_PAGE),
        (Some(Instead::Empty), status) => {
            Plan::of_text(status.unwrap_or(200), "application/octet-stream", "")
        }
        (Some(Instead::Page { content_type, text }), status) => {
            Plan::of_text(status.unwrap_or(200), content_type, text)
        }
        (None, Some(status)) => {
            Plan::of_text(status, "text/plain", &format!("{status} {}\n", reason(status)))
        }
        (None, None) => match found {
            Found::File(facts) => file::answer(request, step, facts, around),
            Found::Answer(plan) => plan,
            Found::Nothing => Plan::of_text(404, "text/plain", "404 Not Found\n"),
        },
    }
}

/// What every answer tells cross-origin readers.
pub(crate) fn cross_origin(headers: &mut Headers, step: &Step) {
    const READABLE: [&str; 6] = [
        "Accept-Ranges",
        "Content-Encoding",
        "Content-Length",
        "Content-Range",
        "ETag",
        "Retry-After",
    ];
    match &step.cors {
        Cors::Open => headers.set("Access-Control-Allow-Origin", "*"),
        Cors::Origin(origin) => headers.set("Access-Control-Allow-Origin", origin),
        Cors::None => return,
    }
    // Lets a page that is cross-origin isolated use the answer.
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    let readable: Vec<String> = match &step.expose {
        Some(names) => names.clone(),
        None => READABLE.iter().map(ToString::to_string).collect(),
    };
    let readable: Vec<String> = readable
        .into_iter()
        .filter(|name| step.etag != Etag::Unreadable || name != "ETag")
        .collect();
    if !readable.is_empty() {
        headers.set("Access-Control-Expose-Headers", &readable.join(", "));
    }
}

/// The words after a status code.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        402 => "Payment Required",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        413 => "Payload Too Large",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

const LOGIN_PAGE: &str = "<!doctype html>\n<html><head><title>Sign in</title></head><body><h1>Welcome to the Wi-Fi</h1>\
                          <form method=\"post\"><input name=\"room\"><button>Sign in</button></form></body></html>\n";
