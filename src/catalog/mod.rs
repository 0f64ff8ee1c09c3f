//! The model database: what is known of a model by its name.
//!
//! A name is taken apart ([`name`]), looked for among the app's entries and the bundled ones, the whole name first and
//! then with less and less of it (`shelf`), and what is found is merged into one value that lacks nothing ([`lookup`]).
//! Unknown is an answer of its own: it never turns into a no or a number nobody has said.
//!
//! Looking a name up never fails, takes time in proportion to the name, and changes nothing but a memory of fixed size.

mod batch;
pub mod bundle;
pub mod bundled;
mod entries;
pub mod entry;
pub mod error;
pub mod family;
mod index;
pub mod lint;
pub mod lookup;
mod matching;
mod memo;
pub mod name;
pub mod pattern;
mod patterns;
pub mod record;
mod shelf;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use batch::{Key, Templates, Text};
use bundle::Bundle;
use entries::AppEntries;
use lookup::{Known, Layers, Lookup};
use memo::{Memo, Remembered};
use name::ModelName;
use record::{Facts, Source};
use shelf::{Found, Shelf, Spot};

pub(crate) use index::long_hash;

pub use entries::{MAX_ENTRIES, MAX_TOKENS};
pub use entry::AppEntry;
pub use error::CatalogError;
pub use memo::CAPACITY as MEMO_CAPACITY;
pub use shelf::{Match, Step};

/// The most pairs of patterns that are told of.
const MAX_TIES: usize = 256;

/// Two patterns that match one name and are equally specific, so that only their order decides (requirement D2).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Tie {
    /// The pattern that was declared first, and wins.
    pub winner: String,
    /// The other one.
    pub other: String,
    /// The first name that both of them matched.
    pub name: String,
}

/// The model database.
///
/// ```
/// use modelyard::catalog::Catalog;
/// use modelyard::catalog::bundle::Empty;
/// use modelyard::catalog::entry::{AppEntry, SaidCapabilities};
/// use modelyard::catalog::record::{Facts, Source, Support};
///
/// let entry = AppEntry {
///     name: "acme-chat:*".to_owned(),
///     context_window: Some(32_768.0),
///     capabilities: SaidCapabilities(vec![("tools".to_owned(), Support::Yes)]),
///     ..AppEntry::default()
/// };
/// let catalog = Catalog::new(Empty).with_entries(vec![entry]).unwrap();
///
/// let lookup = catalog.lookup("ollama/Acme-Chat:7b-q4_K_M");
/// assert_eq!(lookup.context.tokens, 32_768);
/// assert_eq!(lookup.parameters_millions, Some(7_000));
/// assert_eq!(lookup.matched.key.as_deref(), Some("acme-chat:*"));
/// assert_eq!(lookup.matched.stripped[0].text, "ollama/");
/// // Nobody says whether it reads images.
/// assert_eq!(lookup.capabilities.vision, Support::Unknown);
///
/// // A server says that it gives any model 4,096 tokens.
/// let served = Facts { served_context: Some(4_096), ..Facts::default() };
/// let lookup = catalog.describe("llama3.1:8b", &[(Source::Served, served)]);
/// assert_eq!(lookup.effective_context.tokens, 4_096);
/// ```
pub struct Catalog {
    bundled: Shelf,
    app: Option<Shelf>,
    state: Mutex<State>,
}

/// A catalog that knows nothing but names.
impl Default for Catalog {
    fn default() -> Self {
        Self::new(AppEntries::default())
    }
}

/// What lookups leave behind.
#[derive(Debug, Default)]
struct State {
    memo: Memo,
    templates: Templates,
    ties: Ties,
}

/// Pairs of patterns between which only their order has decided.
#[derive(Debug, Default)]
struct Ties {
    all: Vec<Tie>,
    /// How many of them were told.
    told: usize,
}

impl Catalog {
    /// A catalog of the data that comes with the package.
    pub fn new(bundle: impl Bundle + 'static) -> Self {
        Self {
            bundled: Shelf::new(Arc::new(bundle)),
            app: None,
            state: Mutex::default(),
        }
    }

    /// The same entries of the app above other bundled data.
    #[must_use]
    pub fn with_bundle(&self, bundle: impl Bundle + 'static) -> Self {
        Self {
            bundled: Shelf::new(Arc::new(bundle)),
            app: self.app.clone(),
            state: Mutex::default(),
        }
    }

    /// The same catalog with these entries of the app, and no others, above the bundled ones (requirement D7). This
    /// one stays as it is.
    ///
    /// # Errors
    /// All faults of all entries; then there is no new catalog.
    pub fn with_entries(&self, entries: Vec<AppEntry>) -> Result<Self, Vec<CatalogError>> {
        let entries = AppEntries::check(entries)?;
        Ok(Self {
            bundled: self.bundled.clone(),
            app: Some(Shelf::new(Arc::new(entries))),
            state: Mutex::default(),
        })
    }

    /// What is known of a model by its name. A text that is no name is an unknown model.
    pub fn lookup(&self, name: &str) -> Arc<Lookup> {
        if let Some(known) = self.state().memo.get(name) {
            return Arc::clone(&known.lookup);
        }
        self.find(name).lookup
    }

    /// What is known of many names, as a JSON text that says once what they have in common; see `batch` for its form.
    /// Put together, each row is what [`Catalog::lookup`] says.
    pub fn lookup_all(&self, names: &[String]) -> String {
        let state = &mut *self.state();
        let mut text = Text::new(&mut state.templates);
        for given in names {
            // The name of an entry says the same each time, and is asked for more often than others.
            let entry = self.bundled.bundle().number(given);
            if entry.is_some_and(|entry| text.kept_row(entry)) {
                continue;
            }
            let name = ModelName::parse(given).ok();
            let (app, bundled) = self.spots(name.as_ref());
            let key = Key::new(name.as_ref(), app, bundled);
            let at = text.templates.key(key, &mut |key| {
                let (app, bundled) = self.found(name.as_ref(), app, bundled);
                let layers = Layers::found(key.class.clone(), app, bundled);
                for matched in layers.matches() {
                    state.ties.note(matched, given);
                }
                layers
            });
            let template = text.templates.template(at);
            let dress = text.row(template, name.as_ref(), app, bundled);
            if let Some(entry) = entry {
                text.keep_row(entry, template, dress);
            }
        }
        text.end()
    }

    /// What is known of many models, one after the other: what [`Catalog::describe`] says of each, without where it was
    /// found. `said` gives what others say of the one at a place, and hears whether its name tells a family.
    pub fn describe_all<const N: usize>(
        &self,
        names: &[&str],
        said: &mut dyn FnMut(usize, bool) -> [(Source, Facts); N],
        each: &mut dyn FnMut(usize, &Known<'_>),
    ) {
        let state = &mut *self.state();
        state.templates.begin();
        for (at, given) in names.iter().enumerate() {
            let name = ModelName::parse(given).ok();
            let name = name.as_ref();
            let (app, bundled) = self.spots(name);
            let key = Key::new(name, app, bundled);
            let said = said(at, key.class.is_some());
            let at_key = state.templates.key(key, &mut |key| {
                let (app, bundled) = self.found(name, app, bundled);
                Layers::found(key.class.clone(), app, bundled)
            });
            let layers = state.templates.layers(at_key);
            let own = name.map_or((None, None), |name| layers.own(name));
            each(at, &layers.known(&said, own));
        }
    }

    /// Where a name is found: in the app's entries, and in what is bundled.
    fn spots(&self, name: Option<&ModelName>) -> (Option<Spot>, Option<Spot>) {
        let spot = |shelf: Option<&Shelf>| shelf?.spot(name?);
        (spot(self.app.as_ref()), spot(Some(&self.bundled)))
    }

    /// What is there.
    fn found(
        &self,
        name: Option<&ModelName>,
        app: Option<Spot>,
        bundled: Option<Spot>,
    ) -> (Option<Found>, Option<Found>) {
        let found = |shelf: Option<&Shelf>, spot: Option<Spot>| shelf?.found(name?, spot?);
        (found(self.app.as_ref(), app), found(Some(&self.bundled), bundled))
    }

    /// The same with what others say of this model, for instance its provider: what is said for this call beats the
    /// app's entry, that beats what is served, that what is advertised, and that what was bundled.
    pub fn describe(&self, name: &str, said: &[(Source, Facts)]) -> Arc<Lookup> {
        if said.is_empty() {
            return self.lookup(name);
        }
        let known = self.state().memo.get(name).map(|known| Arc::clone(&known.layers));
        let layers = known.unwrap_or_else(|| self.find(name).layers);
        Arc::new(layers.merge(name, said))
    }

    /// The same catalog, with no name remembered.
    #[must_use]
    pub fn forgetful(&self) -> Self {
        Self {
            bundled: self.bundled.clone(),
            app: self.app.clone(),
            state: Mutex::default(),
        }
    }

    /// The entry whose name looks most like a misspelt one. Looks at every name there is.
    pub fn closest(&self, name: &str) -> Option<String> {
        let app = self.app.as_ref().map(|app| app.bundle().names());
        let mut names = self.bundled.bundle().names();
        names.extend(app.into_iter().flatten());
        let lower: String = name
            .chars()
            .take(name::MAX_NAME)
            .collect::<String>()
            .to_ascii_lowercase();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        crate::closest::one(&lower, &names).map(str::to_owned)
    }

    /// Which data comes with the package.
    pub fn version(&self) -> &str {
        self.bundled.bundle().version()
    }

    /// The bundled data.
    pub fn bundle(&self) -> &dyn Bundle {
        self.bundled.bundle()
    }

    /// The pairs of patterns between which only their order has decided, each pair once.
    pub fn take_ties(&self) -> Vec<Tie> {
        let ties = &mut self.state().ties;
        let told = std::mem::replace(&mut ties.told, ties.all.len());
        ties.all[told..].to_vec()
    }

    /// How many names are remembered; never more than [`MEMO_CAPACITY`].
    pub fn remembered(&self) -> usize {
        self.state().memo.len()
    }

    /// Looks a name up and remembers it.
    fn find(&self, text: &str) -> Remembered {
        let Ok(name) = ModelName::parse(text) else {
            // Not remembered: there is no end of such texts, and they may be long.
            let layers = Arc::new(Layers::default());
            let lookup = Arc::new(layers.merge(text, &[]));
            return Remembered { layers, lookup };
        };
        let app = self.app.as_ref().and_then(|app| app.find(&name));
        let layers = Layers::new(&name, app, self.bundled.find(&name));
        let lookup = Arc::new(layers.merge(text, &[]));
        let layers = Arc::new(layers);
        let known = Remembered { layers, lookup };
        let mut state = self.state();
        for matched in known.layers.matches() {
            state.ties.note(matched, text);
        }
        state.memo.put(known.clone());
        known
    }

    /// A lookup that was cut off by a panic elsewhere leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Catalog ")?;
        f.write_str(self.version())
    }
}

impl Ties {
    fn note(&mut self, matched: &Match, name: &str) {
        let (Some(winner), Some(other)) = (&matched.key, &matched.tied_with) else {
            return;
        };
        let known = self
            .all
            .iter()
            .any(|tie| tie.winner == *winner && tie.other == *other);
        if !known && self.all.len() < MAX_TIES {
            self.all.push(Tie {
                winner: winner.clone(),
                other: other.clone(),
                name: name.to_owned(),
            });
        }
    }
}
