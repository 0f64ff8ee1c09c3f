//! Stand-ins for hosted and local servers, which the test server of the demo has anyway: the configuration that names
//! them to the page, and what a person needs to know of them.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use crate::project::Project;

/// A stand-in, as a provider of the configuration.
struct StandIn {
    /// Its word in paths, and its name in the configuration.
    word: &'static str,
    kind: &'static str,
    /// Which server of the protocol it is, since its address does not tell.
    server: Option<&'static str>,
    /// What follows `/as/<word>`.
    base: &'static str,
    /// The key it lets in.
    key: Option<&'static str>,
}

const STAND_INS: [StandIn; 9] = [
    StandIn::openai("openai", "/v1", Some("sk-standin-openai-0001")),
    StandIn::openai("groq", "/openai/v1", Some("gsk_standin_groq_0001")),
    StandIn::own("anthropic", "", Some("sk-ant-standin-0001")),
    StandIn::own("gemini", "", Some("AIzaStandinGemini0001")),
    StandIn::own("openrouter", "/api/v1", Some("sk-or-standin-0001")),
    StandIn::openai("llamacpp", "/v1", None),
    StandIn::openai("vllm", "/v1", None),
    StandIn::openai("lmstudio", "/v1", None),
    StandIn::own("huggingface", "", None),
];

impl StandIn {
    const fn openai(word: &'static str, base: &'static str, key: Option<&'static str>) -> Self {
        Self {
            word,
            kind: "openai",
            server: Some(word),
            base,
            key,
        }
    }

    const fn own(word: &'static str, base: &'static str, key: Option<&'static str>) -> Self {
        Self {
            word,
            kind: word,
            server: None,
            base,
            key,
        }
    }
}

/// The configuration of a page whose test server is at `origin`.
fn configuration(origin: &str) -> Value {
    let provider = |one: &StandIn| {
        let host = format!("{origin}/as/{}{}", one.word, one.base);
        let mut provider = json!({ "kind": one.kind, "host": host });
        if let Some(server) = one.server {
            provider["server"] = server.into();
        }
        (one.word.to_owned(), provider)
    };
    let providers: Map<_, _> = STAND_INS.iter().map(provider).collect();
    json!({ "providers": providers })
}

/// Writes the configuration that lies beside the built page: with the stand-ins at `origin`, or an empty one.
///
/// # Errors
/// When it cannot be written.
pub(super) fn configure(project: &Project, origin: Option<&str>) -> Result<()> {
    let file = super::site::directory(project).join("dist/config.json");
    let text = origin.map_or_else(|| json!({}), configuration).to_string();
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// What to enter on the settings page, and how to make something go wrong.
pub(super) fn describe(origin: &str) -> String {
    let mut text =
        "  stand-ins for servers are set up; their keys, to be entered in the settings:\n".to_owned();
    for StandIn { word, key, .. } in &STAND_INS {
        if let Some(key) = key {
            let _ = writeln!(text, "    {word:<12} {key}");
        }
    }
    let faults = r#"{"faults":[{"error":"rateLimited","retryAfter":"20"}]}"#;
    let _ = writeln!(
        text,
        "  to have one rate limited once: curl {origin}/__control/groq/faults -d '{faults}'\n  \
         to have LM Studio let pages in, as its switch does: curl {origin}/__control/lmstudio -d '{{\"cors\":true}}'"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_each_stand_in_with_its_address_and_no_key() {
        let text = configuration("http://localhost:1").to_string();
        assert!(text.contains(
            r#""groq":{"host":"http://localhost:1/as/groq/openai/v1","kind":"openai","server":"groq"}"#
        ));
        assert!(
            text.contains(r#""anthropic":{"host":"http://localhost:1/as/anthropic","kind":"anthropic"}"#)
        );
        for one in &STAND_INS {
            assert!(one.key.is_none_or(|key| !text.contains(key)), "{}", one.word);
        }
    }
}
