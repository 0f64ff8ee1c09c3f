//! Anthropic and Gemini: what is asked of them, and what is made of their answers. The fixtures are written after their
//! documentation.

mod anthropic;
mod anthropic_asked;
mod bad_input;
mod gemini;
mod gemini_asked;
mod lists;
mod refusals;
mod splits;

use modelyard::providers::chat::{
    ChatDecoder, ChatEnd, ChatRequest, Delta, Image, Message, Role, Tool, ToolCall,
};
use modelyard::providers::json::RawJson;
use modelyard::providers::{BaseUrl, Call, Kind, Provider, ProviderError};
use serde_json::Value;

use super::driving::{fixture, whole};

pub(crate) fn anthropic() -> Provider {
    let base = BaseUrl::parse("https://api.anthropic.com").expect("an address");
    Provider::new("claude", Kind::Anthropic, base)
}

pub(crate) fn gemini() -> Provider {
    let base = BaseUrl::parse("https://generativelanguage.googleapis.com").expect("an address");
    Provider::new("gemini", Kind::Gemini, base)
}

fn asked(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![said(Role::User, "Hi")],
        ..ChatRequest::default()
    }
}

fn call(provider: &Provider) -> Call<ChatDecoder> {
    provider.chat(&asked("one")).expect("a request")
}

/// The answer of a fixture.
fn answer(provider: &Provider, name: &str) -> (Vec<Delta>, Result<ChatEnd, ProviderError>) {
    whole(call(provider), &fixture(name))
}

fn said(role: Role, text: &str) -> Message {
    Message {
        role,
        text: text.to_owned(),
        ..Message::default()
    }
}

fn raw(text: &str) -> RawJson {
    RawJson::new(text).expect("JSON")
}

fn tool(name: &str) -> Tool {
    Tool {
        name: name.to_owned(),
        description: "does it".to_owned(),
        parameters: raw(r#"{"type":"object","properties":{"a":{"type":"number"}}}"#),
    }
}

fn calls(id: Option<&str>, name: &str, signature: Option<&str>) -> ToolCall {
    ToolCall {
        id: id.map(str::to_owned),
        name: name.to_owned(),
        arguments: raw(r#"{"a": 1.0}"#),
        signature: signature.map(str::to_owned),
    }
}

fn picture() -> Image {
    Image {
        media_type: "image/png".to_owned(),
        base64: "aGk=".to_owned(),
    }
}

/// The body of a request, which must be JSON.
fn body(provider: &Provider, request: &ChatRequest) -> Value {
    let call = provider.chat(request).expect("a request");
    serde_json::from_slice(&call.request.body).expect("JSON")
}

/// The field and the reason of a request that cannot be written.
fn refused(provider: &Provider, request: &ChatRequest) -> String {
    let error = provider.chat(request).map(drop).expect_err("no request");
    error.failure("p", None).message
}
