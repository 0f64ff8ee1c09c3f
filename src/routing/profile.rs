//! Profiles: what a kind of task asks of a model (R3).

use std::borrow::Cow;

use serde::Serialize;

use crate::catalog::family::Family;
use crate::catalog::record::Capability;
use crate::json::readable;

/// What a kind of task asks of a model. Only made by [`super::Profiles`], which checks it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Its name.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub name: Cow<'static, str>,
    /// What it is for, in a few words.
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub description: Cow<'static, str>,
    /// What a model must be able to do.
    pub required: Vec<Capability>,
    /// The families it takes, the most wanted first. Without any it takes every family alike.
    pub preferred_families: Vec<Family>,
    /// The smallest context window it takes, in tokens.
    pub min_context: u32,
    /// The profile that is asked when no model fits this one.
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub fallback: Option<Cow<'static, str>>,
    /// Which model of a family comes first.
    pub order: ProfileOrder,
}

/// Which of two equally ready models of a family a profile takes first (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ProfileOrder {
    /// The one with fewer parameters; those of unknown size last.
    SmallestFirst,
    /// The one with the larger context window.
    #[default]
    LargestContextFirst,
}

/// A profile as an app writes it, not yet checked: see [`super::Profiles::with`].
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct ProfileSpec {
    /// Its name. The name of a built-in profile replaces that one.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The names of capabilities a model must have; `["streaming"]` if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<Vec<String>>,
    /// The families it takes, the most wanted first; all alike if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_families: Option<Vec<String>>,
    /// The smallest context window it takes, in tokens; any if it does not say. A number as JavaScript has them, so
    /// that one that is no count can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_context: Option<f64>,
    /// The profile that is asked when no model fits this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// `smallestFirst` or `largestContextFirst`, which it is if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

readable! {
    ProfileSpec only {
        name: "name",
        description: "description?",
        required: "required?",
        preferred_families: "preferredFamilies?",
        min_context: "minContext?",
        fallback: "fallback?",
        order: "order?",
    }
}

impl ProfileOrder {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::SmallestFirst, Self::LargestContextFirst];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmallestFirst => "smallestFirst",
            Self::LargestContextFirst => "largestContextFirst",
        }
    }
}

/// The profiles that come with the package, as requirement R3 names them.
pub(super) fn built_in() -> Vec<Profile> {
    let smallest = ProfileOrder::SmallestFirst;
    let largest = ProfileOrder::LargestContextFirst;
    let row =
        |name, description, families: &[&'static str], min_context, fallback: Option<&'static str>, order| {
            Profile {
                name: Cow::Borrowed(name),
                description: Cow::Borrowed(description),
                required: vec![Capability::Streaming],
                preferred_families: families.iter().map(|family| Family::known(family)).collect(),
                min_context,
                fallback: fallback.map(Cow::Borrowed),
                order,
            }
        };
    vec![
        row(
            "fast",
            "Quick answers from small models.",
            &["phi", "gemma", "mistral"],
            4_096,
            Some("general"),
            smallest,
        ),
        row(
            "general",
            "Conversation about anything.",
            &["llama", "mistral", "qwen"],
            8_192,
            None,
            largest,
        ),
        row(
            "code",
            "Writing and reading programs.",
            &["codellama", "deepseek-coder", "starcoder", "qwen"],
            16_384,
            Some("general"),
            largest,
        ),
        row(
            "creative",
            "Stories and other free writing.",
            &["llama", "mistral"],
            8_192,
            Some("general"),
            largest,
        ),
    ]
}
