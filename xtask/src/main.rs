//! The one tool people and CI call: set-up, build, demo, tests and benchmarks of Modelyard.
//!
//! `cargo xtask <task>`. Every task first looks for what it needs and installs what is missing, then runs its
//! steps as child processes and echoes them, so each can be repeated by hand.

mod bench;
mod build;
mod catalog;
mod demo;
mod fuzz;
mod ollama;
mod process;
mod project;
mod server;
mod setup;
mod suites;
mod toolchain;
mod types;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use project::Project;
use suites::Suite;

/// Set-up, build, demo, tests and benchmarks of Modelyard. Every task first sets up what it needs.
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
    /// Build the demo chat app and serve it on localhost until interrupted.
    Demo {
        /// The port of the page.
        #[arg(long, default_value_t = 4173)]
        port: u16,
        /// Bytes a second at which models are served; 0 for no limit.
        #[arg(long, default_value_t = demo::WATCHABLE_BYTES_PER_SECOND)]
        bandwidth: u64,
        #[command(flatten)]
        beside: demo::Beside,
    },
    /// Run test suites: all, or those named. Arguments after `--` select tests within them.
    Test {
        /// The suites to run.
        suites: Vec<Suite>,
        /// Passed on to the test programs.
        #[arg(last = true)]
        filter: Vec<String>,
    },
    /// Fuzz the readers of what servers and people send: all targets, or those named.
    Fuzz {
        /// The targets to run.
        targets: Vec<String>,
        /// Seconds for each.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Formatting and lints of both targets: what can be said within seconds.
    Check,
    /// Write the TypeScript declarations anew from the Rust types.
    Types,
    /// Write the bundled data of the model catalog anew from its pinned sources and rules.
    Catalog {
        /// Write nothing; fail if the data is not what they give.
        #[arg(long)]
        check: bool,
    },
    /// Run benchmarks and merge their figures into target/bench/results.json.
    Bench {
        /// Parts of the names of those to run; all without any.
        names: Vec<String>,
    },
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
        Task::Demo {
            port,
            bandwidth,
            beside,
        } => demo::task(&project, port, bandwidth, beside),
        Task::Test { suites, filter } => suites::task(&project, &suites, filter),
        Task::Fuzz { targets, seconds } => fuzz::task(&project, &targets, seconds),
        Task::Check => suites::check(&project),
        Task::Types => types::task(&project),
        Task::Catalog { check } => catalog::task(&project, check),
        Task::Bench { names } => bench::task(&project, &names),
    }
}
