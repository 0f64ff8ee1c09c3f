//! The model of every stand-in: it says what the last message asks for, the same each time.
//!
//! | the last message has | the answer |
//! |-|-|
//! | the name of a tool that is offered | calls it, with the JSON object that follows the name |
//! | is the result of a tool | `The tool said: …` |
//! | `say 12 words` | `one two three …` |
//! | `repeat the system prompt` | it |
//! | `refuse` | nothing, for the filter ends it |
//! | images | `I see 2 images.` |
//! | anything else | `You said: …` |

use serde_json::{Value, json};

use super::prompt::{Choice, Prompt, Role};
use super::settings::Reply;
use crate::ollama::lines::CLOCK;
use crate::ollama::{ToolCall, tokens};

/// What the model says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) thinking: Vec<String>,
    pub(super) text: Vec<String>,
    pub(super) calls: Vec<ToolCall>,
    pub(super) end: End,
    pub(super) prompt_tokens: u64,
}

/// Why it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Stop,
    /// At one of the words that the request names.
    Sequence(String),
    Length,
    Calls,
    Filter,
}

impl Said {
    /// Tokens of the answer: what was thought, said, and four for each call.
    pub(super) fn tokens(&self) -> u64 {
        (self.thinking.len() + self.text.len() + 4 * self.calls.len()) as u64
    }

    pub(super) fn whole_text(&self) -> String {
        self.text.concat()
    }

    pub(super) fn whole_thinking(&self) -> String {
        self.thinking.concat()
    }
}

/// The answer; `most` is what the model can say at most.
pub(super) fn speak(prompt: &Prompt, reply: &Reply, most: u64) -> Said {
    let last = prompt.turns.last();
    let asked = last.map_or("", |turn| turn.text.as_str());
    let is_result = last.is_some_and(|turn| turn.role == Role::Tool);
    let calls = if reply.tool_calls.is_empty() && !is_result {
        called(prompt, asked)
    } else {
        reply.tool_calls.clone()
    };
    let mut end = if calls.is_empty() { End::Stop } else { End::Calls };
    let text = match &reply.text {
        Some(text) => text.clone(),
        None if !calls.is_empty() => String::new(),
        None if is_result => format!("The tool said: {asked}"),
        None if asked.contains("refuse") => {
            end = End::Filter;
            String::new()
        }
        None => answer_to(prompt, asked),
    };
    let thought = match &reply.thinking {
        Some(thought) => thought.clone(),
        None if prompt.think => format!("They say: {asked}"),
        None => String::new(),
    };
    let text = match prompt
        .stop
        .iter()
        .filter_map(|stop| Some((text.find(stop.as_str())?, stop)))
        .min()
    {
        Some((at, stop)) => {
            end = End::Sequence(stop.clone());
            text[..at].to_owned()
        }
        None => text,
    };
    let own = |text: &str| tokens(text).map(str::to_owned).collect::<Vec<_>>();
    let mut thinking = own(&thought);
    let mut text = if reply.clock > 0 {
        vec![CLOCK.to_owned(); reply.clock]
    } else {
        own(&text)
    };
    let most = usize::try_from(prompt.max_tokens.unwrap_or(most)).unwrap_or(usize::MAX);
    if thinking.len() + text.len() > most {
        thinking.truncate(most);
        text.truncate(most - thinking.len());
        end = End::Length;
    }
    Said {
        thinking,
        text,
        calls: if end == End::Length { Vec::new() } else { calls },
        end,
        prompt_tokens: prompt.tokens(),
    }
}

fn answer_to(prompt: &Prompt, asked: &str) -> String {
    let images: usize = prompt.turns.last().map_or(0, |turn| turn.images);
    let said = if let Some(count) = words_wanted(asked) {
        counted(count)
    } else if asked.contains("repeat the system prompt") {
        prompt.system.clone()
    } else if images > 0 {
        format!("I see {images} image{}.", if images == 1 { "" } else { "s" })
    } else {
        format!("You said: {asked}")
    };
    if prompt.json {
        json!({ "answer": said }).to_string()
    } else {
        said
    }
}

/// The tools that the prompt names, or must call.
fn called(prompt: &Prompt, asked: &str) -> Vec<ToolCall> {
    let call = |name: &String| ToolCall {
        name: name.clone(),
        arguments: object_after(asked, name),
    };
    let named = prompt.tools.iter().filter(|name| asked.contains(name.as_str()));
    match &prompt.choice {
        Choice::None => Vec::new(),
        Choice::Auto => named.map(call).collect(),
        Choice::Any => {
            let named: Vec<_> = named.map(call).collect();
            if named.is_empty() {
                prompt.tools.first().map(call).into_iter().collect()
            } else {
                named
            }
        }
        Choice::Named(name) => vec![call(name)],
    }
}

/// The JSON object that follows a word, or an empty one.
fn object_after(text: &str, word: &str) -> Value {
    let rest = text.find(word).map_or("", |at| &text[at + word.len()..]);
    let mut values = serde_json::Deserializer::from_str(rest.trim_start()).into_iter::<Value>();
    match values.next() {
        Some(Ok(value @ Value::Object(_))) => value,
        _ => json!({}),
    }
}

/// `say 12 words`.
fn words_wanted(text: &str) -> Option<usize> {
    let mut words = text
        .split_whitespace()
        .skip_while(|word| !word.eq_ignore_ascii_case("say"));
    words.next()?;
    let count = words.next()?.parse().ok()?;
    words.next()?.starts_with("word").then_some(count)
}

fn counted(count: usize) -> String {
    const NUMBERS: [&str; 10] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let words: Vec<&str> = NUMBERS.iter().copied().cycle().take(count).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::prompt::Turn;
    use super::*;

    fn asked(text: &str) -> Prompt {
        Prompt {
            turns: vec![Turn {
                role: Role::User,
                text: text.into(),
                images: 0,
            }],
            ..Prompt::default()
        }
    }

    fn said(prompt: &Prompt) -> Said {
        speak(prompt, &Reply::default(), 100)
    }

    #[test]
    fn the_answer_is_what_the_prompt_asks_for() {
        assert_eq!(said(&asked("hello there")).whole_text(), "You said: hello there");
        assert_eq!(said(&asked("say 12 words")).whole_text(), counted(12));
        assert_eq!(said(&asked("refuse this")).end, End::Filter);
        let mut prompt = asked("repeat the system prompt");
        prompt.system = "Be brief.".into();
        assert_eq!(said(&prompt).whole_text(), "Be brief.");
        prompt.json = true;
        assert_eq!(said(&prompt).whole_text(), r#"{"answer":"Be brief."}"#);
    }

    #[test]
    fn tools_are_called_when_named_or_when_they_must_be() {
        let mut prompt = asked("call get_time {\"zone\": \"UTC\"} now");
        assert!(said(&prompt).calls.is_empty());
        prompt.tools = vec!["get_weather".into(), "get_time".into()];
        let calls = said(&prompt).calls;
        assert_eq!(calls[0].arguments, json!({ "zone": "UTC" }));
        prompt.choice = Choice::None;
        assert!(said(&prompt).calls.is_empty());
        prompt.choice = Choice::Named("get_weather".into());
        assert_eq!(said(&prompt).calls[0].arguments, json!({}));
    }

    #[test]
    fn an_answer_ends_at_its_length_or_at_a_word() {
        let mut prompt = asked("say 9 words");
        prompt.max_tokens = Some(2);
        assert_eq!(
            (said(&prompt).whole_text(), said(&prompt).end),
            ("one two".into(), End::Length)
        );
        prompt.max_tokens = None;
        prompt.stop = vec!["five".into(), "three".into()];
        assert_eq!(said(&prompt).whole_text(), "one two ");
        assert_eq!(said(&prompt).end, End::Sequence("three".into()));
    }
}
