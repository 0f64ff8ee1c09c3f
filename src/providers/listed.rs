//! What providers say of their models. What one does not say stays unknown: `None`, `Support::Unknown`.

use crate::catalog::record::{Capabilities, Facts, Support};

use super::Server;

/// How many models without details a list may cost one question each (an old Ollama says little in its list). The rest
/// stays unknown until the next list.
pub const DETAIL_CALLS_PER_LIST: usize = 64;
/// How many of these questions are open at once.
pub const DETAIL_CALLS_AT_ONCE: usize = 4;

/// A model as a provider lists it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListedModel {
    /// Its name, as the provider takes it back.
    pub name: String,
    /// Its family in the provider's words, mostly an architecture (`qwen2`, `gemma3`): the name tells the family better,
    /// since `codellama` comes as `llama`.
    pub family: Option<String>,
    /// The format of its files.
    pub format: Option<String>,
    /// The length of its files.
    pub size_bytes: Option<u64>,
    /// Its parameters, in millions.
    pub parameters_millions: Option<u32>,
    /// How its weights are stored.
    pub quantization: Option<String>,
    /// When it was last changed, as the provider writes it (RFC 3339).
    pub modified: Option<String>,
    /// The context window it was made for, in tokens.
    pub context: Option<u32>,
    /// The context window its own settings ask for, in tokens.
    pub configured_context: Option<u32>,
    /// The context window it is served with now, in tokens, where the list itself says it.
    pub served_context: Option<u32>,
    /// The longest answer, in tokens.
    pub max_output: Option<u32>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The digest of what it is made of, as the provider writes it.
    pub digest: Option<String>,
    /// Another host that does the work, for models that are here by name only.
    pub remote_host: Option<String>,
}

/// What a list gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// The models, in the provider's order.
    pub models: Vec<ListedModel>,
    /// How to ask for the next page, where there is one.
    pub next: Option<String>,
    /// Entries without a name, which are left out.
    pub nameless: u32,
    /// Which server this is, where the list shows it.
    pub server: Option<Server>,
    /// How to ask for more of the same models. The list is whole without it. What an answer to that says of a model without a
    /// name is said of the only one there is.
    pub more: Option<&'static str>,
}

/// All a provider says of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShownModel {
    /// What a list would say of it. The name is that which was asked for, or empty where the answer has none.
    pub listed: ListedModel,
    /// Its own settings, in order: names and values as written.
    pub parameters: Vec<(String, String)>,
    /// How messages become a prompt.
    pub template: Option<String>,
    /// What it is told before all else.
    pub system: Option<String>,
    /// Its licence, in full.
    pub license: Option<String>,
}

/// A model in the memory of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunningModel {
    /// Its name.
    pub name: String,
    /// The context window it is served with now, in tokens.
    pub served_context: Option<u32>,
    /// The memory it takes.
    pub memory_bytes: Option<u64>,
    /// The part of it on a GPU.
    pub gpu_memory_bytes: Option<u64>,
    /// When it goes if nobody asks it anything, as the provider writes it.
    pub expires: Option<String>,
}

/// The version of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVersion {
    /// As it says it.
    pub text: String,
    /// Its first three numbers, where they can be read; a build without a version says 0.0.0.
    pub numbers: Option<[u32; 3]>,
}

impl ListedModel {
    /// Whether asking for details would tell what the catalog wants to know.
    pub fn lacks_details(&self) -> bool {
        self.context.is_none() || self.capabilities == Capabilities::default()
    }

    /// What this says, and where it says nothing, what `other` says.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        Self {
            name: if self.name.is_empty() {
                other.name
            } else {
                self.name
            },
            family: self.family.or(other.family),
            format: self.format.or(other.format),
            size_bytes: self.size_bytes.or(other.size_bytes),
            parameters_millions: self.parameters_millions.or(other.parameters_millions),
            quantization: self.quantization.or(other.quantization),
            modified: self.modified.or(other.modified),
            context: self.context.or(other.context),
            configured_context: self.configured_context.or(other.configured_context),
            served_context: self.served_context.or(other.served_context),
            max_output: self.max_output.or(other.max_output),
            capabilities: self.capabilities.over(other.capabilities),
            digest: self.digest.or(other.digest),
            remote_host: self.remote_host.or(other.remote_host),
        }
    }

    /// What it says, for the catalog. The family is left out, for the reason above.
    pub fn facts(&self) -> Facts {
        Facts {
            context: self.context,
            served_context: self.served_context,
            max_output: self.max_output,
            capabilities: self.capabilities,
            parameters_millions: self.parameters_millions,
            quantization: self.quantization.clone(),
            size_bytes: self.size_bytes,
            ..Facts::default()
        }
    }

    /// The names of what is unknown of it (requirement M4), as they are in JSON.
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("family", self.family.is_none()),
            ("sizeBytes", self.size_bytes.is_none()),
            ("parametersBillions", self.parameters_millions.is_none()),
            ("quantization", self.quantization.is_none()),
            ("modified", self.modified.is_none()),
            ("contextWindow", self.context.is_none()),
            ("capabilities", self.capabilities == Capabilities::default()),
            ("digest", self.digest.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect()
    }
}

impl ServerVersion {
    /// Reads a version.
    pub fn new(text: &str) -> Self {
        let mut numbers = text.trim().trim_start_matches('v').split(['.', '-', '+']);
        let mut number = || numbers.next()?.parse().ok();
        Self {
            numbers: (|| Some([number()?, number()?, number()?]))(),
            text: text.trim().chars().take(64).collect(),
        }
    }
}

/// A number of parameters as people write it, in millions: `8.0B`, `134.52M`, `596.05M`, `1T`, `270K`; 1 at the least.
/// `None` where it says something else, for instance how many experts there are (`8x7B`).
pub fn millions(text: &str) -> Option<u32> {
    let text = text.trim();
    let unit = text.bytes().last()?;
    // Millions are thousandths of billions: the value in thousands of the unit's own thousandth.
    let (number, thousandths) = match unit.to_ascii_uppercase() {
        b'T' => (&text[..text.len() - 1], 1_000_000_000),
        b'B' => (&text[..text.len() - 1], 1_000_000),
        b'M' => (&text[..text.len() - 1], 1_000),
        b'K' => (&text[..text.len() - 1], 1),
        b'0'..=b'9' => return parameters(text.parse().ok()?),
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut thousands = whole.parse::<u64>().ok()?.checked_mul(thousandths)?;
    let mut place = thousandths;
    for digit in fraction.bytes() {
        place /= 10;
        thousands = thousands.checked_add(u64::from(digit - b'0') * place)?;
    }
    rounded(thousands)
}

/// A number of parameters, in millions.
pub fn parameters(count: u64) -> Option<u32> {
    if count == 0 {
        return None;
    }
    rounded((count / 1_000).max(1))
}

/// Thousands as millions, 1 at the least.
fn rounded(thousands: u64) -> Option<u32> {
    if thousands == 0 {
        return None;
    }
    u32::try_from(((thousands.checked_add(500)?) / 1_000).max(1)).ok()
}

/// Yes or no.
pub(super) fn support(yes: bool) -> Support {
    if yes { Support::Yes } else { Support::No }
}
