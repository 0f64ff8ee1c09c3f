//! Real Ollamas for tests and for the demo: started, waited for, given models, ended with what they started.
//!
//! Each has a home and models of its own, which go with it.

mod http;
mod models;
mod registry;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process::command;
use crate::project::Project;
use crate::server::{Output, Server, free_port};
use crate::setup::ollama as built;

pub(crate) use models::prepare;
pub(crate) use registry::Registry;
pub(crate) use stage::Stage;

/// What the model on the servers is called. It says hello to anything.
pub(crate) const MODEL: &str = "hello";

/// The same model, which never ends.
pub(crate) const ENDLESS: &str = "forever";

/// How an Ollama is started.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    /// For its log and its directory.
    pub(crate) name: &'static str,
    /// Where its directory is made.
    pub(crate) home: PathBuf,
    /// Origins it lets in beside those of localhost.
    pub(crate) origins: &'a [String],
    /// A registry to trust.
    pub(crate) registry: Option<&'a Registry>,
    /// Models to begin with.
    pub(crate) models: Option<PathBuf>,
}

/// A running Ollama. Dropping it ends it and the models it runs, and removes what it kept.
#[derive(Debug)]
pub(crate) struct Ollama {
    // Ended before its directory goes.
    server: Server,
    program: PathBuf,
    directory: Directory,
}

/// A directory that goes with its owner.
#[derive(Debug)]
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Ollama {
    /// Starts one on a free port and returns when it answers.
    ///
    /// # Errors
    /// When it cannot be started or does not answer in time.
    pub(crate) fn start(program: &Path, settings: &Settings, output: &Output) -> Result<Self> {
        let port = free_port()?;
        let directory = Directory(settings.home.join(format!("{}-{port}", settings.name)));
        fs::create_dir_all(&directory.0)
            .with_context(|| format!("cannot create {}", directory.0.display()))?;
        if let Some(models) = &settings.models {
            models::copy(models, &directory.0.join("models"))?;
        }
        let mut serve = command(program);
        serve
            .arg("serve")
            .env("HOME", &directory.0)
            .env("OLLAMA_MODELS", directory.0.join("models"))
            .env("OLLAMA_HOST", format!("127.0.0.1:{port}"))
            .env("OLLAMA_ORIGINS", settings.origins.join(","))
            // What was pulled half stays when it starts anew; and nobody is asked who is not on this machine.
            .env("OLLAMA_NOPRUNE", "1")
            .env("OLLAMA_NO_CLOUD", "1");
        if let Some(registry) = settings.registry {
            serve.env("SSL_CERT_FILE", registry.certificate());
        }
        let ready = || http::status(port, "/api/version") == Some(200);
        let server = Server::start_and_ask(settings.name, serve, port, output, ready)?;
        Ok(Self {
            server,
            program: program.to_owned(),
            directory,
        })
    }

    /// The base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port())
    }

    /// Its home.
    fn home(&self) -> &Path {
        &self.directory.0
    }

    /// Where its models are.
    fn models(&self) -> PathBuf {
        self.directory.0.join("models")
    }

    /// Where a client's words go, which matter only when it fails.
    fn log(&self) -> Result<fs::File> {
        let log = self.directory.0.with_file_name("client.log");
        fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))
    }

    /// A command of Ollama's own client, for this server.
    fn command(&self, name: &str) -> Command {
        let mut command = command(&self.program);
        command
            .arg(name)
            .env("HOME", &self.directory.0)
            .env("OLLAMA_HOST", self.url());
        command
    }

    /// Fails when it has ended.
    ///
    /// # Errors
    /// When it has.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.server.check()
    }
}

/// The program of any version that was built.
///
/// # Errors
/// When none was; the message says why.
pub(crate) fn any_program(project: &Project) -> Result<PathBuf> {
    let managing = built::MANAGING.program(project);
    let running = || built::running(project).map(|(_, program)| program);
    managing.or_else(running).with_context(|| built::reason(project))
}
