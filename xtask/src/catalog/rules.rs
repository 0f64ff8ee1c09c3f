//! What is written by hand: patterns, names and aliases, read from `src/catalog/bundled/rules.txt`.

use anyhow::{Context as _, Result, bail};

use super::glob;
use super::row::Row;

/// The letter that stands for the rules in the data.
pub(super) const KEY: char = 'r';

/// All rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The day they were last looked over.
    pub(super) date: String,
    /// Patterns, in the order they are declared.
    pub(super) patterns: Vec<Row>,
    /// Names with facts of their own; they win over what the packages say.
    pub(super) entries: Vec<Row>,
    /// Names and what they stand for.
    pub(super) aliases: Vec<(String, String)>,
}

impl Rules {
    /// The most specific pattern a name falls under, also as a bare name.
    pub(super) fn of(&self, name: &str) -> Option<&Row> {
        let tagged = format!("{name}:latest");
        let hits = self
            .patterns
            .iter()
            .rev()
            .filter(|row| glob::matches(&row.name, name) || glob::matches(&row.name, &tagged));
        hits.max_by_key(|row| glob::literals(&row.name))
    }

    /// Whether a name is written by hand: as an entry, an alias, or as a pattern of tags (`llama3:*`) without a tag.
    pub(super) fn name(&self, name: &str) -> bool {
        let bare = |row: &Row| row.name.strip_suffix(":*") == Some(name);
        self.entries.iter().any(|row| row.name == name)
            || self.aliases.iter().any(|(alias, _)| alias == name)
            || self.patterns.iter().any(bare)
    }
}

/// Reads the rules.
///
/// # Errors
/// When a line has no meaning; the error names the line.
pub(super) fn read(text: &str) -> Result<Rules> {
    let mut rules = Rules::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.split(" # ").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        take(&mut rules, line).with_context(|| format!("line {} of the rules", index + 1))?;
    }
    if rules.date.is_empty() {
        bail!("the rules have no date");
    }
    Ok(rules)
}

fn take(rules: &mut Rules, line: &str) -> Result<()> {
    let (kind, rest) = line
        .split_once(' ')
        .context("a line is a word and what it is about")?;
    let rest = rest.trim();
    match kind {
        "date" => rest.clone_into(&mut rules.date),
        "pattern" => {
            // Several patterns with the same facts stand on one line, separated by commas.
            let (globs, facts) = rest.split_once(' ').unwrap_or((rest, ""));
            for glob in globs.split(',') {
                rules.patterns.push(Row::read(&format!("{glob} {facts}"))?);
            }
        }
        "name" => rules.entries.push(Row {
            sources: KEY.to_string(),
            ..Row::read(rest)?
        }),
        "alias" => {
            let (alias, name) = rest.split_once(' ').context("an alias is two names")?;
            rules.aliases.push((alias.to_owned(), name.trim().to_owned()));
        }
        other => bail!("`{other}` is no rule"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_pattern_holds_for_bare_and_tagged_names() {
        let rules = read("date 2026-01-01\npattern a:*,a-* 4K\npattern a-b-* 8K # card").unwrap();
        assert_eq!(rules.patterns.len(), 3);
        assert_eq!(rules.of("a").unwrap().context, Some(4_096));
        assert_eq!(rules.of("a-b-1").unwrap().context, Some(8_192));
        assert_eq!(rules.of("b"), None);
        assert!(rules.name("a"));
        assert!(!rules.name("a-b"));
    }

    #[test]
    fn a_line_without_meaning_is_an_error_that_names_it() {
        let error = read("date 2026-01-01\nnonsense x").unwrap_err();
        assert!(format!("{error:#}").contains("line 2"), "{error:#}");
        assert!(read("pattern a 4K").is_err());
    }
}
