//! What stands before and behind the name proper: where it is to be had, and the format of its files.

use super::Format;

/// What may stand before a slash, or a colon, and is a place to have models from. A name with a dot is a host.
const REGISTRIES: [&str; 25] = [
    "anthropic_vertex",
    "azure",
    "azure_ai",
    "bedrock",
    "cerebras",
    "deepinfra",
    "fireworks",
    "fireworks_ai",
    "github",
    "groq",
    "hf",
    "huggingface",
    "library",
    "lm_studio",
    "lmstudio",
    "models",
    "ollama",
    "ollama_chat",
    "openrouter",
    "replicate",
    "together",
    "together_ai",
    "transformers",
    "vertex_ai",
    "webllm",
];
/// Who may stand before a colon, beside the registries: `openai:gpt-4o`. Names of models are not here.
const COLON_OWNERS: [&str; 6] = ["ft", "openai", "anthropic", "google", "meta", "xai"];
/// Who stands before a dot where clouds write the owner so: `anthropic.claude-3-haiku`.
const DOTTED_OWNERS: [&str; 18] = [
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "twelvelabs",
    "writer",
    "xai",
    "zai",
];
/// Regions that stand before such an owner.
const REGIONS: [&str; 8] = ["us", "eu", "apac", "global", "jp", "au", "ca", "us-gov"];
/// Programs that stand before a hyphen: `ollama-mistral`.
const PROGRAMS: [&str; 1] = ["ollama-"];

/// The length of `provider:`, or 0.
pub(super) fn scheme(lower: &str) -> usize {
    let known = |before: &&str| REGISTRIES.contains(before) || COLON_OWNERS.contains(before);
    let before = lower.split_once(':').map(|(before, _)| before).filter(known);
    before.map_or(0, |before| before.len() + 1)
}

/// Whether what stands before the only slash is a registry.
pub(super) fn is_registry(lower: &str) -> bool {
    lower.contains(['.', ':']) || REGISTRIES.contains(&lower)
}

/// The length of a region and its dot, or 0.
pub(super) fn region(lower: &str) -> usize {
    let (before, rest) = lower.split_once('.').unwrap_or_default();
    if REGIONS.contains(&before) && vendor(rest) > 0 {
        before.len() + 1
    } else {
        0
    }
}

/// The length of an owner and its dot, or 0.
pub(super) fn vendor(lower: &str) -> usize {
    let (before, rest) = lower.split_once('.').unwrap_or_default();
    let named = rest.starts_with(|first: char| first.is_ascii_alphabetic());
    if named && DOTTED_OWNERS.contains(&before) {
        before.len() + 1
    } else {
        0
    }
}

/// The length of a program and its hyphen, or 0.
pub(super) fn program(lower: &str) -> usize {
    let found = PROGRAMS.iter().find(|program| lower.starts_with(*program));
    found.map_or(0, |program| program.len())
}

/// What says the format at the end of a name. Those of `None` say nothing of it but are in the way.
const FORMATS: [(&str, Option<Format>); 16] = [
    (".gguf", Some(Format::Gguf)),
    ("-gguf", Some(Format::Gguf)),
    ("_gguf", Some(Format::Gguf)),
    ("-ggml", Some(Format::Ggml)),
    (".onnx", Some(Format::Onnx)),
    ("-onnx", Some(Format::Onnx)),
    ("-onnx-web", Some(Format::Onnx)),
    ("-onnx-gqa", Some(Format::Onnx)),
    ("-mlc", Some(Format::Mlc)),
    ("-mlc-1k", Some(Format::Mlc)),
    ("-mlx", Some(Format::Mlx)),
    (".safetensors", Some(Format::Safetensors)),
    ("-i1", None),
    ("-imatrix", None),
    (".bin", None),
    ("-hf", None),
];

/// Where the format at the end of a name begins, and which it is.
pub(super) fn format(lower: &str) -> Option<(usize, Option<Format>)> {
    if let Some(at) = shard(lower) {
        return Some((at, None));
    }
    let last = lower.as_bytes().last()?;
    let ends =
        |(text, _): &&(&str, Option<Format>)| text.as_bytes().last() == Some(last) && lower.ends_with(text);
    let (text, format) = FORMATS.iter().find(ends)?;
    Some((lower.len() - text.len(), *format))
}

/// Where `-00001-of-00003` begins.
fn shard(lower: &str) -> Option<usize> {
    const LENGTH: usize = "-00001-of-00003".len();
    let at = lower.len().checked_sub(LENGTH)?;
    let text = &lower.as_bytes()[at..];
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    (text[0] == b'-' && digits(&text[1..6]) && &text[6..10] == b"-of-" && digits(&text[10..])).then_some(at)
}
