//! The results file: a list of figures, the newest of each name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::figure::Figure;
use crate::project::write_if_changed;

/// Writes figures over those of the same names and keeps the others, so that a run of one benchmark does not lose
/// the rest. A file that cannot be read is replaced.
pub(super) fn write(path: &Path, figures: &[Figure]) -> Result<()> {
    let old = fs::read_to_string(path)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let merged = merge(old.as_ref(), figures);
    let mut text = serde_json::to_string_pretty(&merged).context("figures cannot be written as JSON")?;
    text.push('\n');
    write_if_changed(path, text.as_bytes()).map(|_| ())
}

/// Prints figures with what the package promises about them.
pub(super) fn print(figures: &[Figure]) {
    println!("\n== figures, merged into target/bench/results.json");
    for figure in figures {
        println!("  {}", figure.line());
    }
}

fn merge(old: Option<&Value>, figures: &[Figure]) -> Value {
    let old = old
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Figure::from_json);
    let by_name: BTreeMap<String, Value> = old
        .chain(figures.iter().cloned())
        .map(|figure| (figure.name.clone(), figure.to_json()))
        .collect();
    Value::Array(by_name.into_values().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_figure_replaces_the_old_of_its_name_and_leaves_the_others() {
        let old = json!([
            { "name": "a", "value": 1.0, "unit": "ms", "baseline": null, "ratio": null },
            { "name": "b", "value": 2.0, "unit": "ms", "baseline": null, "ratio": null },
        ]);
        let new = Figure::from_json(&json!({ "name": "a", "value": 3, "unit": "ms" })).unwrap();
        let merged = merge(Some(&old), &[new]);
        let values: Vec<_> = merged
            .as_array()
            .unwrap()
            .iter()
            .map(|figure| figure["value"].as_f64())
            .collect();
        assert_eq!(values, [Some(3.0), Some(2.0)]);
    }
}
