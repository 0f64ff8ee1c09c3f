//! Where things are in the repository.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};

/// The repository, as the tasks see it.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The repository this program belongs to.
    ///
    /// Cargo tells it at run time; the place at compile time serves a binary that is started directly.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask is not inside a repository")?
            .to_owned();
        Ok(Self { root })
    }

    /// A repository at a given place, for tests.
    #[cfg(test)]
    pub(crate) fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The root directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's target directory for the toolchain that compiled this program.
    pub(crate) fn cargo_target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.path("target"), |directory| self.root.join(directory))
    }

    /// The output of wasm-pack, optimised: what pkg-template builds from.
    pub(crate) fn wasm_directory(&self) -> PathBuf {
        self.path("target/wasm")
    }

    /// The packed npm package. Its name is fixed, so that scripts and manifests need no version.
    pub(crate) fn packed_package(&self) -> PathBuf {
        self.path("target/npm/modelyard.tgz")
    }

    /// Directories below the root that hold an npm lock file, in a fixed order.
    pub(crate) fn npm_directories(&self) -> Vec<PathBuf> {
        let mut candidates = vec![
            self.path("xtask/npm"),
            self.path("pkg-template"),
            self.path("www"),
        ];
        // Clients of others are in a directory of directories.
        let mut below_tests: Vec<_> = ["tests", "tests/clients"]
            .iter()
            .filter_map(|parent| fs::read_dir(self.path(parent)).ok())
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        below_tests.sort();
        candidates.extend(below_tests);
        candidates.retain(|directory| directory.join("package-lock.json").is_file());
        candidates
    }

    /// A path as people write it: relative to the root where it lies below.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

/// Files below a directory, without hidden ones and what npm installed, in a fixed order.
pub(crate) fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "node_modules" || name == "target" {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Whether `output` exists and nothing in `inputs` (files, or directories with all below them) was written later.
pub(crate) fn is_newer_than(output: &Path, inputs: &[PathBuf]) -> bool {
    let written = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let Some(output_time) = written(output) else {
        return false;
    };
    let newest: Option<SystemTime> = inputs
        .iter()
        .flat_map(|input| {
            if input.is_dir() {
                files_below(input)
            } else {
                vec![input.clone()]
            }
        })
        .filter_map(|file| written(&file))
        .max();
    newest.is_none_or(|newest| newest <= output_time)
}

/// Writes a file only when its content changes, so that later steps can tell by its time that nothing happened.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let directory = env::temp_dir().join(format!("modelyard-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    #[test]
    fn npm_directories_are_those_with_a_lock_file() {
        let root = scratch("npm-directories");
        let directories = [
            "www",
            "pkg-template",
            "tests/clients/one",
            "tests/e2e",
            "tests/js",
            "tests/server",
        ];
        for directory in directories {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        for directory in ["www", "tests/js", "tests/e2e", "tests/clients/one"] {
            fs::write(root.join(directory).join("package-lock.json"), "{}").unwrap();
        }
        let project = Project::at(&root);
        let shown: Vec<_> = project
            .npm_directories()
            .iter()
            .map(|path| project.shown(path))
            .collect();
        assert_eq!(shown, ["www", "tests/clients/one", "tests/e2e", "tests/js"]);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn an_output_is_stale_when_anything_below_an_input_was_written_later() {
        let root = scratch("newer");
        let (inputs, output) = (root.join("inputs"), root.join("output"));
        fs::create_dir_all(inputs.join("deep")).unwrap();
        fs::write(inputs.join("deep/file"), "1").unwrap();
        assert!(!is_newer_than(&output, std::slice::from_ref(&inputs)));
        fs::write(&output, "1").unwrap();
        assert!(is_newer_than(&output, std::slice::from_ref(&inputs)));
        let later = SystemTime::now() + Duration::from_secs(10);
        fs::File::open(inputs.join("deep/file"))
            .unwrap()
            .set_modified(later)
            .unwrap();
        assert!(!is_newer_than(&output, &[inputs]));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn writing_what_is_there_already_is_no_change() {
        let root = scratch("write");
        let file = root.join("deep/file");
        assert!(write_if_changed(&file, b"1").unwrap());
        assert!(!write_if_changed(&file, b"1").unwrap());
        assert!(write_if_changed(&file, b"2").unwrap());
        fs::remove_dir_all(root).unwrap();
    }
}
