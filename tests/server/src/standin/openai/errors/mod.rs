//! What servers of this family say when they refuse, by word, each in its own words.
//!
//! Words that all have: `noKey`, `badKey`, `notFound`, `noSuchPath`, `badRequest`, `badJson`, `noModel`, `noMessages`,
//! `overflow`, `rateLimited`, `serverError`, `badGateway` (a page of a proxy), `overloaded`, `timeout`. What one has
//! beside them is said in its module.

mod groq;
mod local;
mod openai;
mod openrouter;

use serde_json::{Value, json};

use super::super::Vendor;
use super::super::standing::{Question, Refusal};

/// The error of a word, if this server has it.
pub(in super::super) fn named(vendor: Vendor, word: &str, question: &Question) -> Option<Refusal> {
    match word {
        "notFound" => Some(no_model(vendor, "gone")),
        "overflow" => Some(overflow(vendor, 9000, 0, 8192)),
        "badRequest" => Some(invalid(vendor, "Invalid request.", "messages", None)),
        "noMessages" => Some(match vendor {
            Vendor::LmStudio => Refusal::new(400, json!({ "error": "'messages' field is required" })),
            _ => invalid(
                vendor,
                "Missing required parameter: 'messages'.",
                "messages",
                Some("missing_required_parameter"),
            ),
        }),
        "noModel" => Some(invalid(
            vendor,
            "you must provide a model parameter",
            "model",
            None,
        )),
        "badGateway" => Some(Refusal::new(502, json!(BAD_GATEWAY))),
        _ => match vendor {
            Vendor::Groq => groq::named(word, question),
            Vendor::LlamaCpp => local::llama_cpp(word),
            Vendor::Vllm => local::vllm(word),
            Vendor::LmStudio => local::lm_studio(word, question),
            Vendor::OpenRouter => openrouter::named(word, question),
            _ => openai::named(word, question),
        },
    }
}

/// One that every server here has.
pub(super) fn of(vendor: Vendor, word: &str, question: &Question) -> Refusal {
    named(vendor, word, question).unwrap_or_else(|| Refusal::new(599, json!(word)))
}

/// A request that cannot be answered.
pub(super) fn invalid(vendor: Vendor, message: &str, param: &str, code: Option<&str>) -> Refusal {
    match vendor {
        Vendor::LlamaCpp => local::coded(400, message, "invalid_request_error"),
        Vendor::Vllm => local::vllm_error(400, message, "BadRequestError", Some(param)),
        Vendor::OpenRouter => openrouter::coded(400, message, Value::Null),
        _ => openai::plain(400, message, "invalid_request_error", Some(param), code),
    }
}

/// A field that is not known.
pub(super) fn unknown_field(vendor: Vendor, name: &str) -> Refusal {
    let text = match vendor {
        Vendor::Groq => format!("property '{name}' is unsupported"),
        _ => format!("Unrecognized request argument supplied: {name}"),
    };
    openai::plain(400, &text, "invalid_request_error", None, None)
}

/// A model that is not there.
pub(super) fn no_model(vendor: Vendor, id: &str) -> Refusal {
    let kind = "invalid_request_error";
    match vendor {
        // As one that has several says it; one that has a single model answers to any name.
        Vendor::LlamaCpp => local::coded(404, &format!("model '{id}' not found"), "not_found_error"),
        Vendor::Vllm => {
            let text = format!("The model `{id}` does not exist.");
            local::vllm_error(404, &text, "NotFoundError", Some("model"))
        }
        Vendor::OpenRouter => openrouter::coded(400, &format!("{id} is not a valid model ID"), Value::Null),
        _ => {
            let text = format!("The model `{id}` does not exist or you do not have access to it.");
            openai::plain(404, &text, kind, None, Some("model_not_found"))
        }
    }
}

/// More than the window holds.
pub(super) fn overflow(vendor: Vendor, asked: u64, output: u64, window: u64) -> Refusal {
    match vendor {
        Vendor::LlamaCpp => local::llama_cpp_overflow(asked, window),
        Vendor::Vllm => local::vllm_overflow(asked, output, window),
        Vendor::LmStudio => local::lm_studio_overflow(asked, window),
        Vendor::OpenRouter => openrouter::overflow(asked, output, window),
        Vendor::Groq => {
            let text = "Please reduce the length of the messages or completion.";
            openai::plain(
                400,
                text,
                "invalid_request_error",
                Some("messages"),
                Some("context_length_exceeded"),
            )
        }
        _ => openai::overflow(asked, output, window),
    }
}

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway\
                           </h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n";
