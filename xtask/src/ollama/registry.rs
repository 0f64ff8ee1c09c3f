//! A real registry that holds a model of the demo, for pulls.
//!
//! Debian's `docker-registry` answers what a model consists of, and sends whoever asks for a layer elsewhere, as the
//! registry of Ollama does: to the test server, which has the same directory and a limit to its speed, so that there is
//! time to see progress and to cancel. Ollama speaks to a registry by TLS alone; the certificate is made here, and an
//! Ollama is told to trust it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::models;
use crate::process::{self, command};
use crate::project::{Project, is_newer_than};
use crate::server::{Output, Server, free_port};
use crate::setup::ollama as built;

/// What the registry calls the model.
const NAME: &str = "modelyard/story:1";

/// Slow enough to cancel a pull of 24 MB in the middle.
const BYTES_PER_SECOND: u64 = 8_000_000;

/// A running registry.
#[derive(Debug)]
pub(crate) struct Registry {
    manifests: Server,
    layers: Server,
    directory: PathBuf,
}

impl Registry {
    /// Starts the registry, and puts the model into it where it is not there yet; `test_server` serves layers. None
    /// where there is no registry, or no Ollama that could put a model into it.
    ///
    /// # Errors
    /// When something does not start, or the model cannot be put in.
    pub(crate) fn start(
        project: &Project,
        test_server: &Path,
        files: &Path,
        output: &Output,
    ) -> Result<Option<Self>> {
        let (Some(program), Some((_, publisher))) = (built::registry(project), built::running(project))
        else {
            return Ok(None);
        };
        // It also makes the certificate.
        if !built::has_go() {
            return Ok(None);
        }
        let directory = built::directory(project).join("registry");
        let storage = directory.join("storage");
        fs::create_dir_all(&storage).with_context(|| format!("cannot create {}", storage.display()))?;
        make_certificate(&directory)?;
        let layers_port = free_port()?;
        let mut layers = command(test_server);
        layers
            .args(["--port", &layers_port.to_string()])
            .arg("--dir")
            .arg(&storage)
            .args(["--bandwidth", &BYTES_PER_SECOND.to_string()]);
        let layers = Server::start("layers", layers, layers_port, output)?;
        let port = free_port()?;
        let settings = directory.join("settings.yml");
        fs::write(&settings, yaml(&directory, &storage, port, layers_port))
            .with_context(|| format!("cannot write {}", settings.display()))?;
        let mut serve = command(&program);
        serve.arg("serve").arg(&settings);
        let manifests = Server::start("registry", serve, port, output)?;
        let registry = Self {
            manifests,
            layers,
            directory,
        };
        // Not the model that servers begin with, of which nothing would be left to fetch.
        let model = files.join("two.gguf");
        let done = registry.directory.join("published");
        if !is_newer_than(&done, std::slice::from_ref(&model)) {
            models::publish(project, &registry, &publisher, &model, output)?;
            fs::write(&done, "").with_context(|| format!("cannot write {}", done.display()))?;
        }
        Ok(Some(registry))
    }

    /// The name under which an Ollama pulls the model.
    pub(super) fn model(&self) -> String {
        format!("localhost:{}/{NAME}", self.manifests.port())
    }

    /// What tests need to know: the name to pull, and the test server that serves the layers, whose log tells what was
    /// fetched.
    pub(crate) fn environment(&self) -> [(&'static str, String); 2] {
        [
            ("MODELYARD_OLLAMA_PULL", self.model()),
            (
                "MODELYARD_OLLAMA_LAYERS",
                format!("http://127.0.0.1:{}", self.layers.port()),
            ),
        ]
    }

    /// The certificate an Ollama has to trust.
    pub(super) fn certificate(&self) -> PathBuf {
        self.directory.join("cert.pem")
    }
}

/// A certificate for this machine that is its own authority, by the program that Go brings for tests.
fn make_certificate(directory: &Path) -> Result<()> {
    let root = process::capture(built::go().args(["env", "GOROOT"]))?;
    let source = Path::new(root.trim()).join("src/crypto/tls/generate_cert.go");
    let mut make = built::go();
    make.arg("run")
        .arg(source)
        .args(["--host", "localhost,127.0.0.1", "--ca", "--ecdsa-curve", "P256"])
        .current_dir(directory)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    process::run(&mut make).context("cannot make a certificate for the registry")
}

fn yaml(directory: &Path, storage: &Path, port: u16, layers_port: u16) -> String {
    format!(
        "version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: {storage}
http:
  addr: 127.0.0.1:{port}
  secret: for tests
  tls:
    certificate: {directory}/cert.pem
    key: {directory}/key.pem
middleware:
  storage:
    - name: redirect
      options:
        baseurl: http://127.0.0.1:{layers_port}/
",
        storage = storage.display(),
        directory = directory.display()
    )
}
