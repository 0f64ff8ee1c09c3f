//! The chain of an answer as a whole: it does not depend on the order models are told in, it ends, and no model is asked
//! twice.

use std::collections::BTreeSet;

use modelyard::engine::Options;
use modelyard::engine::command::Command;
use modelyard::engine::event::Event;
use modelyard::engine::failure::{ErrorCode, Failure};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fallback::{any_profile, with_context};
use crate::server::{OLLAMA, OTHER};
use crate::world::{World, options};

/// A model of a server: its name, its context, and how it fails.
type Model = (usize, u32, Failure);

fn failure() -> impl Strategy<Value = Failure> {
    let codes = select(&[
        ErrorCode::RateLimited,
        ErrorCode::Overloaded,
        ErrorCode::Network,
        ErrorCode::ContextExceeded,
        ErrorCode::NotFound,
        ErrorCode::ProviderError,
        ErrorCode::Unauthorized,
        ErrorCode::Unsupported,
        ErrorCode::InvalidInput,
    ]);
    (codes, proptest::option::of(0..4_000_u32)).prop_map(|(code, retry_after_ms)| Failure {
        retry_after_ms,
        ..Failure::new(code, format!("It failed: {code:?}."))
    })
}

fn models() -> impl Strategy<Value = Vec<Model>> {
    proptest::collection::vec((0..2_usize, 4_000..4_004_u32, failure()), 1..9)
}

/// Who was asked, in order, and how it ended.
fn chain(models: &[Model], order: &[usize]) -> (Vec<String>, Option<Failure>) {
    let mut world = World::with(Options {
        models: Vec::new(),
        default_profile: Some("any".to_owned()),
        profiles: vec![any_profile()],
        ..options()
    });
    for (at, engine) in [OLLAMA, OTHER].into_iter().enumerate() {
        let of_engine = order.iter().filter(|place| models[**place].0 == at);
        let list = of_engine.map(|place| with_context(engine, &format!("m{place}"), models[*place].1));
        let command = Command::SetServed {
            engine_id: engine.to_owned(),
            models: list.collect(),
        };
        world.command(command).expect("a good list");
    }
    world.open("c");
    world.ask("c").expect("an answer");
    let mut asked = Vec::new();
    while let Some((_, model)) = world.server.answers.first() {
        let name = model.to_string();
        let place = name
            .split_once("/m")
            .and_then(|(_, place)| place.parse::<usize>().ok());
        asked.push(name);
        assert!(asked.len() <= models.len(), "more tries than models");
        let failure = models[place.expect("a number")].2.clone();
        world.try_fails(failure);
    }
    let end = world.events.iter().rev().find_map(|event| match event {
        Event::AnswerEnded { failure, .. } => Some(failure.clone()),
        _ => None,
    });
    (asked, end.expect("an end"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_chain_is_finite_asks_nobody_twice_and_does_not_depend_on_the_order_of_the_models(
        (models, order) in models().prop_flat_map(|models| {
            let order: Vec<usize> = (0..models.len()).collect();
            (Just(models), Just(order).prop_shuffle())
        }),
    ) {
        let straight: Vec<usize> = (0..models.len()).collect();
        let (asked, end) = chain(&models, &straight);
        prop_assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), asked.len());
        let end = end.expect("everything fails");
        let first = asked[0].split_once("/m").and_then(|(_, place)| place.parse::<usize>().ok());
        prop_assert_eq!(&end.message, &models[first.expect("a number")].2.message);
        prop_assert_eq!(end.others.len(), asked.len() - 1);
        prop_assert_eq!(chain(&models, &order), (asked, Some(end)));
    }
}
