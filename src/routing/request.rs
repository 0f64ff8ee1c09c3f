//! What is asked of the router.

use serde::Serialize;

use super::profile::ProfileSpec;
use crate::catalog::record::Capability;
use crate::json::{readable, variants};

/// A question to the router.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What is wanted.
    pub wish: Wish,
    /// What this one request needs of whichever model it goes to.
    #[cfg_attr(feature = "types", ts(as = "Option<Needs>"))]
    pub needs: Needs,
    /// Whether an override or a model asked for by name must be taken as it is: if it cannot be, or does not meet the
    /// needs, that is an error, not a warning (R4).
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub strict: bool,
}

/// What is wanted (R1).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Wish {
    /// A model for the profile of that name.
    Profile(String),
    /// A model for a profile that is written out here and belongs to no set.
    Inline(ProfileSpec),
    /// The model of that id.
    Model(String),
}

/// What a request needs of whichever model it goes to, whatever the profile asks: hard filters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// The tokens that must fit into the context window, the answer included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u32>,
    /// Whether functions will be called.
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub tools: bool,
    /// Whether there are images to be read.
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub images: bool,
    /// What else the model must be able to do.
    #[cfg_attr(feature = "types", ts(as = "Option<Vec<Capability>>"))]
    pub capabilities: Vec<Capability>,
}

readable! {
    Request only { wish: "wish", needs: "needs?", strict: "strict?" }
    Needs only { tokens: "tokens?", tools: "tools?", images: "images?", capabilities: "capabilities?" }
}

variants! {
    Wish { "profile" => Profile(..), "inline" => Inline(..), "model" => Model(..) }
}

impl Needs {
    /// Every capability that is needed.
    pub(super) fn all_capabilities(&self) -> impl Iterator<Item = Capability> {
        let tools = self.tools.then_some(Capability::Tools);
        let images = self.images.then_some(Capability::Vision);
        tools
            .into_iter()
            .chain(images)
            .chain(self.capabilities.iter().copied())
    }
}
