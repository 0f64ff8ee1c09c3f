//! The pinned packages: fetched once through the ordinary clients of their registries, and held to their digests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use toml::Table;

use crate::process::{self, command};
use crate::project::Project;
use crate::setup::npm::npm;

/// What is pinned.
pub(super) const PINNED: &str = "xtask/src/catalog/inputs.toml";
/// Reads an array out of a JavaScript file.
const LITERAL: &str = "xtask/src/catalog/literal.mjs";
/// Where archives are kept between runs, below cargo's target directory.
const CACHE: &str = "catalog-inputs";

/// One pinned package.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// The letter that stands for it in the data.
    pub(super) key: char,
    pub(super) package: String,
    pub(super) version: String,
    /// The day it was published, `YYYY-MM-DD`.
    pub(super) date: String,
    registry: String,
    file: String,
    sha256: String,
}

/// All pinned packages, on this disk and as they should be.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) all: Vec<Input>,
    cache: PathBuf,
    literal: PathBuf,
}

impl Inputs {
    /// Fetches what is not here yet.
    pub(super) fn fetch(project: &Project) -> Result<Self> {
        let text =
            fs::read_to_string(project.path(PINNED)).with_context(|| format!("cannot read {PINNED}"))?;
        let inputs = Self {
            all: pinned(&text)?,
            cache: project.cargo_target().join(CACHE),
            literal: project.path(LITERAL),
        };
        fs::create_dir_all(&inputs.cache)?;
        for input in &inputs.all {
            let archive = inputs.cache.join(&input.file);
            if !archive.exists() {
                download(input, &inputs.cache)?;
            }
            let digest = sha256(&archive)?;
            if digest != input.sha256 {
                bail!(
                    "{} has the digest {digest}, but {PINNED} says {}",
                    input.file,
                    input.sha256
                );
            }
        }
        Ok(inputs)
    }

    /// The package of a letter.
    pub(super) fn of(&self, key: char) -> Result<&Input> {
        let found = self.all.iter().find(|input| input.key == key);
        found.with_context(|| format!("{PINNED} has no input with the key {key}"))
    }

    /// A file of an archive.
    pub(super) fn read(&self, key: char, member: &str) -> Result<String> {
        let archive = self.cache.join(&self.of(key)?.file);
        if is_wheel(&archive) {
            let script = "import sys, zipfile\n\
                          sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))";
            return process::capture(command("python3").args(["-c", script]).arg(&archive).arg(member));
        }
        let member = format!("package/{member}");
        process::capture(command("tar").arg("-xzOf").arg(&archive).arg(member))
    }

    /// The names of the files of an npm archive below a folder of the package, sorted.
    pub(super) fn files_below(&self, key: char, folder: &str) -> Result<Vec<String>> {
        let archive = self.cache.join(&self.of(key)?.file);
        let list = process::capture(command("tar").arg("-tzf").arg(&archive))?;
        let mut names: Vec<_> = list
            .lines()
            .filter_map(|line| line.strip_prefix("package/"))
            .filter(|name| name.starts_with(folder))
            .map(str::to_owned)
            .collect();
        names.sort();
        Ok(names)
    }

    /// The array of a JavaScript file whose line begins with `start`.
    pub(super) fn literal(&self, key: char, member: &str, start: &str) -> Result<Vec<Value>> {
        let file = self.cache.join(format!("{key}-{}", member.replace('/', "-")));
        fs::write(&file, self.read(key, member)?)?;
        let mut node = command("node");
        node.arg(&self.literal).arg(&file).arg(start);
        Ok(serde_json::from_str(&process::capture(&mut node)?)?)
    }
}

/// Reads `inputs.toml`.
pub(super) fn pinned(text: &str) -> Result<Vec<Input>> {
    let table: Table = toml::from_str(text).with_context(|| format!("{PINNED} is not valid"))?;
    let list = table.get("input").and_then(|list| list.as_array());
    let list = list.with_context(|| format!("{PINNED} has no input"))?;
    list.iter()
        .map(|entry| {
            let text = |field: &str| {
                let value = entry.get(field).and_then(|value| value.as_str());
                value
                    .map(str::to_owned)
                    .with_context(|| format!("an input of {PINNED} has no `{field}`"))
            };
            Ok(Input {
                key: text("key")?.chars().next().context("a key is empty")?,
                package: text("package")?,
                version: text("version")?,
                date: text("date")?,
                registry: text("registry")?,
                file: text("file")?,
                sha256: text("sha256")?,
            })
        })
        .collect()
}

fn download(input: &Input, cache: &Path) -> Result<()> {
    if input.registry == "npm" {
        let package = format!("{}@{}", input.package, input.version);
        return process::run(npm(cache).args(["pack", "--silent", &package]));
    }
    // One wheel for every machine, so that there is one digest: what is read of it is the same in all.
    let mut pip = command("python3");
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ])
    .args(["--only-binary=:all:", "--implementation", "cp", "--abi", "abi3"])
    .args(["--python-version", "310", "--platform", "manylinux_2_28_x86_64"])
    .arg(format!("{}=={}", input.package, input.version))
    .arg("--dest")
    .arg(cache);
    process::run(&mut pip)
}

fn is_wheel(archive: &Path) -> bool {
    archive.extension().is_some_and(|extension| extension == "whl")
}

fn sha256(file: &Path) -> Result<String> {
    let script = "const { createHash } = require('node:crypto');\n\
                  const content = require('node:fs').readFileSync(process.argv[1]);\n\
                  process.stdout.write(createHash('sha256').update(content).digest('hex'));";
    process::capture(command("node").args(["-e", script]).arg(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_packages_have_keys_of_their_own_and_whole_digests() {
        let text = fs::read_to_string(Project::find().unwrap().path(PINNED)).unwrap();
        let inputs = pinned(&text).unwrap();
        let mut keys: Vec<_> = inputs.iter().map(|input| input.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), inputs.len());
        assert!(inputs.iter().all(|input| input.sha256.len() == 64));
    }
}
