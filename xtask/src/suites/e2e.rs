//! The demo in a real browser, served as a person would see it.

use super::{Check, Report, Run};
use crate::build;
use crate::demo::{self, Demo};
use crate::process;
use crate::setup::npm::{self, npm};

pub(super) fn run(run: &Run, report: &mut Report) {
    report.run("e2e", "npm test in tests/e2e", || {
        let directory = run.project.path("tests/e2e");
        if !directory.join("package.json").exists() {
            return Ok(Check::Skipped("tests/e2e/package.json is not there".to_owned()));
        }
        if !demo::exists(&run.project) {
            return Ok(Check::Skipped("www/package.json is not there".to_owned()));
        }
        npm::install(&run.project, &directory)?;
        build::run(&run.project, &run.toolchain)?;
        demo::build_site(&run.project, &run.toolchain)?;
        let demo = Demo::start_quietly(&run.project, &run.toolchain)?;
        println!("the demo is at {}, its servers write to target/logs", demo.url());
        let mut test = npm(&directory);
        test.args(["test", "--"])
            .args(&run.filter)
            .envs(demo.environment());
        test.env("MODELYARD_CHROMIUM", crate::setup::chromium()?);
        process::run(&mut test)?;
        Ok(Check::Passed)
    });
}
