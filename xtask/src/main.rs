//! The one tool people and CI call: set-up, build, demo, tests and benchmarks of Modelyard.
//!
//! `cargo xtask <task>`; every task first sets up what it needs and is missing.

mod build;
mod process;
mod project;
mod setup;
mod toolchain;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use project::Project;

/// Set-up, build, demo, tests and benchmarks of Modelyard.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what is missing: a toolchain for wasm32, wasm-pack, wasm-bindgen, browsers, npm packages.
    Setup,
    /// Build the npm package and pack it to target/npm/modelyard.tgz.
    Build,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let project = Project::find()?;
    match task {
        Task::Setup => setup::task(&project),
        Task::Build => build::task(&project),
    }
}
