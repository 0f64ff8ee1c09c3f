//! Who the three demo models are and what they say.
//!
//! Every reply names its model and no other, so that a reader (or a test) sees who is speaking.

mod one;
mod three;
mod two;

/// One answer of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The topic it answers: one of [`TOPICS`](crate::template::TOPICS) or
    /// [`GENERAL_TOPICS`](crate::template::GENERAL_TOPICS).
    pub topic: &'static str,
    /// What is said, in words separated by single spaces or line ends.
    pub text: &'static str,
    /// Starts over at its first word instead of ending: for trying the stop button.
    pub endless: bool,
}

impl Reply {
    const fn new(topic: &'static str, text: &'static str) -> Self {
        Self {
            topic,
            text,
            endless: false,
        }
    }

    const fn endless(topic: &'static str, text: &'static str) -> Self {
        Self {
            topic,
            text,
            endless: true,
        }
    }
}

/// A demo model: its names and its replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// Id in the manifest, and the name of the file without its ending.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// One line for people.
    pub description: &'static str,
    /// Length of the feed-forward net. It changes nothing the model says: it gives each file a size of its own.
    pub feed_forward: u32,
    /// One reply for each topic.
    pub replies: Vec<Reply>,
}

impl Persona {
    /// What this model answers to the latest message of a conversation; `turn` counts the messages of the user
    /// from 1. For a reply that never ends: one round of it.
    pub fn reply_to(&self, message: &str, turn: usize) -> &'static str {
        let topic = crate::template::topic_of(message, turn);
        self.replies
            .iter()
            .find(|reply| reply.topic == topic)
            .map_or("", |reply| reply.text)
    }
}

/// The three models of the demo: "one", "two" and "three".
pub fn demo_models() -> [Persona; 3] {
    [one::persona(), two::persona(), three::persona()]
}
