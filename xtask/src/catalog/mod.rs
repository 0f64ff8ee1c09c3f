//! The bundled data of the catalog: written from pinned registry packages and from rules written by hand.
//!
//! In order: each package of `inputs.toml` is fetched once and held to its digest; its rows become [`listing`]s, one
//! for each name a provider serves, under the name without prefix and tag; `merge` lets the listings of one name vote
//! on each fact; `rules` adds what is written by hand; `write` puts it all down, sorted, one line a name. The same
//! inputs and rules give the same bytes.

mod fetch;
mod genai_prices;
mod glob;
mod listing;
mod litellm;
mod merge;
mod name;
mod pages;
mod pi_ai;
mod row;
mod rules;
mod vendors;
mod write;

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::project::{Project, write_if_changed};
use fetch::Inputs;

/// Where the data is kept.
const DATA: &str = "src/catalog/bundled/catalog.txt";
/// Where the rules are kept.
const RULES: &str = "src/catalog/bundled/rules.txt";
/// The data must stay below this, as `gzip -9` packs it.
#[cfg(test)]
const MOST_GZIP_BYTES: usize = 25_000;

/// The task `catalog`: writes the data, or with `check` only says whether it is up to date.
///
/// # Errors
/// When a package cannot be fetched or is not what its digest says, when a rule is wrong, or when `check` finds that
/// the data is not what the inputs give.
pub(crate) fn task(project: &Project, check: bool) -> Result<()> {
    let rules_path = project.path(RULES);
    let rules_text =
        fs::read_to_string(&rules_path).with_context(|| format!("cannot read {}", rules_path.display()))?;
    let rules = rules::read(&rules_text)?;
    let inputs = Inputs::fetch(project)?;
    let mut listings = litellm::listings(&inputs)?;
    listings.extend(pi_ai::listings(&inputs)?);
    listings.extend(genai_prices::listings(&inputs)?);
    let merged = merge::merge(listings, &rules);
    let pages = pages::entries(&inputs, &merged, &rules)?;
    let count = merged.len() + pages.len();
    let text = write::text(&inputs.all, &rules, merged.into_iter().chain(pages).collect())?;

    let path = project.path(DATA);
    if check {
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            println!("{DATA} is up to date");
            return Ok(());
        }
        bail!("{DATA} is not what the inputs and rules give; run `cargo xtask catalog` and read the diff");
    }
    let changed = write_if_changed(&path, text.as_bytes())?;
    let verdict = if changed { "written" } else { "unchanged" };
    println!(
        "{DATA} {verdict}: {count} entries, {} patterns, {} bytes",
        rules.patterns.len(),
        text.len()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn the_committed_data_has_the_rules_and_the_pinned_packages_as_they_are_now() {
        let project = Project::find().unwrap();
        let text = fs::read_to_string(project.path(DATA)).unwrap();
        let rules = rules::read(&fs::read_to_string(project.path(RULES)).unwrap()).unwrap();
        let inputs = fetch::pinned(&fs::read_to_string(project.path(fetch::PINNED)).unwrap()).unwrap();
        let advice = "run `cargo xtask catalog`";
        assert!(
            text.starts_with(&write::head(&inputs, &rules).join("\n")),
            "{advice}"
        );
        assert!(text.contains(&write::by_hand(&rules).join("\n")), "{advice}");
        let entries = rules.entries.iter().map(|row| row.written(""));
        for line in entries.map(|line| line.trim_end_matches(" .r").to_owned()) {
            assert!(text.contains(&format!("\n{line}")), "{line}: {advice}");
        }
    }

    #[test]
    fn the_committed_data_is_small_enough_to_send() {
        let text = fs::read(Project::find().unwrap().path(DATA)).unwrap();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&text).unwrap();
        let bytes = gzip.finish().unwrap().len();
        println!("{DATA}: {} bytes, {bytes} with gzip", text.len());
        assert!(bytes < MOST_GZIP_BYTES, "{bytes} bytes with gzip");
    }
}
