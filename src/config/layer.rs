//! The layers (requirement K1).

use serde::Serialize;

/// Where a value comes from, the lowest first. The last three are the flags of K1: each is nearer to the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Layer {
    /// Built in.
    Default,
    /// The configuration file: a JSON text, fetched or stored.
    File,
    /// The variables the app hands in.
    Environment,
    /// The options the app opened with.
    Options,
    /// The query string of the page.
    Page,
    /// The options of one call.
    Call,
}

/// The text of a layer that can be replaced. A text without a character that is no blank says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// A configuration as JSON.
    File(&'a str),
    /// An object of strings as JSON. Names that do not begin with `MODELYARD_` mean nothing here.
    Environment(&'a str),
    /// A configuration as JSON.
    Options(&'a str),
    /// A query string, with or without the `?`, encoded as in the address. Names that do not begin with `modelyard.`
    /// mean nothing here.
    Page(&'a str),
}

impl Layer {
    /// Its name, for people and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Options => "options",
            Self::Page => "page",
            Self::Call => "call",
        }
    }
}

impl<'a> Source<'a> {
    /// The layer it is.
    pub fn layer(self) -> Layer {
        match self {
            Self::File(_) => Layer::File,
            Self::Environment(_) => Layer::Environment,
            Self::Options(_) => Layer::Options,
            Self::Page(_) => Layer::Page,
        }
    }

    /// Its text.
    pub fn text(self) -> &'a str {
        match self {
            Self::File(text) | Self::Environment(text) | Self::Options(text) | Self::Page(text) => text,
        }
    }
}
