//! npm packages: installed exactly as the lock files say, and only when they are not already.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{self, command, find_program};
use crate::project::Project;

/// Runs `npm ci` in every directory whose installed packages differ from its lock file.
pub(super) fn install_all(project: &Project) -> Result<()> {
    for directory in project.npm_directories() {
        install(project, &directory)?;
    }
    Ok(())
}

/// Installs the packages of one directory if they differ from its lock file.
///
/// # Errors
/// When npm is missing or fails, or installs something else than the lock file says.
pub(crate) fn install(project: &Project, directory: &Path) -> Result<()> {
    if is_installed(directory) {
        return Ok(());
    }
    if find_program("npm").is_none() {
        bail!(
            "npm is missing; install Node 20 or newer, from its makers or your system's packages, then run this again"
        );
    }
    println!("installing the npm packages of {}", project.shown(directory));
    if process::run(npm(directory).args(["ci", "--no-audit", "--no-fund"])).is_ok() {
        return Ok(());
    }
    // `npm ci` also wants packages that are for other systems alone, and a mirror that lags can lack those. Without
    // saving, `install` takes the versions of the lock file too and leaves it as it is.
    println!("that failed; installing the versions of the lock file without asking whether it is complete");
    process::run(npm(directory).args(["install", "--no-save", "--no-audit", "--no-fund"]))?;
    if !is_installed(directory) {
        bail!(
            "what npm installed in {} is not what its lock file says",
            project.shown(directory)
        );
    }
    Ok(())
}

/// An npm command in a directory. Nothing it prints is about npm itself.
pub(crate) fn npm(directory: &Path) -> Command {
    let mut npm = command("npm");
    npm.current_dir(directory)
        .env("npm_config_update_notifier", "false")
        .env("npm_config_fund", "false");
    npm
}

/// Whether `package.json` of a directory has a script of this name.
pub(crate) fn has_script(directory: &Path, name: &str) -> bool {
    read_json(&directory.join("package.json")).is_ok_and(|package| package["scripts"][name].is_string())
}

/// Installs the packed package into a directory, without a trace in its lock file.
///
/// A lock file holds the digest of a local archive, so every build would make it wrong and `npm ci` fail. So the
/// directory's `package.json` names modelyard not at all, or as an optional peer, which `npm ci` leaves alone; and
/// the archive is unpacked here, which is all that npm does with a package that has neither dependencies nor
/// programs. A copy of the archive beside the result tells whether it is the one installed.
///
/// # Errors
/// When the archive cannot be unpacked, or when the lock file names modelyard.
pub(crate) fn install_packed(project: &Project, directory: &Path) -> Result<()> {
    let lock = read_json(&directory.join("package-lock.json"))?;
    if !lock["packages"]["node_modules/modelyard"].is_null() {
        bail!(
            "{}/package-lock.json names modelyard, whose digest changes with every build. Name it in \
             peerDependencies, as optional in peerDependenciesMeta, and run `npm install` there",
            project.shown(directory)
        );
    }
    let archive = project.packed_package();
    let content = fs::read(&archive).with_context(|| format!("cannot read {}", archive.display()))?;
    let installed = directory.join("node_modules/modelyard");
    let copy = directory.join("node_modules/.modelyard.tgz");
    if installed.join("package.json").exists() && fs::read(&copy).is_ok_and(|old| old == content) {
        return Ok(());
    }
    println!(
        "installing {} into {}",
        project.shown(&archive),
        project.shown(directory)
    );
    // A file the package no longer has must go.
    if installed.exists() {
        fs::remove_dir_all(&installed).with_context(|| format!("cannot remove {}", installed.display()))?;
    }
    fs::create_dir_all(&installed).with_context(|| format!("cannot create {}", installed.display()))?;
    let mut tar = command("tar");
    tar.arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(&installed)
        .arg("--strip-components=1");
    process::run(&mut tar)?;
    let manifest = read_json(&installed.join("package.json"))?;
    if manifest["dependencies"]
        .as_object()
        .is_some_and(|dependencies| !dependencies.is_empty())
    {
        bail!("the package has dependencies, which unpacking it does not install; it must have none");
    }
    fs::write(&copy, content).with_context(|| format!("cannot write {}", copy.display()))
}

/// Reads a JSON file.
///
/// # Errors
/// When it cannot be read or is not JSON.
pub(crate) fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not valid JSON", path.display()))
}

/// Whether what npm says it installed covers the lock file. npm keeps that list itself, in the format of the lock
/// file, so an installation by hand counts too. Where there is nothing to install it keeps none.
fn is_installed(directory: &Path) -> bool {
    let Ok(lock) = read_json(&directory.join("package-lock.json")) else {
        return false;
    };
    let installed = read_json(&directory.join("node_modules/.package-lock.json"));
    covers(&installed.unwrap_or_default(), &lock)
}

fn covers(installed: &Value, lock: &Value) -> bool {
    let Some(wanted) = lock["packages"].as_object() else {
        return false;
    };
    wanted
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .all(|(path, entry)| {
            let found = &installed["packages"][path];
            if found.is_null() {
                // Left out where it is for another system.
                return entry["optional"] == true || entry["devOptional"] == true;
            }
            found["version"] == entry["version"] && found["integrity"] == entry["integrity"]
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lock(version: &str) -> Value {
        json!({ "packages": {
            "": { "name": "app" },
            "node_modules/a": { "version": version, "integrity": version },
            "node_modules/for-another-system": { "version": "1.0.0", "optional": true },
        }})
    }

    #[test]
    fn an_installation_covers_its_lock_file_without_packages_for_other_systems() {
        let installed =
            json!({ "packages": { "node_modules/a": { "version": "1.0.0", "integrity": "1.0.0" } } });
        assert!(covers(&installed, &lock("1.0.0")));
    }

    #[test]
    fn a_package_that_is_missing_or_of_another_version_has_to_be_installed() {
        let installed =
            json!({ "packages": { "node_modules/a": { "version": "1.0.0", "integrity": "1.0.0" } } });
        assert!(!covers(&installed, &lock("1.0.1")));
        assert!(!covers(&json!({ "packages": {} }), &lock("1.0.0")));
    }
}
