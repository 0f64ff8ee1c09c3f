//! A request for an answer, and what the real server refuses of it.

use serde_json::Value;

use super::super::prompt::{Choice, Prompt, Role, Turn};
use super::super::settings::Model;
use super::super::standing::{Question, Refusal};
use super::errors::invalid;

/// Fields that only the old version takes.
const SAMPLING: [&str; 3] = ["temperature", "top_k", "top_p"];

/// All fields it takes in any version.
const KNOWN: [&str; 20] = [
    "cache_control",
    "container",
    "context_management",
    "diagnostics",
    "inference_geo",
    "max_tokens",
    "messages",
    "metadata",
    "model",
    "output_config",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "system",
    "thinking",
    "tool_choice",
    "tools",
    "user_profile_id",
    "workspace_id",
];

/// What the parameters may be.
pub(super) fn check(model: &Model, body: &Value, is_new: bool, question: &Question) -> Result<(), Refusal> {
    let refuse = |text: &str| Err(invalid(text, question));
    let unknown =
        |name: &&String| !KNOWN.contains(&name.as_str()) && (is_new || !SAMPLING.contains(&name.as_str()));
    if let Some(name) = body.as_object().and_then(|fields| fields.keys().find(unknown)) {
        return refuse(&format!("{name}: Extra inputs are not permitted"));
    }
    let Some(most) = body["max_tokens"].as_u64() else {
        return refuse("max_tokens: Field required");
    };
    if most == 0 {
        return refuse("max_tokens: Input should be greater than or equal to 1");
    }
    if most > model.max_output {
        return refuse(&format!(
            "max_tokens: {most} > {}, which is the maximum allowed number of output tokens for {}",
            model.max_output, model.id
        ));
    }
    if body["temperature"].as_f64().is_some_and(|heat| heat > 1.0) {
        return refuse("temperature: Input should be less than or equal to 1");
    }
    if body["temperature"].is_number() && body["top_p"].is_number() {
        return refuse(
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        );
    }
    let thinking = &body["thinking"];
    if thinking["type"] == "enabled" {
        let budget = thinking["budget_tokens"].as_u64().unwrap_or(0);
        if budget < 1024 {
            return refuse("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
        }
        if budget >= most {
            return refuse(
                "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at \
                 https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size",
            );
        }
        if body["temperature"].as_f64().is_some_and(|heat| heat < 1.0) {
            return refuse("`temperature` may only be set to 1 when thinking is enabled.");
        }
    }
    if model.adaptive {
        if let Some(name) = SAMPLING.iter().find(|name| !body[**name].is_null()) {
            return refuse(&format!("`{name}` is deprecated for this model."));
        }
        if thinking["type"] == "enabled" {
            return refuse(
                "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \
                 \"output_config.effort\" to control thinking behavior.",
            );
        }
    } else if thinking["type"] == "adaptive" {
        return refuse("adaptive thinking is not supported on this model");
    }
    if thinks(body) && !model.thinking {
        return refuse("thinking is not supported on this model");
    }
    Ok(())
}

fn thinks(body: &Value) -> bool {
    ["enabled", "adaptive"]
        .iter()
        .any(|kind| body["thinking"]["type"] == *kind)
}

/// What is asked.
pub(super) fn prompt(body: &Value, question: &Question) -> Result<Prompt, Refusal> {
    let refuse = |text: &str| Err(invalid(text, question));
    let Some(messages) = body["messages"].as_array() else {
        return refuse("messages: Field required");
    };
    if messages.is_empty() {
        return refuse("messages: at least one message is required");
    }
    let mut prompt = Prompt {
        system: match &body["system"] {
            Value::String(text) => text.clone(),
            blocks => texts(blocks),
        },
        tools: names(&body["tools"]),
        choice: match body["tool_choice"]["type"].as_str() {
            Some("none") => Choice::None,
            Some("any") => Choice::Any,
            Some("tool") => Choice::Named(body["tool_choice"]["name"].as_str().unwrap_or_default().into()),
            _ => Choice::Auto,
        },
        max_tokens: body["max_tokens"].as_u64(),
        stop: body["stop_sequences"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|stop| stop.as_str().map(str::to_owned))
            .collect(),
        think: thinks(body),
        ..Prompt::default()
    };
    let mut called: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let role = match message["role"].as_str() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("system") => {
                return refuse(
                    "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \
                     \"system\" as an input message role.",
                );
            }
            _ => {
                return refuse(&format!(
                    "messages.{index}.role: Input should be 'user' or 'assistant'"
                ));
            }
        };
        let turn = turn(role, index, &message["content"], &called, question)?;
        let last = index + 1 == messages.len();
        if turn.text.is_empty()
            && turn.images == 0
            && turn.role != Role::Tool
            && !has_calls(&message["content"])
        {
            if message["content"]
                .as_array()
                .is_some_and(|blocks| !blocks.is_empty())
            {
                return refuse("messages: text content blocks must be non-empty");
            }
            if !(last && role == Role::Assistant) {
                return refuse(&format!(
                    "messages.{index}: all messages must have non-empty content except for the optional final assistant \
                     message"
                ));
            }
        }
        called = blocks(&message["content"], "tool_use")
            .filter_map(|block| block["id"].as_str())
            .collect();
        prompt.turns.push(turn);
    }
    Ok(prompt)
}

fn turn(
    role: Role,
    index: usize,
    content: &Value,
    called: &[&str],
    question: &Question,
) -> Result<Turn, Refusal> {
    let mut text = match content {
        Value::String(text) => text.clone(),
        blocks => texts(blocks),
    };
    let mut is_result = false;
    for (at, result) in blocks(content, "tool_result").enumerate() {
        let id = result["tool_use_id"].as_str().unwrap_or_default();
        if !called.contains(&id) {
            let text = format!(
                "messages.{index}.content.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each \
                 `tool_result` block must have a corresponding `tool_use` block in the previous message."
            );
            return Err(invalid(&text, question));
        }
        is_result = true;
        text.push_str(&match &result["content"] {
            Value::String(text) => text.clone(),
            blocks => texts(blocks),
        });
    }
    Ok(Turn {
        role: if is_result { Role::Tool } else { role },
        text,
        images: blocks(content, "image").count(),
    })
}

fn has_calls(content: &Value) -> bool {
    blocks(content, "tool_use").next().is_some()
}

fn blocks<'a>(content: &'a Value, kind: &'static str) -> impl Iterator<Item = &'a Value> {
    let blocks = content.as_array().into_iter().flatten();
    blocks.filter(move |block| block["type"] == kind)
}

fn texts(content: &Value) -> String {
    let texts: Vec<&str> = blocks(content, "text")
        .filter_map(|block| block["text"].as_str())
        .collect();
    texts.join("\n")
}

fn names(tools: &Value) -> Vec<String> {
    let tools = tools.as_array().into_iter().flatten();
    tools
        .filter_map(|tool| tool["name"].as_str().map(str::to_owned))
        .collect()
}
