//! Transfers that go wrong, in a real browser: the packed package against the faulty server.

use super::{Check, Report, Run};
use crate::build;
use crate::demo;
use crate::process;
use crate::setup::npm::{self, npm};

pub(super) fn run(run: &Run, report: &mut Report) {
    report.run("scenarios", "npm test in tests/scenarios", || {
        let directory = run.project.path("tests/scenarios");
        if !directory.join("package.json").exists() {
            return Ok(Check::Skipped(
                "tests/scenarios/package.json is not there".to_owned(),
            ));
        }
        npm::install(&run.project, &directory)?;
        build::run(&run.project, &run.toolchain)?;
        npm::install_packed(&run.project, &directory)?;
        let server = demo::test_server(&run.project, &run.toolchain)?;
        let mut test = npm(&directory);
        test.args(["test", "--"])
            .args(&run.filter)
            .env("MODELYARD_TESTSERVER", server)
            .env("MODELYARD_CHROMIUM", crate::setup::chromium()?);
        process::run(&mut test)?;
        Ok(Check::Passed)
    });
}
