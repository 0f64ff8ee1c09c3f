//! How a name is found, in which order, and what is said where nothing is known.

use modelyard::catalog::Step;
use modelyard::catalog::name::Part;
use modelyard::catalog::record::{Capability, Facts, Source, Support};
use proptest::prelude::*;

use super::rows::{CLASSIC, Rows, limits};

#[test]
fn the_classic_eight_are_found_bare_tagged_in_capitals_and_with_prefixes() {
    let catalog = Rows::classic().catalog();
    for (pattern, family, context, output, tools, vision) in CLASSIC {
        let bare = pattern.trim_end_matches(":*");
        for name in [
            bare.to_owned(),
            format!("{bare}:latest"),
            format!("{bare}:7b-instruct-q4_K_M"),
            bare.to_uppercase(),
            format!("{}:7B", bare.to_uppercase()),
            format!("ollama/{bare}"),
            format!("ollama/{bare}:7b"),
            format!("registry.example/library/{bare}:7b"),
            format!("ollama-{bare}"),
            format!("{bare}-q4_K_M"),
        ] {
            let lookup = catalog.lookup(&name);
            assert_eq!(lookup.matched.key.as_deref(), Some(pattern), "{name}");
            assert_eq!(lookup.family.as_str(), family, "{name}");
            assert_eq!(
                (lookup.context.tokens, lookup.context.source),
                (context, Source::Bundled),
                "{name}"
            );
            assert_eq!(lookup.effective_context, lookup.context, "{name}");
            assert_eq!(
                (lookup.max_output.tokens, lookup.max_output.source),
                (output, Source::Bundled)
            );
            let support = |yes| if yes { Support::Yes } else { Support::Unknown };
            assert_eq!(
                lookup.capabilities.get(Capability::Tools),
                support(tools),
                "{name}"
            );
            assert_eq!(
                lookup.capabilities.get(Capability::Vision),
                support(vision),
                "{name}"
            );
            assert_eq!(
                lookup.capabilities.get(Capability::Streaming),
                Support::Yes,
                "{name}"
            );
        }
    }
    let profiles = |name| catalog.lookup(name).profiles.join(" ");
    assert_eq!(profiles("llama3.1"), "general code creative");
    assert_eq!(profiles("codellama"), "code");
    assert_eq!(profiles("mistral"), "general fast");
    assert_eq!(profiles("phi3"), "fast");
    assert_eq!(profiles("gemma"), "fast general");
    assert_eq!(profiles("qwen"), "general code");
}

#[test]
fn an_entry_beats_an_alias_and_an_alias_beats_a_pattern() {
    let rows = Rows::default()
        .exact("acme", limits(1_000, 10))
        .alias("acme", "other")
        .alias("short", "acme")
        .exact("other", limits(2_000, 20))
        .pattern("acme*", limits(3_000, 30))
        .pattern("sho*", limits(3_000, 30));
    let catalog = rows.catalog();
    let found = |name| {
        let lookup = catalog.lookup(name);
        (
            lookup.matched.step,
            lookup.matched.key.clone(),
            lookup.context.tokens,
        )
    };
    assert_eq!(found("Acme"), (Step::Exact, Some("acme".to_owned()), 1_000));
    assert_eq!(found("short"), (Step::Alias, Some("acme".to_owned()), 1_000));
    assert_eq!(found("acme-2"), (Step::Pattern, Some("acme*".to_owned()), 3_000));
    assert_eq!(found("x").0, Step::None);
}

/// Requirement D1: a pattern over the name as given comes before an entry for less of the name.
#[test]
fn more_of_the_name_comes_before_less_of_it() {
    let rows = Rows::default()
        .exact("llama-3b", limits(1_000, 10))
        .exact("acme/llama-3b", limits(2_000, 10))
        .pattern("hub/*", limits(3_000, 10));
    let catalog = rows.catalog();
    let context = |name: &str| catalog.lookup(name).context.tokens;
    assert_eq!(
        context("hub/acme/llama-3b"),
        3_000,
        "a pattern over the whole name"
    );
    assert_eq!(context("x/acme/llama-3b"), 2_000, "without its registry");
    assert_eq!(context("other/llama-3b"), 1_000, "without its owner");
    let lookup = catalog.lookup("x/other/llama-3b:tag");
    let parts: Vec<Part> = lookup.matched.stripped.iter().map(|one| one.part).collect();
    assert_eq!(parts, [Part::Registry, Part::Owner, Part::Tag]);
    let lookup = catalog.lookup("Llama-3B-Q4_K_M.gguf");
    let parts: Vec<Part> = lookup.matched.stripped.iter().map(|one| one.part).collect();
    assert_eq!(parts, [Part::Format, Part::Quantization]);
    assert_eq!(
        catalog.lookup("llama-3b-20250101").matched.stripped[0].part,
        Part::Date
    );
}

/// Fault 31: the first pattern that matches wins instead of the most specific one.
#[test]
fn the_most_specific_pattern_wins_whatever_the_order() {
    for reversed in [false, true] {
        let mut rows = Rows::default()
            .pattern("*", limits(1, 1))
            .pattern("llama*", limits(2, 1))
            .pattern("llama3*", limits(3, 1))
            .pattern("llama3.1:*", limits(4, 1))
            .pattern("*3.1:8b-instruct*", limits(5, 1))
            .pattern("llama3.1:?b*", limits(6, 1));
        if reversed {
            rows.patterns.reverse();
        }
        let catalog = rows.catalog();
        for (name, context) in [
            ("x", 1),
            ("llama2", 2),
            ("llama3", 3),
            ("llama3.1", 4),
            ("llama3.1:70b", 4),
            ("llama3.1:8b", 6),
            ("llama3.1:8b-instruct", 5),
        ] {
            assert_eq!(catalog.lookup(name).context.tokens, context, "{name}");
        }
    }
}

#[test]
fn a_bare_name_finds_what_its_tagged_form_finds() {
    let catalog = Rows::default()
        .pattern("mistral*", limits(1, 1))
        .pattern("mistral:*", limits(2, 1))
        .catalog();
    assert_eq!(catalog.lookup("mistral:7b").context.tokens, 2);
    let bare = catalog.lookup("mistral");
    assert_eq!(bare.context.tokens, 2);
    assert_eq!(bare.matched.stripped[0].part, Part::DefaultTag);
    assert_eq!(catalog.lookup("mistral-nemo").context.tokens, 1);
    assert!(catalog.lookup("mistral-nemo").matched.stripped.is_empty());
}

#[test]
fn a_tag_that_was_taken_away_is_not_put_back_as_the_default_one() {
    let catalog = Rows::default().exact("gemma3:latest", limits(1, 1)).catalog();
    assert_eq!(catalog.lookup("gemma3").matched.step, Step::Exact);
    assert_eq!(catalog.lookup("gemma3:27b").matched.step, Step::None);
}

#[test]
fn a_tie_of_two_patterns_is_told_once() {
    let catalog = Rows::default()
        .pattern("acme-*", limits(1, 1))
        .pattern("*-acme", limits(2, 1))
        .catalog();
    for name in ["acme-acme", "acme-x-acme", "acme-acme"] {
        let lookup = catalog.lookup(name);
        assert_eq!(
            (lookup.context.tokens, lookup.matched.tied_with.as_deref()),
            (1, Some("*-acme")),
            "{name}"
        );
    }
    let ties = catalog.take_ties();
    assert_eq!(ties.len(), 1);
    assert_eq!(
        (
            ties[0].winner.as_str(),
            ties[0].other.as_str(),
            ties[0].name.as_str()
        ),
        ("acme-*", "*-acme", "acme-acme")
    );
    catalog.lookup("acme-y-acme");
    assert!(catalog.take_ties().is_empty());
}

#[test]
fn aliases_lead_to_entries_and_patterns_and_a_circle_ends() {
    let rows = Rows::classic()
        .alias("l", "llama3.1:8b")
        .alias("ll", "l")
        .alias("a", "b")
        .alias("b", "a")
        .alias("c", "nothing");
    let catalog = rows.catalog();
    assert_eq!(catalog.lookup("l").context.tokens, 128_000);
    assert_eq!(catalog.lookup("LL").matched.step, Step::Alias);
    for name in ["a", "b", "c"] {
        assert_eq!(catalog.lookup(name).matched.step, Step::None, "{name}");
    }
}

#[test]
fn an_unknown_name_has_the_default_limits_and_says_that_they_are_not_known() {
    let lookup = Rows::classic()
        .catalog()
        .lookup("totally-new:3b-q8_0")
        .as_ref()
        .clone();
    for limit in [lookup.context, lookup.effective_context] {
        assert_eq!((limit.tokens, limit.source), (4_096, Source::Default));
    }
    assert_eq!(
        (lookup.max_output.tokens, lookup.max_output.source),
        (2_048, Source::Default)
    );
    assert_eq!((lookup.family.as_str(), lookup.class), ("unknown", None));
    assert!(!lookup.is_known() && lookup.profiles.is_empty());
    for capability in Capability::ALL {
        assert_eq!(
            lookup.capabilities.get(capability),
            Support::Unknown,
            "{capability:?} is not a no"
        );
    }
    assert_eq!(
        (lookup.parameters_millions, lookup.quantization.as_deref()),
        (Some(3_000), Some("Q8_0")),
        "the name says so"
    );
}

#[test]
fn an_entry_without_limits_has_the_default_ones() {
    let catalog = Rows::default()
        .exact("acme", Facts::default())
        .exact("zero", limits(0, 0))
        .catalog();
    for name in ["acme", "zero"] {
        let lookup = catalog.lookup(name);
        assert!(lookup.is_known());
        assert_eq!(
            (lookup.context.tokens, lookup.context.source),
            (4_096, Source::Default),
            "{name}"
        );
        assert_eq!(
            (lookup.max_output.tokens, lookup.max_output.source),
            (2_048, Source::Default),
            "{name}"
        );
    }
}

#[test]
fn the_closest_name_to_a_misspelt_one_is_found() {
    let rows = Rows::classic()
        .exact("gpt-4o", limits(1, 1))
        .exact("claude-sonnet-4-5", limits(1, 1));
    let catalog = rows.catalog();
    assert_eq!(catalog.closest("GTP-4o").as_deref(), Some("gpt-4o"));
    assert_eq!(
        catalog.closest("claude-sonet-45").as_deref(),
        Some("claude-sonnet-4-5")
    );
    assert_eq!(catalog.closest("zzz"), None);
    assert_eq!(catalog.closest(&"x".repeat(1 << 20)), None);
}

#[test]
fn a_no_stays_a_no() {
    let mut facts = limits(1, 1);
    facts.capabilities.set(Capability::Tools, Support::No);
    let catalog = Rows::default().exact("acme", facts).catalog();
    assert_eq!(catalog.lookup("acme").capabilities.tools, Support::No);
    assert_eq!(catalog.lookup("acme").capabilities.vision, Support::Unknown);
}

#[test]
fn the_length_of_another_quantization_is_not_told() {
    let facts = Facts {
        size_bytes: Some(7),
        gpu_memory_bytes: Some(8),
        ..limits(1, 1)
    };
    let catalog = Rows::default().exact("llama-1b", facts).catalog();
    assert_eq!(catalog.lookup("llama-1b").size_bytes, Some(7));
    assert_eq!(catalog.lookup("acme/llama-1b").gpu_memory_bytes, Some(8));
    let other = catalog.lookup("llama-1b-Q8_0.gguf");
    assert_eq!(
        (other.size_bytes, other.gpu_memory_bytes, other.context.tokens),
        (None, None, 1)
    );
}

#[test]
fn the_memory_of_names_is_bounded_and_changes_nothing() {
    let catalog = Rows::classic().catalog();
    for index in 0..20_000 {
        catalog.lookup(&format!("llama3.1:{index}"));
    }
    let remembered = catalog.remembered();
    assert!(
        (1_000..=modelyard::catalog::MEMO_CAPACITY).contains(&remembered),
        "{remembered}"
    );
    assert_eq!(catalog.lookup("llama3.1:1"), catalog.lookup("llama3.1:1"));
    assert!(
        std::sync::Arc::ptr_eq(&catalog.lookup("qwen:1"), &catalog.lookup("qwen:1")),
        "remembered"
    );
}

#[test]
fn a_catalog_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Rows::classic().catalog());
}

fn some_pattern() -> impl Strategy<Value = String> {
    "[ab*?:-]{1,8}".prop_filter("folders", |text| !text.contains("**"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Properties 11 and 12 of the field: a match has both limits, and no pattern that matches is more specific than
    /// the one that won.
    #[test]
    fn the_winner_is_the_most_specific_of_all_that_match(
        patterns in prop::collection::vec(some_pattern(), 1..12), name in "[abAB:-]{1,8}",
    ) {
        use modelyard::catalog::pattern::Pattern;
        let mut rows = Rows::default();
        for (index, pattern) in patterns.iter().enumerate() {
            rows = rows.pattern(pattern, Facts { context: Some(1 + u32::try_from(index).unwrap()), ..Facts::default() });
        }
        let lookup = rows.catalog().lookup(&name);
        prop_assert!(lookup.context.tokens > 0 && lookup.max_output.tokens > 0);
        let tagged = format!("{name}:latest");
        let forms: Vec<&str> = if name.contains(':') { vec![&name] } else { vec![&name, &tagged] };
        let compiled: Vec<Pattern> = patterns.iter().map(|text| Pattern::new(text).unwrap()).collect();
        let matching = compiled.iter().enumerate().filter(|(_, pattern)| forms.iter().any(|form| pattern.matches(form)));
        // The first one among equals.
        let best = matching.max_by(|(i, one), (j, other)| one.specificity().cmp(&other.specificity()).then(j.cmp(i)));
        if let Some((index, best)) = best {
            prop_assert_eq!(lookup.matched.step, Step::Pattern);
            prop_assert_eq!(lookup.matched.key.as_deref(), Some(best.text()));
            if lookup.matched.stripped.iter().all(|one| one.part == Part::DefaultTag) {
                prop_assert_eq!(lookup.context.tokens as usize, 1 + index);
            }
        }
    }

    #[test]
    fn a_second_look_says_the_same(name in "(hf.co/)?[a-z]{1,5}(llama3.1|qwen|phi3)?(:8b)?(-q4_K_M)?") {
        let catalog = Rows::classic().catalog();
        let first = catalog.lookup(&name);
        prop_assert_eq!(&first, &catalog.lookup(&name));
        prop_assert_eq!(&first, &Rows::classic().catalog().lookup(&name));
        let upper = catalog.lookup(&name.to_uppercase());
        prop_assert_eq!((&first.matched.key, first.context, &first.family), (&upper.matched.key, upper.context, &upper.family));
    }
}
