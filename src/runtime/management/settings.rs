//! The configuration, as it crosses to the app and to the core. Pure.

use serde::Serialize;

use crate::catalog::AppEntry;
use crate::config::{Config, ConfigError, Effective, Layer, ModelOptions, Source, Start};
use crate::engine::failure::{ErrorCode, Failure};
use crate::engine::reading;
use crate::json::{Read, readable, words};
use crate::management::{Input, Management};
use crate::providers::Provider;
use crate::routing::{Override, ProfileSpec};

/// The longest text of a chat, in bytes: pictures are in it.
const MAX_CHAT_BYTES: usize = 64 << 20;
/// The most failures that are attached to the first one.
const MAX_OTHERS: usize = 255;

/// A text for a layer.
pub(super) struct LayerText {
    layer: Written,
    text: String,
}

/// The layers an app can write.
#[derive(Clone, Copy)]
enum Written {
    File,
    Environment,
    Options,
    Page,
}

readable! {
    LayerText only { layer: "layer", text: "text" }
}

words! {
    Written { File: "file", Environment: "environment", Options: "options", Page: "page" }
}

impl LayerText {
    pub(super) fn source(&self) -> Source<'_> {
        match self.layer {
            Written::File => Source::File(&self.text),
            Written::Environment => Source::Environment(&self.text),
            Written::Options => Source::Options(&self.text),
            Written::Page => Source::Page(&self.text),
        }
    }
}

/// What came of new texts for layers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Changed {
    /// The paths whose value in force changed.
    pub keys: Vec<String>,
    /// What has no effect.
    pub warnings: Vec<Failure>,
}

impl From<crate::config::Changed> for Changed {
    fn from(changed: crate::config::Changed) -> Self {
        let of = |error: &ConfigError| failure_of(error, ErrorCode::InvalidConfig);
        Self {
            keys: changed.keys,
            warnings: changed.warnings.iter().map(of).collect(),
        }
    }
}

/// Reads a text of the seam.
pub(super) fn read<T: Read>(text: &str, what: &str) -> Result<T, Failure> {
    reading::read_up_to(MAX_CHAT_BYTES, text, what)
}

fn failure_of(error: &ConfigError, code: ErrorCode) -> Failure {
    let mut failure = Failure::new(code, [&error.to_string(), "."].concat());
    failure.field = Some(error.path.clone());
    if !error.value.is_empty() {
        failure = failure.holding(&error.value);
    }
    let advice = match (&error.closest, error.example) {
        (Some(closest), _) => Some(["Write ", closest, " if that is what is meant."].concat()),
        (None, Some(example)) => Some(["Write a good value, for instance ", example, "."].concat()),
        (None, None) => None,
    };
    failure.recovery = advice.map_or(failure.recovery, |advice| vec![advice]);
    failure.retryable = false;
    failure
}

/// Everything that is wrong: the first of it, with all else attached.
pub(super) fn failure(errors: &[ConfigError], code: ErrorCode) -> Failure {
    let mut all = errors.iter().map(|error| failure_of(error, code));
    let first = all.next();
    let mut first = first.unwrap_or_else(|| Failure::new(code, "The configuration is wrong."));
    first.others = all.take(MAX_OTHERS).collect();
    first
}

/// The options of one call to a model, `<provider>/<name>` or an id of the page.
pub(super) fn options_for(
    effective: &Effective,
    model: &str,
    call: Option<&str>,
) -> Result<ModelOptions, Failure> {
    let options = effective.for_call(model, call.unwrap_or_default());
    let (options, _) = options.map_err(|errors| failure(&errors, ErrorCode::InvalidInput))?;
    Ok(options)
}

/// A provider that is not in the configuration, checked as if it were. Its kind comes first of what is said of it.
pub(super) fn unconfigured(id: Option<&str>, said: [(&str, Option<&str>); 3]) -> Result<Provider, Failure> {
    let (_, kind) = said[0];
    let id = id.or(kind).unwrap_or("ollama");
    let fields = said.map(|(name, value)| {
        let value = value.map(quoted);
        value.map(|value| ["\"", name, "\":", &value].concat())
    });
    let fields: Vec<String> = fields.into_iter().flatten().collect();
    let text = ["{\"providers\":{", &quoted(id), ":{", &fields.join(","), "}}}"].concat();
    let mut config = Config::new(&[]);
    config
        .replace(Source::Options(&text))
        .map_err(|errors| failure(&errors, ErrorCode::InvalidInput))?;
    let effective = config.effective();
    let mut management = Management::default();
    management.handle(Input::SetProviders(effective.providers(), effective.cache()), 0);
    management.provider(id).cloned()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What the core was told before, and has to be told again when nobody says it any more: one flag for each of [`PARTS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Said([bool; PARTS]);

/// Where a conversation begins, the catalog, the profiles, the overrides, the policy of superseded downloads.
const PARTS: usize = 5;

/// The core's command `configure`, without its `type`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CoreSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    default_model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<Vec<AppEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<Vec<ProfileSpec>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overrides: Option<Vec<Override>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded: Option<&'static str>,
}

/// What the configuration says to the core: what a layer above the defaults says, and what one did say before.
pub(super) fn for_core(effective: &Effective, said: &mut Said) -> String {
    let is_said = |path: &str| {
        effective
            .get(path)
            .is_some_and(|setting| setting.layer > Layer::Default)
    };
    let routing = effective.routing();
    let catalog = effective.catalog();
    let start = match effective.start() {
        Start::Profile(_) if !is_said("routing.defaultProfile") => Start::Nothing,
        start => start,
    };
    let says = [
        start != Start::Nothing,
        !catalog.is_empty(),
        !routing.profiles.is_empty(),
        !routing.overrides.is_empty(),
        is_said("queue.superseded"),
    ];
    for (said, says) in said.0.iter_mut().zip(says) {
        *said |= says;
    }
    let [
        tells_start,
        tells_catalog,
        tells_profiles,
        tells_overrides,
        tells_superseded,
    ] = said.0;
    let (model, profile) = match start {
        Start::Model(model) => (effective.id_of(&model), String::new()),
        Start::Profile(profile) => (String::new(), profile),
        Start::Nothing => (String::new(), String::new()),
    };
    let mut overrides = routing.overrides;
    for over in &mut overrides {
        over.model = effective.id_of(&over.model);
    }
    let settings = CoreSettings {
        default_model: tells_start.then_some(model),
        default_profile: tells_start.then_some(profile),
        catalog: tells_catalog.then_some(catalog),
        profiles: tells_profiles.then_some(routing.profiles),
        overrides: tells_overrides.then_some(overrides),
        superseded: tells_superseded.then(|| {
            if effective.keeps_superseded() {
                "keep"
            } else {
                "cancel"
            }
        }),
    };
    serde_json::to_string(&settings).unwrap_or_default()
}
