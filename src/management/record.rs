//! What is stored: one record for the list of a provider, one for the details of each model.

/// A record, as the runtime stores it. Keys begin with `list/`, `show/` or `mark/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Names it.
    pub key: String,
    /// JSON text, with the version of its shape.
    pub text: String,
}
