//! The demo in a real browser, served as a person would see it.

use anyhow::Result;

use super::{Check, Report, Run};
use crate::build;
use crate::demo::{self, Demo};
use crate::ollama::{self, Stage};
use crate::process;
use crate::server::Output;
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
        let stage = match stage(run, &demo) {
            Ok(stage) => Some(stage),
            Err(reason) => {
                println!("tests against a real Ollama will skip: {reason:#}");
                None
            }
        };
        let mut test = npm(&directory);
        test.args(["test", "--"])
            .args(&run.filter)
            .envs(demo.environment())
            .envs(stage.iter().flat_map(Stage::environment));
        test.env("MODELYARD_CHROMIUM", crate::setup::chromium()?);
        process::run(&mut test)?;
        Ok(Check::Passed)
    });
}

/// Real Ollamas for the page of the demo.
///
/// # Errors
/// When there are none, and why.
fn stage(run: &Run, demo: &Demo) -> Result<Stage> {
    // Asked first: without an Ollama nothing has to be made for it.
    ollama::any_program(&run.project)?;
    let files = demo::generated_models(&run.project, &run.toolchain)?;
    let output = Output::Logs(run.project.path("target/logs"));
    Stage::start(
        &run.project,
        demo.test_server(),
        &files,
        demo.page_port(),
        &output,
    )
}
