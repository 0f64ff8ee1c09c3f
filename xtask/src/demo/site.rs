//! The parts of the demo: models, the site, and the programs that serve them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::project::{Project, is_newer_than};
use crate::setup::npm::{self, npm};
use crate::toolchain::Toolchain;

/// The demo app.
pub(super) fn directory(project: &Project) -> PathBuf {
    project.path("www")
}

/// Where the generated models are.
pub(super) fn models_directory(project: &Project) -> PathBuf {
    project.path("www/public/models")
}

/// Generates the models unless they are newer than the program that does.
pub(super) fn generate_models(project: &Project, toolchain: &Toolchain) -> Result<()> {
    let output = models_directory(project);
    if is_newer_than(&output.join("manifest.json"), &[project.path("tests/models")]) {
        return Ok(());
    }
    println!("generating the demo models in {}", project.shown(&output));
    fs::create_dir_all(&output).with_context(|| format!("cannot create {}", output.display()))?;
    let mut cargo = toolchain.command("cargo");
    cargo.current_dir(project.root());
    process::run(
        cargo
            .args(["run", "--release", "--package", "modelyard-demo-models", "--"])
            .arg(&output),
    )
}

/// Installs the packed package and builds the site, unless it is newer than everything it is made from.
pub(super) fn build(project: &Project) -> Result<()> {
    let site = directory(project);
    if !site.join("package.json").exists() {
        bail!("www/package.json is not there, so there is no demo to build");
    }
    npm::install(project, &site)?;
    npm::install_packed(project, &site)?;
    let mut inputs: Vec<_> = fs::read_dir(&site)?.flatten().map(|entry| entry.path()).collect();
    inputs.retain(|path| !path.ends_with("dist") && !path.ends_with("node_modules"));
    inputs.push(project.packed_package());
    if is_newer_than(&site.join("dist/index.html"), &inputs) {
        return Ok(());
    }
    process::run(npm(&site).args(["run", "build"]))
}

/// The command that serves the built site.
///
/// It is the `preview` script of `www`, started without npm in between: stopping npm leaves what it started alive.
pub(super) fn preview(project: &Project, port: u16) -> Result<Command> {
    let site = directory(project);
    let manifest = npm::read_json(&site.join("package.json"))?;
    let script = manifest["scripts"]["preview"]
        .as_str()
        .context("www/package.json has no script `preview`")?;
    let mut words = script.split_whitespace();
    let program = words
        .next()
        .context("the script `preview` of www/package.json is empty")?;
    let local = site.join("node_modules/.bin").join(program);
    let mut command = if local.exists() {
        process::command(local)
    } else {
        process::command(program)
    };
    command
        .current_dir(&site)
        .args(words)
        .args(["--port", &port.to_string(), "--strictPort"]);
    Ok(command)
}

/// Builds the test server and returns its program.
pub(super) fn test_server(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    let mut cargo = toolchain.command("cargo");
    cargo.current_dir(project.root());
    process::run(cargo.args(["build", "--release", "--package", "modelyard-testserver"]))?;
    let program = toolchain
        .target_directory()
        .join("release")
        .join("modelyard-testserver");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    if !program.exists() {
        bail!("building the test server left no {}", program.display());
    }
    Ok(program)
}
