//! A decision in sentences for people.

use std::cmp::Ordering;

use super::decision::{Choice, ChosenBy, Decision, NoRoute, NoRouteReason, TieBreak, UnknownFact, Warning};
use super::verdict::{Standing, Step, Verdict};
use super::wording::{Asking, MAX_NAMES, Sentence, ready};
use crate::catalog::family::Family;

/// The most sentences; what goes beyond is counted in one more.
pub const MAX_SENTENCES: usize = 250;

/// What people call a model, by its id and its provider; `None` where they call it by just those.
pub type Called<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

/// Why a decision is as it is: first the choice, then what a person should know, then what became of every other
/// model.
pub fn explain(decision: &Decision) -> Vec<String> {
    explain_as(decision, &|_, _| None)
}

/// The same, with models called what people call them.
pub fn explain_as(decision: &Decision, called: Called) -> Vec<String> {
    let asked: Vec<Asking> = decision.path.iter().map(asking).collect();
    let models = decision
        .path
        .iter()
        .map(|step| step.verdicts.len())
        .sum::<usize>();
    let mut lines = Vec::with_capacity((models + 8).min(MAX_SENTENCES + 1));
    for pair in asked.windows(2) {
        let from = Sentence::new().say("No model fits ").say(&pair[0].name);
        lines.push(
            from.say(", so ")
                .say(&pair[1].name)
                .say(" was asked instead")
                .end(),
        );
    }
    lines.push(match (&decision.chosen, decision.path.last(), asked.last()) {
        (Some(choice), Some(step), Some(asking)) => chosen(choice, step, asking, called),
        (_, Some(step), Some(asking)) if step.profile.is_some() => {
            Sentence::new().say("No model fits ").say(&asking.name).end()
        }
        _ => "No model was chosen.".to_owned(),
    });
    lines.extend(decision.warnings.iter().map(warning));
    let mut left = 0;
    let mut later: &[Verdict] = &[];
    for (place, (step, asking)) in decision.path.iter().zip(&asked).enumerate().rev() {
        // The choice was spoken of.
        let told = usize::from(decision.chosen.is_some() && place + 1 == decision.path.len());
        let mut said = Said(later);
        for (verdict, rank) in step.verdicts.iter().zip(1..).skip(told) {
            if said.holds(verdict) {
                continue;
            }
            if lines.len() < MAX_SENTENCES {
                lines.push(other(verdict, rank, asking, called));
            } else {
                left += 1;
            }
        }
        let fit = step
            .verdicts
            .iter()
            .take_while(|verdict| verdict.dropped.is_none())
            .count();
        later = &step.verdicts[fit..];
    }
    if left > 0 {
        let count = Sentence::new().number(left);
        lines.push(count.say(" more are in the decision itself").end());
    }
    lines
}

/// The models a later profile left out, by id and provider: a model that an earlier one left out for the same reason
/// is not spoken of twice.
struct Said<'a>(&'a [Verdict]);

impl Said<'_> {
    /// Whether the same was said of a model. Asked for models in the order of their names.
    fn holds(&mut self, verdict: &Verdict) -> bool {
        while let [first, rest @ ..] = self.0 {
            match (&first.id, &first.provider).cmp(&(&verdict.id, &verdict.provider)) {
                Ordering::Less => self.0 = rest,
                Ordering::Equal => return first.dropped == verdict.dropped,
                Ordering::Greater => return false,
            }
        }
        false
    }
}

impl NoRoute {
    /// What went wrong, as one sentence.
    pub fn message(&self) -> String {
        let sentence = Sentence::new();
        match &self.reason {
            NoRouteReason::UnknownProfile { name, closest } => {
                let missing = sentence.say("There is no profile ").quoted(name).say(".");
                missing.offers(closest.as_deref().into_iter()).text()
            }
            NoRouteReason::InvalidProfile(errors) => {
                let mut wrong = sentence.say("The profile of the request is wrong");
                if let Some(error) = errors.first() {
                    wrong = wrong.say(": `").say(&error.field).say("` ").say(error.reason);
                }
                wrong.end()
            }
            NoRouteReason::UnknownModel { id, closest } => {
                let missing = sentence.say("There is no model ").quoted(id).say(".");
                missing.offers(closest.iter().map(super::Name::as_str)).text()
            }
            NoRouteReason::ModelNotAvailable { id, dropped } => {
                let cannot = sentence.quoted(id).say(" cannot be used: ");
                cannot.because(dropped, &Asking::new("", &[])).end()
            }
            NoRouteReason::OverrideNotAvailable { profile, model } => {
                let set = sentence.quoted(model).say(", which is set for ").name(profile);
                set.say(", cannot be used").end()
            }
            NoRouteReason::NoCompatibleModels => {
                let count = self.decision.path.first().map_or(0, |step| step.verdicts.len());
                let mut none = sentence
                    .say("None of the ")
                    .number(count as u64)
                    .say(" models fits ");
                for (place, step) in self.decision.path.iter().take(MAX_NAMES).enumerate() {
                    none = none
                        .say(if place > 0 { " or " } else { "" })
                        .say(&asking(step).name);
                }
                none.end()
            }
        }
    }
}

fn asking(step: &Step) -> Asking {
    match &step.profile {
        Some(profile) => Asking::new(&profile.name, &profile.preferred_families),
        None => Asking::new("this request", &[]),
    }
}

/// The choice, and what put it before the next one.
fn chosen(choice: &Choice, step: &Step, asking: &Asking, called: Called) -> String {
    let model = Sentence::new().model(&choice.id, &choice.provider, called);
    if choice.by == ChosenBy::Name {
        return model.say(" was chosen: it was asked for by name").end();
    }
    let chosen = model.say(" was chosen for ").say(&asking.name).say(": ");
    match (choice.by, step.verdicts.as_slice()) {
        (ChosenBy::Override, _) => chosen.say("it is set for this profile"),
        (_, [first, second, ..]) => better(chosen, choice.tie_break, [first, second], step, called),
        _ => chosen.say("it is the only model there is"),
    }
    .end()
}

/// What puts the first model before the second.
fn better(
    so_far: Sentence,
    tie_break: TieBreak,
    [first, second]: [&Verdict; 2],
    step: &Step,
    called: Called,
) -> Sentence {
    let (a, b) = (&first.standing, &second.standing);
    let next = |sentence: Sentence| sentence.model(&second.id, &second.provider, called);
    match tie_break {
        TieBreak::Alone => so_far.say("it is the only one that fits"),
        TieBreak::Fit => next(so_far.say("it meets all that is asked, ")).say(" does not"),
        TieBreak::Family => {
            let families = step
                .profile
                .as_ref()
                .map_or(&[][..], |profile| &profile.preferred_families);
            let family = |standing: &Standing| {
                let found = families.get(usize::from(standing.family_position?));
                found.map(Family::as_str)
            };
            let one = so_far.name(family(a).unwrap_or_default()).say(" comes before ");
            one.name(family(b).unwrap_or("other families"))
                .say(" in the families it prefers")
        }
        TieBreak::Readiness if a.readiness == b.readiness => {
            next(so_far.say("more is known of whether it can be used than of "))
        }
        TieBreak::Readiness => {
            let one = so_far.say("it ").say(ready(a.readiness)).say(", ");
            next(one).say(" ").say(ready(b.readiness))
        }
        TieBreak::Parameters => {
            let size = |sentence: Sentence, standing: &Standing| match standing.parameters_millions {
                Some(millions) => sentence.number(millions.into()).say(" million"),
                None => sentence.say("an unknown number"),
            };
            let one = size(so_far.say("it is the smaller one, with "), a).say(" parameters; ");
            size(next(one).say(" has "), b)
        }
        TieBreak::Context => {
            let one = so_far
                .say("it has the larger context, ")
                .number(a.context.tokens.into());
            next(one.say(" tokens; "))
                .say(" has ")
                .number(b.context.tokens.into())
        }
        TieBreak::Name => next(so_far.say("all else being equal, its name comes before ")),
        TieBreak::Provider => {
            next(so_far.say("all else being equal, its provider's name comes before that of "))
        }
        TieBreak::Twin => so_far.say("it is in the list twice"),
    }
}

/// What became of a model that was not chosen.
fn other(verdict: &Verdict, rank: u64, asking: &Asking, called: Called) -> String {
    let model = Sentence::new().model(&verdict.id, &verdict.provider, called);
    match &verdict.dropped {
        Some(dropped) => model.say(" was left out: ").because(dropped, asking),
        None => model.say(" fits too, in place ").number(rank),
    }
    .end()
}

fn warning(warning: &Warning) -> String {
    let sentence = Sentence::new();
    match warning {
        Warning::OverrideDespite { profile, despite } => {
            let but = sentence.say("Take care: it is set for this profile, but ");
            but.because(despite, &Asking::new(profile, &[])).end()
        }
        Warning::OverrideNotAvailable {
            profile,
            model,
            dropped,
            closest,
        } => {
            let set = sentence
                .quoted(model)
                .say(" is set for ")
                .name(profile)
                .say(" but was not taken: ");
            let why = match dropped {
                Some(dropped) => set.because(dropped, &Asking::new(profile, &[])),
                None => set.say("there is no such model"),
            };
            why.say(".")
                .offers(closest.iter().map(super::Name::as_str))
                .text()
        }
        Warning::ModelDespite { despite } => {
            let but = sentence.say("Take care: ");
            but.because(despite, &Asking::new("", &[])).end()
        }
        Warning::PreferenceUnused { profile, found } => {
            let mut prefers = sentence
                .name(profile)
                .say(" prefers families of which no model is here; ");
            prefers.families(found);
            prefers.say(" would fit otherwise").end()
        }
        Warning::Unknown { what } => match what {
            UnknownFact::Context => "Its context window is not known; the usual smallest one was assumed.",
            UnknownFact::Streaming => {
                "Nobody says that it gives answers piece by piece, but its provider does."
            }
            UnknownFact::Reach => "It is not known whether it can be reached.",
            UnknownFact::Fit => "It is not known whether it fits this device.",
            UnknownFact::Download => "It is not known whether it can be downloaded now.",
        }
        .to_owned(),
    }
}
