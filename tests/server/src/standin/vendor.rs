//! Which servers there are stand-ins for, and what of each holds before anyone asks.

/// A server that is stood in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// api.openai.com.
    OpenAi,
    /// llama-server of llama.cpp.
    LlamaCpp,
    /// vLLM.
    Vllm,
    /// LM Studio, with its own list and downloads beside the shapes of OpenAI.
    LmStudio,
    /// api.groq.com.
    Groq,
    /// Any other server that speaks as OpenAI does and has no oddities.
    Compatible,
    /// openrouter.ai.
    OpenRouter,
    /// api.anthropic.com.
    Anthropic,
    /// generativelanguage.googleapis.com.
    Gemini,
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::OpenAi,
        Self::LlamaCpp,
        Self::Vllm,
        Self::LmStudio,
        Self::Groq,
        Self::Compatible,
        Self::OpenRouter,
        Self::Anthropic,
        Self::Gemini,
    ];

    /// The word in paths: `/as/<word>`, `/__control/<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::LlamaCpp => "llamacpp",
            Self::Vllm => "vllm",
            Self::LmStudio => "lmstudio",
            Self::Groq => "groq",
            Self::Compatible => "compatible",
            Self::OpenRouter => "openrouter",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    /// The one of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.word() == word)
    }

    /// Where its stand-in is unless told: always there.
    pub fn home(self) -> String {
        format!("/as/{}", self.word())
    }

    /// What follows the prefix in the base URL a person would write.
    pub fn base(self) -> &'static str {
        match self {
            Self::OpenAi | Self::LlamaCpp | Self::Vllm | Self::LmStudio | Self::Compatible => "/v1",
            Self::Groq => "/openai/v1",
            Self::OpenRouter => "/api/v1",
            Self::Anthropic | Self::Gemini => "",
        }
    }

    /// A key that is let in unless told otherwise; the local servers need none.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::OpenAi => Some("sk-standin-openai-0001"),
            Self::Groq => Some("gsk_standin_groq_0001"),
            Self::OpenRouter => Some("sk-or-standin-0001"),
            Self::Anthropic => Some("sk-ant-standin-0001"),
            Self::Gemini => Some("AIzaStandinGemini0001"),
            Self::LlamaCpp | Self::Vllm | Self::LmStudio | Self::Compatible => None,
        }
    }
}
