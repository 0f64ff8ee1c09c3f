//! What the server is told to do, as plain data that is also the JSON of the control API.
//!
//! Every field of a [`Step`] left out means "do it right". Field names in JSON are in camelCase, unknown ones are
//! refused, so that a typing error in a test is an error and not a test of nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The answers to the requests for one path, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    /// One step for each request (or several requests, see [`Step::times`]).
    pub steps: Vec<Step>,
    /// Whether the last step goes on for ever. If not, the path is served right after the last step.
    pub repeat: bool,
    /// How to answer `OPTIONS`. Preflights use up no step.
    pub preflight: Option<Preflight>,
}

impl Script {
    /// These steps, one for each request, then right answers.
    pub fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            ..Self::default()
        }
    }

    /// This step for every request.
    pub fn always(step: Step) -> Self {
        Self {
            steps: vec![step],
            repeat: true,
            preflight: None,
        }
    }
}

/// The answer to a preflight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preflight {
    /// Status code.
    pub status: u16,
    /// All headers but `Content-Length`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// How one request is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// How many requests this step serves; 1 unless told.
    pub times: u32,
    /// Answer with this status and a line of text in place of the file. With `instead`, the status of that page.
    pub status: Option<u16>,
    /// Answer with a redirect (302 unless `status` says otherwise) to this location. `{n}` becomes the number of
    /// the request on this path, from 1; `{origin:K}` the origin of the server's K-th port, from 0.
    pub redirect: Option<String>,
    /// Send something else than the file.
    pub instead: Option<Instead>,
    /// How `Range` is understood.
    pub range: RangeAnswer,
    /// The validator.
    pub etag: Etag,
    /// How the length is told.
    pub length: Length,
    /// Compress the file, and answer 200 whatever range was asked for.
    pub gzip: Option<Gzip>,
    /// Offsets in the file of bytes to be sent with their lowest bit flipped.
    pub flip: Vec<u64>,
    /// Offsets in the compressed body of bytes to be flipped.
    pub flip_encoded: Vec<u64>,
    /// Serve the file as if it had this size: its start, or the file and zeros after it. All headers agree.
    pub resize: Option<u64>,
    /// Send this many bytes more than the headers say.
    pub extra: u64,
    /// What goes wrong on the wire, and where.
    pub faults: Vec<Fault>,
    /// Bytes per second; goes before the limits set for paths.
    pub bandwidth: Option<u64>,
    /// Most bytes given to the socket at once.
    pub slice: Option<u64>,
    /// What cross-origin readers are told.
    pub cors: Cors,
    /// The headers that cross-origin readers may see; a useful list unless told.
    pub expose: Option<Vec<String>>,
    /// Headers set (a text) or left out (null) after everything else. Values go out as they are.
    pub headers: BTreeMap<String, Option<String>>,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            times: 1,
            status: None,
            redirect: None,
            instead: None,
            range: RangeAnswer::Right,
            etag: Etag::Strong,
            length: Length::Right,
            gzip: None,
            flip: Vec::new(),
            flip_encoded: Vec::new(),
            resize: None,
            extra: 0,
            faults: Vec::new(),
            bandwidth: None,
            slice: None,
            cors: Cors::Open,
            expose: None,
            headers: BTreeMap::new(),
        }
    }
}

impl Step {
    /// A right answer but for one fault on the wire.
    pub fn fault(at: At, what: Do) -> Self {
        Self {
            faults: vec![Fault { at, what }],
            ..Self::default()
        }
    }

    /// Whether something else is sent than what the path stands for.
    pub(crate) fn replaces(&self) -> bool {
        self.status.is_some() || self.redirect.is_some() || self.instead.is_some()
    }

    /// An answer of this status with a line of text.
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }
}

/// A body in place of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Instead {
    /// The sign-in page of a captive portal, `text/html`, status 200.
    LoginPage,
    /// Nothing, status 200.
    Empty,
    /// This page.
    Page {
        /// `Content-Type`.
        #[serde(rename = "type")]
        content_type: String,
        /// The body.
        text: String,
    },
}

/// How a range is answered. Without a `Range` header the wrong answers take the request for `bytes=0-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RangeAnswer {
    /// 206 for a range, 200 without, 416 past the end.
    #[default]
    Right,
    /// 200 with the whole file.
    Ignore,
    /// 206 that honestly starts elsewhere: at 0, or at 1 if 0 was asked for.
    OtherStart,
    /// 206 whose header is right and whose bytes are those before it: only a digest tells. (From offset 0: those
    /// from offset 1 on.)
    WrongBytes,
    /// 206 that says the file is one byte longer than it is.
    OtherTotal,
    /// 206 in `items`.
    OtherUnit,
    /// 206 `multipart/byteranges` with one part.
    Multipart,
    /// 206 without `Content-Range`.
    NoContentRange,
    /// 206 with first and last byte exchanged.
    Inverted,
    /// 206 with `*` for the total.
    UnknownTotal,
    /// 206 with numbers of 31 digits.
    HugeNumbers,
    /// 206 that honestly holds only the first half of what was asked for, at least a byte.
    Half,
    /// 416 with `Content-Range: bytes */size`.
    NotSatisfiable,
    /// 416 without `Content-Range`.
    NotSatisfiableBare,
}

/// The validator of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Etag {
    /// The SHA-256 of the file, quoted.
    #[default]
    Strong,
    /// The same behind `W/`.
    Weak,
    /// None.
    None,
    /// Sent, but cross-origin readers may not see it.
    Unreadable,
    /// This text as it is, quotes included: for a file that changed, and for malformed ones.
    Raw(String),
}

/// How the length of the body is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Length {
    /// `Content-Length`.
    #[default]
    Right,
    /// Not at all: the end of the connection is the end of the body.
    None,
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// One `Content-Length` header for each of these texts; the body is sent in full.
    Raw(Vec<String>),
}

/// When to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Gzip {
    /// If `Accept-Encoding` names gzip, as decent servers do.
    Accepted,
    /// Whatever was asked for.
    Always,
}

/// What cross-origin readers are told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cors {
    /// `Access-Control-Allow-Origin: *`.
    #[default]
    Open,
    /// Nothing: the browser refuses.
    None,
    /// Only this origin may read.
    Origin(String),
}

/// A fault on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Where.
    pub at: At,
    /// What.
    #[serde(rename = "do")]
    pub what: Do,
}

/// A place in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum At {
    /// `"start"` or `"end"`.
    Place(Place),
    /// After this many bytes of the body of this answer; if negative, that many before its end.
    Byte(i64),
}

/// A named place in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Before the status line.
    Start,
    /// After the last byte.
    End,
}

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Do {
    /// The connection ends cleanly (FIN).
    Fin,
    /// The connection is reset (RST), after what was sent so far has reached the other side.
    Reset,
    /// Nothing more is sent until released, or the client goes away.
    Stall,
}
