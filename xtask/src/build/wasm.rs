//! The crate as wasm, twice: the core, which every app loads, and model management, which only apps load that use it.
//! Each is compiled, bound, and optimised where that makes it smaller to download.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::sizes::gzip_bytes;
use crate::process::{self, command};
use crate::project::{Project, write_if_changed};
use crate::toolchain::{self, Toolchain};

/// One of the wasm files that come from the crate.
struct Part {
    /// The name of its files.
    name: &'static str,
    /// The feature of the crate that exports what it is for. What nothing exported leads to is left out.
    feature: &'static str,
    /// Where wasm-pack leaves it.
    bound: &'static str,
    /// Where cargo works, below the target directory. Cargo gives the files of both the same name, and would take one
    /// for the other.
    target: &'static str,
}

/// Both of them.
const PARTS: [Part; 2] = [
    Part {
        name: "modelyard",
        feature: "core-bindings",
        bound: "target/wasm-pack",
        target: "",
    },
    Part {
        name: "modelyard_management",
        feature: "management-bindings",
        bound: "target/wasm-pack-management",
        target: "management",
    },
];

/// What the compiler uses, by default or because `.cargo/config.toml` says so, and every browser of the last years has.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// How hard wasm-opt tries. Which of them compresses best changes with the code.
const LEVELS: [&str; 3] = ["-Oz", "-Os", "-O3"];

/// What is asked of wasm-opt each time, found by measuring: it is 12 % of the core on the wire.
///
/// Inlining, and keeping in a local what is computed twice, make code shorter and yet harder to compress. Functions
/// that were compiled from one generic function come next to each other in the order of their names, within the
/// window of the compressor. Alignment is a hint that engines do not heed. Splitting up data saves zeros, which cost
/// nothing compressed.
const FOR_COMPRESSION: [&str; 10] = [
    "--always-inline-max-function-size=0",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--skip-pass=memory-packing",
    "--dealign",
    "--reorder-functions-by-name",
    "--strip-producers",
    "--strip-target-features",
    "--converge",
];

/// Compiles both and leaves wasm, glue and declarations in `target/wasm`.
pub(super) fn build(project: &Project, toolchain: &Toolchain) -> Result<()> {
    PARTS.iter().try_for_each(|part| part.build(project, toolchain))
}

impl Part {
    fn build(&self, project: &Project, toolchain: &Toolchain) -> Result<()> {
        let bound = project.path(self.bound);
        let mut wasm_pack = toolchain.command("wasm-pack");
        wasm_pack
            .args([
                "build",
                "--target",
                "web",
                "--release",
                "--mode",
                "no-install",
                "--no-pack",
                "--no-opt",
            ])
            .args(["--no-gitignore", "--out-name", self.name, "--out-dir"])
            .arg(&bound)
            .arg(project.root())
            .args(["--", "--no-default-features", "--features", self.feature])
            .env("CARGO_TARGET_DIR", toolchain.target_directory().join(self.target))
            .env("CARGO_ENCODED_RUSTFLAGS", compiler_flags().join("\u{1f}"));
        process::run(&mut wasm_pack)?;

        let output = project.wasm_directory();
        for entry in fs::read_dir(&bound).with_context(|| format!("cannot read {}", bound.display()))? {
            let file = entry?.path();
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let is_declaration = name.starts_with(self.name) && name.ends_with(".d.ts");
            if is_declaration || name == format!("{}.js", self.name) {
                write_if_changed(&output.join(name), &fs::read(&file)?)?;
            }
        }
        let wasm = format!("{}_bg.wasm", self.name);
        optimise(project, &bound.join(&wasm), &output.join(&wasm))
    }
}

/// Those of the environment, and those without which the file would name directories of this machine.
fn compiler_flags() -> Vec<String> {
    let given = env::var("RUSTFLAGS").unwrap_or_default();
    let given = given.split_whitespace().map(str::to_owned);
    // Flags of the environment replace those of `.cargo/config.toml`, so what stands there is said again.
    let vectors = ["-Ctarget-feature=+simd128".to_owned()];
    given
        .chain(vectors)
        .chain(toolchain::without_machine_paths())
        .collect()
}

/// Writes the smaller of the wasm as compiled and what wasm-opt makes of it.
///
/// Judged compressed, because that is what travels: optimising can shrink a file and yet leave it with less to
/// compress. Nothing happens when the compiled file is the one of the last time.
fn optimise(project: &Project, compiled: &Path, output: &Path) -> Result<()> {
    let content = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let last = compiled.with_extension("last");
    if output.exists() && fs::read(&last).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let mut smallest = (gzip_bytes(&content), "as compiled", content.clone());
    for level in LEVELS {
        let optimised = compiled.with_extension("opt");
        process::run(wasm_opt(project, level)?.arg(compiled).arg("-o").arg(&optimised))?;
        let content = fs::read(&optimised)?;
        let size = gzip_bytes(&content);
        if size < smallest.0 {
            smallest = (size, level, content);
        }
    }
    println!(
        "wasm-opt: {}: kept {}, {} bytes gzipped",
        project.shown(output),
        smallest.1,
        smallest.0
    );
    write_if_changed(output, &smallest.2)?;
    fs::write(&last, &content).with_context(|| format!("cannot write {}", last.display()))
}

/// Model management, optimised like what is shipped, with the names of its functions. It is built already.
pub(super) fn management_with_names(project: &Project) -> Result<PathBuf> {
    let [_, part] = &PARTS;
    let compiled = project.path(part.bound).join(format!("{}_bg.wasm", part.name));
    let output = project.path("target/size/management-with-names.wasm");
    fs::create_dir_all(project.path("target/size"))?;
    let [.., level] = LEVELS;
    let mut wasm_opt = wasm_opt(project, level)?;
    process::run(wasm_opt.arg("-g").arg(compiled).arg("-o").arg(&output))?;
    Ok(output)
}

/// wasm-opt at a level, with all that is asked of it each time. Passes run in the order in which they are named.
fn wasm_opt(project: &Project, level: &str) -> Result<Command> {
    let program = project.path("xtask/npm/node_modules/.bin/wasm-opt");
    if !program.exists() {
        bail!("wasm-opt is missing; run `cargo xtask setup`");
    }
    let mut wasm_opt = command(program);
    wasm_opt.arg(level).args(FOR_COMPRESSION).args(FEATURES);
    Ok(wasm_opt)
}
