//! Requests to a real server, and answers as they come.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use modelyard::providers::request::KeyPlace;
use modelyard::providers::{Head, HttpRequest, Provider};

/// An answer under way. Dropping it closes the connection.
pub(crate) struct Answering {
    pub(crate) head: Head,
    reader: BufReader<TcpStream>,
    chunked: bool,
    done: bool,
}

impl Answering {
    /// Sends a request as a browser on a page of `origin` would, and reads the head of the answer.
    pub(crate) fn to(provider: &Provider, request: &HttpRequest, origin: Option<&str>) -> Self {
        let origin: Vec<String> = origin
            .map(|origin| format!("Origin: {origin}"))
            .into_iter()
            .collect();
        Self::with(provider, request, origin)
    }

    /// Sends a request with a key, where the request says that keys go.
    pub(crate) fn signed(provider: &Provider, request: &HttpRequest, key: &str) -> Self {
        let line = match request.key {
            KeyPlace::Nowhere => Vec::new(),
            KeyPlace::Bearer => vec![format!("Authorization: Bearer {key}")],
            KeyPlace::XApiKey => vec![format!("x-api-key: {key}")],
            KeyPlace::XGoogApiKey => vec![format!("x-goog-api-key: {key}")],
        };
        Self::with(provider, request, line)
    }

    fn with(provider: &Provider, request: &HttpRequest, more: Vec<String>) -> Self {
        let authority = provider.base.origin().trim_start_matches("http://");
        let path = request
            .url
            .strip_prefix(provider.base.origin())
            .expect("its own origin");
        let mut lines = vec![
            format!("{} {path} HTTP/1.1", request.method.name()),
            format!("Host: {authority}"),
            format!("Content-Length: {}", request.body.len()),
            "Connection: close".to_owned(),
        ];
        lines.extend(
            request
                .headers
                .iter()
                .map(|(header, value)| format!("{}: {value}", header.name())),
        );
        lines.extend(more);
        lines.push("\r\n".to_owned());
        let mut stream = TcpStream::connect(authority).expect("a connection");
        stream.write_all(lines.join("\r\n").as_bytes()).expect("sent");
        stream.write_all(&request.body).expect("sent");
        let mut answering = Self {
            head: Head::default(),
            reader: BufReader::new(stream),
            chunked: false,
            done: false,
        };
        answering.head.status = answering.line()[9..12].parse().expect("a status");
        loop {
            let header = answering.line();
            let Some((name, value)) = header.split_once(": ") else {
                return answering;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-type" => answering.head.content_type = Some(value.to_owned()),
                "retry-after" => answering.head.retry_after = Some(value.to_owned()),
                "transfer-encoding" => answering.chunked = value == "chunked",
                _ => {}
            }
        }
    }

    /// Head and body.
    pub(crate) fn whole(mut self) -> (Head, Vec<u8>) {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk() {
            body.extend_from_slice(&chunk);
        }
        (self.head, body)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// The next piece of the body, in the server's own cut.
    pub(crate) fn chunk(&mut self) -> Option<Vec<u8>> {
        if self.done {
            return None;
        }
        if !self.chunked {
            self.done = true;
            let mut body = Vec::new();
            self.reader.read_to_end(&mut body).expect("a body");
            return Some(body);
        }
        let size = usize::from_str_radix(&self.line(), 16).expect("a size");
        let mut chunk = vec![0; size + 2];
        self.reader.read_exact(&mut chunk).expect("a chunk");
        chunk.truncate(size);
        self.done = size == 0;
        (!self.done).then_some(chunk)
    }
}

/// The whole answer.
pub(crate) fn fetch(provider: &Provider, request: &HttpRequest, origin: Option<&str>) -> (Head, Vec<u8>) {
    Answering::to(provider, request, origin).whole()
}
