//! Answers: a line for each token.

use crate::providers::answer::Reading;
use crate::providers::chat::{
    ChatEnd, ChatRequest, Delta, EndReason, Generation, Message, Overflow, Role, ToolCall, Usage,
};
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::json::{NoJson, RawJson, Reader};
use crate::providers::refusal;
use crate::providers::repeat::Place;
use crate::providers::stream::Said;
use crate::providers::write::Writer;

/// Writes a request into an object that names the model.
pub(super) fn write(mut body: Writer, request: &ChatRequest) -> Result<Writer, ProviderError> {
    body.key("messages");
    body.open('[');
    for message in &request.messages {
        write_message(&mut body, message);
    }
    body.close(']');
    body.plain("stream", true);
    if !request.tools.is_empty() {
        body.key("tools");
        body.open('[');
        for tool in &request.tools {
            body.open('{');
            body.field("type", "function");
            body.key("function");
            body.open('{');
            body.field("name", &tool.name);
            body.field("description", &tool.description);
            body.key("parameters");
            body.raw(tool.parameters.as_str());
            body.close('}');
            body.close('}');
        }
        body.close(']');
    }
    for (key, value) in [
        ("think", &request.think),
        ("format", &request.format),
        ("keep_alive", &request.keep_alive),
    ] {
        if let Some(value) = value {
            body.key(key);
            body.raw(value.as_str());
        }
    }
    if request.overflow == Overflow::Refuse {
        // By default the server forgets the beginning of what is too long, and says nothing (fault 44).
        body.plain("truncate", false);
        body.plain("shift", false);
    }
    body.key("options");
    body.open('{');
    write_options(&mut body, request)?;
    body.close('}');
    Ok(body)
}

fn write_message(body: &mut Writer, message: &Message) {
    body.open('{');
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    body.field("role", role);
    body.field("content", &message.text);
    for (key, value) in [
        ("thinking", &message.reasoning),
        ("tool_name", &message.tool_name),
        ("tool_call_id", &message.tool_call_id),
    ] {
        if let Some(value) = value {
            body.field(key, value);
        }
    }
    if !message.images.is_empty() {
        body.key("images");
        body.open('[');
        for image in &message.images {
            body.text(&image.base64);
        }
        body.close(']');
    }
    if !message.tool_calls.is_empty() {
        body.key("tool_calls");
        body.open('[');
        for call in &message.tool_calls {
            body.open('{');
            if let Some(id) = &call.id {
                body.field("id", id);
            }
            body.key("function");
            body.open('{');
            body.field("name", &call.name);
            body.key("arguments");
            body.raw(call.arguments.as_str());
            body.close('}');
            body.close('}');
        }
        body.close(']');
    }
    body.close('}');
}

/// The provider's own options first, byte for byte; then what they do not say.
fn write_options(body: &mut Writer, request: &ChatRequest) -> Result<(), ProviderError> {
    let own = request.provider_options.as_ref();
    if let Some(own) = own {
        body.entries(own);
    }
    let free = |key: &str| !own.is_some_and(|own| own.has_key(key));
    let Generation {
        temperature,
        max_tokens,
        top_p,
        top_k,
        repeat_penalty,
        seed,
        stop,
    } = &request.generation;
    for (key, value) in [
        ("num_ctx", request.context_size),
        ("num_predict", *max_tokens),
        ("top_k", *top_k),
    ] {
        if let Some(value) = value.filter(|_| free(key)) {
            body.plain(key, value);
        }
    }
    for (key, field, value) in [
        ("temperature", "temperature", temperature),
        ("top_p", "topP", top_p),
        ("repeat_penalty", "repeatPenalty", repeat_penalty),
    ] {
        if let Some(value) = value.filter(|_| free(key)) {
            if !value.is_finite() {
                let reason = "must be a finite number";
                return Err(ProviderErrorKind::InvalidRequest { field, reason }.into());
            }
            body.number(key, value);
        }
    }
    if let Some(seed) = seed.filter(|_| free("seed")) {
        body.plain("seed", seed);
    }
    if !stop.is_empty() && free("stop") {
        body.key("stop");
        body.open('[');
        for text in stop {
            body.text(text);
        }
        body.close(']');
    }
    Ok(())
}

/// Reads the lines of an answer. It is done when, and only when, the server says so.
#[derive(Debug, Default)]
pub struct Answer {
    model: Option<String>,
    reason: Option<EndReason>,
    usage: Option<Usage>,
    called: bool,
    /// A line of this protocol has come.
    known: bool,
    /// The line that was read last did nothing but say the text that stands there.
    pub(in crate::providers) place: Option<Place>,
}

/// What is in a line.
#[derive(Default)]
struct Line<'t> {
    is_object: bool,
    /// It has a field that lines of this protocol have.
    known: bool,
    error: Option<&'t str>,
    done: bool,
    reason: Option<String>,
    usage: Usage,
}

impl Answer {
    /// Takes the message of a line out as it is read.
    fn read<'t>(&mut self, text: &'t str, items: &mut Vec<Delta>) -> Result<Line<'t>, NoJson> {
        let mut line = Line::default();
        let mut reader = Reader::new(text);
        line.is_object = reader.object()?;
        if line.is_object {
            while let Some(key) = reader.key()? {
                let usage = &mut line.usage;
                match &*key {
                    "message" => {
                        line.known = true;
                        self.message(&mut reader, items)?;
                    }
                    "done" => {
                        line.known = true;
                        line.done = reader.flag()? == Some(true);
                    }
                    "error" => line.error = Some(reader.raw()?),
                    "model" if self.model.is_none() => self.model = reader.word()?,
                    "done_reason" => line.reason = reader.word()?,
                    "prompt_eval_count" => usage.prompt_tokens = reader.count()?,
                    "eval_count" => usage.completion_tokens = reader.count()?,
                    "load_duration" => usage.load_ms = reader.count()?.map(ms),
                    "prompt_eval_duration" => usage.prompt_ms = reader.count()?.map(ms),
                    "eval_duration" => usage.completion_ms = reader.count()?.map(ms),
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()?;
        Ok(line)
    }

    fn message(&mut self, reader: &mut Reader, items: &mut Vec<Delta>) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "content" => items.extend(Place::say(&mut self.place, reader, Delta::Text)?),
                "thinking" => items.extend(Place::say(&mut self.place, reader, Delta::Reasoning)?),
                "tool_calls" => {
                    if reader.array()? {
                        while reader.item()? {
                            let call = read_call(reader)?;
                            self.called |= call.is_some();
                            items.extend(call.map(Delta::ToolCall));
                        }
                    }
                }
                _ => reader.skip()?,
            }
        }
        Ok(())
    }
}

/// A call; `None` where it names no function.
fn read_call(reader: &mut Reader) -> Result<Option<ToolCall>, NoJson> {
    let (mut id, mut name, mut arguments) = (None, None, None);
    if !reader.object()? {
        return Ok(None);
    }
    while let Some(key) = reader.key()? {
        if key == "id" {
            id = reader.word()?;
        } else if key == "function" && reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "name" => name = reader.word()?,
                    "arguments" => arguments = RawJson::object(reader.raw()?),
                    _ => reader.skip()?,
                }
            }
        } else if key != "function" {
            reader.skip()?;
        }
    }
    Ok(name.map(|name| ToolCall {
        id,
        name,
        arguments: arguments.unwrap_or_default(),
        signature: None,
    }))
}

/// Nanoseconds as milliseconds.
fn ms(ns: u64) -> u64 {
    ns / 1_000_000
}

impl Said for Answer {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, line: &str, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        let foreign = |what| ProviderError::at(ProviderErrorKind::NotThisProtocol(what), status);
        let before = items.len();
        let read = self.read(line, items).map_err(|NoJson| {
            // Half a line says nothing.
            items.truncate(before);
            foreign(Foreign::Text.or_page(line))
        })?;
        if let Some(error) = read.error.and_then(|error| refusal::of_value(error, status)) {
            return Err(error);
        }
        self.known |= read.known;
        if !self.known {
            return Err(foreign(Foreign::OtherJson));
        }
        if !read.done {
            return Ok(Reading::More);
        }
        if read.usage != Usage::default() {
            self.usage = Some(read.usage);
            items.push(Delta::Usage(read.usage));
        }
        self.reason = Some(match read.reason.as_deref() {
            Some("stop") if self.called => EndReason::ToolCalls,
            Some("stop") => EndReason::Stop,
            Some("length") => EndReason::Length,
            Some("load") => EndReason::Loaded,
            Some("unload") => EndReason::Unloaded,
            Some(other) => EndReason::Other(other.chars().take(64).collect()),
            None => EndReason::Unknown,
        });
        Ok(Reading::Enough)
    }

    fn end(self, _: &mut Vec<Delta>) -> ChatEnd {
        ChatEnd {
            reason: self.reason.unwrap_or(EndReason::Unknown),
            model: self.model,
            usage: self.usage,
        }
    }
}
