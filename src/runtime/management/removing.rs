//! Removing a model of a server.

use std::rc::Rc;

use serde::Serialize;

use super::exchange::{Limits, Nobody, ask};
use super::ports::Ports;
use super::{Service, settings};
use crate::engine::failure::Failure;
use crate::json::readable;
use crate::management::Request;
use crate::net::call::Calls;
use crate::providers::{Ability, Provider};

/// How long a look at the list may take before a removal.
const LOOK_MS: u64 = 2_000;

/// What came of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Removed {
    /// The space that came back, as far as the server said how long the model was.
    pub freed_bytes: u64,
}

/// What is to be removed.
struct RemoveWish {
    provider: String,
    model: String,
    /// Out of the memory of the server first.
    unload: bool,
}

readable! {
    RemoveWish only { provider: "provider", model: "model", unload: "unload?" }
}

impl<P: Ports> Service<P> {
    /// Deletes a model of a server: the JSON text of `{ provider, model, unload? }`.
    ///
    /// # Errors
    /// `not_found` where there is none, or why the server does not do it.
    pub async fn remove(self: &Rc<Self>, text: &str) -> Result<Removed, Failure> {
        let RemoveWish {
            provider,
            model,
            unload,
        } = settings::read(text, "remove")?;
        let provider = self.ready(&provider)?;
        let removed = self.remove_from(&provider, &model, unload).await;
        // Also after a failure: nobody knows how far it came.
        self.wish(Request::Changed {
            provider: provider.id.clone(),
        });
        self.refresh(&provider.id);
        removed
    }

    async fn remove_from(&self, provider: &Provider, model: &str, unload: bool) -> Result<Removed, Failure> {
        let id = provider.id.as_str();
        let refused = |error: crate::providers::ProviderError| error.failure(id, Some(model));
        let abort = self.ports.net().stop_button();
        let call = provider.remove(model).map_err(refused)?;
        let freed_bytes = self.length_of(provider, model).await.unwrap_or_default();
        if unload && provider.can(Ability::Unload) {
            let call = provider.unload(model).map_err(refused)?;
            if let Err(trouble) = self.whole(provider, call, &abort).await {
                return Err(self.failure(provider, Some(model), trouble).await);
            }
        }
        match self.whole(provider, call, &abort).await {
            Ok(()) => Ok(Removed { freed_bytes }),
            Err(trouble) => Err(self.failure(provider, Some(model), trouble).await),
        }
    }

    /// How long a model is. A server does not say so of one that is gone.
    async fn length_of(&self, provider: &Provider, model: &str) -> Option<u64> {
        let call = provider.list(None).ok()?;
        let abort = self.ports.net().stop_button();
        let limits = Limits::within(LOOK_MS);
        let listing = ask(
            &self.ports,
            &self.signer(provider),
            call,
            limits,
            &abort,
            &mut Nobody,
        )
        .await
        .ok()?;
        let found = listing
            .models
            .iter()
            .find(|listed| provider.same_model(&listed.name, model));
        found?.size_bytes
    }
}
