//! An answer in the shape of Gemini: whole answers, each with a piece. Nothing says the last word but the reason.
//!
//! `"finish": "promptFeedback"` of a reply blocks the prompt: there is no candidate then.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::settings::{LineEnd, Model, Reply};
use super::super::speech::{End, Said};
use super::super::sse::Events;

/// What says that a thought is its own.
pub(super) const SIGNATURE: &str = "c3RhbmQtaW4gc2lnbmF0dXJl";

/// What is written, and all that is needed for it.
pub(super) struct Written<'a> {
    pub(super) model: &'a Model,
    pub(super) said: &'a Said,
    pub(super) reply: &'a Reply,
    pub(super) number: u64,
    /// Whether what is thought is told, and not only counted.
    pub(super) tells_thoughts: bool,
    /// The data of the error in the stream, if there is one.
    pub(super) error: Option<Value>,
}

impl Written<'_> {
    /// The whole answer at once.
    pub(super) fn whole(&self) -> Answer {
        let said = self.said;
        let mut parts = Vec::new();
        if self.tells_thoughts && !said.thinking.is_empty() {
            parts.push(json!({ "text": said.whole_thinking(), "thought": true }));
        }
        if !said.text.is_empty() {
            parts.push(json!({ "text": said.whole_text() }));
        }
        parts.extend(self.calls());
        let mut whole = self.frame(Some(&Value::Array(parts)));
        self.end(&mut whole);
        Answer::json(200, &whole)
    }

    /// Piece by piece.
    pub(super) fn stream(&self) -> Answer {
        // The only one of all that ends its lines so.
        let mut events = Events::new(self.reply, LineEnd::CrLf);
        let (thoughts, chunks) = self.chunks();
        for (index, chunk) in chunks.iter().enumerate() {
            events.data(chunk);
            if index == 0 && self.reply.unknown {
                events.data(&json!({ "unheardOf": {}, "responseId": self.id() }));
            }
            if index + 1 == thoughts + self.said.text.len() {
                events.mark_again();
            }
        }
        if let (Some(error), Some(body)) = (&self.reply.error, &self.error) {
            events.truncate(error.event);
            events.data(body);
        }
        events.answer()
    }

    /// All pieces in one list.
    pub(super) fn list(&self) -> Answer {
        Answer::json(200, &Value::Array(self.chunks().1))
    }

    /// The pieces, and how many of them are thoughts.
    fn chunks(&self) -> (usize, Vec<Value>) {
        let said = self.said;
        let part = |part: Value| self.frame(Some(&json!([part])));
        let mut chunks = Vec::new();
        if self.tells_thoughts {
            chunks.extend(
                said.thinking
                    .iter()
                    .map(|token| part(json!({ "text": token, "thought": true }))),
            );
        }
        let thoughts = chunks.len();
        chunks.extend(said.text.iter().map(|token| part(json!({ "text": token }))));
        chunks.extend(self.calls().into_iter().map(part));
        if self.reply.finished {
            let mut last = part(json!({ "text": "" }));
            self.end(&mut last);
            chunks.push(last);
        }
        (thoughts, chunks)
    }

    fn calls(&self) -> Vec<Value> {
        let call = |(index, call): (usize, &crate::ollama::ToolCall)| {
            let mut part = json!({ "functionCall": { "name": call.name, "args": call.arguments } });
            // Those that think name their calls, and want to see their signature again.
            if self.model.thinking {
                part["functionCall"]["id"] = json!(format!("call{:04}{index}", self.number));
                part["thoughtSignature"] = json!(SIGNATURE);
            }
            part
        };
        self.said.calls.iter().enumerate().map(call).collect()
    }

    fn id(&self) -> String {
        format!("standin{:04}", self.number)
    }

    fn frame(&self, parts: Option<&Value>) -> Value {
        let said = self.said;
        let mut frame = json!({ "modelVersion": self.model.id, "responseId": self.id() });
        if let Some(parts) = parts {
            frame["candidates"] = json!([{ "content": { "parts": parts, "role": "model" }, "index": 0 }]);
        }
        if self.reply.usage {
            let text = (said.text.len() + 4 * said.calls.len()) as u64;
            let mut usage = json!({
                "promptTokenCount": said.prompt_tokens,
                "candidatesTokenCount": text,
                "totalTokenCount": said.prompt_tokens + said.tokens(),
                "promptTokensDetails": [{ "modality": "TEXT", "tokenCount": said.prompt_tokens }],
            });
            if !said.thinking.is_empty() {
                usage["thoughtsTokenCount"] = json!(said.thinking.len());
            }
            frame["usageMetadata"] = usage;
        }
        frame
    }

    fn end(&self, frame: &mut Value) {
        let word = match &self.said.end {
            End::Stop | End::Sequence(_) | End::Calls => "STOP",
            End::Length => "MAX_TOKENS",
            End::Filter => "SAFETY",
        };
        let word = self.reply.finish.as_deref().unwrap_or(word);
        if word == "promptFeedback" {
            *frame = self.frame(None);
            frame["promptFeedback"] = json!({ "blockReason": "PROHIBITED_CONTENT" });
            return;
        }
        frame["candidates"][0]["finishReason"] = json!(word);
        if self.said.end == End::Filter && self.reply.finish.is_none() {
            // Not even an empty text.
            frame["candidates"][0]["content"] = json!({});
        }
    }
}
