//! The stand-ins on the wire. That the official clients accept them is seen in tests/clients.

mod anthropic;
mod family;
mod faults;
mod gemini;
mod openai;
mod pages;

use std::io::Write as _;

use modelyard_testserver::standin::{StandIn, Vendor};
use modelyard_testserver::{Config, Server};
use serde_json::{Value, json};

use crate::wire::{Open, Wire};

/// A server with the stand-in at `/x`.
fn start(vendor: Vendor, settings: StandIn) -> Server {
    let server = Server::start(Config::default()).unwrap();
    server.stand_in("/x", vendor, settings);
    server
}

fn usual(vendor: Vendor) -> Server {
    start(vendor, StandIn::default())
}

fn open(server: &Server, target: &str, headers: &str, body: &Value) -> Open {
    let body = body.to_string();
    let headers = format!("{headers}Content-Length: {}\r\n", body.len());
    let mut open = Open::request(server, "POST", target, &headers);
    open.stream.write_all(body.as_bytes()).unwrap();
    open
}

fn get(server: &Server, target: &str, headers: &str) -> Wire {
    Open::request(server, "GET", target, headers).finish()
}

/// A command to the server.
fn control(server: &Server, command: &str, body: &Value) -> Value {
    let wire = open(server, &format!("/__control/{command}"), "", body).finish();
    json_of(&wire)
}

/// The body without the frames of its chunks, as far as it came.
fn unchunked(wire: &Wire) -> String {
    let mut rest = wire.body();
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).unwrap(), 16).unwrap();
        let chunk = &rest[at + 2..];
        body.extend_from_slice(&chunk[..size.min(chunk.len())]);
        rest = chunk.get(size + 2..).unwrap_or_default();
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// Names and data of the events of a stream.
fn events(wire: &Wire) -> Vec<(String, String)> {
    let text = unchunked(wire);
    let event = |text: &str| {
        let field = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(name));
            lines.collect::<Vec<_>>().join("\n")
        };
        (field("event: "), field("data: "))
    };
    text.split("\n\n")
        .filter(|text| !text.is_empty())
        .map(event)
        .collect()
}

/// The data of events as JSON, those that are none left out.
fn data(wire: &Wire) -> Vec<Value> {
    let events = events(wire);
    events
        .iter()
        .filter_map(|(_, data)| serde_json::from_str(data).ok())
        .collect()
}

fn json_of(wire: &Wire) -> Value {
    serde_json::from_slice(wire.body())
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&wire.bytes)))
}

fn says(text: &str) -> Value {
    json!([{ "role": "user", "content": text }])
}
