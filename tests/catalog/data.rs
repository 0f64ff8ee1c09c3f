//! The lint over the bundled data: what must hold of every entry, alias and pattern (requirement D8).

use std::collections::BTreeSet;

use modelyard::catalog::bundle::{Bundle, MAX_ALIASES};
use modelyard::catalog::bundled::{BUNDLED, Bundled};
use modelyard::catalog::family::Family;
use modelyard::catalog::lint::lint;
use modelyard::catalog::pattern::Pattern;
use modelyard::catalog::record::{Capability, Facts, Origin, Support};

/// Requirement D8.
const FEWEST_NAMES: usize = 1_500;
/// A limit outside is a slip.
const SANE_TOKENS: std::ops::RangeInclusive<u32> = 128..=20_000_000;

fn bundled() -> Bundled {
    Bundled::read(BUNDLED).expect("the data is whole")
}

/// All entries and patterns.
fn all(bundled: &Bundled) -> Vec<(String, Facts, Origin)> {
    let entries = bundled.names().into_iter().map(|name| {
        let (facts, origin) = bundled.exact(&name).expect("it is listed");
        (name, facts, origin)
    });
    entries.chain(bundled.patterns()).collect()
}

fn offences(offends: impl Fn(&str, &Facts, &Origin) -> bool) -> Vec<String> {
    let all = all(&bundled());
    let found = all
        .iter()
        .filter(|(name, facts, origin)| offends(name, facts, origin));
    found
        .map(|(name, facts, _)| format!("{name}: {facts:?}"))
        .collect()
}

#[test]
fn there_are_enough_names() {
    let bundled = bundled();
    let names: BTreeSet<String> = bundled.names().into_iter().collect();
    assert_eq!(names.len(), bundled.count(), "a name is there twice");
    assert!(names.len() >= FEWEST_NAMES, "{} names", names.len());
}

#[test]
fn keys_are_in_lower_case_and_patterns_are_patterns() {
    let bundled = bundled();
    let mut seen = BTreeSet::new();
    for (glob, ..) in bundled.patterns() {
        assert_eq!(glob, glob.to_ascii_lowercase());
        assert!(Pattern::new(&glob).is_ok(), "{glob}");
        assert!(seen.insert(glob.clone()), "{glob} is there twice");
    }
    let aliases = bundled
        .aliases()
        .into_iter()
        .flat_map(|(alias, name)| [alias, name]);
    for name in bundled.names().into_iter().chain(aliases) {
        assert_eq!(name, name.to_ascii_lowercase());
        assert!(
            !name.contains(['*', '?', '[', ']', '/']),
            "{name} is no plain name"
        );
    }
}

#[test]
fn the_lint_finds_nothing() {
    let findings = lint(&bundled());
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn limits_are_sane() {
    let wrong = |limit: Option<u32>| limit.is_some_and(|tokens| !SANE_TOKENS.contains(&tokens));
    let offences = offences(|_, facts, origin| {
        let context = facts.context.unwrap_or(u32::MAX);
        let spread = origin.context_spread;
        wrong(facts.context)
            || wrong(facts.max_output)
            || wrong(facts.served_context)
            || facts.max_output.is_some_and(|output| output >= context)
            || facts.served_context.is_some_and(|served| served > context)
            || spread.is_some_and(|spread| spread.lowest >= spread.highest || spread.listings < 2)
            || spread.is_some_and(|spread| !(spread.lowest..=spread.highest).contains(&context))
    });
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn every_entry_says_something_and_who_says_so() {
    let offences = offences(|_, facts, origin| {
        let silent = facts.context.is_none()
            && Capability::ALL
                .iter()
                .all(|one| facts.capabilities.get(*one) == Support::Unknown);
        silent || origin.sources.is_empty() || origin.date.is_none()
    });
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn a_model_that_embeds_does_not_answer() {
    let offences = offences(|_, facts, _| {
        let says = |capability| facts.capabilities.get(capability);
        says(Capability::Embedding) == Support::Yes
            && (says(Capability::Streaming) != Support::No || says(Capability::Tools) != Support::No)
    });
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn models_for_pages_say_what_memory_they_need_and_with_which_window() {
    let bundled = bundled();
    let in_pages: Vec<_> = bundled
        .names()
        .into_iter()
        .filter(|name| name.contains("-mlc"))
        .collect();
    assert!(in_pages.len() >= 150, "{}", in_pages.len());
    for name in in_pages {
        let (facts, origin) = bundled.exact(&name).unwrap();
        assert!(
            facts.gpu_memory_bytes.is_some_and(|bytes| bytes > 100 << 20),
            "{name}"
        );
        let embeds = facts.capabilities.get(Capability::Embedding) == Support::Yes;
        assert!(embeds || facts.served_context.is_some(), "{name}");
        assert!(
            origin
                .sources
                .iter()
                .any(|source| source.starts_with("@mlc-ai/web-llm ")),
            "{name}"
        );
    }
}

#[test]
fn aliases_lead_to_an_entry_and_never_in_a_circle() {
    let bundled = bundled();
    for (alias, _) in bundled.aliases() {
        assert!(bundled.exact(&alias).is_none(), "{alias} is an entry too");
        let mut name = alias.clone();
        let mut steps = 0;
        while let Some(next) = bundled.alias(&name) {
            name = next.to_owned();
            steps += 1;
            assert!(steps <= MAX_ALIASES, "{alias} leads in a circle or too far");
        }
        assert!(
            bundled.exact(&name).is_some(),
            "{alias} leads to {name}, which is not there"
        );
    }
}

#[test]
fn the_eight_classic_patterns_stand_as_required() {
    use Support::{No, Yes};
    let bundled = bundled();
    let patterns = bundled.patterns();
    for (glob, family, context, output, tools, vision, profiles) in [
        (
            "llama3.1:*",
            "llama",
            128_000,
            4_096,
            Yes,
            No,
            &["general", "code", "creative"][..],
        ),
        (
            "llama3.2:*",
            "llama",
            128_000,
            4_096,
            Yes,
            Yes,
            &["general", "code", "creative"],
        ),
        ("codellama:*", "codellama", 16_384, 4_096, No, No, &["code"]),
        (
            "mistral:*",
            "mistral",
            32_768,
            4_096,
            Yes,
            No,
            &["general", "fast"],
        ),
        ("phi3:*", "phi", 4_096, 2_048, No, No, &["fast"]),
        ("gemma:*", "gemma", 8_192, 2_048, No, No, &["fast", "general"]),
        (
            "deepseek-coder:*",
            "deepseek-coder",
            16_384,
            4_096,
            No,
            No,
            &["code"],
        ),
        ("qwen:*", "qwen", 32_768, 4_096, Yes, No, &["general", "code"]),
    ] {
        let (_, facts, origin) = patterns.iter().find(|(text, ..)| text == glob).unwrap();
        assert_eq!(facts.family.as_ref().map(Family::as_str), Some(family), "{glob}");
        assert_eq!(facts.context, Some(context), "{glob}");
        assert_eq!(facts.max_output, Some(output), "{glob}");
        assert_eq!(facts.capabilities.tools, tools, "{glob}");
        assert_eq!(facts.capabilities.vision, vision, "{glob}");
        assert_eq!(facts.capabilities.streaming, Yes, "{glob}");
        assert_eq!(facts.profiles, profiles, "{glob}");
        assert_eq!(origin.sources, ["rules"], "{glob}");
        // An entry would win over the pattern.
        let bare = glob.trim_end_matches(":*");
        assert!(
            bundled.exact(bare).is_none() && bundled.alias(bare).is_none(),
            "{bare}"
        );
    }
}
