//! The reader of the bundled data: what each sign means, and that damage is an error and never a panic.

use modelyard::catalog::bundle::Bundle;
use modelyard::catalog::bundled::{BUNDLED, Bundled, BundledError, BundledReason};
use modelyard::catalog::family::Family;
use modelyard::catalog::record::{Capability, Spread, Support};
use proptest::prelude::*;

const SAMPLE: &str = "modelyard-catalog 1 2026-11-20
source l litellm 1.2.3 2026-11-01
source w @mlc-ai/web-llm 0.2.86 2026-10-11
source r rules 2026-11-20 2026-11-20
usual l
[patterns]
llama3.1:* 128k/4K TvS =llama @gcr
llama* S
[aliases]
gpt-35 gpt-3.5
[names]
a-1 128K/16k TVj <64K-128K*9 .lw
b-q4f16_1-mlc ?/8K S ~4K %880 #1236 !2024-08-06
gpt-3.5
[end]
";

fn sample() -> Bundled {
    Bundled::read(SAMPLE).expect("the sample is whole")
}

fn reason_of(text: &str) -> BundledReason {
    Bundled::read(text).expect_err("the text is damaged").reason
}

/// Everything that can be asked, so that nothing of it panics.
fn ask_all(bundled: &Bundled) {
    for name in bundled.names() {
        assert!(bundled.exact(&name).is_some(), "{name} is listed and not found");
    }
    for (alias, name) in bundled.aliases() {
        assert_eq!(bundled.alias(&alias), Some(name.as_str()));
    }
    bundled.patterns();
    bundled.exact("");
}

#[test]
fn each_sign_of_a_line_has_its_meaning() {
    let (facts, origin) = sample().exact("a-1").unwrap();
    assert_eq!(facts.context, Some(131_072));
    assert_eq!(facts.max_output, Some(16_000));
    assert_eq!(facts.capabilities.get(Capability::Tools), Support::Yes);
    assert_eq!(facts.capabilities.get(Capability::Vision), Support::Yes);
    assert_eq!(facts.capabilities.get(Capability::StructuredOutput), Support::No);
    assert_eq!(facts.capabilities.get(Capability::Streaming), Support::Unknown);
    assert_eq!(origin.sources, ["litellm 1.2.3", "@mlc-ai/web-llm 0.2.86"]);
    assert_eq!(origin.date.as_deref(), Some("2026-11-01"));
    let spread = Spread {
        lowest: 65_536,
        highest: 131_072,
        listings: 9,
    };
    assert_eq!(origin.context_spread, Some(spread));

    let (facts, origin) = sample().exact("b-q4f16_1-mlc").unwrap();
    assert_eq!(facts.context, None);
    assert_eq!(facts.max_output, Some(8_192));
    assert_eq!(facts.served_context, Some(4_096));
    assert_eq!(facts.gpu_memory_bytes, Some(880 * 1024 * 1024));
    assert_eq!(facts.parameters_millions, Some(1_236));
    assert_eq!(facts.released.as_deref(), Some("2024-08-06"));
    assert_eq!(facts.family, None);
    assert_eq!(origin.sources, ["litellm 1.2.3"]);
    assert_eq!(origin.context_spread, None);
}

#[test]
fn patterns_keep_the_order_they_are_declared_in() {
    let patterns = sample().patterns();
    let globs: Vec<_> = patterns.iter().map(|(glob, ..)| glob.as_str()).collect();
    assert_eq!(globs, ["llama3.1:*", "llama*"]);
    let facts = &patterns[0].1;
    assert_eq!(facts.family.as_ref().map(Family::as_str), Some("llama"));
    assert_eq!(facts.profiles, ["general", "code", "creative"]);
}

#[test]
fn a_name_that_is_not_there_is_not_found() {
    let sample = sample();
    for name in [
        "",
        "a",
        "a-1 ",
        "a-11",
        "llama3.1:*",
        "gpt-35",
        "zzz",
        "[end]",
        "A-1",
    ] {
        assert!(sample.exact(name).is_none(), "{name}");
    }
    assert_eq!(sample.alias("gpt-35"), Some("gpt-3.5"));
    assert_eq!(sample.alias("gpt-3.5"), None);
    assert_eq!(sample.version(), "2026-11-20");
    assert_eq!(sample.count(), 3);
}

#[test]
fn a_line_that_means_nothing_is_an_error_that_names_it() {
    for (line, damaged, reason) in [
        ("usual l", "usual", BundledReason::Head),
        ("usual l", "usual l l", BundledReason::Head),
        ("source l litellm", "source lll litellm", BundledReason::Head),
        ("catalog 1 2026-11-20", "catalog 1", BundledReason::Head),
        ("catalog 1 2026", "catalog 2 2026", BundledReason::UnknownForm),
        ("modelyard-catalog", "<!doctype html>", BundledReason::NotBundled),
        ("llama* S", "llama* Q", BundledReason::Sign),
        ("llama* S", "llama* $5", BundledReason::Sign),
        ("@gcr", "@gx", BundledReason::Sign),
        ("*9 .lw", "*9 .z", BundledReason::Sign),
        ("<64K-128K*9", "<64K-128K", BundledReason::Sign),
        ("<64K-128K*9", "<?-128K*9", BundledReason::Number),
        ("128K/16k", "128K/16q", BundledReason::Number),
        ("128K/16k", "0/16k", BundledReason::Number),
        ("128K/16k", "99999999999", BundledReason::Number),
        ("128K/16k", "5000M", BundledReason::Number),
        ("%880", "%+880", BundledReason::Number),
        ("gpt-35 gpt-3.5", "gpt-35", BundledReason::Name),
        ("a-1 128K", "A-1 128K", BundledReason::Name),
        ("a-1 128K", " 128K", BundledReason::Name),
        ("a-1 128K", "c 128K", BundledReason::Order),
        ("a-1 128K", "b-q4f16_1-mlc 128K", BundledReason::Order),
        ("[end]\n", "", BundledReason::Missing),
        ("[end]\n", "[end]", BundledReason::Length),
        ("[end]\n", "[end]\nmore", BundledReason::Length),
    ] {
        assert!(SAMPLE.contains(line), "{line}");
        assert_eq!(reason_of(&SAMPLE.replacen(line, damaged, 1)), reason, "{damaged}");
    }
    let error = Bundled::read(&SAMPLE.replace("llama* S", "llama* Q")).unwrap_err();
    assert_eq!(
        error,
        BundledError {
            line: 8,
            reason: BundledReason::Sign
        }
    );
}

#[test]
fn a_text_that_is_cut_off_anywhere_is_refused() {
    for end in 0..SAMPLE.len() {
        assert!(Bundled::read(&SAMPLE[..end]).is_err(), "cut at {end}");
    }
    for end in (0..BUNDLED.len()).step_by(1_009) {
        assert!(Bundled::read(&BUNDLED[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn damage_is_an_error_or_readable_and_never_a_panic(
        edits in prop::collection::vec((0..SAMPLE.len(), "[ -~\n\u{e9}]{0,3}", 0..6_usize), 1..6)
    ) {
        let mut text: Vec<char> = SAMPLE.chars().collect();
        for (at, insert, remove) in edits {
            let at = at.min(text.len());
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        if let Ok(bundled) = Bundled::read(&text) {
            ask_all(&bundled);
        }
    }

    #[test]
    fn one_wrong_character_in_the_real_data_is_never_a_panic(at in 0..BUNDLED.len(), with in "[ -~\n]") {
        let mut text = String::with_capacity(BUNDLED.len());
        text.push_str(&BUNDLED[..at]);
        text.push_str(&with);
        text.push_str(&BUNDLED[at + 1..]);
        if let Ok(bundled) = Bundled::read(&text) {
            bundled.patterns();
            for (alias, _) in bundled.aliases() {
                bundled.alias(&alias);
            }
        }
    }
}
