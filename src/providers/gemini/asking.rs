//! Writing a conversation.
//!
//! Instructions stand apart; turns are of `user` and `model`; the results of functions are the person's. A call goes back with
//! the signature it came with, without which models from the third generation on refuse it; a call that came from
//! somewhere else gets the word the protocol has for that.

use crate::providers::chat::{ChatRequest, ToolCall};
use crate::providers::error::{ProviderError, ProviderErrorKind};
use crate::providers::json::RawJson;
use crate::providers::turns::{self, Said, Turn};
use crate::providers::write::Writer;

/// Stands for the signature of a call that the model did not make itself.
const NOT_SIGNED: &str = "skip_thought_signature_validator";
/// The budgets of words, for models that are told tokens and no words.
const BUDGETS: [(&str, u32); 4] = [
    ("minimal", 0),
    ("low", 1_024),
    ("medium", 8_192),
    ("high", 24_576),
];

/// Writes a request.
pub(super) fn write(request: &ChatRequest) -> Result<Writer, ProviderError> {
    let own = request.provider_options.as_ref();
    let free = |key: &str| !own.is_some_and(|own| own.has_key(key));
    let turns = turns::turns(&request.messages)?;
    let mut body = Writer::object();
    // The provider's own options first, byte for byte; then what they do not say.
    if let Some(own) = own {
        body.entries(own);
    }
    if let Some(text) = turns::instructions(&request.messages).filter(|_| free("systemInstruction")) {
        body.key("systemInstruction");
        body.open('{');
        body.key("parts");
        body.open('[');
        write_text(&mut body, &text);
        body.close(']');
        body.close('}');
    }
    body.key("contents");
    body.open('[');
    for turn in &turns {
        write_turn(&mut body, turn, wants_signatures(&request.model));
    }
    body.close(']');
    if !request.tools.is_empty() && free("tools") {
        write_tools(&mut body, request);
    }
    if free("generationConfig") {
        body.key("generationConfig");
        body.open('{');
        write_config(&mut body, request)?;
        body.close('}');
    }
    Ok(body)
}

/// The generation of a model, where its name says it: `gemini-2.5-flash` is of the second.
fn generation(model: &str) -> Option<u32> {
    let name = model.strip_prefix(super::MODELS).unwrap_or(model);
    let rest = name.strip_prefix("gemini-")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

/// What is newer than any number is named `gemini-flash-latest`.
fn wants_signatures(model: &str) -> bool {
    let is_gemini = model.contains("gemini-");
    is_gemini && generation(model).is_none_or(|generation| generation >= 3)
}

fn write_tools(body: &mut Writer, request: &ChatRequest) {
    body.key("tools");
    body.open('[');
    body.open('{');
    body.key("functionDeclarations");
    body.open('[');
    for tool in &request.tools {
        body.open('{');
        body.field("name", &tool.name);
        body.field("description", &tool.description);
        // The schema as it is: the older field takes a part of JSON Schema only.
        if !tool.parameters.entries().is_empty() {
            body.key("parametersJsonSchema");
            body.raw(tool.parameters.as_str());
        }
        body.close('}');
    }
    body.close(']');
    body.close('}');
    body.close(']');
}

fn wrong(field: &'static str, reason: &'static str) -> ProviderError {
    ProviderErrorKind::InvalidRequest { field, reason }.into()
}

fn write_config(body: &mut Writer, request: &ChatRequest) -> Result<(), ProviderError> {
    let generation = &request.generation;
    for (key, field, value) in [
        ("temperature", "temperature", generation.temperature),
        ("topP", "topP", generation.top_p),
    ] {
        if let Some(value) = value {
            if !value.is_finite() {
                return Err(wrong(field, "must be a finite number"));
            }
            body.number(key, value);
        }
    }
    for (key, value) in [
        ("maxOutputTokens", generation.max_tokens),
        ("topK", generation.top_k),
    ] {
        if let Some(value) = value {
            body.plain(key, value);
        }
    }
    if let Some(seed) = generation.seed {
        // A 32-bit number on the wire; the same seed still gives the same number.
        let seed = i32::try_from(seed.rem_euclid(1 << 31)).unwrap_or_default();
        body.plain("seed", seed);
    }
    if !generation.stop.is_empty() {
        body.key("stopSequences");
        body.open('[');
        for text in &generation.stop {
            body.text(text);
        }
        body.close(']');
    }
    if let Some(format) = &request.format {
        body.field("responseMimeType", "application/json");
        match format.as_str() {
            "\"json\"" => {}
            schema if schema.starts_with('{') => {
                body.key("responseJsonSchema");
                body.raw(schema);
            }
            _ => return Err(wrong("format", "must be a JSON schema or \"json\"")),
        }
    }
    match &request.think {
        Some(think) => write_thinking(body, &request.model, think),
        None => Ok(()),
    }
}

/// Newer models are told how hard to think, those of the second generation how many tokens.
fn write_thinking(body: &mut Writer, model: &str, think: &RawJson) -> Result<(), ProviderError> {
    let asked = think.as_str();
    let word = asked.trim_matches('"');
    let known = BUDGETS.iter().find(|(name, _)| *name == word);
    let (level, budget) = match (asked, known) {
        ("true", _) => (None, None),
        ("false", _) => (None, Some(0)),
        (_, Some((_, tokens))) if generation(model) == Some(2) => (None, Some(*tokens)),
        (_, Some((level, _))) => (Some(*level), None),
        (_, None) => {
            let reason = "must be true, false, a number of tokens, or minimal, low, medium or high";
            (None, Some(asked.parse().map_err(|_| wrong("think", reason))?))
        }
    };
    body.key("thinkingConfig");
    body.open('{');
    if budget != Some(0) {
        body.plain("includeThoughts", true);
    }
    if let Some(level) = level {
        body.field("thinkingLevel", level);
    }
    if let Some(budget) = budget {
        body.plain("thinkingBudget", budget);
    }
    body.close('}');
    Ok(())
}

fn write_turn(body: &mut Writer, turn: &Turn, wants_signatures: bool) {
    body.open('{');
    body.field("role", if turn.by_model { "model" } else { "user" });
    body.key("parts");
    body.open('[');
    for said in &turn.said {
        if said.answers.is_some() {
            write_result(body, said);
            continue;
        }
        if !said.message.text.is_empty() {
            write_text(body, &said.message.text);
        }
        write_images(body, said);
        // Of calls that were made at once only the first is signed.
        for (at, call) in said.message.tool_calls.iter().enumerate() {
            write_call(body, call, wants_signatures && at == 0);
        }
    }
    body.close(']');
    body.close('}');
}

fn write_text(body: &mut Writer, text: &str) {
    body.open('{');
    body.field("text", text);
    body.close('}');
}

fn write_images(body: &mut Writer, said: &Said) {
    for image in &said.message.images {
        body.open('{');
        body.key("inlineData");
        body.open('{');
        body.field("mimeType", &image.media_type);
        body.field("data", &image.base64);
        body.close('}');
        body.close('}');
    }
}

fn write_call(body: &mut Writer, call: &ToolCall, wants_signature: bool) {
    // What another protocol signed is no base64.
    let is_base64 = |text: &&str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte))
    };
    let signature = call.signature.as_deref().filter(is_base64);
    body.open('{');
    body.key("functionCall");
    body.open('{');
    if let Some(id) = &call.id {
        body.field("id", id);
    }
    body.field("name", &call.name);
    body.key("args");
    body.raw(call.arguments.as_str());
    body.close('}');
    if let Some(signature) = signature.or(wants_signature.then_some(NOT_SIGNED)) {
        body.field("thoughtSignature", signature);
    }
    body.close('}');
}

/// The result of a function has to be an object.
fn write_result(body: &mut Writer, said: &Said) {
    let message = said.message;
    let call = said.answers.map(|answered| answered.call);
    body.open('{');
    body.key("functionResponse");
    body.open('{');
    if let Some(id) = call.and_then(|call| call.id.as_ref()) {
        body.field("id", id);
    }
    let name = call.map(|call| &call.name).or(message.tool_name.as_ref());
    body.field("name", name.map_or("", String::as_str));
    body.key("response");
    if let Some(object) = RawJson::object(&message.text) {
        body.raw(object.as_str());
    } else {
        body.open('{');
        body.field("result", &message.text);
        body.close('}');
    }
    body.close('}');
    body.close('}');
    write_images(body, said);
}
