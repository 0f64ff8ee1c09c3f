//! The provider codecs: what is asked for, and what is made of answers, whole or in pieces, good or bad.
//!
//! The answers in `fixtures` whose names end in a version were recorded from a real Ollama of that version (paths and
//! long arrays cut); the others are written after the sources and documents of their servers.

mod chats;
mod connection;
mod counts;
mod driving;
mod errors;
mod events;
mod hosted;
mod hosted_refusals;
mod hub;
mod json;
mod lines;
mod lists;
mod openai;
mod places;
mod pulls;
mod real;
mod refusals;
mod repeats;
mod requests;
mod splits;
mod standins;
mod wire;
