//! Programs that `cargo install` builds: wasm-pack, the wasm-bindgen programs, Firefox's driver.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, command, find_program};
use crate::project::Project;

/// The version of wasm-pack this repository is tested with; a newer one is accepted.
pub(crate) const WASM_PACK: &str = "0.15.1";

/// The version of geckodriver to install; any that is there is accepted, since the protocol is a standard.
const GECKODRIVER: &str = "0.37.1";

/// Installs wasm-pack and the wasm-bindgen programs where they are missing or have the wrong version.
pub(super) fn install_wasm_tools(project: &Project) -> Result<()> {
    let wanted = wasm_bindgen_version(project)?;
    // The format between the library and its programs has no compatibility promise: exactly this version.
    let exact = |program: &str| installed_version(program).is_some_and(|version| version == wanted);
    if !exact("wasm-bindgen") || !exact("wasm-bindgen-test-runner") {
        install(project, "wasm-bindgen-cli", &wanted)?;
        if !exact("wasm-bindgen") {
            bail!(
                "wasm-bindgen {wanted} was installed, yet the one found first on PATH says {}",
                installed_version("wasm-bindgen").unwrap_or_else(|| "nothing".to_owned())
            );
        }
    }
    let recent =
        installed_version("wasm-pack").is_some_and(|version| numbers(&version) >= numbers(WASM_PACK));
    if !recent {
        install(project, "wasm-pack", WASM_PACK)?;
    }
    Ok(())
}

/// Installs Firefox's driver where it is missing.
pub(super) fn install_geckodriver(project: &Project) -> Result<()> {
    if find_program("geckodriver").is_some() {
        Ok(())
    } else {
        install(project, "geckodriver", GECKODRIVER)
    }
}

/// The version of wasm-bindgen in `Cargo.lock`.
///
/// # Errors
/// When the lock file cannot be read or does not name it.
pub(crate) fn wasm_bindgen_version(project: &Project) -> Result<String> {
    let path = project.path("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    locked_version(&text, "wasm-bindgen")
}

fn locked_version(lock: &str, package: &str) -> Result<String> {
    let lock: toml::Table = toml::from_str(lock).context("Cargo.lock is not valid")?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .context("Cargo.lock names no packages")?;
    let found = packages
        .iter()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package));
    let version = found.and_then(|entry| entry.get("version")?.as_str());
    version
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock names no {package}"))
}

/// What `<program> --version` says after the name.
fn installed_version(program: &str) -> Option<String> {
    let text = process::answer(command(find_program(program)?).arg("--version"))?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// A version as numbers, to compare. What is not a number counts as zero.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Builds and installs one package where the user's cargo puts programs.
///
/// The three share a build directory, because they share most of their dependencies, and are built with little
/// optimisation: they run for seconds, and building them is the longest part of a set-up.
fn install(project: &Project, package: &str, version: &str) -> Result<()> {
    println!("installing {package} {version} with cargo; this takes a minute or more");
    let attempt = |locked: bool| {
        let mut cargo = command("cargo");
        cargo
            .args(["install", package, "--version", version, "--force"])
            .env("CARGO_TARGET_DIR", project.path("target/tools"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo");
        if locked {
            cargo.arg("--locked");
        }
        process::run(&mut cargo)
    };
    // The author's lock file is what was tested, but a mirror that lags can lack a version it names.
    if attempt(true).is_err() {
        println!(
            "that failed; trying with the newest versions of its dependencies instead of the locked ones"
        );
        attempt(false).with_context(|| {
            format!(
                "cannot install {package}. Run `cargo install {package} --version {version} --locked` to see why, or \
                 put a ready-made binary of this version on PATH"
            )
        })?;
    }
    Ok(())
}

/// Frees the space that building the programs took.
pub(super) fn discard_build_directory(project: &Project) {
    let _ = fs::remove_dir_all(project.path("target/tools"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package_itself_not_of_a_similar_name() {
        let lock = "version = 4\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(
            locked_version(lock, "wasm-pack")
                .unwrap_err()
                .to_string()
                .contains("names no wasm-pack")
        );
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("0.15.1") > numbers("0.9.9"));
        assert!(numbers("0.15.1") >= numbers(WASM_PACK));
    }
}
