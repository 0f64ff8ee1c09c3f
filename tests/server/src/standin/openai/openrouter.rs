//! What OpenRouter answers beside the protocol: its list, which needs no key, and what a key may do.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::settings::Model;
use super::super::standing::{Question, Standing};
use super::errors;

/// The answer to one of its own questions.
pub(super) fn answer(standing: &Standing, question: &Question) -> Option<Answer> {
    if !matches!(question.request.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    match question.path {
        "/api/v1/models" => {
            let data: Vec<Value> = standing.models.iter().map(entry).collect();
            Some(Answer::json(200, &json!({ "data": data })))
        }
        "/api/v1/key" => Some(match &question.key {
            None => errors::of(standing.vendor, "noKey", question).into(),
            Some(key) if !standing.lets_in(Some(key)) => {
                errors::of(standing.vendor, "badKey", question).into()
            }
            Some(key) => Answer::json(200, &json!({ "data": of_key(key) })),
        }),
        _ => None,
    }
}

fn of_key(key: &str) -> Value {
    // As it shows them: the ends.
    let start: String = key.chars().take(9).collect();
    json!({
        "label": format!("{start}...890"), "limit": 100, "limit_remaining": 74.5, "limit_reset": "monthly",
        "include_byok_in_limit": false, "usage": 25.5, "usage_daily": 1.5, "usage_weekly": 5.5, "usage_monthly": 25.5,
        "byok_usage": 0, "byok_usage_daily": 0, "byok_usage_weekly": 0, "byok_usage_monthly": 0, "is_free_tier": false,
        "is_management_key": false, "is_provisioning_key": false,
        "rate_limit": { "requests": -1, "interval": "10s", "note": "This field is deprecated and safe to ignore." },
    })
}

fn entry(model: &Model) -> Value {
    let inputs: &[&str] = if model.images {
        &["text", "image"]
    } else {
        &["text"]
    };
    let mut supported = vec![
        "max_tokens",
        "temperature",
        "top_p",
        "top_k",
        "stop",
        "seed",
        "response_format",
    ];
    if model.tools {
        supported.extend(["tools", "tool_choice"]);
    }
    if model.thinking {
        supported.extend(["reasoning", "include_reasoning"]);
    }
    json!({
        "id": model.id,
        "canonical_slug": model.id,
        "hugging_face_id": Value::Null,
        "name": model.name.as_ref().unwrap_or(&model.id),
        "created": model.created,
        "description": "A stand-in.",
        // What some provider has; what the usual one serves is below.
        "context_length": model.trained_length.unwrap_or(model.context_length),
        "architecture": { "modality": if model.images { "text+image->text" } else { "text->text" },
            "input_modalities": inputs, "output_modalities": ["text"], "tokenizer": "Other", "instruct_type": Value::Null },
        "pricing": { "prompt": "0.000001", "completion": "0.000002", "request": "0", "image": "0" },
        "top_provider": { "context_length": model.context_length, "max_completion_tokens": model.max_output,
            "is_moderated": false },
        "per_request_limits": Value::Null,
        "supported_parameters": supported,
        "default_parameters": {},
        "supported_voices": Value::Null,
        "knowledge_cutoff": Value::Null,
        "expiration_date": Value::Null,
        "links": { "details": format!("/api/v1/models/{}/endpoints", model.id) },
    })
}
