//! TypeScript declarations and their samples, written anew from the Rust types.

use anyhow::Result;

use crate::process;
use crate::project::Project;
use crate::setup;

/// The cargo feature that derives the declarations.
pub(crate) const FEATURE: &str = "modelyard/types";

/// The task `types`: the two tests that hold the committed files to the Rust types write them instead.
///
/// # Errors
/// When a step fails.
pub(crate) fn task(project: &Project) -> Result<()> {
    let toolchain = setup::prepare(project, &[])?;
    let mut cargo = toolchain.command("cargo");
    cargo
        .args(["test", "--package", "modelyard", "--features", FEATURE])
        .args(["--test", "types", "--test", "shapes"])
        .env("MODELYARD_WRITE_TYPES", "1")
        .current_dir(project.root());
    process::run(&mut cargo)
}
