//! Properties of every route.

use modelyard::catalog::record::Support;
use modelyard::routing::{
    Candidate, ChosenBy, Decision, Dropped, NoRouteReason, Step, UnknownFact, Verdict, Warning, Wish,
    explain, route,
};
use proptest::prelude::*;

use super::reference;
use super::support::{any_device, any_request, any_router, candidate, candidates, decision, distinct};

/// The model that was chosen. Of models given twice, one of them.
fn models_chosen<'a>(decision: &Decision, all: &'a [Candidate]) -> Vec<&'a Candidate> {
    let Some(choice) = &decision.chosen else {
        return Vec::new();
    };
    let same = |one: &&Candidate| one.id == choice.id && one.provider == choice.provider;
    all.iter().filter(same).collect()
}

fn kept(step: &Step) -> Vec<&Verdict> {
    step.verdicts
        .iter()
        .filter(|verdict| verdict.dropped.is_none())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_model_of_a_route_is_one_of_those_given_and_can_be_had(
        (router, request, all, device) in (any_router(), any_request(), candidates(), any_device())
    ) {
        if let Ok(decision) = route(&router, &request, &all, &device) {
            let found = models_chosen(&decision, &all);
            prop_assert!(found.iter().any(|one| reference::can_be_had(one, &device)));
        }
    }

    #[test]
    fn the_slow_router_goes_the_same_way(
        (router, request, all, device) in (any_router(), any_request(), candidates(), any_device())
    ) {
        let result = route(&router, &request, &all, &device);
        let decision = decision(&result);
        let (model, asked) = reference::route(&router, &request, &all, &device);
        let chosen = decision.chosen.as_ref().map(|choice| (choice.id.to_string(), choice.provider.to_string()));
        prop_assert_eq!(chosen, model);
        let path = decision.path.iter().filter_map(|step| Some(step.profile.as_ref()?.name.to_string()));
        prop_assert_eq!(path.collect::<Vec<_>>(), asked);
        prop_assert_eq!(result.is_ok(), decision.chosen.is_some());
    }

    #[test]
    fn what_a_profile_chose_meets_its_minimum_its_capabilities_and_the_needs(
        (router, request, all, device) in (any_router(), any_request(), distinct(), any_device())
    ) {
        let Ok(decision) = route(&router, &request, &all, &device) else { return Ok(()) };
        let one = models_chosen(&decision, &all)[0];
        let profile = decision.path.last().and_then(|step| step.profile.as_ref());
        match (decision.chosen.as_ref().map(|choice| choice.by), profile) {
            (Some(ChosenBy::Profile), Some(profile)) => {
                prop_assert!(one.context.tokens >= profile.min_context);
                prop_assert!(reference::fits(one, profile));
                prop_assert!(reference::meets(one, &request.needs));
            }
            (Some(ChosenBy::Override), Some(profile)) => {
                prop_assert!(reference::meets(one, &request.needs));
                let warned = decision.warnings.iter().any(|one| matches!(one, Warning::OverrideDespite { .. }));
                prop_assert_eq!(warned, !reference::fits(one, profile));
            }
            (Some(ChosenBy::Name), None) => {
                let warned = decision.warnings.iter().any(|one| matches!(one, Warning::ModelDespite { .. }));
                prop_assert_eq!(warned, !reference::meets(one, &request.needs));
                prop_assert!(!(warned && request.strict));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn the_first_preferred_family_that_has_a_candidate_wins(
        (router, request, all, device) in (any_router(), any_request(), distinct(), any_device())
    ) {
        let Ok(decision) = route(&router, &request, &all, &device) else { return Ok(()) };
        let (Some(choice), Some(step)) = (&decision.chosen, decision.path.last()) else { return Ok(()) };
        let Some(profile) = step.profile.as_ref().filter(|_| choice.by == ChosenBy::Profile) else { return Ok(()) };
        let family = &models_chosen(&decision, &all)[0].family;
        prop_assert!(reference::takes(profile, family));
        let better = profile.preferred_families.iter().take_while(|preferred| *preferred != family);
        for preferred in better {
            let candidate = all.iter().find(|one| {
                one.family == *preferred
                    && reference::can_be_had(one, &device)
                    && reference::meets(one, &request.needs)
                    && reference::fits(one, profile)
            });
            prop_assert_eq!(candidate.map(|one| &one.id), None);
        }
    }

    #[test]
    fn the_order_of_the_models_never_matters(
        (router, request, (all, shuffled), device) in (
            any_router(),
            any_request(),
            candidates().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
            any_device(),
        )
    ) {
        let one = route(&router, &request, &all, &device);
        let other = route(&router, &request, &shuffled, &device);
        prop_assert_eq!(explain(decision(&one)), explain(decision(&other)));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn every_model_has_one_verdict_under_every_profile(
        (router, request, all, device) in (any_router(), any_request(), candidates(), any_device())
    ) {
        let mut given: Vec<_> = all.iter().map(|one| (&one.id, &one.provider)).collect();
        given.sort();
        let result = route(&router, &request, &all, &device);
        for step in &decision(&result).path {
            let mut seen: Vec<_> = step.verdicts.iter().map(|one| (&one.id, &one.provider)).collect();
            seen.sort();
            prop_assert_eq!(&seen, &given);
            // Those that fit come first, and only the last profile has any.
            let fit = step.verdicts.iter().take_while(|one| one.dropped.is_none()).count();
            prop_assert_eq!(fit, kept(step).len());
        }
        let path = &decision(&result).path;
        for step in path.iter().take(path.len().saturating_sub(1)) {
            prop_assert!(kept(step).is_empty());
        }
    }

    #[test]
    fn no_profile_is_asked_twice(
        (router, request, all, device) in (any_router(), any_request(), candidates(), any_device())
    ) {
        let result = route(&router, &request, &all, &device);
        // A profile that is written out may have any name; it is asked first and belongs to no set.
        let own = usize::from(matches!(request.wish, Wish::Inline(_)));
        let steps = decision(&result).path.iter().skip(own);
        let mut names: Vec<_> = steps.filter_map(|step| Some(&step.profile.as_ref()?.name)).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }

    #[test]
    fn a_further_model_never_removes_the_reason_another_was_left_out(
        (router, request, all, further, device) in
            (any_router(), any_request(), candidates(), candidate(), any_device())
    ) {
        let before = route(&router, &request, &all, &device);
        let more: Vec<_> = all.into_iter().chain([further]).collect();
        let after = route(&router, &request, &more, &device);
        for (old, new) in decision(&before).path.iter().zip(&decision(&after).path) {
            prop_assert_eq!(&old.profile, &new.profile);
            for gone in old.verdicts.iter().filter(|verdict| verdict.dropped.is_some()) {
                prop_assert!(new.verdicts.contains(gone), "{gone:?}");
            }
        }
    }

    #[test]
    fn an_override_that_is_not_taken_is_never_passed_over_in_silence(
        (router, request, all, device) in (any_router(), any_request(), candidates(), any_device())
    ) {
        let result = route(&router, &request, &all, &device);
        let own = usize::from(matches!(request.wish, Wish::Inline(_)));
        let decision = decision(&result);
        for (place, step) in decision.path.iter().enumerate().skip(own) {
            let Some(profile) = &step.profile else { continue };
            let Some(wanted) = router.overrides.get(&profile.name) else { continue };
            let last = place + 1 == decision.path.len();
            let taken = last && decision.chosen.as_ref().is_some_and(|choice| {
                choice.by == ChosenBy::Override && choice.id.as_str() == wanted
            });
            let warned = decision.warnings.iter().any(|one| {
                matches!(one, Warning::OverrideNotAvailable { profile: name, model, .. } if *name == profile.name && model == wanted)
            });
            prop_assert_ne!(taken, warned);
            if request.strict && !taken {
                let strict = matches!(&result, Err(error) if matches!(error.reason, NoRouteReason::OverrideNotAvailable { .. }));
                prop_assert!(strict);
            }
        }
    }

    #[test]
    fn the_unknown_is_neither_a_no_nor_a_yes(
        (router, request, all, device) in (any_router(), any_request(), distinct(), any_device())
    ) {
        let result = route(&router, &request, &all, &device);
        for verdict in decision(&result).path.iter().flat_map(|step| &step.verdicts) {
            let one = all.iter().find(|one| one.id == verdict.id && one.provider == verdict.provider);
            let one = one.expect("it was given");
            match verdict.dropped {
                // What is unknown of a capability is said to be unknown.
                Some(Dropped::CapabilityMissing { need, have, .. }) => {
                    prop_assert_eq!(have, one.can(need));
                    prop_assert_ne!(have, Support::Yes);
                }
                Some(Dropped::ContextTooSmall { have, source, need, .. }) => {
                    prop_assert_eq!((have, source), (one.context.tokens, one.context.source));
                    prop_assert!(have < need);
                }
                // No model is left out for what nobody knows of reach and device.
                Some(Dropped::GpuMemoryTooSmall { need, have }) => {
                    prop_assert_eq!((Some(need), Some(have)), (one.asks.gpu_memory_bytes, device.gpu_memory_bytes));
                    prop_assert!(have < need);
                }
                Some(Dropped::DiskFull { need, have }) => {
                    prop_assert_eq!((Some(need), Some(have)), (one.download_bytes, device.free_disk_bytes));
                    prop_assert!(have < need);
                }
                _ => {}
            }
        }
        let Ok(decision) = &result else { return Ok(()) };
        let one = models_chosen(decision, &all)[0];
        let said = |fact| decision.warnings.contains(&Warning::Unknown { what: fact });
        prop_assert_eq!(said(UnknownFact::Reach), one.reachable == modelyard::routing::Reach::Unknown);
        prop_assert_eq!(
            said(UnknownFact::Context),
            one.context.source == modelyard::catalog::record::Source::Default
        );
    }
}
