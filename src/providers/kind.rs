//! The kinds of providers: what each speaks, can do, and needs.

use crate::config;

use super::Ability;

/// What a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Ollama's own protocol.
    Ollama,
    /// The protocol of OpenAI, which many servers speak; what they do differently is data (`openai::servers`).
    OpenAi,
    /// Anthropic's.
    Anthropic,
    /// Gemini's.
    Gemini,
    /// OpenRouter: OpenAI's protocol, and a catalogue of its own.
    OpenRouter,
    /// The Hub of Hugging Face: a source of models, which answers nobody.
    HuggingFace,
}

/// Whether a kind of provider wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyNeed {
    /// It depends on the server.
    Optional,
    /// Nothing is answered without one.
    Required,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Ollama,
        Self::OpenAi,
        Self::Anthropic,
        Self::Gemini,
        Self::OpenRouter,
        Self::HuggingFace,
    ];

    /// The kind of that word in the configuration.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Its word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::OpenRouter => "openrouter",
            Self::HuggingFace => "huggingface",
        }
    }

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ollama => "Ollama",
            Self::OpenAi => "OpenAI-compatible server",
            Self::Anthropic => "Anthropic",
            Self::Gemini => "Gemini",
            Self::OpenRouter => "OpenRouter",
            Self::HuggingFace => "Hugging Face",
        }
    }

    /// Where it is, as a rule.
    pub fn default_host(self) -> &'static str {
        config::usual_host(self.word()).unwrap_or_default()
    }

    /// Whether it wants a key.
    pub fn key(self) -> KeyNeed {
        match self {
            Self::Anthropic | Self::Gemini => KeyNeed::Required,
            Self::Ollama | Self::OpenAi | Self::OpenRouter | Self::HuggingFace => KeyNeed::Optional,
        }
    }

    /// What it can do, whichever server speaks it; see [`super::Provider::can`] for one server.
    pub fn abilities(self) -> &'static [Ability] {
        match self {
            Self::Ollama => &[
                Ability::Version,
                Ability::List,
                Ability::Show,
                Ability::ServedContext,
                Ability::Pull,
                Ability::Remove,
                Ability::Copy,
                Ability::Unload,
                Ability::Chat,
            ],
            Self::OpenAi | Self::OpenRouter => &[Ability::List, Ability::Chat, Ability::CheckKey],
            Self::Anthropic | Self::Gemini => {
                &[Ability::List, Ability::Show, Ability::Chat, Ability::CheckKey]
            }
            Self::HuggingFace => &[Ability::Search, Ability::Files, Ability::CheckKey],
        }
    }

    /// Whether its list leaves out what a question for one model would tell, as those of old servers do.
    pub fn lists_little(self) -> bool {
        self == Self::Ollama
    }

    /// Whether it can do that.
    pub fn can(self, ability: Ability) -> bool {
        self.abilities().contains(&ability)
    }
}
