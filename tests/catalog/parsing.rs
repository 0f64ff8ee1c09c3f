//! Names, taken apart as a person would.

use modelyard::catalog::name::{Format, ModelName, Parameters, Part};
use proptest::prelude::*;

fn parse(name: &str) -> ModelName {
    ModelName::parse(name).expect(name)
}

fn parts(name: &str) -> Vec<(Part, String)> {
    let name = parse(name);
    let (_, stripped) = name.forms().last().expect("the whole name");
    stripped.iter().map(|one| (one.part, one.text.clone())).collect()
}

/// Name, base, tag, millions of parameters, quantization, date, format.
type Row = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<u32>,
    Option<&'static str>,
    Option<&'static str>,
    Option<Format>,
);

const NAMES: [Row; 14] = [
    ("llama3.1", "llama3.1", None, None, None, None, None),
    (
        "Llama3.1:8b-instruct-q4_K_M",
        "Llama3.1",
        Some("8b-instruct-q4_K_M"),
        Some(8_000),
        Some("Q4_K_M"),
        None,
        None,
    ),
    (
        "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
        "Llama-3.2-3B-Instruct",
        Some("Q4_K_M"),
        Some(3_000),
        Some("Q4_K_M"),
        None,
        Some(Format::Gguf),
    ),
    (
        "Llama-3.2-3B-Instruct-q4f16_1-MLC",
        "Llama-3.2-3B-Instruct",
        None,
        Some(3_000),
        Some("q4f16_1"),
        None,
        Some(Format::Mlc),
    ),
    (
        "meta-llama/Llama-3.1-8B-Instruct",
        "Llama-3.1-8B-Instruct",
        None,
        Some(8_000),
        None,
        None,
        None,
    ),
    (
        "onnx-community/Qwen3-0.6B-ONNX",
        "Qwen3-0.6B",
        None,
        Some(600),
        None,
        None,
        Some(Format::Onnx),
    ),
    ("qwen3:0.6b", "qwen3", Some("0.6b"), Some(600), None, None, None),
    (
        "models/gemini-2.5-pro",
        "gemini-2.5-pro",
        None,
        None,
        None,
        None,
        None,
    ),
    (
        "claude-sonnet-4-5-20250929",
        "claude-sonnet-4-5",
        None,
        None,
        None,
        Some("2025-09-29"),
        None,
    ),
    (
        "gpt-4o-2024-08-06",
        "gpt-4o",
        None,
        None,
        None,
        Some("2024-08-06"),
        None,
    ),
    (
        "openai/gpt-oss-20b",
        "gpt-oss-20b",
        None,
        Some(20_000),
        None,
        None,
        None,
    ),
    (
        "deepseek-r1:7b",
        "deepseek-r1",
        Some("7b"),
        Some(7_000),
        None,
        None,
        None,
    ),
    (
        "DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf",
        "DeepSeek-R1-Distill-Qwen-7B",
        None,
        Some(7_000),
        Some("Q4_K_M"),
        None,
        Some(Format::Gguf),
    ),
    (
        "smollm2:135m",
        "smollm2",
        Some("135m"),
        Some(135),
        None,
        None,
        None,
    ),
];

#[test]
fn the_names_of_the_issue_are_read_as_a_person_reads_them() {
    for (text, base, tag, millions, quantization, date, format) in NAMES {
        let name = parse(text);
        assert_eq!(
            (name.base(), name.tag(), name.format()),
            (base, tag, format),
            "{text}"
        );
        assert_eq!(name.parameters().millions, millions, "{text}");
        assert_eq!((name.quantization(), name.date()), (quantization, date), "{text}");
    }
}

#[test]
fn what_was_taken_away_is_told_in_order() {
    let text = |part: Part, text: &str| (part, text.to_owned());
    assert_eq!(
        parts("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M"),
        [
            text(Part::Registry, "hf.co/"),
            text(Part::Owner, "bartowski/"),
            text(Part::Tag, ":Q4_K_M"),
            text(Part::Format, "-GGUF"),
        ]
    );
    assert_eq!(
        parts("us.anthropic.claude-3-5-sonnet-20241022-v2:0"),
        [
            text(Part::Registry, "us."),
            text(Part::Owner, "anthropic."),
            text(Part::Tag, ":0"),
            text(Part::Date, "-20241022-v2"),
        ]
    );
    assert_eq!(
        parts("claude-sonnet-4-5@20250929"),
        [text(Part::Date, "@20250929")]
    );
    assert_eq!(parts("ollama-mistral"), [text(Part::Registry, "ollama-")]);
    assert_eq!(
        parts("Qwen3-8B-Q4_K_M-00001-of-00002.gguf"),
        [
            text(Part::Format, ".gguf"),
            text(Part::Format, "-00001-of-00002"),
            text(Part::Quantization, "-Q4_K_M"),
        ]
    );
}

#[test]
fn sizes_are_read_wherever_they_stand() {
    let size = |name: &str| parse(name).parameters();
    let all = |name: &str| size(name).millions;
    for (name, millions) in [
        ("SmolLM2-360M-Instruct", 360),
        ("tinyllama:1.1b", 1_100),
        ("Phi-3.5-mini-3.8b", 3_800),
        ("stablelm-2-1_6b", 1_600),
        ("open_llama_3b", 3_000),
        ("llama_3_8b", 8_000),
        ("gemma-3n-E2B-it", 2_000),
        ("kimi-k2:1t-cloud", 1_000_000),
        ("Qwen2.5-7B-Instruct-1M", 7_000),
        ("TinyLlama-1.1B-intermediate-step-1431k-3T", 1_100),
        ("gpt-neo-125m", 125),
        ("llama3.1:70b-instruct", 70_000),
        ("DeepSeek-V3-671B", 671_000),
    ] {
        assert_eq!(all(name), Some(millions), "{name}");
    }
    for name in [
        "llama3.1",
        "gpt-4o",
        "phi-3-mini-4k",
        "qwen-4bit",
        "o1",
        "mixtral:8x7b",
    ] {
        assert_eq!(all(name), None, "{name}");
    }
    let mixtral = Parameters {
        experts: Some(8),
        expert_millions: Some(7_000),
        ..Parameters::default()
    };
    assert_eq!(size("Mixtral-8x7B-Instruct-v0.1"), mixtral);
    let qwen = size("Qwen3-30B-A3B-Instruct-2507");
    assert_eq!((qwen.millions, qwen.active_millions), (Some(30_000), Some(3_000)));
    let granite = size("granite-3.1-1b-a400m");
    assert_eq!(
        (granite.millions, granite.active_millions),
        (Some(1_000), Some(400))
    );
    let olmoe = size("OLMoE-1B-7B-0924");
    assert_eq!(
        (olmoe.millions, olmoe.active_millions),
        (Some(7_000), Some(1_000))
    );
}

#[test]
fn quantizations_of_all_formats_are_read() {
    for (name, quantization) in [
        ("llama3.2:3b-instruct-q8_0", "Q8_0"),
        ("Qwen3-8B-IQ3_XXS.gguf", "IQ3_XXS"),
        ("Qwen3-8B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("Qwen3-8B-BF16.gguf", "BF16"),
        ("Qwen3-8B-f16", "F16"),
        ("gemma:7b-q2_K", "Q2_K"),
        ("gemma-q4_0_4_4", "Q4_0_4_4"),
        ("mistral-7b.Q5_K_S.gguf", "Q5_K_S"),
        ("Qwen2-0.5B-q4f16_1-MLC", "q4f16_1"),
        ("Qwen2-0.5B-q0f32-MLC-1k", "q0f32"),
        ("Qwen2-0.5B-ONNX-q4", "q4"),
        ("Qwen2-0.5B-int8", "int8"),
        ("Llama-3-8B-AWQ", "AWQ"),
        ("Qwen2.5-7B-Instruct-GPTQ-Int4", "GPTQ-Int4"),
        ("Llama-3-8B-4bit", "4bit"),
        ("gpt-oss-20b-mxfp4", "mxfp4"),
        ("Ministral-3-3B-Instruct-2512-BF16-q4f16_1-MLC", "q4f16_1"),
        ("gemma3:4b-it-qat", "qat"),
        ("gemma-3-4b-it-qat-q4_0.gguf", "Q4_0"),
    ] {
        assert_eq!(parse(name).quantization(), Some(quantization), "{name}");
    }
    for name in [
        "qwq:32b", "q-model", "iq3", "q1", "q9_0", "qwen3:4b", "t5-base", "fp", "o3-mini",
    ] {
        assert_eq!(parse(name).quantization(), None, "{name}");
    }
}

#[test]
fn dates_are_read_where_they_are_safe() {
    for (name, date, base) in [
        ("gpt-4-0613", "06-13", "gpt-4"),
        ("mistral-large-2411", "2024-11", "mistral-large"),
        ("codestral-2501", "2025-01", "codestral"),
        ("deepseek-r1-0528", "05-28", "deepseek-r1"),
        ("command-r-08-2024", "2024-08", "command-r"),
        ("gemini-2.5-pro-preview-05-06", "05-06", "gemini-2.5-pro-preview"),
        ("doubao-1-5-pro-32k-250115", "2025-01-15", "doubao-1-5-pro-32k"),
        ("claude-3-opus@20240229", "2024-02-29", "claude-3-opus"),
    ] {
        let name = parse(name);
        assert_eq!((name.date(), name.base()), (Some(date), base), "{}", name.text());
    }
    for name in [
        "stable-1024",
        "gemini-1.5-pro-002",
        "llama-3-70b-8192",
        "x-20249999",
        "20250101",
        "phi-2",
        "gpt-4-32k",
    ] {
        assert_eq!(parse(name).date(), None, "{name}");
    }
}

#[test]
fn a_fourth_number_and_a_port_are_no_tags() {
    assert_eq!(parse("localhost:5000/llama3:8b").tag(), Some("8b"));
    assert_eq!(
        parse("localhost:5000/llama3:8b").registry(),
        Some("localhost:5000")
    );
    assert_eq!(parse("openai:gpt-4o").base(), "gpt-4o");
    assert_eq!(parse("mistral:7b").base(), "mistral");
    assert_eq!(parse("a/").base(), "a/");
    assert_eq!(parse(":").base(), ":");
    assert_eq!(
        parse("openrouter/deepseek/deepseek-r1:free").owner(),
        Some("deepseek")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn taking_apart_loses_nothing(text in "([a-z]{1,4}|[:/@._-]|Q4_K_M|8b|GGUF|2024-08-06|ollama-|é|hf.co/){1,14}") {
        prop_assume!(modelyard::catalog::name::check(&text).is_ok());
        let name = parse(&text);
        let mut whole = text.as_str();
        let mut parts = name.forms().last().expect("the whole name").1.to_vec();
        // Each part was at an end of what was left.
        for stripped in parts.drain(..) {
            let front = matches!(stripped.part, Part::Registry | Part::Owner);
            let text = stripped.text.as_str();
            let rest = if front { whole.strip_prefix(text) } else { whole.strip_suffix(text) };
            whole = rest.expect("a part");
        }
        prop_assert!(!whole.is_empty());
        prop_assert_eq!(whole, name.base());
        prop_assert!(name.forms().count() <= 16);
    }
}
