//! Fuzzing: `fuzz/` as `cargo fuzz` lays it out, built and run without it and without a nightly compiler.
//!
//! What libFuzzer needs of the compiler, counters of the places a run came by, stable compilers give too; only the
//! sanitizers want a nightly one, and code without `unsafe` has little to show them. Inputs begin with answers recorded
//! from real servers and with `fuzz/seeds`; what a run finds worth keeping goes to `fuzz/corpus`, what fails to
//! `fuzz/artifacts`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, find_any_program};
use crate::project::Project;
use crate::setup;
use crate::toolchain::Toolchain;

/// As `cargo fuzz` builds.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Cdebug-assertions";

/// The longest input: some answers and a half.
const LONGEST: u32 = 20_000;

/// How a run is bounded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Of each target.
    pub(crate) seconds: u32,
    /// Whether it is the same run each time.
    pub(crate) repeats: bool,
}

/// The task `fuzz`.
///
/// # Errors
/// When something cannot be built or a target fails.
pub(crate) fn task(project: &Project, named: &[String], seconds: u32) -> Result<()> {
    let toolchain = setup::prepare(project, &[])?;
    if let Some(reason) = missing() {
        bail!("{reason}");
    }
    let all = targets(project)?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("there is no target {unknown}; there are {}", all.join(", "));
    }
    let effort = Effort {
        seconds,
        repeats: false,
    };
    let programs = build(project, &toolchain)?;
    for target in all.iter().filter(|name| named.is_empty() || named.contains(name)) {
        run(project, &programs, target, effort)?;
    }
    Ok(())
}

/// What is missing to fuzz with.
pub(crate) fn missing() -> Option<String> {
    find_any_program(&["c++", "g++", "clang++"])
        .is_none()
        .then(|| "libFuzzer is C++, and there is no compiler for it here".to_owned())
}

/// The names of the targets.
pub(crate) fn targets(project: &Project) -> Result<Vec<String>> {
    let path = project.path("fuzz/Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let manifest: toml::Table = toml::from_str(&text).context("fuzz/Cargo.toml is not valid")?;
    let targets = manifest.get("bin").and_then(toml::Value::as_array);
    let names = targets
        .into_iter()
        .flatten()
        .filter_map(|target| target.get("name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// Builds all targets and returns where their programs are.
pub(crate) fn build(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    let version = process::capture(toolchain.command("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not say what machine this is")?;
    let directory = project.path("target/fuzz");
    let mut cargo = toolchain.command("cargo");
    // Named, so that what runs while building is not built to be fuzzed.
    cargo
        .args(["build", "--release", "--locked", "--target", host])
        .current_dir(project.path("fuzz"))
        .env("CARGO_TARGET_DIR", &directory)
        .env("RUSTFLAGS", FLAGS);
    process::run(&mut cargo)?;
    Ok(directory.join(host).join("release"))
}

/// Runs a target for its time.
pub(crate) fn run(project: &Project, programs: &std::path::Path, target: &str, effort: Effort) -> Result<()> {
    let fuzz = project.path("fuzz");
    let (corpus, artifacts) = (
        fuzz.join("corpus").join(target),
        fuzz.join("artifacts").join(target),
    );
    for directory in [&corpus, &artifacts] {
        fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    }
    let mut fuzzer = process::command(programs.join(target));
    fuzzer
        .arg(format!("-max_total_time={}", effort.seconds))
        .arg(format!("-max_len={LONGEST}"))
        // Seconds for one input: a machine that does much else is slow, an input that hangs is slower.
        .arg("-timeout=20")
        .arg("-print_final_stats=1")
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(effort.repeats.then_some("-seed=1"))
        .arg(&corpus);
    let seeds = [
        fuzz.join("seeds").join(target),
        project.path("tests/providers/fixtures"),
    ];
    fuzzer.args(seeds.iter().filter(|seeds| seeds.is_dir()));
    let log = project.path(format!("target/logs/fuzz-{target}.log"));
    process::run_with_log(&mut fuzzer, &log).with_context(|| {
        format!(
            "the target {target} failed; the input is in {}",
            artifacts.display()
        )
    })?;
    let text = fs::read_to_string(&log).unwrap_or_default();
    let done = text
        .lines()
        .rev()
        .find(|line| line.starts_with("Done "))
        .unwrap_or_default();
    println!("{target}: {done}");
    Ok(())
}
