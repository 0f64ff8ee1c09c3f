//! Puts the data down: the same rows give the same bytes.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::fetch::Input;
use super::row::Row;
use super::rules::Rules;

/// The version of the form. The reader refuses another one.
const FORM: u32 = 1;

/// The whole text.
pub(super) fn text(inputs: &[Input], rules: &Rules, mut entries: Vec<Row>) -> Result<String> {
    entries.extend(rules.entries.iter().cloned());
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(twice) = entries.windows(2).find(|pair| pair[0].name == pair[1].name) {
        bail!("two entries are called {}", twice[0].name);
    }
    let usual = most_usual(&entries);
    let mut lines = head(inputs, rules);
    lines.push(format!("usual {usual}"));
    lines.extend(by_hand(rules));
    lines.push("[names]".to_owned());
    lines.extend(entries.iter().map(|row| row.written(&usual)));
    lines.extend(["[end]".to_owned(), String::new()]);
    Ok(lines.join("\n"))
}

/// The form, the version, and where all is from.
pub(super) fn head(inputs: &[Input], rules: &Rules) -> Vec<String> {
    let dates = inputs.iter().map(|input| input.date.as_str());
    let version = dates.chain([rules.date.as_str()]).max().unwrap_or_default();
    let mut lines = vec![format!("modelyard-catalog {FORM} {version}")];
    lines.extend(inputs.iter().map(|input| {
        format!(
            "source {} {} {} {}",
            input.key, input.package, input.version, input.date
        )
    }));
    lines.push(format!(
        "source {} rules {} {}",
        super::rules::KEY,
        rules.date,
        rules.date
    ));
    lines
}

/// The parts that come from the rules alone.
pub(super) fn by_hand(rules: &Rules) -> Vec<String> {
    let mut lines = vec!["[patterns]".to_owned()];
    lines.extend(rules.patterns.iter().map(|row| row.written("")));
    lines.push("[aliases]".to_owned());
    let mut aliases: Vec<_> = rules
        .aliases
        .iter()
        .map(|(alias, name)| format!("{alias} {name}"))
        .collect();
    aliases.sort();
    lines.extend(aliases);
    lines
}

/// The sources most entries have; they are not written.
fn most_usual(entries: &[Row]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.sources.as_str()).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map_or_else(|| "r".to_owned(), |(sources, _)| sources.to_owned())
}
