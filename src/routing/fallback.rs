//! What happens when the model that was chosen fails (R10).

use serde::Serialize;

/// What went wrong with a model that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trouble {
    /// The provider asks to slow down.
    RateLimited {
        /// For how long, in milliseconds, if it says so.
        #[cfg_attr(feature = "types", ts(type = "number | null"))]
        retry_after_ms: Option<u64>,
    },
    /// The provider has more to do than it can.
    Overloaded {
        /// For how long, in milliseconds, if it says so.
        #[cfg_attr(feature = "types", ts(type = "number | null"))]
        retry_after_ms: Option<u64>,
    },
    /// The provider does not answer, or with nothing but errors.
    ProviderDown,
    /// The request is longer than the context window.
    ContextExceeded {
        /// The tokens of the request, if the provider says so.
        needed: Option<u32>,
        /// The tokens the model holds, if the provider says so.
        limit: Option<u32>,
    },
    /// The provider does not have the model any more.
    ModelGone,
    /// The provider refuses the key, or the lack of one.
    Unauthorized,
    /// The engine could not load the model, or broke down under it.
    LoadFailed,
    /// The request itself is wrong: no other model would take it.
    InvalidRequest,
    /// The user stopped it.
    Canceled,
}
