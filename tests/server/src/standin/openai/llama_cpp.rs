//! What llama-server answers beside the protocol: how it is, and what it serves.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::settings::Model;
use super::super::standing::{Question, Standing};
use super::lists;

/// The answer to one of its own questions. Lists and health need no key.
pub(super) fn answer(standing: &Standing, question: &Question) -> Option<Answer> {
    if !matches!(question.request.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let may = standing.lets_in(question.key.as_deref());
    match question.path {
        "/health" | "/v1/health" => Some(Answer::json(200, &json!({ "status": "ok" }))),
        "/models" | "/v1/models" => Some(lists::models(standing)),
        "/props" if may => standing
            .models
            .first()
            .map(|model| Answer::json(200, &props(model))),
        _ => None,
    }
}

/// What it serves: the window here is the one that holds.
fn props(model: &Model) -> Value {
    json!({
        "default_generation_settings": { "id": 0, "n_ctx": model.context_length, "is_processing": false,
            "params": { "temperature": 0.8, "top_k": 40, "top_p": 0.95, "n_predict": -1 } },
        "total_slots": 1,
        "model_alias": model.id,
        "model_path": format!("/models/{}", model.id),
        "modalities": { "vision": model.images, "audio": false },
        "chat_template": "{% for message in messages %}{{ message.content }}{% endfor %}",
        "chat_template_caps": { "supports_tools": model.tools, "supports_tool_calls": model.tools,
            "supports_system_role": true },
        "bos_token": "<s>",
        "eos_token": "</s>",
        "build_info": "b7000-standin",
    })
}
