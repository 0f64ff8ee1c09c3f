//! What is asked for, as a body.

use crate::providers::chat::{ChatRequest, Generation, Message, Overflow, Role, ToolCall};
use crate::providers::error::{ProviderError, ProviderErrorKind};
use crate::providers::json::RawJson;
use crate::providers::write::Writer;

use super::servers::{Takes, Think};

/// What a request says itself: options in the provider's own words may not.
const OURS: [&str; 3] = ["model", "messages", "stream"];

fn invalid(field: &'static str, reason: &'static str) -> ProviderError {
    ProviderErrorKind::InvalidRequest { field, reason }.into()
}

/// The provider's own options first, byte for byte; then what they do not say.
pub(super) fn chat(takes: &Takes, request: &ChatRequest) -> Result<Vec<u8>, ProviderError> {
    let own = request.provider_options.as_ref();
    if OURS
        .into_iter()
        .any(|key| own.is_some_and(|own| own.has_key(key)))
    {
        return Err(invalid(
            "providerOptions",
            "must not say model, messages or stream",
        ));
    }
    let mut body = Body {
        out: Writer::object(),
        own,
        takes,
    };
    body.out.field("model", &request.model);
    body.out.key("messages");
    body.out.open('[');
    let mut ids = Ids::default();
    for message in &request.messages {
        body.message(message, &mut ids);
    }
    body.out.close(']');
    body.out.plain("stream", true);
    if let Some(own) = own {
        body.out.entries(own);
    }
    if takes.stream_options {
        body.raw("stream_options", r#"{"include_usage":true}"#);
    }
    if let Some((key, value)) = takes
        .refuse_overflow
        .filter(|_| request.overflow == Overflow::Refuse)
    {
        body.raw(key, value);
    }
    body.tools(request);
    body.generation(&request.generation)?;
    if let Some(think) = &request.think {
        body.think(think.as_str());
    }
    if let Some(format) = &request.format {
        body.format(format);
    }
    Ok(body.out.finish())
}

struct Body<'r> {
    out: Writer,
    own: Option<&'r RawJson>,
    takes: &'r Takes,
}

impl Body<'_> {
    /// Whether nobody said so already.
    fn is_free(&self, key: &str) -> bool {
        !self.own.is_some_and(|own| own.has_key(key))
    }

    fn raw(&mut self, key: &str, json: &str) {
        if self.is_free(key) {
            self.out.key(key);
            self.out.raw(json);
        }
    }

    fn message(&mut self, message: &Message, ids: &mut Ids) {
        let out = &mut self.out;
        out.open('{');
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
        };
        out.field("role", role);
        out.key("content");
        if message.images.is_empty() {
            if message.text.is_empty() && !message.tool_calls.is_empty() {
                out.raw("null");
            } else {
                out.text(&message.text);
            }
        } else {
            parts(out, message);
        }
        if let (Some(key), Some(reasoning)) = (self.takes.reasoning, &message.reasoning) {
            out.field(key, reasoning);
        }
        if message.role == Role::Tool {
            out.field("tool_call_id", &ids.answered(message));
        }
        if !message.tool_calls.is_empty() {
            out.key("tool_calls");
            out.open('[');
            for call in &message.tool_calls {
                out.open('{');
                out.field("id", &ids.called(call));
                out.field("type", "function");
                out.key("function");
                out.open('{');
                out.field("name", &call.name);
                out.field("arguments", call.arguments.as_str());
                out.close('}');
                out.close('}');
            }
            out.close(']');
        }
        out.close('}');
    }

    fn tools(&mut self, request: &ChatRequest) {
        if request.tools.is_empty() || !self.is_free("tools") {
            return;
        }
        let out = &mut self.out;
        out.key("tools");
        out.open('[');
        for tool in &request.tools {
            out.open('{');
            out.field("type", "function");
            out.key("function");
            out.open('{');
            out.field("name", &tool.name);
            out.field("description", &tool.description);
            out.key("parameters");
            out.raw(tool.parameters.as_str());
            out.close('}');
            out.close('}');
        }
        out.close(']');
    }

    fn generation(&mut self, generation: &Generation) -> Result<(), ProviderError> {
        let Generation {
            temperature,
            max_tokens,
            top_p,
            top_k,
            repeat_penalty,
            seed,
            stop,
        } = generation;
        for (key, field, value) in [
            (Some("temperature"), "temperature", temperature),
            (Some("top_p"), "topP", top_p),
            (self.takes.repeat_penalty, "repeatPenalty", repeat_penalty),
        ] {
            let Some(value) = value else { continue };
            if !value.is_finite() {
                return Err(invalid(field, "must be a finite number"));
            }
            if let Some(key) = key.filter(|key| self.is_free(key)) {
                self.out.number(key, *value);
            }
        }
        // Both names mean the same, and a server that is told both refuses.
        let is_unlimited = self.is_free("max_tokens") && self.is_free("max_completion_tokens");
        let max_tokens = max_tokens.filter(|_| is_unlimited);
        for (key, value) in [
            (Some(self.takes.max_tokens), max_tokens.map(i64::from)),
            (self.takes.top_k, top_k.map(i64::from)),
            (Some(self.takes.seed), *seed),
        ] {
            if let (Some(key), Some(value)) = (key.filter(|key| self.is_free(key)), value) {
                self.out.plain(key, value);
            }
        }
        if !stop.is_empty() && self.is_free("stop") {
            self.out.key("stop");
            self.out.open('[');
            for text in stop {
                self.out.text(text);
            }
            self.out.close(']');
        }
        Ok(())
    }

    /// `think` is `true`, `false` or a word, as JSON.
    fn think(&mut self, think: &str) {
        let is_word = think.starts_with('"');
        match (self.takes.think, think) {
            (Think::Object, "true") => self.raw("reasoning", r#"{"enabled":true}"#),
            (Think::Object, "false") => self.raw("reasoning", r#"{"enabled":false}"#),
            (Think::Object, word) if is_word => {
                self.raw("reasoning", &[r#"{"effort":"#, word, "}"].concat());
            }
            (Think::Template, "true") => self.raw("chat_template_kwargs", r#"{"enable_thinking":true}"#),
            (Think::Template, "false") => self.raw("chat_template_kwargs", r#"{"enable_thinking":false}"#),
            (Think::Effort, "false") => self.raw("reasoning_effort", "\"none\""),
            (Think::Effort | Think::Template, word) if is_word => self.raw("reasoning_effort", word),
            _ => {}
        }
    }

    /// `format` is a schema, or the word `"json"`.
    fn format(&mut self, format: &RawJson) {
        let schema = format.as_str();
        if !schema.starts_with('{') {
            return self.raw("response_format", r#"{"type":"json_object"}"#);
        }
        // Only a schema that closes its objects can be held to strictly; others would be refused.
        let strict = if format.has_key("additionalProperties") {
            r#","strict":true"#
        } else {
            ""
        };
        let head = r#"{"type":"json_schema","json_schema":{"name":"answer""#;
        self.raw(
            "response_format",
            &[head, strict, ",\"schema\":", schema, "}}"].concat(),
        );
    }
}

/// Text and pictures.
fn parts(out: &mut Writer, message: &Message) {
    out.open('[');
    if !message.text.is_empty() {
        out.open('{');
        out.field("type", "text");
        out.field("text", &message.text);
        out.close('}');
    }
    for image in &message.images {
        out.open('{');
        out.field("type", "image_url");
        out.key("image_url");
        out.open('{');
        out.field(
            "url",
            &["data:", &image.media_type, ";base64,", &image.base64].concat(),
        );
        out.close('}');
        out.close('}');
    }
    out.close(']');
}

/// The protocol wants a number for each call. Other providers have none, and a conversation can come from there.
#[derive(Default)]
struct Ids {
    made: u32,
    /// The function and the made-up number of each call without a result.
    open: Vec<(String, String)>,
}

impl Ids {
    /// The number of a call.
    fn called(&mut self, call: &ToolCall) -> String {
        if let Some(id) = &call.id {
            return id.clone();
        }
        self.made += 1;
        let digits = self.made.to_string();
        // Nine letters and digits: some take nothing else.
        let zeros = &"00000"[digits.len().min(5)..];
        let id = ["call", zeros, &digits].concat();
        self.open.push((call.name.clone(), id.clone()));
        id
    }

    /// The number of the call a message is the result of.
    fn answered(&mut self, message: &Message) -> String {
        if let Some(id) = &message.tool_call_id {
            return id.clone();
        }
        let name = message.tool_name.as_deref();
        let same = |(called, _): &(String, String)| name.is_none_or(|name| name == called);
        let at = self.open.iter().position(same);
        at.map(|at| self.open.remove(at).1).unwrap_or_default()
    }
}
