//! Which benchmarks there are.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process::{self, command};
use crate::project::Project;
use crate::toolchain::Toolchain;

/// How a script's name ends.
const SCRIPT_SUFFIX: &str = ".bench.mjs";

/// A benchmark, ready to run.
#[derive(Debug)]
pub(super) struct Benchmark {
    pub(super) name: String,
    pub(super) command: Command,
}

/// The bench targets of the workspace.
pub(super) fn native(project: &Project, toolchain: &Toolchain) -> Result<Vec<Benchmark>> {
    let mut cargo = toolchain.command("cargo");
    cargo
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(project.root());
    let metadata: Value =
        serde_json::from_str(&process::capture(&mut cargo)?).context("cargo metadata is no JSON")?;
    Ok(bench_targets(&metadata)
        .into_iter()
        .map(|(package, name)| {
            let mut command = toolchain.command("cargo");
            command
                .args(["bench", "--package", &package, "--bench", &name])
                .current_dir(project.root());
            Benchmark { name, command }
        })
        .collect())
}

/// The scripts of `tests/bench`.
pub(super) fn scripts(project: &Project) -> Vec<Benchmark> {
    let directory = project.path("tests/bench");
    let mut names: Vec<String> = fs::read_dir(&directory)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()?
                .strip_suffix(SCRIPT_SUFFIX)
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    let script = |name: String| {
        let mut command = command("node");
        command
            .arg(format!("{name}{SCRIPT_SUFFIX}"))
            .current_dir(&directory);
        Benchmark { name, command }
    };
    names.into_iter().map(script).collect()
}

/// The names of all benchmarks.
pub(super) fn all_names(project: &Project, toolchain: &Toolchain) -> Result<Vec<String>> {
    let mut names = vec!["sizes".to_owned()];
    names.extend(
        native(project, toolchain)?
            .into_iter()
            .chain(scripts(project))
            .map(|bench| bench.name),
    );
    Ok(names)
}

/// Package and target name of each target of the kind `bench`.
fn bench_targets(metadata: &Value) -> Vec<(String, String)> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .flat_map(|package| {
            let targets = package["targets"].as_array().into_iter().flatten();
            let benches = targets.filter(|target| target["kind"][0] == "bench");
            benches.filter_map(|target| {
                Some((
                    package["name"].as_str()?.to_owned(),
                    target["name"].as_str()?.to_owned(),
                ))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_targets_of_the_kind_bench_are_benchmarks() {
        let metadata = json!({ "packages": [ { "name": "modelyard", "targets": [
            { "name": "modelyard", "kind": ["cdylib", "rlib"] },
            { "name": "core", "kind": ["bench"] },
        ] } ] });
        assert_eq!(
            bench_targets(&metadata),
            [("modelyard".to_owned(), "core".to_owned())]
        );
    }
}
