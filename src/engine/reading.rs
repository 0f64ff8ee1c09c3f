//! Reading what people write: JSON texts of commands, options and manifests.
//!
//! Unknown fields, doubled fields and wrong types are refused, and the failure names the field by its path. The text
//! itself is never echoed: it could hold a key.

use super::command::Command;
use super::failure::{ErrorCode, Failure};
use crate::json::{self, Part, Read, Wrong, tagged};

/// The longest text there can be, in bytes.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// What the package may add to that in the options of a core: the bundled model database, three times what it takes
/// today, and the models of servers.
const MAX_BESIDE_BYTES: usize = (256 << 10) + MAX_SERVED_BYTES;
/// The longest text that says what servers have: 10,000 models of which everything is known.
const MAX_SERVED_BYTES: usize = 8 << 20;
/// How such a text begins. What people write is shorter.
const SET_SERVED: &str = r#"{"type":"setServed","#;

/// Reads a JSON text. `what` names the whole of it where no field can be named.
///
/// # Errors
/// `invalid_input` with the path of the wrong field, or with line and column where the text is no JSON.
pub fn read<T: Read>(text: &str, what: &str) -> Result<T, Failure> {
    read_up_to(MAX_TEXT_BYTES, text, what)
}

/// Reads the options of a core: those of the app, and what the package puts beside them.
///
/// # Errors
/// `invalid_input` with the path of the wrong field.
pub fn read_options<T: Read>(text: &str) -> Result<T, Failure> {
    read_up_to(MAX_TEXT_BYTES + MAX_BESIDE_BYTES, text, "options")
}

/// As [`read`], for texts of up to `most` bytes.
///
/// # Errors
/// As [`read`].
pub fn read_up_to<T: Read>(most: usize, text: &str, what: &str) -> Result<T, Failure> {
    if text.len() > most {
        let reason = ["is longer than ", &(most >> 20).to_string(), " MiB"].concat();
        return Err(wrong(what, &reason));
    }
    json::from_str(text).map_err(|wrong| failure_of(wrong, what))
}

/// Reads a command.
///
/// # Errors
/// `invalid_input` with the path of the wrong field.
pub fn read_command(text: &str) -> Result<Command, Failure> {
    let most = if text.starts_with(SET_SERVED) {
        MAX_SERVED_BYTES
    } else {
        MAX_TEXT_BYTES
    };
    read_up_to(most, text, "command")
}

fn failure_of(found: Wrong, what: &str) -> Failure {
    let Part {
        path,
        reason,
        missing,
    } = match found {
        Wrong::Syntax(reason) => return wrong(what, &["is no JSON: ", &reason].concat()),
        Wrong::Part(part) => part,
    };
    let field = match path.chars().next() {
        // What the whole lacks has a name of its own.
        None => missing.unwrap_or(what).to_owned(),
        Some('[') => [what, &path].concat(),
        Some(_) => path,
    };
    wrong(&field, &reason)
}

fn wrong(field: &str, reason: &str) -> Failure {
    let mut failure = Failure::new(ErrorCode::InvalidInput, [field, ": ", reason, "."].concat());
    failure.field = Some(field.to_owned());
    failure
}

tagged! {
    Command "type" {
        "openConversation" => OpenConversation { conversation_id: "conversationId" },
        "removeConversation" => RemoveConversation { conversation_id: "conversationId" },
        "select" => Select { conversation_id: "conversationId", model_id: "modelId" },
        "selectProfile" => SelectProfile {
            conversation_id: "conversationId",
            profile: "profile",
            needs: "needs?",
        },
        "lookUp" => LookUp { names: "names" },
        "describeDevice" => DescribeDevice {
            online: "online?",
            webgpu: "webgpu?",
            shader_f16: "shaderF16?",
            free_disk_bytes: "freeDiskBytes?",
        },
        "route" => Route { request: "request" },
        "describe" => Describe { model_ids: "modelIds" },
        "configure" => Configure {
            catalog: "catalog?",
            profiles: "profiles?",
            overrides: "overrides?",
            default_model: "defaultModel?",
            default_profile: "defaultProfile?",
            superseded: "superseded?",
        },
        "download" => Download { model_id: "modelId" },
        "cancel" => Cancel { job_id: "jobId" },
        "pause" => Pause { job_id: "jobId" },
        "resume" => Resume { job_id: "jobId" },
        "retry" => Retry { job_id: "jobId" },
        "move" => Move { job_id: "jobId", position: "position" },
        "dismiss" => Dismiss { job_id: "jobId" },
        "removeModel" => RemoveModel { model_id: "modelId", unload: "unload?" },
        "unloadEngine" => UnloadEngine { engine_id: "engineId" },
        "addModels" => AddModels { models: "models" },
        "setServed" => SetServed { engine_id: "engineId", models: "models" },
        "addServed" => AddServed { model: "model" },
        "removeServer" => RemoveServer { engine_id: "engineId" },
        "serverReach" => ServerReach { engine_id: "engineId", reach: "reach" },
        "requestAnswer" => RequestAnswer {
            conversation_id: "conversationId?",
            model_id: "modelId?",
            needs: "needs?",
            fallback: "fallback?",
        },
        "abortAnswer" => AbortAnswer { answer_id: "answerId" },
    }
}
