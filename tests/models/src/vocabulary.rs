//! From sentences to tokens, each with exactly one successor.
//!
//! What happens in order: the fixed tokens come first (the unknown, start and end tokens, one for each role, one
//! for each topic, one for each byte); then each sentence is cut into words, a word that exists already takes in
//! its neighbour until the token is new, and the tokens of the sentence become a chain from its topic to `</s>`
//! (or, for a sentence that never ends, back to its first word); fillers complete the fixed size.
//!
//! The invariant: no text stands for two tokens and no token has two successors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::personas::Persona;
use crate::template::topic_token;

/// How the word-pieces of the `llama` tokenizer write a space.
const SPACE: char = '\u{2581}';
/// The id of `<unk>`, of `<s>` and of `</s>`.
pub const UNKNOWN: u32 = 0;
/// The id of the token that starts a text.
pub const START: u32 = 1;
/// The id of the token that ends an answer.
pub const END: u32 = 2;

/// What kind of token it is, by the numbers of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A piece of text.
    Normal = 1,
    /// Stands for whatever the vocabulary lacks.
    Unknown = 2,
    /// Steers the model and is never shown.
    Control = 3,
    /// Fills the table up to its size.
    Unused = 5,
    /// One byte; they let the vocabulary take in any text.
    Byte = 6,
}

/// Why no vocabulary could be made of the sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VocabularyError {
    /// All words from here to the end of the sentence form a token that exists already.
    Repeats(String),
    /// More tokens than the fixed size of the vocabulary.
    TooLarge {
        /// How many there are.
        tokens: usize,
        /// How many there may be.
        limit: usize,
    },
}

impl fmt::Display for VocabularyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeats(text) => write!(out, "{text:?} ends a sentence and is a token of another one"),
            Self::TooLarge { tokens, limit } => write!(out, "{tokens} tokens, but there is room for {limit}"),
        }
    }
}

impl std::error::Error for VocabularyError {}

/// All tokens of a model and which one follows which.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// Text and kind; the place in the list is the id.
    pub tokens: Vec<(String, Kind)>,
    /// From a token to the one said after it.
    pub successors: BTreeMap<u32, u32>,
    taken: BTreeSet<String>,
}

impl Vocabulary {
    /// The vocabulary of a persona, filled up to `size` tokens.
    ///
    /// # Errors
    /// [`VocabularyError`] if the sentences need more tokens, or if one ends in words that end another one.
    pub fn of(persona: &Persona, size: usize) -> Result<Self, VocabularyError> {
        let mut new = Self {
            tokens: Vec::new(),
            successors: BTreeMap::new(),
            taken: BTreeSet::new(),
        };
        new.add("<unk>".into(), Kind::Unknown);
        for control in ["<s>", "</s>", "<|user|>", "<|assistant|>"] {
            new.add(control.into(), Kind::Control);
        }
        for byte in 0..=u8::MAX {
            new.add(format!("<0x{byte:02X}>"), Kind::Byte);
        }
        for reply in &persona.replies {
            let topic = new.add(topic_token(reply.topic), Kind::Control);
            new.add_chain(topic, reply.text, reply.endless)?;
        }
        let tokens = new.tokens.len();
        if tokens > size {
            return Err(VocabularyError::TooLarge { tokens, limit: size });
        }
        for id in tokens..size {
            new.add(format!("<|unused_{id}|>"), Kind::Unused);
        }
        Ok(new)
    }

    fn add(&mut self, text: String, kind: Kind) -> u32 {
        let id = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        self.taken.insert(text.clone());
        self.tokens.push((text, kind));
        id
    }

    fn add_chain(&mut self, topic: u32, sentence: &str, endless: bool) -> Result<(), VocabularyError> {
        let mut words = words(sentence).into_iter();
        let mut current = topic;
        let mut first = None;
        while let Some(mut piece) = words.next() {
            while self.taken.contains(&piece) {
                piece += &words
                    .next()
                    .ok_or_else(|| VocabularyError::Repeats(piece.clone()))?;
            }
            let next = self.add(piece, Kind::Normal);
            first.get_or_insert(next);
            self.successors.insert(current, next);
            current = next;
        }
        self.successors
            .insert(current, if endless { first.unwrap_or(END) } else { END });
        Ok(())
    }
}

/// Cuts a sentence into words, each with the separator before it, the way tokens are written.
fn words(sentence: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in sentence.chars() {
        match character {
            ' ' => words.push(SPACE.to_string()),
            '\n' => words.push('\n'.to_string()),
            other => {
                if let Some(last) = words.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
