//! The protocol of OpenAI, as OpenAI and those after it speak it.
//!
//! What differs from server to server is in four places: the list ([`lists`]), what is refused ([`read`]), the oddities
//! of a chunk ([`write`]), and the words of errors ([`errors`]). Three have questions of their own ([`llama_cpp`],
//! [`lm_studio`], [`openrouter`]).

pub(super) mod errors;
mod lists;
mod llama_cpp;
mod lm_studio;
mod openrouter;
mod read;
mod write;

use serde_json::Value;

use super::settings::{Model, On, Reply};
use super::standing::{Question, Refusal, Standing};
use super::{Answer, Vendor, speech};

/// What a question at a path is about.
pub(super) fn on(path: &str) -> On {
    if path.ends_with("/chat/completions") {
        On::Chat
    } else if path.contains("/models/download") || path.ends_with("/load") || path.ends_with("/unload") {
        On::Download
    } else if path.contains("/models") {
        On::Models
    } else if path.ends_with("/key") {
        On::Key
    } else {
        On::Server
    }
}

pub(super) fn answer(standing: &mut Standing, question: &Question) -> Answer {
    let vendor = standing.vendor;
    let refused = |word: &str| {
        let refusal = errors::named(vendor, word, question);
        refusal.map_or_else(|| Answer::text(500, "text/plain", word), Answer::from)
    };
    let own = match vendor {
        Vendor::LlamaCpp => llama_cpp::answer(standing, question),
        Vendor::OpenRouter => openrouter::answer(standing, question),
        Vendor::LmStudio if standing.lets_in(question.key.as_deref()) => {
            lm_studio::answer(standing, question)
        }
        _ => None,
    };
    if let Some(answer) = own {
        return answer;
    }
    let get = matches!(question.request.method.as_str(), "GET" | "HEAD");
    if !standing.lets_in(question.key.as_deref()) {
        return refused(if question.key.is_none() { "noKey" } else { "badKey" });
    }
    let Some(call) = question.path.strip_prefix(vendor.base()) else {
        return refused("noSuchPath");
    };
    match call {
        "/models" if get => lists::models(standing),
        "/chat/completions" if !get => chat(standing, question).unwrap_or_else(Answer::from),
        _ if get => match call.strip_prefix("/models/") {
            Some(id) => lists::model(standing, id).unwrap_or_else(|| errors::no_model(vendor, id).into()),
            None => refused("noSuchPath"),
        },
        _ => refused("noSuchPath"),
    }
}

fn chat(standing: &Standing, question: &Question) -> Result<Answer, Refusal> {
    let vendor = standing.vendor;
    let body: Value = serde_json::from_slice(&question.request.body)
        .map_err(|_| errors::of(vendor, "badJson", question))?;
    let model = read::model(standing, &body, question)?;
    let prompt = read::prompt(vendor, model, &body, question)?;
    let asked = prompt.tokens();
    let output = prompt.max_tokens.unwrap_or(0);
    // These two mind the prompt alone, and shorten the answer.
    let counted = if matches!(vendor, Vendor::LlamaCpp | Vendor::LmStudio) {
        1
    } else {
        output
    };
    if asked + counted > model.context_length {
        let refusal = errors::overflow(vendor, asked, output, model.context_length);
        if vendor == Vendor::LmStudio && body["stream"] == true {
            return Ok(write::failed_at_once(
                &reply_of(standing, model, question),
                &refusal.body,
            ));
        }
        return Err(refusal);
    }
    let reply = reply_of(standing, model, question);
    let said = speech::speak(
        &prompt,
        &reply,
        model.max_output.min(model.context_length - asked),
    );
    let written = write::Written {
        vendor,
        model,
        body: &body,
        said: &said,
        reply: &reply,
        number: question.number,
        error: reply.error.as_ref().map(|error| {
            let named = error
                .error
                .as_ref()
                .and_then(|word| errors::named(vendor, word, question));
            error
                .body
                .clone()
                .or(named.map(|refusal| refusal.body))
                .unwrap_or_default()
        }),
    };
    let answer = if body["stream"] == true {
        written.stream()
    } else {
        written.whole()
    };
    Ok(answer.header("x-request-id", &format!("req_standin{:04}", question.number)))
}

/// How an answer goes: as a fault says, as the model does, as the stand-in does.
fn reply_of(standing: &Standing, model: &Model, question: &Question) -> Reply {
    let said = question.reply.as_ref().or(model.reply.as_ref());
    said.unwrap_or(&standing.settings.reply).clone()
}

/// Models a server has unless told.
pub(super) fn usual_models(vendor: Vendor) -> Vec<Model> {
    let model = |id: &str| Model {
        id: id.into(),
        ..Model::default()
    };
    let thinking = |id: &str| Model {
        thinking: true,
        ..model(id)
    };
    let embedding = |id: &str| Model {
        embedding: true,
        tools: false,
        ..model(id)
    };
    match vendor {
        Vendor::LlamaCpp => vec![Model {
            trained_length: Some(131_072),
            context_length: 4096,
            thinking: true,
            ..model("llama-standin-1b.gguf")
        }],
        Vendor::Vllm => vec![thinking("standin/vllm-8b")],
        Vendor::LmStudio => vec![
            Model {
                trained_length: Some(131_072),
                context_length: 4096,
                ..model("standin/lm-3b")
            },
            Model {
                loaded: false,
                images: true,
                ..model("standin/lm-vision-7b")
            },
            embedding("text-embedding-standin"),
        ],
        Vendor::Groq => vec![thinking("standin/groq-20b"), model("groq-standin-8b")],
        Vendor::OpenRouter => vec![
            thinking("standin/router-large"),
            model("standin/router-small:free"),
        ],
        _ => vec![
            Model {
                images: true,
                ..model("gpt-standin")
            },
            thinking("o-standin"),
            embedding("text-embedding-standin"),
        ],
    }
}
