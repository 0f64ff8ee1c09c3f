//! What can be judged without running our code.

use anyhow::Result;

use super::{Check, Report, Run, browser, licences};
use crate::setup::npm::{has_script, npm};
use crate::toolchain::WASM_TARGET;
use crate::{process, types};

const SUITE: &str = "lint";

pub(super) fn run(run: &Run, report: &mut Report) {
    rust(run, report);
    report.run(SUITE, "licences", || licences::check(run));
    report.run(SUITE, "licences of npm packages", || licences::check_npm(run));
    for directory in run.project.npm_directories() {
        if has_script(&directory, "lint") {
            let name = format!("npm run lint in {}", run.project.shown(&directory));
            report.run(SUITE, &name, || {
                crate::setup::npm::install(&run.project, &directory)?;
                process::run(npm(&directory).args(["run", "lint"]))?;
                Ok(Check::Passed)
            });
        }
    }
}

/// Formatting and the lints of both targets.
pub(super) fn rust(run: &Run, report: &mut Report) {
    report.run(SUITE, "format", || cargo(run, &["fmt", "--all", "--check"]));
    report.run(SUITE, "format of fuzz", || {
        cargo(run, &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
    });
    let deny_warnings = ["--", "--deny", "warnings"];
    report.run(SUITE, "clippy, native", || {
        let arguments = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            types::FEATURE,
        ];
        cargo(run, &[&arguments[..], &deny_warnings].concat())
    });
    report.run(SUITE, "clippy, wasm32", || {
        let mut arguments = vec![
            "clippy",
            "--package",
            "modelyard",
            "--lib",
            "--target",
            WASM_TARGET,
        ];
        if browser::has_tests(&run.project) {
            arguments.extend(["--test", browser::TESTS]);
        }
        cargo(run, &[&arguments[..], &deny_warnings].concat())
    });
}

fn cargo(run: &Run, arguments: &[&str]) -> Result<Check> {
    let mut cargo = run.toolchain.command("cargo");
    process::run(cargo.args(arguments).current_dir(run.project.root()))?;
    Ok(Check::Passed)
}
