//! What a test in a page plays on: an Ollama that lets the page in, one that does not, one that runs models; and a
//! registry to pull from.
//!
//! An Ollama lets pages of localhost in whatever it is told, so a page that is to be refused has to come by another name:
//! `modelyard.localhost` leads to this machine too.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{ENDLESS, MODEL, Ollama, Registry, Settings, any_program, prepare};
use crate::project::Project;
use crate::server::Output;
use crate::setup::ollama as built;

/// The name by which a page comes that is not let in by itself.
const OTHER_HOST: &str = "modelyard.localhost";

/// Running servers. Dropping them ends them.
#[derive(Debug)]
pub(crate) struct Stage {
    allowed: Ollama,
    refusing: Ollama,
    running: Option<Ollama>,
    registry: Option<Registry>,
    has_models: bool,
    page: String,
}

impl Stage {
    /// Starts them for a page at a port of localhost.
    ///
    /// # Errors
    /// When no Ollama was built, or one does not start.
    pub(crate) fn start(
        project: &Project,
        test_server: &Path,
        files: &Path,
        page_port: u16,
        output: &Output,
    ) -> Result<Self> {
        let program = any_program(project)?;
        let models = prepare(project, files, output)?;
        let registry = Registry::start(project, test_server, files, output)?;
        let page = format!("http://{OTHER_HOST}:{page_port}");
        let start = |name, program: &Path, origin: &str| {
            let settings = Settings {
                name,
                home: built::directory(project).join("run"),
                origins: &[origin.to_owned()],
                registry: registry.as_ref(),
                models: models.clone(),
            };
            Ollama::start(program, &settings, output)
        };
        let allowed = start("ollama-allowed", &program, &page)?;
        let refusing = start("ollama-refusing", &program, "https://elsewhere.example")?;
        let running =
            built::running(project).map(|(_, program): (_, PathBuf)| start("ollama-chat", &program, &page));
        let running = running.transpose()?;
        Ok(Self {
            allowed,
            refusing,
            running,
            has_models: models.is_some(),
            registry,
            page,
        })
    }

    /// Fails when a server has ended.
    ///
    /// # Errors
    /// When one has.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.allowed.check()?;
        self.refusing.check()?;
        self.running.as_mut().map_or(Ok(()), Ollama::check)
    }

    /// What a person can do with it.
    pub(crate) fn describe(&self) -> String {
        let mut text = String::new();
        if let Some(running) = &self.running {
            let _ = writeln!(text, "  an Ollama that runs models is at {}", running.url());
        }
        let _ = writeln!(
            text,
            "  an Ollama that manages models is at {}",
            self.allowed.url()
        );
        let _ = writeln!(
            text,
            "  one that lets pages in from localhost alone is at {}; the demo is also at {}",
            self.refusing.url(),
            self.page
        );
        if let Some(registry) = &self.registry {
            let _ = writeln!(text, "  all can pull {}", registry.model());
        }
        text
    }

    /// What tests need to know, as environment variables. What is not there is left out.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            ("MODELYARD_OLLAMA_ALLOWED", self.allowed.url()),
            ("MODELYARD_OLLAMA_REFUSING", self.refusing.url()),
            ("MODELYARD_OLLAMA_PAGE", self.page.clone()),
        ];
        if self.has_models {
            environment.push(("MODELYARD_OLLAMA_MODEL", MODEL.to_owned()));
        }
        if let Some(running) = &self.running {
            environment.push(("MODELYARD_OLLAMA_CHAT", running.url()));
            environment.push(("MODELYARD_OLLAMA_ENDLESS", ENDLESS.to_owned()));
        }
        environment.extend(self.registry.iter().flat_map(Registry::environment));
        environment
    }
}
