//! What one package says of one name at one provider.

/// How many capabilities there are.
pub(super) const CAPABILITIES: usize = 8;
/// The letters that stand for capabilities in the data, in the order of [`Listing::capabilities`]: tools, vision,
/// streaming, reasoning, structured output (`j`, for JSON), embedding, audio, fill in the middle.
pub(super) const LETTERS: [char; CAPABILITIES] = ['t', 'v', 's', 'r', 'j', 'e', 'a', 'f'];

/// The places of capabilities in a list of them.
pub(super) const TOOLS: usize = 0;
pub(super) const VISION: usize = 1;
pub(super) const STREAMING: usize = 2;
pub(super) const REASONING: usize = 3;
pub(super) const STRUCTURED: usize = 4;
pub(super) const EMBEDDING: usize = 5;
pub(super) const AUDIO: usize = 6;

/// Yes, no, or nothing said, of each capability.
pub(super) type Capabilities = [Option<bool>; CAPABILITIES];

/// One row of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    /// The letter of the package.
    pub(super) source: char,
    /// Who serves the model, as the package calls it.
    pub(super) provider: String,
    /// The name without prefix and tag, in lower case, with its date.
    pub(super) name: String,
    /// Whether the provider made the model.
    pub(super) vendor: bool,
    /// The context window, in tokens; or only the longest input, where the package means that.
    pub(super) context: Option<u32>,
    /// The longest answer, in tokens.
    pub(super) output: Option<u32>,
    pub(super) capabilities: Capabilities,
}

/// The fewest and the most tokens a limit can be: what lies beyond is a slip of whoever wrote it.
pub(super) const SANE_TOKENS: std::ops::RangeInclusive<u64> = 128..=20_000_000;

/// A number of tokens, if it is one.
pub(super) fn tokens(value: &serde_json::Value) -> Option<u32> {
    let tokens = value.as_u64().filter(|tokens| SANE_TOKENS.contains(tokens))?;
    u32::try_from(tokens).ok()
}
