//! Configuration: what the app and its people want, from several layers, checked, with the origin of every value.
//!
//! A layer comes in as text ([`Source`]). It is read along one table of keys (`table`) into settings, one for each
//! path, or into everything that is wrong with it (`reading`, `strings`). The layers are laid over each other and
//! over the defaults (`merging`), and what only shows then is checked: names that have to be there (`references`).
//! Only if nothing is wrong does it come into force, as a new [`Effective`]; the old one stays what it was with those
//! who hold it. Every guard of the way in is here: texts are bounded, nothing of a text is code or a property name,
//! and no error repeats what could be a secret.
//!
//! Always: a layer that is refused changes nothing. Each value in force has the layer it comes from. What is handed
//! on unread to a provider is the same to the byte.

mod closest;
mod effective;
mod error;
mod json;
mod key;
mod layer;
mod merging;
mod named;
mod names;
mod reading;
mod references;
mod setting;
mod showing;
mod strings;
mod table;

pub use effective::{CachePolicy, Effective, ModelOptions, Start};
pub use error::{ConfigError, Reason};
pub use json::{MAX_DEPTH, MAX_TEXT_BYTES};
pub use key::{Bounds, Key, Kind, Word};
pub use layer::{Layer, Source};
pub use merging::usual_host;
pub use named::{ProviderConfig, RoutingConfig};
pub use names::{HostFault, NameFault};
pub use reading::MAX_REPORTED;
pub use setting::Setting;
pub use strings::{ENVIRONMENT, PAGE};
pub use table::{find, keys};

use reading::Found;
use setting::Settings;

/// The layers there can be above the defaults, the call's excepted.
const LAYERS: [Layer; 4] = [Layer::File, Layer::Environment, Layer::Options, Layer::Page];

/// The configuration: the layers and what they give.
#[derive(Debug, Clone)]
pub struct Config {
    /// In the order of [`LAYERS`].
    layers: [Settings; LAYERS.len()],
    /// Providers there are without a configuration.
    engines: Vec<String>,
    effective: Effective,
}

/// What came of new layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changed {
    /// The paths whose value in force changed. A value that only comes from another layer now has not changed.
    pub keys: Vec<String>,
    /// What has no effect.
    pub warnings: Vec<ConfigError>,
}

impl Config {
    /// A configuration of defaults. `engines` are the providers there are without one: the engines of the page.
    pub fn new(engines: &[&str]) -> Self {
        let layers: [Settings; LAYERS.len()] = Default::default();
        let engines: Vec<String> = engines.iter().map(|name| (*name).to_owned()).collect();
        let effective = Effective::new(merging::merged(&layers, &engines));
        Self {
            layers,
            engines,
            effective,
        }
    }

    /// What is in force.
    pub fn effective(&self) -> Effective {
        self.effective.clone()
    }

    /// Puts a new text in the place of a layer.
    ///
    /// # Errors
    /// Everything that is wrong, up to [`MAX_REPORTED`] for each layer. Then all stays as it was.
    pub fn replace(&mut self, source: Source<'_>) -> Result<Changed, Vec<ConfigError>> {
        self.replace_all(&[source])
    }

    /// Puts new texts in the place of several layers at once, so that one may name what another brings. Of two texts
    /// of one layer the last one counts.
    ///
    /// # Errors
    /// Everything that is wrong with any of them. Then all stays as it was.
    pub fn replace_all(&mut self, sources: &[Source<'_>]) -> Result<Changed, Vec<ConfigError>> {
        let mut layers = self.layers.clone();
        let mut errors = Vec::new();
        let mut warnings = Vec::new();
        for source in sources {
            let found = read(*source);
            errors.extend(found.errors);
            warnings.extend(found.warnings);
            for (layer, settings) in LAYERS.into_iter().zip(&mut layers) {
                if layer == source.layer() {
                    settings.clone_from(&found.settings);
                }
            }
        }
        // What was read well is looked at even beside what was not, so that all errors come together.
        let effective = Effective::new(merging::merged(&layers, &self.engines));
        for error in references::check(&effective, &self.engines) {
            // What could not be read is missing only for that.
            if errors.iter().all(|other: &ConfigError| other.path != error.path) {
                errors.push(error);
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let keys = setting::changes(self.effective.all(), effective.all());
        self.layers = layers;
        self.effective = effective;
        Ok(Changed { keys, warnings })
    }
}

fn read(source: Source<'_>) -> Found {
    match source {
        Source::File(text) | Source::Options(text) => reading::read(source.layer(), text, table::keys()),
        Source::Environment(text) => strings::environment(text),
        Source::Page(query) => strings::page(query),
    }
}
