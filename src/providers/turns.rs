//! A conversation as turns, for protocols in which person and model alternate: neighbours of one side are one turn,
//! instructions stand apart, and results of functions are part of what the person's side says.
//!
//! Results find their calls here too. Some protocols name a call by its number and some by its function; a message of the
//! app may have either.

use super::chat::{Message, Role, ToolCall};
use super::error::{ProviderError, ProviderErrorKind};

/// What one side says.
#[derive(Debug)]
pub(super) struct Turn<'m> {
    /// The model says it; otherwise the person's side.
    pub(super) by_model: bool,
    /// Results of functions come first: protocols want them right after their calls.
    pub(super) said: Vec<Said<'m>>,
}

/// A message that says something.
#[derive(Debug)]
pub(super) struct Said<'m> {
    pub(super) message: &'m Message,
    /// Of a model: the place of its first call among all calls of the conversation.
    pub(super) first_call: usize,
    /// Of a result: the call it belongs to.
    pub(super) answers: Option<Answered<'m>>,
}

/// A call that has a result.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered<'m> {
    /// Its place among all calls of the conversation.
    pub(super) at: usize,
    pub(super) call: &'m ToolCall,
}

/// All instructions as one text.
pub(super) fn instructions(messages: &[Message]) -> Option<String> {
    let mut all: Option<String> = None;
    for message in messages {
        if message.role != Role::System || message.text.is_empty() {
            continue;
        }
        match &mut all {
            None => all = Some(message.text.clone()),
            Some(all) => {
                all.push_str("\n\n");
                all.push_str(&message.text);
            }
        }
    }
    all
}

/// The turns. Messages that say nothing are left out.
///
/// # Errors
/// A result of a function that was not called.
pub(super) fn turns(messages: &[Message]) -> Result<Vec<Turn<'_>>, ProviderError> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut calls: Vec<(&ToolCall, bool)> = Vec::new();
    for message in messages {
        let by_model = match message.role {
            Role::System => continue,
            Role::Assistant => true,
            Role::User | Role::Tool => false,
        };
        let is_result = message.role == Role::Tool;
        let is_empty = message.text.is_empty() && message.images.is_empty();
        if is_empty && !is_result && (!by_model || message.tool_calls.is_empty()) {
            continue;
        }
        let answers = if is_result {
            Some(answered(message, &mut calls)?)
        } else {
            None
        };
        let said = Said {
            message,
            first_call: calls.len(),
            answers,
        };
        if by_model {
            calls.extend(message.tool_calls.iter().map(|call| (call, false)));
        }
        match turns.last_mut() {
            Some(turn) if turn.by_model == by_model => {
                let results = turn.said.iter().filter(|said| said.answers.is_some()).count();
                let at = if is_result { results } else { turn.said.len() };
                turn.said.insert(at, said);
            }
            _ => turns.push(Turn {
                by_model,
                said: vec![said],
            }),
        }
    }
    Ok(turns)
}

/// The call a result belongs to: the one of its number; without one, the first without a result, of its function where
/// it names one.
fn answered<'m>(
    message: &Message,
    calls: &mut [(&'m ToolCall, bool)],
) -> Result<Answered<'m>, ProviderError> {
    let is_it = |(call, has_result): &(&ToolCall, bool)| match (&message.tool_call_id, &message.tool_name) {
        (Some(id), _) => call.id.as_ref() == Some(id),
        (None, Some(name)) => !has_result && call.name == *name,
        (None, None) => !has_result,
    };
    // Numbers may repeat in long conversations: the newest counts.
    let at = match message.tool_call_id {
        Some(_) => calls.iter().rposition(is_it),
        None => calls.iter().position(is_it),
    };
    let Some(at) = at else {
        let reason = "have the result of a function that was not called";
        let field = "messages";
        return Err(ProviderErrorKind::InvalidRequest { field, reason }.into());
    };
    calls[at].1 = true;
    Ok(Answered {
        at,
        call: calls[at].0,
    })
}
