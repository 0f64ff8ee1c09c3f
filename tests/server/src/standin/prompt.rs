//! A request for an answer, whatever protocol it came in.

/// What is asked of the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prompt {
    /// The system's text.
    pub(super) system: String,
    pub(super) turns: Vec<Turn>,
    /// Names of the tools it may call.
    pub(super) tools: Vec<String>,
    pub(super) choice: Choice,
    pub(super) max_tokens: Option<u64>,
    pub(super) stop: Vec<String>,
    /// Whether it is asked to think.
    pub(super) think: bool,
    /// Whether the answer is to be JSON.
    pub(super) json: bool,
}

/// Whether tools are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// If the prompt asks.
    #[default]
    Auto,
    /// Never.
    None,
    /// Always: the first one.
    Any,
    /// Always this one.
    Named(String),
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    User,
    Assistant,
    /// The result of a tool.
    Tool,
}

/// What was said so far, one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) images: usize,
}

impl Prompt {
    /// A token for each word, four for each turn, 85 for each image.
    pub(super) fn tokens(&self) -> u64 {
        let words = |text: &str| text.split_whitespace().count();
        let of = |turn: &Turn| words(&turn.text) + 4 + turn.images * 85;
        let system = if self.system.is_empty() {
            0
        } else {
            words(&self.system) + 4
        };
        (system + self.turns.iter().map(of).sum::<usize>()) as u64
    }

    pub(super) fn has_images(&self) -> bool {
        self.turns.iter().any(|turn| turn.images > 0)
    }
}
