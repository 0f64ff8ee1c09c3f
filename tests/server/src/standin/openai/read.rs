//! A request for an answer, and what each server refuses of it.

use serde_json::Value;

use super::super::Vendor;
use super::super::prompt::{Choice, Prompt, Role, Turn};
use super::super::settings::Model;
use super::super::standing::{Question, Refusal, Standing};
use super::errors;

/// All that OpenAI takes; whatever else is sent is an error there.
const KNOWN: [&str; 36] = [
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "metadata",
    "modalities",
    "model",
    "moderation",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];

/// The model that is asked.
pub(super) fn model<'a>(
    standing: &'a Standing,
    body: &Value,
    question: &Question,
) -> Result<&'a Model, Refusal> {
    let vendor = standing.vendor;
    let id = body["model"].as_str().unwrap_or_default();
    // These two answer with what they have, whatever is asked for.
    if matches!(vendor, Vendor::LlamaCpp | Vendor::LmStudio)
        && standing.model(id).is_none()
        && let Some(first) = standing.models.first()
    {
        return Ok(first);
    }
    if id.is_empty() {
        return Err(errors::of(vendor, "noModel", question));
    }
    let model = standing.model(id).ok_or_else(|| errors::no_model(vendor, id))?;
    if model.embedding {
        return Err(errors::invalid(
            vendor,
            "This is not a chat model.",
            "model",
            None,
        ));
    }
    Ok(model)
}

/// What is asked of it.
pub(super) fn prompt(
    vendor: Vendor,
    model: &Model,
    body: &Value,
    question: &Question,
) -> Result<Prompt, Refusal> {
    let invalid =
        |message: &str, param: &str, code: &str| errors::invalid(vendor, message, param, Some(code));
    if matches!(vendor, Vendor::OpenAi | Vendor::Groq) {
        strict(vendor, model, body)?;
    }
    let messages = match body["messages"].as_array() {
        None => return Err(errors::of(vendor, "noMessages", question)),
        Some(messages) if messages.is_empty() => {
            let text = "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array \
                        instead.";
            return Err(invalid(text, "messages", "empty_array"));
        }
        Some(messages) => messages,
    };
    let mut prompt = Prompt {
        tools: tools(vendor, body)?,
        choice: choice(&body["tool_choice"]),
        max_tokens: body["max_completion_tokens"]
            .as_u64()
            .or(body["max_tokens"].as_u64()),
        stop: stops(&body["stop"]),
        // Of these only some can be asked; the others think if they can.
        think: model.thinking && body["reasoning_effort"] != "none" && body["reasoning"]["enabled"] != false,
        json: body["response_format"]["type"]
            .as_str()
            .is_some_and(|kind| kind.starts_with("json")),
        ..Prompt::default()
    };
    let mut called = false;
    for (index, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        let (text, images) = content(&message["content"]);
        match role {
            "system" | "developer" => {
                prompt.system.push_str(&text);
                continue;
            }
            "user" | "assistant" | "tool" => {}
            other => {
                let text = format!(
                    "Invalid value: '{other}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', \
                     and 'developer'."
                );
                return Err(invalid(
                    &text,
                    &format!("messages[{index}].role"),
                    "invalid_value",
                ));
            }
        }
        if role == "tool" && (!called || !message["tool_call_id"].is_string()) {
            let text = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with \
                        'tool_calls'.";
            let param = format!("messages.[{index}].role");
            return Err(errors::invalid(vendor, text, &param, None));
        }
        called = role == "tool" || message["tool_calls"].is_array();
        prompt.turns.push(Turn {
            role: match role {
                "user" => Role::User,
                "tool" => Role::Tool,
                _ => Role::Assistant,
            },
            text,
            images,
        });
    }
    if prompt.has_images() && !model.images {
        let text = "Invalid content type. image_url is only supported by certain models.";
        return Err(errors::invalid(vendor, text, "messages", None));
    }
    Ok(prompt)
}

/// What only OpenAI and those that copy it closely refuse.
fn strict(vendor: Vendor, model: &Model, body: &Value) -> Result<(), Refusal> {
    let extra = |name: &&String| {
        let own =
            vendor == Vendor::Groq && ["reasoning_format", "include_reasoning"].contains(&name.as_str());
        !KNOWN.contains(&name.as_str()) && !own
    };
    if let Some(name) = body.as_object().and_then(|fields| fields.keys().find(extra)) {
        return Err(errors::unknown_field(vendor, name));
    }
    if body["user"].as_str().is_some_and(|user| user.len() > 64) {
        let length = body["user"].as_str().map_or(0, str::len);
        let text = format!(
            "Invalid 'user': string too long. Expected a string with maximum length 64, but got a string with length \
             {length} instead."
        );
        return Err(errors::invalid(
            vendor,
            &text,
            "user",
            Some("string_above_max_length"),
        ));
    }
    let most = body["max_completion_tokens"]
        .as_u64()
        .or(body["max_tokens"].as_u64());
    if let Some(most) = most.filter(|most| *most > model.max_output) {
        let text = format!(
            "max_tokens is too large: {most}. This model supports at most {} completion tokens, whereas you provided \
             {most}.",
            model.max_output
        );
        return Err(errors::invalid(
            vendor,
            &text,
            "max_tokens",
            Some("invalid_value"),
        ));
    }
    if vendor == Vendor::OpenAi && model.thinking {
        if body["max_tokens"].is_number() {
            let text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                        'max_completion_tokens' instead.";
            return Err(errors::invalid(
                vendor,
                text,
                "max_tokens",
                Some("unsupported_parameter"),
            ));
        }
        if let Some(heat) = body["temperature"]
            .as_f64()
            .filter(|heat| (heat - 1.0).abs() > f64::EPSILON)
        {
            let text = format!(
                "Unsupported value: 'temperature' does not support {heat} with this model. Only the default (1) value is \
                 supported."
            );
            return Err(errors::invalid(
                vendor,
                &text,
                "temperature",
                Some("unsupported_value"),
            ));
        }
    }
    Ok(())
}

fn tools(vendor: Vendor, body: &Value) -> Result<Vec<String>, Refusal> {
    let mut names = Vec::new();
    for (index, tool) in body["tools"].as_array().into_iter().flatten().enumerate() {
        let is_function = tool["type"] == "function";
        let Some(name) = tool["function"]["name"].as_str().filter(|_| is_function) else {
            let param = format!("tools[{index}].function.name");
            let text = format!("Missing required parameter: '{param}'.");
            let code = Some("missing_required_parameter");
            return Err(errors::invalid(vendor, &text, &param, code));
        };
        names.push(name.to_owned());
    }
    Ok(names)
}

fn choice(value: &Value) -> Choice {
    match (value.as_str(), value["function"]["name"].as_str()) {
        (Some("none"), _) => Choice::None,
        (Some("required"), _) => Choice::Any,
        (_, Some(name)) => Choice::Named(name.to_owned()),
        _ => Choice::Auto,
    }
}

fn stops(value: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Array(values) => values.iter().filter_map(of).collect(),
        one => of(one).into_iter().collect(),
    }
}

/// The text of a message and its images.
fn content(value: &Value) -> (String, usize) {
    let parts = match value {
        Value::Array(parts) => parts.as_slice(),
        Value::String(text) => return (text.clone(), 0),
        _ => return (String::new(), 0),
    };
    let text: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
    let images = parts.iter().filter(|part| part["type"] == "image_url").count();
    (text.join("\n"), images)
}
