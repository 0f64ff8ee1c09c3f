//! Writing a conversation.
//!
//! Instructions stand apart; turns alternate; the results of functions are the person's. What the model thought goes back
//! only where it has to: before the calls it led to, in the signed blocks it came in ([`ToolCall::signature`]). With
//! thoughts, sampling cannot be chosen, and both ways to choose at once are refused: temperature wins.

use crate::providers::chat::{ChatRequest, Image, ToolCall};
use crate::providers::error::{ProviderError, ProviderErrorKind};
use crate::providers::json::RawJson;
use crate::providers::turns::{self, Said, Turn};
use crate::providers::write::Writer;

use super::thinking::{self, Thinking};

/// Writes a request.
pub(super) fn write(request: &ChatRequest) -> Result<Writer, ProviderError> {
    let own = request.provider_options.as_ref();
    let free = |key: &str| !own.is_some_and(|own| own.has_key(key));
    let (thinking, max_tokens) = thinking::plan(request)?;
    let turns = turns::turns(&request.messages)?;
    let mut body = Writer::object();
    body.field("model", &request.model);
    // The provider's own options first, byte for byte; then what they do not say.
    if let Some(own) = own {
        body.entries(own);
    }
    if free("max_tokens") {
        body.plain("max_tokens", max_tokens);
    }
    if let Some(system) = turns::instructions(&request.messages).filter(|_| free("system")) {
        body.field("system", &system);
    }
    body.key("messages");
    body.open('[');
    for turn in &turns {
        write_turn(&mut body, turn);
    }
    body.close(']');
    if !request.tools.is_empty() && free("tools") {
        body.key("tools");
        body.open('[');
        for tool in &request.tools {
            body.open('{');
            body.field("name", &tool.name);
            if !tool.description.is_empty() {
                body.field("description", &tool.description);
            }
            body.key("input_schema");
            body.raw(tool.parameters.as_str());
            body.close('}');
        }
        body.close(']');
    }
    if free("thinking") {
        write_thinking(&mut body, thinking);
    }
    if free("output_config") {
        write_output(&mut body, thinking, request.format.as_ref())?;
    }
    write_sampling(&mut body, request, thinking, &free)?;
    body.plain("stream", true);
    Ok(body)
}

fn write_thinking(body: &mut Writer, thinking: Thinking) {
    let kind = match thinking {
        Thinking::Unsaid => return,
        Thinking::Off => "disabled",
        Thinking::Adaptive(_) => "adaptive",
        Thinking::Budget(_) => "enabled",
    };
    body.key("thinking");
    body.open('{');
    body.field("type", kind);
    match thinking {
        Thinking::Budget(tokens) => body.plain("budget_tokens", tokens),
        // Newer models leave the text of their thoughts out unless they are asked for it.
        Thinking::Adaptive(_) => body.field("display", "summarized"),
        Thinking::Unsaid | Thinking::Off => {}
    }
    body.close('}');
}

/// How hard to think, and the shape of the answer.
fn write_output(
    body: &mut Writer,
    thinking: Thinking,
    format: Option<&RawJson>,
) -> Result<(), ProviderError> {
    let effort = match thinking {
        Thinking::Adaptive(effort) => effort,
        Thinking::Unsaid | Thinking::Off | Thinking::Budget(_) => None,
    };
    if effort.is_none() && format.is_none() {
        return Ok(());
    }
    body.key("output_config");
    body.open('{');
    if let Some(effort) = effort {
        body.field("effort", effort.word());
    }
    if let Some(format) = format {
        if !format.as_str().starts_with('{') {
            let (field, reason) = ("format", "must be a JSON schema");
            return Err(ProviderErrorKind::InvalidRequest { field, reason }.into());
        }
        body.key("format");
        body.open('{');
        body.field("type", "json_schema");
        body.key("schema");
        body.raw(format.as_str());
        body.close('}');
    }
    body.close('}');
    Ok(())
}

fn write_sampling(
    body: &mut Writer,
    request: &ChatRequest,
    thinking: Thinking,
    free: &dyn Fn(&str) -> bool,
) -> Result<(), ProviderError> {
    let generation = &request.generation;
    let takes = thinking::takes_sampling(&request.model);
    let is_free = takes && !thinking.is_on();
    let temperature = generation.temperature.filter(|_| is_free);
    // Thoughts allow for no more than a little of it.
    let top_p = generation
        .top_p
        .filter(|top_p| is_free || takes && (0.95..=1.0).contains(top_p))
        .filter(|_| temperature.is_none() && free("temperature"));
    for (key, field, value) in [
        ("temperature", "temperature", temperature),
        ("top_p", "topP", top_p),
    ] {
        if let Some(value) = value.filter(|_| free(key)) {
            if !value.is_finite() {
                let reason = "must be a finite number";
                return Err(ProviderErrorKind::InvalidRequest { field, reason }.into());
            }
            body.number(key, value);
        }
    }
    if let Some(top_k) = generation.top_k.filter(|_| is_free && free("top_k")) {
        body.plain("top_k", top_k);
    }
    if !generation.stop.is_empty() && free("stop_sequences") {
        body.key("stop_sequences");
        body.open('[');
        for text in &generation.stop {
            body.text(text);
        }
        body.close(']');
    }
    Ok(())
}

fn write_turn(body: &mut Writer, turn: &Turn) {
    body.open('{');
    body.field("role", if turn.by_model { "assistant" } else { "user" });
    body.key("content");
    body.open('[');
    for said in &turn.said {
        match said.answers {
            Some(answered) => {
                body.open('{');
                body.field("type", "tool_result");
                body.field("tool_use_id", &call_id(answered.call, answered.at));
                body.key("content");
                body.open('[');
                write_content(body, said);
                body.close(']');
                body.close('}');
            }
            None => write_message(body, said),
        }
    }
    body.close(']');
    body.close('}');
}

/// Thoughts come before everything else of their turn.
fn write_message(body: &mut Writer, said: &Said) {
    let calls = &said.message.tool_calls;
    if let Some(first) = calls.first() {
        write_thoughts(body, first);
    }
    write_content(body, said);
    for (at, call) in calls.iter().enumerate() {
        if at > 0 {
            write_thoughts(body, call);
        }
        body.open('{');
        body.field("type", "tool_use");
        body.field("id", &call_id(call, said.first_call + at));
        body.field("name", &call.name);
        body.key("input");
        body.raw(call.arguments.as_str());
        body.close('}');
    }
}

/// Texts that say nothing are refused, so they are left out.
fn write_content(body: &mut Writer, said: &Said) {
    for image in &said.message.images {
        write_image(body, image);
    }
    if !said.message.text.is_empty() {
        body.open('{');
        body.field("type", "text");
        body.field("text", &said.message.text);
        body.close('}');
    }
}

fn write_image(body: &mut Writer, image: &Image) {
    body.open('{');
    body.field("type", "image");
    body.key("source");
    body.open('{');
    body.field("type", "base64");
    body.field("media_type", &image.media_type);
    body.field("data", &image.base64);
    body.close('}');
    body.close('}');
}

/// The blocks that came before a call, as they came. What another provider signed is none of them.
fn write_thoughts(body: &mut Writer, call: &ToolCall) {
    let signed = call.signature.as_deref().and_then(RawJson::new);
    let blocks = signed.as_ref().map(RawJson::as_str).and_then(|text| {
        let inside = text.strip_prefix('[')?.strip_suffix(']')?.trim();
        (!inside.is_empty()).then_some(inside)
    });
    if let Some(blocks) = blocks {
        body.raw(blocks);
    }
}

/// The number of a call: its own, where this protocol takes it, or its place among all.
fn call_id(call: &ToolCall, at: usize) -> String {
    let fits = |id: &&String| {
        !id.is_empty()
            && id.len() <= 64
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    match call.id.as_ref().filter(fits) {
        Some(id) => id.clone(),
        None => ["call_", &at.to_string()].concat(),
    }
}
