//! Debian's Rust, with a standard library for the browser that we build ourselves.
//!
//! Debian ships a current Rust for its browsers, with the library sources, but no wasm32 library. So: install the
//! packages, build the library once from those sources, put it beside the native one, give it the linker, and tell
//! rustup about the result. Everything after that is plain stable Rust.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{WASM_TARGET, has_rustup, without_machine_paths};
use crate::process::{self, command};
use crate::project::Project;
use crate::setup::apt;

/// The name rustup knows the toolchain by.
pub(super) const TOOLCHAIN_NAME: &str = "debian";

/// Compiler, cargo, library sources, formatter and lints. Without the last two `cargo xtask check` could not run.
const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rustfmt-web",
    "rust-web-clippy",
];

/// The crates a browser build and its tests link. Building exactly these needs no nightly compiler, only the
/// permission that `RUSTC_BOOTSTRAP` gives.
const STANDARD_CRATES: &str = "build-std=std,panic_abort,panic_unwind,test,proc_macro";

/// Installs what is missing and leaves a toolchain called [`TOOLCHAIN_NAME`].
///
/// # Errors
/// When this is not a Debian, we are not root, or a step fails.
pub(super) fn set_up(project: &Project) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() {
        bail!(
            "no Rust toolchain for {WASM_TARGET}. Run `rustup target add {WASM_TARGET}` where rustup can download; \
             the other way, building the library from a distribution's packages, is known for Debian alone."
        );
    }
    if !process::is_root() {
        bail!(
            "no Rust toolchain for {WASM_TARGET}. Run `rustup target add {WASM_TARGET}` where rustup can download. \
             Where it cannot, the library is built from Debian's packages and put into /usr/lib/rustlib, which \
             needs root once:\n  sudo env PATH=\"$PATH\" cargo xtask setup\nand then, as yourself:\n  \
             rustup toolchain link {TOOLCHAIN_NAME} /usr"
        );
    }
    println!(
        "toolchain: building the {WASM_TARGET} library from Debian's packages, once; it takes about two minutes"
    );
    install_packages()?;
    let rustlib = Path::new("/usr/lib/rustlib");
    let library = rustlib.join(WASM_TARGET).join("lib");
    build_library(Path::new("/usr/bin"), &project.path("target/std"), &library)?;
    link_linker(rustlib)?;
    if has_rustup() {
        process::run(command("rustup").args(["toolchain", "link", TOOLCHAIN_NAME, "/usr"]))?;
    }
    Ok(())
}

fn install_packages() -> Result<()> {
    let have_all = ["rustc", "cargo", "cargo-fmt", "cargo-clippy"]
        .iter()
        .all(|program| Path::new("/usr/bin").join(program).exists());
    if have_all && Path::new("/usr/lib/rustlib/src").exists() && linker().is_some() {
        return Ok(());
    }
    let mut packages: Vec<String> = PACKAGES.iter().map(ToString::to_string).collect();
    if linker().is_none() && process::find_program("apt-get").is_some() {
        packages.push(apt::newest("lld-")?);
    }
    apt::install(&packages, "Rust for the browser")
}

/// Builds the standard library with the compiler in `bin` and puts it into `library`, replacing what is there.
fn build_library(bin: &Path, scratch: &Path, library: &Path) -> Result<()> {
    // The crate is a workspace of its own, or cargo would take it for a forgotten member of ours.
    let manifest = "[package]\nname = \"standard-library\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::create_dir_all(scratch.join("src"))
        .with_context(|| format!("cannot create {}", scratch.display()))?;
    fs::write(scratch.join("Cargo.toml"), manifest)?;
    fs::write(scratch.join("src/lib.rs"), "#![no_std]\n")?;
    // What a former compiler left would be copied along.
    let output = scratch.join("target");
    if output.exists() {
        fs::remove_dir_all(&output)?;
    }
    // Release builds here use link-time optimisation, which reads bitcode.
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    flags.extend(without_machine_paths());
    let mut cargo = command(bin.join("cargo"));
    cargo
        .args([
            "build",
            "--release",
            "--target",
            WASM_TARGET,
            "-Z",
            STANDARD_CRATES,
        ])
        .current_dir(scratch)
        .env("RUSTC", bin.join("rustc"))
        .env("RUSTDOC", bin.join("rustdoc"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env("CARGO_TARGET_DIR", &output)
        .env_remove("CARGO_BUILD_TARGET");
    process::run(&mut cargo)?;
    install_library(&output.join(WASM_TARGET).join("release/deps"), library)?;
    fs::remove_dir_all(scratch).with_context(|| format!("cannot remove {}", scratch.display()))
}

/// Moves the compiled crates into place: first all into a new directory, then one rename, so that an interrupted
/// copy never looks like a library.
fn install_library(compiled: &Path, library: &Path) -> Result<()> {
    let staging = library.with_extension("new");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    fs::create_dir_all(&staging).with_context(|| format!("cannot create {}", staging.display()))?;
    let mut copied = 0;
    for entry in fs::read_dir(compiled).with_context(|| format!("cannot read {}", compiled.display()))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libstandard_library") {
            fs::copy(&file, staging.join(&*name))?;
            copied += 1;
        }
    }
    if copied == 0 {
        bail!(
            "the build of the standard library left nothing in {}",
            compiled.display()
        );
    }
    if library.exists() {
        fs::remove_dir_all(library)?;
    }
    fs::rename(&staging, library).with_context(|| format!("cannot create {}", library.display()))
}

/// The compiler looks for its linker beside the native library, where Debian puts none.
fn link_linker(rustlib: &Path) -> Result<()> {
    let host = process::answer(command("/usr/bin/rustc").arg("-vV"))
        .and_then(|text| {
            text.lines()
                .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        })
        .context("/usr/bin/rustc does not say which host it compiles for")?;
    let link = rustlib.join(host).join("bin/rust-lld");
    if link.exists() {
        return Ok(());
    }
    let linker = linker().context("there is no /usr/bin/lld or /usr/bin/lld-<number>")?;
    fs::create_dir_all(link.parent().unwrap_or(rustlib))?;
    // A link to a linker that was removed exists as a link only.
    let _ = fs::remove_file(&link);
    symlink(&linker, &link).with_context(|| format!("cannot create {}", link.display()))
}

/// The newest LLVM linker installed.
fn linker() -> Option<PathBuf> {
    let numbered = fs::read_dir("/usr/bin").ok()?.flatten().filter_map(|entry| {
        let number: u32 = entry.file_name().to_str()?.strip_prefix("lld-")?.parse().ok()?;
        Some((number, entry.path()))
    });
    let newest = numbered.max_by_key(|(number, _)| *number).map(|(_, path)| path);
    newest.or_else(|| Some(PathBuf::from("/usr/bin/lld")).filter(|path| path.exists()))
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    fs::copy(target, link).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("modelyard-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    #[test]
    fn installing_the_library_replaces_a_former_one_and_leaves_our_own_crate_out() {
        let directory = scratch("library");
        let (compiled, library) = (directory.join("deps"), directory.join("lib"));
        fs::create_dir_all(&compiled).unwrap();
        fs::create_dir_all(&library).unwrap();
        fs::write(library.join("libstd-old.rlib"), "old").unwrap();
        for name in [
            "libstd-new.rlib",
            "libstandard_library-1.rlib",
            "libstd-new.rmeta",
        ] {
            fs::write(compiled.join(name), name).unwrap();
        }
        install_library(&compiled, &library).unwrap();
        let names: Vec<_> = fs::read_dir(&library)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["libstd-new.rlib"]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_build_that_left_nothing_does_not_touch_the_library() {
        let directory = scratch("empty-library");
        let (compiled, library) = (directory.join("deps"), directory.join("lib"));
        fs::create_dir_all(&compiled).unwrap();
        fs::create_dir_all(&library).unwrap();
        fs::write(library.join("libstd-old.rlib"), "old").unwrap();
        assert!(install_library(&compiled, &library).is_err());
        assert!(library.join("libstd-old.rlib").exists());
        fs::remove_dir_all(directory).unwrap();
    }

    /// Takes a minute and needs Debian's packages: `cargo test -p xtask -- --ignored standard_library`.
    #[test]
    #[ignore = "compiles the standard library"]
    fn the_standard_library_builds_from_the_packages() {
        let directory = scratch("std");
        let library = directory.join("rustlib/wasm32-unknown-unknown/lib");
        build_library(Path::new("/usr/bin"), &directory.join("scratch"), &library).unwrap();
        let names: Vec<_> = fs::read_dir(&library)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        for crate_name in ["std", "core", "alloc", "test", "panic_abort", "proc_macro"] {
            assert!(
                names
                    .iter()
                    .any(|name| name.starts_with(&format!("lib{crate_name}-"))),
                "{crate_name}: {names:?}"
            );
        }
        fs::remove_dir_all(directory).unwrap();
    }
}
