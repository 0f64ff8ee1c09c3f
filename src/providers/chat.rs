//! An answer to a conversation: what is asked and what comes, in the same words for every provider.

use super::answer::Reading;
use super::error::ProviderError;
use super::json::RawJson;
use super::repeat::{Place, Repeat};
use super::stream::{Framing, Said, Stream};
use super::{anthropic, gemini, ollama, openai};

/// Reads an answer; gives [`Delta`]s, and [`ChatEnd`] in the end.
pub type ChatDecoder = Stream<Repeated>;

/// What the answers of each protocol say: one type, so that there is one reader of streams.
#[derive(Debug)]
pub enum Answer {
    /// Ollama's lines.
    Ollama(ollama::chat::Answer),
    /// The chunks of OpenAI's protocol.
    OpenAi(openai::chat::Answer),
    /// Anthropic's events.
    Anthropic(anthropic::chat::Answer),
    /// Gemini's parts.
    Gemini(gemini::chat::Answer),
}

impl Answer {
    /// A decoder of such an answer.
    pub(super) fn decoder(self) -> ChatDecoder {
        let framing = match self {
            Self::Ollama(_) => Framing::Lines,
            Self::OpenAi(_) | Self::Anthropic(_) | Self::Gemini(_) => Framing::Events,
        };
        let repeat = Repeat::default();
        Stream::new(framing, Repeated { answer: self, repeat })
    }

    /// Where the text of the part that was read last stands, if it did nothing but say it, and the key of a string in such a
    /// part that nobody reads.
    fn repeats(&mut self) -> Option<(Place, &'static str)> {
        match self {
            Self::Ollama(answer) => Some((answer.place.take()?, "created_at")),
            Self::OpenAi(answer) => Some((answer.place.take()?, "obfuscation")),
            // Their parts are short, or differ in more.
            Self::Anthropic(_) | Self::Gemini(_) => None,
        }
    }
}

/// An answer whose parts are alike.
#[derive(Debug)]
pub struct Repeated {
    answer: Answer,
    repeat: Repeat,
}

impl Said for Repeated {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, line: &str, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        if let Some(text) = self.repeat.read(line) {
            if !text.is_empty() {
                let delta = if self.repeat.is_thought {
                    Delta::Reasoning
                } else {
                    Delta::Text
                };
                items.push(delta(text.into_owned()));
            }
            return Ok(Reading::More);
        }
        let before = items.len();
        let reading = self.answer.line(line, status, items)?;
        let is_one = items.len() == before + 1;
        match self.answer.repeats().filter(|_| is_one) {
            Some((place, passing)) => self.repeat.learn(line, place, passing),
            None => self.repeat.forget(),
        }
        Ok(reading)
    }

    fn may_end(&self) -> bool {
        self.answer.may_end()
    }

    fn end(self, items: &mut Vec<Delta>) -> ChatEnd {
        self.answer.end(items)
    }
}

impl Said for Answer {
    type Item = Delta;
    type End = ChatEnd;

    fn line(&mut self, line: &str, status: u16, items: &mut Vec<Delta>) -> Result<Reading, ProviderError> {
        match self {
            Self::Ollama(answer) => answer.line(line, status, items),
            Self::OpenAi(answer) => answer.line(line, status, items),
            Self::Anthropic(answer) => answer.line(line, status, items),
            Self::Gemini(answer) => answer.line(line, status, items),
        }
    }

    fn may_end(&self) -> bool {
        match self {
            Self::Ollama(answer) => answer.may_end(),
            Self::OpenAi(answer) => answer.may_end(),
            Self::Anthropic(answer) => answer.may_end(),
            Self::Gemini(answer) => answer.may_end(),
        }
    }

    fn end(self, items: &mut Vec<Delta>) -> ChatEnd {
        match self {
            Self::Ollama(answer) => answer.end(items),
            Self::OpenAi(answer) => answer.end(items),
            Self::Anthropic(answer) => answer.end(items),
            Self::Gemini(answer) => answer.end(items),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// The name of the model, as the provider has it.
    pub model: String,
    /// The conversation up to here.
    pub messages: Vec<Message>,
    /// The functions the model may call.
    pub tools: Vec<Tool>,
    /// How to generate. What is `None` is left to the provider.
    pub generation: Generation,
    /// The longest answer the model can give, in tokens, where that is known: for protocols that want a limit with every
    /// request.
    pub known_max_output: Option<u32>,
    /// The context window to serve the model with, in tokens, for providers that can be told.
    pub context_size: Option<u32>,
    /// Whether, or how hard, to think first: `true`, `false` or a word such as `"high"`, as JSON.
    pub think: Option<RawJson>,
    /// The shape of the answer: a JSON schema.
    pub format: Option<RawJson>,
    /// How long the model stays in memory afterwards, as the provider writes it, as JSON.
    pub keep_alive: Option<RawJson>,
    /// What happens to a conversation that is longer than the context.
    pub overflow: Overflow,
    /// Options in the provider's own words: an object whose entries are passed on byte for byte. They win over `generation`
    /// and `context_size`.
    pub provider_options: Option<RawJson>,
}

/// What happens to a conversation that is longer than the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Overflow {
    /// It is refused: `context_exceeded`.
    #[default]
    Refuse,
    /// The provider forgets its beginning, and nobody is told.
    Forget,
}

/// How to generate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Generation {
    /// How freely to choose.
    pub temperature: Option<f64>,
    /// The longest answer, in tokens.
    pub max_tokens: Option<u32>,
    /// Choose among the likeliest that make up this share.
    pub top_p: Option<f64>,
    /// Choose among this many.
    pub top_k: Option<u32>,
    /// How much to avoid what was said already.
    pub repeat_penalty: Option<f64>,
    /// The same seed, the same answer.
    pub seed: Option<i64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
}

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// Instructions.
    System,
    /// The person.
    #[default]
    User,
    /// The model.
    Assistant,
    /// The result of a function.
    Tool,
}

/// A message of the conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
    /// What the model thought before it said so.
    pub reasoning: Option<String>,
    /// Pictures with it.
    pub images: Vec<Image>,
    /// The functions the model called.
    pub tool_calls: Vec<ToolCall>,
    /// The call this is the result of.
    pub tool_call_id: Option<String>,
    /// The function this is the result of.
    pub tool_name: Option<String>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// For instance `image/png`.
    pub media_type: String,
    /// Its bytes in base64.
    pub base64: String,
}

/// A function the model may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What it takes: a JSON schema.
    pub parameters: RawJson,
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The provider's number for it, where it has one.
    pub id: Option<String>,
    /// The function.
    pub name: String,
    /// What it is given: an object.
    pub arguments: RawJson,
    /// What the provider wants to have back with the call, byte for byte, when it is told the result: what the model thought
    /// before it called, signed or encrypted. Says nothing to anybody else.
    pub signature: Option<String>,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Text for the person; never empty.
    Text(String),
    /// What the model thinks; never empty.
    Reasoning(String),
    /// A call, whole.
    ToolCall(ToolCall),
    /// What it cost so far; a later one replaces it.
    Usage(Usage),
}

/// What an answer cost. What the provider does not say is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// The tokens of the prompt.
    pub prompt_tokens: Option<u64>,
    /// The tokens of the answer, thoughts included.
    pub completion_tokens: Option<u64>,
    /// The tokens of the prompt that were there from before.
    pub cached_tokens: Option<u64>,
    /// The tokens of the answer that are thoughts.
    pub reasoning_tokens: Option<u64>,
    /// How long the model took to load, in milliseconds.
    pub load_ms: Option<u64>,
    /// How long the prompt took, in milliseconds.
    pub prompt_ms: Option<u64>,
    /// How long the answer took, in milliseconds.
    pub completion_ms: Option<u64>,
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    /// The model was done, or said one of the texts that end an answer.
    Stop,
    /// It reached the longest answer, or the end of the context.
    Length,
    /// It waits for the results of the functions it called.
    ToolCalls,
    /// The provider held it back.
    ContentFilter,
    /// Nothing was asked: the model was loaded.
    Loaded,
    /// Nothing was asked: the model was unloaded.
    Unloaded,
    /// Another reason, in the provider's words.
    Other(String),
    /// The provider does not say.
    Unknown,
}

/// How an answer ended, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatEnd {
    /// Why it ended.
    pub reason: EndReason,
    /// Who answered, as the provider says it.
    pub model: Option<String>,
    /// What it cost.
    pub usage: Option<Usage>,
}
