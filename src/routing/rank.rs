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

/// One model under one profile.
pub(super) struct Line {
    pub(super) index: usize,
    pub(super) class: Class,
    /// Why it is left out, or what it was taken in spite of.
    pub(super) against: Option<Dropped>,
    /// What nobody knows of it.
    pub(super) unknown: u8,
    standing: Standing,
    /// The standing as one number; less is better.
    place: u64,
}

/// The models there are, with their names in order.
pub(super) struct Field<'a> {
    pub(super) candidates: &'a [Candidate],
    /// For each model, the place of its id and provider among all of them; twins share one.
    ranks: Vec<u32>,
}

impl<'a> Field<'a> {
    pub(super) fn new(candidates: &'a [Candidate]) -> Self {
        let mut order = numbers(candidates.len());
        let names = |at: u32| {
            let candidate = &candidates[at as usize];
            (candidate.id.as_str(), candidate.provider.as_str())
        };
        sort(&mut order, &|a, b| names(a).cmp(&names(b)));
        let mut ranks = vec![0; candidates.len()];
        let mut rank = 0;
        for (place, at) in order.iter().enumerate() {
            if place > 0 && names(order[place - 1]) != names(*at) {
                rank += 1;
            }
            ranks[*at as usize] = rank;
        }
        Self { candidates, ranks }
    }

    /// How a model stands under a profile, if there is one.
    pub(super) fn line(
        &self,
        judge: &Judge,
        index: usize,
        profile: Option<&Profile>,
        against: Option<Dropped>,
    ) -> Line {
        let candidate = &self.candidates[index];
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
            index,
            class: if against.is_some() {
                Class::Dropped
            } else {
                Class::Fits
            },
            against,
            unknown,
            place: family << 48 | (readiness as u64) << 40 | u64::from(unsure) << 32 | u64::from(own),
            standing: Standing {
                family_position,
                readiness,
                unsure,
                parameters_millions: candidate.parameters_millions,
                context: candidate.context,
            },
        }
    }

    /// Puts the lines of all models in order.
    pub(super) fn order(&self, lines: &[Line]) -> Vec<u32> {
        let mut order = numbers(lines.len());
        sort(&mut order, &|a, b| {
            self.compare(&lines[a as usize], &lines[b as usize])
        });
        order
    }

    fn compare(&self, a: &Line, b: &Line) -> Ordering {
        let place = |line: &Line| {
            if line.class == Class::Dropped {
                0
            } else {
                line.place
            }
        };
        (a.class, place(a), self.ranks[a.index])
            .cmp(&(b.class, place(b), self.ranks[b.index]))
            .then_with(|| {
                // Twins: in an order of their facts, so that it is not the order they are given in.
                let all = |line: &Line| {
                    let standing = &line.standing;
                    (
                        line.place,
                        standing.parameters_millions,
                        standing.context.tokens,
                        standing.context.source,
                        line.unknown,
                        line.against.as_ref().map(Dropped::weight),
                        &self.candidates[line.index].family,
                    )
                };
                all(a).cmp(&all(b))
            })
    }

    /// What puts the first line before the second.
    pub(super) fn tie_break(&self, first: &Line, second: Option<&Line>, order: ProfileOrder) -> TieBreak {
        let wanted = first.class < Class::Fits;
        let Some(second) = second.filter(|second| {
            // Next to a model that a person asked for, only those of the same id count.
            second.class < Class::Dropped && (!wanted || second.class < Class::Fits)
        }) else {
            return TieBreak::Alone;
        };
        let (a, b) = (&first.standing, &second.standing);
        let (one, other) = (&self.candidates[first.index], &self.candidates[second.index]);
        if first.class != second.class {
            TieBreak::Fit
        } else if a.family_position != b.family_position {
            TieBreak::Family
        } else if (a.readiness, a.unsure) != (b.readiness, b.unsure) {
            TieBreak::Readiness
        } else if first.place != second.place {
            match order {
                ProfileOrder::SmallestFirst => TieBreak::Parameters,
                ProfileOrder::LargestContextFirst => TieBreak::Context,
            }
        } else if one.id != other.id {
            TieBreak::Name
        } else if one.provider != other.provider {
            TieBreak::Provider
        } else {
            TieBreak::Twin
        }
    }

    /// The lines in that order, as a decision holds them.
    pub(super) fn step(&self, profile: Option<Profile>, lines: &[Line], order: &[u32]) -> Step {
        let verdict = |at: &u32| {
            let line = &lines[*at as usize];
            let candidate = &self.candidates[line.index];
            let dropped = line.class == Class::Dropped;
            Verdict {
                id: candidate.id.clone(),
                provider: candidate.provider.clone(),
                standing: line.standing,
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

fn numbers(count: usize) -> Vec<u32> {
    // A page never has four thousand million models; those beyond would not be looked at.
    (0..u32::try_from(count).unwrap_or(u32::MAX)).collect()
}

/// One sort for all orders: each further one would bring a copy of the whole algorithm into the package.
fn sort(order: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    order.sort_unstable_by(|a, b| compare(*a, *b));
}
