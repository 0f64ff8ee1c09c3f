//! What LM Studio answers beside the protocol: its own list, what is in memory, and downloads, which are jobs that are
//! asked for. Each question for the state of a job takes it a step on.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::settings::{Download, Model};
use super::super::standing::{Job, Question, Refusal, Standing};
use super::errors;

const STARTED: &str = "2026-11-20T10:00:00.000Z";
const ENDED: &str = "2026-11-20T10:04:00.000Z";

/// The answer to one of its own questions.
pub(super) fn answer(standing: &mut Standing, question: &Question) -> Option<Answer> {
    let get = matches!(question.request.method.as_str(), "GET" | "HEAD");
    if question.path == "/api/v0/models" && get {
        let data: Vec<Value> = standing.models.iter().map(old_entry).collect();
        return Some(Answer::json(200, &json!({ "object": "list", "data": data })));
    }
    let call = question.path.strip_prefix("/api/v1/models")?;
    if get {
        return match call {
            "" => {
                let models: Vec<Value> = standing.models.iter().map(entry).collect();
                Some(Answer::json(200, &json!({ "models": models })))
            }
            "/download/status" => Some(Answer::json(200, &all(standing))),
            _ => call
                .strip_prefix("/download/status/")
                .map(|id| state(standing, id)),
        };
    }
    let body: Value = serde_json::from_slice(&question.request.body).unwrap_or_default();
    let id = body["model"]
        .as_str()
        .or(body["instance_id"].as_str())
        .unwrap_or_default()
        .to_owned();
    let done = match call {
        "/download" => Ok(download(standing, &id)),
        "/load" => in_memory(standing, &id, true).map(|window| {
            json!({ "type": "llm", "instance_id": id, "status": "loaded", "load_time_seconds": 1.5,
                "load_config": { "context_length": window } })
        }),
        "/unload" => in_memory(standing, &id, false).map(|_| json!({ "instance_id": id })),
        _ => return None,
    };
    Some(done.map_or_else(Answer::from, |value| Answer::json(200, &value)))
}

fn in_memory(standing: &mut Standing, id: &str, loaded: bool) -> Result<u64, Refusal> {
    let missing = || errors::no_model(super::Vendor::LmStudio, id);
    let model = standing
        .models
        .iter_mut()
        .find(|model| model.id == id)
        .ok_or_else(missing)?;
    model.loaded = loaded;
    Ok(model.context_length)
}

fn download(standing: &mut Standing, model: &str) -> Value {
    if standing.model(model).is_some() {
        return json!({ "status": "already_downloaded" });
    }
    let id = format!("job_standin{:04}", standing.jobs.len() + 1);
    let total = standing.settings.download.size_bytes;
    standing.jobs.push(Job {
        id: id.clone(),
        model: model.to_owned(),
        step: 0,
    });
    json!({ "job_id": id, "status": "downloading", "total_size_bytes": total, "started_at": STARTED })
}

fn state(standing: &mut Standing, id: &str) -> Answer {
    let settings = standing.settings.download.clone();
    let Some(job) = standing.jobs.iter_mut().find(|job| job.id == id) else {
        let body =
            json!({ "error": { "type": "not_found", "message": format!("Download job {id} not found") } });
        return Answer::json(404, &body);
    };
    let failed = settings.fails_at.is_some_and(|at| job.step >= at);
    if !failed && job.step < settings.steps {
        job.step += 1;
    }
    let told = tell(job, &settings);
    let model = job.model.clone();
    if told["status"] == "completed" && standing.model(&model).is_none() {
        standing.models.push(Model {
            id: model,
            loaded: false,
            ..Model::default()
        });
    }
    Answer::json(200, &told)
}

/// All jobs, by their state.
fn all(standing: &Standing) -> Value {
    let mut lists = json!({ "downloading": [], "paused": [], "completed": [], "failed": [] });
    for job in &standing.jobs {
        let told = tell(job, &standing.settings.download);
        let state = told["status"].as_str().unwrap_or_default().to_owned();
        if let Some(list) = lists[state.as_str()].as_array_mut() {
            list.push(told);
        }
    }
    lists
}

fn tell(job: &Job, settings: &Download) -> Value {
    let status = if settings.fails_at.is_some_and(|at| job.step >= at) {
        "failed"
    } else if settings.pauses_at == Some(job.step) {
        "paused"
    } else if job.step >= settings.steps {
        "completed"
    } else {
        "downloading"
    };
    let done = settings.size_bytes * job.step / settings.steps.max(1);
    let mut told = json!({ "job_id": job.id, "status": status, "total_size_bytes": settings.size_bytes,
        "downloaded_bytes": done, "started_at": STARTED });
    match status {
        "downloading" => {
            told["bytes_per_second"] = json!(25_000_000);
            told["estimated_completion"] = json!(ENDED);
        }
        "completed" => told["completed_at"] = json!(ENDED),
        _ => {}
    }
    told
}

fn entry(model: &Model) -> Value {
    let instances = if model.loaded {
        json!([{ "id": model.id, "config": { "context_length": model.context_length, "eval_batch_size": 512,
            "flash_attention": true, "offload_kv_cache_to_gpu": true } }])
    } else {
        json!([])
    };
    let mut entry = json!({
        "type": if model.embedding { "embedding" } else { "llm" },
        "publisher": "standin",
        "key": model.id,
        "display_name": model.name.as_ref().unwrap_or(&model.id),
        "architecture": if model.embedding { "nomic-bert" } else { "llama" },
        "quantization": { "name": "Q4_K_M", "bits_per_weight": 4 },
        "size_bytes": 2_019_377_696_u64,
        "params_string": "3B",
        "loaded_instances": instances,
        "max_context_length": model.trained_length.unwrap_or(model.context_length),
        "format": "gguf",
        "description": null,
    });
    if !model.embedding {
        entry["capabilities"] = json!({ "vision": model.images, "trained_for_tool_use": model.tools });
    }
    entry
}

fn old_entry(model: &Model) -> Value {
    let kind = match (model.embedding, model.images) {
        (true, _) => "embeddings",
        (_, true) => "vlm",
        _ => "llm",
    };
    json!({ "id": model.id, "object": "model", "type": kind, "publisher": "standin", "arch": "llama",
        "compatibility_type": "gguf", "quantization": "Q4_K_M",
        "state": if model.loaded { "loaded" } else { "not-loaded" },
        "max_context_length": model.trained_length.unwrap_or(model.context_length) })
}
