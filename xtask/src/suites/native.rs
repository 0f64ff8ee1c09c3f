//! `cargo test` of the whole workspace.

use super::{Check, Report, Run};
use crate::{process, types};

pub(super) fn run(run: &Run, report: &mut Report) {
    report.run("native", "cargo test", || {
        let mut cargo = run.toolchain.command("cargo");
        cargo
            .args(["test", "--workspace", "--features", types::FEATURE])
            .current_dir(run.project.root());
        if !run.filter.is_empty() {
            cargo.arg("--").args(&run.filter);
        }
        process::run(&mut cargo)?;
        Ok(Check::Passed)
    });
}
