//! A small bundle, made by hand: the eight classic patterns of requirement D8, and whatever a test adds.

use modelyard::catalog::Catalog;
use modelyard::catalog::bundle::Bundle;
use modelyard::catalog::family::Family;
use modelyard::catalog::record::{Capability, Facts, Origin, Support};

#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    pub(crate) exact: Vec<(String, Facts)>,
    pub(crate) aliases: Vec<(String, String)>,
    pub(crate) patterns: Vec<(String, Facts)>,
}

/// The classic eight: pattern, family, context window, longest answer, tools, vision.
pub(crate) const CLASSIC: [(&str, &str, u32, u32, bool, bool); 8] = [
    ("llama3.1:*", "llama", 128_000, 4_096, true, false),
    ("llama3.2:*", "llama", 128_000, 4_096, true, true),
    ("codellama:*", "codellama", 16_384, 4_096, false, false),
    ("mistral:*", "mistral", 32_768, 4_096, true, false),
    ("phi3:*", "phi", 4_096, 2_048, false, false),
    ("gemma:*", "gemma", 8_192, 2_048, false, false),
    ("deepseek-coder:*", "deepseek-coder", 16_384, 4_096, false, false),
    ("qwen:*", "qwen", 32_768, 4_096, true, false),
];

/// Facts with limits only.
pub(crate) fn limits(context: u32, max_output: u32) -> Facts {
    Facts {
        context: Some(context),
        max_output: Some(max_output),
        ..Facts::default()
    }
}

impl Rows {
    pub(crate) fn classic() -> Self {
        let mut rows = Self::default();
        for (pattern, family, context, output, tools, vision) in CLASSIC {
            let mut facts = limits(context, output);
            facts.family = Some(Family::known(family));
            facts.capabilities.set(Capability::Streaming, Support::Yes);
            if tools {
                facts.capabilities.set(Capability::Tools, Support::Yes);
            }
            if vision {
                facts.capabilities.set(Capability::Vision, Support::Yes);
            }
            rows = rows.pattern(pattern, facts);
        }
        rows
    }

    pub(crate) fn exact(mut self, name: &str, facts: Facts) -> Self {
        self.exact.push((name.to_owned(), facts));
        self
    }

    pub(crate) fn alias(mut self, name: &str, target: &str) -> Self {
        self.aliases.push((name.to_owned(), target.to_owned()));
        self
    }

    pub(crate) fn pattern(mut self, pattern: &str, facts: Facts) -> Self {
        self.patterns.push((pattern.to_owned(), facts));
        self
    }

    pub(crate) fn catalog(self) -> Catalog {
        Catalog::new(self)
    }
}

fn origin() -> Origin {
    Origin {
        sources: vec!["rules".into()],
        date: Some("2026-11-20".into()),
        context_spread: None,
    }
}

impl Bundle for Rows {
    fn exact(&self, lower: &str) -> Option<(Facts, Origin)> {
        let found = self.exact.iter().find(|(name, _)| name == lower);
        found.map(|(_, facts)| (facts.clone(), origin()))
    }

    fn alias(&self, lower: &str) -> Option<&str> {
        let found = self.aliases.iter().find(|(name, _)| name == lower);
        found.map(|(_, target)| target.as_str())
    }

    fn patterns(&self) -> Vec<(String, Facts, Origin)> {
        let row = |(text, facts): &(String, Facts)| (text.clone(), facts.clone(), origin());
        self.patterns.iter().map(row).collect()
    }

    fn names(&self) -> Vec<String> {
        self.exact.iter().map(|(name, _)| name.clone()).collect()
    }

    fn aliases(&self) -> Vec<(String, String)> {
        self.aliases.clone()
    }

    fn version(&self) -> &'static str {
        "test"
    }
}
