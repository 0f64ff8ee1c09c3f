//! Reading requests from a connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Heads longer than this are refused.
const LONGEST_HEAD: usize = 256 << 10;
/// Bodies longer than this are refused; files registered over the control API come in bodies.
const LONGEST_BODY: usize = 1 << 30;
const MOST_HEADERS: usize = 128;

/// A request with its whole body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query as they came.
    pub(crate) target: String,
    /// The path with percent signs decoded.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the client wants to go on using the connection.
    pub(crate) keep_alive: bool,
}

impl Request {
    /// The first header of this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A value of the query, percent signs decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self
            .query
            .as_deref()?
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| decode(value))
    }

    fn parse_head(head: &[u8]) -> io::Result<Self> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        match parsed.parse(head) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => return Err(malformed("the head ends too early")),
            Err(error) => return Err(malformed(&error.to_string())),
        }
        let target = parsed.path.unwrap_or("/").to_string();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_string())),
            None => (target.as_str(), None),
        };
        let mut request = Self {
            method: parsed.method.unwrap_or("GET").to_string(),
            path: decode(path),
            query,
            headers: Vec::new(),
            body: Vec::new(),
            keep_alive: parsed.version == Some(1),
            target: target.clone(),
        };
        for header in parsed.headers.iter() {
            let value = String::from_utf8_lossy(header.value).into_owned();
            request.headers.push((header.name.to_string(), value));
        }
        if request
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
        {
            request.keep_alive = false;
        }
        Ok(request)
    }
}

/// Reads the next request; `buffer` keeps what came after it. `None` if the client ended the connection, or if
/// `stop` says so while nothing arrives.
///
/// # Errors
/// What the socket says; `InvalidData` for what is no request.
pub(crate) fn read_request(
    stream: &TcpStream,
    buffer: &mut Vec<u8>,
    stop: impl Fn() -> bool,
) -> io::Result<Option<Request>> {
    let fill = |buffer: &mut Vec<u8>| -> io::Result<bool> {
        let mut source = stream;
        let mut chunk = [0; 16 << 10];
        loop {
            match source.read(&mut chunk) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    buffer.extend_from_slice(&chunk[..count]);
                    return Ok(true);
                }
                Err(error) if is_pause(&error) && !stop() => {}
                Err(error) if is_pause(&error) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    };
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if buffer.len() > LONGEST_HEAD {
            return Err(malformed("the head is too long"));
        }
        if !fill(buffer)? {
            return Ok(None);
        }
    };
    let mut request = Request::parse_head(&buffer[..head_end])?;
    if request.header("transfer-encoding").is_some() {
        return Err(malformed("bodies must come with Content-Length"));
    }
    let length = match request.header("content-length") {
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| malformed("Content-Length is no number"))?,
        None => 0,
    };
    if length > LONGEST_BODY {
        return Err(malformed("the body is too long"));
    }
    if request.header("expect").is_some() {
        // Some clients wait a second for this before they send a large body.
        let mut sink = stream;
        sink.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    while buffer.len() < head_end + length {
        if !fill(buffer)? {
            return Ok(None);
        }
    }
    request.body = buffer[head_end..head_end + length].to_vec();
    buffer.drain(..head_end + length);
    Ok(Some(request))
}

/// Whether a socket with a timeout merely had nothing to give or to take yet.
pub(crate) fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

fn malformed(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// A text with its percent signs decoded.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let code = hex
            .filter(|_| bytes[at] == b'%')
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_taken_apart() {
        let head = b"GET /a%20b.bin?path=%2Fx&y=1 HTTP/1.1\r\nRANGE: bytes=5-\r\nConnection: close\r\n\r\n";
        let request = Request::parse_head(head).unwrap();
        assert_eq!(request.path, "/a b.bin");
        assert_eq!(request.target, "/a%20b.bin?path=%2Fx&y=1");
        assert_eq!(request.parameter("path").as_deref(), Some("/x"));
        assert_eq!(request.header("range"), Some("bytes=5-"));
        assert!(!request.keep_alive);
    }

    #[test]
    fn percent_signs_that_are_no_code_stay() {
        assert_eq!(decode("100%/%zz%4"), "100%/%zz%4");
    }
}
