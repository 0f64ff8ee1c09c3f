//! The properties of management, a thousand cases each.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Phase, Request};
use modelyard::providers::listed::ListedModel;
use proptest::prelude::*;
use proptest::sample::select;

use crate::desk::{Desk, bare, broken, dead, list_of, local, not_there, page, public, shown, whole};

/// Models as servers may list them, good names and bad ones.
fn listed() -> impl Strategy<Value = ListedModel> {
    let name = prop_oneof![
        8 => "[a-z][a-z0-9.-]{0,12}(:[a-z0-9]{1,6})?",
        1 => "\\PC{0,12}",
        1 => select(vec!["", "a b", "../up", "hf.co/org/repo:Q4_K_M", "x\u{202e}y"]).prop_map(str::to_owned),
    ];
    let word = proptest::option::of("\\PC{0,20}");
    let count = proptest::option::of(any::<u64>());
    let tokens = proptest::option::of(1..2_000_000_u32);
    (
        name,
        word.clone(),
        word,
        count,
        tokens.clone(),
        tokens,
        any::<bool>(),
    )
        .prop_map(
            |(name, family, digest, size_bytes, context, parameters_millions, says_all)| {
                let model = if says_all { whole(&name) } else { bare(&name) };
                ListedModel {
                    family,
                    digest,
                    size_bytes,
                    context,
                    parameters_millions,
                    max_output: parameters_millions,
                    served_context: context,
                    ..model
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// The desk holds every manifest of every list against the core's rules, too.
    #[test]
    fn a_list_is_a_list_of_manifests_whatever_the_server_says(models in proptest::collection::vec(listed(), 0..40)) {
        let mut desk = Desk::new(vec![local("ollama")]);
        let id = desk.list();
        desk.answer_list("ollama", Ok(page(models.clone())));
        desk.pass(2_000);
        let state = desk.one(id);
        prop_assert_eq!(usize::try_from(state.models + state.left_out), Ok(models.len()));
        let mut rest = models.iter();
        for manifest in desk.told["ollama"].0.as_array().expect("a list") {
            // In the order of the server.
            let model = rest.find(|model| manifest["name"] == model.name).expect("the server has it");
            let served = manifest["served"].as_object().expect("an object");
            prop_assert_eq!(served.get("contextWindow").and_then(serde_json::Value::as_u64), model.context.map(u64::from));
            prop_assert!(served.values().all(|value| !value.is_null()));
        }
        // What is stored gives the same.
        let told = desk.told["ollama"].0.clone();
        desk.reload();
        prop_assert_eq!(&desk.told["ollama"].0, &told);
    }

    #[test]
    fn a_list_again_within_60_seconds_asks_nobody(waits in proptest::collection::vec(0..20_000_u64, 1..10)) {
        let mut desk = Desk::new(vec![local("here"), public("there")]);
        desk.list();
        for provider in ["here", "there"] {
            desk.answer_list(provider, Ok(list_of(&["a:1"])));
            desk.answer_running(provider);
        }
        let before = desk.asked.len();
        let mut age = 0;
        for wait in waits {
            desk.pass(wait);
            age += wait;
            let id = desk.list();
            prop_assert_eq!(desk.asked.len() == before, age < 60_000, "after {} ms", age);
            if age >= 60_000 {
                return Ok(());
            }
            prop_assert!(desk.report(id).providers.iter().all(|state| state.age_ms == Some(age) && !state.stale));
        }
    }

    #[test]
    fn details_again_within_5_minutes_ask_nobody(waits in proptest::collection::vec(0..100_000_u64, 1..10)) {
        let mut desk = Desk::listing(&["a:1"]);
        desk.show("ollama", "a:1");
        let ask = desk.show_ask("ollama", "a:1");
        desk.answer(ask, Ok(shown("one")));
        let before = desk.asked.len();
        let mut age = 0;
        for wait in waits {
            desk.pass(wait);
            age += wait;
            let id = desk.show("ollama", "a:1");
            prop_assert_eq!(desk.asked.len() == before, age < 300_000, "after {} ms", age);
            if age >= 300_000 {
                return Ok(());
            }
            prop_assert_eq!(desk.details(id).age_ms, age);
        }
    }

    #[test]
    fn a_change_makes_everything_of_its_provider_ask_and_nothing_else(
        which in 0..2_usize,
        wait in 0..59_000_u64,
        clears in any::<bool>(),
    ) {
        let names = ["here", "there"];
        let mut desk = Desk::new(vec![local("here"), public("there")]);
        desk.list();
        for provider in names {
            desk.answer_list(provider, Ok(list_of(&["a:1"])));
            desk.answer_running(provider);
            desk.show(provider, "a:1");
            let ask = desk.show_ask(provider, "a:1");
            desk.answer(ask, Ok(shown("one")));
        }
        desk.pass(wait);
        if clears {
            desk.request(Request::ClearCache { provider: Some(names[which].to_owned()) });
        } else {
            desk.changed(names[which]);
        }
        let before = desk.asked.len();
        desk.list();
        for provider in names {
            desk.show(provider, "a:1");
        }
        prop_assert!(desk.asked_since(before).iter().all(|(provider, _)| provider == names[which]));
        prop_assert_eq!(desk.asked_since(before).len(), 3);
    }

    #[test]
    fn what_is_expired_is_asked_and_shown_only_if_nobody_answers(
        age in 60_000..10_000_000_u64,
        problem in select(vec![dead(), broken(), not_there()]),
    ) {
        let mut desk = Desk::listing(&["a:1"]);
        desk.pass(age);
        let before = desk.asked.len();
        let id = desk.list();
        prop_assert_eq!(desk.asked_since(before).len(), 2);
        let is_dead = problem == dead();
        desk.answer_list("ollama", Err(problem));
        let state = desk.one(id);
        prop_assert_eq!(state.state, Phase::Failing);
        prop_assert!(state.failure.is_some());
        prop_assert_eq!(state.offline, is_dead);
        prop_assert_eq!(state.age_ms, is_dead.then_some(age));
        prop_assert_eq!(state.models, u32::from(is_dead));
    }

    #[test]
    fn an_error_says_what_is_wrong_and_offers_what_is_alike(
        names in proptest::collection::btree_set("[a-z]{4,8}:[0-9]b", 1..12),
        which in any::<proptest::sample::Index>(),
        extra in "[a-z]",
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let right = names[which.index(names.len())];
        // One letter too many, and perhaps by that another name.
        let wrong = format!("{extra}{right}");
        let mut desk = Desk::listing(&names);
        let id = desk.show("ollama", &wrong);
        let ask = desk.show_ask("ollama", &wrong);
        desk.answer(ask, Err(not_there()));
        let failure = desk.failure(id);
        prop_assert_eq!(failure.code, ErrorCode::NotFound);
        prop_assert_eq!(failure.model.as_deref(), Some(wrong.as_str()));
        prop_assert_eq!(failure.provider.as_deref(), Some("ollama"));
        prop_assert!(!failure.message.is_empty() && failure.recovery.len() == 1);
        prop_assert!(failure.recovery[0].starts_with("Did you mean ollama/"), "{}", failure.recovery[0]);
        prop_assert!(names.len() > 3 || failure.recovery[0].contains(right), "{}", failure.recovery[0]);
    }

    #[test]
    fn records_that_were_cut_or_bent_are_read_or_forgotten_and_never_more(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut desk = Desk::listing(&["a:1", "b:1"]);
        desk.show("ollama", "a:1");
        let ask = desk.show_ask("ollama", "a:1");
        desk.answer(ask, Ok(shown("one")));
        desk.changed("ollama");
        for key in ["list/ollama", "show/ollama/a:1", "mark/ollama"] {
            let mut bent = Desk::new(Vec::new());
            bent.stored = desk.stored.clone();
            bent.configs = vec![local("ollama")];
            let text = bent.stored.get_mut(key).expect("stored");
            let mut bytes = text.clone().into_bytes();
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] = byte;
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
            // The desk holds what is told against the core's rules.
            bent.reload();
            bent.list();
            bent.show("ollama", "a:1");
            bent.pass(20_000);
            prop_assert!(bent.waiting.is_empty());
        }
    }
}
