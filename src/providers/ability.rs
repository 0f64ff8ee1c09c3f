//! What a provider may be able to do.

use serde::Serialize;

/// Something a provider may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ProviderAbility"))]
#[serde(rename_all = "camelCase")]
pub enum Ability {
    /// Says its version.
    Version,
    /// Lists its models.
    List,
    /// Says more of one model.
    Show,
    /// Says with which context its models are served now.
    ServedContext,
    /// Fetches a model by name.
    Pull,
    /// Deletes a model.
    Remove,
    /// Gives a model a second name.
    Copy,
    /// Frees the memory of a model.
    Unload,
    /// Answers.
    Chat,
    /// Says whether a key is good.
    CheckKey,
    /// Finds models of others.
    Search,
    /// Says which files a model has.
    Files,
}

impl Ability {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Version,
        Self::List,
        Self::Show,
        Self::ServedContext,
        Self::Pull,
        Self::Remove,
        Self::Copy,
        Self::Unload,
        Self::Chat,
        Self::CheckKey,
        Self::Search,
        Self::Files,
    ];

    /// What it is, to go on after "cannot".
    pub fn words(self) -> &'static str {
        match self {
            Self::Version => "say its version",
            Self::List => "list its models",
            Self::Show => "describe a model",
            Self::ServedContext => "say the context its models are served with",
            Self::Pull => "fetch models",
            Self::Remove => "delete models",
            Self::Copy => "copy models",
            Self::Unload => "unload models",
            Self::Chat => "answer",
            Self::CheckKey => "check a key",
            Self::Search => "search for models",
            Self::Files => "list the files of a model",
        }
    }
}
