//! Licences of everything we compile: by cargo-deny where it is installed, else by the same list ourselves.
//!
//! Building cargo-deny takes minutes, too long for a check that is a comparison of names. `deny.toml` is the one
//! list for both. What npm installs is only run here and never shipped: its list is a little longer.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{Check, Run};
use crate::process;
use crate::setup::npm;

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

/// Licences of programs that are run and not shipped, beside those of `deny.toml`.
const OF_TOOLS: [&str; 5] = ["BlueOak-1.0.0", "CC0-1.0", "MIT-0", "MPL-2.0", "Unlicense"];

/// Checks every package that a lock file of npm names.
pub(super) fn check_npm(run: &Run) -> Result<Check> {
    let list = run.project.path("deny.toml");
    let mut allowed =
        allowed(&fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?)?;
    allowed.extend(OF_TOOLS.map(str::to_owned));
    let mut refused = Vec::new();
    let mut count = 0;
    for directory in run.project.npm_directories() {
        let lock = npm::read_json(&directory.join("package-lock.json"))?;
        let packages = named(&lock);
        count += packages.len();
        let shown = run.project.shown(&directory);
        let refusals = packages.iter().filter_map(|package| refusal(package, &allowed));
        refused.extend(refusals.map(|refusal| format!("{shown}: {refusal}")));
    }
    if !refused.is_empty() {
        bail!(
            "licences of npm packages that are not allowed:\n  {}",
            refused.join("\n  ")
        );
    }
    println!("{count} npm packages, all under licences that are allowed for tools");
    Ok(Check::Passed)
}

/// The packages of a lock file, each with its name.
fn named(lock: &Value) -> Vec<Value> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    let package = |(path, package): (&String, &Value)| {
        let (_, name) = path.rsplit_once("node_modules/")?;
        let mut package = package.clone();
        package["name"] = Value::String(name.to_owned());
        Some(package)
    };
    packages.filter_map(package).collect()
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
    fn packages_of_a_lock_file_are_those_that_are_installed() {
        let lock = json!({ "packages": {
            "": { "name": "ours" },
            "node_modules/a": { "version": "1.0.0", "license": "MIT" },
            "node_modules/a/node_modules/@b/c": { "version": "2.0.0" },
        }});
        let allowed = allowed("[licenses]\nallow = [\"MIT\"]").unwrap();
        let refused: Vec<String> = named(&lock)
            .iter()
            .filter_map(|package| refusal(package, &allowed))
            .collect();
        assert_eq!(refused, ["@b/c 2.0.0: no licence"]);
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
