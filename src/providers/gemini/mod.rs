//! Gemini, by its own protocol.

pub mod chat;

use super::Provider;
use super::answer::{Call, Whole};
use super::chat::{ChatDecoder, ChatRequest};
use super::error::ProviderError;
use super::listed::{Listing, ShownModel};
use super::{Ability, unsupported};

pub(super) fn list(_: &Provider, _: Option<&str>) -> Result<Call<Whole<Listing>>, ProviderError> {
    Err(unsupported(Ability::List))
}

pub(super) fn show(_: &Provider, _: &str) -> Result<Call<Whole<ShownModel>>, ProviderError> {
    Err(unsupported(Ability::Show))
}

pub(super) fn check_key(_: &Provider) -> Result<Call<Whole<()>>, ProviderError> {
    Err(unsupported(Ability::CheckKey))
}

pub(super) fn chat(_: &Provider, _: &ChatRequest) -> Result<Call<ChatDecoder>, ProviderError> {
    Err(unsupported(Ability::Chat))
}

/// Whether a model can have that name.
pub(super) fn check_name(_: &str) -> Result<(), &'static str> {
    Ok(())
}

/// Whether two names are one model.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other
}
