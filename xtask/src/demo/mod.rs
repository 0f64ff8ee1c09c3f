//! The demo chat app: built as a user of the package would, and served with its models.
//!
//! The site and the models come from two servers, as in real life: any static server for the page, and the test
//! server for the models, because it can limit the bandwidth. The page learns the second one's address from its
//! query: `?models=http://localhost:<port>`.

mod site;
mod stand_ins;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::build;
use crate::ollama::Stage;
use crate::project::Project;
use crate::setup::{self, Part};
use crate::toolchain::Toolchain;

use crate::server::{Output, Server, free_port, port_after};

/// Slow enough to watch a 25 MB model arrive, quick enough to wait for it.
pub(crate) const WATCHABLE_BYTES_PER_SECOND: u64 = 2_000_000;

/// The running demo. Dropping it stops both servers.
#[derive(Debug)]
pub(crate) struct Demo {
    page: Server,
    models: Server,
    test_server: PathBuf,
}

impl Demo {
    /// Serves a site that is built, on free ports, and keeps what the servers say in `target/logs`.
    ///
    /// # Errors
    /// When a server does not start.
    pub(crate) fn start_quietly(project: &Project, toolchain: &Toolchain) -> Result<Self> {
        let logs = project.path("target/logs");
        Self::start(project, toolchain, free_port()?, None, &Output::Logs(logs), false)
    }

    fn start(
        project: &Project,
        toolchain: &Toolchain,
        port: u16,
        bandwidth: Option<u64>,
        output: &Output,
        with_providers: bool,
    ) -> Result<Self> {
        let test_server = site::test_server(project, toolchain)?;
        let models_port = port_after(port)?;
        let mut command = crate::process::command(&test_server);
        command
            .arg("--dir")
            .arg(site::models_directory(project))
            .args(["--port", &models_port.to_string()]);
        if let Some(bandwidth) = bandwidth {
            command.args(["--bandwidth", &bandwidth.to_string()]);
        }
        let models = Server::start("models", command, models_port, output)?;
        let origin = models.origin();
        stand_ins::configure(project, with_providers.then_some(origin.as_str()))?;
        let page = Server::start("page", site::preview(project, port)?, port, output)?;
        Ok(Self {
            page,
            models,
            test_server,
        })
    }

    /// The address of the page, with that of the models.
    pub(crate) fn url(&self) -> String {
        format!("{}/?models={}", self.page.origin(), self.models.origin())
    }

    /// The port of the page.
    pub(crate) fn page_port(&self) -> u16 {
        self.page.port()
    }

    /// The program that serves the models.
    pub(crate) fn test_server(&self) -> &Path {
        &self.test_server
    }

    /// What tests need to know, as environment variables.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("MODELYARD_URL", self.url()),
            ("MODELYARD_PAGE", self.page.origin()),
            ("MODELYARD_MODELS", self.models.origin()),
            ("MODELYARD_TESTSERVER", self.test_server.display().to_string()),
        ]
    }

    /// Fails when a server has ended.
    fn check(&mut self) -> Result<()> {
        self.page.check()?;
        self.models.check()
    }

    /// A real Ollama for the page, with a registry to pull from.
    fn ollama(&self, project: &Project) -> Result<Stage> {
        let files = site::models_directory(project);
        // Its words would hide the address of the demo.
        let output = Output::Logs(project.path("target/logs"));
        let stage = Stage::start(project, &self.test_server, &files, self.page.port(), &output)?;
        println!("\n{}", stage.describe());
        Ok(stage)
    }
}

/// What runs beside the demo.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Beside {
    /// Start real Ollamas beside it, with a registry to pull a model from, where they could be built.
    #[arg(long)]
    ollama: bool,
    /// Set up stand-ins for hosted and local servers and for Hugging Face, to try all of that without a network.
    #[arg(long)]
    providers: bool,
}

/// Whether there is a demo app to build.
pub(crate) fn exists(project: &Project) -> bool {
    site::directory(project).join("package.json").exists()
}

/// The task `demo`: sets up, builds, serves until it is interrupted.
///
/// # Errors
/// When a step fails or a server ends by itself.
pub(crate) fn task(project: &Project, port: u16, bandwidth: u64, beside: Beside) -> Result<()> {
    let mut needs = build::NEEDS.to_vec();
    needs.extend(beside.ollama.then_some(Part::Ollama));
    let toolchain = setup::prepare(project, &needs)?;
    build::run(project, &toolchain)?;
    build_site(project, &toolchain)?;
    // Zero is the usual way to say "no limit".
    let bandwidth = Some(bandwidth).filter(|limit| *limit > 0);
    let mut demo = Demo::start(
        project,
        &toolchain,
        port,
        bandwidth,
        &Output::Terminal,
        beside.providers,
    )?;
    if beside.providers {
        println!("\n{}", stand_ins::describe(&demo.models.origin()));
    }
    let mut ollama = beside.ollama.then(|| demo.ollama(project)).transpose()?;
    println!("\n  the demo is at {}\n  stop it with Ctrl-C\n", demo.url());
    loop {
        demo.check()?;
        if let Some(ollama) = &mut ollama {
            ollama.check()?;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
}

/// Builds the test server and returns its program.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn test_server(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    site::test_server(project, toolchain)
}

/// The directory of the models, generated if need be.
///
/// # Errors
/// When they cannot be generated.
pub(crate) fn generated_models(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    site::generate_models(project, toolchain).context("cannot generate the demo models")?;
    Ok(site::models_directory(project))
}

/// Generates the models, installs the packed package and builds the site.
///
/// # Errors
/// When a step fails.
pub(crate) fn build_site(project: &Project, toolchain: &Toolchain) -> Result<()> {
    site::generate_models(project, toolchain).context("cannot generate the demo models")?;
    site::build(project).context("cannot build the demo app")
}
