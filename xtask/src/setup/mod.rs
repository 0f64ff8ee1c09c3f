//! What has to be on a machine before the other tasks can work, and how it gets there.
//!
//! Each part first looks, and that takes milliseconds; only what is missing is installed, with a line that says
//! so. A task asks for the parts it needs, so native tests run on a machine without a browser.

pub(crate) mod apt;
mod browsers;
mod cargo_tools;
pub(crate) mod npm;
pub(crate) mod ollama;

use std::time::Instant;

use anyhow::Result;

pub(crate) use browsers::{Browser, chromium, driver};
pub(crate) use cargo_tools::wasm_bindgen_version;

use crate::project::Project;
use crate::toolchain::Toolchain;

/// Something a task needs beside the Rust toolchain, which all need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// wasm-pack and the wasm-bindgen programs.
    WasmTools,
    /// Chromium and Firefox with their drivers.
    Browsers,
    /// What the npm lock files of the repository name.
    Packages,
    /// Real Ollamas and a registry, where they can be had.
    Ollama,
}

impl Part {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::WasmTools, Self::Browsers, Self::Packages, Self::Ollama];
}

/// Installs what is missing of the toolchain and of some parts.
///
/// # Errors
/// When something cannot be installed; the message says what a person can do about it.
pub(crate) fn prepare(project: &Project, parts: &[Part]) -> Result<Toolchain> {
    let toolchain = Toolchain::ensure(project)?;
    for part in parts {
        match part {
            Part::WasmTools => cargo_tools::install_wasm_tools(project)?,
            Part::Browsers => {
                browsers::install()?;
                cargo_tools::install_geckodriver(project)?;
            }
            Part::Packages => npm::install_all(project)?,
            Part::Ollama => ollama::install(project),
        }
    }
    cargo_tools::discard_build_directory(project);
    Ok(toolchain)
}

/// The task `setup`: everything, and then a line for each thing about what is there.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn task(project: &Project) -> Result<()> {
    let start = Instant::now();
    ollama::try_again(project);
    let toolchain = prepare(project, &Part::ALL)?;
    println!("toolchain  {}", toolchain.description());
    println!(
        "wasm       wasm-pack {}, wasm-bindgen {}",
        cargo_tools::WASM_PACK,
        wasm_bindgen_version(project)?
    );
    for browser in Browser::ALL {
        println!("{:<10} {}", browser.name(), driver(browser)?.display());
    }
    let packages: Vec<_> = project
        .npm_directories()
        .iter()
        .map(|directory| project.shown(directory))
        .collect();
    println!("packages   {}", packages.join(", "));
    for line in ollama::describe(project) {
        println!("ollama     {line}");
    }
    println!("ready ({:.1} s)", start.elapsed().as_secs_f32());
    Ok(())
}
