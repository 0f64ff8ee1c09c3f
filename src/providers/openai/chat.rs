//! Answers: a chunk for each token, or all of it in one piece.
//!
//! An answer ends with `[DONE]`, or with the end of the body once a choice said why it finished. Usage comes before,
//! with or after that. A refusal can come at any place, also after text.

use crate::providers::answer::Reading;
use crate::providers::chat::{ChatEnd, Delta, EndReason, Usage};
use crate::providers::error::{Foreign, ProviderError, ProviderErrorKind};
use crate::providers::json::{NoJson, Reader};
use crate::providers::refusal;
use crate::providers::repeat::Place;
use crate::providers::stream::Said;
use crate::providers::words;

use super::fragments::{Broken, Fragments};
use super::usage;

/// Reads the chunks of an answer.
#[derive(Debug, Default)]
pub struct Answer {
    model: Option<String>,
    reason: Option<EndReason>,
    usage: Usage,
    fragments: Fragments,
    called: bool,
    /// What is said is why the model does not answer.
    refused: bool,
    /// Thoughts come in one of two fields; some servers send them in both.
    thinks_in: Option<Thoughts>,
    /// A chunk of this protocol has come.
    known: bool,
    /// The chunk that was read last did nothing but say the text that stands there.
    pub(in crate::providers) place: Option<Place>,
}

/// The field thoughts are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thoughts {
    Reasoning,
    ReasoningContent,
}

/// What is in a chunk beside the answer itself.
#[derive(Default)]
struct Chunk<'t> {
    error: Option<&'t str>,
    reason: Option<String>,
}

impl Answer {
    /// Takes the pieces of a chunk out as it is read.
    fn read<'t>(&mut self, text: &'t str, items: &mut Vec<Delta>) -> Result<Chunk<'t>, NoJson> {
        let mut chunk = Chunk::default();
        let mut reader = Reader::new(text);
        if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "choices" => {
                        self.known = true;
                        self.choices(&mut reader, &mut chunk, items)?;
                    }
                    "error" => chunk.error = Some(reader.raw()?),
                    "model" if self.model.is_none() => self.model = reader.word()?,
                    "usage" => usage::read(&mut reader, &mut self.usage)?,
                    "timings" => usage::read_timings(&mut reader, &mut self.usage)?,
                    "x_groq" => self.extra(&mut reader)?,
                    _ => reader.skip()?,
                }
            }
        }
        reader.end()?;
        Ok(chunk)
    }

    /// The first choice; nobody asks for more.
    fn choices<'t>(
        &mut self,
        reader: &mut Reader<'t>,
        chunk: &mut Chunk<'t>,
        items: &mut Vec<Delta>,
    ) -> Result<(), NoJson> {
        if !reader.array()? {
            return Ok(());
        }
        let mut is_first = true;
        while reader.item()? {
            if !std::mem::take(&mut is_first) {
                reader.skip()?;
                continue;
            }
            if !reader.object()? {
                continue;
            }
            while let Some(key) = reader.key()? {
                match &*key {
                    "delta" | "message" => self.piece(reader, items)?,
                    "finish_reason" => chunk.reason = reader.word()?,
                    "error" => chunk.error = Some(reader.raw()?),
                    _ => reader.skip()?,
                }
            }
        }
        Ok(())
    }

    fn piece(&mut self, reader: &mut Reader, items: &mut Vec<Delta>) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            match &*key {
                "content" if reader.is_array() => content(reader, items)?,
                "content" => items.extend(Place::say(&mut self.place, reader, Delta::Text)?),
                "reasoning_content" => self.thoughts(Thoughts::ReasoningContent, reader, items)?,
                "reasoning" => self.thoughts(Thoughts::Reasoning, reader, items)?,
                "refusal" => {
                    let said = reader.word()?;
                    self.refused |= said.is_some();
                    items.extend(said.map(Delta::Text));
                }
                "tool_calls" => self.fragments.read(reader)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    fn thoughts(
        &mut self,
        field: Thoughts,
        reader: &mut Reader,
        items: &mut Vec<Delta>,
    ) -> Result<(), NoJson> {
        let mut place = None;
        if let Some(thought) = Place::say(&mut place, reader, Delta::Reasoning)?
            && *self.thinks_in.get_or_insert(field) == field
        {
            self.place = place;
            items.push(thought);
        }
        Ok(())
    }

    /// What a server adds to the protocol.
    fn extra(&mut self, reader: &mut Reader) -> Result<(), NoJson> {
        if !reader.object()? {
            return Ok(());
        }
        while let Some(key) = reader.key()? {
            if key == "usage" {
                usage::read(reader, &mut self.usage)?;
            } else {
                reader.skip()?;
            }
        }
        Ok(())
    }

    /// A choice said why it finished.
    fn finished(&self, word: &str) -> EndReason {
        match word {
            "stop" | "eos" | "end_turn" if self.refused => EndReason::ContentFilter,
            "stop" | "eos" | "end_turn" if self.called => EndReason::ToolCalls,
            "stop" | "eos" | "end_turn" => EndReason::Stop,
            "length" | "model_length" => EndReason::Length,
            "tool_calls" | "function_call" => EndReason::ToolCalls,
            "content_filter" => EndReason::ContentFilter,
            _ => EndReason::Other(word.chars().take(64).collect()),
        }
    }

    /// Gives the calls, which are whole now.
    fn give_calls(&mut self, cut: bool, status: u16, items: &mut Vec<Delta>) -> Result<(), ProviderError> {
        let mut calls = Vec::new();
        self.called |= self.fragments.any();
        let given = self.fragments.finish(cut, &mut calls);
        items.extend(calls.into_iter().map(Delta::ToolCall));
        given.map_err(|Broken { name }| ProviderError {
            said: words::clean(
                &[
                    "the model called ",
                    &name,
                    " with arguments that are no JSON object",
                ]
                .concat(),
            ),
            ..ProviderError::at(ProviderErrorKind::Failed, status)
        })
    }
}

/// Text, or its parts, of which some may be thoughts.
fn content(reader: &mut Reader, items: &mut Vec<Delta>) -> Result<(), NoJson> {
    if !reader.is_array() {
        items.extend(reader.word()?.map(Delta::Text));
        return Ok(());
    }
    reader.array()?;
    while reader.item()? {
        if reader.object()? {
            while let Some(key) = reader.key()? {
                match &*key {
                    "text" => items.extend(reader.word()?.map(Delta::Text)),
                    "thinking" => {
                        let before = items.len();
                        content(reader, items)?;
                        for item in &mut items[before..] {
                            if let Delta::Text(text) = item {
                                *item = Delta::Reasoning(std::mem::take(text));
                            }
                        }
                    }
                    _ => reader.skip()?,
                }
            }
        }
    }
    Ok(())
}

impl Said for Answer {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, line: &str, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        let foreign = |what| ProviderError::at(ProviderErrorKind::NotThisProtocol(what), status);
        match line.trim() {
            "[DONE]" => {
                self.give_calls(self.reason.is_none(), status, items)?;
                return Ok(Reading::Enough);
            }
            "" => return Ok(Reading::More),
            _ => {}
        }
        let before = items.len();
        let chunk = self.read(line, items).map_err(|NoJson| {
            // Half a chunk says nothing.
            items.truncate(before);
            foreign(Foreign::Text.or_page(line))
        })?;
        if let Some(error) = chunk.error.and_then(|error| refusal::of_value(error, status)) {
            return Err(error);
        }
        if !self.known {
            return Err(foreign(Foreign::OtherJson));
        }
        if self.fragments.any() || chunk.reason.is_some() {
            // It did, or may do, more than say a text.
            self.place = None;
        }
        if let Some(word) = chunk.reason {
            if word == "error" {
                return Err(ProviderError::at(ProviderErrorKind::Failed, status));
            }
            self.give_calls(word == "length" || word == "content_filter", status, items)?;
            self.reason = Some(self.finished(&word));
        }
        Ok(Reading::More)
    }

    fn may_end(&self) -> bool {
        self.reason.is_some()
    }

    fn end(self, items: &mut Vec<Delta>) -> ChatEnd {
        let usage = (self.usage != Usage::default()).then_some(self.usage);
        items.extend(usage.map(Delta::Usage));
        ChatEnd {
            reason: self.reason.unwrap_or(EndReason::Unknown),
            model: self.model,
            usage,
        }
    }
}
