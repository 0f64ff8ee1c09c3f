//! The list of models, page by page, and one of them.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::super::Answer;
use super::super::settings::Model;
use super::super::standing::{Question, Refusal, Standing};
use super::errors;
use crate::ollama::lines::rfc3339;

pub(super) fn models(standing: &Standing, question: &Question) -> Result<Answer, Refusal> {
    let all = &standing.models;
    let limit = match question
        .request
        .parameter("limit")
        .map(|text| text.parse::<usize>())
    {
        None => 20,
        Some(Ok(limit @ 1..=1000)) => limit,
        Some(Ok(0)) => {
            return Err(errors::invalid(
                "limit: Input should be greater than or equal to 1",
                question,
            ));
        }
        Some(Ok(_)) => {
            return Err(errors::invalid(
                "limit: Input should be less than or equal to 1000",
                question,
            ));
        }
        Some(Err(_)) => {
            let text = "limit: Input should be a valid integer, unable to parse string as an integer";
            return Err(errors::invalid(text, question));
        }
    };
    let place = |name: &str| {
        let id = question.request.parameter(name)?;
        all.iter().position(|model| model.id == id)
    };
    let page = match (place("after_id"), place("before_id")) {
        (Some(after), _) => &all[after + 1..],
        (None, Some(before)) => &all[before.saturating_sub(limit)..before],
        (None, None) => all,
    };
    let has_more = page.len() > limit || place("before_id").is_some_and(|before| before > limit);
    let page = &page[..limit.min(page.len())];
    let id = |model: Option<&Model>| model.map_or(Value::Null, |model| json!(model.id));
    let data: Vec<Value> = page.iter().map(entry).collect();
    Ok(Answer::json(
        200,
        &json!({ "data": data, "has_more": has_more, "first_id": id(page.first()), "last_id": id(page.last()) }),
    ))
}

pub(super) fn model(standing: &Standing, id: &str, question: &Question) -> Result<Answer, Refusal> {
    let model = standing.model(id).ok_or_else(|| errors::no_model(id, question))?;
    Ok(Answer::json(200, &entry(model)))
}

fn entry(model: &Model) -> Value {
    let can = |supported: bool| json!({ "supported": supported });
    let moment = rfc3339(UNIX_EPOCH + Duration::from_secs(model.created));
    json!({
        "type": "model",
        "id": model.id,
        "display_name": model.name.as_ref().unwrap_or(&model.id),
        "created_at": format!("{}Z", &moment[..19]),
        "lifecycle": "active",
        "deprecated_at": null,
        "retires_at": null,
        "line": null,
        "max_input_tokens": model.context_length,
        "max_tokens": model.max_output,
        "capabilities": {
            "batch": can(true),
            "citations": can(true),
            "code_execution": can(false),
            "context_management": can(false),
            "effort": { "supported": model.adaptive, "low": can(model.adaptive), "medium": can(model.adaptive),
                "high": can(model.adaptive), "xhigh": null, "max": can(model.adaptive) },
            "image_input": can(model.images),
            "pdf_input": can(model.images),
            "server_tools": can(false),
            "structured_outputs": can(true),
            "thinking": { "supported": model.thinking,
                "types": { "adaptive": can(model.adaptive), "enabled": can(model.thinking && !model.adaptive) } },
        },
    })
}
