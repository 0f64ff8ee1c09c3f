//! The protocol of Gemini.

pub(super) mod errors;
mod lists;
mod read;
mod write;

use serde_json::{Value, json};

use super::settings::{Model, On};
use super::standing::{Question, Refusal, Standing};
use super::{Answer, speech};

/// What a question at a path is about.
pub(super) fn on(path: &str) -> On {
    if path.contains(':') { On::Chat } else { On::Models }
}

pub(super) fn answer(standing: &mut Standing, question: &Question) -> Answer {
    let answer = decide(standing, question).unwrap_or_else(Answer::from);
    let kind = "application/json; charset=UTF-8";
    let is_json = answer.headers.get("Content-Type") == Some("application/json");
    if is_json {
        answer.header("Content-Type", kind)
    } else {
        answer
    }
}

fn decide(standing: &Standing, question: &Question) -> Result<Answer, Refusal> {
    let request = question.request;
    let key = request
        .header("x-goog-api-key")
        .map(str::to_owned)
        .or_else(|| request.parameter("key"));
    match key {
        // Such a token would be one of another kind.
        None if request.header("authorization").is_some() => return Err(errors::of("badBearer")),
        None => return Err(errors::of("noKey")),
        Some(key) if !standing.lets_in(Some(&key)) => return Err(errors::of("badKey")),
        Some(_) => {}
    }
    let no_path = || errors::of("noSuchPath");
    let (_, call) = question
        .path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .ok_or_else(no_path)?;
    let call = call.strip_prefix("models").ok_or_else(no_path)?;
    if matches!(request.method.as_str(), "GET" | "HEAD") {
        return match call.strip_prefix('/') {
            None => Ok(lists::models(standing, question)),
            Some(id) => lists::model(standing, id).ok_or_else(|| errors::no_model(id)),
        };
    }
    let (id, method) = call
        .strip_prefix('/')
        .and_then(|rest| rest.split_once(':'))
        .ok_or_else(no_path)?;
    let model = standing
        .model(id)
        .filter(|model| !model.embedding)
        .ok_or_else(|| errors::no_method(id, method))?;
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| errors::of("badJson"))?;
    match method {
        "countTokens" => {
            let tokens = read::prompt(&body)?.tokens();
            let details = json!([{ "modality": "TEXT", "tokenCount": tokens }]);
            Ok(Answer::json(
                200,
                &json!({ "totalTokens": tokens, "promptTokensDetails": details }),
            ))
        }
        "generateContent" => generate(standing, question, model, &body, false),
        "streamGenerateContent" => generate(standing, question, model, &body, true),
        _ => Err(no_path()),
    }
}

fn generate(
    standing: &Standing,
    question: &Question,
    model: &Model,
    body: &Value,
    stream: bool,
) -> Result<Answer, Refusal> {
    read::check(model, body)?;
    let mut prompt = read::prompt(body)?;
    prompt.think = model.thinking && body["generationConfig"]["thinkingConfig"]["thinkingBudget"] != 0;
    let tokens = prompt.tokens();
    if tokens > model.context_length {
        return Err(errors::too_long(tokens, model.context_length));
    }
    let reply = question
        .reply
        .as_ref()
        .or(model.reply.as_ref())
        .unwrap_or(&standing.settings.reply);
    let said = speech::speak(&prompt, reply, model.max_output);
    let written = write::Written {
        model,
        said: &said,
        reply,
        number: question.number,
        tells_thoughts: body["generationConfig"]["thinkingConfig"]["includeThoughts"] == true
            || reply.thinking.is_some(),
        error: reply.error.as_ref().map(|error| {
            let named = error.error.as_ref().and_then(|word| errors::named(word));
            error
                .body
                .clone()
                .or(named.map(|refusal| refusal.body))
                .unwrap_or_default()
        }),
    };
    Ok(match (stream, question.request.parameter("alt").as_deref()) {
        (false, _) => written.whole(),
        (true, Some("sse")) => written.stream(),
        // The way it was before there was SSE: one long list.
        (true, _) => written.list(),
    })
}

/// Models it has unless told.
pub(super) fn usual_models() -> Vec<Model> {
    let model = |id: &str| Model {
        id: id.into(),
        images: true,
        context_length: 32_768,
        ..Model::default()
    };
    vec![
        Model {
            thinking: true,
            name: Some("Gemini Stand-in Pro".into()),
            ..model("gemini-standin-pro")
        },
        Model {
            thinking: true,
            ..model("gemini-3-standin")
        },
        model("gemini-standin-flash"),
        Model {
            embedding: true,
            ..model("gemini-embedding-standin")
        },
    ]
}
