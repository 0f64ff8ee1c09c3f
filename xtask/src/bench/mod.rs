//! Benchmarks: run one after the other, their figures merged into `target/bench/results.json`.
//!
//! A benchmark is a process. Each line it writes to its standard output that is a JSON object with a `name` and a
//! `value` is a figure; every other line is for people. To add one, add either
//!
//! * a `[[bench]]` target with `harness = false` to any crate of the workspace, or
//! * a script `tests/bench/<name>.bench.mjs`. It finds the packed package in `node_modules`, and the programs of the
//!   test server and of Chromium in the environment variables the end-to-end tests get.
//!
//! Figures are not tests: a slow machine fails nothing here. A benchmark that breaks does.

mod figure;
mod results;
mod source;

use std::process::Command;

use anyhow::{Result, bail};

use crate::build;
use crate::demo;
use crate::process;
use crate::project::Project;
use crate::setup::{self, Part};

use figure::Figure;

/// The task `bench`: all benchmarks, or those whose name contains one of `names`.
///
/// # Errors
/// When set-up or a build fails, when a benchmark does, or when no name fits. Figures of the others are kept.
pub(crate) fn task(project: &Project, names: &[String]) -> Result<()> {
    let toolchain = setup::prepare(project, &Part::ALL)?;
    let wanted = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
    let mut figures = Vec::new();
    let mut failed = Vec::new();
    let mut ran = 0;

    if wanted("sizes") {
        ran += 1;
        let mut sizes = build::pack(project, &toolchain)?;
        sizes.extend(build::codecs(project)?);
        figures.extend(sizes.iter().map(Figure::of_size));
    }
    let native: Vec<_> = source::native(project, &toolchain)?
        .into_iter()
        .filter(|bench| wanted(&bench.name))
        .collect();
    let scripts: Vec<_> = source::scripts(project)
        .into_iter()
        .filter(|bench| wanted(&bench.name))
        .collect();
    for mut bench in native {
        ran += 1;
        collect(&bench.name, &mut bench.command, &mut figures, &mut failed);
    }
    if !scripts.is_empty() {
        let directory = project.path("tests/bench");
        setup::npm::install(project, &directory)?;
        build::pack(project, &toolchain)?;
        setup::npm::install_packed(project, &directory)?;
        let test_server = demo::test_server(project, &toolchain)?;
        for mut bench in scripts {
            ran += 1;
            bench
                .command
                .env("MODELYARD_TESTSERVER", &test_server)
                .env("MODELYARD_CHROMIUM", setup::chromium()?);
            collect(&bench.name, &mut bench.command, &mut figures, &mut failed);
        }
    }
    if ran == 0 {
        bail!(
            "no benchmark is called so; there are: {}",
            source::all_names(project, &toolchain)?.join(", ")
        );
    }
    results::write(&project.path("target/bench/results.json"), &figures)?;
    results::print(&figures);
    if !failed.is_empty() {
        bail!("benchmarks that failed: {}", failed.join(", "));
    }
    Ok(())
}

fn collect(name: &str, command: &mut Command, figures: &mut Vec<Figure>, failed: &mut Vec<String>) {
    println!("\n== {name}");
    match process::capture(command) {
        Ok(output) => {
            for line in output.lines() {
                match Figure::parse(line) {
                    Some(figure) => figures.push(figure),
                    None => println!("{line}"),
                }
            }
        }
        Err(error) => {
            println!("FAILED {name}: {error:#}");
            failed.push(name.to_owned());
        }
    }
}
