//! A client that hides nothing: what came, byte for byte, and how the connection ended.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use modelyard_testserver::{Condition, Config, Content, Script, Server, Step};

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Fin,
    Reset,
}

/// Everything that came over a connection.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

impl Wire {
    fn split(&self) -> usize {
        let at = self.bytes.windows(4).position(|window| window == b"\r\n\r\n");
        at.map_or(self.bytes.len(), |at| at + 4)
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.split()..]
    }

    pub(crate) fn head(&self) -> String {
        String::from_utf8_lossy(&self.bytes[..self.split()]).into_owned()
    }

    pub(crate) fn status(&self) -> u16 {
        self.head()
            .split(' ')
            .nth(1)
            .map_or(0, |code| code.parse().unwrap())
    }

    /// All values of a header.
    pub(crate) fn headers(&self, name: &str) -> Vec<String> {
        let head = self.head();
        let lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_string())
            .collect()
    }

    /// The only value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut values = self.headers(name);
        assert!(values.len() < 2, "{name} twice: {values:?}");
        values.pop()
    }
}

/// An open connection on which a request was sent.
pub(crate) struct Open {
    pub(crate) stream: TcpStream,
    pub(crate) bytes: Vec<u8>,
}

impl Open {
    /// Sends a request with these header lines (each with its line end).
    pub(crate) fn request(server: &Server, method: &str, target: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(server.addresses()[0]).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n").unwrap();
        Self {
            stream,
            bytes: Vec::new(),
        }
    }

    /// Reads until so many bytes of body have come.
    pub(crate) fn read_body(&mut self, count: usize) {
        let body = |bytes: &[u8]| {
            Wire {
                bytes: bytes.to_vec(),
                end: End::Fin,
            }
            .body()
            .len()
        };
        while body(&self.bytes) < count {
            let mut chunk = [0; 4096];
            let more = self.stream.read(&mut chunk).unwrap();
            assert!(more > 0, "ended too early");
            self.bytes.extend_from_slice(&chunk[..more]);
        }
    }

    /// Reads to the end of the connection.
    pub(crate) fn finish(mut self) -> Wire {
        let mut chunk = vec![0; 64 << 10];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => {
                    return Wire {
                        bytes: self.bytes,
                        end: End::Fin,
                    };
                }
                Ok(count) => self.bytes.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Wire {
                        bytes: self.bytes,
                        end: End::Reset,
                    };
                }
                Err(error) => panic!("{error} after {} bytes", self.bytes.len()),
            }
        }
    }
}

pub(crate) const SIZE: usize = 100_000;

/// A server with `/f`, 100,000 bytes of noise, and those bytes.
pub(crate) fn server() -> (Server, Vec<u8>) {
    let server = Server::start(Config::default()).unwrap();
    let content = Content::noise(5, SIZE as u64);
    let bytes = content.read(0, SIZE).unwrap();
    server.put("/f", content).unwrap();
    (server, bytes)
}

/// A server whose `/f` answers every request with this step.
pub(crate) fn always(step: Step) -> (Server, Vec<u8>) {
    let (server, bytes) = server();
    server.script("/f", Script::always(step));
    (server, bytes)
}

pub(crate) fn get(server: &Server, target: &str) -> Wire {
    Open::request(server, "GET", target, "").finish()
}

pub(crate) fn get_range(server: &Server, range: &str) -> Wire {
    Open::request(server, "GET", "/f", &format!("Range: {range}\r\n")).finish()
}

/// Waits for a condition or fails.
pub(crate) fn await_that(server: &Server, condition: &Condition) {
    let (holds, totals) = server.wait(condition, Duration::from_secs(20));
    assert!(holds, "{condition:?} does not come true: {totals:?}");
}

/// Waits until one answer stalls.
pub(crate) fn await_stall(server: &Server) {
    await_that(
        server,
        &Condition {
            stalled: Some(1),
            ..Condition::default()
        },
    );
}
