//! The chat template: how messages become a prompt, and how the model seems to understand a question.
//!
//! What happens in order, inside the engine: the template finds the latest message of the user, looks for the
//! keywords of each topic, prints `<|user|>`, the message and `<|assistant|>`, and ends with the token of the first
//! topic that matched. With no match it takes one of the general topics in turn, by the number of messages from
//! the user, so that a conversation does not repeat itself at once.
//!
//! Only the latest message is printed, and only if it is short: a byte is a token here, and a context of a few
//! hundred tokens would be full after a few turns.

use std::fmt::Write;

/// A topic and the words that call it; the first topic that matches is taken.
///
/// The message is compared in lower case with a space on both sides and `? ! . ,` read as spaces.
pub const TOPICS: [(&str, &[&str]); 9] = [
    ("forever", &["forever", "never stop"]),
    ("story", &["story", "long answer"]),
    ("joke", &["joke", "funny"]),
    ("thanks", &["thank", "great"]),
    ("private", &["privacy", "private", "offline", "my data"]),
    ("download", &["download", "switch", "another model", "selector"]),
    ("how", &[" how "]),
    ("who", &[" who ", "your name", "what are you", "about you"]),
    (
        "hello",
        &["hello", " hi ", " hey ", "good morning", "good evening"],
    ),
];

/// Topics taken in turn when no keyword matches.
pub const GENERAL_TOPICS: [&str; 3] = ["first", "second", "third"];

/// Messages longer than this many characters are left out of the prompt.
const LONGEST_PRINTED: usize = 160;

/// The text of the control token that starts the answer to a topic.
pub fn topic_token(topic: &str) -> String {
    format!("<|topic_{topic}|>")
}

/// The template, in Jinja.
pub fn chat_template() -> String {
    let mut out = String::from(
        "{%- set ns = namespace(turns=0, last='') -%}\
         {%- for message in messages -%}\
         {%- if message['role'] == 'user' and message['content'] is string -%}\
         {%- set ns.turns = ns.turns + 1 -%}{%- set ns.last = message['content'] -%}\
         {%- endif -%}\
         {%- endfor -%}\
         {{- '<|user|>' -}}",
    );
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{{%- if ns.last | length <= {LONGEST_PRINTED} -%}}{{{{- ns.last -}}}}{{%- endif -%}}"
    );
    out += "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}\
            {%- set text = ' ' + (ns.last | lower | replace('?', ' ') | replace('!', ' ') | replace('.', ' ') | replace(',', ' ')) + ' ' -%}";
    for (place, (topic, keywords)) in TOPICS.iter().enumerate() {
        let test: Vec<String> = keywords
            .iter()
            .map(|keyword| format!("'{keyword}' in text"))
            .collect();
        let word = if place == 0 { "if" } else { "elif" };
        let _ = write!(
            out,
            "{{%- {word} {} -%}}{{{{- '{}' -}}}}",
            test.join(" or "),
            topic_token(topic)
        );
    }
    for (turn, topic) in GENERAL_TOPICS.iter().enumerate() {
        let token = topic_token(topic);
        // The first message of a conversation has turn 1.
        let remainder = (turn + 1) % GENERAL_TOPICS.len();
        let _ = write!(
            out,
            "{{%- elif ns.turns % {} == {remainder} -%}}{{{{- '{token}' -}}}}",
            GENERAL_TOPICS.len()
        );
    }
    out += "{%- endif -%}{%- endif -%}";
    out
}

/// The topic the template takes for the latest message of a conversation, `turn` counting the messages of the
/// user from 1: the same rule in Rust, for tests that want to know the answer beforehand.
pub fn topic_of(message: &str, turn: usize) -> &'static str {
    let lower = message.to_lowercase().replace(['?', '!', '.', ','], " ");
    let text = format!(" {lower} ");
    TOPICS
        .iter()
        .find(|(_, keywords)| keywords.iter().any(|keyword| text.contains(keyword)))
        .map_or(
            GENERAL_TOPICS[(turn + GENERAL_TOPICS.len() - 1) % GENERAL_TOPICS.len()],
            |(topic, _)| topic,
        )
}
