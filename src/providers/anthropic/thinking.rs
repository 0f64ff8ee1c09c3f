//! What is asked of thoughts, in the words of this protocol.
//!
//! Models up to 4.5 think within a budget of tokens, later ones as hard as they are told (`adaptive`); each refuses the
//! other's way. A name says which one it is. Where it says nothing, on other servers that speak this protocol, a budget
//! it is, as that is what they know.

use crate::providers::chat::ChatRequest;
use crate::providers::error::{ProviderError, ProviderErrorKind};

/// Names of the models that know budgets only begin with one of these.
const BUDGET_ONLY: [&str; 10] = [
    "claude-2",
    "claude-3",
    "claude-haiku-4-5",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-5",
    "claude-opus-4-2025",
    "claude-sonnet-4-0",
    "claude-sonnet-4-5",
    "claude-sonnet-4-2025",
];
/// The smallest budget that is taken.
const LEAST: u32 = 1_024;
/// What is left for the answer where only the budget is said.
const ANSWER: u32 = 4_096;
/// The longest answer where nobody says anything.
const DEFAULT_MAX_TOKENS: u32 = 4_096;

/// What is asked of thoughts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thinking {
    /// Nothing: the model does as it does.
    Unsaid,
    /// None.
    Off,
    /// As many as it takes, or as a word says.
    Adaptive(Option<Effort>),
    /// So many tokens of them.
    Budget(u32),
}

/// How hard to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    Low,
    Medium,
    High,
    XHigh,
    Max,
}

impl Thinking {
    /// Whether there are thoughts, with which sampling cannot be chosen.
    pub(super) fn is_on(self) -> bool {
        matches!(self, Self::Adaptive(_) | Self::Budget(_))
    }
}

impl Effort {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            "xhigh" => Self::XHigh,
            "max" => Self::Max,
            _ => return None,
        })
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::XHigh => "xhigh",
            Self::Max => "max",
        }
    }

    /// The quarters of an answer that may be thoughts.
    fn quarters(self) -> u32 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High | Self::XHigh | Self::Max => 3,
        }
    }
}

/// Whether a model thinks as hard as it is told.
fn is_adaptive(model: &str) -> bool {
    model.starts_with("claude-") && !BUDGET_ONLY.iter().any(|name| model.starts_with(name))
}

/// Whether sampling can be chosen. From 4.7 on a request that names a temperature, a `top_p` or a `top_k` is refused, so
/// what is in force for all models is left out for these; the provider's own options still say it.
pub(super) fn takes_sampling(model: &str) -> bool {
    !is_adaptive(model)
        || ["claude-opus-4-6", "claude-sonnet-4-6"]
            .iter()
            .any(|name| model.starts_with(name))
}

fn wrong(reason: &'static str) -> ProviderError {
    let field = "think";
    ProviderErrorKind::InvalidRequest { field, reason }.into()
}

/// What is asked of thoughts, and the longest answer, thoughts included, which this protocol wants to be told.
///
/// # Errors
/// What is asked has no meaning here, or leaves no room for an answer.
pub(super) fn plan(request: &ChatRequest) -> Result<(Thinking, u32), ProviderError> {
    let said = request.generation.max_tokens;
    let usual = said.or(request.known_max_output).unwrap_or(DEFAULT_MAX_TOKENS);
    let Some(think) = &request.think else {
        return Ok((Thinking::Unsaid, usual));
    };
    let asked = think.as_str();
    if asked == "false" {
        return Ok((Thinking::Off, usual));
    }
    if let Ok(budget) = asked.parse::<u32>() {
        if budget < LEAST {
            return Err(wrong("must be at least 1024 tokens"));
        }
        let max_tokens = match (said, request.known_max_output) {
            (Some(said), _) => said,
            (None, Some(known)) => known,
            (None, None) => budget.saturating_add(ANSWER),
        };
        if budget >= max_tokens {
            return Err(wrong("takes all tokens of the answer; raise maxTokens"));
        }
        return Ok((Thinking::Budget(budget), max_tokens));
    }
    let effort = match asked {
        "true" => None,
        _ => Some(Effort::of(asked.trim_matches('"')).ok_or_else(|| {
            wrong("must be true, false, a number of tokens, or low, medium, high, xhigh or max")
        })?),
    };
    if is_adaptive(&request.model) {
        return Ok((Thinking::Adaptive(effort), usual));
    }
    let budget = (usual / 4 * effort.map_or(2, Effort::quarters)).max(LEAST);
    if budget >= usual {
        return Err(wrong(
            "needs more than 1024 tokens of the answer; raise maxTokens",
        ));
    }
    Ok((Thinking::Budget(budget), usual))
}
