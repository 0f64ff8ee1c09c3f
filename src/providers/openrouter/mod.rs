//! OpenRouter: its catalogue and its key. It answers as `openai` does.

use super::Provider;
use super::answer::{Call, Whole};
use super::error::ProviderError;
use super::listed::Listing;
use super::{Ability, unsupported};

pub(super) fn list(_: &Provider) -> Result<Call<Whole<Listing>>, ProviderError> {
    Err(unsupported(Ability::List))
}

pub(super) fn check_key(_: &Provider) -> Result<Call<Whole<()>>, ProviderError> {
    Err(unsupported(Ability::CheckKey))
}
