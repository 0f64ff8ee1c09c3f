//! Entries, aliases and patterns of one source, and how a name is looked for among them (requirement D1).
//!
//! Each form of a name, the whole name first, is looked for as an entry, as an alias, and among the patterns; the first
//! hit ends the search. A name without a tag is looked for with `:latest` as well, so that a bare name finds what its
//! tagged form finds.

use std::sync::Arc;

use serde::Serialize;

use super::bundle::{Bundle, MAX_ALIASES, UNNUMBERED};
use super::name::{ModelName, Part, Stripped};
use super::pattern::Pattern;
use super::patterns::Patterns;
use super::record::{Facts, Origin};

/// The tag a bare name stands for.
pub(super) const DEFAULT_TAG: &str = ":latest";

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

/// Where a name was found. Two names with the same step, place and tie are said the same of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) step: Step,
    /// The number of the entry or of the pattern, or [`UNNUMBERED`].
    pub(super) place: u32,
    /// The number of the pattern that is as specific.
    pub(super) tied_with: Option<u32>,
    /// How many parts had been taken away.
    pub(super) stripped: usize,
    /// Whether the default tag had been put behind it.
    pub(super) tagged: bool,
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
        self.found(name, self.spot(name)?)
    }

    /// Where a name is found.
    pub(super) fn spot(&self, name: &ModelName) -> Option<Spot> {
        let mut tagged = String::new();
        name.forms().find_map(|(form, stripped)| {
            // With its tag taken away a name stands for no tag at all, not for the default one.
            let bare = !form.contains(':') && stripped.iter().all(|one| one.part != Part::Tag);
            tagged.clear();
            if bare {
                tagged.push_str(form);
                tagged.push_str(DEFAULT_TAG);
            }
            self.spot_of(form, bare.then_some(&tagged), stripped.len())
        })
    }

    /// What is said at a spot of a name.
    pub(super) fn found(&self, name: &ModelName, spot: Spot) -> Option<Found> {
        let (form, stripped) = name.forms().nth(spot.stripped)?;
        let tag = if spot.tagged { DEFAULT_TAG } else { "" };
        let form = [form, tag].concat();
        let hit = |found, key: &str| hit(found, spot.step, key, stripped, spot.tagged);
        match spot.step {
            Step::Exact => Some(hit(self.bundle.exact(&form)?, &form)),
            Step::Alias => {
                let (found, target) = self.target(self.bundle.alias(&form)?)?;
                Some(hit(found, target))
            }
            Step::Pattern => {
                let text = |index: u32| self.compiled.patterns.get(index as usize).text();
                let row = self.compiled.rows.get(spot.place as usize)?;
                let mut found = hit(row.clone(), text(spot.place));
                found.matched.tied_with = spot.tied_with.map(|other| text(other).to_owned());
                Some(found)
            }
            Step::None => None,
        }
    }

    fn spot_of(&self, form: &str, tagged: Option<&String>, stripped: usize) -> Option<Spot> {
        let tagged = tagged.map(String::as_str);
        let first = |step: Step, place: &dyn Fn(&str) -> Option<u32>| {
            let (place, is_tagged) = match place(form) {
                Some(place) => (place, false),
                None => (tagged.and_then(place)?, true),
            };
            Some(Spot {
                step,
                place,
                tied_with: None,
                stripped,
                tagged: is_tagged,
            })
        };
        let by_name = first(Step::Exact, &|form| self.bundle.number(form))
            .or_else(|| first(Step::Alias, &|form| self.target_number(self.bundle.alias(form)?)));
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
            // There are no more patterns than a list of them can count.
            let number = |index: usize| u32::try_from(index).unwrap_or(UNNUMBERED);
            Some(Spot {
                step: Step::Pattern,
                place: number(best.index),
                tied_with: best.tied_with.map(number),
                stripped,
                tagged,
            })
        })
    }

    /// What an alias leads to, over other aliases if need be.
    fn target<'a>(&'a self, alias: &'a str) -> Option<((Facts, Origin), &'a str)> {
        let (number, target) = self.follow(alias);
        if number.is_some() {
            return Some((self.bundle.exact(target)?, target));
        }
        let best = self.compiled.patterns.best(target)?;
        Some((self.compiled.rows[best.index].clone(), target))
    }

    /// The number of the entry an alias leads to; none of its own where it leads to a pattern.
    fn target_number(&self, alias: &str) -> Option<u32> {
        let (number, target) = self.follow(alias);
        number.or_else(|| self.compiled.patterns.best(target).map(|_| UNNUMBERED))
    }

    /// The end of a chain of aliases, and the number of the entry that is there.
    fn follow<'a>(&'a self, alias: &'a str) -> (Option<u32>, &'a str) {
        let mut target = alias;
        for _ in 0..MAX_ALIASES {
            let number = self.bundle.number(target);
            if number.is_some() {
                return (number, target);
            }
            match self.bundle.alias(target) {
                Some(next) => target = next,
                None => break,
            }
        }
        (None, target)
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
