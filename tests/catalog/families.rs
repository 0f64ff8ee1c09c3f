//! Families are told by words that stand on their own, never by a piece of another word or by a provider.

use modelyard::catalog::family::{Family, FamilyClass};
use proptest::prelude::*;

fn family(name: &str) -> String {
    Family::of_name(name).map_or_else(|| "unknown".to_owned(), |(family, _)| family.as_str().to_owned())
}

#[test]
fn what_is_more_specific_comes_first() {
    for (name, expected) in [
        ("codellama:7b", "codellama"),
        ("CodeLlama-7b-Instruct-hf", "codellama"),
        ("code-llama-13b", "codellama"),
        ("phind-codellama:34b", "codellama"),
        ("deepseek-coder:6.7b", "deepseek-coder"),
        ("deepseek-coder-v2", "deepseek-coder"),
        ("deepseek-llm:7b", "deepseek"),
        ("deepseek-r1:7b", "deepseek"),
        ("DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf", "deepseek"),
        ("codegemma:2b", "codegemma"),
        ("starcoder2:3b", "starcoder"),
        ("tinyllama:1.1b", "llama"),
        ("codestral:22b", "mistral"),
        ("codeqwen:7b", "qwen"),
    ] {
        assert_eq!(family(name), expected, "{name}");
    }
}

#[test]
fn a_family_is_found_under_another_makers_name() {
    for (name, expected) in [
        ("dolphin-mistral", "mistral"),
        ("dolphin-phi", "phi"),
        ("dolphin-mixtral:8x7b", "mistral"),
        ("ollama-mistral", "mistral"),
        ("ollama/mistral", "mistral"),
        ("openrouter/mistralai/ministral-8b", "mistral"),
        ("mixtral:8x22b", "mistral"),
        ("Hermes-3-Llama-3.1-8B", "llama"),
        ("dolphin-2.2-yi-34b", "yi"),
        ("c4ai-command-r-plus", "command"),
        ("cohere.command-r-v1:0", "command"),
        ("chatgpt-4o-latest", "gpt"),
        ("o3-mini", "gpt"),
        ("openai/gpt-oss-20b", "gpt"),
        ("models/gemini-2.5-pro", "gemini"),
        ("us.anthropic.claude-3-haiku-20240307-v1:0", "claude"),
        ("Qwen3-14B-Claude-Distill", "qwen"),
        ("dolphin3:8b-llama3.1-q4_K_M", "llama"),
        ("olmo2:7b", "olmo"),
        ("granite3.1-dense:2b", "granite"),
        ("falcon3:3b", "falcon"),
        ("smollm2:135m", "smollm"),
        ("google/paligemma-3b", "gemma"),
    ] {
        assert_eq!(family(name), expected, "{name}");
    }
}

#[test]
fn a_piece_of_a_word_or_a_provider_is_no_family() {
    for name in [
        "graphite",
        "graphite-8b",
        "philosophy-7b",
        "dolphin",
        "gptq",
        "some-gptq-4bit",
        "ollama",
        "ollama/thing",
        "ollama-thing",
        "commandeer",
        "my-command",
        "yippee",
        "playing",
        "gemmation",
        "llamas",
        "claudette",
        "gpt4all-j",
        "granites",
        "mistralai/thing",
        "qwen/thing",
        "meta-llama/thing",
        "falconry",
        "adopt-7b",
        "novamind",
        "super-nova",
        "my-solar",
        "o1ympus",
        "phind",
        "photo-opt-1",
    ] {
        assert_eq!(family(name), "unknown", "{name}");
    }
}

#[test]
fn each_family_has_a_class_and_some_models_another_one() {
    for family in Family::all() {
        assert!(family.class().is_some(), "{family}");
    }
    let class = |name| Family::of_name(name).map(|(_, class)| class);
    for (name, expected) in [
        ("codestral", FamilyClass::Code),
        ("devstral", FamilyClass::Code),
        ("mistral", FamilyClass::General),
        ("qwen2.5-coder:7b", FamilyClass::Code),
        ("qwen2.5:7b", FamilyClass::General),
        ("granite-code:3b", FamilyClass::Code),
        ("yi-coder", FamilyClass::Code),
        ("gpt-5-codex", FamilyClass::Code),
        ("codegemma", FamilyClass::Code),
        ("phi3", FamilyClass::Small),
        ("smollm", FamilyClass::Small),
        ("tinyllama", FamilyClass::Small),
        ("llama3", FamilyClass::General),
    ] {
        assert_eq!(class(name), Some(expected), "{name}");
    }
    assert_eq!(Family::named("mistral").class(), Some(FamilyClass::General));
    assert_eq!(Family::named("llama").class(), Some(FamilyClass::General));
}

/// Fault 32: the family a profile prefers is spelt otherwise in the database.
#[test]
fn the_families_of_the_built_in_profiles_are_known_by_these_very_names() {
    for name in [
        "phi",
        "gemma",
        "mistral",
        "llama",
        "qwen",
        "codellama",
        "deepseek-coder",
        "starcoder",
    ] {
        let named = Family::named(&name.to_uppercase());
        assert!(Family::all().any(|family| family == named), "{name}");
        assert_eq!(family(name), name);
        assert!(!named.profiles().is_empty(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Property 13 of the field: families are detected, whatever stands around them.
    #[test]
    fn a_family_is_found_in_any_dress(
        index in any::<prop::sample::Index>(), owner in "([a-z]{2,6}/)?", size in "(-[1-9]b)?", tag in "(:[1-9]b-q4_K_M)?", upper in any::<bool>(),
    ) {
        const NAMES: [&str; 18] = ["llama", "mistral", "codellama", "deepseek-coder", "deepseek", "starcoder", "phi", "gemma", "qwen",
            "smollm", "gpt", "claude", "gemini", "command", "granite", "olmo", "falcon", "yi"];
        let family_name = NAMES[index.index(NAMES.len())];
        let name = format!("{owner}{family_name}{size}{tag}");
        let name = if upper { name.to_uppercase() } else { name };
        prop_assert_eq!(family(&name), family_name, "{}", name);
    }

    /// A letter before or behind makes it another word.
    #[test]
    fn a_family_inside_a_word_is_none(index in any::<prop::sample::Index>(), before in "[a-z]", behind in "[b-z]") {
        const NAMES: [&str; 5] = ["llama", "phi", "yi", "granite", "falcon"];
        let name = NAMES[index.index(NAMES.len())];
        for word in [format!("{before}{name}"), format!("{name}{behind}x")] {
            prop_assert_eq!(family(&word), "unknown", "{}", word);
        }
    }
}
