//! From Rust sources to a packed npm package.
//!
//! In order: wasm-pack compiles the core into `target/wasm-pack` and management into `target/wasm-pack-management`;
//! wasm-opt's results go to `target/wasm` where they are smaller on the wire; pkg-template builds `pkg` from that; npm packs `pkg` into `target/npm/modelyard.tgz`; sizes
//! are held against their budgets. A step whose inputs did not change is left out.

mod codecs;
mod package;
mod sizes;
mod wasm;

use std::time::Instant;

use anyhow::Result;

pub(crate) use sizes::{KILOBYTE, Size};

use crate::project::Project;
use crate::setup::{self, Part};
use crate::toolchain::Toolchain;

/// What a build needs.
pub(crate) const NEEDS: [Part; 2] = [Part::WasmTools, Part::Packages];

/// The task `build`: sets up what is missing, then builds and packs.
///
/// # Errors
/// When a step fails or the package is over a budget.
pub(crate) fn task(project: &Project) -> Result<()> {
    let toolchain = setup::prepare(project, &NEEDS)?;
    run(project, &toolchain).map(|_| ())
}

/// Builds and packs with a toolchain that is ready, and returns the sizes.
///
/// # Errors
/// When a step fails or the package is over a budget.
pub(crate) fn run(project: &Project, toolchain: &Toolchain) -> Result<Vec<Size>> {
    let sizes = pack(project, toolchain)?;
    sizes::hold_against_budgets(&sizes)?;
    Ok(sizes)
}

/// What each codec adds to model management, which [`pack`] has built.
///
/// # Errors
/// When that cannot be measured.
pub(crate) fn codecs(project: &Project) -> Result<Vec<Size>> {
    codecs::measure(project)
}

/// As [`run`], whatever the package weighs: a figure over its budget is to be reported like any other.
///
/// # Errors
/// When a step fails.
pub(crate) fn pack(project: &Project, toolchain: &Toolchain) -> Result<Vec<Size>> {
    let start = Instant::now();
    wasm::build(project, toolchain)?;
    package::build(project, toolchain)?;
    let sizes = sizes::measure(project)?;
    sizes::report(&sizes);
    println!(
        "built {} ({:.1} s)",
        project.shown(&project.packed_package()),
        start.elapsed().as_secs_f32()
    );
    Ok(sizes)
}
