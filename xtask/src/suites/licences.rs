//! Licences of everything we compile: by cargo-deny where it is installed, else by the same list ourselves.
//!
//! Building cargo-deny takes minutes, too long for a check that is a comparison of names. `deny.toml` is the one
//! list for both.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{Check, Run};
use crate::process;

/// Checks every package that a build for any target can link.
pub(super) fn check(run: &Run) -> Result<Check> {
    if process::find_program("cargo-deny").is_some() {
        let mut cargo = run.toolchain.command("cargo");
        process::run(
            cargo
                .args(["deny", "check", "licenses"])
                .current_dir(run.project.root()),
        )?;
        return Ok(Check::Passed);
    }
    let list = run.project.path("deny.toml");
    let allowed =
        allowed(&fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?)?;
    let mut cargo = run.toolchain.command("cargo");
    cargo
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(run.project.root());
    let metadata: Value = serde_json::from_str(&process::capture(&mut cargo)?)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata names no packages")?;
    let refused: Vec<_> = packages
        .iter()
        .filter_map(|package| refusal(package, &allowed))
        .collect();
    if !refused.is_empty() {
        bail!(
            "licences that deny.toml does not allow:\n  {}",
            refused.join("\n  ")
        );
    }
    println!("{} packages, all under licences of deny.toml", packages.len());
    Ok(Check::Passed)
}

fn allowed(list: &str) -> Result<BTreeSet<String>> {
    let list: toml::Table = toml::from_str(list).context("deny.toml is not valid")?;
    let names = list
        .get("licenses")
        .and_then(|licences| licences.get("allow")?.as_array());
    let names = names.context("deny.toml has no list licenses.allow")?;
    Ok(names
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

/// Why a package may not be used, if so.
fn refusal(package: &Value, allowed: &BTreeSet<String>) -> Option<String> {
    let name = format!("{} {}", package["name"].as_str()?, package["version"].as_str()?);
    let Some(licence) = package["license"].as_str() else {
        return Some(format!("{name}: no licence"));
    };
    // Some old packages separate alternatives with a slash.
    match spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) {
        Err(_) => Some(format!("{name}: {licence} is not a licence expression")),
        Ok(expression) => {
            let fits = expression.evaluate(|requirement| allowed.contains(&requirement.to_string()));
            (!fits).then(|| format!("{name}: {licence}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(licence: &str) -> bool {
        let allowed = allowed("[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Unicode-3.0\"]").unwrap();
        refusal(
            &json!({ "name": "a", "version": "1.0.0", "license": licence }),
            &allowed,
        )
        .is_some()
    }

    #[test]
    fn one_allowed_alternative_is_enough_but_all_of_what_is_joined_must_be() {
        assert!(!refused("MIT"));
        assert!(!refused("MIT/Apache-2.0"));
        assert!(!refused("GPL-3.0-only OR MIT"));
        assert!(!refused("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(refused("MIT AND GPL-3.0-only"));
    }

    #[test]
    fn what_is_no_licence_is_refused() {
        assert!(refused("do what you like"));
        let package = json!({ "name": "a", "version": "1.0.0", "license": null });
        assert_eq!(
            refusal(&package, &BTreeSet::new()).as_deref(),
            Some("a 1.0.0: no licence")
        );
    }
}
