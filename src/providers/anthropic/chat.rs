//! Answers: a stream of events, block by block.
//!
//! An event says in its data what it is, so its name is not needed; one that is not known is ignored, as the protocol asks.
//! A block is text, a thought, or a call whose arguments come in pieces. Thoughts are handed on, and kept as they came for
//! the call they lead to. A server that answers as a whole sends the same blocks in one message.

use crate::providers::answer::Reading;
use crate::providers::chat::{ChatEnd, Delta, EndReason, ToolCall, Usage};
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::json::{NoJson, RawJson, Reader};
use crate::providers::refusal;
use crate::providers::stream::Said;
use crate::providers::write::Writer;

/// Reads the events of an answer. It is done when the server says so, or has said why it ended.
#[derive(Debug, Default)]
pub struct Answer {
    model: Option<String>,
    reason: Option<EndReason>,
    usage: Usage,
    /// Blocks that have begun and not ended, by their number.
    open: Vec<(u64, Block)>,
    /// The thoughts since the last call, as the JSON of their blocks.
    thoughts: String,
    /// A call came whose arguments are none.
    has_broken_call: bool,
}

/// A block, as far as it has come.
#[derive(Debug, Default)]
struct Block {
    kind: BlockKind,
    id: Option<String>,
    name: Option<String>,
    /// Text, thought or encrypted thought.
    text: String,
    signature: String,
    /// The arguments of a call, in pieces.
    pieces: String,
    /// The arguments of a call that has them from the beginning.
    input: Option<RawJson>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Text,
    Thinking,
    Redacted,
    Tool,
    /// Something the server does by itself.
    #[default]
    Other,
}

/// What is in an event.
#[derive(Default)]
struct Event<'t> {
    is_object: bool,
    kind: Option<String>,
    index: u64,
    block: Option<Block>,
    piece: Piece,
    error: Option<&'t str>,
    model: Option<String>,
    reason: Option<String>,
    usage: Usage,
    /// The blocks of an answer that comes as a whole.
    content: Vec<Block>,
}

/// A piece of a block.
#[derive(Default)]
struct Piece {
    text: Option<String>,
    thinking: Option<String>,
    signature: Option<String>,
    json: Option<String>,
}

impl<'t> Event<'t> {
    fn read(text: &'t str) -> Result<Self, NoJson> {
        let mut event = Self::default();
        let mut reader = Reader::new(text);
        event.is_object = reader.object()?;
        if event.is_object {
            while let Some(key) = reader.key()? {
                match &*key {
                    "type" => event.kind = reader.word()?,
                    "index" => event.index = reader.count()?.unwrap_or_default(),
                    "content_block" => event.block = Some(Block::read(&mut reader)?),
                    "delta" => event.delta(&mut reader)?,
                    "message" => event.message(&mut reader)?,
                    "usage" => read_usage(&mut reader, &mut event.usage)?,
                    "error" => event.error = Some(reader.raw()?),
                    // An answer as a whole.
                    "model" => event.model = reader.word()?,
                    "stop_reason" => event.reason = reader.word()?,
                    "content" => event.content(&mut reader)?,
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()?;
        Ok(event)
    }

    /// A piece of a block, or of what is said of the message.
    fn delta(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "text" => self.piece.text = reader.word()?,
                "thinking" => self.piece.thinking = reader.word()?,
                "signature" => self.piece.signature = reader.word()?,
                "partial_json" => self.piece.json = reader.word()?,
                "stop_reason" => self.reason = reader.word()?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    fn message(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "model" => self.model = reader.word()?,
                "usage" => read_usage(reader, &mut self.usage)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    fn content(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if reader.array()? {
            while reader.item()? {
                self.content.push(Block::read(reader)?);
            }
        }
        Ok(())
    }
}

impl Block {
    fn read(reader: &mut Reader) -> Result<Self, NoJson> {
        let mut block = Self::default();
        if !reader.object()? {
            return Ok(block);
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "type" => {
                    block.kind = match reader.text()?.as_deref() {
                        Some("text") => BlockKind::Text,
                        Some("thinking") => BlockKind::Thinking,
                        Some("redacted_thinking") => BlockKind::Redacted,
                        Some("tool_use") => BlockKind::Tool,
                        _ => BlockKind::Other,
                    }
                }
                "id" => block.id = reader.word()?,
                "name" => block.name = reader.word()?,
                "text" | "thinking" | "data" => block.text = reader.word()?.unwrap_or_default(),
                "signature" => block.signature = reader.word()?.unwrap_or_default(),
                "input" => block.input = RawJson::object(reader.raw()?),
                _ => reader.skip()?,
            }
        }
        Ok(block)
    }

    /// What it says from its beginning.
    fn said(&self) -> Option<Delta> {
        if self.text.is_empty() {
            return None;
        }
        match self.kind {
            BlockKind::Text => Some(Delta::Text(self.text.clone())),
            BlockKind::Thinking => Some(Delta::Reasoning(self.text.clone())),
            BlockKind::Redacted | BlockKind::Tool | BlockKind::Other => None,
        }
    }

    /// The arguments of a call; `None` where they are no object.
    fn arguments(&mut self) -> Option<RawJson> {
        if self.pieces.is_empty() {
            return Some(self.input.take().unwrap_or_default());
        }
        RawJson::object(&self.pieces)
    }
}

/// Each event says the totals so far of what it names.
fn read_usage(reader: &mut Reader, usage: &mut Usage) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    let (mut fresh, mut written, mut cached) = (None, None, None);
    while let Some(key) = reader.key()? {
        match &*key {
            "input_tokens" => fresh = reader.count()?,
            "cache_creation_input_tokens" => written = reader.count()?,
            "cache_read_input_tokens" => cached = reader.count()?,
            "output_tokens" => usage.completion_tokens = reader.count()?,
            _ => reader.skip()?,
        }
    }
    // The prompt is what is new and what was there before.
    usage.prompt_tokens = fresh.map(|fresh| {
        let before = written
            .unwrap_or_default()
            .saturating_add(cached.unwrap_or_default());
        fresh.saturating_add(before)
    });
    usage.cached_tokens = cached;
    Ok(())
}

impl Answer {
    fn began(&mut self, index: u64, block: Block, items: &mut Vec<Delta>) {
        items.extend(block.said());
        self.open.retain(|(other, _)| *other != index);
        self.open.push((index, block));
    }

    fn piece(&mut self, index: u64, piece: Piece, items: &mut Vec<Delta>) {
        let open = self.open.iter_mut().find(|(other, _)| *other == index);
        let Some((_, block)) = open else { return };
        match block.kind {
            BlockKind::Text => items.extend(piece.text.map(Delta::Text)),
            BlockKind::Thinking => {
                block
                    .signature
                    .push_str(piece.signature.as_deref().unwrap_or_default());
                if let Some(thought) = piece.thinking {
                    block.text.push_str(&thought);
                    items.push(Delta::Reasoning(thought));
                }
            }
            BlockKind::Tool => block.pieces.push_str(piece.json.as_deref().unwrap_or_default()),
            BlockKind::Redacted | BlockKind::Other => {}
        }
    }

    fn ended(&mut self, mut block: Block, items: &mut Vec<Delta>) {
        match block.kind {
            BlockKind::Thinking => self.keep(&[
                ("type", "thinking"),
                ("thinking", &block.text),
                ("signature", &block.signature),
            ]),
            BlockKind::Redacted => self.keep(&[("type", "redacted_thinking"), ("data", &block.text)]),
            BlockKind::Tool => {
                let (arguments, name) = (block.arguments(), block.name.take());
                let (Some(arguments), Some(name)) = (arguments, name) else {
                    self.has_broken_call = true;
                    return;
                };
                let thoughts = std::mem::take(&mut self.thoughts);
                items.push(Delta::ToolCall(ToolCall {
                    id: block.id,
                    name,
                    arguments,
                    signature: (!thoughts.is_empty()).then(|| ["[", &thoughts, "]"].concat()),
                }));
            }
            BlockKind::Text | BlockKind::Other => {}
        }
    }

    /// Keeps a thought as it has to go back.
    fn keep(&mut self, fields: &[(&str, &str)]) {
        let mut block = Writer::object();
        for (key, text) in fields {
            block.field(key, text);
        }
        if !self.thoughts.is_empty() {
            self.thoughts.push(',');
        }
        self.thoughts
            .push_str(&String::from_utf8(block.finish()).unwrap_or_default());
    }

    /// Totals of the whole answer so far; what is not said again stays.
    fn count(&mut self, usage: Usage) {
        self.usage.prompt_tokens = usage.prompt_tokens.or(self.usage.prompt_tokens);
        self.usage.cached_tokens = usage.cached_tokens.or(self.usage.cached_tokens);
        self.usage.completion_tokens = usage.completion_tokens.or(self.usage.completion_tokens);
    }

    fn reason(&mut self, said: Option<String>) {
        let Some(said) = said else { return };
        self.reason = Some(match said.as_str() {
            "end_turn" | "stop_sequence" => EndReason::Stop,
            "max_tokens" | "model_context_window_exceeded" => EndReason::Length,
            "tool_use" => EndReason::ToolCalls,
            "refusal" => EndReason::ContentFilter,
            other => EndReason::Other(other.chars().take(64).collect()),
        });
    }

    /// The last word. A call that was cut by the longest answer is left out; any other without arguments is an error, since
    /// the model waits for its result.
    fn finish(&mut self, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        for (_, block) in std::mem::take(&mut self.open) {
            self.ended(block, items);
        }
        if self.has_broken_call && self.reason != Some(EndReason::Length) {
            let kind = ProviderErrorKind::NotThisProtocol(Foreign::OtherJson);
            return Err(ProviderError::at(kind, status));
        }
        Ok(Reading::Enough)
    }

    fn tell_usage(&self, items: &mut Vec<Delta>) {
        if self.usage != Usage::default() {
            items.push(Delta::Usage(self.usage));
        }
    }
}

impl Said for Answer {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, line: &str, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        let foreign = |what| ProviderError::at(ProviderErrorKind::NotThisProtocol(what), status);
        let event = Event::read(line).map_err(|NoJson| foreign(Foreign::Text.or_page(line)))?;
        if let Some(error) = event.error.and_then(|error| refusal::of_value(error, status)) {
            return Err(error);
        }
        let Some(kind) = event.kind.filter(|_| event.is_object) else {
            return Err(foreign(Foreign::OtherJson));
        };
        match kind.as_str() {
            "message_start" => {
                self.model = event.model;
                self.count(event.usage);
            }
            "content_block_start" => {
                if let Some(block) = event.block {
                    self.began(event.index, block, items);
                }
            }
            "content_block_delta" => self.piece(event.index, event.piece, items),
            "content_block_stop" => {
                let at = self.open.iter().position(|(index, _)| *index == event.index);
                if let Some(at) = at {
                    let (_, block) = self.open.remove(at);
                    self.ended(block, items);
                }
            }
            "message_delta" => {
                self.count(event.usage);
                self.reason(event.reason);
                self.tell_usage(items);
            }
            "message_stop" => return self.finish(status, items),
            "message" => {
                self.model = event.model;
                self.count(event.usage);
                self.reason(event.reason);
                for block in event.content {
                    items.extend(block.said());
                    self.ended(block, items);
                }
                self.tell_usage(items);
                return self.finish(status, items);
            }
            _ => {}
        }
        Ok(Reading::More)
    }

    fn may_end(&self) -> bool {
        self.reason.is_some() && !self.has_broken_call
    }

    fn end(self, _: &mut Vec<Delta>) -> ChatEnd {
        ChatEnd {
            reason: self.reason.unwrap_or(EndReason::Unknown),
            model: self.model,
            usage: (self.usage != Usage::default()).then_some(self.usage),
        }
    }
}
