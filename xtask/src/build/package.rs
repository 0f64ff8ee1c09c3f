//! The npm package: assembled by pkg-template, packed by npm.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::project::{Project, is_newer_than};
use crate::setup::npm::{self, npm};
use crate::toolchain::Toolchain;

/// Builds `pkg` and packs it, unless both are newer than everything they are made from.
///
/// pkg-template's own `npm run build` does the work. It finds the wasm in `MODELYARD_WASM_DIR` and writes to
/// `MODELYARD_PKG_DIR`; without them, to the same places relative to itself.
pub(super) fn build(project: &Project, toolchain: &Toolchain) -> Result<()> {
    let template = project.path("pkg-template");
    if !template.join("package.json").exists() {
        bail!("pkg-template/package.json is not there, so there is no npm package to build");
    }
    let archive = project.packed_package();
    let inputs = [
        "pkg-template",
        "target/wasm",
        "src/catalog/bundled",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "src/catalog/bundled/THIRD-PARTY.md",
    ]
    .map(|path| project.path(path));
    if is_newer_than(&archive, &inputs) && project.path("pkg/package.json").exists() {
        return Ok(());
    }
    let pkg = project.path("pkg");
    if pkg.exists() {
        // A file that is no longer built must not be packed.
        fs::remove_dir_all(&pkg).with_context(|| format!("cannot remove {}", pkg.display()))?;
    }
    let mut build = npm(&template);
    build
        .args(["run", "build"])
        .env("MODELYARD_WASM_DIR", project.wasm_directory())
        .env("MODELYARD_PKG_DIR", &pkg)
        .env("CARGO_TARGET_DIR", toolchain.target_directory());
    process::run(&mut build)?;
    if !pkg.join("package.json").exists() {
        bail!("`npm run build` in pkg-template left no pkg/package.json");
    }
    pack(project)
}

fn pack(project: &Project) -> Result<()> {
    let archive = project.packed_package();
    let directory = archive.parent().context("the archive has no directory")?;
    fs::create_dir_all(directory)?;
    let mut pack = npm(&project.path("pkg"));
    pack.args(["pack", "--json", "--ignore-scripts", "--pack-destination"])
        .arg(directory);
    let report = process::capture(&mut pack)?;
    let name = packed_name(&report).context("npm pack does not say which file it wrote")?;
    fs::rename(directory.join(&name), &archive).with_context(|| {
        format!(
            "npm pack wrote {name}, which cannot be renamed to {}",
            archive.display()
        )
    })
}

/// The file name in the report of `npm pack --json`, which is a list or, in newer versions, keyed by package.
fn packed_name(report: &str) -> Option<String> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let entry = report
        .as_array()
        .and_then(|list| list.first())
        .or_else(|| report.as_object()?.values().next())?;
    // A scoped package is written with its scope as a prefix.
    Some(entry["filename"].as_str()?.replace('@', "").replace('/', "-"))
}

/// The package.json of the built package.
///
/// # Errors
/// When it is not there or not JSON.
pub(super) fn manifest(project: &Project) -> Result<serde_json::Value> {
    npm::read_json(&project.path("pkg/package.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_file_is_found_in_both_shapes_of_the_report() {
        assert_eq!(
            packed_name(r#"[{"filename":"a-1.tgz"}]"#).as_deref(),
            Some("a-1.tgz")
        );
        assert_eq!(
            packed_name(r#"{"a":{"filename":"a-1.tgz"}}"#).as_deref(),
            Some("a-1.tgz")
        );
        assert_eq!(packed_name("not json"), None);
    }
}
