//! Real Ollamas and a registry for tests: built and unpacked where that is possible, else missed with a reason.
//!
//! Two versions, for what a plain Go build of each can do. The newest one manages models and cannot run them, because
//! that is left to a program in another language. The last one that runs models when built by Go alone needs headers
//! that its module leaves out; where those cannot be had, an older one does that needs none, but it does not tell the
//! context window it serves and shortens what is too long without a word.
//!
//! Nothing here fails a set-up: tests against a real Ollama say that they skip, and why. What could not be built is not
//! tried again by tests, only by the task `setup`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::apt;
use crate::process::{self, command, find_any_program, find_program};
use crate::project::Project;

/// The version that manages models.
pub(crate) const MANAGING: Release = Release {
    version: "0.32.15",
    needs_headers: false,
};

/// Versions that also run them, the better one first.
const RUNNING: [Release; 2] = [
    Release {
        version: "0.12.6",
        needs_headers: true,
    },
    Release {
        version: "0.6.5",
        needs_headers: false,
    },
];

/// The module that carries `miniaudio.h`, which is in no package of Debian 12.
const MINIAUDIO: &str = "github.com/gen2brain/malgo@v0.11.24";

/// Packages of Debian with the other headers.
const HEADERS: [&str; 2] = ["nlohmann-json3-dev", "libstb-dev"];

/// Why nothing can be built.
const NO_GO: &str = "there is no Go here to build one with";

/// The package of Debian with the registry.
const REGISTRY: &str = "docker-registry";

/// A version of Ollama.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Release {
    version: &'static str,
    needs_headers: bool,
}

impl Release {
    /// As it calls itself.
    pub(crate) fn version(self) -> &'static str {
        self.version
    }

    /// Its program, where it was built.
    pub(crate) fn program(self, project: &Project) -> Option<PathBuf> {
        let program = self.place(project);
        program.is_file().then_some(program)
    }

    /// Why it was not built.
    fn reason(self, project: &Project) -> Option<String> {
        let reason = fs::read_to_string(self.failure(project)).ok()?;
        Some(format!("Ollama {}: {}", self.version, reason.trim()))
    }

    fn place(self, project: &Project) -> PathBuf {
        directory(project).join(format!("ollama-{}", self.version))
    }

    fn failure(self, project: &Project) -> PathBuf {
        directory(project).join(format!("ollama-{}.failed", self.version))
    }

    /// Builds it, unless it is there or could not be built before.
    fn install(self, project: &Project) -> bool {
        if self.program(project).is_some() {
            return true;
        }
        if self.failure(project).exists() {
            return false;
        }
        match self.build(project) {
            Ok(()) => true,
            Err(error) => {
                println!("Ollama {} is not there: {error:#}", self.version);
                let _ = fs::create_dir_all(directory(project));
                let _ = fs::write(self.failure(project), format!("{error:#}\n"));
                false
            }
        }
    }

    fn build(self, project: &Project) -> Result<()> {
        let mut flags = "-O2 -g0".to_owned();
        if self.needs_headers {
            let include = directory(project).join("debian/usr/include");
            unpack_headers(project, &include)?;
            copy_miniaudio(&include.join("miniaudio"))?;
            flags = format!("{flags} -I{}", include.display());
        }
        println!(
            "building Ollama {} with Go; this takes some minutes",
            self.version
        );
        let binaries = directory(project).join("bin");
        let module = format!("github.com/ollama/ollama@v{}", self.version);
        let named = format!("-X=github.com/ollama/ollama/version.Version={}", self.version);
        let mut build = go();
        build
            .args(["install", "-ldflags", &named, &module])
            .env("GOBIN", &binaries)
            .env("CGO_CFLAGS", &flags)
            .env("CGO_CXXFLAGS", &flags);
        let log = project.path(format!("target/logs/ollama-{}-build.log", self.version));
        process::run_with_log(&mut build, &log)?;
        let program = binaries
            .join("ollama")
            .with_extension(std::env::consts::EXE_EXTENSION);
        fs::rename(&program, self.place(project))
            .with_context(|| format!("building left no {}", program.display()))
    }
}

/// The version that runs models, and its program.
pub(crate) fn running(project: &Project) -> Option<(Release, PathBuf)> {
    let built = |release: &Release| Some((*release, release.program(project)?));
    RUNNING.iter().find_map(built)
}

/// The program of the registry.
pub(crate) fn registry(project: &Project) -> Option<PathBuf> {
    let unpacked = directory(project).join("debian/usr/bin").join(REGISTRY);
    find_program(REGISTRY).or_else(|| unpacked.is_file().then_some(unpacked))
}

/// Why there is no real Ollama to test with.
pub(crate) fn reason(project: &Project) -> String {
    if !has_go() {
        return NO_GO.to_owned();
    }
    let reasons = [MANAGING, RUNNING[0], RUNNING[1]].map(|release| release.reason(project));
    let reasons: Vec<String> = reasons.into_iter().flatten().collect();
    if reasons.is_empty() {
        return "no Ollama was built; run `cargo xtask setup`".to_owned();
    }
    format!("{}; `cargo xtask setup` tries again", reasons.join("; "))
}

/// Whether there is Go.
pub(crate) fn has_go() -> bool {
    find_program("go").is_some()
}

/// Builds and installs what is missing. What cannot be had is said, and no error.
pub(super) fn install(project: &Project) {
    if !has_go() {
        // Tests say so when they skip.
        return;
    }
    MANAGING.install(project);
    let _ = RUNNING.iter().any(|release| release.install(project));
    if registry(project).is_none()
        && let Err(error) = apt::unpack(&[REGISTRY], &directory(project).join("debian"))
    {
        println!("no registry, so nothing is pulled from a real one: {error:#}");
    }
}

/// Forgets what could not be built, so that it is tried again.
pub(super) fn try_again(project: &Project) {
    for release in [MANAGING, RUNNING[0], RUNNING[1]] {
        let _ = fs::remove_file(release.failure(project));
    }
}

/// What is there and what tests will skip, a line for each.
pub(super) fn describe(project: &Project) -> Vec<String> {
    let skip = |what: &str, why: String| format!("tests skip {what}: {why}");
    if !has_go() {
        return vec![skip("real Ollamas", NO_GO.to_owned())];
    }
    let managing = if MANAGING.program(project).is_some() {
        format!("{} manages models", MANAGING.version)
    } else {
        skip(
            "managing models with a new Ollama",
            MANAGING.reason(project).unwrap_or_default(),
        )
    };
    let running = running(project).map_or_else(
        || skip("chats with a real Ollama", reason(project)),
        |(release, _)| format!("{} runs them", release.version),
    );
    let registry = registry(project).map_or_else(
        || {
            skip(
                "pulls from a real registry",
                "there is no docker-registry".to_owned(),
            )
        },
        |program| format!("{} holds a model to pull", program.display()),
    );
    vec![managing, running, registry]
}

/// Where all of it is.
pub(crate) fn directory(project: &Project) -> PathBuf {
    project.path("target/ollama")
}

/// Go as it is here: another toolchain is not fetched.
pub(crate) fn go() -> Command {
    let mut go = command("go");
    go.env("GOTOOLCHAIN", "local").env("CGO_ENABLED", "1");
    // A command outside of any module is not in need of what a module says.
    go.current_dir(std::env::temp_dir());
    go
}

fn unpack_headers(project: &Project, include: &Path) -> Result<()> {
    if find_any_program(&["g++", "c++"]).is_none() {
        apt::install(&["g++".to_owned()], "what builds an Ollama that runs models")?;
    }
    if ["nlohmann/json.hpp", "stb/stb_image.h"]
        .iter()
        .all(|header| include.join(header).exists())
    {
        return Ok(());
    }
    apt::unpack(&HEADERS, &directory(project).join("debian"))
}

/// Puts a copy of `miniaudio.h` into a directory. Its module is checked by Go's own sums.
fn copy_miniaudio(directory: &Path) -> Result<()> {
    let target = directory.join("miniaudio.h");
    if target.exists() {
        return Ok(());
    }
    let text = process::capture(go().args(["mod", "download", "-json", MINIAUDIO]))?;
    let answer: serde_json::Value =
        serde_json::from_str(&text).context("Go said something else than JSON")?;
    let module = answer["Dir"]
        .as_str()
        .context("Go does not say where it put a module")?;
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let header = Path::new(module).join("miniaudio.h");
    fs::copy(&header, &target).with_context(|| format!("cannot copy {}", header.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_built_is_told_until_the_set_up_tries_again() {
        let root = std::env::temp_dir().join(format!("modelyard-ollama-{}", std::process::id()));
        let project = Project::at(&root);
        fs::create_dir_all(directory(&project)).unwrap();
        assert_eq!(MANAGING.reason(&project), None);
        fs::write(MANAGING.failure(&project), "no space\n").unwrap();
        let told = format!("Ollama {}: no space", MANAGING.version());
        assert_eq!(MANAGING.reason(&project), Some(told));
        // It is not tried, and nothing is there.
        assert!(!MANAGING.install(&project) && MANAGING.program(&project).is_none());
        try_again(&project);
        assert_eq!(MANAGING.reason(&project), None);
        let _ = fs::remove_dir_all(root);
    }
}
