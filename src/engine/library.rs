//! The known models and what the disk has of them.
//!
//! A model is cached when a stored reference names a blob for each of its files and all those blobs exist. Blobs are
//! shared: two models with a file of the same digest keep it once. References of models the app has not named (yet)
//! are kept too: their blobs are nobody's to delete. A served model has no files: that it is here says an empty reference,
//! which is never stored.

use std::fmt;
use std::sync::Arc;

use crate::closest;

use super::digest::Digest;
use super::ids::{EngineId, ModelId};
use super::manifest::{ModelFile, ModelManifest};
use super::map::Map;
use super::protocol::{PartialFile, StoredBlob, StoredFile};
use super::snapshot::Presence;
use super::table::Table;

/// A known model.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) manifest: Arc<ModelManifest>,
    /// The bytes the disk has of it while it is not cached: whole files and safe parts of others.
    pub(super) partial_bytes: u64,
}

impl fmt::Debug for Model {
    /// What is said of a model is long and hardly ever what one looks for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("partial_bytes", &self.partial_bytes)
            .finish_non_exhaustive()
    }
}

/// All known models, all references and all committed blobs.
#[derive(Debug, Clone, Default)]
pub(super) struct Library {
    models: Table<ModelId, Model>,
    stored: Table<ModelId, Vec<StoredFile>>,
    /// How many references name a blob.
    references: Map<Digest, u32>,
    blobs: Map<Digest, u64>,
    /// The partial files, as the worker last found them.
    partials: Vec<PartialFile>,
    /// The models of which something changed since they were last asked for.
    touched: Vec<ModelId>,
}

impl Library {
    pub(super) fn get(&self, id: &ModelId) -> Option<&Model> {
        self.models.get(id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &ModelId> {
        self.models.keys()
    }

    pub(super) fn manifests(&self) -> impl Iterator<Item = &ModelManifest> {
        self.models.values().map(|model| &*model.manifest)
    }

    /// Makes a model known or replaces what is said of it; what is stored of it stays.
    pub(super) fn add(&mut self, manifest: ModelManifest) {
        let id = manifest.id.clone();
        let same = self
            .models
            .get(&id)
            .filter(|model| model.manifest.files == manifest.files);
        let partial_bytes = same.map_or_else(|| self.measure(&manifest), |model| model.partial_bytes);
        let model = Model {
            manifest: Arc::new(manifest),
            partial_bytes,
        };
        let here = model.manifest.served.as_ref().map(|served| served.here);
        self.models.insert(id.clone(), model);
        match here {
            Some(true) => drop(self.stored.insert(id.clone(), Vec::new())),
            Some(false) => drop(self.stored.remove(&id)),
            None => {}
        }
        self.touched.push(id);
    }

    /// Says whether the server of a model has it.
    pub(super) fn set_here(&mut self, id: &ModelId, here: bool) {
        if self.is_served(id) && self.is_cached(id) != here {
            self.set_stored(id, here.then(Vec::new));
        }
    }

    /// Whether all of this is known of a served model.
    pub(super) fn knows(&self, manifest: &ModelManifest) -> bool {
        let here = manifest.served.as_ref().is_some_and(|served| served.here);
        self.get(&manifest.id)
            .is_some_and(|known| *known.manifest == *manifest)
            && self.is_cached(&manifest.id) == here
    }

    /// Forgets a model.
    pub(super) fn remove(&mut self, id: &ModelId) {
        self.models.remove(id);
        self.touched.push(id.clone());
    }

    /// Whether a server runs it.
    pub(super) fn is_served(&self, id: &ModelId) -> bool {
        self.get(id).is_some_and(|model| model.manifest.served.is_some())
    }

    /// The models of a server.
    pub(super) fn served_by(&self, engine: &EngineId) -> Vec<ModelId> {
        let mut ids = Vec::new();
        for manifest in self.manifests() {
            if manifest.served.is_some() && manifest.engine == *engine {
                ids.push(manifest.id.clone());
            }
        }
        ids
    }

    /// The sum of all committed blobs.
    pub(super) fn used_bytes(&self) -> u64 {
        self.blobs.values().sum()
    }

    /// What the disk holds, as the worker found it.
    pub(super) fn set_disk(&mut self, blobs: &[StoredBlob], partials: &[PartialFile]) {
        self.blobs = blobs.iter().map(|blob| (blob.digest, blob.size_bytes)).collect();
        self.partials = partials.to_vec();
    }

    /// Counts what the disk has of every model.
    pub(super) fn measure_all(&mut self) {
        let measured: Vec<u64> = self.manifests().map(|manifest| self.measure(manifest)).collect();
        for (model, bytes) in self.models.values_mut().zip(measured) {
            model.partial_bytes = bytes;
        }
    }

    fn measure(&self, manifest: &ModelManifest) -> u64 {
        let of_file = |file: &ModelFile| {
            let whole = file.sha256.and_then(|digest| self.blobs.get(&digest).copied());
            whole.or_else(|| {
                let partial = self.partials.iter().find(|partial| is_part_of(partial, file));
                partial.map(|partial| partial.offset_bytes)
            })
        };
        let bytes = manifest.files.iter().filter_map(of_file);
        bytes.fold(0, u64::saturating_add)
    }

    /// Forgets what was found of partial files that are being removed, and measures the models they belong to again.
    pub(super) fn forget_partials(&mut self, files: &[ModelFile]) {
        self.partials
            .retain(|partial| !files.iter().any(|file| is_part_of(partial, file)));
        let concerned = |model: &Model| {
            model
                .manifest
                .files
                .iter()
                .any(|own| files.iter().any(|file| own.is_same(file)))
        };
        let concerned: Vec<ModelId> = self
            .models
            .iter()
            .filter(|(_, model)| concerned(model))
            .map(|(id, _)| id.clone())
            .collect();
        for id in &concerned {
            self.measure_again(id);
        }
    }

    /// Counts what the disk has of a model.
    pub(super) fn measure_again(&mut self, id: &ModelId) {
        if let Some(bytes) = self.models.get(id).map(|model| self.measure(&model.manifest)) {
            self.set_partial_bytes(id, bytes);
        }
    }

    pub(super) fn set_partial_bytes(&mut self, id: &ModelId, bytes: u64) {
        if let Some(model) = self
            .models
            .get_mut(id)
            .filter(|model| model.partial_bytes != bytes)
        {
            model.partial_bytes = bytes;
            self.touched.push(id.clone());
        }
    }

    /// The models of which something changed since the last call, in order: they go into a sorted set, where each that
    /// comes out of order moves all behind it. By Shell's method, for the standard library's is a hundred times as long.
    pub(super) fn take_touched(&mut self) -> Vec<ModelId> {
        let mut touched = std::mem::take(&mut self.touched);
        let mut gap = touched.len();
        while gap > 1 {
            gap = (gap * 5 / 11).max(1);
            for end in gap..touched.len() {
                let mut at = end;
                while at >= gap && touched[at] < touched[at - gap] {
                    touched.swap(at, at - gap);
                    at -= gap;
                }
            }
        }
        touched
    }

    /// Notes a committed blob.
    pub(super) fn add_blob(&mut self, blob: StoredBlob) {
        self.blobs.insert(blob.digest, blob.size_bytes);
    }

    /// Forgets blobs and gives those that were known.
    pub(super) fn drop_blobs(&mut self, digests: &[Digest]) -> Vec<StoredBlob> {
        let drop = |digest: &Digest| {
            let size_bytes = self.blobs.remove(digest)?;
            Some(StoredBlob {
                digest: *digest,
                size_bytes,
            })
        };
        digests.iter().filter_map(drop).collect()
    }

    pub(super) fn has_blob(&self, digest: &Digest) -> bool {
        self.blobs.contains_key(digest)
    }

    /// The files of a model's reference.
    pub(super) fn stored(&self, id: &ModelId) -> Option<&[StoredFile]> {
        self.stored.get(id).map(Vec::as_slice)
    }

    /// Sets or clears a model's reference. Gives the blobs that only the old one named.
    pub(super) fn set_stored(&mut self, id: &ModelId, files: Option<Vec<StoredFile>>) -> Vec<Digest> {
        for file in files.iter().flatten() {
            *self.references.or_default(file.digest) += 1;
        }
        let old = match files {
            Some(files) => self.stored.insert(id.clone(), files),
            None => self.stored.remove(id),
        };
        self.touched.push(id.clone());
        let mut freed = Vec::new();
        for file in old.into_iter().flatten() {
            if let Some(count) = self.references.get_mut(&file.digest) {
                *count -= 1;
                if *count == 0 {
                    self.references.remove(&file.digest);
                    freed.push(file.digest);
                }
            }
        }
        freed
    }

    /// Whether a reference names the blob.
    pub(super) fn refers_to(&self, digest: &Digest) -> bool {
        self.references.contains_key(digest)
    }

    /// The files of a cached model: name and blob, in the order of the manifest.
    pub(super) fn cached_files(&self, id: &ModelId) -> Option<Vec<(String, Digest)>> {
        let model = self.models.get(id)?;
        let file = |wanted| {
            let file = self.cached_file(id, wanted)?;
            Some((file.name.clone(), file.digest))
        };
        model.manifest.files.iter().map(file).collect()
    }

    fn cached_file(&self, id: &ModelId, wanted: &ModelFile) -> Option<&StoredFile> {
        let file = self
            .stored
            .get(id)?
            .iter()
            .find(|file| file.name == wanted.name)?;
        let same = wanted.sha256.is_none_or(|digest| digest == file.digest);
        (same && self.has_blob(&file.digest)).then_some(file)
    }

    pub(super) fn is_cached(&self, id: &ModelId) -> bool {
        self.stored.contains_key(id)
            && self.models.get(id).is_some_and(|model| {
                let mut files = model.manifest.files.iter();
                files.all(|file| self.cached_file(id, file).is_some())
            })
    }

    /// Whether `files` are all those of a model's manifest.
    pub(super) fn is_whole(&self, id: &ModelId, files: &[StoredFile]) -> bool {
        let is_one = |file: &StoredFile, wanted: &ModelFile| {
            file.name == wanted.name && wanted.sha256.is_none_or(|digest| digest == file.digest)
        };
        self.models.get(id).is_some_and(|model| {
            let mut wanted = model.manifest.files.iter();
            wanted.all(|wanted| files.iter().any(|file| is_one(file, wanted)))
        })
    }

    /// Whether a reference names a blob that is gone.
    pub(super) fn is_broken(&self, id: &ModelId) -> bool {
        let files = self.stored.get(id);
        files.is_some_and(|files| files.iter().any(|file| !self.has_blob(&file.digest)))
    }

    /// The reference a model would have if all its digests are known and all those blobs are here: so a crash between
    /// the last commit and the record of it costs nothing, and files shared with another model are never fetched.
    pub(super) fn adoptable(&self, id: &ModelId) -> Option<Vec<StoredFile>> {
        let model = self.models.get(id)?;
        if model.manifest.files.is_empty() {
            return None;
        }
        let file = |file: &ModelFile| {
            let digest = file.sha256?;
            let size_bytes = *self.blobs.get(&digest)?;
            Some(StoredFile {
                name: file.name.clone(),
                digest,
                size_bytes,
                verified: true,
            })
        };
        model.manifest.files.iter().map(file).collect()
    }

    /// Whether a model's manifest names a digest.
    pub(super) fn names(&self, id: &ModelId, digest: &Digest) -> bool {
        let model = self.models.get(id);
        model.is_some_and(|model| {
            model
                .manifest
                .files
                .iter()
                .any(|file| file.sha256 == Some(*digest))
        })
    }

    /// The committed blobs of a model that no reference names.
    pub(super) fn loose_blobs(&self, id: &ModelId) -> Vec<Digest> {
        let files = self.models.get(id).map(|model| model.manifest.files.as_slice());
        let digests = files.unwrap_or_default().iter().filter_map(|file| file.sha256);
        digests
            .filter(|digest| self.has_blob(digest) && !self.refers_to(digest))
            .collect()
    }

    /// What the disk has of a model, and how many bytes.
    pub(super) fn presence(&self, id: &ModelId) -> (Presence, u64) {
        let Some(model) = self.models.get(id) else {
            return (Presence::Absent, 0);
        };
        if self.is_cached(id) {
            let sizes = self.stored.get(id).into_iter().flatten();
            let bytes = sizes.map(|file| file.size_bytes).fold(0, u64::saturating_add);
            let at_server = model
                .manifest
                .served
                .as_ref()
                .and_then(|served| served.size_bytes);
            return (Presence::Cached, at_server.unwrap_or(bytes));
        }
        match model.partial_bytes {
            _ if model.manifest.served.is_some() => (Presence::Absent, 0),
            0 => (Presence::Absent, 0),
            bytes => (Presence::Partial, bytes),
        }
    }

    /// Up to three known ids that look most like `name`.
    pub(super) fn closest(&self, name: &str) -> Vec<String> {
        let ids: Vec<&str> = self.models.keys().map(ModelId::as_str).collect();
        let places = closest::places(name, &mut ids.iter().copied(), 3);
        places.into_iter().map(|place| ids[place].to_owned()).collect()
    }
}

/// Whether a partial file is one of `file`: by digest where both know it, by URL otherwise.
fn is_part_of(partial: &PartialFile, file: &ModelFile) -> bool {
    match (partial.sha256, file.sha256) {
        (Some(a), Some(b)) => a == b,
        _ => partial.url == file.url,
    }
}
