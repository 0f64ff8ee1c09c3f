//! The order of the models under one profile (R6): a total one, so that the order they are given in never matters.
//!
//! First what is asked, then the place of the family, readiness, the profile's own order, id and provider. The
//! numbers of a model are packed into one, so that most comparisons are one comparison of integers; the names were
//! put in order once, for all profiles.

use std::cmp::Ordering;

use super::candidate::Candidate;
use super::decision::TieBreak;
use super::filter::{Judge, readiness};
use super::profile::{Profile, ProfileOrder};
use super::verdict::{Dropped, Standing, Step, Verdict};

/// How a model stands to what is asked; the first comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A person asked for it, and it meets all that is asked.
    Wanted,
    /// A person asked for it, in spite of something.
    WantedDespite,
    /// It fits.
    Fits,
    /// It is left out.
    Dropped,
}

/// One model under one profile; the place of the line is that of the model. Small, as there are thousands of them.
pub(super) struct Line {
    pub(super) class: Class,
    /// What nobody knows of it.
    pub(super) unknown: u8,
    /// Why it is left out, or what it was taken in spite of.
    pub(super) against: Option<Dropped>,
    /// The standing as one number; less is better.
    place: u64,
}

/// The models there are, with their names in order.
pub(super) struct Field<'a> {
    pub(super) candidates: &'a [Candidate],
    /// The models by id and provider.
    names: Vec<u32>,
    /// For each model, the place of its id and provider among all of them; twins share one.
    ranks: Vec<u32>,
}

impl<'a> Field<'a> {
    pub(super) fn new(candidates: &'a [Candidate]) -> Self {
        let name = |at: u32| {
            let candidate = &candidates[at as usize];
            (candidate.id.as_str(), candidate.provider.as_str())
        };
        // A page never has four thousand million models; those beyond would not be looked at.
        let count = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
        let entries = (0..count).map(|at| Entry {
            key: beginning(name(at).0),
            at,
        });
        let names = sorted(entries.collect(), &|a, b| name(a).cmp(&name(b)));
        let mut ranks = vec![0; candidates.len()];
        let mut rank = 0;
        for (place, at) in names.iter().enumerate() {
            if place > 0 && name(names[place - 1]) != name(*at) {
                rank += 1;
            }
            ranks[*at as usize] = rank;
        }
        Self {
            candidates,
            names,
            ranks,
        }
    }

    /// How a model stands under a profile, if there is one.
    pub(super) fn line(
        judge: &Judge,
        candidate: &Candidate,
        profile: Option<&Profile>,
        against: Option<Dropped>,
    ) -> Line {
        let families = profile.map_or(&[][..], |profile| &profile.preferred_families);
        let position = families.iter().position(|family| *family == candidate.family);
        let family_position = position.and_then(|position| u16::try_from(position).ok());
        let unknown = judge.unknown(candidate);
        let readiness = readiness(candidate);
        let unsure = unknown & UNSURE != 0;
        let own = match profile.map(|profile| profile.order) {
            Some(ProfileOrder::SmallestFirst) => candidate.parameters_millions.unwrap_or(u32::MAX),
            _ => !candidate.context.tokens,
        };
        let family = u64::from(family_position.unwrap_or(u16::MAX));
        Line {
            class: if against.is_some() {
                Class::Dropped
            } else {
                Class::Fits
            },
            unknown,
            against,
            place: family << 48 | (readiness as u64) << 40 | u64::from(unsure) << 32 | u64::from(own),
        }
    }

    /// What a model is ranked by.
    fn standing(&self, at: u32, line: &Line) -> Standing {
        let candidate = &self.candidates[at as usize];
        Standing {
            family_position: u16::try_from(line.place >> 48)
                .ok()
                .filter(|place| *place != u16::MAX),
            readiness: readiness(candidate),
            unsure: line.unknown & UNSURE != 0,
            parameters_millions: candidate.parameters_millions,
            context: candidate.context,
        }
    }

    /// Puts the lines of all models in order: those that are not left out by all they are ranked by, the others by
    /// id and provider.
    pub(super) fn order(&self, lines: &[Line]) -> Vec<u32> {
        let line = |at: u32| &lines[at as usize];
        let twins = |a: u32, b: u32| self.facts(a, line(a)).cmp(&self.facts(b, line(b)));
        let dropped = |at: u32| line(at).class == Class::Dropped;
        let kept = self.names.iter().filter(|at| !dropped(**at)).map(|at| {
            let line = line(*at);
            let rank = u128::from(self.ranks[*at as usize]);
            let key = (line.class as u128) << 96 | u128::from(line.place) << 32 | rank;
            Entry { key, at: *at }
        });
        let mut order = sorted(kept.collect(), &twins);
        order.reserve_exact(lines.len() - order.len());
        for run in self
            .names
            .chunk_by(|a, b| self.ranks[*a as usize] == self.ranks[*b as usize])
        {
            if let [one] = run {
                order.extend(Some(*one).filter(|one| dropped(*one)));
            } else {
                let entries = run
                    .iter()
                    .filter(|at| dropped(**at))
                    .map(|at| Entry { key: 0, at: *at });
                order.extend(sorted(entries.collect(), &twins));
            }
        }
        order
    }

    /// Twins stand in an order of their facts, so that it is not the order they are given in.
    fn facts(&self, at: u32, line: &Line) -> impl Ord + use<'_> {
        let candidate = &self.candidates[at as usize];
        (
            line.place,
            candidate.parameters_millions,
            candidate.context.tokens,
            candidate.context.source,
            line.unknown,
            line.against.as_ref().map(Dropped::weight),
            readiness(candidate),
            &candidate.family,
        )
    }

    /// What puts the first model of an order before the second.
    pub(super) fn tie_break(&self, lines: &[Line], order: &[u32], own: ProfileOrder) -> TieBreak {
        let [first, second, ..] = order else {
            return TieBreak::Alone;
        };
        let (one, other) = (&lines[*first as usize], &lines[*second as usize]);
        // Next to a model that a person asked for, only those of the same id count.
        let wanted = one.class < Class::Fits;
        if other.class == Class::Dropped || wanted && other.class == Class::Fits {
            return TieBreak::Alone;
        }
        let names = |at: u32| &self.candidates[at as usize];
        let (a, b) = (names(*first), names(*second));
        let differs = |bits: u32| one.place >> bits != other.place >> bits;
        if one.class != other.class {
            TieBreak::Fit
        } else if differs(48) {
            TieBreak::Family
        } else if differs(32) {
            TieBreak::Readiness
        } else if differs(0) {
            match own {
                ProfileOrder::SmallestFirst => TieBreak::Parameters,
                ProfileOrder::LargestContextFirst => TieBreak::Context,
            }
        } else if a.id != b.id {
            TieBreak::Name
        } else if a.provider != b.provider {
            TieBreak::Provider
        } else {
            TieBreak::Twin
        }
    }

    /// The lines in that order, as a decision holds them.
    pub(super) fn step(&self, profile: Option<Profile>, lines: &[Line], order: &[u32]) -> Step {
        let verdict = |at: &u32| {
            let line = &lines[*at as usize];
            let candidate = &self.candidates[*at as usize];
            let dropped = line.class == Class::Dropped;
            Verdict {
                id: candidate.id.clone(),
                provider: candidate.provider.clone(),
                standing: self.standing(*at, line),
                dropped: line.against.filter(|_| dropped),
                despite: line.against.filter(|_| !dropped),
            }
        };
        Step {
            profile,
            verdicts: order.iter().map(verdict).collect(),
        }
    }
}

/// The unknown facts that readiness rests on: reach, fit and download.
const UNSURE: u8 = 0b1_1100;

/// A model in an order: most comparisons are of its key alone.
struct Entry {
    key: u128,
    at: u32,
}

/// The first bytes of a text as a number: the numbers of two texts stand as the texts do, where they differ.
fn beginning(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// One sort for all orders: each further one would bring a copy of the whole algorithm into the package.
fn sorted(mut entries: Vec<Entry>, ties: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    entries.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| ties(a.at, b.at)));
    entries.into_iter().map(|entry| entry.at).collect()
}
