//! An answer in the shape of Anthropic: blocks, each begun, filled and ended.

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
    /// The data of the error in the stream, if there is one.
    pub(super) error: Option<Value>,
}

impl Written<'_> {
    /// The whole answer at once.
    pub(super) fn whole(&self) -> Answer {
        let said = self.said;
        let mut content = Vec::new();
        if !said.thinking.is_empty() {
            content.push(
                json!({ "type": "thinking", "thinking": said.whole_thinking(), "signature": SIGNATURE }),
            );
        }
        if !said.text.is_empty() {
            content.push(json!({ "type": "text", "text": said.whole_text(), "citations": null }));
        }
        for (index, call) in said.calls.iter().enumerate() {
            content.push(json!({ "type": "tool_use", "id": self.call_id(index), "name": call.name, "input": call.arguments }));
        }
        let mut whole = self.message(said.tokens());
        whole["content"] = Value::Array(content);
        self.end(&mut whole);
        Answer::json(200, &whole)
    }

    /// Block by block.
    pub(super) fn stream(&self) -> Answer {
        let said = self.said;
        let mut events = Events::new(self.reply, LineEnd::Lf);
        events.named(&json!({ "type": "message_start", "message": self.message(1) }));
        if self.reply.unknown {
            events.named(&json!({ "type": "unheard_of", "index": 0 }));
        }
        let mut index = 0;
        let delta = |index: u64, delta: Value| json!({ "type": "content_block_delta", "index": index, "delta": delta });
        if !said.thinking.is_empty() {
            begin(
                &mut events,
                index,
                &json!({ "type": "thinking", "thinking": "", "signature": "" }),
            );
            for token in said.thinking.iter().filter(|token| !token.is_empty()) {
                events.named(&delta(
                    index,
                    json!({ "type": "thinking_delta", "thinking": token }),
                ));
            }
            events.named(&delta(
                index,
                json!({ "type": "signature_delta", "signature": SIGNATURE }),
            ));
            events.named(&json!({ "type": "content_block_stop", "index": index }));
            index += 1;
        }
        if !said.text.is_empty() {
            begin(&mut events, index, &json!({ "type": "text", "text": "" }));
            for token in &said.text {
                events.named(&delta(index, json!({ "type": "text_delta", "text": token })));
            }
            events.mark_again();
            events.named(&json!({ "type": "content_block_stop", "index": index }));
            index += 1;
        }
        for (at, call) in said.calls.iter().enumerate() {
            let id = self.call_id(at);
            begin(
                &mut events,
                index,
                &json!({ "type": "tool_use", "id": id, "name": call.name, "input": {} }),
            );
            let arguments = call.arguments.to_string();
            // Without arguments nothing comes at all.
            let arguments = if arguments == "{}" { "" } else { &arguments };
            let middle = arguments
                .char_indices()
                .nth(arguments.chars().count() / 2)
                .map_or(0, |(at, _)| at);
            for piece in ["", &arguments[..middle], &arguments[middle..]] {
                events.named(&delta(
                    index,
                    json!({ "type": "input_json_delta", "partial_json": piece }),
                ));
            }
            events.named(&json!({ "type": "content_block_stop", "index": index }));
            index += 1;
        }
        if self.reply.finished {
            let mut last = json!({ "type": "message_delta", "delta": {} });
            self.end(&mut last["delta"]);
            if self.reply.usage {
                last["usage"] = self.usage(said.tokens());
            } else {
                last["usage"] = json!({ "output_tokens": said.tokens() });
            }
            events.named(&last);
        }
        let mut done = self.reply.done && self.reply.finished;
        if let (Some(error), Some(body)) = (&self.reply.error, &self.error) {
            events.truncate(error.event);
            events.raw(Some("error"), &body.to_string());
            done = false;
        }
        if done {
            events.named(&json!({ "type": "message_stop" }));
        }
        events.answer()
    }

    fn message(&self, output: u64) -> Value {
        json!({
            "id": format!("msg_standin{:04}", self.number),
            "type": "message",
            "role": "assistant",
            "model": self.model.id,
            "content": [],
            "container": null,
            "stop_reason": null,
            "stop_sequence": null,
            "stop_details": null,
            "usage": self.usage(output),
        })
    }

    fn usage(&self, output: u64) -> Value {
        json!({
            "input_tokens": self.said.prompt_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": output,
            "service_tier": "standard",
        })
    }

    fn end(&self, fields: &mut Value) {
        let word = match &self.said.end {
            End::Stop => "end_turn",
            End::Sequence(_) => "stop_sequence",
            End::Length => "max_tokens",
            End::Calls => "tool_use",
            End::Filter => "refusal",
        };
        fields["stop_reason"] = json!(self.reply.finish.as_deref().unwrap_or(word));
        fields["stop_sequence"] = match &self.said.end {
            End::Sequence(sequence) => json!(sequence),
            _ => Value::Null,
        };
    }

    fn call_id(&self, index: usize) -> String {
        format!("toolu_standin{:04}{index}", self.number)
    }
}

/// A block begins; after the first one comes a ping, as the real one sends it.
fn begin(events: &mut Events, index: u64, block: &Value) {
    events.named(&json!({ "type": "content_block_start", "index": index, "content_block": block }));
    if index == 0 {
        events.named(&json!({ "type": "ping" }));
    }
}
