//! Reading what people write: JSON texts of commands, options and manifests.
//!
//! Unknown fields, doubled fields and wrong types are refused, and the failure names the field by its path. The text
//! itself is never echoed: it could hold a key.

use std::fmt::Write as _;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use crate::catalog::AppEntry;
use crate::routing::{Needs, Override, ProfileSpec, Request};

use super::command::Command;
use super::failure::{ErrorCode, Failure};
use super::json;
use super::manifest::ModelManifest;

/// The longest text there can be, in bytes.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Reads a JSON text. `what` names the whole of it where no field can be named.
///
/// # Errors
/// `invalid_input` with the path of the wrong field, or with line and column where the text is no JSON.
pub fn read<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, Failure> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(wrong(what, "is longer than 1 MiB"));
    }
    json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        match error.classify() {
            Category::Data => {
                let place = format!(" at line {} column {}", error.line(), error.column());
                let path = path_at(text, offset_of(text, error.line(), error.column()));
                let field = match path.chars().next() {
                    None => what.to_owned(),
                    Some('[') => format!("{what}{path}"),
                    Some(_) => path,
                };
                wrong(&field, reason.strip_suffix(&place).unwrap_or(&reason))
            }
            Category::Io | Category::Syntax | Category::Eof => wrong(what, &format!("is no JSON: {reason}")),
        }
    })
}

/// Reads a command.
///
/// # Errors
/// `invalid_input` with the path of the wrong field.
pub fn read_command(text: &str) -> Result<Command, Failure> {
    let fields: Fields = read(text, "command")?;
    let kind = fields.kind.clone();
    fields
        .command()
        .map_err(|(field, reason)| wrong(&field, &format!("{reason} in a command of type `{kind}`")))
}

fn wrong(field: &str, reason: &str) -> Failure {
    let mut failure = Failure::new(ErrorCode::InvalidInput, format!("{field}: {reason}."));
    failure.field = Some(field.to_owned());
    failure
}

/// All fields a command can have. Read in one go: choosing by type first would need a reader that buffers, which
/// forgets where in the text it is and is a good part of a small wasm file.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fields {
    #[serde(rename = "type")]
    kind: String,
    conversation_id: Option<String>,
    model_id: Option<String>,
    engine_id: Option<String>,
    job_id: Option<u64>,
    answer_id: Option<u64>,
    position: Option<u32>,
    unload: Option<bool>,
    models: Option<Vec<ModelManifest>>,
    profile: Option<String>,
    needs: Option<Needs>,
    names: Option<Vec<String>>,
    online: Option<bool>,
    webgpu: Option<bool>,
    shader_f16: Option<bool>,
    free_disk_bytes: Option<u64>,
    request: Option<Request>,
    catalog: Option<Vec<AppEntry>>,
    profiles: Option<Vec<ProfileSpec>>,
    overrides: Option<Vec<Override>>,
}

/// A field, and what is wrong with it.
type Wrong = (String, &'static str);

fn needed<T>(value: &mut Option<T>, field: &str) -> Result<T, Wrong> {
    value.take().ok_or_else(|| (field.to_owned(), "is missing"))
}

impl Fields {
    fn command(mut self) -> Result<Command, Wrong> {
        let command = match self.kind.as_str() {
            "openConversation" => Command::OpenConversation {
                conversation_id: self.conversation()?,
            },
            "removeConversation" => Command::RemoveConversation {
                conversation_id: self.conversation()?,
            },
            "select" => Command::Select {
                conversation_id: self.conversation()?,
                model_id: self.model()?,
            },
            "selectProfile" => Command::SelectProfile {
                conversation_id: self.conversation()?,
                profile: needed(&mut self.profile, "profile")?,
                needs: self.needs.take().unwrap_or_default(),
            },
            "lookUp" => Command::LookUp {
                names: needed(&mut self.names, "names")?,
            },
            "describeDevice" => Command::DescribeDevice {
                online: self.online.take(),
                webgpu: self.webgpu.take(),
                shader_f16: self.shader_f16.take(),
                free_disk_bytes: self.free_disk_bytes.take(),
            },
            "route" => Command::Route {
                request: needed(&mut self.request, "request")?,
            },
            "configure" => Command::Configure {
                catalog: self.catalog.take(),
                profiles: self.profiles.take(),
                overrides: self.overrides.take(),
            },
            "download" => Command::Download {
                model_id: self.model()?,
            },
            "cancel" => Command::Cancel { job_id: self.job()? },
            "pause" => Command::Pause { job_id: self.job()? },
            "resume" => Command::Resume { job_id: self.job()? },
            "retry" => Command::Retry { job_id: self.job()? },
            "move" => Command::Move {
                job_id: self.job()?,
                position: needed(&mut self.position, "position")?,
            },
            "dismiss" => Command::Dismiss { job_id: self.job()? },
            "removeModel" => Command::RemoveModel {
                model_id: self.model()?,
                unload: self.unload.take().unwrap_or_default(),
            },
            "unloadEngine" => Command::UnloadEngine {
                engine_id: needed(&mut self.engine_id, "engineId")?,
            },
            "addModels" => Command::AddModels {
                models: needed(&mut self.models, "models")?,
            },
            "requestAnswer" => Command::RequestAnswer {
                conversation_id: self.conversation()?,
            },
            "abortAnswer" => Command::AbortAnswer {
                answer_id: needed(&mut self.answer_id, "answerId")?,
            },
            _ => return Err(("type".to_owned(), "is unknown")),
        };
        match self.left_over() {
            None => Ok(command),
            Some(field) => Err((field.to_owned(), "has no meaning")),
        }
    }

    fn conversation(&mut self) -> Result<String, Wrong> {
        needed(&mut self.conversation_id, "conversationId")
    }

    fn model(&mut self) -> Result<String, Wrong> {
        needed(&mut self.model_id, "modelId")
    }

    fn job(&mut self) -> Result<u64, Wrong> {
        needed(&mut self.job_id, "jobId")
    }

    /// A field the command did not take.
    fn left_over(&self) -> Option<&'static str> {
        let left = [
            ("conversationId", self.conversation_id.is_some()),
            ("modelId", self.model_id.is_some()),
            ("engineId", self.engine_id.is_some()),
            ("jobId", self.job_id.is_some()),
            ("answerId", self.answer_id.is_some()),
            ("position", self.position.is_some()),
            ("unload", self.unload.is_some()),
            ("models", self.models.is_some()),
            ("profile", self.profile.is_some()),
            ("needs", self.needs.is_some()),
            ("names", self.names.is_some()),
            ("online", self.online.is_some()),
            ("webgpu", self.webgpu.is_some()),
            ("shaderF16", self.shader_f16.is_some()),
            ("freeDiskBytes", self.free_disk_bytes.is_some()),
            ("request", self.request.is_some()),
            ("catalog", self.catalog.is_some()),
            ("profiles", self.profiles.is_some()),
            ("overrides", self.overrides.is_some()),
        ];
        left.into_iter().find(|(_, there)| *there).map(|(field, _)| field)
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        fields
            .command()
            .map_err(|(field, reason)| D::Error::custom(format!("`{field}` {reason}")))
    }
}

/// The place of a line and a column, both from 1, as a count of bytes.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (before + column).min(text.len())
}

/// What encloses a place of a JSON text.
enum Frame {
    Object { key: String },
    Array { index: usize },
}

/// The path of the value at a place of a text that is JSON up to there, for instance `models[0].files[2].url`.
fn path_at(text: &str, offset: usize) -> String {
    let mut frames: Vec<Frame> = Vec::new();
    let mut expects_key = false;
    let mut chars = text.char_indices().take_while(|(at, _)| *at < offset);
    while let Some((_, c)) = chars.next() {
        match c {
            '{' => {
                frames.push(Frame::Object { key: String::new() });
                expects_key = true;
            }
            '[' => frames.push(Frame::Array { index: 0 }),
            '}' | ']' => {
                frames.pop();
            }
            ',' => match frames.last_mut() {
                Some(Frame::Array { index }) => *index += 1,
                Some(Frame::Object { .. }) => expects_key = true,
                None => {}
            },
            ':' => expects_key = false,
            '"' => {
                let mut string = String::new();
                let mut escaped = false;
                for (_, c) in chars.by_ref() {
                    if c == '"' && !escaped {
                        break;
                    }
                    escaped = c == '\\' && !escaped;
                    string.push(c);
                }
                if let Some(Frame::Object { key }) = frames.last_mut().filter(|_| expects_key) {
                    *key = string;
                }
            }
            _ => {}
        }
    }
    written(&frames)
}

fn written(frames: &[Frame]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object { key } => {
                if !path.is_empty() && !key.is_empty() {
                    path.push('.');
                }
                path.extend(key.chars().take(64));
            }
            Frame::Array { index } => {
                let _ = write!(path, "[{index}]");
            }
        }
    }
    path
}
