//! The native tests that meet a real Ollama, against each version that was built.

use std::path::Path;

use anyhow::Result;

use super::{Check, Report, Run};
use crate::demo;
use crate::ollama::{self, Ollama, Registry, Settings};
use crate::process;
use crate::server::Output;
use crate::setup::ollama as built;

const SUITE: &str = "ollama";

pub(super) fn run(run: &Run, report: &mut Report) {
    let managing = built::MANAGING;
    let versions = [
        (
            "Ollama that manages models",
            managing.program(&run.project).map(|program| (managing, program)),
        ),
        ("Ollama that runs models", built::running(&run.project)),
    ];
    for (role, found) in versions {
        let name = found.as_ref().map_or_else(
            || role.to_owned(),
            |(release, _)| format!("Ollama {}", release.version()),
        );
        report.run(SUITE, &name, || {
            let Some((release, program)) = found else {
                return Ok(Check::Skipped(built::reason(&run.project)));
            };
            let test_server = demo::test_server(&run.project, &run.toolchain)?;
            let files = demo::generated_models(&run.project, &run.toolchain)?;
            test(run, &program, release != managing, &test_server, &files)
        });
    }
}

fn test(run: &Run, program: &Path, runs_models: bool, test_server: &Path, files: &Path) -> Result<Check> {
    let output = Output::Logs(run.project.path("target/logs"));
    let models = ollama::prepare(&run.project, files, &output)?;
    let registry = Registry::start(&run.project, test_server, files, &output)?;
    let settings = Settings {
        name: "ollama",
        home: built::directory(&run.project).join("run"),
        origins: &[],
        registry: registry.as_ref(),
        models: models.clone(),
    };
    let server = Ollama::start(program, &settings, &output)?;
    let mut cargo = run.toolchain.command("cargo");
    cargo
        .args(["test", "--test", "providers", "real::"])
        .current_dir(run.project.root())
        .env("MODELYARD_OLLAMA", server.url());
    if models.is_some() {
        cargo.env("MODELYARD_OLLAMA_MODEL", ollama::MODEL);
    }
    if runs_models {
        cargo.env("MODELYARD_OLLAMA_ENDLESS", ollama::ENDLESS);
    }
    if let Some(registry) = &registry {
        cargo.envs(registry.environment());
    }
    cargo.arg("--").arg("--nocapture").args(&run.filter);
    process::run(&mut cargo)?;
    if registry.is_none() {
        println!("pulls were skipped: there is no docker-registry");
    }
    Ok(Check::Passed)
}
