//! The Rust toolchain for everything but this program: one that compiles both native code and wasm32.
//!
//! In order: the active toolchain if it already can; the toolchain that an earlier set-up linked; `rustup target
//! add`; and where rustup cannot download, Debian's Rust with a standard library built from its sources. "Can" is
//! never judged by a list of installed components but by compiling a small library, because a standard library
//! left behind by an older compiler looks installed and is useless.

mod debian;
mod probe;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, command};
use crate::project::Project;

/// The target that browsers run.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Flags for compiling what is shipped: the places that panics name begin with the name of a crate, not with where
/// this machine keeps its sources.
pub(crate) fn without_machine_paths() -> Vec<String> {
    let sources = process::cargo_home().map(|home| home.join("registry/src"));
    let registries = sources.and_then(|sources| fs::read_dir(sources).ok());
    let registries = registries.into_iter().flatten().flatten();
    registries
        .map(|registry| format!("--remap-path-prefix={}=", registry.path().display()))
        .collect()
}

/// How a toolchain is chosen when a child process starts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selection {
    /// The one that is active anyway.
    Active,
    /// One that rustup knows under a name.
    Named(String),
    /// The programs in a directory, where there is no rustup.
    Directory(PathBuf),
}

/// A toolchain that compiles native code and wasm32, and where its output goes.
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    selection: Selection,
    release: String,
    target_directory: PathBuf,
}

impl Toolchain {
    /// Finds a toolchain that is ready to use; `None` when one has to be set up.
    pub(crate) fn find(project: &Project) -> Option<Self> {
        let mut candidates = vec![Selection::Active];
        if has_rustup() {
            let linked = process::answer(command("rustup").args(["toolchain", "list"])).unwrap_or_default();
            if linked
                .lines()
                .any(|line| line.split_whitespace().next() == Some(debian::TOOLCHAIN_NAME))
            {
                candidates.push(Selection::Named(debian::TOOLCHAIN_NAME.to_owned()));
            }
        } else {
            candidates.push(Selection::Directory(PathBuf::from("/usr/bin")));
        }
        candidates
            .into_iter()
            .find_map(|selection| Self::check(project, selection))
    }

    /// Finds a toolchain, setting one up if there is none.
    ///
    /// # Errors
    /// When neither way works; the message says what a person can do.
    pub(crate) fn ensure(project: &Project) -> Result<Self> {
        if let Some(found) = Self::find(project) {
            return Ok(found);
        }
        if has_rustup() {
            println!("toolchain: the active one has no usable {WASM_TARGET}; asking rustup for it");
            let added = process::run(command("rustup").args(["target", "add", WASM_TARGET]));
            match (added, Self::check(project, Selection::Active)) {
                (Ok(()), Some(found)) => return Ok(found),
                (Ok(()), None) => println!("toolchain: rustup added it, yet it does not compile"),
                (Err(error), _) => println!("toolchain: rustup cannot: {error}"),
            }
        }
        debian::set_up(project)?;
        match Self::find(project) {
            Some(found) => Ok(found),
            None => bail!("Debian's Rust is set up, yet it does not compile a library for {WASM_TARGET}"),
        }
    }

    /// A command that runs with this toolchain. Whatever it starts uses the same one.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = command(program);
        self.select_for(&mut command);
        command.env("CARGO_TARGET_DIR", &self.target_directory);
        command
    }

    /// Where cargo puts what this toolchain compiles.
    ///
    /// A toolchain that is not the active one gets a directory of its own. Sharing one would have the two
    /// overwrite each other's final files, and each would rebuild them at every turn.
    pub(crate) fn target_directory(&self) -> &Path {
        &self.target_directory
    }

    /// For people: which toolchain this is.
    pub(crate) fn description(&self) -> String {
        match &self.selection {
            Selection::Active => format!("the active one, {}", self.release),
            Selection::Named(name) => format!("`{name}`, {}", self.release),
            Selection::Directory(directory) => format!("{} in {}", self.release, directory.display()),
        }
    }

    fn check(project: &Project, selection: Selection) -> Option<Self> {
        let own_directory = match &selection {
            Selection::Active => project.cargo_target(),
            Selection::Named(name) => project.cargo_target().join(name),
            Selection::Directory(_) => project.cargo_target().join("system"),
        };
        let toolchain = Self {
            selection,
            release: String::new(),
            target_directory: own_directory,
        };
        let release = process::answer(toolchain.command("rustc").arg("--version"))?;
        probe::compiles_wasm(&toolchain).then_some(Self { release, ..toolchain })
    }

    fn select_for(&self, command: &mut Command) {
        match &self.selection {
            Selection::Active => {}
            Selection::Named(name) => {
                command.env("RUSTUP_TOOLCHAIN", name);
            }
            Selection::Directory(directory) => {
                let path = std::env::var_os("PATH").unwrap_or_default();
                let directories = std::iter::once(directory.clone()).chain(std::env::split_paths(&path));
                if let Ok(path) = std::env::join_paths(directories) {
                    command.env("PATH", path);
                }
            }
        }
    }
}

/// Whether rustup manages toolchains here.
fn has_rustup() -> bool {
    process::find_program("rustup").is_some()
}
