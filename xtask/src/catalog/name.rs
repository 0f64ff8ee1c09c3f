//! The name of a model as it is compared between packages: without provider, region, tag and letter case.

/// Regions and vendors that cloud platforms put before a name, each with a dot: `us.anthropic.claude-…`.
const DOTTED: [&str; 32] = [
    "ai21",
    "amazon",
    "anthropic",
    "apac",
    "au",
    "ca",
    "cohere",
    "deepseek",
    "eu",
    "global",
    "google",
    "jp",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "regional",
    "sa",
    "stability",
    "tii",
    "twelvelabs",
    "us",
    "us-gov",
    "writer",
    "xai",
    "zai",
    "luma",
    "zai-org",
];
/// Names that are no model: price classes, tunings of customers, and what one platform calls those of others.
const NO_MODEL: [&str; 6] = [
    "together-ai-",
    "fireworks-ai-",
    "ft:",
    "text-completion-",
    "databricks-",
    "fw-",
];
/// A way to call a model, not a model.
const NO_MODEL_END: &str = "-batch";

/// The name without prefix and tag, in lower case; `None` if no model can be meant.
pub(super) fn normalised(raw: &str) -> Option<String> {
    let lower = raw.to_ascii_lowercase();
    let last = lower.rsplit('/').next().unwrap_or_default();
    if NO_MODEL.iter().any(|beginning| last.starts_with(beginning)) || last.ends_with(NO_MODEL_END) {
        return None;
    }
    let (mut name, tag) = last.split_once(':').unwrap_or((last, ""));
    while let Some((before, after)) = name.split_once('.') {
        if !DOTTED.contains(&before) {
            break;
        }
        name = after;
    }
    let name = match name.split_once('@') {
        Some((name, "default" | "latest")) => name.to_owned(),
        Some((name, date)) if date_at_end(&format!("-{date}")).is_some() => format!("{name}-{date}"),
        Some(_) => return None,
        None => without_revision(name, tag).to_owned(),
    };
    let clean = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = name.len() >= 2
        && name.chars().all(clean)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.contains(|c: char| c.is_ascii_alphabetic());
    is_name.then_some(name)
}

/// The name without its date, and the date as `YYYY-MM-DD`.
pub(super) fn undated(name: &str) -> Option<(&str, String)> {
    let (length, date) = date_at_end(name)?;
    Some((&name[..name.len() - length], date))
}

/// A cloud platform writes `claude-sonnet-4-5-20250929-v1:0`: behind the date, a revision `-v1` and a tag of it.
fn without_revision<'a>(name: &'a str, tag: &str) -> &'a str {
    let counted = tag.starts_with(|c: char| c.is_ascii_digit());
    match name.rsplit_once("-v") {
        Some((before, number)) if counted && number.len() == 1 && undated(before).is_some() => before,
        _ => name,
    }
}

/// How many bytes at the end are a date with the dash before it, and which day it is.
fn date_at_end(name: &str) -> Option<(usize, String)> {
    let bytes = name.as_bytes();
    let digits: Vec<u8> = bytes
        .iter()
        .rev()
        .filter(|byte| **byte != b'-')
        .take(8)
        .copied()
        .collect();
    let digits: String = digits.iter().rev().map(|byte| char::from(*byte)).collect();
    if digits.len() != 8 || !digits.starts_with("20") || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = digits.split_at(4);
    let (month, day) = rest.split_at(2);
    let real = (1..=12).contains(&month.parse::<u8>().ok()?) && (1..=31).contains(&day.parse::<u8>().ok()?);
    let written = [format!("-{digits}"), format!("-{year}-{month}-{day}")];
    let end = written
        .iter()
        .find(|end| name.ends_with(end.as_str()))
        .filter(|_| real)?;
    Some((end.len(), format!("{year}-{month}-{day}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_regions_tags_and_revisions_go() {
        for (raw, name) in [
            ("azure/eu/GPT-4o", "gpt-4o"),
            (
                "accounts/fireworks/models/llama-v3p1-8b-instruct",
                "llama-v3p1-8b-instruct",
            ),
            (
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "claude-sonnet-4-5-20250929",
            ),
            ("anthropic.claude-v2:1", "claude-v2"),
            ("meta.llama3-1-8b-instruct-v1:0", "llama3-1-8b-instruct-v1"),
            ("vertex_ai/claude-3-haiku@20240307", "claude-3-haiku-20240307"),
            ("vertex_ai/claude-opus-5@default", "claude-opus-5"),
            ("google/gemma-3-4b-it:free", "gemma-3-4b-it"),
            ("gpt-4.1", "gpt-4.1"),
        ] {
            assert_eq!(normalised(raw).as_deref(), Some(name), "{raw}");
        }
    }

    #[test]
    fn what_names_no_model_is_left_out() {
        for raw in [
            "ft:gpt-4o-2024-08-06",
            "together-ai-21.1b-41b",
            "a model",
            "1024",
            "jamba-1.5-large@001",
            "",
        ] {
            assert_eq!(normalised(raw), None, "{raw}");
        }
    }

    #[test]
    fn only_a_real_day_at_the_end_is_a_date() {
        assert_eq!(
            undated("gpt-4o-2024-08-06"),
            Some(("gpt-4o", "2024-08-06".to_owned()))
        );
        assert_eq!(
            undated("claude-3-haiku-20240307"),
            Some(("claude-3-haiku", "2024-03-07".to_owned()))
        );
        for name in [
            "mistral-large-2407",
            "gpt-4-0613",
            "model-20241399",
            "qwen3-235b-a22b-2507",
            "20240307",
        ] {
            assert_eq!(undated(name), None, "{name}");
        }
    }
}
