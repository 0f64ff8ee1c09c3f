//! The servers that speak OpenAI's protocol.

/// One of the servers that speak OpenAI's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Server {
    /// OpenAI itself.
    OpenAi,
    /// The server of llama.cpp.
    LlamaCpp,
    /// vLLM.
    Vllm,
    /// LM Studio.
    LmStudio,
    /// Groq.
    Groq,
    /// Any other.
    Other,
}

impl Server {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::OpenAi,
        Self::LlamaCpp,
        Self::Vllm,
        Self::LmStudio,
        Self::Groq,
        Self::Other,
    ];

    /// The server of that word in the configuration.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|server| server.word() == word)
    }

    /// Its word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::LlamaCpp => "llamacpp",
            Self::Vllm => "vllm",
            Self::LmStudio => "lmstudio",
            Self::Groq => "groq",
            Self::Other => "other",
        }
    }
}
