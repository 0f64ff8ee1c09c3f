//! The manifest of a model of the hub, as the download queue of the core takes it, or why there is none.
//!
//! Its URLs name the commit, so that what they lead to never changes, and its digests are those of the hub: whatever is
//! fetched is what the repository had when it was looked at.

use super::details::{HubModel, name_of};
use super::files::HubFile;
use super::place::{Commit, Repository, file_url};
use super::repository::{Gate, HubRepository};
use super::role::{Format, base_name, gguf_part};
use crate::engine::ids::{EngineId, ModelId};
use crate::engine::manifest::{MAX_FILE_BYTES, MAX_FILES, ModelFile, ModelManifest};
use crate::providers::BaseUrl;

/// What stands before the ids of models of the hub.
const PREFIX: &str = "hf/";
/// The longest file wllama opens: 2 GB, by its documentation (3.8.1). A larger model must come in parts.
const MAX_PART_BYTES: u64 = 1 << 31;
/// The longest name of a file or a model, in characters, and the longest URL, in bytes: the core takes no longer ones.
const MAX_NAME: usize = 256;
const MAX_URL: usize = 4_096;

/// Where models come from, and who would run them.
pub(super) struct Source<'a> {
    pub(super) repository: &'a HubRepository,
    pub(super) commit: &'a Commit,
    pub(super) base: &'a BaseUrl,
    pub(super) engine: Option<&'a EngineId>,
    /// Not all of its files are known.
    pub(super) more_files: bool,
}

/// A model that may become a manifest.
pub(super) struct Making<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) model: &'a HubModel,
    /// No other model of the repository is stored as it is.
    pub(super) alone: bool,
    /// How many parts it should have.
    pub(super) total: u32,
    /// Its parts, by their numbers, and the files they are.
    pub(super) members: &'a [(u32, usize)],
    pub(super) files: &'a [HubFile],
}

impl Making<'_> {
    /// The manifest.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
    pub(super) fn manifest(&self) -> Result<ModelManifest, String> {
        let Source { repository, base, .. } = self.source;
        let engine = self.engine()?;
        self.check_access()?;
        self.check_parts()?;
        let name = Repository::new(&repository.id).map_err(|reason| sentence("The repository", reason))?;
        let mut files = Vec::with_capacity(self.members.len());
        for (_, at) in self.members {
            let file = &self.files[*at];
            let url = file_url(base, &name, self.source.commit, &file.path);
            let short = base_name(&file.path);
            if url.len() > MAX_URL || short.chars().count() > MAX_NAME {
                return Err("The name of its file is too long.".to_owned());
            }
            files.push(ModelFile {
                name: short.to_owned(),
                url,
                size_bytes: file.size_bytes,
                sha256: file.sha256,
            });
        }
        let mut from = ["From ", &repository.id, " on Hugging Face"].concat();
        if let Some(license) = &repository.license {
            from.push_str(", ");
            from.push_str(license);
        }
        Ok(ModelManifest {
            id: self.id()?,
            name: self.model.name.clone(),
            description: Some(from + "."),
            engine: engine.clone(),
            context_window: self.model.context_window,
            catalog_name: Some(self.catalog_name(&name)),
            files,
            served: None,
        })
    }

    fn engine(&self) -> Result<&EngineId, String> {
        let (engine, format) = match self.model.format {
            Format::Gguf => (self.source.engine, "GGUF"),
            Format::Onnx => (None, "ONNX"),
        };
        engine.ok_or_else(|| ["No engine of this page runs ", format, " files."].concat())
    }

    /// Downloads send no key, wherever they go.
    fn check_access(&self) -> Result<(), String> {
        let HubRepository {
            gated,
            private,
            disabled,
            ..
        } = self.source.repository;
        let why = if *disabled {
            "The repository was taken down."
        } else if *private {
            "The repository is private: its files are given out for a key only, and downloads send none."
        } else if *gated != Gate::Open {
            "The repository is gated: its files are given out for a key only, and downloads send none."
        } else {
            return Ok(());
        };
        Err(why.to_owned())
    }

    /// All parts are there, in order, and of lengths that can be.
    fn check_parts(&self) -> Result<(), String> {
        if self.members.len() > MAX_FILES || usize::try_from(self.total).is_ok_and(|total| total > MAX_FILES)
        {
            return Err("It has more than 1000 parts.".to_owned());
        }
        // They are in the order of their numbers.
        let mut numbers = self.members.iter().map(|(number, _)| *number);
        let missing = (1..=self.total).find(|number| numbers.next() != Some(*number));
        let is_missing = |missing: &u32| !self.members.iter().any(|(number, _)| number == missing);
        if let Some(missing) = missing.filter(is_missing) {
            let mut why = ["Part ", &missing.to_string(), " of ", &self.total.to_string()].concat();
            why.push_str(if self.source.more_files {
                " is not among the files that could be listed."
            } else {
                " is missing."
            });
            return Err(why);
        }
        if missing.is_some() || numbers.next().is_some() {
            return Err("It has parts that are none of its own.".to_owned());
        }
        let mut whole: u64 = 0;
        for (_, at) in self.members {
            let Some(size) = self.files[*at].size_bytes else {
                continue;
            };
            whole = whole.saturating_add(size);
            if size == 0 {
                return Err("One of its files is empty.".to_owned());
            }
            if size > MAX_PART_BYTES {
                return Err(
                    "A page opens files of up to 2 GB: choose a smaller quantization, or one in parts."
                        .to_owned(),
                );
            }
        }
        if whole > MAX_FILE_BYTES {
            return Err("It is longer than a page can count.".to_owned());
        }
        Ok(())
    }

    /// `hf/<repository>/<quantization>`, or the path of the file where another one is stored alike.
    fn id(&self) -> Result<ModelId, String> {
        let path = gguf_part(&self.model.path).map_or(self.model.path.as_str(), |part| part.stem);
        let own = self.model.quantization.as_deref().filter(|_| self.alone);
        let last: String = own
            .unwrap_or(path)
            .chars()
            .map(|c| if c.is_whitespace() { '-' } else { c })
            .collect();
        ModelId::new(&[PREFIX, &self.source.repository.id, "/", &last].concat())
            .map_err(|reason| sentence("Its id", &reason.to_string()))
    }

    /// What the model database knows it by: its file's name where that says which model it is, else the repository's.
    fn catalog_name(&self, repository: &Repository) -> String {
        let stem = gguf_part(&self.model.path).map_or("", |part| base_name(part.stem));
        let named = name_of(stem).filter(|name| name.parameters().millions.is_some());
        if let Some(named) = named {
            return named.text().to_owned();
        }
        let mut name = repository.name().to_owned();
        if let Some(quantization) = &self.model.quantization {
            name.push('-');
            name.push_str(quantization);
        }
        name
    }
}

fn sentence(subject: &str, predicate: &str) -> String {
    [subject, " ", predicate, "."].concat()
}
