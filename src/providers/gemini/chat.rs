//! Answers: chunks, each an answer of its own with the parts that are new.
//!
//! There is no last word: a chunk says why the answer ended, and what it cost may come with it or after it; so an end of the
//! body after that is fine. A prompt that is held back has no answer but a reason.

use crate::providers::answer::Reading;
use crate::providers::chat::{ChatEnd, Delta, EndReason, ToolCall, Usage};
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::json::{NoJson, RawJson, Reader};
use crate::providers::refusal;
use crate::providers::stream::Said;

/// Reads the chunks of an answer.
#[derive(Debug, Default)]
pub struct Answer {
    model: Option<String>,
    reason: Option<EndReason>,
    usage: Option<Usage>,
    called: bool,
    /// A chunk of this protocol has come.
    known: bool,
}

/// What is in a chunk, besides its parts.
#[derive(Default)]
struct Chunk<'t> {
    known: bool,
    error: Option<&'t str>,
    /// Why the answer ended.
    finish: Option<String>,
    /// Why the prompt is held back.
    block: Option<String>,
    usage: Option<Usage>,
}

/// A part of an answer.
#[derive(Default)]
struct Part {
    text: Option<String>,
    is_thought: bool,
    signature: Option<String>,
    call: Option<ToolCall>,
}

impl Answer {
    /// Takes the parts of a chunk out as they are read.
    fn read<'t>(&mut self, text: &'t str, items: &mut Vec<Delta>) -> Result<Chunk<'t>, NoJson> {
        let mut chunk = Chunk::default();
        let mut reader = Reader::new(text);
        if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "candidates" => {
                        chunk.known = true;
                        self.candidates(&mut reader, &mut chunk, items)?;
                    }
                    "promptFeedback" => {
                        chunk.known = true;
                        read_word(&mut reader, "blockReason", &mut chunk.block)?;
                    }
                    "usageMetadata" => {
                        chunk.known = true;
                        chunk.usage = read_usage(&mut reader)?;
                    }
                    "modelVersion" => self.model = reader.word()?.or(self.model.take()),
                    "error" => chunk.error = Some(reader.raw()?),
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()?;
        Ok(chunk)
    }

    /// The first candidate: more than one is not asked for.
    fn candidates(
        &mut self,
        reader: &mut Reader,
        chunk: &mut Chunk,
        items: &mut Vec<Delta>,
    ) -> Result<(), NoJson> {
        let mut is_first = true;
        if !reader.array()? {
            return Ok(());
        }
        while reader.item()? {
            if !std::mem::take(&mut is_first) {
                reader.skip()?;
            } else if reader.object()? {
                while let Some(key) = reader.key()? {
                    match &*key {
                        "content" => self.content(reader, items)?,
                        "finishReason" => chunk.finish = reader.word()?,
                        _ => reader.skip()?,
                    }
                }
            }
        }
        Ok(())
    }

    fn content(&mut self, reader: &mut Reader, items: &mut Vec<Delta>) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            if key != "parts" {
                reader.skip()?;
            } else if reader.array()? {
                while reader.item()? {
                    let part = Part::read(reader)?;
                    self.part(part, items);
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, part: Part, items: &mut Vec<Delta>) {
        let text = part.text.map(if part.is_thought {
            Delta::Reasoning
        } else {
            Delta::Text
        });
        items.extend(text);
        if let Some(call) = part.call {
            self.called = true;
            // That of a text is not asked for again.
            let signature = part.signature;
            items.push(Delta::ToolCall(ToolCall { signature, ..call }));
        }
    }

    fn reason(&mut self, said: &str, is_block: bool) {
        self.reason = Some(match said {
            "STOP" if self.called => EndReason::ToolCalls,
            "STOP" => EndReason::Stop,
            "MAX_TOKENS" => EndReason::Length,
            "SAFETY"
            | "RECITATION"
            | "BLOCKLIST"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "IMAGE_SAFETY"
            | "IMAGE_PROHIBITED_CONTENT"
            | "IMAGE_RECITATION" => EndReason::ContentFilter,
            _ if is_block => EndReason::ContentFilter,
            other => EndReason::Other(other.chars().take(64).collect()),
        });
    }
}

impl Part {
    fn read(reader: &mut Reader) -> Result<Self, NoJson> {
        let mut part = Self::default();
        if !reader.object()? {
            return Ok(part);
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "text" => part.text = reader.word()?,
                "thought" => part.is_thought = reader.flag()? == Some(true),
                "thoughtSignature" => part.signature = reader.word()?,
                "functionCall" => part.call = read_call(reader)?,
                _ => reader.skip()?,
            }
        }
        Ok(part)
    }
}

/// A call; `None` where it names no function.
fn read_call(reader: &mut Reader) -> Result<Option<ToolCall>, NoJson> {
    let (mut id, mut name, mut arguments) = (None, None, None);
    if !reader.object()? {
        return Ok(None);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "id" => id = reader.word()?,
            "name" => name = reader.word()?,
            "args" => arguments = RawJson::object(reader.raw()?),
            _ => reader.skip()?,
        }
    }
    Ok(name.map(|name| ToolCall {
        id,
        name,
        arguments: arguments.unwrap_or_default(),
        signature: None,
    }))
}

/// One word of an object.
fn read_word(reader: &mut Reader, wanted: &str, word: &mut Option<String>) -> Result<(), NoJson> {
    if !reader.object()? {
        return Ok(());
    }
    while let Some(key) = reader.key()? {
        if key == wanted {
            *word = reader.word()?;
        } else {
            reader.skip()?;
        }
    }
    Ok(())
}

fn read_usage(reader: &mut Reader) -> Result<Option<Usage>, NoJson> {
    let mut usage = Usage::default();
    let mut answer = None;
    if !reader.object()? {
        return Ok(None);
    }
    while let Some(key) = reader.key()? {
        match &*key {
            "promptTokenCount" => usage.prompt_tokens = reader.count()?,
            "cachedContentTokenCount" => usage.cached_tokens = reader.count()?,
            "candidatesTokenCount" => answer = reader.count()?,
            "thoughtsTokenCount" => usage.reasoning_tokens = reader.count()?,
            _ => reader.skip()?,
        }
    }
    // The answer is counted without its thoughts.
    usage.completion_tokens = match (answer, usage.reasoning_tokens) {
        (None, None) => None,
        (answer, thoughts) => Some(
            answer
                .unwrap_or_default()
                .saturating_add(thoughts.unwrap_or_default()),
        ),
    };
    Ok((usage != Usage::default()).then_some(usage))
}

impl Said for Answer {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, line: &str, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        let foreign = |what| ProviderError::at(ProviderErrorKind::NotThisProtocol(what), status);
        let before = items.len();
        let chunk = self.read(line, items).map_err(|NoJson| {
            // Half a chunk says nothing.
            items.truncate(before);
            foreign(Foreign::Text.or_page(line))
        })?;
        if let Some(error) = chunk.error.and_then(|error| refusal::of_value(error, status)) {
            return Err(error);
        }
        self.known |= chunk.known;
        if !self.known {
            return Err(foreign(Foreign::OtherJson));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(usage);
        }
        if let Some(block) = chunk.block {
            self.reason(&block, true);
        }
        if let Some(finish) = chunk.finish {
            self.reason(&finish, false);
        }
        Ok(Reading::More)
    }

    fn may_end(&self) -> bool {
        self.reason.is_some()
    }

    fn end(self, items: &mut Vec<Delta>) -> ChatEnd {
        items.extend(self.usage.map(Delta::Usage));
        ChatEnd {
            reason: self.reason.unwrap_or(EndReason::Unknown),
            model: self.model,
            usage: self.usage,
        }
    }
}
