//! Who is believed: what is said for this call, the app's entry, what is served, what is advertised, what was bundled.

use modelyard::catalog::record::{Capability, Facts, Limit, Source, Support};
use proptest::prelude::*;

use super::rows::{Rows, limits};

fn context(tokens: u32) -> Facts {
    Facts {
        context: Some(tokens),
        ..Facts::default()
    }
}

fn served(tokens: u32) -> Facts {
    Facts {
        served_context: Some(tokens),
        ..Facts::default()
    }
}

fn limit(tokens: u32, source: Source) -> Limit {
    Limit { tokens, source }
}

/// Fault 44: an advertised context of 131,072 is served as 4,096.
#[test]
fn the_served_context_is_told_beside_the_advertised_one() {
    let catalog = Rows::classic().catalog();
    let lookup = catalog.describe(
        "llama3.1:8b",
        &[
            (Source::Advertised, context(131_072)),
            (Source::Served, served(4_096)),
        ],
    );
    assert_eq!(lookup.context, limit(131_072, Source::Advertised));
    assert_eq!(lookup.effective_context, limit(4_096, Source::Served));
    let lookup = catalog.describe("llama3.1:8b", &[(Source::Served, served(4_096))]);
    assert_eq!(lookup.context, limit(128_000, Source::Bundled));
    assert_eq!(lookup.effective_context, limit(4_096, Source::Served));
}

#[test]
fn the_user_is_believed_above_all() {
    let said = [
        (Source::Advertised, context(131_072)),
        (Source::User, context(9_000)),
        (Source::Served, served(4_096)),
    ];
    let lookup = Rows::classic().catalog().describe("llama3.1:8b", &said);
    assert_eq!(lookup.context, limit(9_000, Source::User));
    assert_eq!(lookup.effective_context, limit(9_000, Source::User));
}

#[test]
fn bundled_data_can_say_what_is_served_in_a_page() {
    let facts = Facts {
        served_context: Some(4_096),
        ..limits(131_072, 4_096)
    };
    let lookup = Rows::default().exact("acme", facts).catalog().lookup("acme");
    assert_eq!(
        (lookup.context.tokens, lookup.effective_context),
        (131_072, limit(4_096, Source::Bundled))
    );
}

#[test]
fn each_field_comes_from_the_most_trusted_who_says_something_of_it() {
    let mut advertised = Facts {
        max_output: Some(100),
        quantization: Some("Q8_0".to_owned()),
        ..Facts::default()
    };
    advertised.capabilities.set(Capability::Streaming, Support::Yes);
    advertised.capabilities.set(Capability::Tools, Support::No);
    let mut user = Facts::default();
    user.capabilities.set(Capability::Tools, Support::Yes);
    let catalog = Rows::classic().catalog();
    let lookup = catalog.describe(
        "mistral:7b-q4_K_M",
        &[(Source::Advertised, advertised), (Source::User, user)],
    );
    assert_eq!(lookup.max_output, limit(100, Source::Advertised));
    assert_eq!(lookup.capabilities.tools, Support::Yes, "the user says so");
    assert_eq!(lookup.capabilities.streaming, Support::Yes);
    assert_eq!(lookup.capabilities.vision, Support::Unknown);
    assert_eq!(lookup.quantization.as_deref(), Some("Q8_0"));
    assert_eq!(lookup.parameters_millions, Some(7_000));
    assert_eq!(lookup.context, limit(32_768, Source::Bundled));
}

/// Peers have entries with a context of 0, and then nothing fits or nothing overflows.
#[test]
fn a_zero_says_nothing() {
    let lookup = Rows::classic().catalog().describe(
        "mistral",
        &[(Source::Served, served(0)), (Source::Advertised, context(0))],
    );
    assert_eq!(lookup.effective_context, limit(32_768, Source::Bundled));
}

#[test]
fn an_unknown_model_has_what_its_provider_says() {
    let lookup = Rows::classic()
        .catalog()
        .describe("new-thing", &[(Source::Advertised, context(70_000))]);
    assert_eq!(lookup.context, limit(70_000, Source::Advertised));
    assert_eq!(lookup.max_output, limit(2_048, Source::Default));
    assert!(!lookup.is_known());
}

#[test]
fn an_entry_knows_the_size_of_its_model_better_than_the_name() {
    let facts = |millions| Facts {
        parameters_millions: Some(millions),
        ..Facts::default()
    };
    let catalog = Rows::default()
        .exact("llama-8b", facts(8_030))
        .pattern("llama*", facts(1))
        .catalog();
    assert_eq!(catalog.lookup("llama-8b").parameters_millions, Some(8_030));
    assert_eq!(catalog.lookup("llama-7b").parameters_millions, Some(7_000));
    assert_eq!(catalog.lookup("llama").parameters_millions, Some(1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_order_in_which_sources_speak_does_not_matter(
        user in prop::option::of(1..9_u32), served_ in prop::option::of(1..9_u32), advertised in prop::option::of(1..9_u32), turn in 0..3_usize,
    ) {
        let catalog = Rows::classic().catalog();
        let mut said = vec![
            (Source::User, Facts { context: user, ..Facts::default() }),
            (Source::Served, Facts { served_context: served_, ..Facts::default() }),
            (Source::Advertised, Facts { context: advertised, ..Facts::default() }),
        ];
        said.rotate_left(turn);
        let lookup = catalog.describe("qwen:7b", &said);
        prop_assert_eq!(lookup.context.tokens, user.or(advertised).unwrap_or(32_768));
        prop_assert_eq!(lookup.effective_context.tokens, user.or(served_).or(advertised).unwrap_or(32_768));
    }
}
