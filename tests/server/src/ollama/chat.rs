//! Answers: a line for each token, and a last one with the reason and the counts.

use serde::Serialize;
use serde_json::{Value, json};

use super::lines::{CLOCK, Line, STAMP, fail, place};
use super::settings::{Model, Reply};
use super::state::State;
use super::{Answer, Asked, bare_name};

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    thinking: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Value>,
}

#[derive(Serialize)]
struct Token<'a> {
    model: &'a str,
    created_at: &'static str,
    message: Message<'a>,
    done: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    done_reason: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
}

#[derive(Serialize)]
struct Counts {
    total_duration: u64,
    load_duration: u64,
    prompt_eval_count: u64,
    prompt_eval_duration: u64,
    eval_count: u64,
    eval_duration: u64,
}

/// What the model says, piece by piece, as one or the other.
#[derive(Clone, Copy)]
enum Said<'a> {
    Thinking(&'a str),
    Text(&'a str),
}

/// The answer, and the context window with which the model stays in memory.
pub(super) fn answer(state: &State, asked: &Asked) -> (Answer, Option<u64>) {
    let Some(model) = state.find(&asked.model) else {
        let message = if state.is_since([0, 12, 0]) {
            format!("model '{}' not found", asked.model)
        } else {
            format!("model \"{}\" not found, try pulling it first", asked.model)
        };
        return (Answer::error(404, &message), None);
    };
    let context = asked
        .number("num_ctx")
        .or(model.num_ctx)
        .unwrap_or(state.settings.context_length);
    let reply = model.reply.as_ref().unwrap_or(&state.settings.reply);
    if let Some(capability) = lacking(model, asked) {
        let name = match capability {
            "tools" => format!("registry.ollama.ai/library/{}", model.name),
            _ => format!("\"{}\"", bare_name(&asked.model)),
        };
        return (
            Answer::error(400, &format!("{name} does not support {capability}")),
            None,
        );
    }
    if asked.body["messages"].as_array().is_none_or(Vec::is_empty) {
        let unload = asked.body["keep_alive"].as_u64() == Some(0);
        let line = last_line(asked, if unload { "unload" } else { "load" }, None);
        let answer = if asked.stream {
            Answer::stream(vec![line], 0, Vec::new())
        } else {
            Answer::line(line)
        };
        return (answer, Some(if unload { 0 } else { context }));
    }
    let prompt = reply.prompt_tokens.unwrap_or_else(|| words(&asked.body));
    if prompt > context && asked.body["truncate"] == false && state.is_since([0, 12, 0]) {
        let text = "the input length exceeds the context length";
        return (Answer::error(400, text), Some(context));
    }
    let answer = speak(asked, reply, prompt.min(context));
    (answer, Some(context))
}

/// The capability the request needs and the model lacks.
fn lacking(model: &Model, asked: &Asked) -> Option<&'static str> {
    let has = |capability: &str| model.capabilities.iter().any(|known| known == capability);
    let wants_vision = asked.body["messages"]
        .as_array()
        .is_some_and(|messages| messages.iter().any(|message| message["images"].is_array()));
    let wanted = [
        ("completion", "chat", true),
        (
            "tools",
            "tools",
            asked.body["tools"]
                .as_array()
                .is_some_and(|tools| !tools.is_empty()),
        ),
        (
            "thinking",
            "thinking",
            !matches!(asked.body["think"], Value::Null | Value::Bool(false)),
        ),
        ("vision", "vision", wants_vision),
    ];
    let lacking = wanted
        .iter()
        .find(|(capability, _, wanted)| *wanted && !has(capability));
    lacking.map(|(_, name, _)| *name)
}

/// A token for each word of the messages and four for each message.
fn words(body: &Value) -> u64 {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |message: &Value| {
        message["content"]
            .as_str()
            .map_or(0, |text| text.split_whitespace().count())
            + 4
    };
    messages.iter().map(of).sum::<usize>() as u64
}

fn speak(asked: &Asked, reply: &Reply, prompt: u64) -> Answer {
    let thinks = asked.body["think"] != false;
    let thought = if thinks { reply.thinking.as_str() } else { "" };
    let clocks = vec![Said::Text(CLOCK); reply.clock];
    let text = if clocks.is_empty() {
        reply.text.as_str()
    } else {
        ""
    };
    let mut said: Vec<Said> = tokens(thought).map(Said::Thinking).collect();
    said.extend(clocks);
    said.extend(tokens(text).map(Said::Text));
    let most = asked
        .number("num_predict")
        .and_then(|most| usize::try_from(most).ok());
    let cut = most.is_some_and(|most| said.len() > most);
    said.truncate(most.unwrap_or(usize::MAX));
    let reason = reply
        .done_reason
        .as_deref()
        .map(|reason| if cut { "length" } else { reason });
    let count = said.len() as u64;
    let counts = Counts {
        total_duration: 122_252_083 + count * 9_000_000,
        load_duration: 1_684_101,
        prompt_eval_count: prompt,
        prompt_eval_duration: 89_551_295,
        eval_count: count,
        eval_duration: count * 9_000_000,
    };
    let calls: Vec<Value> = reply
        .tool_calls
        .iter()
        .enumerate()
        .map(|(index, call)| {
            let (name, arguments) = (&call.name, &call.arguments);
            json!({ "id": format!("call_{index}"), "function": { "index": index, "name": name, "arguments": arguments } })
        })
        .collect();
    if !asked.stream {
        let collect = |thinking: bool| {
            let of = |said: &Said| match *said {
                Said::Thinking(text) if thinking => Some(text.to_owned()),
                Said::Text(text) if !thinking => Some(text.to_owned()),
                _ => None,
            };
            said.iter().filter_map(of).collect::<String>()
        };
        if let Some(error) = &reply.error {
            return Answer::error(500, &error.message);
        }
        return Answer::line(Line::of(&Token {
            done: true,
            done_reason: reason,
            counts: Some(counts),
            ..token(asked, &collect(false), &collect(true), calls)
        }));
    }
    let mut lines: Vec<Line> = said
        .iter()
        .map(|said| match said {
            Said::Thinking(text) => Line::of(&token(asked, "", text, Vec::new())),
            Said::Text(text) => Line::of(&token(asked, text, "", Vec::new())),
        })
        .collect();
    if !calls.is_empty() {
        lines.push(Line::of(&token(asked, "", "", calls)));
    }
    if let Some(reason) = reason.filter(|_| !reply.endless) {
        lines.push(last_line(asked, reason, Some(counts)));
    }
    fail(&mut lines, reply.error.as_ref());
    if !reply.newline
        && let Some(last) = lines.pop()
    {
        lines.push(last.without_end());
    }
    let faults = place(&reply.faults, &lines);
    let answer = Answer::stream(lines, reply.every_ms, faults);
    if reply.endless { answer.for_ever() } else { answer }
}

/// A token for each word, the space before it included: joined they are the text.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let starts = text
        .char_indices()
        .filter(|(_, letter)| *letter == ' ')
        .map(|(at, _)| at);
    let starts: Vec<usize> = starts.filter(|at| *at > 0).chain([text.len()]).collect();
    let mut before = 0;
    let pieces = starts.into_iter().map(move |at| {
        let piece = &text[before..at];
        before = at;
        piece
    });
    pieces.filter(|piece| !piece.is_empty())
}

fn token<'a>(asked: &'a Asked, content: &'a str, thinking: &'a str, tool_calls: Vec<Value>) -> Token<'a> {
    Token {
        model: &asked.model,
        created_at: STAMP,
        message: Message {
            role: "assistant",
            content,
            thinking,
            tool_calls,
        },
        done: false,
        done_reason: None,
        counts: None,
    }
}

fn last_line(asked: &Asked, reason: &str, counts: Option<Counts>) -> Line {
    Line::of(&Token {
        done: true,
        done_reason: Some(reason),
        counts,
        ..token(asked, "", "", Vec::new())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_joined_are_the_text() {
        for text in ["", " ", "Hello! I am", " a  b ", "Grüß Gott 👋🏽\n日本"] {
            assert_eq!(tokens(text).collect::<String>(), text);
        }
        assert_eq!(tokens("In a quiet").collect::<Vec<_>>(), ["In", " a", " quiet"]);
    }
}
