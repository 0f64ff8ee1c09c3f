//! All there is to know of a repository: its files, and the models they are.
//!
//! Files become models in one walk over them: GGUF files by themselves or as the parts of one, ONNX files by how their
//! weights are stored. A model that a page can fetch and run has a manifest; any other says why not. Models are never
//! left out: what people see in the repository they find here.

use serde::Serialize;

use super::files::HubFile;
use super::groups::{Group, groups};
use super::manifest::{Making, Source};
use super::place::Commit;
use super::repository::{Found, HubRepository, billions};
use super::role::{Format, base_name};
use crate::catalog::name::ModelName;
use crate::engine::ids::EngineId;
use crate::engine::manifest::{MAX_FILE_BYTES, ModelManifest};
use crate::providers::BaseUrl;

/// A model of a repository: a file, or several that belong together.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HubModel {
    /// What people read: the model and its quantization, or the name of its file.
    pub name: String,
    /// Its file, or the first of them.
    pub path: String,
    /// The format.
    pub format: Format,
    /// How its weights are stored, for instance `Q4_K_M`.
    pub quantization: Option<String>,
    /// Its parameters, in billions.
    pub parameters_billions: Option<f64>,
    /// The length of all its files; `null` where that of one is not known.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub size_bytes: Option<u64>,
    /// How many files it has.
    pub parts: u32,
    /// The context window it was made for, in tokens.
    pub context_window: Option<u32>,
    /// What `modelyard.addModels()` takes.
    pub manifest: Option<ModelManifest>,
    /// Why there is no manifest.
    pub why: Option<String>,
}

/// A repository at one commit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct HubDetails {
    /// What is said of it.
    #[serde(flatten)]
    #[cfg_attr(feature = "types", ts(flatten))]
    pub repository: HubRepository,
    /// The commit everything here is of: 40 hex digits.
    pub revision: String,
    /// Its models, in the order of their files.
    pub models: Vec<HubModel>,
    /// Its files, in the hub's order.
    pub files: Vec<HubFile>,
    /// Entries that cannot be files.
    pub left_out: u32,
    /// It has more files than are listed here.
    pub more_files: bool,
}

/// The files of a repository as they come, page by page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The files.
    pub files: Vec<HubFile>,
    /// Entries that cannot be files.
    pub left_out: u32,
    /// There are more.
    pub more_files: bool,
}

impl HubDetails {
    /// What a repository and its files come to. `gguf` is the engine of this page that runs GGUF files.
    pub fn new(found: Found, listed: Listed, base: &BaseUrl, gguf: Option<&EngineId>) -> Self {
        let Found { repository, commit } = found;
        Self {
            models: models(&repository, &commit, &listed, base, gguf),
            repository,
            revision: commit.as_str().to_owned(),
            files: listed.files,
            left_out: listed.left_out,
            more_files: listed.more_files,
        }
    }
}

impl Listed {
    /// Takes a page of files. A path that stands there twice counts once, as it stood there first.
    pub fn take(&mut self, page: super::files::Files) {
        self.left_out = self.left_out.saturating_add(page.left_out);
        self.files.extend(page.files);
    }

    /// Drops what stands there twice. To be called once, after the last page.
    pub fn settle(&mut self) {
        let mut order: Vec<usize> = (0..self.files.len()).collect();
        order.sort_by(|one, other| self.files[*one].path.cmp(&self.files[*other].path));
        let mut twice: Vec<usize> = Vec::new();
        for pair in order.windows(2) {
            if self.files[pair[0]].path == self.files[pair[1]].path {
                // The sort is stable: the later one of the two.
                twice.push(pair[1]);
            }
        }
        twice.sort_unstable();
        let mut index = 0;
        self.files.retain(|_| {
            index += 1;
            twice.binary_search(&(index - 1)).is_err()
        });
        self.left_out = self
            .left_out
            .saturating_add(u32::try_from(twice.len()).unwrap_or(u32::MAX));
    }
}

/// What a text says of a model, read as the catalog reads names. Blanks, which names cannot have, become hyphens.
pub(super) fn name_of(text: &str) -> Option<ModelName> {
    let text: String = text
        .chars()
        .map(|c| if c.is_whitespace() { '-' } else { c })
        .collect();
    ModelName::parse(&text).ok()
}

fn models(
    repository: &HubRepository,
    commit: &Commit,
    listed: &Listed,
    base: &BaseUrl,
    gguf: Option<&EngineId>,
) -> Vec<HubModel> {
    let groups = groups(&listed.files);
    let mut all = Vec::with_capacity(groups.len());
    for group in &groups {
        all.push(drafted(repository, listed, group));
    }
    let alone = settle_names(repository, &groups, &mut all);
    let source = Source {
        repository,
        commit,
        base,
        engine: gguf,
        more_files: listed.more_files,
    };
    for ((group, model), alone) in groups.iter().zip(&mut all).zip(alone) {
        let making = Making {
            source: &source,
            model,
            alone,
            total: group.total,
            members: &group.members,
            files: &listed.files,
        };
        match making.manifest() {
            Ok(manifest) => model.manifest = Some(manifest),
            Err(why) => model.why = Some(why),
        }
    }
    settle_ids(&mut all);
    all
}

/// Of models that would have one id, the first has it: names that differ in their blanks only.
fn settle_ids(models: &mut [HubModel]) {
    let mut order: Vec<usize> = (0..models.len()).collect();
    order.sort_by(|one, other| id_of(&models[*one]).cmp(&id_of(&models[*other])));
    for pair in order.windows(2) {
        let (one, other) = (pair[0], pair[1]);
        if id_of(&models[one]).is_some() && id_of(&models[one]) == id_of(&models[other]) {
            models[other].why = Some("Another model of the repository has the same id.".to_owned());
        }
    }
    // Only now, since the one after it is compared with it.
    for model in models {
        if model.why.is_some() {
            model.manifest = None;
        }
    }
}

fn id_of(model: &HubModel) -> Option<&str> {
    model.manifest.as_ref().map(|manifest| manifest.id.as_str())
}

/// A model without what depends on the others: its name is its file's so far.
fn drafted(repository: &HubRepository, listed: &Listed, group: &Group<'_>) -> HubModel {
    let file_of = |(_, file): &(u32, usize)| &listed.files[*file];
    let sizes = group.members.iter().map(file_of).map(|file| file.size_bytes);
    let size = sizes
        .into_iter()
        .try_fold(0_u64, |all, size| all.checked_add(size?));
    let first = group.members.first().map(file_of);
    let path = first.map(|file| file.path.clone()).unwrap_or_default();
    let is_onnx = !group.dtype.is_empty();
    let (name, quantization, millions) = if is_onnx {
        let name = name_of(repository_name(repository)).map(|name| name.base().to_owned());
        let name = name.unwrap_or_else(|| repository_name(repository).to_owned());
        (name, Some(group.dtype.to_owned()), None)
    } else {
        let stem = base_name(group.stem);
        let stem = if stem.trim().is_empty() {
            base_name(&path)
        } else {
            stem
        };
        let named = name_of(stem);
        let quantization = named
            .as_ref()
            .and_then(|name| name.quantization().map(str::to_owned));
        // Some keep the parts of each quantization in a folder of its own.
        let folder = || {
            let folder = group.stem.rsplit('/').nth(1)?;
            name_of(folder)?.quantization().map(str::to_owned)
        };
        let millions = named.as_ref().and_then(|name| name.parameters().millions);
        (stem.to_owned(), quantization.or_else(folder), millions)
    };
    HubModel {
        name,
        path,
        format: if is_onnx { Format::Onnx } else { Format::Gguf },
        quantization,
        parameters_billions: millions.map(billions),
        size_bytes: size.filter(|size| *size <= MAX_FILE_BYTES),
        parts: u32::try_from(group.members.len()).unwrap_or(u32::MAX),
        context_window: None,
        manifest: None,
        why: None,
    }
}

fn repository_name(repository: &HubRepository) -> &str {
    base_name(&repository.id)
}

/// Names, parameters and context, as far as they are the repository's: where all its files are one model, stored in
/// different ways, what the hub says of one of them is true of all. Gives which are stored as no other one is, and so are
/// named by that.
fn settle_names(repository: &HubRepository, groups: &[Group<'_>], models: &mut [HubModel]) -> Vec<bool> {
    let base = |group: &Group<'_>| {
        let named = name_of(base_name(group.stem))?;
        Some(named.base().to_ascii_lowercase())
    };
    let mut bases = groups.iter().filter(|group| group.dtype.is_empty()).map(base);
    let first = bases.next();
    let is_one = first.is_none_or(|first| first.is_some() && bases.all(|other| other == first));
    let title = name_of(repository_name(repository)).map(|name| name.base().to_owned());
    let title = title.unwrap_or_else(|| repository_name(repository).to_owned());
    for model in &mut *models {
        if is_one || model.format == Format::Onnx {
            model.parameters_billions = repository.parameters_billions.or(model.parameters_billions);
            model.context_window = repository.context_window;
        }
    }
    let mut stored: Vec<Option<String>> = models.iter().map(|model| model.quantization.clone()).collect();
    stored.sort_unstable();
    let mut alone = Vec::with_capacity(models.len());
    for model in models {
        let at = stored.partition_point(|other| *other < model.quantization);
        let is_alone = is_one && stored.get(at + 1) != Some(&model.quantization);
        if let Some(quantization) = model.quantization.as_ref().filter(|_| is_alone) {
            model.name = [&title, " ", quantization.as_str()].concat();
        }
        alone.push(is_alone && model.quantization.is_some());
    }
    alone
}
