//! The test suites: what each consists of, in which order they run, and the report at the end.
//!
//! A suite is a list of checks. All checks run, also after one failed, so that one run shows everything that is
//! wrong. What is not in the repository is skipped with a word, unless its suite was asked for by name.

mod browser;
mod e2e;
mod fuzz;
mod js;
mod licences;
mod lint;
mod native;
mod ollama;
mod report;
mod scenarios;

use anyhow::{Result, bail};
use clap::ValueEnum;

pub(crate) use report::{Check, Report};

use crate::build;
use crate::project::Project;
use crate::setup::{self, Part};
use crate::toolchain::Toolchain;

/// A test suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Formatting, lints of both targets, licences.
    Lint,
    /// `cargo test` of the whole workspace, with the examples in the documentation.
    Native,
    /// Each fuzz target for some seconds.
    Fuzz,
    /// wasm-bindgen tests in Chromium and Firefox.
    Browser,
    /// Tests of the npm package and of the packed file.
    Js,
    /// Transfers that go wrong, in a real browser: the packed package against the faulty server.
    Scenarios,
    /// The provider codecs against real Ollamas, where there are any.
    Ollama,
    /// The served demo in a real browser.
    E2e,
}

impl Suite {
    /// All, the quick ones first.
    const ALL: [Self; 8] = [
        Self::Lint,
        Self::Native,
        Self::Fuzz,
        Self::Browser,
        Self::Js,
        Self::Scenarios,
        Self::Ollama,
        Self::E2e,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Fuzz => "fuzz",
            Self::Browser => "browser",
            Self::Js => "js",
            Self::Scenarios => "scenarios",
            Self::Ollama => "ollama",
            Self::E2e => "e2e",
        }
    }

    fn needs(self) -> &'static [Part] {
        match self {
            Self::Lint | Self::Native | Self::Fuzz => &[],
            Self::Browser => &[Part::WasmTools, Part::Browsers],
            Self::Js => &build::NEEDS,
            Self::Scenarios => &[Part::WasmTools, Part::Packages, Part::Browsers],
            Self::Ollama => &[Part::Ollama],
            Self::E2e => &[Part::WasmTools, Part::Packages, Part::Browsers, Part::Ollama],
        }
    }
}

/// What the checks of a run share.
#[derive(Debug)]
pub(crate) struct Run {
    project: Project,
    toolchain: Toolchain,
    filter: Vec<String>,
}

/// The task `test`.
///
/// # Errors
/// When set-up fails, or a check does, or a suite asked for by name has nothing to run.
pub(crate) fn task(project: &Project, named: &[Suite], filter: Vec<String>) -> Result<()> {
    let suites = if named.is_empty() { &Suite::ALL[..] } else { named };
    let mut needs: Vec<Part> = suites.iter().flat_map(|suite| suite.needs()).copied().collect();
    needs.sort_unstable();
    needs.dedup();
    let mut report = Report::default();
    let mut toolchain = None;
    report.run("setup", "all", || {
        toolchain = Some(setup::prepare(project, &needs)?);
        Ok(Check::Passed)
    });
    if let Some(toolchain) = toolchain {
        let run = Run {
            project: project.clone(),
            toolchain,
            filter,
        };
        for suite in suites {
            run_suite(*suite, &run, &mut report);
        }
    }
    report.print();
    if let Some(suite) = named.iter().find(|suite| report.has_only_skipped(suite.name())) {
        bail!("the suite {} has nothing to run", suite.name());
    }
    report.verdict()
}

/// The task `check`: what can be said within seconds.
///
/// # Errors
/// When set-up or a check fails.
pub(crate) fn check(project: &Project) -> Result<()> {
    let toolchain = setup::prepare(project, &[])?;
    let run = Run {
        project: project.clone(),
        toolchain,
        filter: Vec::new(),
    };
    let mut report = Report::default();
    lint::rust(&run, &mut report);
    report.print();
    report.verdict()
}

fn run_suite(suite: Suite, run: &Run, report: &mut Report) {
    match suite {
        Suite::Lint => lint::run(run, report),
        Suite::Native => native::run(run, report),
        Suite::Fuzz => fuzz::run(run, report),
        Suite::Browser => browser::run(run, report),
        Suite::Js => js::run(run, report),
        Suite::Scenarios => scenarios::run(run, report),
        Suite::Ollama => ollama::run(run, report),
        Suite::E2e => e2e::run(run, report),
    }
}
