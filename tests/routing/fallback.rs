//! Requirement R10: what is tried when the model that was chosen fails.

use std::collections::BTreeSet;

use modelyard::routing::fallback::next;
use modelyard::routing::{
    Asker, Candidate, CoolDown, Decision, Device, Dropped, End, Failed, Name, Next, NoRouteReason, Presence,
    Request, Router, Trial, Trouble, Warning, Wish, route,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::reference;
use super::support::{
    any_device, any_request, any_router, ask, by_name, chosen, device, distinct, known, model, overridden,
    profile, router,
};

const NOW: u64 = 1_700_000_000_000;
const BUSY: Trouble = Trouble::Overloaded { retry_after_ms: None };
const TOO_LONG: Trouble = Trouble::ContextExceeded {
    needed: None,
    limit: None,
};

fn served(id: &str, provider: &str, tokens: u32) -> Candidate {
    Candidate {
        provider: Name::from(provider),
        presence: Presence::Remote,
        context: known(tokens),
        ..model(id, "llama")
    }
}

fn failed(id: &str, provider: &str, trouble: Trouble) -> Failed {
    Failed {
        id: Name::from(id),
        provider: Name::from(provider),
        trouble,
    }
}

fn trial(failures: &[Failed]) -> Trial<'_> {
    Trial {
        failures,
        cool_downs: &[],
        now: NOW,
        may_download: false,
    }
}

/// What comes after the first choice of a request, with the built-in profiles.
fn after(request: &Request, all: &[Candidate], failures: &[Failed]) -> Next {
    let decision = ask(request, all).expect("a first choice");
    next(&router(), &decision, all, &device(), &trial(failures))
}

/// Id and provider of what is tried next.
fn tried(next: &Next) -> Option<(&str, &str)> {
    let Next::Try(decision) = next else { return None };
    let choice = decision.chosen.as_ref().expect("a decision to try has a choice");
    Some((choice.id.as_str(), choice.provider.as_str()))
}

fn why(next: Next) -> End {
    match next {
        Next::End { why, .. } => why,
        Next::Try(decision) => panic!("tries {:?}", decision.chosen),
    }
}

/// What became of a model in the decision that comes next.
fn dropped(next: &Next, id: &str) -> Option<Dropped> {
    let decision = match next {
        Next::Try(decision) => Some(decision),
        Next::End { decision, .. } => decision.as_ref(),
    };
    let verdicts = &decision.expect("a decision").path[0].verdicts;
    verdicts
        .iter()
        .find(|verdict| verdict.id.as_str() == id)
        .expect("a verdict")
        .dropped
}

#[test]
fn r10_the_next_model_of_the_ranking_is_tried_and_the_decision_says_what_failed() {
    let all = [
        served("a", "x", 9_000),
        served("b", "x", 8_500),
        served("c", "x", 8_400),
    ];
    let one = after(&profile("general"), &all, &[failed("a", "x", BUSY)]);
    assert_eq!(tried(&one), Some(("b", "x")));
    assert_eq!(dropped(&one, "a"), Some(Dropped::AlreadyTried { trouble: BUSY }));
    let two = after(
        &profile("general"),
        &all,
        &[failed("a", "x", BUSY), failed("b", "x", Trouble::ModelGone)],
    );
    assert_eq!(tried(&two), Some(("c", "x")));
}

#[test]
fn r10_when_a_profile_has_no_model_left_its_fallback_is_asked_by_its_own_rules() {
    let fast = Candidate {
        family: modelyard::catalog::family::Family::known("phi"),
        ..served("fast", "x", 5_000)
    };
    let all = [fast, served("general", "x", 9_000), served("short", "x", 5_000)];
    let next = after(&profile("fast"), &all, &[failed("fast", "x", BUSY)]);
    assert_eq!(tried(&next), Some(("general", "x")));
    let both = [failed("fast", "x", BUSY), failed("general", "x", BUSY)];
    let end = after(&profile("fast"), &all, &both);
    assert_eq!(why(end), End::NoRoute(NoRouteReason::NoCompatibleModels));
}

#[test]
fn r10_an_overflow_asks_for_a_strictly_larger_context() {
    let all = [
        served("a", "x", 9_000),
        served("b", "y", 9_000),
        served("c", "y", 9_001),
    ];
    let decision =
        route(&overridden("general", "a"), &profile("general"), &all, &device()).expect("a choice");
    let failures = [failed("a", "x", TOO_LONG)];
    let after = next(
        &overridden("general", "a"),
        &decision,
        &all,
        &device(),
        &trial(&failures),
    );
    assert_eq!(tried(&after), Some(("c", "y")));
    let expected = Dropped::ContextTooSmall {
        need: 9_001,
        have: 9_000,
        source: modelyard::catalog::record::Source::Bundled,
        by: Asker::Overflow,
    };
    assert_eq!(dropped(&after, "b"), Some(expected));
}

#[test]
fn r10_what_the_provider_says_of_an_overflow_counts_before_what_was_believed() {
    let all = [
        served("a", "x", 128_000),
        served("b", "y", 8_192),
        served("c", "y", 32_000),
    ];
    let exceeded = |needed, limit| {
        let trouble = Trouble::ContextExceeded { needed, limit };
        let next = after(&profile("general"), &all, &[failed("a", "x", trouble)]);
        tried(&next).map(|(id, _)| id.to_owned())
    };
    // Advertised with 128,000, served with 4,096 (fault 44).
    assert_eq!(exceeded(Some(20_000), Some(4_096)).as_deref(), Some("c"));
    assert_eq!(exceeded(None, Some(31_999)).as_deref(), Some("c"));
    assert_eq!(exceeded(None, Some(32_000)), None);
    assert_eq!(exceeded(Some(32_001), Some(4_096)), None);
    assert_eq!(exceeded(Some(20_000), None), None);
}

/// Found by the property below.
#[test]
fn r10_nothing_is_larger_than_the_largest_context() {
    let all = [served("a", "x", u32::MAX), served("b", "y", u32::MAX)];
    assert_eq!(
        tried(&after(&profile("general"), &all, &[failed("a", "x", TOO_LONG)])),
        None
    );
}

#[test]
fn r10_the_context_of_a_model_that_is_gone_since_is_the_one_it_was_chosen_with() {
    let all = [served("a", "x", 9_000), served("b", "y", 9_000)];
    let decision =
        route(&overridden("general", "a"), &profile("general"), &all, &device()).expect("a choice");
    let failures = [failed("a", "x", TOO_LONG)];
    let after = next(&router(), &decision, &all[1..], &device(), &trial(&failures));
    assert!(tried(&after).is_none());
}

#[test]
fn r10_a_provider_that_is_down_or_refuses_the_key_takes_all_its_models_with_it_and_no_others() {
    let all = [
        served("a", "x", 9_000),
        served("b", "x", 8_500),
        served("c", "y", 8_400),
    ];
    for trouble in [Trouble::ProviderDown, Trouble::Unauthorized] {
        let next = after(&profile("general"), &all, &[failed("a", "x", trouble)]);
        assert_eq!(tried(&next), Some(("c", "y")));
        assert_eq!(dropped(&next, "b"), Some(Dropped::ProviderFailed { trouble }));
    }
    for trouble in [
        BUSY,
        Trouble::ModelGone,
        Trouble::LoadFailed,
        Trouble::RateLimited { retry_after_ms: None },
    ] {
        let next = after(&profile("general"), &all, &[failed("a", "x", trouble)]);
        assert_eq!(tried(&next), Some(("b", "x")), "{trouble:?}");
    }
}

#[test]
fn r10_what_the_user_canceled_and_what_no_model_would_take_ends_the_plan() {
    let all = [served("a", "x", 9_000), served("b", "x", 8_500)];
    for (trouble, expected) in [
        (Trouble::Canceled, End::Canceled),
        (Trouble::InvalidRequest, End::InvalidRequest),
    ] {
        let end = after(
            &profile("general"),
            &all,
            &[failed("a", "x", BUSY), failed("b", "x", trouble)],
        );
        assert_eq!(why(end), expected);
        let end = after(&profile("general"), &all, &[failed("a", "x", trouble)]);
        assert_eq!(why(end), expected);
    }
}

#[test]
fn r10_a_model_asked_for_by_name_is_replaced_by_itself_of_another_provider_only() {
    let all = [
        served("a", "x", 9_000),
        served("a", "y", 8_500),
        served("b", "x", 8_500),
    ];
    let first = [failed("a", "x", Trouble::ProviderDown)];
    assert_eq!(tried(&after(&by_name("a"), &all, &first)), Some(("a", "y")));
    let both = [failed("a", "x", BUSY), failed("a", "y", BUSY)];
    let end = why(after(&by_name("a"), &all, &both));
    assert!(
        matches!(end, End::NoRoute(NoRouteReason::ModelNotAvailable { .. })),
        "{end:?}"
    );
}

#[test]
fn r10_a_failed_override_falls_through_with_a_warning_or_ends_a_strict_request() {
    let all = [served("a", "x", 8_500), served("b", "x", 9_000)];
    let router = overridden("general", "a");
    let mut request = profile("general");
    for strict in [false, true] {
        request.strict = strict;
        let decision = route(&router, &request, &all, &device()).expect("the override");
        assert_eq!(
            decision.chosen.as_ref().map(|choice| choice.id.as_str()),
            Some("a")
        );
        let failures = [failed("a", "x", BUSY)];
        match next(&router, &decision, &all, &device(), &trial(&failures)) {
            Next::Try(decision) => {
                assert!(!strict);
                assert!(matches!(
                    decision.warnings[0],
                    Warning::OverrideNotAvailable {
                        dropped: Some(Dropped::AlreadyTried { .. }),
                        ..
                    }
                ));
            }
            Next::End { why, .. } => {
                assert!(strict);
                assert!(matches!(
                    why,
                    End::NoRoute(NoRouteReason::OverrideNotAvailable { .. })
                ));
            }
        }
    }
}

#[test]
fn r10_a_request_that_is_under_way_does_not_wait_for_a_download_unless_it_may() {
    let far = Candidate {
        presence: Presence::Absent,
        ..served("far", "x", 9_000)
    };
    let all = [served("a", "x", 9_000), far];
    let decision = ask(&profile("general"), &all).expect("a choice");
    let failures = [failed("a", "x", BUSY)];
    let mut trial = trial(&failures);
    let end = next(&router(), &decision, &all, &device(), &trial);
    assert_eq!(dropped(&end, "far"), Some(Dropped::NotHere));
    trial.may_download = true;
    assert_eq!(
        tried(&next(&router(), &decision, &all, &device(), &trial)),
        Some(("far", "x"))
    );
}

#[test]
fn r10_facts_that_have_changed_since_count() {
    let all = [
        served("a", "x", 9_000),
        served("b", "y", 8_500),
        served("c", "z", 8_400),
    ];
    let decision = ask(&profile("general"), &all).expect("a choice");
    let mut fresh = all.clone();
    fresh[1].reachable = modelyard::routing::Reach::No(modelyard::routing::Unreachable::Down);
    let failures = [failed("a", "x", BUSY)];
    let after = next(&router(), &decision, &fresh, &device(), &trial(&failures));
    assert_eq!(tried(&after), Some(("c", "z")));
}

#[test]
fn cool_downs_leave_a_model_or_a_provider_in_peace_and_the_end_says_until_when() {
    let all = [
        served("a", "x", 9_000),
        served("b", "x", 8_500),
        served("c", "y", 8_400),
    ];
    let cool_down = |provider: &str, model: Option<&str>, until| CoolDown {
        provider: Name::from(provider),
        model: model.map(Name::from),
        until,
    };
    let first = |cool_downs: &[CoolDown]| {
        let decision = ask(&profile("general"), &all).expect("a choice");
        let trial = Trial {
            cool_downs,
            ..trial(&[])
        };
        next(&router(), &decision, &all, &device(), &trial)
    };
    assert_eq!(tried(&first(&[])), Some(("a", "x")));
    let one = first(&[cool_down("x", Some("a"), NOW + 1)]);
    assert_eq!(tried(&one), Some(("b", "x")));
    assert_eq!(dropped(&one, "a"), Some(Dropped::CoolingDown { until: NOW + 1 }));
    assert_eq!(tried(&first(&[cool_down("x", None, NOW + 1)])), Some(("c", "y")));
    // Over at the very moment.
    assert_eq!(tried(&first(&[cool_down("x", None, NOW)])), Some(("a", "x")));
    let all_of_them = [
        cool_down("x", None, NOW + 70),
        cool_down("x", Some("b"), NOW + 90),
        cool_down("y", Some("c"), NOW + 80),
    ];
    assert_eq!(why(first(&all_of_them)), End::CoolingDown { until: NOW + 70 });
    // Of the provider's and the model's own, the later counts.
    let both = first(&[cool_down("x", None, NOW + 1), cool_down("x", Some("a"), NOW + 2)]);
    assert_eq!(dropped(&both, "a"), Some(Dropped::CoolingDown { until: NOW + 2 }));
}

#[test]
fn a_failure_asks_for_peace_as_long_as_the_provider_says_but_ten_minutes_at_most() {
    let until = |trouble| {
        failed("a", "x", trouble)
            .cool_down(NOW)
            .map(|one| (one.model.is_some(), one.until - NOW))
    };
    let limited = |retry_after_ms| until(Trouble::RateLimited { retry_after_ms });
    assert_eq!(limited(None), Some((true, 5_000)));
    assert_eq!(limited(Some(20_000)), Some((true, 20_000)));
    assert_eq!(limited(Some(u32::MAX)), Some((true, 600_000)));
    assert_eq!(until(Trouble::ProviderDown), Some((false, 30_000)));
    assert_eq!(until(BUSY), Some((true, 5_000)));
    for trouble in [
        TOO_LONG,
        Trouble::Unauthorized,
        Trouble::ModelGone,
        Trouble::LoadFailed,
        Trouble::Canceled,
    ] {
        assert_eq!(until(trouble), None);
    }
}

#[test]
fn of_two_cool_downs_of_one_model_the_later_end_counts_and_those_that_are_over_go() {
    let peace = |id: &str, until| CoolDown {
        provider: Name::from("x"),
        model: Some(Name::from(id)),
        until,
    };
    let mut list = vec![peace("old", NOW)];
    peace("a", NOW + 10).join(&mut list, NOW);
    peace("a", NOW + 5).join(&mut list, NOW);
    peace("b", NOW + 5).join(&mut list, NOW);
    assert_eq!(list, [peace("a", NOW + 10), peace("b", NOW + 5)]);
    peace("b", NOW + 20).join(&mut list, NOW + 10);
    assert_eq!(list, [peace("b", NOW + 20)]);
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let some = |tokens: &'static [u32]| prop_oneof![Just(None), select(tokens).prop_map(Some)];
    let sizes = (some(&[100, 5_000, 16_385]), some(&[2_048, 4_096, 16_384]));
    prop_oneof![
        2 => Just(BUSY),
        2 => sizes.prop_map(|(needed, limit)| Trouble::ContextExceeded { needed, limit }),
        1 => Just(Trouble::ModelGone),
        1 => Just(Trouble::LoadFailed),
        1 => Just(Trouble::ProviderDown),
        1 => Just(Trouble::Unauthorized),
    ]
}

/// Fails whatever is tried, until nothing is left. Gives all tries and their decisions.
fn exhaust(
    router: &Router,
    first: Decision,
    all: &[Candidate],
    device: &Device,
    troubles: &[Trouble],
    may_download: bool,
) -> Vec<(Failed, Decision)> {
    let mut tries: Vec<(Failed, Decision)> = Vec::new();
    let mut decision = first;
    let mut failures = Vec::new();
    while tries.len() <= all.len() {
        let choice = decision.chosen.clone().expect("a decision to try has a choice");
        let failure = Failed {
            id: choice.id,
            provider: choice.provider,
            trouble: troubles[tries.len() % troubles.len()],
        };
        failures.push(failure.clone());
        tries.push((failure, decision.clone()));
        let trial = Trial {
            may_download,
            ..trial(&failures)
        };
        match next(router, &decision, all, device, &trial) {
            Next::Try(further) => decision = *further,
            Next::End { .. } => return tries,
        }
    }
    panic!("more tries than models");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_plan_never_repeats_a_try_and_never_offers_what_the_failures_rule_out(
        (router, request, all, device) in (any_router(), any_request(), distinct(), any_device()),
        troubles in proptest::collection::vec(trouble(), 1..6),
    ) {
        let Ok(first) = route(&router, &request, &all, &device) else { return Ok(()) };
        let tries = exhaust(&router, first, &all, &device, &troubles, false);
        let mut seen = BTreeSet::new();
        let mut refused: BTreeSet<Name> = BTreeSet::new();
        let (mut more_than, mut at_least) = (None, 0);
        for (place, (failure, decision)) in tries.iter().enumerate() {
            let one = all.iter().find(|one| one.id == failure.id && one.provider == failure.provider);
            let one = one.expect("it was given");
            prop_assert!(seen.insert((&failure.id, &failure.provider)));
            prop_assert!(reference::can_be_had(one, &device));
            if place > 0 {
                prop_assert!(!refused.contains(&failure.provider));
                prop_assert!(Some(one.context.tokens) > more_than);
                prop_assert!(one.context.tokens >= at_least);
                prop_assert!(!one.needs_download());
                match &request.wish {
                    Wish::Model(id) => prop_assert_eq!(failure.id.as_str(), id),
                    _ => prop_assert!(reference::meets(one, &request.needs)),
                }
            }
            prop_assert_eq!(&decision.request, &request);
            match failure.trouble {
                Trouble::ContextExceeded { needed, limit } => {
                    more_than = more_than.max(Some(limit.unwrap_or(one.context.tokens)));
                    at_least = at_least.max(needed.unwrap_or(0));
                }
                Trouble::ProviderDown | Trouble::Unauthorized => {
                    refused.insert(failure.provider.clone());
                }
                _ => {}
            }
        }
    }

    #[test]
    fn while_nothing_else_changes_the_plan_follows_the_ranking_profile_by_profile(
        (router, request, all, device) in (any_router(), any_request(), distinct(), any_device()),
    ) {
        let Ok(first) = route(&router, &request, &all, &device) else { return Ok(()) };
        let kept: Vec<(Name, Name)> = first
            .path
            .last()
            .expect("a step")
            .verdicts
            .iter()
            .take_while(|verdict| verdict.dropped.is_none())
            .map(|verdict| (verdict.id.clone(), verdict.provider.clone()))
            .collect();
        let strict_override = request.strict && first.chosen.as_ref().is_some_and(|one| one.by == modelyard::routing::ChosenBy::Override);
        let steps = first.path.len();
        let tries = exhaust(&router, first, &all, &device, &[Trouble::LoadFailed], true);
        let tried: Vec<(Name, Name)> = tries.iter().map(|(one, _)| (one.id.clone(), one.provider.clone())).collect();
        if strict_override {
            prop_assert!(tried.iter().all(|one| one.0 == tried[0].0));
        } else {
            prop_assert_eq!(&tried[..kept.len()], kept.as_slice());
            // What comes after comes from the profiles further down.
            for (_, decision) in &tries[kept.len()..] {
                prop_assert!(decision.path.len() > steps);
            }
        }
    }
}

#[test]
fn the_first_choice_of_these_tests_is_the_one_they_fail() {
    let all = [
        served("a", "x", 9_000),
        served("b", "x", 8_500),
        served("c", "x", 8_400),
    ];
    assert_eq!(chosen(&ask(&profile("general"), &all)), Some("a"));
}
