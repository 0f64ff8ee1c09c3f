//! Lists of models, each server's own.

use serde_json::{Value, json};

use super::super::settings::Model;
use super::super::standing::Standing;
use super::super::{Answer, Vendor};

pub(super) fn models(standing: &Standing) -> Answer {
    let data: Vec<Value> = standing
        .models
        .iter()
        .map(|model| entry(standing.vendor, model))
        .collect();
    Answer::json(200, &json!({ "object": "list", "data": data }))
}

pub(super) fn model(standing: &Standing, id: &str) -> Option<Answer> {
    let model = standing.model(id)?;
    Some(Answer::json(200, &entry(standing.vendor, model)))
}

fn entry(vendor: Vendor, model: &Model) -> Value {
    let owner = model.owner.as_deref().unwrap_or(match vendor {
        Vendor::OpenAi => "system",
        Vendor::LlamaCpp => "llamacpp",
        Vendor::Vllm => "vllm",
        Vendor::Groq => "Stand-in",
        // By this one it is known.
        Vendor::LmStudio => "organization_owner",
        _ => "somebody",
    });
    let mut entry = json!({ "id": model.id, "object": "model", "created": model.created, "owned_by": owner });
    let mut add = |name: &str, value: Value| entry[name] = value;
    match vendor {
        Vendor::LlamaCpp => {
            let inputs: &[&str] = if model.images {
                &["text", "image"]
            } else {
                &["text"]
            };
            add(
                "architecture",
                json!({ "input_modalities": inputs, "output_modalities": ["text"] }),
            );
            add(
                "meta",
                json!({
                    "vocab_type": 2, "n_vocab": 128_256, "n_embd": 2048, "n_params": 1_235_814_432_u64,
                    "size": 1_313_251_456_u64, "n_ctx_train": model.trained_length.unwrap_or(model.context_length),
                }),
            );
        }
        Vendor::Vllm => {
            add("root", json!(model.id));
            add("parent", Value::Null);
            add("max_model_len", json!(model.context_length));
            add(
                "permission",
                json!([{ "id": "modelperm-standin", "object": "model_permission", "created": model.created,
                    "allow_create_engine": false, "allow_sampling": true, "allow_logprobs": true,
                    "allow_search_indices": false, "allow_view": true, "allow_fine_tuning": false,
                    "organization": "*", "group": null, "is_blocking": false }]),
            );
        }
        Vendor::Groq => {
            add("active", json!(true));
            add("context_window", json!(model.context_length));
            add("public_apps", Value::Null);
            add("max_completion_tokens", json!(model.max_output));
        }
        _ => {}
    }
    entry
}
