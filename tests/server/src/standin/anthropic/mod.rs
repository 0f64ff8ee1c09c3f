//! The protocol of Anthropic.

pub(super) mod errors;
mod lists;
mod read;
mod thoughts;
mod write;

use serde_json::{Value, json};

use super::settings::{Model, On};
use super::standing::{Question, Refusal, Standing};
use super::{Answer, cors, speech};

/// The version of the protocol that everyone spoke for three years.
const OLD: &str = "2023-06-01";
/// The one since October 2026: without sampling parameters.
const NEW: &str = "2026-10-21";

/// What a question at a path is about.
pub(super) fn on(path: &str) -> On {
    if path.starts_with("/v1/messages") {
        On::Chat
    } else {
        On::Models
    }
}

pub(super) fn answer(standing: &mut Standing, question: &Question) -> Answer {
    let answer = decide(standing, question).unwrap_or_else(Answer::from);
    answer.header("request-id", &errors::request_id(question))
}

fn decide(standing: &Standing, question: &Question) -> Result<Answer, Refusal> {
    let request = question.request;
    if cors::lacks_opt_in(request) {
        return Err(errors::of("noOptIn", question));
    }
    // Where both are sent, this one counts.
    let key = request.header("x-api-key").map(str::to_owned);
    let Some(key) = key.or_else(|| question.key.clone()) else {
        return Err(errors::of("noKey", question));
    };
    if !standing.lets_in(Some(&key)) {
        let is_bearer = request.header("x-api-key").is_none();
        return Err(errors::of(
            if is_bearer { "badBearer" } else { "badKey" },
            question,
        ));
    }
    match request.header("anthropic-version") {
        Some(OLD | NEW) => {}
        Some(other) => {
            let text = format!("anthropic-version: \"{other}\" is not a valid version");
            return Err(errors::invalid(&text, question));
        }
        None => return Err(errors::of("noVersion", question)),
    }
    let get = matches!(request.method.as_str(), "GET" | "HEAD");
    match question.path {
        "/v1/models" if get => lists::models(standing, question),
        "/v1/messages" if !get => messages(standing, question),
        "/v1/messages/count_tokens" if !get => {
            let (_, body) = asked(standing, question)?;
            let prompt = read::prompt(&body, question)?;
            Ok(Answer::json(200, &json!({ "input_tokens": prompt.tokens() })))
        }
        path => match path.strip_prefix("/v1/models/").filter(|_| get) {
            Some(id) => lists::model(standing, id, question),
            None => Err(errors::of("noSuchPath", question)),
        },
    }
}

/// The model that is asked, and the body.
fn asked<'a>(standing: &'a Standing, question: &Question) -> Result<(&'a Model, Value), Refusal> {
    let body: Value =
        serde_json::from_slice(&question.request.body).map_err(|_| errors::of("badJson", question))?;
    let id = body["model"]
        .as_str()
        .ok_or_else(|| errors::invalid("model: Field required", question))?;
    let model = standing.model(id).ok_or_else(|| errors::no_model(id, question))?;
    Ok((model, body))
}

fn messages(standing: &Standing, question: &Question) -> Result<Answer, Refusal> {
    let (model, body) = asked(standing, question)?;
    let is_new = question.request.header("anthropic-version") == Some(NEW);
    read::check(model, &body, is_new, question)?;
    thoughts::check(&body, question)?;
    let prompt = read::prompt(&body, question)?;
    let tokens = prompt.tokens();
    let output = prompt.max_tokens.unwrap_or(0);
    if tokens > model.context_length {
        return Err(errors::too_long(tokens, model.context_length, question));
    }
    if tokens + output > model.context_length {
        return Err(errors::no_room(tokens, output, model.context_length, question));
    }
    let reply = question
        .reply
        .as_ref()
        .or(model.reply.as_ref())
        .unwrap_or(&standing.settings.reply);
    let mut said = speech::speak(&prompt, reply, model.max_output);
    if model.adaptive && body["thinking"]["display"] != "summarized" && !said.thinking.is_empty() {
        // There is a block of thoughts, and nothing in it but its signature.
        said.thinking = vec![String::new()];
    }
    let written = write::Written {
        model,
        said: &said,
        reply,
        number: question.number,
        error: reply.error.as_ref().map(|error| {
            let named = error
                .error
                .as_ref()
                .and_then(|word| errors::named(word, question));
            error
                .body
                .clone()
                .or(named.map(|refusal| refusal.body))
                .unwrap_or_default()
        }),
    };
    Ok(if body["stream"] == true {
        written.stream()
    } else {
        written.whole()
    })
}

/// Models it has unless told.
pub(super) fn usual_models() -> Vec<Model> {
    let model = |id: &str, name: &str, created| Model {
        id: id.into(),
        name: Some(name.into()),
        created,
        images: true,
        ..Model::default()
    };
    vec![
        Model {
            thinking: true,
            context_length: 20_000,
            max_output: 4096,
            ..model("claude-standin-large", "Claude Stand-in Large", 1_787_000_000)
        },
        Model {
            thinking: true,
            adaptive: true,
            ..model("claude-standin-next", "Claude Stand-in Next", 1_786_000_000)
        },
        model("claude-standin-small", "Claude Stand-in Small", 1_780_000_000),
    ]
}
