//! Which provider made which models: what a vendor lists of its own counts before what others say.

/// What the packages call a vendor, and how the names of its own models begin.
const VENDORS: [(&[&str], &[&str]); 17] = [
    (
        &["openai", "text-completion-openai"],
        &[
            "gpt-",
            "o1",
            "o3",
            "o4",
            "chatgpt",
            "codex",
            "text-embedding-",
            "computer-use",
            "davinci",
            "babbage",
        ],
    ),
    (&["anthropic"], &["claude"]),
    (
        &["gemini", "google", "vertex_ai-language-models"],
        &["gemini", "gemma", "text-embedding-00"],
    ),
    (
        &["mistral", "codestral"],
        &[
            "mistral",
            "mixtral",
            "ministral",
            "codestral",
            "devstral",
            "magistral",
            "pixtral",
            "voxtral",
            "open-mi",
            "labs-",
        ],
    ),
    (&["deepseek"], &["deepseek"]),
    (&["xai", "x-ai"], &["grok"]),
    (&["cohere", "cohere_chat"], &["command", "embed-", "c4ai", "aya"]),
    (&["meta_llama", "meta"], &["llama", "muse"]),
    (&["zai", "zhipuai", "bigmodel"], &["glm"]),
    (&["moonshot", "moonshotai"], &["kimi", "moonshot"]),
    (&["minimax"], &["minimax", "m2"]),
    (
        &["dashscope", "qwen_ai_platform", "qwencloud"],
        &["qwen", "qwq", "qvq"],
    ),
    (&["ai21"], &["jamba", "j2", "jurassic"]),
    (&["amazon_nova"], &["nova"]),
    (&["voyage", "voyageai"], &["voyage"]),
    (&["perplexity"], &["sonar", "pplx", "r1-1776"]),
    (&["xiaomi", "xiaomi_mimo"], &["mimo"]),
];

/// Whether a provider lists a model it made itself.
pub(super) fn made(provider: &str, name: &str) -> bool {
    VENDORS.iter().any(|(providers, beginnings)| {
        providers.contains(&provider) && beginnings.iter().any(|beginning| name.starts_with(beginning))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_speaks_for_its_own_models_only() {
        assert!(made("openai", "gpt-4o"));
        assert!(!made("azure", "gpt-4o"));
        assert!(!made("mistral", "deepseek-v4-flash"));
    }
}
