//! An answer in the shape of OpenAI, with the oddities of each server.

use serde_json::{Value, json};

use super::super::settings::{LineEnd, Model, Reply};
use super::super::speech::{End, Said};
use super::super::sse::Events;
use super::super::{Answer, Vendor};

/// A stream of nothing but an error, as LM Studio says what it notices late.
pub(super) fn failed_at_once(shape: &Reply, body: &Value) -> Answer {
    let mut events = Events::new(shape, LineEnd::Lf);
    let error = json!({ "error": { "message": body["error"] }, "message": body["error"] });
    events.raw(Some("error"), &error.to_string());
    events.answer()
}

/// What is written, and all that is needed for it.
pub(super) struct Written<'a> {
    pub(super) vendor: Vendor,
    pub(super) model: &'a Model,
    pub(super) body: &'a Value,
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
        let text = said.whole_text();
        let mut message = json!({ "role": "assistant", "content": text, "refusal": null, "annotations": [] });
        if !said.calls.is_empty() {
            message["tool_calls"] = (0..said.calls.len())
                .map(|index| self.call(index, true))
                .collect();
            if text.is_empty() {
                message["content"] = Value::Null;
            }
        }
        if let Some(field) = self.thinking_field().filter(|_| !said.thinking.is_empty()) {
            message[field] = json!(said.whole_thinking());
        }
        let mut choice =
            json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": self.finish() });
        self.oddities_of_end(&mut choice);
        let mut whole = self.frame("chat.completion");
        whole["choices"] = json!([choice]);
        if self.reply.usage {
            whole["usage"] = self.usage();
        }
        if self.vendor == Vendor::LlamaCpp {
            whole["timings"] = self.timings();
        }
        Answer::json(200, &whole)
    }

    /// A chunk for each token.
    pub(super) fn stream(&self) -> Answer {
        let mut events = Events::new(self.reply, LineEnd::Lf);
        if self.vendor == Vendor::OpenRouter {
            events.comment("OPENROUTER PROCESSING");
            events.comment("OPENROUTER PROCESSING");
        }
        let begin = match self.vendor {
            Vendor::OpenAi => json!({ "role": "assistant", "content": "", "refusal": null }),
            Vendor::LlamaCpp => json!({ "role": "assistant", "content": null }),
            _ => json!({ "role": "assistant", "content": "" }),
        };
        events.data(&self.chunk(&begin));
        if self.reply.unknown {
            events.raw(Some("unheard.of"), r#"{"object":"unheard.of","choices":[]}"#);
        }
        if let Some(field) = self.thinking_field() {
            for token in &self.said.thinking {
                events.data(&self.chunk(&json!({ field: token })));
            }
        }
        for token in &self.said.text {
            events.data(&self.chunk(&json!({ "content": token })));
        }
        events.mark_again();
        for index in 0..self.said.calls.len() {
            self.stream_call(index, &mut events);
        }
        if self.reply.finished {
            let mut last = self.chunk(&if self.vendor == Vendor::Vllm {
                json!({ "content": "" })
            } else {
                json!({})
            });
            last["choices"][0]["finish_reason"] = self.finish();
            self.oddities_of_end(&mut last["choices"][0]);
            if self.vendor == Vendor::LlamaCpp {
                last["timings"] = self.timings();
            }
            if self.vendor == Vendor::Groq {
                last["x_groq"] = json!({ "id": "req_standin", "usage": self.usage() });
            }
            events.data(&last);
        }
        let counted =
            self.body["stream_options"]["include_usage"] == true || self.vendor == Vendor::OpenRouter;
        if counted && self.reply.usage && self.reply.finished {
            let mut last = self.frame("chat.completion.chunk");
            last["choices"] = json!([]);
            last["usage"] = self.usage();
            events.data(&last);
        }
        let mut done = self.reply.done;
        if let (Some(error), Some(body)) = (&self.reply.error, &self.error) {
            events.truncate(error.event);
            events.data(&self.failed(body));
            done &= self.vendor == Vendor::Vllm;
        }
        if done {
            events.raw(None, "[DONE]");
        }
        events.answer()
    }

    /// The name of the field for what is thought, where it is told at all.
    fn thinking_field(&self) -> Option<&'static str> {
        match self.vendor {
            Vendor::OpenAi => None,
            Vendor::LlamaCpp | Vendor::LmStudio | Vendor::Compatible => Some("reasoning_content"),
            _ => Some("reasoning"),
        }
    }

    fn frame(&self, object: &str) -> Value {
        let id = match self.vendor {
            Vendor::OpenRouter => format!("gen-1787000000-standin{:04}", self.number),
            _ => format!("chatcmpl-standin{:04}", self.number),
        };
        let mut frame =
            json!({ "id": id, "object": object, "created": 1_787_000_000, "model": self.model.id });
        match self.vendor {
            Vendor::OpenAi => {
                frame["service_tier"] = json!("default");
                frame["system_fingerprint"] = json!("fp_standin");
            }
            Vendor::LlamaCpp => frame["system_fingerprint"] = json!("b7000-standin"),
            Vendor::OpenRouter => frame["provider"] = json!("Stand-in"),
            _ => {}
        }
        frame
    }

    fn chunk(&self, delta: &Value) -> Value {
        let mut choice = json!({ "index": 0, "delta": delta, "finish_reason": null });
        if self.vendor != Vendor::LlamaCpp {
            choice["logprobs"] = Value::Null;
        }
        let mut chunk = self.frame("chat.completion.chunk");
        chunk["choices"] = json!([choice]);
        if self.vendor == Vendor::OpenAi {
            chunk["obfuscation"] = json!("aZ9");
            if self.body["stream_options"]["include_usage"] == true {
                chunk["usage"] = Value::Null;
            }
        }
        chunk
    }

    fn call(&self, index: usize, whole: bool) -> Value {
        let call = &self.said.calls[index];
        let arguments = if whole {
            call.arguments.to_string()
        } else {
            String::new()
        };
        json!({
            "id": format!("call_standin{:04}{index}", self.number),
            "type": "function",
            "function": { "name": call.name, "arguments": arguments },
        })
    }

    /// The name first, then the arguments in pieces.
    fn stream_call(&self, index: usize, events: &mut Events) {
        let mut first = self.call(index, false);
        first["index"] = json!(index);
        events.data(&self.chunk(&json!({ "tool_calls": [first] })));
        let arguments = self.said.calls[index].arguments.to_string();
        let middle = arguments
            .char_indices()
            .nth(arguments.chars().count() / 2)
            .map_or(0, |(at, _)| at);
        for piece in [&arguments[..middle], &arguments[middle..]] {
            let piece = json!({ "index": index, "function": { "arguments": piece } });
            events.data(&self.chunk(&json!({ "tool_calls": [piece] })));
        }
    }

    fn finish(&self) -> Value {
        let word = match (&self.reply.finish, &self.said.end) {
            (Some(word), _) => word,
            (None, End::Stop | End::Sequence(_)) => "stop",
            (None, End::Length) => "length",
            (None, End::Calls) => "tool_calls",
            (None, End::Filter) => "content_filter",
        };
        json!(word)
    }

    fn oddities_of_end(&self, choice: &mut Value) {
        match self.vendor {
            Vendor::Vllm => {
                choice["stop_reason"] = match &self.said.end {
                    End::Sequence(word) => json!(word),
                    _ => Value::Null,
                };
            }
            Vendor::OpenRouter => choice["native_finish_reason"] = choice["finish_reason"].clone(),
            _ => {}
        }
    }

    fn usage(&self) -> Value {
        let (asked, said) = (self.said.prompt_tokens, self.said.tokens());
        let mut usage =
            json!({ "prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said });
        if matches!(self.vendor, Vendor::OpenAi | Vendor::OpenRouter) {
            usage["prompt_tokens_details"] = json!({ "cached_tokens": 0, "audio_tokens": 0 });
            usage["completion_tokens_details"] = json!({ "reasoning_tokens": self.said.thinking.len(), "audio_tokens": 0,
                "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0 });
        }
        if self.vendor == Vendor::OpenRouter {
            usage["cost"] = json!(0.000_001);
            usage["is_byok"] = json!(false);
        }
        if self.vendor == Vendor::Groq {
            usage["queue_time"] = json!(0.05);
            usage["total_time"] = json!(0.1);
        }
        usage
    }

    fn timings(&self) -> Value {
        let (asked, said) = (self.said.prompt_tokens, self.said.tokens());
        json!({ "cache_n": 0, "prompt_n": asked, "prompt_ms": 20.5, "prompt_per_second": 500.0,
            "predicted_n": said, "predicted_ms": 100.25, "predicted_per_second": 80.0 })
    }

    /// An error in the stream: by itself, or at OpenRouter in a chunk that ends the answer.
    fn failed(&self, body: &Value) -> Value {
        if self.vendor != Vendor::OpenRouter {
            return body.clone();
        }
        let mut chunk = self.chunk(&json!({ "role": "assistant", "content": "" }));
        chunk["choices"][0]["finish_reason"] = json!("error");
        chunk["error"] = body["error"].clone();
        chunk
    }
}
