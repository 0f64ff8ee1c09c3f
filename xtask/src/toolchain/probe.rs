//! Whether a toolchain compiles for the browser: asked by doing it.

use std::fs;

use super::{Toolchain, WASM_TARGET};
use crate::process;

/// Needs the standard library, so that a missing or stale one shows.
const SOURCE: &str =
    "#[unsafe(no_mangle)]\npub extern \"C\" fn probe() -> usize { String::from(\"probe\").len() }\n";

/// Compiles and links a small library as a release build would.
///
/// With link-time optimisation, because a standard library without bitcode links well until a build asks for it.
/// Takes about 0.3 s when it works and half of it when the target is missing.
pub(super) fn compiles_wasm(toolchain: &Toolchain) -> bool {
    let directory = toolchain.target_directory().join("probe");
    let source = directory.join("probe.rs");
    if fs::create_dir_all(&directory).is_err() || fs::write(&source, SOURCE).is_err() {
        return false;
    }
    let mut rustc = toolchain.command("rustc");
    rustc
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "cdylib",
            "--target",
            WASM_TARGET,
        ])
        .args(["-C", "opt-level=s", "-C", "lto=fat", "-C", "panic=abort", "-o"])
        .arg(directory.join("probe.wasm"))
        .arg(&source);
    process::answer(&mut rustc).is_some()
}
