//! The one public error shape (requirements E1–E3). Whatever is put into one loses what looks like a secret.

use serde::Serialize;

use crate::json::{readable, words};
use crate::keys::patterns;

/// What kind of failure it is. A closed union: an app can match on it and the compiler says when one is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum ErrorCode {
    /// The network failed in mid-air.
    Network,
    /// The browser says it has no network.
    Offline,
    /// Something took longer than its limit.
    Timeout,
    /// A request failed in a way that a browser does not tell apart: no CORS headers, or no network.
    CorsOrNetwork,
    /// The browser asks for a permission to reach the local network.
    LocalNetworkPermission,
    /// No room on the disk.
    StorageFull,
    /// The browser's storage cannot be used.
    StorageUnavailable,
    /// The bytes are not those of the known digest.
    Integrity,
    /// The file is not as long as was promised.
    SizeMismatch,
    /// The file is no model an engine can load.
    NotAModel,
    /// The server answered with an error; its own words are in the message.
    ProviderError,
    /// The server refuses without (other) credentials.
    Unauthorized,
    /// The server asks to slow down.
    RateLimited,
    /// The server has more to do than it can, or is still starting.
    Overloaded,
    /// The prompt is longer than the model's context.
    ContextExceeded,
    /// No such model, conversation, job or file.
    NotFound,
    /// The model is in use.
    InUse,
    /// An argument is wrong.
    InvalidInput,
    /// A configuration is wrong.
    InvalidConfig,
    /// No such profile.
    UnknownProfile,
    /// No model fits.
    NoCompatibleModels,
    /// This browser or provider cannot do that.
    Unsupported,
    /// The user canceled it.
    Canceled,
    /// A newer choice replaced it.
    Superseded,
    /// The engine could not load the model.
    LoadFailed,
    /// The engine, or the core itself, broke down and was started anew.
    EngineCrashed,
    /// Called before `open()` had ended.
    NotReady,
    /// Called after `close()`.
    Closed,
}

/// A failure as every part of the package reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The kind.
    pub code: ErrorCode,
    /// What happened to what, as a sentence for people.
    pub message: String,
    /// What the user can do; at least one sentence.
    pub recovery: Vec<String>,
    /// Whether trying the same again can help.
    pub retryable: bool,
    /// The model it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub model: Option<String>,
    /// The provider or engine it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub provider: Option<String>,
    /// The path of the wrong field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub field: Option<String>,
    /// The wrong value, shortened to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub value: Option<String>,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub http_status: Option<u16>,
    /// The bytes that are missing on the disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub needed_bytes: Option<u64>,
    /// How long the server asks to be left in peace, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub retry_after_ms: Option<u32>,
    /// The tokens the request has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub needed_tokens: Option<u32>,
    /// The tokens the model has room for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub context_tokens: Option<u32>,
    /// The technical cause in the words of whoever reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub cause: Option<String>,
    /// Further failures of the same step (E3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Failure>>"))]
    pub others: Vec<Failure>,
}

impl ErrorCode {
    /// What the user can do, and whether trying the same again can help. One row a code, no default row.
    fn advice(self) -> (&'static str, bool) {
        match self {
            Self::Network => ("Check the connection and try again.", true),
            Self::Offline => ("Connect to a network; it goes on by itself.", true),
            Self::Timeout => ("Try again; if it happens again, choose a smaller model.", true),
            Self::CorsOrNetwork => (
                "Check the connection, and that the server allows this page's origin (CORS).",
                true,
            ),
            Self::LocalNetworkPermission => ("Allow local network access for this page and try again.", true),
            Self::StorageFull => ("Delete a model or free space on the disk, then resume.", true),
            Self::StorageUnavailable => (
                "Leave private browsing or allow this page to store data, then reload.",
                false,
            ),
            Self::Integrity => (
                "Try again later, or tell the publisher that the file is damaged.",
                true,
            ),
            Self::SizeMismatch => (
                "Try again later, or correct the size in the model's manifest.",
                true,
            ),
            Self::NotAModel => ("Check the model's URL: the file there is no model.", true),
            Self::ProviderError => ("Try again later, or choose another model.", true),
            Self::Unauthorized => ("Check the access rights or the key for this server.", false),
            Self::RateLimited => ("Wait a moment and try again.", true),
            Self::Overloaded => ("Wait a moment and try again, or choose another model.", true),
            Self::ContextExceeded => (
                "Shorten the conversation or choose a model with a longer context.",
                false,
            ),
            Self::NotFound => ("Check the name.", false),
            Self::InUse => (
                "Choose another model in the conversations that use it, or unload it first.",
                false,
            ),
            Self::InvalidInput => ("Correct the value.", false),
            Self::InvalidConfig => ("Correct the configuration.", false),
            Self::UnknownProfile => ("Choose one of the known profiles.", false),
            Self::NoCompatibleModels => ("Download or configure a model that meets the needs.", false),
            Self::Unsupported => ("Use a current version of Chrome, Edge, Firefox or Safari.", false),
            Self::Canceled => ("Start it again if it is still wanted.", true),
            Self::Superseded => ("Nothing: the newer choice is in force.", false),
            Self::LoadFailed => ("Try again; if it happens again, choose a smaller model.", true),
            Self::EngineCrashed => ("Try again: it was started anew.", true),
            Self::NotReady => ("Wait for `open()` to end.", true),
            Self::Closed => ("Create a new instance.", false),
        }
    }
}

impl Failure {
    /// A failure with the usual advice of its code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let (advice, retryable) = code.advice();
        Self {
            code,
            message: patterns::clean(message.into()),
            recovery: vec![advice.to_owned()],
            retryable,
            model: None,
            provider: None,
            field: None,
            value: None,
            http_status: None,
            needed_bytes: None,
            retry_after_ms: None,
            needed_tokens: None,
            context_tokens: None,
            cause: None,
            others: Vec::new(),
        }
    }

    /// The same failure, about `model`.
    #[must_use]
    pub fn about_model(mut self, model: &(impl ToString + ?Sized)) -> Self {
        self.model = Some(model.to_string());
        self
    }

    /// The same failure, about the field at `path` that holds `value`.
    #[must_use]
    pub fn about_field(mut self, path: impl Into<String>, value: &str) -> Self {
        self.field = Some(path.into());
        self.holding(value)
    }

    /// The same failure, of a field that holds `value`.
    #[must_use]
    pub fn holding(mut self, value: &str) -> Self {
        // Before it is cut: half a secret looks like none.
        let clean = patterns::clean(value.to_owned());
        self.value = Some(clean.chars().take(200).collect());
        self
    }

    /// The same failure with the words of whoever caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(patterns::clean(cause.into()));
        self
    }
}

words! {
    ErrorCode written {
        Network: "network",
        Offline: "offline",
        Timeout: "timeout",
        CorsOrNetwork: "cors_or_network",
        LocalNetworkPermission: "local_network_permission",
        StorageFull: "storage_full",
        StorageUnavailable: "storage_unavailable",
        Integrity: "integrity",
        SizeMismatch: "size_mismatch",
        NotAModel: "not_a_model",
        ProviderError: "provider_error",
        Unauthorized: "unauthorized",
        RateLimited: "rate_limited",
        Overloaded: "overloaded",
        ContextExceeded: "context_exceeded",
        NotFound: "not_found",
        InUse: "in_use",
        InvalidInput: "invalid_input",
        InvalidConfig: "invalid_config",
        UnknownProfile: "unknown_profile",
        NoCompatibleModels: "no_compatible_models",
        Unsupported: "unsupported",
        Canceled: "canceled",
        Superseded: "superseded",
        LoadFailed: "load_failed",
        EngineCrashed: "engine_crashed",
        NotReady: "not_ready",
        Closed: "closed",
    }
}

readable! {
    Failure {
        code: "code",
        message: "message",
        recovery: "recovery",
        retryable: "retryable",
        model: "model?",
        provider: "provider?",
        field: "field?",
        value: "value?",
        http_status: "httpStatus?",
        needed_bytes: "neededBytes?",
        retry_after_ms: "retryAfterMs?",
        needed_tokens: "neededTokens?",
        context_tokens: "contextTokens?",
        cause: "cause?",
        others: "others?",
    }
}
