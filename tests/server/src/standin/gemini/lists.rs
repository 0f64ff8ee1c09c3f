//! The list of models, page by page, and one of them.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::settings::Model;
use super::super::standing::{Question, Standing};

pub(super) fn models(standing: &Standing, question: &Question) -> Answer {
    let number = |name: &str| {
        question
            .request
            .parameter(name)
            .and_then(|text| text.parse::<usize>().ok())
    };
    let size = number("pageSize")
        .filter(|size| *size > 0)
        .unwrap_or(50)
        .min(1000);
    // The token says nothing to anyone else.
    let token = question.request.parameter("pageToken");
    let start = token
        .and_then(|token| token.strip_prefix("page-")?.parse::<usize>().ok())
        .unwrap_or(0);
    let all = &standing.models;
    let page = &all[start.min(all.len())..(start + size).min(all.len())];
    let mut list = json!({ "models": page.iter().map(entry).collect::<Vec<Value>>() });
    if start + size < all.len() {
        list["nextPageToken"] = json!(format!("page-{}", start + size));
    }
    Answer::json(200, &list)
}

pub(super) fn model(standing: &Standing, id: &str) -> Option<Answer> {
    Some(Answer::json(200, &entry(standing.model(id)?)))
}

fn entry(model: &Model) -> Value {
    let methods = if model.embedding {
        json!(["embedContent", "countTextTokens"])
    } else {
        json!([
            "generateContent",
            "countTokens",
            "createCachedContent",
            "batchGenerateContent"
        ])
    };
    let mut entry = json!({
        "name": format!("models/{}", model.id),
        "version": "001",
        "displayName": model.name.as_ref().unwrap_or(&model.id),
        "description": "A stand-in.",
        "inputTokenLimit": model.context_length,
        "outputTokenLimit": model.max_output,
        "supportedGenerationMethods": methods,
    });
    if !model.embedding {
        entry["temperature"] = json!(1);
        entry["maxTemperature"] = json!(2);
        entry["topP"] = json!(0.95);
        entry["topK"] = json!(64);
    }
    // What is false is left out, as everywhere in this protocol.
    if model.thinking {
        entry["thinking"] = json!(true);
    }
    entry
}
