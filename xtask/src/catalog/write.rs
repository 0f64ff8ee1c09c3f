//! Puts the data down: the same rows give the same bytes.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::fetch::Inputs;
use super::row::Row;
use super::rules::Rules;

/// The version of the form. The reader refuses another one.
const FORM: u32 = 1;

/// The whole text.
pub(super) fn text(inputs: &Inputs, rules: &Rules, mut entries: Vec<Row>) -> Result<String> {
    entries.extend(rules.entries.iter().cloned());
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(twice) = entries.windows(2).find(|pair| pair[0].name == pair[1].name) {
        bail!("two entries are called {}", twice[0].name);
    }
    let dates = inputs.all.iter().map(|input| input.date.as_str());
    let version = dates.chain([rules.date.as_str()]).max().unwrap_or_default();
    let usual = most_usual(&entries);

    let mut lines = vec![format!("modelyard-catalog {FORM} {version}")];
    for input in &inputs.all {
        lines.push(format!(
            "source {} {} {} {}",
            input.key, input.package, input.version, input.date
        ));
    }
    lines.push(format!(
        "source {} rules {} {}",
        super::rules::KEY,
        rules.date,
        rules.date
    ));
    lines.push(format!("usual {usual}"));
    lines.push("[patterns]".to_owned());
    lines.extend(rules.patterns.iter().map(|row| row.written("")));
    lines.push("[aliases]".to_owned());
    let mut aliases: Vec<_> = rules
        .aliases
        .iter()
        .map(|(alias, name)| format!("{alias} {name}"))
        .collect();
    aliases.sort();
    lines.extend(aliases);
    lines.push("[names]".to_owned());
    lines.extend(entries.iter().map(|row| row.written(&usual)));
    lines.extend(["[end]".to_owned(), String::new()]);
    Ok(lines.join("\n"))
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
