//! What the catalog says of a name: one value with nothing missing, where each part that is not known says so.
//!
//! Several sources speak of one model. Each field comes from the most trusted one that says something of it, in the
//! order of [`Source`].

use std::borrow::Cow;

use serde::Serialize;

use super::family::{Family, FamilyClass};
use super::name::{Format, ModelName};
use super::record::{Capabilities, DEFAULT_CONTEXT, DEFAULT_MAX_OUTPUT, Facts, Limit, Origin, Source};
use super::shelf::{Found, Match, Step};

/// What is known of a model by its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// The name, as it was given.
    pub name: String,
    /// Its family; `unknown` where none is.
    pub family: Family,
    /// What it is for; `null` where the family is not known by name.
    pub class: Option<FamilyClass>,
    /// The context window it was made for.
    pub context: Limit,
    /// The context window it is served with, where that is known, else the one it was made for. Routing goes by it.
    pub effective_context: Limit,
    /// The longest answer.
    pub max_output: Limit,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The profiles it suits, by name.
    pub profiles: Vec<Cow<'static, str>>,
    /// Its parameters, in millions.
    pub parameters_millions: Option<u32>,
    /// The parameters that work on one token, in millions, where the name says so.
    pub active_parameters_millions: Option<u32>,
    /// How its weights are stored.
    pub quantization: Option<String>,
    /// The format of its files, where the name says so.
    pub format: Option<Format>,
    /// The length of its files.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub size_bytes: Option<u64>,
    /// The memory a GPU needs to run it.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub gpu_memory_bytes: Option<u64>,
    /// The day it was published, `YYYY-MM-DD` or `YYYY-MM`.
    pub released: Option<String>,
    /// Where the bundled data on it comes from.
    pub origin: Origin,
    /// What it was found by: the app's entry where there is one, else the bundled one.
    pub matched: Match,
    /// What it was found by in the bundled data, where an entry of the app is above that.
    pub overridden: Option<Match>,
}

impl Lookup {
    /// Whether anything but the name itself is known of it.
    pub fn is_known(&self) -> bool {
        self.matched.step != Step::None
    }
}

/// What is known of a model, merged from all who say something of it: the part of a [`Lookup`] that lists show.
#[derive(Debug, Clone, PartialEq)]
pub struct Known<'a> {
    /// As in [`Lookup`].
    pub family: &'a Family,
    /// As in [`Lookup`].
    pub context: Limit,
    /// As in [`Lookup`].
    pub effective_context: Limit,
    /// As in [`Lookup`].
    pub max_output: Limit,
    /// As in [`Lookup`].
    pub capabilities: Capabilities,
    /// As in [`Lookup`].
    pub parameters_millions: Option<u32>,
    /// As in [`Lookup`].
    pub quantization: Option<&'a str>,
    /// As in [`Lookup`].
    pub size_bytes: Option<u64>,
}

static NO_FAMILY: Family = Family::UNKNOWN;

/// What the data below all others say of size and quantization, where the name may say it too.
pub(super) type Own<'a> = (Option<u32>, Option<&'a str>);

/// All that is known of a name, source by source, before it is merged.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers {
    app: Option<Found>,
    bundled: Option<(Origin, Match)>,
    /// What the bundled data and the name itself say.
    base: Facts,
    class: Option<(Family, FamilyClass)>,
    /// Whether the bundled data has an entry of it, and not only a pattern.
    by_entry: bool,
    active_millions: Option<u32>,
    format: Option<Format>,
}

impl Layers {
    pub(super) fn new(name: &ModelName, app: Option<Found>, bundled: Option<Found>) -> Self {
        let mut layers = Self::found(Family::of(name), app, bundled);
        let (millions, quantization) = layers.own(name);
        let quantization = quantization.map(str::to_owned);
        let base = &mut layers.base;
        base.parameters_millions = millions;
        base.quantization = quantization;
        base.released = name.day().map(str::to_owned).or(base.released.take());
        layers.active_millions = name.parameters().active_millions;
        layers.format = name.format();
        layers
    }

    /// What these layers say below all others, together with the name they were found by.
    pub(super) fn own<'a>(&'a self, name: &'a ModelName) -> Own<'a> {
        let millions = self.base.parameters_millions;
        // An entry knows the size of its model better than the name, a pattern does not.
        let by_entry = millions.filter(|_| self.by_entry);
        (
            by_entry.or(name.parameters().millions).or(millions),
            name.quantization().or(self.base.quantization.as_deref()),
        )
    }

    /// All but what only the name itself says.
    pub(super) fn found(
        class: Option<(Family, FamilyClass)>,
        app: Option<Found>,
        bundled: Option<Found>,
    ) -> Self {
        let mut layers = Self {
            app,
            class,
            ..Self::default()
        };
        if let Some(found) = bundled {
            layers.base = found.facts;
            layers.by_entry = found.matched.step != Step::Pattern;
            // The file of another tag or quantization has another length.
            if found.matched.stripped.iter().any(|one| one.part.is_of_a_file()) {
                layers.base.size_bytes = None;
                layers.base.gpu_memory_bytes = None;
            }
            layers.bundled = Some((found.origin, found.matched));
        }
        if layers.base.family.is_none() {
            layers.base.family = layers.class.as_ref().map(|(family, _)| family.clone());
        }
        layers
    }

    /// What is said of a model above its name: size, quantization, day.
    pub(super) fn above_the_name(&self) -> [bool; 3] {
        let app = self.app.as_ref().map(|found| &found.facts);
        let says = |says: fn(&Facts) -> bool| app.is_some_and(says);
        [
            self.by_entry && self.base.parameters_millions.is_some()
                || says(|app| app.parameters_millions.is_some_and(|size| size > 0)),
            says(|app| app.quantization.is_some()),
            says(|app| app.released.is_some()),
        ]
    }

    /// What it was found by, the app's entry first.
    pub(super) fn matches(&self) -> impl Iterator<Item = &Match> {
        let app = self.app.iter().map(|found| &found.matched);
        app.chain(self.bundled.iter().map(|(_, matched)| matched))
    }

    /// All who say something, the most trusted first. What is said for this one call stands above the app's entry.
    fn in_order<'a>(&'a self, said: &'a [(Source, Facts)]) -> Vec<(Source, &'a Facts)> {
        let of = |wanted: Source| {
            let said = said.iter().filter(move |(source, _)| *source == wanted);
            said.map(|(source, facts)| (*source, facts))
        };
        let mut layers: Vec<(Source, &Facts)> = of(Source::User).collect();
        layers.extend(self.app.iter().map(|found| (Source::User, &found.facts)));
        layers.extend(of(Source::Served));
        layers.extend(of(Source::Advertised));
        layers.extend(of(Source::Bundled));
        layers.push((Source::Bundled, &self.base));
        layers
    }

    /// Merges what lists show. `own` stands in the place of what the lowest layer says.
    pub(super) fn known<'a>(&'a self, said: &'a [(Source, Facts)], own: Own<'a>) -> Known<'a> {
        let nobody = |tokens| Limit {
            tokens,
            source: Source::Default,
        };
        let mut known = Known {
            family: &NO_FAMILY,
            context: nobody(DEFAULT_CONTEXT),
            effective_context: nobody(DEFAULT_CONTEXT),
            max_output: nobody(DEFAULT_MAX_OUTPUT),
            capabilities: Capabilities::default(),
            parameters_millions: None,
            quantization: None,
            size_bytes: None,
        };
        let mut own = Some(own);
        // The least trusted first: whoever says more stands above.
        for (source, facts) in self.in_order(said).into_iter().rev() {
            let (millions, quantization) = own
                .take()
                .unwrap_or((facts.parameters_millions, facts.quantization.as_deref()));
            known.family = facts.family.as_ref().unwrap_or(known.family);
            for (limit, said) in [
                (&mut known.context, facts.context),
                (
                    &mut known.effective_context,
                    facts.served_context.or(facts.context),
                ),
                (&mut known.max_output, facts.max_output),
            ] {
                if let Some(tokens) = said.filter(|tokens| *tokens > 0) {
                    *limit = Limit { tokens, source };
                }
            }
            known.capabilities = facts.capabilities.over(known.capabilities);
            known.parameters_millions = millions.filter(|one| *one > 0).or(known.parameters_millions);
            known.quantization = quantization.or(known.quantization);
            known.size_bytes = facts.size_bytes.or(known.size_bytes);
        }
        known
    }

    /// Merges all sources, and what others say, into one value.
    pub(super) fn merge(&self, name: &str, said: &[(Source, Facts)]) -> Lookup {
        let own = (self.base.parameters_millions, self.base.quantization.as_deref());
        let known = self.known(said, own);
        let family = known.family.clone();
        let layers = self.in_order(said);
        let profiles = layers
            .iter()
            .map(|(_, facts)| &facts.profiles)
            .find(|profiles| !profiles.is_empty());
        let in_name = self.class.as_ref().filter(|(named, _)| *named == family);
        let mut found = self.matches().cloned();
        let matched = found.next().unwrap_or(Match::NONE);
        Lookup {
            name: name.to_owned(),
            class: in_name.map(|(_, class)| *class).or_else(|| family.class()),
            context: known.context,
            effective_context: known.effective_context,
            max_output: known.max_output,
            capabilities: known.capabilities,
            profiles: match profiles {
                Some(profiles) => profiles.clone(),
                None => family
                    .profiles()
                    .iter()
                    .map(|profile| Cow::Borrowed(*profile))
                    .collect(),
            },
            parameters_millions: known.parameters_millions,
            active_parameters_millions: self.active_millions,
            quantization: known.quantization.map(str::to_owned),
            format: self.format,
            size_bytes: known.size_bytes,
            gpu_memory_bytes: layers.iter().find_map(|(_, facts)| facts.gpu_memory_bytes),
            released: layers.iter().find_map(|(_, facts)| facts.released.clone()),
            origin: self
                .bundled
                .as_ref()
                .map(|(origin, _)| origin.clone())
                .unwrap_or_default(),
            matched,
            overridden: found.next(),
            family,
        }
    }
}
