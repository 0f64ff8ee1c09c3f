//! Every codec against the stand-in for its server (`tests/server`), which the makers' own clients accept too
//! (`tests/clients`): what one of the two reads into a protocol that the other does not shows here.

mod answers;
mod refusals;

use std::fmt::Debug;

use modelyard::providers::chat::{ChatRequest, Delta, Message};
use modelyard::providers::{BaseUrl, Call, Decoder, Kind, Provider, Server as Spoken};
use modelyard_testserver::standin::{StandIn, Vendor};
use modelyard_testserver::{Config, Server};
use serde_json::Value;

use super::driving::{Outcome, feed};
use super::wire::Answering;

/// The key that the stand-ins here let in.
const KEY: &str = "sk-test";

/// A stand-in, and the provider it is for a codec.
struct Stand {
    // Ends when dropped.
    _server: Server,
    provider: Provider,
}

/// A server and what its list shows it to be.
const FAMILY: [(Vendor, Kind, Option<Spoken>); 9] = [
    (Vendor::OpenAi, Kind::OpenAi, None),
    (Vendor::LlamaCpp, Kind::OpenAi, Some(Spoken::LlamaCpp)),
    (Vendor::Vllm, Kind::OpenAi, Some(Spoken::Vllm)),
    (Vendor::LmStudio, Kind::OpenAi, Some(Spoken::LmStudio)),
    (Vendor::Groq, Kind::OpenAi, None),
    (Vendor::Compatible, Kind::OpenAi, None),
    (Vendor::OpenRouter, Kind::OpenRouter, None),
    (Vendor::Anthropic, Kind::Anthropic, None),
    (Vendor::Gemini, Kind::Gemini, None),
];

impl Stand {
    /// A stand-in with a model `one` and these settings, in the words of the control API.
    fn of((vendor, kind, spoken): (Vendor, Kind, Option<Spoken>), mut settings: Value) -> Self {
        settings["keys"] = serde_json::json!([KEY]);
        if settings["models"].is_null() {
            settings["models"] = serde_json::json!([{ "id": "one", "thinking": true, "images": true }]);
        }
        let settings: StandIn = serde_json::from_value(settings).expect("settings");
        let server = Server::start(Config::default()).expect("a server");
        let url = server.stand_in("/s", vendor, settings);
        // By their hosts these two are known, which a stand-in does not have.
        let spoken = spoken.or(match vendor {
            Vendor::OpenAi => Some(Spoken::OpenAi),
            Vendor::Groq => Some(Spoken::Groq),
            _ => None,
        });
        let base = BaseUrl::parse(&url).expect("an address");
        let provider = Provider::new("stand-in", kind, base).with_server(spoken);
        Self {
            _server: server,
            provider,
        }
    }

    /// Asks once, and reads the answer whole and byte by byte.
    fn ask<D: Decoder>(&self, call: impl Fn(&Provider) -> Call<D>) -> Outcome<D>
    where
        D::Item: PartialEq + Debug,
        D::End: PartialEq + Debug,
    {
        let (head, body) = Answering::signed(&self.provider, &call(&self.provider).request, KEY).whole();
        let whole = feed(call(&self.provider), head.clone(), [body.as_slice()]);
        assert_eq!(feed(call(&self.provider), head, body.chunks(1)), whole);
        whole
    }
}

fn says(text: &str) -> ChatRequest {
    ChatRequest {
        model: "one".to_owned(),
        messages: vec![Message {
            text: text.to_owned(),
            ..Message::default()
        }],
        known_max_output: Some(2048),
        ..ChatRequest::default()
    }
}

fn text(items: &[Delta]) -> String {
    let text = |item: &Delta| match item {
        Delta::Text(text) => text.clone(),
        _ => String::new(),
    };
    items.iter().map(text).collect()
}

fn thoughts(items: &[Delta]) -> String {
    let thought = |item: &Delta| match item {
        Delta::Reasoning(text) => text.clone(),
        _ => String::new(),
    };
    items.iter().map(thought).collect()
}
