//! Packages of the system, where it is a Debian and we are allowed to.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, command, find_program, is_root};

/// Installs packages.
///
/// Package lists are fetched only when an install fails: on a new machine they are empty, on an old one they name
/// files that are gone, and otherwise the fetch would be a wait for nothing.
///
/// # Errors
/// When there is no `apt-get`, when we are not root, or when it fails. The message holds the commands to run.
pub(crate) fn install(packages: &[String], purpose: &str) -> Result<()> {
    let list = packages.join(" ");
    if find_program("apt-get").is_none() {
        bail!(
            "{purpose} is missing and there is no apt-get here to install it with. On Debian it is in the packages \
             {list}; install what your system calls them, then run this again."
        );
    }
    if !is_root() {
        bail!(
            "{purpose} is missing and installing it needs root. Run:\n  \
             sudo apt-get update && sudo apt-get install --no-install-recommends {list}\nthen run this again."
        );
    }
    println!("installing {list} ({purpose})");
    if process::run(&mut apt_get(&install_arguments(packages))).is_ok() {
        return Ok(());
    }
    println!("that failed; fetching the package lists and trying once more");
    update()?;
    process::run(&mut apt_get(&install_arguments(packages)))
}

/// Unpacks packages into a directory without installing them: nobody has to be root, and a package that is a service is
/// not started.
///
/// # Errors
/// When this is no Debian, or a package cannot be fetched or unpacked.
pub(crate) fn unpack(packages: &[&str], directory: &Path) -> Result<()> {
    if find_program("apt-get").is_none() || find_program("dpkg-deb").is_none() {
        bail!(
            "it is unpacked from Debian's {}, and this is no Debian",
            packages.join(" and ")
        );
    }
    println!("unpacking {} into {}", packages.join(" "), directory.display());
    let archives = directory.join("archives");
    fs::create_dir_all(&archives).with_context(|| format!("cannot create {}", archives.display()))?;
    let fetch = || {
        let mut arguments = vec!["download".to_owned()];
        arguments.extend(packages.iter().map(|package| (*package).to_owned()));
        process::run(apt_get(&arguments).current_dir(&archives))
    };
    if fetch().is_err() {
        if !is_root() {
            bail!("cannot fetch {}; run `sudo apt-get update`", packages.join(" "));
        }
        update()?;
        fetch()?;
    }
    for entry in fs::read_dir(&archives)?.flatten() {
        process::run(command("dpkg-deb").arg("-x").arg(entry.path()).arg(directory))?;
    }
    let _ = fs::remove_dir_all(&archives);
    Ok(())
}

/// The newest package among those called `<prefix><number>`, such as `lld-22`.
///
/// # Errors
/// When the package lists cannot be fetched, or have no such package.
pub(crate) fn newest(prefix: &str) -> Result<String> {
    if let Some(package) = newest_in_lists(prefix) {
        return Ok(package);
    }
    if is_root() {
        update()?;
    }
    match newest_in_lists(prefix) {
        Some(package) => Ok(package),
        None => {
            bail!("the package lists have no {prefix}<number>; run `apt-get update` as root, then this again")
        }
    }
}

fn newest_in_lists(prefix: &str) -> Option<String> {
    let names = process::answer(command("apt-cache").args(["pkgnames", prefix]))?;
    highest_number(prefix, &names)
}

fn highest_number(prefix: &str, names: &str) -> Option<String> {
    let numbers = names
        .lines()
        .filter_map(|name| name.strip_prefix(prefix)?.parse::<u32>().ok());
    numbers.max().map(|number| format!("{prefix}{number}"))
}

fn update() -> Result<()> {
    process::run(&mut apt_get(&["update".to_owned()]))
}

fn install_arguments(packages: &[String]) -> Vec<String> {
    let mut arguments = vec![
        "install".to_owned(),
        "--yes".to_owned(),
        "--no-install-recommends".to_owned(),
    ];
    arguments.extend_from_slice(packages);
    arguments
}

fn apt_get(arguments: &[String]) -> std::process::Command {
    let mut command = command("apt-get");
    // A machine that has just started may be installing its own updates.
    command
        .args(["-qq", "-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_numbered_package_is_the_highest_number_not_the_last_name() {
        let names = "lld-9\nlld-22\nlld-14-dev\nlld-14\n";
        assert_eq!(highest_number("lld-", names).as_deref(), Some("lld-22"));
        assert_eq!(highest_number("lld-", "lld\n"), None);
    }
}
