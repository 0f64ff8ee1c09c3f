//! Entries, aliases and patterns of one source, and how a name is looked for among them (requirement D1).
//!
//! Each form of a name, the whole name first, is looked for as an entry, as an alias, and among the patterns; the first
//! hit ends the search. A name without a tag is looked for with `:latest` as well, so that a bare name finds what its
//! tagged form finds.

use std::sync::Arc;

use serde::Serialize;

use super::bundle::{Bundle, MAX_ALIASES};
use super::name::{ModelName, Part, Stripped};
use super::pattern::Pattern;
use super::patterns::{Best, Patterns};
use super::record::{Facts, Origin};

/// The tag a bare name stands for.
const DEFAULT_TAG: &str = ":latest";

/// How a name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "MatchStep"))]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// There is an entry of this name.
    Exact,
    /// It is another name for a model.
    Alias,
    /// It matches a pattern.
    Pattern,
    /// It was not found.
    None,
}

/// What a name was found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "CatalogMatch"))]
#[serde(rename_all = "camelCase")]
pub struct Match {
    /// How.
    pub step: Step,
    /// The name of the entry, what the alias stands for, or the pattern; `null` where it was not found.
    pub key: Option<String>,
    /// What had to be taken away from the name, in this order.
    pub stripped: Vec<Stripped>,
    /// Another pattern that matches and is as specific; the one that was declared first has won.
    pub tied_with: Option<String>,
}

impl Match {
    pub(super) const NONE: Self = Self {
        step: Step::None,
        key: None,
        stripped: Vec::new(),
        tied_with: None,
    };
}

/// What was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) facts: Facts,
    pub(super) origin: Origin,
    pub(super) matched: Match,
}

/// One source, with its patterns compiled.
#[derive(Clone)]
pub(super) struct Shelf {
    bundle: Arc<dyn Bundle>,
    compiled: Arc<Compiled>,
}

/// Patterns, and what each of them says of a model, in the same order.
#[derive(Default)]
struct Compiled {
    patterns: Patterns,
    rows: Vec<(Facts, Origin)>,
}

impl Shelf {
    /// Compiles the patterns of a source. What is no pattern is left out: an app's are checked before, and the lint
    /// checks those that come with the package.
    pub(super) fn new(bundle: Arc<dyn Bundle>) -> Self {
        let mut compiled = Compiled::default();
        for (text, facts, origin) in bundle.patterns() {
            if let Ok(pattern) = Pattern::new(&text) {
                compiled.patterns.push(pattern);
                compiled.rows.push((facts, origin));
            }
        }
        let compiled = Arc::new(compiled);
        Self { bundle, compiled }
    }

    pub(super) fn bundle(&self) -> &dyn Bundle {
        &*self.bundle
    }

    /// Looks for a name.
    pub(super) fn find(&self, name: &ModelName) -> Option<Found> {
        name.forms().find_map(|(form, stripped)| {
            // With its tag taken away a name stands for no tag at all, not for the default one.
            let bare = !form.contains(':') && stripped.iter().all(|one| one.part != Part::Tag);
            let tagged = bare.then(|| [form, DEFAULT_TAG].concat());
            self.find_form(form, tagged.as_deref(), stripped)
        })
    }

    fn find_form(&self, form: &str, tagged: Option<&str>, stripped: &[Stripped]) -> Option<Found> {
        let forms = || {
            [(form, false)]
                .into_iter()
                .chain(tagged.map(|tagged| (tagged, true)))
        };
        let exact = forms().find_map(|(form, tagged)| {
            let found = self.bundle.exact(form)?;
            Some(hit(found, Step::Exact, form, stripped, tagged))
        });
        let by_name = exact.or_else(|| {
            forms().find_map(|(form, tagged)| {
                let target = self.bundle.alias(form)?;
                let (found, target) = self.target(target)?;
                Some(hit(found, Step::Alias, target, stripped, tagged))
            })
        });
        by_name.or_else(|| {
            let patterns = &self.compiled.patterns;
            let given = patterns.best(form);
            let (best, tagged) = match (given, tagged.and_then(|tagged| patterns.best(tagged))) {
                (Some(given), Some(tagged)) => {
                    let best = patterns.better(given, tagged);
                    (best, best.index != given.index)
                }
                (Some(given), None) => (given, false),
                (None, tagged) => (tagged?, true),
            };
            Some(self.by_pattern(best, stripped, tagged))
        })
    }

    fn by_pattern(&self, best: Best, stripped: &[Stripped], tagged: bool) -> Found {
        let text = |index: usize| self.compiled.patterns.get(index).text();
        let row = self.compiled.rows[best.index].clone();
        let mut found = hit(row, Step::Pattern, text(best.index), stripped, tagged);
        found.matched.tied_with = best.tied_with.map(|other| text(other).to_owned());
        found
    }

    /// What an alias leads to, over other aliases if need be.
    fn target<'a>(&'a self, alias: &'a str) -> Option<((Facts, Origin), &'a str)> {
        let mut target = alias;
        for _ in 0..MAX_ALIASES {
            if let Some(found) = self.bundle.exact(target) {
                return Some((found, target));
            }
            match self.bundle.alias(target) {
                Some(next) => target = next,
                None => break,
            }
        }
        let best = self.compiled.patterns.best(target)?;
        Some((self.compiled.rows[best.index].clone(), target))
    }
}

fn hit(
    (facts, origin): (Facts, Origin),
    step: Step,
    key: &str,
    stripped: &[Stripped],
    tagged: bool,
) -> Found {
    let mut stripped = stripped.to_vec();
    if tagged {
        let text = DEFAULT_TAG.to_owned();
        stripped.push(Stripped {
            part: Part::DefaultTag,
            text,
        });
    }
    let matched = Match {
        step,
        key: Some(key.to_owned()),
        stripped,
        tied_with: None,
    };
    Found {
        facts,
        origin,
        matched,
    }
}
