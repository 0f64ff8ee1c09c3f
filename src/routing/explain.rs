//! A decision in sentences for people.

use std::borrow::Cow;

use super::decision::{Choice, ChosenBy, Decision, NoRoute, NoRouteReason, TieBreak, UnknownFact, Warning};
use super::verdict::{Standing, Step, Verdict};
use super::wording::{MAX_NAMES, because, did_you_mean, list, model, number, offers, quoted, ready, shown};
use crate::catalog::family::Family;

/// The most sentences; what goes beyond is counted in one more.
pub const MAX_SENTENCES: usize = 250;
/// Why a decision is as it is: first the choice, then what a person should know, then what became of every other
/// model.
pub fn explain(decision: &Decision) -> Vec<String> {
    let models = decision
        .path
        .iter()
        .map(|step| step.verdicts.len())
        .sum::<usize>();
    let mut lines = Vec::with_capacity((models + 8).min(MAX_SENTENCES + 1));
    for pair in decision.path.windows(2) {
        let [from, to] = [profile_name(&pair[0]), profile_name(&pair[1])];
        lines.push(["No model fits ", &from, ", so ", &to, " was asked instead."].concat());
    }
    let last = decision.path.last();
    match (&decision.chosen, last) {
        (Some(choice), Some(step)) => lines.push(chosen(choice, step)),
        (_, Some(step)) if step.profile.is_some() => {
            lines.push(["No model fits ", &profile_name(step), "."].concat());
        }
        _ => lines.push("No model was chosen.".to_owned()),
    }
    lines.extend(decision.warnings.iter().map(warning));
    let mut left = 0;
    for (place, step) in decision.path.iter().enumerate().rev() {
        // The choice was spoken of.
        let told = usize::from(decision.chosen.is_some() && place + 1 == decision.path.len());
        let profile = profile_name(step);
        for (rank, verdict) in step.verdicts.iter().enumerate().skip(told) {
            if lines.len() < MAX_SENTENCES {
                lines.push(other(verdict, rank, &profile, step));
            } else {
                left += 1;
            }
        }
    }
    if left > 0 {
        lines.push([&number(left), " more are in the decision itself."].concat());
    }
    lines
}

impl NoRoute {
    /// What went wrong, as one sentence.
    pub fn message(&self) -> String {
        match &self.reason {
            NoRouteReason::UnknownProfile { name, closest } => {
                let name = quoted(name);
                let offer = closest
                    .as_ref()
                    .map_or(String::new(), |name| did_you_mean(&[quoted(name)]));
                ["There is no profile ", &name, ".", &offer].concat()
            }
            NoRouteReason::InvalidProfile(errors) => {
                let first = errors.first().map_or(String::new(), |error| {
                    [": `", &error.field, "` ", error.reason].concat()
                });
                ["The profile of the request is wrong", &first, "."].concat()
            }
            NoRouteReason::UnknownModel { id, closest } => {
                ["There is no model ", &quoted(id), ".", &offers(closest)].concat()
            }
            NoRouteReason::ModelNotAvailable { id, dropped } => {
                [&quoted(id), " cannot be used: ", &because(dropped, "", &[]), "."].concat()
            }
            NoRouteReason::OverrideNotAvailable { profile, model } => {
                let profile = shown(profile);
                [
                    &quoted(model),
                    ", which is set for ",
                    &profile,
                    ", cannot be used.",
                ]
                .concat()
            }
            NoRouteReason::NoCompatibleModels => {
                let names = self.decision.path.iter().map(profile_name);
                let asked: Vec<String> = names.take(MAX_NAMES).map(Cow::into_owned).collect();
                let count = self.decision.path.first().map_or(0, |step| step.verdicts.len());
                [
                    "None of the ",
                    &number(count as u64),
                    " models fits ",
                    &asked.join(" or "),
                    ".",
                ]
                .concat()
            }
        }
    }
}

/// The choice, and what put it before the next one.
fn chosen(choice: &Choice, step: &Step) -> String {
    let profile = profile_name(step);
    let model = model(&choice.id, &choice.provider);
    let why: Cow<str> = match choice.by {
        ChosenBy::Name => return [&model, " was chosen: it was asked for by name."].concat(),
        ChosenBy::Override => "it is set for this profile".into(),
        ChosenBy::Profile => match step.verdicts.as_slice() {
            [first, second, ..] => better(choice.tie_break, first, second, step),
            _ => "it is the only model there is".into(),
        },
    };
    [&model, " was chosen for ", &profile, ": ", &why, "."].concat()
}

/// What puts the first model before the second.
fn better<'a>(tie_break: TieBreak, first: &Verdict, second: &Verdict, step: &Step) -> Cow<'a, str> {
    let next = model(&second.id, &second.provider);
    let (a, b) = (&first.standing, &second.standing);
    match tie_break {
        TieBreak::Alone => "it is the only one that fits".into(),
        TieBreak::Fit => ["it meets all that is asked, ", &next, " does not"]
            .concat()
            .into(),
        TieBreak::Family => {
            let families = step
                .profile
                .as_ref()
                .map_or(&[][..], |profile| &profile.preferred_families);
            let family = |standing: &Standing| {
                let place = standing.family_position.map(usize::from);
                place
                    .and_then(|place| families.get(place))
                    .map_or("another family".into(), |family| shown(family.as_str()))
            };
            [
                &*family(a),
                " comes before ",
                &family(b),
                " in the families it prefers",
            ]
            .concat()
            .into()
        }
        TieBreak::Readiness if a.readiness == b.readiness => {
            ["more is known of whether it can be used than of ", &next]
                .concat()
                .into()
        }
        TieBreak::Readiness => ["it ", ready(a.readiness), ", ", &next, " ", ready(b.readiness)]
            .concat()
            .into(),
        TieBreak::Parameters => {
            let size = |standing: &Standing| {
                standing
                    .parameters_millions
                    .map_or("an unknown number of".into(), |millions| {
                        [&number(u64::from(millions)), " million"].concat()
                    })
            };
            [
                "it is the smaller one, with ",
                &size(a),
                " parameters; ",
                &next,
                " has ",
                &size(b),
            ]
            .concat()
            .into()
        }
        TieBreak::Context => {
            let tokens = |standing: &Standing| number(u64::from(standing.context.tokens));
            [
                "it has the larger context, ",
                &tokens(a),
                " tokens; ",
                &next,
                " has ",
                &tokens(b),
            ]
            .concat()
            .into()
        }
        TieBreak::Name => ["all else being equal, its name comes before ", &next]
            .concat()
            .into(),
        TieBreak::Provider => [
            "all else being equal, its provider's name comes before that of ",
            &next,
        ]
        .concat()
        .into(),
        TieBreak::Twin => "it is in the list twice".into(),
    }
}

/// What became of a model that was not chosen.
fn other(verdict: &Verdict, rank: usize, profile: &str, step: &Step) -> String {
    let model = model(&verdict.id, &verdict.provider);
    let families = step
        .profile
        .as_ref()
        .map_or(&[][..], |profile| &profile.preferred_families);
    match &verdict.dropped {
        Some(dropped) => [
            &model,
            " was left out: ",
            &because(dropped, profile, families),
            ".",
        ]
        .concat(),
        None => [&model, " fits too, in place ", &number(rank as u64 + 1), "."].concat(),
    }
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::OverrideDespite { profile, despite } => {
            let why = because(despite, &shown(profile), &[]);
            ["Take care: it is set for this profile, but ", &why, "."].concat()
        }
        Warning::OverrideNotAvailable {
            profile,
            model,
            dropped,
            closest,
        } => {
            let why: Cow<str> = match dropped {
                Some(dropped) => because(dropped, &shown(profile), &[]),
                None => "there is no such model".into(),
            };
            let (model, profile) = (quoted(model), shown(profile));
            [
                &model,
                " is set for ",
                &profile,
                " but was not taken: ",
                &why,
                ".",
                &offers(closest),
            ]
            .concat()
        }
        Warning::ModelDespite { despite } => ["Take care: ", &*because(despite, "", &[]), "."].concat(),
        Warning::PreferenceUnused { profile, found } => {
            let found = list(found.iter().map(Family::as_str));
            [
                &*shown(profile),
                " prefers families of which no model is here; ",
                &found,
                " would fit otherwise.",
            ]
            .concat()
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

fn profile_name(step: &Step) -> Cow<'_, str> {
    step.profile
        .as_ref()
        .map_or(Cow::Borrowed("this request"), |profile| shown(&profile.name))
}
