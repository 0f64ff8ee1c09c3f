//! What is known of a model: what the app says of it, what its server says, and what the model database knows of its
//! name. For people who ask, and for the router.

use crate::catalog::family::Family;
use crate::catalog::record::{Capability, Facts, Source, Support};

use super::Engine;
use super::command::Reply;
use super::failure::Failure;
use super::manifest::{ModelManifest, Served};

/// The name the model database knows a model by, and what others say of it.
pub(super) type Said<'a> = (&'a str, [(Source, Facts); 3]);

impl Engine {
    /// What is known of models, all of them or nothing.
    pub(super) fn describe(&self, ids: &[String]) -> Result<Reply, Failure> {
        let mut models = Vec::new();
        for id in ids {
            let id = self.known_id(id)?;
            models.extend(self.library.get(&id).map(|model| said_of(&model.manifest)));
        }
        let lookups = self.routes.catalog.describe_all(&models);
        Ok(Reply::Described { lookups })
    }
}

/// What the manifest says, and whoever made it.
pub(super) fn said_of(manifest: &ModelManifest) -> Said<'_> {
    let name = manifest.catalog_name.as_deref();
    let name = name.unwrap_or(manifest.id.as_str());
    // The window of the manifest is the one the engine is told to serve.
    let app = Facts {
        served_context: manifest.context_window,
        ..Facts::default()
    };
    let (mut serves, mut advertises) = (Facts::default(), Facts::default());
    if let Some(served) = &manifest.served {
        serves = Facts {
            served_context: served.served_context,
            capabilities: served.capabilities,
            quantization: served.quantization.clone(),
            size_bytes: served.size_bytes,
            ..serves
        };
        advertises = Facts {
            family: family(name, served),
            context: served.context_window,
            max_output: served.max_output_tokens,
            parameters_millions: served.parameters_billions.map(millions),
            ..advertises
        };
    }
    // Every engine and every server gives its answer piece by piece.
    if serves.capabilities.streaming == Support::Unknown {
        serves.capabilities.set(Capability::Streaming, Support::Yes);
    }
    (
        name,
        [
            (Source::User, app),
            (Source::Served, serves),
            (Source::Advertised, advertises),
        ],
    )
}

/// Servers mostly name the architecture, which the family is often not (`codellama` is a `llama` to them): the name of
/// the model counts first.
fn family(name: &str, served: &Served) -> Option<Family> {
    let told = served
        .family
        .as_deref()
        .filter(|_| Family::of_name(name).is_none())?;
    Some(Family::of_name(told).map_or_else(|| Family::named(told), |(family, _)| family))
}

/// Billions as the model database counts them. What is no size is 0, which says nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cut to the range"
)]
fn millions(billions: f64) -> u32 {
    (billions * 1_000.0).ceil() as u32
}
