//! The core as wasm: compiled, bound, and optimised where that makes it smaller to download.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::sizes::gzip_bytes;
use crate::process::{self, command};
use crate::project::{Project, write_if_changed};
use crate::toolchain::Toolchain;

/// The wasm file of both directories.
const WASM: &str = "modelyard_bg.wasm";

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

/// What is asked of wasm-opt, each time. Inlining makes code shorter and yet harder to compress: without it the core
/// was 8 % smaller on the wire.
const ATTEMPTS: [&[&str]; 3] = [
    &["-Oz", "--skip-pass=inlining-optimizing"],
    &["-O2", "--skip-pass=inlining-optimizing"],
    &["-Os"],
];

/// Compiles the core and leaves wasm, glue and declarations in `target/wasm`.
pub(super) fn build(project: &Project, toolchain: &Toolchain) -> Result<()> {
    let bound = project.path("target/wasm-pack");
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
        .args(["--no-gitignore", "--out-name", "modelyard", "--out-dir"])
        .arg(&bound)
        .arg(project.root());
    process::run(&mut wasm_pack)?;

    let output = project.wasm_directory();
    for entry in fs::read_dir(&bound).with_context(|| format!("cannot read {}", bound.display()))? {
        let file = entry?.path();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let of_interest = name == "modelyard.js" || name.ends_with(".d.ts");
        if of_interest {
            write_if_changed(&output.join(name), &fs::read(&file)?)?;
        }
    }
    optimise(project, &bound.join(WASM), &output.join(WASM))
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
    let wasm_opt = project.path("xtask/npm/node_modules/.bin/wasm-opt");
    if !wasm_opt.exists() {
        bail!("wasm-opt is missing; run `cargo xtask setup`");
    }
    let mut smallest = (gzip_bytes(&content), "as compiled".to_owned(), content.clone());
    for attempt in ATTEMPTS {
        let optimised = compiled.with_extension("opt");
        process::run(
            command(&wasm_opt)
                .args(attempt)
                .args(FEATURES)
                .arg(compiled)
                .arg("-o")
                .arg(&optimised),
        )?;
        let content = fs::read(&optimised)?;
        let size = gzip_bytes(&content);
        if size < smallest.0 {
            smallest = (size, attempt.join(" "), content);
        }
    }
    println!("wasm-opt: kept {}, {} bytes gzipped", smallest.1, smallest.0);
    write_if_changed(output, &smallest.2)?;
    fs::write(&last, &content).with_context(|| format!("cannot write {}", last.display()))
}
