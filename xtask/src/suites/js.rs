//! The npm package: its own tests, and whether the packed file suits those who install it.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::{Check, Report, Run};
use crate::build;
use crate::demo;
use crate::process::{self, command};
use crate::setup::npm::{self, has_script, npm};

const SUITE: &str = "js";

/// Directories with a suite of their own: they need more than the package.
const SEPARATE: [&str; 3] = ["tests/e2e", "tests/bench", "tests/scenarios"];

pub(super) fn run(run: &Run, report: &mut Report) {
    if !run.project.path("pkg-template/package.json").exists() {
        report.run(SUITE, "build", || {
            Ok(Check::Skipped(
                "pkg-template/package.json is not there".to_owned(),
            ))
        });
        return;
    }
    let mut is_built = false;
    report.run(SUITE, "build", || {
        build::run(&run.project, &run.toolchain)?;
        is_built = true;
        Ok(Check::Passed)
    });
    if !is_built {
        return;
    }
    for directory in run.project.npm_directories() {
        if SEPARATE
            .iter()
            .any(|separate| directory == run.project.path(separate))
            || !has_script(&directory, "test")
        {
            continue;
        }
        let name = format!("npm test in {}", run.project.shown(&directory));
        report.run(SUITE, &name, || test(run, &directory));
    }
    report.run(SUITE, "publint", || {
        check_packed(run, "publint", &["--strict"], &[])
    });
    report.run(SUITE, "attw", || {
        let manifest = npm::read_json(&run.project.path("pkg/package.json"))?;
        let mut without_types = stylesheets(&manifest);
        if !without_types.is_empty() {
            without_types.insert(0, "--exclude-entrypoints".to_owned());
        }
        check_packed(run, "attw", &["--profile", "esm-only"], &without_types)
    });
}

fn test(run: &Run, directory: &Path) -> Result<Check> {
    npm::install(&run.project, directory)?;
    if directory != run.project.path("pkg-template") {
        npm::install_packed(&run.project, directory)?;
    }
    let mut test = npm(directory);
    test.args(["test", "--"]).args(&run.filter);
    test.env("MODELYARD_PACKAGE", run.project.packed_package());
    test.env(
        "MODELYARD_TESTSERVER",
        demo::test_server(&run.project, &run.toolchain)?,
    );
    // For tests that open a page; where there is no browser, they say so themselves.
    if let Ok(chromium) = crate::setup::chromium() {
        test.env("MODELYARD_CHROMIUM", chromium);
    }
    process::run(&mut test)?;
    Ok(Check::Passed)
}

fn check_packed(run: &Run, program: &str, options: &[&str], after_file: &[String]) -> Result<Check> {
    let mut check = command(run.project.path("xtask/npm/node_modules/.bin").join(program));
    process::run(
        check
            .args(options)
            .arg(run.project.packed_package())
            .args(after_file),
    )?;
    Ok(Check::Passed)
}

/// The entries of a package that are stylesheets: nothing a question about types can be asked of.
fn stylesheets(manifest: &Value) -> Vec<String> {
    let exports = manifest["exports"].as_object().into_iter().flatten();
    let styles = exports.filter(|(_, target)| {
        target
            .as_str()
            .is_some_and(|file| Path::new(file).extension() == Some("css".as_ref()))
    });
    styles
        .map(|(entry, _)| entry.trim_start_matches("./").to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_entries_that_lead_to_a_stylesheet_have_no_types() {
        let manifest = json!({ "exports": {
            ".": { "default": "./index.js" },
            "./styles.css": "./dist/styles.css",
            "./package.json": "./package.json",
        }});
        assert_eq!(stylesheets(&manifest), ["styles.css"]);
    }
}
